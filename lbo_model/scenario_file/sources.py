"""Where a scenario's text comes from: a path, the name of a shipped scenario, or the text of an upload.

Everything that can go wrong before the first character is read ends here as a problem: no such file, too
large, not UTF-8.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lbo_model.scenario_file.problems import Place, Problem, RefusedError

SIZE_LIMIT = 200_000
CHAIN_LIMIT = 5

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_ENDINGS = (".yaml", ".yml")
_MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16"}


@dataclass(frozen=True)
class Source:
    """The text of one file: its name for people, its path unless it was uploaded, its content."""

    name: str
    path: Path | None
    text: str


def shipped_folder() -> Path:
    """The folder of the shipped scenarios: at the root of a checkout, inside the package once installed."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "scenarios"
    return inside if inside.is_dir() else package.parent / "scenarios"


def shipped_names() -> list[str]:
    """The names of the shipped scenarios, base excepted: it sells nothing to anybody."""
    return sorted(path.stem for path in shipped_folder().glob("*.yaml") if path.stem != "base")


def find(source: str | Path) -> Path:
    """The file that a person means: the name of a shipped scenario (``film``), or a path."""
    if isinstance(source, str) and _NAME.fullmatch(source):
        shipped = shipped_folder() / f"{source}.yaml"
        if shipped.is_file():
            return shipped
    return Path(source)


def find_base(name: str, beside: Sequence[Path], place: Place) -> Path:
    """The file that ``extends`` names: beside the file first, then among the shipped ones.

    Raises:
        RefusedError: if the name holds a folder, or if there is no such file.
    """
    stem = next((name.removesuffix(ending) for ending in _ENDINGS if name.endswith(ending)), name)
    if not _NAME.fullmatch(stem):
        raise RefusedError(Problem(place, "extends", "base_not_a_name", {"found": name}))
    for folder in (*beside, shipped_folder()):
        for ending in _ENDINGS:
            if (folder / f"{stem}{ending}").is_file():
                return folder / f"{stem}{ending}"
    allowed = sorted({path.stem for folder in (*beside, shipped_folder()) for path in folder.glob("*.yaml")})
    facts = {"found": name, "allowed": allowed[:20]}
    raise RefusedError(Problem(place, "extends", "base_not_found", facts))


def read(path: Path) -> Source:
    """Read a file.

    Raises:
        RefusedError: if it is missing, unreadable, too large, or not UTF-8.
    """
    try:
        if not path.is_file():
            raise _refusal(path.name, "file_not_found", found=str(path))
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except (OSError, ValueError) as error:
        raise _refusal(path.name, "file_unreadable", found=str(path)) from error
    return Source(path.name, path, decoded(path.name, content))


def decoded(name: str, content: bytes | str) -> str:
    """Text with line feeds only, from a file's or an upload's content.

    Raises:
        RefusedError: if it is too large or not UTF-8; the problem names the encoding that it seems to have.
    """
    if len(content) > SIZE_LIMIT:
        raise _refusal(name, "too_large", limit=SIZE_LIMIT // 1000)
    if isinstance(content, bytes):
        content = _text(name, content)
    return content.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _text(name: str, content: bytes) -> str:
    encoding = _MARKS.get(content[:2]) or ("UTF-16" if content.count(0) > len(content) // 4 else None)
    if encoding:
        raise _refusal(name, "encoding", found=encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _refusal(name, "encoding", line, found="Windows-1252") from error


def _refusal(name: str, code: str, line: int = 0, **facts: Any) -> RefusedError:
    return RefusedError(Problem(Place(name, line, 1), "", code, facts))
