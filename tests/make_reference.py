"""The table of all fields in ``docs/scenarios.md``, from the declarations: ``make schema`` writes it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel

from lbo_model.scenario import Choice, Scenario
from lbo_model.scenario.declarations import Declared, Kind, Plain, Table, known_keys, number_in, under
from lbo_model.words import Words

GUIDE = Path(__file__).parents[1] / "docs" / "scenarios.md"
BEGIN, END = "<!-- fields: begin (make schema) -->\n", "<!-- fields: end -->\n"
LEFT_OUT = {"title", "story", "documented_terms", "citations"}


def table() -> str:
    """One row a field: its path, what it is, what is allowed, what it is if it is left out, and whether it
    may be written by date.
    """
    head = "| field | unit or kind | allowed | left out | by date |\n|---|---|---|---|---|\n"
    return head + "".join(f"| `{path}` | {' | '.join(cells)} |\n" for path, *cells in rows())


def rows() -> Iterator[tuple[str, ...]]:
    """The rows of the table, in the order of the records."""
    yield from _fields("", (Scenario,))


def _fields(path: str, records: Iterable[Kind]) -> Iterator[tuple[str, ...]]:
    records = [kind for kind in records if isinstance(kind, type)]
    for name in known_keys(records):
        if path or name not in LEFT_OUT:
            holders = [record for record in records if name in record.model_fields]
            yield from _rows(f"{path}{name}", under(records, name), _left_out(holders, name))


def _left_out(holders: Iterable[type[BaseModel]], name: str) -> str:
    """What a field is where a file, and all that it extends, say nothing."""
    said = set()
    for holder in holders:
        about = holder.model_fields[name]
        default = about.get_default(call_default_factory=False)
        if issubclass(holder, Choice):
            said.add("one of these")
        elif about.is_required():
            said.add("needed")
        else:
            said.add("" if default is None or default == {} else f"`{str(default).lower()}`")
    return " or ".join(sorted(said - {""}))


def _rows(path: str, kinds: tuple[Kind, ...], left_out: str) -> Iterator[tuple[str, ...]]:
    number = number_in(kinds)
    if number is not None:
        unit = Words("en").say(f"fields.{number.quantity.unit}")
        yield path, unit, _range(number), left_out, "yes" if number.series else ""
        return
    plain = [kind for kind in kinds if isinstance(kind, Plain)]
    if plain:
        words = ", ".join(f"`{word}`" for kind in plain for word in kind.words)
        ends = [f"{end:g}" for end in (plain[0].low, plain[0].high) if end is not None]
        kind = "word" if words else {int: "whole number", bool: "true or false"}.get(plain[0].type, "text")
        yield path, kind, words or " to ".join(ends), left_out, ""
    for kind in kinds:
        if isinstance(kind, Table):
            yield from _rows(f"{path}.*", tuple(kind.items.values()), "")
    yield from _fields(f"{path}.", kinds)


def _range(number: Declared) -> str:
    words, quantity = Words("en"), number.quantity
    form = "percent" if quantity.unit in ("share", "rate") else "number"
    return f"{words.show(quantity.low, form)} to {words.show(quantity.high, form)}"


def with_table(text: str) -> str:
    """The guide with today's table between its two marks."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + "\n" + table() + "\n" + END + rest.split(END)[1]


if __name__ == "__main__":
    GUIDE.write_text(with_table(GUIDE.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
