"""What the records of a scenario declare: which keys, which numbers, which ways to say the same thing.

A scenario exists in two shapes: the frozen records of ``scenario.py``, and files that people write. This module reads
the records' types once, so that a path such as ``deals.fund.price.multiple`` has one meaning in both. It also turns
pydantic's errors into faults: a path as people write it, a code, and facts.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag, ValidationError
from pydantic.fields import FieldInfo

from lbo_model.quantities import Quantity, Series
from lbo_model.scenario import AggregateOperations, Choice, DetailedOperations, Loan, Price, Scenario, Stake


@dataclass(frozen=True)
class Declared:
    """A number: its quantity, and whether it may be written by date."""

    quantity: Quantity
    series: bool


@dataclass(frozen=True)
class Plain:
    """A word, a text, a yes or no, a whole number with its bounds."""

    type: Any
    low: float | None = None
    high: float | None = None
    pattern: str | None = None

    @property
    def words(self) -> list[Any]:
        """The words allowed, where only some are."""
        return list(get_args(self.type)) if get_origin(self.type) is Literal else []


@dataclass(frozen=True, eq=False)
class Table:
    """A mapping by free name (deals, loans...), or a list: what its names and its items are."""

    names: "tuple[Kind, ...]"
    items: "dict[str, Kind]"
    is_list: bool = False


Kind = type[BaseModel] | Declared | Plain | Table


@dataclass(frozen=True)
class Fault:
    """One thing wrong at a path. ``on_key``: the key is wrong, not what stands behind it."""

    path: str
    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    on_key: bool = False


# Ways to say one thing, of which a file that extends another may name a different one. What a way needs is listed
# after its first key. In a Choice, every field is a way of its own.
_DETAILED = tuple(
    name for name in DetailedOperations.model_fields if name not in AggregateOperations.model_fields
)
_WAYS: dict[type[BaseModel], tuple[tuple[str, ...], ...]] = {
    Price: (("multiple",), ("amount",)),
    Stake: (("amount",), ("share_of_uses",), ("per_head", "take_up"), ("rest",)),
    Loan: (("rate",), ("margin", "floor")),
    DetailedOperations: (_DETAILED, ("ebitda_margin",)),
    AggregateOperations: (_DETAILED, ("ebitda_margin",)),
}


def ways(kinds: Iterable[Kind]) -> tuple[tuple[str, ...], ...]:
    """Groups of keys of which a record takes one, e.g. ``(("multiple",), ("amount",))`` for a price."""
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, Choice):
            return tuple((name,) for name in kind.model_fields)
        if isinstance(kind, type) and kind in _WAYS:
            return _WAYS[kind]
    return ()


def _kinds_of(annotation: Any) -> dict[str, Kind]:
    """The kinds an annotation allows, by the tag that pydantic gives them (empty where there is only one)."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kinds_of_annotated(arguments[0], arguments[1:])
    if origin in (Union, UnionType):
        members = [_kinds_of(member) for member in arguments if member is not NoneType]
        return {tag or _form(kind): kind for member in members for tag, kind in member.items()}
    if origin is dict:
        return {"": Table(tuple(_kinds_of(arguments[0]).values()), _kinds_of(arguments[1]))}
    if origin is list:
        return {"": Table((Plain(int),), _kinds_of(arguments[0]), is_list=True)}
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {"": annotation}
    return {"": Plain(annotation)}


def _kinds_of_annotated(base: Any, extras: tuple[Any, ...]) -> dict[str, Kind]:
    extras = tuple(
        item for extra in extras for item in (extra.metadata if isinstance(extra, FieldInfo) else [extra])
    )
    for extra in extras:
        if isinstance(extra, Quantity):
            return {"": Declared(extra, base is Series)}
        if isinstance(extra, Tag):
            return {extra.tag: kind for kind in _kinds_of(base).values()}
    if base in (int, float, str):
        low, high, pattern = (
            next((getattr(extra, name) for extra in extras if hasattr(extra, name)), None)
            for name in ("ge", "le", "pattern")
        )
        return {"": Plain(base, low, high, pattern)}
    return _kinds_of(base)


