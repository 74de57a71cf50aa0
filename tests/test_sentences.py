"""Sentences are true wherever the knobs stand: at every corner, in both languages, each is read back and held
against the run.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape

import numpy as np
import plotly.graph_objects as graph
import pytest

from lbo_model.classroom import beats, facts, names, palette, renewal, sentences, survival, yearly
from lbo_model.classroom import cases as classroom_cases
from lbo_model.classroom.cases import IN_A_STORM, OWNERS, SHELVES, Case, Shelf, shelf
from lbo_model.classroom.chapter import Chapter
from lbo_model.classroom.chapters import CHAPTERS, chapter_of
from lbo_model.classroom.show import Sentence, lean
from lbo_model.classroom.strip import CELLS, strip
from lbo_model.scenario.paths import DOCUMENTED
from lbo_model.studies import vary
from lbo_model.words import Words
from tests import truth_of_rules
from tests.screens import LANGUAGES, corners, lead_of, numbers, on_shelf
from tests.truth import PRINTED_ALIKE, lies, read_back, same_ledger, spreads, truth_of

# The walks share their cases: one worker walks them all, and plays each case once.
pytestmark = pytest.mark.xdist_group("sentences")

WORDS = {language: Words(language) for language in LANGUAGES}
BEHAVIOURS = ("mechanics", "full")
OTHER_KNOBS = ("capex_floor", "growth", "rate")
"""Turned in another chapter, they are still turned in this one."""


@pytest.fixture(scope="module", autouse=True)
def every_case_is_kept() -> Iterator[None]:
    """The page keeps the last cases alone; chapters walk through the same corners one after the other."""
    with pytest.MonkeyPatch.context() as patched:
        for module in (classroom_cases, facts, renewal, survival, yearly):
            for name, kept in list(vars(module).items()):
                if hasattr(kept, "cache_parameters"):
                    patched.setattr(module, name, cache(kept.__wrapped__))
        yield


def knobs_of(chapter: Chapter, today: Shelf) -> tuple[str, ...]:
    """The knobs to turn: on documented terms the chapter's own, the others are turned on the same terms."""
    others = () if today.terms == DOCUMENTED else OTHER_KNOBS
    return tuple(dict.fromkeys((*chapter.knobs, *others)))


def both_terms(chapter: Chapter) -> tuple[Shelf, ...]:
    """The deals of a chapter on the same terms for all and, where it compares owners, on documented ones."""
    documented = (shelf("film", DOCUMENTED),) if chapter.both_terms else ()
    stormy = (shelf(IN_A_STORM),) if chapter.both_weathers else ()
    return (on_shelf(chapter), *documented, *stormy)


@cache
def everywhere(slug: str) -> tuple[Case, ...]:
    """Every owner of every scenario at every corner, without consequences and with them."""
    chapter, found = chapter_of(slug), []
    for today in dict.fromkeys((*both_terms(chapter), *map(shelf, SHELVES))):
        codes = tuple(knob for knob in knobs_of(chapter, today) if knob in today.offer.dials)
        for knobs, owner, behaviour in itertools.product(corners(codes, today.code), today.deals, BEHAVIOURS):
            found.append(today.case(owner, knobs, behaviour))
    return tuple(dict.fromkeys(found))


def shown_at_once(chapter: Chapter) -> Iterator[tuple[Case, ...]]:
    """The owners of a screen: one alone, where the sentences speak of the first; several, where of all."""
    if chapter.slug == "storm":
        yield from side_by_side("storm")
        return
    if chapter.changes_law:
        yield from truth_of_rules.walk()
        return
    if chapter.slug != "compare":
        yield from ((case,) for case in everywhere(chapter.slug))
        return
    walked = [(today, knobs) for today in both_terms(chapter) for knobs in corners(knobs_of(chapter, today))]
    for (today, knobs), behaviour in itertools.product(walked, BEHAVIOURS):
        for owners in (("fund", "workers", "scop"), ("unlevered", "fund"), ("family", "scop"), ("fund",)):
            yield tuple(today.compared(owners, knobs, behaviour)[0])


def place(case: Case) -> str:
    return f"{case.shelf.code}/{case.shelf.terms}/{case.owner}/{case.behaviour} {dict(case.knobs)}"


# --- which sentence is true of a run, without asking the page -----------------------------------------------


def nothing(_: Sequence[Case]) -> str:
    return ""


def ended(case: Case) -> str:
    return truth_of(case).end


