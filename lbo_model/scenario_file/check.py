"""From a merged tree to a Scenario, or to every problem in it.

Two passes over the values: a number in its long form (``{value, source, tag, low, high}``) is reduced to its
value and a note; then pydantic checks the records. What only a whole scenario can tell (knobs, sources,
whether the deal closes) is asked once the records hold.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError

from lbo_model.engine.closing import refusals
from lbo_model.quantities import parse_number
from lbo_model.scenario import Scenario
from lbo_model.scenario.declarations import leading_to, number_in
from lbo_model.scenario.faults import Fault, faults, nearest, with_example
from lbo_model.scenario.paths import declaration, expand
from lbo_model.scenario_file.notes import LongForms, Note
from lbo_model.scenario_file.problems import Place, Problem, shortened
from lbo_model.scenario_file.tree import Branch, Entry, Leaf, Node, Row, plain


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
    numbers = LongForms()
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


# --- what only a whole scenario can tell --------------------------------------------------------------------


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


# --- faults to problems -------------------------------------------------------------------------------------


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
        facts = with_example(facts, _usual_value(bases, fault.path))
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
