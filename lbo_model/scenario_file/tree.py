"""YAML text read into a small immutable tree that remembers where everything was written.

Only plain YAML is accepted: mappings, lists, texts, numbers, ``true``, ``false``, ``null``. What makes YAML a
programming puzzle (anchors, tags, merge keys, several documents, keys that are not texts) is refused with its line.
Numbers keep the way they were written, so that they can be written back in the same style.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from lbo_model.scenario_file.problems import Place, Problem

DEPTH_LIMIT = 20
DIGITS_LIMIT = 40

_NUMBER = re.compile(r"[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?")
_DIGITS = re.compile(r"\d+ ?%?")
# Tab and line feed are the only control characters in a text; other line ends would shift every line number.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")
_WORDS: dict[str, bool | None] = {"null": None, "~": None, "true": True, "false": False}


@dataclass(frozen=True)
class Leaf:
    """One value, with the text it was written as. ``start`` and ``end`` are positions in the file's text."""

    place: Place
    value: bool | int | float | str | None
    written: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Row:
    """A list."""

    place: Place
    items: "tuple[Node, ...]"
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Entry:
    """What stands behind a key, and the place of the key. ``key_end`` is the position just after the key."""

    key: Place
    node: "Node"
    key_end: int = 0


@dataclass(frozen=True)
class Branch:
    """A mapping. ``flow``: written within braces."""

    place: Place
    entries: Mapping[str, Entry] = field(default_factory=dict)
    start: int = 0
    end: int = 0
    flow: bool = False

    def get(self, name: str) -> "Node | None":
        """What stands behind a key, or None."""
        return self.entries[name].node if name in self.entries else None

    def holding(self, entries: Mapping[str, Entry]) -> "Branch":
        """A mapping at the same place with other entries."""
        return replace(self, entries=MappingProxyType(dict(entries)))

    def having(self, name: str, node: "Node") -> "Branch":
        """The same mapping with another node behind a key that it has."""
        return self.holding({**self.entries, name: replace(self.entries[name], node=node)})

    def without(self, *names: str) -> "Branch":
        """The same mapping without some keys."""
        return self.holding({name: entry for name, entry in self.entries.items() if name not in names})


Node = Leaf | Row | Branch


def plain(node: Node) -> Any:
    """The tree as Python's own mappings, lists and values."""
    if isinstance(node, Branch):
        return {name: plain(entry.node) for name, entry in node.entries.items()}
    return [plain(item) for item in node.items] if isinstance(node, Row) else node.value


@lru_cache(maxsize=64)
def read_tree(file: str, text: str) -> tuple[Branch | None, tuple[Problem, ...]]:
    """Read YAML text. Returns its mapping and every problem found; no mapping after an error of syntax.

    ``text`` has line feeds only, and no byte order mark. Never raises.
    """
    problems = [
        Problem(
            Place(file, *_line_and_column(text, found.start())), "", "control_character", _code_point(found)
        )
        for found in _CONTROL.finditer(text)
    ]
    if problems:
        return None, tuple(problems)
    reader = _Reader(file, text)
    try:
        return reader.document(), tuple(reader.problems)
    except _StopReading:
        return None, tuple(reader.problems)
    except YAMLError as error:
        return None, (*reader.problems, _syntax_problem(file, text, error))
    except (ValueError, OverflowError):
        # ruamel.yaml turns "\UFFFFFFFF" into a character without checking that there is one.
        return None, (*reader.problems, Problem(Place(file, 1, 1), "", "syntax", {"detail": "\\U"}))


class _StopReading(Exception):
    """Nothing sensible can be read after this problem."""


