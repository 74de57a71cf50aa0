"""A small page that holds one's own scenario, the workshop, the glossary and the assumptions: a script."""

import streamlit as st

from lbo_model.classroom import assumptions, controls, glossary, own, workshop
from lbo_model.classroom.cases import LEADING, shelf, shelf_of
from lbo_model.classroom.link import Choices, Offer
from lbo_model.scenario_file import load
from lbo_model.words import Words

CHOICES = Choices((LEADING, own.CODE), ("fr", "en"), ("all",), ("deal", "resale"), ("question", "reveal"))


def offer_of(code: str) -> Offer | None:
    found = own.document()
    if code == own.CODE:
        return shelf_of(code, found.scenario).offer if found and found.scenario else None
    return shelf().offer


def page() -> None:
    state = controls.start(CHOICES, offer_of)
    words = Words(state.language)
    document = own.document() if state.scenario == own.CODE else load(LEADING)
    st.text(f"{state.scenario} {dict(state.knobs)}")
    if document is None or document.scenario is None or state.chapter == "resale":
        own.draw_upload(words)
        return
    workshop.draw(words, document)
    on = shelf_of(own.CODE, document.scenario) if state.scenario == own.CODE else shelf()
    case = on.case(next(iter(on.deals)), {})
    glossary.first_words(words, state.chapter)
    glossary.draw(words, case)
    assumptions.draw(words, document)


page()
