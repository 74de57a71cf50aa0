"""``dump``: a file written back with its comments, and only what changed changed.

Nothing is written anew that can stay: a change replaces the characters of one number, in the style it had, or
adds a line at the right place. Comments, quotes, order and indentation are kept because they are never
touched.
"""

import json
import re
import textwrap
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import numpy as np

from lbo_model.quantities import parse_number
from lbo_model.scenario.declarations import leading_to, number_in
from lbo_model.scenario.paths import replaced
from lbo_model.scenario_file.document import Document, assemble
from lbo_model.scenario_file.notes import Note
from lbo_model.scenario_file.reader import read_tree
from lbo_model.scenario_file.sources import Source
from lbo_model.scenario_file.tree import Branch, Leaf, Node, Row

_WIDTH = 110
_PLAIN_TEXT = re.compile(r"(?!(?:null|true|false)$)[a-z][a-z0-9_.*-]*", re.IGNORECASE)
_NOTHING: Mapping[str, Any] = MappingProxyType({})


def dump(document: Document, changes: Mapping[str, Any] = _NOTHING, whole: bool = False) -> str:
    """A file's text with other values at some paths: ``load`` of it gives ``replaced(scenario, changes)``.

    ``whole``: a self-contained file instead, with every number of its bases and their sources, so that a
    later change of a base cannot alter it.

    Raises:
        InputError: if a path leads nowhere or a value is refused.
        ValueError: if the document has problems, and changes or ``whole`` are asked for.
    """
    if not changes and not whole:
        return document.text
    if document.scenario is None:
        raise ValueError(f"{document.name} has problems: it can be neither changed nor completed")
    replaced(document.scenario, changes)
    text = document.text
    for path, value in changes.items():
        text = _changed(document, text, path, value)
    if not whole:
        return text
    return _self_contained(assemble([Source(document.name, document.path, text), *document.bases]))


# --- one change ---------------------------------------------------------------------------------------------


def _changed(document: Document, text: str, path: str, value: Any) -> str:
    """The text with one value replaced where it stands, or added where the file does not say it itself."""
    root, _ = read_tree(document.name, text)
    assert root is not None, "a document without problems has a tree"
    node: Node = root
    key_end = 0
    names = path.split(".")
    while names and isinstance(node, Branch) and names[0] in node.entries:
        entry = node.entries[names.pop(0)]
        node, key_end = entry.node, entry.key_end
    new = _written(value, _style(document, path))
    if not names:
        return _replaced(document, text, path, node, key_end, value, new)
    if isinstance(node, Leaf):
        # `fund: rest` is short for `fund: {rest: true}`.
        return f"{text[: node.start]}{{rest: true, {_in_braces(names, new)}}}{text[node.end :]}"
    assert isinstance(node, Branch), "no path leads into a list"
    return _added(text, node, names, new)


def _replaced(
    document: Document, text: str, path: str, node: Node, key_end: int, value: Any, new: str
) -> str:
    if isinstance(node, Branch):
        note = document.notes.get(path, Note(None))
        outside = any(
            (note.low is not None and number < note.low) or (note.high is not None and number > note.high)
            for number in _numbers(value)
        )
        # Beyond the range that its source gives, a number is no longer that source's: it stands alone.
        entry = node.entries["value"]
        node, key_end = (node, key_end) if outside else (entry.node, entry.key_end)
    if text[node.start : node.end].startswith("- ") or "\n" in text[key_end : node.start]:
        return f"{text[:key_end]}: {new}{text[node.end :]}"
    return text[: node.start] + new + text[node.end :]


def _added(text: str, holder: Branch, names: list[str], new: str) -> str:
    """The text with a key added at the end of a mapping, within its braces or on new lines of its own."""
    if holder.flow:
        after = max((entry.node.end for entry in holder.entries.values()), default=holder.start + 1)
        comma = ", " if holder.entries else ""
        return f"{text[:after]}{comma}{_in_braces(names, new)}{text[after:]}"
    margin = next(iter(holder.entries.values())).key.column - 1
    steps = [f"{' ' * (margin + 2 * depth)}{name}:" for depth, name in enumerate(names)]
    lines = "\n".join(steps) + f" {new}\n"
    end = holder.end if text[: holder.end].endswith("\n") else text.find("\n", holder.end) + 1
    if not end:
        return f"{text}\n{lines}"
    return text[:end] + lines + text[end:]


def _in_braces(names: list[str], new: str) -> str:
    inner = new
    for name in reversed(names[1:]):
        inner = f"{{{name}: {inner}}}"
    return f"{names[0]}: {inner}"


# --- values -------------------------------------------------------------------------------------------------


