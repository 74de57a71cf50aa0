"""The largest debt that a factory's earnings serve, and the least earnings that serve its debt."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lbo_model import equations
from lbo_model.engine import batch_shape, play
from lbo_model.engine.target import factory_for_sale
from lbo_model.measures import least_cover
from lbo_model.position import Array, Number
from lbo_model.quantities import TOLERANCE, Series
from lbo_model.scenario import Deal, DetailedOperations, Scenario
from lbo_model.scenario.paths import declaration
from lbo_model.studies.search import largest
from lbo_model.studies.values import vary

Cells = NDArray[np.bool_]


@dataclass(frozen=True)
class Debt:
    """The most that can be borrowed, of shape ``B``."""

    times_ebitda: Array
    """In times the EBITDA of the deal's price."""
    amount: Array


@dataclass(frozen=True)
class Earnings:
    """The least EBITDA that a deal needs, of shape ``B``."""

    share: Array
    """As a share of the closing year's."""
    amount: Array
    """What the closing year would have earned at the margin that is needed."""


def bearable_debt(scenario: Scenario, deal: str, cover: ArrayLike, *, before_capex: bool = False) -> Debt:
    """The largest debt whose service the factory's cash covers at least ``cover`` times, every year.

    What moves is the size of all loans together, each keeping its part of the whole; the owner who brings the
    rest brings less. What is held is the price, the terms of the loans and the plan. Cover is cash for debt
    over interest and principal due, in the worst year until the exit: once the needed machines have been
    bought, or before any machine (``before_capex``). Where earnings would bear more than there is to pay for,
    all of it is borrowed; where the law limits acquisition debt, no more than it allows. Money that a file
    declares as still to be found is taken as found.

    NaN where there is no loan, where no stake is the rest, and where even the smallest loan is too large.
    """
    asked = np.asarray(cover, dtype=np.float64)
    shape = np.broadcast_shapes(batch_shape(scenario), asked.shape)
    given, closing = scenario.deals[deal], play(scenario, deal, batch_shape(scenario)).closing
    lent = sum(closing.loans, np.zeros(shape))
    if not any(stake.rest for stake in given.funding.equity.values()):
        lent = np.zeros(shape)
    parts = [equations.ratio(loan, lent, otherwise=0.0) for loan in closing.loans]
    fee = 0.0 if given.fees.financing is None else given.fees.financing.share_of_debt
    price = sum(closing.uses.values(), 0.0) - sum(closing.financing_fees, 0.0) - closing.left_over
    whole = np.broadcast_to(equations.total_uses(price, 0.0, 1.0, fee), shape)

    def bears(debt: Array) -> Cells:
        sizes = _sizes(given, f"deals.{deal}", [part * debt for part in parts])
        result = play(vary(scenario, sizes), deal, debt.shape)
        closing = result.closing
        excess = closing.forbidden["over_financed"] | np.greater(closing.debt_refused, TOLERANCE)
        return (least_cover(result, before_capex=before_capex) >= asked) & ~excess & (lent > 0.0)

    found = largest(bears, np.zeros(shape), whole)
    amount = np.where(found > 0.0, found, np.nan)
    return Debt(
        times_ebitda=np.asarray(equations.ratio(amount, np.maximum(closing.ebitda, 0.0))), amount=amount
    )


def ebitda_needed(scenario: Scenario, deal: str, cover: ArrayLike, *, before_capex: bool = False) -> Earnings:
    """The EBITDA at which the service of the debt is covered exactly ``cover`` times in the worst year.

    What moves is the margin of every year after closing, by the same part of sales: ``purchases`` where costs
    are told apart, ``ebitda_margin`` where they are not. Sales, staff and machines stay. What is held is
    closing day: the price and the loans are the amounts that they were, so that this is how far the earnings
    of a factory that has been bought may fall for good. Cover as in ``bearable_debt``.

    NaN where nothing is due, where no margin within the declared range gives that cover, and for a deal that
    follows another, whose price is not its own.
    """
    asked = np.asarray(cover, dtype=np.float64)
    shape = np.broadcast_shapes(batch_shape(scenario), asked.shape)
    if scenario.deals[deal].price.as_sold:
        return Earnings(np.full(shape, np.nan), np.full(shape, np.nan))
    given, closing = scenario.deals[deal], play(scenario, deal, batch_shape(scenario)).closing
    path = f"deals.{deal}"
    held = {
        f"{path}.price.multiple": None,
        f"{path}.price.amount": closing.enterprise_value,
        **_sizes(given, path, closing.loans),
    }
    margin = _Margin(scenario, shape)

    def covers(lower: Array) -> Cells:
        result = play(vary(scenario, {**held, margin.path: margin.lower_by(lower)}), deal, lower.shape)
        return least_cover(result, before_capex=before_capex) >= asked

    found = largest(covers, margin.least, margin.most)
    today = factory_for_sale(scenario).today
    amount = today.ebitda - np.where(found < margin.most, found, np.nan) * today.sales
    return Earnings(
        share=np.asarray(equations.ratio(amount, np.maximum(today.ebitda, 0.0))), amount=np.asarray(amount)
    )


class _Margin:
    """The declared number that makes the EBITDA margin of a factory, and how far it may be lowered."""

    def __init__(self, scenario: Scenario, shape: tuple[int, ...]) -> None:
        operations = scenario.factory.operations
        name = "purchases" if isinstance(operations, DetailedOperations) else "ebitda_margin"
        series: Series = getattr(operations, name)
        self.path = f"factory.operations.{name}"
        self._ends = declaration(scenario, self.path).quantity
        self._sign = 1.0 if name == "purchases" else -1.0
        dates = max(2, series.values.shape[-1])
        self._years = [np.broadcast_to(series.at(date), shape) for date in range(dates)]
        later = self._sign * np.stack(self._years[1:])
        ends = sorted((self._sign * self._ends.low, self._sign * self._ends.high))
        self.least = np.minimum(0.0, ends[0] - later.min(axis=0))
        self.most = np.maximum(0.0, ends[1] - later.max(axis=0))

    def lower_by(self, points: Array) -> Series:
        """The number by date, with ``points`` of sales less margin in every year after closing."""
        first, *later = self._years
        moved = [np.clip(year + self._sign * points, self._ends.low, self._ends.high) for year in later]
        return Series(np.stack([first + 0.0 * points, *moved], axis=-1))


def _sizes(deal: Deal, path: str, amounts: Sequence[Number]) -> dict[str, Any]:
    """Changes that make each loan a fixed amount, whatever its size was said to be."""
    changes: dict[str, Any] = {}
    for (name, loan), amount in zip(deal.funding.loans.items(), amounts, strict=True):
        size = f"{path}.funding.loans.{name}.size"
        changes |= {f"{size}.{loan.size.kind}": False if loan.size.rest else None, f"{size}.amount": amount}
    return changes
