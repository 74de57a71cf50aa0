"""Each equation against a sum done by hand, at its limits too; and the engine calls every one of them."""

import inspect
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lbo_model import engine, equations, measures, studies
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load

PUBLIC: dict[str, Callable[..., Any]] = {
    name: function
    for name, function in inspect.getmembers(equations, inspect.isfunction)
    if function.__module__.startswith(f"{equations.__name__}.") and not name.startswith("_")
}


def exactly(value: float) -> Any:
    return pytest.approx(value, rel=1e-12, abs=1e-12)


def to_the_cent(value: float) -> Any:
    return pytest.approx(value, rel=0.0, abs=0.01)


# --- the factory's year -------------------------------------------------------------------------------------


def test_a_ratio_divides_and_says_otherwise_where_nothing_divides() -> None:
    assert equations.ratio(3.0, 4.0) == 0.75
    assert np.isnan(equations.ratio(3.0, 0.0))
    assert equations.ratio(3.0, 0.0, otherwise=7.0) == 7.0
    np.testing.assert_array_equal(
        equations.ratio(np.array([1.0, -6.0]), np.array([0.0, 3.0]), 0.0), [0.0, -2.0]
    )


def test_sales_are_written_sales_times_prices_volumes_and_demand() -> None:
    assert equations.sales(1_000.0, 1.02, 0.97, 0.9) == exactly(890.46)
    assert equations.sales(1_000.0, 1.02, 0.97, 0.0) == 0.0


def test_jobs_follow_the_trend_wholly_and_demand_in_part() -> None:
    assert equations.headcount(210.0, 1.1, 0.65, 0.6) == exactly(182.49)  # 231 x (1 - 0.6 x 0.35)
    assert equations.headcount(210.0, 1.0, 0.5, 0.0) == 210.0
    assert equations.headcount(210.0, 1.0, 0.5, 1.0) == 105.0


def test_jobs_never_fall_below_zero() -> None:
    assert equations.headcount(210.0, 1.0, -0.5, 1.0) == 0.0


def test_gross_pay_per_head_makes_the_payroll_with_its_charges() -> None:
    assert equations.gross_pay_per_head(9_000_000.0, 200.0, 0.5) == 30_000.0
    assert equations.gross_pay_per_head(9_000_000.0, 200.0, 0.0) == 45_000.0


def test_value_added_is_sales_less_what_other_firms_supply() -> None:
    assert equations.value_added(30_000_000.0, 12_000_000.0, 4_530_000.0) == 13_470_000.0
    assert equations.value_added(10.0, 12.0, 3.0) == -5.0


def test_ebitda_is_value_added_less_production_taxes_and_payroll() -> None:
    assert equations.ebitda(13_470_000.0, 270_000.0, 6_000_000.0, 3_000_000.0) == 4_200_000.0
    assert equations.ebitda(1.0, 2.0, 3.0, 4.0) == -8.0


def test_machines_never_lose_more_than_what_is_left_of_them() -> None:
    assert equations.depreciation(8.0, 50.0) == 8.0
    assert equations.depreciation(8.0, 5.0) == 5.0
    assert equations.depreciation(8.0, 0.0) == 0.0


# --- machines and customers ---------------------------------------------------------------------------------


def test_machines_not_renewed_still_turn_by_their_declared_share() -> None:
    # Fitted with 18,000, of which 12,000 are left; 0.6 of machines for one of sales.
    assert equations.capacity(18_000.0, 18_000.0, 0.0, 0.6) == exactly(30_000.0)
    assert equations.capacity(12_000.0, 18_000.0, 1.0, 0.6) == exactly(30_000.0)
    assert equations.capacity(12_000.0, 18_000.0, 0.5, 0.6) == exactly(25_000.0)
    assert equations.capacity(12_000.0, 18_000.0, 0.0, 0.6) == exactly(20_000.0)


def test_orders_are_served_as_far_as_machines_go_and_the_rest_is_turned_away() -> None:
    assert equations.served(32_100.0, 30_000.0) == 30_000.0
    assert equations.served(28_000.0, 30_000.0) == 28_000.0
    assert equations.turned_away(32_100.0, 30_000.0) == 2_100.0
    assert equations.turned_away(28_000.0, 28_000.0) == 0.0


def test_a_factory_larger_than_its_market_needs_less_than_it_was_fitted_with() -> None:
    assert equations.required_equipment(18_000.0, 0.6, 40_000.0) == 18_000.0
    assert equations.required_equipment(18_000.0, 0.6, 20_000.0) == exactly(12_000.0)


