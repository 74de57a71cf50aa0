"""The assumptions: each number of the scenario with its range, its source and how it is known. Read only."""

import streamlit as st

from lbo_model.classroom.every_number import Item, items, name_of, plausible, shown_values
from lbo_model.classroom.plain_table import show_table
from lbo_model.scenario_file import Document
from lbo_model.words import Words

COLUMNS = ("name", "value", "range", "source")


def draw(words: Words, document: Document) -> None:
    """A folded panel, filled only once it is opened. ``document`` has no problems."""
    assert document.scenario is not None, "only a sound document has assumptions"
    panel = st.expander(words.say("assumptions.title"), key="assumptions", on_change="rerun")
    if panel.open:
        words = Words(words.language, document.scenario.currency)
        found = rows(document, words)
        title = getattr(document.scenario.title, words.language)
        columns = [words.say(f"assumptions.{name}") for name in COLUMNS]
        with panel:
            show_table(words.say("assumptions.caption", title=title, count=len(found)), columns, found)


def rows(document: Document, words: Words) -> list[list[str]]:
    """What is known of each number: name, value, plausible range, how it is known and from where."""
    return [
        [name_of(item, words), shown_values(item, words), _range(plausible(item, words)), known(item, words)]
        for item in items(document)
    ]


def known(item: Item, words: Words) -> str:
    """How a number is known, and its source."""
    tag = item.note.tag
    said = words.say(f"assumptions.tags.{tag}") if tag else ""
    return " · ".join(filter(None, [said, item.cited(words.language)])) or words.say("assumptions.unsaid")


def _range(ends: tuple[str, str] | None) -> str:
    return " – ".join(ends) if ends else ""
