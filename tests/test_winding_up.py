"""A factory that closes, against sums done by hand: suppliers in their rank, a sale as a whole."""

from pathlib import Path

import numpy as np
import pytest

from lbo_model.engine import Result, run
from lbo_model.measures import losses, workforce
from lbo_model.position import Status
from lbo_model.scenario_file import load
from lbo_model.studies import vary

HEAD = "format: 1\nextends: plain_deal\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
FOLDER = Path(__file__).parent / "hand"
TEXT = """
factory:
  operations: {{sales: 200, ebitda_margin: 50 %}}
  machines: {{opening: 100}}
  working_capital: 25 %
weather: {{demand: [1, 1, 0.25, 1, 1, 1]}}
policy:
  corporate_tax: {{rate: 0 %}}
  distress:
    price_share: 60 %
    court_costs: 10 %
    machines_recovered: 40 %
    working_capital_recovered: 80 %
{distress}
deals:
  fund:
    funding:
      loans:
        bank: {{rank: 1, lender: banks, entity: factory, size: {{amount: 100}}, rate: 0 %,
          interest_on: opening, repayment: bullet, years: 2}}
"""
"""In year 2 sales fall from 200 to 50 and EBITDA from 100 to 25; working capital gives back 37.5. The loan of
100 falls due: 62.5 are there, 37.5 are missing; the factory stops with 12.5 of working capital left."""


def played(distress: str = "") -> Result:
    document = load("written_by_a_test.yaml", HEAD + TEXT.format(distress=distress), [FOLDER])
    assert document.scenario is not None, document.problems
    return run(document.scenario).deals["fund"]


def paid(result: Result, payer: str, payee: str, reason: str) -> float:
    return float(result.ledger.amounts.get((payer, payee, reason), np.zeros(6))[2])


def same(found: float, expected: float) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-9)


def test_what_a_closed_factory_brings_in_parts() -> None:
    """40 of machines and 10 of stocks and bills, less a tenth: 45 beside the 62.5 of the till."""
    result = played()
    assert result.status("factory")[2] == Status.LIQUIDATED
    same(paid(result, "market", "factory", "machines_sold"), 40.0)
    same(paid(result, "market", "factory", "working_capital_recovered"), 0.8 * 12.5)
    same(paid(result, "factory", "advisers", "court_costs"), 5.0)
    same(paid(result, "factory", "banks", "principal"), 100.0)
    same(paid(result, "factory", "holding", "liquidation_rest"), 7.5)


def test_suppliers_come_after_lenders_and_before_owners() -> None:
    """10 % of the year's 25 of purchases are still owed: 2.5 more of stocks and bills, of which 2 come in,
    less 0.2. Suppliers get their 2.5 out of the 9.3 that lenders leave.
    """
    result = played("    suppliers_owed: 10 %")
    same(paid(result, "market", "factory", "working_capital_recovered"), 0.8 * 15.0)
    same(paid(result, "factory", "market", "suppliers_paid"), 2.5)
    same(paid(result, "factory", "holding", "liquidation_rest"), 7.5 + 1.8 - 2.5)


def test_suppliers_lose_what_the_estate_does_not_bring() -> None:
    """Half of the year's purchases: 12.5 more owed, of which 10 come in, less 1: 16.5 are left, and all is
    paid. With nothing recovered but a till of 62.5, lenders lose first.
    """
    result = played("    suppliers_owed: 50 %")
    same(paid(result, "factory", "market", "suppliers_paid"), 12.5)
    same(paid(result, "factory", "holding", "liquidation_rest"), 7.5 + 9.0 - 12.5)


def test_a_court_sells_the_whole_where_that_brings_more_than_the_parts() -> None:
    """60 % of 5 times an EBITDA of 25 + 0.2 x 75 = 40: 120 for all, less 12, beside the till of 62.5."""
    result = played("    takeover: {hope: 20 %, jobs_kept: 70 %}")
    same(paid(result, "market", "factory", "taken_over"), 120.0)
    same(paid(result, "factory", "advisers", "court_costs"), 12.0)
    same(paid(result, "factory", "holding", "liquidation_rest"), 62.5 + 108.0 - 100.0)
    assert paid(result, "market", "factory", "machines_sold") == 0.0


def test_parts_are_sold_where_nobody_pays_more_for_the_whole() -> None:
    """Without hope 60 % of 5 x 25 = 75 is still more than 50; at a fifth of the price it is not."""
    whole = played("    takeover: {hope: 0 %, jobs_kept: 70 %}")
    same(paid(whole, "market", "factory", "taken_over"), 75.0)
    text = "    takeover: {hope: 0 %, jobs_kept: 70 %}"
    document = load(
        "written_by_a_test.yaml",
        HEAD + TEXT.format(distress=text).replace("price_share: 60 %", "price_share: 12 %"),
        [FOLDER],
    )
    assert document.scenario is not None, document.problems
    parts = run(document.scenario).deals["fund"]
    same(paid(parts, "market", "factory", "machines_sold"), 40.0)
    assert parts.lines.jobs_taken_over[2] == 0.0


