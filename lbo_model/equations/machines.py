"""Machines and customers, where behaviour is ``full``."""

import numpy as np

from lbo_model.equations.number import Number, ratio


def capacity(
    equipment: Number, fitted_equipment: Number, worn_out_turns: Number, equipment_per_capacity: Number
) -> Number:
    """Sales that the machines can make in a year, at the year's prices.

    ``(equipment + worn_out_turns * (fitted_equipment - equipment)) / equipment_per_capacity``: machines that
    were not renewed still turn, by one declared share of them. Money a year.
    """
    return (equipment + worn_out_turns * (fitted_equipment - equipment)) / equipment_per_capacity


def served(demand: Number, capacity: Number) -> Number:
    """Sales that customers ask for and machines can make: ``min(demand, capacity)``. Money a year."""
    return np.minimum(demand, capacity)


def turned_away(demand: Number, served: Number) -> Number:
    """Orders that the machines could not serve: ``demand - served``. Money a year."""
    return demand - served


def required_equipment(fitted_equipment: Number, equipment_per_sales: Number, trend_sales: Number) -> Number:
    """Machines that keep the factory as good as its rivals: ``min(fitted_equipment, equipment_per_sales *
    trend_sales)``.

    A factory larger than its market needs less than it was fitted with. Money, at the year's prices.
    """
    return np.minimum(fitted_equipment, equipment_per_sales * trend_sales)


def wear(needed: Number, required: Number) -> Number:
    """Part of the machines that a year wears out: ``needed / required``, from 0 to 1.

    So that purchases of ``needed`` keep required equipment as it is, whatever prices do.
    """
    return np.clip(ratio(needed, required, otherwise=0.0), 0.0, 1.0)


def equipment(fitted: Number, wear: Number, bought: Number) -> Number:
    """Machines at the end of the year, at its prices: ``fitted * (1 - wear) + bought``. Money."""
    return fitted * (1.0 - wear) + bought


def quality(equipment: Number, required: Number, elasticity: Number) -> Number:
    """Quality of the parts beside rivals who renew their machines: ``min(1, equipment / required) **
    elasticity``.
    """
    kept = np.maximum(0.0, ratio(np.minimum(equipment, required), required, otherwise=1.0))
    return np.power(kept, np.maximum(0.0, elasticity))


def market_share(share: Number, quality: Number, elasticity: Number, speed: Number) -> Number:
    """Share of the market, 1 at closing: it moves towards the level that quality deserves.

    ``share + speed * (quality ** elasticity - share)``. A level, not a slope: bad machines lose customers
    until the share fits them, and new machines win them back.
    """
    deserved = np.power(np.maximum(0.0, quality), np.maximum(0.0, elasticity))
    return share + speed * (deserved - share)


def growth_machines(
    turned_away: Number, equipment_per_capacity: Number, plan_share: Number, cash: Number
) -> Number:
    """Machines bought to serve the orders turned away, as far as cash goes.

    ``min(plan_share * equipment_per_capacity * turned_away, max(0, cash))``. Money a year.
    """
    return np.minimum(plan_share * equipment_per_capacity * turned_away, np.maximum(0.0, cash))
