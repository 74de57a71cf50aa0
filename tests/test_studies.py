"""Questions asked the other way round: each answer, put back in, gives what was asked for."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

from lbo_model.engine import Result, Run, run
from lbo_model.measures import gain, least_cover, owner_return
from lbo_model.quantities import Series
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load
from lbo_model.studies import (
    bearable_debt,
    by_exit_year,
    ebitda_needed,
    grid,
    highest_price,
    solve,
    vary,
)
from lbo_model.studies.search import largest
from tests.strategies import Drawn, scenarios

HEAD = "format: 1\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
PRICE = "deals.fund.price.multiple"
SIZE = "deals.fund.funding.loans.bank.size"
DEALS = [
    ("film", "fund"),
    ("workers-same-tool", "workers"),
    ("unlevered", "unlevered"),
    ("family", "family"),
    ("growth", "growth_fund"),
]
"""Every kind of deal whose owner has a rate of return."""


@cache
def shipped(name: str) -> Scenario:
    document = load(name)
    assert document.scenario is not None, document.problems
    return document.scenario


def written(text: str) -> Scenario:
    document = load("written_by_a_test", HEAD + text)
    assert document.scenario is not None, document.problems
    return document.scenario


def played(scenario: Scenario, deal: str, **changes: Any) -> Result:
    paths = {f"deals.{deal}.{name.replace('__', '.')}": value for name, value in changes.items()}
    return run(vary(scenario, paths)).deals[deal]


def irr_at(scenario: Scenario, deal: str, multiple: Any, exit_multiple: Any) -> Any:
    result = played(
        scenario,
        deal,
        price__multiple=multiple,
        exit__multiple_change=None,
        exit__multiple=exit_multiple,
    )
    return owner_return(result, result.form.owner)["irr"]


# --- the search ---------------------------------------------------------------------------------------------


def test_the_largest_number_that_holds_is_found_to_the_last_digits() -> None:
    limits = np.array([0.0, 0.1, 2.0 / 3.0, 7.3, 40.0])
    found = largest(lambda tried: tried <= limits, np.zeros(5), np.full(5, 40.0))
    np.testing.assert_allclose(found, limits, rtol=0.0, atol=1e-12)
    assert np.all(found <= limits)
    assert found[-1] == 40.0


def test_where_nothing_holds_there_is_no_answer() -> None:
    found = largest(lambda tried: tried <= np.array([-1.0, 1.0]), np.zeros(2), np.ones(2))
    np.testing.assert_array_equal(found, [np.nan, 1.0])


def test_of_several_the_largest_is_taken() -> None:
    """A price may fail a lender, and a still higher one not: the search begins with all of them."""
    found = largest(
        lambda tried: (tried <= 1.0) | ((tried >= 3.0) & (tried <= 4.0)), np.zeros(()), 10.0 + np.zeros(())
    )
    assert float(found) == pytest.approx(4.0, abs=1e-12)


# --- the multiple at the exit -------------------------------------------------------------------------------


def test_the_multiple_at_the_exit_is_the_same_whatever_was_paid() -> None:
    fixed = written("extends: film\ndeals: {fund: {exit: {multiple: 5}}}\n")
    prices = np.array([4.0, 5.0, 6.0])
    result = run(vary(fixed, {PRICE: prices})).deals["fund"]
    np.testing.assert_allclose(result.end_value, 5.0 * 4_200_000.0)
    moving = run(vary(shipped("film"), {PRICE: prices})).deals["fund"]
    np.testing.assert_allclose(moving.end_value, prices * 4_200_000.0)
    np.testing.assert_array_equal(
        gain(result)[1], gain(moving)[1], "at the price of the file both say the same"
    )


# --- the highest price --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "deal"), DEALS)
def test_at_the_highest_price_the_owner_earns_what_it_requires(name: str, deal: str) -> None:
    scenario, asked = shipped(name), np.array([0.05, 0.08, 0.15])
    bid = highest_price(scenario, deal, asked)
    assert np.all(bid.multiple > 0.0)
    np.testing.assert_array_equal(bid.exit_multiple, 5.0)
    np.testing.assert_allclose(bid.amount, bid.multiple * 4_200_000.0)
    np.testing.assert_allclose(irr_at(scenario, deal, bid.multiple, 5.0), asked, rtol=0.0, atol=1e-9)
    assert np.all(irr_at(scenario, deal, bid.multiple + 0.01, 5.0) < asked)
    assert np.all(np.diff(bid.multiple) < 0.0), "who asks for more pays less"


def test_a_price_that_breaks_the_deal_is_too_dear_even_where_the_return_was_more_than_asked() -> None:
    bid = highest_price(shipped("film"), "fund", 0.03).multiple
    assert irr_at(shipped("film"), "fund", bid, 5.0) > 0.04
    assert irr_at(shipped("film"), "fund", bid + 1e-6, 5.0) < 0.03


def test_the_highest_price_does_not_depend_on_how_the_price_is_written() -> None:
    film = shipped("film")
    by_multiple = highest_price(film, "fund", 0.2)
    euros = written("extends: film\ndeals: {fund: {price: {amount: 21_000_000}}}\n")
    other = vary(film, {PRICE: 4.0, "deals.fund.exit.multiple_change": 1.0})
    fixed = written("extends: film\ndeals: {fund: {exit: {multiple: 5}}}\n")
    for scenario in (euros, other, fixed):
        assert float(highest_price(scenario, "fund", 0.2).multiple) == pytest.approx(
            float(by_multiple.multiple)
        )


def test_a_price_counts_only_if_it_can_be_paid() -> None:
    text = (
        "extends: film\ndeals: {fund: {funding: {equity: {fund: {amount: 1_000_000}, nobody_yet: rest}}}}\n"
    )
    bid = highest_price(written(text), "fund", 0.05)
    there = played(written(text), "fund", price__multiple=bid.multiple)
    assert float(bid.multiple) < 5.0
    assert float(there.closing.missing) == pytest.approx(0.0, abs=1e-4)


def test_no_price_gives_an_impossible_return_and_a_co_operative_has_none() -> None:
    alone = shipped("unlevered")
    bid = highest_price(alone, "unlevered", np.array([0.1, 9.0, np.nan]))
    assert np.isnan(bid.multiple).tolist() == [False, True, True]
    assert np.isnan(bid.amount).tolist() == [False, True, True]
    dearly_resold = {"deals.unlevered.exit.multiple_change": None, "deals.unlevered.exit.multiple": 50.0}
    beyond = highest_price(vary(alone, dearly_resold), "unlevered", [0.0, 0.2])
    assert np.isnan(beyond.multiple).tolist() == [True, False], "30 times is the most that a price may be"
    assert np.isnan(highest_price(shipped("scop"), "scop", [0.0, 0.1]).multiple).all()
    worthless = vary(shipped("film"), {"factory.operations.other_costs": 0.4})
    assert np.isnan(highest_price(worthless, "fund", 0.1).multiple)


def test_the_price_where_lenders_pay_all_is_no_answer() -> None:
    """Below it the fund puts in nothing and has no return; above it, it loses what it puts in."""
    film = shipped("film")
    starved = vary(
        film,
        {
            f"{SIZE}.beyond_equity": None,
            f"{SIZE}.amount": 30e6,
            "deals.fund.exit.multiple_change": -4.0,
        },
    )
    assert np.isnan(highest_price(starved, "fund", 0.1).multiple)


# --- the debt that cash bears -------------------------------------------------------------------------------


@pytest.mark.parametrize("before_capex", [False, True])
@pytest.mark.parametrize(("name", "deal"), [("film", "fund"), ("scop", "scop"), ("growth", "growth_fund")])
def test_at_the_largest_debt_the_worst_year_is_just_covered(name: str, deal: str, before_capex: bool) -> None:
    scenario, asked = shipped(name), np.array([1.5, 1.8])
    debt = bearable_debt(scenario, deal, asked, before_capex=before_capex)
    size = f"deals.{deal}.funding.loans.bank.size"

    def cover(amount: Any) -> Any:
        result = run(vary(scenario, {f"{size}.beyond_equity": None, f"{size}.amount": amount})).deals[deal]
        return least_cover(result, before_capex=before_capex)

    np.testing.assert_allclose(cover(debt.amount), asked, rtol=1e-9)
    assert np.all(cover(1.001 * debt.amount) < asked)
    np.testing.assert_allclose(debt.times_ebitda, debt.amount / 4_200_000.0)


def test_loans_keep_their_parts_of_the_whole() -> None:
    text = """extends: film
