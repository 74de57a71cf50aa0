"""What figures have in common around their marks: height, margins, bare axes, traces without extras."""

from collections.abc import Mapping
from typing import Any

from lbo_model.words import Words

BARE: Mapping[str, bool] = {
    "showgrid": False,
    "zeroline": False,
    "showticklabels": False,
    "automargin": False,
}
"""An axis without signs: values are written on the marks, names with the other words, since tick labels are
slow to redraw.
"""

QUIET: Mapping[str, Any] = {"hoverinfo": "skip", "showlegend": False}
"""A trace that says nothing but what is written in it."""


def framed(
    words: Words, height: float, sides: tuple[float, float], top: float = 0.0, bottom: float = 0.0
) -> dict[str, Any]:
    """The layout that every figure begins with, in pixels for letters of 12 px.

    ``sides``: what is left free on the left and on the right; ``top``, ``bottom``: above and below, nothing
    if not given. Margins are fixed: plotly would draw the figure twice to find its own.
    """
    left, right = sides
    return {
        "height": height,
        "showlegend": False,
        "separators": separators(words),
        "margin": {"l": left, "r": right, "t": top, "b": bottom},
    }


def separators(words: Words) -> str:
    """Decimal and thousands signs of the language, for the numbers that plotly writes itself."""
    return ",\u202f" if words.language == "fr" else ".,"
