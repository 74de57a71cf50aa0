"""Loans of a later year: a dividend paid out of new debt, or the purchase debt moved down to the factory."""

from dataclasses import replace

import numpy as np

from lbo_model import equations
from lbo_model.engine.bookkeeping import Payments
from lbo_model.engine.lawful_debt import room_for_owners
from lbo_model.engine.setting import Setting
from lbo_model.position import Number, Year
from lbo_model.scenario import Loan


def lent_later(setting: Setting, year: Year, payments: Payments, reach: Number, date: int) -> Payments:
    """The year's payments with what lenders lend at its end, once all else is paid.

    What a loan brings, less its fee, goes to owners, or repays the holding's other loans by rank. The factory
    sends up what it borrows for either, and borrows no more than it may send up: ``reach`` is the most of the
    year. Where the law limits acquisition debt, no more is lent for owners than it leaves.
    """
    for number, loan in enumerate(setting.deal.funding.loans.values()):
        if loan.drawn == date:
            payments = _lent(setting, year, payments, reach, number)
    return payments


def _lent(setting: Setting, year: Year, paid: Payments, reach: Number, number: int) -> Payments:
    deal, opening = setting.deal, year.opening
    loans = tuple(deal.funding.loans.values())
    loan = loans[number]
    balances = tuple(
        balance + added + drawn - repaid
        for balance, added, drawn, repaid in zip(
            opening.loans, paid.capitalised, paid.drawn, paid.principal, strict=True
        )
    )
    lent: Number = opening.standing * _amount(loan, year, paid, balances)
    at_factory = loan.entity == "factory" and setting.form.has_holding
    if at_factory:
        # Its fee lowers the year's profit, so that loan and fee together stay within reach.
        lent = np.minimum(lent, np.maximum(0.0, reach - paid.sent_up))
    if loan.purpose == "owners":
        lent = _lawful(
            setting, year, paid, balances, lent * (1.0 - opening.breached) * (1.0 - paid.relief.tried)
        )
    rate = 0.0 if deal.fees.financing is None else deal.fees.financing.share_of_debt
    proceeds = lent * (1.0 - rate)
    principal, refinanced, out = list(paid.principal), list(paid.refinanced), paid.paid_out
    if loan.purpose == "owners":
        out = out + proceeds
        used = proceeds
    else:
        others = [one for one, other in enumerate(loans) if one != number and other.entity == "holding"]
        repaid = equations.paid_by_rank(
            proceeds, [balances[one] for one in others], [loans[one].rank for one in others]
        )
        for one, amount in zip(others, repaid, strict=True):
            principal[one], refinanced[one] = principal[one] + amount, refinanced[one] + amount
        used = np.asarray(sum(repaid, 0.0))
    ranks = [one.rank for one in deal.funding.preferred.values()]
    claims = [claim + grown for claim, grown in zip(opening.preferred, paid.preferred_grown, strict=True)]
    return replace(
        paid,
        principal=tuple(principal),
        refinanced=tuple(refinanced),
        paid_out=out,
        preferred_paid=tuple(equations.paid_by_rank(out, claims, ranks)),
        sent_up=paid.sent_up + (used if at_factory else 0.0),
        drawn=_with(paid.drawn, number, lent),
        fees=_with(paid.fees, number, lent * rate),
    )


def _lawful(
    setting: Setting, year: Year, paid: Payments, balances: tuple[Number, ...], lent: Number
) -> Number:
    """What the law leaves of a loan for owners."""
    law, closing = setting.scenario.policy.acquisition_debt, setting.closing
    if law is None:
        return lent
    owed = sum(balances, year.opening.revolver + paid.revolver_drawn - paid.revolver_repaid)
    ebitda = np.maximum(0.0, year.operations.ebitda_before_rents)
    room = room_for_owners(law, sum(closing.uses.values(), 0.0), ebitda, owed)
    return np.where(np.greater(closing.debt_bound, 0.0), np.minimum(lent, room), lent)


def _amount(loan: Loan, year: Year, paid: Payments, balances: tuple[Number, ...]) -> Number:
    """How much is lent: an amount, a multiple of the year's EBITDA, or what brings net debt up to one; EBITDA
    before rents, net debt with leases.
    """
    ebitda = np.maximum(0.0, year.operations.ebitda_before_rents)
    if loan.size.amount is not None:
        return loan.size.amount
    if loan.size.times_ebitda is not None:
        return loan.size.times_ebitda * ebitda
    assert loan.size.up_to_leverage is not None, "a later loan has one of three sizes"
    opening = year.opening
    drawn = opening.revolver + paid.revolver_drawn - paid.revolver_repaid
    owed = (*balances, *opening.lease_debt_due[1:])
    net_debt = sum(owed, drawn + opening.gap + paid.leased) - paid.cash_left
    return np.maximum(0.0, loan.size.up_to_leverage * ebitda - net_debt)


def _with(amounts: tuple[Number, ...], number: int, amount: Number) -> tuple[Number, ...]:
    return tuple(one + (amount if place == number else 0.0) for place, one in enumerate(amounts))
