"""One bar cut into parts: what becomes of a hundred of sales; who brings the price and what is missing.

Places are in pixels for letters of 12 px: across in the units of the bar, down from the top of the figure.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lbo_model.classroom import facts, palette, yearly
from lbo_model.classroom.cases import Case
from lbo_model.classroom.figures.columns import sources
from lbo_model.classroom.figures.frame import BARE, QUIET, framed
from lbo_model.classroom.figures.picture import (
    LETTER,
    LINE,
    NARROW,
    Picture,
    lines,
    owner_name,
    read_out,
    round_ticks,
    span,
    strokes,
    written,
)
from lbo_model.classroom.show import Table, plain
from lbo_model.words import Words

SIDE = 10.0
ROOM = NARROW - 2.0 * SIDE
"""Pixels left free on each side of the bar, and what the narrowest figure leaves for it."""
ABOVE = 2.0
"""Above the highest letters."""
BAR = 76.0
THIN = 22.0
"""The heights of the bar and of the thin bar of a guess."""
MARK = 22.0
"""The height of the row of one mark on the axis."""

OF_A_HUNDRED: Mapping[str, str] = {
    "suppliers": "market",
    "pay": "workers",
    "production_taxes": "state",
    "left": "factory",
}
"""The parts of a hundred of sales, in their order, and whose colour each has."""


@dataclass(frozen=True)
class Part:
    """One part of the bar: its name, its value as it is written, where it begins, how long it is."""

    name: str
    value: str
    party: str
    start: float
    length: float
    pattern: Any = None


@dataclass(frozen=True)
class Mark:
    """A place on the axis below the bar, in the bar's units."""

    name: str
    symbol: str
    colour: str
    at: float


def hundred(
    cases: Sequence[Case], words: Words, title: str, guess: Mapping[str, float] | None = None
) -> Picture:
    """Of every hundred of sales: suppliers, pay, taxes on production, what is left; the guess above."""
    found = yearly.of_hundred(cases[0])
    parts = _of_a_hundred(found, words)
    end = max(100.0, *(part.start + part.length for part in parts))
    added = _named(
        words.say("rows.value_added"), words.say("figures.of_hundred", amount=found["value_added"]), words
    )
    first = min(parts[0].length, 100.0)
    data, high = _bar(
        parts,
        end,
        ABOVE + LINE + THIN + 10.0,
        (0.0, 100.0, words.say("rows.sales")),
        (first, 100.0, added),
        words,
    )
    bottom = high + LINE * sum(not _on_the_part(part, end) for part in parts)
    if guess is not None:
        data += _guessed(_of_a_hundred(guess, words, "figures.of_hundred_guessed"), words)
    table = Table(
        words.say("figures.hundred_caption"),
        [words.say("figures.part"), words.say("figures.of_hundred_sold")],
        [
            [words.say(f"rows.{code}"), words.say("figures.of_hundred", amount=found[code])]
            for code in (*OF_A_HUNDRED, "value_added")
        ],
    )
    return Picture({"data": data, "layout": _layout(end, bottom, words)}, title, read_out(table), table)


