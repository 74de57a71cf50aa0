"""Find the Chromium that the browser tests drive, and install one where there is none.

`find()` only looks. Run as a program (`python -m tests.browser.chromium`), the module also installs:
it prints the path of a browser that starts, or ends with one sentence that says what was tried.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# Asked of another process: Playwright's synchronous interface refuses to start twice in one.
ASK_PLAYWRIGHT = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""


def find() -> str | None:
    """Return the path of a Chromium that starts, or None.

    The variable CHROMIUM, when set, is the only place looked at: a wrong value is never replaced in silence.
    """
    if named := os.environ.get("CHROMIUM"):
        path = shutil.which(named)
        return path if path and _starts(path) else None
    on_path = (shutil.which(name) for name in NAMES)
    for candidate in (*on_path, *MAC_APPLICATIONS):
        if candidate and _starts(candidate):
            return candidate
    of_playwright = _playwright_path()
    return of_playwright if of_playwright and _starts(of_playwright) else None


def install() -> tuple[str | None, list[str]]:
    """Install a Chromium; return its path, or None, and the commands that were tried."""
    tried = []
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        tried.append("apt-get install -y chromium")
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        # An update that fails for one source may still have read the one that matters.
        _run(["apt-get", "update", "-q"], quiet)
        _run(["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium"], quiet)
        if path := find():
            return path, tried
    tried.append("playwright install chromium")
    _run([sys.executable, "-m", "playwright", "install", "chromium"])
    return find(), tried


def main() -> int:
    """Print the path of a Chromium, installed if need be, or one sentence that says what to do."""
    path = find()
    if path is None and (named := os.environ.get("CHROMIUM")):
        return _refuse(f"CHROMIUM is {named!r}, which is not a browser that starts: correct it or unset it.")
    if path is None:
        print("No Chromium found: installing one for the browser tests.", flush=True)
        path, tried = install()
        if path is None:
            attempts = " and ".join(f"`{command}`" for command in tried)
            return _refuse(
                f"The browser tests need a Chromium: {', '.join(NAMES)} were looked for on the PATH, "
                f"{attempts} tried in vain; install Chromium or Chrome, or set CHROMIUM to its program."
            )
    print(f"Chromium: {path}")
    return 0


def _refuse(sentence: str) -> int:
    print(sentence, file=sys.stderr)
    return 1


def _starts(path: str) -> bool:
    """Say whether the program answers: some systems ship a `chromium-browser` that only prints advice."""
    try:
        done = subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _playwright_path() -> str | None:
    try:
        done = subprocess.run(
            [sys.executable, "-c", ASK_PLAYWRIGHT],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    path = done.stdout.strip()
    return path if done.returncode == 0 and Path(path).is_file() else None


def _run(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run an installer, in silence: what it achieved is judged by looking for the browser."""
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            command,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=900,
            check=False,
        )


if __name__ == "__main__":
    sys.exit(main())
