"""Random demand: news that fade, rare crises that come back in part each year, and a mean that stays one."""

import numpy as np

from lbo_model.equations.number import Number


def log_demand(before: Number, persistence: Number, volatility: Number, normal: Number) -> Number:
    """Logarithm of demand beside its middle, crises apart: ``persistence * before + volatility * normal``.

    ``before``: the year before's. ``normal``: the year's news, of mean zero and standard deviation one.
    """
    return persistence * before + volatility * normal


def log_variance(before: Number, persistence: Number, volatility: Number) -> Number:
    """Variance of that logarithm: ``persistence ** 2 * before + volatility ** 2``."""
    return persistence**2 * before + volatility**2


def demand_missing(before: Number, rebound: Number, depth: Number, struck: Number) -> Number:
    """Part of demand that crises have taken away:
    ``1 - (1 - (1 - rebound) * before) * (1 - depth * struck)``.

    ``struck``: 1 in a year of crisis, else 0. A year's crisis owes nothing to those before, so that the
    chance in its place, and the mean of the year before, give the mean.
    """
    return 1.0 - (1.0 - (1.0 - rebound) * before) * (1.0 - depth * struck)


def lucky_demand(log_demand: Number, log_variance: Number, missing: Number, mean_missing: Number) -> Number:
    """Demand beside its mean, which is one:
    ``exp(log_demand - log_variance / 2) * (1 - missing) / (1 - mean_missing)``.
    """
    return np.exp(log_demand - log_variance / 2.0) * (1.0 - missing) / (1.0 - mean_missing)
