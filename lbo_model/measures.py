"""Questions asked of a result: what each party got, where the gain comes from, what the factory bore.

A measure reads the ledger, the positions and the lines of one deal; nothing is computed twice. Owners are compared at
the exit date; after it nothing counts. Numbers have shape ``B``, series ``B + (dates,)``.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from lbo_model import equations
from lbo_model.engine import Result
from lbo_model.ledger import COMPANIES, PARTIES
from lbo_model.position import Array, Status

# --- returns -----------------------------------------------------------------------------------------------------

HALVINGS = 200


def irr(flows: ArrayLike, times: ArrayLike | None = None) -> Array:
    """Internal rate of return: the yearly rate at which ``sum(flows / (1 + rate) ** times)`` is zero.

    ``flows`` has time as its last axis; ``times`` are years from the first flow (0, 1, 2... if not given). Found by
    bisection for the whole batch at once. It is defined where the flows, or the flows added up, change sign once from
    minus to plus, so that there is one answer; -1 where money is put in and nothing comes back; NaN elsewhere.
    """
    cash = np.asarray(flows, dtype=np.float64)
    when = np.arange(cash.shape[-1], dtype=np.float64) if times is None else np.asarray(times, dtype=np.float64)
    low = np.full(cash.shape[:-1], -12.0)
    high = np.full(cash.shape[:-1], 12.0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        worth = np.sum(cash * np.exp(-middle[..., None] * when), axis=-1)
        low, high = np.where(worth > 0.0, middle, low), np.where(worth > 0.0, high, middle)
    rate = np.expm1((low + high) / 2.0)
    nothing_back = np.all(cash <= 0.0, axis=-1) & np.any(cash < 0.0, axis=-1)
    defined = _turns_once(cash) | _turns_once(np.cumsum(cash, axis=-1))
    return np.where(nothing_back, -1.0, np.where(defined, rate, np.nan))


def _turns_once(series: Array) -> Array:
    """Whether a series goes from minus to plus once and never back (zeros are passed over)."""
    sign = np.sign(series)
    last = np.zeros(series.shape[:-1])
    ups = np.zeros(series.shape[:-1])
    downs = np.zeros(series.shape[:-1])
    for date in range(series.shape[-1]):
        now = sign[..., date]
        ups = ups + ((last < 0.0) & (now > 0.0))
        downs = downs + ((last > 0.0) & (now < 0.0))
        last = np.where(now == 0.0, last, now)
    return np.asarray((ups == 1.0) & (downs == 0.0))


def money_multiple(paid_in: Array, received: Array) -> Array:
    """Money received per euro put in: ``received / paid_in``."""
    return np.asarray(equations.ratio(received, paid_in))


OWNED = ("equity",)
EARNED = ("dividend", "sale_proceeds", "interest_on_shares", "par_repaid", "liquidation_rest")
LENT = ("loan", "credit_line_drawn")
RETURNED = ("principal", "interest", "financing_fee", "credit_line_repaid")


def returns(result: Result) -> dict[str, dict[str, Array]]:
    """Money put in, received, multiple and rate of return of each owner and each lender of the deal.

    ``received`` counts what is still held at the exit date by a lender or by an owner who does not sell. The stake of
    a family that keeps its factory is the price that it refuses. No multiple and no rate is given for co-operative
    shares: they are repaid at par and earn interest.
    """
    answers = {party: _owner_return(result, party) for party in result.closing.stakes}
    if not result.form.buys:
        answers[result.form.owner] = _owner_return(result, result.form.owner)
    lenders = dict.fromkeys(loan.lender for loan in result.deal.funding.loans.values())
    if result.deal.funding.revolver is not None:
        lenders[result.deal.funding.revolver.lender] = None
    for party in lenders:
        if party not in answers:
            answers[party] = _return_of(result, party, LENT, RETURNED, result.claims_end.get(party))
    return answers


def _owner_return(result: Result, party: str) -> dict[str, Array]:
    cooperative = result.form.buys and not result.form.has_holding
    if cooperative:
        answer = _return_of(result, party, OWNED, EARNED, None)
        unknown = np.full(result.shape, np.nan)
        return {**answer, "multiple": unknown, "irr": unknown}
    if result.form.buys:
        return _return_of(result, party, OWNED, EARNED, None)
    stake = result.claims_start[party]
    return _return_of(result, party, (), EARNED, result.claims_end[party], stake)


def _return_of(
    result: Result,
    party: str,
    paid: tuple[str, ...],
    received: tuple[str, ...],
    held: Array | None,
    stake: Array | None = None,
) -> dict[str, Array]:
    until = slice(0, result.deal.exit.year + 1)
    money_in = result.ledger.paid(party, paid)[..., until].copy()
    money_out = result.ledger.received(party, received)[..., until].copy()
    if stake is not None:
        money_in[..., 0] += stake
    if held is not None:
        money_out[..., -1] += held
    total_in, total_out = money_in.sum(axis=-1), money_out.sum(axis=-1)
    return {
        "paid_in": total_in,
        "received": total_out,
        "multiple": money_multiple(total_in, total_out),
        "irr": irr(money_out - money_in),
    }


# --- who got what ------------------------------------------------------------------------------------------------


def who_got_what(result: Result) -> dict[str, dict[str, Array]]:
    """Per party: cash, claims on the eve of closing, claims at the exit date, and ``total = cash + end - start``.

    The two companies are not parties: their cash belongs to those who hold claims on them.
    """
    until = slice(0, result.deal.exit.year + 1)
    zero = np.zeros(result.shape)
    answers = {}
    for party in PARTIES:
        if party == "market" or party in COMPANIES:
            continue
        cash = result.ledger.net(party)[..., until].sum(axis=-1)
        start = result.claims_start.get(party, zero)
        end = result.claims_end.get(party, zero)
        if np.any(cash) or np.any(start) or np.any(end):
            answers[party] = {
                "cash": cash,
                "claims_start": start,
                "claims_end": end,
                "total": cash + end - start,
            }
    return answers


def shared_out(result: Result) -> Array:
    """What there was to share: value added less machines and working capital, plus the change in value.

    ``sum(value_added - capex - working_capital_built) + recovered in a winding-up + end_value - start_value``.
    It equals the totals of ``who_got_what``, which are counted from payments.
    """
    lines = result.lines
    made = lines.value_added - lines.capex - lines.working_capital_built + lines.factory_recovered
    years = made[..., 1 : result.deal.exit.year + 1]
    return np.asarray(years.sum(axis=-1) + result.end_value - result.start_value)


# --- where the gain comes from -----------------------------------------------------------------------------------


def value_bridge(result: Result) -> dict[str, Array]:
    """The owners' gain in its parts, each computed on its own; they add up to it.

    ``gain = ebitda_growth + multiple_change + both_together + net_debt_repaid + distributions + entry_fees +
    exit_costs + other``; fees and costs are negative; ``other`` is the sum of ``bridge_other``.
    """
    first, last = np.asarray(result.closing.ebitda), _last_ebitda(result)
    multiple = np.asarray(result.closing.multiple)
    change = np.asarray(result.deal.exit.multiple_change)
    costs = _sum_of_years(result, result.lines.holding_exit_costs + result.lines.factory_court_costs)
    lines = {
        "ebitda_growth": multiple * (last - first),
        "multiple_change": first * change,
        "both_together": change * (last - first),
        "net_debt_repaid": _at_closing(result.positions.net_debt) - np.asarray(result.eve.net_debt),
        "distributions": _distributions(result),
        "entry_fees": -(np.asarray(result.closing.buyer_fee) + sum(result.closing.financing_fees, np.zeros(()))),
        "exit_costs": -costs,
        "other": sum(bridge_other(result).values(), np.zeros(result.shape)),
    }
    return {name: np.array(np.broadcast_to(amount, result.shape)) for name, amount in lines.items()}


def bridge_other(result: Result) -> dict[str, Array]:
    """The named items behind ``other`` in the bridge.

    ``owed_to_workers_and_state``: participation, levy, labour share and interest on shares not yet paid, which the
    factory's value must still meet. ``cash_in_the_price``: cash of the factory that the price did not pay for.
    ``machines_deducted``: what the buyer takes off for machines owed. ``sold_in_distress``: how much less than its
    value a failing firm fetches. ``not_paid_to_creditors``: what lenders and others lose.
    ``below_zero``: where a multiple of a negative EBITDA would make a price below zero.
    """
    eve, closing, deal = result.eve, result.closing, result.deal
    last = _last_ebitda(result)
    by_multiple = (np.asarray(closing.multiple) + deal.exit.multiple_change) * last
    before_owed = np.maximum(by_multiple, 0.0)
    owed = np.maximum(np.asarray(eve.machines_owed), 0.0)
    ruled = np.maximum(0.0, before_owed - deal.exit.catch * owed)
    liquidated = np.asarray(result.eve.factory_status) == Status.LIQUIDATED
    debts = eve.participation_owed + eve.levy_owed + sum(eve.labour_share_owed, eve.share_interest_owed)
    fetched = _fetched(result, ruled, liquidated)
    included = deal.price.cash == "included" and result.form.buys
    items = {
        "owed_to_workers_and_state": -np.asarray(debts),
        "cash_in_the_price": result.opening_cash * float(included),
        "machines_deducted": np.where(liquidated, 0.0, ruled - before_owed),
        "sold_in_distress": fetched - np.where(liquidated, before_owed, ruled),
        "not_paid_to_creditors": _creditors_loss(result),
        "below_zero": before_owed - by_multiple - _start_below_zero(result),
    }
    return {name: np.array(np.broadcast_to(amount, result.shape)) for name, amount in items.items()}


def net_debt_repaid_of_which(result: Result) -> dict[str, Array]:
    """The net debt repaid, split in what a full renewal of machines would have left, and machines not bought.

    Both are sums over the years lived; the first may be negative.
    """
    lines = result.lines
    interest = lines.factory_interest + lines.holding_interest
    kept = lines.cash_for_debt - interest - lines.capex_needed
    return {
        "cash_after_full_renewal": _sum_of_years(result, kept) - _paid_out(result),
        "machines_not_bought": _sum_of_years(result, lines.capex_needed - lines.capex),
    }


def gain(result: Result) -> Array:
    """What the owners received and still hold, less what they put in. Wages are not a gain of ownership.

    A co-operative's owners are its members, for their shares, and the reserves that belong to nobody.
    """
    until = slice(0, result.deal.exit.year + 1)
    owners = set(result.closing.stakes) | {result.form.owner}
    total = np.zeros(result.shape)
    for party in owners:
        total = total + result.ledger.received(party, EARNED)[..., until].sum(axis=-1)
        total = total - result.ledger.paid(party, OWNED)[..., until].sum(axis=-1)
    if not result.form.sells:
        total = total + _held_by_owners(result)
    if not result.form.buys:
        total = total - result.claims_start[result.form.owner]
    return total


def _held_by_owners(result: Result) -> Array:
    """Value and cash at the exit date less every creditor's claim: what shares and reserves are worth."""
    positions, date = result.positions, result.deal.exit.year
    cash = positions.factory_cash[..., date] + positions.holding_cash[..., date]
    return np.maximum(0.0, result.end_value + cash - _creditors(result))


