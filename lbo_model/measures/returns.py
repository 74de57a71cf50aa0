"""What owners and lenders put in and received: money multiple, internal rate of return."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lbo_model import equations
from lbo_model.engine import Result
from lbo_model.engine.owners import EARNED, GIVEN_BACK, OWNED
from lbo_model.position import Array

LAST_DIGITS = 1e-12
HALVINGS = 64
"""From a width of 24 in the logarithm of ``1 + rate`` to less than the last digit of a float."""


def irr(flows: ArrayLike, times: ArrayLike | None = None) -> Array:
    """Internal rate of return: the yearly rate at which ``sum(flows / (1 + rate) ** times)`` is zero.

    ``flows`` has time as its last axis; ``times`` are years from the first flow (0, 1, 2... if not given).
    Found by bisection for the whole batch at once. It is defined where the flows, or the flows added up,
    change sign once from minus to plus, so that there is one answer; -1 where money is put in and nothing
    comes back; NaN elsewhere. What is nothing beside the largest flow but for the last digits is no flow.
    Where all flows add up to nothing it is 0, or, where money that came back had to be given back much later,
    the rate above 0 at which that loan makes them worth nothing too: the limit of a euro less given back.
    """
    cash = np.asarray(flows, dtype=np.float64)
    largest = np.max(np.abs(cash), axis=-1, keepdims=True)
    cash = np.where(np.abs(cash) > LAST_DIGITS * largest, cash, 0.0)
    when = (
        np.arange(cash.shape[-1], dtype=np.float64) if times is None else np.asarray(times, dtype=np.float64)
    )
    added_up = np.cumsum(cash, axis=-1)
    added_up = np.where(np.abs(added_up) > LAST_DIGITS * largest, added_up, 0.0)
    low = np.where(added_up[..., -1] == 0.0, 0.0, -12.0)
    high = np.full(cash.shape[:-1], 12.0)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        worth = np.sum(cash * np.exp(-middle[..., None] * when), axis=-1)
        low, high = np.where(worth > 0.0, middle, low), np.where(worth > 0.0, high, middle)
    rate = np.expm1((low + high) / 2.0)
    nothing_back = np.all(cash <= 0.0, axis=-1) & np.any(cash < 0.0, axis=-1)
    defined = _turns_once(cash) | _turns_once(added_up)
    return np.where(nothing_back, -1.0, np.where(defined, rate, np.nan))


def _turns_once(series: Array) -> NDArray[np.bool_]:
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
    once: NDArray[np.bool_] = np.logical_and(ups == 1.0, downs == 0.0)
    return once


def money_multiple(paid_in: Array, received: Array) -> Array:
    """Money received per euro put in: ``received / paid_in``."""
    return np.asarray(equations.ratio(received, paid_in))


LENT = ("loan", "credit_line_drawn")
RETURNED = ("principal", "interest", "financing_fee", "credit_line_repaid", "dividend", "sale_proceeds")
"""Of a lender; the last two where it has taken shares for a part of its loan."""


def gave_back(result: Result) -> bool:
    """Whether an owner gave anything back after the sale, in any cell."""
    return result.last_payment > result.deal.exit.year


def returns(result: Result) -> dict[str, dict[str, Array]]:
    """Money put in, received, multiple and rate of return of each owner and each lender of the deal.

    ``received`` counts what is still held at the exit date by a lender or by an owner who does not sell. The
    stake of a family that keeps its factory is the price that it refuses. No multiple and no rate is given
    for co-operative shares: they are repaid at par and earn interest. What an owner gave back after the sale
    is taken off what it received.
    """
    answers = {party: owner_return(result, party) for party in result.closing.stakes}
    if not result.form.buys:
        answers[result.form.owner] = owner_return(result, result.form.owner)
    lenders = dict.fromkeys(loan.lender for loan in result.deal.funding.loans.values())
    if result.deal.funding.revolver is not None:
        lenders[result.deal.funding.revolver.lender] = None
    for party in lenders:
        if party not in answers:
            answers[party] = _return_of(result, party, LENT, RETURNED, result.claims_end.get(party))
    return answers


def owner_return(result: Result, party: str) -> dict[str, Array]:
    """What one owner of the shares put in and received; see ``returns``."""
    cooperative = result.form.buys and not result.form.has_holding
    if cooperative:
        answer = _return_of(result, party, OWNED, EARNED, None)
        unknown = np.full(result.shape, np.nan)
        return {**answer, "multiple": unknown, "irr": unknown}
    held = None if result.form.sells else result.claims_end.get(party)
    if result.form.buys:
        return _return_of(result, party, OWNED, EARNED, held)
    return _return_of(result, party, (), EARNED, held, result.claims_start[party])


def _return_of(
    result: Result,
    party: str,
    paid: tuple[str, ...],
    received: tuple[str, ...],
    held: Array | None,
    stake: Array | None = None,
) -> dict[str, Array]:
    until = result.counted
    money_in = result.ledger.paid(party, paid)[..., until].copy()
    money_out = result.ledger.received(party, received)[..., until].copy()
    if gave_back(result):
        money_out -= result.ledger.paid(party, (GIVEN_BACK,))[..., until]
    if stake is not None:
        money_in[..., 0] += stake
    if held is not None:
        money_out[..., result.deal.exit.year] += held
    total_in, total_out = money_in.sum(axis=-1), money_out.sum(axis=-1)
    return {
        "paid_in": total_in,
        "received": total_out,
        "multiple": money_multiple(total_in, total_out),
        "irr": irr(money_out - money_in),
    }
