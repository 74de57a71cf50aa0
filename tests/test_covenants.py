"""Covenants against sums done by hand: kept, waived at a price, cured where it pays, or broken for good."""

import numpy as np
import pytest

from lbo_model.engine import Result, run
from lbo_model.measures import (
    Event,
    bridge_other,
    covenant_headroom,
    events,
    gain,
    net_debt_repaid_of_which,
    value_bridge,
    who_got_what,
)
from lbo_model.position import Status
from lbo_model.scenario.paths import replaced
from lbo_model.scenario_file import load

FACTORY = """
format: 1
title: {fr: Essai, en: Trial}
story: {fr: Essai, en: Trial}
currency: EUR
horizon: 4
behaviour: mechanics
factory:
  operations: {sales: 100, ebitda_margin: [20 %, 20 %, 10 %, 20 %, 20 %]}
  machines: {opening: 0, depreciation: {amount: 0}, needed: {amount: 2}}
  working_capital: 0 %
  opening_cash: 0
  opening_debt: 0
weather: {price_growth: 0 %, volume_growth: 0 %, demand: 1}
policy:
  corporate_tax: {rate: 0 %, losses: lost, fees_deductible: false}
  distress: {price_share: 75 %, court_costs: 8 %, machines_recovered: 35 %, working_capital_recovered: 70 %}
deals:
  fund:
    form: fund
    price: {multiple: 5, basis: trailing, cash: paid_for}
    fees: {}
    funding:
      loans:
        bank:
          rank: 1
          lender: banks
          entity: holding
          size: {amount: 60}
          rate: 5 %
          interest_on: opening
          repayment: bullet
      equity: {fund: rest}
"""
PLAN = """
    plan: {served_first: lenders, capex_target: {amount: 2}, capex_floor: {amount: 2}, payout: 100 %}
    exit: {year: 4, multiple_change: 0, basis: trailing, costs: 0 %, catch: 0 %}
"""
"""EBITDA 20, 10, 20, 20; loan 60 at 5 %; 2 of machines: 15, 5, 15 and 15 are left for the owner."""
WAIVER = "waiver: {fee: 1 %, rate_step: 2 %}"
CURE = "cure: {party: fund, most: 40, required_return: 10 %}"


def played(*terms: str, leverage: float = 4.0, **changes: float) -> Result:
    covenants = f"      covenants: {{leverage: {leverage}, {', '.join(terms)}}}" if terms else ""
    document = load("trial.yaml", FACTORY + covenants + PLAN)
    assert document.scenario is not None, document.problems
    moved = {name.replace("__", "."): value for name, value in changes.items()}
    return run(replaced(document.scenario, moved)).deals["fund"]


def same(found: object, expected: object) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-9)


def dividends(result: Result) -> np.ndarray:
    return result.ledger.received("fund", ("dividend",))


def test_without_covenants_the_owner_is_paid_every_year() -> None:
    result = played()
    same(dividends(result), [0, 15, 5, 15, 15])
    assert covenant_headroom(result) == {}


def test_a_waiver_costs_a_fee_a_dearer_rate_and_a_year_without_dividend() -> None:
    """Year 2: 60 of debt on 10 of EBITDA. Year 3: fee 0.6, interest 60 x 7 % = 4.2; the till keeps 13.2."""
    result = played(WAIVER)
    assert list(result.lines.breached_leverage[1:4]) == [0.0, 1.0, 0.0]
    same(dividends(result), [0, 15, 5, 0, 13.2 + 15])
    same(result.lines.loan_interest[0], [0, 3, 3, 4.2, 3])
    same(result.lines.loan_fees[0], [0, 0, 0, 0.6, 0])
    assert list(result.status("holding")) == [Status.SOUND] * 2 + [Status.WAIVED] + [Status.SOUND] * 2


def test_without_waiver_nor_cure_the_loans_fall_due_and_lenders_sell() -> None:
    """Sold for 75 % of 5 x 20, less 8 % of costs: 69, and the cash of two years, 18 + 18; lenders get 60."""
    result = played("interest_cover: 0")
    assert result.status("holding")[2] == Status.RESTRUCTURED
    same(dividends(result)[3:], [0, 0])
    same(result.lines.loan_interest[0][3:], [0, 0])
    same(result.ledger.received("fund", ("sale_proceeds",))[4], 75.0 * 0.92 + 36.0 - 60.0)


def test_an_owner_cures_where_the_shares_are_worth_it() -> None:
    """20 bring 60 down to 4 x 10. Shares: 5 x 10 - 40 = 10, less than 20 at 10 % for two years: no cure."""
    assert played(CURE, WAIVER).lines.cured[2] == 0.0
    dearer = played(CURE, WAIVER, deals__fund__exit__multiple_change=2.0)
    same(dearer.lines.cured, [0, 0, 20, 0, 0])  # 7 x 10 - 40 = 30, above 20 x 1.21 = 24.2
    same(dearer.positions.loans[0][:4], [60, 60, 40, 40])
    same(dividends(dearer), [0, 15, 5, 16, 16])
    assert dearer.status("holding")[2] == Status.CURED
    paid_in = dearer.ledger.paid("fund", ("equity",))
    same(paid_in, [40, 0, 20, 0, 0])
    same(who_got_what(dearer)["fund"]["total"], 15 + 5 + 16 + 16 + 7 * 20 - 40 - 60)


