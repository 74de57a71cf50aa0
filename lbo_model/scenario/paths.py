"""Paths such as ``deals.fund.price.multiple``: find them in a scenario, read them, change what they lead to.

There is one way to change a scenario: ``replaced``. Sliders, maps, tests, levers and the command line all use
it. The record around a changed value is built anew through its own declaration, so bounds and cross-checks
hold (pydantic's ``model_copy`` would let unknown fields and values out of range through), and arrays come out
read-only. ``with_terms`` puts in many values at once: those that each owner has obtained in documented cases.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel, ValidationError

from lbo_model.scenario import Scenario
from lbo_model.scenario.declarations import Declared, giving_way, known_keys, leading_to, number_in, under
from lbo_model.scenario.faults import Fault, faults, nearest

SAME = "same"
DOCUMENTED = "documented"
TERMS = (SAME, DOCUMENTED)
"""The two versions of a comparison: one offer to all, or what each has obtained in documented cases."""


class InputError(ValueError):
    """Values that a scenario cannot take: one fault, with path, code and facts, for each."""

    def __init__(self, found: Iterable[Fault]) -> None:
        self.faults = tuple(found)
        super().__init__(
            "; ".join(f"{fault.path}: {fault.code} {dict(fault.facts)}" for fault in self.faults)
        )


def expand(scenario: Scenario, pattern: str) -> list[str]:
    """The paths that a pattern stands for: ``*`` is any name of a mapping. Only those that hold a value."""
    found: list[tuple[tuple[str, ...], Any]] = [((), scenario)]
    for step in pattern.split("."):
        found = [
            ((*path, name), _child(holder, name))
            for path, holder in found
            for name in (list(holder) if step == "*" and isinstance(holder, dict) else [step])
        ]
        found = [(path, child) for path, child in found if child is not None]
    return [".".join(path) for path, _ in found]


def get(scenario: Scenario, path: str) -> Any:
    """What stands at a path: a number, a Series, a word, a record; None where an optional field is absent.

    Raises:
        InputError: if the path leads nowhere.
    """
    holder, name = _holder(scenario, path)
    return _child(holder, name)


def declaration(scenario: Scenario, path: str) -> Declared:
    """The quantity of a number (``.quantity``), and whether it goes by date (``.series``).

    Raises:
        InputError: if the path leads nowhere, or to something that is not a number.
    """
    holder, name = _holder(scenario, path)
    kinds = under((type(holder),), name) if isinstance(holder, BaseModel) else leading_to(path)
    number = number_in(kinds)
    if number is None:
        raise InputError([Fault(path, "no_number_here")])
    return number


def replaced(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """The scenario with other values at some paths. For a Series, an array is a batch, a list goes by date.

    Raises:
        InputError: with one fault for each path that leads nowhere and each value that is refused.
    """
    found: list[Fault] = []
    tree: dict[str, Any] = {}
    for path, value in changes.items():
        try:
            holder, name = _holder(scenario, path)
        except InputError as error:
            found += error.faults
            continue
        if isinstance(_child(holder, name), (BaseModel, dict, list)):
            found.append(Fault(path, "no_number_here"))
            continue
        parents = path.split(".")[:-1]
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[name] = value
    rebuilt: Scenario = _rebuilt(scenario, tree, "", found)
    if found:
        raise InputError(found)
    return settled(rebuilt) if "documented_terms" in tree else rebuilt


def with_terms(scenario: Scenario, terms: str = SAME) -> Scenario:
    """The scenario on the same terms for all (``same``: as it is), or with its documented terms put in.

    A term is added where the deal has none, and takes the place of another way to say the same thing.

    Raises:
        InputError: with one fault for each term that its deal cannot take.
    """
    if terms not in TERMS:
        raise ValueError(f"{terms!r} is none of {TERMS}")
    if terms == SAME:
        return scenario
    found: list[Fault] = []
    rebuilt: Scenario = _rebuilt(scenario, {"deals": scenario.documented_terms}, "", found, replacing=True)
    if found:
        raise InputError([replace(fault, path=documented_path(fault.path)) for fault in found])
    return rebuilt.model_copy(update={"documented_terms": {}})


def settled(scenario: Scenario) -> Scenario:
    """The scenario with its documented terms as records read them: a number where a text says one.

    Raises:
        InputError: as ``with_terms`` does.
    """
    deals = with_terms(scenario, DOCUMENTED).deals
    terms = {name: _as_read(written, deals[name]) for name, written in scenario.documented_terms.items()}
    return scenario.model_copy(update={"documented_terms": terms})


def documented_path(path: str) -> str:
    """Where a term of a deal stands among the documented ones; other paths stay."""
    return f"documented_terms.{path.removeprefix('deals.')}" if path.startswith("deals.") else path


def _as_read(written: Mapping[str, Any], holder: Any) -> dict[str, Any]:
    """Documented terms, each with what stands in its place in ``holder``, the deal that they were laid on."""
    found = {}
    for name, value in written.items():
        child = _child(holder, name)
        word = value if isinstance(child, BaseModel) else child
        found[name] = _as_read(value, child) if isinstance(value, Mapping) else word
    return found


def _rebuilt(
    holder: Any, tree: Mapping[str, Any], prefix: str, found: list[Fault], replacing: bool = False
) -> Any:
    """``holder`` with the values of ``tree``, each record checked anew; the faults are added to ``found``.

    ``replacing``: a value takes the place of other ways to say the same thing.
    """
    before = len(found)
    news = {
        name: _rebuilt(child, value, f"{prefix}{name}.", found, replacing)
        if isinstance(child := _child(holder, name), (BaseModel, dict)) and isinstance(value, Mapping)
        else value
        for name, value in tree.items()
    }
    if isinstance(holder, dict):
        return holder | news
    if len(found) > before:
        return holder
    try:
        # Fields left out stay left out, so that a record which counts what it was given counts right.
        gone = giving_way((type(holder),), news.keys()) if replacing else []
        kept = [name for name in holder.model_fields_set if name not in gone]
        return type(holder).model_validate({name: getattr(holder, name) for name in kept} | news)
    except ValidationError as error:
        found += faults(error, type(holder), prefix.removesuffix("."))
        return holder


def _child(holder: Any, name: str) -> Any:
    if isinstance(holder, dict):
        return holder.get(name)
    return (
        getattr(holder, name) if isinstance(holder, BaseModel) and name in type(holder).model_fields else None
    )


def _holder(scenario: Scenario, path: str) -> tuple[Any, str]:
    """The record or mapping that holds a path's last name, and that name, checked."""
    holder: Any = scenario
    *parents, last = path.split(".")
    for name in parents:
        _check_name(holder, name, path)
        holder = _child(holder, name)
    _check_name(holder, last, path)
    return holder, last


def _check_name(holder: Any, name: str, path: str) -> None:
    known = (
        list(holder)
        if isinstance(holder, dict)
        else known_keys([type(holder)] if isinstance(holder, BaseModel) else [])
    )
    if name not in known:
        facts = {"found": name, "allowed": known, "nearest": nearest(name, known)}
        raise InputError([Fault(path, "unknown_path", facts)])
