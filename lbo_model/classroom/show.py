"""Put a figure on the page and change it in place: picture, words and table together, no node thrown away.

``show`` hands a plotly figure, as a dict, to ``show.js``, which redraws it with ``Plotly.react``. What the
browser needs once (script, plotly.js, palette) it fetches from ``assets``; a slider move carries the figure's
data only.

Figures are written without a theme and for one size of letters:

* a colour is a name, ``palette.colour("fund")`` gives ``var(--fund)``; text, grid and background need none;
* ``layout.height`` is required (a page must not jump); it, font sizes, margins, markers and lines are in
  pixels for letters of 12 px, and grow with the screen, to letters of 24 px at 1920;
* text that comes from a file passes through ``plain`` before it enters a figure; everything else that
  ``show`` takes is text as it stands and needs no escaping.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from lbo_model.classroom import assets

Figure = Mapping[str, Any]
"""A plotly figure: ``data`` (a list of traces) and ``layout``."""


@dataclass(frozen=True)
class Table:
    """The numbers behind a figure, written in the page's language. The first cell of a row names it."""

    caption: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Labels:
    """What the figure's own controls say, in the page's language."""

    table: str
    """Opens the table behind the figure."""
    save: str
    """Saves the figure as an image."""
    failure: str
    """Said above the text alternative and the table where the picture cannot be drawn."""
    more: str = ""
    """Opens the sentences that say more."""


@dataclass(frozen=True)
class Sentence:
    """A sentence under a figure, rewritten in place when a slider moves. ``code`` names its node."""

    code: str
    text: str
    warns: bool = False
    """Whether it must not be overlooked: it gets a rule and a sign."""


def show(
    figure: Figure,
    *,
    key: str,
    alternative: str,
    labels: Labels,
    title: str = "",
    table: Table | None = None,
    sentences: Sequence[Sentence] = (),
    more: Sequence[Sentence] = (),
    file_name: str = "figure",
) -> None:
    """Show a figure, or bring the one already shown under ``key`` up to date.

    Args:
        figure: The plotly figure (see the module's text for how it is written).
        key: The figure's name on the page; the same name keeps the same nodes.
        alternative: What the picture says, in words: read out in its place, shown where it cannot be drawn.
        labels: The words of the figure's own controls.
        title: Stands above the figure, and on top of the image saved from it.
        table: The numbers behind the figure, folded below it.
        sentences: Sentences under the figure, which change together with it.
        more: Further sentences, folded below it.
        file_name: The name of the saved image, without extension.
    """
    if "height" not in figure["layout"]:
        raise ValueError(f"the figure {key!r} gives no layout.height: the page would jump when it is drawn")
    _component(
        key=key,
        data={
            "figure": lean(figure),
            "title": title,
            "alternative": alternative,
            "labels": vars(labels),
            "table": table
            and {"caption": table.caption, "columns": [*table.columns], "rows": [*map(list, table.rows)]},
            "sentences": [[sentence.code, sentence.text, sentence.warns] for sentence in sentences],
            "more": [[sentence.code, sentence.text, sentence.warns] for sentence in more],
            "fileName": file_name,
        },
    )


def style(more: str = "") -> None:
    """Give the page its style sheet (print, phone, projector, figures), and rules of its own. Once in each
    run, first of all.
    """
    st.html(f"<style>@import url('{assets.address('style.css')}');{more}</style>")


def plain(text: str) -> str:
    """Text for a figure's label, shown as it stands: plotly would obey ``<b>``, ``&lt;`` and ``%{x}``."""
    escaped = _one_line(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return escaped.replace("%{", "%&#123;")


def literal(text: str) -> str:
    """Text for a Streamlit label or paragraph, shown as it stands: no formula, link, colour, icon, image."""
    # No more signs than have a meaning: a screen reader reads a label with its escapes.
    escaped = re.sub(r"([\\`*_\[\]<>#|$~^&])", r"\\\1", _one_line(text))
    # Two strokes would become a long one; a line may begin like an item of a list or a rule.
    escaped = re.sub(r"-(?=-)", r"\\-", escaped)
    escaped = re.sub(r"^(\d*)([-+=.)])", r"\1\\\2", escaped)
    # Names between colons become icons, `www.` and `//` links, after escapes are resolved: an invisible
    # character that joins words breaks them without a trace on the page.
    return re.sub(r"(?<=[:@/])(?=\S)|(?<=www)(?=\.)", "\u2060", escaped)


def _one_line(text: str) -> str:
    """Text without line breaks; a space that must not break, as in ``21,0 M€``, stays one."""
    return re.sub(r"[ \t\r\n\f\v]+", " ", text).strip(" ")


def lean(value: Any) -> Any:
    """A figure's values as short JSON: seven digits, more than a screen shows; null for what is no number."""
    if isinstance(value, Mapping):
        return {key: lean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [lean(item) for item in value]
    if isinstance(value, np.ndarray):
        return lean(value.tolist())
    if isinstance(value, (float, np.floating)):
        return float(f"{value:.7g}") if math.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value


# Streamlit sends a component's script again with every redraw: this one is short and fetches the real one.
# The address is relative to the page, as Streamlit's own are, so it holds wherever the page is published.
_component = st.components.v2.component(
    "figure",
    js=f"""export default view => import(new URL("{assets.address("show.js")}", document.baseURI))
.then(script => script.default(view), () =>
{{ view.parentElement.textContent = view.data.labels.failure + " " + view.data.alternative; }})""",
    isolate_styles=False,  # plotly writes its own styles in the head of the page
)
