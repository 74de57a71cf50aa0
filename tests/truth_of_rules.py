"""What a rule of law changed in a deal, read from the two ledgers: what chapter `rules` is held against.

Of the code that writes its sentences it shares the search for the highest bid and the rate that a stake
earned, which ``test_rules`` holds against the ledger.
"""

import itertools
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from lbo_model.classroom import law, names
from lbo_model.classroom.cases import Case, shelf, shelf_of
from lbo_model.classroom.rules import FILE, MOVES, PRICINGS, RULES, SAME, Choice
from lbo_model.forms.law import Policy
from lbo_model.scenario.funding import Stake
from lbo_model.scenario_file import load
from lbo_model.words import Words
from tests.truth import FOR_SHARES, PRINTED_ALIKE, truth_of

FAR = {"rate": 0.1, "growth": 0.04, "capex_floor": 0.06}


@cache
def walk() -> tuple[tuple[Case], ...]:
    """Every rule under every buyer at both prices; one of them at other knobs, for another return, without
    consequences, and under buyers of whom nobody knows what they ask.
    """
    there, film = shelf("bids"), shelf()
    every = [
        (there.case(owner, {}, "full"), rule, FILE) for owner, rule in itertools.product(there.deals, RULES)
    ]
    cap = next(iter(RULES))
    every += [(film.case(owner, {}), cap, FILE) for owner in film.deals]
    every += [(film.case("fund", {}), cap, "0.25"), (there.case("fund", {}, "full"), cap, "0.3")]
    every += [(there.case("fund", {}), cap, FILE), (there.case("fund", FAR, "full"), cap, FILE)]
    every += [(moneyless(), "no_debt", FILE), (film.case("scop", {}), "no_debt", FILE)]
    return tuple(
        (law.under(case, Choice(rule, pricing, asked)),)
        for (case, rule, asked), pricing in itertools.product(every, PRICINGS)
    )


def moneyless() -> Case:
    """A fund that has no more than its stake: without a loan there is no price that it can pay."""
    scenario, _ = shelf("bids").deals["fund"]
    stakes = {"fund": Stake(amount=3e6), "nobody_yet": Stake(rest=True)}
    deal = scenario.deals["fund"]
    poor = deal.model_copy(update={"funding": deal.funding.model_copy(update={"equity": stakes})})
    return shelf_of("poor", scenario.model_copy(update={"deals": {"fund": poor}})).case("fund", {})


def before(case: Case) -> Case:
    assert case.reform is not None
    return case.reform.before


def priced(case: Case, pricing: str) -> Case:
    assert case.reform is not None
    choice = case.reform.choice
    return law.under(case.reform.shipped, Choice(choice.rule, pricing, choice.asked))


def got(case: Case) -> dict[str, float]:
    """What each party got: the seller in cash on closing day, the others beyond pay; machines beside them."""
    named = {party for key in case.result.ledger.amounts for party in key[:2]} | set(case.result.claims_end)
    found = {party: truth_of(case).beyond_pay(party) for party in named - {"market", "factory", "holding"}}
    if case.result.form.buys:
        found["seller"] = float(case.result.ledger.received("seller")[0])
    return {**found, "machines": truth_of(case).numbers["machines"]}


def moved(case: Case) -> dict[str, float]:
    """By how much each party gets more under the rule than before."""
    old, new = got(before(case)), got(case)
    return {party: new.get(party, 0.0) - old.get(party, 0.0) for party in old | new}


def stake(case: Case) -> float:
    return truth_of(case).numbers["equity"]


def value_at(case: Case, rate: float) -> float:
    """The owner's payments, each brought to closing day at a rate: zero at what the stake earned."""
    ledger, until, owner = case.result.ledger, slice(0, case.result.deal.exit.year + 1), case.party
    flows = (ledger.received(owner, FOR_SHARES) - ledger.paid(owner, ("equity",)))[until]
    return float(sum(flow / (1.0 + rate) ** date for date, flow in enumerate(flows)))


def bid_known(case: Case, side: int) -> bool:
    assert case.reform is not None
    bids = case.reform.bids.get(case.owner)
    return bids is not None and not np.isnan(bids[side].multiple)


def times(case: Case) -> float:
    return float(np.asarray(case.result.closing.multiple))