def _form(kind: Kind) -> str:
    """The code of the ownership form, for the record of a deal."""
    if isinstance(kind, type) and "form" in kind.model_fields:
        return str(get_args(kind.model_fields["form"].annotation)[0])
    return ""


@cache
def _fields(record: type[BaseModel]) -> dict[str, dict[str, Kind]]:
    return {name: _kinds_of(about.rebuild_annotation()) for name, about in record.model_fields.items()}


def _below(kind: Kind, name: str) -> dict[str, Kind]:
    if isinstance(kind, Table):
        return kind.items
    return _fields(kind).get(name, {}) if isinstance(kind, type) else {}


def under(kinds: Iterable[Kind], name: str) -> tuple[Kind, ...]:
    """What may stand behind a key, none where the key is unknown."""
    return tuple(dict.fromkeys(below for kind in kinds for below in _below(kind, name).values()))


def leading_to(path: str) -> tuple[Kind, ...]:
    """What may stand at a path of a scenario (``*`` for any name), none where nothing may."""
    kinds: tuple[Kind, ...] = (Scenario,)
    for name in path.split("."):
        kinds = under(kinds, name)
    return kinds


def number_in(kinds: Iterable[Kind]) -> Declared | None:
    """The declared number among kinds, if there is one."""
    return next((kind for kind in kinds if isinstance(kind, Declared)), None)


def known_keys(kinds: Iterable[Kind]) -> list[str]:
    """The keys that records take."""
    return list(dict.fromkeys(name for kind in kinds if isinstance(kind, type) for name in kind.model_fields))


def nearest(found: object, allowed: Iterable[object]) -> list[str]:
    """The allowed words that look most like the one found."""
    return difflib.get_close_matches(str(found), [str(word) for word in allowed], n=2, cutoff=0.6)


# --- pydantic's errors, said as faults -----------------------------------------------------------------------------

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
    "int_type": "not_a_whole_number",
    "float_type": "not_a_plain_number",
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
    """Say a pydantic error as faults, at paths as people write them (a union adds its branches to a location)."""
    found = []
    for detail in error.errors(include_url=False):
        path, kinds, on_key = _path_of(detail["loc"], record)
        found.append(_fault([*prefix.split("."), *path] if prefix else path, kinds, on_key, detail))
    return found


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
        if not any(_below(kind, str(step)) for kind in tagged.values()):
            return path, list(tagged.values()), False
        tagged = {tag: below for kind in tagged.values() for tag, below in _below(kind, str(step)).items()}
    return path, list(tagged.values()), False


def _fault(path: list[str], kinds: list[Kind], on_key: bool, detail: Any) -> Fault:
    facts: dict[str, Any] = dict(detail.get("ctx", {}))
    code = _CODES.get(detail["type"], detail["type"])
    if code == detail["type"]:
        # Raised by the project's own checks, with facts of their own; a fault of one deal names it.
        path = path + (["deals", facts.pop("deal")] if "deal" in facts else [])
        return Fault(".".join(path), code, facts)
    given = path[-1] if on_key or code == "unknown_key" else detail["input"]
    if detail["type"].startswith("union_tag"):
        path, given = [*path, "form"], facts.get("tag")
        words: list[Any] = [_form(kind) for kind in kinds]
    else:
        words = [word for kind in kinds if isinstance(kind, Plain) for word in kind.words]
    facts = {"found": given, "key": path[-1] if path else ""}
    if code == "unknown_key":
        words, on_key = known_keys(kinds), True
    if code == "out_of_range":
        plain = next(kind for kind in kinds if isinstance(kind, Plain))
        facts |= {"low": plain.low, "high": plain.high, "unit": "count"}
    if code in ("unknown_key", "not_in_list"):
        facts |= {"allowed": words, "nearest": nearest(given, words)}
    if detail["type"] == "literal_error" and given == "full" and words == ["mechanics"]:
        code = "not_built_yet"
    limit = [detail["ctx"][name] for name in ("gt", "max_length") if name in detail.get("ctx", {})]
    return Fault(".".join(path), code, facts | ({"limit": limit[0]} if limit else {}), on_key)
