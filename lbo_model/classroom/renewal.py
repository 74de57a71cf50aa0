"""Machines needed, bought and missing year by year, what becomes of customers, and how that is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from lbo_model import measures
from lbo_model.classroom import facts
from lbo_model.classroom.cases import Case
from lbo_model.position import Status
from lbo_model.words import Words

SEEN = 0.0005
"""The least share of customers that is said to have left: half a tenth of a per cent."""


@dataclass(frozen=True)
class Renewal:
    """One value a year, from year 1 to the exit year or to the year in which the factory closed.

    ``needed`` keeps machines as they are; ``bought`` counts those for growth and those of a lessor too;
    ``missing`` adds up. ``customers``: the share of the market beside that of closing day; 1 without
    consequences.
    """

    needed: tuple[float, ...]
    bought: tuple[float, ...]
    missing: tuple[float, ...]
    ebitda: tuple[float, ...]
    customers: tuple[float, ...]


@lru_cache(maxsize=128)
def renewal(case: Case) -> Renewal:
    """The machines of a deal, year by year."""
    result = case.result
    lines, last = result.lines, min(int(result.last_date), result.deal.exit.year)
    # A closure settles everything: the eve has what was still missing, and the customers of the last year.
    missing = np.array(result.positions.machines_owed, dtype=np.float64)
    missing[last] = float(np.asarray(result.eve.machines_owed))
    customers = np.nan_to_num(measures.market_share(result), nan=1.0)
    if result.behaviour == "full":
        customers[last] = float(np.asarray(result.eve.market_share))
    lived = slice(1, last + 1)
    return Renewal(
        needed=tuple(map(float, lines.capex_needed[lived])),
        bought=tuple(map(float, (lines.capex + lines.leased)[lived])),
        missing=tuple(max(0.0, float(amount)) for amount in missing[lived]),
        ebitda=tuple(map(float, lines.ebitda[lived])),
        customers=tuple(map(float, customers[lived])),
    )


def left(case: Case) -> float:
    """The share of customers who have left by the last year."""
    return max(0.0, 1.0 - renewal(case).customers[-1])


def renewed_how(case: Case) -> str:
    """Whether all machines were bought or some are missing, and whether the deal failed meanwhile."""
    bought = "short" if renewal(case).missing[-1] >= 1.0 else "bought"
    if int(np.asarray(case.result.eve.factory_status)) == Status.LIQUIDATED:
        return f"{bought}_closed"
    return f"{bought}_failed" if facts.ending(case) == "restructured" else bought


def of_the_machines(cases: Sequence[Case], words: Words) -> Mapping[str, Any]:
    """What is missing as a share of what was needed, and what customers made of it, in words."""
    case = cases[0]
    found, gone = renewal(case), left(case)
    how = "none" if gone < SEEN else "some"
    how = how if case.behaviour == "full" else "arithmetic"
    needed = sum(found.needed)
    return {
        "needed": needed,
        "missing": found.missing[-1],
        "missing_share": found.missing[-1] / needed if needed else 0.0,
        "effect": words.say(f"chapters.machines.effect_{how}", left=round(gone, 3), last=len(found.needed)),
    }
