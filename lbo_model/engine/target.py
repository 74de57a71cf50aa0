"""The factory as a buyer finds it on the eve of closing day: as the scenario says, or as an owner before left
it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lbo_model.engine.leasing import Due
from lbo_model.engine.operations import operations_by_date, seasons
from lbo_model.engine.plant import Plant, fitted_operations, plant_at_closing
from lbo_model.position import Array, Number, Operations
from lbo_model.scenario import Scenario


@dataclass(frozen=True)
class Sale:
    """The price at which an owner before sells: ``value`` of the whole enterprise, ``multiple`` of EBITDA
    agreed, before any discount.
    """

    value: Number
    multiple: Number


@dataclass(frozen=True)
class SoldBy:
    """What the law may ask of those who sold the factory, where it closes soon after."""

    deal: str
    start: int
    """Years from the scenario's first closing day to that deal's."""
    until: Number
    """The last date at which it can be asked, in years since the first closing day."""
    amounts: Mapping[str, Number]
    """By owner; nothing where nobody bought the factory."""


@dataclass(frozen=True)
class Target:
    """What there is to buy. Money of batch shape ``B``."""

    date: int
    """Years since the first closing day of the scenario."""
    today: Operations
    """The year that ends."""
    next_year: Operations
    """The first year to come, which no buyer can change any more."""
    cash: Number
    debt: Number
    """To be refinanced on closing day."""
    creditor: str
    """Who is owed that debt: the banks, or a seller who has just repaid its lenders."""
    machines: Number
    working_capital: Number
    machines_owed: Number
    participation_owed: Number
    levy_owed: Number
    rents_due: Due
    """Rents of machines leased by owners before, next year's first, and the part that is lease debt."""
    lease_debt_due: Due
    equity: Number
    """Book equity of the factory."""
    undistributable: Number
    """The part of it that no dividend may touch, where the law looks at profit: capital, legal reserve."""
    tax_losses: Number
    plant: Plant
    alive: Array
    """1.0 where there is a factory to buy."""
    permanent_staff: Number | None = None
    """Whom an owner before left, where its plan counted them."""
    share_abroad: Number = 0.0
    """The part of the work that owners before have moved abroad."""
    sale: Sale | None = None
    """Where the price is an earlier owner's: what it sells for."""
    sold_by: tuple[SoldBy, ...] = ()
    """Owners before, who may have to give back, where the law says so."""

    @property
    def staff(self) -> Number:
        """Who is there on closing day: those of the year that ends, but for those whose jobs just left."""
        return self.today.headcount - self.today.jobs_moved

    @property
    def owed(self) -> Number:
        """Debts to staff, State and lessor that stay with the factory and lower the price of its shares."""
        return sum(self.lease_debt_due, self.participation_owed + self.levy_owed)


def factory_for_sale(scenario: Scenario) -> Target:
    """The factory of the scenario at date 0."""
    factory, plant = scenario.factory, plant_at_closing(scenario)
    today, next_year = operations_by_date(factory, scenario.weather, 2)
    if scenario.behaviour == "full":
        next_year = fitted_operations(scenario, seasons(scenario.weather, 2)[1], plant)
    working_capital = factory.working_capital.at(0) * today.sales
    equity = factory.machines.opening + working_capital + factory.opening_cash - factory.opening_debt
    reserves = factory.distributable_reserves
    return Target(
        date=0,
        today=today,
        next_year=next_year,
        cash=factory.opening_cash,
        debt=factory.opening_debt,
        creditor="banks",
        machines=factory.machines.opening,
        working_capital=working_capital,
        machines_owed=0.0,
        participation_owed=0.0,
        levy_owed=0.0,
        rents_due=(),
        lease_debt_due=(),
        equity=equity,
        undistributable=0.0 if reserves is None else np.maximum(0.0, equity - reserves),
        tax_losses=0.0,
        plant=plant,
        alive=np.ones(()),
    )
