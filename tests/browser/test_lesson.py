"""What a visitor does in a real browser: guess, turn, type votes, go back, reload, arrive by a wrong link."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lbo_model.classroom.cases import shelf
from lbo_model.classroom.chapters import CHAPTERS, chapter_of
from lbo_model.words import Words, languages
from tests.browser.tour import SIZES, settle, wait

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

EN = Words("en")


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One window for all visits: each is a new session, but files are fetched once."""
    visitor = browser.new_context(viewport={"width": 1366, "height": 768}, locale="fr-FR")
    visitor.set_default_timeout(30_000)
    yield visitor.new_page()
    visitor.close()


def visit(page: Page, address: str, **link: str) -> None:
    """Open the page at a link and wait until it stands still."""
    page.goto(f"{address}/?" + "&".join(f"{name}={value}" for name, value in link.items()))
    settle(page)


def figure(page: Page) -> Locator:
    return page.locator(".show")


def slider(page: Page, code: str, language: str = "en") -> Locator:
    name = Words(language).say(f"knob.{code}")
    return page.get_by_role("slider", name=re.compile(re.escape(name)))


def question(language: str, slug: str) -> str:
    return Words(language).say(f"chapters.{slug}.question", years=5)


# --- knobs --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", [chapter.slug for chapter in CHAPTERS if chapter.knobs])
def test_a_knob_moves_the_figure_in_place(page: Page, address: str, slug: str) -> None:
    visit(page, address, lang="en", chapter=slug, beat="because")
    expect(figure(page).locator(".main-svg").first).to_be_visible()
    code = chapter_of(slug).knobs[0]
    there = shelf(chapter_of(slug).shelf) if chapter_of(slug).shelf else shelf()
    dial, table = there.offer.dials[code], figure(page).locator("table")
    before = table.text_content() or ""
    kept = [figure(page).element_handle(), figure(page).locator(".show-plot").element_handle()]
    slider(page, code).focus()
    page.keyboard.press("End" if dial.shipped < dial.high else "Home")
    expect(table).not_to_have_text(before)
    page.wait_for_url(re.compile(rf"[?&]{code}="))
    assert all(node is not None and node.evaluate("node => node.isConnected") for node in kept)
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_figure_stays_in_place_from_the_question_to_the_reason(page: Page, address: str) -> None:
    visit(page, address, lang="en", route="20", chapter="resale")
    kept = [figure(page).element_handle(), figure(page).locator(".main-svg").first.element_handle()]
    for beat in chapter_of("resale").beats[1:-1]:
        page.keyboard.press("PageDown")
        wait(page, "en", "20", chapter_of("resale"), beat)
        assert all(node is not None and node.evaluate("node => node.isConnected") for node in kept), beat


# --- guess and answer, by keyboard --------------------------------------------------------------------------


def test_a_guess_is_made_by_keyboard_and_said_beside_the_answer(page: Page, address: str) -> None:
    visit(page, address, lang="en", route="20", chapter="deal")
    page.keyboard.press("PageDown")
    wait(page, "en", "20", chapter_of("deal"), "guess")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    expect(figure(page).locator(".show-title")).to_be_hidden()
    page.get_by_role("radio").first.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", checked=True)).to_have_count(1)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    settle(page)
    page.get_by_role("button", name=EN.say("page.to_reveal")).focus()
    page.keyboard.press("Enter")
    wait(page, "en", "20", chapter_of("deal"), "reveal")
    expect(page.get_by_text(EN.say("page.you_said", said="B."))).to_be_visible()
    expect(figure(page).locator(".show-title")).not_to_be_empty()
    page.keyboard.press("PageUp")
    wait(page, "en", "20", chapter_of("deal"), "guess")
    expect(page.get_by_role("radio").nth(1)).to_be_checked()


@pytest.mark.parametrize(
    ("slug", "beat", "role"),
    [("deal", "guess", "radio"), ("same_tool", "guess", "checkbox"), ("deal", "because", "slider")],
)
def test_page_down_goes_on_from_whatever_was_touched_last(
    page: Page, address: str, slug: str, beat: str, role: str
) -> None:
    """A presenter's remote has this key and no other: it may not die once an answer is chosen."""
    visit(page, address, lang="en", route="20", chapter=slug, beat=beat)
    page.get_by_role(role).first.focus()
    page.keyboard.press("ArrowRight" if role == "slider" else "Space")
    settle(page)
    page.keyboard.press("PageDown")
    beats = chapter_of(slug).beats
    page.wait_for_url(re.compile(f"beat={beats[beats.index(beat) + 1]}"), timeout=5_000)


