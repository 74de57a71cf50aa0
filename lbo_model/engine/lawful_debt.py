"""How much of a purchase may be borrowed where the law sets a limit, and what owners may borrow afterwards.

Acquisition debt is what the holding borrows, and what the factory borrows beyond what it keeps: its old debt
repaid, cash for its till or for machines. What the law refuses is cut from the most junior loan upwards.
"""

from collections.abc import Mapping

import numpy as np

from lbo_model import equations
from lbo_model.forms.levers import AcquisitionDebt
from lbo_model.position import Number
from lbo_model.scenario import Deal

STAFF = ("workers", "managers")


def bound(law: AcquisitionDebt, ordinary: Mapping[str, Number]) -> Number:
    """1.0 where the law binds the buyer, whose ordinary shares are given; 0.0 where staff are exempt."""
    if not law.staff_exempt:
        return 1.0
    of_staff = sum((ordinary[party] for party in STAFF if party in ordinary), 0.0)
    return np.where(np.greater(2.0 * of_staff, sum(ordinary.values(), 0.0)), 0.0, 1.0)


def lawful_loans(
    law: AcquisitionDebt,
    deal: Deal,
    loans: tuple[Number, ...],
    ebitda: Number,
    fixed_uses: Number,
    kept: Number,
    fee_rate: Number,
) -> tuple[Number, ...]:
    """Loans of closing day as the law leaves them to a buyer that it binds, in the order of rank.

    ``kept``: what the factory needs for itself. Its own loans pay for that first, with their fees, the most
    senior before the others.
    """
    terms = tuple(deal.funding.loans.values())
    ranks = [loan.rank for loan in terms]
    own = [amount if loan.entity == "factory" else 0.0 for loan, amount in zip(terms, loans, strict=True)]
    free = equations.paid_by_rank(kept / (1.0 - fee_rate), own, ranks)
    bought_with = [amount - left for amount, left in zip(loans, free, strict=True)]
    other = sum(free, 0.0)
    most: Number = np.inf
    if law.most_times_ebitda is not None:
        most = np.minimum(most, law.most_times_ebitda * np.maximum(ebitda, 0.0))
    if law.least_equity is not None:
        by_equity = equations.most_acquisition_debt(fixed_uses, other, law.least_equity, fee_rate)
        most = np.minimum(most, by_equity)
    allowed = equations.paid_by_rank(most, bought_with, ranks)
    return tuple(left + lent for left, lent in zip(free, allowed, strict=True))


def room_for_owners(law: AcquisitionDebt, uses: Number, ebitda: Number, owed: Number) -> Number:
    """The most that may be lent later to pay owners: both limits, less all that is ``owed`` that day.

    ``least_equity`` goes on being a share of the uses of closing day.
    """
    most: Number = np.inf
    if law.most_times_ebitda is not None:
        most = np.minimum(most, law.most_times_ebitda * ebitda)
    if law.least_equity is not None:
        most = np.minimum(most, (1.0 - law.least_equity) * uses)
    return np.maximum(0.0, most - owed)