def paid(case: Case) -> str:
    truth = truth_of(case)
    if not truth.bought:
        return "keeps"
    return {"nobody": "without_loan", "holding": "through_holding", "factory": "by_the_factory"}[truth.debtor]


def repaid(case: Case) -> str:
    truth = truth_of(case)
    if truth.debtor == "nobody" and truth.numbers["debt"] < 1.0:
        return "without_loan"
    if truth.end in ("restructured", "liquidated"):
        return truth.end
    return "helped" if truth.numbers["extra_equity"] >= 1.0 else "alone"


def gained(case: Case) -> str:
    truth, known = truth_of(case), truth_of(case).numbers
    if truth.end != "sold":
        return truth.end
    if known["gain"] < 0.0:
        return "loss"
    if known["debt"] < 1.0:
        return "without_loan"
    return "sold" if abs(known["value"] - known["price"]) < PRINTED_ALIKE else "other_price"


@dataclass(frozen=True)
class InARow:
    """Owners one after the other, added up from their ledgers."""

    variant: str
    numbers: dict[str, float]
    who: Case


@cache
def in_a_row(case: Case) -> InARow:
    row = [truth_of(one) for one in case.row]
    bought = [one for one in row if one.case.result.ledger.paid("holding")[0] + one.numbers["debt"] >= 1.0]
    first, second = row[0], row[min(1, len(row) - 1)]
    failed = [one for one in bought if one.end in ("restructured", "liquidated")]
    machines = sum(one.numbers["machines"] for one in bought)
    # What the machines need in all years lived, whoever owned them.
    needed = machines + max(0.0, float((bought or row)[-1].case.result.eve.machines_owed))
    paid, debt = second.numbers["uses"], second.numbers["debt"]
    who = (failed or row)[0]
    numbers = {
        "count": float(len(bought)),
        "first_debt": first.numbers["debt"],
        "next_debt": debt,
        "next_debt_times": second.numbers["debt_times"],
        "next_stake": paid - debt,
        "next_stake_share": (paid - debt) / paid if paid else 0.0,
        "all_years": float(sum(one.case.result.deal.exit.year for one in row)),
        "all_service": sum(one.numbers["service"] for one in bought),
        "all_months": sum(one.numbers["months"] for one in bought),
        "all_machines": machines,
        "all_machines_share": machines / needed if needed else 0.0,
        "fail_year": float(who.case.result.start + (who.failure_year or 0)),
    }
    variant = "again"
    if len(row) == 1:
        variant = "alone"
    elif any(one.end == "liquidated" for one in bought):
        variant = "closed"
    elif debt < 1.0:
        variant = "without_loan"
    elif failed:
        variant = "failed"
    return InARow(variant, numbers, who.case)


def sold_again(case: Case) -> str:
    return in_a_row(case).variant


def alike(case: Case) -> str:
    hands = {kind: case.beside(kind) for kind in ("fund", "workers")}
    fund, workers = hands["fund"], hands["workers"]
    if case.kind not in hands or fund is None or workers is None:
        return "alone"
    return "alike" if same_ledger(fund, workers) else "differs"


def carried(case: Case) -> str:
    closing = case.result.closing
    if any(np.any(cells) for cells in closing.forbidden.values()):
        return "forbidden"
    return "missing" if float(np.asarray(closing.missing)) >= 1.0 else "covered"


def cooperated(case: Case) -> str:
    end = truth_of(case).end
    if case.result.form.code == "scop":
        return end
    return "other_failed" if end in ("restructured", "liquidated") else "other"


def first(cases: Sequence[Case]) -> str:
    """Whether one owner is first wherever owners differ, for workers, machines and seller."""
    if len(cases) == 1:
        return "alone"
    winners = set()
    for got in (
        lambda case: truth_of(case).beyond_pay("workers"),
        lambda case: truth_of(case).numbers["machines"],
        lambda case: truth_of(case).beyond_pay("seller"),
    ):
        amounts = {case.owner: got(case) for case in cases}
        best = max(amounts, key=lambda owner: amounts[owner])
        if amounts[best] - min(amounts.values()) > 0.01 * abs(amounts[best]):
            winners.add(best)
    return "one_first" if len(winners) == 1 else "nobody_first"


CRISIS = (0.93, 0.65, 0.84, 0.92, 0.95, 1.0)
"""Demand in the years of the crisis, as ``base.yaml`` says it."""


