"""Rules that ordinary companies share, whoever owns them: taxed profit, legal participation, no charge by
default.
"""

from collections.abc import Mapping
from dataclasses import dataclass

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
from lbo_model.forms.tax_return import TaxReturn
from lbo_model.position import Bill, Number, Position, Year


def no_charge(terms: Terms, ebitda: Number) -> Number:
    """The owner takes nothing before tax."""
    return 0.0 * ebitda


def whole_payout(terms: Terms, payout: Number, cash: Number) -> Number:
    """Owners are paid the plan's share of the cash left: ``payout * cash``."""
    return payout * cash


def set_off(law: CorporateTax, result: Number, losses: Number) -> Number:
    """Past losses that this year's result uses up; none where the law does not carry them."""
    if law.losses == "lost" or law.losses_used_freely is None or law.losses_used_beyond is None:
        return 0.0
    return losses_used(result, losses, law.losses_used_freely, law.losses_used_beyond)


def taxed(law: CorporateTax, rate: Number, taxable: Number, losses: Number) -> tuple[Number, Number]:
    """Tax of a company or of a tax group, and the losses it carries on."""
    used = set_off(law, taxable, losses)
    if law.losses == "lost":
        return corporate_tax(taxable, used, rate), 0.0 * taxable
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
    return np.where(_thin(rule.least_equity_to_debt, opening), np.maximum(net_interest, 0.0), refused)


def _thin(least: Number, opening: Position) -> NDArray[np.bool_]:
    return equity_is_thin(opening.group_equity, sum(opening.loans, opening.revolver), least)


def most_interest(rule: InterestLimit | None, ebitda: Number, opening: Position) -> Number:
    """The most net interest that the law deducts; infinite where there is no limit."""
    if rule is None:
        return np.inf
    most = deductible_interest(np.inf, ebitda, rule.share_of_ebitda, rule.freely)
    if rule.least_equity_to_debt is None:
        return most
    return np.where(_thin(rule.least_equity_to_debt, opening), 0.0, most)


@dataclass(frozen=True)
class _Results:
    """Results of a year before past losses, and what of them an owner's accounts do not show."""

    factory: Number
    above: Number
    """Of the tax group; of the holding where each company is taxed alone."""
    kept_below: Number
    """Interest not deducted, in the factory's result; the next is in ``above``."""
    kept_above: Number
    taxed_dividends: Number


def _results(policy: Policy, year: Year) -> _Results:
    """What the factory would be taxed on alone, and what the group, or the holding, is taxed on."""
    opening, operations, limit = year.opening, year.operations, policy.interest_limit
    law = policy.corporate_tax
    profit = (
        operations.earned
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
    dividends: Number = 0.0
    alone, above = profit + kept_below, above + kept_above
    if law.dividend_taxable is not None:
        dividends = taxable_dividends(year.holding_dividends, law.dividend_taxable)
        above = above + dividends
    return _Results(alone, above, kept_below, kept_above, dividends)


def ordinary_bill(terms: Terms, policy: Policy, year: Year) -> Bill:
    """Corporate tax of factory and holding, and participation on the factory's own profit.

    In a tax group the factory pays its holding the tax that it would owe alone; the holding pays the State
    the tax of the group, in which the interest on the purchase counts. Otherwise each pays the State its own,
    and the holding's interest counts against nothing but its own income: interest on its cash and the taxed
    part of dividends; it has no EBITDA. Participation is computed on the factory alone, after its tax at the
    full rate, with the equity at the start of the year; it is paid, with its levy, and deducted the year
    after. Source: CGI art. 145, 212 bis, 216, 223 A; Labour Code L3324-1.
    """
    opening, operations, found = year.opening, year.operations, _results(policy, year)
    law, rate, alone = policy.corporate_tax, year.tax_rate, found.factory
    factory_tax, factory_losses = taxed(law, rate, alone, opening.factory_tax_losses)
    holding_tax, group_losses = taxed(law, rate, found.above, opening.group_tax_losses)
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
        interest_not_deducted=found.kept_above if law.grouped else found.kept_below + found.kept_above,
        participation=shared,
        levy=levy,
        factory_tax_losses=factory_losses,
        group_tax_losses=group_losses,
    )


def ordinary_assessment(terms: Terms, policy: Policy, year: Year) -> Mapping[str, TaxReturn]:
    """How the tax of ``ordinary_bill`` is computed: of the factory as if alone, and of its ``group``, or of
    its ``holding`` where each company is taxed alone.
    """
    opening, ebitda, limit = year.opening, year.operations.ebitda, policy.interest_limit
    law, found = policy.corporate_tax, _results(policy, year)
    below = {
        "ebitda": ebitda,
        "severance": year.operations.severance,
        "moving_costs": year.operations.moving_costs,
        "charge": year.charge,
        "depreciation": year.depreciation,
        "participation": opening.participation_owed + opening.levy_owed,
        "interest": year.factory_interest,
        "deposit_interest": year.factory_deposit_interest,
        "fees": year.factory_fees * year.fees_deductible,
        "net_interest": year.factory_interest - year.factory_deposit_interest,
    }
    above = {
        "interest": year.holding_interest,
        "shareholder_interest": year.shareholder_interest,
        "deposit_interest": year.holding_deposit_interest,
        "fees": year.holding_fees * year.fees_deductible,
        "net_interest": year.holding_interest + year.shareholder_interest - year.holding_deposit_interest,
    }
    if law.grouped:
        above = {
            name: below.get(name, 0.0) + above.get(name, 0.0) for name in (*below, "shareholder_interest")
        }

    def filed(
        result: Number, losses: Number, not_deducted: Number, own: Number, **lines: Number
    ) -> TaxReturn:
        tax, closing = taxed(law, year.tax_rate, result, losses)
        return TaxReturn(
            result=result,
            losses_opening=losses,
            losses_used=set_off(law, result, losses),
            losses_closing=closing,
            rate=year.tax_rate,
            tax=tax,
            interest_not_deducted=not_deducted,
            interest_limit=most_interest(limit, own, opening),
            **lines,
        )

    return {
        "group" if law.grouped else "holding": filed(
            found.above,
            opening.group_tax_losses,
            found.kept_above,
            ebitda if law.grouped else 0.0,
            taxed_dividends=found.taxed_dividends,
            **above,
        ),
        "factory": filed(found.factory, opening.factory_tax_losses, found.kept_below, ebitda, **below),
    }


def nothing_forbidden(terms: Terms, policy: Policy, purchase: Purchase) -> Mapping[str, NDArray[np.bool_]]:
    """The law sets no condition on who buys an ordinary company, nor at what price."""
    return {}


def sold(position: Position, shares: Mapping[str, Number]) -> Claims:
    """After a sale the next buyer holds the factory; missing money, if any, was repaid at par out of the
    price.
    """
    return Claims(at_par=(), rest="next_buyer")
