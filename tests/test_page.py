"""The page's script without a browser: every screen in every language, guess before answer, routes, links."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lbo_model.classroom import beats, guesses
from lbo_model.classroom.cases import Shelf, shelf
from lbo_model.classroom.chapters import CHAPTERS, ROUTES, chapter_of
from lbo_model.classroom.figures.picture import FRAME
from lbo_model.classroom.strip import filled
from lbo_model.studies import vary
from lbo_model.words import Words, languages
from tests.screens import (
    BEFORE,
    LANGUAGES,
    NEXT,
    SCREENS,
    Shown,
    labels,
    lead_of,
    link_of,
    listed,
    numbers,
    on,
    opened,
    shown,
    usual,
    walked,
)

LEFT_OVER = re.compile(r"\{\w*\}|\b(chapters|owners|page|guess|figures|bricks|rows|shares|strip)\.\w|\bnan\b")
IN_EUROS = re.compile(r"€\d[\d,]*\d(?![\d.]|\s?M)|\d[\d\u202f\u00a0]*\d\u00a0€")
THOUSANDS = re.compile(
    r"k€|€k|K€|k\u00a0€|€[\d.,]+\s?k\b|milliers d.euros|thousands? of euros", re.IGNORECASE
)


def test_words_exist_for_every_language_of_the_page() -> None:
    assert sorted(LANGUAGES) == languages()


def it_is_drawn_without_an_error(page: AppTest, screen: Shown, language: str, slug: str, beat: str) -> None:
    assert not LEFT_OVER.search(screen.text), "a key or a slot is left"
    assert Words(language).say(f"chapters.{slug}.question", years=5) in screen.lines


def the_answer_is_nowhere_before_the_guess(
    page: AppTest, screen: Shown, language: str, slug: str, beat: str
) -> None:
    if beat in BEFORE:
        assert betrayed(screen, language, slug) == []


def no_guess_has_a_default(page: AppTest, screen: Shown, language: str, slug: str, beat: str) -> None:
    if beat not in ("guess", "guess_again"):
        return
    held = [*page.radio, *page.number_input, *page.main.get("button_group")]
    assert held or page.checkbox
    assert [widget.value for widget in held if widget.value not in (None, [])] == []
    assert not any(box.value for box in page.checkbox)


def knobs_stand_beside_the_reason_alone_and_are_three_at_most(
    page: AppTest, screen: Shown, language: str, slug: str, beat: str
) -> None:
    assert [slider.key for slider in page.slider] == [
        f"knob.{code}" for code in chapter_of(slug).knobs if beat == "because"
    ]
    assert len(page.slider) <= 3


def a_screen_counts_in_one_unit(page: AppTest, screen: Shown, language: str, slug: str, beat: str) -> None:
    assert mixed_units(screen, language) == []


CHECKS = (
    it_is_drawn_without_an_error,
    the_answer_is_nowhere_before_the_guess,
    no_guess_has_a_default,
    knobs_stand_beside_the_reason_alone_and_are_three_at_most,
    a_screen_counts_in_one_unit,
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("slug", "beat"), SCREENS)
def test_every_screen(language: str, slug: str, beat: str) -> None:
    """A screen, drawn once; every check of it is made, and all that fail are told."""
    page = opened(lang=language, chapter=slug, beat=beat)
    screen, failed = shown(page), {}
    for check in CHECKS:
        try:
            check(page, screen, language, slug, beat)
        except AssertionError as error:
            failed[check.__name__] = str(error)
    assert failed == {}


# --- guess before answer, never blocked ---------------------------------------------------------------------


def betrayed(screen: Shown, language: str, slug: str) -> list[str]:
    """What a screen before the answer lets out: in its title, its picture, its alternative, its table."""
    chapter, words = chapter_of(slug), Words(language)
    lead, cases = lead_of(chapter), usual(chapter)
    found = [text for text in (screen.figure["title"],) if text]
    found += [str(trace["type"]) for trace in screen.figure["figure"]["data"] if trace.get("meta") != FRAME]
    asked = numbers(words.say(chapter.words("question"), years=5), language)
    found += [
        label
        for label in labels(screen.figure["figure"])
        if any(amount not in asked for amount in _amounts(label, language))
    ]
    found += [screen.figure["alternative"]] if numbers(screen.figure["alternative"], language) else []
    found += [str(screen.figure[part]) for part in ("table", "sentences", "more") if screen.figure[part]]
    answers = [beats.finding(words, chapter, cases)]
    if chapter.beats[-1] != "remember" or "reveal" in chapter.beats:
        answers.append(beats.remembered(words, chapter, cases))
    answers += [
        words.say("page.answer_is", truth=guesses.said(chapter, question, question.right(lead), lead, words))
        for question in chapter.questions
        if "reveal" in chapter.beats
    ]
    return found + [answer for answer in answers if answer in screen.text]


def _amounts(label: str, language: str) -> list[float]:
    """The numbers of a label that are no years."""
    return numbers(re.sub(r"(année|year)\s\d+", "", label), language)


@pytest.mark.parametrize("slug", [slug for slug, beat in SCREENS if beat == "reveal"])
def test_the_check_of_a_hidden_answer_sees_a_shown_one(slug: str) -> None:
    screen = shown(opened(lang="en", chapter=slug, beat="reveal"))
    assert len(betrayed(screen, "en", slug)) >= 4
    chapter = chapter_of(slug)
    shown_first = usual(chapter)[:1] if chapter.first_alone else usual(chapter)
    assert screen.figure["title"] == beats.finding(Words("en"), chapter, shown_first)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("slug", [slug for slug, beat in SCREENS if beat == "reveal"])
def test_nobody_has_to_guess(language: str, slug: str) -> None:
    last = [beat for beat in chapter_of(slug).beats if beat in BEFORE][-1]
    page = opened(lang=language, chapter=slug, beat=last)
    assert page.button(key=NEXT).label == Words(language).say("page.skip")
    screen = shown(on(page))
    assert screen.figure["title"]
    said = Words(language).say("page.you_said", said="").strip()
    assert not any(line.startswith(said) for line in screen.lines)


def answer(page: AppTest, slug: str) -> None:
    """Answer every question of a chapter somehow, as a visitor would: each stands on a screen of its own."""
    chapter, lead = chapter_of(slug), lead_of(chapter_of(slug))
    for place, question in enumerate(chapter.questions):
        if place:
            on(page)
        key = f"guess.{slug}.{question.code}"
        match type(question).__name__:
            case "OneOf":
                listed(page.radio, key).set_value(next(iter(question.options(lead)))).run()
            case "OneCurve":
                listed(page.radio, key).set_value(next(iter(question.curves(lead)))).run()
            case "Several":
                page.checkbox(key=f"{key}.{question.items[0]}").check().run()
            case "ShareOut":
                page.number_input(key=f"{key}.{question.boxes[0]}").set_value(1.0).run()
            case "NumberLine":
                listed(page.main.get("button_group"), key).set_value(question.marks(lead)[1]).run()
            case "OwnerPerParty":
                listed(page.main.get("button_group"), f"{key}.{question.parties[0]}").set_value("same").run()
        assert not page.exception


@pytest.mark.parametrize("slug", [slug for slug, beat in SCREENS if beat == "reveal"])
def test_what_was_guessed_is_said_beside_the_answer_and_explained(slug: str) -> None:
    words, chapter = Words("en"), chapter_of(slug)
    page = opened(lang="en", chapter=slug, beat="guess")
    answer(page, slug)
    assert page.button(key=NEXT).label == words.say("page.to_reveal")
    said = words.say("page.you_said", said="").strip()
    lines = shown(on(page)).lines
    assert sum(line.startswith(said) for line in lines) == len(chapter.questions)
    while link_of(page)["beat"] != "because":
        on(page)
    explained = shown(page).lines
    page = opened(lang="en", chapter=slug, beat="because")
    assert explained != shown(page).lines or slug == "deal", "the remark answers what was said"


def test_the_bet_of_the_beginning_is_settled_at_the_resale() -> None:
    page = opened(lang="en", route="20", chapter="bet", beat="guess")
    listed(page.radio, "guess.bet.back").set_value("stake").run()
    page.button(key="chapter.resale").click().run()
    on(on(on(page)))
    bet = Words("en").say("chapters.bet.settled_after_bet", **dict.fromkeys(SLOTS_OF_THE_BET, 0.0))
    assert any(line.startswith(bet[:8]) for line in shown(page).lines)


SLOTS_OF_THE_BET = ("bet", "bet_times", "received", "equity", "multiple")


def test_more_or_less_than_thought_leads_on_to_the_reason() -> None:
    page = opened(lang="fr", chapter="repay", beat="seen")
    page.button(key="seen.more").click().run()
    assert link_of(page)["beat"] == "because"


def test_who_has_little_time_finds_the_short_route_on_the_first_page() -> None:
    page = opened(lang="en")
    page.button(key="short_route").click().run()
    assert link_of(page)["route"] == "20"
    assert not any(button.key == "short_route" for button in page.button)


def test_the_last_page_shows_no_owner_that_the_route_has_not_met() -> None:
    scop = Words("fr").say("owners.scop")
    for route, met in (("20", False), ("55", True), ("110", True)):
        screen = shown(opened(lang="fr", route=route, chapter="debrief"))
        assert any(scop in line for line in screen.lines) == met, route


def test_who_was_thought_to_pay_is_recalled_at_the_resale() -> None:
    page = opened(lang="en", chapter="bet", beat="guess_again")
    listed(page.radio, "guess.bet.payer").set_value("bank").run()
    page.button(key="chapter.resale").click().run()
    on(on(on(page)))
    thought = Words("en").say("chapters.bet.payer.options.bank")
    assert any(
        thought in line and Words("en").say("chapters.bet.payer.options.factory") in line
        for line in shown(page).lines
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_answer_whose_parts_do_not_add_up_as_written_says_that_they_are_rounded(language: str) -> None:
    words, chapter = Words(language), chapter_of("repay")
    question, lead = chapter.questions[0], lead_of(chapter)
    mark = words.say("guess.rounded", parts="")
    said = guesses.said(chapter, question, question.right(lead), lead, words)
    amounts = numbers(said, language)
    assert abs(sum(amounts) - round(question.whole(lead) / 1e6, 1)) > 0.05, "this run is one of them"
    assert said.endswith(mark)
    exact = guesses.said(chapter, question, {"bank": 2e6, "machines": 2.2e6}, lead, words)
    assert not exact.endswith(mark)


# --- untouched, it still teaches ----------------------------------------------------------------------------


def empty(figure: dict[str, Any]) -> bool:
    """Whether a picture shows nothing: no mark with a place, or frames alone."""
    return not any(
        any(place is not None for place in trace.get("x", ()))
        for trace in figure["figure"]["data"]
        if trace.get("meta") != FRAME
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("route", ["20", "55", "110"])
def test_pressing_next_alone_tells_the_whole_route(route: str, language: str) -> None:
    words, seen, remembered = Words(language), [], []
    for chapter, beat, page in walked(route, language):
        assert link_of(page).get("chapter", CHAPTERS[0].slug) == chapter.slug
        screen = shown(page)
        seen.append((chapter.slug, beat))
        if beat == "remember" and filled(chapter):
            assert any(words.say("strip.paid.question") in line for line in screen.lines), chapter.slug
        elif beat not in BEFORE and chapter.slug != "bet":
            assert not empty(dict(screen.figure)), (chapter.slug, beat)
            assert screen.figure["table"]["rows"], (chapter.slug, beat)
        if beat == "remember":
            kept = beats.remembered(words, chapter, usual(chapter))
            remembered += [chapter.slug] if kept in screen.lines else []
    assert remembered == [chapter.slug for chapter in ROUTES[route]]
    assert len(seen) == sum(len(chapter.beats) for chapter in ROUTES[route])


def test_the_check_of_an_empty_picture_sees_one() -> None:
    screen = shown(opened(lang="en", chapter="deal", beat="guess"))
    assert empty(dict(screen.figure))


def test_a_chapter_that_the_route_leaves_out_leaves_one_line() -> None:
    words, factory = Words("fr"), chapter_of("factory")
    kept = words.say("page.skipped", sentence=beats.remembered(words, factory, usual(factory)))
    assert kept in shown(opened(lang="fr", route="20", chapter="deal")).lines
    assert kept not in shown(opened(lang="fr", route="55", chapter="deal")).lines


# --- knobs --------------------------------------------------------------------------------------------------


def test_a_moved_knob_and_the_language_live_in_the_link() -> None:
    page = opened(lang="en", chapter="deal", beat="because", price="4")
    assert page.slider(key="knob.price").value == 4.0
    page.slider(key="knob.price").set_value(4.5).run()
    link = link_of(page)
    assert (link["price"], link["lang"], link["beat"]) == ("4.5", "en", "because")


# --- one unit a screen --------------------------------------------------------------------------------------


def mixed_units(screen: Shown, language: str) -> list[str]:
    """Amounts that are written otherwise than the rest: thousands, or large amounts in plain euros in a
    sentence.
    """
    read = "\n".join((*screen.lines, *labels(screen.figure["figure"])))
    found = THOUSANDS.findall(screen.text)
    return found + [
        match for match in IN_EUROS.findall(read) if any(n >= 1_000_000 for n in numbers(match, language))
    ]


@pytest.mark.parametrize(
    ("language", "line"),
    [("fr", "800 k€ et 2,2 M€"), ("en", "€800 k"), ("fr", "21 000 000 €"), ("en", "€21,000,000 paid")],
)
def test_the_check_of_units_sees_two(language: str, line: str) -> None:
    figure = {"title": "", "alternative": "", "sentences": [], "more": [], "table": None}
    drawn = {**figure, "figure": {"data": [], "layout": {}}}
    line = re.sub(r"(?<=\d) (?=[\dk€])", "\u00a0", line)
    assert mixed_units(Shown((line,), (), drawn), language)
    assert not mixed_units(
        Shown(("4\u202f000\u00a0€ et 2,2\u00a0M€, €4,000 and €2.2\u00a0M",), (), drawn), "fr"
    )


# --- the room comes back after an accident ------------------------------------------------------------------

FULL_LINK = {
    "lang": "en",
    "route": "20",
    "behaviour": "full",
    "view": "presenter",
    "owners": "fund,scop",
    "price": "5.5",
    "tally.deal": "3-12-9-4",
}


@pytest.mark.parametrize("slug", [chapter.slug for chapter in CHAPTERS])
def test_a_screen_reached_by_hand_is_the_screen_of_its_link(slug: str) -> None:
    page, first = opened(**{**FULL_LINK, "chapter": slug}), chapter_of(slug).beats[0]
    for beat in chapter_of(slug).beats:
        if beat != first:
            on(page)
        assert link_of(page).get("beat", first) == beat
        # What is the first of its kind, or what the chapter shows anyway, needs no place in the link.
        link = {**FULL_LINK, "chapter": slug, "beat": beat}
        assert {**link, **link_of(page)} == link
        again = opened(**link_of(page))
        assert shown(again) == shown(page)
        assert link_of(again) == link_of(page)
        assert set(link_of(page)) >= set(FULL_LINK)


def test_a_tally_is_shown_with_the_answer_and_not_before() -> None:
    link = {"lang": "en", "chapter": "deal", "tally.deal": "3-12-9-4"}
    counted = "A 3; B 12; C 9; D 4"
    assert counted not in shown(opened(**link, beat="guess")).text
    assert any(counted in line for line in shown(opened(**link, beat="reveal")).lines)


def test_votes_typed_by_a_teacher_go_to_the_link_and_come_back() -> None:
    page = opened(lang="fr", chapter="deal", beat="guess", view="presenter")
    page.text_input(key="tally.deal").set_value("A 3 B 12 C 9 D 4").run()
    assert link_of(page)["tally.deal"] == "3-12-9-4"
    again = opened(**link_of(page))
    assert numbers(again.text_input(key="tally.deal").value, "fr") == [3, 12, 9, 4], "typed once is enough"


def test_only_a_presenter_counts_votes_and_sees_the_minutes() -> None:
    planned = Words("en").say("page.planned", place="", minutes=4).strip(" ·")
    for view in ("reader", "presenter"):
        page = opened(lang="en", route="20", chapter="deal", beat="guess", view=view)
        assert bool(page.text_input) == (view == "presenter")
        assert any(planned in line for line in shown(page).lines) == (view == "presenter")


@pytest.mark.parametrize(
    "link",
    [
        {"chapter": "nowhere"},
        {"beat": "nowhere"},
        {"route": "7"},
        {"price": "a lot"},
        {"price": "99"},
        {"owners": "martians"},
        {"tally.deal": "many"},
    ],
)
def test_a_wrong_link_is_repaired_in_words(link: dict[str, str]) -> None:
    page = opened(lang="en", **link)
    assert len(page.warning) == 1
    assert "<" not in page.warning[0].value


def test_a_beat_that_a_chapter_has_not_is_its_first() -> None:
    screen = shown(opened(lang="en", chapter="debrief", beat="guess"))
    assert Words("en").say("chapters.debrief.remember") in screen.lines


def test_a_change_of_language_keeps_the_place() -> None:
    page = opened(lang="fr", chapter="compare", beat="because", price="4")
    listed(page.selectbox, "choose.language").set_value("en").run()
    assert link_of(page) == {"lang": "en", "chapter": "compare", "beat": "because", "price": "4"}
    assert page.slider(key="knob.price").value == 4.0


def choices(page: AppTest) -> dict[str, list[str]]:
    """What the lists to choose from read, by the name under which the browser keeps what was chosen."""
    found = {widget.id: list(widget.options) for widget in (*page.selectbox, *page.multiselect, *page.radio)}
    groups = page.main.get("button_group")
    return found | {group.proto.id: [one.content for one in group.proto.options] for group in groups}


@pytest.mark.parametrize(
    "change", [("choose.language", "en"), ("choose.scenario", "growth"), ("choose.behaviour", "full")]
)
@pytest.mark.parametrize(
    ("slug", "beat"),
    [
        ("bet", "guess"),
        ("repay", "guess_again"),
        ("resale", "guess"),
        ("coop", "guess"),
        ("compare", "guess"),
        ("workshop", "question"),
    ],
)
def test_no_label_of_before_a_change_is_left_in_a_list(slug: str, beat: str, change: tuple[str, str]) -> None:
    """The browser keeps a label, and sends it again with the next move: another label needs another list."""
    page = opened(lang="fr", chapter=slug, beat=beat)
    before = choices(page)
    listed(page.selectbox, change[0]).set_value(change[1]).run()
    assert not page.exception
    after = choices(page)
    assert len(after) >= 5
    assert {name: read for name, read in after.items() if before.get(name, read) != read} == {}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("link", [{"chapter": "workshop"}, {"scenario": "own"}])
def test_places_off_the_route_are_drawn_and_lead_back(language: str, link: dict[str, str]) -> None:
    page = opened(lang=language, **link)
    assert not page.warning
    if "scenario" not in link:
        page.button(key="chapter.deal").click().run()
        assert not page.exception
        assert link_of(page)["chapter"] == "deal"


# --- what may be compared, what is loaded -------------------------------------------------------------------


def test_deals_at_another_price_are_not_compared_and_the_field_is_named() -> None:
    today = shelf()
    scenario, deal = today.deals["scop"]
    dearer = vary(scenario, {f"deals.{deal}.price.multiple": 4.0})
    other = Shelf("film", {**today.deals, "scop": (dearer, deal)}, today.offer)
    kept, refused = other.compared(("fund", "scop"), {})
    assert [case.owner for case in kept] == ["fund"]
    assert refused == {"scop": ["price.multiple"]}


def test_nothing_of_the_package_imports_the_app() -> None:
    files = (Path(__file__).parents[1] / "lbo_model").rglob("*.py")
    found = r"^\s*(import app\b|from app\b)"
    assert not [file for file in files if re.search(found, file.read_text("utf-8"), re.M)]


def test_the_model_loads_neither_streamlit_nor_plotly_nor_pandas() -> None:
    code = "import sys, lbo_model; print([m for m in ('streamlit', 'plotly', 'pandas') if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


def test_owners_are_compared_in_a_crisis_too_and_asked_about_in_calm() -> None:
    """Before the answer nothing differs; after it the same columns, of the storm's deals, and it is said."""
    words, link = Words("en"), {"lang": "en", "chapter": "compare", "weather": "storm"}
    assert shown(opened(**link, beat="guess")) == shown(opened(lang="en", chapter="compare", beat="guess"))
    calm, storm = (shown(opened(**{**link, "weather": code, "beat": "reveal"})) for code in ("calm", "storm"))
    assert words.say("weather.drawn") in storm.text
    assert words.say("weather.drawn") not in calm.text
    assert storm.figure["table"]["columns"] == calm.figure["table"]["columns"]
    assert storm.figure["table"]["rows"] != calm.figure["table"]["rows"]
    page = opened(**link, beat="because")
    assert link_of(page)["weather"] == "storm"
    assert "weather" not in link_of(opened(lang="en", chapter="compare", weather="calm"))