def levels(case: Case) -> list[float]:
    """Demand by date beside a calm year."""
    happens = case.scenario.weather.happens.get("crisis_2009")
    starts = 99 if happens is None else int(np.asarray(happens.starts))
    dates = range(case.result.deal.exit.year + 1)
    return [1.0 if date < starts else CRISIS[min(date - starts, 5)] for date in dates]


def fell(case: Case) -> bool:
    return truth_of(case).end in ("restructured", "liquidated")


def fell_late(case: Case) -> bool:
    """Whether it failed in a year in which demand grew, and stocks and customers' credit with it."""
    year = truth_of(case).failure_year if fell(case) else None
    if year is None or levels(case)[year] <= levels(case)[year - 1]:
        return False
    assert case.result.lines.working_capital_built[year] > 0.0, place(case)
    return True


def eased(case: Case) -> bool:
    """Whether it stands, and principal waited or an owner paid in after closing day."""
    lines, years = case.result.lines, slice(1, case.result.deal.exit.year + 1)
    later = truth_of(case).numbers["extra_equity"] + float(np.nansum(lines.principal_deferred[years]))
    return not fell(case) and later >= 1.0


def stood(cases: Sequence[Case]) -> str:
    if min(levels(cases[0])) == 1.0:
        return "calm"
    down = [fell(case) for case in cases]
    return "none" if all(down) else "some" if any(down) else "all"


def weathered(cases: Sequence[Case]) -> str:
    if min(levels(cases[0])) == 1.0:
        return "calm"
    if any(map(fell, cases)):
        return "fell_late" if any(map(fell_late, cases)) else "fell"
    return "helped" if any(map(eased, cases)) else "all"


def in_the_storm(cases: Sequence[Case], words: Words) -> dict[str, str | float]:
    """Every slot of the storm's sentences, from ledgers and from the file's own years."""
    known = {case: truth_of(case).numbers for case in cases}

    def owed(those: bool) -> list[float]:
        return [known[case]["debt_times"] for case in cases if fell(case) != those]

    def listed(those: Callable[[Case], bool]) -> str:
        return words.say("page.list").join(names.of_case(case, words) for case in cases if those(case))

    def fallen(case: Case) -> str:
        year = truth_of(case).failure_year
        return words.say("chapters.storm.fallen", owner=names.of_case(case, words), year=year)

    def jobs(case: Case) -> float:
        return float(np.nan_to_num(case.result.lines.headcount)[case.result.deal.exit.year])

    apart = bool(owed(True) and owed(False)) and max(owed(True)) < min(owed(False))
    debts = words.say("chapters.storm.debts", most=max(owed(True)), least=min(owed(False))) if apart else ""
    worst = {
        "loans": max(one["written_off"] for one in known.values()),
        "loans_share": max(known.values(), key=lambda one: one["written_off"])["written_off_share"],
        "jobs": max(0.0, *(210.0 - jobs(case) for case in cases)),
        "years": 5,
    }
    return {
        "fall": 1.0 - min(levels(cases[0])),
        "bottom": float(np.argmin(levels(cases[0]))),
        "standing": listed(lambda case: not fell(case)),
        "late": listed(fell_late),
        "helped": listed(eased),
        "fallen": words.say("page.list").join(map(fallen, filter(fell, cases))),
        "losses": words.say("chapters.storm.losses", **worst) if len(cases) > 1 else "",
        "debts": debts,
    }


def renewed(case: Case) -> str:
    bought = "short" if truth_of(case).numbers["machines_owed"] >= 1.0 else "bought"
    end = {"liquidated": "_closed", "restructured": "_failed"}.get(truth_of(case).end, "")
    return f"{bought}{end}"


def of_the_machines(case: Case, words: Words) -> dict[str, str | float]:
    """What was missing of what was needed, and the customers who left, from lines and positions."""
    result, last = case.result, min(int(case.result.last_date), case.result.deal.exit.year)
    needed = float(result.lines.capex_needed[1 : last + 1].sum())
    gone = 1.0 - float(result.eve.market_share) if case.behaviour == "full" else 0.0
    how = "arithmetic" if case.behaviour != "full" else "some" if gone >= 0.0005 else "none"
    if how == "some":
        assert last > 1
        assert float(result.positions.market_share[1]) == 1.0, "nothing shows in the first year"
    missing = truth_of(case).numbers["machines_owed"]
    return {
        "needed": needed,
        "needed_share": float(result.lines.capex_needed[1] / result.lines.sales[1]),
        "missing": missing,
        "missing_share": missing / needed,
        "effect": words.say(f"chapters.machines.effect_{how}", left=round(gone, 3), last=last),
    }