def test_a_year_wears_out_what_is_needed_of_what_is_required() -> None:
    assert equations.wear(1_800.0, 18_000.0) == exactly(0.1)
    assert equations.wear(30_000.0, 18_000.0) == 1.0
    assert equations.wear(1_800.0, 0.0) == 0.0


def test_machines_are_what_wear_leaves_and_what_is_bought() -> None:
    assert equations.equipment(18_000.0, 0.1, 1_800.0) == exactly(18_000.0)
    assert equations.equipment(18_000.0, 0.1, 300.0) == exactly(16_500.0)
    assert equations.equipment(18_000.0, 1.0, 0.0) == 0.0


def test_quality_is_a_power_of_the_machines_that_are_left() -> None:
    assert equations.quality(10_628.82, 18_000.0, 0.2) == pytest.approx(
        0.9**1.0, rel=1e-9
    )  # 0.9 ** 5 is left
    assert equations.quality(4_500.0, 18_000.0, 0.5) == exactly(0.5)
    assert equations.quality(4_500.0, 18_000.0, 0.0) == 1.0
    assert equations.quality(0.0, 18_000.0, 0.5) == 0.0


def test_nobody_is_better_than_rivals_who_renew_their_machines() -> None:
    assert equations.quality(27_000.0, 18_000.0, 0.5) == 1.0
    assert equations.quality(0.0, 0.0, 0.5) == 1.0


def test_customers_go_part_of_the_way_to_the_share_that_quality_deserves() -> None:
    assert equations.market_share(1.0, 0.7, 1.0, 1 / 3) == exactly(0.9)
    assert equations.market_share(0.9, 0.7, 1.0, 1 / 3) == exactly(2.5 / 3)
    assert equations.market_share(0.7, 1.0, 1.0, 1 / 3) == exactly(0.8)  # and come back
    assert equations.market_share(1.0, 0.5, 2.0, 1.0) == 0.25
    assert equations.market_share(1.0, 0.5, 0.0, 1.0) == 1.0
    assert equations.market_share(0.6, 0.6, 1.0, 0.3) == exactly(0.6)  # a level, not a slope


def test_machines_for_growth_serve_the_orders_turned_away_as_far_as_cash_goes() -> None:
    assert equations.growth_machines(2_100.0, 0.6, 1.0, 5_000.0) == exactly(1_260.0)
    assert equations.growth_machines(2_100.0, 0.6, 0.5, 5_000.0) == exactly(630.0)
    assert equations.growth_machines(2_100.0, 0.6, 1.0, 400.0) == 400.0
    assert equations.growth_machines(2_100.0, 0.6, 1.0, -400.0) == 0.0
    assert equations.growth_machines(0.0, 0.6, 1.0, 5_000.0) == 0.0


# --- leased machines ----------------------------------------------------------------------------------------


def test_rents_pay_for_the_machines_with_interest() -> None:
    """210 at 10 %: 210 x 1.1 - 121 = 110 after one rent, 110 x 1.1 - 121 = 0 after two."""
    assert equations.lease_rent(210.0, 0.10, 2.0) == exactly(121.0)
    assert equations.lease_repaid(210.0, 0.10, 2.0, 1.0) == exactly(100.0)
    assert equations.lease_repaid(210.0, 0.10, 2.0, 2.0) == exactly(110.0)
    assert equations.lease_rent(210.0, 0.0, 3.0) == exactly(70.0)
    assert equations.lease_repaid(210.0, 0.0, 3.0, 3.0) == exactly(70.0)


# --- interest and principal ---------------------------------------------------------------------------------


def test_a_floating_rate_is_the_base_rate_or_its_floor_plus_the_margin() -> None:
    assert equations.floating_rate(0.03, 0.01, 0.025) == exactly(0.055)
    assert equations.floating_rate(-0.005, 0.0, 0.025) == 0.025


def test_interest_on_the_opening_balance_is_rate_times_balance() -> None:
    assert equations.interest_on_opening(0.07, 200.0) == exactly(14.0)
    assert equations.interest_on_opening(0.0, 200.0) == 0.0


def test_interest_on_the_average_balance_is_rate_times_the_mean_of_both() -> None:
    assert equations.interest_on_average(0.095, 300.0, 255.0) == exactly(26.3625)  # 9.5 % of 277.5
    assert equations.interest_on_average(0.095, 300.0, 0.0) == exactly(14.25)


