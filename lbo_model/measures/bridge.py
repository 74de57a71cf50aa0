"""Where the owners' gain comes from: the value bridge, each line computed on its own."""

from typing import Any

import numpy as np

from lbo_model.engine import Result
from lbo_model.engine.owners import EARNED, GIVEN_BACK, OWNED
from lbo_model.measures.leasing import lease_debt_found, lost_by_lessor
from lbo_model.measures.returns import gave_back
from lbo_model.position import Array, Status


def value_bridge(result: Result) -> dict[str, Array]:
    """The owners' gain in its parts, each computed on its own; they add up to it. EBITDA is before rents, net
    debt includes leases.

    ``gain = ebitda_growth + multiple_change + both_together + net_debt_repaid + distributions + entry_fees +
    exit_costs + other``; fees and costs are negative; ``other`` is the sum of ``bridge_other``.
    """
    first, last = np.asarray(result.closing.ebitda), _last_ebitda(result)
    multiple = np.asarray(result.closing.multiple)
    change = _end_multiple(result) - multiple
    costs = _sum_of_years(result, result.lines.holding_exit_costs + result.lines.factory_court_costs)
    lines = {
        "ebitda_growth": multiple * (last - first),
        "multiple_change": first * change,
        "both_together": change * (last - first),
        "net_debt_repaid": _at_closing(result.positions.net_debt)
        - np.asarray(result.eve.net_debt)
        - _sum_of_years(result, result.lines.holding_debt_cut),
        "distributions": _distributions(result),
        "entry_fees": -(
            np.asarray(result.closing.buyer_fee)
            + np.asarray(result.closing.transaction_fee)
            + sum(result.closing.financing_fees, np.zeros(()))
        ),
        "exit_costs": -costs,
        "other": sum(bridge_other(result).values(), np.zeros(result.shape)),
    }
    return {name: np.array(np.broadcast_to(amount, result.shape)) for name, amount in lines.items()}


def bridge_other(result: Result) -> dict[str, Array]:
    """The named items behind ``other`` in the bridge.

    ``owed_to_workers_and_state``: participation, levy, labour share and interest on shares not yet paid,
    which the factory's value must still meet, less those that it owed at closing.
    ``bought_below_its_multiple``: what the owner before had to leave off its price, for machines owed or in
    distress. ``cash_in_the_price``: cash of the factory that the price did
    not pay for. ``machines_deducted``: what the buyer takes off for machines owed. ``sold_in_distress``: how
    much less than its value a failing firm fetches. ``not_paid_to_creditors``: what lenders and others lose.
    ``turned_into_shares``: debts of the holding that were given up for shares, at what these were worth.
    ``paid_to_lenders_as_owners``: what those shares were paid since, or are worth, as a negative amount.
    ``brought_to_cure``: what an owner put in later, which repaid debt, as a negative amount.
    ``brought_to_move``: what it brought to move jobs abroad, likewise.
    ``shared_with_workers``: workers' part of the gain by law, as a negative amount. ``clawback``: what owners
    before gave to the creditors of the factory that closed, or, as a negative amount, what these owners gave
    back after their sale.
    ``below_zero``: where a multiple of a negative EBITDA, or a debt above the value, would make a price below
    zero.
    """
    eve, deal = result.eve, result.deal
    last = _last_ebitda(result)
    by_multiple = _end_multiple(result) * last
    before_owed = np.maximum(by_multiple, 0.0)
    owed = np.maximum(np.asarray(eve.machines_owed), 0.0)
    ruled = np.maximum(0.0, before_owed - deal.exit.catch * owed)
    liquidated = np.asarray(result.eve.factory_status) == Status.LIQUIDATED
    debts = eve.participation_owed + eve.levy_owed + sum(eve.labour_share_owed, eve.share_interest_owed)
    fetched = _fetched(result, ruled, liquidated)
    included = not _paid_for_cash(result)
    items = {
        "owed_to_workers_and_state": _owed_at_closing(result) - np.asarray(debts),
        "bought_below_its_multiple": _bought_below(result),
        "cash_in_the_price": result.opening_cash * float(included),
        "machines_deducted": np.where(liquidated, 0.0, ruled - before_owed),
        "sold_in_distress": fetched - np.where(liquidated, before_owed, ruled),
        "not_paid_to_creditors": _creditors_loss(result),
        "turned_into_shares": _sum_of_years(result, _turned_into_shares(result)),
        "paid_to_lenders_as_owners": -_as_owners(result),
        "brought_to_cure": -_sum_of_years(result, result.lines.cured + result.lines.new_money),
        "brought_to_move": -_sum_of_years(result, result.lines.brought_to_move),
        "shared_with_workers": -_sum_of_years(result, result.ledger.received("workers", ("gain_share",))),
        "below_zero": before_owed - by_multiple - _start_below_zero(result),
        "clawback": _sum_of_years(result, result.lines.clawback) - _given_back(result),
    }
    return {name: np.array(np.broadcast_to(amount, result.shape)) for name, amount in items.items()}


