"""How the holding's last cash is shared: its lenders by rank, then its owners."""

from dataclasses import dataclass

import numpy as np

from lbo_model import equations
from lbo_model.engine.gain_share import after_the_workers, shared_gain
from lbo_model.engine.last_claims import by_loan, lenders_claims, lenders_ranks, loan_flows
from lbo_model.engine.owners import owners_shares, shareholder_loans, shares_now
from lbo_model.engine.ratchet import others, ratchet_flows, ratchet_paid
from lbo_model.engine.setting import Setting
from lbo_model.ledger import Flow
from lbo_model.position import Number, Position
from lbo_model.scenario import AFTER_LENDERS


@dataclass(frozen=True)
class HoldingEnding:
    """How the holding's last cash is shared."""

    loans: tuple[Number, ...]
    line: Number
    preferred: tuple[Number, ...]
    distributed: Number
    """To owners, their loans left out."""
    forgiven: Number
    """By lenders."""
    lent_and_lost: Number
    """By owners, of their loans."""
    spent: Number
    flows: tuple[Flow, ...]


def holding_ending(setting: Setting, eve: Position, till: Number) -> HoldingEnding:
    """The holding's lenders are paid by rank, then money missing at closing at par, then its owners: their
    preferred money by rank, or what it converts into, then ordinary shares, less what the law gives to
    workers and a ratchet to managers. Lenders who have become owners give nothing of their gain.
    """
    claims = lenders_claims(setting, eve, "holding")
    gap = eve.gap if setting.form.has_holding else 0.0 * eve.gap
    paid = equations.paid_by_rank(till, [*claims, gap], [*lenders_ranks(setting, "holding"), AFTER_LENDERS])
    loans, line = by_loan(setting, "holding", paid[:-1])
    to_owners = np.maximum(0.0, till - sum(paid, 0.0))
    owners = shares_now(setting.form, setting.closing, eve) if setting.form.has_holding else {}
    preferred, ordinary = _preferred_served(setting, eve, to_owners)
    lent = shareholder_loans(setting.deal, eve.preferred)
    repaid = shareholder_loans(setting.deal, preferred)
    kinds = tuple(zip(setting.deal.funding.preferred.values(), preferred, strict=True))
    shares = {party: share * ordinary for party, share in owners.items()}
    to_workers: tuple[Flow, ...] = ()
    asked = setting.scenario.policy.workers_share_of_gain if setting.form.sells else None
    if asked is not None and setting.form.has_holding:
        before = owners_shares(setting.form, setting.closing)
        theirs = {party: amount for party, amount in shares.items() if party in before}
        of_others = sum((amount for party, amount in shares.items() if party not in before), 0.0)
        gain = shared_gain(asked, to_owners - of_others, ordinary - of_others, eve.money_in_the_deal)
        left, payment = after_the_workers(theirs, ordinary - of_others, gain)
        shares, to_workers = shares | left, (payment,)
    flows = [Flow("holding", party, "sale_proceeds", amount) for party, amount in shares.items()]
    if setting.deal.funding.ratchet:
        giving = others(setting.deal)
        as_preferred = sum((amount for one, amount in kinds if one.holder in giving), 0.0)
        as_shares = sum((amount for party, amount in shares.items() if party in giving), 0.0)
        taken = ratchet_paid(setting.deal, eve, as_preferred, as_shares)
        flows = ratchet_flows(setting.deal, taken, shares)
    return HoldingEnding(
        loans=loans,
        line=line,
        preferred=preferred,
        distributed=to_owners - repaid,
        forgiven=sum(claims, gap) - sum(paid, 0.0),
        lent_and_lost=lent - repaid,
        spent=sum(paid, to_owners),
        flows=(
            *loan_flows(setting, "holding", loans, line),
            Flow("holding", "nobody_yet", "par_repaid", paid[-1]),
            *(Flow("holding", one.holder, f"{one.kind}_repaid", amount) for one, amount in kinds),
            *to_workers,
            *flows,
        ),
    )


def _preferred_served(
    setting: Setting, eve: Position, available: Number
) -> tuple[tuple[Number, ...], Number]:
    """What each preferred claim receives, and what is left for ordinary shares."""
    terms = tuple(setting.deal.funding.preferred.values())
    claims = list(eve.preferred)
    others = sum(claims, 0.0)
    converted: Number = 0.0
    for number, one in enumerate(terms):
        if one.converts_into is not None:
            taken = equations.converted(available, claims[number], others - claims[number], one.converts_into)
            if eve.shares:
                # What a restructuring has ended has nothing left to convert.
                brought = np.greater(setting.closing.preferred[number], 0.0)
                ended = brought & np.less_equal(eve.standing, 0.0) & np.less_equal(claims[number], 0.0)
                taken = np.where(ended, 0.0, taken)
            claims[number] = np.where(np.greater(taken, 0.0), 0.0, claims[number])
            converted = taken
    paid = equations.paid_by_rank(available, claims, [one.rank for one in terms])
    left = np.maximum(0.0, available - sum(paid, 0.0) - converted)
    served = [
        amount + (converted if one.converts_into is not None else 0.0)
        for one, amount in zip(terms, paid, strict=True)
    ]
    return tuple(served), left
