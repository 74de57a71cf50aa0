"""What every figure is made of: the drawing, its title, its text alternative, the table behind it."""

import textwrap
from dataclasses import dataclass
from typing import Any

from lbo_model.classroom import facts
from lbo_model.classroom.cases import Case
from lbo_model.classroom.show import Table, plain
from lbo_model.words import Words


@dataclass(frozen=True)
class Picture:
    """A figure and all that stands around it in words."""

    figure: dict[str, Any]
    title: str
    alternative: str
    table: Table


def owner_name(case: Case, words: Words) -> str:
    """The owner's name, with a mark where the deal does not close."""
    name = words.say(f"owners.{case.owner}")
    return name if facts.closes(case) else words.say("owners.not_closing", owner=name)


def lines(text: str, width: int) -> str:
    """A label cut into lines of at most ``width`` letters, for a place in a figure that is narrow."""
    return "<br>".join(plain(line) for line in textwrap.wrap(text, width, break_long_words=False))


def separators(words: Words) -> str:
    """Decimal and thousands signs of the language, for the numbers that plotly writes itself."""
    return ",\u202f" if words.language == "fr" else ".,"


def read_out(table: Table) -> str:
    """A table as sentences, for those who hear the page."""
    rows = (
        "; ".join(f"{head}: {cell}" for head, cell in zip(table.columns, row, strict=True))
        for row in table.rows
    )
    return f"{table.caption}. " + ". ".join(rows)
