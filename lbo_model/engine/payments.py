"""What a year pays, in one of three ways: all debts are served, or the holding stands still, or the factory
stops.

``tills`` counts what both companies hold once operations, law and lenders are served; ``served`` decides,
cell by cell, which way it goes.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from lbo_model import equations
from lbo_model.engine.bookkeeping import NO_RELIEF, Loans, Payments, Relief, no_relief, of
from lbo_model.engine.choice import Known, choice_of
from lbo_model.engine.debt import DebtService, preferred_growth, sweep_share
from lbo_model.engine.failure import line_at_holding, nothing_paid, standstill, stopped
from lbo_model.engine.later import lent_later
from lbo_model.engine.leasing import leased_beside
from lbo_model.engine.plant import equipment_per_capacity
from lbo_model.engine.rescues import Rescued, rescued
from lbo_model.engine.setting import Setting
from lbo_model.engine.tills import Tills
from lbo_model.position import Bill, Number, Position, Year, choose


def served(
    setting: Setting,
    year: Year,
    bill: Bill,
    service: DebtService,
    tills: Tills,
    known: Known,
    date: int,
) -> tuple[Payments, NDArray[np.bool_]]:
    """The year's payments, and the cells in which the factory stops.

    Who is served first is ``choice_of``'s; where cash is short, what the plan declares is tried
    (``rescued``). The holding's default leaves the factory trading; a factory that cannot pay its own debts
    stops. Machines for growth come after all that, out of cash and never out of the credit line, before
    owners are paid.
    """
    choice, rescues = choice_of(setting, tills, known.failed), setting.deal.plan.rescues
    relief = NO_RELIEF
    if rescues is not None:
        asked = Rescued(service, tills, choice, no_relief(year.opening))
        helped = choice.short | known.helped
        paid = rescued(setting, rescues, year, asked, known, date) if np.any(helped) else asked
        service, tills, choice, relief = paid.service, paid.tills, paid.choice, paid.relief
    left = (tills.factory + tills.holding - tills.minimum - choice.capex) * (1.0 - relief.tried)
    growth = _growth(setting, year, left)
    payments = _kept(setting, year, bill, service, tills, choice.capex + growth, growth, choice.draw, relief)
    payments = lent_later(setting, year, payments, tills.reach, date)
    if np.any(choice.short):
        payments = choose(choice.short, standstill(setting, year, bill, service, tills, relief), payments)
        payments = choose(choice.stopped, stopped(setting, year.opening, service, relief), payments)
    return payments, choice.stopped


def _growth(setting: Setting, year: Year, left: Number) -> Number:
    """Machines that the plan buys to serve the orders turned away, out of the cash left."""
    wanted, rule = setting.deal.plan.growth_machines, setting.scenario.factory.consequences
    if wanted is None or rule is None:
        return 0.0
    return equations.growth_machines(year.operations.turned_away, equipment_per_capacity(rule), wanted, left)


def _kept(
    setting: Setting,
    year: Year,
    bill: Bill,
    service: DebtService,
    tills: Tills,
    capex: Number,
    growth: Number,
    draw: Number,
    relief: Relief,
) -> Payments:
    """All debts are served. What is left repays the credit line, then loans early by rank, then pays
    owners. Where the holding has defaulted, all of it goes to its lenders by rank.
    """
    deal, opening = setting.deal, year.opening
    cash = tills.factory + tills.holding - capex + draw
    surplus = np.maximum(0.0, cash - tills.minimum)
    line_repaid, room = _line_repaid(setting, opening, tills, draw, surplus)
    excess = _excess(setting, opening, cash - draw, surplus) - line_repaid
    swept, room = _swept(setting, year, service, excess, room)
    out = _for_owners(setting, opening, surplus - line_repaid - sum(swept, 0.0), relief)
    out = np.minimum(out, room)
    above, below = _left_in_each(setting, tills, capex, draw - line_repaid, swept, out)
    sent_up = np.maximum(0.0, -above)
    grown = preferred_growth(deal, opening)
    preferred = [claim + more for claim, more in zip(opening.preferred, grown, strict=True)]
    ranks = [one.rank for one in deal.funding.preferred.values()]
    return replace(
        nothing_paid(setting, opening, service, relief),
        bill=bill,
        charge=year.charge,
        debts_paid=1.0,
        capex=capex,
        interest=service.interest,
        principal=tuple(due + early for due, early in zip(service.principal, swept, strict=True)),
        revolver_cost=service.revolver_cost,
        revolver_drawn=draw,
        revolver_repaid=line_repaid,
        sent_up=sent_up,
        lent_down=np.minimum(np.maximum(0.0, -(below - sent_up)), np.maximum(above, 0.0)),
        paid_out=out,
        preferred_paid=tuple(equations.paid_by_rank(out, preferred, ranks)),
        fees=service.prolonged,
        growth_capex=growth,
        leased=leased_beside(deal, capex - growth),
        cash_left=above + below,
    )


def _line_repaid(
    setting: Setting, opening: Position, tills: Tills, draw: Number, surplus: Number
) -> tuple[Number, Number]:
    """What the credit line is repaid, and what the holding, or its factory's owners, may still be paid."""
    at_holding, has_holding = line_at_holding(setting), setting.form.has_holding
    room = np.maximum(0.0, tills.holding + at_holding * draw + tills.reach) if has_holding else tills.reach
    serves = opening.standing if at_holding else opening.alive
    repaid = serves * np.minimum(opening.revolver, np.minimum(surplus, room) if at_holding else surplus)
    return repaid, room - at_holding * repaid


