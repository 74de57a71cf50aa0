"""One storm over several owners: a cell for each year with what it was in words, then what was lost.

Places are in pixels for letters of 12 px, down from the top of the figure; across, a year is one unit wide.
"""

from collections.abc import Sequence
from typing import Any

from lbo_model.classroom import palette, survival
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
from lbo_model.words import Words

SIDE = 6.0
DEMAND = 26.0
"""The height of the line of demand, from nothing to its highest point."""
HEAD = 2.0 * LINE + 2.0
"""Above the line: its name, and the values written on it."""
CELL = 20.0
GAP = 4.0
ROW = LINE + CELL + LINE + GAP
"""An owner: its name, its years, what was lost, and the gap below."""
FOOT = 18.0
FILLED = 0.95
"""The part of a year that its cell covers."""
HOLLOW = ("waived", "waits", "brought")
"""Years that somebody saved: hollow, with the owner's colour as a rim."""


def storm(cases: Sequence[Case], words: Words, title: str) -> Picture:
    """Demand by year, then one row for each owner: every year's cell with its word, what was lost below."""
    table = _table(cases, words)
    return Picture(_figure(cases, words), title, read_out(table), table)


def _table(cases: Sequence[Case], words: Words) -> Table:
    last = cases[0].result.deal.exit.year
    heads = [words.say("figures.year", year=year) for year in range(1, last + 1)]
    levels = [words.show(level, "percent_short") for level in survival.demand(cases[0])[1:]]
    rows = [[words.say("rows.demand"), *levels, ""]]
    for case in cases:
        owner = owner_name(case, words)
        rows.append([owner, *(words.say(f"rows.year_{code}") for code in survival.years(case)), ""])
        for what, amount in survival.lost(case)._asdict().items():
            name = words.say(f"rows.lost_{what}", owner=owner)
            shown = _jobs(amount, words) if what == "jobs" else words.show(amount, "money")
            rows.append([name, *[""] * last, shown])
    return Table(
        words.say("figures.storm_caption"),
        [words.say("figures.who"), *heads, words.say("figures.in_the_end")],
        rows,
    )


def _figure(cases: Sequence[Case], words: Words) -> dict[str, Any]:
    last = cases[0].result.deal.exit.year
    first = HEAD + DEMAND + GAP
    tall = first + ROW * len(cases) + FOOT
    return {
        "data": [
            _cells(cases, first, last, words),
            _demand(cases[0], words),
            _losses(cases, first, words),
            _names(cases, first, last, words),
            strokes([0.5, last + 0.5], [HEAD + DEMAND] * 2, frame=True),
        ],
        "layout": {
            **framed(words, tall, (SIDE, SIDE)),
            "barmode": "overlay",
            "xaxis": {"range": [0.5, last + 0.5], **BARE},
            "yaxis": {"range": [tall, 0.0], **BARE},
        },
    }


def _cells(cases: Sequence[Case], first: float, last: int, words: Words) -> dict[str, Any]:
    """All cells as one trace."""
    room = (NARROW - 2.0 * SIDE) * FILLED / last - 4.0
    placed = [
        (year, first + ROW * number + LINE + CELL / 2.0, code, palette.colour(case.party))
        for number, case in enumerate(cases)
        for year, code in enumerate(survival.years(case), 1)
    ]
    return {
        "type": "bar",
        "orientation": "h",
        "y": [level for _, level, *_ in placed],
        "x": [FILLED] * len(placed),
        "base": [year - FILLED / 2.0 for year, *_ in placed],
        "width": CELL,
        "text": [plain(_word(code, room, words)) for *_, code, _ in placed],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "constraintext": "none",
        "textangle": 0,
        "marker": {
            "color": [_fill(code, colour) for *_, code, colour in placed],
            "line": {"color": [colour for *_, colour in placed], "width": 2},
        },
        **QUIET,
    }


def _word(code: str, room: float, words: Words) -> str:
    """What a year was, in one word, or by a sign where a cell is too narrow for words."""
    said = words.say(f"rows.year_{code}")
    return said if span(said) <= room else words.say(f"rows.sign_{code}")


def _fill(code: str, colour: str) -> str:
    if code in HOLLOW:
        return "var(--background)"
    return {"default": palette.colour("nobody_yet"), "closed": "var(--text)"}.get(code, colour)


def _demand(case: Case, words: Words) -> dict[str, Any]:
    """Demand by year beside that of a calm year, each value written above its point."""
    levels = survival.demand(case)[1:]
    highest = max(1.0, *levels)
    return {
        "type": "scatter",
        "mode": "lines+markers+text",
        "x": list(range(1, len(levels) + 1)),
        "y": [HEAD + DEMAND * (1.0 - level / highest) for level in levels],
        "text": [plain(words.show(level, "percent_short")) for level in levels],
        "textposition": "top center",
        "line": {"color": palette.colour("market"), "width": 3},
        "marker": {"color": palette.colour("market"), "size": 7},
        "cliponaxis": False,
        **QUIET,
    }


def _losses(cases: Sequence[Case], first: float, words: Words) -> dict[str, Any]:
    """Under each owner's years, what its owners, its lenders and the jobs lost."""
    down = [first + ROW * number + LINE + CELL + LINE / 2.0 + 1.0 for number in range(len(cases))]
    found = [survival.lost(case) for case in cases]
    texts = [
        plain(words.say("rows.lost", shares=one.shares, loans=-one.loans, jobs=_jobs(one.jobs, words)))
        for one in found
    ]
    return written([0.5] * len(cases), down, texts)


def _jobs(jobs: float, words: Words) -> str:
    """With the minus sign of amounts, not a hyphen."""
    return words.show(jobs, "whole").replace("-", "\u2212")


def _names(cases: Sequence[Case], first: float, last: int, words: Words) -> dict[str, Any]:
    """What each row is, above it at the left; the years, below the last."""
    tall = first + ROW * len(cases)
    heads = [(LINE / 2.0, words.say("rows.demand"))]
    heads += [
        (first + ROW * number + LINE / 2.0, owner_name(case, words)) for number, case in enumerate(cases)
    ]
    said = [words.say("figures.year", year=year) for year in range(1, last + 1)]
    roomy = max(map(span, said)) <= (NARROW - 2.0 * SIDE) / last - 2.0
    dates = said if roomy else [str(year) for year in range(1, last + 1)]
    return written(
        [*[0.5] * len(heads), *range(1, last + 1)],
        [*(down for down, _ in heads), *[tall + FOOT / 2.0] * last],
        [*(f"<b>{plain(name)}</b>" for _, name in heads), *map(plain, dates)],
        [*["middle right"] * len(heads), *["middle center"] * last],
        frame=True,
    )
