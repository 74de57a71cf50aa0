"""Covenants, tested once the year is lived: a breach is cured by an owner, waived by lenders, or default."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lbo_model import equations
from lbo_model.engine.bookkeeping import Step
from lbo_model.engine.leasing import paid_in_cash
from lbo_model.engine.setting import Setting
from lbo_model.ledger import Flow
from lbo_model.position import Number, Status
from lbo_model.quantities import TOLERANCE
from lbo_model.scenario import Covenants, Cure, Deal

Cells = NDArray[np.bool_]


@dataclass(frozen=True)
class Breaches:
    """Which covenants a year's accounts do not keep, cell by cell."""

    leverage: Cells
    cover: Cells
    interest_cover: Cells

    @property
    def any(self) -> Cells:
        """At least one of them."""
        return self.leverage | self.cover | self.interest_cover


def tested(setting: Setting, step: Step, date: int) -> Step:
    """The year ``date`` of a deal, once lenders have read its accounts; nothing in the year of a sale."""
    covenants = setting.deal.funding.covenants
    if covenants is None or (setting.form.sells and date >= setting.deal.exit.year):
        return step
    found = breaches(setting.deal, covenants, step, date)
    step = replace(
        step,
        lines=replace(
            step.lines,
            breached_leverage=np.where(found.leverage, 1.0, 0.0),
            breached_cover=np.where(found.cover, 1.0, 0.0),
            breached_interest_cover=np.where(found.interest_cover, 1.0, 0.0),
        ),
    )
    left = found.any
    if covenants.cure is not None:
        only_leverage = found.leverage & ~found.cover & ~found.interest_cover
        step = _cured(setting, covenants, covenants.cure, step, date, only_leverage)
        left = left & np.less_equal(step.lines.cured, 0.0)
    if covenants.waiver is not None:
        return replace(step, position=replace(step.position, breached=np.where(left, 1.0, 0.0)))
    status = np.where(left, float(Status.RESTRUCTURED), step.position.holding_status)
    return replace(step, position=replace(step.position, holding_status=status))


def breaches(deal: Deal, covenants: Covenants, step: Step, date: int) -> Breaches:
    """The ratios of a year's accounts beside what lenders ask, while both companies stand."""
    position, lines = step.position, step.lines
    stands = (position.standing > 0.0) & (position.alive > 0.0)
    never = np.zeros_like(stands)
    service = lines.interest_due + np.asarray(lines.principal_due)
    too_much, too_thin, too_dear = never, never, never
    if covenants.leverage is not None:
        most = equations.most_debt(covenants.leverage.at(date), lines.ebitda_before_rents)
        too_much = np.greater(position.net_debt, most + TOLERANCE)
    if covenants.cover is not None:
        asked = covenants.cover.at(date) * service
        machines = lines.capex_needed * paid_in_cash(deal)
        too_thin = np.less(lines.cash_for_debt - machines, asked - TOLERANCE)
    if covenants.interest_cover is not None:
        interest = lines.interest_due + np.asarray(lines.lease_interest)
        asked = covenants.interest_cover.at(date) * interest
        too_dear = np.less(lines.ebitda_before_rents, asked - TOLERANCE)
    return Breaches(stands & too_much, stands & too_thin, stands & too_dear)


def _cured(
    setting: Setting, covenants: Covenants, cure: Cure, step: Step, date: int, breached: Cells
) -> Step:
    """What an owner brings, where that is enough and pays; it repays the holding's loans by rank."""
    position, lines = step.position, step.lines
    assert covenants.leverage is not None, "a cure is of leverage"
    earned = lines.ebitda_before_rents
    excess = np.maximum(0.0, position.net_debt - equations.most_debt(covenants.leverage.at(date), earned))
    multiple = setting.deal.exit.multiple_after(setting.closing.multiple)
    worth = equations.enterprise_value(multiple, earned) - position.net_debt + excess
    years = setting.deal.exit.year - date
    asked = excess * (1.0 + cure.required_return) ** years
    pays = breached & np.less_equal(excess, cure.most) & np.greater(worth, asked)
    brought = np.where(pays, excess, 0.0)
    loans = tuple(setting.deal.funding.loans.values())
    held = [
        balance if loan.entity == "holding" else 0.0
        for loan, balance in zip(loans, position.loans, strict=True)
    ]
    repaid = equations.paid_by_rank(brought, held, [loan.rank for loan in loans])
    flows = [Flow(cure.party, "holding", "equity", brought)]
    flows += [
        Flow("holding", loan.lender, "principal", amount)
        for loan, amount in zip(loans, repaid, strict=True)
        if loan.entity == "holding"
    ]
    return replace(
        step,
        position=replace(
            position,
            loans=_less(position.loans, repaid),
            holding_cash=position.holding_cash + brought - sum(repaid, 0.0),
            holding_equity=position.holding_equity + brought,
        ),
        lines=replace(
            lines,
            cured=brought,
            holding_money_in=lines.holding_money_in + brought,
            loan_repaid=tuple(one + more for one, more in zip(lines.loan_repaid, repaid, strict=True)),
        ),
        flows=(*step.flows, *flows),
    )


def _less(balances: tuple[Number, ...], repaid: list[Number]) -> tuple[Number, ...]:
    return tuple(balance - amount for balance, amount in zip(balances, repaid, strict=True))