def _creditors(result: Result) -> Array:
    """All that creditors are owed at the exit date, the missing money included."""
    end, date = result.positions, result.deal.exit.year
    owed = end.participation_owed + end.levy_owed + sum(end.labour_share_owed, end.share_interest_owed)
    return np.asarray(owed[..., date] + np.asarray(end.debt)[..., date])


def _creditors_loss(result: Result) -> Array:
    """What creditors lose in a sale or a winding-up, or would lose at the exit date of a form that does not sell."""
    lines = result.lines
    until = slice(0, result.deal.exit.year + 1)
    lost = (lines.factory_debt_forgiven + lines.holding_debt_forgiven)[..., until].sum(axis=-1)
    if result.form.sells:
        return np.asarray(lost + _left_to_buyer(result))
    date = result.deal.exit.year
    assets = result.end_value + result.positions.factory_cash[..., date] + result.positions.holding_cash[..., date]
    return np.asarray(lost + np.maximum(0.0, _creditors(result) - assets))


def _left_to_buyer(result: Result) -> Array:
    """Debts to workers and State beyond the price, which stay in the factory and which its next buyer must meet."""
    date = result.deal.exit.year
    received = result.ledger.paid("next_buyer")[..., date]
    eve = result.eve
    debts = eve.participation_owed + eve.levy_owed + sum(eve.labour_share_owed, eve.share_interest_owed)
    price = _fetched(result, result.end_value, np.asarray(eve.factory_status) == Status.LIQUIDATED)
    sold = np.asarray(eve.factory_status) != Status.LIQUIDATED
    return np.where(sold, received - (price + np.asarray(eve.factory_cash) - np.asarray(debts)), 0.0)


