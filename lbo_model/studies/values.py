"""The same run over other numbers: some values, a map, a target."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from lbo_model.engine import Run, run
from lbo_model.position import Array
from lbo_model.scenario import Scenario
from lbo_model.scenario.paths import declaration, replaced

HALVINGS = 100


def vary(scenario: Scenario, changes: Mapping[str, Any]) -> Scenario:
    """The scenario with other values at some paths, checked against their declared bounds.

    A value may be an array of any shape: the run then answers for every cell at once. At the path of a
    Series, an array is a batch that lasts, a list goes by date.

    Raises:
        InputError: for a path that does not exist or a value out of bounds; all faults at once.
    """
    return replaced(scenario, changes)


def grid(scenario: Scenario, rows: tuple[str, Any], columns: tuple[str, Any]) -> Run:
    """A map: one number down, another across. Every answer has shape ``(rows, columns)`` before its dates."""
    (row_path, row_values), (column_path, column_values) = rows, columns
    down = np.asarray(row_values, dtype=np.float64)[:, None]
    across = np.asarray(column_values, dtype=np.float64)[None, :]
    return run(vary(scenario, {row_path: down + 0.0 * across, column_path: across + 0.0 * down}))


def solve(
    scenario: Scenario,
    path: str,
    measure: Callable[[Run], Any],
    target: Any,
    low: float | None = None,
    high: float | None = None,
) -> Array:
    """The value at ``path`` for which a measure meets a target, found by bisection for the whole batch at
    once.

    ``measure`` takes a run and gives a number of shape ``B``; it must cross the target once between ``low``
    and ``high`` (the declared bounds if not given). NaN where it does not cross.
    """
    bounds = declaration(scenario, path).quantity
    wanted = np.asarray(target, dtype=np.float64)

    def excess(value: Array) -> Array:
        found = np.asarray(measure(run(vary(scenario, {path: value}))), dtype=np.float64)
        return np.asarray(found - wanted)

    start = np.asarray(measure(run(scenario)), dtype=np.float64) - wanted
    below = np.full(start.shape, bounds.low if low is None else low)
    above = np.full(start.shape, bounds.high if high is None else high)
    at_low, at_high = excess(below), excess(above)
    rising = at_high > at_low
    crosses = np.sign(at_low) * np.sign(at_high) <= 0.0
    for _ in range(HALVINGS):
        middle = (below + above) / 2.0
        too_much = np.where(rising, excess(middle) > 0.0, excess(middle) < 0.0)
        below, above = np.where(too_much, below, middle), np.where(too_much, middle, above)
    return np.where(crosses, (below + above) / 2.0, np.nan)
