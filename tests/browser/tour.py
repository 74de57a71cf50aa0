"""A walk through a route in a real browser, one record a screen."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Page

from lbo_model.classroom.chapter import Chapter
from lbo_model.classroom.chapters import ROUTES
from lbo_model.words import Words
from tests.browser.server import READY
from tests.screens import steps

SIZES = {"laptop": (1366, 768), "projector": (1920, 1080), "phone": (390, 844)}

LOOK = r"""() => {
  const main = document.querySelector('[data-testid=stMainBlockContainer]');
  // The figure (a picture or the strip) and its tools, closed drawers, the ways on; icons are letters too.
  const tools = 'summary, svg, kbd, [data-testid=stIconMaterial]';
  const aside = `.show-plot, .show-tools, .strip, .st-key-ways_on, .st-key-accounts-open, ${tools}`;
  const texts = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
  const words = [];
  while (texts.nextNode()) {
    const holder = texts.currentNode.parentElement;
    const box = holder.getBoundingClientRect();
    if (holder.closest(aside) || box.width <= 1 || box.height <= 1) continue;
    if (!holder.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    words.push(...texts.currentNode.data.split(/[ \n\t\r]+/).filter((word) => /[\p{L}\p{N}]/u.test(word)));
  }
  const box = (selector) => {
    const found = main.querySelector(selector)?.getBoundingClientRect();
    return found ? [found.x, found.y, found.width, found.height].map(Math.round) : [];
  };
  const scroller = document.querySelector('[data-testid=stMain]');
  const labels = [...document.querySelectorAll('.show-plot svg text')];
  const drawn = labels.filter((node) => node.textContent.trim());
  return {
    words,
    strip: box('.strip'),
    plot: box('.show-plot'),
    knob: box('.stSlider'),
    title: main.querySelector('.show-title')?.textContent ?? '',
    marks: document.querySelectorAll('.show-plot .trace').length,
    smallest: Math.min(...drawn.map((node) => parseFloat(getComputedStyle(node).fontSize))),
    wider: Math.max(
      document.documentElement.scrollWidth - innerWidth,
      scroller.scrollWidth - scroller.clientWidth,
    ),
    failures: document.querySelectorAll('[data-testid=stException], .show-failure:not([hidden])').length,
  };
}"""

STILL = """(said) => {
  const app = document.querySelector('[data-testid="stApp"]');
  return app?.dataset.testScriptState === 'notRunning'
    && document.querySelector('[class*="st-key-place-"]')?.textContent.trim() === said
    && !document.querySelector('[data-testid="stMainBlockContainer"] [data-stale="true"]')
    && document.querySelector('.show-plot .main-svg, .strip') !== null;
}"""


@dataclass(frozen=True)
class Screen:
    """One screen as a visitor sees it. Boxes are left, top, width, height; empty where there is none."""

    slug: str
    beat: str
    words: Sequence[str]
    """In plain sight in the main part, outside the figure and its tools, closed drawers and the ways on."""
    strip: Sequence[int]
    plot: Sequence[int]
    knob: Sequence[int]
    title: str
    marks: int
    smallest: float
    """The smallest letters of the picture, in pixels."""
    wider: int
    """By how many pixels the page is wider than the window."""
    failures: int


@dataclass(frozen=True)
class Tour:
    """A route, walked."""

    route: str
    language: str
    size: str
    screens: Sequence[Screen]
    errors: Sequence[str]
    """What the browser complained about."""
    link: str
    """The address at the end, from its question mark on."""


def walk(browser: Browser, address: str, route: str, language: str, size: str) -> Tour:
    """Walk a route from its first screen to its last: by Page Down, on a phone by the button."""
    width, height = SIZES[size]
    phone = size == "phone"
    visitor = browser.new_context(
        viewport={"width": width, "height": height}, locale="fr-FR", is_mobile=phone, has_touch=phone
    )
    visitor.set_default_timeout(30_000)
    page, errors = visitor.new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.extend(_complaint(message)))
    page.goto(f"{address}/?lang={language}&route={route}&chapter={ROUTES[route][0].slug}")
    screens = []
    for number, (chapter, beat) in enumerate(steps(route)):
        if number:
            step(page, phone)
        wait(page, language, route, chapter, beat)
        screens.append(Screen(slug=chapter.slug, beat=beat, **look(page)))
    link = page.evaluate("location.search")
    visitor.close()
    return Tour(route, language, size, screens, errors, link)


def look(page: Page) -> dict[str, Any]:
    """What is to be seen, once two looks agree: parts of the page come late."""
    seen: dict[str, Any] = page.evaluate(LOOK)
    while True:
        page.wait_for_timeout(80)
        again: dict[str, Any] = page.evaluate(LOOK)
        if again == seen:
            return seen
        seen = again


def step(page: Page, by_button: bool) -> None:
    """One screen on."""
    if by_button:
        page.locator(".st-key-ways_on button").last.click()
    else:
        page.keyboard.press("PageDown")


def wait(page: Page, language: str, route: str, chapter: Chapter, beat: str) -> None:
    """Wait until the page says that it is there, and stands still."""
    page.wait_for_function(STILL, arg=place(language, route, chapter, beat))


def place(language: str, route: str, chapter: Chapter, beat: str) -> str:
    """What the page says of where it is."""
    words = Words(language)
    name = words.say(chapter.words("name"))
    return words.say(
        "page.place",
        number=ROUTES[route].index(chapter) + 1,
        count=len(ROUTES[route]),
        name=words.say("page.with_effect", name=name) if chapter.behaviour == "full" else name,
        beat=words.say(f"beats.{beat}"),
        dots="".join("●" if other == beat else "○" for other in chapter.beats),
    )


def settle(page: Page) -> None:
    """Wait until nothing runs."""
    page.wait_for_selector(READY)
    page.wait_for_timeout(250)
    page.wait_for_selector(READY)


def _complaint(message: ConsoleMessage) -> list[str]:
    known = r"Unrecognized feature|preloaded using link preload|favicon"
    return [message.text] if message.type == "error" and not re.search(known, message.text) else []
