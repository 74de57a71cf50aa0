"""What a year pays, in one of three ways: all debts are served, or the holding stands still, or the factory
stops.

``tills`` counts what both companies hold once operations, law and lenders are served; ``served`` decides,
cell by cell, which way it goes.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lbo_model import equations
from lbo_model.engine.bookkeeping import Payments, net_income_below, of
from lbo_model.engine.debt import DebtService, preferred_growth, sweep_share
from lbo_model.engine.later import lent_later
from lbo_model.engine.leasing import leased_beside, paid_in_cash
from lbo_model.engine.operations import yearly_amount
from lbo_model.engine.plant import equipment_per_capacity, needed_machines
from lbo_model.engine.setting import Setting
from lbo_model.position import Bill, Number, Position, Status, Year, choose
from lbo_model.quantities import TOLERANCE


@dataclass(frozen=True)
class Tills:
    """Cash of both companies once operations, law and lenders are served, before machines and owners."""

    factory: Number
    """Cash of the factory after its own debts; the holding has not been fed yet."""
    holding: Number
    """Cash of the holding after its debts: negative, it is what the factory must send up."""
    holding_due: Number
    working_capital: Number
    needed: Number
    target: Number
    """Machines that the plan wants, and below which it does not go: the part that is paid in cash."""
    floor: Number
    minimum: Number
    undrawn: Number
    reach: Number
    """The most that the factory may send up, or pay its owners where it has no holding, by law."""


def tills_of(setting: Setting, year: Year, bill: Bill, service: DebtService, date: int) -> Tills:
    """What both tills hold before any machine of the deal's year ``date``, and what limits the choices."""
    deal, factory, opening = setting.deal, setting.scenario.factory, year.opening
    trend, alive, season = year.operations.trend_sales, opening.alive, setting.seasons[date]
    working_capital = factory.working_capital.at(season.date) * year.operations.sales
    earned = year.operations.earned + bill.relief - year.charge - (working_capital - opening.working_capital)
    owed = (
        opening.participation_owed
        + opening.levy_owed
        + opening.labour_share_owed[0]
        + opening.share_interest_owed
    )
    holding_due = service.due(deal, "holding")
    in_use, in_cash = opening.machines_in_use, alive * paid_in_cash(deal)
    target = yearly_amount(deal.plan.capex_target, date, trend, in_use) * in_cash
    floor = yearly_amount(deal.plan.capex_floor, date, trend, in_use) * in_cash
    if setting.full:
        needed = needed_machines(setting.scenario, season, opening, year.operations)
    else:
        needed = yearly_amount(factory.machines.needed, season.date, trend, in_use)
    revolver, minimum = deal.funding.revolver, deal.funding.minimum_cash
    serves = opening.alive if revolver is None or revolver.entity == "factory" else opening.standing
    return Tills(
        factory=opening.factory_cash
        + earned
        + year.factory_deposit_interest
        - owed
        - bill.factory_tax
        - service.due(deal, "factory"),
        holding=opening.holding_cash
        + year.holding_deposit_interest
        + bill.tax_to_holding
        - bill.holding_tax
        - holding_due,
        holding_due=holding_due,
        working_capital=working_capital,
        needed=alive * needed,
        target=target,
        floor=np.minimum(floor, target),
        minimum=alive * (0.0 if minimum is None else minimum.amount),
        undrawn=serves * (0.0 if revolver is None else np.maximum(0.0, revolver.limit - opening.revolver)),
        reach=_reach(setting, year, bill, service),
    )


def _reach(setting: Setting, year: Year, bill: Bill, service: DebtService) -> Number:
    """The advance to be repaid, and distributable profit: of the year, and of years before.

    ``advance + max(0, equity - undistributable + net_income)``; no bound where the law looks at cash alone.
    """
    if setting.scenario.policy.dividends_from == "cash":
        return np.inf
    opening, fees = year.opening, year.factory_fees + of(setting.deal, "factory", service.prolonged)
    earned = net_income_below(year, bill, year.charge, year.factory_interest, fees)
    kept = opening.factory_equity - opening.undistributable
    return opening.advance + np.maximum(0.0, kept + earned)


