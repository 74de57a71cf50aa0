"""What was guessed and what is right, in words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, assert_never

from lbo_model.classroom import controls, facts, sentences
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
from lbo_model.words import Words


def answered(chapter: Chapter) -> bool:
    """Whether anything was answered."""
    return any(given(chapter, question) is not None for question in chapter.questions)


def given(chapter: Chapter, question: Question) -> Any:
    """What was answered to a question, or None."""
    return controls.answer(chapter.slug, question.code)


def said(chapter: Chapter, question: Question, answer: Any, lead: Case, words: Words) -> str:
    """An answer, given or right, as words."""
    match question:
        case OneOf():
            letter = LETTERS[list(question.options(lead)).index(answer)]
            return f"{letter}. {option(chapter, question, answer, lead, words)}"
        case OneCurve():
            letter = LETTERS[list(question.curves(lead)).index(answer)]
            return f"{letter}. {words.say(chapter.words(f'{question.code}.options.{answer}'))}"
        case Several():
            return _listed(
                [item(chapter, question, code, words) for code in question.items if code in answer], words
            )
        case ShareOut():
            parts = {box: words.show(answer.get(box, 0.0), part_format(question)) for box in question.boxes}
            named = _parts(chapter, question, parts, words)
            return named if _adds_up(answer, question) else words.say("guess.rounded", parts=named)
        case NumberLine():
            return words.show(answer, question.unit)
        case OwnerPerParty():
            owners = {party: owner(answer[party], words) for party in question.parties if party in answer}
            return _parts(chapter, question, owners, words)
    assert_never(question)


def remark(chapter: Chapter, question: Question, lead: Case, words: Words) -> str:
    """One sentence that answers what was given; what anyone should know where nothing was."""
    answer = given(chapter, question)
    code = question.remark(lead, answer) if answer is not None else "none_given"
    key = chapter.words(f"{question.code}.remarks.{code}")
    row = [lead, *filter(None, (lead.beside(kind) for kind in chapter.owners if kind != lead.kind))]
    known = stated(chapter, lead, words) if chapter.changes_law else stated(chapter, lead, words, row)
    if isinstance(question, OwnerPerParty):
        known["seller"] = sentences.on_the_seller(row, words)
    return words.say(key, **known)


def option(chapter: Chapter, question: OneOf, code: str, lead: Case, words: Words) -> str:
    """One of several answers, with the amount that it states."""
    key = chapter.words(f"{question.code}.options.{code}")
    return words.say(key, **{**stated(chapter, lead, words), "amount": question.options(lead)[code]})


def stated(chapter: Chapter, lead: Case, words: Words, row: Sequence[Case] = ()) -> dict[str, Any]:
    """What the words around a question may state of the run that it is asked of, and of those beside it."""
    return {**facts.known(lead), **chapter.extra(row or [lead], words)}


def item(chapter: Chapter, question: Question, code: str, words: Words) -> str:
    """What is ticked, filled or placed."""
    return words.say(chapter.words(f"{question.code}.items.{code}"))


def owner(kind: str, words: Words) -> str:
    """An owner as an answer; ``same`` is all alike."""
    return words.say("guess.same") if kind == "same" else words.say(f"owners.{kind}")


def part_format(question: ShareOut) -> str:
    """How a part is written."""
    return question.unit if question.unit == "money_short" else "whole"


def _adds_up(answer: Mapping[str, float], question: ShareOut) -> bool:
    """Whether parts as they are written add up to their sum as it is written."""
    scale, digits = (1e6, 1) if question.unit == "money_short" else (1.0, 0)
    written = sum(round(part / scale, digits) for part in answer.values())
    return abs(written - round(sum(answer.values()) / scale, digits)) < 0.5 * 10.0**-digits


def _parts(chapter: Chapter, question: Question, parts: dict[str, str], words: Words) -> str:
    named = [
        words.say("guess.part", name=item(chapter, question, code, words), part=part)
        for code, part in parts.items()
    ]
    return _listed(named, words)


def _listed(parts: Iterable[str], words: Words) -> str:
    return words.say("page.list").join(parts)