def test_principal_in_level_payments_repays_the_loan_to_the_last_cent() -> None:
    # 1,000 at 10 % over 2 years: 576.190476 a year, of which 100 then 52.380952 are interest.
    first = equations.annuity_principal(1_000.0, 0.1, 2.0)
    assert first == exactly(1_000.0 * 0.1 / 0.21)
    last = equations.annuity_principal(1_000.0 - first, 0.1, 1.0)
    assert first + last == exactly(1_000.0)
    assert first + 100.0 == exactly(last + 0.1 * (1_000.0 - first))


def test_in_its_last_year_a_loan_in_level_payments_is_repaid_whole() -> None:
    assert equations.annuity_principal(640.0, 0.07, 1.0) == exactly(640.0)


def test_at_rate_zero_level_payments_are_equal_parts() -> None:
    assert equations.annuity_principal(1_000.0, 0.0, 8.0) == 125.0
    np.testing.assert_allclose(
        equations.annuity_principal(1_000.0, np.array([0.0, 1e-12, 0.1]), 2.0),
        [500.0, 500.0, 1_000.0 / 2.1],
        rtol=1e-9,
    )


def test_linear_principal_is_equal_parts_of_the_original() -> None:
    assert equations.linear_principal(900.0, 7.2) == 125.0
    assert equations.linear_principal(900.0, 1.0) == 900.0


def test_lenders_leave_at_maturity_what_all_debt_has_room_for() -> None:
    # 2.5 x 100 of debt, of which 100 is owed to others: 150 of 200 may stay.
    assert equations.left_at_maturity(200.0, 100.0, 2.5, 100.0) == 150.0
    assert equations.left_at_maturity(120.0, 100.0, 2.5, 100.0) == 120.0
    assert equations.left_at_maturity(200.0, 300.0, 2.5, 100.0) == 0.0
    assert equations.left_at_maturity(200.0, 0.0, 2.5, -100.0) == 0.0


def test_a_leverage_covenant_allows_so_many_times_ebitda_and_nothing_on_a_loss() -> None:
    assert equations.most_debt(3.5, 20.0) == 70.0
    assert equations.most_debt(3.5, -20.0) == 0.0


def test_a_commitment_fee_is_due_on_what_is_not_drawn() -> None:
    assert equations.commitment_fee(2_000.0, 500.0, 0.01) == exactly(15.0)
    assert equations.commitment_fee(2_000.0, 2_000.0, 0.01) == 0.0
    assert equations.commitment_fee(2_000.0, 2_500.0, 0.01) == 0.0


def test_claims_are_paid_by_rank_until_nothing_is_left() -> None:
    assert equations.paid_by_rank(100.0, [30.0, 0.0, 50.0, 40.0, 10.0]) == [30.0, 0.0, 50.0, 20.0, 0.0]
    assert equations.paid_by_rank(200.0, [30.0, 50.0]) == [30.0, 50.0]


def test_nobody_is_paid_out_of_less_than_nothing() -> None:
    assert equations.paid_by_rank(-5.0, [30.0, 50.0]) == [0.0, 0.0]
    assert equations.paid_by_rank(100.0, []) == []


def test_claims_of_one_rank_share_in_proportion() -> None:
    """30 come first; the 45 left are shared by 60 and 30, two for one; nothing is left for the last."""
    assert equations.paid_by_rank(75.0, [60.0, 30.0, 30.0, 10.0], [2, 1, 2, 3]) == [30.0, 30.0, 15.0, 0.0]
    assert equations.paid_by_rank(200.0, [60.0, 30.0, 30.0, 10.0], [2, 1, 2, 3]) == [60.0, 30.0, 30.0, 10.0]
    assert equations.paid_by_rank(50.0, [0.0, 0.0, 40.0], [1, 1, 2]) == [0.0, 0.0, 40.0]


# --- tax and the workers' share of profit -------------------------------------------------------------------


def test_past_losses_are_used_freely_up_to_an_amount_then_in_part() -> None:
    assert equations.losses_used(600.0, 900.0, 1_000.0, 0.5) == 600.0
    assert equations.losses_used(3_000.0, 9_000.0, 1_000.0, 0.5) == 2_000.0  # 1,000 + half of 2,000
    assert equations.losses_used(3_000.0, 1_500.0, 1_000.0, 0.5) == 1_500.0


def test_a_year_of_loss_uses_no_past_loss() -> None:
    assert equations.losses_used(-600.0, 900.0, 1_000.0, 0.5) == 0.0
    assert equations.losses_used(0.0, 900.0, 1_000.0, 0.5) == 0.0


def test_tax_is_the_rate_on_what_past_losses_leave_of_profit() -> None:
    assert equations.corporate_tax(3_000.0, 2_000.0, 0.25) == 250.0
    assert equations.corporate_tax(600.0, 600.0, 0.25) == 0.0
    assert equations.corporate_tax(-600.0, 0.0, 0.25) == 0.0


