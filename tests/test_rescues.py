"""A year in which cash is short, against sums done by hand: what waits, who pays in, who is paid nothing.

EBITDA is 100 a year but 60 in the second. A loan of 400 without interest is repaid by 100 a year.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lbo_model.engine import Result, run
from lbo_model.measures import Event, events, gain, value_bridge
from lbo_model.position import Status
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load
from lbo_model.studies import vary

HEAD = "format: 1\nextends: plain_deal\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
FOLDER = Path(__file__).parent / "hand"
DEAL = """
weather: {demand: [1, 1, 0.6, 1, 1, 1]}
policy: {corporate_tax: {rate: 0 %}}
deals:
  fund:
    funding:
      loans:
        bank: {rank: 1, lender: banks, entity: holding, size: {amount: 400}, rate: 0 %, interest_on: opening,
          repayment: linear, years: 4}
"""
DEFERRAL = "    plan: {rescues: {deferral: 1}}\n"
NEW_MONEY = (
    "    plan: {{rescues: {{new_money: {{party: fund, most: {{amount: 50}}, hope: {hope}{more}}}}}}}\n"
)


def played(text: str, **numbers: Any) -> Result:
    document = load("written_by_a_test.yaml", HEAD + DEAL + text, [FOLDER])
    assert document.scenario is not None, document.problems
    changes = {f"deals.fund.{path.replace('__', '.')}": value for path, value in numbers.items()}
    return run(vary(document.scenario, changes)).deals["fund"]


def same(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=1e-12, atol=1e-9)


def test_without_a_plan_of_rescue_a_short_year_is_a_default() -> None:
    """60 for 100: the lenders take the 60, then each year's cash, and wait for the sale with 40 more."""
    result = played("")
    assert list(result.status("holding")) == [Status.SOUND] * 2 + [Status.RESTRUCTURED] * 4
    same(result.lines.loan_repaid[0][1:5], [100.0, 60.0, 100.0, 100.0])
    same(result.positions.loans[0][:5], [400.0, 300.0, 240.0, 140.0, 40.0])


def test_lenders_let_a_year_wait_and_the_whole_profile_moves_on() -> None:
    """Nothing is repaid in year 2, whose 60 stay in the till; 100 a year again until year 5."""
    result = played(DEFERRAL)
    same(result.lines.principal_deferred, [0.0, 0.0, 100.0, 0.0, 0.0, 0.0])
    same(result.lines.loan_repaid[0], [0.0, 100.0, 0.0, 100.0, 100.0, 100.0])
    same(result.positions.factory_cash[2], 60.0)
    # The owner waits with the lenders, then takes what is left: the 60 of the till in year 3.
    same(result.ledger.received("fund", ("dividend",)), [0.0, 0.0, 0.0, 60.0, 0.0, 0.0])
    assert list(result.status("holding")) == [Status.SOUND] * 2 + [Status.DEFERRED] + [Status.SOUND] * 3
    assert events(result) == [Event(2, "deferred")]


def test_a_loan_waits_as_many_years_as_are_declared_and_no_more() -> None:
    """Two bad years: the second one is one too many, unless two were declared."""
    bad = "weather: {demand: [1, 1, 0.6, 0.3, 1, 1]}\n"
    text = (HEAD + DEAL + DEFERRAL).replace("weather: {demand: [1, 1, 0.6, 1, 1, 1]}\n", bad)
    document = load("written_by_a_test.yaml", text, [FOLDER])
    assert document.scenario is not None, document.problems
    years = np.array([0.0, 1.0, 2.0])
    result = run(vary(document.scenario, {"deals.fund.plan.rescues.deferral": years})).deals["fund"]
    same(result.lines.principal_deferred[..., 1:4], [[0, 0, 0], [0, 100, 0], [0, 100, 100]])
    # With one year, 60 + 30 are there in year 3: 10 less than is due.
    same(result.status("holding")[:, 3], [Status.RESTRUCTURED, Status.RESTRUCTURED, Status.DEFERRED])


