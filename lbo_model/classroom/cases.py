"""The owners that the page compares: each a deal of a scenario, with the visitor's knobs turned, played
once.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from lbo_model.classroom import link
from lbo_model.classroom.link import Offer
from lbo_model.engine import Result, Run, run
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load, shipped_folder
from lbo_model.studies import differences, vary

LEADING = "film"
"""The scenario that the lesson was written on."""

OWNERS: Mapping[str, tuple[str, str]] = {
    "fund": ("film", "fund"),
    "workers": ("workers-same-tool", "workers"),
    "scop": ("scop", "scop"),
    "unlevered": ("unlevered", "unlevered"),
    "family": ("family", "family"),
}
"""On the film's shelf, code of an owner -> shipped scenario and deal, in the order in which the page shows
them. On any other shelf the owners are the deals of one file.
"""

SHELVES = (LEADING, "growth")
"""The shipped scenarios that the page offers."""

IN_A_ROW = "fund-to-fund"
"""The shipped scenario whose owners buy from one another."""

KINDS: Mapping[str, str] = {
    "fund": "fund",
    "unlevered": "unlevered",
    "family": "family",
    "family_purchase": "family_purchase",
    "workers_holding": "workers",
    "scop": "scop",
}
"""Legal form -> the kind of owner that the page's words speak of."""


@dataclass(frozen=True, eq=False)
class Case:
    """One owner's deal, played. A case equals only itself, so that what is read from it can be remembered."""

    owner: str
    scenario: Scenario
    deal: str
    result: Result
    knobs: Mapping[str, float]
    """The knobs that were turned for it."""
    behaviour: str
    shelf: "Shelf"
    place: int = 0
    """Its place, from 1, among owners who buy from one another; 0 for an owner looked at alone."""

    @property
    def row(self) -> tuple["Case", ...]:
        """This owner and those who buy from it, one after the other; itself alone where nobody does."""
        return (self,) if self.place else _row(self)

    @property
    def kind(self) -> str:
        """The kind of owner, by the legal form of the deal."""
        return KINDS[self.result.form.code]

    @property
    def party(self) -> str:
        """Whose colour the owner's part has, and who gets what the owner gets."""
        return "workers" if self.kind == "scop" else self.result.form.owner

    def beside(self, kind: str) -> "Case | None":
        """Another kind of owner with the same knobs; None where the shelf has none."""
        owner = self.shelf.first_of(kind)
        return None if owner is None else self.shelf.case(owner, self.knobs, self.behaviour)


@dataclass(frozen=True, eq=False)
class Shelf:
    """Deals that stand beside one another, and what they offer.

    All of them buy at date 0. Who buys from one of them is found in the ``row`` of its case.
    """

    code: str
    """The scenario that the link names."""
    deals: Mapping[str, tuple[Scenario, str]]
    """By owner."""
    offer: Offer

    @property
    def shipped(self) -> bool:
        """Whether the deals are ours, and have names in the words."""
        return self.code in SHELVES

    def kind(self, owner: str) -> str:
        """The kind of an owner, by the legal form of its deal."""
        scenario, deal = self.deals[owner]
        return KINDS[scenario.deals[deal].form]

    def first_of(self, kind: str) -> str | None:
        """The first owner of a kind, if there is one."""
        return next((owner for owner in self.deals if self.kind(owner) == kind), None)

    def of_kinds(self, kinds: tuple[str, ...]) -> tuple[str, ...]:
        """The owners of these kinds, in the shelf's order; its first owner if there is none."""
        found = tuple(owner for owner in self.deals if self.kind(owner) in kinds)
        return found or tuple(self.deals)[:1]

    def case(self, owner: str, knobs: Mapping[str, float], behaviour: str = "mechanics") -> Case:
        """One owner's deal with these knobs, without consequences (``mechanics``) or with them (``full``).

        A scenario has only the knobs that move something in it: turning another asks for no new run.
        """
        scenario, _ = self.deals[owner]
        known = {code: value for code, value in knobs.items() if code in scenario.knobs}
        return _case(self, owner, tuple(sorted(known.items())), behaviour)

    def compared(
        self, owners: tuple[str, ...], knobs: Mapping[str, float], behaviour: str = "mechanics"
    ) -> tuple[list[Case], dict[str, list[str]]]:
        """The deals that may stand side by side, and for each that may not the fields in which it differs.

        Owners are compared only where factory, weather, law, price and date are those of the first owner.
        """
        cases = [self.case(owner, knobs, behaviour) for owner in owners]
        kept, refused = cases[:1], {}
        for other in cases[1:]:
            fields = differences((cases[0].scenario, cases[0].deal), (other.scenario, other.deal))
            if fields:
                refused[other.owner] = fields
            else:
                kept.append(other)
        return kept, refused


def shelf(code: str = LEADING) -> Shelf:
    """A shelf of today's shipped scenarios: they are read again only when a file has been saved."""
    return _shelf(code, _files(int(time.monotonic())))


def shelf_of(code: str, scenario: Scenario) -> Shelf:
    """The shelf of one scenario: its deals that buy at date 0 are the owners."""
    deals = {name: (scenario, name) for name in scenario.first_deals}
    return Shelf(code, MappingProxyType(deals), Offer(tuple(deals), link.offer(scenario).dials))


@lru_cache(maxsize=1)
def _files(_second: int) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file is saved; looked at once a second, however many ask."""
    files = sorted(shipped_folder().glob("*.yaml"))
    return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)


@lru_cache(maxsize=8)
def _shelf(code: str, _files: object) -> Shelf:
    if code != LEADING:
        return shelf_of(code, _shipped(code))
    deals = {owner: (_shipped(name), deal) for owner, (name, deal) in OWNERS.items()}
    offers = [link.offer(scenario).dials for scenario, _ in deals.values()]
    # A knob that several files have is the first one's.
    dials = {name: dial for dials in reversed(offers) for name, dial in dials.items()}
    return Shelf(code, MappingProxyType(deals), Offer(tuple(deals), dials))


def _shipped(name: str) -> Scenario:
    document = load(name)
    if document.scenario is None:
        raise ValueError(f"the shipped scenario {name} has problems: {document.problems}")
    return document.scenario


@lru_cache(maxsize=256)
def _case(on: Shelf, owner: str, knobs: tuple[tuple[str, float], ...], behaviour: str) -> Case:
    scenario, deal = on.deals[owner]
    turned = vary(scenario, link.changes(scenario, dict(knobs)))
    alone = turned.deals[deal].model_copy(update={"then": None})
    turned = turned.model_copy(update={"behaviour": behaviour, "deals": {deal: alone}})
    return Case(owner, turned, deal, run(turned).deals[deal], dict(knobs), behaviour, on)


@lru_cache(maxsize=64)
def _row(first: Case) -> tuple[Case, ...]:
    scenario, deal = first.shelf.deals[first.owner]
    names = scenario.chain(deal)
    if len(names) == 1:
        return (first,)
    turned = vary(scenario, link.changes(scenario, first.knobs))
    chain = {name: turned.deals[name] for name in names}
    turned = turned.model_copy(update={"behaviour": first.behaviour, "deals": chain})
    played = run(turned).deals
    return tuple(
        Case(name, turned, name, played[name], first.knobs, first.behaviour, first.shelf, place)
        for place, name in enumerate(names, 1)
    )


def played(shown: Case, changes: Mapping[str, Any]) -> Run:
    """The same deal with other numbers, by their paths within the deal; arrays answer for many at once."""
    return run(vary(shown.scenario, {f"deals.{shown.deal}.{path}": value for path, value in changes.items()}))
