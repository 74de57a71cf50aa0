"""Tax and the workers' share of profit, in ordinary companies and in co-operatives."""

import numpy as np
from numpy.typing import NDArray

from lbo_model.equations.number import Number, ratio


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


def deductible_interest(
    net_interest: Number, ebitda: Number, share_of_ebitda: Number, freely: Number
) -> Number:
    """Net interest that a company, or a tax group, may set against its profit (CGI art. 212 bis, 223 B bis).

    ``min(net_interest, max(share_of_ebitda * ebitda, freely))``; net interest is what loans cost less what
    cash earns. Money a year. What lies above is lost: the law's carry-forward is left out.
    """
    return np.minimum(net_interest, np.maximum(share_of_ebitda * ebitda, freely))


def equity_is_thin(equity: Number, debt: Number, least: Number) -> NDArray[np.bool_]:
    """Whether owners' equity is too small beside debt for interest to be deducted: ``equity < least * debt``.

    Both in money; ``least`` is a share. In amendments to French finance bills of 2008 to 2011, none of which
    passed: 66 %.
    """
    thin: NDArray[np.bool_] = np.less(equity, least * np.asarray(debt))
    return thin


def taxable_dividends(dividends: Number, taxable_share: Number) -> Number:
    """Part of the dividends received that is taxed with profit: ``taxable_share * dividends``. Money a year.

    5 % between a parent and its subsidiary, 1 % in a tax group, for costs that are deducted elsewhere (CGI
    art. 216).
    """
    return taxable_share * dividends


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
    profit: Number,
    labour_share: Number,
    reserve_share: Number,
    tax_rate: Number,
    levy: Number,
    added_back: Number = 0.0,
) -> Number:
    """Surplus that a SCOP shares out, solving at once the tax that depends on it.

    ``profit`` is before tax, labour share and levy; ``added_back`` is what was paid out of it and is taxed
    all the same. Deductible: the labour share, its levy, and a provision for investment equal to the smaller
    of labour share and reserves. Hence, with ``m = min(labour_share, reserve_share)``, ``(profit * (1 -
    tax_rate) - tax_rate * added_back) / (1 + levy * labour_share * (1 - tax_rate) - tax_rate * (labour_share
    + m))``. A loss leaves nothing to share. Source: law 78-763 art. 33; CGI art. 214;
    BOI-BIC-PTP-10-20-10-20.
    """
    matched = np.minimum(labour_share, reserve_share)
    divisor = 1.0 + levy * labour_share * (1.0 - tax_rate) - tax_rate * (labour_share + matched)
    share_of_profit = (1.0 - tax_rate) / divisor
    return np.maximum(0.0, np.maximum(profit, 0.0) * share_of_profit - added_back * tax_rate / divisor)


def cooperative_tax(
    profit: Number,
    surplus: Number,
    labour_share: Number,
    reserve_share: Number,
    tax_rate: Number,
    levy: Number,
    added_back: Number = 0.0,
) -> Number:
    """Corporate tax of a SCOP: ``tax_rate * (profit + added_back - levy - labour share - provision)``.

    The provision for investment equals the smaller of labour share and reserves.
    """
    labour = labour_share * surplus
    provision = np.minimum(labour_share, reserve_share) * surplus
    return tax_rate * (np.maximum(profit, 0.0) + added_back - levy * labour - labour - provision)


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
