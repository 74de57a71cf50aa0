"""How fast the model is: ``make bench``. One run of each form, and lives a second beside the floor of bare
numpy.

The floor is what the same number of array operations would cost if each were a plain addition of two arrays
of that size. Both are measured in one process, one after the other, so that their ratio means something on a
busy machine.
"""

import statistics
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from lbo_model import load, run, vary
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import shipped_names

LIVES = 100_000
PATH = "price.multiple"


def main() -> None:
    """Print the table."""
    print("one life, milliseconds (median of 50)")
    scenarios = {name: load(name).scenario for name in shipped_names()}
    for name, scenario in scenarios.items():
        if scenario is not None and scenario.deals:
            print(f"  {name:20} {1000 * _median(lambda scenario=scenario: run(scenario), 50):8.2f}")
    print(f"{LIVES:,} lives at once (median of 5)")
    print(f"  {'form':20} {'lives/s':>12} {'operations':>11} {'floor lives/s':>14} {'floor/model':>12}")
    for name, deal in (("film", "fund"), ("scop", "scop")):
        scenario = scenarios[name]
        assert scenario is not None, f"{name} has problems"
        _row(scenario, deal)


def _row(scenario: Scenario, deal: str) -> None:
    path = f"deals.{deal}.{PATH}"
    many = vary(scenario, {path: np.linspace(3.5, 6.0, LIVES)})
    operations = _operations(scenario, path)
    one, other = np.linspace(0.0, 1.0, LIVES), np.linspace(1.0, 2.0, LIVES)
    model = _median(lambda: run(many), 5)
    addition = _median(lambda: one + other, 200)
    floor = operations * addition
    print(
        f"  {scenario.deals[deal].form:20} {LIVES / model:12,.0f} {operations:11,} {LIVES / floor:14,.0f} "
        f"{model / floor:12.2f}"
    )


def _median(work: Callable[[], Any], times: int) -> float:
    work()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


class _Counted(np.ndarray):  # type: ignore[type-arg]
    """An array that counts the operations in which it takes part, and makes its results count too."""

    total = 0

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        _Counted.total += 1
        return _watched(getattr(ufunc, method)(*map(_bare, inputs), **options))

    def __array_function__(self, function: Any, types: Any, inputs: Any, options: Any) -> Any:
        _Counted.total += 1
        return _watched(function(*_bare(inputs), **_bare(options)))


def _bare(value: Any) -> Any:
    if isinstance(value, _Counted):
        return value.view(np.ndarray)
    if isinstance(value, (list, tuple)):
        return type(value)(_bare(item) for item in value)
    return {name: _bare(item) for name, item in value.items()} if isinstance(value, dict) else value


def _watched(value: Any) -> Any:
    return value.view(_Counted) if isinstance(value, np.ndarray) else value


def _operations(scenario: Scenario, path: str) -> int:
    """Array operations in one run whose price is an array."""
    _, deal, *_ = path.split(".")
    varied = vary(scenario, {path: np.array([5.0, 5.1])})
    price = varied.deals[deal].price
    object.__setattr__(price, "multiple", price.multiple.view(_Counted))  # type: ignore[union-attr]
    _Counted.total = 0
    run(varied)
    return _Counted.total


if __name__ == "__main__":
    main()
