"""The small immutable tree that YAML text is read into: values, lists, mappings, and where they stand.

Numbers keep the way they were written, so that they can be written back in the same style.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from lbo_model.scenario_file.problems import Place


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
