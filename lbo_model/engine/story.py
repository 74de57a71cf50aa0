"""The story in three acts: close the deal, live the years one at a time, settle the end."""

from typing import Any

import numpy as np
from pydantic import BaseModel

from lbo_model.engine.closing import close
from lbo_model.engine.ending import sell, wind_up
from lbo_model.engine.opening import opening_step
from lbo_model.engine.operations import operations_by_date, seasons
from lbo_model.engine.result import Result, Run, result_of
from lbo_model.engine.year import Setting, live
from lbo_model.forms import FORMS
from lbo_model.position import Number, choose
from lbo_model.quantities import Series
from lbo_model.scenario import Scenario


def run(scenario: Scenario) -> Run:
    """Play every deal of a scenario."""
    shape = batch_shape(scenario)
    return Run(scenario, {name: play(scenario, name, shape) for name in scenario.deals})


def play(scenario: Scenario, name: str, shape: tuple[int, ...]) -> Result:
    """Close, live, settle: one deal."""
    deal = scenario.deals[name]
    form = FORMS[deal.form]
    setting = Setting(
        scenario=scenario,
        deal=deal,
        form=form,
        closing=close(scenario, deal),
        seasons=seasons(scenario.weather, scenario.horizon + 2),
        operations=tuple(operations_by_date(scenario.factory, scenario.weather, scenario.horizon + 2)),
    )
    step = opening_step(setting)
    steps, eve = [step], step.position
    last_date: Number = float(deal.exit.year)
    lived = deal.exit.year if form.sells else scenario.horizon
    for date in range(1, lived + 1):
        before = step.position
        step = live(setting, before, date)
        if date <= deal.exit.year:
            lives = before.alive > 0.0
            eve = step.position if np.all(lives) else choose(lives, step.position, eve)
        if np.any(step.stopped):
            last_date = np.where(step.stopped & (date <= deal.exit.year), float(date), last_date)
            step = wind_up(setting, step)
        if form.sells and date == deal.exit.year:
            step = sell(setting, step, date)
        steps.append(step)
    return result_of(setting, name, steps, eve, last_date, shape)


def batch_shape(scenario: Scenario) -> tuple[int, ...]:
    """The shape that all Numbers of a scenario broadcast to; ``()`` for one life."""
    shapes: set[tuple[int, ...]] = set()
    for record in (scenario.factory, scenario.weather, scenario.policy, scenario.deals):
        _add_shapes(record, shapes)
    return np.broadcast_shapes(*shapes)


def _add_shapes(holder: BaseModel | dict[str, Any], shapes: set[tuple[int, ...]]) -> None:
    for item in (holder if isinstance(holder, dict) else vars(holder)).values():
        # The commonest first: asking whether something is a pydantic record is slow.
        if isinstance(item, (float, str)) or item is None:
            continue
        if isinstance(item, Series):
            shapes.add(item.values.shape[:-1])
        elif isinstance(item, np.ndarray):
            shapes.add(item.shape)
        elif isinstance(item, (BaseModel, dict)):
            _add_shapes(item, shapes)
