"""Dots on one scale: the same tool in other hands, what is the same to the euro and what is not."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lbo_model.classroom import facts, names, palette, yearly
from lbo_model.classroom.cases import Case
from lbo_model.classroom.figures.frame import BARE, QUIET, framed
from lbo_model.classroom.figures.picture import (
    FRAME,
    LINE,
    NARROW,
    Picture,
    owner_name,
    read_out,
    round_ticks,
    span,
    written,
)
from lbo_model.classroom.show import Table, plain
from lbo_model.words import Words

DOT = 11.0
RING = 6.0
LARGEST = 29.0
"""Pixels: the first owner's sign; by how much each further one is larger, a ring around those before; the
largest.
"""
EDGE = 6.0
ABOVE = 2.0
"""What is left free beside the signs at both ends of the axis, and above each row."""
KEY = 26.0
"""A line of the key, which says which sign is whose."""
UNDER = 36.0
"""The axis, its numbers and its name."""
CLEAR = 1.0
"""Between signs and the words above or below them."""
GAP = 8.0
SPACE = 3.3
"""Between a sign and its value, and what a space takes across."""
OTHER_SIGNS = ("hexagon", "diamond", "triangle-up", "cross")
"""For owners of the same party as one that has its sign already."""


@dataclass(frozen=True)
class Row:
    """One question: a key of the words, and each owner's amount."""

    name: str
    amounts: tuple[float, ...]


@dataclass(frozen=True)
class Scale:
    """The axis in millions, and how large the signs on it are."""

    low: float
    high: float
    owners: int
    lines: int
    """Of values below the signs of a row."""

    @property
    def ring(self) -> float:
        """By how much each owner's sign is larger than the one before."""
        return min(RING, (LARGEST - DOT) / max(1, self.owners - 1))

    @property
    def largest(self) -> float:
        """The size of the last owner's sign."""
        return DOT + self.ring * (self.owners - 1)

    @property
    def side(self) -> float:
        """The margin on each side: a sign at the end of the axis is not cut."""
        return EDGE + self.largest / 2.0

    @property
    def row(self) -> float:
        """The height of a row: its name, its signs, and room for values below them."""
        return ABOVE + LINE + self.largest + 2.0 * CLEAR + LINE * self.lines

    @property
    def room(self) -> float:
        """Pixels that the axis has on the narrowest figure."""
        return NARROW - 2.0 * self.side

    def pixels(self, amount: float) -> float:
        """Where an amount in millions stands on the narrowest figure."""
        return self.room * (amount - self.low) / (self.high - self.low)


@dataclass(frozen=True)
class Label:
    """A value with the owners who have it: where it stands in its row, and on which side of that place."""

    text: str
    across: float
    line: int
    position: str


@dataclass(frozen=True)
class Place:
    """In the key, in pixels of the narrowest figure: where an owner's sign and name stand, how far down."""

    sign: float
    name: float
    down: float


def same_or_not(cases: Sequence[Case], words: Words, title: str) -> Picture:
    """One row a question, one sign an owner: where they agree, a ring around a dot and one value."""
    rows = _rows(cases)
    owners = [owner_name(case, words) for case in cases]
    table = Table(
        words.say("figures.dots_caption"),
        [words.say("figures.question"), *owners],
        [
            [words.say(f"rows.{row.name}"), *(words.show(amount, "money") for amount in row.amounts)]
            for row in rows
        ],
    )
    return Picture(_figure(rows, cases, words), title, read_out(table), table)


def _rows(cases: Sequence[Case]) -> list[Row]:
    parties = dict.fromkeys(case.party for case in cases)
    questions = {
        "debt_at_closing": yearly.owed_to_lenders_at_closing,
        "paid_to_lenders": yearly.paid_to_lenders,
        "machines_bought": facts.machines_bought,
        "machines_not_bought": lambda case: facts.of_end(case)["machines_owed"],
    }
    rows = [Row(name, tuple(map(asked, cases))) for name, asked in questions.items()]
    rows += [
        Row(f"end_{party}", tuple(yearly.at_the_end(case, party) for case in cases)) for party in parties
    ]
    return rows


def _figure(rows: Sequence[Row], cases: Sequence[Case], words: Words) -> dict[str, Any]:
    amounts = [amount / 1e6 for row in rows for amount in row.amounts]
    scale = Scale(1.05 * min(0.0, *amounts), 1.05 * max(1.0, *amounts), len(cases), _lines(cases))
    short = _short_names(cases, words)
    places = _places(short, scale, words)
    key = places[-1].down + KEY / 2.0
    tops = [key + scale.row * number + ABOVE for number in range(len(rows))]
    dots = [top + LINE + CLEAR + scale.largest / 2.0 for top in tops]
    labels = [
        (label, dot + (label.line and scale.largest / 2.0 + CLEAR + LINE * (label.line - 0.5)))
        for row, told, dot in zip(rows, _named(rows, words), dots, strict=True)
        for label in _labels(row, short if told else [], scale, words)
    ]
    signs = [
        _signs([row.amounts[number] for row in rows], dots, number, cases, scale)
        for number in range(len(cases))
    ]
    values = written(
        [label.across for label, _ in labels],
        [down for _, down in labels],
        [label.text for label, _ in labels],
        [label.position for label, _ in labels],
    )
    named = written(
        [scale.low] * len(rows),
        [top + LINE / 2.0 for top in tops],
        [f"\u00a0<b>{plain(words.say(f'rows.{row.name}'))}</b>" for row in rows],
        frame=True,
    )
    return {
        "data": [*signs, values, named, *_key(cases, places, short, scale, words)],
        "layout": {
            **framed(words, key + scale.row * len(rows) + UNDER, (scale.side, scale.side), bottom=UNDER),
            "xaxis": {
                "title": {"text": words.say("figures.millions")},
                "range": [scale.low, scale.high],
                "tickvals": round_ticks(scale.high),
                "automargin": False,
            },
            "yaxis": {
                "range": [key + scale.row * len(rows), 0.0],
                **BARE,
            },
        },
    }