def test_net_interest_is_deducted_up_to_a_share_of_ebitda_or_an_amount() -> None:
    assert equations.deductible_interest(1_400.0, 4_200.0, 0.3, 3_000.0) == 1_400.0
    assert equations.deductible_interest(1_400.0, 4_200.0, 0.3, 1_000.0) == exactly(1_260.0)
    assert equations.deductible_interest(1_400.0, 4_200.0, 0.3, 1_300.0) == 1_300.0
    assert equations.deductible_interest(4_000.0, 12_000.0, 0.3, 3_000.0) == exactly(3_600.0)
    assert equations.deductible_interest(1_400.0, -4_200.0, 0.3, 0.0) == 0.0
    assert equations.deductible_interest(-50.0, 4_200.0, 0.3, 0.0) == -50.0  # cash earns more than loans cost


def test_a_part_of_dividends_is_taxed() -> None:
    assert equations.taxable_dividends(900.0, 0.05) == exactly(45.0)
    assert equations.corporate_tax(equations.taxable_dividends(900.0, 0.05), 0.0, 0.25) == exactly(11.25)
    assert equations.taxable_dividends(900.0, 0.0) == 0.0


def test_participation_follows_the_labour_code() -> None:
    # T1: 0.5 x (900,000 - 5 % of 6,000,000) x 5,760,000 / 11,500,000.
    share = equations.participation(900_000.0, 6_000_000.0, 5_760_000.0, 11_500_000.0, 0.05, 0.5)
    assert share == to_the_cent(150_260.87)


def test_participation_is_nothing_where_profit_does_not_reward_equity() -> None:
    # T1b.
    assert equations.participation(250_000.0, 6_000_000.0, 5_760_000.0, 11_500_000.0, 0.05, 0.5) == 0.0


@pytest.mark.parametrize("value_added", [0.0, -1_000.0])
def test_participation_is_nothing_without_value_added(value_added: float) -> None:
    assert equations.participation(900.0, 0.0, 500.0, value_added, 0.05, 0.5) == 0.0


def test_the_least_participation_of_a_cooperative_counts_only_capital() -> None:
    # T2: base 1,200,000 x 75 % x 75 % = 675,000, on a capital of 600,000.
    floor = equations.cooperative_participation_floor(
        1_200_000.0, 0.25, 0.25, 600_000.0, 5_760_000.0, 11_500_000.0, 0.05, 0.5
    )
    assert floor == to_the_cent(161_530.43)
    assert floor < 0.25 * 1_200_000.0


def test_a_cooperative_without_surplus_has_no_least_participation() -> None:
    assert equations.cooperative_participation_floor(0.0, 0.25, 0.25, 600.0, 5.0, 10.0, 0.05, 0.5) == 0.0


PROFIT, TAX_RATE = 1_200_000.0, 0.25

SPLITS = {
    # name: labour, reserves, levy, then surplus, labour share, reserves, levy and tax in euros
    "T3 45/45/10 without levy": (0.45, 0.45, 0.0, 1_161_290.32, 522_580.65, 522_580.65, 0.0, 38_709.68),
    "T4 45/45/10": (0.45, 0.45, 0.08, 1_122_194.51, 504_987.53, 504_987.53, 40_399.00, 37_406.48),
    "T5 50/50/0 without levy": (0.5, 0.5, 0.0, 1_200_000.0, 600_000.0, 600_000.0, 0.0, 0.0),
    "T6 50/50/0": (0.5, 0.5, 0.08, 1_153_846.15, 576_923.08, 576_923.08, 46_153.85, 0.0),
    "T7 25/65/10": (0.25, 0.65, 0.08, 1_011_235.96, 252_808.99, 657_303.37, 20_224.72, 168_539.33),
    "T8 thirds": (1 / 3, 1 / 3, 0.08, 1_054_687.5, 351_562.5, 351_562.5, 28_125.0, 117_187.5),
    "T9 60/30/10": (0.6, 0.3, 0.08, 1_109_741.06, 665_844.64, 332_922.32, 53_267.57, 36_991.37),
}


@pytest.mark.parametrize("split", SPLITS.values(), ids=SPLITS)
def test_a_cooperative_shares_what_its_own_split_leaves_after_tax(split: tuple[float, ...]) -> None:
    labour, reserves, levy, surplus, labour_share, to_reserves, levied, tax = split
    found = equations.cooperative_surplus(PROFIT, labour, reserves, TAX_RATE, levy)
    assert found == to_the_cent(surplus)
    assert labour * found == to_the_cent(labour_share)
    assert reserves * found == to_the_cent(to_reserves)
    assert levy * labour * found == to_the_cent(levied)
    found_tax = equations.cooperative_tax(PROFIT, found, labour, reserves, TAX_RATE, levy)
    assert found_tax == to_the_cent(tax)
    assert found + levy * labour * found + found_tax == exactly(PROFIT)


