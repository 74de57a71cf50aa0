"""Work done abroad, and the year in which it is moved there.

An owner decides at the end of a year: those who leave are paid, machines are moved, and what the owner brings
comes in. From the next year on the work is bought abroad, whoever owns the factory then.
"""

from dataclasses import dataclass, replace

import numpy as np

from lbo_model import equations
from lbo_model.engine.operations import Season, closing_pay_per_head
from lbo_model.engine.setting import Setting
from lbo_model.position import MoveRefused, Number, Operations, Position
from lbo_model.quantities import TOLERANCE
from lbo_model.scenario import DetailedOperations, Factory, OwnersMoney, Relocation, WorkAbroad


def partly_abroad(factory: Factory, season: Season, made: Operations, opening: Position) -> Operations:
    """The operations of a year of which a part is done abroad: fewer workers here, and work that is
    bought.
    """
    rule, share = factory.work_abroad, opening.share_abroad
    if rule is None:
        return made
    labour_cost = made.gross_pay + made.employer_charges
    saving = equations.full_saving(
        labour_cost, made.headcount, rule.labour_cost * season.price_index, rule.productivity
    )
    bought = share * equations.cost_abroad(labour_cost, saving, rule.realised)
    here = 1.0 - share
    added = made.value_added - bought
    pay, charges = here * made.gross_pay, here * made.employer_charges
    return replace(
        made,
        headcount=here * made.headcount,
        work=here * made.work,
        gross_pay=pay,
        employer_charges=charges,
        work_abroad=bought,
        share_abroad=share + 0.0,
        value_added=added,
        ebitda=equations.ebitda(added, made.production_taxes, pay, charges),
    )


@dataclass(frozen=True)
class Departure:
    """A year's operations once a move is decided, and what the owner brings for it."""

    made: Operations
    brought: Number = 0.0


def departed(setting: Setting, opening: Position, made: Operations, date: int) -> Departure:
    """The deal's year ``date`` with the move that its plan declares for it, if lenders let it happen and
    somebody can pay.

    Owners' money comes before the credit line.
    """
    plan = setting.deal.plan.relocation
    if plan is None or not np.any(np.equal(plan.year, date)):
        return Departure(made)
    rule, season = setting.scenario.factory.work_abroad, setting.seasons[date]
    assert rule is not None, "checked when the file was read"
    asked = np.where(np.equal(plan.year, date), plan.share, 0.0) * opening.alive * opening.standing
    leaving = _leaving(setting, rule, season, made, asked)
    cost = leaving.severance + leaving.moving
    cash = np.maximum(0.0, opening.factory_cash + opening.holding_cash - _minimum(setting))
    most = _most(plan.owner_brings, setting)
    refused = _lenders_refuse(plan, opening, made)
    short = np.greater(cost, cash + _undrawn(setting, opening) + most + TOLERANCE)
    why = np.where(refused, float(MoveRefused.BY_LENDERS), np.where(short, float(MoveRefused.NO_MONEY), 0.0))
    goes = np.where((asked > 0.0) & (why == 0.0), 1.0, 0.0)
    return Departure(
        made=replace(
            made,
            share_abroad=made.share_abroad + goes * asked * (1.0 - made.share_abroad),
            permanent_staff=made.permanent_staff * (1.0 - goes * asked),
            jobs_moved=goes * leaving.jobs,
            severance=made.severance + goes * leaving.severance,
            moving_costs=goes * leaving.moving,
            move_refused=np.where(asked > 0.0, why, 0.0),
            move_cost=cost,
            move_saving=leaving.saving,
            move_labour_cost=leaving.labour_cost,
        ),
        brought=goes * np.clip(cost - cash, 0.0, most),
    )


@dataclass(frozen=True)
class _Leaving:
    """What a move of a share of the work asks for."""

    jobs: Number
    """Permanent workers where the plan counts them, else all."""
    labour_cost: Number
    """What the work costs here in a year."""
    saving: Number
    severance: Number
    moving: Number


def _leaving(setting: Setting, rule: WorkAbroad, season: Season, made: Operations, share: Number) -> _Leaving:
    described = setting.scenario.factory.operations
    assert isinstance(described, DetailedOperations), "checked when the file was read"
    counted = setting.deal.plan.workforce is not None
    jobs = share * (made.permanent_staff if counted else made.headcount)
    pay, prices = closing_pay_per_head(described) * season.price_index, season.price_index
    moved_sales = share * (1.0 - made.share_abroad) * made.sales
    labour_cost = share * (made.gross_pay + made.employer_charges)
    full_saving = equations.full_saving(
        labour_cost, share * made.headcount, rule.labour_cost * prices, rule.productivity
    )
    return _Leaving(
        jobs=jobs,
        labour_cost=labour_cost,
        saving=rule.realised * full_saving,
        severance=equations.severance(jobs, pay, rule.severance),
        moving=equations.moving_costs(
            share * made.headcount,
            rule.moving_per_job * prices,
            moved_sales,
            rule.ramp_up,
            rule.site * prices,
        ),
    )


def _minimum(setting: Setting) -> Number:
    minimum = setting.deal.funding.minimum_cash
    return 0.0 if minimum is None else minimum.amount


def _undrawn(setting: Setting, opening: Position) -> Number:
    revolver = setting.deal.funding.revolver
    return 0.0 if revolver is None else np.maximum(0.0, revolver.limit - opening.revolver)


def _most(owner: OwnersMoney | None, setting: Setting) -> Number:
    """The most that the owner brings."""
    if owner is None:
        return 0.0
    if owner.most.amount is not None:
        return owner.most.amount
    assert owner.most.per_head is not None, "a choice of exactly one field"
    return owner.most.per_head * setting.target.staff


def _lenders_refuse(plan: Relocation, opening: Position, made: Operations) -> Number:
    """Whether net debt at the start of the year is above what lenders accept."""
    if plan.lenders_agree_below is None:
        return np.zeros(np.shape(opening.alive), dtype=np.bool_)
    most = plan.lenders_agree_below * np.maximum(0.0, made.ebitda)
    return np.greater(opening.net_debt, most + TOLERANCE)
