"""Drawers under a figure, in a browser: tables scroll in their own box, an open one follows the knobs."""

import pytest
from playwright.sync_api import Browser, Page, expect

from lbo_model.words import Words
from tests.browser.tour import SIZES, settle

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

WIDER = """() => {
  const scroller = document.querySelector('[data-testid=stMain]');
  return document.documentElement.scrollWidth > innerWidth || scroller.scrollWidth > scroller.clientWidth;
}"""


def opened(page: Page, address: str, words: Words, slug: str, beat: str, *drawers: str) -> None:
    page.goto(f"{address}/?lang={words.language}&chapter={slug}&beat={beat}")
    settle(page)
    for drawer in drawers:
        page.get_by_text(words.say(f"{drawer}.title")).click()
        settle(page)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_on_a_phone_the_tables_scroll_and_the_page_does_not(
    browser: Browser, address: str, language: str
) -> None:
    width, height = SIZES["phone"]
    visitor = browser.new_context(viewport={"width": width, "height": height}, is_mobile=True, has_touch=True)
    visitor.set_default_timeout(30_000)
    page, words = visitor.new_page(), Words(language)
    for slug, beat, part in (
        ("deal", "because", "closing"),
        ("repay", "reveal", "years"),
        ("resale", "remember", "end"),
    ):
        opened(page, address, words, slug, beat, f"analyst.{part}")
        expect(page.locator(".sheet table").first).to_be_visible()
        assert not page.evaluate(WIDER), slug
    opened(page, address, words, "deal", "because", "analyst.closing", "bids")
    expect(page.get_by_text(words.say("bids.bid"))).to_be_visible()
    assert not page.evaluate(WIDER)
    terms = page.locator(".sheet").nth(1)
    assert terms.evaluate("box => box.scrollWidth > box.clientWidth")
    visitor.close()


def test_an_open_drawer_follows_the_knobs(page: Page, address: str) -> None:
    words = Words("en")
    opened(page, address, words, "deal", "because", "analyst.closing")
    price = page.locator(".sheet").first
    expect(price).to_contain_text("21.00")
    page.get_by_role("slider").first.press("ArrowRight")
    expect(price).to_contain_text("22.05")  # 5.25 x 4.2


def test_in_front_of_a_class_what_does_not_close_is_in_plain_sight(browser: Browser, address: str) -> None:
    width, height = SIZES["projector"]
    visitor = browser.new_context(viewport={"width": width, "height": height})
    visitor.set_default_timeout(30_000)
    page = visitor.new_page()
    for language in ("fr", "en"):
        for beat in ("reveal", "because"):
            page.goto(f"{address}/?lang={language}&chapter=compare&beat={beat}&view=presenter")
            settle(page)
            expect(page.locator(".show-plot .main-svg").first).to_be_visible()
            said = page.get_by_test_id("stAlert").bounding_box()
            foot = page.locator(".st-key-ways_on").bounding_box()
            assert said is not None
            assert foot is not None
            assert said["y"] + said["height"] < foot["y"]
    visitor.close()
