"""Machines year by year: outlines for what is needed, columns for what is bought, hatches for what is not;
then what is earned, and the customers who stay.

Places are in pixels for letters of 12 px, down from the top of the figure; across, a year is one unit wide.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lbo_model.classroom import palette
from lbo_model.classroom.cases import Case
from lbo_model.classroom.figures.frame import BARE, QUIET, framed
from lbo_model.classroom.figures.picture import (
    LINE,
    NARROW,
    Picture,
    owner_name,
    read_out,
    span,
    strokes,
    written,
)
from lbo_model.classroom.renewal import Renewal, renewal
from lbo_model.classroom.show import Table, plain
from lbo_model.words import Words

SIDE = 6.0
COLUMN = 46.0
GAP = 6.0
ROW = 2.0 * LINE + COLUMN + GAP
"""A row: its name, a value, the highest column, the gap below."""
LEVEL = 14.0
"""The height of the line of customers, from nothing to all."""
FOOT = 18.0
WIDE = 0.8
NARROWER = 0.64
"""The parts of a year that an outline and the column in it cover."""


@dataclass(frozen=True)
class Row:
    """One amount a year: a key of the words, whose colour, whether it is no cash."""

    name: str
    party: str
    amounts: tuple[float, ...]
    hatched: bool = False


def machines(cases: Sequence[Case], words: Words, title: str) -> Picture:
    """The first owner's machines, its EBITDA and its customers, each on its own baseline."""
    found, last = renewal(cases[0]), cases[0].result.deal.exit.year
    rows = [
        Row("machines", "factory", found.bought),
        Row("machines_missing", "factory", found.missing, hatched=True),
        Row("ebitda", "holding", found.ebitda),
    ]
    table = _table(cases[0], found, rows, last, words)
    return Picture(_figure(found, rows, last, words), title, read_out(table), table)


def _table(case: Case, found: Renewal, rows: Sequence[Row], last: int, words: Words) -> Table:
    closed = [words.say("figures.closed_year")] * (last - len(found.needed))

    def cells(amounts: Sequence[float], form: str = "money") -> list[str]:
        return [*(words.show(amount, form) for amount in amounts), *closed]

    lines = [[words.say("rows.machines_needed"), *cells(found.needed)]]
    lines += [[words.say(f"rows.{row.name}"), *cells(row.amounts)] for row in rows]
    lines.append([words.say("rows.customers"), *cells(found.customers, "percent")])
    heads = [words.say("figures.year", year=year) for year in range(1, last + 1)]
    caption = words.say("figures.machines_caption", owner=owner_name(case, words))
    return Table(caption, [words.say("figures.part"), *heads], lines)


def _figure(found: Renewal, rows: Sequence[Row], last: int, words: Words) -> dict[str, Any]:
    feet = [ROW * (number + 1) - GAP for number in range(len(rows))]
    tall = ROW * len(rows) + 2.0 * LINE + LEVEL + GAP + FOOT
    highest = max(1.0, *found.needed, *(amount for row in rows for amount in row.amounts))
    pixels = COLUMN / highest
    return {
        "data": [
            _outlines(found.needed, feet[0], pixels),
            _columns(rows, feet, pixels),
            _values(found, rows, feet, pixels, last, words),
            _customers(found, tall - FOOT - GAP, words),
            _names(rows, tall, last, words),
            _baselines(feet, last),
        ],
        "layout": {
            **framed(words, tall, (SIDE, SIDE)),
            "barmode": "overlay",
            "xaxis": {"range": [0.5, last + 0.5], **BARE},
            "yaxis": {"range": [tall, 0.0], **BARE},
        },
    }


def _outlines(needed: Sequence[float], foot: float, pixels: float) -> dict[str, Any]:
    """What is needed each year, hollow."""
    return {
        "type": "bar",
        "x": list(range(1, len(needed) + 1)),
        "y": [-amount * pixels for amount in needed],
        "base": [foot] * len(needed),
        "width": WIDE,
        "marker": {"color": "var(--background)", "line": {"color": "var(--text)", "width": 2}},
        **QUIET,
    }


