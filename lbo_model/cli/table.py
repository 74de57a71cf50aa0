"""The answer as a person reads it in a terminal: sources and uses, the years, who got what."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lbo_model.cli.events import warnings
from lbo_model.words import Words

# Figures of a year, which closing day has not lived yet, then what the companies have at a date.
_OF_A_YEAR = {
    "sales": "statements.group.income_statement.sales",
    "ebitda": "statements.group.income_statement.ebitda",
    "tax": "statements.group.income_statement.tax",
    "machines": "statements.group.cash_flow.machines",
}
_AT_A_DATE = {
    "machines_owed": "measures.machines_owed",
    "loans": "statements.group.balance_sheet.loans",
    "cash": "statements.group.balance_sheet.cash",
}
LABEL = 34


def table(answer: Mapping[str, Any], title: str, words: Words) -> Iterator[str]:
    """The lines of an answer (the tree that other programs read as JSON)."""
    yield title
    for name, deal in answer["deals"].items():
        closing = deal["closing"]
        yield "\n" + words.say("cli.deal", form=words.say(f"cli.form.{deal['form']}"), name=name)
        if closing["not_financed"]:
            yield f"  ** {words.say('cli.does_not_close')} **"
        yield from (f"  {line}" for line in warnings(deal["events"], deal["start"], words))
        yield f"\n  {words.say('cli.sources')}"
        brought = {_source(source, deal, words): amount for source, amount in closing["sources"].items()}
        missing = {words.say("cli.missing"): closing["missing"]} if closing["missing"] else {}
        yield from _amounts(brought | missing, words)
        yield f"\n  {words.say('cli.uses')}"
        yield from _amounts(
            {words.say(f"cli.use.{use}"): cost for use, cost in closing["uses"].items() if cost}, words
        )
        yield from _years(answer, deal, words)
        yield f"\n  {words.say('cli.who_got_what')}"
        got = deal["measures"]["who_got_what"].items()
        yield from _amounts({words.say(f"parties.{party}"): all_in["total"] for party, all_in in got}, words)
        for party, owner in deal["returns"].items():
            if owner["irr"] is not None:
                yield "    " + words.say("cli.returns", party=words.say(f"parties.{party}"), **owner)
        house = deal["measures"].get("fund_house", {"net_irr": None})
        if house["net_irr"] is not None:
            yield "    " + words.say("cli.net_returns", party=words.say("parties.fund"), **house)


def _source(code: str, deal: Mapping[str, Any], words: Words) -> str:
    """Who brings money. A loan is named only where its lender lends twice: its name is the file's word."""
    if code not in deal["loans"]:
        return words.say(f"parties.{code}")
    lender = deal["loans"][code]["lender"]
    twice = sum(loan["lender"] == lender for loan in deal["loans"].values()) > 1
    return words.say(
        "cli.named_loan" if twice else "cli.loan", name=code, lender=words.say(f"parties.{lender}")
    )


def _amounts(amounts: Mapping[str, float], words: Words) -> Iterator[str]:
    for label, amount in amounts.items():
        yield f"    {label:<{LABEL}}{words.show(amount, 'money_short'):>12}"


def _years(answer: Mapping[str, Any], deal: Mapping[str, Any], words: Words) -> Iterator[str]:
    heads = [words.say("cli.closing_day"), *answer["dates"][1:]]
    yield f"\n  {words.say('cli.years', currency=answer['currency']):<{LABEL}}" + cells(heads)
    for line, path in (_OF_A_YEAR | _AT_A_DATE).items():
        series = _bought(deal) if line == "machines" else _at(deal, path)
        shown = [None, *series[1:]] if line in _OF_A_YEAR else series
        figures = ["–" if one is None else words.show(one / 1e6, "decimal") for one in shown]
        yield f"    {words.say(f'cli.line.{line}'):<{LABEL - 2}}" + cells(figures)


def _bought(deal: Mapping[str, Any]) -> list[float | None]:
    """Money spent on machines: the cash flow statement says it less what machines were sold for."""
    bought = [flow for flow in deal["ledger"] if (flow["payer"], flow["reason"]) == ("factory", "machines")]
    paid = [flow["amounts"] for flow in bought]
    lived = _at(deal, _OF_A_YEAR["machines"])
    return [None if one is None else sum(year) for one, *year in zip(lived, *paid, strict=True)]


def cells(values: Sequence[Any]) -> str:
    """A row of figures, one a year."""
    return "".join(f"{value:>9}" for value in values)


def _at(tree: Any, path: str) -> Any:
    for name in path.split("."):
        tree = tree[name]
    return tree
