"""Bars on one axis: what each party got under each owner, beyond pay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lbo_model.classroom import facts, palette
from lbo_model.classroom.cases import Case
from lbo_model.classroom.figures.frame import BARE, QUIET, framed
from lbo_model.classroom.figures.picture import Picture, owner_name, read_out, written
from lbo_model.classroom.show import Table, plain
from lbo_model.words import Words

LETTER = 5.9
"""Pixels that a letter of an owner's name takes, on average, for letters of 12 px."""
WORTH_A_ROW = 1_000.0
"""Euros. A party that gets less under every owner has no row."""
ROW = 14.0
"""Pixels: the height of a row."""
GAP = 0.15
"""Rows: what is left free above each party's name."""


@dataclass(frozen=True)
class Group:
    """One party: its name, its colour, and under each owner what it got in cash and on paper; None under an
    owner with whom it does not exist, as a fund where there is none.
    """

    name: str
    colour: str
    parts: tuple[tuple[float, float] | None, ...]


@dataclass(frozen=True)
class Row:
    """One party under one owner: how far down, whose it is, its colour, what it got in cash and on paper."""

    place: float
    owner: str
    colour: str
    cash: float
    paper: float


def who_got_what(cases: Sequence[Case], words: Words, title: str) -> Picture:
    """One bar for each party under each owner, on one axis: cash plain, claims not cashed hatched."""
    groups = _groups(cases, words)
    owners = [owner_name(case, words) for case in cases]
    table = _table(groups, owners, words)
    return Picture(_figure(groups, owners, words), title, read_out(table), table)


def _groups(cases: Sequence[Case], words: Words) -> list[Group]:
    shares = [facts.shares(case) for case in cases]
    found = {party for got in shares for party in got}
    known = [party for party in facts.SHARED_IN_THE_FIGURE if party in found]
    groups = [
        Group(
            words.say(f"shares.{party}"),
            palette.colour(party),
            tuple(got.get(party) for got in shares),
        )
        for party in (*known, *sorted(found.difference(known)))
    ]
    machines = tuple((facts.machines_bought(case), 0.0) for case in cases)
    groups.append(Group(words.say("shares.machines"), palette.colour("factory"), machines))
    return [group for group in groups if any(part and abs(sum(part)) >= WORTH_A_ROW for part in group.parts)]


def _figure(groups: Sequence[Group], owners: Sequence[str], words: Words) -> dict[str, Any]:
    # Rows of one party stand together; one free row above them takes the party's name.
    heads: list[tuple[float, str]] = []
    rows: list[Row] = []
    place = 0.0
    for group in groups:
        heads.append((place, group.name))
        for owner, part in zip(owners, group.parts, strict=True):
            if part is not None:
                place += 1.0
                rows.append(Row(place, owner, group.colour, *part))
        place += 1.0 + GAP
    ends = [end for row in rows for end in (row.cash, row.paper, row.cash + row.paper)]
    low, high = min(0.0, *ends) / 1e6, max(1e6, *ends) / 1e6
    return {
        "data": [
            _bars(rows, [row.cash for row in rows]),
            _bars(rows, [row.paper for row in rows], palette.NOT_CASH),
            _values(rows, words),
            _names(heads, rows, low * 1.35),
        ],
        "layout": {
            **framed(
                words, 4.0 + ROW * place + 26.0, (12 + LETTER * max(map(len, owners)), 8), top=4, bottom=26
            ),
            "barmode": "relative",
            # Values stand at the ends of the bars: numbers on the axis would repeat them.
            "xaxis": {
                "title": {"text": words.say("figures.hatched"), "standoff": 4},
                "range": [low * 1.35, high + 0.25 * (high - low)],
                "showticklabels": False,
                "showgrid": False,
                "automargin": False,
            },
            # Names are written with the other words: tick labels are slow to redraw.
            "yaxis": {
                "range": [place - 0.4, -0.6],
                **BARE,
            },
        },
    }


def _bars(
    rows: Sequence[Row], amounts: Sequence[float], pattern: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The bars of one kind of money; rows that have none of it are left out, for speed."""
    seen = [(row, amount) for row, amount in zip(rows, amounts, strict=True) if abs(amount) >= 1.0]
    return {
        "type": "bar",
        "orientation": "h",
        "y": [row.place for row, _ in seen],
        "x": [amount / 1e6 for _, amount in seen],
        "width": 0.8,
        "marker": {
            "color": [row.colour for row, _ in seen],
            **({"pattern": pattern} if pattern else {}),
        },
        **QUIET,
    }


def _values(rows: Sequence[Row], words: Words) -> dict[str, Any]:
    """The total of each row, written at the end of its bar."""
    return written(
        [max(0.0, row.cash, row.paper, row.cash + row.paper) / 1e6 for row in rows],
        [row.place for row in rows],
        ["\u00a0" + plain(words.show(row.cash + row.paper, "money_short")) for row in rows],
    )


def _names(heads: Sequence[tuple[float, str]], rows: Sequence[Row], left: float) -> dict[str, Any]:
    """Each party's name above its rows, from the left end of the axis, and left of each row its owner's."""
    return written(
        [left] * (len(heads) + len(rows)),
        [*(place for place, _ in heads), *(row.place for row in rows)],
        [
            *(f"\u00a0<b>{plain(name)}</b>" for _, name in heads),
            *(plain(row.owner) + "\u00a0" for row in rows),
        ],
        ["middle right"] * len(heads) + ["middle left"] * len(rows),
        frame=True,
    )


def _table(groups: Sequence[Group], owners: Sequence[str], words: Words) -> Table:
    kinds = [words.say("figures.cash"), words.say("figures.paper")]
    return Table(
        words.say("figures.who_caption"),
        [words.say("figures.who"), *(f"{owner}, {kind}" for owner in owners for kind in kinds)],
        [
            [
                group.name,
                *(words.show(amount, "money") for part in group.parts for amount in part or (0.0, 0.0)),
            ]
            for group in groups
        ],
    )
