"""Where a visitor may stand, and the deals that they see there."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from lbo_model.classroom import controls, link, own
from lbo_model.classroom.cases import IN_A_STORM, LEADING, OWNERS, SHELVES, Case, Shelf, shelf, shelf_of
from lbo_model.classroom.chapter import BEATS, BEFORE_THE_ANSWER, Chapter
from lbo_model.classroom.chapters import CHAPTERS, ROUTES
from lbo_model.classroom.link import STORM, Choices, Dial, Offer, State
from lbo_model.classroom.questions import Question
from lbo_model.classroom.rules import ASKED, PRICINGS, RULES, USUAL, Choice
from lbo_model.scenario.paths import DOCUMENTED, SAME
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
    rules=tuple(RULES),
    pricings=PRICINGS,
    asked=ASKED,
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


def has_both_terms(chapter: Chapter) -> bool:
    """Whether a chapter compares owners of whom documented terms are known."""
    return chapter.both_terms and bool(_shelf(controls.state().scenario, DOCUMENTED).offered)


def terms(chapter: Chapter, beat: str) -> str:
    """The terms on which deals are shown. Questions are always asked on the same terms for all."""
    told = beat not in BEFORE_THE_ANSWER
    both = told and has_both_terms(chapter) and not in_a_storm(chapter, beat)
    return controls.state().terms if both else SAME


def has_both_weathers(chapter: Chapter) -> bool:
    """Whether a chapter compares owners whom a storm of a shipped scenario strikes."""
    return chapter.both_weathers and controls.state().scenario == LEADING


def in_a_storm(chapter: Chapter, beat: str) -> bool:
    """Whether deals are shown in a storm, on the same terms for all. Questions are always asked in calm."""
    told = beat not in BEFORE_THE_ANSWER
    return told and has_both_weathers(chapter) and controls.state().weather == STORM


def dials(cases: Sequence[Case]) -> Mapping[str, Dial]:
    """The knobs of the deals shown: on documented terms each stands where the first deal that has it does."""
    if cases[0].shelf.terms == SAME:
        return cases[0].shelf.offer.dials
    offers = [link.offer(one.shelf.deals[one.owner][0]).dials for one in cases]
    return {code: dial for found in reversed(offers) for code, dial in found.items()}


def document_of_owner(owner: str) -> Document | None:
    """The file in which an owner's deal is written."""
    return own.shipped()[OWNERS[owner][0]] if controls.state().scenario == LEADING else document()


def document_of(chapter: Chapter, beat: str) -> Document | None:
    """The file of the numbers that a chapter is played on."""
    if in_a_storm(chapter, beat):
        return own.shipped()[IN_A_STORM]
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
    compares = len(chapter.owners) > 1 and there.code not in (LEADING, chapter.shelf)
    return tuple(there.deals)[:MOST_SIDE_BY_SIDE] if compares else there.of_kinds(_kinds(chapter))


def _kinds(chapter: Chapter) -> tuple[str, ...]:
    """The kinds of owner that a chapter is about; where it looks back, those that the route has met."""
    route = [other for other in ROUTES[controls.state().route] if not other.looks_back]
    met = {kind for other in route for kind in other.owners}
    return tuple(kind for kind in chapter.owners if not chapter.looks_back or kind in met)


def lead(chapter: Chapter) -> Case:
    """The deal that questions are computed on: of the kind that the chapter is about, or the first; every
    knob as shipped, and the usual rule where the law changes.
    """
    there = on(chapter)
    return chapter.played(there.case(there.of_kinds(chapter.owners[:1])[0], {}, behaviour(chapter)))


def questions(chapter: Chapter) -> tuple[Question, ...]:
    """What is asked: nothing where the questions take for granted what is not so."""
    return chapter.questions if chapter.asks(lead(chapter)) else ()


def cases(chapter: Chapter, beat: str) -> tuple[list[Case], dict[str, list[str]]]:
    """The deals to show, and those that may not stand beside them, with the fields that differ."""
    alone = chapter.first_alone and not controls.state().owners and beat not in ("because", "remember")
    shown = owners(chapter)[:1] if alone else owners(chapter)
    documented = terms(chapter, beat) == DOCUMENTED
    there = _shelf(controls.state().scenario, DOCUMENTED) if documented else on(chapter)
    there = shelf(IN_A_STORM) if in_a_storm(chapter, beat) else there
    kept, refused = there.compared(shown, controls.state().knobs, behaviour(chapter))
    return [chapter.played(case, _choice()) for case in kept], refused


def is_usual_law() -> bool:
    """Whether the rule, the price and the return asked for are those of the questions."""
    return _choice() == USUAL


def _choice() -> Choice:
    state = controls.state()
    return Choice(state.rule, state.pricing, state.asked)


def _shelf(code: str, terms: str = SAME) -> Shelf:
    if code in SHELVES:
        return shelf(code, terms)
    used = controls.own().used
    assert used is not None, "the page asks for one's own file before it shows anything"
    return _own_shelf(*used, terms)


@lru_cache(maxsize=32)
def _own_shelf(name: str, text: str, terms: str) -> Shelf:
    scenario = own.opened(name, text).scenario
    assert scenario is not None, "only a sound file is taken for the lesson"
    return shelf_of(own.CODE, scenario, terms)


def _offer(code: str) -> Offer | None:
    """What a link may ask for: deals and knobs of the scenario, and the knobs of chapters with their own."""
    if code == own.CODE:
        return None if own.document() is None else _shelf(code).offer
    offers = [_shelf(code).offer, *(shelf(one.shelf).offer for one in CHAPTERS if one.shelf)]
    dials = {knob: dial for offer in reversed(offers) for knob, dial in offer.dials.items()}
    return Offer(offers[0].owners, dials)
