"""From a merged tree to a Scenario, or to every problem in it.

Two passes over the values: a number in its long form (``{value, source, tag, low, high}``) is reduced to its value and
a note; then pydantic checks the records. What only a whole scenario can tell (knobs, sources, whether the deal closes)
is asked once the records hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from lbo_model.closing import refusals
from lbo_model.declarations import Declared, Fault, Kind, faults, leading_to, nearest, number_in, under
from lbo_model.paths import declaration, expand
from lbo_model.quantities import TAGS, Quantity, Series, parse_number
from lbo_model.scenario import Scenario
from lbo_model.scenario_file.problems import Place, Problem, shortened
from lbo_model.scenario_file.tree import Branch, Entry, Leaf, Node, Row, plain

LONG_FORM = ("value", "source", "tag", "low", "high")


@dataclass(frozen=True)
class Note:
    """What is known of a number: as it was written, where it comes from, how it is known, its plausible range."""

    value: Any
    source: str | None = None
    tag: str | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Checked:
    """A tree after its check. ``scenario`` is there unless its records are wrong."""

    tree: Branch
    notes: Mapping[str, Note]
    scenario: Scenario | None
    phases: tuple[tuple[Problem, ...], ...]
    """Problems of successive phases: numbers, records, the whole."""


def check(tree: Branch, own_file: str, bases: Sequence[Branch]) -> Checked:
    """Check a merged tree. Its bases are asked for examples of lawful values."""
    numbers = _LongForms()
    bare = numbers.walk(tree, (Scenario,), "")
    assert isinstance(bare, Branch), "a mapping that is no number stays a mapping"
    try:
        scenario = Scenario.model_validate(plain(bare), strict=True)
    except ValidationError as error:
        wrong = tuple(_problem(bare, fault, bases) for fault in faults(error))
        return Checked(bare, numbers.notes, None, (tuple(numbers.problems), wrong))
    scenario, bare = _without_idle_knobs(scenario, bare, own_file)
    closing = [Fault(path, code, facts) for path, code, facts in refusals(scenario)]
    whole = [_problem(bare, fault, bases) for fault in [*_knobs(scenario), *closing]]
    whole += [_problem(tree, fault, bases) for fault in _sources(numbers.notes, scenario)]
    return Checked(bare, numbers.notes, scenario, (tuple(numbers.problems), (), tuple(whole)))


class _LongForms:
    """Reduces numbers to their values, and keeps what was said of them."""

    def __init__(self) -> None:
        self.notes: dict[str, Note] = {}
        self.problems: list[Problem] = []

    def walk(self, node: Node, kinds: tuple[Kind, ...], path: str) -> Node:
        number = number_in(kinds)
        if isinstance(node, Branch) and number:
            return self.reduced(node, number, path)
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

    def reduced(self, node: Branch, number: Declared, path: str) -> Node:
        for name, entry in node.entries.items():
            if name not in LONG_FORM:
                facts = {"found": name, "allowed": list(LONG_FORM), "nearest": nearest(name, LONG_FORM)}
                self.problems.append(Problem(entry.key, f"{path}.{name}", "unknown_key", facts))
        value = node.get("value")
        if value is None:
            self.problems.append(Problem(node.place, f"{path}.value", "missing_key", {"key": "value"}))
            return Leaf(node.place, None)
        tag = self.word(node, "tag", path)
        if tag is not None and tag not in TAGS:
            facts = {"found": tag, "allowed": list(TAGS), "nearest": nearest(tag, TAGS)}
            self.problems.append(Problem(node.entries["tag"].node.place, f"{path}.tag", "not_in_list", facts))
        low, high = (
            self.end(node, "low", number.quantity, path),
            self.end(node, "high", number.quantity, path),
        )
        self.notes[path] = Note(_written(value), self.word(node, "source", path), tag, low, high)
        for found in _values(value, number.quantity):
            if (low is not None and found < low) or (high is not None and found > high):
                facts = {"found": found, "low": low, "high": high, "unit": number.quantity.unit}
                self.problems.append(Problem(value.place, path, "outside_own_range", facts))
                break
        return value

    def word(self, node: Branch, name: str, path: str) -> str | None:
        given = node.get(name)
        if given is None:
            return None
        if isinstance(given, Leaf) and isinstance(given.value, str):
            return given.value
        found = shortened({"found": plain(given)})
        self.problems.append(Problem(given.place, f"{path}.{name}", "not_a_text", found))
        return None

    def end(self, node: Branch, name: str, quantity: Quantity, path: str) -> float | None:
        given = node.get(name)
        if given is None:
            return None
        try:
            return float(quantity.check(plain(given)))
        except PydanticCustomError as error:
            facts = shortened(dict(error.context or {}))
            self.problems.append(
                Problem(given.place, f"{path}.{name}", error.type, _with_example(facts, None))
            )
            return None


def _values(node: Node, quantity: Quantity) -> Iterable[float]:
    """The numbers of a value, none where it is wrong (the records will say so)."""
    try:
        given = plain(node)
        return [float(quantity.check(one)) for one in (given if isinstance(given, list) else [given])]
    except PydanticCustomError:
        return []


def _written(node: Node) -> Any:
    return (
        [_written(item) for item in node.items] if isinstance(node, Row) else getattr(node, "written", None)
    )


# --- what only a whole scenario can tell ---------------------------------------------------------------------------


def _without_idle_knobs(scenario: Scenario, tree: Branch, own_file: str) -> tuple[Scenario, Branch]:
    """Leave out the knobs of a base that find nothing to move in this scenario: the base could not know."""
    idle: dict[str, list[str]] = {}
    for name, knob in scenario.knobs.items():
        if scenario.deals and place_of(tree, f"knobs.{name}.paths.0").file != own_file:
            lost = [path for path in knob.paths if number_in(leading_to(path)) and not expand(scenario, path)]
            idle |= {name: lost} if lost else {}
    knobs = tree.get("knobs")
    if not idle or not isinstance(knobs, Branch):
        return scenario, tree
    records, entries = dict(scenario.knobs), dict(knobs.entries)
    for name, lost in idle.items():
        left = [path for path in records[name].paths if path not in lost]
        if not left:
            del records[name], entries[name]
        else:
            records[name] = records[name].model_copy(update={"paths": left})
            entries[name] = _with_paths(entries[name], left)
    return scenario.model_copy(update={"knobs": records}), tree.having("knobs", knobs.holding(entries))


def _with_paths(knob: Entry, left: list[str]) -> Entry:
    assert isinstance(knob.node, Branch), "a knob that the records accept is a mapping"
    paths = knob.node.entries["paths"].node
    assert isinstance(paths, Row), "its paths are a list"
    kept = tuple(item for item in paths.items if isinstance(item, Leaf) and item.value in left)
    return Entry(knob.key, knob.node.having("paths", replace(paths, items=kept)), knob.key_end)


def _knobs(scenario: Scenario) -> Iterable[Fault]:
    """A knob leads to numbers that this scenario has, within their bounds."""
    for name, knob in scenario.knobs.items():
        for position, pattern in enumerate(knob.paths):
            paths = expand(scenario, pattern)
            number = number_in(leading_to(pattern))
            if number is None or (scenario.deals and not paths):
                yield Fault(f"knobs.{name}.paths.{position}", "knob_leads_nowhere", {"found": pattern})
                continue
            for end in ("low", "high"):
                quantities = [declaration(scenario, path).quantity for path in paths]
                wrong = [one for one in quantities if not one.low <= getattr(knob, end) <= one.high]
                if wrong:
                    yield Fault(f"knobs.{name}.{end}", "out_of_range", wrong[0].facts(getattr(knob, end)))


def _sources(notes: Mapping[str, Note], scenario: Scenario) -> Iterable[Fault]:
    """A source of one word is the name of a citation; several words are the source itself."""
    for path, note in notes.items():
        if note.source and " " not in note.source and note.source not in scenario.citations:
            known = list(scenario.citations)
            facts = {"found": note.source, "allowed": [], "nearest": nearest(note.source, known)}
            yield Fault(f"{path}.source", "unknown_source", facts)


# --- faults to problems --------------------------------------------------------------------------------------------


def place_of(tree: Branch, path: str, on_key: bool = False) -> Place:
    """Where a path was written, or the nearest thing around it; a mapping stands at the line of its key."""
    node: Node = tree
    place = Place(tree.place.file, 1, 1)
    for name in path.split(".") if path else []:
        if isinstance(node, Branch) and name in node.entries:
            entry = node.entries[name]
            node, place = entry.node, entry.key
        elif isinstance(node, Row) and name.isdigit() and int(name) < len(node.items):
            node = node.items[int(name)]
            place = node.place
        else:
            return place
    return node.place if isinstance(node, Leaf) and not on_key else place


def _problem(tree: Branch, fault: Fault, bases: Sequence[Branch]) -> Problem:
    facts = shortened(fault.facts)
    if "unit" in facts:
        facts = _with_example(facts, _usual_value(bases, fault.path))
    return Problem(place_of(tree, fault.path, fault.on_key), fault.path, fault.code, facts)


def _usual_value(bases: Sequence[Branch], path: str) -> float | None:
    """What a base says at a path, or of every deal, if it is a number."""
    names = path.split(".")
    for base in reversed(bases):
        for steps in (names, ["every_deal", *names[2:]]):
            node: Node | None = base
            for name in steps:
                node = node.get(name) if isinstance(node, Branch) else None
            node = node.get("value") if isinstance(node, Branch) else node
            parsed = parse_number(node.written) if isinstance(node, Leaf) else None
            if parsed:
                return parsed[0]
    return None


def _with_example(facts: Mapping[str, Any], usual: float | None) -> dict[str, Any]:
    """Add a lawful value: what was probably meant, or what the base says, or the nearer end of the range."""
    found, low, high = facts.get("found"), facts["low"], facts["high"]
    number = parse_number(found.replace(",", ".")) if isinstance(found, str) else None
    given = (
        number[0]
        if number
        else found
        if isinstance(found, (int, float)) and not isinstance(found, bool)
        else None
    )
    # Whoever writes 6 for a rate means 6 %.
    meant = [given, given / 100 if facts["unit"] in ("share", "rate") else None] if given is not None else []
    nearer = low if given is None or given < low else high
    candidates = (*meant, usual, nearer)
    return {**facts, "example": next(one for one in candidates if one is not None and low <= one <= high)}