def test_interest_on_shares_is_what_a_cooperative_s_split_leaves() -> None:
    surplus = equations.cooperative_surplus(PROFIT, 0.45, 0.45, TAX_RATE, 0.08)
    assert 0.1 * surplus == to_the_cent(112_219.45)
    assert equations.legal_reserve_allocation(surplus, 0.15, 1e9, 0.0) == to_the_cent(168_329.18)


def test_a_cooperative_s_loss_leaves_nothing_to_share_and_nothing_to_tax() -> None:
    assert equations.cooperative_surplus(-300_000.0, 0.45, 0.45, TAX_RATE, 0.08) == 0.0
    assert equations.cooperative_tax(-300_000.0, 0.0, 0.45, 0.45, TAX_RATE, 0.08) == 0.0


def test_a_cooperative_is_taxed_on_interest_that_it_may_not_deduct() -> None:
    # Half to labour, half to reserves: 1.04 of surplus, levy included, is deducted and nothing else. Taxed
    # are 1,600 - 1.04 x surplus; surplus x 1.04 = 1,200 - tax; hence surplus x 1.04 x 0.75 = 800.
    split = (0.5, 0.5, TAX_RATE, 0.08, 400.0)
    surplus = equations.cooperative_surplus(1_200.0, *split)
    assert surplus == exactly(800.0 / 0.78)
    assert equations.cooperative_tax(1_200.0, surplus, *split) == exactly(400.0 / 3.0)


def test_tax_beyond_a_cooperatives_profit_leaves_nothing_to_share() -> None:
    split = (0.45, 0.45, TAX_RATE, 0.08, 400.0)
    surplus = equations.cooperative_surplus(80.0, *split)
    assert surplus == 0.0
    assert equations.cooperative_tax(80.0, surplus, *split) == exactly(120.0)


def test_at_tax_rate_zero_a_cooperative_only_pays_its_levy() -> None:
    assert equations.cooperative_surplus(1_036.0, 0.45, 0.45, 0.0, 0.08) == exactly(1_000.0)
    assert equations.cooperative_tax(1_036.0, 1_000.0, 0.45, 0.45, 0.0, 0.08) == 0.0


@pytest.mark.parametrize(
    "split",
    [(0.3, 0.2, 0.5), (0.2, 0.7, 0.1), (0.25, 0.45, 0.3), (0.6, 0.1, 0.1), (0.6, 0.5, -0.1)],
    ids=["T10 interest above both", "T10 little labour", "T10 interest above labour", "reserves", "negative"],
)
def test_unlawful_splits_are_refused(split: tuple[float, float, float]) -> None:
    assert not equations.lawful_split(*split, labour_minimum=0.25, reserve_minimum=0.15)


@pytest.mark.parametrize(
    "split", [(0.45, 0.45, 0.1), (1 / 3, 1 / 3, 1 / 3), (0.25, 0.75, 0.0), (0.85, 0.15, 0.0)]
)
def test_splits_at_the_limits_of_the_law_are_accepted(split: tuple[float, float, float]) -> None:
    assert equations.lawful_split(*split, labour_minimum=0.25, reserve_minimum=0.15)


def test_the_legal_reserve_is_fed_until_it_equals_the_highest_capital() -> None:
    # T16: 15 % would be 150,000, but 50,000 fill it; the rest of the reserves goes to the development fund.
    legal = equations.legal_reserve_allocation(1_000_000.0, 0.15, 600_000.0, 550_000.0)
    assert legal == to_the_cent(50_000.0)
    assert 0.45 * 1_000_000.0 - legal == to_the_cent(400_000.0)
    assert equations.legal_reserve_allocation(1_000_000.0, 0.15, 600_000.0, 0.0) == exactly(150_000.0)
    assert equations.legal_reserve_allocation(1_000_000.0, 0.15, 600_000.0, 700_000.0) == 0.0


def test_shares_bear_a_cooperative_s_losses_in_proportion_to_free_reserves() -> None:
    # T11: 200,000 x 600,000 / 1,600,000; 5,000 of shares are then worth 4,375.
    lost = equations.loss_on_capital(200_000.0, 600_000.0, 1_000_000.0)
    assert lost == to_the_cent(75_000.0)
    assert 200_000.0 - lost == to_the_cent(125_000.0)
    assert 5_000.0 * (1.0 - lost / 600_000.0) == to_the_cent(4_375.0)


