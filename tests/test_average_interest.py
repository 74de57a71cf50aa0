"""Interest on average balances, solved for all lives of a batch at once: exact, soon, and free for others."""

from typing import Any

import numpy as np
import pytest

from lbo_model.engine import Result, run, year
from lbo_model.quantities import Series
from lbo_model.scenario import Scenario
from lbo_model.scenario.paths import replaced
from lbo_model.scenario_file import load

LIVES = 400
RATES = (0.05, 0.06, 0.075, 0.09)
"""Of each tranche, by rank."""
STACK = """
format: 1
extends: film
title: {fr: Essai, en: Trial}
story: {fr: Essai, en: Trial}
weather: {demand: [1, 1, 0.7, 0.6, 1, 1]}
policy:
  corporate_tax: {losses_used_freely: 200_000, losses_used_beyond: 50 %}
  interest_limit: {share_of_ebitda: 15 %, freely: 100_000}
deals:
  fund:
    funding:
      minimum_cash: {amount: 300_000, funded: true}
      revolver: {lender: banks, entity: factory, limit: 2_000_000, rate: 6 %, commitment_fee: 1 %}
      loans:
        bank: {size: {amount: 6_000_000}, rate: 5 %, INTEREST, sweep: 50 %, balloon: 0 %}
        second:
          {rank: 2, lender: banks, entity: holding, size: {amount: 3_000_000}, rate: 6 %, INTEREST,
          repayment: annuity, years: 6, sweep: 50 %, sweep_steps: {high: {above: 2, share: 100 %}}}
        third:
          {rank: 3, lender: mezzanine, entity: holding, size: {amount: 2_000_000}, rate: 7.5 %, INTEREST,
          repayment: bullet, years: 8, sweep: 100 %, sweep_rank: 1}
        own:
          {rank: 4, lender: banks, entity: factory, size: {amount: 1_500_000}, rate: 9 %, INTEREST,
          repayment: linear, years: 7}
"""


def stack(interest: str) -> Scenario:
    document = load("trial.yaml", STACK.replace("INTEREST", f"interest_on: {interest}"))
    assert document.scenario is not None, document.problems
    return document.scenario


def lives(interest: str) -> Result:
    """The stack in many factories: some thrive, some lose money for a year, some cannot pay."""
    draws = np.random.default_rng(16)
    purchases = draws.uniform(0.36, 0.47, LIVES)
    demand = np.ones((LIVES, 6)) * draws.uniform(0.55, 1.1, (LIVES, 1))
    demand[:, 0] = 1.0
    changes: dict[str, Any] = {
        "factory.operations.purchases": Series(purchases[:, None]),
        "weather.demand": Series(demand),
    }
    return run(replaced(stack(interest), changes)).deals["fund"]


@pytest.fixture(scope="module")
def average() -> Result:
    return lives("average")


def worst_residual(result: Result) -> float:
    """How far interest lies from rate times the mean of both balances, beside the debt of closing day."""
    debt = sum(np.asarray(amount) for amount in result.closing.loans)
    errors = []
    for loan, rate, interest in zip(result.positions.loans, RATES, result.lines.loan_interest, strict=True):
        # The year of the sale ends, for interest, on the eve of the sale.
        for date in range(1, result.deal.exit.year):
            serves = (result.status("holding")[:, date - 1] == 0) & (result.status("factory")[:, date] == 0)
            mean = (loan[:, date - 1] + loan[:, date]) / 2.0
            errors.append(np.where(serves, np.abs(interest[:, date] - rate * mean) / debt, 0.0))
    return float(np.max(errors))


def test_the_batch_meets_what_it_should(average: Result) -> None:
    """Else the test below would be exact about nothing."""
    losses = average.positions.group_tax_losses[:, 1:5]
    assert np.any(average.lines.interest_not_deducted > 0.0)
    assert np.any(losses > 0.0)
    assert np.any(average.positions.revolver[:, 1:5] > 0.0)
    assert np.any(average.status("holding")[:, 1:5] == 1)
    assert np.mean(average.status("holding")[:, 4] == 0) > 0.3
    assert np.all(sum(average.lines.loan_repaid)[:, 1] >= 0.0)


def test_interest_is_exact_for_every_life(average: Result) -> None:
    assert worst_residual(average) < 1e-12


def test_interest_on_opening_balances_would_be_seen() -> None:
    """The broken twin: the same reading of a run whose interest ignores what the year repays."""
    assert worst_residual(lives("opening")) > 1e-3


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often each year was lived, in the order of the years."""
    counted: list[int] = []
    live, once = year.live, year._year

    def counting_live(*given: Any) -> Any:
        counted.append(0)
        return live(*given)

    def counting_year(*given: Any) -> Any:
        counted[-1] += 1
        return once(*given)

    monkeypatch.setattr("lbo_model.engine.story.live", counting_live)
    monkeypatch.setattr(year, "_year", counting_year)
    return counted


def test_it_is_found_long_before_the_last_round(rounds: list[int]) -> None:
    lives("average")
    assert len(rounds) == 5
    assert 2 <= max(rounds) < year.MOST_ROUNDS / 2


def test_a_year_on_opening_balances_is_lived_once(rounds: list[int]) -> None:
    lives("opening")
    assert rounds == [1] * 5
