"""The owners that the page compares: each a deal of a scenario, with the visitor's knobs turned, played
once.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from lbo_model.classroom import link
from lbo_model.classroom.link import Offer
from lbo_model.classroom.rules import RULES, Choice
from lbo_model.engine import Result, Run, run
from lbo_model.forms.law import Policy
from lbo_model.scenario import Scenario
from lbo_model.scenario.paths import DOCUMENTED, SAME, with_terms
from lbo_model.scenario_file import load, shipped_folder
from lbo_model.studies import Bid, differences, vary

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

IN_A_STORM = "storm-2009"
"""The shipped scenario that lets the same storm fall on every owner."""

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
    reform: "Reform | None" = None
    """The rule under which it is played, where the law changed."""
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
class Reform:
    """A rule that came into force, and what a deal was before."""

    choice: Choice
    shipped: Case
    """The deal as its file says it."""
    before: Case
    """The deal without levers of law, at the price that it could pay, or its own where none is known."""
    bids: Mapping[str, tuple[Bid, Bid]]
    """By owner that says what it asks for, the highest bid before and after."""


@dataclass(frozen=True, eq=False)
class Shelf:
    """Deals that stand beside one another, and what they offer.

    All of them buy at date 0. Who buys from one of them is found in the ``row`` of its case.
    """

    code: str
    """The scenario that the link names."""
    deals: Mapping[str, tuple[Scenario, str]]
    """By owner, on the shelf's terms."""
    offer: Offer
    offered: Mapping[str, tuple[Scenario, str]] = field(default_factory=dict)
    """By owner, on the terms that all are offered, where the shelf's own are the documented ones."""

    @property
    def terms(self) -> str:
        """The same for all, or those that each owner has obtained in documented cases."""
        return DOCUMENTED if self.offered else SAME

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
        known = _known(self.deals[owner][0], knobs)
        return _case(self, owner, tuple(sorted(known.items())), behaviour)

    def compared(
        self, owners: tuple[str, ...], knobs: Mapping[str, float], behaviour: str = "mechanics"
    ) -> tuple[list[Case], dict[str, list[str]]]:
        """The deals that may stand side by side, and for each that may not the fields in which it differs.

        Owners are compared only where factory, weather, law, price and date are those of the first owner.
        On documented terms that is asked of the terms that all are offered.
        """
        found = _differing(self, owners, tuple(sorted(knobs.items())), behaviour)
        kept = [self.case(owner, knobs, behaviour) for owner in owners if owner not in found]
        return kept, {owner: list(fields) for owner, fields in found.items()}

    def offer_to(self, owner: str, knobs: Mapping[str, float], behaviour: str) -> tuple[Scenario, str]:
        """An owner's deal on the terms that all are offered."""
        if self.offered:
            return _turned(self.offered[owner], knobs, behaviour), self.offered[owner][1]
        shown = self.case(owner, knobs, behaviour)
        return shown.scenario, shown.deal


@lru_cache(maxsize=256)
def _differing(
    on: Shelf, owners: tuple[str, ...], knobs: tuple[tuple[str, float], ...], behaviour: str
) -> Mapping[str, Sequence[str]]:
    """The fields in which owners differ from the first, by owner: asked several times in each run."""
    offers = {owner: on.offer_to(owner, dict(knobs), behaviour) for owner in owners}
    found = {owner: differences(offers[owners[0]], offer) for owner, offer in offers.items()}
    return {owner: fields for owner, fields in found.items() if fields}


def shelf(code: str = LEADING, terms: str = SAME) -> Shelf:
    """A shelf of today's shipped scenarios: they are read again only when a file has been saved."""
    return _shelf(code, terms, _files(int(time.monotonic())))


def shelf_of(code: str, scenario: Scenario, terms: str = SAME) -> Shelf:
    """The shelf of one scenario: its deals that buy at date 0 are the owners."""
    return _shelf_with(code, {name: (scenario, name) for name in scenario.first_deals}, terms)


