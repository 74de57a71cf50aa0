"""Rules that ordinary companies share, whoever owns them: taxed profit, legal participation, no charge by
default.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from lbo_model.equations import (
    corporate_tax,
    deductible_interest,
    equity_is_thin,
    losses_used,
    participation,
    taxable_dividends,
)
from lbo_model.forms.form import Claims, Purchase, Terms
from lbo_model.forms.law import CorporateTax, InterestLimit, Policy
from lbo_model.position import Bill, Number, Position, Year


def no_charge(terms: Terms, ebitda: Number) -> Number:
    """The owner takes nothing before tax."""
    return 0.0 * ebitda


def whole_payout(terms: Terms, payout: Number, cash: Number) -> Number:
    """Owners are paid the plan's share of the cash left: ``payout * cash``."""
    return payout * cash


def taxed(law: CorporateTax, rate: Number, taxable: Number, losses: Number) -> tuple[Number, Number]:
    """Tax of a company or of a tax group, and the losses it carries on."""
    if law.losses == "lost" or law.losses_used_freely is None or law.losses_used_beyond is None:
        return corporate_tax(taxable, 0.0, rate), 0.0 * taxable
    used = losses_used(taxable, losses, law.losses_used_freely, law.losses_used_beyond)
    return corporate_tax(taxable, used, rate), losses - used + np.maximum(-taxable, 0.0)


def interest_not_deducted(
    rule: InterestLimit | None, net_interest: Number, ebitda: Number, opening: Position
) -> Number:
    """Net interest of a company or of a tax group above the law's limit, or all of it where equity is thin
    at the start of the year; none where there is no limit.
    """
    if rule is None:
        return 0.0
    refused = net_interest - deductible_interest(net_interest, ebitda, rule.share_of_ebitda, rule.freely)
    if rule.least_equity_to_debt is None:
        return refused
    debt = sum(opening.loans, opening.revolver)
    thin = equity_is_thin(opening.group_equity, debt, rule.least_equity_to_debt)
    return np.where(thin, np.maximum(net_interest, 0.0), refused)


def ordinary_bill(terms: Terms, policy: Policy, year: Year) -> Bill:
    """Corporate tax of factory and holding, and participation on the factory's own profit.

    In a tax group the factory pays its holding the tax that it would owe alone; the holding pays the State
    the tax of the group, in which the interest on the purchase counts. Otherwise each pays the State its own,
    and the holding's interest counts against nothing but its own income: interest on its cash and the taxed
    part of dividends; it has no EBITDA. Participation is computed on the factory alone, after its tax at the
    full rate, with the equity at the start of the year; it is paid, with its levy, and deducted the year
    after. Source: CGI art. 145, 212 bis, 216, 223 A; Labour Code L3324-1.
    """
    opening, operations, limit = year.opening, year.operations, policy.interest_limit
    law, rate = policy.corporate_tax, year.tax_rate
    profit = (
        operations.ebitda
        - year.charge
        - year.depreciation
        - year.factory_interest
        + year.factory_deposit_interest
        - year.factory_fees * year.fees_deductible
        - opening.participation_owed
        - opening.levy_owed
    )
    above = (
        (profit if law.grouped else 0.0)
        - year.holding_interest
        - year.shareholder_interest
        + year.holding_deposit_interest
        - year.holding_fees * year.fees_deductible
    )
    net_below = year.factory_interest - year.factory_deposit_interest
    net_above = year.holding_interest + year.shareholder_interest - year.holding_deposit_interest
    kept_below = interest_not_deducted(limit, net_below, operations.ebitda, opening)
    if law.grouped:
        kept_above = interest_not_deducted(limit, net_below + net_above, operations.ebitda, opening)
    else:
        kept_above = interest_not_deducted(limit, net_above, 0.0, opening)
    alone, above = profit + kept_below, above + kept_above
    if law.dividend_taxable is not None:
        above = above + taxable_dividends(year.holding_dividends, law.dividend_taxable)
    factory_tax, factory_losses = taxed(law, rate, alone, opening.factory_tax_losses)
    holding_tax, group_losses = taxed(law, rate, above, opening.group_tax_losses)
    shared: Number = 0.0
    levy: Number = 0.0
    if policy.participation is not None:
        rule = policy.participation
        due = participation(
            (1.0 - rate) * np.maximum(alone, 0.0),
            opening.factory_equity,
            operations.gross_pay,
            operations.value_added,
            rule.capital_return,
            rule.profit_share,
        )
        shared = np.where(np.greater_equal(operations.headcount, rule.minimum_staff), due, 0.0)
        levy = rule.levy * shared
    return Bill(
        factory_tax=factory_tax,
        tax_to_holding=factory_tax if law.grouped else 0.0,
        holding_tax=holding_tax,
        interest_not_deducted=kept_above if law.grouped else kept_below + kept_above,
        participation=shared,
        levy=levy,
        factory_tax_losses=factory_losses,
        group_tax_losses=group_losses,
    )


def nothing_forbidden(terms: Terms, policy: Policy, purchase: Purchase) -> Mapping[str, NDArray[np.bool_]]:
    """The law sets no condition on who buys an ordinary company, nor at what price."""
    return {}


def sold(position: Position, shares: Mapping[str, Number]) -> Claims:
    """After a sale the next buyer holds the factory; missing money, if any, was repaid at par out of the
    price.
    """
    return Claims(at_par=(), rest="next_buyer")
