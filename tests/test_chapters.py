"""Chapters as data: routes, knobs that move what is labelled, one axis for owners compared, words for all."""

import itertools
from collections.abc import Mapping
from typing import Any

import pytest

from lbo_model.classroom import beats
from lbo_model.classroom.cases import LEADING, SHELVES, Case
from lbo_model.classroom.chapter import BEATS, Chapter
from lbo_model.classroom.chapters import CHAPTERS, ROUTES, chapter_of
from lbo_model.classroom.figures import Picture, emptied
from lbo_model.classroom.questions import NumberLine, OneOf, ShareOut
from lbo_model.classroom.strip import CELLS
from lbo_model.words import Words
from tests.screens import LANGUAGES, corners, labels, lead_of, numbers, on_shelf, usual

MOVES_BY = 0.05
"""A knob that moves no labelled value by a twentieth is no use beside the figure."""

of_every_chapter = pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.slug)


def drawn(
    chapter: Chapter, knobs: Mapping[str, float], code: str = "film", language: str = "en", guess: Any = None
) -> Picture:
    """A chapter's figure with its usual owners."""
    cases, words = usual(chapter, knobs, code), Words(language)
    return chapter.draw(cases, words, beats.finding(words, chapter, cases), guess)


# --- routes -------------------------------------------------------------------------------------------------


def test_slugs_are_unique_and_routes_keep_the_order_of_the_lesson() -> None:
    slugs = [chapter.slug for chapter in CHAPTERS]
    assert len(set(slugs)) == len(slugs)
    for route in ROUTES.values():
        places = [CHAPTERS.index(chapter) for chapter in route]
        assert places == sorted(places)
        assert (route[0].slug, route[-1].slug) == ("bet", "debrief")
    assert ROUTES["all"] == CHAPTERS


@pytest.mark.parametrize("minutes", ["20", "55", "110"])
def test_a_route_takes_the_time_that_it_promises_or_less(minutes: str) -> None:
    planned = sum(chapter.minutes[minutes] for chapter in ROUTES[minutes])
    assert planned <= int(minutes)
    short, usual, long = ([chapter.slug for chapter in ROUTES[route]] for route in ("20", "55", "110"))
    assert set(short) <= set(usual) <= set(long)


@of_every_chapter
def test_a_chapter_has_its_beats_in_order_and_ends_with_what_to_remember(chapter: Chapter) -> None:
    assert list(chapter.beats) == [beat for beat in BEATS if beat in chapter.beats]
    assert chapter.beats[-1] == "remember"
    assert bool(chapter.questions) == ("guess" in chapter.beats)
    assert set(chapter.strip) <= set(CELLS)


@of_every_chapter
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chapter_has_its_words(chapter: Chapter, language: str) -> None:
    words = Words(language)
    wanted = ["name", "question"] + (["lead"] if "question" in chapter.beats else [])
    if chapter.objections:
        wanted += ["financier", "financier_answer", "unionist", "unionist_answer"]
    assert [key for key in wanted if chapter.words(key) not in words] == []
    assert [code for code in chapter.limits if f"limits.list.{code}" not in words] == []
    asked = words.say(chapter.words("question"), years=5).strip()
    assert asked.endswith("?")


# --- knobs --------------------------------------------------------------------------------------------------


def labelled(picture: Picture, language: str) -> dict[str, float]:
    """Every amount of a figure by the name of its row and its column."""
    assert picture.table is not None
    found: dict[str, float] = {}
    for row in picture.table.rows:
        name = [cell for cell in row if not numbers(cell, language) or cell == row[0]]
        for place, cell in enumerate(row[1:]):
            if amounts := numbers(cell, language):
                found["|".join((*name, str(place)))] = amounts[0]
    return found


def moved(chapter: Chapter, knob: str, code: str = "film") -> float:
    """By how much the figure's labelled values move at most, from the shipped value to either end."""
    dial, before = on_shelf(chapter, code).offer.dials[knob], labelled(drawn(chapter, {}, code), "en")
    most = 0.0
    for end in (dial.low, dial.high):
        after = labelled(drawn(chapter, {knob: end}, code), "en")
        for name in set(before) & set(after):
            larger = max(abs(before[name]), abs(after[name]))
            if larger:
                most = max(most, abs(after[name] - before[name]) / larger)
    return most


OFFERED = [
    (code, chapter.slug, knob)
    for code in SHELVES
    for chapter in CHAPTERS
    for knob in chapter.knobs
    # A chapter with a scenario of its own is the same on every shelf.
    if knob in on_shelf(chapter, code).offer.dials and (chapter.shelf is None or code == LEADING)
]


@pytest.mark.parametrize(("code", "slug", "knob"), OFFERED)
def test_a_knob_moves_a_labelled_value_by_a_twentieth(code: str, slug: str, knob: str) -> None:
    chapter = chapter_of(slug)
    dial = on_shelf(chapter, code).offer.dials[knob]
    assert moved(chapter, knob, code) >= MOVES_BY
    written = [
        labels(drawn(chapter, {knob: end}, code).figure) for end in (dial.low, dial.shipped, dial.high)
    ]
    assert written[1] not in (written[0], written[2]) or written[0] != written[2], (
        "and it is written on a mark"
    )


