"""What the page says about a run. One key a sentence, a variant by how the run ended; every number is the
run's own.

A sentence is picked by what happened, never by what usually happens, so that it stays true wherever the knobs
are.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from lbo_model.classroom import answers, facts, names
from lbo_model.classroom.answers import SEEN
from lbo_model.classroom.cases import Case
from lbo_model.classroom.show import Sentence
from lbo_model.scenario.paths import DOCUMENTED
from lbo_model.words import Words

NOT_DIVIDED = ("seller", "nobody_yet")
"""Parties that take no part in what the years give: one is paid on closing day, the other brought a claim."""


def not_closing(cases: Sequence[Case], words: Words) -> list[Sentence]:
    """What must be said first: which deals do not close, by how much, or what forbids them."""
    known = {shown: {**facts.of_closing(shown), "owner": names.of_case(shown, words)} for shown in cases}
    short = [shown for shown in cases if known[shown]["missing"] >= 1.0]
    said: list[tuple[str, str]] = []
    if short:
        each = [words.say("page.not_closing_one", **known[shown]) for shown in short]
        text = words.say("page.not_closing", each=words.say("page.list").join(each))
        said.append((f"{short[0].owner}-not-closing", text))
    said += [
        (f"{shown.owner}-{reason}", words.say(f"forbidden.{reason}", **known[shown]))
        for shown in cases
        for reason, cells in shown.result.closing.forbidden.items()
        if cells
    ]
    return [Sentence(code, text, warns=True) for code, text in said]


def first_of_all(cases: Sequence[Case], words: Words) -> list[Sentence]:
    """What stands in plain sight under any figure: what does not close, and what the model had to assume."""
    said = not_closing(cases, words)
    stopped: dict[int, list[Case]] = {}
    for shown in cases:
        short = facts.beyond_the_price(shown.result)
        if short >= SEEN:
            text = words.say("page.below_debt", owner=names.of_case(shown, words), short=short)
            said.append(Sentence(f"{shown.owner}-below-debt", text, warns=True))
        if facts.ending(shown) == "restructured":
            stopped.setdefault(facts.of_end(shown)["year"], []).append(shown)
    for year, together in stopped.items():
        taken = together[0].result.policy.distress.restructuring is not None
        code = "page.shares_to_lenders" if taken else "page.standstill"
        text = words.say(code, owner=_names(together, words), year=year)
        said.append(Sentence(f"{together[0].owner}-standstill", text))
    return said


def two_stakes(shown: Case, words: Words) -> list[str]:
    """Where a co-operative lacks what the same workers bring to their holding: both are assumptions."""
    other = shown.beside("workers")
    if shown.kind != "scop" or other is None or facts.of_closing(shown)["missing"] < 1.0:
        return []
    here, there = (float(one.result.closing.stakes.get("workers", 0.0)) for one in (shown, other))
    apart = abs(there - here) >= SEEN
    return [words.say("page.two_stakes", here=here, there=there)] if apart else []


# --- the deal -----------------------------------------------------------------------------------------------


def on_the_deal(cases: Sequence[Case], words: Words) -> list[Sentence]:
    """Who owes what on the evening of closing day; owners in the same position share one sentence."""
    groups: dict[tuple[Any, ...], list[Case]] = {}
    for shown in cases:
        known = facts.of_closing(shown)
        same = (paid_how(shown), round(known["debt"]), round(known["equity"]))
        groups.setdefault(same, []).append(shown)
    return [
        Sentence(
            together[0].owner,
            words.say(
                f"chapters.deal.{paid_how(together[0])}",
                **facts.of_closing(together[0]),
                owner=_names(together, words),
            ),
        )
        for together in groups.values()
    ]


def _names(cases: Sequence[Case], words: Words) -> str:
    return words.say("page.between").join(names.of_case(shown, words) for shown in cases)


def paid_how(shown: Case) -> str:
    """Through a holding, by the factory itself, without a loan, or not at all."""
    if not shown.result.form.buys:
        return "keeps"
    if facts.of_closing(shown)["debt"] < 1.0:
        return "without_loan"
    return "through_holding" if shown.result.form.has_holding else "by_the_factory"


# --- the resale ---------------------------------------------------------------------------------------------


def on_the_resale(cases: Sequence[Case], words: Words) -> list[Sentence]:
    """Where each owner's gain comes from, who repaid the loan, what the next buyer may deduct."""
    said = [*_of_one_end(cases[0], words), *_without_loan(cases, words)]
    for shown in cases[1:]:
        if _same_end(shown, cases[0]):
            known = {"owner": names.of_case(shown, words), "first": names.of_case(cases[0], words)}
            said.append(Sentence(f"{shown.owner}-end", words.say("chapters.resale.same", **known)))
        else:
            said += _of_one_end(shown, words)
    return said


