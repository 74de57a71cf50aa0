"""One colour per party, the same in every figure, in a set for each theme; and the signs that stand beside
colour.

The colours were found by search: the ten parties of ``TOGETHER`` stay well apart for people who see no red,
no green or no blue too, the others less so, and each keeps a contrast of 3:1 with the page. The tests measure
both again. Whoever cannot tell colours apart still has the marker of each party, the dash of its line and the
words written on the marks.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from lbo_model.ledger import PARTIES

TOGETHER = (
    "fund",
    "workers",
    "banks",
    "state",
    "factory",
    "seller",
    "next_buyer",
    "advisers",
    "indivisible_reserves",
    "nobody_yet",
)
"""The parties that one figure may show side by side."""

COLOURS: Mapping[str, Mapping[str, str]] = {
    "light": {
        "fund": "#620b99",
        "workers": "#d0760c",
        "banks": "#255ad0",
        "state": "#121428",
        "factory": "#0299c1",
        "seller": "#3f2001",
        "next_buyer": "#992468",
        "advisers": "#7e6102",
        "indivisible_reserves": "#04512e",
        "nobody_yet": "#7c7c7c",
        "market": "#4e4c53",
        "holding": "#2e324c",
        "managers": "#ac6c37",
        "mezzanine": "#6c5d9c",
        "fund_manager": "#77026c",
        "solidarity_lenders": "#6b9775",
        "family": "#ad4a50",
        "industrial_group": "#0d292c",
        "lessor": "#b65cfd",
    },
    "dark": {
        "fund": "#be71c9",
        "workers": "#ff7104",
        "banks": "#3c61fd",
        "state": "#e1e9fe",
        "factory": "#71c6ff",
        "seller": "#ae5c03",
        "next_buyer": "#ff8eba",
        "advisers": "#f7ce2f",
        "indivisible_reserves": "#38b372",
        "nobody_yet": "#727272",
        "market": "#d5ccda",
        "holding": "#89a4f5",
        "managers": "#c46e47",
        "mezzanine": "#9b7efa",
        "fund_manager": "#a73ed5",
        "solidarity_lenders": "#75fe93",
        "family": "#fcae9b",
        "industrial_group": "#6f8c8a",
        "lessor": "#9fc65b",
    },
}

SURFACES: Mapping[str, Mapping[str, str]] = {
    "light": {"text": "#06181c", "background": "#ffffff"},
    "dark": {"text": "#f2f7f7", "background": "#0f1a1d"},
}
"""The theme's own colours, as in ``.streamlit/config.toml``, for pictures made away from the page."""

NOT_CASH: Mapping[str, Any] = {"shape": "/", "size": 8, "solidity": 0.35}
"""The hatch (a bar's ``marker.pattern``) of what was earned on paper and never paid."""

IN_COMMON: Mapping[str, Any] = {"shape": ".", "size": 8, "solidity": 0.4}
"""The dots (a bar's ``marker.pattern``) of reserves that are never shared out."""

_SHAPES = (
    "circle",
    "square",
    "diamond",
    "triangle-up",
    "cross",
    "star",
    "pentagon",
    "triangle-down",
    "x",
    "hexagon",
)
_SYMBOLS = (*_SHAPES, *(f"{shape}-open" for shape in _SHAPES))
_DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")


def colour(party: str) -> str:
    """The name of a party's colour, for a figure or a style sheet; the theme decides what it looks like."""
    return f"var(--{party})"


def marker(party: str) -> str:
    """The plotly symbol of a party's points: no two parties share one."""
    return _SYMBOLS[_rank(party)]


def dash(party: str) -> str:
    """The plotly dash of a party's lines. There are six: the marker tells apart those that share one."""
    return _DASHES[_rank(party) % len(_DASHES)]


def paint(figure: Any, theme: str) -> Any:
    """A copy of a figure with colours in place of their names, as ``show.js`` makes it for a theme."""
    names = {**COLOURS[theme], **SURFACES[theme]}
    if isinstance(figure, str):
        found = re.fullmatch(r"var\(--([\w-]+)\)", figure)
        return names.get(found[1], figure) if found else figure
    if isinstance(figure, Mapping):
        return {key: paint(value, theme) for key, value in figure.items()}
    if isinstance(figure, Sequence):
        return [paint(value, theme) for value in figure]
    return figure


def script() -> str:
    """The palette as the JavaScript module that ``show.js`` imports."""
    return f"export const colours = {json.dumps(COLOURS)};\nexport const surfaces = {json.dumps(SURFACES)};\n"


def style() -> str:
    """The palette as custom properties: ``var(--fund)`` follows the theme in any HTML of the page.

    Beside the parties: ``--text`` and ``--background`` of the theme, and ``--line`` for what divides them.
    """
    names = {theme: {**COLOURS[theme], **SURFACES[theme]} for theme in ("light", "dark")}
    light, dark = names["light"], names["dark"]
    # Browsers older than 2024 do not know light-dark() and keep the light colours.
    plainly = "".join(f"  --{name}: {light[name]};\n" for name in light)
    by_theme = "".join(f"  --{name}: light-dark({light[name]}, {dark[name]});\n" for name in light)
    line = "  --line: color-mix(in srgb, var(--text) 30%, var(--background));\n"
    supported = f"@supports (color: light-dark(red, red)) {{\n:root {{\n{by_theme}}}\n}}\n"
    return f":root {{\n{plainly}{line}}}\n{supported}"


def _rank(party: str) -> int:
    """The place of a party, those often seen together first, so that they get the plainest signs."""
    return (*TOGETHER, *(other for other in PARTIES if other not in TOGETHER)).index(party)
