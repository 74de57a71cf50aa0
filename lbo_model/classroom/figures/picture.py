"""What every figure is made of: the drawing, its title, its text alternative, the table behind it.

A trace marked ``FRAME`` holds names and outlines alone: it is what ``emptied`` leaves of a figure before
the answer.
"""

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lbo_model.classroom import names
from lbo_model.classroom.cases import Case
from lbo_model.classroom.figures.frame import QUIET
from lbo_model.classroom.show import Table, plain
from lbo_model.words import Words

FRAME = "frame"
"""The ``meta`` of a trace that says nothing of the answer."""
NARROW = 300.0
"""Pixels: the narrowest figure, on a phone, for letters of 12 px."""
LETTER = 5.9
"""Pixels that a letter takes, on average, for letters of 12 px."""
LINE = 16.0
"""Pixels from a line of letters to the next."""


@dataclass(frozen=True)
class Picture:
    """A figure and all that stands around it in words."""

    figure: dict[str, Any]
    title: str
    alternative: str
    table: Table | None


def emptied(picture: Picture, words: Words) -> Picture:
    """The figure before the answer: the same axes, margins and height, names and outlines alone."""
    frame = [trace for trace in picture.figure["data"] if trace.get("meta") == FRAME]
    return Picture({**picture.figure, "data": frame}, "", words.say("figures.emptied"), None)


def owner_name(case: Case, words: Words) -> str:
    """The owner's name, with a mark where the deal does not close."""
    return names.marked(case, words)


def lines(text: str, width: int) -> str:
    """A label cut into lines of at most ``width`` letters, for a place in a figure that is narrow."""
    return "<br>".join(plain(line) for line in textwrap.wrap(text, width, break_long_words=False))


def span(text: str) -> float:
    """About how many pixels a label takes across, for letters of 12 px."""
    return LETTER * len(text)


def written(
    across: Sequence[float],
    down: Sequence[float],
    texts: Sequence[str],
    position: str | Sequence[str] = "middle right",
    frame: bool = False,
) -> dict[str, Any]:
    """Words in the figure. A trace of texts is redrawn much faster than as many annotations."""
    return {
        "type": "scatter",
        "mode": "text",
        "x": list(across),
        "y": list(down),
        "text": list(texts),
        "textposition": position if isinstance(position, str) else list(position),
        "cliponaxis": False,
        **QUIET,
        **({"meta": FRAME} if frame else {}),
    }


def strokes(
    across: Sequence[float | None], down: Sequence[float | None], frame: bool = False
) -> dict[str, Any]:
    """Thin lines in the colour of the text, broken where a place is ``None``."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(across),
        "y": list(down),
        "line": {"color": "var(--text)", "width": 1},
        "cliponaxis": False,
        **QUIET,
        **({"meta": FRAME} if frame else {}),
    }


def round_ticks(highest: float, most: int = 6) -> list[float]:
    """Fewer than ``most`` steps between round numbers, from zero to the highest."""
    if highest <= 0.0:
        return [0.0]
    steps = (factor * 10.0**power for power in range(-3, 9) for factor in (1.0, 2.0, 5.0))
    step = next(step for step in steps if highest / step < most)
    return [round(step * count, 3) for count in range(math.floor(highest / step) + 1)]


def read_out(table: Table) -> str:
    """A table as sentences, for those who hear the page."""
    rows = (
        "; ".join(f"{head}: {cell}" for head, cell in zip(table.columns, row, strict=True))
        for row in table.rows
    )
    return f"{table.caption}. " + ". ".join(rows)