def _named(rows: Sequence[Row], words: Words) -> list[bool]:
    """In which rows owners are named beside their values: where they differ, or in the last one."""
    differ = [len({words.show(amount, "money_short") for amount in row.amounts}) > 1 for row in rows]
    return differ if any(differ) else [*differ[:-1], True]


def _lines(cases: Sequence[Case]) -> int:
    """How many values of a row stand below its signs at most: one has room beside them if names are short."""
    kinds = {case.kind for case in cases}
    return len(cases) - 1 if len(kinds) == len(cases) else len(cases)


def _short_names(cases: Sequence[Case], words: Words) -> list[str]:
    """Each owner in a word, unless another of the same kind stands beside it."""
    kinds = [case.kind for case in cases]
    return [
        words.say(f"rows.owner_{case.kind}") if kinds.count(case.kind) == 1 else names.of_case(case, words)
        for case in cases
    ]


def _signs(
    amounts: Sequence[float], dots: Sequence[float], number: int, cases: Sequence[Case], scale: Scale
) -> dict[str, Any]:
    """One owner's signs: a dot, or a ring large enough to be seen around those of the owners before."""
    ring = "-open" if number else ""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [amount / 1e6 for amount in amounts],
        "y": list(dots),
        "marker": {
            "symbol": _shapes(cases)[number] + ring,
            "size": DOT + scale.ring * number,
            "color": palette.colour(cases[number].party),
            "line": {"width": 2.5 if number else 0},
        },
        "cliponaxis": False,
        **QUIET,
    }


def _key(
    cases: Sequence[Case], places: Sequence[Place], short: Sequence[str], scale: Scale, words: Words
) -> list[dict[str, Any]]:
    """Above the rows: which sign stands for which buyer. It is there before the answer too."""
    unit = (scale.high - scale.low) / scale.room
    signs = [
        _signs([1e6 * (scale.low + unit * place.sign)], [place.down], number, cases, scale)
        for number, place in enumerate(places)
    ]
    texts = [words.say("figures.buyer"), *short]
    across = [0.0, *(place.name for place in places)]
    named = written(
        [scale.low + unit * at for at in across],
        [KEY / 2.0, *(place.down for place in places)],
        [plain(text) for text in texts],
        frame=True,
    )
    return [*({**sign, "meta": FRAME} for sign in signs), named]


def _places(short: Sequence[str], scale: Scale, words: Words) -> list[Place]:
    """Where the owners' signs and names stand in the key: one after the other, on further lines where the
    narrowest figure has no room for all.
    """
    start, line = span(words.say("figures.buyer")) + GAP, 0
    places = []
    for number, name in enumerate(short):
        size = DOT + scale.ring * number
        long = size + SPACE + span(name)
        if start + long > scale.room and start > 0.0:
            start, line = 0.0, line + 1
        places.append(Place(start + size / 2.0, start + size + SPACE, KEY * (line + 0.5)))
        start += long + 2.0 * GAP
    return places


def _shapes(cases: Sequence[Case]) -> list[str]:
    """Each owner's shape: its party's, or another one where an owner before has it."""
    shapes: list[str] = []
    for case in cases:
        wanted = (palette.marker(case.party).removesuffix("-open"), *OTHER_SIGNS)
        shapes.append(next(shape for shape in wanted if shape not in shapes))
    return shapes


def _labels(row: Row, owners: Sequence[str], scale: Scale, words: Words) -> list[Label]:
    """The values of a row, each written once.

    Beside its sign where the narrowest figure has room for it between other signs; else below it.
    """
    shared: dict[str, list[int]] = {}
    for number, amount in enumerate(row.amounts):
        shared.setdefault(words.show(amount, "money_short"), []).append(number)
    places = {value: row.amounts[numbers[0]] / 1e6 for value, numbers in shared.items()}
    reach = scale.largest / 2.0
    aside = "\u00a0" * math.ceil((reach + GAP) / SPACE)
    taken = [(scale.pixels(place) - reach, scale.pixels(place) + reach) for place in places.values()]
    labels: list[Label] = []
    below = 0
    for value, numbers in sorted(shared.items(), key=lambda item: -places[item[0]]):
        text = value
        if owners:
            who = ", ".join(owners[number] for number in numbers)
            text = words.say("rows.named", name=who, value=value)
        place, at = places[value], scale.pixels(places[value])
        right = (at + reach + GAP, at + reach + GAP + span(text))
        left = (at - reach - GAP - span(text), at - reach - GAP)
        if _free(right, taken, scale):
            taken.append(right)
            labels.append(Label(aside + plain(text), place, 0, "middle right"))
        elif _free(left, taken, scale):
            taken.append(left)
            labels.append(Label(plain(text) + aside, place, 0, "middle left"))
        else:
            below += 1
            half = span(text) / 2.0
            side = "right" if at < half else "left" if at > scale.room - half else "center"
            apart = "\u00a0" if side == "right" else ""  # off the axis
            labels.append(Label(apart + plain(text), place, below, f"middle {side}"))
    return labels


def _free(wanted: tuple[float, float], taken: Sequence[tuple[float, float]], scale: Scale) -> bool:
    """Whether a label has this room on the narrowest figure, beside all signs and labels."""
    first, last = wanted
    inside = first >= -scale.side and last <= scale.room + scale.side
    return inside and all(last <= start or first >= end for start, end in taken)