def served(
    setting: Setting,
    year: Year,
    bill: Bill,
    service: DebtService,
    tills: Tills,
    failed: NDArray[np.bool_],
    date: int,
) -> tuple[Payments, NDArray[np.bool_]]:
    """The year's payments, and the cells in which the factory stops.

    Lenders first: capex falls to its floor, then the credit line, then the minimum cash, then default.
    Machines first: the credit line, then capex falls to its floor, then the minimum cash, then default. The
    holding's default leaves the factory trading; a factory that cannot pay its own debts stops. Machines for
    growth come after all that, out of cash and never out of the credit line, before owners are paid.
    ``failed`` are cells that are known not to be able to pay.
    """
    total = tills.factory + tills.holding
    free = total - tills.minimum
    out_of_reach = -(tills.holding + tills.reach)
    revolver = setting.deal.funding.revolver
    above_line = tills.undrawn if revolver is not None and revolver.entity == "holding" else 0.0
    if setting.deal.plan.served_first == "lenders":
        capex = equations.capex_lenders_first(free, tills.target, tills.floor)
        draw = equations.drawn(capex - free, tills.undrawn)
    else:
        draw = equations.drawn(tills.target - free, tills.undrawn)
        capex = equations.capex_lenders_first(free + draw, tills.target, tills.floor)
    draw = np.maximum(draw, equations.drawn(out_of_reach, above_line))
    short = failed | np.less(total - capex + draw, -TOLERANCE)
    short = short | np.greater(out_of_reach, np.minimum(draw, above_line) + TOLERANCE)
    own_line = tills.undrawn if revolver is not None and revolver.entity == "factory" else 0.0
    own = tills.factory - tills.floor + own_line + np.maximum(tills.holding, 0.0)
    stopped = short & np.less(own, -TOLERANCE)
    growth = _growth(setting, year, free - capex)
    payments = _kept(setting, year, bill, service, tills, capex + growth, growth, draw)
    payments = lent_later(setting.deal, setting.form, year, payments, tills.reach, date)
    if np.any(short):
        payments = choose(short, _standstill(setting, year, bill, service, tills), payments)
        payments = choose(stopped, _stopped(setting, year.opening, service), payments)
    return payments, np.asarray(stopped)


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
) -> Payments:
    """All debts are served. What is left repays the credit line, then loans early by rank, then pays
    owners.
    """
    deal, form, opening = setting.deal, setting.form, year.opening
    loans = tuple(deal.funding.loans.values())
    revolver = deal.funding.revolver
    at_holding = 1.0 if revolver is not None and revolver.entity == "holding" else 0.0
    cash = tills.factory + tills.holding - capex + draw
    surplus = np.maximum(0.0, cash - tills.minimum)
    serves = opening.standing if at_holding else opening.alive
    room = (
        np.maximum(0.0, tills.holding + at_holding * draw + tills.reach) if form.has_holding else tills.reach
    )
    line_repaid = serves * np.minimum(opening.revolver, np.minimum(surplus, room) if at_holding else surplus)
    room = room - at_holding * line_repaid
    earned = cash - draw - opening.factory_cash - opening.holding_cash
    excess = np.minimum(surplus, np.maximum(earned, 0.0)) - line_repaid
    swept: list[Number] = [0.0] * len(loans)
    for number in sorted(range(len(loans)), key=lambda one: loans[one].sweep_rank or loans[one].rank):
        loan, left_of_it = loans[number], opening.loans[number] - service.principal[number]
        share = sweep_share(loan, opening.net_debt, year.operations.ebitda_before_rents)
        early = equations.swept(excess, share, left_of_it)
        if loan.entity == "holding":
            swept[number] = opening.standing * np.minimum(early, room)
            room = room - swept[number]
        else:
            swept[number] = opening.alive * early
        excess = excess - swept[number]
    left = surplus - line_repaid - sum(swept, 0.0)
    out = form.share(deal.terms, deal.plan.payout, left)
    out = out * (1.0 - opening.breached) * (opening.standing if form.has_holding else opening.alive)
    out = np.minimum(out, room)

    grown = preferred_growth(deal, opening)
    among_owners = [one.rank for one in deal.funding.preferred.values()]
    preferred = [claim + more for claim, more in zip(opening.preferred, grown, strict=True)]
    swept_above = sum(
        (early for loan, early in zip(loans, swept, strict=True) if loan.entity == "holding"), 0.0
    )
    swept_below = sum(swept, 0.0) - swept_above
    line = draw - line_repaid
    above = tills.holding + at_holding * line - swept_above - (out if form.has_holding else 0.0)
    below = tills.factory - capex + (1.0 - at_holding) * line - swept_below
    below = below - (0.0 if form.has_holding else out)
    sent_up = np.maximum(0.0, -above)
    lent_down = np.minimum(np.maximum(0.0, -(below - sent_up)), np.maximum(above, 0.0))
    return Payments(
        bill=bill,
        charge=year.charge,
        debts_paid=1.0,
        capex=capex,
        interest=service.interest,
        capitalised=service.capitalised,
        principal=tuple(due + early for due, early in zip(service.principal, swept, strict=True)),
        interest_due=sum(service.interest, service.revolver_cost),
        principal_due=sum(service.principal, 0.0),
        revolver_cost=service.revolver_cost,
        revolver_capitalised=0.0,
        revolver_drawn=draw,
        revolver_repaid=line_repaid,
        sent_up=sent_up,
        lent_down=lent_down,
        paid_out=out,
        preferred_grown=grown,
        preferred_paid=tuple(equations.paid_by_rank(out, preferred, among_owners)),
        factory_status=opening.factory_status,
        holding_status=opening.holding_status,
        fees=service.prolonged,
        drawn=tuple(0.0 for _ in loans),
        refinanced=tuple(0.0 for _ in loans),
        growth_capex=growth,
        leased=leased_beside(deal, capex - growth),
        cash_left=above + below,
    )


