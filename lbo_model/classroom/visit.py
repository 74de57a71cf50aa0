"""Where a visitor may stand, and the deals that they see there."""

from functools import lru_cache

from lbo_model.classroom import controls, own
from lbo_model.classroom.cases import LEADING, SHELVES, Case, Shelf, shelf, shelf_of
from lbo_model.classroom.chapter import BEATS, Chapter
from lbo_model.classroom.chapters import CHAPTERS, ROUTES
from lbo_model.classroom.link import Choices, Offer, State
from lbo_model.classroom.questions import Question
from lbo_model.scenario_file import Document
from lbo_model.words import Words

WORKSHOP = "workshop"
"""The place where every number can be seen and changed: reachable from anywhere, on no route."""

ACCOUNTS = "accounts"
"""In the link's place for a beat: the accounts of the deals that a chapter compares. On no route."""

MOST_SIDE_BY_SIDE = 4
"""Owners that a figure shows unless somebody asks for more."""

CHOICES = Choices(
    scenarios=(*SHELVES, own.CODE),
    languages=("fr", "en"),
    routes=tuple(ROUTES),
    chapters=(*(chapter.slug for chapter in CHAPTERS), WORKSHOP),
    beats=(*BEATS, ACCOUNTS),
    behaviours=("chapter", "mechanics", "full"),
    views=("reader", "presenter"),
)


def begin() -> State:
    """Begin a run of the page or of a part of it: where the visitor stands."""
    return controls.start(CHOICES, _offer)


def document() -> Document | None:
    """What the lesson is played on; None while one's own file, which the link names, has not been given."""
    chosen = controls.state().scenario
    return own.document() if chosen == own.CODE else own.shipped()[chosen]


def today() -> Shelf:
    """The deals of the scenario that the visitor chose."""
    return _shelf(controls.state().scenario)


def on(chapter: Chapter) -> Shelf:
    """The deals that a chapter is played on: those of its own scenario, unless visitors brought their own."""
    return today() if chapter.shelf is None or _is_own() else shelf(chapter.shelf)


def document_of(chapter: Chapter) -> Document | None:
    """The file of the numbers that a chapter is played on."""
    return document() if chapter.shelf is None or _is_own() else own.shipped()[chapter.shelf]


def _is_own() -> bool:
    return controls.state().scenario == own.CODE


def words() -> Words:
    """The words of the visitor's language, with amounts in the currency of the scenario."""
    found = document()
    sound = found.scenario if found else None
    return Words(controls.state().language, sound.currency if sound else "EUR")


def behaviour(chapter: Chapter) -> str:
    """Without consequences or with them: as the visitor chose, or as the chapter was written for."""
    chosen = controls.state().behaviour
    return chapter.behaviour if chosen == "chapter" else chosen


def owners(chapter: Chapter) -> tuple[str, ...]:
    """The owners shown: those chosen, or those that the chapter is about; where it compares, a file's."""
    there = on(chapter)
    chosen = tuple(owner for owner in controls.state().owners if owner in there.deals)
    if chosen:
        return chosen
    compares = len(chapter.owners) > 1 and there.code != LEADING
    return tuple(there.deals)[:MOST_SIDE_BY_SIDE] if compares else there.of_kinds(_kinds(chapter))


def _kinds(chapter: Chapter) -> tuple[str, ...]:
    """The kinds of owner that a chapter is about; where it looks back, those that the route has met."""
    route = [other for other in ROUTES[controls.state().route] if not other.looks_back]
    met = {kind for other in route for kind in other.owners}
    return tuple(kind for kind in chapter.owners if not chapter.looks_back or kind in met)


def lead(chapter: Chapter) -> Case:
    """The deal that questions are computed on: of the kind that the chapter is about, or the first; every
    knob as shipped.
    """
    there = on(chapter)
    return there.case(there.of_kinds(chapter.owners[:1])[0], {}, behaviour(chapter))


def questions(chapter: Chapter) -> tuple[Question, ...]:
    """What is asked: nothing where the questions take for granted what is not so."""
    return chapter.questions if chapter.asks(lead(chapter)) else ()


def cases(chapter: Chapter, beat: str) -> tuple[list[Case], dict[str, list[str]]]:
    """The deals to show, and those that may not stand beside them, with the fields that differ."""
    alone = chapter.first_alone and not controls.state().owners and beat not in ("because", "remember")
    shown = owners(chapter)[:1] if alone else owners(chapter)
    return on(chapter).compared(shown, controls.state().knobs, behaviour(chapter))


def _shelf(code: str) -> Shelf:
    if code in SHELVES:
        return shelf(code)
    used = controls.own().used
    assert used is not None, "the page asks for one's own file before it shows anything"
    return _own_shelf(*used)


@lru_cache(maxsize=32)
def _own_shelf(name: str, text: str) -> Shelf:
    scenario = own.opened(name, text).scenario
    assert scenario is not None, "only a sound file is taken for the lesson"
    return shelf_of(own.CODE, scenario)


def _offer(code: str) -> Offer | None:
    return None if code == own.CODE and own.document() is None else _shelf(code).offer