def _fetched(result: Result, ruled: Array, liquidated: Array) -> Array:
    """What the enterprise fetched: its value, less after a standstill, or its parts."""
    eve = result.eve
    restructured = np.asarray(eve.holding_status) == Status.RESTRUCTURED
    share = np.where(restructured & result.form.sells, result.distress_price_share, 1.0)
    parts = _sum_of_years(result, result.lines.factory_recovered)
    return np.where(liquidated, parts, ruled * share)


def _last_ebitda(result: Result) -> Array:
    """EBITDA at the exit on the exit's basis, or of the year in which the factory stopped."""
    date = result.last_date.astype(np.int64)
    stopped = np.take_along_axis(result.lines.ebitda, date[..., None], axis=-1)[..., 0]
    liquidated = np.asarray(result.eve.factory_status) == Status.LIQUIDATED
    return np.where(liquidated, stopped, result.end_ebitda)


def _start_below_zero(result: Result) -> Array:
    by_multiple = np.asarray(result.closing.multiple) * result.closing.ebitda
    return result.start_value - by_multiple


def _distributions(result: Result) -> Array:
    """Cash that owners were paid along the way: dividends, and interest on co-operative shares."""
    until = slice(0, result.deal.exit.year + 1)
    owners = set(result.closing.stakes) | {result.form.owner}
    total = np.zeros(result.shape)
    for party in owners:
        total = total + result.ledger.received(party, ("dividend", "interest_on_shares"))[..., until].sum(axis=-1)
    return total