def _columns(rows: Sequence[Row], feet: Sequence[float], pixels: float) -> dict[str, Any]:
    """The columns of all rows as one trace, each on its row's baseline."""
    placed = [
        (year, amount, foot, row)
        for row, foot in zip(rows, feet, strict=True)
        for year, amount in enumerate(row.amounts, 1)
    ]
    return {
        "type": "bar",
        "x": [year for year, *_ in placed],
        "y": [-max(0.0, amount) * pixels for _, amount, *_ in placed],
        "base": [foot for *_, foot, _ in placed],
        "width": NARROWER,
        "marker": {
            "color": [palette.colour(row.party) for *_, row in placed],
            "pattern": {
                **palette.NOT_CASH,
                "shape": [palette.NOT_CASH["shape"] if row.hatched else "" for *_, row in placed],
            },
        },
        **QUIET,
    }


def _values(
    found: Renewal, rows: Sequence[Row], feet: Sequence[float], pixels: float, last: int, words: Words
) -> dict[str, Any]:
    """Amounts above the columns, or above the outline where that is higher; as many as there is room for."""
    every = 1 if span("00,0\u00a0M€") <= (NARROW - 2.0 * SIDE) / last else 2 if last <= 12 else 3
    placed = []
    for row, foot in zip(rows, feet, strict=True):
        for year, amount in enumerate(row.amounts, 1):
            over = max(amount, found.needed[year - 1]) if row.name == "machines" else max(0.0, amount)
            if (len(row.amounts) - year) % every == 0:
                placed.append((year, foot - over * pixels - 2.0, words.show(amount, "money_short")))
    return written(
        [year for year, *_ in placed],
        [down for _, down, _ in placed],
        [plain(text) for *_, text in placed],
        "top center",
    )


def _customers(found: Renewal, foot: float, words: Words) -> dict[str, Any]:
    """Customers beside those of closing day, from nothing at ``foot``; the first and last value written."""
    levels, end = found.customers, len(found.customers)
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": list(range(1, end + 1)),
        "y": [foot - LEVEL * min(level, 1.5) for level in levels],
        "text": [
            plain(words.show(round(level, 3), "percent")) if year in (1, end) else ""
            for year, level in enumerate(levels, 1)
        ],
        "textposition": "top center",
        "line": {"color": palette.colour("market"), "width": 3},
        "marker": {"color": palette.colour("market"), "size": 7},
        "cliponaxis": False,
        **QUIET,
    }


def _names(rows: Sequence[Row], tall: float, last: int, words: Words) -> dict[str, Any]:
    """What each row is, above it at the left; the years, below the last."""
    heads = [words.say("rows.machines_outlined"), *(words.say(f"rows.{row.name}") for row in rows[1:])]
    heads.append(words.say("rows.customers"))
    said = [words.say("figures.year", year=year) for year in range(1, last + 1)]
    roomy = max(map(span, said)) <= (NARROW - 2.0 * SIDE) / last - 2.0
    dates = said if roomy else [str(year) for year in range(1, last + 1)]
    return written(
        [*[0.5] * len(heads), *range(1, last + 1)],
        [*(ROW * number + LINE / 2.0 for number in range(len(heads))), *[tall - FOOT / 2.0] * last],
        [*(f"<b>{plain(name)}</b>" for name in heads), *map(plain, dates)],
        [*["middle right"] * len(heads), *["middle center"] * last],
        frame=True,
    )


def _baselines(feet: Sequence[float], last: int) -> dict[str, Any]:
    across: list[float | None] = [place for _ in feet for place in (0.5, last + 0.5, None)]
    down: list[float | None] = [place for foot in feet for place in (foot, foot, None)]
    return strokes(across, down, frame=True)
