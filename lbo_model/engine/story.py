"""The story in three acts: close the deal, live the years one at a time, settle the end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from pydantic import BaseModel

from lbo_model.engine.bookkeeping import Step
from lbo_model.engine.clawback import GivenBack, asked, asked_after_a_sale, given_back
from lbo_model.engine.closing import close
from lbo_model.engine.covenants import tested
from lbo_model.engine.ending import factory_left, sell
from lbo_model.engine.gain_share import with_money_in_the_deal
from lbo_model.engine.opening import opening_step
from lbo_model.engine.operations import Season, operations_by_date, seasons
from lbo_model.engine.ratchet import with_hurdles
from lbo_model.engine.restructuring import restructured
from lbo_model.engine.result import Result, Run, result_of
from lbo_model.engine.setting import Setting
from lbo_model.engine.target import Target, factory_for_sale
from lbo_model.engine.winding_up import wind_up
from lbo_model.engine.year import live
from lbo_model.forms import FORMS
from lbo_model.position import Number, Operations, Position, choose
from lbo_model.quantities import TOLERANCE, Series
from lbo_model.scenario import Scenario


def run(scenario: Scenario) -> Run:
    """Play every deal of a scenario: those that buy the factory at date 0, and those that follow them."""
    shape, factory, weather = batch_shape(scenario), factory_for_sale(scenario), _weathered(scenario)
    played: dict[str, Result] = {}
    for first in scenario.first_deals:
        row = _row(scenario, scenario.chain(first), factory, weather)
        played |= {name: _result(row, name, shape) for name in row}
    return Run(scenario, {name: played[name] for name in scenario.deals})


def play(scenario: Scenario, name: str, shape: tuple[int, ...]) -> Result:
    """One deal alone, as if nobody followed; those that it follows are played before it, and those that
    follow it only where the law may ask its owners for money once they have sold.
    """
    first = next(first for first in scenario.first_deals if name in scenario.chain(first))
    names = scenario.chain(first)
    if scenario.policy.clawback is None:
        names = names[: names.index(name) + 1]
    row = _row(scenario, names, factory_for_sale(scenario), _weathered(scenario))
    return _result(row, name, shape)


@dataclass(frozen=True)
class Weathered:
    """The years to come by date, the same for every owner."""

    seasons: tuple[Season, ...]
    operations: tuple[Operations, ...]
    """If the factory makes all that the market asks for."""


def _weathered(scenario: Scenario) -> Weathered:
    dates = scenario.horizon + 2
    return Weathered(
        seasons(scenario.weather, dates),
        tuple(operations_by_date(scenario.factory, scenario.weather, dates)),
    )


@dataclass(frozen=True)
class Lived:
    """A deal from closing day to its end, before anything is asked of its owners once they have sold."""

    setting: Setting
    steps: list[Step]
    eve: Position
    last_date: Number
    given_back: list[GivenBack]
    """By owners before it, where its factory closed."""


def _row(scenario: Scenario, names: Sequence[str], target: Target, weather: Weathered) -> dict[str, Lived]:
    """Deals in a row, each on the factory as the one before leaves it."""
    row: dict[str, Lived] = {}
    for name in names:
        row[name], target = _lived(scenario, name, target, weather)
    return row


def _result(row: Mapping[str, Lived], name: str, shape: tuple[int, ...]) -> Result:
    """One deal of a row, with what its owners gave back in the deals after it."""
    given_back = [paid for later in row.values() for paid in later.given_back if paid.deal == name]
    one = row[name]
    return result_of(one.setting, name, one.steps, one.eve, one.last_date, shape, given_back)


def _lived(scenario: Scenario, name: str, target: Target, weather: Weathered) -> tuple[Lived, Target]:
    """Close, live, settle: one deal, and the factory as it leaves it."""
    deal = scenario.deals[name]
    form = FORMS[deal.form]
    setting = Setting(
        scenario=scenario,
        deal=deal,
        form=form,
        target=target,
        closing=close(scenario, deal, target),
        seasons=weather.seasons[target.date :],
        operations=weather.operations[target.date :],
    )
    step = opening_step(setting)
    steps, eve = [step], step.position
    last_date: Number = np.where(target.alive > 0.0, float(deal.exit.year), 0.0)
    years = deal.exit.year if form.sells else scenario.horizon - target.date
    given: list[GivenBack] = []
    for date in range(1, years + 1):
        before = step.position
        step = tested(setting, live(setting, before, date), date)
        if deal.funding.ratchet:
            step = with_hurdles(deal, before.ratchet_hurdles, step)
        if scenario.policy.workers_share_of_gain is not None:
            step = with_money_in_the_deal(deal, before.money_in_the_deal, step)
        if scenario.policy.distress.restructuring is not None and form.has_holding:
            step = restructured(setting, scenario.policy.distress.restructuring, before, step)
        if date <= deal.exit.year:
            lives = before.alive > 0.0
            eve = step.position if np.all(lives) else choose(lives, step.position, eve)
        if np.any(step.stopped):
            last_date = np.where(step.stopped & (date <= deal.exit.year), float(date), last_date)
            step = wind_up(setting, step, date, asked(target.sold_by, target.date + date))
            given += given_back(setting, date, step.flows)
        if form.sells and date == deal.exit.year:
            step = sell(setting, step, date)
        steps.append(step)
    lived = Lived(setting, steps, eve, last_date, given)
    return lived, target if deal.then is None else _left(lived, name)


def _left(lived: Lived, name: str) -> Target:
    """The factory as a deal leaves it to the next, and what its owners may be asked for."""
    setting, steps = lived.setting, lived.steps
    law, left = setting.scenario.policy.clawback, factory_left(setting, steps[-1], len(steps) - 1)
    if law is None:
        return left
    own = asked_after_a_sale(law, setting, name, [step.flows for step in steps], left.alive)
    return replace(left, sold_by=(*setting.target.sold_by, own))


def refusals(scenario: Scenario) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Why a file is refused at its own values: (path, code, facts) of each deal that cannot close as written.

    A gap that the file declares as ``nobody_yet`` is lawful; an undeclared one is not. Only a chain must be
    played for it: what its second owner pays is known when the first sells.
    """
    if not scenario.deals:
        return
    chained = any(deal.then is not None for deal in scenario.deals.values())
    played = run(scenario).deals if chained else {}
    factory = factory_for_sale(scenario)
    for name, deal in scenario.deals.items():
        closing = played[name].closing if chained else close(scenario, deal, factory)
        path, uses = f"deals.{name}", float(np.max(sum(closing.uses.values(), 0.0)))
        missing = float(np.max(closing.missing))
        if missing > TOLERANCE and "nobody_yet" not in deal.funding.equity:
            yield f"{path}.funding", "uses_not_covered", {"missing": missing, "uses": uses}
        for reason, cells in closing.forbidden.items():
            if np.any(cells):
                surplus = float(np.max(closing.left_over))
                facts = {"surplus": surplus, "uses": uses - surplus}
                yield f"{path}.funding", reason, facts


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
