"""Machines and customers where ``behaviour`` is ``full``: what a factory can make, and what becomes of it.

The factory is the one of ``operations``, with two numbers put in: the volume that it is fitted for instead of
the market's, and the orders that it serves instead of demand. A factory that renews its machines in a market
that does not outgrow it therefore lives the same years in both behaviours.
"""

from dataclasses import dataclass, replace

import numpy as np

from lbo_model import equations
from lbo_model.engine.operations import Season, operate, yearly_amount
from lbo_model.position import Number, Operations, Position
from lbo_model.scenario import Consequences, Scenario


@dataclass(frozen=True)
class Plant:
    """The four stocks of a position that only ``full`` has; see ``Position``."""

    equipment: Number
    fitted_equipment: Number
    market_share: Number
    qualities: tuple[Number, ...]


NO_PLANT = Plant(0.0, 0.0, 0.0, ())
"""In a world of mechanics."""


def plant_at_closing(scenario: Scenario) -> Plant:
    """The factory that every buyer buys: machines as good as its rivals', for the sales of the closing
    year.
    """
    if scenario.behaviour != "full":
        return NO_PLANT
    rule = rules(scenario)
    equipment = rule.equipment_per_sales * scenario.factory.operations.sales.at(0)
    return Plant(equipment, equipment, 1.0, (1.0,) * rule.quality_years)


def rules(scenario: Scenario) -> Consequences:
    """What machines do to sales."""
    assert scenario.factory.consequences is not None, "checked when the file was read"
    return scenario.factory.consequences


def equipment_per_capacity(rule: Consequences) -> Number:
    """Machines per euro of yearly sales that they can make."""
    return rule.equipment_per_sales / rule.opening_capacity


def capacity_of(scenario: Scenario, plant: Plant) -> Number:
    """Sales that the machines of a plant can make, at its prices; zero in a world of mechanics."""
    if scenario.behaviour != "full":
        return 0.0
    rule = rules(scenario)
    return equations.capacity(
        plant.equipment, plant.fitted_equipment, rule.worn_out_turns, equipment_per_capacity(rule)
    )


def fitted_operations(scenario: Scenario, season: Season, opening: Plant | Position) -> Operations:
    """What the factory makes in a year with the machines and the customers that it has at its start.

    Staff and other external costs follow the volume that the factory is fitted for, never more than the
    market's; staff follow by one declared share what it serves beside that volume.
    """
    rule = rules(scenario)
    now = _at_prices_of(season, opening)
    per_sales = scenario.factory.operations.sales.at(season.date) * season.price_index
    fitted = equations.ratio(now.fitted_equipment / equipment_per_capacity(rule), per_sales, otherwise=np.inf)
    volume = np.minimum(season.volume_index, fitted)
    share = equations.market_share(
        opening.market_share,
        sum(opening.qualities, 0.0) / rule.quality_years,
        rule.share_elasticity,
        rule.share_speed,
    )
    demand = per_sales * season.volume_index * season.demand * share
    capacity = capacity_of(scenario, now)
    served = equations.served(demand, capacity)
    busy = equations.ratio(served, per_sales * volume, otherwise=0.0)
    made = operate(scenario.factory, replace(season, demand=busy, volume_index=volume))
    turned_away = equations.turned_away(demand, served)
    return replace(made, capacity=capacity, turned_away=turned_away, market_share=share)


def needed_machines(scenario: Scenario, season: Season, opening: Position, made: Operations) -> Number:
    """Machines to buy in a year so that what is required stays as it is.

    The factory's own rule, for the volume that it is fitted for; a share of machines is a share of those
    required, at the year's prices.
    """
    required = _required(scenario, season, opening, made)
    return yearly_amount(scenario.factory.machines.needed, season.date, made.trend_sales, required)


def aged(
    scenario: Scenario,
    season: Season,
    opening: Position,
    made: Operations,
    needed: Number,
    bought: Number,
    closing: Position,
) -> Position:
    """The position at the end of the year, once machines are worn, others bought, and parts better or
    worse.
    """
    rule, now, alive = rules(scenario), _at_prices_of(season, opening), opening.alive
    required = _required(scenario, season, opening, made)
    equipment = alive * equations.equipment(now.equipment, equations.wear(needed, required), bought)
    quality = alive * equations.quality(equipment, required, rule.quality_elasticity)
    return replace(
        closing,
        equipment=equipment,
        fitted_equipment=np.maximum(now.fitted_equipment, equipment),
        qualities=(*opening.qualities[1:], quality),
    )


def _required(scenario: Scenario, season: Season, opening: Position, made: Operations) -> Number:
    fitted = _at_prices_of(season, opening).fitted_equipment
    return equations.required_equipment(fitted, rules(scenario).equipment_per_sales, made.trend_sales)


def _at_prices_of(season: Season, opening: Plant | Position) -> Plant:
    """The plant at the start of the year, at the prices of the year."""
    dearer = 1.0 + season.price_growth
    return Plant(
        opening.equipment * dearer, opening.fitted_equipment * dearer, opening.market_share, opening.qualities
    )
