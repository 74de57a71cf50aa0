"""From a merged tree to a Scenario, or to every problem in it.

Two passes over the values: a number in its long form (``{value, source, tag, low, high}``) is reduced to its
value and a note; then the records are examined. What only a whole scenario can tell (knobs, sources, whether
a deal closes) is asked where no fault found before can mislead the answer.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from lbo_model.engine.story import refusals
from lbo_model.quantities import parse_number
from lbo_model.scenario import Scenario
from lbo_model.scenario.declarations import leading_to, number_in
from lbo_model.scenario.faults import Fault, nearest, with_example
from lbo_model.scenario.paths import declaration, expand
from lbo_model.scenario_file.mending import examined
from lbo_model.scenario_file.notes import LongForms, Note
from lbo_model.scenario_file.problems import Place, Problem, shortened
from lbo_model.scenario_file.tree import Branch, Entry, Leaf, Node, Row, plain


@dataclass(frozen=True)
class Checked:
    """A tree after its check. ``scenario`` is there unless something is wrong."""

    tree: Branch
    notes: Mapping[str, Note]
    scenario: Scenario | None
    problems: tuple[Problem, ...]


def check(tree: Branch, own_file: str, bases: Sequence[Branch], sound: bool = True) -> Checked:
    """Check a merged tree. Its bases are asked for examples of lawful values.

    ``sound``: nothing was wrong in the writing, so that every number is the one that was meant.
    """
    numbers = LongForms()
    bare = numbers.walk(tree, (Scenario,), "")
    assert isinstance(bare, Branch), "a mapping that is no number stays a mapping"
    scenario, found = examined(plain(bare))
    wrong = [*numbers.problems, *(_problem(bare, fault, bases) for fault in found)]
    if scenario is None:
        return Checked(bare, numbers.notes, None, tuple(wrong))
    if not found:
        scenario, bare = _without_idle_knobs(scenario, bare, own_file)
    paths = {problem.path for problem in wrong}
    closing = refusals(_untouched(scenario, paths)) if sound else ()
    late = [*_knobs(scenario, paths), *(Fault(path, code, facts) for path, code, facts in closing)]
    whole = [_problem(bare, fault, bases) for fault in late]
    whole += [_problem(tree, fault, bases) for fault in _sources(numbers.notes, bare)]
    return Checked(bare, numbers.notes, None if wrong else scenario, (*wrong, *whole))


# --- what only a whole scenario can tell --------------------------------------------------------------------


def _untouched(scenario: Scenario, wrong: Collection[str]) -> Scenario:
    """The scenario with those of its deals whose figures nothing wrong has a part in.

    What a deal that follows others pays is known only where all of those are right.
    """
    without_figures = {"title", "story", "deals", "knobs", "citations"}
    spoilt = any(path.split(".")[0] not in without_figures for path in wrong)
    deals = {
        name: deal for name, deal in scenario.deals.items() if not spoilt and not _in(f"deals.{name}", wrong)
    }
    whole = scenario.model_copy(update={"deals": deals})
    reached = {
        name for first in whole.first_deals for name in whole.chain(first) if not deals[first].price.as_sold
    }
    return scenario.model_copy(update={"deals": {name: deals[name] for name in deals if name in reached}})


def _in(path: str, wrong: Collection[str]) -> bool:
    """Whether something is wrong at a path or below."""
    return any(f"{one}.".startswith(f"{path}.") for one in wrong)


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


def _knobs(scenario: Scenario, wrong: Collection[str]) -> Iterable[Fault]:
    """A knob leads to numbers that this scenario has, within their bounds."""
    for name, knob in scenario.knobs.items():
        patterns = [] if _in(f"knobs.{name}.paths", wrong) else knob.paths
        ends = [end for end in ("low", "high") if not _in(f"knobs.{name}.{end}", wrong)]
        for position, pattern in enumerate(patterns):
            paths = expand(scenario, pattern)
            number = number_in(leading_to(pattern))
            if number is None or (scenario.deals and not paths and not wrong):
                yield Fault(f"knobs.{name}.paths.{position}", "knob_leads_nowhere", {"found": pattern})
                continue
            for end in ends:
                quantities = [declaration(scenario, path).quantity for path in paths]
                outside = [one for one in quantities if not one.low <= getattr(knob, end) <= one.high]
                if outside:
                    yield Fault(f"knobs.{name}.{end}", "out_of_range", outside[0].facts(getattr(knob, end)))


def _sources(notes: Mapping[str, Note], tree: Branch) -> Iterable[Fault]:
    """A source of one word is the name of a citation; several words are the source itself."""
    citations = tree.get("citations")
    known = list(citations.entries) if isinstance(citations, Branch) else []
    for path, note in notes.items():
        if note.source and " " not in note.source and note.source not in known:
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
        # As it was written: whoever writes 150 % has not forgotten the sign.
        written = {"found": _written(tree, fault.path) or facts["found"]}
        facts = with_example(facts | written, _usual_value(bases, fault.path)) | {"found": facts["found"]}
    return Problem(place_of(tree, fault.path, fault.on_key), fault.path, fault.code, facts)


def _at(tree: Node | None, names: Sequence[str]) -> Node | None:
    for name in names:
        tree = tree.get(name) if isinstance(tree, Branch) else None
    return tree


def _written(tree: Branch, path: str) -> str:
    """How a single value was written, empty where something else stands."""
    node = _at(tree, path.split("."))
    return node.written if isinstance(node, Leaf) else ""


def _usual_value(bases: Sequence[Branch], path: str) -> float | None:
    """What a base says at a path, or of every deal, if it is a number."""
    names = path.split(".")
    for base in reversed(bases):
        for steps in (names, ["every_deal", *names[2:]]):
            node = _at(base, steps)
            node = node.get("value") if isinstance(node, Branch) else node
            parsed = parse_number(node.written) if isinstance(node, Leaf) else None
            if parsed:
                return parsed[0]
    return None
