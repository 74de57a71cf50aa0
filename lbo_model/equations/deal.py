"""Closing day and sale."""

import numpy as np

from lbo_model.equations.number import Number, ratio


def total_uses(fixed_uses: Number, debt_fixed: Number, debt_per_use: Number, fee_rate: Number) -> Number:
    """Uses of a deal whose financing fee depends on its debt, and its debt on its uses.

    With ``debt = debt_fixed + debt_per_use * uses`` and ``uses = fixed_uses + fee_rate * debt``:
    ``(fixed_uses + fee_rate * debt_fixed) / (1 - fee_rate * debt_per_use)``.
    """
    return (fixed_uses + fee_rate * debt_fixed) / (1.0 - fee_rate * debt_per_use)


def most_acquisition_debt(
    fixed_uses: Number, other_debt: Number, least_equity: Number, fee_rate: Number
) -> Number:
    """The most that may be borrowed for a purchase of which owners must bring a share.

    With ``uses = fixed_uses + fee_rate * (debt + other_debt)`` and ``debt + other_debt = (1 - least_equity) *
    uses``: ``((1 - least_equity) * (fixed_uses + fee_rate * other_debt) - other_debt) / (1 - (1 -
    least_equity) * fee_rate)``, never below zero. Money.
    """
    lent = 1.0 - least_equity
    beside = lent * (fixed_uses + fee_rate * other_debt) - other_debt
    return np.maximum(0.0, beside / (1.0 - lent * fee_rate))


def enterprise_value(multiple: Number, ebitda: Number) -> Number:
    """What the whole enterprise is worth: ``multiple * ebitda``, never below zero."""
    return np.maximum(0.0, multiple * ebitda)


def price_of_shares(enterprise_value: Number, cash: Number, debts: Number) -> Number:
    """From enterprise value to shares: ``enterprise_value + cash - debts``."""
    return enterprise_value + cash - debts


def converted(available: Number, claim: Number, other_claims: Number, share: Number) -> Number:
    """What a holder of convertible preference shares takes by converting them; nothing where not converting
    is better.

    ``share * max(0, available - other_claims)`` where that is above ``min(claim, max(0, available))``. Money.
    """
    rest = share * np.maximum(0.0, available - other_claims)
    return np.where(np.greater(rest, np.minimum(claim, np.maximum(0.0, available))), rest, 0.0)


def debt_service_cover(cash: Number, debt_service: Number) -> Number:
    """Debt service coverage ratio: ``cash / debt_service``; none where nothing is due."""
    return ratio(cash, debt_service)