def of_first(true_of: Callable[[Case], str]) -> Callable[[Sequence[Case]], str]:
    return lambda cases: true_of(cases[0])


def of_a_year(case: Case, party: str) -> float:
    """What a party got beyond pay, beside EBITDA of the year before the purchase."""
    return truth_of(case).beyond_pay(party) / float(case.result.lines.ebitda[0])


def loses_or(otherwise: Callable[[Sequence[Case]], str] | str) -> Callable[[Sequence[Case]], str]:
    """Whether the party whom the owner matters most to loses money under one of several owners."""

    def variant(cases: Sequence[Case]) -> str:
        if len(cases) == 1:
            return "alone"
        if min(one.least for one in spreads(cases)) < 0.0:
            return "losses"
        return otherwise if isinstance(otherwise, str) else otherwise(cases)

    return variant


TRUE_OF: dict[str, tuple[Callable[[Sequence[Case]], str], Callable[[Sequence[Case]], str]]] = {
    "bet": (nothing, nothing),
    "factory": (nothing, nothing),
    "deal": (of_first(paid), of_first(paid)),
    "repay": (of_first(repaid), of_first(repaid)),
    "machines": (of_first(renewed), of_first(renewed)),
    "resale": (of_first(ended), of_first(gained)),
    "again": (of_first(sold_again), of_first(sold_again)),
    "same_tool": (of_first(alike), of_first(alike)),
    "coop": (of_first(carried), of_first(cooperated)),
    "storm": (stood, weathered),
    "compare": (loses_or("several"), loses_or(first)),
    "rules": (truth_of_rules.finding, truth_of_rules.remember),
    "debrief": (of_first(ended), nothing),
}
"""By chapter, the variant of the finding and of the sentence to remember."""


def key_of(slug: str, part: str, variant: str) -> str:
    return f"chapters.{slug}.{part}_{variant}" if variant else f"chapters.{slug}.{part}"


def test_every_chapter_is_held_against_its_runs() -> None:
    assert list(TRUE_OF) == [chapter.slug for chapter in CHAPTERS]


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)
def test_findings_and_sentences_to_remember_are_true_at_every_corner(chapter: Chapter) -> None:
    found: list[str] = []
    for cases in shown_at_once(chapter):
        finding, remember = (true_of(cases) for true_of in TRUE_OF[chapter.slug])
        for words in WORDS.values():
            named: dict[str, str | float] = {"owner": names.of_case(cases[0], words)}
            if chapter.slug == "compare":
                party = beats.finding(words, chapter, cases)
                wide = next(
                    (one for one in spreads(cases) if words.say(f"to.{one.party}") in party),
                    spreads(cases)[0],
                )
                named |= {
                    "party": words.say(f"to.{wide.party}"),
                    "least": wide.least,
                    "most": wide.most,
                    "least_owner": names.of_case(wide.least_owner, words),
                    "most_owner": names.of_case(wide.most_owner, words),
                    "least_times": of_a_year(wide.least_owner, wide.party),
                    "most_times": of_a_year(wide.most_owner, wide.party),
                    "each_times": words.say("page.list").join(
                        words.say(
                            "chapters.compare.times_of",
                            owner=names.of_case(case, words),
                            times=of_a_year(case, wide.party),
                        )
                        for case in cases
                    ),
                    "each": words.say("page.list").join(
                        words.say(
                            "chapters.compare.part_of",
                            owner=names.of_case(case, words),
                            part=truth_of(case).parts[wide.party],
                        )
                        for case in cases
                    ),
                }
            if chapter.slug == "machines":
                named |= of_the_machines(cases[0], words)
            if chapter.slug == "storm":
                named |= in_the_storm(cases, words)
            if chapter.slug == "again":
                found_in_a_row = in_a_row(cases[0])
                named |= {**found_in_a_row.numbers, "who": names.of_case(found_in_a_row.who, words)}
            if chapter.changes_law:
                named |= truth_of_rules.named(cases[0], words)
            marked = {**named, "owner": names.marked(cases[0], words)}
            said = beats.finding(words, chapter, cases)
            kept = beats.remembered(words, chapter, cases)
            faults = lies(key_of(chapter.slug, "finding", finding), said, cases[0], words, **marked)
            faults += lies(key_of(chapter.slug, "remember", remember), kept, cases[0], words, **named)
            found += [f"{place(cases[0])}: {fault}" for fault in faults]
    assert not found, "\n".join([f"{len(found)} lies", *found[:12]])


