"""How fast the page is: ``make bench-page``. In a laptop's window, from a key to the last paint that it
causes: each beat of each route, each chapter's first knob, and beside them the floor of a bare page.

The floor is one slider and one number, without a figure: what Streamlit and the browser take in any case. All
are measured in one run, one after the other, so that they can be compared on a busy machine.

A time ends with the frame that shows the last change before a moment of quiet; the quiet does not count.
Nothing is left out: the first walk is also the server's first visit, which plays each deal once.
"""

import itertools
import os
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright

from lbo_model.classroom.cases import shelf
from lbo_model.classroom.chapter import Chapter
from lbo_model.classroom.chapters import CHAPTERS
from lbo_model.classroom.link import parameter
from lbo_model.words import languages
from tests.browser.chromium import find
from tests.browser.server import ARGUMENTS, READY, ROOT, served
from tests.browser.tour import SIZES, STILL, place, wait
from tests.screens import steps

PRESSES = 40
SLOWEST = 8
MAIN = "[data-testid=stMainBlockContainer]"
FIGURE = ".show"
NUMBER = "[data-testid=stMetric]"
BARE = """
import streamlit as st

st.metric("Twice", 2 * st.slider("Number", 0, 1000, 500))
"""

CLOCK = r"""(() => {
  const QUIET = 400; // ms
  const clock = (window.clock = { watched: "", pressed: 0, changed: 0, painted: 0 });
  let awaited = false;

  // A message posted in a frame is read once that frame is laid out and painted.
  const frames = new MessageChannel();
  frames.port1.onmessage = () => (clock.painted = performance.now());
  const frame = () => {
    awaited = false;
    frames.port2.postMessage(null);
  };

  const concerns = ({ target }) => (target.closest ? target : target.parentElement)?.closest(clock.watched);
  const observer = new MutationObserver((changes) => {
    if (!clock.pressed || !changes.some(concerns)) return;
    clock.changed = performance.now();
    if (!awaited) requestAnimationFrame(frame);
    awaited = true;
  });
  observer.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });

  // When the key went down, even if the page was too busy to hear of it at once.
  const press = ({ timeStamp }) => Object.assign(clock, { pressed: timeStamp, changed: 0 });
  addEventListener("keydown", press, true);

  const still = '[data-testid="stApp"][data-test-script-state="notRunning"]';
  clock.stopped = () =>
    document.querySelector(still) !== null
    && clock.changed > 0
    && clock.painted > clock.changed
    && performance.now() - clock.changed > QUIET;
})()"""


@dataclass(frozen=True)
class Step:
    """A step to a beat, and the milliseconds that it took."""

    route: str
    language: str
    name: str
    taken: float


