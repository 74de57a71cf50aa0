"""A table of a sheet, and how its cells are written."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lbo_model.engine import Result
from lbo_model.position import Array
from lbo_model.words import Words

A_CENT = 0.01
NOTHING = "–"

Row = tuple[str, list[str]]


@dataclass(frozen=True)
class Block:
    """A title and its rows; columns have heads or none. An empty row is a line: a total follows."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Row | None]


def millions(amount: float, words: Words) -> str:
    """An amount; a dash where there is none."""
    return NOTHING if np.isnan(amount) or abs(amount) <= A_CENT else words.show(amount, "millions")


def times(ratio: float, words: Words) -> str:
    """Always two decimals, so that columns align."""
    if np.isnan(ratio):
        return NOTHING
    return words.say("formats.multiple", amount=words.show(ratio * 1e6, "millions"))


def percent(share: float, words: Words) -> str:
    """A share, to the nearest hundredth."""
    return NOTHING if np.isnan(share) else words.show(share, "percent_short")


def some(series: Array) -> bool:
    """Whether there is anything at any date."""
    return bool(np.any(np.abs(np.nan_to_num(series)) > A_CENT))


def dates(result: Result) -> list[int]:
    """The dates that a deal lived, closing day included."""
    return [int(date) for date in np.flatnonzero(~np.isnan(result.positions.machines))]


def heads(result: Result, words: Words) -> list[str]:
    """The heads of columns by date: closing day, then years."""
    return [str(result.start + date) if date else words.say("cli.closing_day") for date in dates(result)]


def by_date(label: str, series: Array, result: Result, words: Words) -> Row:
    """A row of amounts, one a date."""
    return label, [millions(float(series[date]), words) for date in dates(result)]


def leases(result: Result) -> bool:
    """Whether rents of leased machines are due."""
    return bool(result.positions.rents_due)


# --- names --------------------------------------------------------------------------------------------------


def ebitda_name(result: Result, words: Words) -> str:
    """What the EBITDA that a price is a multiple of is called."""
    return words.say("sheet.ebitda_before_rents" if leases(result) else "sheet.ebitda")


def loan_name(name: str, lender: str, words: Words) -> str:
    """A loan by the file's word for it, and who lends."""
    return words.say("cli.named_loan", name=name.replace("_", " "), lender=words.say(f"parties.{lender}"))


def held(party: str, kind: str, words: Words) -> str:
    """Who holds what kind of owners' money."""
    return words.say("sheet.held", party=words.say(f"parties.{party}"), kind=words.say(f"sheet.kind.{kind}"))
