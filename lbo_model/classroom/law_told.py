"""What chapter `rules` says of a deal before and after a rule: which variant is true, and its numbers."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from lbo_model.classroom import facts, law, names
from lbo_model.classroom.answers import SEEN, TOLD_APART
from lbo_model.classroom.cases import Case
from lbo_model.classroom.rules import FILE, MOVES, PRICINGS, SAME
from lbo_model.classroom.show import Sentence
from lbo_model.words import Words

ALIKE = 0.005
"""Times EBITDA. Less is not seen in two decimals."""
HALF_A_PERCENT = 0.005

# --- which variant is true of a run -------------------------------------------------------------------------


def bid_how(after: Case) -> str:
    """What is drawn: the same price, or the buyer's highest bid, which moved, stayed or is there no more."""
    own = law.own_bids(after)
    if _without_rate(after):
        return "no_rate"
    if own is None or after.reform is None or after.reform.choice.pricing == SAME:
        return "same"
    if not law.known(own[1]):
        return "gone"
    return "moved" if abs(float(own[1].multiple - own[0].multiple)) >= ALIKE else "unmoved"


def borne_how(after: Case) -> str:
    """Whether anything moves for this buyer, at the same price and at the one that it can pay."""
    own = law.own_bids(after)
    if not any(_moves(law.priced(after, pricing)) for pricing in PRICINGS):
        return "untouched"
    if _without_rate(after):
        return "no_rate"
    if own is None:
        return "no_bid"
    if not law.known(own[1]):
        return "gone"
    return "both" if after.owner in highest(after, 1) else "outbid"


def _without_rate(after: Case) -> bool:
    """Whether the owner keeps the factory, or holds shares of which no return is computed."""
    assert after.reform is not None, "there was a deal before"
    return not after.result.form.buys or np.isnan(law.earned(after.reform.before))


def _moves(after: Case) -> bool:
    return any(abs(change.more) >= SEEN for change in (*law.changes(after), law.stake(after)))


# --- numbers ------------------------------------------------------------------------------------------------


def known(cases: Sequence[Case], words: Words) -> Mapping[str, Any]:
    """What sentences state of a rule, beyond the facts of the deal under it."""
    after = cases[0]
    assert after.reform is not None, "there is nothing to say of no rule"
    before, same, moving = after.reform.before, law.priced(after, SAME), law.priced(after, MOVES)
    prices = [float(np.asarray(case.result.closing.multiple)) for case in (before, moving)]
    amounts = [facts.of_closing(case)["price"] for case in (before, moving)]
    said = {
        "rule": rule_name(after.reform.choice.rule, words),
        "times_before": prices[0],
        "times_after": prices[1],
        "price_before": amounts[0],
        "price_fall": amounts[0] - amounts[1],
        "asked": law.asked(after),
        "most": law.numbers(after.reform.choice.rule)["most"],
        "seller_less": -next((one.more for one in law.changes(moving) if one.party == "seller"), 0.0),
        "lenders_less": -next((one.more for one in law.changes(moving) if one.party == "banks"), 0.0),
        "return_before": _before(before, words),
        "best": highest(after, 1).get(next(iter(highest(after, 1)), ""), 0.0),
        "best_owner": _several(after, highest(after, 1), words),
    }
    for name, case in (("same", same), ("moving", moving)):
        said |= {f"return_{name}": _returned(case, words), f"at_{name}": _most_and_least(case, words)}
    return said


def rule_name(rule: str, words: Words) -> str:
    """A rule with its numbers, as its file says them."""
    return words.say(f"law.rules.{rule}", **law.numbers(rule))


def asked_name(code: str, after: Case, words: Words) -> str:
    """What a buyer may be said to ask for: what its file says, or a rate."""
    if code != FILE:
        return words.say("law.a_year", rate=float(code))
    said = law.asked(after, code)
    return words.say("law.asked_file", rate=said) if said else words.say("law.asked_nothing")


def _returned(case: Case, words: Words) -> str:
    """What the owner earned a year, and that the deal failed, where it did."""
    rate = law.earned(case)
    if np.isnan(rate):
        said = words.say("law.no_rate" if facts.of_end(case)["received"] >= 1.0 else "law.lost")
    else:
        said = words.say("law.a_year", rate=_shown(rate))
    ending = facts.ending(case)
    if ending not in ("restructured", "liquidated"):
        return said
    return words.say(f"law.{ending}", said=said, year=facts.of_end(case)["year"])


def _before(case: Case, words: Words) -> str:
    rate = law.earned(case)
    return words.say("law.no_rate") if np.isnan(rate) else words.say("law.rate", rate=_shown(rate))


def _shown(rate: float) -> float:
    """A rate that is written as zero has no sign."""
    return 0.0 if abs(rate) < HALF_A_PERCENT else rate


