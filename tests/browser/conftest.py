"""One server and one browser for all browser tests.

Under pytest-xdist these tests stay together on one worker if they carry the group below and pytest is started
with ``--dist loadgroup``; without it each worker starts a server and a browser of its own: slower, as right::

    pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

A machine without a Chromium fails these tests: none is skipped in silence.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.chromium import find

ROOT = Path(__file__).resolve().parents[2]
ARGUMENTS = [
    "--no-sandbox",  # a container's root may not have one
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START = 60.0

Serve = Callable[..., AbstractContextManager[str]]

expect.set_options(timeout=30_000)  # a busy machine is slow, not wrong


@contextmanager
def _served(script: Path, folder: str = "") -> Iterator[str]:
    """Start Streamlit on a free port, and give its address once it answers; stop it at the end.

    ``folder`` is the path that the page is published under, such as ``/classes``.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(script), "--server.address=127.0.0.1"]
    with TemporaryFile() as output:  # not a pipe, which would stop the server once it is full
        server = subprocess.Popen(
            [*command, f"--server.port={port}", f"--server.baseUrlPath={folder}"],
            cwd=ROOT,  # where .streamlit/config.toml is
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
        )
        try:
            at = f"http://127.0.0.1:{port}{folder}"
            if not _answers(server, f"{at}/_stcore/health"):
                output.seek(0)
                pytest.fail(f"the page's server does not answer: {output.read().decode(errors='replace')}")
            yield at
        finally:
            server.terminate()
            server.wait(timeout=START)


def _answers(server: "subprocess.Popen[bytes]", address: str) -> bool:
    """Wait for the server; False once it has ended, or has had its time."""
    end = time.monotonic() + START
    while server.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return True
        except OSError:
            time.sleep(0.1)
    return False


@pytest.fixture(scope="session")
def serve() -> Serve:
    """Start a server for another script, where a test needs one."""
    return _served


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    """Where the page is: `streamlit run app.py`."""
    with _served(ROOT / "app.py") as at:
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
