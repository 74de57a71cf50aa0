"""The lesson walked in a real browser: three routes, both languages, three sizes, by key or with a finger.

`make test` walks six of the eighteen combinations, `make properties` the other twelve.
"""

import itertools
from collections import defaultdict
from urllib.parse import parse_qs, urlencode

import pytest
from playwright.sync_api import Browser

from lbo_model.classroom.chapters import ROUTES, chapter_of
from lbo_model.classroom.strip import filled
from lbo_model.words import languages
from tests.browser.tour import SIZES, Screen, Tour, look, settle, walk
from tests.screens import BEFORE, MOST_WORDS, in_plain_sight, opened, steps, word_count

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

OFTEN = (("110", "fr", "phone"), ("55", "en", "laptop"), ("20", "fr", "projector"))
"""Each route once, each size once, both languages; the others are walked with the long runs."""
EVERY = tuple(itertools.product((route for route in ROUTES if route != "all"), languages(), SIZES))
TOURS = [
    pytest.param(walked, marks=() if walked in OFTEN else pytest.mark.properties, id="-".join(walked))
    for walked in EVERY
]


def test_the_tours_of_every_change_cover_routes_languages_and_sizes() -> None:
    assert set(OFTEN) <= set(EVERY)
    for often, every in zip(zip(*OFTEN, strict=True), zip(*EVERY, strict=True), strict=True):
        assert set(often) == set(every)


def the_walk_meets_every_screen_without_an_error(tour: Tour) -> None:
    assert [(screen.slug, screen.beat) for screen in tour.screens] == [
        (chapter.slug, beat) for chapter, beat in steps(tour.route)
    ]
    assert list(tour.errors) == []
    assert [screen.slug for screen in tour.screens if screen.failures] == []


def who_only_goes_on_turns_no_knob(tour: Tour) -> None:
    """A slider that comes back in another chapter shows what it showed."""
    assert set(parse_qs(tour.link.removeprefix("?"))) <= {"lang", "route", "chapter", "beat"}


def a_title_and_a_picture_come_with_the_answer(tour: Tour) -> None:
    for screen in tour.screens:
        if not screen.strip:
            assert bool(screen.title) == (screen.beat not in BEFORE), (screen.slug, screen.beat)
            assert screen.marks >= 1, (screen.slug, screen.beat)


def crowded(screens: list[Screen]) -> dict[str, int]:
    """Screens with more words than anyone reads while somebody speaks."""
    return {
        f"{screen.slug}.{screen.beat}": len(screen.words)
        for screen in screens
        if len(screen.words) > MOST_WORDS
    }


def a_screen_has_ninety_words_at_most(tour: Tour) -> None:
    assert crowded(list(tour.screens)) == {}


def words_are_counted(tour: Tour) -> None:
    assert all(len(screen.words) >= 10 for screen in tour.screens)
    assert max(len(screen.words) for screen in tour.screens) >= 40


def the_strip_is_always_in_the_same_place(tour: Tour) -> None:
    places = defaultdict(list)
    for screen in tour.screens:
        if screen.beat == "remember" and filled(chapter_of(screen.slug)):
            left, top, width, _ = screen.strip
            places[left, top, width].append(screen.slug)
    assert len(places) == 1, dict(places)


def nothing_is_wider_than_the_window(tour: Tour) -> None:
    assert {f"{screen.slug}.{screen.beat}": screen.wider for screen in tour.screens if screen.wider > 0} == {}


def labels_can_be_read_from_the_back(tour: Tour) -> None:
    least = {"laptop": 16, "projector": 24, "phone": 13}[tour.size]
    assert {
        f"{screen.slug}.{screen.beat}": screen.smallest
        for screen in tour.screens
        if screen.smallest < least - 0.01
    } == {}


def on_a_phone_the_picture_and_its_first_knob_are_seen_together(tour: Tour) -> None:
    if tour.size != "phone":
        return
    height = SIZES["phone"][1]
    together = {
        screen.slug: max(screen.plot[1] + screen.plot[3], screen.knob[1] + screen.knob[3])
        - min(screen.plot[1], screen.knob[1])
        for screen in tour.screens
        if screen.knob
    }
    assert together
    assert {slug: tall for slug, tall in together.items() if tall > height} == {}


CHECKS = (
    the_walk_meets_every_screen_without_an_error,
    who_only_goes_on_turns_no_knob,
    a_title_and_a_picture_come_with_the_answer,
    a_screen_has_ninety_words_at_most,
    words_are_counted,
    the_strip_is_always_in_the_same_place,
    nothing_is_wider_than_the_window,
    labels_can_be_read_from_the_back,
    on_a_phone_the_picture_and_its_first_knob_are_seen_together,
)


def test_words_are_counted_alike_with_a_browser_and_without(browser: Browser, address: str) -> None:
    """So that screens which no walk meets may be counted without one."""
    window = browser.new_page(viewport=dict(zip(("width", "height"), SIZES["laptop"], strict=True)))
    for link in (
        {"lang": "fr", "chapter": "compare", "beat": "because", "weather": "storm"},
        {"lang": "en", "chapter": "rules", "beat": "because", "rule": "machines_first"},
        {"lang": "fr", "chapter": "storm", "beat": "guess"},
    ):
        window.goto(f"{address}/?{urlencode(link)}")
        settle(window)
        window.wait_for_selector(".show-plot .main-svg")
        assert word_count(in_plain_sight(opened(**link))) == len(look(window)["words"]), link
    window.close()


@pytest.mark.parametrize("walked", TOURS)
def test_a_tour(walked: tuple[str, str, str], browser: Browser, address: str) -> None:
    """A route, walked once; every check of it is made, and all that fail are told."""
    tour, failed = walk(browser, address, *walked), {}
    for check in CHECKS:
        try:
            check(tour)
        except AssertionError as error:
            failed[check.__name__] = str(error)
    assert failed == {}
