"""How each owner gets through a storm, read from a run: what each year was, what saved it, who lost what."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from lbo_model import measures
from lbo_model.classroom import facts
from lbo_model.classroom.cases import Case
from lbo_model.engine.operations import seasons
from lbo_model.position import Status
from lbo_model.quantities import TOLERANCE

YEARS = ("paid", "nothing_due", "waived", "waits", "brought", "default", "closed")
"""What a year was under an owner: all that was due is paid, nothing was due, lenders overlook a covenant,
lenders wait for principal or members for their share, an owner brings money, the holding cannot pay, the
factory has closed.
"""

SMALL = 0.005
"""A demand this close to its level in calm is calm."""


class Lost(NamedTuple):
    """What the owners gained (below zero: lost) in euros, what lenders lost, jobs that came or went; of the
    first, what workers had saved and a failure took.
    """

    shares: float
    loans: float
    jobs: float
    savings: float


@lru_cache(maxsize=256)
def years(case: Case) -> tuple[str, ...]:
    """What each year was, from year 1 to the exit year: one of ``YEARS``."""
    result = case.result
    holding, lines = result.status("holding"), result.lines
    # Of a deal that does not close, a status says only that.
    signs = {
        "brought": lines.new_money + lines.cured,
        "waits": lines.principal_deferred + lines.labour_share_blocked,
        "waived": result.positions.breached,
        "paid": lines.interest_due + lines.principal_due,
    }
    found = []
    for year in range(1, result.deal.exit.year + 1):
        if year >= int(result.last_date) and int(np.asarray(result.eve.factory_status)) == Status.LIQUIDATED:
            found.append("closed")
        elif holding[year] == Status.RESTRUCTURED:
            found.append("default")
        else:
            told = (code for code, series in signs.items() if series[year] > TOLERANCE)
            found.append(next(told, "nothing_due"))
    return tuple(found)


def stands(case: Case) -> bool:
    """Whether no company of the deal has failed until the exit year."""
    return facts.ending(case) not in ("restructured", "liquidated")


def helped(case: Case) -> bool:
    """Whether it stands, and someone had to wait or to bring money for it in some year."""
    return stands(case) and bool({"waived", "waits", "brought"} & set(years(case)))


def lost(case: Case) -> Lost:
    """Who lost what until the exit year; jobs beside those of closing day."""
    end, result = facts.of_end(case), case.result
    jobs = float(measures.jobs_left(result) - result.lines.headcount[0])
    savings = float(measures.losses(result)["workers_savings"])
    return Lost(float(end["gain"]), float(end["written_off"]), jobs, savings)


@lru_cache(maxsize=64)
def demand(case: Case) -> tuple[float, ...]:
    """Demand at each date beside that of a calm year: the same under every owner."""
    scenario = case.scenario
    last = case.result.deal.exit.year
    return tuple(float(np.asarray(season.demand)) for season in seasons(scenario.weather, last + 1))


def struck(case: Case) -> bool:
    """Whether demand falls in some year before the exit."""
    return min(demand(case)) < 1.0 - SMALL


def worst(case: Case) -> tuple[float, int]:
    """The part of demand that is missing in the worst year, and that year."""
    levels = demand(case)
    year = levels.index(min(levels))
    return 1.0 - levels[year], year


def fell_late(case: Case) -> bool:
    """Whether it could no longer pay in a year in which demand came back: stocks and customers' credit are
    paid for before customers pay.
    """
    year = facts.failure_year(case)
    return year is not None and demand(case)[year] > demand(case)[year - 1] + SMALL


def debts(cases: Sequence[Case]) -> tuple[float, float] | None:
    """Where debt at the purchase tells who stands: the most among those that do, the least among those that
    do not, in times EBITDA. None where it does not, or where all ended alike.
    """
    standing = [_debt(case) for case in cases if stands(case)]
    fallen = [_debt(case) for case in cases if not stands(case)]
    if not standing or not fallen or max(standing) >= min(fallen):
        return None
    return max(standing), min(fallen)


def _debt(case: Case) -> float:
    return float(facts.of_closing(case)["debt_times"])
