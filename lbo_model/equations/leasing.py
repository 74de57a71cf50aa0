"""Machines that a lessor buys and rents to the factory (French: crédit-bail)."""

from lbo_model.equations.debt import annuity_principal
from lbo_model.equations.number import Number


def lease_rent(leased: Number, rate: Number, years: Number) -> Number:
    """Constant yearly rent that pays for what was leased: ``leased * rate / (1 - (1 + rate) ** -years)``.

    At rate zero, ``leased / years``. Money a year; the first rent falls due the year after.
    """
    return annuity_principal(leased, rate, years) + rate * leased


def lease_repaid(leased: Number, rate: Number, years: Number, year: Number) -> Number:
    """Part of the rent of year ``year`` (1 is the first) that pays for the machines; the rest is interest.

    ``(lease_rent - rate * leased) * (1 + rate) ** (year - 1)``: the parts of all years add up to ``leased``.
    Money a year.
    """
    return annuity_principal(leased, rate, years) * (1.0 + rate) ** (year - 1.0)