def _shelf_with(code: str, offered: Mapping[str, tuple[Scenario, str]], terms: str) -> Shelf:
    """The shelf of some deals; on the terms of all, whatever is asked for, where none has documented ones."""
    known = any(deal in scenario.documented_terms for scenario, deal in offered.values())
    terms = terms if known else SAME
    deals = {owner: (with_terms(scenario, terms), deal) for owner, (scenario, deal) in offered.items()}
    offers = [link.offer(scenario).dials for scenario, _ in deals.values()]
    # A knob that several files have is the first one's.
    dials = {name: dial for found in reversed(offers) for name, dial in found.items()}
    before = {} if terms == SAME else offered
    return Shelf(code, MappingProxyType(deals), Offer(tuple(deals), dials), before)


@lru_cache(maxsize=1)
def _files(_second: int) -> tuple[tuple[str, int, int], ...]:
    """What changes when a file is saved; looked at once a second, however many ask."""
    files = sorted(shipped_folder().glob("*.yaml"))
    return tuple((file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in files)


@lru_cache(maxsize=8)
def _shelf(code: str, terms: str, _files: object) -> Shelf:
    if code != LEADING:
        return shelf_of(code, _shipped(code), terms)
    return _shelf_with(code, {owner: (_shipped(name), deal) for owner, (name, deal) in OWNERS.items()}, terms)


@lru_cache(maxsize=16)
def _law(rule: str, _files: object) -> Policy:
    return _shipped(RULES[rule]).policy


def law(rule: str) -> Policy:
    """The law of the shipped file that declares a rule: read again only when a file has been saved."""
    return _law(rule, _files(int(time.monotonic())))


def _shipped(name: str) -> Scenario:
    document = load(name)
    if document.scenario is None:
        raise ValueError(f"the shipped scenario {name} has problems: {document.problems}")
    return document.scenario


@lru_cache(maxsize=256)
def _case(on: Shelf, owner: str, knobs: tuple[tuple[str, float], ...], behaviour: str) -> Case:
    deal = on.deals[owner][1]
    turned = _turned(on.deals[owner], dict(knobs), behaviour)
    return Case(owner, turned, deal, run(turned).deals[deal], dict(knobs), behaviour, on)


def _known(scenario: Scenario, knobs: Mapping[str, float]) -> dict[str, float]:
    return {code: value for code, value in knobs.items() if code in scenario.knobs}


def _turned(offered: tuple[Scenario, str], knobs: Mapping[str, float], behaviour: str) -> Scenario:
    """A scenario of one deal with these knobs turned. Nobody follows it, but where the law may ask its owners
    for money once they have sold.
    """
    scenario, deal = offered
    turned = vary(scenario, link.changes(scenario, _known(scenario, knobs)))
    deals = {name: turned.deals[name] for name in scenario.chain(deal)}
    if scenario.policy.clawback is None:
        deals = {deal: turned.deals[deal].model_copy(update={"then": None})}
    return turned.model_copy(update={"behaviour": behaviour, "deals": deals, "documented_terms": {}})


@lru_cache(maxsize=64)
def _row(first: Case) -> tuple[Case, ...]:
    scenario, deal = first.shelf.deals[first.owner]
    names = scenario.chain(deal)
    if len(names) == 1:
        return (first,)
    turned = vary(scenario, link.changes(scenario, first.knobs))
    chain = {name: turned.deals[name] for name in names}
    turned = turned.model_copy(update={"behaviour": first.behaviour, "deals": chain, "documented_terms": {}})
    played = run(turned).deals
    return tuple(
        Case(name, turned, name, played[name], first.knobs, first.behaviour, first.shelf, place=place)
        for place, name in enumerate(names, 1)
    )


def played(shown: Case, changes: Mapping[str, Any]) -> Run:
    """The same deal with other numbers, by their paths within the deal; arrays answer for many at once."""
    return run(vary(shown.scenario, {f"deals.{shown.deal}.{path}": value for path, value in changes.items()}))
