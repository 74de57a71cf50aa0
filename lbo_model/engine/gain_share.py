"""The workers' share of their owners' gain, where the law gives them one: paid out of what ordinary shares
bring in the end.

Until then the position counts what owners have brought and not yet received: their money in the deal.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lbo_model import equations
from lbo_model.engine.bookkeeping import Step
from lbo_model.engine.owners import with_the_deal
from lbo_model.ledger import Flow
from lbo_model.position import Number
from lbo_model.scenario import Deal


def with_money_in_the_deal(deal: Deal, before: Number, step: Step) -> Step:
    """A step with what owners have brought less what they were paid, from that of the date before."""
    brought, received = with_the_deal(step.flows, frozenset(deal.funding.equity) - {"nobody_yet"})
    return replace(step, position=replace(step.position, money_in_the_deal=before + brought - received))


def shared_gain(share: Number, to_owners: Number, ordinary: Number, money_in: Number) -> Number:
    """What workers are paid: their share of the gain, never more than ordinary shares bring."""
    return np.minimum(equations.gain_shared(share, to_owners, money_in), ordinary)


def after_the_workers(
    shares: Mapping[str, Number], ordinary: Number, taken: Number
) -> tuple[dict[str, Number], Flow]:
    """What each owner's ordinary shares still bring, all giving in proportion, and the workers' payment."""
    kept = 1.0 - equations.ratio(taken, ordinary, otherwise=0.0)
    left = {party: amount * kept for party, amount in shares.items()}
    return left, Flow("holding", "workers", "gain_share", taken)
