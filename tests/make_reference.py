"""The table of all fields in ``docs/scenarios.md``, from the declarations: ``make schema`` writes it."""

from collections.abc import Iterator
from pathlib import Path

from lbo_model.scenario import Scenario
from lbo_model.scenario.declarations import Declared, Kind, Plain, Table, known_keys, number_in, under
from lbo_model.words import Words

GUIDE = Path(__file__).parents[1] / "docs" / "scenarios.md"
BEGIN, END = "<!-- fields: begin (make schema) -->\n", "<!-- fields: end -->\n"
LEFT_OUT = {"title", "story", "citations"}


def table() -> str:
    """One row a field: its path, what it is, what is allowed, whether it may be written by date."""
    head = "| field | unit or kind | allowed | by date |\n|---|---|---|---|\n"
    return head + "".join(
        f"| `{path}` | {what} | {allowed} | {dated} |\n" for path, what, allowed, dated in rows()
    )


def rows() -> Iterator[tuple[str, str, str, str]]:
    """The rows of the table, in the order of the records."""
    for name in known_keys([Scenario]):
        if name not in LEFT_OUT:
            yield from _rows(name, under([Scenario], name))


def _rows(path: str, kinds: tuple[Kind, ...]) -> Iterator[tuple[str, str, str, str]]:
    number = number_in(kinds)
    if number is not None:
        yield (
            path,
            Words("en").say(f"fields.{number.quantity.unit}"),
            _range(number),
            "yes" if number.series else "",
        )
        return
    plain = [kind for kind in kinds if isinstance(kind, Plain)]
    if plain:
        words = ", ".join(f"`{word}`" for kind in plain for word in kind.words)
        ends = [f"{end:g}" for end in (plain[0].low, plain[0].high) if end is not None]
        kind = "word" if words else {int: "whole number", bool: "true or false"}.get(plain[0].type, "text")
        yield path, kind, words or " to ".join(ends), ""
    for kind in kinds:
        if isinstance(kind, Table):
            yield from _rows(f"{path}.*", tuple(kind.items.values()))
    records = [kind for kind in kinds if isinstance(kind, type)]
    for name in known_keys(records):
        yield from _rows(f"{path}.{name}", under(records, name))


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
