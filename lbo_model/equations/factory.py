"""The factory's year: sales, pay, value added, EBITDA."""

import numpy as np

from lbo_model.equations.number import Number


def sales(written_sales: Number, price_index: Number, volume_index: Number, demand: Number) -> Number:
    """Sales of the year: ``written_sales * price_index * volume_index * demand``. Money a year."""
    return written_sales * price_index * volume_index * demand


def headcount(staff: Number, volume_index: Number, demand: Number, jobs_follow_demand: Number) -> Number:
    """Full-time workers: staff follow the trend wholly and the year's demand by one declared share.

    ``staff * volume_index * (1 + jobs_follow_demand * (demand - 1))``, never below zero.
    """
    return staff * volume_index * np.maximum(0.0, 1.0 + jobs_follow_demand * (demand - 1.0))


def gross_pay_per_head(payroll: Number, staff: Number, employer_charges: Number) -> Number:
    """Gross pay that makes a given payroll: ``payroll / (staff * (1 + employer_charges))``. Money a head a
    year.
    """
    return payroll / (staff * (1.0 + employer_charges))


def value_added(sales: Number, purchases: Number, other_costs: Number) -> Number:
    """Value added: ``sales - purchases - other_costs``. Money a year."""
    return sales - purchases - other_costs


def ebitda(
    value_added: Number, production_taxes: Number, gross_pay: Number, employer_charges: Number
) -> Number:
    """Earnings before interest, tax, depreciation and amortisation (French: EBE, excédent brut
    d'exploitation).

    ``value_added - production_taxes - gross_pay - employer_charges``. Money a year.
    """
    return value_added - production_taxes - gross_pay - employer_charges


def depreciation(rule: Number, machines: Number) -> Number:
    """The machines' loss of book value, never more than what is left of it: ``min(rule, machines)``."""
    return np.minimum(rule, machines)