def test_a_chapter_is_reached_by_keyboard_alone(page: Page, address: str) -> None:
    visit(page, address, lang="en")
    page.get_by_role("button", name=re.compile(r"^3\. ")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("chapter=deal"))


# --- in front of a class ------------------------------------------------------------------------------------


def test_votes_typed_by_hand_come_with_the_answer_and_after_a_reload(page: Page, address: str) -> None:
    visit(page, address, lang="en", route="20", view="presenter", chapter="deal", beat="guess")
    counted = EN.say("page.the_class", votes="A 3; B 12; C 9; D 4")
    page.get_by_role("textbox", name=EN.say("page.tally")).fill("A 3 B 12 C 9 D 4")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("tally.deal=3-12-9-4"))
    expect(page.get_by_text(counted)).to_have_count(0)
    page.locator("h1").first.click()
    page.keyboard.press("PageDown")
    expect(page.get_by_text(counted)).to_be_visible()
    page.reload()
    expect(page.get_by_text(counted)).to_be_visible()
    expect(page.get_by_text(re.compile(r"4\smin"))).to_be_visible()


def test_a_presenter_reads_larger_letters(page: Page, address: str) -> None:
    sizes = []
    for view in ("reader", "presenter"):
        visit(page, address, lang="en", chapter="deal", beat="reveal", view=view)
        sizes.append(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))
    assert sizes[1] >= 1.2 * sizes[0]


BELOW_THE_FOLD = """() => {
  const foot = document.querySelector('.st-key-ways_on').getBoundingClientRect().top;
  const parts = {
    answers: '.stRadio label, .stCheckbox, .stNumberInput, .stButtonGroup button, .stTextInput input',
    knobs: '.stSlider',
    words: '[data-testid=stColumn] [data-testid=stMarkdown]',
    picture: '.show-plot',
  };
  const hidden = (part) => [...document.querySelectorAll(part)].some(
    (node) => node.checkVisibility() && node.getBoundingClientRect().bottom > foot + 1,
  );
  const main = document.querySelector('[data-testid=stMainBlockContainer]');
  return Object.keys(parts).filter((name) => main.querySelector(parts[name]) && hidden(parts[name]));
}"""


def test_in_front_of_a_class_nothing_to_answer_or_to_look_at_needs_scrolling(
    browser: Browser, address: str
) -> None:
    visitor = browser.new_context(viewport=dict(zip(("width", "height"), SIZES["projector"], strict=True)))
    visitor.set_default_timeout(30_000)
    window = visitor.new_page()
    hidden = {}
    for chapter in CHAPTERS:
        for beat in set(chapter.beats) & {"guess", "guess_again", "because"}:
            visit(window, address, lang="fr", view="presenter", chapter=chapter.slug, beat=beat)
            expect(figure(window).locator(".main-svg").first).to_be_visible()
            hidden[f"{chapter.slug}.{beat}"] = window.evaluate(BELOW_THE_FOLD)
    visitor.close()
    assert len(hidden) > 2 * len(CHAPTERS) - 4
    assert {screen: parts for screen, parts in hidden.items() if parts} == {}


# --- links --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("slug", "beat"), [("repay", "because"), ("compare", "reveal"), ("coop", "guess")])
def test_a_reload_brings_the_same_screen_back(page: Page, address: str, slug: str, beat: str) -> None:
    visit(page, address, lang="fr", route="110", chapter=slug, beat=beat, price="4", owners="scop,fund")
    main, link = page.get_by_test_id("stMainBlockContainer"), page.url
    expect(figure(page).locator(".main-svg").first).to_be_visible()
    before = main.inner_text()
    page.reload()
    settle(page)
    expect(figure(page).locator(".main-svg").first).to_be_visible()
    assert page.url == link
    assert main.inner_text() == before


def test_the_language_changes_and_the_reader_stays_where_they_were(page: Page, address: str) -> None:
    visit(page, address, lang="fr", chapter="compare", beat="because", price="4")
    expect(page.locator("h1").first).to_have_text(question("fr", "compare"))
    page.get_by_role("combobox", name=re.compile(Words("fr").say("page.language"))).click()
    page.get_by_role("option", name="English").click()
    expect(page.locator("h1").first).to_have_text(question("en", "compare"))
    assert {"price=4", "lang=en", "beat=because"} <= set(page.url.rpartition("?")[2].split("&"))
    expect(slider(page, "price")).to_have_value("4")


