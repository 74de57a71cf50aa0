"""The lesson's chapters as data: what each asks, which knobs stand beside its figure, what it draws
and says.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lbo_model.classroom import facts, figures, sentences
from lbo_model.classroom.cases import Case
from lbo_model.classroom.figures import Picture
from lbo_model.classroom.show import Sentence
from lbo_model.words import Words


@dataclass(frozen=True)
class Guess:
    """A question with four answers, one of them right, all computed on the shipped values."""

    right: str
    answers: Callable[[Case], dict[str, float]]


@dataclass(frozen=True)
class Chapter:
    """One step of the lesson. ``knobs``: at most three, each moves the figure."""

    slug: str
    knobs: tuple[str, ...]
    draw: Callable[[Sequence[Case], Words, float | None], Picture]
    say: Callable[[Sequence[Case], Words], list[Sentence]]
    guess: Guess | None = None


def _draw_deal(cases: Sequence[Case], words: Words, guess: float | None) -> Picture:
    return figures.sources_and_uses(cases, words, sentences.deal_title(cases, words))


def _draw_resale(cases: Sequence[Case], words: Words, guess: float | None) -> Picture:
    return figures.purchase_and_resale(cases, words, sentences.resale_title(cases, words), guess)


def _draw_compare(cases: Sequence[Case], words: Words, guess: float | None) -> Picture:
    return figures.who_got_what(cases, words, sentences.compare_title(cases, words))


def _bet(shown: Case) -> dict[str, float]:
    """How much comes back: the right answer, and three wrong formulas."""
    closing, end = facts.of_closing(shown), facts.of_end(shown)
    return {
        "stake": closing["equity"],
        "stake_less_fees": closing["equity"] - closing["fees"],
        "net_proceeds": end["received"],
        "price": closing["price"],
    }


CHAPTERS: tuple[Chapter, ...] = (
    Chapter("deal", ("price", "equity_share"), _draw_deal, sentences.on_the_deal),
    Chapter(
        "resale",
        ("balloon", "equity_share", "growth"),
        _draw_resale,
        sentences.on_the_resale,
        Guess("net_proceeds", _bet),
    ),
    Chapter("compare", ("capex_floor", "rate", "price"), _draw_compare, sentences.on_the_comparison),
)
"""The chapters in the order of the lesson. A further one is one line here, with its words in every language.
"""