def test_the_check_of_a_sentence_sees_a_wrong_number_and_a_wrong_variant() -> None:
    case, words = shelf().case("fund", {}), WORDS["en"]
    said = beats.remembered(words, chapter_of("resale"), [case])
    key = "chapters.resale.remember_sold"
    assert lies(key, said, case, words) == []
    assert len(lies(key, said.replace("€7.6", "€7.8"), case, words)) == 1
    assert len(lies("chapters.resale.remember_loss", said, case, words)) == 1
    dearer = shelf().case("fund", {"price": 6.0})
    assert lies(key, said, dearer, words)


REACHED = {
    "deal": {"through_holding", "by_the_factory", "without_loan", "keeps"},
    "repay": {"alone", "without_loan", "restructured", "liquidated"},
    "resale": {"sold", "other_price", "without_loan", "loss", "restructured", "held", "liquidated"},
    "machines": {"short", "bought", "bought_failed", "short_failed"},
    "again": {"again", "failed", "alone"},
    "same_tool": {"alike", "alone"},
    "coop": {"held", "liquidated", "other", "other_failed"},
    "storm": {"all", "helped", "fell", "fell_late"},
    "compare": {"nobody_first", "one_first", "alone", "losses"},
    "rules": {"both", "outbid", "untouched", "no_bid", "gone", "no_rate"},
}


@pytest.mark.parametrize("slug", REACHED)
def test_the_walk_meets_every_variant_that_it_should(slug: str) -> None:
    met = {TRUE_OF[slug][1](cases) for cases in shown_at_once(chapter_of(slug))}
    assert met >= REACHED[slug]


# --- what a sentence says beyond its numbers ----------------------------------------------------------------


def test_whoever_leaves_sells_for_what_the_factory_is_worth_only_where_it_is_sold_or_held() -> None:
    """``coop.remember_other`` speaks of an ordinary sale: no standstill, no closure."""
    chapter, words = chapter_of("coop"), WORDS["en"]
    key = "chapters.coop.remember_other"
    found = [
        place(case)
        for case in everywhere(chapter.slug)
        if truth_of(case).end in ("restructured", "liquidated")
        and read_back(key, beats.remembered(words, chapter, [case]), "en")
    ]
    assert not found, f"{len(found)} runs that failed, such as {found[0]}"


def test_a_co_operator_takes_the_whole_stake_back_where_it_is_said_so() -> None:
    chapter = chapter_of("coop")
    for case in everywhere(chapter.slug):
        if cooperated(case) == "held":
            date = case.result.deal.exit.year
            stakes = sum(float(np.asarray(stake)) for stake in case.result.closing.stakes.values())
            assert float(case.result.positions.capital[date]) >= stakes - 1.0, place(case)
            assert float(case.result.claims_end["indivisible_reserves"]) >= 0.0


def test_the_factory_alone_served_the_loan_where_no_owner_is_named() -> None:
    """Where new money of owners came in, no variant may say that the factory paid all of it."""
    for case in everywhere("repay"):
        if repaid(case) in ("restructured", "liquidated"):
            assert truth_of(case).numbers["extra_equity"] < 1.0, place(case)


def test_pay_is_said_not_to_have_moved_only_where_it_did_not() -> None:
    chapter, words = chapter_of("resale"), WORDS["en"]
    for code, behaviour in itertools.product(SHELVES, BEHAVIOURS):
        lead = lead_of(chapter, code, behaviour)
        answer = words.say("chapters.resale.unionist_answer", **facts.known(lead))
        if "pay did not move" in answer:
            pay = lead.result.lines.gross_pay[: lead.result.deal.exit.year + 1]
            assert np.ptp(pay) < 0.01 * pay[0], f"{code}/{behaviour}: from {pay[0]:,.0f} to {pay[-1]:,.0f}"


@pytest.mark.parametrize("code", SHELVES)
def test_objections_speak_of_an_owner_that_is_there(code: str) -> None:
    """A co-operative's objections need one; so does money that nobody brings."""
    chapter = chapter_of("coop")
    lead = lead_of(chapter, code)
    if chapter.asks(lead):  # where nothing is asked, nothing is objected
        assert lead.kind == "scop", f"answered on the numbers of {lead.owner}"
        assert float(np.asarray(lead.result.closing.missing)) >= 1.0
    assert chapter.asks(lead) == (code == "film")