def layered_price(
    cases: Sequence[Case],
    words: Words,
    title: str,
    guess: float | None = None,
    bearable: float | None = None,
) -> Picture:
    """What must be paid at closing, filled by who brings it, what is missing hatched.

    Prices stand on the axis below: the one asked, the one that the owner can bear, the one guessed.
    """
    first = cases[0]
    known = facts.of_closing(first)
    bricks = sorted((brick for brick in sources(first) if brick.amount >= 1.0), key=_order)
    parts: list[Part] = []
    for brick in bricks:
        start = parts[-1].start + parts[-1].length if parts else 0.0
        name = words.say(f"bricks_short.{brick.name}")
        value = words.show(brick.amount, "money_short")
        parts.append(Part(name, value, brick.party, start, brick.amount / 1e6, brick.pattern))
    marks = [Mark(words.say("rows.price_asked"), "triangle-up", palette.colour("seller"), known["price"])]
    if bearable is not None:
        marks.append(Mark(words.say("rows.price_bearable"), "diamond", palette.colour(first.party), bearable))
    if guess is not None:
        marks.append(Mark(words.say("rows.guess"), "diamond-open", "var(--text)", guess))
    whole = known["uses"] / 1e6
    end = 1.02 * max(whole, *(mark.at / 1e6 for mark in marks))
    to_pay = _named(words.say("rows.to_pay"), words.show(known["uses"], "money_short"), words)
    data, high = _bar(parts, end, ABOVE, (0.0, whole, words.say("rows.sources")), (0.0, whole, to_pay), words)
    bottom = high + LINE * (len(sources(first)) - 1)
    data.append(_marks(marks, end, bottom, words))
    # Room for all three marks, so that nothing moves when one comes.
    layout = _layout(end, bottom + 3.0 * MARK, words, words.say("figures.millions"))
    table = Table(
        words.say("figures.price_caption", owner=owner_name(first, words)),
        [words.say("figures.part"), words.say("figures.amount")],
        [
            *([words.say(f"bricks.{brick.name}"), words.show(brick.amount, "money")] for brick in bricks),
            [words.say("rows.to_pay"), words.show(known["uses"], "money")],
            *([mark.name, words.show(mark.at, "money")] for mark in marks),
        ],
    )
    return Picture({"data": data, "layout": layout}, title, read_out(table), table)


def _of_a_hundred(amounts: Mapping[str, float], words: Words, form: str = "figures.of_hundred") -> list[Part]:
    """The parts one after the other. A part below zero takes no room, and its value says so; one
    that a guess leaves out is zero.
    """
    parts: list[Part] = []
    for code, party in OF_A_HUNDRED.items():
        start = parts[-1].start + parts[-1].length if parts else 0.0
        amount = amounts.get(code, 0.0)
        value = words.say(form, amount=amount)
        parts.append(Part(words.say(f"rows.{code}"), value, party, start, max(0.0, amount)))
    return parts


def _named(name: str, value: str, words: Words) -> str:
    return words.say("rows.named", name=name, value=value)


def _order(brick: Any) -> int:
    """Owners first, then lenders, then what is missing."""
    return ("stake", "loan", "missing").index(brick.name.split("_")[0])


# --- how it is drawn ----------------------------------------------------------------------------------------


def _bar(
    parts: Sequence[Part],
    end: float,
    top: float,
    whole: tuple[float, float, str],
    bracket: tuple[float, float, str],
    words: Words,
) -> tuple[list[dict[str, Any]], float]:
    """The traces of the bar, and how far down it reaches: an outline with its name, a bracket, the parts.

    What a part is stands on it, or on a line of its own below the bar where the part is too short.
    """
    foot = top + LINE + 8.0  # of the bracket
    low, high = foot + 4.0, foot + 4.0 + BAR
    start, stop, name = whole
    left, right, said = bracket
    labels = [_on_the_part(part, end) for part in parts]
    outside = sorted(
        (part for part, label in zip(parts, labels, strict=True) if not label),
        key=lambda part: _row(part, end),
    )
    across: list[float | None] = [left, left, right, right]
    down: list[float | None] = [foot, foot - 5.0, foot - 5.0, foot]
    # The bracket's words end where it does, unless the name on the left leaves them no room.
    least = end * (span(name) + 12.0 + span(said)) / ROOM
    texts = [(max(right, least), top + LINE / 2.0, plain(said), "middle left")]
    texts += [
        (_middle(part), (low + high) / 2.0, label, "middle center")
        for part, label in zip(parts, labels, strict=True)
        if part.pattern and label
    ]
    for row, part in enumerate(outside):
        level = high + 16.0 + LINE * row
        side = "middle left" if _late(part, end) else "middle right"
        # A space keeps the words off the line that leads to them.
        named = f"\u00a0{plain(_named(part.name, part.value, words))}\u00a0"
        texts.append((_middle(part), level, named, side))
        across += [None, _middle(part), _middle(part)]
        down += [None, high, level]
    return [
        _blocks(parts, labels, (low + high) / 2.0),
        strokes([start, stop, stop, start, start], [low, low, high, high, low], frame=True),
        written([start], [top + LINE / 2.0], [plain(name)], frame=True),
        strokes(across, down),
        written(
            [place for place, *_ in texts],
            [level for _, level, *_ in texts],
            [text for *_, text, _ in texts],
            [side for *_, side in texts],
        ),
    ], high + 12.0


