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
from lbo_model.scenario.paths import declaration, documented_path, expand, settled
from lbo_model.scenario_file.mending import examined
from lbo_model.scenario_file.merge import with_documented_terms
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
    bare, strangers = _terms_of_deals(bare, own_file)
    scenario, found = examined(plain(bare.without("documented_terms")))
    bare, documented, of_terms = _documented(bare, scenario, found, own_file)
    wrong = [*numbers.problems, *strangers, *(_problem(bare, fault, bases) for fault in (*found, *of_terms))]
    if scenario is None or documented is None:
        return Checked(bare, numbers.notes, None, tuple(wrong))
    if not found:
        scenario, bare = _without_idle_knobs(scenario, bare, own_file)
    paths = {problem.path for problem in wrong}
    late = [*_knobs(scenario, paths)]
    if sound:
        bare, closing = _closing(bare, scenario, documented, paths, own_file)
        late += closing
    whole = [_problem(bare, fault, bases) for fault in late]
    whole += [_problem(tree, fault, bases) for fault in _sources(numbers.notes, bare)]
    if not wrong and not late:
        terms = bare.get("documented_terms")
        scenario = settled(scenario.model_copy(update={"documented_terms": plain(terms) if terms else {}}))
    return Checked(bare, numbers.notes, None if wrong else scenario, (*wrong, *whole))


# --- documented terms ---------------------------------------------------------------------------------------


_NO_TERMS = ("form", "then", "exit.year")
"""What both versions of a comparison have in common: the owners, and the date at which they are compared."""


def _terms_of_deals(tree: Branch, own_file: str) -> tuple[Branch, list[Problem]]:
    """The tree with documented terms of its deals only. Those of a base whose deal is gone are left out."""
    terms, deals = tree.get("documented_terms"), tree.get("deals")
    if terms is None or not isinstance(deals, Branch):
        return tree.without("documented_terms"), []  # what is wrong with the deals is said of them
    entries = terms.entries if isinstance(terms, Branch) else {"": tree.entries["documented_terms"]}
    wrong = []
    for name, entry in entries.items():
        path = f"documented_terms.{name}".removesuffix(".")
        if not isinstance(entry.node, Branch):
            facts = shortened({"found": plain(entry.node)})
            wrong.append(Problem(entry.key, path, "not_a_mapping", facts))
        elif name not in deals.entries and entry.key.file == own_file:
            facts = {"found": name, "allowed": list(deals.entries), "nearest": nearest(name, deals.entries)}
            wrong.append(Problem(entry.key, path, "terms_of_no_deal", facts))
        for step in _NO_TERMS if isinstance(entry.node, Branch) else ():
            if _at(entry.node, step.split(".")) is not None:
                place = place_of(tree, f"{path}.{step}", on_key=True)
                wrong.append(Problem(place, f"{path}.{step}", "not_a_term", {"found": step}))
    kept = {
        name: entry
        for name, entry in entries.items()
        if name in deals.entries and isinstance(entry.node, Branch)
    }
    if not kept or not isinstance(terms, Branch):
        return tree.without("documented_terms"), wrong
    return tree.having("documented_terms", terms.holding(kept)), wrong


def _documented(
    tree: Branch, scenario: Scenario | None, known: Sequence[Fault], own_file: str
) -> tuple[Branch, Scenario | None, list[Fault]]:
    """The scenario with its documented terms put in, and the faults that these bring, at their own paths.

    Terms of a base that do not fit the deal as this file has it are left out of the tree: the base could not
    know.
    """
    if tree.get("documented_terms") is None:
        return tree, scenario, []
    put_in, found = examined(plain(with_documented_terms(tree)))
    seen = {(fault.path, fault.code, str(fault.facts.get("found"))) for fault in known}
    fresh = [one for one in found if (one.path, one.code, str(one.facts.get("found"))) not in seen]
    of_terms = [replace(fault, path=documented_path(fault.path)) for fault in fresh]
    fitting = _without_misfits(tree, of_terms, own_file)
    return (tree, put_in, of_terms) if fitting is tree else _documented(fitting, scenario, known, own_file)


def _without_misfits(tree: Branch, wrong: Sequence[Fault], own_file: str) -> Branch:
    """The tree without documented terms that a base has for a deal, where they are wrong for it."""
    terms = tree.get("documented_terms")
    assert isinstance(terms, Branch), "other terms are refused before"
    deals = {fault.path.split(".")[1] for fault in wrong if fault.path.startswith("documented_terms.")}
    misfits = [name for name in deals & terms.entries.keys() if terms.entries[name].key.file != own_file]
    left = terms.without(*misfits)
    if not misfits:
        return tree
    return tree.having("documented_terms", left) if left.entries else tree.without("documented_terms")


def _closing(
    tree: Branch, scenario: Scenario, documented: Scenario, wrong: Collection[str], own_file: str
) -> tuple[Branch, list[Fault]]:
    """Deals that do not close although nobody says so, on the terms of all and then on documented ones."""
    found = [Fault(*one) for one in refusals(_untouched(scenario, wrong))]
    if tree.get("documented_terms") is None:
        return tree, found
    spoilt = {fault.path for fault in found} | {path.replace("documented_terms.", "deals.") for path in wrong}
    others = [Fault(*one) for one in refusals(_untouched(documented, spoilt))]
    of_terms = [replace(fault, path=documented_path(fault.path)) for fault in others]
    fitting = _without_misfits(tree, of_terms, own_file)
    return fitting, found + (of_terms if fitting is tree else [])


# --- what only a whole scenario can tell --------------------------------------------------------------------


def _untouched(scenario: Scenario, wrong: Collection[str]) -> Scenario:
    """The scenario with those of its deals whose figures nothing wrong has a part in.

    What a deal that follows others pays is known only where all of those are right.
    """
    without_figures = {"title", "story", "deals", "documented_terms", "knobs", "citations"}
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