def test_shares_never_lose_more_than_themselves() -> None:
    assert equations.loss_on_capital(900_000.0, 600_000.0, -50_000.0) == 600_000.0
    assert equations.loss_on_capital(200_000.0, 600_000.0, -50_000.0) == 200_000.0
    assert equations.loss_on_capital(200_000.0, 0.0, 0.0) == 0.0


# --- machines, lenders, owners ------------------------------------------------------------------------------


def test_machines_get_what_debt_leaves_between_their_floor_and_their_target() -> None:
    assert equations.capex_lenders_first(700.0, 1_800.0, 300.0) == 700.0
    assert equations.capex_lenders_first(2_500.0, 1_800.0, 300.0) == 1_800.0
    assert equations.capex_lenders_first(-500.0, 1_800.0, 300.0) == 300.0
    assert equations.capex_lenders_first(-500.0, 100.0, 300.0) == 100.0


def test_a_credit_line_lends_the_shortage_as_far_as_it_goes() -> None:
    assert equations.drawn(300.0, 1_000.0) == 300.0
    assert equations.drawn(1_300.0, 1_000.0) == 1_000.0
    assert equations.drawn(-300.0, 1_000.0) == 0.0


def test_a_sweep_takes_its_share_of_the_excess_and_never_more_than_the_loan() -> None:
    assert equations.swept(400.0, 0.75, 1_000.0) == 300.0
    assert equations.swept(400.0, 1.0, 250.0) == 250.0
    assert equations.swept(-400.0, 0.75, 1_000.0) == 0.0
    assert equations.swept(400.0, 0.75, -1e-9) == 0.0
    assert equations.swept(400.0, 0.0, 1_000.0) == 0.0


# --- closing day and sale -----------------------------------------------------------------------------------


def test_uses_count_the_fee_on_the_debt_that_pays_for_them() -> None:
    # 21,630,000 of uses before the fee, 90 % of all uses borrowed, a fee of 2.5 % of the debt.
    uses = equations.total_uses(21_630_000.0, 0.0, 0.9, 0.025)
    assert uses == to_the_cent(22_127_877.24)
    assert uses == exactly(21_630_000.0 + 0.025 * 0.9 * uses)
    assert equations.total_uses(1_000.0, 600.0, 0.0, 0.02) == 1_012.0
    assert equations.total_uses(1_000.0, 600.0, 0.3, 0.0) == 1_000.0


def test_owners_bring_a_share_of_a_purchase_whose_fees_depend_on_the_debt() -> None:
    """Half of 100 and of 2 % of the debt; with 30 borrowed besides, 20 is left without fees."""
    assert equations.most_acquisition_debt(100.0, 0.0, 0.5, 0.02) == exactly(50.0 / 0.99)
    assert equations.most_acquisition_debt(100.0, 30.0, 0.5, 0.0) == exactly(20.0)
    assert equations.most_acquisition_debt(100.0, 30.0, 0.5, 0.02) == exactly(20.3 / 0.99)
    assert equations.most_acquisition_debt(100.0, 60.0, 0.5, 0.0) == 0.0


def test_equity_is_thin_below_its_share_of_the_debt_and_not_at_it() -> None:
    """Two thirds of a debt of 60 are 40: equity of 39.8 % of the money is 66 % of the debt."""
    assert not equations.equity_is_thin(40.0, 60.0, 2.0 / 3.0)
    assert equations.equity_is_thin(39.9, 60.0, 2.0 / 3.0)
    assert not equations.equity_is_thin(-1.0, -10.0, 0.5)
    assert not equations.equity_is_thin(0.0, 0.0, 0.66)


def test_workers_share_in_what_owners_get_beyond_their_money() -> None:
    assert equations.gain_shared(0.1, 250.0, 100.0) == exactly(15.0)
    assert equations.gain_shared(0.1, 250.0, -50.0) == exactly(30.0)  # paid 50 more than they brought before
    assert equations.gain_shared(0.1, 90.0, 100.0) == 0.0


def test_a_seller_may_be_asked_for_a_share_and_never_for_more_than_its_gain() -> None:
    """60 of dividends and 100 - 60 at the sale; 60 of dividends that gained 20; a loss."""
    assert equations.asked_back(0.5, 60.0, 100.0, 60.0, 180.0) == exactly(50.0)
    assert equations.asked_back(1.0, 60.0, 0.0, 60.0, 80.0) == exactly(20.0)
    assert equations.asked_back(0.5, 20.0, 10.0, 60.0, 30.0) == 0.0


