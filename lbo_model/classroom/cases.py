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


@dataclass(frozen=True)
class Case:
    """One owner's deal, played."""

    owner: str
    scenario: Scenario
    deal: str
    result: Result
    knobs: Mapping[str, float]
    """The knobs that were turned for it."""

    @property
    def party(self) -> str:
        """Whose colour the owner's part has."""
        return "workers" if self.owner == "scop" else self.result.form.owner


def offer() -> Offer:
    """Owners to compare and knobs to turn."""
    return Offer(tuple(OWNERS), link.offer(_scenario(LEADING, _signature())).dials)


def case(owner: str, knobs: Mapping[str, float]) -> Case:
    """One owner's deal with these knobs; remembered until a scenario file changes."""
    return _case(owner, tuple(sorted(knobs.items())), _signature())


def variant(shown: Case, changes: Mapping[str, float]) -> Result:
    """The same deal with a few more numbers changed, by path within the deal."""
    paths = {f"deals.{shown.deal}.{path}": value for path, value in changes.items()}
    return run(vary(shown.scenario, paths)).deals[shown.deal]


def compared(owners: tuple[str, ...], knobs: Mapping[str, float]) -> tuple[list[Case], dict[str, list[str]]]:
    """The deals that may stand side by side, and for each that may not the fields in which it differs.

    Owners are compared only where factory, weather, law, price and date are those of the first owner.
    """
    cases = [case(owner, knobs) for owner in owners]
    kept, refused = cases[:1], {}
    for other in cases[1:]:
        fields = differences((cases[0].scenario, cases[0].deal), (other.scenario, other.deal))
        if fields:
            refused[other.owner] = fields
        else:
            kept.append(other)
    return kept, refused


def _signature() -> tuple[tuple[str, int, int], ...]:
    """What changes when a teacher saves a shipped file: the page then reads all of them again."""
    files = sorted(shipped_folder().glob("*.yaml"))
    return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)


@lru_cache(maxsize=32)
def _scenario(name: str, _signature: object) -> Scenario:
    document = load(name)
    if document.scenario is None:
        raise ValueError(f"the shipped scenario {name} has problems: {document.problems}")
    return document.scenario


@lru_cache(maxsize=512)
def _case(owner: str, knobs: tuple[tuple[str, float], ...], signature: object) -> Case:
    name, deal = OWNERS[owner]
    scenario = _scenario(name, signature)
    known = {code: value for code, value in knobs if code in scenario.knobs}
    turned = vary(scenario, link.changes(scenario, known))
    return Case(owner, turned, deal, run(turned).deals[deal], dict(knobs))
