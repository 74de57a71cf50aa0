"""Owners one after the other on one time axis: the debt of each, what it paid, the machines bought or not.

Every row has its own baseline, and all have one scale: a column is the sum of one owner's years. What was not
bought is no payment, hence hatched, and adds up from owner to owner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lbo_model.classroom import facts, names, palette
from lbo_model.classroom.cases import Case
from lbo_model.classroom.figures.frame import BARE, QUIET, framed
from lbo_model.classroom.figures.picture import (
    LINE,
    NARROW,
    Picture,
    read_out,
    span,
    strokes,
    written,
)
from lbo_model.classroom.show import Table, plain
from lbo_model.classroom.yearly import of_years
from lbo_model.words import Words

NAMES = 2.0 * LINE + 4.0
"""Pixels: the owners' names, at the top."""
DEBT = 95.0
DEBT_LINE = 52.0
DEBT_BELOW = 8.0
"""The height of the debt's band, of the highest point of its line, and what is left below zero."""
ROW = 57.0
GAP = 4.0
COLUMN = 20.0
CLEAR = 3.0
"""The height of a row, the gap above its name, its highest column, and the gap between it and its value."""
FOOT = 20.0
SIDE = 6.0
FILLED = 0.72
"""The part of an owner's years that its column covers."""


@dataclass(frozen=True)
class Row:
    """One sum for each owner: a key of the words, whose colour, the amounts, whether they are no cash."""

    name: str
    party: str
    amounts: tuple[float, ...]
    hatched: bool = False


@dataclass(frozen=True)
class Stay:
    """An owner's years on the common axis."""

    case: Case
    start: int
    years: int

    @property
    def end(self) -> int:
        """The date at which it leaves, or at which it is looked at."""
        return self.start + self.years

    @property
    def middle(self) -> float:
        """Where its columns stand."""
        return self.start + self.years / 2.0


def succession(cases: Sequence[Case], words: Words, title: str) -> Picture:
    """The first owner and those who buy from it: debt, payments to lenders, fees and dividends, machines."""
    row = cases[0].row
    stays = [Stay(case, case.result.start, case.result.deal.exit.year) for case in row]
    sums = facts.burden(cases[0])
    rows = [
        Row("to_lenders", "banks", sums["debt_service"]),
        Row("fees_and_dividends", "advisers", sums["owners_and_advisers"]),
        Row("machines", "factory", sums["capex"]),
        Row("machines_owed", "factory", sums["machines_owed"], hatched=True),
    ]
    table = _table(cases[0], stays, rows, words)
    return Picture(_figure(stays, rows, words), title, read_out(table), table)


# --- the table ----------------------------------------------------------------------------------------------


def _table(first: Case, stays: Sequence[Stay], rows: Sequence[Row], words: Words) -> Table:
    row = [stay.case for stay in stays]
    nothing = words.say("figures.closed_year")

    def cells(amounts: Sequence[float], whole: float | None) -> list[str]:
        shown = [
            words.show(amount, "money") if facts.bought_by(case) else nothing
            for case, amount in zip(row, amounts, strict=True)
        ]
        return [*shown, "" if whole is None else words.show(whole, "money")]

    heads = [
        words.say("figures.stay", owner=names.of_case(stay.case, words), start=stay.start, end=stay.end)
        for stay in stays
    ]
    last = max((place for place, case in enumerate(row) if facts.bought_by(case)), default=0)
    lent = [float(sum(case.result.closing.loans, 0.0)) for case in row]
    left = [float(sum(case.result.eve.loans, 0.0)) for case in row]
    lines = [
        [words.say("rows.debt_at_closing"), *cells(lent, None)],
        [words.say("rows.debt_on_the_eve"), *cells(left, None)],
    ]
    for one in rows:
        whole = one.amounts[last] if one.hatched else sum(one.amounts)
        lines.append([words.say(f"rows.{one.name}"), *cells(one.amounts, whole)])
    for party, amounts in facts.account(first).items():
        lines.append([words.say(f"shares.{party}"), *cells(amounts, sum(amounts))])
    return Table(
        words.say("figures.succession_caption"),
        [words.say("figures.part"), *heads, words.say("figures.together")],
        lines,
    )


# --- the drawing --------------------------------------------------------------------------------------------


def _figure(stays: Sequence[Stay], rows: Sequence[Row], words: Words) -> dict[str, Any]:
    end, tall = stays[-1].end, NAMES + DEBT + ROW * len(rows) + FOOT
    pixel = _millions_a_pixel(stays, rows)
    zero = -(NAMES + DEBT - DEBT_BELOW) * pixel
    baselines = [-(NAMES + DEBT + ROW * (number + 1.0)) * pixel for number in range(len(rows))]
    return {
        "data": [
            _columns(stays, rows, baselines),
            _values(stays, rows, baselines, pixel, words),
            _debt(stays, zero, words),
            _names(stays, rows, pixel, words),
            _lines(stays, rows, [zero, *baselines], pixel),
        ],
        "layout": {
            **framed(words, tall, (SIDE, SIDE)),
            "barmode": "overlay",
            "xaxis": {"range": [0.0, float(end)], **BARE},
            "yaxis": {"range": [-tall * pixel, 0.0], **BARE},
        },
    }


def _millions_a_pixel(stays: Sequence[Stay], rows: Sequence[Row]) -> float:
    """The one scale of all rows and of the debt, by the highest of either."""
    highest = max(amount for row in rows for amount in row.amounts) / 1e6
    debts = [amount for stay in stays for amount in of_years(stay.case).debt if amount is not None]
    return max(0.5 / COLUMN, highest / COLUMN, max(debts, default=0.0) / 1e6 / DEBT_LINE)