def _blocks(parts: Sequence[Part], labels: Sequence[str], middle: float) -> dict[str, Any]:
    """All parts as one trace; words on hatches need a rim, and are written with the words around."""
    return {
        "type": "bar",
        "orientation": "h",
        "y": [middle] * len(parts),
        "x": [part.length for part in parts],
        "base": [part.start for part in parts],
        "width": BAR,
        "text": ["" if part.pattern else label for part, label in zip(parts, labels, strict=True)],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "marker": {
            "color": [palette.colour(part.party) for part in parts],
            "line": {"color": "var(--background)", "width": 1},
            **_pattern(parts),
        },
        **QUIET,
    }


def _middle(part: Part) -> float:
    return part.start + part.length / 2.0


def _on_the_part(part: Part, end: float) -> str:
    """What stands on a part at every width of the figure, or nothing where it would not fit."""
    room = ROOM * part.length / end
    cut = lines(part.name, max(1, int((room - 4.0) / LETTER)))
    said = [*cut.split("<br>"), plain(part.value)]
    fits = all(span(line) + 4.0 <= room for line in said) and len(said) * LINE <= BAR
    return "<br>".join(said) if fits else ""


def _late(part: Part, end: float) -> bool:
    return _middle(part) > end / 2.0


def _row(part: Part, end: float) -> tuple[bool, float]:
    """The order of lines below the bar in which none crosses a word."""
    return (False, _middle(part)) if _late(part, end) else (True, -_middle(part))


def _guessed(parts: Sequence[Part], words: Words) -> list[dict[str, Any]]:
    """The guess as a thin hollow bar with the colours of the real one as outlines."""
    bar = {
        "type": "bar",
        "orientation": "h",
        "y": [ABOVE + LINE + THIN / 2.0] * len(parts),
        "x": [part.length for part in parts],
        "base": [part.start for part in parts],
        "width": THIN,
        "text": [
            plain(part.value) if span(part.value) <= ROOM * part.length / 100.0 else "" for part in parts
        ],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "marker": {
            "color": "var(--background)",
            "line": {"color": [palette.colour(part.party) for part in parts], "width": 2},
        },
        **QUIET,
    }
    return [bar, written([0.0], [ABOVE + LINE / 2.0], [plain(words.say("rows.guess"))])]


def _marks(marks: Sequence[Mark], end: float, top: float, words: Words) -> dict[str, Any]:
    """Each mark on a row of its own, its name and value on the side that has room for them."""
    return {
        "type": "scatter",
        "mode": "markers+text",
        "x": [mark.at / 1e6 for mark in marks],
        "y": [top + MARK * (row + 0.5) for row in range(len(marks))],
        "text": [
            f"\u00a0{plain(_named(mark.name, words.show(mark.at, 'money_short'), words))}\u00a0"
            for mark in marks
        ],
        "textposition": ["middle left" if mark.at / 1e6 > end / 2.0 else "middle right" for mark in marks],
        "marker": {
            "symbol": [mark.symbol for mark in marks],
            "size": 14,
            "color": [mark.colour for mark in marks],
            "line": {"width": 2},
        },
        "cliponaxis": False,
        **QUIET,
    }


def _pattern(parts: Sequence[Part]) -> dict[str, Any]:
    """The hatches of the parts, left out where there is none."""
    shapes = [part.pattern["shape"] if part.pattern else "" for part in parts]
    return {"pattern": {**palette.NOT_CASH, "shape": shapes}} if any(shapes) else {}


def _layout(end: float, bottom: float, words: Words, axis: str = "") -> dict[str, Any]:
    """Places down are pixels from the top; the axis below has numbers only where it has a name."""
    under = 44.0 if axis else 4.0
    return {
        **framed(words, bottom + under, (SIDE, SIDE), bottom=under),
        "barmode": "overlay",
        "xaxis": {
            "title": {"text": axis},
            "range": [0.0, end],
            "tickvals": round_ticks(end) if axis else [],
            "zeroline": False,
            "automargin": False,
        },
        "yaxis": {
            "range": [bottom, 0.0],
            **BARE,
        },
    }
