"""The ratchet of a management package: a part of what ordinary shares bring goes to managers once the other
owners have earned a yearly rate.

Each of its steps has a hurdle: what other owners must still receive to have earned the step's rate, a stock
that grows with that rate and with what they bring, and falls by what they are paid. At the sale they are
served up to the first hurdle; of what comes after, managers take the step's share, until the others have
reached the next hurdle, net of what they gave.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lbo_model import equations
from lbo_model.engine.bookkeeping import Step
from lbo_model.engine.owners import with_the_deal
from lbo_model.ledger import Flow
from lbo_model.position import Number, Position
from lbo_model.scenario import Deal

MANAGERS = "managers"


def others(deal: Deal) -> frozenset[str]:
    """The owners who give: all who bring money, but the managers and the money that nobody has brought."""
    return frozenset(deal.funding.equity) - {MANAGERS, "nobody_yet"}


def with_hurdles(deal: Deal, before: tuple[Number, ...], step: Step) -> Step:
    """A step with its hurdles, from those of the date before and the step's payments."""
    brought, received = with_the_deal(step.flows, others(deal))
    hurdles = tuple(
        equations.ratchet_hurdle(hurdle, one.above, brought, received)
        for hurdle, one in zip(before, deal.funding.ratchet.values(), strict=True)
    )
    return replace(step, position=replace(step.position, ratchet_hurdles=hurdles))


def ratchet_paid(deal: Deal, eve: Position, preferred: Number, ordinary: Number) -> Number:
    """What managers take of the other owners' part of a sale: ``preferred`` and ``ordinary`` are that part.

    It comes out of ordinary shares alone, and never takes more than these bring.
    """
    steps = tuple(deal.funding.ratchet.values())
    reached: Number = 0.0
    sizes: list[Number] = []
    shares = [0.0, *(one.share for one in steps)]
    for hurdle, given in zip(eve.ratchet_hurdles, shares, strict=False):
        sizes.append(equations.ratchet_tier(hurdle, reached, given))
        reached = np.maximum(reached, hurdle)
    tiers = equations.paid_by_rank(preferred + ordinary, [*sizes, np.inf])
    taken = sum((share * tier for share, tier in zip(shares, tiers, strict=True)), 0.0)
    return np.minimum(taken, ordinary)


def ratchet_flows(deal: Deal, taken: Number, ordinary: Mapping[str, Number]) -> list[Flow]:
    """What each owner receives for ordinary shares once each has given its part of what managers take."""
    giving = others(deal)
    theirs = sum((amount for party, amount in ordinary.items() if party in giving), 0.0)
    kept = 1.0 - equations.ratio(taken, theirs, otherwise=0.0)
    flows = [
        Flow("holding", party, "sale_proceeds", amount * (kept if party in giving else 1.0))
        for party, amount in ordinary.items()
    ]
    return [*flows, Flow("holding", MANAGERS, "ratchet", taken)]
