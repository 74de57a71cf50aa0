"""The files that a browser asks for once: plotly.js (from the Python package), our script, palette and
styles.

Their address holds a digest of them all, so they may be kept for ever and a new version is never mixed with
an old one. Streamlit serves files uncompressed: here each is compressed once, when first asked for.
"""

import gzip
import hashlib
import json
from functools import cache
from importlib import resources
from threading import Lock

import plotly
from starlette.requests import Request
from starlette.responses import Response

from lbo_model.classroom import palette

PATH = "/{base:path}classroom/{digest}/{name}"
"""The route. ``base`` is whatever folder the page is published under (Streamlit's ``server.baseUrlPath``)."""

TYPES = {
    "plotly.js": "text/javascript",
    "show.js": "text/javascript",
    "palette.js": "text/javascript",
    "style.css": "text/css",
}
WIDGETS = ("ButtonGroup", "Checkbox", "NumberInput", "Radio", "Slider")
"""The widgets of the lesson, as Streamlit calls their files."""
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}

_compressing = Lock()


def address(name: str) -> str:
    """Where the browser finds a file, relative to the page: it holds wherever the page is published."""
    return f"classroom/{digest()}/{name}"


def send(request: Request) -> Response:
    """Answer a browser. Streamlit runs it in a thread: compressing plotly.js takes a quarter of a second."""
    name = request.path_params["name"]
    if name not in TYPES or request.path_params["digest"] != digest():
        return Response("Not found", status_code=404, media_type="text/plain")
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(content(name), media_type=TYPES[name], headers=FOR_EVER)
    with _compressing:  # a class that arrives together waits for one compression instead of doing thirty
        body = compressed(name)
    return Response(body, media_type=TYPES[name], headers={**FOR_EVER, "Content-Encoding": "gzip"})


@cache
def digest() -> str:
    """A name for this version of the files. Plotly's file goes by its version number: it is long to read."""
    ours = (content(name) for name in TYPES if name != "plotly.js")
    return hashlib.sha256(b"".join([plotly.__version__.encode(), *ours])).hexdigest()[:12]


@cache
def compressed(name: str) -> bytes:
    """A file, compressed and kept: the same bytes for every browser."""
    return gzip.compress(content(name), compresslevel=6, mtime=0)


def content(name: str) -> bytes:
    """A file as it is."""
    if name == "plotly.js":
        return resources.files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
    if name == "palette.js":
        return palette.script().encode()
    written = resources.files("lbo_model.classroom").joinpath(name).read_bytes()
    added = {"style.css": palette.style, "show.js": _widgets}.get(name)
    return written if added is None else written + added().encode()


def _widgets() -> str:
    """A line that fetches the widgets of the lesson while the first question is read.

    Streamlit fetches each kind of widget when it first appears: the visitor would wait for it. Where its
    files are called otherwise, nothing is fetched early.
    """
    folder = resources.files("streamlit").joinpath("static", "static", "js")
    names = sorted(file.name for file in folder.iterdir()) if folder.is_dir() else []
    found = [name for name in names if name.split(".")[0] in WIDGETS and name.endswith(".js")]
    return f"\nfetchEarly({json.dumps(found)});\n"