def _standstill(setting: Setting, year: Year, bill: Bill, service: DebtService, tills: Tills) -> Payments:
    """The holding cannot pay: its lenders get what there is by rank, and wait for the sale of a factory that
    trades.

    Capex stays at its floor this year, the credit line lends what the factory itself lacks, unpaid interest
    is added to the loans, and nothing is asked of the holding any more.
    """
    deal, opening = setting.deal, year.opening
    loans = tuple(deal.funding.loans.values())
    revolver = deal.funding.revolver
    at_holding = 1.0 if revolver is not None and revolver.entity == "holding" else 0.0
    above = tills.holding + tills.holding_due
    below = tills.factory - tills.floor
    draw = (1.0 - at_holding) * equations.drawn(-(below + above), tills.undrawn)
    pot = np.minimum(below + draw + above - tills.minimum, above + tills.reach)
    claims: list[Number] = [at_holding * service.revolver_cost]
    ranks = [0]
    for loan, interest, due in zip(loans, service.interest, service.principal, strict=True):
        held = 1.0 if loan.entity == "holding" else 0.0
        claims += [held * interest, held * due]
        ranks += [2 * loan.rank, 2 * loan.rank + 1]
    paid = equations.paid_by_rank(pot, claims, ranks)
    received = sum(paid, 0.0)
    line_paid, unpaid_line = paid[0], claims[0] - paid[0]
    interest_paid, added, principal_paid, fees_paid = [], [], [], []
    for number, loan in enumerate(loans):
        fees_paid.append(0.0 if loan.entity == "holding" else service.prolonged[number])
        if loan.entity == "holding":
            interest_paid.append(paid[1 + 2 * number])
            added.append(service.capitalised[number] + claims[1 + 2 * number] - paid[1 + 2 * number])
            principal_paid.append(paid[2 + 2 * number])
        else:
            interest_paid.append(service.interest[number])
            added.append(service.capitalised[number])
            principal_paid.append(service.principal[number])
    sent_up = np.maximum(0.0, received - above)
    lent_down = np.minimum(np.maximum(0.0, -(below + draw - sent_up)), np.maximum(0.0, above - received))
    return Payments(
        bill=bill,
        charge=year.charge,
        debts_paid=1.0,
        capex=tills.floor,
        leased=leased_beside(deal, tills.floor),
        interest=tuple(interest_paid),
        capitalised=tuple(added),
        principal=tuple(principal_paid),
        interest_due=sum(service.interest, service.revolver_cost),
        principal_due=sum(service.principal, 0.0),
        revolver_cost=(1.0 - at_holding) * service.revolver_cost + line_paid,
        revolver_capitalised=unpaid_line,
        revolver_drawn=draw,
        revolver_repaid=0.0,
        sent_up=sent_up,
        lent_down=lent_down,
        paid_out=0.0,
        preferred_grown=preferred_growth(deal, opening),
        preferred_paid=tuple(0.0 for _ in opening.preferred),
        fees=tuple(fees_paid),
        drawn=tuple(0.0 for _ in loans),
        refinanced=tuple(0.0 for _ in loans),
        factory_status=opening.factory_status,
        holding_status=float(Status.RESTRUCTURED),
    )


def _stopped(setting: Setting, opening: Position, service: DebtService) -> Payments:
    """The factory cannot pay its own debts: it works the year out, pays nobody but staff and suppliers, and
    closes.
    """
    return Payments(
        bill=Bill(),
        charge=0.0,
        debts_paid=0.0,
        capex=0.0,
        interest=tuple(0.0 for _ in service.interest),
        capitalised=tuple(
            paid + added for paid, added in zip(service.interest, service.capitalised, strict=True)
        ),
        principal=tuple(0.0 for _ in service.principal),
        interest_due=sum(service.interest, service.revolver_cost),
        principal_due=sum(service.principal, 0.0),
        revolver_cost=0.0,
        revolver_capitalised=service.revolver_cost,
        revolver_drawn=0.0,
        revolver_repaid=0.0,
        sent_up=0.0,
        lent_down=0.0,
        paid_out=0.0,
        preferred_grown=preferred_growth(setting.deal, opening),
        preferred_paid=tuple(0.0 for _ in opening.preferred),
        fees=tuple(0.0 for _ in service.interest),
        drawn=tuple(0.0 for _ in service.interest),
        refinanced=tuple(0.0 for _ in service.interest),
        factory_status=float(Status.LIQUIDATED),
        holding_status=float(Status.LIQUIDATED),
    )
