"""The owners that the page compares: each a shipped scenario, with the visitor's knobs turned, played
once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from lbo_model.classroom import link
from lbo_model.classroom.link import Offer
from lbo_model.engine import Result, run
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load, shipped_folder
from lbo_model.studies import differences, vary

LEADING = "film"
"""The scenario whose knobs and shipped values the page shows."""

OWNERS: Mapping[str, tuple[str, str]] = {
    "fund": ("film", "fund"),
    "workers": ("workers-same-tool", "workers"),
    "scop": ("scop", "scop"),
    "unlevered": ("unlevered", "unlevered"),
    "family": ("family", "family"),
}
"""Code of an owner on the page -> shipped scenario and deal, in the order in which the page shows them."""

USUAL = ("fund", "workers", "scop")
"""The owners compared while the visitor has not chosen."""


@dataclass(frozen=True, eq=False)
class Case:
    """One owner's deal, played. A case equals only itself, so that what is read from it can be remembered."""

    owner: str
    scenario: Scenario
    deal: str
    result: Result
    knobs: Mapping[str, float]
    """The knobs that were turned for it."""
    shelf: "Shelf"

    @property
    def party(self) -> str:
        """Whose colour the owner's part has."""
        return "workers" if self.owner == "scop" else self.result.form.owner

    def beside(self, owner: str) -> "Case":
        """Another owner's deal with the same knobs."""
        return self.shelf.case(owner, self.knobs)


@dataclass(frozen=True, eq=False)
class Shelf:
    """The shipped scenarios as their files stand, and what they offer."""

    scenarios: Mapping[str, Scenario]
    """By owner."""
    offer: Offer

    def case(self, owner: str, knobs: Mapping[str, float]) -> Case:
        """One owner's deal with these knobs.

        A scenario has only the knobs that move something in it: turning another asks for no new run.
        """
        scenario = self.scenarios[owner]
        known = {code: value for code, value in knobs.items() if code in scenario.knobs}
        return _case(self, owner, tuple(sorted(known.items())))

    def compared(
        self, owners: tuple[str, ...], knobs: Mapping[str, float]
    ) -> tuple[list[Case], dict[str, list[str]]]:
        """The deals that may stand side by side, and for each that may not the fields in which it differs.

        Owners are compared only where factory, weather, law, price and date are those of the first owner.
        """
        cases = [self.case(owner, knobs) for owner in owners]
        kept, refused = cases[:1], {}
        for other in cases[1:]:
            fields = differences((cases[0].scenario, cases[0].deal), (other.scenario, other.deal))
            if fields:
                refused[other.owner] = fields
            else:
                kept.append(other)
        return kept, refused


def shelf() -> Shelf:
    """The scenarios of today: they are read again only when a file has been saved."""
    files = sorted(shipped_folder().glob("*.yaml"))
    return _shelf(tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files))


@lru_cache(maxsize=2)
def _shelf(_files: object) -> Shelf:
    scenarios = {owner: _shipped(name) for owner, (name, _) in OWNERS.items()}
    return Shelf(scenarios, Offer(tuple(OWNERS), link.offer(_shipped(LEADING)).dials))


def _shipped(name: str) -> Scenario:
    document = load(name)
    if document.scenario is None:
        raise ValueError(f"the shipped scenario {name} has problems: {document.problems}")
    return document.scenario


@lru_cache(maxsize=128)
def _case(on: Shelf, owner: str, knobs: tuple[tuple[str, float], ...]) -> Case:
    _, deal = OWNERS[owner]
    turned = vary(on.scenarios[owner], link.changes(on.scenarios[owner], dict(knobs)))
    return Case(owner, turned, deal, run(turned).deals[deal], dict(knobs), on)


@lru_cache(maxsize=128)
def variant(shown: Case, path: str, value: float) -> Result:
    """The same deal with one more number changed, by its path within the deal."""
    changed = vary(shown.scenario, {f"deals.{shown.deal}.{path}": value})
    return run(changed).deals[shown.deal]
