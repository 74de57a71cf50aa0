"""The fund's two sides: what its investors pay its manager, once all that the deal pays them is known.

The fund holds this one deal: what it promised and what it invested are what it paid into the companies. Its
manager is paid outside them: a yearly fee, which investors bring on top of the price, and a part of the gain.
The waterfall is that of a whole fund: it is drawn at each date on all that was contributed and distributed
since closing day, and the manager is paid what it is owed beyond what it already has. A fee contributed after
carried interest was paid lowers what is owed; at the end the manager gives back what it has too much.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic

import numpy as np

from lbo_model import equations
from lbo_model.engine.owners import returned_by, with_the_deal
from lbo_model.forms.fund import FundEconomics
from lbo_model.ledger import Flow
from lbo_model.position import Array, Cells, Number

INVESTORS, MANAGER = "fund", "fund_manager"


@dataclass(frozen=True)
class WaterfallOf(Generic[Cells]):
    """All that was contributed and distributed until a date, and the tiers that it goes through. Money."""

    contributed: Cells
    """By the investors, management fees included."""
    distributed: Cells
    """By the deal, before the manager's part: the sum of the four tiers."""
    contributions_returned: Cells
    preferred_return: Cells
    catch_up: Cells
    beyond: Cells
    carried_interest: Cells
    """The manager's part of the last two tiers."""


Waterfall = WaterfallOf[Number]
"""At one date."""
Waterfalls = WaterfallOf[Array]
"""At every date."""


def waterfall(
    economics: FundEconomics, contributions: Sequence[Number], distributions: Sequence[Number]
) -> list[Waterfall]:
    """The waterfall at each date, from what was contributed and distributed at each.

    Within a date the preferred return of the year comes first, then contributions, then distributions.
    """
    compounded = float(economics.hurdle_is == "compounded")
    contributed: Number = 0.0
    distributed: Number = 0.0
    preferred: Number = 0.0
    outstanding: Number = 0.0
    unpaid: Number = 0.0
    found = []
    for brought, received in zip(contributions, distributions, strict=True):
        preferred = preferred + equations.preferred_return(outstanding, unpaid, economics.hurdle, compounded)
        contributed, distributed = contributed + brought, distributed + received
        catch_up = equations.catch_up_due(preferred, economics.carry, economics.catch_up)
        returned, paid, caught_up, beyond = equations.paid_by_rank(
            distributed, [contributed, preferred, catch_up, np.inf]
        )
        outstanding, unpaid = contributed - returned, preferred - paid
        found.append(
            Waterfall(
                contributed=contributed,
                distributed=distributed,
                contributions_returned=returned,
                preferred_return=paid,
                catch_up=caught_up,
                beyond=beyond,
                carried_interest=equations.carried_interest(
                    caught_up, beyond, economics.carry, economics.catch_up
                ),
            )
        )
    return found


def house_of(
    economics: FundEconomics, flows: Sequence[Iterable[Flow]], last_date: Number
) -> tuple[list[tuple[Flow, ...]], list[Waterfall]]:
    """Payments between investors and manager at each date of a deal, and the waterfall behind them.

    Nothing is paid after ``last_date``: the sale, or the year in which the factory was wound up.
    """
    invested: Number = 0.0
    fees, contributions, distributions = [], [], []
    for date, payments in enumerate(flows):
        early = np.clip(economics.fee_years - (date - 1.0), 0.0, 1.0)
        fee = equations.management_fee(
            invested, economics.management_fee, invested, economics.later_fee, early
        )
        fees.append(np.where(np.less_equal(date, last_date), fee, 0.0))
        brought, received = with_the_deal(payments, (INVESTORS,))
        invested = invested + brought
        contributions.append(brought + fees[-1])
        distributions.append(received - returned_by(payments, (INVESTORS,)))
    tiers = waterfall(economics, contributions, distributions)
    carried = _carried_flows([one.carried_interest for one in tiers], last_date)
    charged = [Flow(INVESTORS, MANAGER, "management_fee", fee) for fee in fees]
    return [(fee, *carry) for fee, carry in zip(charged, carried, strict=True)], tiers


def _carried_flows(owed: Sequence[Number], last_date: Number) -> list[tuple[Flow, Flow]]:
    """Carried interest paid at each date, from what the manager is owed in all until then.

    What it has too much is given back at the end, not before: later distributions may make up for it. So it
    is where investors give money back after the sale.
    """
    paid: Number = 0.0
    flows = []
    for date, due in enumerate(owed):
        ends = np.greater_equal(date, last_date)
        given_back = np.where(ends, np.maximum(0.0, paid - due), 0.0)
        flows.append(
            (
                Flow(INVESTORS, MANAGER, "carried_interest", np.maximum(0.0, due - paid)),
                Flow(MANAGER, INVESTORS, "carried_interest_returned", given_back),
            )
        )
        paid = np.where(ends, due, np.maximum(paid, due))
    return flows
