"""What the records of a scenario declare: which keys, which numbers, which ways to say the same thing.

A scenario exists in two shapes: the frozen records of ``scenario.py``, and files that people write. This
module reads the records' types once, so that a path such as ``deals.fund.price.multiple`` has one meaning in
both.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, Tag
from pydantic.fields import FieldInfo

from lbo_model.quantities import Quantity, Series
from lbo_model.scenario import (
    AggregateOperations,
    Choice,
    DetailedOperations,
    Exit,
    Loan,
    Price,
    Scenario,
    Stake,
)


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


# Ways to say one thing, of which a file that extends another may name a different one. What a way needs is
# listed after its first key. In a Choice, every field is a way of its own.
_DETAILED = tuple(
    name for name in DetailedOperations.model_fields if name not in AggregateOperations.model_fields
)
_WAYS: dict[type[BaseModel], tuple[tuple[str, ...], ...]] = {
    Price: (("multiple",), ("amount",), ("as_sold",)),
    Exit: (("multiple_change",), ("multiple",)),
    Stake: (("amount",), ("share_of_uses",), ("share_of_equity",), ("per_head", "take_up"), ("rest",)),
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


def giving_way(kinds: Iterable[Kind], named: Set[str]) -> list[str]:
    """Keys of a record that go where those ``named`` say the same thing in another way."""
    groups = ways(kinds)
    if not any(group[0] in named for group in groups):
        return []
    return [name for group in groups if not named & set(group) for name in group]


def _kinds_of(annotation: Any) -> dict[str, Kind]:
    """The kinds an annotation allows, by the tag that pydantic gives them (empty where there is only one)."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kinds_of_annotated(arguments[0], arguments[1:])
    if origin in (Union, UnionType):
        members = [_kinds_of(member) for member in arguments if member is not NoneType]
        return {tag or form_of(kind): kind for member in members for tag, kind in member.items()}
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
            (kind,) = _kinds_of(base).values()
            return {extra.tag: kind}
    if base in (int, float, str):
        low, high, pattern = (
            next((getattr(extra, name) for extra in extras if hasattr(extra, name)), None)
            for name in ("ge", "le", "pattern")
        )
        return {"": Plain(base, low, high, pattern)}
    return _kinds_of(base)


def form_of(kind: Kind) -> str:
    """The code of the ownership form, for the record of a deal."""
    if isinstance(kind, type) and "form" in kind.model_fields:
        return str(get_args(kind.model_fields["form"].annotation)[0])
    return ""


@cache
def _fields(record: type[BaseModel]) -> dict[str, dict[str, Kind]]:
    return {name: _kinds_of(about.rebuild_annotation()) for name, about in record.model_fields.items()}


def below(kind: Kind, name: str) -> dict[str, Kind]:
    """What may stand behind a key, by the tag that pydantic gives each branch of a union."""
    if isinstance(kind, Table):
        return kind.items
    if kind is Scenario and name == "documented_terms":
        name = "deals"  # written as deals are, in part
    return _fields(kind).get(name, {}) if isinstance(kind, type) else {}


def under(kinds: Iterable[Kind], name: str) -> tuple[Kind, ...]:
    """What may stand behind a key, none where the key is unknown."""
    return tuple(dict.fromkeys(found for kind in kinds for found in below(kind, name).values()))


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
