"""Paths such as ``deals.fund.price.multiple``: find them in a scenario, read them, change what they lead to.

There is one way to change a scenario: ``replaced``. Sliders, maps, tests, levers and the command line all use
it. The record around a changed value is built anew through its own declaration, so bounds and cross-checks
hold (pydantic's ``model_copy`` would let unknown fields and values out of range through), and arrays come out
read-only.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from lbo_model.scenario import Scenario
from lbo_model.scenario.declarations import Declared, known_keys, number_in, under
from lbo_model.scenario.faults import Fault, faults, nearest


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
    number = number_in(under((type(holder),), name)) if isinstance(holder, BaseModel) else None
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
    return rebuilt


def _rebuilt(holder: Any, tree: Mapping[str, Any], prefix: str, found: list[Fault]) -> Any:
    """``holder`` with the values of ``tree``, each record checked anew; the faults are added to ``found``."""
    before = len(found)
    news = {
        name: _rebuilt(child, value, f"{prefix}{name}.", found)
        if isinstance(child := _child(holder, name), (BaseModel, dict))
        else value
        for name, value in tree.items()
    }
    if isinstance(holder, dict):
        return holder | news
    if len(found) > before:
        return holder
    try:
        # Fields left out stay left out, so that a record which counts what it was given counts right.
        return type(holder).model_validate(
            {name: getattr(holder, name) for name in holder.model_fields_set} | news
        )
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
