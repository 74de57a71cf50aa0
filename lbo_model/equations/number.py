"""What every equation is made of: one number or an array of them, and a division that may meet a zero."""

import numpy as np
from numpy.typing import NDArray

Number = float | NDArray[np.float64]


def ratio(numerator: Number, denominator: Number, otherwise: Number = np.nan) -> Number:
    """``numerator / denominator``, and ``otherwise`` where the denominator is zero."""
    zero = np.equal(denominator, 0.0)
    return np.where(zero, otherwise, numerator / np.where(zero, 1.0, denominator))