def main() -> None:
    """Print the tables."""
    width, height = SIZES["laptop"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        print(f"window {width} × {height}; milliseconds; load of the machine {_load()}")
        with served(ROOT / "app.py") as address:
            _print_beats(browser, address)
            _print_knobs(browser, address)
        _print_floor(browser)
        print(f"load of the machine {_load()}")
        browser.close()


# --- beats --------------------------------------------------------------------------------------------------


def _print_beats(browser: Browser, address: str) -> None:
    print("from the key to the last paint of the next beat")
    print(f"  {'route':5} {'language':8} {'beats':>5} {'median':>7} {'p95':>7} {'max':>7}")
    taken: list[Step] = []
    for route, language in itertools.product(("20", "55", "110"), languages()):
        walked = list(_walk(browser, address, route, language))
        times = [step.taken for step in walked]
        print(f"  {route:5} {language:8} {len(times):5} {_row(times)} {max(times):7.0f}", flush=True)
        taken += walked
    print(f"  the slowest of {len(taken)}")
    for step in sorted(taken, key=lambda step: -step.taken)[:SLOWEST]:
        print(f"  {step.route:5} {step.language:8} {step.taken:5.0f} {step.name}")


def _walk(browser: Browser, address: str, route: str, language: str) -> Iterator[Step]:
    """Every step of a route but the first, which is the arrival."""
    screens = steps(route)
    with _opened(browser, f"{address}/?lang={language}&route={route}&chapter={screens[0][0].slug}") as page:
        wait(page, language, route, *screens[0])
        _watch(page, MAIN)
        for chapter, beat in screens[1:]:
            there = place(language, route, chapter, beat)
            yield Step(route, language, f"{chapter.slug}.{beat}", _pressed(page, "PageDown", STILL, there))


# --- knobs --------------------------------------------------------------------------------------------------


def _print_knobs(browser: Browser, address: str) -> None:
    print(f"from a key on a knob to the last paint of the figure ({PRESSES} presses)")
    print(f"  {'chapter':10} {'knob':12} {'median':>7} {'p95':>7}")
    for chapter in CHAPTERS:
        if chapter.knobs:
            times = _turned(browser, address, chapter)
            print(f"  {chapter.slug:10} {chapter.knobs[0]:12} {_row(times)}", flush=True)


def _turned(browser: Browser, address: str, chapter: Chapter) -> list[float]:
    """The times of a chapter's first knob, from the middle of its scale, where each step moves the figure."""
    there = shelf(chapter.shelf) if chapter.shelf else shelf()
    dial = there.offer.dials[chapter.knobs[0]]
    middle = dial.nearest((dial.low + dial.high) / 2)
    link = f"chapter={chapter.slug}&beat=because&{parameter(dial.code)}={middle:g}"
    with _opened(browser, f"{address}/?{link}") as page:
        return _to_and_fro(page, FIGURE)


def _print_floor(browser: Browser) -> None:
    with TemporaryDirectory() as folder:
        script = Path(folder) / "bare.py"
        script.write_text(BARE, encoding="utf-8")
        with served(script) as address, _opened(browser, address) as page:
            times = _to_and_fro(page, NUMBER)
    print(f"  {'floor':10} {'bare page':12} {_row(times)}")


def _to_and_fro(page: Page, watched: str) -> list[float]:
    """The times of key presses on the first slider, a step up and a step down in turn."""
    page.get_by_role("slider").first.focus()
    _watch(page, watched)
    return [_pressed(page, ("ArrowRight", "ArrowLeft")[number % 2]) for number in range(PRESSES)]


# --- the clock ----------------------------------------------------------------------------------------------


@contextmanager
def _opened(browser: Browser, address: str) -> Iterator[Page]:
    """A visitor's page, arrived and at rest."""
    width, height = SIZES["laptop"]
    visitor = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
    visitor.add_init_script(CLOCK)
    page = visitor.new_page()
    page.goto(address)
    page.wait_for_selector(READY)
    page.wait_for_selector(f"{FIGURE} .main-svg, {NUMBER}")
    page.wait_for_timeout(1000)  # the figure's script is read, fonts are there
    yield page
    visitor.close()


def _watch(page: Page, selector: str) -> None:
    """Name the part of the page whose changes count."""
    page.evaluate("(selector) => (clock.watched = selector)", selector)


def _pressed(page: Page, key: str, arrived: str = "() => true", there: str = "") -> float:
    """Press a key; milliseconds until the part watched was painted for the last time."""
    page.keyboard.press(key)
    page.wait_for_function(f"(there) => clock.stopped() && ({arrived})(there)", arg=there, polling=50)
    taken: float = page.evaluate("clock.painted - clock.pressed")
    return taken


# --- tables -------------------------------------------------------------------------------------------------


def _row(times: Sequence[float]) -> str:
    """Median and the time that one in twenty exceeds."""
    return f"{statistics.median(times):7.0f} {statistics.quantiles(times, n=20, method='inclusive')[-1]:7.0f}"


def _load() -> str:
    """Processes that wanted to run during the last minute, beside the cores there are."""
    return f"{os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"


if __name__ == "__main__":
    main()
