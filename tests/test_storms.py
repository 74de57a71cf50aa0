"""Random weather: its mean, its spread, its crises; the same path in any batch; what deals become in it."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from lbo_model import load, measures, run, storms, studies, vary
from lbo_model.position import Status
from lbo_model.quantities import Series
from lbo_model.scenario import Scenario
from lbo_model.scenario.paths import InputError
from lbo_model.studies.storms import BLOCK, draws

MANY = 20_000


@cache
def base_film() -> Scenario:
    scenario = load("film").scenario
    assert scenario is not None
    return scenario


def film(changes: dict[str, Any] | None = None) -> Scenario:
    return vary(base_film(), changes or {})


def demand(scenario: Scenario, paths: int = MANY) -> np.ndarray:
    return storms(scenario, paths).weather.demand.values


WITHOUT_CRISES = {"weather.luck.crisis.chance": 0.0}


# --- what is drawn ------------------------------------------------------------------------------------------


def test_demand_is_one_on_average_at_every_date_and_on_closing_day_always() -> None:
    drawn = demand(film())
    assert drawn.shape == (MANY, 7)  # closing day, five years, and the one that a forward price looks at
    assert np.all(drawn[:, 0] == 1.0)
    error = drawn.std(axis=0) / np.sqrt(MANY)
    assert np.all(np.abs(drawn.mean(axis=0) - 1.0) <= 4.0 * error)


def test_what_the_file_says_of_demand_is_multiplied() -> None:
    said = [1.0, 0.9, 1.1]
    stormy = demand(film({"weather.demand": said}), 50)
    calm = np.array([1.0, 0.9, 1.1, 1.1, 1.1, 1.1, 1.1])
    np.testing.assert_allclose(stormy, demand(film(), 50) * calm, rtol=1e-14)


def test_news_have_the_declared_volatility_and_persistence() -> None:
    """Logarithms: variance 0.1^2 x (1 + 0.6^2 + ...), and 0.6 of a year's distance left the year after."""
    numbers = {"weather.luck.volatility": 0.1, "weather.luck.persistence": 0.6}
    logs = np.log(demand(film(WITHOUT_CRISES | numbers)))
    variance = 0.01 * np.cumsum(0.36 ** np.arange(6))
    # The mean of a logarithm is half its variance below that of its mean, one.
    np.testing.assert_allclose(logs[:, 1:].mean(axis=0), -variance / 2, atol=4 * 0.125 / np.sqrt(MANY))
    np.testing.assert_allclose(logs[:, 1:].std(axis=0), np.sqrt(variance), rtol=0.02)
    slope = np.cov(logs[:, 3], logs[:, 4])[0, 1] / np.var(logs[:, 3])
    assert slope == pytest.approx(0.6, abs=0.03)


def test_crises_come_as_often_as_declared_and_come_back_as_declared() -> None:
    """Without news, a path is what crises leave of it, beside the mean."""
    scenario = film({"weather.luck.volatility": 0.0})
    drawn = demand(scenario)
    mean = {1: 1.0 - 0.08 * 0.31}
    struck = drawn[:, 1] < 0.9
    assert struck.mean() == pytest.approx(0.08, abs=4 * np.sqrt(0.08 * 0.92 / MANY))
    np.testing.assert_allclose(drawn[struck, 1], 0.69 / mean[1], rtol=1e-12)
    np.testing.assert_allclose(drawn[~struck, 1], 1.0 / mean[1], rtol=1e-12)
    # A crisis in the first year alone: 31 % missing, then half of it, then a quarter.
    levels = drawn[:, 1:4] / drawn[:, 1:4].max(axis=0)
    alone = np.all(np.isclose(levels, [0.69, 0.845, 0.9225]), axis=-1)
    assert alone.mean() == pytest.approx(0.08 * 0.92**2, abs=0.008)


def test_luck_without_crises_draws_the_same_news() -> None:
    document = load(
        "ours.yaml",
        text="format: 1\nextends: film\ntitle: {fr: E, en: T}\nstory: {fr: E, en: T}\n"
        "weather: {luck: {crisis: null}}\n",
    )
    assert document.scenario is not None, document.problems
    np.testing.assert_array_equal(demand(document.scenario, 30), demand(film(WITHOUT_CRISES), 30))


