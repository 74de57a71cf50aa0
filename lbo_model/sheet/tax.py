"""Corporate tax, year by year: from EBITDA to taxable profit and tax, and the losses carried on."""

from collections.abc import Iterator, Mapping

import numpy as np

from lbo_model import measures
from lbo_model.engine import Result
from lbo_model.forms.tax_return import TaxReturn
from lbo_model.position import Number
from lbo_model.sheet.block import NOTHING, Block, Row, by_date, dates, heads, some
from lbo_model.words import Words

TO_RESULT: Mapping[str, float] = {
    "ebitda": 1.0,
    "severance": -1.0,
    "moving_costs": -1.0,
    "relief": 1.0,
    "charge": -1.0,
    "depreciation": -1.0,
    "participation": -1.0,
    "interest": -1.0,
    "shareholder_interest": -1.0,
    "deposit_interest": 1.0,
    "fees": -1.0,
    "interest_not_deducted": 1.0,
    "taxed_dividends": 1.0,
}
"""Lines that add up to the result, and their signs."""
TO_TAXABLE: Mapping[str, float] = {
    "loss": 1.0,
    "losses_used": -1.0,
    "labour_share": -1.0,
    "levy": -1.0,
    "provision": -1.0,
}
"""Lines between the result and taxable profit."""
CARRIED: Mapping[str, float] = {"losses_opening": 1.0, "losses_added": 1.0, "losses_used": -1.0}
"""Lines that add up to the losses carried on."""


def tax(result: Result, words: Words) -> Iterator[Block]:
    """For the group and its factory, or for each company: the computation, and past losses if any."""
    filed = measures.tax_returns(result)
    for company, one in filed.items():
        alone = company == "factory" and "group" in filed
        whose = words.say(f"sheet.tax.whose.{'factory_alone' if alone else company}")
        yield Block(
            words.say("sheet.tax.title", whose=whose), heads(result, words), _computed(one, result, words)
        )
        yield Block(
            words.say("sheet.tax.losses", whose=whose), heads(result, words), _carried(one, result, words)
        )


def _computed(one: TaxReturn, result: Result, words: Words) -> list[Row | None]:
    rows = _summed(one, TO_RESULT, "result", result, words)
    rows += _summed(one, TO_TAXABLE, "taxable", result, words)
    rates = [float(np.asarray(one.rate)[date]) for date in dates(result)]
    shown = [NOTHING if np.isnan(rate) else words.show(rate, "percent") for rate in rates]
    rows += [(words.say("sheet.tax.rate"), shown), _row(one, "tax", 1.0, result, words)]
    limit = result.policy.interest_limit
    if limit is not None and some(np.asarray(one.net_interest)):
        rows.append(_row(one, "net_interest", 1.0, result, words))
        known = {"share": limit.share_of_ebitda, "freely": limit.freely}
        most = words.say("sheet.tax.interest_limit", **known)
        rows.append(by_date(most, np.asarray(one.interest_limit), result, words))
    return rows


def _carried(one: TaxReturn, result: Result, words: Words) -> list[Row | None]:
    if not some(np.asarray(one.losses_opening)) and not some(np.asarray(one.losses_closing)):
        return []
    return _summed(one, CARRIED, "losses_closing", result, words)


def _summed(
    one: TaxReturn, parts: Mapping[str, float], total: str, result: Result, words: Words
) -> list[Row | None]:
    """The parts that are anything, then what they come to."""
    series: dict[str, Number] = {name: getattr(one, name) for name in parts}
    rows: list[Row | None] = [
        _row(one, name, parts[name], result, words)
        for name, found in series.items()
        if some(np.asarray(found))
    ]
    return [*rows, *([None] if rows else []), _row(one, total, 1.0, result, words)]


def _row(one: TaxReturn, name: str, sign: float, result: Result, words: Words) -> Row:
    return by_date(words.say(f"sheet.tax.{name}"), sign * np.asarray(getattr(one, name)), result, words)
