"""The highest price that a buyer can pay and still earn the return that it requires."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lbo_model import equations
from lbo_model.engine import Result, batch_shape, play
from lbo_model.engine.closing import Closing
from lbo_model.measures import owner_return
from lbo_model.position import Array
from lbo_model.quantities import TOLERANCE
from lbo_model.scenario import Scenario
from lbo_model.scenario.paths import declaration
from lbo_model.studies.search import largest
from lbo_model.studies.values import vary

Cells = NDArray[np.bool_]


@dataclass(frozen=True)
class Bid:
    """The most that a buyer can pay, of shape ``B``."""

    multiple: Array
    """In times EBITDA, on the basis of the deal's price."""
    amount: Array
    """The same in money: what the whole enterprise is bought for."""
    exit_multiple: Array
    """The multiple at the exit, held while the price moved."""


def highest_price(scenario: Scenario, deal: str, required_return: ArrayLike) -> Bid:
    """The highest price at which the owner of a deal still earns the return that it requires, a year.

    What moves is ``price.multiple``, over its declared range. What is held is the multiple at the exit: the
    one that the scenario says before the price moves (a change is added to its own entry multiple), or a
    dearer purchase would make its own resale dearer. Loans follow as the deal sizes them: times EBITDA stay,
    a share of uses grows. A price counts only if sources cover it and the law allows it. Where a dearer price
    would break the deal, the owner may earn more than it asks and still not pay more. For a family that keeps
    its factory, it is the price at which keeping still earns the return.

    NaN where no price does, where none within the range is too dear, for co-operative shares, of which no
    rate is computed, and for a deal that follows another, whose price is that sale. ``required_return`` may
    be an array, or the scenario hold some: the answer has their common shape ``B``.
    """
    wanted = np.asarray(required_return, dtype=np.float64)
    shape = np.broadcast_shapes(batch_shape(scenario), wanted.shape)
    unknown = np.full(shape, np.nan)
    if scenario.deals[deal].price.as_sold:
        return Bid(unknown, unknown, unknown)
    path, before = f"deals.{deal}", play(scenario, deal, batch_shape(scenario)).closing
    resale = np.asarray(scenario.deals[deal].exit.multiple_after(before.multiple))
    price, end = (declaration(scenario, f"{path}.{name}.multiple").quantity for name in ("price", "exit"))
    held = np.clip(resale, end.low, end.high)

    def bought_at(multiple: Array) -> Result:
        return play(at_price(scenario, deal, multiple, held), deal, multiple.shape)

    def not_too_dear(multiple: Array) -> Cells:
        result = bought_at(multiple)
        owner = owner_return(result, result.form.owner)
        # Where lenders alone pay the price and more, its owner puts nothing in: cheap, if no answer.
        idle = (owner["paid_in"] <= TOLERANCE) | result.closing.forbidden["over_financed"]
        return (idle | (owner["irr"] >= wanted)) & ~_not_payable(result.closing)

    found = largest(not_too_dear, np.full(shape, price.low), np.full(shape, price.high))
    there = bought_at(np.where(np.isnan(found), price.low, found))
    earned = owner_return(there, there.form.owner)["irr"] >= wanted
    answered = earned & ~there.closing.not_financed & (found < price.high) & (resale <= end.high)
    multiple = np.where(answered, found, np.nan)
    return Bid(
        multiple=multiple,
        amount=np.asarray(equations.enterprise_value(multiple, before.ebitda)),
        exit_multiple=np.array(np.broadcast_to(resale, shape)),
    )


def at_price(scenario: Scenario, deal: str, multiple: ArrayLike, exit_multiple: ArrayLike) -> Scenario:
    """The scenario with one deal bought at another price, in times EBITDA, and sold at a multiple that the
    price does not move.
    """
    path = f"deals.{deal}"
    return vary(
        scenario,
        {
            f"{path}.price.amount": None,
            f"{path}.price.multiple": multiple,
            f"{path}.exit.multiple_change": None,
            f"{path}.exit.multiple": exit_multiple,
        },
    )


def _not_payable(closing: Closing) -> Cells:
    """Cells in which money is missing, or the law refuses the deal; money in excess is no obstacle."""
    unlawful = [cells for reason, cells in closing.forbidden.items() if reason != "over_financed"]
    return np.asarray(np.any(np.broadcast_arrays(np.greater(closing.missing, TOLERANCE), *unlawful), axis=0))