def net_debt_repaid_of_which(result: Result) -> dict[str, Array]:
    """The net debt repaid: what a full renewal of machines would have left, with what an owner brought to
    cure a covenant, machines not bought, and, as a negative amount, machines bought for growth.

    All are sums over the years lived; the first may be negative. A leased machine is bought with a debt,
    which the part of rents that is no interest repays.
    """
    lines = result.lines
    interest = lines.factory_interest + lines.holding_interest + lines.lease_interest
    fees = sum(lines.loan_fees, np.zeros_like(interest))
    kept = lines.cash_for_debt + lines.rent - interest - fees - lines.capex_needed
    kept_up = lines.capex - lines.growth_capex + lines.leased
    brought = lines.cured + lines.new_money + lines.brought_to_move
    return {
        "cash_after_full_renewal": _sum_of_years(result, kept + brought) - _paid_out(result),
        "machines_not_bought": _sum_of_years(result, lines.capex_needed - kept_up),
        "growth_machines": -_sum_of_years(result, lines.growth_capex),
    }


def gain(result: Result) -> Array:
    """What the owners received and still hold, less what they put in. Wages are not a gain of ownership.

    A co-operative's owners are its members, for their shares, and the reserves that belong to nobody.
    """
    until = slice(0, result.deal.exit.year + 1)
    total = np.zeros(result.shape)
    for party in _owners(result):
        total = total + result.ledger.received(party, EARNED)[..., until].sum(axis=-1)
        total = total - result.ledger.paid(party, OWNED)[..., until].sum(axis=-1)
    total = total - _given_back(result)
    if not result.form.sells:
        total = total + _held_by_owners(result)
    if not result.form.buys:
        total = total - result.claims_start[result.form.owner]
    return total


def _given_back(result: Result) -> Array:
    """By the owners, after their sale."""
    total = np.zeros(result.shape)
    for party in _owners(result) if gave_back(result) else ():
        total = total + result.ledger.paid(party, (GIVEN_BACK,))[..., result.counted].sum(axis=-1)
    return total


def _held_by_owners(result: Result) -> Array:
    """What shares and reserves are worth to those who had them on closing day, or brought them since."""
    lenders = _lenders_part(result)
    return _shares_held(result) * (1.0 - lenders)


def _shares_held(result: Result) -> Array:
    """Value and cash at the exit date less every creditor's claim: what shares and reserves are worth."""
    positions, date = result.positions, result.deal.exit.year
    cash = positions.factory_cash[..., date] + positions.holding_cash[..., date]
    return np.maximum(0.0, result.end_value + cash - _creditors(result))


def _lenders_part(result: Result) -> Array:
    """The part of the shares that belongs, at the exit date, to who was no owner on closing day."""
    taken = [part for party, part in result.positions.shares.items() if party not in _owners(result)]
    return sum(taken, np.zeros((*result.shape, result.dates)))[..., result.deal.exit.year]


def _turned_into_shares(result: Result) -> Array:
    lines = result.lines
    return np.asarray(sum(lines.loan_converted, lines.revolver_converted) + lines.gap_converted)


def _as_owners(result: Result) -> Array:
    """What lenders who have taken shares were paid for them, and what the shares are worth to them at the
    exit date of a form that does not sell.
    """
    paid = np.zeros((*result.shape, result.dates))
    for party in _shareholders(result)[len(_owners(result)) :]:
        paid = paid + result.ledger.received(party, ("dividend", "sale_proceeds"))
    held = 0.0 if result.form.sells else _shares_held(result) * _lenders_part(result)
    return _sum_of_years(result, paid) + held


def _creditors(result: Result) -> Array:
    """All that creditors are owed at the exit date, the missing money included."""
    end, date = result.positions, result.deal.exit.year
    owed = end.participation_owed + end.levy_owed + sum(end.labour_share_owed, end.share_interest_owed)
    return np.asarray(owed[..., date] + np.asarray(end.debt)[..., date])


def _creditors_loss(result: Result) -> Array:
    """What creditors lose in a sale or a winding-up, or would lose at the exit date of a form that does not
    sell.
    """
    lines = result.lines
    until = slice(0, result.deal.exit.year + 1)
    lost = (lines.factory_debt_forgiven + lines.holding_debt_forgiven)[..., until].sum(axis=-1)
    lost = lost + lost_by_lessor(result)
    if result.form.sells:
        return np.asarray(lost + _left_to_buyer(result))
    date = result.deal.exit.year
    assets = (
        result.end_value + result.positions.factory_cash[..., date] + result.positions.holding_cash[..., date]
    )
    return np.asarray(lost + np.maximum(0.0, _creditors(result) - assets))


