"""The named quantities of the model, in the order in which a teacher would tell them.

One quantity, one function, one formula. Every argument is a Number of batch shape ``B`` of **one** year or
date: an equation never sees time. Money in the scenario's currency, rates and shares as fractions. Where a
division could meet a zero, both branches are computed on a safe divisor.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Number = float | NDArray[np.float64]


def ratio(numerator: Number, denominator: Number, otherwise: Number = np.nan) -> Number:
    """``numerator / denominator``, and ``otherwise`` where the denominator is zero."""
    zero = np.equal(denominator, 0.0)
    return np.where(zero, otherwise, numerator / np.where(zero, 1.0, denominator))


# --- the factory's year -------------------------------------------------------------------------------------


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


# --- machines and customers, where behaviour is full --------------------------------------------------------


def capacity(
    equipment: Number, fitted_equipment: Number, worn_out_turns: Number, equipment_per_capacity: Number
) -> Number:
    """Sales that the machines can make in a year, at the year's prices.

    ``(equipment + worn_out_turns * (fitted_equipment - equipment)) / equipment_per_capacity``: machines that
    were not renewed still turn, by one declared share of them. Money a year.
    """
    return (equipment + worn_out_turns * (fitted_equipment - equipment)) / equipment_per_capacity


def served(demand: Number, capacity: Number) -> Number:
    """Sales that customers ask for and machines can make: ``min(demand, capacity)``. Money a year."""
    return np.minimum(demand, capacity)


def turned_away(demand: Number, served: Number) -> Number:
    """Orders that the machines could not serve: ``demand - served``. Money a year."""
    return demand - served


def required_equipment(fitted_equipment: Number, equipment_per_sales: Number, trend_sales: Number) -> Number:
    """Machines that keep the factory as good as its rivals: ``min(fitted_equipment, equipment_per_sales *
    trend_sales)``.

    A factory larger than its market needs less than it was fitted with. Money, at the year's prices.
    """
    return np.minimum(fitted_equipment, equipment_per_sales * trend_sales)


def wear(needed: Number, required: Number) -> Number:
    """Part of the machines that a year wears out: ``needed / required``, from 0 to 1.

    So that purchases of ``needed`` keep required equipment as it is, whatever prices do.
    """
    return np.clip(ratio(needed, required, otherwise=0.0), 0.0, 1.0)


def equipment(fitted: Number, wear: Number, bought: Number) -> Number:
    """Machines at the end of the year, at its prices: ``fitted * (1 - wear) + bought``. Money."""
    return fitted * (1.0 - wear) + bought


def quality(equipment: Number, required: Number, elasticity: Number) -> Number:
    """Quality of the parts beside rivals who renew their machines: ``min(1, equipment / required) **
    elasticity``.
    """
    kept = np.maximum(0.0, ratio(np.minimum(equipment, required), required, otherwise=1.0))
    return np.power(kept, np.maximum(0.0, elasticity))


def market_share(share: Number, quality: Number, elasticity: Number, speed: Number) -> Number:
    """Share of the market, 1 at closing: it moves towards the level that quality deserves.

    ``share + speed * (quality ** elasticity - share)``. A level, not a slope: bad machines lose customers
    until the share fits them, and new machines win them back.
    """
    deserved = np.power(np.maximum(0.0, quality), np.maximum(0.0, elasticity))
    return share + speed * (deserved - share)


def growth_machines(
    turned_away: Number, equipment_per_capacity: Number, plan_share: Number, cash: Number
) -> Number:
    """Machines bought to serve the orders turned away, as far as cash goes.

    ``min(plan_share * equipment_per_capacity * turned_away, max(0, cash))``. Money a year.
    """
    return np.minimum(plan_share * equipment_per_capacity * turned_away, np.maximum(0.0, cash))


# --- interest and principal ---------------------------------------------------------------------------------


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


# --- tax and the workers' share of profit -------------------------------------------------------------------


def losses_used(taxable: Number, losses: Number, freely: Number, beyond: Number) -> Number:
    """Past losses set against this year's profit (CGI art. 209 I).

    ``min(losses, max(taxable, 0), freely + beyond * max(0, taxable - freely))``.
    """
    profit = np.maximum(taxable, 0.0)
    limit = freely + beyond * np.maximum(0.0, profit - freely)
    return np.minimum(np.minimum(losses, profit), limit)


def corporate_tax(taxable: Number, losses_used: Number, rate: Number) -> Number:
    """Tax on what is left of profit after past losses: ``rate * (max(taxable, 0) - losses_used)``."""
    return rate * (np.maximum(taxable, 0.0) - losses_used)


def participation(
    profit_after_tax: Number,
    equity: Number,
    gross_pay: Number,
    value_added: Number,
    capital_return: Number,
    profit_share: Number,
) -> Number:
    """The workers' legal share of profit in an ordinary company (Labour Code L3324-1).

    ``max(0, profit_share * (profit_after_tax - capital_return * max(0, equity)) * gross_pay / value_added)``;
    nothing where value added is not positive. With a provision for investment, add it to
    ``profit_after_tax``.
    """
    positive = np.greater(value_added, 0.0)
    wage_share = np.where(positive, gross_pay / np.where(positive, value_added, 1.0), 0.0)
    excess = profit_after_tax - capital_return * np.maximum(equity, 0.0)
    return np.maximum(0.0, profit_share * excess * wage_share)


def cooperative_participation_floor(
    surplus: Number,
    labour_minimum: Number,
    tax_rate: Number,
    capital: Number,
    gross_pay: Number,
    value_added: Number,
    capital_return: Number,
    profit_share: Number,
) -> Number:
    """The least participation of a SCOP (Labour Code R3323-9): the legal formula on a reduced base, on
    capital only.

    Base ``surplus * (1 - labour_minimum) * (1 - tax_rate)``, equity replaced by the paid-up ``capital``.
    """
    base = surplus * (1.0 - labour_minimum) * (1.0 - tax_rate)
    return participation(base, capital, gross_pay, value_added, capital_return, profit_share)


def cooperative_surplus(
    profit: Number, labour_share: Number, reserve_share: Number, tax_rate: Number, levy: Number
) -> Number:
    """Surplus that a SCOP shares out, solving at once the tax that depends on it.

    ``profit`` is before tax, labour share and levy. Deductible: the labour share, its levy, and a provision
    for investment equal to the smaller of labour share and reserves. Hence, with ``m = min(labour_share,
    reserve_share)``, ``profit * (1 - tax_rate) / (1 + levy * labour_share * (1 - tax_rate) - tax_rate *
    (labour_share + m))``. A loss leaves nothing to share. Source: law 78-763 art. 33; CGI art. 214;
    BOI-BIC-PTP-10-20-10-20.
    """
    matched = np.minimum(labour_share, reserve_share)
    share_of_profit = (1.0 - tax_rate) / (
        1.0 + levy * labour_share * (1.0 - tax_rate) - tax_rate * (labour_share + matched)
    )
    return np.maximum(profit, 0.0) * share_of_profit


def cooperative_tax(
    profit: Number,
    surplus: Number,
    labour_share: Number,
    reserve_share: Number,
    tax_rate: Number,
    levy: Number,
) -> Number:
    """Corporate tax of a SCOP: ``tax_rate * (profit - levy - labour share - provision for investment)``."""
    labour = labour_share * surplus
    provision = np.minimum(labour_share, reserve_share) * surplus
    return tax_rate * (np.maximum(profit, 0.0) - levy * labour - labour - provision)


def lawful_split(
    labour_share: Number,
    reserve_share: Number,
    share_interest: Number,
    labour_minimum: Number,
    reserve_minimum: Number,
) -> NDArray[np.bool_]:
    """Whether a SCOP may split its surplus so (law 78-763 art. 33).

    ``labour_share >= labour_minimum``, ``reserve_share >= reserve_minimum``, and interest on shares above
    neither.
    """
    slack = 1e-12
    return (
        np.greater_equal(labour_share, labour_minimum - slack)
        & np.greater_equal(reserve_share, reserve_minimum - slack)
        & np.less_equal(share_interest, np.minimum(labour_share, reserve_share) + slack)
        & np.greater_equal(share_interest, 0.0)
    )


def legal_reserve_allocation(
    surplus: Number, rate: Number, highest_capital: Number, reserve: Number
) -> Number:
    """What goes to a SCOP's legal reserve: ``min(rate * surplus, max(0, highest_capital - reserve))``."""
    return np.minimum(rate * surplus, np.maximum(0.0, highest_capital - reserve))