@pytest.mark.parametrize("slug", ["resale", "coop"])
def test_what_stands_in_plain_sight_is_said_where_it_is_so(slug: str) -> None:
    """A standstill, with its year; two stakes of the same workers, with both amounts."""
    met = set()
    for case in everywhere(slug):
        truth = truth_of(case)
        for words in WORDS.values():
            said = {one.code: one.text for one in sentences.first_of_all([case], words)}
            stopped = said.get(f"{case.owner}-standstill")
            assert bool(stopped) == (truth.end == "restructured"), place(case)
            if stopped:
                assert not lies("page.standstill", stopped, case, words, owner=names.of_case(case, words))
                met.add("standstill")
            short = said.get(f"{case.owner}-not-closing", "")
            assert bool(short) == (truth.numbers["missing"] >= 1.0)
            holding = case.beside("workers")
            told = sentences.two_stakes(case, words)
            if short and case.kind == "scop" and holding is not None:
                put_in = [float(one.result.ledger.paid("workers", ("equity",))[0]) for one in (case, holding)]
                both = words.say("page.two_stakes", here=put_in[0], there=put_in[1])
                assert told == ([both] if abs(put_in[0] - put_in[1]) >= PRINTED_ALIKE else []), place(case)
                met.add("two stakes")
            else:
                assert told == []
    assert met >= ({"two stakes"} if slug == "coop" else {"standstill"})


def test_a_price_below_the_old_debt_is_said_with_what_the_seller_would_add() -> None:
    scenario, deal = shelf().deals["fund"]
    small = vary(scenario, {"factory.operations.sales": 5e6})
    case = Shelf("small", {"fund": (small, deal)}, shelf().offer).case("fund", {})
    debt = float(np.asarray(scenario.factory.opening_debt))
    short = debt - truth_of(case).numbers["price"]
    assert short > 0.0
    for words in WORDS.values():
        said = {one.code: one.text for one in sentences.first_of_all([case], words)}
        assert said["fund-below-debt"] == words.say(
            "page.below_debt", owner=names.of_case(case, words), short=short
        )


def test_the_gain_is_said_to_come_from_debt_alone_only_where_profit_and_price_stood_still() -> None:
    met = set()
    for case in everywhere("resale"):
        alone = sentences.gained_by_debt_alone(case)
        met.add(alone)
        if alone:
            lines, result = case.result.lines, case.result
            date = result.deal.exit.year
            assert truth_of(case).end == "sold"
            assert abs(float(lines.ebitda[date]) / float(lines.ebitda[0]) - 1.0) < 0.01, place(case)
            assert abs(truth_of(case).numbers["value"] - truth_of(case).numbers["price"]) < PRINTED_ALIKE
    assert met == {True, False}


def test_the_reasons_given_for_a_co_operative_s_machines_are_the_run_s() -> None:
    """Less tax, profit shares not yet paid, more machines: at every corner where it is said so."""
    told = set()
    for cases in side_by_side("compare"):
        by_kind = {case.kind: case for case in cases}
        scop, holding = by_kind.get("scop"), by_kind.get("workers")
        said = {one.code for one in sentences.on_the_comparison(cases, WORDS["fr"])}
        told.add("reasons" in said)
        if "reasons" in said:
            assert scop is not None
            assert holding is not None
            assert truth_of(holding).end == "sold"
            assert truth_of(scop).beyond_pay("state") < truth_of(holding).beyond_pay("state")
            assert truth_of(scop).numbers["machines"] > truth_of(holding).numbers["machines"]
            assert truth_of(scop).numbers["profit_share_owed"] > 0.0
    assert told == {True, False}


def test_the_fund_is_said_to_leave_machines_too_with_its_own_number() -> None:
    told = set()
    for cases in side_by_side("coop"):
        fund = cases[0].beside("fund")
        for words in WORDS.values():
            said = {one.code: one.text for one in sentences.on_the_cooperative(cases, words)}
            told.add("fund-too" in said)
            if "fund-too" in said:
                assert fund is not None
                share = truth_of(fund).numbers["machines_needed_share"]
                assert said["fund-too"] == words.say("chapters.coop.fund_too", share=share)
    assert told == {True, False}


# --- the strip ----------------------------------------------------------------------------------------------


def cells(case: Case, language: str) -> dict[str, str]:
    """The cells of the strip for one owner, all taught."""
    drawn = strip([case], chapter_of("debrief"), WORDS[language])
    row = re.findall(r"<td[^>]*>(.*?)</td>", drawn)
    return dict(zip(CELLS, [unescape(cell) for cell in row[-len(CELLS) :]], strict=True))


