"""From YAML text to a tree that remembers where everything was written, or to every problem found.

Only plain YAML is accepted: mappings, lists, texts, numbers, ``true``, ``false``, ``null``. What makes YAML a
programming puzzle (anchors, tags, merge keys, several documents, keys that are not texts) is refused with its
line.
"""

import re
from collections.abc import Iterator
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

from lbo_model.scenario_file.indentation import out_of_line
from lbo_model.scenario_file.problems import Place, Problem, shortened
from lbo_model.scenario_file.tree import Branch, Entry, Leaf, Node, Row, plain

DEPTH_LIMIT = 20
DIGITS_LIMIT = 40

_NUMBER = re.compile(r"[-+]?(\d[\d_]*\.?\d*|\.\d+)([eE][-+]?\d+)?")
_DIGITS = re.compile(r"\d+ ?%?")
# Tab and line feed are the only control characters in a text; other line ends would shift every line number.
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")
# What the parser says in English, and the code that says it to a teacher.
_SYNTAX = {
    "mapping values are not allowed": "colon_in_text",
    "end of stream": "not_closed",
    "stream end": "not_closed",
    "expected ',' or": "not_closed",
    "cannot start any token": "needs_quotes",
}
_WORDS: dict[str, bool | None] = {"null": None, "~": None, "true": True, "false": False}


@lru_cache(maxsize=64)
def read_tree(file: str, text: str) -> tuple[Branch | None, tuple[Problem, ...]]:
    """Read YAML text. Returns its mapping and every problem found; no mapping after an error of syntax.

    ``text`` has line feeds only, and no byte order mark. Never raises.
    """
    control = {_line_and_column(text, found.start()): _code_point(found) for found in _CONTROL.finditer(text)}
    if control:
        found = [Problem(Place(file, *at), "", "control_character", facts) for at, facts in control.items()]
        return None, tuple(found)
    reader = _Reader(file, text)
    try:
        return reader.document(), tuple(reader.problems)
    except StopReadingError:
        return None, tuple(reader.problems)
    except YAMLError as error:
        return None, (*reader.problems, _syntax_problem(file, text, error))
    except (ValueError, OverflowError):
        # ruamel.yaml turns "\UFFFFFFFF" into a character without checking that there is one.
        at = _line_and_column(text, max(0, text.find("\\U")))
        return None, (*reader.problems, Problem(Place(file, *at), "", "syntax"))


class StopReadingError(Exception):
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
        if root is None:
            self.problems.append(Problem(Place(self.file, 1, 1), "", "empty_file"))
        elif not isinstance(root, Branch):
            facts = shortened({"found": plain(root)})
            self.problems.append(Problem(root.place, "", "not_a_mapping", facts))
        return root if isinstance(root, Branch) else None

    def node(self, event: Event, depth: int, key: Event | None = None) -> Node:
        if depth > DEPTH_LIMIT:
            self.problem(event, "too_deep", limit=DEPTH_LIMIT)
            raise StopReadingError
        if isinstance(event, AliasEvent):
            self.problem(event, "anchor", found=f"*{event.anchor}")
            return Leaf(self.place(event), "")
        if isinstance(event, NodeEvent) and event.anchor:
            self.problem(event, "anchor", found=f"&{event.anchor}")
        if isinstance(event, (ScalarEvent, SequenceStartEvent, MappingStartEvent)) and event.ctag:
            self.problem(event, "yaml_tag", found=str(event.ctag))
        if isinstance(event, MappingStartEvent):
            return self.branch(event, depth)
        if isinstance(event, SequenceStartEvent):
            return self.row(event, depth)
        assert isinstance(event, ScalarEvent), "a node is a scalar, a list, a mapping or an alias"
        return self.leaf(event, key)

    def leaf(self, event: ScalarEvent, key: Event | None) -> Leaf:
        place, start, end = self.place(event), event.start_mark.index, event.end_mark.index
        written = event.value
        if found := _CONTROL.search(written):
            self.problem(event, "control_character", **_code_point(found))
            return Leaf(place, "", "", start, end)
        if event.style:
            return Leaf(place, written, written, start, end)
        if not written:
            # The parser places an absent value at whatever comes next.
            at = key or event
            self.problem(at, "empty_value")
            return Leaf(self.place(at), "", "", at.end_mark.index, at.end_mark.index)
        if written.lower() in _WORDS:
            return Leaf(place, _WORDS[written.lower()], written, start, end)
        if not _NUMBER.fullmatch(written):
            return Leaf(place, written, written, start, end)
        if len(written) > DIGITS_LIMIT:
            self.problem(event, "number_too_long", limit=DIGITS_LIMIT)
            return Leaf(place, "", "", start, end)
        digits = written.replace("_", "")
        whole = digits.lstrip("+-").isdigit()
        return Leaf(place, int(digits) if whole else float(digits), written, start, end)

    def row(self, event: SequenceStartEvent, depth: int) -> Row:
        items: list[Node] = []
        for inner in self.events:
            if isinstance(inner, CollectionEndEvent):
                end = inner.end_mark.index if event.flow_style or not items else items[-1].end
                return Row(self.place(event), tuple(items), event.start_mark.index, end)
            items.append(self.node(inner, depth + 1))
        raise StopReadingError

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
            node = self.node(next(self.events), depth + 1, key)
            end = max(node.end, key.end_mark.index)
            if key.value == "<<" and not key.style:
                self.problem(key, "merge_key")
            elif event.flow_style and _DIGITS.fullmatch(key.value) and node.end <= key.end_mark.index:
                # `{rate: 0,06}` is read as `rate: 0` and a key `06` without a value.
                del self.problems[known:]
                self.problem(key, "comma_in_braces", found=key.value)
            elif _CONTROL.search(key.value):
                self.problem(key, "control_character", found="\\")
            elif key.value in entries:
                first = entries[key.value].key.line
                self.problem(key, "duplicate_key", key=key.value, first=first)
            else:
                entries[key.value] = Entry(self.place(key), node, key.end_mark.index)
        raise StopReadingError

    def place(self, event: Event) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def problem(self, event: Event, code: str, **facts: Any) -> None:
        self.problems.append(Problem(self.place(event), "", code, facts))


def _syntax_problem(file: str, text: str, error: YAMLError) -> Problem:
    said = getattr(error, "problem", None) or ""
    code = next((code for part, code in _SYNTAX.items() if part in said), "syntax")
    marks = [getattr(error, name, None) for name in ("problem_mark", "context_mark")]
    # What is not closed is best shown where it was opened.
    mark = next(filter(None, marks[::-1] if code == "not_closed" else marks), None)
    line, column = _line_and_column(text, mark.index if mark else getattr(error, "position", 0))
    code = "tab" if "\t" in text.split("\n")[line - 1] else code
    margins = out_of_line(text, line) if code in ("syntax", "colon_in_text") else {}
    return Problem(Place(file, line, column), "", "out_of_line" if margins else code, margins)


def _line_and_column(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)


def _code_point(found: re.Match[str]) -> dict[str, str]:
    return {"found": f"U+{ord(found.group()):04X}"}
