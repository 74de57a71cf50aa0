"""The story in three acts: close the deal, live the years one at a time, settle the end.

``run`` plays every deal of a scenario on the same factory, weather and law. A number of the scenario may be an array:
the loop runs over years, arrays run over everything else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from lbo_model import equations
from lbo_model.closing import Closing, close
from lbo_model.ending import end_value, sell, wind_up
from lbo_model.forms import FORMS, Form
from lbo_model.forms.law import Policy
from lbo_model.ledger import Flow, Ledger, gather
from lbo_model.opening import opening_step
from lbo_model.operations import operations_by_date
from lbo_model.position import Array, Lines, Number, Position, Status, choose, stack
from lbo_model.quantities import Series
from lbo_model.scenario import Deal, Scenario
from lbo_model.year import Setting, live


@dataclass(frozen=True)
class Result:
    """One deal, played. Series have shape ``B + (dates,)``, numbers have shape ``B``; after a sale, series are NaN."""

    name: str
    deal: Deal
    form: Form
    closing: Closing
    ledger: Ledger
    positions: Position
    lines: Lines
    eve: Position
    """The two companies at the end of their last year, before a sale or a winding-up settles their debts."""
    last_date: Array
    """Date of the last year lived: the exit year, or the year in which the factory stopped."""
    start_value: Array
    end_value: Array
    """What the enterprise is worth at the exit date by the rule of ``ending.end_value``; zero once it has closed."""
    claims_start: Mapping[str, Array]
    claims_end: Mapping[str, Array]
    """What each party holds and has not cashed, on the eve of closing and at the exit date."""
    end_ebitda: Array
    opening_cash: Array
    """The factory's cash on the eve of closing."""
    policy: Policy
    shape: tuple[int, ...]

    @property
    def dates(self) -> int:
        """Dates in a series, closing day included."""
        return int(np.shape(self.positions.machines)[-1])

    def status(self, company: str) -> NDArray[np.int64]:
        """Status of ``factory`` or ``holding`` at each date; a deal that does not close says so until it fails."""
        raw = np.asarray(getattr(self.positions, f"{company}_status"))
        unfinanced = np.broadcast_to(self.closing.not_financed, self.shape)[..., None]
        marked = np.where((raw == Status.SOUND) & unfinanced, float(Status.NOT_FINANCED), raw)
        return np.where(np.isnan(raw), -1, marked).astype(np.int64)


@dataclass(frozen=True)
class Run:
    """All deals of one scenario, played on the same factory, weather and law."""

    scenario: Scenario
    deals: Mapping[str, Result]


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
            eve = choose(before.alive > 0.0, step.position, eve)
        if np.any(step.stopped):
            last_date = np.where(step.stopped & (date <= deal.exit.year), float(date), last_date)
            step = wind_up(setting, step)
        if form.sells and date == deal.exit.year:
            step = sell(setting, step, date)
        steps.append(step)
    return _result(setting, name, steps, eve, last_date, shape)


def _result(
    setting: Setting, name: str, steps: list[Any], eve: Position, last_date: Number, shape: tuple[int, ...]
) -> Result:
    """Stack the years, and value what nobody has cashed."""
    deal, form = setting.deal, setting.form
    dates = setting.scenario.horizon + 1
    end = steps[deal.exit.year].position
    value = end_value(setting, end.machines_owed, deal.exit.year) * end.alive
    start = equations.enterprise_value(setting.closing.multiple, setting.closing.ebitda)
    positions = stack([step.position for step in steps], shape)
    lines = stack([_padded(step.lines, len(setting.closing.loans)) for step in steps], shape)
    flows: list[tuple[Flow, ...]] = [step.flows for step in steps]
    flows += [()] * (dates - len(steps))
    last = np.broadcast_to(last_date, shape)
    exit_basis = deal.exit.year if deal.exit.basis == "trailing" else deal.exit.year + 1
    return Result(
        name=name,
        deal=deal,
        form=form,
        closing=setting.closing,
        ledger=gather(flows, shape),
        positions=_lengthened(positions, dates),
        lines=_lengthened(lines, dates),
        eve=_spread(eve, shape),
        last_date=last,
        start_value=np.broadcast_to(start, shape),
        end_value=np.broadcast_to(value, shape),
        claims_start=_claims_start(setting, start, shape),
        claims_end=_claims_end(setting, end, value, shape),
        end_ebitda=np.broadcast_to(setting.operations[exit_basis].ebitda, shape),
        policy=setting.scenario.policy,
        opening_cash=np.broadcast_to(setting.scenario.factory.opening_cash, shape),
        shape=shape,
    )


