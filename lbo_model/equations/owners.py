"""How owners share a gain by a rule of their own: the ratchet of a management package."""

import numpy as np

from lbo_model.equations.number import Number, ratio


def ratchet_hurdle(hurdle: Number, above: Number, brought: Number, received: Number) -> Number:
    """What owners must still receive to have earned a yearly rate: ``hurdle * (1 + above) + brought -
    received``.

    Below zero once they have earned more. Money.
    """
    return hurdle * (1.0 + above) + brought - received


def ratchet_tier(hurdle: Number, reached: Number, share: Number) -> Number:
    """Proceeds that bring owners from what they have ``reached`` to a hurdle, managers taking a share on the
    way.

    ``max(0, hurdle - reached) / (1 - share)``. Money.
    """
    return ratio(np.maximum(0.0, hurdle - reached), 1.0 - share)