def _left_to_buyer(result: Result) -> Array:
    """Debts to workers, State and lessor beyond the price, which stay in the factory and which its next buyer
    must meet.
    """
    date = result.deal.exit.year
    received = result.ledger.paid("next_buyer")[..., date]
    eve = result.eve
    debts = eve.participation_owed + eve.levy_owed + sum(eve.labour_share_owed, eve.share_interest_owed)
    debts = sum(eve.lease_debt_due, debts)
    price = _fetched(result, result.end_value, np.asarray(eve.factory_status) == Status.LIQUIDATED)
    sold = np.asarray(eve.factory_status) != Status.LIQUIDATED
    return np.where(sold, received - (price + np.asarray(eve.factory_cash) - np.asarray(debts)), 0.0)


def _fetched(result: Result, ruled: Array, liquidated: Array) -> Array:
    """What the enterprise fetched: its value, less after a standstill; or, where it closed, what its assets
    brought, less severance and the bills that the larger part of stocks and claims stands for.
    """
    eve = result.eve
    restructured = np.asarray(eve.holding_status) == Status.RESTRUCTURED
    share = np.where(restructured & result.form.sells, result.policy.distress.price_share, 1.0)
    sold = result.ledger.received("factory", ("machines_sold", "working_capital_recovered", "taken_over"))
    owed = result.lines.suppliers_owed + result.lines.closing_severance
    parts = _sum_of_years(result, sold + result.lines.lease_recovered - owed)
    return np.where(liquidated, parts, ruled * share)


def _end_multiple(result: Result) -> Array:
    """Multiple of EBITDA at the exit."""
    return np.asarray(result.deal.exit.multiple_after(result.closing.multiple))


def _last_ebitda(result: Result) -> Array:
    """EBITDA at the exit on the exit's basis, or of the year in which the factory stopped."""
    date = result.last_date.astype(np.int64)
    earned = np.asarray(result.lines.ebitda_before_rents)
    stopped = np.take_along_axis(earned, date[..., None], axis=-1)[..., 0]
    liquidated = np.asarray(result.eve.factory_status) == Status.LIQUIDATED
    return np.where(liquidated, stopped, result.end_ebitda)


def _start_below_zero(result: Result) -> Array:
    """By how much the start was dearer than its formula: a value below zero, and shares worth less than
    nothing.

    Where the old debt is above the value, the shares cost nothing and the buyer still repays the whole debt.
    """
    by_multiple = np.asarray(result.closing.multiple) * result.closing.ebitda
    cash = result.opening_cash * float(_paid_for_cash(result))
    owed = _owed_at_closing(result) + lease_debt_found(result)
    shares = result.start_value + cash - result.closing.debt_refinanced - owed
    return result.start_value + _bought_below(result) - by_multiple + np.maximum(0.0, -shares)


def _paid_for_cash(result: Result) -> bool:
    price = result.deal.price
    return not result.form.buys or price.as_sold or price.cash == "paid_for"


def _owed_at_closing(result: Result) -> Array:
    """Debts to staff and State that a buyer found and deducted."""
    return _at_closing(result.positions.participation_owed) + _at_closing(result.positions.levy_owed)


def _bought_below(result: Result) -> Array:
    """How much less than its multiple an earlier owner sold for."""
    by_multiple = np.asarray(result.closing.multiple) * result.closing.ebitda
    return (np.maximum(by_multiple, 0.0) - result.start_value) * float(result.deal.price.as_sold)


def _distributions(result: Result) -> Array:
    """Cash that shareholders were paid along the way: dividends, and interest on co-operative shares."""
    until = slice(0, result.deal.exit.year + 1)
    total = np.zeros(result.shape)
    for party in _shareholders(result):
        total = total + result.ledger.received(party, ("dividend", "interest_on_shares"))[..., until].sum(
            axis=-1
        )
    return total + _preferred_paid(result)


def _paid_out(result: Result) -> Array:
    """Dividends; interest on co-operative shares is already among last year's debts."""
    until = slice(0, result.deal.exit.year + 1)
    total = np.zeros(result.shape)
    for party in _shareholders(result):
        total = total + result.ledger.received(party, ("dividend",))[..., until].sum(axis=-1)
    return total + _preferred_paid(result)


def _preferred_paid(result: Result) -> Array:
    """What owners' preferred money was paid out of the years' cash."""
    return _sum_of_years(result, sum(result.lines.preferred_paid, np.zeros_like(result.lines.ebitda)))


def _owners(result: Result) -> list[str]:
    """Who holds the shares, always in the same order, so that sums do not differ in their last digit."""
    return list(dict.fromkeys((*result.closing.stakes, result.form.owner)))


def _shareholders(result: Result) -> list[str]:
    """The owners of closing day, then lenders who may have taken shares from them."""
    return list(dict.fromkeys((*_owners(result), *result.positions.shares)))


def _at_closing(series: Any) -> Array:
    return np.asarray(series)[..., 0]


def _sum_of_years(result: Result, series: Array) -> Array:
    """Sum over the years lived until the exit date."""
    return np.asarray(series[..., 1 : result.deal.exit.year + 1].sum(axis=-1))