def _claims_start(setting: Setting, value: Number, shape: tuple[int, ...]) -> dict[str, Array]:
    """On the eve of closing the old owner holds the shares, those who roll over their part, and the banks the debt."""
    factory, closing = setting.scenario.factory, setting.closing
    debt = np.minimum(factory.opening_debt, value + factory.opening_cash)
    shares = equations.price_of_shares(value, factory.opening_cash, debt)
    claims = {party: np.minimum(amount, shares) for party, amount in closing.rolled.items()}
    owner = "seller" if setting.form.buys else setting.form.owner
    claims[owner] = shares - sum(claims.values(), 0.0)
    claims["banks"] = debt
    return {party: np.array(np.broadcast_to(claim, shape)) for party, claim in claims.items()}


def _claims_end(setting: Setting, end: Position, value: Number, shape: tuple[int, ...]) -> dict[str, Array]:
    """At the exit date, value and cash are claimed by rank: staff and State, lenders, workers' accounts, owners."""
    deal, form = setting.deal, setting.form
    settled = form.settle(end)
    ranked: list[tuple[str, Number]] = [("workers", end.participation_owed), ("state", end.levy_owed)]
    if deal.funding.revolver is not None:
        ranked.append((deal.funding.revolver.lender, end.revolver))
    loans = zip(deal.funding.loans.values(), end.loans, strict=True)
    ranked += [(loan.lender, balance) for loan, balance in loans]
    ranked.append(("workers", sum(end.labour_share_owed, end.share_interest_owed)))
    ranked += list(settled.at_par)
    total = value + end.factory_cash + end.holding_cash
    paid = equations.paid_by_rank(total, [claim for _, claim in ranked])
    claims: dict[str, Number] = {}
    for (party, _), amount in zip(ranked, paid, strict=True):
        claims[party] = claims.get(party, 0.0) + amount
    claims[settled.rest] = claims.get(settled.rest, 0.0) + total - sum(paid, 0.0)
    return {party: np.array(np.broadcast_to(claim, shape)) for party, claim in claims.items()}


def _padded(lines: Lines, loans: int) -> Lines:
    """Lines whose tuples over loans all have one cell a loan."""
    nothing = (0.0,) * loans
    changes = {
        item.name: nothing
        for item in fields(lines)
        if isinstance(getattr(lines, item.name), tuple) and len(getattr(lines, item.name)) != loans
    }
    return Lines(**{**vars(lines), **changes})


def _lengthened(record: Any, dates: int) -> Any:
    """A stacked record with NaN at the dates after the sale."""
    if is_dataclass(record):
        return type(record)(**{item.name: _lengthened(getattr(record, item.name), dates) for item in fields(record)})  # type: ignore[call-arg]
    if isinstance(record, tuple):
        return tuple(_lengthened(cell, dates) for cell in record)
    missing = dates - record.shape[-1]
    if missing == 0:
        return record
    return np.concatenate([record, np.full((*record.shape[:-1], missing), np.nan)], axis=-1)


def _spread(record: Any, shape: tuple[int, ...]) -> Any:
    """A position whose every number has the batch shape."""
    if is_dataclass(record):
        return type(record)(**{item.name: _spread(getattr(record, item.name), shape) for item in fields(record)})  # type: ignore[call-arg]
    if isinstance(record, tuple):
        return tuple(_spread(cell, shape) for cell in record)
    return np.broadcast_to(np.asarray(record, dtype=np.float64), shape)


def batch_shape(scenario: Scenario) -> tuple[int, ...]:
    """The shape that all Numbers of a scenario broadcast to; ``()`` for one life."""
    return np.broadcast_shapes(*_shapes(scenario))


def _shapes(value: Any) -> list[tuple[int, ...]]:
    if isinstance(value, np.ndarray):
        return [value.shape]
    if isinstance(value, Series):
        return [value.values.shape[:-1]]
    if isinstance(value, BaseModel):
        return [shape for name in type(value).model_fields for shape in _shapes(getattr(value, name))]
    if isinstance(value, dict):
        return [shape for item in value.values() for shape in _shapes(item)]
    return []
