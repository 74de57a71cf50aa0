"""A table of words: plain HTML, light, readable by a screen reader. All its text is shown as it stands."""

from collections.abc import Sequence
from html import escape

import streamlit as st


def show_table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Show a table; the first cell of a row names it. It scrolls by itself where the screen is narrow."""
    st.html(table(caption, columns, rows))


def table(caption: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The table as HTML. Words stand on the left, as sentences do; ``show-scroll`` gives it its looks."""
    head = "".join(f'<th scope="col" style="text-align: left">{escape(name)}</th>' for name in columns)
    body = "".join(_row(cells) for cells in rows)
    name = escape(caption, quote=True)
    return (
        f'<div class="show-scroll" role="region" tabindex="0" aria-label="{name}">'
        f"<table><caption>{escape(caption)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(cells: Sequence[str]) -> str:
    first, *rest = map(escape, cells)
    others = "".join(f'<td style="text-align: left">{cell}</td>' for cell in rest)
    return f'<tr><th scope="row">{first}</th>{others}</tr>'
