"""Rows of yearly columns on one time axis: what the factory's money went to, under the debt that it repaid.

Every row has its own baseline, and all have the same scale, in millions; the debt has another, on its own
axis.
"""

import math
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
from lbo_model.classroom.show import Table, plain
from lbo_model.classroom.yearly import Yearly, of_years, total
from lbo_model.words import Words

DEBT = 74.0
DEBT_LINE = 32.0
DEBT_FOOT = 6.0
"""Pixels: the height of the debt's band, of the highest point of its line, and what is left below zero."""
ROW = 66.0
COLUMN = 27.0
CLEAR = 4.0
"""The height of a row, of the highest column in it, and between a column and its value."""
BELOW = 26.0
COLUMN_BELOW = 9.0
"""What is left below the last baseline, and how far a column may reach there."""
FOOT = 18.0
"""The height of the years, under the last row."""
SIDE = 6.0
SHOWN = 1_000.0
"""Euros. Owners of a holding that pays them less have no row; less is not seen below zero either."""


@dataclass(frozen=True)
class Row:
    """One use of the year's money: a key of the words, whose colour, how much each year."""

    name: str
    party: str
    amounts: Yearly


def yearly(cases: Sequence[Case], words: Words, title: str) -> Picture:
    """Year by year under the first owner: to the bank, to machines, to tax and workers, left in the till."""
    first = cases[0]
    known = of_years(first)
    rows = [
        Row("to_lenders", "banks", known.to_lenders),
        Row("machines", "factory", known.machines),
        Row("tax_and_workers", "state", known.tax_and_workers),
        Row("to_owners", first.party, known.to_owners),
        Row("kept", "holding" if first.result.form.has_holding else "factory", known.kept),
    ]
    if first.result.form.has_holding and total(known.to_owners) < SHOWN:
        rows = [row for row in rows if row.name != "to_owners"]
    years = first.result.deal.exit.year
    heads = [words.say("figures.uses"), *(words.say("figures.year", year=year) for year in range(years + 1))]
    debt = [words.say("rows.debt_left"), *(_cell(amount, words) for amount in known.debt)]
    table = Table(
        words.say("figures.yearly_caption", owner=owner_name(first, words)),
        heads,
        [
            debt,
            *(
                [words.say(f"rows.{row.name}"), "", *(_cell(amount, words) for amount in row.amounts)]
                for row in rows
            ),
        ],
    )
    return Picture(_figure(rows, known.debt, words), title, read_out(table), table)


def _cell(amount: float | None, words: Words) -> str:
    return words.say("figures.closed_year") if amount is None else words.show(amount, "money")


def _figure(rows: Sequence[Row], debt: Yearly, words: Words) -> dict[str, Any]:
    years = len(debt) - 1
    tall = ROW * len(rows) + BELOW + FOOT
    pixel = _millions_a_pixel(rows)
    baselines = [(4.0 - ROW * (number + 1.0)) * pixel for number in range(len(rows))]
    most = max(1.0, *(amount for amount in debt if amount is not None)) / 1e6
    return {
        "data": [
            _columns(rows, baselines),
            _values(rows, baselines, pixel, words),
            _debt(debt, words),
            _debt_frame(most, years, words),
            _names(rows, years, pixel, words),
            _zeros(baselines, years),
        ],
        "layout": {
            **framed(words, DEBT + tall, (SIDE, SIDE)),
            "barmode": "overlay",
            "xaxis": {"range": [-0.5, years + 0.5], **BARE},
            "yaxis": {"range": [-tall * pixel, 0.0], "domain": [0.0, tall / (DEBT + tall)], **BARE},
            "yaxis2": {
                "range": [
                    -DEBT_FOOT / DEBT_LINE * most,
                    (DEBT - DEBT_FOOT) / DEBT_LINE * most,
                ],
                "domain": [tall / (DEBT + tall), 1.0],
                **BARE,
            },
        },
    }


def _millions_a_pixel(rows: Sequence[Row]) -> float:
    """The one scale of all rows, by the highest column and the deepest."""
    amounts = [amount / 1e6 for row in rows for amount in row.amounts if amount is not None]
    return max(0.5 / COLUMN, max(amounts) / COLUMN, -min(amounts) / COLUMN_BELOW)


def _columns(rows: Sequence[Row], baselines: Sequence[float]) -> dict[str, Any]:
    """The columns of all rows as one trace, each on its row's baseline."""
    placed = [
        (year, amount / 1e6, baseline, row.party)
        for row, baseline in zip(rows, baselines, strict=True)
        for year, amount in enumerate(row.amounts, 1)
        if amount is not None
    ]
    return {
        "type": "bar",
        "x": [year for year, *_ in placed],
        "y": [amount for _, amount, _, _ in placed],
        "base": [baseline for _, _, baseline, _ in placed],
        "width": 0.6,
        "marker": {"color": [palette.colour(party) for *_, party in placed]},
        **QUIET,
    }


