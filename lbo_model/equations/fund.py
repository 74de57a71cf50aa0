"""What a fund's investors pay its manager: the yearly fee, and the carried interest by tiers."""

import numpy as np

from lbo_model.equations.number import Number, ratio


def management_fee(
    commitment: Number, rate: Number, invested: Number, later_rate: Number, early: Number
) -> Number:
    """What a fund's manager charges its investors for a year.

    ``early * rate * commitment + (1 - early) * later_rate * invested``: a share of what they promised in the
    first years, then of the cost of what is still invested; ``early`` is the part of the year that belongs to
    the first years. Money a year. Source: Metrick and Yasuda, The Economics of Private Equity Funds (2010).
    """
    return early * rate * commitment + (1.0 - early) * later_rate * invested


def preferred_return(outstanding: Number, unpaid: Number, hurdle: Number, compounded: Number) -> Number:
    """Preferred return that a year adds: ``hurdle * (outstanding + compounded * unpaid)``.

    On contributions not yet given back; and where ``compounded`` is 1, not 0, on the preferred return of
    earlier years that is still unpaid. Money a year.
    """
    return hurdle * (outstanding + compounded * unpaid)


def catch_up_due(preferred_return: Number, carry: Number, catch_up: Number) -> Number:
    """Size of the catch-up tier: ``carry * preferred_return / (catch_up - carry)``.

    With ``catch_up`` of that tier the manager has ``carry`` of it and of the preferred return together. None
    where ``catch_up`` is not above ``carry``: the manager would never catch up. Money.
    """
    return ratio(carry * preferred_return, np.maximum(0.0, catch_up - carry), otherwise=0.0)


def carried_interest(in_catch_up: Number, beyond: Number, carry: Number, catch_up: Number) -> Number:
    """The manager's part of the last two tiers: ``catch_up * in_catch_up + carry * beyond``. Money."""
    return catch_up * in_catch_up + carry * beyond
