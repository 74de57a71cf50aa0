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


def gain_shared(share: Number, received: Number, money_in: Number) -> Number:
    """Workers' share of their owners' gain at a sale: ``share * max(0, received - money_in)``. Money.

    ``money_in``: what owners have brought less what they were paid before; below zero once they have more
    back than they brought.
    """
    return share * np.maximum(0.0, received - np.asarray(money_in))


def asked_back(share: Number, lately: Number, sale: Number, brought: Number, received: Number) -> Number:
    """What an owner who sold may be asked for where the factory closes soon after.

    ``min(share * (lately + max(0, sale - brought)), max(0, received - brought))``. Money. ``lately``: paid by
    the companies in its last years, before the sale; ``sale``: what the sale brought it; ``received``: all
    that it was ever paid. So it is never left with less than it brought.
    """
    asked = share * (lately + np.maximum(0.0, sale - np.asarray(brought)))
    return np.minimum(asked, np.maximum(0.0, received - np.asarray(brought)))
