"""Nothing is created, nothing is lost: every invariant, on every shipped scenario and on random ones.

All to a millionth of a euro, for amounts up to some hundred millions.
"""

from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, note

from lbo_model.engine import Result, run
from lbo_model.position import Status
from lbo_model.quantities import TOLERANCE
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load
from tests.invariants import INVARIANTS, SPOILT
from tests.strategies import Drawn, random_scenario, scenarios

SHIPPED = sorted(path.stem for path in (Path(__file__).parents[1] / "scenarios").glob("*.yaml"))


@cache
def shipped(name: str) -> tuple[Result, ...]:
    """The deals of a shipped scenario, in both behaviours."""
    document = load(name)
    assert not document.problems
    assert document.scenario is not None
    both = [document.scenario.model_copy(update={"behaviour": code}) for code in ("mechanics", "full")]
    return tuple(result for scenario in both for result in run(scenario).deals.values())


FILM = """
format: 1
extends: film
title: {fr: Essai, en: Trial}
story: {fr: Essai, en: Trial}
horizon: 7
deals:
  fund:
    terms:
      fund_economics:
        management_fee: 2 %
        fee_years: 3
        later_fee: 1 %
        hurdle: 8 %
        hurdle_is: compounded
        catch_up: 100 %
        carry: 20 %
"""
"""With years after its sale, and with a fund whose investors pay its manager."""
PREFERRED = """
    funding:
      equity:
        fund: rest
        managers: {share_of_uses: 1 %}
      covenants:
        leverage: [5, 5, 4.2, 3.5]
        waiver: {fee: 0.5 %, rate_step: 0.5 %}
      preferred:
        lent:
          rank: 1
          holder: fund
          kind: shareholder_loan
          size: {share_of_stake: 60 %}
          rate: 8 %
        shares:
          rank: 2
          holder: fund
          kind: preference_shares
          size: {share_of_stake: 20 %}
          rate: 10 %
"""
LEASING = """
    plan: {leasing: {share: 60 %, years: 3, rate: 5 %}}
"""
WORKFORCE = """
    plan:
      workforce:
        temporary_staff: 10 %
        jobs: 20 %
        pay: 10 %
        short_time: 40 %
        short_time_pay: 60 %
        public_money: 60 %
        severance: 1
        hiring: 20 %
weather: {demand: [1, 0.7, 1, 0.9]}
"""
FAILING = """
    funding:
      loans:
        mezzanine:
          rank: 2
          lender: mezzanine
          entity: holding
          size: {share_of_uses: 10 %}
          rate: 5 %
          capitalised_rate: 6 %
          interest_on: opening
          repayment: bullet
          years: 8
weather: {demand: [1, 0.93, 0.65, 0.84, 0.92]}
policy: {distress: {restructuring: {debt_kept: 2.5, hope: 70 %}}}
"""
RELOCATION = """
    plan: {relocation: {year: 1, share: 20 %, owner_brings: {party: fund, most: {amount: 9_000_000}}}}
factory:
  work_abroad: {labour_cost: 17_600, productivity: 85 %, realised: 60 %, severance: 2, moving_per_job: 30_000,
    ramp_up: 10 %, site: 100_000}
"""
MORE = {
    "failing": FAILING,
    "ordinary": "",
    "preferred": PREFERRED,
    "leasing": LEASING,
    "workforce": WORKFORCE,
    "relocation": RELOCATION,
}


@cache
def film_with_years_after_its_sale(behaviour: str, owners: str) -> Result:
    document = load("trial.yaml", FILM + MORE[owners])
    assert document.scenario is not None, document.problems
    return run(document.scenario.model_copy(update={"behaviour": behaviour})).deals["fund"]


def played(drawn: Drawn) -> list[Result]:
    """One owner, or several in a row."""
    return list(run(Scenario.model_validate(drawn)).deals.values())


def broken(*results: Result) -> dict[str, float]:
    """The invariants that results break, with their worst error in euros."""
    errors = {
        f"{result.name} {name}": invariant.check(result)
        for result in results
        for name, invariant in INVARIANTS.items()
    }
    return {name: error for name, error in errors.items() if not error <= TOLERANCE}


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_scenarios_keep_every_invariant(name: str) -> None:
    for result in shipped(name):
        assert broken(result) == {}


@pytest.mark.parametrize("name", INVARIANTS)
def test_every_check_fails_on_its_broken_twin(name: str) -> None:
    invariant = INVARIANTS[name]
    good = film_with_years_after_its_sale(invariant.behaviour, invariant.owners)
    assert invariant.check(good) <= TOLERANCE
    assert invariant.check(invariant.spoil(good)) >= min(1.0, SPOILT)


@given(scenarios())
def test_random_scenarios_keep_every_invariant(drawn: Drawn) -> None:
    note(str(drawn))
    assert broken(*played(drawn)) == {}


@pytest.mark.properties
@given(scenarios())
def test_many_more_random_scenarios_keep_every_invariant(drawn: Drawn) -> None:
    note(str(drawn))
    assert broken(*played(drawn)) == {}


def ending(result: Result) -> str:
    """How a deal stood at its exit date."""
    date = result.deal.exit.year
    if result.status("factory")[..., date] == Status.LIQUIDATED:
        return "liquidated"
    if result.status("holding")[..., date] == Status.RESTRUCTURED:
        return "restructured"
    return "reached its exit date"


@pytest.mark.properties
def test_two_thousand_lives_end_in_every_way() -> None:
    """The generator is worth its name: most lives reach their exit, many do not, in every form."""
    endings: Counter[str] = Counter()
    forms: Counter[tuple[str, str]] = Counter()
    for seed in range(2000):
        owners = played(random_scenario(seed))
        assert broken(*owners) == {}, f"seed {seed}"
        endings[ending(owners[0])] += 1
        for result in owners:
            forms[result.form.code, ending(result)] += 1
    print(dict(endings), dict(forms))
    assert endings["reached its exit date"] >= 1000
    assert endings["liquidated"] + endings["restructured"] >= 200
    assert endings["restructured"] >= 20


def test_plain_random_lives_end_in_every_way() -> None:
    """The ordinary run meets sound, restructured and liquidated deals, and deals that are not financed."""
    results = [result for seed in range(120) for result in played(random_scenario(seed))]
    assert {ending(result) for result in results} == {"reached its exit date", "restructured", "liquidated"}
    assert any(np.any(result.status("factory") == Status.NOT_FINANCED) for result in results)
    assert all(broken(result) == {} for result in results)
