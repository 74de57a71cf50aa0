"""Who bears a fall of sales: the fall and the rebound done by hand, the order, the limits, and who pays.

The deal is ``hand/workforce.yaml``. Of 100 workers 10 are temporary. Sales fall by 30 %: there is work for
70, so that all temporary workers leave and 20 of 90 permanent ones are idle. A quarter of these, 5, are
dismissed; lower pay saves the pay of 2; 8 are on short time; 5 are kept and paid.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lbo_model import equations
from lbo_model.engine import Result, run
from lbo_model.formulas import Formulas
from lbo_model.measures import (
    leverage,
    measure,
    shared_out,
    tax_returns,
    temporary_staff,
    who_got_what,
    workforce,
)
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load
from lbo_model.statements import statements
from lbo_model.studies import vary
from tests.scenario_texts import scenario_of

FOLDER = Path(__file__).parent / "hand"
HEAD = "format: 1\nextends: workforce\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
PLAN = "deals__fund__plan__workforce__"
FORMER = "deals: {fund: {plan: {workforce: null}}}\n"
"""Payroll follows demand by one share."""


def written(text: str = "") -> Scenario:
    return scenario_of(load("written_by_a_test.yaml", HEAD + text, [FOLDER]))


def played(text: str = "", **numbers: Any) -> Result:
    """The deal with a few lines more, and with other numbers by path, ``__`` for a dot."""
    changes = {path.replace("__", "."): value for path, value in numbers.items()}
    return run(vary(written(text), changes)).deals["fund"]


def planned(text: str = "", **numbers: Any) -> Result:
    """The same with other numbers of the workforce."""
    return played(text, **{PLAN + name: value for name, value in numbers.items()})


def same(found: Any, expected: Any, within: float = 1e-9) -> None:
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=1e-12, atol=within)


# --- the equations ------------------------------------------------------------------------------------------


def test_temporary_workers_leave_first_and_come_back_first() -> None:
    assert equations.idle_work(90.0, 70.0) == 20.0
    assert equations.idle_work(90.0, 95.0) == 0.0
    assert equations.temporary_workers(90.0, 95.0, 10.0) == 5.0
    assert equations.temporary_workers(90.0, 110.0, 10.0) == 10.0
    assert equations.temporary_workers(90.0, 70.0, 10.0) == 0.0
    assert equations.hired(90.0, 110.0, 10.0) == 10.0
    assert equations.hired(90.0, 95.0, 5.0) == 0.0


def test_what_is_paid_to_those_who_stay_leave_or_come() -> None:
    assert equations.paid_work(85.0, 0.0, 20.0, 0.1, 0.4) == 75.0
    assert equations.short_time_pay(20.0, 0.4, 30.0, 0.6) == pytest.approx(144.0)
    assert equations.severance(5.0, 30.0, 2.0) == 300.0
    assert equations.hiring_cost(5.0, 30.0, 0.2) == pytest.approx(30.0)


# --- the fall and the rebound by hand -----------------------------------------------------------------------


def test_the_fall_and_the_rebound_in_jobs() -> None:
    """85 permanent workers are left; in the rebound 10 temporary ones come back and 5 are hired."""
    result = planned()
    same(result.positions.permanent_staff, [90.0, 85.0, 90.0, 90.0])
    same(result.lines.headcount, [100.0, 85.0, 100.0, 100.0])
    same(temporary_staff(result)[1:], [0.0, 10.0, 10.0])
    same(result.lines.dismissed[1:], [5.0, 0.0, 0.0])
    same(result.lines.hired[1:], [0.0, 5.0, 0.0])


def test_the_fall_and_the_rebound_in_money() -> None:
    """Pay of 85 - 2 - 8 = 75 in full; short time 8 x 30 x 60 % = 144, of which the State gives back 86.4;
    severance 5 x 60; then hiring 5 x 6. EBITDA: 4200 - 2250 - 900 - 144 + 86.4, then 6000 - 4200 - 30.
    """
    books = statements(planned())["factory"]
    income = books["income_statement"]
    same(income["gross_pay"][1:], [2250.0, 3000.0, 3000.0])
    same(income["employer_charges"][1:], [900.0, 1200.0, 1200.0])
    same(income["short_time_pay"][1:], [144.0, 0.0, 0.0])
    same(income["short_time_money"][1:], [86.4, 0.0, 0.0])
    same(income["hiring"][1:], [0.0, 30.0, 0.0])
    same(income["value_added"][1:], [4200.0, 5970.0, 6000.0])
    same(income["ebitda"][1:], [992.4, 1770.0, 1800.0])
    same(income["severance"][1:], [300.0, 0.0, 0.0])


def test_severance_is_below_ebitda_and_lowers_tax_and_cash() -> None:
    """25 % of 992.4 - 300 is 173.1; the till has 692.4 - 173.1 = 519.3, and nobody owes anything."""
    result = planned()
    same(result.lines.group_tax[1:], [173.1, 442.5, 450.0])
    same(result.lines.cash_for_debt[1], 519.3)
    same((result.positions.factory_cash + result.positions.holding_cash)[1], 519.3)
    same(leverage(result)[1], -519.3 / 992.4)
    filed = tax_returns(result)["factory"]
    same(filed.severance[1:], [300.0, 0.0, 0.0])
    same(filed.result[1], 692.4)


def test_the_sale_is_a_multiple_of_an_ebitda_that_no_severance_lowers() -> None:
    """Sold at the end of the year of the fall: 5 x 992.4; a year later 5 x 1770."""
    first = planned("deals: {fund: {exit: {year: 1}}}\n")
    same(first.end_value, 4962.0)
    same(planned("deals: {fund: {exit: {year: 2}}}\n").end_value, 8850.0)
    same(planned("deals: {fund: {exit: {year: 1, basis: forward}}}\n").end_value, 8850.0)


def test_who_pays_for_the_fall() -> None:
    got = planned()
    lost = workforce(got)
    same(lost["jobs_lost"], 15.0)
    same(lost["severance"], 300.0)
    same(lost["hiring_costs"], 30.0)
    same(lost["public_money"], 86.4)
    ledger = got.ledger.amounts
    same(ledger["factory", "workers", "severance"][1], 300.0)
    same(ledger["factory", "workers", "short_time_pay"][1], 144.0)
    same(ledger["state", "factory", "short_time_money"][1], 86.4)
    same(ledger["factory", "market", "hiring"][2], 30.0)
    same(who_got_what(got)["workers"]["cash"], 2250.0 + 144.0 + 300.0 + 3000.0 + 3000.0)
    same(sum(one["total"] for one in who_got_what(got).values()), shared_out(got))


def test_a_fall_that_lasts_goes_on_costing_jobs() -> None:
    """Each year a quarter of those who are idle leaves: 5 of 20, then 3.75 of 15, then 2.8125 of 11.25."""
    result = planned("weather: {demand: [1, 0.7]}\n")
    same(result.lines.dismissed[1:], [5.0, 3.75, 2.8125])
    same(result.positions.permanent_staff, [90.0, 85.0, 81.25, 78.4375])


def test_pay_and_severance_follow_prices() -> None:
    result = played(weather__price_growth=0.1)
    same(result.lines.severance[1], 330.0)
    same(result.lines.short_time_pay[1], 158.4)
    same(result.lines.hiring[2], 36.3)


# --- limits -------------------------------------------------------------------------------------------------

NOBODY = {"jobs": 0.0, "pay": 0.0, "short_time": 0.0}


def test_with_all_shares_at_nothing_payroll_does_not_move() -> None:
    lines = planned(temporary_staff=0.0, **NOBODY).lines
    same(lines.gross_pay, 3000.0)
    same(lines.headcount, 100.0)
    same(lines.severance[1:], 0.0)


def test_where_all_may_leave_freely_payroll_follows_sales_wholly() -> None:
    lines = planned(temporary_staff=0.5, **NOBODY).lines
    same(lines.gross_pay, [3000.0, 2100.0, 3000.0, 3000.0])
    same(lines.short_time_pay[1:], 0.0)
    same(lines.dismissed[1:], 0.0)


def test_each_way_to_meet_idle_work_saves_the_same_pay_and_other_things() -> None:
    """All 20 idle: dismissed, paid less, or on short time, which costs 20 x 30 x 60 % x 40 %."""
    ways = {name: planned(**{**NOBODY, name: 1.0}).lines for name in NOBODY}
    for lines in ways.values():
        same(lines.gross_pay[1], 2100.0)
    same([lines.headcount[1] for lines in ways.values()], [70.0, 90.0, 90.0])
    same([lines.ebitda[1] for lines in ways.values()], [1260.0, 1260.0, 1260.0 - 144.0])
    same([lines.severance[1] for lines in ways.values()], [1200.0, 0.0, 0.0])
    same([lines.hired[2] for lines in ways.values()], [20.0, 0.0, 0.0])


@pytest.mark.parametrize(
    "name",
    ["temporary_staff", "jobs", "pay", "short_time", "short_time_pay", "public_money", "severance", "hiring"],
)
def test_every_number_moves_the_till(name: str) -> None:
    usual = planned()
    value = getattr(usual.deal.plan.workforce, name)
    assert planned(**{name: 0.5 * value}).eve.factory_cash != usual.eve.factory_cash


def test_jobs_follow_demand_is_of_no_use_with_a_workforce() -> None:
    one, other = planned(), played(factory__operations__jobs_follow_demand=0.1)
    np.testing.assert_array_equal(one.lines.gross_pay, other.lines.gross_pay)


def test_a_calm_sky_gives_what_a_plan_without_workforce_gives() -> None:
    calm = "weather: {demand: 1}\n"
    with_it, without = measure(planned(calm)), measure(played(calm + FORMER))
    assert "workforce" not in without
    for name in ("gain", "shared_out", "leverage", "jobs", "months_of_pay"):
        same(with_it[name], without[name])


def test_a_batch_is_its_single_lives() -> None:
    shares = np.array([0.0, 0.25, 0.5])
    batch = planned(jobs=shares).lines
    for place, share in enumerate(shares):
        one = planned(jobs=float(share)).lines
        same(batch.ebitda[place], one.ebitda)
        same(batch.severance[place], one.severance)
        same(batch.headcount[place], one.headcount)


# --- with consequences, in a row, and what is refused -------------------------------------------------------

FULL = """
behaviour: full
factory:
  machines: {opening: 3_600, needed: {share_of_sales: 6 %}}
  consequences:
    equipment_per_sales: 60 %
    opening_capacity: 1
    worn_out_turns: 100 %
    quality_elasticity: 0.2
    quality_years: 2
    share_elasticity: 1
    share_speed: 50 %
