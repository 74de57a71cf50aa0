"""The largest number at which something still holds, for a whole batch at once."""

from collections.abc import Callable
from typing import Any

import numpy as np

from lbo_model.position import Array

PARTS = 64
ROUNDS = 8
"""Eight rounds of 64 parts leave less than a hundred millionth of a millionth of the first width."""


def largest(holds: Callable[[Array], Any], low: Array, high: Array) -> Array:
    """The largest number between two ends, of shape ``B``, at which something holds.

    ``holds`` takes an array of shape ``(PARTS + 1,) + B`` and says yes or no in each cell. Each round cuts
    what is left in ``PARTS`` parts and keeps the one behind the last yes; so what holds, fails and holds
    again between two parts of the first round may be missed. ``high`` where it holds up to there; NaN where
    it holds nowhere.
    """
    steps = np.arange(PARTS + 1).reshape(-1, *(1,) * np.ndim(low)) / PARTS
    found = np.zeros(np.shape(low), dtype=bool)
    for _ in range(ROUNDS):
        tried = low + (high - low) * steps
        yes = np.broadcast_to(holds(tried), tried.shape)
        found = found | np.any(yes, axis=0)
        last = np.where(np.any(yes, axis=0), PARTS - np.argmax(yes[::-1], axis=0), 0)
        low = np.take_along_axis(tried, last[None], axis=0)[0]
        high = np.take_along_axis(tried, np.minimum(last + 1, PARTS)[None], axis=0)[0]
    return np.where(found, low, np.nan)
