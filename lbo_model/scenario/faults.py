"""Faults: what is wrong at a path of a scenario, as a code and facts. Words come later.

Pydantic says its errors in its own words, at its own locations. Here they become faults, at paths as people
write them, with what a teacher needs to know: what was found, what is allowed, what was probably meant.
"""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from lbo_model.quantities import parse_number
from lbo_model.scenario import Record, Scenario
from lbo_model.scenario.declarations import Kind, Plain, Table, below, form_of, known_keys


@dataclass(frozen=True)
class Fault:
    """One thing wrong at a path. ``on_key``: the key is wrong, not what stands behind it."""

    path: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    on_key: bool = False


def nearest(found: object, allowed: Iterable[object]) -> list[str]:
    """The allowed words that look most like the one found."""
    return difflib.get_close_matches(str(found), [str(word) for word in allowed], n=2, cutoff=0.6)


def with_example(facts: Mapping[str, Any], usual: float | None = None) -> dict[str, Any]:
    """Add a lawful value: what was probably meant, or what the base says, or the nearer end of the range."""
    found, low, high = facts.get("found"), facts["low"], facts["high"]
    number = parse_number(str(found).replace(",", "."))
    candidates = [usual, low if number is None or number[0] < low else high]
    if number:
        # Whoever writes 6 for a rate means 6 %; 150 % is no slip of that kind.
        slip = [number[0] / 100] if facts["unit"] in ("share", "rate") and not number[1] else []
        candidates = [number[0], *slip, *candidates]
    return {**facts, "example": next(one for one in candidates if one is not None and low <= one <= high)}


_CODES = {
    "missing": "missing_key",
    "extra_forbidden": "unknown_key",
    "literal_error": "not_in_list",
    "union_tag_invalid": "not_in_list",
    "union_tag_not_found": "missing_key",
    "string_pattern_mismatch": "bad_name",
    "string_type": "not_a_text",
    "string_too_short": "empty_text",
    "string_too_long": "text_too_long",
    "bool_type": "not_yes_or_no",
    "bool_parsing": "not_yes_or_no",
    "int_type": "not_a_whole_number",
    "int_parsing": "not_a_whole_number",
    "int_from_float": "not_a_whole_number",
    "float_type": "not_a_plain_number",
    "float_parsing": "not_a_plain_number",
    "greater_than": "not_above",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "model_type": "not_a_mapping",
    "model_attributes_type": "not_a_mapping",
    "dict_type": "not_a_mapping",
    "list_type": "not_a_list",
    "too_short": "empty_list",
    "too_long": "list_too_long",
}


def faults(error: ValidationError, record: type[BaseModel] = Scenario, prefix: str = "") -> list[Fault]:
    """Say a pydantic error as faults, at paths as people write them (a union adds its branches to them)."""
    found = []
    for detail in error.errors():
        path, kinds, on_key = _path_of(detail["loc"], record)
        found.append(_fault([*prefix.split("."), *path] if prefix else path, kinds, on_key, detail))
    return found


def disagreements(holder: Any, path: Sequence[str] = ()) -> list[Fault]:
    """What records that were validated with ``FIELDS_ALONE`` say against one another, all of it."""
    children: dict[str, Any] = holder if isinstance(holder, dict) else {}
    found = []
    if isinstance(holder, BaseModel):
        children = dict(holder)
    if isinstance(holder, Record):
        found += [_own(path, error.type, error.context or {}) for error in holder.disagreements()]
    return found + [fault for name in children for fault in disagreements(children[name], [*path, name])]


def _path_of(location: tuple[str | int, ...], record: type[BaseModel]) -> tuple[list[str], list[Kind], bool]:
    path: list[str] = []
    tagged: dict[str, Kind] = {"": record}
    names: tuple[Kind, ...] = ()
    for step in location:
        if step == "[key]":
            return path, list(names), True
        if len(tagged) > 1 and step in tagged:
            tagged = {"": tagged[str(step)]}
            continue
        path.append(str(step))
        names = next((kind.names for kind in tagged.values() if isinstance(kind, Table)), ())
        if not any(below(kind, str(step)) for kind in tagged.values()):
            return path, list(tagged.values()), False
        tagged = {tag: found for kind in tagged.values() for tag, found in below(kind, str(step)).items()}
    return path, list(tagged.values()), False


def _fault(path: list[str], kinds: list[Kind], on_key: bool, detail: Any) -> Fault:
    context: dict[str, Any] = dict(detail.get("ctx", {}))
    if "url" not in detail:
        return _own(path, detail["type"], context)
    code = _CODES.get(detail["type"], "wrong_value")
    given = path[-1] if on_key or code == "unknown_key" else detail["input"]
    allowed = [word for kind in kinds if isinstance(kind, Plain) for word in kind.words]
    if code == "unknown_key":
        allowed, on_key = known_keys(kinds), True
    if detail["type"].startswith("union_tag"):
        path, given, allowed = [*path, "form"], context.get("tag"), [form_of(kind) for kind in kinds]
    facts = {"found": given, "key": path[-1] if path else ""}
    if code in ("unknown_key", "not_in_list"):
        facts |= {"allowed": allowed, "nearest": nearest(given, allowed)}
    if code == "out_of_range":
        plain = next(kind for kind in kinds if isinstance(kind, Plain))
        facts = with_example(facts | {"low": plain.low, "high": plain.high, "unit": "count"})
    limits = [context[name] for name in ("gt", "max_length") if name in context]
    return Fault(".".join(path), code, facts | ({"limit": limits[0]} if limits else {}), on_key)


def _own(path: Sequence[str], code: str, facts: Mapping[str, Any]) -> Fault:
    """Found by the project's own checks, with facts of their own; a fault of one deal or field names it."""
    own = {name: fact for name, fact in facts.items() if name not in ("deal", "field")}
    where = [*path, *(["deals", facts["deal"]] if "deal" in facts else [])]
    where += [facts["field"]] if "field" in facts else []
    return Fault(".".join(where), code, with_example(own) if "unit" in own else own)
