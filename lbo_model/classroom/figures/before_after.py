"""Joined dots: what each party gets before a rule and after it, and how high each owner can bid."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lbo_model.classroom import law, names, palette
from lbo_model.classroom.answers import SEEN
from lbo_model.classroom.cases import Case
from lbo_model.classroom.figures.frame import BARE, QUIET, framed
from lbo_model.classroom.figures.picture import (
    FRAME,
    LINE,
    NARROW,
    Picture,
    read_out,
    round_ticks,
    span,
    written,
)
from lbo_model.classroom.show import Table, plain
from lbo_model.words import Words

DOT = 10.0
RING = 15.0
"""Pixels: the sign of what is after, and of what was before, a ring that shows around it."""
SIDE = 12.0
ROW = 29.0
TOP = 0.0
DOWN = 22.0
"""The height of a row, and in it the top of its words and the middle of its signs."""
KEY = 26.0
UNDER = 36.0
GAP = 8.0


@dataclass(frozen=True)
class Row:
    """One line of the figure: its name, whose colour, the two amounts."""

    name: str
    party: str
    before: float
    after: float


def before_after(cases: Sequence[Case], words: Words, title: str, fall: float | None = None) -> Picture:
    """One row for each owner's highest bid and for each party: a ring before the rule, a dot after it.

    ``fall``: by how much a visitor said that the first owner's bid falls, marked in its row.
    """
    rows = [*_bids(cases[0], words), *_parties(cases[0], words)]
    own = law.own_bids(cases[0])
    guess = None if fall is None or own is None else float(own[0].amount) - fall
    table = Table(
        words.say("chapters.rules.caption", owner=names.marked(cases[0], words)),
        [words.say(f"chapters.rules.column_{name}") for name in ("who", "before", "after", "more")],
        [
            [
                row.name,
                *(words.show(amount, "money") for amount in (row.before, row.after)),
                _more(row, words),
            ]
            for row in rows
        ],
    )
    return Picture(_figure(rows, guess, words), title, read_out(table), table)


def _more(row: Row, words: Words) -> str:
    return words.show(row.after - row.before, "money")


def _bids(first: Case, words: Words) -> list[Row]:
    """The highest bids, that of the buyer shown first; those without an answer are left to the sentences."""
    assert first.reform is not None, "a figure of a rule has a deal under it"
    there, found = first.shelf, []
    order = sorted(first.reform.bids, key=lambda owner: owner != first.owner)
    for owner in order:
        before, after = first.reform.bids[owner]
        if law.known(before) and law.known(after):
            kind = there.kind(owner)
            alone = sum(there.kind(other) == kind for other in there.deals) == 1
            name = words.say(f"rows.owner_{kind}") if alone else names.of_owner(there, owner, words)
            party = there.case(owner, first.knobs, first.behaviour).party
            said = words.say("chapters.rules.bid", owner=name)
            found.append(Row(said, party, float(before.amount), float(after.amount)))
    return found


def _parties(first: Case, words: Words) -> list[Row]:
    found = []
    brought = law.stake(first)
    for change in law.changes(first):
        party = "factory" if change.party == "machines" else change.party
        name = words.say("chapters.rules.seller" if party == "seller" else f"shares.{change.party}")
        if change.party == first.party and first.result.form.buys:
            said = words.say("chapters.rules.stake", owner=words.say(f"rows.owner_{first.kind}"))
            found.append(Row(said, party, brought.before, brought.after))
        found.append(Row(name, party, change.before, change.after))
    return found


def _figure(rows: Sequence[Row], guess: float | None, words: Words) -> dict[str, Any]:
    amounts = [amount / 1e6 for row in rows for amount in (row.before, row.after)]
    marked = [] if guess is None else [guess / 1e6]
    # A guess beyond what is drawn lengthens the axis to the right alone.
    low, high = 1.05 * min(0.0, *amounts), 1.05 * max(1.0, *amounts, *marked)
    unit = (high - low) / (NARROW - 2.0 * SIDE)
    tops = [KEY + ROW * number + TOP for number in range(len(rows))]
    dots = [KEY + ROW * number + DOWN for number in range(len(rows))]
    named = written(
        [low] * len(rows),
        [top + LINE / 2.0 for top in tops],
        [f"\u00a0<b>{plain(row.name)}</b>" for row in rows],
        frame=True,
    )
    values = written(
        [high] * len(rows),
        [top + LINE / 2.0 for top in tops],
        [plain(_value(row, words)) for row in rows],
        "middle left",
    )
    return {
        "data": [
            _joined(rows, dots),
            _signs(rows, dots, [row.before for row in rows], "-open", RING, marked[:1]),
            _signs(rows, dots, [row.after for row in rows], "", DOT, []),
            values,
            named,
            *_key(low, unit, words),
        ],
        "layout": {
            **framed(words, KEY + ROW * len(rows) + UNDER, (SIDE, SIDE), bottom=UNDER),
            "xaxis": {
                "title": {"text": words.say("figures.millions")},
                "range": [low, high],
                "tickvals": round_ticks(high),
                "automargin": False,
            },
            "yaxis": {
                "range": [KEY + ROW * len(rows), 0.0],
                **BARE,
            },
        },
    }


def _value(row: Row, words: Words) -> str:
    """Both amounts in millions, and by how much the second is more or less."""
    more = (row.after - row.before) / 1e6
    how = "more" if more > 0.0 else "less"
    if abs(more) < SEEN / 1e6:
        alike = words.show(row.before / 1e6, "decimal") == words.show(row.after / 1e6, "decimal")
        how = "same" if alike else "near"
    signed = words.say(f"chapters.rules.signed_{how}", amount=abs(more))
    known = {"before": row.before / 1e6, "after": row.after / 1e6, "more": signed}
    return words.say("chapters.rules.values", **known)


def _joined(rows: Sequence[Row], dots: Sequence[float]) -> dict[str, Any]:
    """From each ring to its dot."""
    across = [place for row in rows for place in (row.before / 1e6, row.after / 1e6, None)]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": across,
        "y": [place for dot in dots for place in (dot, dot, None)],
        "line": {"color": "var(--text)", "width": 2},
        "cliponaxis": False,
        **QUIET,
    }


def _signs(
    rows: Sequence[Row],
    dots: Sequence[float],
    amounts: Sequence[float],
    ring: str,
    size: float,
    guess: Sequence[float],
) -> dict[str, Any]:
    """The signs of one side, in the shape and colour of each party; a guess stands in the first row."""
    shapes = [palette.marker(row.party).removesuffix("-open") + ring for row in rows]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [*(amount / 1e6 for amount in amounts), *guess],
        "y": [*dots, *(dots[0] for _ in guess)],
        "marker": {
            "symbol": [*shapes, *("diamond-tall-open" for _ in guess)],
            "size": size,
            "color": [*(palette.colour(row.party) for row in rows), *("var(--text)" for _ in guess)],
            "line": {"width": 2 if ring else 0},
        },
        "cliponaxis": False,
        **QUIET,
    }


def _key(low: float, unit: float, words: Words) -> list[dict[str, Any]]:
    """Above the rows: a ring is before, a dot after. It is there before the answer too."""
    before, after = (words.say(f"chapters.rules.column_{name}") for name in ("before", "after"))
    places = [RING, 2.0 * RING + span(before) + 3.0 * GAP]
    signs = {
        "type": "scatter",
        "mode": "markers",
        "x": [low + unit * place for place in places],
        "y": [KEY / 2.0] * 2,
        "marker": {
            "symbol": ["circle-open", "circle"],
            "size": [RING, DOT],
            "color": ["var(--text)"] * 2,
            "line": {"width": [2, 0]},
        },
        "cliponaxis": False,
        **QUIET,
        "meta": FRAME,
    }
    texts = [f"\u00a0\u00a0\u00a0\u00a0{plain(text)}" for text in (before, after)]
    named = written([low + unit * place for place in places], [KEY / 2.0] * 2, texts, frame=True)
    return [signs, named]
