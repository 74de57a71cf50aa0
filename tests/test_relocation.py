"""Moving jobs abroad, worked out by hand: 100 jobs of 1,600 hours, 38 euros an hour here, 11 there.

Hourly labour costs of industry in 2023 (Eurostat): euro area 38.0, Romania 11.0; productivity of 85 % and
costs of moving are choices. 11 / 0.85 = 12.94; 160,000 hours times 25.06 are 4.009 million a year, 40,000 a
job.
"""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from lbo_model.measures.relocation import (
    Move,
    counter_offer,
    counter_offer_to_fund,
    fund_gain,
    operator_gain,
    payback,
    worth_of_years,
)

MOVE = Move(
    jobs=100.0,
    hours=1600.0,
    labour_cost=38.0,
    labour_cost_abroad=11.0,
    productivity=0.85,
    realised=0.6,
    severance_per_job=60_000.0,
    moving_per_job=30_000.0,
    ramp_up=3e6,
    site=0.0,
)
FUND: dict[str, Any] = {"tax_rate": 0.25, "multiple": 5.0, "confidence": 0.6, "hurdle": 0.2, "years": 3.0}


def test_the_saving_and_what_it_costs() -> None:
    """160,000 x (38 - 12.941176) = 4,009,412 a year; 6 M of severance, 3 M of moving, 3 M of ramp-up."""
    assert MOVE.full_saving == pytest.approx(4_009_411.76, abs=0.01)
    assert MOVE.saving == pytest.approx(2_405_647.06, abs=0.01)
    assert MOVE.cost == 12e6
    assert MOVE.labour == 6_080_000.0


def test_six_tenths_of_the_saving_pay_back_in_five_years_and_dearer_severance_in_almost_seven() -> None:
    """12 / 2.4056 = 4.99; with 100,000 a job 16 / 2.4056 = 6.65."""
    dear = replace(MOVE, severance_per_job=100_000.0)
    assert payback(MOVE) == pytest.approx(4.988, abs=5e-4)
    assert dear.cost == 16e6
    assert payback(dear) == pytest.approx(6.651, abs=5e-4)


def test_a_move_that_saves_nothing_is_never_paid_back() -> None:
    assert payback(replace(MOVE, labour_cost_abroad=38.0)) == np.inf
    assert operator_gain(replace(MOVE, realised=0.0), 0.25, 0.09, 10.0) == pytest.approx(-9e6)


def test_ten_years_at_nine_per_cent() -> None:
    """One a year for ten years is worth 6.417658; 0.75 x (2.405647 x 6.417658 - 12) = 2.578966 M."""
    assert worth_of_years(0.09, 10.0) == pytest.approx(6.417658, abs=1e-6)
    assert worth_of_years(0.0, 10.0) == pytest.approx(10.0)
    by_hand = 0.75 * (sum(2_405_647.0588 / 1.09**year for year in range(1, 11)) - 12e6)
    assert operator_gain(MOVE, 0.25, 0.09, 10.0) == pytest.approx(by_hand, abs=0.01)
    assert by_hand == pytest.approx(2.579e6, abs=1e3)


def test_a_fund_sells_the_saving_to_the_next_buyer() -> None:
    """5 x 0.6 x 4.009412 / 1.728 is 6.960784 M, beside 0.75 x (2.405647 x 2.106481 - 12) = -5.199411 M."""
    sold = 5.0 * 0.6 * 4_009_411.7647 / 1.2**3
    kept = 0.75 * (sum(2_405_647.0588 / 1.2**year for year in (1, 2, 3)) - 12e6)
    assert fund_gain(MOVE, **FUND) == pytest.approx(sold + kept, abs=0.01)
    assert kept < 0.0 < sold + kept


def test_what_workers_could_offer_makes_the_owner_indifferent() -> None:
    """2.405647 - 12 / 6.417658 = 0.535802 M a year, 8.8 % of what the jobs cost."""
    cut = counter_offer(MOVE, 0.09, 10.0)
    assert cut == pytest.approx(2_405_647.06 - 12e6 / 6.417657701, abs=0.1)
    assert cut / MOVE.labour == pytest.approx(0.088, abs=5e-4)
    assert 0.75 * cut * worth_of_years(0.09, 10.0) == pytest.approx(operator_gain(MOVE, 0.25, 0.09, 10.0))


def test_what_workers_would_have_to_offer_a_fund() -> None:
    """A cut of so much, kept for three years and sold at five times for the part believed in."""
    cut = counter_offer_to_fund(MOVE, **FUND)
    worth = cut * (5.0 * 0.6 / 1.2**3 + 0.75 * sum(1.2**-year for year in (1, 2, 3)))
    assert worth == pytest.approx(fund_gain(MOVE, **FUND))


def test_where_staying_pays_nothing_need_be_offered() -> None:
    dear = replace(MOVE, severance_per_job=120_000.0)
    assert operator_gain(dear, 0.25, 0.09, 10.0) < 0.0
    assert counter_offer(dear, 0.09, 10.0) == 0.0


def test_a_batch_is_its_single_moves() -> None:
    severance = np.array([30_000.0, 60_000.0, 120_000.0])
    moves = [replace(MOVE, severance_per_job=float(one)) for one in severance]
    batch = replace(MOVE, severance_per_job=severance)
    np.testing.assert_allclose(payback(batch), [payback(one) for one in moves])
    np.testing.assert_allclose(fund_gain(batch, **FUND), [fund_gain(one, **FUND) for one in moves])
    np.testing.assert_allclose(
        counter_offer_to_fund(batch, **FUND), [counter_offer_to_fund(one, **FUND) for one in moves]
    )
