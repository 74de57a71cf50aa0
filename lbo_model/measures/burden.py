"""What the factory bore: cover, leverage, months of pay, and who repaid the debt."""

from typing import Any

import numpy as np

from lbo_model import equations
from lbo_model.engine import Result
from lbo_model.ledger import COMPANIES
from lbo_model.measures.leasing import needed_in_cash
from lbo_model.position import Array, Status

SERVICE = ("interest", "principal", "credit_line_repaid")


def cover_before_capex(result: Result) -> Array:
    """Debt service coverage ratio before any machine: ``cash_for_debt / (interest_due + principal_due)``."""
    lines = result.lines
    return np.asarray(
        equations.debt_service_cover(lines.cash_for_debt, lines.interest_due + lines.principal_due)
    )


def cover_after_needed_capex(result: Result) -> Array:
    """The same ratio once the machines that are needed have been bought, as far as they are paid in cash."""
    lines = result.lines
    cash = lines.cash_for_debt - needed_in_cash(result)
    return np.asarray(equations.debt_service_cover(cash, lines.interest_due + lines.principal_due))


def least_cover(result: Result, *, before_capex: bool = False) -> Array:
    """The worst year's cover until the exit, after needed machines or before any; infinite where nothing is
    ever due.
    """
    cover = cover_before_capex(result) if before_capex else cover_after_needed_capex(result)
    years = cover[..., 1 : result.deal.exit.year + 1]
    return np.asarray(np.min(np.where(np.isnan(years), np.inf, years), axis=-1))


def net_debt(result: Result) -> Array:
    """Debt, leases included, less cash at each date; at the date of a sale, before the price repays the
    debt.
    """
    series = np.array(result.positions.net_debt)
    if result.form.sells:
        date = result.deal.exit.year
        series[..., date] = np.where(result.last_date == date, result.eve.net_debt, series[..., date])
    return series


def leverage(result: Result) -> Array:
    """Net debt over EBITDA before rents at each date; at the date of a sale, before the price repays the
    debt.
    """
    return np.asarray(equations.ratio(net_debt(result), result.lines.ebitda_before_rents))


def interest_cover(result: Result) -> Array:
    """EBITDA before rents over the year's interest, due in cash or in its rents; none where there is none."""
    interest = result.lines.interest_due + result.lines.lease_interest
    return np.asarray(equations.ratio(result.lines.ebitda_before_rents, interest))


def cash_after_debt_service(result: Result) -> Array:
    """What is left for machines and owners: cash for debt less what lenders ask for in the year."""
    lines = result.lines
    return np.asarray(lines.cash_for_debt - lines.interest_due - lines.principal_due)


def debt_service_paid(result: Result) -> Array:
    """Interest and principal paid out of the year's cash, at each date; what a sale or a new loan repays is
    not in it.
    """
    lines = result.lines
    paid = sum(result.ledger.paid(company, SERVICE) for company in COMPANIES)
    at_the_end = sum(lines.loan_repaid_at_sale, lines.revolver_repaid_at_sale)
    return np.asarray(paid - sum(lines.loan_refinanced, at_the_end))


def months_of_pay(result: Result) -> Array:
    """Debt service of the years lived, in months of gross pay of the whole staff; NaN without a payroll."""
    months = np.asarray(equations.ratio(12.0 * debt_service_paid(result), result.lines.gross_pay))
    closed = np.isnan(months) & (np.asarray(result.positions.factory_status) == Status.LIQUIDATED)
    return np.asarray(np.where(closed, 0.0, months)[..., 1 : result.deal.exit.year + 1].sum(axis=-1))


def debt_repaid(result: Result) -> dict[str, Array]:
    """Who repaid the purchase: of all that was borrowed, by the factory's cash, by the next buyer's price, by
    nobody.

    ``borrowed + capitalised = by_the_factory + by_the_next_buyer + converted + written_off + still_owed``,
    over the loans; what one loan borrows to repay another counts once. The next buyer pays with money that
    is, as a rule, borrowed again on the same factory; in a winding-up the parts of the factory pay instead.
    ``converted`` became shares of the holding. ``credit_line`` is what the line still lent on the eve of the
    end: if above zero, it helped to pay for what the factory is said to have repaid.
    """
    lines, nothing = result.lines, np.zeros_like(result.lines.ebitda)
    until = slice(0, result.deal.exit.year + 1)

    def total(*series: Any) -> Array:
        return np.asarray(sum(series, nothing)[..., until].sum(axis=-1))

    at_the_end, refinanced = total(*lines.loan_repaid_at_sale), total(*lines.loan_refinanced)
    return {
        "borrowed": total(*lines.loan_drawn) - refinanced,
        "capitalised": total(*lines.loan_capitalised),
        "by_the_factory": total(*lines.loan_repaid) - at_the_end - refinanced,
        "by_the_next_buyer": at_the_end,
        "converted": total(*lines.loan_converted),
        "written_off": total(*lines.loan_written_off),
        "still_owed": sum(result.positions.loans, nothing)[..., result.deal.exit.year],
        "credit_line": np.asarray(result.eve.revolver),
    }