class _Reader:
    """Builds the tree from the parser's events. Its recursion is bounded by the depth limit."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self.problems: list[Problem] = []
        self.events: Iterator[Event] = iter(YAML(typ="safe", pure=True).parse(text))

    def document(self) -> Branch | None:
        root: Node | None = None
        documents = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.problem(event, "several_documents")
                    break
                root = self.node(next(self.events), 1)
        if root is None or (isinstance(root, Leaf) and root.value is None):
            self.problems.append(Problem(Place(self.file, 1, 1), "", "empty_file"))
            return None
        if not isinstance(root, Branch):
            self.problems.append(Problem(root.place, "", "not_a_mapping", {"found": plain(root)}))
            return None
        return root

    def node(self, event: Event, depth: int, in_braces: bool = False) -> Node:
        if depth > DEPTH_LIMIT:
            self.problem(event, "too_deep", limit=DEPTH_LIMIT)
            raise _StopReading
        if isinstance(event, AliasEvent):
            self.problem(event, "anchor", found=f"*{event.anchor}")
            return Leaf(self.place(event), None)
        if isinstance(event, NodeEvent) and event.anchor:
            self.problem(event, "anchor", found=f"&{event.anchor}")
        if isinstance(event, (ScalarEvent, SequenceStartEvent, MappingStartEvent)) and event.ctag:
            self.problem(event, "yaml_tag", found=str(event.ctag))
        if isinstance(event, MappingStartEvent):
            return self.branch(event, depth)
        if isinstance(event, SequenceStartEvent):
            return self.row(event, depth)
        assert isinstance(event, ScalarEvent), "a node is a scalar, a list, a mapping or an alias"
        return self.leaf(event)

    def leaf(self, event: ScalarEvent) -> Leaf:
        place, start, end = self.place(event), event.start_mark.index, event.end_mark.index
        written = event.value
        if found := _CONTROL.search(written):
            self.problem(event, "control_character", **_code_point(found))
            return Leaf(place, "", "", start, end)
        if event.style:
            return Leaf(place, written, written, start, end)
        if not written:
            self.problem(event, "empty_value")
            return Leaf(place, None, "", start, end)
        if written.lower() in _WORDS:
            return Leaf(place, _WORDS[written.lower()], written, start, end)
        if not _NUMBER.fullmatch(written):
            return Leaf(place, written, written, start, end)
        if len(written) > DIGITS_LIMIT:
            self.problem(event, "number_too_long", limit=DIGITS_LIMIT)
            return Leaf(place, None, "", start, end)
        digits = written.replace("_", "")
        whole = digits.lstrip("+-").isdigit()
        return Leaf(place, int(digits) if whole else float(digits), written, start, end)

    def row(self, event: SequenceStartEvent, depth: int) -> Row:
        items = []
        for inner in self.events:
            if isinstance(inner, CollectionEndEvent):
                end = inner.end_mark.index if event.flow_style or not items else items[-1].end
                return Row(self.place(event), tuple(items), event.start_mark.index, end)
            items.append(self.node(inner, depth + 1))
        raise _StopReading

    def branch(self, event: MappingStartEvent, depth: int) -> Branch:
        entries: dict[str, Entry] = {}
        end = event.end_mark.index
        for key in self.events:
            if isinstance(key, CollectionEndEvent):
                end = key.end_mark.index if event.flow_style else end
                flow = bool(event.flow_style)
                return Branch(self.place(event), MappingProxyType(entries), event.start_mark.index, end, flow)
            if not isinstance(key, ScalarEvent):
                self.problem(key, "key_not_text")
                if not isinstance(key, AliasEvent):
                    self.node(key, depth + 1)
                end = self.node(next(self.events), depth + 1).end
                continue
            if key.anchor or key.ctag:
                self.problem(key, "anchor" if key.anchor else "yaml_tag", found=key.anchor or str(key.ctag))
            known = len(self.problems)
            node = self.node(next(self.events), depth + 1)
            end = max(node.end, key.end_mark.index)
            if key.value == "<<" and not key.style:
                self.problem(key, "merge_key")
            elif (
                event.flow_style
                and _DIGITS.fullmatch(key.value)
                and isinstance(node, Leaf)
                and node.end <= key.end_mark.index
            ):
                # `{rate: 0,06}` is read as `rate: 0` and a key `06` without a value.
                del self.problems[known:]
                self.problem(key, "comma_in_braces", found=key.value)
            elif _CONTROL.search(key.value):
                self.problem(key, "control_character", code="\\")
            elif key.value in entries:
                first = entries[key.value].key.line
                self.problem(key, "duplicate_key", key=key.value, first=first)
            else:
                entries[key.value] = Entry(self.place(key), node, key.end_mark.index)
        raise _StopReading

    def place(self, event: Event) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def problem(self, event: Event, code: str, **facts: Any) -> None:
        self.problems.append(Problem(self.place(event), "", code, facts))


def _syntax_problem(file: str, text: str, error: YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = _line_and_column(text, mark.index if mark else getattr(error, "position", 0))
    code = "tab" if "\t" in text.split("\n")[line - 1] else "syntax"
    return Problem(Place(file, line, column), "", code, {"detail": getattr(error, "problem", None) or ""})


def _line_and_column(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _code_point(found: re.Match[str]) -> dict[str, str]:
    return {"found": f"U+{ord(found.group()):04X}"}
