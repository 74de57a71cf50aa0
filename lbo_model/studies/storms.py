"""Random weather: many lives of the same deals, every owner under the same sky in each."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lbo_model import equations
from lbo_model.engine import Result, batch_shape
from lbo_model.measures import owner_return
from lbo_model.position import Array, Number, Status
from lbo_model.quantities import Series
from lbo_model.scenario import Luck, Scenario
from lbo_model.scenario.faults import Fault
from lbo_model.scenario.paths import InputError, declaration
from lbo_model.studies.values import vary

BLOCK = 64
"""Paths that are drawn together. A path's digits depend on the seed, on its block and on its place in it."""


def storms(scenario: Scenario, paths: int) -> Scenario:
    """The scenario with its demand drawn by its luck, as an array of ``paths`` lives.

    What is drawn multiplies what ``weather`` says: a mean of one at every date, nothing on closing day.
    Events happen on top. ``demand`` has shape ``(paths,) + B + (dates,)``, one date beyond the horizon
    included, ``B`` being the batch that the scenario already is; all its cells, and all owners, live the same
    draws. Path 7 is the same among 10 and among 10,000, whatever the horizon. Demand never goes beyond the
    bounds of its field.

    Raises:
        InputError: where the scenario says nothing of luck.
        ValueError: for less than one path.
    """
    if paths < 1:
        raise ValueError(f"{paths} paths: at least one is needed")
    luck = scenario.weather.luck
    if luck is None:
        raise InputError(
            [Fault("weather.luck", "no_luck", {"found": None, "allowed": list(Luck.model_fields)})]
        )
    dates, bounds = scenario.horizon + 2, declaration(scenario, "weather.demand").quantity
    drawn = lucky_demands(luck, paths, dates, len(batch_shape(scenario)))
    said = scenario.weather.demand.until(dates)
    demand = np.stack([said[..., date] * one for date, one in enumerate(drawn)], axis=-1)
    demand = np.clip(demand, bounds.low, bounds.high)
    stormy = vary(scenario, {"weather.demand": Series(demand)})
    return stormy.model_copy(update={"weather": stormy.weather.model_copy(update={"luck": None})})


def lucky_demands(luck: Luck, paths: int, dates: int, deep: int = 0) -> list[Number]:
    """Demand beside its mean at each date, closing day first, each of shape ``(paths,) + B``.

    ``deep``: how many axes ``B`` has, where the numbers of luck are arrays.
    """
    cells = (paths, *(1,) * deep)
    log: Number = np.zeros(cells)
    missing: Number = np.zeros(cells)
    variance: Number = 0.0
    mean_missing: Number = 0.0
    found: list[Number] = [np.ones(cells)]
    for normal, uniform in zip(*draws(luck.seed, paths, dates - 1), strict=True):
        log = equations.log_demand(log, luck.persistence, luck.volatility, normal.reshape(cells))
        variance = equations.log_variance(variance, luck.persistence, luck.volatility)
        if luck.crisis is not None:
            rule, struck = luck.crisis, uniform.reshape(cells) < luck.crisis.chance
            missing = equations.demand_missing(missing, rule.rebound, rule.depth, struck)
            mean_missing = equations.demand_missing(mean_missing, rule.rebound, rule.depth, rule.chance)
        found.append(equations.lucky_demand(log, variance, missing, mean_missing))
    return found


def draws(seed: int, paths: int, years: int) -> tuple[Array, Array]:
    """Normal and uniform numbers, each of shape ``(years, paths)``.

    Each block of paths has generators of its own (Philox, which counts), keyed by the seed and the block's
    number; years are drawn one after the other, so that more of them change none before.
    """
    blocks = range(-(-paths // BLOCK))
    normals = [_generator(seed, block, 0).standard_normal((years, BLOCK)) for block in blocks]
    uniforms = [_generator(seed, block, 1).random((years, BLOCK)) for block in blocks]
    return np.concatenate(normals, axis=-1)[:, :paths], np.concatenate(uniforms, axis=-1)[:, :paths]


def _generator(seed: int, block: int, kind: int) -> np.random.Generator:
    key = np.array([seed, block], dtype=np.uint64)
    return np.random.Generator(np.random.Philox(key=key, counter=np.array([0, 0, 0, kind], dtype=np.uint64)))


@dataclass(frozen=True)
class Odds:
    """How the lives of one deal end, among all that were drawn; the drawn lives are the first axis.

    Shares have shape ``B``, those by year ``B + (dates,)``.
    """

    survived: Array
    """Share of lives in which neither the holding nor the factory failed until the exit."""
    factory_closed: Array
    """Share of lives in which the factory closed until the exit."""
    defaults: Array
    """By year: share of all lives in which the first failure falls in it."""
    multiple: dict[str, Array]
    """The owner's money multiple: its tenth percentile (``tenth``) and its median; NaN for co-operative
    shares, which have none.
    """


def odds(result: Result) -> Odds:
    """How many of the lives of a deal end badly, and what its owner gets in the middle and in bad ones.

    A failure is a holding that can no longer pay its lenders, or a factory that closes. A life that failed
    counts with what its owner got.
    """
    until = result.deal.exit.year + 1
    holding, factory = (result.status(company)[..., :until] for company in ("holding", "factory"))
    closed = factory == Status.LIQUIDATED
    failed = _ever(closed | (holding == Status.RESTRUCTURED))
    first = np.diff(failed.astype(np.float64), axis=-1, prepend=0.0)
    got = owner_return(result, result.form.owner)["multiple"]
    return Odds(
        survived=1.0 - np.mean(failed[..., -1], axis=0),
        factory_closed=np.mean(_ever(closed)[..., -1], axis=0),
        defaults=np.mean(first, axis=0),
        multiple={"tenth": np.quantile(got, 0.1, axis=0), "median": np.quantile(got, 0.5, axis=0)},
    )


def _ever(cells: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Whether something has been so until each date."""
    return np.logical_or.accumulate(cells, axis=-1)
