"""What machines bought or not did to the factory, by date; NaN where behaviour is ``mechanics``."""

import numpy as np

from lbo_model.engine import Result
from lbo_model.position import Array


def capacity(result: Result) -> Array:
    """Sales that the machines can make in the year. Money."""
    return _where_full(result, result.lines.capacity)


def orders_turned_away(result: Result) -> Array:
    """Orders of the year that the machines could not serve. Money."""
    return _where_full(result, result.lines.turned_away)


def equipment(result: Result) -> Array:
    """What the machines as they are would cost at the day's prices. Money."""
    return _where_full(result, result.positions.equipment)


def quality(result: Result) -> Array:
    """Quality of the parts at each date beside rivals who renew their machines: 1 is as good."""
    qualities = result.positions.qualities
    return _where_full(result, qualities[-1] if qualities else result.positions.market_share)


def market_share(result: Result) -> Array:
    """Share of the market in the year, beside that of closing day."""
    return _where_full(result, result.positions.market_share)


def _where_full(result: Result, series: Array) -> Array:
    return series if result.behaviour == "full" else np.full_like(series, np.nan)
