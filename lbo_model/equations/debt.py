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


def paid_by_rank(available: Number, claims: Iterable[Number]) -> list[Number]:
    """What each claim receives when those before it are served first: ``min(claim, what is left)``."""
    left = np.maximum(available, 0.0)
    payments: list[Number] = []
    for claim in claims:
        payment = np.minimum(claim, left)
        left = left - payment
        payments.append(payment)
    return payments
