"""What the factory may send up where the law looks at profit, against sums done by hand."""

import numpy as np

from lbo_model.engine import Result, run
from lbo_model.position import Status
from lbo_model.scenario.paths import replaced
from lbo_model.scenario_file import load

FACTORY = """
format: 1
title: {{fr: Essai, en: Trial}}
story: {{fr: Essai, en: Trial}}
currency: EUR
horizon: 4
behaviour: mechanics
factory:
  operations: {{sales: 100, ebitda_margin: 20 %}}
  machines: {{opening: 80, depreciation: {{amount: 15}}, needed: {{amount: 15}}}}
  working_capital: 0 %
  opening_cash: 0
  opening_debt: 0
  {reserves}
weather: {{price_growth: 0 %, volume_growth: 0 %, demand: 1}}
policy:
  corporate_tax: {{rate: 0 %, losses: lost, fees_deductible: false}}
  {law}
  distress: {{price_share: 75 %, court_costs: 8 %, machines_recovered: 35 %, working_capital_recovered: 70 %}}
deals:
  fund:
    form: {form}
    price: {{multiple: 5, basis: trailing, cash: paid_for}}
    fees: {{}}
    funding:
      {loans}
      equity: {stakes}
    plan: {{served_first: lenders, capex_target: {{amount: 2}}, capex_floor: {{amount: 2}}, payout: 100 %}}
    exit: {{year: 4, multiple_change: 0, basis: trailing, costs: 0 %, catch: 0 %}}
"""
"""EBITDA 20, machines 2: cash 18 a year. Depreciation 15: profit 5 a year."""
BULLET = """loans:
        bank: {rank: 1, lender: banks, entity: holding, size: {amount: 60}, rate: 5 %, interest_on: opening,
          repayment: bullet}"""
LINEAR = BULLET.replace("repayment: bullet", "repayment: linear, years: 6")


def written(
    loans: str, reserves: float | None, law: str, form: str = "fund", stakes: str = "{fund: rest}"
) -> str:
    return FACTORY.format(
        loans=loans,
        reserves="" if reserves is None else f"distributable_reserves: {reserves}",
        law=law,
        form=form,
        stakes=stakes,
    )


def played(
    loans: str = BULLET,
    reserves: float = 4.0,
    law: str = "dividends_from: profit",
    form: str = "fund",
    stakes: str = "{fund: rest}",
) -> Result:
    document = load("trial.yaml", written(loans, reserves, law, form, stakes))
    assert document.scenario is not None, document.problems
    return run(document.scenario).deals["fund"]


def same(found: object, expected: object) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-9)


def sent_up(result: Result) -> object:
    return result.ledger.received("holding", ("dividend",))[:4]


def test_cash_beyond_profit_stays_in_the_factory() -> None:
    """Year 1: 4 kept and 5 earned. Then 5 a year; interest takes 3 of what goes up, the owner the rest."""
    result = played()
    same(sent_up(result), [0, 9, 5, 5])
    same(result.ledger.received("fund", ("dividend",))[:4], [0, 6, 2, 2])
    same(result.positions.factory_cash[:4], [0, 18 - 9, 9 + 13, 22 + 13])
    same(result.positions.factory_equity[:4], [80, 80 + 5 - 9, 76, 76])
    same(result.positions.undistributable[:4], 80 - 4)


def test_where_cash_alone_counts_it_goes_up() -> None:
    same(sent_up(played(law="")), [0, 18, 18, 18])


def test_reserves_that_are_large_enough_change_nothing() -> None:
    same(sent_up(played(reserves=13 * 4)), [0, 18, 18, 18])


def test_a_holding_may_fail_while_its_factory_is_full_of_cash() -> None:
    """10 of principal and 3 of interest are due; 9 may go up. Interest first, then 6 of principal."""
    result = played(LINEAR)
    assert result.status("holding")[1] == Status.RESTRUCTURED
    assert result.status("factory")[1] == Status.SOUND
    same(sent_up(result)[1], 9)
    same(result.positions.loans[0][1], 60 - 6)
    same(result.positions.factory_cash[1], 9)
    assert played(LINEAR, law="").status("holding")[1] == Status.SOUND


def test_a_credit_line_of_the_holding_lends_what_may_not_go_up() -> None:
    line = (
        LINEAR
        + "\n      revolver: {lender: banks, entity: holding, limit: 5, rate: 0 %, commitment_fee: 0 %}"
    )
    result = played(line)
    assert result.status("holding")[1] == Status.SOUND
    same(result.lines.revolver_drawn[1], 13 - 9)
    same(result.positions.factory_cash[1], 9)


def test_a_sweep_takes_what_may_go_up() -> None:
    """Of the 6 left when interest is paid, all of it early."""
    result = played(BULLET.replace("bullet}", "bullet, sweep: 100 %}"))
    same(result.positions.loans[0][:3], [60, 60 - 6, 54 - (5 - 54 * 0.05)])
    same(result.ledger.received("fund", ("dividend",))[:3], [0, 0, 0])


def test_an_owner_without_a_holding_is_bound_as_well() -> None:
    result = played("", form="family", stakes="{}")
    same(result.ledger.received("family", ("dividend",))[:4], [0, 9, 5, 5])


def test_a_later_loan_of_the_factory_is_no_profit() -> None:
    """At the end of year 2 the factory could borrow 60 for its owner; 5 may go up, and have gone already."""
    later = (
        BULLET
        + """
        recap: {rank: 2, lender: banks, entity: factory, size: {amount: 60}, rate: 5 %, interest_on: opening,
          repayment: bullet, drawn: 2, purpose: owners}"""
    )
    same(sent_up(played(later)), [0, 9, 5, 5])
    same(played(later).lines.loan_drawn[1], 0)
    same(sent_up(played(later, law=""))[2], 18 + 60)


def test_in_a_batch_each_life_has_its_own_bound() -> None:
    document = load("trial.yaml", written(LINEAR, 4.0, "dividends_from: profit"))
    assert document.scenario is not None
    reserves = np.array([0.0, 4.0, 8.0, 40.0])
    batch = run(replaced(document.scenario, {"factory.distributable_reserves": reserves})).deals["fund"]
    failed = batch.status("holding")[:, 1] == Status.RESTRUCTURED
    assert list(failed) == [True, True, False, False]  # 5, 9, 13 and 45 may go up; 13 are due
    same(batch.ledger.received("holding", ("dividend",))[:, 1], [5, 9, 13, 18])


def test_the_law_of_profit_needs_the_reserves() -> None:
    (problem,) = load("trial.yaml", written(BULLET, None, "dividends_from: profit")).problems
    assert problem.code == "needed_with"
    assert problem.path.startswith("policy.dividends_from")
    assert problem.facts["allowed"] == ["factory.distributable_reserves"]