def _stands(setting: Setting, opening: Position) -> Number:
    return opening.standing if setting.form.has_holding else np.ones_like(opening.alive)


def _excess(setting: Setting, opening: Position, cash: Number, surplus: Number) -> Number:
    """What may repay loans early: of the surplus, what the year earned; all of it after a default."""
    earned = cash - opening.factory_cash - opening.holding_cash
    within = np.minimum(surplus, np.maximum(earned, 0.0))
    return np.where(_stands(setting, opening) > 0.0, within, surplus)


def _swept(
    setting: Setting, year: Year, service: DebtService, excess: Number, room: Number
) -> tuple[Loans, Number]:
    """What each loan is repaid early, in their order, and the room left for owners."""
    opening, loans = year.opening, tuple(setting.deal.funding.loans.values())
    stands = _stands(setting, opening)
    swept: list[Number] = [0.0] * len(loans)
    for number in sorted(range(len(loans)), key=lambda one: loans[one].sweep_rank or loans[one].rank):
        loan, left_of_it = loans[number], opening.loans[number] - service.principal[number]
        share = sweep_share(loan, opening.net_debt, year.operations.ebitda_before_rents)
        early = equations.swept(excess, share, left_of_it)
        if loan.entity == "holding":
            early = np.where(stands > 0.0, early, opening.alive * np.minimum(excess, left_of_it))
            swept[number] = np.minimum(early, room)
            room = room - swept[number]
        else:
            swept[number] = opening.alive * early
        excess = excess - swept[number]
    return tuple(swept), room


def _for_owners(setting: Setting, opening: Position, left: Number, relief: Relief) -> Number:
    """What the plan pays owners of what is left; nothing after a breach, or in a year of others' help.

    Nothing after a default either, where lenders wait. Where they have taken the shares, they are the owners,
    and nothing is left before the debt that they kept is repaid.
    """
    deal, form = setting.deal, setting.form
    out = form.share(deal.terms, deal.plan.payout, left)
    waits = form.has_holding and setting.scenario.policy.distress.restructuring is None
    pays = opening.standing if waits else opening.alive
    return out * (1.0 - opening.breached) * (1.0 - relief.tried) * pays


def _left_in_each(
    setting: Setting, tills: Tills, capex: Number, line: Number, swept: Loans, out: Number
) -> tuple[Number, Number]:
    """Cash of holding and factory once each has paid its own: negative, it is what the other sends."""
    at_holding, has_holding = line_at_holding(setting), setting.form.has_holding
    swept_above = of(setting.deal, "holding", swept)
    swept_below = sum(swept, 0.0) - swept_above
    above = tills.holding + at_holding * line - swept_above - (out if has_holding else 0.0)
    below = tills.factory - capex + (1.0 - at_holding) * line - swept_below
    return above, below - (0.0 if has_holding else out)