_COMPARED = (
    "paid_in",
    "received",
    "gain",
    "net_debt_closing",
    "net_debt_end",
    "borrowed",
    "by_factory",
    "machines_owed",
)


def _same_end(one: Case, other: Case) -> bool:
    """Whether two deals of the same kind ended alike to the euro."""
    if facts.ending(one) != facts.ending(other) or one.result.form.sells != other.result.form.sells:
        return False
    first, second = facts.of_end(one), facts.of_end(other)
    return all(abs(first[known] - second[known]) < 1.0 for known in _COMPARED)


def _of_one_end(shown: Case, words: Words) -> list[Sentence]:
    known = {**facts.of_end(shown), **facts.of_heads(shown), "owner": names.of_case(shown, words)}
    kind = facts.ending(shown)
    how = f"held_{shown.kind}" if kind == "held" else kind
    if kind == "sold":
        known["parts"] = _parts_of_gain(known, words)
        how = "sold" if known["gain"] >= 0.0 else "sold_at_a_loss"
        known["loss"] = -known["gain"]
    said = [Sentence(f"{shown.owner}-end", words.say(f"chapters.resale.{how}", **known))]
    if known["borrowed"] >= 1.0:
        said.append(Sentence(f"{shown.owner}-repaid", words.say(f"chapters.resale.repaid_{kind}", **known)))
    if kind == "sold" and known["machines_owed"] >= 1.0:
        known["catch"] = float(np.asarray(shown.result.deal.exit.catch))
        said.append(Sentence(f"{shown.owner}-catch", words.say("chapters.resale.catch", **known)))
    return said


def _parts_of_gain(known: Mapping[str, Any], words: Words) -> str:
    """The bridge as one line of a sum: each part with its sign, those too small to show left out."""
    amounts = {
        "growth": known["ebitda_growth"] + known["multiple_change"] + known["both_together"],
        "net_debt": known["net_debt_repaid"],
        "dividends": known["distributions"],
        "fees": -known["costs"],
        "machines": -known["machines_deducted"],
        "owed": -known["owed"],
        "given_back": -known["given_back"],
    }
    shown = [(part, amount) for part, amount in amounts.items() if abs(amount) >= SEEN]
    said: list[str] = []
    for part, amount in shown:
        sign = "plus" if amount >= 0.0 else "minus"
        key = f"gain.{sign}" if said or sign == "minus" else "gain.first"
        what = words.say(f"gain.{part}_{sign}", **known, amount=abs(amount))
        said.append(words.say(key, what=what))
    return " ".join(said)


def _without_loan(cases: Sequence[Case], words: Words) -> list[Sentence]:
    """A financier's first question: what the same buyer gains without a loan, where it is not already
    shown.
    """
    first = cases[0]
    other = first.beside("unlevered")
    if (
        other is None
        or first.kind not in ("fund", "workers")
        or first.result.closing.multiple != other.result.closing.multiple
        or any(shown.kind == "unlevered" for shown in cases)
    ):
        return []
    alone = facts.of_end(other)
    lent = facts.of_end(first)
    own = {"stake": lent["paid_in"], "own_gain": lent["gain"], "own_multiple": lent["multiple"]}
    return [Sentence("without-loan", words.say("chapters.resale.without_loan", **alone, **own))]


# --- the next sale ------------------------------------------------------------------------------------------


def sold_again_how(shown: Case) -> str:
    """Whether anybody buys from the owner, with a loan or without, and whether one of them failed."""
    bought = [one for one in shown.row if facts.bought_by(one)]
    endings = [facts.ending(one) for one in bought]
    if len(shown.row) == 1:
        return "alone"
    if "liquidated" in endings:
        return "closed"
    if facts.of_row(shown)["next_debt"] < 1.0:
        return "without_loan"
    return "failed" if "restructured" in endings else "again"


