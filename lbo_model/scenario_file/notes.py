"""Numbers in their long form, ``{value, source, tag, low, high}``: reduced to a value and a note."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from lbo_model.quantities import TAGS, Quantity
from lbo_model.scenario.declarations import Declared, Kind, number_in, under
from lbo_model.scenario.faults import nearest, with_example
from lbo_model.scenario_file.problems import Problem, shortened
from lbo_model.scenario_file.tree import Branch, Entry, Leaf, Node, Row, plain

LONG_FORM = ("value", "source", "tag", "low", "high")


@dataclass(frozen=True)
class Note:
    """What is known of a number: how it was written, its source, how it is known, its plausible range."""

    value: Any
    source: str | None = None
    tag: str | None = None
    low: float | None = None
    high: float | None = None


class LongForms:
    """Reduces numbers to their values, and keeps what was said of them."""

    def __init__(self) -> None:
        self.notes: dict[str, Note] = {}
        self.problems: list[Problem] = []

    def walk(self, node: Node, kinds: tuple[Kind, ...], path: str) -> Node:
        """The tree below a path, with bare numbers."""
        number = number_in(kinds)
        if isinstance(node, Branch) and number:
            return self._reduced(node, number, path)
        if isinstance(node, Branch):
            entries = {
                name: Entry(
                    entry.key,
                    self.walk(entry.node, under(kinds, name), f"{path}.{name}".lstrip(".")),
                    entry.key_end,
                )
                for name, entry in node.entries.items()
            }
            return node.holding(entries)
        return node

    def _reduced(self, node: Branch, number: Declared, path: str) -> Node:
        for name, entry in node.entries.items():
            if name not in LONG_FORM:
                facts = {"found": name, "allowed": list(LONG_FORM), "nearest": nearest(name, LONG_FORM)}
                self.problems.append(Problem(entry.key, f"{path}.{name}", "unknown_key", facts))
        value = node.get("value")
        if value is None:
            self.problems.append(Problem(node.place, f"{path}.value", "missing_key", {"key": "value"}))
            return Leaf(node.place, number.quantity.low)
        tag = self._word(node, "tag", path)
        if tag is not None and tag not in TAGS:
            facts = {"found": tag, "allowed": list(TAGS), "nearest": nearest(tag, TAGS)}
            self.problems.append(Problem(node.entries["tag"].node.place, f"{path}.tag", "not_in_list", facts))
        low = self._end(node, "low", number.quantity, path)
        high = self._end(node, "high", number.quantity, path)
        self.notes[path] = Note(_written(value), self._word(node, "source", path), tag, low, high)
        for found in _values(value, number.quantity):
            if (low is not None and found < low) or (high is not None and found > high):
                facts = number.quantity.facts(found) | {"low": low, "high": high}
                self.problems.append(Problem(value.place, path, "outside_own_range", facts))
                break
        return value

    def _word(self, node: Branch, name: str, path: str) -> str | None:
        given = node.get(name)
        if given is None:
            return None
        if isinstance(given, Leaf) and isinstance(given.value, str):
            return given.value
        found = shortened({"found": plain(given)})
        self.problems.append(Problem(given.place, f"{path}.{name}", "not_a_text", found))
        return None

    def _end(self, node: Branch, name: str, quantity: Quantity, path: str) -> float | None:
        given = node.get(name)
        if given is None:
            return None
        try:
            return float(quantity.check(plain(given)))
        except PydanticCustomError as error:
            facts = shortened(dict(error.context or {}))
            self.problems.append(Problem(given.place, f"{path}.{name}", error.type, with_example(facts)))
            return None


def _values(node: Node, quantity: Quantity) -> Iterable[float]:
    """The numbers of a value, none where it is wrong (the records will say so)."""
    try:
        given = plain(node)
        return [float(quantity.check(one)) for one in (given if isinstance(given, list) else [given])]
    except PydanticCustomError:
        return []


def _written(node: Node) -> Any:
    if isinstance(node, Row):
        return [_written(item) for item in node.items]
    return node.written if isinstance(node, Leaf) else None
