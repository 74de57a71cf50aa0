"""Owners' preferred money: year by year, and what it returned apart from its holder's whole."""

import numpy as np

from lbo_model import equations
from lbo_model.engine import Result
from lbo_model.measures.returns import irr, money_multiple
from lbo_model.position import Array, Status
from lbo_model.quantities import TOLERANCE


def preferred_schedule(result: Result) -> dict[str, dict[str, Array]]:
    """By kind of preferred money, in the order of rank; every item a series.

    ``opening + brought + grown - paid - not_paid = closing``. ``paid`` is out of the year's cash and out of a
    sale or a winding-up. ``not_paid`` is what that end leaves of the claim: lost by its owner, or below zero
    where the claim was converted into more than itself. A restructuring of the holding ends all of it.
    """
    positions, lines = result.positions, result.lines
    closed = np.asarray(result.eve.factory_status) == Status.LIQUIDATED
    last = np.arange(result.dates) == result.last_date[..., None]
    settled = last & (result.form.sells | closed)[..., None]
    answer = {}
    for number, name in enumerate(result.deal.funding.preferred):
        closing = positions.preferred[number]
        opening = np.concatenate([np.zeros_like(closing[..., :1]), closing[..., :-1]], axis=-1)
        brought = np.zeros_like(closing)
        brought[..., 0] = result.closing.preferred[number]
        at_the_end = lines.preferred_paid_at_sale[number]
        claim = np.asarray(result.eve.preferred[number])[..., None]
        lost = np.where(settled, claim - at_the_end, 0.0)
        gone = np.isnan(closing)
        moves = {
            "opening": opening,
            "brought": brought,
            "grown": lines.preferred_grown[number],
            "paid": lines.preferred_paid[number] + at_the_end,
            "not_paid": lost + lines.preferred_given_up[number],
        }
        answer[name] = {move: np.where(gone, np.nan, series) for move, series in moves.items()}
        answer[name]["closing"] = closing
    return answer


def preferred_returns(result: Result) -> dict[str, dict[str, Array]]:
    """Money put in, received, multiple and rate of return of each kind of preferred money, by itself.

    ``received`` is what its claim was paid, out of the years' cash and of the end; where it was converted,
    what it took instead of its claim (``converted`` is then 1). What participating money takes of the rest
    comes with its holder's ordinary shares and is not counted here. Where the owner does not sell, the claim
    still stands at the exit date: it is counted as far as what its holder has left covers it, by rank.
    """
    lines, funding, until = result.lines, result.deal.funding, slice(0, result.deal.exit.year + 1)
    answer = {}
    for number, name in enumerate(funding.preferred):
        at_the_end = np.nan_to_num(lines.preferred_paid_at_sale[number])
        money_out = (np.nan_to_num(lines.preferred_paid[number]) + at_the_end)[..., until]
        money_out[..., -1] += _held(result, number)
        money_in = np.zeros_like(money_out)
        money_in[..., 0] = result.closing.preferred[number]
        total_in, total_out = money_in.sum(axis=-1), money_out.sum(axis=-1)
        beyond = at_the_end.sum(axis=-1) > np.asarray(result.eve.preferred[number]) + TOLERANCE
        answer[name] = {
            "paid_in": total_in,
            "received": total_out,
            "multiple": money_multiple(total_in, total_out),
            "irr": irr(money_out - money_in),
            "converted": np.where(beyond, 1.0, 0.0),
        }
    return answer


def _held(result: Result, number: int) -> Array:
    """What a claim is worth at the exit date to a holder who does not sell."""
    if result.form.sells:
        return np.zeros(result.shape)
    terms = tuple(result.deal.funding.preferred.values())
    holder, date = terms[number].holder, result.deal.exit.year
    own = [at for at, one in enumerate(terms) if one.holder == holder]
    claims = [result.positions.preferred[at][..., date] for at in own]
    left = result.claims_end.get(holder, np.zeros(result.shape))
    paid = equations.paid_by_rank(left, claims, [terms[at].rank for at in own])
    return np.asarray(paid[own.index(number)])