def _values(rows: Sequence[Row], baselines: Sequence[float], pixel: float, words: Words) -> dict[str, Any]:
    """The amounts at the end of the columns: of all years, or of as many as there is room for."""
    years = len(rows[0].amounts)
    apart = _apart(rows, words)
    placed = [
        (year, baseline + amount / 1e6, _value(amount, years, words), amount < -SHOWN)
        for row, baseline in zip(rows, baselines, strict=True)
        for year, amount in enumerate(row.amounts, 1)
        if amount is not None and (years - year) % apart == 0
    ]
    return written(
        [year for year, *_ in placed],
        [up + CLEAR * pixel * (-1.0 if below else 1.0) for _, up, _, below in placed],
        [plain(text) for _, _, text, _ in placed],
        ["bottom center" if below else "top center" for *_, below in placed],
    )


def _debt(debt: Yearly, words: Words) -> dict[str, Any]:
    """The debt from closing day to the eve of the end, its first and last value written."""
    last = max(date for date, amount in enumerate(debt) if amount is not None)
    texts = [
        plain(words.show(amount, "money_short")) if amount is not None and date in (0, last) else ""
        for date, amount in enumerate(debt)
    ]
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": list(range(len(debt))),
        "y": [None if amount is None else amount / 1e6 for amount in debt],
        "text": texts,
        "textposition": _beside_the_line(len(debt) - 1, last),
        "line": {"color": palette.colour("banks"), "width": 3},
        "marker": {"color": palette.colour("banks"), "size": 7},
        "cliponaxis": False,
        **QUIET,
        "yaxis": "y2",
    }


def _beside_the_line(years: int, last: int) -> list[str]:
    """Where the debt's first and last value stand so that they do not meet."""
    if _with_unit(years):
        return ["top center"] * (years + 1)
    far = last * _slot(years) >= 2.0 * span("00,0\u00a0M€")
    return ["top right", *["top left" if far else "middle right"] * years]


def _debt_frame(most: float, years: int, words: Words) -> dict[str, Any]:
    """The debt's name and its zero line. Words of one axis cannot stand in the band of another."""
    name, scale = words.say("rows.debt_left"), words.say("rows.other_scale")
    return {
        **strokes(
            [-0.5, years + 0.5, None, -0.5],
            [0.0, 0.0, None, (DEBT - DEBT_FOOT - 2.0 - LINE / 2.0) / DEBT_LINE * most],
            frame=True,
        ),
        "mode": "lines+text",
        "text": ["", "", "", f"<b>{plain(name)}</b> {plain(scale)}"],
        "textposition": "middle right",
        "yaxis": "y2",
    }


def _names(rows: Sequence[Row], years: int, pixel: float, words: Words) -> dict[str, Any]:
    """What each row is, above it at the left; the years, below the last."""
    above = []
    for number, row in enumerate(rows):
        said = words.say(f"rows.{row.name}")
        if not _with_unit(years):
            said = words.say("rows.in_millions", name=said)
        above.append((-ROW * number - LINE / 2.0, f"<b>{plain(said)}</b>"))
    foot = -ROW * len(rows) - BELOW - FOOT / 2.0
    start, *later = _dates(years, words)
    return written(
        [-0.5] * len(above) + [0.0 if _with_unit(years) else -0.5] + list(range(1, years + 1)),
        [up * pixel for up, _ in above] + [foot * pixel] * (years + 1),
        [text for _, text in above] + [start, *later],
        ["middle right"] * len(above)
        + ["middle center" if _with_unit(years) else "middle right"]
        + ["middle center"] * years,
        frame=True,
    )


def _dates(years: int, words: Words) -> list[str]:
    """What stands under each date: the purchase, then years, without those that it leaves no room for."""
    start = words.say("figures.purchase")
    if _with_unit(years):
        return [plain(start), *(plain(words.say("figures.year", year=year)) for year in range(1, years + 1))]
    first = math.ceil((span(start) + span("00")) / _slot(years) - 0.5)
    return [plain(start), *(str(year) if year >= first else "" for year in range(1, years + 1))]


def _zeros(baselines: Sequence[float], years: int) -> dict[str, Any]:
    """The baselines, from side to side."""
    across = [place for _ in baselines for place in (-0.5, years + 0.5, None)]
    down = [place for baseline in baselines for place in (baseline, baseline, None)]
    return strokes(across, down, frame=True)


def _slot(years: int) -> float:
    """Pixels that one date has on the narrowest figure."""
    return (NARROW - 2.0 * SIDE) / (years + 1.0)


def _with_unit(years: int) -> bool:
    """Whether a year has room for an amount with its unit; otherwise the row's name states the unit."""
    return span("00,0\u00a0M€") <= _slot(years)


def _value(amount: float, years: int, words: Words) -> str:
    return words.show(amount, "money_short") if _with_unit(years) else words.show(amount / 1e6, "decimal")


def _apart(rows: Sequence[Row], words: Words) -> int:
    """Every how many years a value is written."""
    years = len(rows[0].amounts)
    texts = [_value(amount, years, words) for row in rows for amount in row.amounts if amount is not None]
    return math.ceil(max(map(span, texts)) / _slot(years))