def test_an_enterprise_is_worth_a_multiple_of_its_ebitda_and_never_less_than_nothing() -> None:
    assert equations.enterprise_value(5.0, 4_200_000.0) == 21_000_000.0
    assert equations.enterprise_value(5.0, -4_200_000.0) == 0.0
    assert equations.enterprise_value(-1.0, 4_200_000.0) == 0.0


def test_shares_are_worth_the_enterprise_and_its_cash_less_its_debts() -> None:
    assert equations.price_of_shares(21_000.0, 500.0, 4_200.0) == 17_300.0
    assert equations.price_of_shares(1_000.0, 0.0, 4_200.0) == -3_200.0


def test_a_convertible_is_converted_where_its_part_is_worth_more_than_its_claim() -> None:
    # 40 % of what 100 owed to others leaves; the claim is 320.
    assert equations.converted(1_000.0, 320.0, 100.0, 0.4) == 360.0
    assert equations.converted(900.0, 320.0, 100.0, 0.4) == 0.0  # 320 is as good
    assert equations.converted(500.0, 320.0, 100.0, 0.4) == 0.0
    assert equations.converted(90.0, 320.0, 100.0, 0.4) == 0.0
    assert equations.converted(-5.0, 320.0, 0.0, 0.4) == 0.0


def test_debt_service_cover_is_cash_over_what_is_due_and_none_where_nothing_is_due() -> None:
    assert equations.debt_service_cover(1_320.0, 1_200.0) == exactly(1.1)
    assert equations.debt_service_cover(-600.0, 1_200.0) == -0.5
    assert np.isnan(equations.debt_service_cover(1_320.0, 0.0))


# --- a fund's investors and its manager ---------------------------------------------------------------------


def test_a_manager_charges_a_share_of_what_was_promised_then_of_what_is_invested() -> None:
    assert equations.management_fee(100.0, 0.02, 80.0, 0.015, 1.0) == exactly(2.0)
    assert equations.management_fee(100.0, 0.02, 80.0, 0.015, 0.0) == exactly(1.2)
    assert equations.management_fee(100.0, 0.02, 80.0, 0.015, 0.5) == exactly(1.6)


def test_a_preferred_return_bears_interest_only_where_it_is_compounded() -> None:
    assert equations.preferred_return(100.0, 0.0, 0.08, 1.0) == exactly(8.0)
    assert equations.preferred_return(100.0, 8.0, 0.08, 1.0) == exactly(8.64)
    assert equations.preferred_return(100.0, 8.0, 0.08, 0.0) == exactly(8.0)


def test_a_catch_up_gives_the_manager_its_share_of_it_and_of_the_preferred_return() -> None:
    full, partial = equations.catch_up_due(8.0, 0.2, 1.0), equations.catch_up_due(8.0, 0.2, 0.5)
    assert full == exactly(2.0)
    assert partial == exactly(16.0 / 3.0)
    assert 0.5 * partial == exactly(0.2 * (8.0 + partial))
    assert equations.catch_up_due(8.0, 0.0, 1.0) == 0.0


@pytest.mark.parametrize("catch_up", [0.0, 0.1, 0.2])
def test_a_manager_who_would_never_catch_up_has_no_catch_up(catch_up: float) -> None:
    assert equations.catch_up_due(8.0, 0.2, catch_up) == 0.0


def test_carried_interest_is_the_manager_s_part_of_both_tiers() -> None:
    assert equations.carried_interest(2.0, 40.0, 0.2, 1.0) == exactly(10.0)
    assert equations.carried_interest(2.0, 40.0, 0.2, 0.5) == exactly(9.0)
    assert equations.carried_interest(0.0, 40.0, 0.2, 0.0) == exactly(8.0)


def test_a_hurdle_grows_with_the_return_asked_and_falls_by_what_owners_receive() -> None:
    """100 brought, 30 received after a year, 8 % a year: 78, then 84.24."""
    hurdle = equations.ratchet_hurdle(equations.ratchet_hurdle(0.0, 0.08, 100.0, 0.0), 0.08, 0.0, 30.0)
    assert hurdle == exactly(78.0)
    assert equations.ratchet_hurdle(hurdle, 0.08, 0.0, 0.0) == exactly(84.24)
    assert equations.ratchet_hurdle(hurdle, 0.08, 0.0, 100.0) < 0.0


def test_a_tier_brings_the_others_to_their_hurdle_net_of_what_managers_take() -> None:
    """From 60 to 150 with a tenth for managers: 100, of which 90."""
    assert equations.ratchet_tier(150.0, 60.0, 0.1) == exactly(100.0)
    assert equations.ratchet_tier(50.0, 60.0, 0.1) == 0.0


