"""Every number of a scenario: where it stands, what it may be, what is known of it, what people call it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from lbo_model.quantities import Series
from lbo_model.scenario import Citation, Scenario
from lbo_model.scenario.declarations import Plain, leading_to, number_in, under
from lbo_model.scenario_file import Document, Note
from lbo_model.scenario_file.write import styled
from lbo_model.words import Words

GROUPS = ("factory", "weather", "policy")
"""Parts of a scenario that hold numbers; each deal, ``deals.<name>``, is one more."""

MOST_DATES = 31
"""As many values by date as a scenario can live."""

_PARTS_OF_GROUPS = {"horizon": "weather"}
_FREE_NAMES = ("deals", "loans", "equity", "events", "happens")
"""Mappings whose names a file chooses: the name is not part of what a number is called."""


@dataclass(frozen=True)
class Item:
    """One number of a scenario."""

    path: str
    unit: str
    low: float
    high: float
    by_date: bool
    values: tuple[float, ...]
    """One value, or one by date."""
    note: Note
    citation: Citation | None
    """The source, where the file cites it."""

    def cited(self, language: str) -> str:
        """The source in full where the file cites it, else as the number names it; empty if it names none."""
        if self.citation is None:
            return self.note.source or ""
        return " ".join(filter(None, (self.citation.titled(language), self.citation.address)))

    @property
    def group(self) -> str:
        """The part of the scenario where it stands: one of ``GROUPS``, or ``deals.<name>``."""
        first, *rest = self.path.split(".")
        several = first in ("deals", "documented_terms")
        return f"{first}.{rest[0]}" if several else _PARTS_OF_GROUPS.get(first, first)

    @property
    def documented(self) -> bool:
        """Whether it is what an owner has obtained in documented cases, not what all are offered."""
        return self.path.startswith("documented_terms.")

    @property
    def belongs(self) -> tuple[str, str] | None:
        """What it belongs to, if to one of several: ``("loans", "bank")``, ``("events", "rate_rise")``."""
        names = self.path.split(".")
        return next(((name, names[at + 1]) for at, name in enumerate(names) if name in _FREE_NAMES[1:]), None)

    @property
    def key(self) -> str:
        """The path without names that a file chose, which is the key of its words."""
        names = self.path.replace("documented_terms.", "deals.").split(".")
        kept = [name for at, name in enumerate(names) if not at or names[at - 1] not in _FREE_NAMES]
        return ".".join(kept)


def items(document: Document) -> list[Item]:
    """Every number of a sound document, in the order of its records."""
    scenario = document.scenario
    assert scenario is not None, "only a sound document has numbers to list"
    return [_item(document.notes, scenario, *found) for found in _numbers(scenario, "")]


def items_of(scenario: Scenario) -> list[Item]:
    """Every number of a scenario that no file says, with nothing known of it."""
    return [_item({}, scenario, *found) for found in _numbers(scenario, "")]


def _numbers(holder: Any, prefix: str) -> Iterator[tuple[str, Any, Any]]:
    """Path, declaration and value of every number below a record or a mapping."""
    children = holder if isinstance(holder, dict) else dict(holder)
    for name, child in children.items():
        path = f"{prefix}{name}"
        if path == "documented_terms":
            yield from _documented(child, f"{path}.")
        elif isinstance(child, (BaseModel, dict)):
            if path not in ("knobs", "citations", "title", "story"):
                yield from _numbers(child, f"{path}.")
        elif child is not None and isinstance(holder, BaseModel):
            kinds = under((type(holder),), name)
            whole = next((kind for kind in kinds if isinstance(kind, Plain) and kind.type is int), None)
            declared = number_in(kinds) or whole
            if declared is not None:
                yield path, declared, child


def _documented(terms: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any, Any]]:
    """The same of documented terms, which are written in part and so are no records."""
    for name, child in terms.items():
        path = f"{prefix}{name}"
        if isinstance(child, Mapping):
            yield from _documented(child, f"{path}.")
            continue
        kinds = leading_to(path)
        whole = next((kind for kind in kinds if isinstance(kind, Plain) and kind.type is int), None)
        declared = number_in(kinds) or whole
        if declared is not None:
            yield path, declared, child


def _item(notes: Mapping[str, Note], scenario: Scenario, path: str, declared: Any, value: Any) -> Item:
    note = notes.get(path, Note(None))
    citation = scenario.citations.get(note.source or "")
    values = value.values.tolist() if isinstance(value, Series) else [value]
    if isinstance(declared, Plain):
        low, high = float(declared.low or 0), float(declared.high or 0)
        return Item(path, "count", low, high, False, tuple(map(float, values)), note, citation)
    quantity = declared.quantity
    return Item(
        path,
        quantity.unit,
        quantity.low,
        quantity.high,
        declared.series,
        tuple(map(float, values)),
        note,
        citation,
    )


def differing(shipped: Document, yours: Document) -> list[tuple[Item | None, Item | None]]:
    """The numbers in which two documents differ, in the order of yours; None where one has no such number."""
    old, new = ({item.path: item for item in items(one)} for one in (shipped, yours))
    paths = [*new, *(path for path in old if path not in new)]
    pairs = [(old.get(path), new.get(path)) for path in paths]
    return [(one, other) for one, other in pairs if not one or not other or one.values != other.values]


# --- in words -----------------------------------------------------------------------------------------------


def name_of(item: Item, words: Words) -> str:
    """What people call a number; its path where there are no words for it."""
    key = f"assumptions.number.{item.key}"
    name = words.say(key) if key in words else item.path
    if item.documented:
        offered = replace(item, path=item.path.replace("documented_terms.", "deals.", 1))
        return words.say("assumptions.documented", name=name_of(offered, words))
    if item.belongs is None:
        return name
    kind, who = item.belongs
    # Loans and events are named by their file; the page knows the names of shipped files.
    named = {
        "equity": f"parties.{who}",
        "loans": f"assumptions.loan_from_{who}",
        "events": f"assumptions.event_{who}",
        "happens": f"assumptions.event_{who}",
    }[kind]
    who = words.say(named) if named in words else who.replace("_", " ")
    return words.say(f"assumptions.of_{kind}", who=who, name=name)


def deal_name(code: str, words: Words) -> str:
    """What people call a deal or an owner: the page's word for it, or the file's own name."""
    return words.say(f"owners.{code}") if f"owners.{code}" in words else code.replace("_", " ")


def group_name(group: str, words: Words) -> str:
    """What people call a part of the scenario."""
    if group.startswith("documented_terms."):
        name = deal_name(group.removeprefix("documented_terms."), words)
        return words.say("workshop.groups.documented", name=name)
    if group.startswith("deals."):
        return words.say("workshop.groups.deal", name=deal_name(group.removeprefix("deals."), words))
    return words.say(f"workshop.groups.{group}")


def shown(value: float, item: Item, words: Words) -> str:
    """A value as the page's language writes it, with its unit."""
    return (
        words.show(value, "number") if item.unit == "count" else words.say(f"unit.{item.unit}", value=value)
    )


def shown_values(item: Item, words: Words) -> str:
    """The value of a number, or its values by date, as the page's language writes them."""
    said = [shown(value, item, words) for value in item.values[:MOST_DATES]]
    return "; ".join([*said, *(["…"] if len(item.values) > MOST_DATES else [])])


def plausible(item: Item, words: Words) -> tuple[str, str] | None:
    """The ends of the range that its source gives, if it gives one."""
    low, high = item.note.low, item.note.high
    if low is None and high is None:
        return None
    return shown(item.low if low is None else low, item, words), shown(
        item.high if high is None else high, item, words
    )


def written(item: Item, values: Sequence[float] | None = None) -> str:
    """Values as a file takes them, for a field: ``6 %``, ``12 000 000``, ``1; 0.65``."""
    like = {"share": "6 %", "rate": "6 %", "money": "1 000"}.get(item.unit, "")
    return "; ".join(styled(value, like) for value in (item.values if values is None else values))
