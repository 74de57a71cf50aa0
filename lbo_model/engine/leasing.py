"""Machines rented instead of bought: what a lessor buys beside the factory, and the rents still to come.

Rents are costs of the year, so that the operations of an owner who leases are those of the factory less its
rents. What is still to come is kept year by year, as rents and as the part of them that pays for the
machines: that part, added up, is the lease debt, whatever rates the owners before agreed on.
"""

from dataclasses import replace

from lbo_model import equations
from lbo_model.position import Number, Operations, Position
from lbo_model.scenario import Deal

Due = tuple[Number, ...]
"""Amounts that fall due in the years to come, next year's first."""


def paid_in_cash(deal: Deal) -> Number:
    """Part of the machines that keep the factory as it is which it pays for itself: ``1 - share``."""
    return 1.0 if deal.plan.leasing is None else 1.0 - deal.plan.leasing.share


def leased_beside(deal: Deal, bought: Number) -> Number:
    """What the lessor buys where the factory buys so much: ``share / (1 - share) * bought``."""
    if deal.plan.leasing is None:
        return 0.0
    return deal.plan.leasing.share / (1.0 - deal.plan.leasing.share) * bought


def rented(made: Operations, opening: Position) -> Operations:
    """The operations of a year once its rents are paid, which are external costs."""
    if not opening.rents_due:
        return made
    rent = opening.rents_due[0]
    return replace(made, rent=rent, value_added=made.value_added - rent, ebitda=made.ebitda - rent)


def lease_interest(opening: Position) -> Number:
    """The part of the year's rents that does not pay for the machines."""
    return opening.rents_due[0] - opening.lease_debt_due[0] if opening.rents_due else 0.0


def found(deal: Deal, due: Due, zero: Number) -> Due:
    """What an owner before left to pay, with room for the years of this one's own leases."""
    years = 0 if deal.plan.leasing is None else deal.plan.leasing.years
    return (*(amount + zero for amount in due), *(zero,) * (years - len(due)))


def still_due(deal: Deal, opening: Position, leased: Number) -> tuple[Due, Due]:
    """Rents, and the part of them that is lease debt, once this year's are paid and more is leased."""
    if not opening.rents_due:
        return (), ()
    last = 0.0 * opening.rents_due[0]
    rents, debts = (*opening.rents_due[1:], last), (*opening.lease_debt_due[1:], last)
    terms = deal.plan.leasing
    if terms is None:
        return rents, debts
    rent = equations.lease_rent(leased, terms.rate, terms.years)
    repaid = [equations.lease_repaid(leased, terms.rate, terms.years, one + 1) for one in range(terms.years)]
    return (
        tuple(due + (rent if place < terms.years else 0.0) for place, due in enumerate(rents)),
        tuple(due + (repaid[place] if place < terms.years else 0.0) for place, due in enumerate(debts)),
    )