deals:
  fund:
    funding:
      loans:
        bank: {size: {times_ebitda: 2}}
        second: {rank: 2, lender: mezzanine, entity: holding, size: {amount: 2_100_000}, rate: 9 %,
          interest_on: opening, repayment: bullet}
"""
    scenario = written(text)
    debt = bearable_debt(scenario, "fund", 1.1)
    again = vary(
        scenario,
        {
            f"{SIZE}.times_ebitda": 0.8 * debt.times_ebitda,
            "deals.fund.funding.loans.second.size.amount": 0.2 * debt.amount,
        },
    )
    assert float(least_cover(run(again).deals["fund"])) == pytest.approx(1.1)


def test_no_more_is_borrowed_than_there_is_to_pay_for() -> None:
    debt = bearable_debt(shipped("film"), "fund", 0.5, before_capex=True)
    uses = 21_000_000.0 * 1.03
    assert float(debt.amount) == pytest.approx(uses / (1.0 - 0.025))


def test_without_a_loan_or_a_stake_that_is_the_rest_no_debt_is_sought() -> None:
    assert np.isnan(bearable_debt(shipped("unlevered"), "unlevered", 1.0).amount)
    assert np.isnan(bearable_debt(shipped("family"), "family", 1.0).amount)
    funding = "{loans: {bank: {size: rest}}, equity: {fund: {amount: 3e6}}}"
    lent = written(f"extends: film\ndeals: {{fund: {{funding: {funding}}}}}\n")
    assert np.isnan(bearable_debt(lent, "fund", [1.0, 2.0]).amount).all()
    losing = vary(shipped("film"), {"factory.operations.purchases": np.array([0.4, 0.56])})
    assert np.isnan(bearable_debt(losing, "fund", 1.0).amount).tolist() == [False, True]


# --- the earnings that a debt needs -------------------------------------------------------------------------


@pytest.mark.parametrize("before_capex", [False, True])
@pytest.mark.parametrize(("name", "deal"), [("film", "fund"), ("scop", "scop"), ("growth", "family")])
def test_at_the_least_ebitda_the_worst_year_is_just_covered(name: str, deal: str, before_capex: bool) -> None:
    scenario, asked = shipped(name), np.array([1.0, 1.2])
    needed = ebitda_needed(scenario, deal, asked, before_capex=before_capex)
    purchases = 0.4 + (4_200_000.0 - needed.amount) / 30_000_000.0
    later = Series(np.stack([np.full(2, 0.4), purchases], axis=-1))
    result = run(vary(scenario, {"factory.operations.purchases": later})).deals[deal]
    np.testing.assert_allclose(least_cover(result, before_capex=before_capex), asked, rtol=1e-9)
    np.testing.assert_allclose(needed.share, needed.amount / 4_200_000.0)
    assert np.diff(needed.amount) > 0.0


def test_a_factory_of_one_margin_needs_what_the_same_factory_of_many_costs_needs() -> None:
    """Without pay there is no participation, so that both have the same cash."""
    law = "policy: {participation: null}\n"
    many = written(f"extends: film\n{law}")
    one = written(f"extends: film\n{law}factory: {{operations: {{ebitda_margin: 14 %}}}}\n")
    answers = [float(ebitda_needed(scenario, "fund", 1.0).amount) for scenario in (many, one)]
    assert answers[0] == pytest.approx(answers[1])


def test_closing_day_is_held_while_earnings_move() -> None:
    """Told forward, the price would follow the earnings that are sought, and the loan the price."""
    trailing = ebitda_needed(shipped("film"), "fund", 1.0)
    forward = vary(shipped("film"), {"deals.fund.price.basis": "forward"})
    assert float(ebitda_needed(forward, "fund", 1.0).amount) == pytest.approx(float(trailing.amount))


def test_where_nothing_is_due_no_earnings_are_needed() -> None:
    assert np.isnan(ebitda_needed(shipped("unlevered"), "unlevered", [1.0, 2.0]).share).all()
    assert np.isnan(ebitda_needed(shipped("film"), "fund", 1e4).share), "no margin gives that cover"


# --- the year of the exit -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "deal"), [*DEALS, ("scop", "scop")])
def test_each_year_of_the_exit_is_its_own_run(name: str, deal: str) -> None:
    scenario = shipped(name)
    ends = by_exit_year(scenario, deal)
    assert ends.years.tolist() == [1.0, 2.0, 3.0, 4.0, 5.0]
    for at, year in enumerate(ends.years):
        result = played(scenario, deal, exit__year=int(year))
        owner = owner_return(result, result.form.owner)
        np.testing.assert_array_equal(ends.irr[at], owner["irr"])
        np.testing.assert_array_equal(ends.multiple[at], owner["multiple"])
        np.testing.assert_array_equal(ends.gain[at], gain(result))


def test_the_best_years_are_those_of_the_highest_answers() -> None:
    ends = by_exit_year(vary(shipped("film"), {PRICE: np.array([4.0, 5.0, 7.5])}), "fund")
    assert ends.irr.shape == (3, 5)
    assert ends.best_by_irr.tolist() == (1.0 + np.argmax(ends.irr, axis=-1)).tolist()
    assert (ends.best_by_irr[1], ends.best_by_multiple[1]) == (4.0, 5.0)
    co_operative = by_exit_year(shipped("scop"), "scop")
    assert np.isnan(co_operative.best_by_irr)
    assert np.isnan(co_operative.best_by_multiple)
    assert np.isfinite(co_operative.gain).all()


# --- batches, and any scenario ------------------------------------------------------------------------------


def test_a_batch_of_questions_is_answered_as_one_by_one() -> None:
    film, prices = shipped("film"), np.array([4.5, 5.0, 5.5])
    asked = np.array([[0.1], [0.25]])
    scenario = vary(film, {PRICE: prices})
    bids = highest_price(scenario, "fund", asked).multiple
    debts = bearable_debt(scenario, "fund", 1.0 + asked).amount
    needed = ebitda_needed(scenario, "fund", 1.0 + asked).share
    assert bids.shape == debts.shape == needed.shape == (2, 3)
    for row, column in np.ndindex(2, 3):
        alone, wanted = vary(film, {PRICE: prices[column]}), asked[row, 0]
        assert float(highest_price(alone, "fund", wanted).multiple) == pytest.approx(bids[row, column])
        assert float(bearable_debt(alone, "fund", 1.0 + wanted).amount) == pytest.approx(debts[row, column])
        assert float(ebitda_needed(alone, "fund", 1.0 + wanted).share) == pytest.approx(needed[row, column])


@settings(max_examples=6)
@given(scenarios(), st.sampled_from((0.0, 0.1, 0.4)), st.sampled_from((0.8, 1.0, 1.5)))
def test_any_scenario_gets_an_answer_that_holds_or_none(drawn: Drawn, required: float, cover: float) -> None:
    note(str(drawn))
    scenario = Scenario.model_validate(drawn)
    bid = highest_price(scenario, "deal", required)
    if np.isfinite(bid.multiple):
        changes = {
            "deals.deal.price.amount": None,
            "deals.deal.price.multiple": bid.multiple,
            "deals.deal.exit.multiple_change": None,
            "deals.deal.exit.multiple": np.clip(bid.exit_multiple, 0.0, 50.0),
        }
        result = run(vary(scenario, changes)).deals["deal"]
        assert owner_return(result, result.form.owner)["irr"] >= required - 1e-9
        assert not result.closing.not_financed
    for before_capex in (False, True):
        debt = bearable_debt(scenario, "deal", cover, before_capex=before_capex)
        assert np.isnan(debt.amount) or debt.amount > 0.0
        needed = ebitda_needed(scenario, "deal", cover, before_capex=before_capex)
        assert needed.amount.shape == ()
    assert by_exit_year(scenario, "deal").gain.shape == (scenario.horizon,)


# --- other values -------------------------------------------------------------------------------------------


def machines_owed(played: Run) -> Any:
    return played.deals["fund"].eve.machines_owed


def test_a_target_is_met_by_the_value_that_is_solved_for() -> None:
    rate = "deals.fund.funding.loans.bank.rate"
    film = shipped("film")
    found = solve(film, rate, machines_owed, 2e6, 0.0, 0.1)
    assert float(machines_owed(run(vary(film, {rate: found})))) == pytest.approx(2e6, abs=1.0)
    assert np.isnan(solve(film, rate, machines_owed, 1e9, 0.0, 0.1))


def test_a_map_has_a_cell_for_each_row_and_column() -> None:
    found = grid(shipped("film"), (PRICE, [4.0, 5.0]), ("deals.fund.plan.payout", [0.0, 0.5, 1.0]))
    assert found.deals["fund"].shape == (2, 3)
