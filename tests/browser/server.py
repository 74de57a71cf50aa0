"""The page's server on a free port, and how Chromium is started: for browser tests and for screenshots."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

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
READY = '[data-testid="stApp"][data-test-script-state="notRunning"]'
"""The page when its script has run."""


@contextmanager
def served(script: Path, folder: str = "") -> Iterator[str]:
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
                raise RuntimeError(
                    f"the page's server does not answer: {output.read().decode(errors='replace')}"
                )
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