@pytest.mark.parametrize("slug", ["resale", "coop"])
def test_the_strip_says_who_paid_and_who_owes_in_this_run(slug: str) -> None:
    found: list[str] = []
    for case in everywhere(slug):
        truth = truth_of(case)
        indebted = truth.numbers["debt"] >= 1.0
        # A family's loan was there before: nobody lends on closing day.
        owes = "nobody" if not indebted else truth.debtor if truth.bought else "factory"
        for words in WORDS.values():
            said = cells(case, words.language)
            faults = lies(
                f"strip.paid.{truth.end if indebted else 'without_loan'}", said["paid"], case, words
            )
            faults += [] if said["owes"] == words.say(f"strip.owes.{owes}") else [f"owes: {said['owes']}"]
            found += [f"{place(case)}: {fault}" for fault in faults]
    assert not found, "\n".join([f"{len(found)} lies", *found[:12]])


def test_cells_fill_chapter_after_chapter_and_never_empty_again() -> None:
    case, blanks = shelf().case("fund", {}), []
    for chapter in CHAPTERS:
        blanks.append(strip([case], chapter, WORDS["en"]).count("aria-label") - 1)
    assert blanks == sorted(blanks, reverse=True)
    assert (blanks[0], blanks[-1]) == (len(CELLS), 0)


# --- sentences under the figure, and the figure itself ------------------------------------------------------

SETS = (("fund", "unlevered"), ("scop", "fund", "workers"), ("family",), tuple(OWNERS))
IN_THE_STORM = (tuple(OWNERS), ("scop", "unlevered"), ("family",))