def _paid_out(result: Result) -> Array:
    """Dividends to owners; interest on co-operative shares is already among last year's debts."""
    until = slice(0, result.deal.exit.year + 1)
    owners = set(result.closing.stakes) | {result.form.owner}
    total = np.zeros(result.shape)
    for party in owners:
        total = total + result.ledger.received(party, ("dividend",))[..., until].sum(axis=-1)
    return total


def _at_closing(series: Any) -> Array:
    return np.asarray(series)[..., 0]


def _sum_of_years(result: Result, series: Array) -> Array:
    """Sum over the years lived until the exit date."""
    return np.asarray(series[..., 1 : result.deal.exit.year + 1].sum(axis=-1))


# --- what the factory bore ---------------------------------------------------------------------------------------


def cover_before_capex(result: Result) -> Array:
    """Debt service coverage ratio before any machine: ``cash_for_debt / (interest_due + principal_due)``."""
    lines = result.lines
    return np.asarray(equations.debt_service_cover(lines.cash_for_debt, lines.interest_due + lines.principal_due))


def cover_after_needed_capex(result: Result) -> Array:
    """The same ratio once the machines that are needed have been bought."""
    lines = result.lines
    cash = lines.cash_for_debt - lines.capex_needed
    return np.asarray(equations.debt_service_cover(cash, lines.interest_due + lines.principal_due))


def leverage(result: Result) -> Array:
    """Net debt over EBITDA at each date."""
    return np.asarray(equations.ratio(result.positions.net_debt, result.lines.ebitda))


def debt_service_paid(result: Result) -> Array:
    """Interest and principal paid out of the year's cash, at each date; what a sale repays is not in it."""
    lines = result.lines
    capitalised = sum(lines.loan_capitalised, np.zeros(()))
    interest = lines.factory_interest + lines.holding_interest - capitalised
    at_the_end = sum(lines.loan_repaid_at_sale, lines.revolver_repaid_at_sale)
    return np.asarray(interest + sum(lines.loan_repaid, lines.revolver_repaid) - at_the_end)


def months_of_pay(result: Result) -> Array:
    """Debt service of the years lived, in months of gross pay of the whole staff; NaN without a payroll."""
    lines = result.lines
    months = equations.ratio(12.0 * debt_service_paid(result), lines.gross_pay)
    return _sum_of_years(result, np.asarray(months))


def debt_repaid(result: Result) -> dict[str, Array]:
    """Who repaid the purchase: of all that was borrowed, by the factory's cash, by the next buyer's price, by nobody.

    ``borrowed + capitalised = by_the_factory + by_the_next_buyer + written_off + still_owed``. The next buyer pays
    with money that is, as a rule, borrowed again on the same factory.
    """
    lines, nothing = result.lines, np.zeros_like(result.lines.ebitda)
    until = slice(0, result.deal.exit.year + 1)

    def total(*series: Any) -> Array:
        return np.asarray(sum(series, nothing)[..., until].sum(axis=-1))

    at_the_end = total(*lines.loan_repaid_at_sale)
    return {
        "borrowed": total(*lines.loan_drawn),
        "capitalised": total(*lines.loan_capitalised),
        "by_the_factory": total(*lines.loan_repaid) - at_the_end,
        "by_the_next_buyer": at_the_end,
        "written_off": total(*lines.loan_written_off),
        "still_owed": sum(result.positions.loans, nothing)[..., result.deal.exit.year],
    }


def measure(result: Result) -> dict[str, Any]:
    """All measures of one deal, by name."""
    return {
        "gain": gain(result),
        "value_bridge": value_bridge(result),
        "value_bridge_other_of_which": bridge_other(result),
        "net_debt_repaid_of_which": net_debt_repaid_of_which(result),
        "who_got_what": who_got_what(result),
        "shared_out": shared_out(result),
        "debt_repaid": debt_repaid(result),
        "cover_before_capex": cover_before_capex(result),
        "cover_after_needed_capex": cover_after_needed_capex(result),
        "leverage": leverage(result),
        "machines_owed": result.positions.machines_owed,
        "jobs": result.lines.headcount,
        "months_of_pay": months_of_pay(result),
    }
