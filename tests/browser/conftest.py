"""One server and one browser for all browser tests of a worker.

Each worker of pytest-xdist that meets one of these tests starts a server and a browser of its own: the group
below is a wish that not every version of pytest grants::

    pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

A machine without a Chromium fails these tests: none is skipped in silence.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chromium import find
from tests.browser.server import ARGUMENTS, ROOT, served

Serve = Callable[..., AbstractContextManager[str]]

expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong


@pytest.fixture(scope="session")
def serve() -> Serve:
    """Start a server for another script, where a test needs one."""
    return served


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the page is: `streamlit run app.py`."""
    with served(ROOT / "app.py") as at:
        yield at


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The one browser."""
    path = find()
    if path is None:
        pytest.fail("no Chromium found: `python -m tests.browser.chromium` installs one")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor of their own: nothing is remembered from another test."""
    visitor = browser.new_context(viewport={"width": 1366, "height": 768}, locale="fr-FR")
    visitor.set_default_timeout(30_000)
    yield visitor
    visitor.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A window of that visitor."""
    return context.new_page()