def test_an_owner_brings_what_is_missing_within_its_means() -> None:
    """40 are missing; with 39 to bring it brings nothing."""
    result = played(NEW_MONEY.format(hope="100 %", more=""))
    same(result.lines.new_money, [0.0, 0.0, 40.0, 0.0, 0.0, 0.0])
    same(result.ledger.paid("fund", ("equity",)), [100.0, 0.0, 40.0, 0.0, 0.0, 0.0])
    same(result.positions.loans[0], [400.0, 300.0, 200.0, 100.0, 0.0, 0.0])
    assert events(result) == [Event(2, "new_money")]
    same(value_bridge(result)["net_debt_repaid"], 400.0)
    same(gain(result), 100.0 + 500.0 - 140.0)
    too_poor = played(NEW_MONEY.format(hope="100 %", more=""), plan__rescues__new_money__most__amount=39.0)
    assert too_poor.lines.new_money.sum() == 0.0
    assert too_poor.status("holding")[2] == Status.RESTRUCTURED
    assert gain(result) > gain(too_poor)


@pytest.mark.parametrize(
    ("hope", "asked", "brings"),
    [
        # The 40 that passes comes back whole: 5 x 100 - 200 = 300, above 40 x 1.9 x 1.9 x 1.9 = 274.
        ("100 %", "90 %", True),
        ("100 %", "100 %", False),  # 320
        # Half of the fall is there to stay: 5 x 80 - 200 = 200.
        ("50 %", "70 %", True),  # 196.5
        ("50 %", "80 %", False),  # 233
        # Nothing comes back: 5 x 60 - 200 = 100.
        ("0 %", "35 %", True),  # 98.4
        ("0 %", "40 %", False),  # 109.8
    ],
)
def test_an_owner_who_asks_for_a_return_brings_money_only_where_the_shares_are_worth_it(
    hope: str, asked: str, brings: bool
) -> None:
    result = played(NEW_MONEY.format(hope=hope, more=f", required_return: {asked}"))
    assert (result.lines.new_money[2] > 0.0) == brings


def test_the_steps_come_in_order_and_none_happens_where_all_are_not_enough() -> None:
    """In a year without EBITDA, 5 of interest on a factory's loan: principal waits first, then 5 are brought;
    with 4 to bring, nothing happens at all.
    """
    text = """
weather: {demand: [1, 1, 0, 1, 1, 1]}
policy: {corporate_tax: {rate: 0 %}}
deals:
  fund:
    funding:
      loans:
        bank: {rank: 1, lender: banks, entity: factory, size: {amount: 100}, rate: 5 %, interest_on: opening,
          repayment: linear, years: 4, grace: 1}
    plan: {rescues: {deferral: 1, new_money: {party: fund, most: {amount: 5}, hope: 0 %}}}
"""
    document = load("written_by_a_test.yaml", HEAD + text, [FOLDER])
    assert document.scenario is not None, document.problems
    saved = run(document.scenario).deals["fund"]
    same(saved.lines.principal_deferred[2], 100.0 / 3.0)
    same(saved.lines.new_money[2], 5.0)
    same(saved.ledger.received("banks", ("interest",))[2], 5.0)
    lost = run(vary(document.scenario, {"deals.fund.plan.rescues.new_money.most.amount": 4.0})).deals["fund"]
    assert lost.status("factory")[2] == Status.LIQUIDATED
    assert lost.lines.new_money[2] == lost.lines.principal_deferred[2] == 0.0


def shipped(name: str, changes: str) -> Scenario:
    document = load(
        "written_by_a_test.yaml", f"format: 1\nextends: {name}\n" + HEAD.split("\n", 2)[2] + changes
    )
    assert document.scenario is not None, document.problems
    return document.scenario


def test_members_leave_what_is_missing_of_their_share_for_another_year() -> None:
    """A co-operative in a bad third year: what members leave is what would have been missing, and they are
    owed it on top of the year's own share.
    """
    text = """weather: {demand: [1, 1, 1, 0.84, 1, 1]}
deals:
  scop:
    terms: {labour_share_blocked_years: 1}
    plan: {rescues: {blocked_labour_share: 100 %}}
"""
    with_it = run(shipped("scop", text)).deals["scop"]
    without = run(vary(shipped("scop", text), {"deals.scop.plan.rescues.blocked_labour_share": 0.0})).deals[
        "scop"
    ]
    assert without.status("factory")[3] == Status.LIQUIDATED
    assert with_it.status("factory")[3] != Status.LIQUIDATED
    assert events(with_it) == [Event(3, "labour_share_blocked")]
    left = with_it.lines.labour_share_blocked[3]
    owed, share = with_it.positions.labour_share_owed[0], with_it.lines.labour_share
    assert 0.0 < left <= owed[2]
    same(with_it.ledger.received("workers", ("labour_share",))[3], owed[2] - left)
    same(owed[3], left + share[3])
    same(with_it.positions.factory_cash[3], 0.0)