def who_failed(cases: Sequence[Case], words: Words) -> Mapping[str, Any]:
    """The first of the owners in a row that could not pay, by name; the first of all where none failed."""
    row = cases[0].row
    return {"who": names.of_case(next(filter(facts.failure_date, row), row[0]), words)}


def on_the_row(cases: Sequence[Case], words: Words) -> list[Sentence]:
    """Each owner's own account at the end of its years, then what all parties got over all of them."""
    row = cases[0].row
    if len(row) == 1:
        return on_the_resale(cases, words)
    said = []
    for shown in row:
        known = {**facts.of_closing(shown), **facts.of_end(shown), "owner": names.of_case(shown, words)}
        known |= {"start": shown.result.start, "end": shown.result.start + shown.result.deal.exit.year}
        how = facts.ending(shown) if facts.bought_by(shown) else "nothing"
        known["fail_year"] = facts.failure_date(shown) or known["end"]
        said.append(Sentence(f"{shown.owner}-row", words.say(f"chapters.again.one_{how}", **known)))
    parts = [
        words.say("chapters.again.got", party=words.say(f"shares.{party}"), amount=sum(amounts))
        for party, amounts in facts.account(cases[0]).items()
    ]
    known = {**facts.of_row(cases[0]), "parts": words.say("page.list").join(parts)}
    return [*said, Sentence("row-account", words.say("chapters.again.account", **known))]


# --- the co-operative --------------------------------------------------------------------------------------


def on_the_cooperative(cases: Sequence[Case], words: Words) -> list[Sentence]:
    """How it ends; that a fund leaves machines too at this price; that the workers' stake is assumed."""
    fund = cases[0].beside("fund")
    share = 1.0 if fund is None else facts.known(fund)["machines_needed_share"]
    said = on_the_resale(cases, words)
    at_that_price = fund is not None and fund.result.closing.multiple == cases[0].result.closing.multiple
    if cases[0].kind == "scop" and at_that_price and share < 0.995:
        said.append(Sentence("fund-too", words.say("chapters.coop.fund_too", share=share)))
    return [*said, *(Sentence("two-stakes", told) for told in two_stakes(cases[0], words))]


# --- side by side -------------------------------------------------------------------------------------------


def spread(cases: Sequence[Case], words: Words) -> Mapping[str, Any]:
    """The party for whom the owner matters most: its share of what is divided beyond pay, least and most, and
    the same in years of EBITDA.

    Among the parties that are there under every owner: that an absent fund gets nothing says little.
    """
    found, years, widest = _widest(cases)
    least, most = found.index(min(found)), found.index(max(found))

    def each(word: str, known: Sequence[Mapping[str, float]]) -> str:
        owners = (names.of_case(shown, words) for shown in cases)
        said = (
            words.say(f"chapters.compare.{word}", owner=owner, **told)
            for owner, told in zip(owners, known, strict=True)
        )
        return words.say("page.list").join(said)

    return {
        "each": each("part_of", [{"part": part} for part in found]),
        "each_times": each("times_of", [{"times": times} for times in years]),
        "party": words.say(f"to.{widest}"),
        "least": found[least],
        "most": found[most],
        "least_times": years[least],
        "most_times": years[most],
        "least_owner": names.of_case(cases[least], words),
        "most_owner": names.of_case(cases[most], words),
    }


def _widest(cases: Sequence[Case]) -> tuple[list[float], list[float], str]:
    """The parts of the party whose part differs most by owner, the same in years of EBITDA, who it is."""
    parts: dict[str, list[float]] = {}
    years: dict[str, list[float]] = {}
    everywhere = set.intersection(*(set(facts.shares(shown)) for shown in cases)).difference(NOT_DIVIDED)
    for shown in cases:
        got = {party: sum(both) for party, both in facts.shares(shown).items() if party not in NOT_DIVIDED}
        whole = sum(amount for amount in got.values() if amount > 0.0) or 1.0
        for party in sorted(everywhere):
            parts.setdefault(party, []).append(got[party] / whole)
            years.setdefault(party, []).append(got[party] / float(shown.result.closing.ebitda))
    widest = max(parts, key=lambda party: (max(parts[party]) - min(parts[party]), max(parts[party])))
    # Owners that differ in the last digits alone are equal: the first is named.
    return [round(part, 9) for part in parts[widest]], years[widest], widest