def speak(page: Page, language: str) -> None:
    """Choose the page's language in the sidebar, and wait until the page speaks it."""
    name = re.compile("|".join(Words(code).say("page.language") for code in languages()))
    page.get_by_role("combobox", name=name).click()
    page.get_by_role("option", name=Words(language).say(f"languages.{language}")).click()
    page.wait_for_url(re.compile(f"lang={language}"))
    settle(page)


def go_on(page: Page, language: str, chapter: str, how: str) -> None:
    """One more act of a visitor who has just changed the language, and what it must lead to."""
    if how == "next":
        page.keyboard.press("PageDown")
        page.wait_for_url(re.compile("beat=remember"))
    elif how == "knob":
        slider(page, "price", language).focus()
        page.keyboard.press("ArrowRight")
        page.wait_for_url(re.compile("price="))
    elif how == "chapter":
        page.get_by_role("button", name=re.compile(r"^4\. ")).click()
        page.wait_for_url(re.compile("chapter=repay"))
    else:
        other = next(code for code in languages() if code != language)
        speak(page, other)
        speak(page, language)
        expect(page.locator("h1").first).to_have_text(question(language, chapter))


WAYS = [
    (*there, how) for how in ("next", "knob", "chapter", "language") for there in (("fr", "en"), ("en", "fr"))
]
OFTEN = {("fr", "en", "next"), ("en", "fr", "knob"), ("fr", "en", "chapter"), ("en", "fr", "language")}
"""Each act once and each change twice; the others are tried with the long runs."""


@pytest.mark.parametrize(
    ("first", "then", "how"),
    [pytest.param(*way, marks=() if way in OFTEN else pytest.mark.properties) for way in WAYS],
)
def test_after_a_change_of_language_the_visit_goes_on(
    page: Page, address: str, first: str, then: str, how: str
) -> None:
    visit(page, address, lang=first, chapter="deal", beat="because")
    speak(page, then)
    go_on(page, then, "deal", how)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert "scenario=" not in page.url


@pytest.mark.parametrize(("slug", "widget"), [("deal", "radio"), ("compare", "group")])
def test_a_guess_is_kept_through_a_change_of_language(
    page: Page, address: str, slug: str, widget: str
) -> None:
    visit(page, address, lang="fr", chapter=slug, beat="guess")
    main = page.get_by_test_id("stMainBlockContainer")
    first = main.get_by_role("radio").first
    first.focus()
    page.keyboard.press("Space")
    settle(page)
    speak(page, "en")
    expect(main.get_by_role("radio", checked=True)).to_have_count(1)
    page.keyboard.press("PageDown")
    page.wait_for_url(re.compile("beat=reveal"))
    name = EN.say("owners.fund") if widget == "group" else EN.say("chapters.deal.debtor.options.fund")
    expect(page.get_by_text(re.compile(f"{EN.say('page.you_said', said='')}.*{name}"))).to_be_visible()


def test_the_workshop_changes_its_language_and_goes_on(page: Page, address: str) -> None:
    visit(page, address, lang="fr", chapter="workshop")
    speak(page, "en")
    group = page.get_by_role("combobox", name=re.compile(EN.say("workshop.group")))
    expect(group).to_have_value(EN.say("workshop.groups.factory"))
    page.get_by_role("button", name=re.compile(r"^3\. ")).click()
    page.wait_for_url(re.compile("chapter=deal"))
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_the_browser_s_back_key_goes_one_screen_back(page: Page, address: str) -> None:
    visit(page, address, lang="en", route="20", chapter="deal")
    page.keyboard.press("PageDown")
    wait(page, "en", "20", chapter_of("deal"), "guess")
    page.go_back()
    wait(page, "en", "20", chapter_of("deal"), "question")


@pytest.mark.parametrize("language", languages())
def test_a_wrong_link_is_repaired_in_words(page: Page, address: str, language: str) -> None:
    visit(page, address, lang=language, chapter="nowhere", beat="reveal", price="999", rate="beaucoup")
    # One sentence for each of the three; what stands beside the knobs speaks of the deals.
    expect(page.locator("[data-testid=stAlert]:not([data-testid=stColumn] *)")).to_have_count(3)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert "price=6" in page.url
    assert "nowhere" not in page.url
