"""What those who sold the factory give back to its creditors where it closes, unable to pay, soon after.

At the sale the law says what each of its owners may be asked for, and until when (``asked_after_a_sale``);
the factory carries that along (``Target.sold_by``). Where it is wound up in time, all who may be asked give
in proportion what creditors of the factory and of its holding lack, and no more: nothing goes to owners.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from lbo_model import equations
from lbo_model.engine.last_claims import lenders_claims
from lbo_model.engine.owners import EARNED, GIVEN_BACK, OWNED
from lbo_model.engine.setting import Setting
from lbo_model.engine.target import SoldBy
from lbo_model.forms.levers import Clawback
from lbo_model.ledger import Flow
from lbo_model.position import Array, Number, Position

CLAWBACK = "clawback"
"""What the factory receives; in the deal of those who pay it is ``GIVEN_BACK``."""
BEFORE_THE_SALE = ("dividend", "interest_on_shares")
"""What owners are paid on the day of a sale without its being the price."""


@dataclass(frozen=True)
class GivenBack:
    """A payment of an owner who had sold, in the accounts of its own deal."""

    deal: str
    date: int
    """Years since that deal's closing day."""
    counts: bool
    """Whether owners are still compared then: the deal in which the factory closed has not ended."""
    payment: Flow


def asked_after_a_sale(
    law: Clawback, setting: Setting, name: str, payments: Sequence[Iterable[Flow]], sold: Array
) -> SoldBy:
    """What each owner of a deal may be asked for, from all payments of its dates, the sale's the last.

    ``sold`` is 0.0 where the factory had closed before: nobody bought it.
    """
    last, amounts = len(payments) - 1, {}
    for party in setting.closing.stakes:
        brought: Number = 0.0
        received: Number = 0.0
        lately: Number = 0.0
        sale: Number = 0.0
        for date, flows in enumerate(payments):
            recent = np.less(last - date, law.years)
            for flow in flows:
                if flow.payer == party and flow.reason in OWNED:
                    brought = brought + flow.amount
                if flow.payee == party and flow.reason in EARNED:
                    received = received + flow.amount
                    if date == last and flow.reason not in BEFORE_THE_SALE:
                        sale = sale + flow.amount
                    else:
                        lately = lately + np.where(recent, flow.amount, 0.0)
        amounts[party] = sold * equations.asked_back(law.share, lately, sale, brought, received)
    date = setting.target.date + last
    return SoldBy(name, setting.target.date, date + np.asarray(law.years), amounts)


def asked(sellers: Iterable[SoldBy], date: int) -> Number:
    """What owners before may be asked for at a date since the first closing day."""
    return sum((_of(one, date) for one in sellers), 0.0)


def lacking(setting: Setting, eve: Position, till: Number, debts: Number) -> Number:
    """What a factory that is wound up lacks to pay its creditors, its holding left out, and then the lenders
    of its holding, who receive all that these leave.
    """
    lent: Number = 0.0
    if setting.form.has_holding:
        lent = sum(lenders_claims(setting, eve, "holding"), 0.0)
    return np.maximum(0.0, debts + np.maximum(0.0, lent - eve.holding_cash) - till)


def given_back(setting: Setting, date: int, flows: Iterable[Flow]) -> list[GivenBack]:
    """What each owner before paid, from the payments of the year in which the factory was wound up."""
    sellers, now = setting.target.sold_by, setting.target.date + date
    paid = sum((flow.amount for flow in flows if flow.reason == CLAWBACK), 0.0)
    if not np.any(paid):
        return []
    part = equations.ratio(paid, asked(sellers, now), otherwise=0.0)
    return [
        GivenBack(
            deal=one.deal,
            date=now - one.start,
            counts=date <= setting.deal.exit.year,
            payment=Flow(party, "next_buyer", GIVEN_BACK, part * _in_time(one, now) * amount),
        )
        for one in sellers
        for party, amount in one.amounts.items()
    ]


def _of(one: SoldBy, date: int) -> Number:
    return _in_time(one, date) * sum(one.amounts.values(), 0.0)


def _in_time(one: SoldBy, date: int) -> Array:
    return np.where(np.less_equal(date, one.until), 1.0, 0.0)