def _columns(stays: Sequence[Stay], rows: Sequence[Row], baselines: Sequence[float]) -> dict[str, Any]:
    """The columns of all rows as one trace, each on its row's baseline."""
    placed = [
        (stay, amount / 1e6, baseline, row)
        for row, baseline in zip(rows, baselines, strict=True)
        for stay, amount in zip(stays, row.amounts, strict=True)
        if facts.bought_by(stay.case)
    ]
    return {
        "type": "bar",
        "x": [stay.middle for stay, *_ in placed],
        "y": [amount for _, amount, _, _ in placed],
        "base": [baseline for _, _, baseline, _ in placed],
        "width": [FILLED * stay.years for stay, *_ in placed],
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
    stays: Sequence[Stay], rows: Sequence[Row], baselines: Sequence[float], pixel: float, words: Words
) -> dict[str, Any]:
    """The amounts above the columns, where an owner's years leave room for them."""
    placed = [
        (stay.middle, baseline + amount / 1e6 + CLEAR * pixel, text)
        for row, baseline in zip(rows, baselines, strict=True)
        for stay, amount in zip(stays, row.amounts, strict=True)
        for text in [_value(stay, amount, words)]
        if span(text) <= _room(stay, stays)
    ]
    return written(
        [across for across, *_ in placed],
        [up for _, up, _ in placed],
        [plain(text) for *_, text in placed],
        "top center",
    )


def _value(stay: Stay, amount: float, words: Words) -> str:
    return (
        words.show(amount, "money_short") if facts.bought_by(stay.case) else words.say("figures.closed_year")
    )


def _room(stay: Stay, stays: Sequence[Stay]) -> float:
    """Pixels that an owner's years have on the narrowest figure."""
    return (NARROW - 2.0 * SIDE) * stay.years / stays[-1].end


def _debt(stays: Sequence[Stay], zero: float, words: Words) -> dict[str, Any]:
    """The debt from each purchase to the eve of the next, its first and last value written."""
    across: list[float | None] = []
    up: list[float | None] = []
    texts: list[str] = []
    sides: list[str] = []
    for stay in stays:
        lived = [(date, owed) for date, owed in enumerate(of_years(stay.case).debt) if owed is not None]
        roomy = 2.0 * span("00,0\u00a0M€") <= 2.0 * _room(stay, stays)
        for date, owed in lived if facts.bought_by(stay.case) else []:
            first, last = date == 0, date == lived[-1][0]
            across.append(float(stay.start + date))
            up.append(zero + owed / 1e6)
            value = plain(words.show(owed, "money_short")) if roomy and (first or last) else ""
            texts.append(f"\u00a0{value}" if first else f"{value}\u00a0" if value else "")
            sides.append("top right" if first else "bottom left")
    return {
        "type": "scatter",
        "mode": "lines+text",
        "x": across,
        "y": up,
        "text": texts,
        "textposition": sides,
        "line": {"color": palette.colour("banks"), "width": 3},
        "cliponaxis": False,
        **QUIET,
    }


def _names(stays: Sequence[Stay], rows: Sequence[Row], pixel: float, words: Words) -> dict[str, Any]:
    """Each owner above its years; what each row is, above it at the left; the dates, below the last."""
    end = float(stays[-1].end)
    placed: list[tuple[float, float, str, str]] = []
    for stay in stays:
        kind = words.say(f"rows.owner_{stay.case.kind}")
        place = words.say(f"owners.place_{stay.case.place}") if stay.case.place else ""
        if max(span(kind), span(place)) <= _room(stay, stays):
            text = f"<b>{plain(kind)}</b><br>{plain(place)}"
            placed.append((stay.middle, LINE + 2.0, text, "middle center"))
    heads = zip(_tops(rows), ["debt_left", *(row.name for row in rows)], strict=True)
    placed += [
        (0.0, down + GAP + LINE / 2.0, f"<b>{plain(words.say(f'rows.{name}'))}</b>", "middle right")
        for down, name in heads
    ]
    foot = NAMES + DEBT + ROW * len(rows) + FOOT / 2.0
    start = words.say("figures.purchase")
    placed.append((0.0, foot, plain(start), "middle right"))
    taken = span(start)
    for stay in stays:
        text, at = words.say("figures.year", year=stay.end), (NARROW - 2.0 * SIDE) * stay.end / end
        last = stay is stays[-1]
        reaches = at - span(text) * (1.0 if last else 0.5)
        if reaches > taken + LINE / 2.0:
            placed.append((float(stay.end), foot, plain(text), "middle left" if last else "middle center"))
            taken = at + span(text) / 2.0
    return written(
        [across for across, *_ in placed],
        [-down * pixel for _, down, *_ in placed],
        [text for *_, text, _ in placed],
        [side for *_, side in placed],
        frame=True,
    )


def _tops(rows: Sequence[Row]) -> list[float]:
    """Where each band begins, in pixels from the top: the debt's, then each row's."""
    return [NAMES, *(NAMES + DEBT + ROW * number for number in range(len(rows)))]


def _lines(
    stays: Sequence[Stay], rows: Sequence[Row], baselines: Sequence[float], pixel: float
) -> dict[str, Any]:
    """The baselines from side to side, and between the names of the rows the days on which the factory is
    sold.
    """
    end = float(stays[-1].end)
    across: list[float | None] = [place for _ in baselines for place in (0.0, end, None)]
    down: list[float | None] = [place for level in baselines for place in (level, level, None)]
    feet = [0.0, *(top + GAP + LINE for top in _tops(rows))]
    ends = [-NAMES * pixel, *baselines]
    for stay in stays[:-1]:
        for foot, end_of_band in zip(feet, ends, strict=True):
            across += [float(stay.end), float(stay.end), None]
            down += [-foot * pixel, end_of_band, None]
    return strokes(across, down, frame=True)
