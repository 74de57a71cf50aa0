"""Bars on one axis: what each party got under each owner, beyond pay."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lbo_model.classroom import facts, palette
from lbo_model.classroom.cases import Case
from lbo_model.classroom.figures.picture import Picture, owner_name, read_out, separators, written
from lbo_model.classroom.show import Table, plain
from lbo_model.words import Words

LETTER = 5.9
"""Pixels that a letter of an owner's name takes, on average, for letters of 12 px."""
WORTH_A_ROW = 1_000.0
"""Euros. A party that gets less under every owner has no row."""


@dataclass(frozen=True)
class Group:
    """One party: its name, its colour, and under each owner what it got in cash and on paper."""

    name: str
    colour: str
    parts: tuple[tuple[float, float], ...]


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
            tuple(got.get(party, (0.0, 0.0)) for got in shares),
        )
        for party in (*known, *sorted(found.difference(known)))
    ]
    machines = tuple((facts.machines_bought(case), 0.0) for case in cases)
    groups.append(Group(words.say("shares.machines"), palette.colour("factory"), machines))
    return [group for group in groups if any(abs(sum(part)) >= WORTH_A_ROW for part in group.parts)]


def _figure(groups: Sequence[Group], owners: Sequence[str], words: Words) -> dict[str, Any]:
    # Rows of one party stand together; one free row above them takes the party's name.
    places = [
        number * (len(owners) + 1.0) + 1.0 + row
        for number in range(len(groups))
        for row in range(len(owners))
    ]
    parts = [part for group in groups for part in group.parts]
    ends = [end for part in parts for end in (*part, sum(part))]
    low, high = min(0.0, *ends) / 1e6, max(1e6, *ends) / 1e6
    colours = [group.colour for group in groups for _ in owners]
    bars = [_bars(places, [part[kind] for part in parts], colours, hatched=bool(kind)) for kind in (0, 1)]
    return {
        "data": [*bars, _values(places, parts, words), _names(groups, owners, places, low * 1.35)],
        "layout": {
            "height": 72 + 15 * (len(places) + len(groups)),
            "barmode": "relative",
            "showlegend": False,
            "separators": separators(words),
            # Fixed margins: plotly would draw the figure twice to find its own.
            "margin": {"l": 12 + LETTER * max(map(len, owners)), "r": 8, "t": 4, "b": 64},
            "xaxis": {
                "title": {"text": words.say("figures.millions_hatched")},
                "range": [low * 1.35, high * 1.25],
                "automargin": False,
            },
            # Names are written with the other words: tick labels are slow to redraw.
            "yaxis": {
                "showticklabels": False,
                "range": [max(places) + 0.6, -0.6],
                "showgrid": False,
                "zeroline": False,
                "automargin": False,
            },
        },
    }


def _bars(
    places: Sequence[float], amounts: Sequence[float], colours: Sequence[str], hatched: bool
) -> dict[str, Any]:
    """The bars of one kind of money; rows that have none of it are left out, for speed."""
    rows = [row for row, amount in enumerate(amounts) if abs(amount) >= 1.0]
    return {
        "type": "bar",
        "orientation": "h",
        "y": [places[row] for row in rows],
        "x": [amounts[row] / 1e6 for row in rows],
        "width": 0.8,
        "marker": {
            "color": [colours[row] for row in rows],
            **({"pattern": palette.NOT_CASH} if hatched else {}),
        },
        "hoverinfo": "skip",
        "showlegend": False,
    }


def _values(places: Sequence[float], parts: Sequence[tuple[float, float]], words: Words) -> dict[str, Any]:
    """The total of each row, written at the end of its bar."""
    ends = [max(0.0, part[0], part[1], sum(part)) / 1e6 for part in parts]
    return written(ends, places, ["\u00a0" + plain(words.show(sum(part), "money_short")) for part in parts])


def _names(
    groups: Sequence[Group], owners: Sequence[str], places: Sequence[float], left: float
) -> dict[str, Any]:
    """Each party's name above its rows, and left of each row its owner's."""
    heads = [number * (len(owners) + 1.0) for number in range(len(groups))]
    return written(
        [0.0] * len(groups) + [left] * len(places),
        [*heads, *places],
        [
            *(f"<b>{plain(group.name)}</b>" for group in groups),
            *(plain(owner) + "\u00a0" for _ in groups for owner in owners),
        ],
        ["middle right"] * len(groups) + ["middle left"] * len(places),
        frame=True,
    )


def _table(groups: Sequence[Group], owners: Sequence[str], words: Words) -> Table:
    kinds = [words.say("figures.cash"), words.say("figures.paper")]
    return Table(
        words.say("figures.who_caption"),
        [words.say("figures.who"), *(f"{owner}, {kind}" for owner in owners for kind in kinds)],
        [
            [group.name, *(words.show(amount, "money") for part in group.parts for amount in part)]
            for group in groups
        ],
    )
