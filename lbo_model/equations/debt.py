"""Interest and principal; who is paid when there is not enough for all."""

from collections.abc import Iterable

import numpy as np

from lbo_model.equations.number import Number, ratio


def floating_rate(base_rate: Number, floor: Number, margin: Number) -> Number:
    """Rate of a loan that follows the market: ``max(base_rate, floor) + margin``. A year."""
    return np.maximum(base_rate, floor) + margin


def interest_on_opening(rate: Number, opening: Number) -> Number:
    """Interest on the balance at the start of the year: ``rate * opening``."""
    return rate * opening


def interest_on_average(rate: Number, opening: Number, closing: Number) -> Number:
    """Interest on the mean of both balances (principal paid mid-year): ``rate * (opening + closing) / 2``."""
    return rate * (opening + closing) / 2.0


def annuity_principal(balance: Number, rate: Number, years_left: Number) -> Number:
    """Principal in the next level payment: ``balance * rate / ((1 + rate) ** years_left - 1)``.

    At rate zero, ``balance / years_left``. Level payments come out without storing the payment, and a balance
    repaid early or a rate that moves only changes the next payments.
    """
    growth = np.expm1(years_left * np.log1p(rate))
    level = ratio(rate, growth, otherwise=0.0)
    return balance * np.where(np.equal(rate, 0.0), 1.0 / years_left, level)


def linear_principal(original: Number, years: Number) -> Number:
    """Principal in equal parts: ``original / years``."""
    return original / years


def left_at_maturity(due: Number, other_debt: Number, up_to_leverage: Number, ebitda: Number) -> Number:
    """What lenders leave of a loan that falls due, so that all debt stays within a multiple of EBITDA.

    ``min(due, max(0, up_to_leverage * max(0, ebitda) - other_debt))``. Money.
    """
    room = up_to_leverage * np.maximum(0.0, ebitda) - other_debt
    return np.minimum(due, np.maximum(0.0, room))


def most_debt(leverage: Number, ebitda: Number) -> Number:
    """The net debt that a leverage covenant allows: ``leverage * max(0, ebitda)``. Money."""
    return leverage * np.maximum(0.0, ebitda)


def commitment_fee(limit: Number, drawn: Number, fee: Number) -> Number:
    """Fee on the part of a credit line that is not drawn: ``fee * max(0, limit - drawn)``."""
    return fee * np.maximum(0.0, limit - drawn)


def paid_by_rank(
    available: Number, claims: Iterable[Number], ranks: Iterable[int] | None = None
) -> list[Number]:
    """What each claim receives when those before it are served first: ``min(claim, what is left)``.

    Without ``ranks`` each claim comes after the one before it. With them the lowest come first, and claims of
    one rank share what is left for them in proportion (pari passu).
    """
    waiting = list(claims)
    left = np.maximum(available, 0.0)
    places = list(range(len(waiting)) if ranks is None else ranks)
    payments: list[Number] = [0.0] * len(waiting)
    for rank in sorted(set(places)):
        equals = [place for place, other in enumerate(places) if other == rank]
        total = sum((waiting[place] for place in equals[1:]), waiting[equals[0]])
        paid = np.minimum(total, left)
        left = left - paid
        for place in equals:
            payments[place] = paid if len(equals) == 1 else waiting[place] * ratio(paid, total, otherwise=0.0)
    return payments