def test_jobs_that_a_new_operator_keeps_are_counted() -> None:
    """Seven in ten of those who work in the year of the closure."""
    text = "weather: {demand: [1, 0.3, 1]}\npolicy: {distress: {takeover: {hope: 100 %, jobs_kept: 70 %}}}\n"
    head = "format: 1\nextends: film\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
    document = load("written_by_a_test.yaml", head + text)
    assert document.scenario is not None, document.problems
    result = run(document.scenario).deals["fund"]
    assert result.status("factory")[1] == Status.LIQUIDATED
    # 60 % of a fall of 70 % go through jobs in the bad year itself.
    same(float(result.lines.jobs_taken_over[1]), 0.7 * 210.0 * (1.0 - 0.6 * 0.7))


@pytest.mark.parametrize(("share", "to_workers"), [(0.1, 4.75), (0.5, 7.5)])
def test_workers_share_what_owners_gained_also_where_the_factory_closes(
    share: float, to_workers: float
) -> None:
    """60 brought, a dividend of 100 and 7.5 left: 10 % of 47.5, and never more than is left."""
    text = HEAD + TEXT.format(distress=f"  workers_share_of_gain: {share}\n")
    document = load("written_by_a_test.yaml", text, [FOLDER])
    assert document.scenario is not None, document.problems
    result = run(vary(document.scenario, {"deals.fund.price.multiple": 1.6})).deals["fund"]
    same(float(result.ledger.paid("fund", ("equity",)).sum()), 60.0)
    same(paid(result, "holding", "workers", "gain_share"), to_workers)
    same(paid(result, "holding", "fund", "sale_proceeds"), 7.5 - to_workers)


CLOSED = """
weather: {{demand: [1, 0.3, 1]}}
every_deal:
  plan:
    workforce: {{temporary_staff: 0 %, jobs: {jobs} %, pay: {pay} %, short_time: {short_time} %,
      short_time_pay: 60 %, public_money: 50 %, severance: {severance}, hiring: 0 %}}
"""


def closed(severance: float, jobs: int = 0, pay: int = 0, short_time: int = 0, more: str = "") -> Result:
    head = "format: 1\nextends: film\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
    text = CLOSED.format(severance=severance, jobs=jobs, pay=pay, short_time=short_time)
    document = load("written_by_a_test.yaml", head + text + more)
    assert document.scenario is not None, document.problems
    return run(document.scenario).deals["fund"]


def test_severance_comes_first_in_a_closure() -> None:
    """All 210 are kept and paid in the bad year: 30 % of 30 M with charges of 41 %, then 0.35 of that pay."""
    result = closed(0.35)
    assert result.status("factory")[1] == Status.LIQUIDATED
    pay = 0.3 * 30e6 / 1.41
    np.testing.assert_allclose(result.ledger.received("workers", ("closing_severance",))[1], 0.35 * pay)
    assert result.ledger.received("workers", ("wage_guarantee",))[1] == 0.0


def test_a_bad_year_s_hours_and_pay_lower_nobody_s_severance() -> None:
    """Of 147 idle workers 10 % are dismissed, 14.7; 195.3 leave at the closure, each for half a year's full
    pay like them, though 20 % of idle work is met by lower pay in that year and 40 % by short time.
    """
    result = closed(0.5, jobs=10, pay=20, short_time=40)
    assert result.status("factory")[1] == Status.LIQUIDATED
    pay = 0.3 * 30e6 / 1.41 / 210
    np.testing.assert_allclose(result.lines.severance[1], 14.7 * 0.5 * pay)
    np.testing.assert_allclose(result.lines.closing_severance[1], 195.3 * 0.5 * pay)


@pytest.mark.parametrize(
    ("more", "lost"),
    [
        ("", 210.0),
        ("deals: {fund: {exit: {year: 1}}}\n", 210.0),
        ("policy: {distress: {takeover: {hope: 100 %, jobs_kept: 70 %}}}\n", 210.0 - 0.7 * 195.3),
    ],
)
def test_jobs_and_severance_of_a_closure_are_counted_beside_those_of_the_fall(more: str, lost: float) -> None:
    """All 210 jobs, in the exit year too, or what a new operator does not keep of the last 195.3."""
    result = closed(0.5, jobs=10, pay=20, short_time=40, more=more)
    found, pay = workforce(result), 0.3 * 30e6 / 1.41 / 210
    np.testing.assert_allclose(found["jobs_lost"], lost)
    np.testing.assert_allclose(found["dismissed"], 14.7)
    np.testing.assert_allclose(found["severance"], 14.7 * 0.5 * pay)
    np.testing.assert_allclose(found["closing_severance"], (lost - 14.7) * 0.5 * pay)
    np.testing.assert_allclose(losses(result)["jobs"], lost)


def test_the_wage_guarantee_pays_what_the_estate_cannot() -> None:
    """Five years of pay are more than all that the factory brings: lenders of the factory get nothing."""
    result = closed(5.0)
    pay = 0.3 * 30e6 / 1.41
    by_the_factory = result.ledger.received("workers", ("closing_severance",))[1]
    guaranteed = result.ledger.received("workers", ("wage_guarantee",))[1]
    np.testing.assert_allclose(by_the_factory + guaranteed, 5.0 * pay)
    assert 0.0 < by_the_factory < 5.0 * pay
    assert result.ledger.received("banks", ("principal",))[1] == 0.0
