"""The page: where one is in the lesson, one beat of one chapter, the ways on, what the model leaves out."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import streamlit as st

from lbo_model.classroom import (
    accounts,
    assumptions,
    beats,
    controls,
    facts,
    glossary,
    guesses,
    names,
    own,
    terms,
    visit,
    weathers,
    workforce,
    workshop,
)
from lbo_model.classroom.cases import Case
from lbo_model.classroom.chapter import BEFORE_THE_ANSWER, Chapter
from lbo_model.classroom.chapters import CHAPTERS, ROUTES, chapter_of
from lbo_model.classroom.link import State
from lbo_model.classroom.show import literal, style
from lbo_model.scenario_file import Document
from lbo_model.words import Words

Step = tuple[Chapter, str]  # a chapter and one of its beats; no docstring, which Streamlit would show


def page() -> None:
    """Draw the page for where the visitor stands."""
    state = visit.begin()
    # In front of a class the screen is left to the lesson: the sidebar waits behind its arrow.
    aside: Literal["auto", "collapsed"] = "collapsed" if state.view == "presenter" else "auto"
    st.set_page_config(page_title="Reprise en main", layout="wide", initial_sidebar_state=aside)
    style(_WHERE)
    words = visit.words()
    document = visit.document()
    settings_open = _sidebar(words, state, document is not None)
    with st.container(key=f"view-{state.view}"):
        if document is None:
            _own_file(words)
        elif state.chapter == visit.WORKSHOP:
            _workshop(words, document)
        elif state.beat == visit.ACCOUNTS:
            _accounts(words, state)
        else:
            _chapter(words, state, settings_open)


def _own_file(words: Words) -> None:
    """The link names a file that only the visitor has: the page asks for it."""
    beats.repairs(words)
    st.title(literal(words.say("own.title")), anchor=False)
    own.draw_upload(words)


def _workshop(words: Words, document: Document) -> None:
    beats.repairs(words)
    with st.container(key="place-workshop"):
        st.title(literal(words.say("workshop.title")), anchor=False)
    workshop.draw(words, document)


def _accounts(words: Words, state: State) -> None:
    """The accounts of the deals that a chapter compares, and the way back to where one was."""
    chapter = chapter_of(state.chapter)
    place = words.say(
        "accounts.place",
        name=words.say(chapter.words("name")),
    )
    with st.container(key="place-accounts"):
        st.caption(literal(place))
    beats.repairs(words)
    st.title(literal(words.say("accounts.title")), anchor=False)
    weathers.switch(words, chapter)
    terms.switch(words, chapter)
    accounts.draw(words, visit.cases(chapter, "remember")[0])
    left, beat = controls.left_for(visit.ACCOUNTS)
    known = beat if left == chapter.slug and beat in chapter.beats else chapter.beats[-1]
    with st.container(horizontal=True, key="ways_on"):
        st.button(
            words.say("accounts.back"),
            key="accounts.back",
            type="primary",
            on_click=controls.change,
            kwargs={"beat": known},
        )


@st.fragment
def _chapter(words: Words, drawn: State, settings_open: bool) -> None:
    """One beat of one chapter. A step along the route runs this part alone; whatever the sidebar shows as
    well runs the whole page again. ``drawn``: where the visitor stood when the sidebar was drawn.
    """
    state = visit.begin()
    if _beside(state, settings_open) != _beside(drawn, settings_open):
        st.rerun()
    chapter = chapter_of(state.chapter)
    beat = state.beat if state.beat in chapter.beats else chapter.beats[0]
    _place(words, state, chapter, beat)
    if beat == "remember":
        beats.taught(words, chapter)
    with st.container(key="asked" if beat in BEFORE_THE_ANSWER else "answered"):
        st.title(literal(_asked(words, chapter)), anchor=False)
    beats.draw(words, chapter, beat)
    shown = visit.cases(chapter, beat)[0][0]
    told = beat not in BEFORE_THE_ANSWER
    if not told:
        glossary.first_words(words, chapter.slug)
    if told:
        _drawers(words, chapter, beat)
        st.button(words.say("accounts.open"), key="accounts.open", on_click=_to_accounts)
        glossary.draw(words, shown, _answered_later(chapter))
        document = visit.document_of(chapter, beat)
        assert document is not None, "the page asks for one's own file before it shows a chapter"
        assumptions.draw(words, document)
    _ways_on(words, chapter, beat)


def _beside(state: State, settings_open: bool) -> State:
    """The part of a state that the sidebar shows: of the chapter, only the settings do; where one is, the
    style sheet marks.
    """
    elsewhere = visit.ACCOUNTS if state.beat == visit.ACCOUNTS else ""
    chapter = state.chapter if settings_open or state.chapter == visit.WORKSHOP else ""
    return replace(state, chapter=chapter, beat=elsewhere, knobs={}, tallies={})


def _answered_later(chapter: Chapter) -> list[str]:
    """The words of the glossary whose number would give away what a later chapter asks."""
    later = CHAPTERS[CHAPTERS.index(chapter) + 1 :]
    return [code for other in later for code in glossary.ANSWERED_LATER.get(other.slug, ())]


def _asked(words: Words, chapter: Chapter) -> str:
    plain = chapter.words("question_plain")
    key = chapter.words("question") if visit.questions(chapter) or plain not in words else plain
    return words.say(key, **facts.known(visit.lead(chapter)))


# --- the sidebar --------------------------------------------------------------------------------------------


# Marks, in the plan, where one is: it need not be drawn again. No docstring, which Streamlit would show.
_PLACES = (*(chapter.slug for chapter in CHAPTERS), visit.WORKSHOP, visit.ACCOUNTS)
_WHERE = (
    ",".join(f"html:has(.st-key-place-{place}) .st-key-chapter-{place} button" for place in _PLACES)
    + "{background: var(--text); color: var(--background); font-weight: 600}"
)


def _sidebar(words: Words, state: State, sound: bool) -> bool:
    """Whether its settings are open. ``sound``: there is a scenario to play."""
    with st.sidebar:
        st.markdown(f"### {literal(words.say('page.title'))}")
        controls.choose("language", words.say("page.language"), lambda code: words.say(f"languages.{code}"))
        if sound:
            _plan(words, state)
        # Opened, it is drawn again: a chapter shows its own owners.
        settings = st.expander(words.say("page.settings"), key="settings", on_change="rerun")
        with settings:
            _settings(words, state, sound)
        st.markdown(literal(words.say("page.about")))
    return bool(settings.open)


def _plan(words: Words, state: State) -> None:
    """The chapters of the route, each a button."""
    with st.container(key="plan"):
        for number, chapter in enumerate(ROUTES[state.route], 1):
            st.button(
                words.say("page.chapter", number=number, name=words.say(chapter.words("name"))),
                key=f"chapter.{chapter.slug}",
                type="tertiary",
                width="stretch",
                on_click=controls.change,
                kwargs={"chapter": chapter.slug},
            )
        st.button(
            words.say("workshop.title"),
            key=f"chapter.{visit.WORKSHOP}",
            type="tertiary",
            width="stretch",
            on_click=controls.change,
            kwargs={"chapter": visit.WORKSHOP},
        )
        st.button(
            words.say("accounts.title"),
            key="chapter.accounts",
            type="tertiary",
            width="stretch",
            on_click=_to_accounts,
        )


def _to_accounts() -> None:
    """From the workshop, to the accounts of the first chapter."""
    state = controls.state()
    slug = CHAPTERS[0].slug if state.chapter == visit.WORKSHOP else state.chapter
    controls.leave_for(visit.ACCOUNTS, slug)


def _settings(words: Words, state: State, sound: bool) -> None:
    controls.choose("scenario", words.say("page.scenario"), lambda code: words.say(f"scenarios.{code}"))
    controls.choose("route", words.say("page.route"), lambda code: words.say(f"routes.{code}"))
    if sound and state.chapter != visit.WORKSHOP:
        chapter = chapter_of(state.chapter)
        on = visit.on(chapter)
        if on.code == visit.today().code:
            controls.choose_owners(
                words.say("page.owners"),
                lambda code: names.of_owner(on, code, words),
                on.offer,
                visit.owners(chapter),
            )
    controls.choose("behaviour", words.say("page.behaviour"), lambda code: words.say(f"behaviours.{code}"))
    controls.choose("view", words.say("page.view"), lambda code: words.say(f"views.{code}"))
    controls.reset(words.say("page.reset"))


# --- the chapter --------------------------------------------------------------------------------------------


def _place(words: Words, state: State, chapter: Chapter, beat: str) -> None:
    """Where one is: chapter, beat, and for a teacher the minutes planned."""
    route = ROUTES[state.route]
    number = route.index(chapter) + 1 if chapter in route else 0
    name = words.say(chapter.words("name"))
    followed = visit.behaviour(chapter) == "full"
    known = {
        "number": number,
        "count": len(route),
        "name": words.say("page.with_effect", name=name) if followed else name,
        "beat": words.say(f"beats.{beat}"),
        "dots": "".join("●" if other == beat else "○" for other in chapter.beats),
    }
    said = words.say("page.place" if number else "page.off_route", **known)
    minutes = chapter.minutes.get(state.route)
    if state.view == "presenter" and minutes:
        said = words.say("page.planned", place=said, minutes=minutes)
    with st.container(key=f"place-{chapter.slug}"):
        st.caption(literal(said))


def _drawers(words: Words, chapter: Chapter, beat: str) -> None:
    """In the end, objections of both sides, answered; always, what the model leaves out."""
    if chapter.objections and beat == "remember" and visit.questions(chapter):
        lead = visit.lead(chapter)
        with st.expander(words.say("page.objections")):
            terms.of_questions(words, visit.cases(chapter, beat)[0])
            for who in ("financier", "unionist"):
                st.markdown(f"**{literal(words.say(chapter.words(who), **facts.known(lead)))}**")
                st.markdown(literal(words.say(chapter.words(f"{who}_answer"), **facts.known(lead))))
    weathers.drawer(words, chapter, beat)
    terms.drawer(words, chapter, beat)
    workforce.draw(words, chapter.slug, visit.cases(chapter, beat)[0])
    with st.expander(words.say("limits.title")):
        listed = limits(words, chapter, visit.cases(chapter, beat)[0])
        st.markdown("\n".join(f"* {literal(words.say(key))}" for key in listed))


def limits(words: Words, chapter: Chapter, cases: Sequence[Case]) -> list[str]:
    """The keys of what the model leaves out of these deals. Of taxes together or apart, what the run does."""
    listed = [f"limits.list.{code}" for code in chapter.limits] or words.keys("limits.list")
    holdings = [case for case in cases if case.result.form.has_holding]
    grouped = any(case.result.policy.corporate_tax.grouped for case in holdings)
    tax = ["limits.list.tax_group" if grouped else "limits.taxed_apart"] if holdings else []
    of_profit = any(case.result.policy.dividends_from == "profit" for case in cases)
    told = [key for one in listed for key in (tax if one == "limits.list.tax_group" else [one])]
    told = [key for key in told if key != "limits.list.dividends" or not of_profit]
    return [f"limits.behaviour.{visit.behaviour(chapter)}", *told]


# --- the ways on --------------------------------------------------------------------------------------------


def steps(state: State, chapter: Chapter, beat: str) -> tuple[Step | None, Step | None]:
    """The step before and the step after, along the route."""
    place = chapter.beats.index(beat)
    before = (chapter, chapter.beats[place - 1]) if place else None
    after = (chapter, chapter.beats[place + 1]) if place + 1 < len(chapter.beats) else None
    route, order = ROUTES[state.route], CHAPTERS.index(chapter)
    earlier = [other for other in route if CHAPTERS.index(other) < order]
    later = [other for other in route if CHAPTERS.index(other) > order]
    if before is None and earlier:
        before = (earlier[-1], earlier[-1].beats[-1])
    if after is None and later:
        after = (later[0], later[0].beats[0])
    return before, after


def _ways_on(words: Words, chapter: Chapter, beat: str) -> None:
    """Back and on, by button or by the keys of a presenter: Page Up and Page Down."""
    before, after = steps(controls.state(), chapter, beat)
    with st.container(horizontal=True, key="ways_on"):
        for key, shortcut, step in (("previous", "PageUp", before), ("next", "PageDown", after)):
            if step is None and key == "previous":
                continue
            if step is None:
                first = ROUTES[controls.state().route][0]
                st.button(
                    words.say("page.restart"),
                    key="restart",
                    on_click=controls.change,
                    kwargs={"chapter": first.slug},
                )
                continue
            st.button(
                words.say("page.previous") if key == "previous" else _on(words, chapter, step),
                key=f"page-{key}",
                type="primary" if key == "next" else "secondary",
                shortcut=shortcut,
                on_click=controls.change,
                kwargs={"chapter": step[0].slug, "beat": step[1]},
            )


def _on(words: Words, chapter: Chapter, step: Step) -> str:
    """What the button says: the next question, or the next beat."""
    following, beat = step
    if following is not chapter:
        return words.say("page.next", question=_asked(words, following))
    if beat == "reveal" and not guesses.answered(chapter):
        return words.say("page.skip")
    return words.say(f"page.to_{beat}")


page()