# --- luck ---------------------------------------------------------------------------------------------------


def test_news_fade_and_their_variance_adds_up() -> None:
    assert equations.log_demand(0.2, 0.5, 0.06, -2.0) == exactly(-0.02)
    # 0.06^2, then 0.5^2 x 0.06^2 more, as the news of two years are independent.
    first = equations.log_variance(0.0, 0.5, 0.06)
    assert first == exactly(0.0036)
    assert equations.log_variance(first, 0.5, 0.06) == exactly(0.0045)
    assert equations.log_variance(first, 1.0, 0.06) == exactly(0.0072)


def test_a_crisis_takes_its_depth_of_what_is_left_and_a_part_comes_back() -> None:
    assert equations.demand_missing(0.0, 0.5, 0.31, 1.0) == exactly(0.31)
    assert equations.demand_missing(0.31, 0.5, 0.31, 0.0) == exactly(0.155)
    assert equations.demand_missing(0.155, 1.0, 0.31, 0.0) == 0.0
    assert equations.demand_missing(0.4, 0.5, 0.25, 1.0) == exactly(1.0 - 0.8 * 0.75)
    # One year in twenty, a fifth of demand: a hundredth on average.
    assert equations.demand_missing(0.0, 0.5, 0.2, 0.05) == exactly(0.01)


def test_demand_is_set_beside_its_mean() -> None:
    assert equations.lucky_demand(0.0, 0.0, 0.0, 0.0) == 1.0
    assert equations.lucky_demand(0.0, 0.0, 0.28, 0.1) == exactly(0.8)
    # The mean of exp(x) is exp(variance / 2) where x is normal.
    assert equations.lucky_demand(0.02, 0.04, 0.0, 0.0) == 1.0


# --- the engine uses every equation, and no equation sees the batch -----------------------------------------


@pytest.fixture(scope="module")
def every_equation() -> Scenario:
    document = load(Path(__file__).parent / "cases" / "every_equation.yaml")
    assert document.scenario is not None, document.problems
    return document.scenario


@pytest.fixture(scope="module")
def figures(every_equation: Scenario) -> str:
    return everything(every_equation)


def everything(scenario: Scenario) -> str:
    """All figures of a run and the demand of its storms, as text, so that NaN equals itself."""
    with np.printoptions(precision=17, threshold=sys.maxsize):
        return str(
            [
                (
                    asdict(result.lines),
                    asdict(result.positions),
                    result.closing,
                    result.claims_end,
                    result.status("factory"),
                    measures.returns(result),
                    measures.measure(result),
                )
                for result in engine.run(scenario).deals.values()
            ]
            + [studies.storms(scenario, 2).weather.demand.values]
        )


def moved(answer: Any) -> Any:
    """The answer of an equation, one per cent beside the truth; yes for no."""
    if isinstance(answer, list):
        return [moved(part) for part in answer]
    return ~answer if np.asarray(answer).dtype == bool else answer * 1.01


def test_a_run_played_twice_gives_the_same_figures(every_equation: Scenario) -> None:
    assert everything(every_equation) == everything(every_equation)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_run_changes_with_every_equation(
    name: str, every_equation: Scenario, figures: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, before = PUBLIC[name], figures

    def wrapped(*given: Any, **named: Any) -> Any:
        answer = original(*given, **named)
        caller = sys._getframe(1).f_globals["__name__"]
        return answer if caller.startswith(equations.__name__) else moved(answer)

    for module in [module for key, module in sys.modules.items() if key.split(".")[0] == "lbo_model"]:
        if getattr(module, name, None) is original:
            monkeypatch.setattr(module, name, wrapped)
    assert everything(every_equation) != before


@pytest.mark.parametrize("name", PUBLIC)
def test_an_array_gives_what_its_cells_give_one_by_one(name: str) -> None:
    equation = PUBLIC[name]
    parameters = list(inspect.signature(equation).parameters)
    batch = np.random.default_rng(7).uniform(-0.5, 0.9, (len(parameters), 12))

    def answer(row: Any) -> Any:
        given = dict(zip(parameters, row, strict=True))
        if "claims" in given:
            given["claims"] = [given["claims"], 0.5 * given["claims"]]
            given["ranks"] = [1, 1]
        return np.array(equation(**given))

    one_by_one = np.stack([answer(cell) for cell in batch.T], axis=-1)
    np.testing.assert_allclose(answer(batch), one_by_one, rtol=1e-12, atol=0.0)
