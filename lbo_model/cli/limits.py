"""How far each deal can go, as a person reads it in a terminal: price, debt, earnings, year of the exit."""

from collections.abc import Iterator, Mapping
from typing import Any

from lbo_model.cli.events import warnings
from lbo_model.cli.table import LABEL, cells
from lbo_model.words import Words

_COVERS = ("after_needed_capex", "before_capex")


def limits_table(answer: Mapping[str, Any], title: str, words: Words) -> Iterator[str]:
    """The lines of an answer (the tree that other programs read as JSON)."""
    yield title
    for name, deal in answer["deals"].items():
        yield "\n" + words.say("cli.deal", form=words.say(f"cli.form.{deal['form']}"), name=name)
        yield from (f"  {line}" for line in warnings(deal["events"], deal["start"], words))
        yield from _price(answer, deal, words)
        yield from _covered(answer, deal, words)
        yield from _by_exit_year(deal, words)


def _price(answer: Mapping[str, Any], deal: Mapping[str, Any], words: Words) -> Iterator[str]:
    bid, today = deal["highest_price"], deal["today"]
    if deal["by_exit_year"]["best_by_irr"] is None and bid["multiple"] is None:
        yield f"\n  {words.say('cli.limits.no_return')}"
        return
    if bid["exit_multiple"] is None:
        yield f"\n  {words.say('cli.limits.follows')}"
        yield _row("price_today", today["price_multiple"], today["price"], words)
        return
    said = "price" if deal["sells"] else "price_kept"
    yield "\n  " + words.say(
        f"cli.limits.{said}",
        owner=words.say(f"parties.{deal['owner']}"),
        rate=answer["required_return"],
        exit=bid["exit_multiple"],
    )
    yield _row("highest_price", bid["multiple"], bid["amount"], words)
    yield _row("price_today", today["price_multiple"], today["price"], words)
    own = deal["own_bid"]
    if own is not None:
        yield "\n  " + words.say("cli.limits.own_bid", rate=own["required_return"])
        for law in ("bid", "without_levers"):
            yield _row(law, own[law]["multiple"], own[law]["amount"], words)


def _covered(answer: Mapping[str, Any], deal: Mapping[str, Any], words: Words) -> Iterator[str]:
    today, cover = deal["today"], answer["cover"]
    if not today["debt"]:
        yield f"\n  {words.say('cli.limits.no_debt')}"
        return
    if any(deal["bearable_debt"][which]["amount"] is not None for which in _COVERS):
        yield f"\n  {words.say('cli.limits.debt', cover=cover)}"
        for which in _COVERS:
            debt = deal["bearable_debt"][which]
            yield _row(which, debt["times_ebitda"], debt["amount"], words)
        yield _row("debt_today", today["debt_times_ebitda"], today["debt"], words)
    if all(deal["ebitda_needed"][which]["amount"] is None for which in _COVERS):
        return
    yield f"\n  {words.say('cli.limits.ebitda', cover=cover)}"
    for which in _COVERS:
        needed = deal["ebitda_needed"][which]
        yield _row(which, needed["share"], needed["amount"], words, "percent_short")
    yield _row("ebitda_today", 1.0, today["ebitda"], words, "percent_short")


def _by_exit_year(deal: Mapping[str, Any], words: Words) -> Iterator[str]:
    ends = deal["by_exit_year"]
    yield f"\n  {words.say('cli.limits.by_exit_year'):<{LABEL}}" + cells(
        [int(year) for year in ends["years"]]
    )
    rows = {"multiple": "multiple", "irr": "percent", "gain": "decimal"}
    for name, form in rows.items():
        if all(one is None for one in ends[name]):
            continue
        scale = 1e-6 if name == "gain" else 1.0
        shown = ["–" if one is None else words.show(scale * one, form) for one in ends[name]]
        yield f"    {words.say(f'cli.limits.{name}'):<{LABEL - 2}}" + cells(shown)
    if ends["best_by_irr"] is not None:
        best = {name: int(ends[f"best_by_{name}"]) for name in ("irr", "multiple")}
        yield "    " + words.say("cli.limits.best", **best)


def _row(name: str, ratio: float | None, amount: float | None, words: Words, form: str = "multiple") -> str:
    """A label, what it is beside EBITDA, and in money; a word where there is no answer."""
    label = f"    {words.say(f'cli.limits.{name}'):<{LABEL}}"
    if ratio is None or amount is None:
        return f"{label}{words.say('cli.limits.none'):>12}"
    return f"{label}{words.show(ratio, form):>12}{words.show(amount, 'money_short'):>14}"
