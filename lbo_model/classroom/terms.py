"""Two versions of a comparison: the same terms for all, or those that each has obtained in documented cases.

Which one is drawn, what differs in it, and the switch between them.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import streamlit as st

from lbo_model.classroom import assumptions, controls, names, visit, weathers
from lbo_model.classroom.cases import Case
from lbo_model.classroom.chapter import Chapter
from lbo_model.classroom.every_number import Item, items, name_of, plausible, shown_values
from lbo_model.classroom.plain_table import show_table
from lbo_model.classroom.show import Sentence, literal
from lbo_model.scenario.paths import DOCUMENTED
from lbo_model.words import Words

COLUMNS = ("name", "offered", "obtained", "source")


def switch(words: Words, chapter: Chapter) -> None:
    """Same terms or documented ones, where the chapter compares owners of whom such are known."""
    if visit.has_both_terms(chapter):
        controls.switch("terms", words.say("terms.switch"), lambda code: words.say(f"terms.{code}"))


def version(words: Words, chapter: Chapter, cases: Sequence[Case]) -> list[Sentence]:
    """Under a figure on documented terms, that it is; nothing on the same terms, which the drawer names."""
    drawn = cases[0].shelf.terms
    if weathers.drawn_in_a_storm(chapter, cases):
        return [Sentence("weather", words.say("weather.drawn"))]
    if drawn != DOCUMENTED or not visit.has_both_terms(chapter):
        return []
    said = [Sentence("terms", words.say("terms.drawn"))]
    buyers = [shown for shown in cases if shown.result.form.buys]
    if len({_price(shown) for shown in buyers}) > 1:
        paid = [
            words.say("terms.price", owner=names.of_case(one, words), price=_price(one)) for one in buyers
        ]
        said.append(
            Sentence("terms-prices", words.say("terms.prices", paid=words.say("page.list").join(paid)))
        )
        if all(map(_ends_as_bought, cases)):
            said.append(Sentence("terms-end", words.say("terms.own_multiple")))
    return said


def _price(shown: Case) -> float:
    return float(np.asarray(shown.result.closing.enterprise_value))


def _ends_as_bought(shown: Case) -> bool:
    """Whether the factory is worth as many times EBITDA in the end as was paid for it."""
    paid = shown.result.closing.multiple
    return bool(np.all(shown.result.deal.exit.multiple_after(paid) == paid))


def of_questions(words: Words, cases: Sequence[Case]) -> None:
    """Before what speaks of the question, where the figure shows documented terms: it was asked on others."""
    if cases[0].shelf.terms == DOCUMENTED:
        st.caption(literal(words.say("terms.of_questions")))


def drawer(words: Words, chapter: Chapter, beat: str) -> None:
    """The switch; on documented terms, what each owner shown has obtained beside what all are offered, with
    range, source and tag.
    """
    if not visit.has_both_terms(chapter):
        return
    drawn = visit.terms(chapter, beat)
    with st.expander(words.say(f"terms.title_{drawn}"), key="terms"):
        switch(words, chapter)
        if drawn != DOCUMENTED:
            return
        st.markdown(literal(words.say("terms.caption")))
        if beat == "because":
            st.markdown(literal(words.say("terms.of_knobs")))  # what a slider does to different values
        columns = [words.say(f"terms.columns.{name}") for name in COLUMNS]
        for shown in visit.cases(chapter, beat)[0]:
            show_table(names.of_case(shown, words), columns, rows(shown, words))


def rows(shown: Case, words: Words) -> list[list[str]]:
    """One row for each documented term of an owner; one that says so where there is none."""
    document = visit.document_of_owner(shown.owner)
    assert document is not None, "an owner that is shown has a file"
    every = {item.path: item for item in items(document)}
    prefix = f"documented_terms.{shown.deal}."
    found = [
        _row(item, every.get(_offered(item)), words)
        for item in every.values()
        if item.path.startswith(prefix) and (item.note.source or item.note.tag)
    ]
    return found or [[words.say("terms.nothing"), "", "", ""]]


def _offered(item: Item) -> str:
    return item.path.replace("documented_terms.", "deals.", 1)


def _row(item: Item, offered: Item | None, words: Words) -> list[str]:
    """A term, what all are offered, what this one has obtained with its range, how that is known."""
    ends = plausible(item, words)
    value = shown_values(item, words)
    return [
        name_of(replace(item, path=_offered(item)), words),
        shown_values(offered, words) if offered else words.say("workshop.absent"),
        words.say("terms.within", value=value, low=ends[0], high=ends[1]) if ends else value,
        assumptions.known(item, words),
    ]
