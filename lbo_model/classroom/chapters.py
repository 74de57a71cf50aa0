"""The lesson: its chapters in order, each a short declaration, and the routes through them.

A further chapter is one declaration here, with its words in every language.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lbo_model.classroom import answers, facts, figures, law_told, renewal, sentences, weathered
from lbo_model.classroom.cases import IN_A_ROW, IN_A_STORM, Case
from lbo_model.classroom.chapter import BEATS, Chapter, Draw, Variant
from lbo_model.classroom.figures import Picture
from lbo_model.classroom.questions import NumberLine, OneCurve, OneOf, OwnerPerParty, Several, ShareOut
from lbo_model.words import Words

WITHOUT_SIZES = ("question", "guess", "reveal", "because", "remember")
"""The beats of a chapter whose answer is no amount: it cannot be more or less than one thought."""


def _always(_: Sequence[Case]) -> str:
    return ""


def _first(variant: Callable[[Case], str]) -> Variant:
    """A variant that depends on the first owner alone."""
    return lambda cases: variant(cases[0])


def _unmarked(draw: Callable[[Sequence[Case], Words, str], Picture]) -> Draw:
    """A figure that marks no guess."""
    return lambda cases, words, title, _: draw(cases, words, title)


def _two_silhouettes(cases: Sequence[Case], words: Words, title: str) -> Picture:
    return figures.silhouettes(words, title, cases[0].result.deal.exit.year)


def _price_in_layers(cases: Sequence[Case], words: Words, title: str, bid: Any) -> Picture:
    guess = None if bid is None else bid * facts.value(cases[0], "ebitda")
    return figures.layered_price(cases, words, title, guess, facts.bearable(cases[0])["bearable"])


BET = Chapter(
    "bet",
    draw=_unmarked(_two_silhouettes),
    finding=_always,
    remember=_always,
    asks=answers.sold_at_the_same_price,
    questions=(
        OneOf("back", answers.comes_back, lambda _: "net_proceeds"),
        OneOf("payer", answers.payers, answers.payer),
    ),
    minutes={"20": 2, "55": 3, "110": 3},
    beats=("question", "guess", "guess_again", "remember"),
    objections=False,
)

FACTORY = Chapter(
    "factory",
    draw=figures.hundred,
    marked=("factory", "hundred"),
    finding=_always,
    remember=_always,
    questions=(
        ShareOut(
            "hundred",
            ("suppliers", "pay", "production_taxes", "left"),
            lambda _: 100.0,
            answers.of_hundred,
        ),
    ),
    knobs=("purchases", "payroll"),
    limits=("yearly", "personal_tax"),
    minutes={"55": 3, "110": 3},
)

DEAL = Chapter(
    "deal",
    draw=_unmarked(figures.sources_and_uses),
    finding=_first(sentences.paid_how),
    remember=_first(sentences.paid_how),
    asks=answers.sold_by_a_fund,
    questions=(OneOf("debtor", answers.debtors, answers.debtor),),
    beats=WITHOUT_SIZES,
    owners=("fund",),
    knobs=("price", "equity_share"),
    details=sentences.on_the_deal,
    strip=("owes",),
    limits=("tax_group", "fees", "first_participation"),
    sheet="closing",
    bids=True,
    minutes={"20": 4, "55": 8, "110": 8},
)

REPAY = Chapter(
    "repay",
    draw=_unmarked(figures.yearly),
    finding=_first(sentences.repaid_how),
    remember=_first(sentences.repaid_how),
    asks=answers.sold_by_a_fund,
    questions=(
        ShareOut(
            "till",
            ("bank", "machines", "tax", "left"),
            lambda case: facts.value(case, "made_1"),
            answers.first_year,
            unit="money_short",
        ),
        NumberLine(
            "whose", answers.tenths, lambda case: facts.value(case, "repaid_to_bank_share"), "percent"
        ),
    ),
    knobs=("balloon", "price", "capex_floor"),
    details=sentences.on_the_resale,
    extra=sentences.added,
    beats=BEATS,
    strip=("paid",),
    limits=("yearly", "dividends", "standstill"),
    sheet="years",
    minutes={"20": 5, "55": 5, "110": 5},
)

MACHINES = Chapter(
    "machines",
    draw=_unmarked(figures.machines),
    finding=_first(renewal.renewed_how),
    remember=_first(renewal.renewed_how),
    extra=renewal.of_the_machines,
    asks=answers.starved_of_machines,
    questions=(OneOf("bought", answers.bought_in_all, lambda _: "bought"),),
    behaviour="full",
    knobs=("capex_floor", "balloon", "price"),
    limits=("yearly", "no_ages", "standstill"),
    sheet="years",
    title_if_skipped=True,
    minutes={"55": 5, "110": 5},
)

RESALE = Chapter(
    "resale",
    draw=figures.purchase_and_resale,
    finding=_first(facts.ending),
    remember=_first(sentences.gained_how),
    marked=("bet", "back"),
    asks=answers.sold_at_the_same_price,
    questions=(
        OneCurve("path", answers.paths_of_debt, lambda _: "as_it_was"),
        ShareOut("source", ("profit", "price", "debt"), lambda _: 100.0, answers.sources_of_gain),
    ),
    owners=("fund", "unlevered"),
    first_alone=True,
    knobs=("balloon", "equity_share", "catch"),
    details=sentences.on_the_resale,
    beats=BEATS,
    strip=("owns",),
    limits=("same_multiple", "tax_on_sale"),
    sheet="end",
    minutes={"20": 4, "55": 8, "110": 8},
    both_terms=True,
)

AGAIN = Chapter(
    "again",
    draw=_unmarked(figures.succession),
    finding=_first(sentences.sold_again_how),
    remember=_first(sentences.sold_again_how),
    extra=sentences.who_failed,
    asks=answers.sold_again,
    questions=(OneOf("debt", answers.next_day, lambda _: "again"),),
    shelf=IN_A_ROW,
    in_a_row=True,
    behaviour="full",
    knobs=("balloon", "price", "catch"),
    details=sentences.on_the_row,
    strip=("owes",),
    limits=("same_terms", "same_multiple"),
    bids=True,
    minutes={"110": 6},
)

SAME_TOOL = Chapter(
    "same_tool",
    draw=_unmarked(figures.same_or_not),
    finding=_first(sentences.alike_how),
    remember=_first(sentences.alike_how),
    asks=answers.same_tool_in_other_hands,
    questions=(
        Several(
            "changes",
            ("debt", "repayments", "machines", "risk", "who_gets", "who_decides"),
            answers.changes_of_hands,
        ),
    ),
    owners=("fund", "workers"),
    beats=WITHOUT_SIZES,
    knobs=("balloon", "price", "capex_floor"),
    strip=("decides",),
    limits=("personal_tax",),
    minutes={"20": 3, "55": 5, "110": 5},
    both_terms=True,
)

COOP = Chapter(
    "coop",
    draw=_price_in_layers,
    finding=_first(sentences.carried_how),
    remember=_first(sentences.cooperated_how),
    extra=lambda cases, _: facts.bearable(cases[0]),
    marked=("coop", "bid"),
    asks=answers.bought_by_a_cooperative,
    questions=(
        OneOf("leaves", answers.takes_back, lambda _: "ticket"),
        NumberLine("bid", answers.bids, answers.bearable_bid, "multiple"),
    ),
    owners=("scop",),
    behaviour="full",
    knobs=("price", "stake", "equity_share"),
    details=sentences.on_the_cooperative,
    beats=BEATS,
    strip=("risks",),
    limits=("one_estate", "no_leavers"),
    minutes={"110": 8},
    both_terms=True,
)

STORM = Chapter(
    "storm",
    draw=_unmarked(figures.storm),
    finding=weathered.stood_how,
    remember=weathered.weathered_how,
    extra=weathered.of_the_storm,
    asks=answers.in_a_storm,
    questions=(Several("standing", answers.IN_THE_STORM, answers.standing),),
    owners=answers.IN_THE_STORM,
    shelf=IN_A_STORM,
    beats=WITHOUT_SIZES,
    behaviour="full",
    knobs=("starts", "deferral", "new_money"),
    details=weathered.on_the_survivors,
    strip=("risks",),
    limits=("yearly", "one_estate", "standstill", "rescuers"),
    minutes={"110": 8},
)

COMPARE = Chapter(
    "compare",
    draw=_unmarked(figures.who_got_what),
    finding=sentences.beside_others,
    remember=sentences.first_everywhere,
    extra=sentences.spread,
    beats=WITHOUT_SIZES,
    asks=answers.sold_beside_other_owners,
    questions=(OwnerPerParty("most", ("workers", "machines", "seller"), answers.most_for_each),),
    owners=("fund", "workers", "scop"),
    behaviour="full",
    knobs=("rate", "balloon", "price"),
    details=sentences.on_the_comparison,
    strip=("risks",),
    limits=("personal_tax", "same_multiple"),
    tall=True,
    bids=True,
    minutes={"55": 6, "110": 6},
    both_terms=True,
    both_weathers=True,
)

RULES = Chapter(
    "rules",
    draw=figures.before_after,
    marked=("rules", "fall"),
    finding=_first(law_told.bid_how),
    remember=_first(law_told.borne_how),
    extra=law_told.known,
    asks=law_told.asks,
    questions=(
        OneOf("fall", law_told.falls, lambda _: "dearer_money"),
        OneOf("bearer", law_told.bearers, law_told.bearer),
    ),
    shelf="bids",
    changes_law=True,
    behaviour="full",
    details=law_told.details,
    beats=BEATS,
    limits=("asked_returns", "next_law", "any_stake"),
    minutes={"110": 8},
)

DEBRIEF = Chapter(
    "debrief",
    draw=_unmarked(figures.purchase_and_resale),
    finding=_first(facts.ending),
    remember=_always,
    owners=("fund", "workers", "scop"),
    minutes={"20": 2, "55": 7, "110": 8},
    beats=("remember",),
    looks_back=True,
    objections=False,
    both_terms=True,
)

CHAPTERS: tuple[Chapter, ...] = (
    BET,
    FACTORY,
    DEAL,
    REPAY,
    MACHINES,
    RESALE,
    AGAIN,
    SAME_TOOL,
    COOP,
    STORM,
    COMPARE,
    RULES,
    DEBRIEF,
)
"""In the order of the lesson."""

ROUTES: Mapping[str, tuple[Chapter, ...]] = {
    "all": CHAPTERS,
    **{
        minutes: tuple(chapter for chapter in CHAPTERS if minutes in chapter.minutes)
        for minutes in ("20", "55", "110")
    },
}
"""By the name that the link gives it: the minutes that it takes in class, or all chapters."""


def chapter_of(slug: str) -> Chapter:
    """The chapter of a slug."""
    return next(chapter for chapter in CHAPTERS if chapter.slug == slug)