def loss_on_capital(losses: Number, capital: Number, free_reserves: Number) -> Number:
    """Part of a SCOP's losses that its shares bear: ``losses * capital / (capital + free_reserves)``.

    Never more than the capital. The legal reserve is not touched (a typical statute, art. 18.2).
    """
    reserves = np.maximum(free_reserves, 0.0)
    return np.minimum(capital, losses * ratio(capital, capital + reserves, otherwise=0.0))


# --- machines, lenders, owners ------------------------------------------------------------------------------


def capex_lenders_first(free_cash: Number, target: Number, floor: Number) -> Number:
    """Machines bought out of what debt service leaves: ``free_cash`` between the floor and the target."""
    return np.minimum(np.maximum(free_cash, np.minimum(floor, target)), target)


def drawn(shortage: Number, undrawn: Number) -> Number:
    """What a credit line lends: the shortage, as far as the line goes."""
    return np.minimum(np.maximum(shortage, 0.0), undrawn)


def swept(excess: Number, share: Number, balance: Number) -> Number:
    """Early repayment out of the year's excess cash: ``min(balance, share * excess)``."""
    return np.minimum(np.maximum(balance, 0.0), share * np.maximum(excess, 0.0))


# --- closing day and sale -----------------------------------------------------------------------------------


def total_uses(fixed_uses: Number, debt_fixed: Number, debt_per_use: Number, fee_rate: Number) -> Number:
    """Uses of a deal whose financing fee depends on its debt, and its debt on its uses.

    With ``debt = debt_fixed + debt_per_use * uses`` and ``uses = fixed_uses + fee_rate * debt``:
    ``(fixed_uses + fee_rate * debt_fixed) / (1 - fee_rate * debt_per_use)``.
    """
    return (fixed_uses + fee_rate * debt_fixed) / (1.0 - fee_rate * debt_per_use)


def enterprise_value(multiple: Number, ebitda: Number) -> Number:
    """What the whole enterprise is worth: ``multiple * ebitda``, never below zero."""
    return np.maximum(0.0, multiple * ebitda)


def price_of_shares(enterprise_value: Number, cash: Number, debts: Number) -> Number:
    """From enterprise value to shares: ``enterprise_value + cash - debts``."""
    return enterprise_value + cash - debts


def debt_service_cover(cash: Number, debt_service: Number) -> Number:
    """Debt service coverage ratio: ``cash / debt_service``; none where nothing is due."""
    return ratio(cash, debt_service)