@cache
def side_by_side(slug: str) -> tuple[tuple[Case, ...], ...]:
    """Owners side by side at every corner of a chapter's knobs."""
    chapter = chapter_of(slug)
    if chapter.changes_law:
        return truth_of_rules.walk()[::5]
    sets = SETS if chapter.shelf is None else tuple((owner,) for owner in on_shelf(chapter).deals)
    sets = IN_THE_STORM if slug == "storm" else sets
    # A scenario of its own has its own ends of knobs.
    turned = corners(chapter.knobs, on_shelf(chapter).code)
    return tuple(
        tuple(today.compared(owners, knobs, behaviour)[0])
        for today in both_terms(chapter)
        for knobs in turned
        for owners in sets
        for behaviour in (("full",) if slug == "storm" else BEHAVIOURS)
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", [chapter.slug for chapter in CHAPTERS])
def test_figures_and_their_sentences_hold_at_every_corner(slug: str, language: str) -> None:
    chapter, words = chapter_of(slug), WORDS[language]
    for cases in side_by_side(slug):
        picture = chapter.draw(cases, words, beats.finding(words, chapter, cases), None)
        graph.Figure(palette.paint(lean(picture.figure), "light"))
        said = [*sentences.not_closing(chapter.shown(cases), words), *chapter.details(cases, words)]
        for text in (*(one.text for one in said), picture.title, picture.alternative):
            assert not re.search(r"\bnan\b|\binf\b|\{|\}|-0[.,]0 |−0[.,]0 ", text), text
        codes = [one.code for one in said]
        assert len(set(codes)) == len(codes), "each sentence has a node of its own"


STATED = {
    "deal": ("through_holding", "by_the_factory", "without_loan", "keeps"),
    "resale": ("restructured", "repaid_sold", "repaid_restructured", "repaid_liquidated", "repaid_held"),
    "compare": ("machines_owed", "machines_kept"),
}
"""Sentences in the drawer whose numbers are all the run's own."""


def stated(slug: str, said: Sequence[Sentence], cases: Sequence[Case], words: Words) -> list[str]:
    """What is wrong with the sentences in a chapter's drawer."""
    found = []
    for one in said:
        case = next((case for case in cases if one.code.startswith(case.owner)), cases[0])
        for code in STATED[slug]:
            key = f"chapters.{slug}.{code}"
            filled = read_back(key, one.text, words.language)
            if filled is None or "machines_owed" in {slot for slot, _ in filled}:
                continue
            owner = {"owner": filled[("owner", "")]} if ("owner", "") in filled else {}
            loan = {"loan": filled[("loan", "money_short")]} if ("loan", "money_short") in filled else {}
            found += [
                f"{place(case)}: {fault}" for fault in lies(key, one.text, case, words, **owner, **loan)
            ]
    return found


@pytest.mark.parametrize("slug", STATED)
def test_what_the_drawer_states_is_true_at_every_corner(slug: str) -> None:
    found = [
        fault
        for cases in side_by_side(slug)
        for words in WORDS.values()
        for fault in stated(slug, chapter_of(slug).details(cases, words), cases, words)
    ]
    assert not found, "\n".join([f"{len(found)} lies", *found[:12]])


def test_two_owners_are_said_to_end_alike_only_where_their_ledgers_agree() -> None:
    said = set()
    for knobs, behaviour in itertools.product(corners(chapter_of("resale").knobs), BEHAVIOURS):
        cases = shelf().compared(("fund", "workers"), knobs, behaviour)[0]
        told = [one.text for one in sentences.on_the_resale(cases, WORDS["en"])]
        alike = any(read_back("chapters.resale.same", text, "en") for text in told)
        assert alike == same_ledger(*cases), place(cases[0])
        said.add(alike)
    assert any(said), "the walk meets two owners that come out alike"


def summed(said: str, language: str) -> tuple[float, list[float]]:
    """The gain or the loss that a sentence states, and the parts that it adds up to, in millions."""
    whole, _, parts = re.sub(r"\([^)]*\)", "", said).partition("=")
    found = re.findall(r"(^|[+−] )((?:[^+−]|−(?! ))*)", parts.strip())
    amounts = [numbers(text, language) for _, text in found if numbers(text, language)]
    signs = [-1.0 if sign.startswith("−") else 1.0 for sign, text in found if numbers(text, language)]
    assert all(len(amount) == 1 for amount in amounts)
    return numbers(whole, language)[0], [sign * one[0] for sign, one in zip(signs, amounts, strict=True)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_parts_of_the_gain_add_up_to_it_at_every_corner(language: str) -> None:
    words, seen = WORDS[language], 0
    for case in everywhere("resale"):
        for one in sentences.on_the_resale([case], words):
            if read_back("chapters.resale.sold", one.text, language):
                gain, parts = summed(one.text, language)
                assert abs(gain - sum(parts)) <= 0.051 * (len(parts) + 1), f"{place(case)}: {one.text}"
                seen += 1
    assert seen > 100


@pytest.mark.parametrize("language", LANGUAGES)
def test_machines_that_the_next_buyer_deducts_are_owed_to_nobody(language: str) -> None:
    """They lower the price: workers and the State are owed the same, whatever is deducted."""
    words, told = WORDS[language], {}
    for catch in (0.0, 0.5, 1.0):
        case = shelf().case("fund", {"catch": catch})
        known = truth_of(case).numbers
        said = sentences.on_the_resale([case], words)[0].text
        deducted = words.say("gain.machines_minus", amount=catch * known["machines_owed"])
        assert (deducted in said) == (catch > 0.0)
        told[catch] = words.say("gain.owed_minus", amount=known["owed_to_workers_and_state"]) in said
    assert all(told.values())


def test_the_sentence_on_the_gain_states_the_identity_with_the_numbers_of_the_run() -> None:
    case = shelf().case("fund", {"catch": 1.0})
    known = facts.of_end(case)
    assert np.isclose(
        known["gain"],
        known["net_debt_closing"]
        - known["net_debt_end"]
        + known["distributions"]
        - known["costs"]
        - known["machines_deducted"]
        - known["owed"],
        atol=1e-6,
    )
    for words in WORDS.values():
        said = " ".join(one.text for one in sentences.on_the_resale([case], words))
        for slot in (
            "gain",
            "net_debt_closing",
            "net_debt_end",
            "costs",
            "machines_deducted",
            "owed",
            "by_factory",
        ):
            assert words.show(known[slot], "money_short") in said, slot


def test_a_purchase_that_does_not_close_is_said_first_with_what_is_missing() -> None:
    for cases in side_by_side("coop"):
        for words in WORDS.values():
            said = sentences.not_closing(cases, words)
            short = [case for case in cases if truth_of(case).numbers["missing"] >= 1.0]
            assert {one.code for one in said} == {
                *(f"{case.owner}-not-closing" for case in short[:1]),
                *(
                    f"{case.owner}-{why}"
                    for case in cases
                    for why, cell in case.result.closing.forbidden.items()
                    if cell
                ),
            }
            for case in short:
                missing = words.show(truth_of(case).numbers["missing"], "money_short")
                assert f"{names.of_case(case, words)} {missing}" in said[0].text