def _somebody_loses(cases: Sequence[Case]) -> bool:
    """Whether that party loses money under an owner: shares of what is shared then say nothing."""
    return min(_widest(cases)[0]) < 0.0


def _on_hands(cases: Sequence[Case], words: Words) -> Iterator[Sentence]:
    """The workers' two ways of buying side by side: why machines differ, and that stakes are assumed."""
    scop, holding = (next((one for one in cases if one.kind == kind), None) for kind in ("scop", "workers"))
    if scop is None or holding is None or scop.shelf.terms == DOCUMENTED:
        return  # on documented terms they differ in their loans too
    yield from (Sentence("two-stakes", told) for told in two_stakes(scop, words))
    if facts.ending(holding) != "sold":
        return
    tax = [sum(facts.shares(one)["state"]) for one in (scop, holding)]
    machines = [facts.machines_bought(one) for one in (scop, holding)]
    kept = facts.known(scop)["profit_share_owed"] > 0.0
    so = tax[0] < tax[1] - SEEN and machines[0] > machines[1] + SEEN and kept
    if so:
        yield Sentence("reasons", words.say("chapters.compare.reasons"))


def on_the_seller(cases: Sequence[Case], words: Words) -> str:
    """Whether the seller is paid alike by all who buy: the price is the same, interest on its credit is
    not.
    """
    each = _interest_of_the_seller(cases, words)
    how = "credit" if each else "same"
    return words.say(f"chapters.compare.seller_{how}", **({"each": each} if each else {}))


def on_the_seller_as_drawn(cases: Sequence[Case], words: Words) -> list[str]:
    """What documented terms add to what the seller receives on the terms of all, if they do."""
    each = _interest_of_the_seller(cases, words) if cases[0].shelf.terms == DOCUMENTED else ""
    return [words.say("chapters.compare.seller_drawn", each=each)] if each else []


def _interest_of_the_seller(cases: Sequence[Case], words: Words) -> str:
    """Who pays it how much; nothing where nobody pays any."""
    earned = [(shown, facts.interest_of_the_seller(shown)) for shown in cases]
    return words.say("page.list").join(
        words.say("chapters.compare.seller_earns", owner=names.of_case(shown, words), interest=interest)
        for shown, interest in earned
        if interest >= 1.0
    )


def on_the_comparison(cases: Sequence[Case], words: Words) -> list[Sentence]:
    """Which deals failed; pay, the same or not; then machines and debt service under each owner."""
    failed = [part for shown in cases for part in _on_a_failure(shown, words)]
    pays = [facts.pay(shown) for shown in cases]
    years = cases[0].result.deal.exit.year
    if max(pays) - min(pays) < 1.0:
        said = [Sentence("pay", words.say("chapters.compare.same_pay", pay=pays[0], years=years))]
    else:
        parts = words.say("page.list").join(
            words.say("chapters.compare.pay_of", owner=names.of_case(shown, words), pay=amount)
            for shown, amount in zip(cases, pays, strict=True)
        )
        said = [Sentence("pay", words.say("chapters.compare.other_pay", parts=parts, years=years))]
    groups: dict[tuple[int, int, int], list[Case]] = {}
    for shown in cases:
        known = facts.of_end(shown)
        same = (
            round(facts.machines_bought(shown)),
            round(known["machines_owed"]),
            round(10 * known["months"]),
        )
        groups.setdefault(same, []).append(shown)
    machines = [Sentence(group[0].owner, _on_machines(group, words)) for group in groups.values()]
    credit = [Sentence("seller", told) for told in on_the_seller_as_drawn(cases, words)]
    return [*failed, *said, *credit, *machines, *_on_hands(cases, words)]


