"""The questions as widgets, without a default; every answer is kept as soon as it is given."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import streamlit as st

from lbo_model.classroom import controls, guesses
from lbo_model.classroom.cases import Case
from lbo_model.classroom.chapter import Chapter
from lbo_model.classroom.questions import (
    LETTERS,
    NumberLine,
    OneCurve,
    OneOf,
    OwnerPerParty,
    Question,
    Several,
    ShareOut,
)
from lbo_model.classroom.show import literal
from lbo_model.words import Words

SURE = ("sure", "unsure")


def ask(chapter: Chapter, question: Question, lead: Case, words: Words) -> None:
    """A question of a chapter, then whether one is sure. Nothing is chosen in advance."""
    st.markdown(
        literal(words.say(chapter.words(f"{question.code}.ask"), **guesses.stated(chapter, lead, words)))
    )
    _widget(chapter, question, lead, words)
    _pick(
        chapter.slug,
        f"{question.code}.sure",
        words.say("guess.how_sure"),
        SURE,
        lambda code: words.say(f"guess.{code}"),
    )


def _widget(chapter: Chapter, question: Question, lead: Case, words: Words) -> None:
    slug, label = (
        chapter.slug,
        words.say(chapter.words(f"{question.code}.ask"), **guesses.stated(chapter, lead, words)),
    )
    match question:
        case OneOf():
            _one(chapter, question, label, list(question.options(lead)), lead, words)
        case OneCurve():
            _curves(chapter, question, label, lead, words)
        case Several():
            _boxes(chapter, question, words)
        case ShareOut():
            _shares(chapter, question, lead, words)
        case NumberLine():
            marks = question.marks(lead)
            _pick(slug, question.code, label, marks, lambda mark: words.show(mark, question.unit), hide=True)
        case OwnerPerParty():
            _parties(chapter, question, lead, words)


def _curves(chapter: Chapter, question: OneCurve, label: str, lead: Case, words: Words) -> None:
    """Small drawings side by side, each with its letter; the choice says the same in words."""
    curves = question.curves(lead)
    st.html(f'<div class="curves" aria-hidden="true">{"".join(_drawings(curves))}</div>')
    _one(chapter, question, label, list(curves), lead, words)


def _one(
    chapter: Chapter, question: Question, label: str, codes: Sequence[str], lead: Case, words: Words
) -> None:
    """One of several answers, each with its letter."""

    def text(code: str) -> str:
        return literal(guesses.said(chapter, question, code, lead, words))

    key = controls.labelled(f"guess.{chapter.slug}.{question.code}", codes, text)
    controls.follow(key, guesses.given(chapter, question))
    st.radio(
        literal(label),
        codes,
        index=None,
        label_visibility="collapsed",
        format_func=text,
        key=key,
        on_change=_keep,
        args=(chapter.slug, question.code, key),
    )


def _drawings(curves: Mapping[str, Sequence[float]]) -> Iterator[str]:
    """Each curve as the upper edge of a small area; all on one scale, from zero."""
    highest = max((value for curve in curves.values() for value in curve), default=1.0) or 1.0
    for letter, curve in zip(LETTERS, curves.values(), strict=False):
        step = 100.0 / max(len(curve) - 1, 1)
        points = [
            f"{step * date:.1f}% {100.0 * (1.0 - value / highest):.1f}%" for date, value in enumerate(curve)
        ]
        area = ", ".join([*points, "100% 100%", "0% 100%"])
        yield f'<div>{letter}<div class="curve"><div style="clip-path: polygon({area})"></div></div></div>'


def _boxes(chapter: Chapter, question: Several, words: Words) -> None:
    answer = guesses.given(chapter, question) or ()
    keys = {code: f"guess.{chapter.slug}.{question.code}.{code}" for code in question.items}

    def keep() -> None:
        ticked = tuple(code for code, key in keys.items() if controls.given(key))
        controls.keep_answer(chapter.slug, question.code, ticked or None)

    for code, key in keys.items():
        controls.follow(key, code in answer)
        st.checkbox(literal(guesses.item(chapter, question, code, words)), key=key, on_change=keep)


def _shares(chapter: Chapter, question: ShareOut, lead: Case, words: Words) -> None:
    answer: Mapping[str, float] = guesses.given(chapter, question) or {}
    keys = {box: f"guess.{chapter.slug}.{question.code}.{box}" for box in question.boxes}
    scale = 1e6 if question.unit == "money_short" else 1.0
    whole = round(question.whole(lead) / scale, 1)

    def keep() -> None:
        filled = {box: controls.given(key) for box, key in keys.items()}
        parts = {box: number * scale for box, number in filled.items() if number is not None}
        controls.keep_answer(chapter.slug, question.code, parts or None)

    # Two a row, the fields of a row on one line even where only one name needs two lines.
    columns = [
        column for _ in range(0, len(keys), 2) for column in st.columns(2, vertical_alignment="bottom")
    ]
    for column, (box, key) in zip(columns, keys.items(), strict=False):
        shown = answer[box] / scale if box in answer else None
        controls.follow(key, shown)
        column.number_input(
            literal(
                words.say(f"guess.box_{question.unit}", name=guesses.item(chapter, question, box, words))
            ),
            min_value=-whole if scale > 1.0 else 0.0,
            max_value=whole,
            step=0.1 if scale > 1.0 else 5.0,
            value=None,
            format="%.1f" if scale > 1.0 else "%.0f",
            key=key,
            on_change=keep,
        )
    left = question.whole(lead) - sum(answer.values())
    key = "guess.too_much" if left < -1e-6 else "guess.to_share"
    st.markdown(literal(words.say(key, left=words.show(abs(left), guesses.part_format(question)))))


def _parties(chapter: Chapter, question: OwnerPerParty, lead: Case, words: Words) -> None:
    kinds = list(dict.fromkeys(lead.shelf.kind(owner) for owner in lead.shelf.of_kinds(chapter.owners)))
    offered = [*kinds, "same"]

    def text(kind: str) -> str:
        return guesses.owner(kind, words)

    keys = {
        party: controls.labelled(f"guess.{chapter.slug}.{question.code}.{party}", offered, text)
        for party in question.parties
    }
    answer: Mapping[str, str] = guesses.given(chapter, question) or {}

    def keep() -> None:
        placed = {party: controls.given(key) for party, key in keys.items()}
        chosen = {party: kind for party, kind in placed.items() if kind is not None}
        controls.keep_answer(chapter.slug, question.code, chosen or None)

    for party, key in keys.items():
        controls.follow(key, answer.get(party))
        st.segmented_control(
            literal(guesses.item(chapter, question, party, words)),
            offered,
            format_func=text,
            wrap=True,
            key=key,
            on_change=keep,
        )


def _pick(slug: str, code: str, label: str, options: Sequence[Any], text: Any, hide: bool = False) -> None:
    key = controls.labelled(f"guess.{slug}.{code}", options, text)
    controls.follow(key, controls.answer(slug, code))
    st.segmented_control(
        literal(label),
        options,
        format_func=text,
        label_visibility="collapsed" if hide else "visible",
        wrap=True,
        key=key,
        on_change=_keep,
        args=(slug, code, key),
    )


def _keep(slug: str, code: str, key: str) -> None:
    controls.keep_answer(slug, code, controls.given(key))
