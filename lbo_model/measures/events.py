"""What goes wrong in the life of a deal: covenants broken, a holding or a factory that can no longer pay."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lbo_model.engine import Result
from lbo_model.position import Array, MoveRefused, Status
from lbo_model.quantities import TOLERANCE


@dataclass(frozen=True)
class Event:
    """One thing at one date of a deal.

    ``code``: ``waived`` or ``cured``, covenants that were broken; ``covenant_default``, neither of the two;
    ``restructured``, the holding could not pay its lenders; ``shares_to_lenders``, either of these two where
    its debt becomes shares; ``liquidated``, the factory could not pay its
    own. ``moved``: jobs that go abroad; ``move_refused_by_lenders``, ``move_without_money``: why they stay.
    ``deferred``, ``labour_share_blocked``, ``new_money``: what saved a year in which cash was short.
    ``covenants``: those that the year's accounts did not keep.
    """

    date: int
    code: str
    covenants: tuple[str, ...] = ()


def events(result: Result) -> list[Event]:
    """What goes wrong, by date; nothing for a deal whose numbers are arrays, where each life has its own."""
    return list(_events(result)) if result.shape == () else []


def _events(result: Result) -> Iterator[Event]:
    holding, factory = (np.asarray(result.status(company)) for company in ("holding", "factory"))
    for date in range(1, result.dates):
        broken = _broken(result, date)
        yield from _moves(result, date)
        for code, series in _rescues(result).items():
            if series[date] > TOLERANCE:
                yield Event(date, code)
        if factory[date] == Status.LIQUIDATED:
            if factory[date - 1] != Status.LIQUIDATED:
                yield Event(date, "liquidated")
        elif holding[date] == Status.WAIVED:
            yield Event(date, "waived", broken)
        elif holding[date] == Status.CURED and broken:
            yield Event(date, "cured", broken)
        elif holding[date] == Status.RESTRUCTURED and holding[date - 1] != Status.RESTRUCTURED:
            yield Event(date, _default(result, broken), broken)


def _default(result: Result, broken: tuple[str, ...]) -> str:
    """How a holding that cannot pay goes on: its lenders wait, or take its shares."""
    if result.policy.distress.restructuring is not None and result.form.has_holding:
        return "shares_to_lenders"
    return "covenant_default" if broken else "restructured"


def _moves(result: Result, date: int) -> Iterator[Event]:
    """Jobs that an owner moved abroad, or would have."""
    why = float(result.lines.move_refused[date])
    if result.lines.jobs_moved[date] > 0.0:
        yield Event(date, "moved")
    elif why == MoveRefused.BY_LENDERS:
        yield Event(date, "move_refused_by_lenders")
    elif why == MoveRefused.NO_MONEY:
        yield Event(date, "move_without_money")


def _rescues(result: Result) -> dict[str, Array]:
    lines = result.lines
    return {
        "deferred": lines.principal_deferred,
        "labour_share_blocked": lines.labour_share_blocked,
        "new_money": lines.new_money,
    }


def _broken(result: Result, date: int) -> tuple[str, ...]:
    lines = result.lines
    found = {
        "leverage": lines.breached_leverage,
        "cover": lines.breached_cover,
        "interest_cover": lines.breached_interest_cover,
    }
    return tuple(name for name, series in found.items() if series[date] > 0.0)
