"""The questions: the right answer is on offer, wrong ones are far from it, words exist for all of them."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from lbo_model.classroom import controls, visit
from lbo_model.classroom.cases import SHELVES, Case, shelf
from lbo_model.classroom.chapter import Chapter
from lbo_model.classroom.chapters import CHAPTERS, chapter_of
from lbo_model.classroom.link import State
from lbo_model.classroom.questions import (
    CLOSE,
    NumberLine,
    OneCurve,
    OneOf,
    OwnerPerParty,
    Question,
    Several,
    ShareOut,
)
from lbo_model.words import Words
from tests.screens import LANGUAGES, lead_of

ASKED = [(chapter, question) for chapter in CHAPTERS for question in chapter.questions]
NAMES = [f"{chapter.slug}.{question.code}" for chapter, question in ASKED]
APART = 0.1
"""Options that state amounts differ by a tenth of the larger at least."""

of_every_question = pytest.mark.parametrize(("chapter", "question"), ASKED, ids=NAMES)

Standing = Callable[[str, str], None]


@pytest.fixture
def standing(monkeypatch: pytest.MonkeyPatch) -> Standing:
    """Stand in a scenario, with a behaviour chosen, as a visitor would."""

    def stand(scenario: str, behaviour: str) -> None:
        state = State(scenario, "en", "all", "bet", "question", behaviour=behaviour)
        monkeypatch.setattr(controls, "state", lambda: state)

    return stand


def too_close(amounts: dict[str, float | None]) -> list[tuple[str, str]]:
    """Pairs of options whose amounts nobody could tell apart in a class."""
    told = [(code, amount) for code, amount in amounts.items() if amount is not None]
    return [
        (one, other)
        for (one, first), (other, second) in itertools.combinations(told, 2)
        if abs(first - second) < APART * max(abs(first), abs(second))
    ]


@pytest.mark.parametrize("behaviour", ["chapter", "mechanics", "full"])
@pytest.mark.parametrize("scenario", SHELVES)
def test_options_differ_by_a_tenth_wherever_they_are_asked(
    standing: Standing, scenario: str, behaviour: str
) -> None:
    standing(scenario, behaviour)
    found = {
        f"{chapter.slug}.{question.code}": close
        for chapter in CHAPTERS
        for question in visit.questions(chapter)
        if isinstance(question, OneOf) and (close := too_close(dict(question.options(visit.lead(chapter)))))
    }
    assert found == {}


@pytest.mark.parametrize("behaviour", ["chapter", "mechanics", "full"])
@pytest.mark.parametrize("scenario", SHELVES)
def test_curves_can_be_told_apart_wherever_they_are_asked(
    standing: Standing, scenario: str, behaviour: str
) -> None:
    standing(scenario, behaviour)
    for chapter in CHAPTERS:
        for question in visit.questions(chapter):
            if isinstance(question, OneCurve):
                curves = question.curves(visit.lead(chapter))
                highest = max(max(curve) for curve in curves.values())
                for one, other in itertools.combinations(curves.values(), 2):
                    gaps = [abs(first - second) for first, second in zip(one, other, strict=True)]
                    assert max(gaps) >= APART * highest


def test_the_check_of_options_sees_two_that_are_close() -> None:
    assert too_close({"a": 100.0, "b": 109.0, "c": None, "d": None}) == [("a", "b")]
    assert too_close({"a": 100.0, "b": 112.0, "c": 0.0}) == []


def offered(question: Question, lead: Case) -> bool:
    """Whether the right answer can be given."""
    right = question.right(lead)
    match question:
        case OneOf():
            return right in question.options(lead)
        case OneCurve():
            return right in question.curves(lead)
        case Several():
            return set(right) <= set(question.items)
        case ShareOut():
            # Boxes of a hundred hold no number below zero.
            least = 0.0 if question.unit == "count" else -question.whole(lead)
            return set(right) == set(question.boxes) and all(
                least <= right[box] <= question.whole(lead) for box in question.boxes
            )
        case NumberLine():
            return any(question.remark(lead, mark) == "right" for mark in question.marks(lead))
        case OwnerPerParty():
            kinds = {lead.shelf.kind(owner) for owner in lead.shelf.of_kinds(chapter_of("compare").owners)}
            return set(right) == set(question.parties) and set(right.values()) <= {*kinds, "same"}


@pytest.mark.parametrize("behaviour", ["chapter", "mechanics", "full"])
@pytest.mark.parametrize("scenario", SHELVES)
def test_the_right_answer_is_on_offer_wherever_it_is_asked(
    standing: Standing, scenario: str, behaviour: str
) -> None:
    standing(scenario, behaviour)
    asked = [(chapter, question) for chapter in CHAPTERS for question in visit.questions(chapter)]
    assert asked
    missing = [
        f"{chapter.slug}.{question.code}"
        for chapter, question in asked
        if not offered(question, visit.lead(chapter))
    ]
    assert missing == []


def test_the_check_of_what_is_on_offer_sees_an_answer_that_nobody_can_give() -> None:
    chapter = chapter_of("coop")
    question = chapter.questions[1]
    assert isinstance(question, NumberLine)
    assert not offered(replace(question, marks=lambda _: (7.0, 8.0)), lead_of(chapter))


@pytest.mark.parametrize("behaviour", ["chapter", "mechanics", "full"])
@pytest.mark.parametrize("scenario", SHELVES)
def test_a_same_price_is_asked_about_only_where_the_prices_are_the_same(
    standing: Standing, scenario: str, behaviour: str
) -> None:
    standing(scenario, behaviour)
    for slug in ("bet", "resale"):
        lead = visit.lead(chapter_of(slug))
        if visit.questions(chapter_of(slug)):
            price, sold = float(lead.result.closing.enterprise_value), float(lead.result.end_value)
            assert abs(sold - price) < 50_000.0, f"{slug}: bought for {price:,.0f}, sold for {sold:,.0f}"


@pytest.mark.parametrize("behaviour", ["chapter", "mechanics", "full"])
@pytest.mark.parametrize("scenario", SHELVES)
def test_other_hands_are_asked_about_only_where_there_are_some(
    standing: Standing, scenario: str, behaviour: str
) -> None:
    standing(scenario, behaviour)
    for slug in ("same_tool", "compare"):
        lead = visit.lead(chapter_of(slug))
        assert not visit.questions(chapter_of(slug)) or lead.beside("workers") is not None


@of_every_question
def test_wrong_answers_are_wrong_in_the_film(chapter: Chapter, question: Question) -> None:
    lead = lead_of(chapter)
    right = question.right(lead)
    wrong = list(_wrong(question, lead))
    assert wrong
    assert all(question.remark(lead, given) != "right" or given == right for given in wrong)
    if isinstance(question, OneOf):
        options = question.options(lead)
        told = options[right]
        assert len(options) >= 4
        assert told is None or all(options[code] != told for code in wrong)


def _wrong(question: Question, lead: Case) -> Iterator[object]:
    """Answers that are not right."""
    right = question.right(lead)
    match question:
        case OneOf():
            yield from (code for code in question.options(lead) if code != right)
        case OneCurve():
            yield from (code for code in question.curves(lead) if code != right)
        case Several():
            yield tuple(right)[:-1]
            yield question.items
        case ShareOut():
            for box in question.boxes:
                moved = 2.0 * CLOSE * question.whole(lead)
                yield {**right, box: right[box] + moved}
        case NumberLine():
            marks = question.marks(lead)
            reach = CLOSE * (marks[-1] - marks[0]) + 1e-9
            yield from (mark for mark in marks if abs(mark - right) > reach)
        case OwnerPerParty():
            yield dict.fromkeys(question.parties, "nobody")
            yield {}


@of_every_question
def test_every_remark_that_a_question_can_make_has_words(chapter: Chapter, question: Question) -> None:
    lead = lead_of(chapter)
    match question:
        case OneOf():
            named, remarks = ("options", list(question.options(lead))), list(question.options(lead))
        case OneCurve():
            named, remarks = ("options", list(question.curves(lead))), list(question.curves(lead))
        case Several():
            named, remarks = ("items", list(question.items)), ["right", "too_many", "too_few", "none_given"]
        case ShareOut():
            named, remarks = ("items", list(question.boxes)), ["right", *question.boxes, "none_given"]
        case NumberLine():
            named, remarks = ("items", []), ["right", "low", "high", "none_given"]
        case OwnerPerParty():
            named, remarks = ("items", list(question.parties)), ["right", "some", "none", "none_given"]
    asked = chapter.words(question.code)
    keys = [f"{asked}.ask", *(f"{asked}.{named[0]}.{code}" for code in named[1])]
    keys += [f"{asked}.remarks.{code}" for code in remarks if "because" in chapter.beats]
    assert [key for key in keys for language in LANGUAGES if key not in Words(language)] == []


@of_every_question
def test_what_was_answered_gets_its_own_remark(chapter: Chapter, question: Question) -> None:
    lead = lead_of(chapter)
    right = question.right(lead)
    if isinstance(question, OneOf | OneCurve):
        assert question.remark(lead, right) == right
    elif isinstance(question, NumberLine):
        nearest = min(question.marks(lead), key=lambda mark: abs(mark - right))
        assert question.remark(lead, nearest) == "right"
        assert question.remark(lead, 10.0 * question.marks(lead)[-1]) == "high"
    else:
        assert question.remark(lead, right) == "right"
    if isinstance(question, ShareOut):
        for box in question.boxes:
            given = {**dict.fromkeys(question.boxes, 0.0), box: question.whole(lead)}
            assert question.remark(lead, given) == (
                "right" if right[box] > 0.95 * question.whole(lead) else box
            )


def test_the_bet_s_right_answer_is_what_the_ledger_says_the_fund_received() -> None:
    lead = lead_of(chapter_of("bet"))
    question = chapter_of("bet").questions[0]
    assert isinstance(question, OneOf)
    received = lead.result.ledger.received("fund").sum()
    assert question.options(lead)[question.right(lead)] == pytest.approx(received, abs=1.0)


def test_the_first_year_shared_out_is_the_whole_of_what_the_factory_made() -> None:
    question = chapter_of("repay").questions[0]
    assert isinstance(question, ShareOut)
    for code in SHELVES:
        for owner in shelf(code).deals:
            case = shelf(code).case(owner, {})
            assert sum(question.right(case).values()) == pytest.approx(question.whole(case), abs=1.0)
