"""What both companies hold in a year once operations, law and lenders are served, and what limits the choices
that are left.
"""

from dataclasses import dataclass

import numpy as np

from lbo_model.engine.bookkeeping import net_income_below, of
from lbo_model.engine.debt import DebtService
from lbo_model.engine.leasing import paid_in_cash
from lbo_model.engine.machines_first import lawful_floor, lawful_target
from lbo_model.engine.operations import yearly_amount
from lbo_model.engine.plant import needed_machines
from lbo_model.engine.setting import Setting
from lbo_model.position import Bill, Number, Year


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
    """Machines that plan or law want, and below which they do not go: the part that is paid in cash."""
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
    if setting.full:
        needed = needed_machines(setting.scenario, season, opening, year.operations)
    else:
        needed = yearly_amount(factory.machines.needed, season.date, trend, in_use)
    target: Number = yearly_amount(deal.plan.capex_target, date, trend, in_use) * in_cash
    target = lawful_target(setting, target, needed * in_cash)
    floor: Number = yearly_amount(deal.plan.capex_floor, date, trend, in_use) * in_cash
    revolver, minimum = deal.funding.revolver, deal.funding.minimum_cash
    serves = opening.alive if revolver is None or revolver.entity == "factory" else opening.standing
    below = (
        opening.factory_cash
        + earned
        + year.factory_deposit_interest
        - owed
        - bill.factory_tax
        - service.due(deal, "factory")
        + (0.0 if setting.form.has_holding else year.brought_to_move)
    )
    above = (
        opening.holding_cash
        + year.holding_deposit_interest
        + bill.tax_to_holding
        - bill.holding_tax
        - holding_due
        + (year.brought_to_move if setting.form.has_holding else 0.0)
    )
    floor = lawful_floor(setting, floor, needed * in_cash, below + np.maximum(above, 0.0))
    return Tills(
        factory=below,
        holding=above,
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
