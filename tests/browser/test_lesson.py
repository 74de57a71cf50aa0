"""The real page in a real browser: chapters, knobs, languages, reload, wrong links, keyboard, phone."""

import itertools
import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from lbo_model.classroom.cases import shelf
from lbo_model.classroom.chapters import CHAPTERS, Chapter
from lbo_model.words import Words, languages
from tests.browser.server import READY

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SLUGS = {chapter.slug: chapter for chapter in CHAPTERS}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One window for the whole lesson: each visit is a new session, but files are fetched once."""
    visitor = browser.new_context(viewport={"width": 1366, "height": 768}, locale="fr-FR")
    visitor.set_default_timeout(30_000)
    yield visitor.new_page()
    visitor.close()


def visit(page: Page, address: str, **link: str) -> None:
    """Open the page at a link and wait until it stands still."""
    page.goto(f"{address}/?" + "&".join(f"{name}={value}" for name, value in link.items()))
    settle(page)


def settle(page: Page) -> None:
    page.wait_for_selector(READY)
    page.wait_for_timeout(300)
    page.wait_for_selector(READY)


def figure(page: Page) -> Locator:
    return page.locator(".show")


def slider(page: Page, language: str, code: str) -> Locator:
    name = Words(language).say(f"knob.{code}")
    return page.get_by_role("slider", name=re.compile(re.escape(name)))


@pytest.mark.parametrize(("slug", "language"), list(itertools.product(SLUGS, languages())))
def test_a_chapter_shows_its_question_its_figure_and_no_raw_key(page: Page, address, slug, language) -> None:
    visit(page, address, lang=language, chapter=slug, beat="reveal")
    expect(page.get_by_test_id("stException")).to_have_count(0)
    expect(page.locator("h1").first).to_be_visible()
    expect(figure(page).locator(".show-title")).not_to_be_empty()
    expect(figure(page).locator("svg .barlayer path").first).to_be_attached()
    expect(figure(page).locator(".show-sentences p").first).not_to_be_empty()
    assert figure(page).locator("table tbody tr").count() >= 4
    shown = page.locator("body").inner_text()
    assert not re.search(r"\{\w*\}|\b(chapters|owners|page|figures|bricks|shares|limits)\.\w+", shown)
    assert "undefined" not in shown
    assert "NaN" not in shown


@pytest.mark.parametrize(
    ("slug", "code"), [(chapter.slug, code) for chapter in CHAPTERS for code in chapter.knobs]
)
def test_a_knob_moves_the_figure_in_place(page: Page, address, slug, code) -> None:
    visit(page, address, lang="en", chapter=slug, beat="reveal")
    table = figure(page).locator("table")
    before = table.inner_text() if table.is_visible() else table.text_content()
    plot = figure(page).locator(".show-plot").element_handle()
    thumb = slider(page, "en", code)
    thumb.focus()
    page.keyboard.press(
        "End" if shelf().offer.dials[code].shipped < shelf().offer.dials[code].high else "Home"
    )
    settle(page)
    expect(table).not_to_have_text(before or "", use_inner_text=False)
    assert plot is not None
    assert plot.evaluate("node => node.isConnected"), "the figure was drawn in place"
    assert f"{code}=" in page.url


def test_the_language_changes_and_the_reader_stays_where_they_were(page: Page, address) -> None:
    visit(page, address, lang="fr", chapter="compare", price="4")
    expect(page.locator("h1").first).to_have_text(question("fr", SLUGS["compare"]))
    page.get_by_role("combobox", name=re.compile(Words("fr").say("page.language"))).click()
    page.get_by_role("option", name="English").click()
    settle(page)
    expect(page.locator("h1").first).to_have_text(question("en", SLUGS["compare"]))
    assert "price=4" in page.url
    assert "lang=en" in page.url
    page.reload()
    settle(page)
    expect(page.locator("h1").first).to_have_text(question("en", SLUGS["compare"]))
    expect(slider(page, "en", "price")).to_have_value("4")


def question(language: str, chapter: Chapter) -> str:
    return Words(language).say(f"chapters.{chapter.slug}.question", years=5)


@pytest.mark.parametrize("language", languages())
def test_a_wrong_link_is_repaired_in_words(page: Page, address, language) -> None:
    visit(page, address, lang=language, chapter="nowhere", price="999", rate="beaucoup")
    # One sentence for each of the three; what stands beside the knobs speaks of the deals.
    said = page.locator("[data-testid=stAlert]:not([data-testid=stColumn] *)")
    expect(said).to_have_count(3)
    expect(page.get_by_test_id("stException")).to_have_count(0)
    assert "price=6" in page.url
    assert "nowhere" not in page.url


def test_the_answer_comes_after_the_guess_and_the_guess_stays_marked(page: Page, address) -> None:
    words = Words("en")
    visit(page, address, lang="en", chapter="resale")
    expect(figure(page)).to_have_count(0)
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    page.get_by_text("A. ", exact=False).first.click()
    settle(page)
    page.get_by_role("button", name=words.say("page.answer")).click()
    settle(page)
    expect(figure(page).locator("svg .scatterlayer path").first).to_be_attached()
    expect(page.get_by_test_id("stAlert").first).to_contain_text("you said")
    expect(page.locator("h1").first).to_be_visible()


def test_a_chapter_is_reached_by_keyboard_alone(page: Page, address) -> None:
    visit(page, address, lang="en")
    button = page.get_by_role("button", name=re.compile(r"^3\. "))
    button.focus()
    page.keyboard.press("Enter")
    settle(page)
    assert "chapter=compare" in page.url


@pytest.mark.parametrize("slug", SLUGS)
def test_nothing_is_wider_than_a_phone(browser, address, slug) -> None:
    phone = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
    page = phone.new_page()
    visit(page, address, lang="fr", chapter=slug, beat="reveal")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    expect(figure(page).locator("svg .barlayer path").first).to_be_attached()
    phone.close()
