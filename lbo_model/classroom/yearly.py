"""The numbers of figures that follow a deal year by year or part by part, each read from a run.

A year that a factory does not live, because it has closed, is ``None``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from lbo_model import measures
from lbo_model.classroom.cases import Case
from lbo_model.engine.owners import GIVEN_BACK
from lbo_model.equations import ratio
from lbo_model.position import Array, Positions, Status

Yearly = tuple[float | None, ...]
"""One amount a year, from year 1 to the exit year."""

SETTLED = ("sale_proceeds", "par_repaid", "liquidation_rest")
"""Why an owner is paid at the end, whatever the end; its preferred money comes beside."""


@dataclass(frozen=True)
class Years:
    """What the money of each year went to, in both companies together, before a sale or a winding-up."""

    to_lenders: Yearly
    """Interest and repayments out of the year's cash."""
    machines: Yearly
    tax_and_workers: Yearly
    """Tax on profit, and the workers' share of profit paid this year with its levy."""
    to_owners: Yearly
    """Dividends, preferred money repaid, interest on shares and the fee of the owner's manager."""
    kept: Yearly
    """What the year added to the tills, or took from them."""
    debt: Yearly
    """What lenders are owed at each date, from the evening of closing to the eve of the end."""


@lru_cache(maxsize=128)
def of_years(case: Case) -> Years:
    """The years of a deal, until its exit year."""
    result = case.result
    lines, ledger = result.lines, result.ledger
    owners = {*result.closing.stakes, result.form.owner}
    out = sum(ledger.received(party, ("dividend",)) for party in owners)
    out = sum(lines.preferred_paid, np.asarray(out))
    interest = result.positions.share_interest_owed
    owed = result.positions.participation_owed + result.positions.levy_owed
    owed = owed + result.positions.labour_share_owed[0]
    cash = _until_the_eve(case, _cash)
    return Years(
        to_lenders=_lived(case, measures.debt_service_paid(result)),
        machines=_lived(case, lines.capex),
        tax_and_workers=_lived(case, lines.group_tax + _paid_a_year_later(case, owed)),
        to_owners=_lived(case, out + lines.charge + _paid_a_year_later(case, interest)),
        kept=_lived(case, np.diff(cash, prepend=cash[0])),
        debt=_lived(case, _until_the_eve(case, _lent), first=0),
    )


@lru_cache(maxsize=128)
def of_hundred(case: Case) -> Mapping[str, float]:
    """What becomes of every 100 of sales in the year before closing; the parts add up to 100."""
    lines = case.result.lines
    parts: dict[str, Any] = {
        "suppliers": lines.purchases + lines.other_costs + lines.rent,
        "pay": lines.gross_pay + lines.employer_charges,
        "production_taxes": lines.production_taxes,
        "left": lines.ebitda,
        "value_added": lines.value_added,
    }
    sales = lines.sales[0]
    return {part: 100.0 * float(ratio(amount[0], sales, otherwise=0.0)) for part, amount in parts.items()}


def owed_to_lenders_at_closing(case: Case) -> float:
    """What was borrowed for the deal, on the evening of closing day."""
    return float(sum(case.result.closing.loans, 0.0))


def paid_to_lenders(case: Case) -> float:
    """Interest and repayments of all years until the end, the sale left out."""
    return sum(amount for amount in of_years(case).to_lenders if amount is not None)


@lru_cache(maxsize=512)
def at_the_end(case: Case, party: str) -> float:
    """What a party has as an owner once the deal has ended: paid to it, less what it gave back after the
    sale, or still its own where nobody sells.

    A co-operative's workers have their stakes, and the interest voted on them; what they are owed as
    employees is left out.
    """
    result, date = case.result, case.result.deal.exit.year
    if party not in result.closing.stakes and party != result.form.owner:
        return 0.0
    paid = ordinary_at_the_end(case, party) + preferred_at_the_end(case, party)
    if result.form.sells:
        return paid - float(result.ledger.paid(party, (GIVEN_BACK,))[result.counted].sum())
    held = float(result.claims_end.get(party, 0.0))
    if party == "workers":
        end = result.positions
        held -= float(end.participation_owed[date] + sum(end.labour_share_owed, 0.0 * end.levy_owed)[date])
    return paid + max(0.0, held)


def ordinary_at_the_end(case: Case, party: str) -> float:
    """What the sale or the winding-up pays a party for its shares, whenever it comes."""
    until = slice(0, case.result.deal.exit.year + 1)
    return float(case.result.ledger.received(party, SETTLED)[until].sum())


def preferred_at_the_end(case: Case, party: str) -> float:
    """What the sale or the winding-up pays a party for its shareholder loans and preference shares."""
    kinds = zip(
        case.result.deal.funding.preferred.values(), case.result.lines.preferred_paid_at_sale, strict=True
    )
    until = slice(0, case.result.deal.exit.year + 1)
    return float(sum((np.nansum(paid[until]) for one, paid in kinds if one.holder == party), 0.0))


def _lived(case: Case, series: Array, first: int = 1) -> Yearly:
    """A series until the exit year; nothing after the year in which the factory stopped."""
    last = int(case.result.last_date)
    return tuple(
        float(series[date]) if date <= last else None for date in range(first, case.result.deal.exit.year + 1)
    )


def _paid_a_year_later(case: Case, owed: Array) -> Array:
    """What was owed at the end of the year before and is paid this year, unless the factory stops first."""
    due = np.concatenate([[0.0], owed[:-1]])
    if int(case.result.eve.factory_status) == Status.LIQUIDATED:
        due[int(case.result.last_date)] = 0.0
    return due


def _until_the_eve(case: Case, read: Any) -> Array:
    """A stock at each date, as it stood before a sale or a winding-up."""
    series = np.array(read(case.result.positions), dtype=np.float64)
    series[int(case.result.last_date)] = float(read(case.result.eve))
    return series


def _cash(position: Positions) -> Array:
    return np.asarray(position.factory_cash + position.holding_cash)


def _lent(position: Positions) -> Array:
    return np.asarray(sum(position.loans, position.revolver))


def total(amounts: Sequence[float | None]) -> float:
    """The sum of the years lived."""
    return sum(amount for amount in amounts if amount is not None)