def silent(case: Case) -> bool:
    """Whether the owner pays no price, or has shares that are given back at par."""
    return not truth_of(case).bought or case.result.form.code == "scop"


def finding(cases: Sequence[Case]) -> str:
    case = cases[0]
    assert case.reform is not None
    if silent(case):
        return "no_rate"
    if case.reform.choice.pricing == SAME or not bid_known(case, 0):
        return "same"
    if not bid_known(case, 1):
        return "gone"
    return "moved" if abs(times(case) - times(before(case))) >= 0.005 else "unmoved"


def remember(cases: Sequence[Case]) -> str:
    case = cases[0]
    assert case.reform is not None
    ends = [priced(case, pricing) for pricing in PRICINGS]
    if not any(
        abs(amount) >= PRINTED_ALIKE
        for end in ends
        for amount in (*moved(end).values(), stake(end) - stake(before(end)))
    ):
        return "untouched"
    if silent(case):
        return "no_rate"
    if not bid_known(case, 0):
        return "no_bid"
    if not bid_known(case, 1):
        return "gone"
    mine = times(priced(case, MOVES))
    others = [float(both[1].multiple) for both in case.reform.bids.values()]
    return "outbid" if max(others) - mine >= 0.005 else "both"


def most_and_least(case: Case, words: Words) -> str:
    """The party, other than the buyer, that gets most more, and the one that gets most less."""
    changes = {party: amount for party, amount in moved(case).items() if party != case.party}
    said = []
    for pick, sign in ((max, "+"), (min, "−")):
        party = pick(changes, key=lambda one: changes[one])
        amount = changes[party] if sign == "+" else -changes[party]
        if amount >= PRINTED_ALIKE:
            name = "machines" if party == "machines" else words.say(f"parties.{party}")
            said.append(f"{name} {sign}{words.show(amount, 'money_short')}")
    return words.say("page.list").join(said) or words.say("law.nothing")


def returned(case: Case, words: Words, rate: float) -> str:
    said = words.say("law.a_year", rate=0.0 if abs(rate) < 0.005 else rate)
    if np.isnan(rate):
        said = words.say("law.no_rate" if truth_of(case).numbers["received"] >= 1.0 else "law.lost")
    truth = truth_of(case)
    if truth.end not in ("restructured", "liquidated"):
        return said
    return words.say(f"law.{truth.end}", said=said, year=truth.numbers["year"])


@cache
def law_of(code: str) -> Policy:
    """The law of the file that declares a rule."""
    scenario = load(RULES[code]).scenario
    assert scenario is not None
    return scenario.policy


def rule_of(code: str, words: Words) -> str:
    """A rule as its file states it."""
    policy = law_of(code)
    debt, interest = policy.acquisition_debt, policy.interest_limit
    known: Mapping[str, object] = {
        "most": debt.most_times_ebitda if debt else None,
        "least_equity": debt.least_equity if debt else None,
        "least_to_debt": interest.least_equity_to_debt if interest else None,
        "part": policy.workers_share_of_gain,
    }
    return words.say(f"law.rules.{code}", **known)


def named(case: Case, words: Words) -> dict[str, str | float]:
    """Every slot of the finding and of the sentence to remember."""
    assert case.reform is not None
    same, moving = priced(case, SAME), priced(case, MOVES)
    last = {
        owner: float(both[1].multiple)
        for owner, both in case.reform.bids.items()
        if not np.isnan(both[1].multiple)
    }
    best = max(last.values(), default=0.0)
    first = [owner for owner in last if best - last[owner] < 0.005]
    return {
        "rule": rule_of(case.reform.choice.rule, words),
        "times_before": times(before(case)),
        "times_after": times(moving),
        "asked": float(case.reform.choice.asked) if case.reform.choice.asked != FILE else law.asked(case),
        "return_before": words.say("law.rate", rate=law.earned(before(case))) if not silent(case) else "",
        "return_same": returned(same, words, law.earned(same)),
        "return_moving": returned(moving, words, law.earned(moving)),
        "at_same": most_and_least(same, words),
        "at_moving": most_and_least(moving, words),
        "best": best,
        "best_owner": words.say("page.between").join(
            names.of_owner(case.shelf, owner, words) for owner in first
        ),
    }