def styled(number: float, like: str) -> str:
    """A number in the style of another (``6 %``, ``12_000_000``, ``12e6``) that reads back the same."""
    exact = Decimal(repr(float(number)))
    ways = []
    if like.endswith("%"):
        space = " " if like[-2:-1].isspace() else ""
        ways += [f"{_digits(percent)}{space}%" for percent in (round(exact * 100, 10), exact * 100)]
    exponent = re.search(r"[eE]([-+]?\d+)$", like)
    if exponent:
        ways.append(f"{_digits(exact.scaleb(-int(exponent[1])))}e{exponent[1]}")
    separator = re.search(r"\d([_ ])\d{3}", like)
    if separator:
        ways.append(f"{Decimal(_digits(exact)):,}".replace(",", separator[1]))
    ways.append(_digits(exact))
    return next((way for way in ways if (parse_number(way) or (None,))[0] == number), repr(float(number)))


def _digits(number: Decimal) -> str:
    return f"{number.normalize():f}" if number else "0"


def _written(value: Any, like: str) -> str:
    if isinstance(value, np.ndarray) and value.ndim:
        raise TypeError("an array of many runs has no place in a file")
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(_written(item, like) for item in value)}]"
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, str):
        return value if parse_number(value) else _text(value)
    return styled(float(value), like)


def _numbers(value: Any) -> list[float]:
    values = value if isinstance(value, (list, tuple)) else [value]
    return [(parse_number(one) or (0.0,))[0] if isinstance(one, str) else float(one) for one in values]


def _style(document: Document, path: str) -> str:
    """How the number at a path was written, in the file or in its base."""
    node: Node | None = document.whole
    for name in path.split("."):
        node = node.get(name) if isinstance(node, Branch) else None
    node = node.items[0] if isinstance(node, Row) and node.items else node
    return node.written if isinstance(node, Leaf) else ""


def _text(value: str) -> str:
    return value if _PLAIN_TEXT.fullmatch(value) else json.dumps(value, ensure_ascii=False)


# --- a self-contained file ----------------------------------------------------------------------------------


def _self_contained(document: Document) -> str:
    assert document.whole is not None, "a document without problems has a tree"
    names = ", ".join(source.name for source in document.bases)
    heading = f"# {document.name}, complete: it says itself what came from {names}.\n" if names else ""
    return heading + "\n".join(_lines(document.whole, "", 0, document.notes)) + "\n"


def _lines(branch: Branch, path: str, margin: int, notes: Mapping[str, Note]) -> list[str]:
    lines = []
    for name, entry in branch.entries.items():
        here = f"{path}.{name}" if path else name
        key = f"{' ' * margin}{_text(name)}:"
        node = entry.node
        if isinstance(node, Branch) and node.entries:
            lines += [key, *_lines(node, here, margin + 2, notes)]
        elif isinstance(node, Leaf) and isinstance(node.value, str) and _folds(node.value, margin):
            lines += [f"{key} >-", *textwrap.wrap(node.value, _WIDTH, **_fold(margin + 2))]
        else:
            lines.append(f"{key} {_inline(node, here, notes)}")
    return lines


def _fold(margin: int) -> dict[str, Any]:
    indent = " " * margin
    options = {"break_long_words": False, "break_on_hyphens": False}
    return {"initial_indent": indent, "subsequent_indent": indent, **options}


def _folds(text: str, margin: int) -> bool:
    """Whether a text is too long for its line, and survives being folded."""
    words = text.split(" ")
    return margin + len(text) > _WIDTH - 20 and not re.search(r"[\t\n]", text) and all(map(_is_word, words))


def _is_word(text: str) -> bool:
    return bool(text) and text == text.strip()


def _inline(node: Node, path: str, notes: Mapping[str, Note]) -> str:
    if isinstance(node, Branch):
        return "{}"
    value = _bare(node, number_in(leading_to(path)) is not None)
    note = notes.get(path)
    if note is None:
        return value
    known = {"source": note.source, "tag": note.tag, "low": note.low, "high": note.high}
    like = note.value if isinstance(note.value, str) else ""
    said = [
        f"{name}: {_text(fact) if isinstance(fact, str) else styled(fact, like)}"
        for name, fact in known.items()
        if fact is not None
    ]
    return f"{{{', '.join([f'value: {value}', *said])}}}"


def _bare(node: Node, number: bool) -> str:
    if isinstance(node, Row):
        return f"[{', '.join(_bare(item, number) for item in node.items)}]"
    assert isinstance(node, Leaf), "lists of a scenario hold single values"
    if number or (isinstance(node.value, (int, float)) and not isinstance(node.value, bool)):
        return node.written
    return _text(node.value) if isinstance(node.value, str) else _written(node.value, "")