def test_the_check_of_knobs_sees_one_that_moves_nothing() -> None:
    assert moved(chapter_of("factory"), "balloon") < MOVES_BY
    assert moved(chapter_of("deal"), "catch") < MOVES_BY


@of_every_chapter
def test_there_are_three_knobs_at_most_and_each_has_a_name(chapter: Chapter) -> None:
    assert len(chapter.knobs) <= 3
    assert len(set(chapter.knobs)) == len(chapter.knobs)
    assert set(chapter.knobs) <= set(on_shelf(chapter).offer.dials)
    assert all(f"knob.{code}" in Words(language) for code in chapter.knobs for language in LANGUAGES)


# --- figures ------------------------------------------------------------------------------------------------

OWN_SCALE = {"repay": "yaxis2"}
"""The debt has an axis of its own above the years' payments, and the figure says so."""


def second_axes(figure: Mapping[str, Any]) -> list[str]:
    """Axes beyond the one pair that all owners share."""
    return [name for name in figure["layout"] if name.startswith(("xaxis", "yaxis")) and name[5:]]


@of_every_chapter
def test_owners_compared_stand_on_one_axis(chapter: Chapter) -> None:
    picture = drawn(chapter, {})
    assert second_axes(picture.figure) == list(filter(None, [OWN_SCALE.get(chapter.slug)]))
    for trace in picture.figure["data"]:
        assert trace.get("xaxis", "x") == "x"
        assert trace.get("yaxis", "y") in ("y", "y2" if chapter.slug in OWN_SCALE else "y")
    assert chapter.slug not in OWN_SCALE or len(chapter.owners) == 1


def test_the_check_of_axes_sees_a_second_one() -> None:
    figure = drawn(chapter_of("resale"), {}).figure
    other = {**figure, "layout": {**figure["layout"], "yaxis2": {"overlaying": "y"}}}
    assert second_axes(other) == ["yaxis2"]


def frame(picture: Picture) -> dict[str, Any]:
    """What must not jump: height, margins and the ends of the axes."""
    layout = picture.figure["layout"]
    axes = {name: layout[name]["range"] for name in layout if name.startswith(("xaxis", "yaxis"))}
    return {"height": layout["height"], "margin": layout["margin"], **axes}


@of_every_chapter
def test_the_picture_does_not_jump_when_the_answer_comes(chapter: Chapter) -> None:
    picture = drawn(chapter, {})
    assert frame(emptied(picture, Words("en"))) == frame(picture)


def guesses_of(chapter: Chapter, lead: Case) -> list[Any]:
    """Every kind of guess that a figure may be asked to mark, half-filled ones too."""
    if chapter.marked is None:
        return []
    slug, code = chapter.marked
    question = next(question for question in chapter_of(slug).questions if question.code == code)
    match question:
        case OneOf():
            return list(question.options(lead).values())
        case NumberLine():
            return list(question.marks(lead))
        case ShareOut():
            boxes = question.boxes
            whole = dict.fromkeys(boxes, question.whole(lead) / len(boxes))
            return [whole, {boxes[0]: question.whole(lead)}, {boxes[-1]: 0.0}]
    raise AssertionError(code)


@of_every_chapter
def test_a_guess_is_marked_without_moving_the_picture(chapter: Chapter) -> None:
    plainly = drawn(chapter, {})
    for guess in guesses_of(chapter, lead_of(chapter)):
        marked = drawn(chapter, {}, guess=guess)
        assert marked.figure["data"] != plainly.figure["data"], f"{guess} is marked"
        # A guess beyond what is drawn lengthens the axis on which it stands, and nothing else.
        before, after = frame(plainly), frame(marked)
        (low, high), (low_then, high_then) = before.pop("xaxis"), after.pop("xaxis")
        assert (low_then, after) == (low, before), guess
        assert high_then >= high, guess


@of_every_chapter
def test_a_picture_is_told_in_words_and_in_a_table(chapter: Chapter) -> None:
    for code, language in itertools.product(SHELVES, LANGUAGES):
        picture = drawn(chapter, {}, code, language)
        assert picture.title
        assert len(picture.alternative) > 20
        if chapter.slug != "bet":
            assert picture.table is not None
            assert len({len(row) for row in picture.table.rows} | {len(picture.table.columns)}) == 1


@of_every_chapter
def test_owners_keep_their_colours_at_every_corner(chapter: Chapter) -> None:
    """A colour is a party's name, never a value that a theme or a rank decides."""
    for knobs in corners(chapter.knobs, on_shelf(chapter).code):
        for trace in drawn(chapter, knobs).figure["data"]:
            colour = trace.get("marker", {}).get("color", [])
            for name in [colour] if isinstance(colour, str) else colour:
                assert name.startswith("var(--"), name