def _most_and_least(after: Case, words: Words) -> str:
    """Who gets most more and who most less; the buyer's own part is told by what its stake earns."""
    others = [change for change in law.changes(after) if change.party != after.party]
    most, least = (end(others, key=lambda change: change.more) for end in (max, min))
    told = [most] if most.more >= SEEN else []
    return _listed([*told, *([least] if least.more <= -SEEN else [])], words)


def _listed(changes: Sequence[law.Change], words: Words) -> str:
    parts = [
        words.say(
            f"law.{'more' if change.more > 0.0 else 'less'}",
            party=words.say("law.machines" if change.party == "machines" else f"parties.{change.party}"),
            amount=abs(change.more),
        )
        for change in changes
    ]
    return words.say("page.list").join(parts) if parts else words.say("law.nothing")


# --- more sentences -----------------------------------------------------------------------------------------


def first_bidder(cases: Sequence[Case], words: Words) -> list[str]:
    """Who can pay most before and after, where several owners say what they ask."""
    reform = cases[0].reform
    if reform is None or len(reform.bids) < 2:
        return []
    found = [highest(cases[0], side) for side in (0, 1)]
    if not all(found):
        return []
    told = [
        words.say("law.bidder", owner=_several(cases[0], one, words), bid=max(one.values())) for one in found
    ]
    return [words.say("law.first_bidder", before=told[0], after=told[1])]


def highest(after: Case, side: int) -> dict[str, float]:
    """By owner, the highest of all bids before the rule or after it, in times EBITDA: several where they
    cannot be told apart; none where nobody says what it asks for.
    """
    assert after.reform is not None, "bids are those of a rule"
    bids = {
        owner: float(both[side].multiple)
        for owner, both in after.reform.bids.items()
        if law.known(both[side])
    }
    best = max(bids.values(), default=0.0)
    return {owner: bid for owner, bid in bids.items() if best - bid < ALIKE}


def _several(after: Case, owners: Mapping[str, float], words: Words) -> str:
    return words.say("page.between").join(names.of_owner(after.shelf, owner, words) for owner in owners)


def details(cases: Sequence[Case], words: Words) -> list[Sentence]:
    """All that moves at both prices, every owner's bid, and what a distress sale gives the next buyer."""
    after = cases[0]
    if after.reform is None:
        return []
    said = [
        Sentence(
            f"at-{pricing}",
            words.say(
                f"law.all_{pricing}",
                parts=_listed([one for one in law.changes(case) if abs(one.more) >= SEEN], words),
                stake=law.stake(case).after,
                stake_before=law.stake(case).before,
                earned=_returned(case, words),
            ),
        )
        for pricing in (SAME, MOVES)
        if pricing == SAME or law.own_bids(after) is not None
        for case in [law.priced(after, pricing)]
    ]
    bids = words.say("page.list").join(
        words.say(
            "law.bid_moves" if law.known(new) else "law.bid_gone",
            owner=names.of_owner(after.shelf, owner, words),
            before=float(old.multiple),
            **({"after": float(new.multiple)} if law.known(new) else {}),
        )
        for owner, (old, new) in after.reform.bids.items()
        if law.known(old)
    )
    return [*said, Sentence("bids", words.say("law.bids", bids=bids))] if bids else said


# --- questions ----------------------------------------------------------------------------------------------


def falls(lead: Case) -> dict[str, float | None]:
    """By how much the highest bid falls: the right answer, and three formulas that forget something: what
    the missing loan must be replaced with, what that money asks for, or that it need not all come out of
    the price.
    """
    assert lead.reform is not None, "a question about a rule is asked of a deal under it"
    before, same = lead.reform.before, law.priced(lead, SAME)
    old, new = facts.known(before), facts.known(same)
    return {
        "nothing": 0.0,
        "interest": old["interest_paid"] - new["interest_paid"],
        "dearer_money": old["price"] - facts.known(law.priced(lead, MOVES))["price"],
        "whole_loan": old["debt"] - new["debt"],
    }


def bearers(_: Case) -> dict[str, float | None]:
    """Who may get least after the rule, once the price has followed."""
    return dict.fromkeys(("seller", "buyer", "banks", "nobody"))


def bearer(lead: Case) -> str:
    """Of the others than the buyer, who earns what it asks again, the one that gets most less."""
    moving = law.priced(lead, MOVES)
    others = [change for change in law.changes(moving) if change.party != lead.party]
    least = min(others, key=lambda change: change.more)
    return least.party if least.more <= -SEEN else "nobody"


def asks(lead: Case) -> bool:
    """Whether a fund buys that says what it asks, and the answers can be told apart and given."""
    own = law.own_bids(lead)
    if lead.kind != "fund" or own is None or not law.known(own[1]) or bearer(lead) != "seller":
        return False
    amounts = [amount for amount in falls(lead).values() if amount is not None]
    # In this order: nothing, the interest, the part of the loan that the price makes up for, all of it.
    apart = all(more - less >= TOLD_APART * more for less, more in pairwise(amounts))
    return apart and amounts[1] >= SEEN and facts.closes(lead)
