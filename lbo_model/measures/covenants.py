"""How near a deal comes to what its lenders ask of its accounts."""

import numpy as np
from numpy.typing import NDArray

from lbo_model import equations
from lbo_model.engine import Result
from lbo_model.measures.burden import cover_after_needed_capex, interest_cover, leverage
from lbo_model.position import Array


def covenant_headroom(result: Result) -> dict[str, dict[str, Array]]:
    """Of each covenant of a deal, by date: the ``ratio``, the ``limit``, and the ``headroom`` between them.

    Headroom is the share by which EBITDA may still fall, or the cash for debt of ``cover``: ``1 - ratio /
    limit`` for leverage, the most that is allowed; ``1 - limit / ratio`` for the two covers, the least that
    is. Below zero it is a breach; nothing where a cover is not above zero. Nothing for closing day, nor for
    the date of a sale. Empty for a deal without covenants.
    """
    covenants = result.deal.funding.covenants
    if covenants is None:
        return {}
    ratios = {
        "leverage": (covenants.leverage, leverage(result)),
        "cover": (covenants.cover, cover_after_needed_capex(result)),
        "interest_cover": (covenants.interest_cover, interest_cover(result)),
    }
    answer = {}
    for name, (limits, ratio) in ratios.items():
        if limits is None:
            continue
        limit = np.stack([limits.at(date) + np.zeros(result.shape) for date in range(result.dates)], axis=-1)
        if name == "leverage":
            used = equations.ratio(ratio, limit)
        else:
            used = np.where(ratio > 0.0, equations.ratio(limit, ratio), np.nan)
        headroom = np.where(_tested(result), 1.0 - used, np.nan)
        answer[name] = {"ratio": ratio, "limit": limit, "headroom": headroom}
    return answer


def _tested(result: Result) -> NDArray[np.bool_]:
    dates = np.arange(result.dates)
    last = result.deal.exit.year if result.form.sells else result.dates
    return (dates > 0) & (dates < last)
