"""Start the page on a free port, or say in one sentence why it cannot start (`make run`)."""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 65535):
        sys.exit(f"PORT is {text!r}: it must be a number from 1 to 65535, as in `make run PORT=8600`.")
    return int(text)


def _answers(port: int) -> bool:
    """Say whether a program of this machine already listens, on either family of addresses."""
    for host in ("127.0.0.1", "::1"):
        try:
            with socket.create_connection((host, port), timeout=1):
                return True
        except OSError:
            continue
    return False


def _refusal(host: str, port: int) -> str | None:
    """Return the sentence that says why the page cannot listen there, or None when it can."""
    if _answers(port):
        return f"Port {port} is already taken by another program: choose another, as in `make run PORT=8600`."
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        if os.name == "posix":  # elsewhere the option would let two programs share the port
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return f"The page cannot listen on {host}, port {port}: {error.strerror or error}."
    return None


def main() -> None:
    """Check the port, then hand the process over to Streamlit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default="8501", help="port of the page")
    parser.add_argument("--host", default="localhost", help="address to listen on")
    options = parser.parse_args()
    port = _port(options.port)
    if refusal := _refusal(options.host, port):
        sys.exit(refusal)
    command = [
        *(sys.executable, "-m", "streamlit", "run", "app.py"),
        *("--server.address", options.host, "--server.port", str(port)),
    ]
    os.chdir(ROOT)  # Streamlit reads .streamlit/config.toml from the current directory
    if os.name == "posix":
        os.execv(sys.executable, command)
    sys.exit(subprocess.call(command))


if __name__ == "__main__":
    main()