deals: {fund: {plan: {capex_target: {share_of_sales: 6 %}}}}
"""


def test_staff_follows_the_orders_that_are_served_where_machines_have_consequences() -> None:
    lines = planned(FULL).lines
    same(lines.headcount, [100.0, 85.0, 100.0, 100.0])
    same(lines.ebitda[1:], [992.4, 1770.0, 1800.0])


NEXT = """
horizon: 4
weather: {demand: [1, 0.7, 0.7, 1, 1]}
deals:
  fund:
    then: second
    exit: {year: 1}
  second:
    form: fund
    price: {as_sold: true, basis: trailing, cash: paid_for}
    fees: {}
    funding: {equity: {fund: rest}}
    plan:
      served_first: lenders
      capex_target: {amount: 0}
      capex_floor: {amount: 0}
      workforce: {temporary_staff: 0 %, jobs: 100 %, pay: 0 %, short_time: 0 %, short_time_pay: 60 %,
                  public_money: 60 %, severance: 1, hiring: 0 %}
      payout: 0 %
    exit: {year: 3, multiple_change: 0, basis: trailing, costs: 0 %, catch: 0 %}
"""


def test_the_next_owner_finds_the_staff_that_is_left() -> None:
    """85 of whom 15 are idle: it keeps none of them, then hires the 30 that it lacks."""
    second = run(written(NEXT)).deals["second"]
    same(second.positions.permanent_staff, [85.0, 70.0, 100.0, 100.0])
    same(second.lines.severance[1:], [450.0, 0.0, 0.0])


def test_after_an_owner_who_counted_nobody_all_but_temporary_workers_are_permanent() -> None:
    """By jobs_follow_demand 82 are left; the next owner has no temporary workers."""
    text = NEXT.replace("    exit: {year: 1}", "    exit: {year: 1}\n    plan: {workforce: null}")
    second = run(written(text)).deals["second"]
    same(second.positions.permanent_staff[:2], [82.0, 70.0])


def test_an_opened_figure_says_how_it_is_made() -> None:
    made = Formulas(planned())
    assert made.of("factory", "income_statement", "gross_pay").how == "gross_pay_of_a_workforce"
    assert made.of("factory", "income_statement", "severance").code == "dismissed * gross_pay * years"
    former = Formulas(played(FORMER)).of("factory", "income_statement", "gross_pay")
    assert former.code == "headcount * gross_pay_per_head * price_index"


def test_idle_work_is_met_once() -> None:
    text = HEAD + "deals: {fund: {plan: {workforce: {jobs: 50 %, pay: 20 %}}}}\n"
    (problem,) = load("written_by_a_test.yaml", text, [FOLDER]).problems
    assert (problem.path, problem.code) == ("deals.fund.plan.workforce", "more_than_the_whole")
    assert problem.facts["found"] == "110 %"


def test_a_factory_without_workers_has_no_workforce() -> None:
    text = HEAD + "factory: {operations: {ebitda_margin: 30 %}}\n"
    (problem,) = load("written_by_a_test.yaml", text, [FOLDER]).problems
    assert (problem.path, problem.code) == ("deals.fund", "needed_with")
