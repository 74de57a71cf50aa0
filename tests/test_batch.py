"""A batch is many single lives: any cell of any batch equals its own run, to 1e-12 relative."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from lbo_model.engine import Result, batch_shape, run
from lbo_model.measures import measure, returns
from lbo_model.quantities import Series
from lbo_model.scenario import Scenario
from lbo_model.statements import statements
from tests.strategies import Drawn, random_scenario, scenarios

RELATIVE = 1e-12
FACTORS = (1.0, 0.93, 1.04, 0.71, 1.15, 0.86)
SHAPES: tuple[tuple[tuple[int, ...], ...], ...] = (
    ((3,),),
    ((2, 3),),
    ((2, 1), (1, 3)),
    ((3,), (2, 3), (2, 1)),
)
"""Shapes of the fields that are made arrays: one alike for all, or several that broadcast together."""

Path = tuple[str, ...]
SINGLE: tuple[Path, ...] = (
    ("factory", "machines", "opening"),
    ("factory", "opening_cash"),
    ("factory", "opening_debt"),
    ("factory", "operations", "staff"),
    ("factory", "consequences", "equipment_per_sales"),
    ("factory", "consequences", "worn_out_turns"),
    ("factory", "consequences", "quality_elasticity"),
    ("factory", "consequences", "share_speed"),
    ("weather", "happens", "crisis", "starts"),
    ("policy", "corporate_tax", "dividend_taxable"),
    ("policy", "interest_limit", "share_of_ebitda"),
    ("policy", "interest_limit", "freely"),
    ("policy", "interest_limit", "least_equity_to_debt"),
    ("policy", "workers_share_of_gain"),
    ("policy", "clawback", "share"),
    ("policy", "clawback", "years"),
    ("policy", "acquisition_debt", "most_times_ebitda"),
    ("policy", "acquisition_debt", "least_equity"),
    ("policy", "distress", "price_share"),
    ("policy", "participation", "profit_share"),
    ("deals", "deal", "price", "multiple"),
    ("deals", "deal", "price", "amount"),
    ("deals", "deal", "plan", "payout"),
    ("deals", "deal", "plan", "growth_machines"),
    ("deals", "deal", "funding", "growth_capital"),
    ("deals", "deal", "exit", "catch"),
    ("deals", "deal", "terms", "fund_economics", "management_fee"),
    ("deals", "deal", "terms", "fund_economics", "fee_years"),
    ("deals", "deal", "terms", "fund_economics", "hurdle"),
    ("deals", "deal", "terms", "fund_economics", "catch_up"),
    ("deals", "deal", "terms", "fund_economics", "carry"),
    ("deals", "deal", "exit", "multiple_change"),
    ("deals", "deal", "exit", "multiple"),
    ("deals", "deal", "fees", "financing", "share_of_debt"),
    ("deals", "deal", "funding", "minimum_cash", "amount"),
    ("deals", "deal", "funding", "revolver", "limit"),
    ("deals", "deal", "funding", "loans", "loan1", "rate"),
    ("deals", "deal", "funding", "loans", "loan1", "years"),
    ("deals", "deal", "funding", "loans", "loan1", "balloon"),
    ("deals", "deal", "funding", "loans", "loan1", "sweep"),
    ("deals", "deal", "funding", "loans", "loan2", "margin"),
    ("deals", "deal", "funding", "loans", "loan2", "capitalised_rate"),
    ("deals", "deal", "plan", "leasing", "share"),
    ("deals", "deal", "plan", "leasing", "rate"),
    ("deals", "deal", "plan", "workforce", "temporary_staff"),
    ("deals", "deal", "plan", "workforce", "jobs"),
    ("deals", "deal", "plan", "workforce", "short_time"),
    ("deals", "deal", "plan", "workforce", "severance"),
    ("deals", "deal", "plan", "relocation", "share"),
    ("deals", "deal", "plan", "relocation", "lenders_agree_below"),
    ("factory", "work_abroad", "labour_cost"),
    ("factory", "work_abroad", "realised"),
    ("factory", "work_abroad", "severance"),
)
BY_DATE: tuple[Path, ...] = (
    ("factory", "operations", "sales"),
    ("factory", "working_capital"),
    ("weather", "demand"),
    ("weather", "base_rate"),
    ("weather", "price_growth"),
    ("weather", "volume_growth"),
    ("weather", "events", "crisis", "demand"),
    ("weather", "events", "crisis", "purchases"),
    ("weather", "events", "crisis", "base_rate"),
    ("policy", "corporate_tax", "rate"),
    ("deals", "deal", "plan", "capex_target", "share_of_sales"),
)


def at(tree: Drawn, path: Path) -> Any:
    """The value at a path, or None."""
    for name in path:
        if not isinstance(tree, dict) or name not in tree:
            return None
        tree = tree[name]
    return tree


def with_value(tree: Drawn, path: Path, value: Any) -> Drawn:
    """A copy of a tree with another value at a path."""
    name, *rest = path
    return {**tree, name: with_value(tree[name], tuple(rest), value) if rest else value}


def spread(value: Any, shape: tuple[int, ...], shift: int) -> np.ndarray:
    """An array around a value that stays within the bounds of its field; shares stay at most one."""
    count = int(np.prod(shape))
    factors = np.array([FACTORS[(shift + cell) % len(FACTORS)] for cell in range(count)]).reshape(shape)
    whole = np.asarray(value, dtype=np.float64) * factors
    return np.clip(whole, -0.02, 1.0) if np.all(np.abs(value) <= 1.0) else whole


def batched(drawn: Drawn, shapes: tuple[tuple[int, ...], ...], chosen: int) -> dict[Path, Any]:
    """Some fields of a scenario made arrays: path -> array, or Series of several dates."""
    here = [path for path in (*SINGLE, *BY_DATE) if isinstance(at(drawn, path), (int, float, list))]
    here = [path for path in here if path in BY_DATE or not isinstance(at(drawn, path), list)]
    changes: dict[Path, Any] = {}
    for number, path in enumerate(here):
        if (number * 7 + chosen) % 3:
            continue
        shape, value = shapes[len(changes) % len(shapes)], at(drawn, path)
        if path in BY_DATE:
            written = value if isinstance(value, list) else [value]
            columns = [spread(item, shape, chosen + number) for item in written]
            changes[path] = Series(np.stack(columns, axis=-1))
        elif path[-1] in ("years", "starts"):
            changes[path] = np.maximum(1.0, np.round(spread(value, shape, chosen)))
        else:
            changes[path] = spread(value, shape, chosen + number)
    return changes


def played(drawn: Drawn, changes: dict[Path, Any]) -> Result:
    for path, value in changes.items():
        drawn = with_value(drawn, path, value)
    return run(Scenario.model_validate(drawn)).deals["deal"]


def cell_of(value: Any, shape: tuple[int, ...], cell: tuple[int, ...]) -> Any:
    """What one cell of a batch is given, written as in a file."""
    if isinstance(value, Series):
        dates = value.values.shape[-1]
        return np.broadcast_to(value.values, (*shape, dates))[cell].tolist()
    return float(np.broadcast_to(value, shape)[cell])


def numbers(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every number of a tree of records, dictionaries and tuples, with where it stands."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from numbers(item, f"{name}.{key}")
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from numbers(item, f"{name}.{number}")
    elif is_dataclass(value):
        for item in fields(value):
            yield from numbers(getattr(value, item.name), f"{name}.{item.name}")
    else:
        yield name, value


def everything(result: Result) -> dict[str, Any]:
    """All that a result says; payments that one batch never makes count as zero."""
    said = {
        "positions": result.positions,
        "lines": result.lines,
        "eve": result.eve,
        "claims_start": dict(result.claims_start),
        "claims_end": dict(result.claims_end),
        "values": (result.start_value, result.end_value, result.end_ebitda, result.last_date),
        "missing": result.closing.missing,
        "uses": result.closing.uses,
        "forbidden": {
            name: np.asarray(cells, dtype=float) for name, cells in result.closing.forbidden.items()
        },
        "status": (result.status("factory").astype(float), result.status("holding").astype(float)),
        "measures": measure(result),
        "returns": returns(result),
        "statements": statements(result),
    }
    return dict(numbers(said)) | {f"ledger.{key}": row for key, row in result.ledger.amounts.items()}


def assert_same(
    batch: dict[str, Any], single: dict[str, Any], shape: tuple[int, ...], cell: tuple[int, ...]
) -> None:
    for name in batch.keys() | single.keys():
        alone = np.asarray(single.get(name, 0.0), dtype=np.float64)
        whole = np.asarray(batch.get(name, 0.0), dtype=np.float64)
        dates = whole.shape[-1:] if whole.ndim > len(shape) else ()
        together = np.broadcast_to(whole, (*shape, *dates))[cell]
        limit = RELATIVE * np.maximum(np.nan_to_num(np.abs(alone)), scale_of(name, single))
        gap = np.nan_to_num(np.abs(together - alone))
        assert np.array_equal(np.isnan(together), np.isnan(np.broadcast_to(alone, together.shape))), name
        assert np.all(gap <= limit), f"{name} in cell {cell}: {together} together, {alone} alone"


def scale_of(name: str, single: dict[str, Any]) -> float:
    """The size beside which a difference counts: 1 for a ratio, the price of the deal for money."""
    ratios = ("irr", "multiple", "cover", "leverage", "months_of_pay", "status", "forbidden")
    return (
        1.0
        if any(ratio in name for ratio in ratios)
        else float(np.max(single[".uses.price_of_shares"])) + 1e6
    )


def compare(drawn: Drawn, shapes: tuple[tuple[int, ...], ...], chosen: int) -> int:
    """Run a batch and each of its cells; returns the number of cells compared."""
    changes = batched(drawn, shapes, chosen)
    together = played(drawn, changes)
    shape = together.shape
    batch = everything(together)
    for cell in np.ndindex(*shape):
        alone = played(drawn, {path: cell_of(value, shape, cell) for path, value in changes.items()})
        assert alone.shape == ()
        assert_same(batch, everything(alone), shape, cell)
    return int(np.prod(shape))


@settings(max_examples=30)
@given(scenarios(), st.sampled_from(SHAPES), st.integers(0, 11))
def test_any_cell_equals_its_single_run(
    drawn: Drawn, shapes: tuple[tuple[int, ...], ...], chosen: int
) -> None:
    note(str(drawn))
    compare(drawn, shapes, chosen)


@pytest.mark.parametrize("seed", range(60))
def test_any_cell_of_a_plain_random_batch_equals_its_single_run(seed: int) -> None:
    assert compare(random_scenario(seed), SHAPES[seed % len(SHAPES)], seed) >= 1


def test_shapes_broadcast_together() -> None:
    drawn = random_scenario(1)
    drawn = with_value(drawn, ("factory", "opening_cash"), np.array([[0.0], [1e5]]))
    drawn = with_value(drawn, ("weather", "demand"), Series(np.array([[1.0, 0.9], [1.0, 0.5], [1.0, 1.0]])))
    scenario = Scenario.model_validate(drawn)
    assert batch_shape(scenario) == (2, 3)
    result = run(scenario).deals["deal"]
    assert result.positions.factory_cash.shape == (2, 3, result.dates)
    assert all(row.shape == (2, 3, result.dates) for row in result.ledger.amounts.values())
    assert all(claim.shape == (2, 3) for claim in result.claims_end.values())


def test_the_comparison_sees_a_batch_that_leaks() -> None:
    """The broken twin: a cell that took a number from its neighbour."""
    drawn = random_scenario(2)
    changes: dict[Path, Any] = {("factory", "opening_cash"): np.array([0.0, 2e5, 4e5])}
    together, alone = (
        everything(played(drawn, changes)),
        everything(played(drawn, {("factory", "opening_cash"): 0.0})),
    )
    assert_same(together, alone, (3,), (0,))
    with pytest.raises(AssertionError):
        assert_same(together, alone, (3,), (1,))
