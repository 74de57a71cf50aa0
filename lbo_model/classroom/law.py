"""The law changes: the same deal before and after a rule, at the price that its buyer can pay then.

Before, the buyer pays the most at which it still earns what it asks for, under a law without levers. After,
it pays as much again, or the most that it can pay under the rule.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from lbo_model import studies
from lbo_model.classroom import facts
from lbo_model.classroom.answers import SEEN
from lbo_model.classroom.cases import Case, Reform, law
from lbo_model.classroom.rules import FILE, MOVES, USUAL, Choice
from lbo_model.engine import run
from lbo_model.forms.law import Policy
from lbo_model.measures import owner_return
from lbo_model.scenario import Scenario
from lbo_model.studies import Bid

ALWAYS = ("seller", "owner", "workers", "banks", "state", "machines")
"""The rows that are always there; another party has one where the rule moves what it gets."""

MOST = 8
"""Owners of a scenario whose bids are all looked for; of a scenario with more, that of the one shown."""


@dataclass(frozen=True)
class Change:
    """What one party gets, before a rule and after."""

    party: str
    before: float
    after: float

    @property
    def more(self) -> float:
        """By how much; below zero where it gets less."""
        return self.after - self.before


def under(shipped: Case, choice: Choice = USUAL) -> Case:
    """A deal after a rule came into force; what it was before is its ``reform.before``."""
    return _under(shipped, choice, law(choice.rule))


@lru_cache(maxsize=256)
def _under(shipped: Case, choice: Choice, policy: Policy) -> Case:
    bids = _bids(shipped, choice, policy)
    own = bids.get(shipped.owner)
    asking = _asking(shipped, choice.asked)
    today, ruled = studies.without_levers(asking), studies.with_levers(asking, policy)
    if own is not None and known(own[0]):
        after = own[1] if choice.pricing == MOVES and known(own[1]) else own[0]
        today, ruled = (_bought(shipped, *pair) for pair in ((today, own[0]), (ruled, after)))
    before = _replayed(shipped, today)
    return replace(_replayed(shipped, ruled), reform=Reform(choice, shipped, before, bids))


def priced(after: Case, pricing: str) -> Case:
    """The same rule, at the same price as before or at the price that the buyer can pay."""
    reform = _reform(after)
    return under(reform.shipped, replace(reform.choice, pricing=pricing))


def known(bid: Bid) -> bool:
    """Whether there is a highest price."""
    return not bool(np.isnan(bid.multiple))


def own_bids(after: Case) -> tuple[Bid, Bid] | None:
    """The highest bids of the deal's own buyer, before and after; None where it does not say what it asks."""
    bids = _reform(after).bids.get(after.owner)
    return bids if bids is not None and known(bids[0]) else None


def asked(after: Case, wanted: str = "") -> float:
    """The return that the deal's buyer asks for, a year, or would for another choice; zero for none."""
    reform = _reform(after)
    said = _asking(reform.shipped, wanted or reform.choice.asked).deals[after.deal].required_return
    return 0.0 if said is None else float(np.asarray(said))


@lru_cache(maxsize=256)
def changes(after: Case) -> tuple[Change, ...]:
    """What each party gets by the exit date, before and after: the seller its price, the others what they
    get beyond pay; machines bought are nobody's gain, and are counted beside.
    """
    old, new = (_got(case) for case in (_reform(after).before, after))
    named = [after.party if row == "owner" else row for row in ALWAYS]
    others = [party for party in {**old, **new} if party not in named]
    found = [Change(party, old.get(party, 0.0), new.get(party, 0.0)) for party in (*named, *others)]
    kept = [change for change in found if change.party in old or change.party in new]
    return tuple(
        {
            change.party: change for change in kept if change.party in named or abs(change.more) >= SEEN
        }.values()
    )


def stake(after: Case) -> Change:
    """What the buyer's owners bring on closing day."""
    old, new = (facts.of_closing(case)["equity"] for case in (_reform(after).before, after))
    return Change(after.party, old, new)


def earned(case: Case) -> float:
    """What the owner's stake earned, a year; NaN where no rate says it."""
    return float(owner_return(case.result, case.result.form.owner)["irr"])


def numbers(rule: str) -> Mapping[str, float]:
    """The numbers of a rule, as its file says them; zero for those that it has not."""
    policy = law(rule)
    debt, interest = policy.acquisition_debt, policy.interest_limit
    said = {
        "most": debt and debt.most_times_ebitda,
        "least_equity": debt and debt.least_equity,
        "least_to_debt": interest and interest.least_equity_to_debt,
        "part": policy.workers_share_of_gain,
    }
    return {name: 0.0 if number is None else float(np.asarray(number)) for name, number in said.items()}


def _got(case: Case) -> dict[str, float]:
    got = {party: sum(both) for party, both in facts.shares(case).items()}
    if case.result.form.buys:
        got["seller"] = float(np.asarray(case.result.closing.price_of_shares))
    return {**got, "machines": facts.machines_bought(case)}


def _reform(after: Case) -> Reform:
    assert after.reform is not None, "only a deal under a rule has something before"
    return after.reform


def _bids(shipped: Case, choice: Choice, policy: Policy) -> dict[str, tuple[Bid, Bid]]:
    """Of every owner of the shelf that buys: only the one shown asks for what the visitor chose."""
    there = shipped.shelf
    found = {}
    for owner in there.deals if len(there.deals) <= MOST else (shipped.owner,):
        one = shipped if owner == shipped.owner else there.case(owner, shipped.knobs, shipped.behaviour)
        wanted = choice.asked if one is shipped else FILE
        before, after = _bid(one, wanted, None), _bid(one, wanted, policy)
        if before is not None and after is not None and (known(before) or one is shipped):
            found[owner] = (before, after)
    return found


@lru_cache(maxsize=256)
def _bid(shipped: Case, wanted: str, policy: Policy | None) -> Bid | None:
    """The highest bid without levers, or with those of a law; None where no return is asked for."""
    asking = _asking(shipped, wanted)
    rate = asking.deals[shipped.deal].required_return
    if rate is None or not shipped.result.form.buys or shipped.kind == "scop":
        return None
    ruled = studies.without_levers(asking) if policy is None else studies.with_levers(asking, policy)
    return studies.highest_price(ruled, shipped.deal, rate)


def _asking(shipped: Case, wanted: str) -> Scenario:
    if wanted == FILE or shipped.kind == "scop" or not shipped.result.form.buys:
        return shipped.scenario
    return studies.vary(shipped.scenario, {f"deals.{shipped.deal}.required_return": float(wanted)})


def _bought(shipped: Case, scenario: Scenario, bid: Bid) -> Scenario:
    return studies.at_price(scenario, shipped.deal, float(bid.multiple), float(bid.exit_multiple))


def _replayed(shipped: Case, scenario: Scenario) -> Case:
    return replace(shipped, scenario=scenario, result=run(scenario).deals[shipped.deal])
