"""What is left for machines, lenders and owners."""

import numpy as np

from lbo_model.equations.number import Number


def capex_lenders_first(free_cash: Number, target: Number, floor: Number) -> Number:
    """Machines bought out of what debt service leaves: ``free_cash`` between the floor and the target."""
    return np.minimum(np.maximum(free_cash, np.minimum(floor, target)), target)


def drawn(shortage: Number, undrawn: Number) -> Number:
    """What a credit line lends: the shortage, as far as the line goes."""
    return np.minimum(np.maximum(shortage, 0.0), undrawn)


def swept(excess: Number, share: Number, balance: Number) -> Number:
    """Early repayment out of the year's excess cash: ``min(balance, share * excess)``."""
    return np.minimum(np.maximum(balance, 0.0), share * np.maximum(excess, 0.0))
