"""Screenshots of every chapter, both languages, both themes, three sizes: ``make shots``, then look.

Of each chapter the reason with its knobs and what to remember; on the laptop the guess too.

They go to the folder ``shots`` (left out of git). ``--page`` writes the picture of the README alone.
"""

import argparse
import itertools
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from lbo_model.classroom.chapters import CHAPTERS
from lbo_model.words import languages
from tests.browser.chromium import find
from tests.browser.server import ARGUMENTS, READY, ROOT, served
from tests.browser.tour import SIZES

FOLDER = ROOT / "shots"
DRAWN = ".show-plot .main-svg, .strip"
BEATS = {
    "laptop": ("guess", "because", "remember"),
    "projector": ("because", "remember"),
    "phone": ("because", "remember"),
}
TALLEST = 6000


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--page", action="store_true", help="only the picture of the README")
    only_page = parser.parse_args().page
    with served(ROOT / "app.py") as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=ARGUMENTS)
        if only_page:
            picture_of_the_readme(browser, address)
        else:
            for size, theme, language in itertools.product(SIZES, ("light", "dark"), languages()):
                take(browser, address, size, theme, language)
        browser.close()


def take(browser: Browser, address: str, size: str, theme: str, language: str) -> None:
    """Every chapter, at the beats that look different."""
    width, height = SIZES[size]
    phone = size == "phone"
    visitor = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=theme, is_mobile=phone, has_touch=phone
    )
    page = visitor.new_page()
    for chapter in CHAPTERS:
        for beat in chapter.beats:
            if beat not in BEATS[size]:
                continue
            page.set_viewport_size({"width": width, "height": height})
            page.goto(f"{address}/?lang={language}&chapter={chapter.slug}&beat={beat}")
            whole(page, width, height)
            write(page, FOLDER / f"{size}-{theme}-{language}-{chapter.slug}-{beat}.png")
    visitor.close()


def picture_of_the_readme(browser: Browser, address: str) -> None:
    """The resale, as a laptop shows it."""
    visitor = browser.new_context(viewport={"width": 1366, "height": 900}, color_scheme="light")
    page = visitor.new_page()
    page.goto(f"{address}/?lang=en&chapter=resale&beat=because")
    page.wait_for_selector(READY)
    page.wait_for_timeout(2000)
    write(page, ROOT / "docs" / "page.png")
    visitor.close()


def whole(page: Page, width: int, height: int) -> None:
    """Wait for the page, then make the window as tall as what it shows."""
    page.wait_for_selector(READY, timeout=60_000)
    page.wait_for_selector(DRAWN)
    page.wait_for_timeout(300)
    shown = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(max(height, shown), TALLEST)})
    page.wait_for_timeout(300)


def write(page: Page, file: Path) -> None:
    """Keep the window as a picture."""
    file.parent.mkdir(exist_ok=True)
    page.screenshot(path=file)
    print(file.relative_to(ROOT))


if __name__ == "__main__":
    main()