def test_what_cures_a_covenant_is_no_gain_though_it_repays_debt() -> None:
    """40 of price (2 x 20) and 52 of dividends; 20 of debt were repaid with the owner's own money."""
    result = played(CURE, WAIVER, deals__fund__exit__multiple_change=2.0)
    bridge, items = value_bridge(result), bridge_other(result)
    same(bridge["net_debt_repaid"], 20.0)
    same(items["brought_to_cure"], -20.0)
    same(bridge["multiple_change"] + bridge["distributions"], 40.0 + 52.0)
    same(sum(bridge.values()), 92.0)
    same(gain(result), 92.0)
    same(sum(net_debt_repaid_of_which(result).values()), 20.0)


def test_a_cure_is_never_more_than_its_owner_accepts() -> None:
    result = played(
        CURE, WAIVER, deals__fund__exit__multiple_change=2.0, deals__fund__funding__covenants__cure__most=19.0
    )
    assert result.lines.cured[2] == 0.0
    assert result.status("holding")[2] == Status.WAIVED


def test_headroom_is_what_is_left_of_the_limit() -> None:
    """Leverage 3 and 6 of 4, then 60 less the 13.2 kept; interest covered 20 / 3, then 10 / 3."""
    found = covenant_headroom(played(WAIVER, "interest_cover: 2", "cover: 1"))
    same(found["leverage"]["headroom"], [np.nan, 0.25, -0.5, 1 - 46.8 / 80, np.nan])
    same(found["interest_cover"]["headroom"][1:3], [1 - 6 / 20, 1 - 6 / 10])
    same(found["cover"]["ratio"][1:3], [18 / 3, 8 / 3])


def test_a_batch_gives_what_its_cells_give_one_by_one() -> None:
    limits = np.array([2.5, 4.0, 7.0])
    path = "deals.fund.funding.covenants.leverage"
    document = load("trial.yaml", FACTORY + f"      covenants: {{leverage: 4, {WAIVER}, {CURE}}}" + PLAN)
    batch = run(replaced(document.scenario, {path: limits})).deals["fund"]
    for cell, limit in enumerate(limits):
        single = run(replaced(document.scenario, {path: float(limit)})).deals["fund"]
        same(dividends(batch)[cell], dividends(single))
        assert list(batch.status("holding")[cell]) == list(single.status("holding"))


@pytest.mark.parametrize(
    ("terms", "code"),
    [
        ("covenants: {waiver: {fee: 1 %, rate_step: 1 %}}", "no_covenant"),
        ("covenants: {cover: 1, cure: {party: fund, most: 1, required_return: 0 %}}", "needed_with"),
        (
            "covenants: {leverage: 4, cure: {party: workers, most: 1, required_return: 0 %}}",
            "holder_without_stake",
        ),
    ],
)
def test_covenants_that_say_nothing_are_told(terms: str, code: str) -> None:
    problems = load("trial.yaml", FACTORY + f"      {terms}" + PLAN).problems
    assert [problem.code for problem in problems] == [code]


@pytest.mark.parametrize(
    ("terms", "codes"),
    [
        ((), []),
        ((WAIVER,), [Event(2, "waived", ("leverage",))]),
        (("interest_cover: 0",), [Event(2, "covenant_default", ("leverage",))]),
        (
            ("interest_cover: 4", "cover: 5", WAIVER),
            [Event(2, "waived", ("leverage", "cover", "interest_cover")), Event(3, "waived", ("cover",))],
        ),
    ],
    ids=["no covenant", "waived", "default", "all three"],
)
def test_what_goes_wrong_is_told_by_date(terms: tuple[str, ...], codes: list[Event]) -> None:
    """Interest of 3: EBITDA is 6.7, then 3.3 times as much, cash less machines 6, then 2.7 times. In year 3
    the waiver makes it 4.2, of which the 18 of cash are less than 5 times.
    """
    assert events(played(*terms)) == codes


def test_a_deal_played_many_times_has_no_single_story() -> None:
    limits = np.array([2.5, 7.0])
    document = load("trial.yaml", FACTORY + "      covenants: {leverage: 4}" + PLAN)
    assert document.scenario is not None
    batch = run(replaced(document.scenario, {"deals.fund.funding.covenants.leverage": limits}))
    assert events(batch.deals["fund"]) == []


def test_a_factory_that_closes_is_told_once() -> None:
    """Year 2 makes 10 of EBITDA: less than the 12 of machines, and of the rent of a loan of its own."""
    document = load("trial.yaml", FACTORY.replace("entity: holding", "entity: factory") + PLAN)
    assert document.scenario is not None
    closed = run(
        replaced(
            document.scenario,
            {
                "deals.fund.plan.capex_floor.amount": 12.0,
                "deals.fund.plan.capex_target.amount": 12.0,
                "deals.fund.plan.payout": 1.0,
            },
        )
    ).deals["fund"]
    assert events(closed) == [Event(2, "liquidated")]


def test_a_manager_charges_nothing_once_the_holding_is_in_default() -> None:
    document = load(
        "trial.yaml",
        FACTORY.replace("form: fund", "form: fund\n    terms: {monitoring_fee: 10 %}")
        + "      covenants: {leverage: 4}"
        + PLAN,
    )
    assert document.scenario is not None, document.problems
    result = run(document.scenario).deals["fund"]
    same(result.ledger.paid("factory", ("monitoring_fee",)), [0, 2, 1, 0, 0])