# --- the same digits ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("few", [1, 8, BLOCK - 1, BLOCK, BLOCK + 1])
def test_a_path_is_the_same_in_a_small_run_and_in_a_large_one(few: int) -> None:
    np.testing.assert_array_equal(demand(film(), few), demand(film(), 1000)[:few])


def test_a_longer_horizon_changes_no_year_before() -> None:
    np.testing.assert_array_equal(demand(film({"horizon": 12}), 70)[:, :7], demand(film(), 70))


def test_each_path_and_each_seed_has_draws_of_its_own() -> None:
    for series in draws(2009, 3 * BLOCK, 5):
        assert np.unique(series).size == series.size
    assert not np.any(demand(film({"weather.luck.seed": 1}), 99)[:, 1:] == demand(film(), 99)[:, 1:])


def test_every_number_of_luck_moves_what_is_drawn() -> None:
    before = demand(film(), 500)
    for name, value in {
        "seed": 7,
        "volatility": 0.1,
        "persistence": 0.1,
        "crisis.chance": 0.2,
        "crisis.depth": 0.2,
        "crisis.rebound": 0.2,
    }.items():
        assert np.any(demand(film({f"weather.luck.{name}": value}), 500) != before), name


# --- lives --------------------------------------------------------------------------------------------------


def test_a_path_of_a_storm_is_the_run_of_its_own_demand() -> None:
    stormy = storms(film(), 40)
    together = run(stormy).deals["fund"]
    for path in (0, 7, 39):
        alone = run(film({"weather.demand": stormy.weather.demand.values[path].tolist()})).deals["fund"]
        np.testing.assert_allclose(together.lines.ebitda[path], alone.lines.ebitda, rtol=1e-12)
        np.testing.assert_allclose(together.positions.loans[0][path], alone.positions.loans[0], rtol=1e-12)


def test_a_map_of_prices_lives_the_same_storms_in_every_cell() -> None:
    prices = np.array([4.0, 5.0, 6.0])
    result = run(storms(film({"deals.fund.price.multiple": prices}), 25)).deals["fund"]
    assert result.shape == (25, 3)
    for cell, price in enumerate(prices):
        alone = run(storms(film({"deals.fund.price.multiple": float(price)}), 25)).deals["fund"]
        np.testing.assert_allclose(result.positions.loans[0][:, cell], alone.positions.loans[0])


def test_a_single_run_is_calm_whatever_luck_says() -> None:
    calm, lucky = (run(film(changes)).deals["fund"] for changes in ({}, {"weather.luck.volatility": 0.5}))
    np.testing.assert_array_equal(lucky.lines.sales, calm.lines.sales)
    assert np.all(calm.lines.sales == 30e6)


def test_odds_count_first_failures_by_year_among_all_lives() -> None:
    """Four lives: calm, a fall in year 2, one in year 4, ruin in year 2."""
    lives = [[1, 1, 1, 1, 1, 1], [1, 1, 0.6, 1, 1, 1], [1, 1, 1, 1, 0.5, 1], [1, 1, 0.05, 1, 1, 1]]
    result = run(film({"weather.demand": Series(np.array(lives, dtype=np.float64))})).deals["fund"]
    assert np.any(result.status("factory")[3] == Status.LIQUIDATED)
    found = studies.odds(result)
    assert found.survived == 0.25
    assert found.factory_closed == 0.25
    np.testing.assert_array_equal(found.defaults, [0, 0, 0.5, 0, 0.25, 0])
    best, worst = np.max(multiple := measures.returns(result)["fund"]["multiple"]), np.min(multiple)
    assert best == multiple[0]
    assert worst == 0.0
    assert found.multiple["median"] == pytest.approx(np.sort(multiple)[1:3].mean())


def test_a_co_operative_has_odds_and_no_multiple() -> None:
    scop = load("scop").scenario
    assert scop is not None
    found = studies.odds(run(storms(scop, 20)).deals["scop"])
    assert 0.0 < found.survived < 1.0
    assert np.isnan(found.multiple["median"])


# --- refused ------------------------------------------------------------------------------------------------


def test_a_scenario_without_luck_has_no_storms() -> None:
    without = storms(film(), 1)
    assert without.weather.luck is None
    with pytest.raises(InputError) as caught:
        storms(without, 10)
    (fault,) = caught.value.faults
    assert (fault.path, fault.code) == ("weather.luck", "no_luck")


def test_at_least_one_path_is_drawn() -> None:
    with pytest.raises(ValueError, match="0 paths"):
        storms(film(), 0)
