"""A comparison of owners in calm or in a storm: the switch, and which of the two is drawn."""

from collections.abc import Sequence

import streamlit as st

from lbo_model.classroom import controls, visit
from lbo_model.classroom.cases import IN_A_STORM, Case
from lbo_model.classroom.chapter import Chapter
from lbo_model.classroom.link import CALM, STORM
from lbo_model.classroom.show import literal
from lbo_model.words import Words


def drawn_in_a_storm(chapter: Chapter, cases: Sequence[Case]) -> bool:
    """Whether a chapter that is asked in calm shows deals in a storm."""
    return chapter.both_weathers and cases[0].shelf.code == IN_A_STORM


def switch(words: Words, chapter: Chapter) -> None:
    """Calm or a storm, where the chapter may show both."""
    if visit.has_both_weathers(chapter):
        controls.switch("weather", words.say("weather.switch"), lambda code: words.say(f"weather.{code}"))


def drawer(words: Words, chapter: Chapter, beat: str) -> None:
    """The switch in a drawer that says which weather is drawn; in a storm, what was asked in calm."""
    if not visit.has_both_weathers(chapter):
        return
    stormy = visit.in_a_storm(chapter, beat)
    with st.expander(words.say(f"weather.title_{STORM if stormy else CALM}"), key="weather"):
        switch(words, chapter)
        if stormy:
            st.markdown(literal(words.say("weather.of_questions")))
