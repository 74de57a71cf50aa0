"""The page: language and owners, one chapter, its question, its knobs and figure, its limits."""

import streamlit as st

from lbo_model.classroom import controls
from lbo_model.classroom.cases import LEADING, OWNERS, USUAL, Case, Shelf, shelf
from lbo_model.classroom.chapters import CHAPTERS, Chapter
from lbo_model.classroom.facts import of_closing, of_end, of_factory
from lbo_model.classroom.link import Choices
from lbo_model.classroom.sentences import not_closing
from lbo_model.classroom.show import Labels, literal, show, style
from lbo_model.words import Words

CHOICES = Choices(
    scenarios=(LEADING,),
    languages=("fr", "en"),
    routes=("all",),
    chapters=tuple(chapter.slug for chapter in CHAPTERS),
    beats=("question", "reveal"),
)


def page() -> None:
    """Draw the page for where the visitor stands."""
    st.set_page_config(page_title="Reprise en main", layout="wide")
    style()
    today = shelf()
    state = controls.start(CHOICES, lambda _: today.offer)
    words = Words(state.language)
    chapter = next(item for item in CHAPTERS if item.slug == state.chapter)
    # What questions are computed on: the leading owner's deal with every knob as shipped.
    shipped = today.case(next(iter(OWNERS)), {})
    owners = _sidebar(words, today, shipped)
    _chapter_buttons(words, chapter)
    st.title(_question(words, chapter, shipped), anchor=False)
    if chapter.guess is not None and state.beat == "question":
        _repairs(words)
        _ask(words, chapter, shipped)
    else:
        _answer(words, chapter, owners, _remark(words, chapter, shipped))
        if chapter.guess is not None:
            st.button(words.say("page.again"), on_click=controls.change, kwargs={"beat": "question"})
    _ways_on(words, chapter, shipped)
    with st.expander(words.say("limits.title")):
        st.markdown("\n".join(f"* {literal(words.say(key))}" for key in words.keys("limits.list")))


def _repairs(words: Words) -> None:
    for repair in controls.repairs():
        st.warning(literal(words.say(f"link.{repair.code}", **repair.facts)))


def _question(words: Words, chapter: Chapter, shipped: Case) -> str:
    return words.say(f"chapters.{chapter.slug}.question", **of_factory(shipped))


def _sidebar(words: Words, today: Shelf, shipped: Case) -> tuple[str, ...]:
    with st.sidebar:
        st.markdown(f"### {literal(words.say('page.title'))}")
        controls.choose("language", words.say("page.language"), lambda code: words.say(f"languages.{code}"))
        owners = controls.choose_owners(
            words.say("page.owners"), lambda code: words.say(f"owners.{code}"), today.offer, USUAL
        )
        controls.reset(words.say("page.reset"))
        st.markdown(literal(words.say("page.factory", **of_factory(shipped))))
        st.markdown(literal(words.say("page.about")))
    return owners or USUAL[:1]


def _chapter_buttons(words: Words, current: Chapter) -> None:
    with st.container(horizontal=True, key="chapters"):
        for number, chapter in enumerate(CHAPTERS, 1):
            st.button(
                words.say("page.chapter", number=number, name=words.say(f"chapters.{chapter.slug}.name")),
                key=f"chapter.{chapter.slug}",
                type="primary" if chapter is current else "secondary",
                on_click=controls.change,
                kwargs={"chapter": chapter.slug},
            )


def _ask(words: Words, chapter: Chapter, shipped: Case) -> None:
    """The question before the answer: no answer is chosen in advance, and nobody is forced to guess."""
    assert chapter.guess is not None, "asked only where there is a question"
    answers = chapter.guess.answers(shipped)
    asked = literal(
        words.say(
            f"chapters.{chapter.slug}.guess", **of_closing(shipped), years=shipped.result.deal.exit.year
        )
    )
    st.markdown(asked)
    chosen = st.radio(
        asked,
        list(answers),
        label_visibility="collapsed",
        index=None,
        format_func=lambda code: words.say(f"chapters.{chapter.slug}.option_{code}", amount=answers[code]),
        key=f"guess.{chapter.slug}",
    )
    with st.container(horizontal=True):
        st.button(
            words.say("page.answer"),
            type="primary",
            disabled=chosen is None,
            on_click=_reveal,
            args=(chapter.slug, chosen),
        )
        st.button(words.say("page.skip"), on_click=_reveal, args=(chapter.slug, None))


def _reveal(slug: str, chosen: str | None) -> None:
    controls.keep_answer(slug, "guess", chosen)
    controls.change(beat="reveal")


@st.fragment
def _answer(words: Words, chapter: Chapter, owners: tuple[str, ...], guess: float | None) -> None:
    """The figure with its knobs and its sentences. ``guess``: the amount guessed, marked in the figure.

    A fragment: a knob runs this part alone. It holds as few elements as it can, since the browser draws all
    of them again at each move.
    """
    today = shelf()
    controls.start(CHOICES, lambda _: today.offer)
    _repairs(words)
    left, right = st.columns([1, 3], gap="medium")
    with left:
        for code in chapter.knobs:
            controls.slider(today.offer.dials[code], words)
    cases, refused = today.compared(owners, controls.state().knobs)
    with right:
        picture = chapter.draw(cases, words, guess)
        show(
            picture.figure,
            key=f"figure.{chapter.slug}",
            title=picture.title,
            alternative=picture.alternative,
            labels=Labels(
                words.say("figures.table"), words.say("figures.save"), words.say("figures.failure")
            ),
            table=picture.table,
            sentences=[*not_closing(cases, words), *chapter.say(cases, words)],
            file_name=f"reprise-en-main-{chapter.slug}",
        )
    with left:
        for owner, fields in refused.items():
            known = {"owner": words.say(f"owners.{owner}"), "fields": ", ".join(fields)}
            st.warning(literal(words.say("page.not_compared", **known)))


def _remark(words: Words, chapter: Chapter, shipped: Case) -> float | None:
    """What to say to the answer chosen; returns the amount guessed, to be marked in the figure."""
    guessed = controls.answer(chapter.slug, "guess")
    if chapter.guess is None or guessed is None:
        return None
    answers = chapter.guess.answers(shipped)
    known = {**of_end(shipped), "guess": answers[guessed], "right": answers[chapter.guess.right]}
    st.info(literal(words.say(f"chapters.{chapter.slug}.remark_{guessed}", **known)))
    return answers[guessed]


def _ways_on(words: Words, current: Chapter, shipped: Case) -> None:
    """Back and on: a button that asks the next question."""
    place = CHAPTERS.index(current)
    with st.container(horizontal=True, key="ways_on"):
        for key, step in (("page.previous", -1), ("page.next", 1)):
            if 0 <= place + step < len(CHAPTERS):
                chapter = CHAPTERS[place + step]
                st.button(
                    words.say(key, question=_question(words, chapter, shipped)),
                    key=key,
                    on_click=controls.change,
                    kwargs={"chapter": chapter.slug},
                )


page()