def _on_a_failure(shown: Case, words: Words) -> list[Sentence]:
    """What a reader of the bars must know first: the deal failed, and who bought cheap."""
    kind = facts.ending(shown)
    if kind not in ("restructured", "liquidated"):
        return []
    known = {**facts.of_end(shown), "owner": names.of_case(shown, words)}
    said = [Sentence(f"{shown.owner}-failed", words.say(f"chapters.resale.{kind}", **known))]
    bought = sum(facts.shares(shown).get("next_buyer", (0.0, 0.0)))
    if bought >= SEEN:
        gained = words.say("chapters.compare.next_buyer", owner=known["owner"], amount=bought)
        said.append(Sentence(f"{shown.owner}-next-buyer", gained))
    return said


def _on_machines(cases: Sequence[Case], words: Words) -> str:
    """Machines bought and the weight of the debt, the same for all the owners given."""
    known = {
        **facts.of_end(cases[0]),
        "machines": facts.machines_bought(cases[0]),
        "owner": _names(cases, words),
    }
    kept = "machines_owed" if known["machines_owed"] >= 1.0 else "machines_kept"
    machines = words.say(f"chapters.compare.{kept}", **known)
    months = words.say("chapters.compare.months", **known) if known["months"] > 0.0 else ""
    return f"{machines} {months}".strip()


# --- which variant is true of a run -------------------------------------------------------------------------


def repaid_how(shown: Case) -> str:
    """No loan; a failure; or the loan served by the factory alone, or with new money of its owners."""
    if facts.known(shown)["debt"] < 1.0:
        return "without_loan"
    if facts.ending(shown) in ("restructured", "liquidated"):
        return facts.ending(shown)
    return "helped" if facts.known(shown)["extra_equity"] >= 1.0 else "alone"


def added(cases: Sequence[Case], words: Words) -> Mapping[str, Any]:
    """What the owners put in after the signing, as words: nothing, or an amount."""
    extra = facts.known(cases[0])["extra_equity"]
    said = words.say("amounts.added", amount=extra) if extra >= 1.0 else words.say("amounts.nothing")
    return {"added": said}


def gained_by_debt_alone(shown: Case) -> bool:
    """Whether profit and multiple stayed as they were, so that all of a gain comes from debt repaid."""
    known = facts.known(shown)
    return gained_how(shown) == "sold" and abs(known["from_profit"]) + abs(known["from_price"]) < 0.005


def gained_how(shown: Case) -> str:
    """How the owner came out: with a gain at the same price, at another one, with a loss; or no sale."""
    how = facts.ending(shown)
    if how != "sold":
        return how
    known = facts.known(shown)
    if known["gain"] < 0.0:
        return "loss"
    if known["debt"] < 1.0:
        return "without_loan"
    return "sold" if abs(known["value"] - known["price"]) < SEEN else "other_price"


def alike_how(shown: Case) -> str:
    """Whether fund and workers' holding came out alike in all that weighs on the factory."""
    if (
        shown.kind not in ("fund", "workers")
        or shown.beside("fund") is None
        or shown.beside("workers") is None
    ):
        return "alone"
    fund = shown if shown.kind == "fund" else shown.beside("fund")
    assert fund is not None, "just seen"
    return "alike" if answers.changes_of_hands(fund) == answers.HANDS else "differs"


def carried_how(shown: Case) -> str:
    """Whether the price was covered, and lawfully."""
    if any(np.any(cells) for cells in shown.result.closing.forbidden.values()):
        return "forbidden"
    return "missing" if facts.known(shown)["missing"] >= 1.0 else "covered"


def cooperated_how(shown: Case) -> str:
    """What may be said of a co-operative; of another owner, that it is none."""
    if shown.kind == "scop":
        return facts.ending(shown)
    return "other_failed" if facts.ending(shown) in ("restructured", "liquidated") else "other"


def beside_others(cases: Sequence[Case]) -> str:
    """Whether there is more than one owner to compare, and nobody who loses by it."""
    if len(cases) == 1:
        return "alone"
    return "losses" if _somebody_loses(cases) else "several"


def first_everywhere(cases: Sequence[Case]) -> str:
    """Whether one owner is first, or level, for workers and for machines; the seller is paid alike by all."""
    if len(cases) == 1:
        return "alone"
    if _somebody_loses(cases):
        return "losses"
    winners = {winner for winner in answers.leaves_most(cases).values() if winner != "same"}
    return "one_first" if len(winners) == 1 else "nobody_first"
