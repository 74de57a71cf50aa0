"""Owners' preferred money year by year: opening, brought, grown, paid, closing."""

import numpy as np

from lbo_model.engine import Result
from lbo_model.position import Array, Status


def preferred_schedule(result: Result) -> dict[str, dict[str, Array]]:
    """By kind of preferred money, in the order of rank; every item a series.

    ``opening + brought + grown - paid - not_paid = closing``. ``paid`` is out of the year's cash and out of a
    sale or a winding-up. ``not_paid`` is what that end leaves of the claim: lost by its owner, or below zero
    where the claim was converted into more than itself.
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
            "not_paid": lost,
        }
        answer[name] = {move: np.where(gone, np.nan, series) for move, series in moves.items()}
        answer[name]["closing"] = closing
    return answer
