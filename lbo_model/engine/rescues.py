"""A year in which cash is short: lenders let principal wait, members leave their share, an owner pays in.

Each step is tried only in the cells that the steps before have not saved, and none of them happens where all
together are not enough.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lbo_model import equations
from lbo_model.engine.bookkeeping import Relief
from lbo_model.engine.choice import Choice, Known, choice_of
from lbo_model.engine.debt import DebtService
from lbo_model.engine.setting import Setting
from lbo_model.engine.tills import Tills
from lbo_model.position import Number, Year, choose
from lbo_model.scenario import NewMoney, Rescues


@dataclass(frozen=True)
class Rescued:
    """A year as it is paid once everything was tried."""

    service: DebtService
    tills: Tills
    choice: Choice
    relief: Relief


def rescued(
    setting: Setting,
    rescues: Rescues,
    year: Year,
    asked: Rescued,
    known: Known,
    date: int,
) -> Rescued:
    """The year once its rescues are tried in order, cell by cell; ``asked`` where none saves it.

    Whoever needed help in an earlier round of the year has it in this one: else less interest or tax, thanks
    to that help, would make it look needless.
    """
    tried, short, failed = asked, asked.choice.short | known.helped, known.failed
    relief = replace(asked.relief, tried=np.asarray(1.0 * short))
    tills = replace(asked.tills, target=np.where(short, asked.tills.floor, asked.tills.target))
    tried = replace(tried, tills=tills, relief=relief)
    if rescues.deferral is not None:
        tried = _deferred(setting, year, tried, short, rescues.deferral)
    tried = replace(tried, choice=choice_of(setting, tried.tills, failed))
    if rescues.blocked_labour_share is not None:
        tried = _blocked(year, tried, rescues.blocked_labour_share)
        tried = replace(tried, choice=choice_of(setting, tried.tills, failed))
    if rescues.new_money is not None:
        tried = _brought(setting, year, tried, rescues.new_money, date)
        tried = replace(tried, choice=choice_of(setting, tried.tills, failed))
    return choose(short & ~tried.choice.short, tried, asked)


def _deferred(
    setting: Setting, year: Year, tried: Rescued, short: NDArray[np.bool_], most: Number
) -> Rescued:
    """Every loan waits a year: nothing of its principal is due, and its whole profile moves on."""
    service, tills, opening = tried.service, tried.tills, year.opening
    waits = [
        np.where(short & np.less(already, most), due, 0.0)
        for due, already in zip(service.principal, opening.deferred, strict=True)
    ]
    loans = setting.deal.funding.loans.values()
    above = sum((due for loan, due in zip(loans, waits, strict=True) if loan.entity == "holding"), 0.0)
    below = sum(waits, 0.0) - above
    moved = tuple(
        np.where(short & np.less(already, most) & np.greater(balance, 0.0), 1.0, 0.0)
        for already, balance in zip(opening.deferred, opening.loans, strict=True)
    )
    return replace(
        tried,
        service=replace(
            service,
            principal=tuple(due - wait for due, wait in zip(service.principal, waits, strict=True)),
        ),
        tills=replace(
            tills,
            factory=tills.factory + below,
            holding=tills.holding + above,
            holding_due=tills.holding_due - above,
        ),
        relief=replace(tried.relief, deferred=tuple(waits), moved=moved),
    )


def _blocked(year: Year, tried: Rescued, share: Number) -> Rescued:
    """Members leave what is missing of the labour share that falls due, up to a part of it."""
    due = share * year.opening.labour_share_owed[0]
    left = np.where(tried.choice.short, np.clip(tried.choice.lacking, 0.0, due), 0.0)
    return replace(
        tried,
        tills=replace(tried.tills, factory=tried.tills.factory + left),
        relief=replace(tried.relief, blocked=left),
    )


def _brought(setting: Setting, year: Year, tried: Rescued, terms: NewMoney, date: int) -> Rescued:
    """An owner brings all that is missing, where that is within its means and, if it asks for a return, pays.

    The shares are worth ``multiple * hoped_ebitda - debt``, with what the money pays already paid: no cash is
    left beside that debt.
    """
    choice, tills, opening = tried.choice, tried.tills, year.opening
    missing = np.maximum(0.0, choice.lacking)
    if terms.most.amount is not None:
        most: Number = terms.most.amount
    else:
        assert terms.most.per_head is not None, "a choice of exactly one field"
        most = terms.most.per_head * year.operations.headcount
    pays = choice.short & np.less_equal(missing, most)
    if terms.required_return is not None:
        multiple = setting.deal.exit.multiple_after(setting.closing.multiple)
        service = tried.service
        balances = zip(opening.loans, service.capitalised, service.principal, strict=True)
        owed = sum((balance + added - due for balance, added, due in balances), opening.revolver)
        debt = sum(opening.lease_debt_due[1:], owed + choice.draw + opening.gap)
        earned = year.operations.ebitda_before_rents
        hoped = equations.hoped_ebitda(earned, setting.closing.ebitda, terms.hope)
        worth = equations.enterprise_value(multiple, hoped) - debt
        years = max(setting.deal.exit.year - date, 0)
        pays = pays & np.greater(worth, missing * (1.0 + terms.required_return) ** years)
    if opening.shares:
        # Whoever has lost its shares to the lenders brings nothing any more.
        gone = np.less_equal(opening.standing, 0.0) & np.less_equal(opening.shares.get(terms.party, 0.0), 0.0)
        pays = pays & ~gone
    brought = np.where(pays, missing, 0.0)
    entity = "holding" if setting.form.has_holding else "factory"
    return replace(
        tried,
        tills=replace(tills, **{entity: getattr(tills, entity) + brought}),
        relief=replace(tried.relief, brought=brought),
    )
