"""Leased machines: three years done by hand, and what leasing never changes.

The deal is ``hand/leasing.yaml``. Each year 300 of machines are acquired: 90 in cash, 210 by the lessor for
two rents of 210 x 0.1 / (1 - 1.1 ** -2) = 121, of which 21 then 11 are interest.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lbo_model.engine import Result, run
from lbo_model.formulas import Formulas
from lbo_model.measures import (
    covenant_headroom,
    cover_after_needed_capex,
    cover_before_capex,
    debt_schedule,
    interest_cover,
    lease_debt,
    leverage,
    measure,
    net_debt_repaid_of_which,
    sale_account,
    shared_out,
    value_bridge,
    who_got_what,
)
from lbo_model.position import Status
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load
from lbo_model.statements import statements
from lbo_model.studies import vary
from tests.scenario_texts import scenario_of

FOLDER = Path(__file__).parent / "hand"
HEAD = "format: 1\nextends: leasing\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"


def written(text: str = "") -> Scenario:
    return scenario_of(load("written_by_a_test.yaml", HEAD + text, [FOLDER]))


def played(text: str = "", **numbers: Any) -> Result:
    """The deal with a few lines more, and with other numbers by path, ``__`` for a dot."""
    changes = {path.replace("__", "."): value for path, value in numbers.items()}
    return run(vary(written(text), changes)).deals["fund"]


def same(found: Any, expected: Any, within: float = 1e-9) -> None:
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=1e-12, atol=within)


BOUGHT = "deals: {fund: {plan: {leasing: null}}}\n"
"""The same machines, all paid in cash."""


# --- three years by hand ------------------------------------------------------------------------------------


def test_rents_are_costs_and_the_cash_part_alone_is_on_the_balance_sheet() -> None:
    """Tax of the factory alone is 25 % of EBITDA less 60; the group deducts 50 of interest too."""
    result = played()
    books = statements(result)["factory"]
    same(books["income_statement"]["rents"][1:], [0.0, 121.0, 242.0])
    same(books["income_statement"]["value_added"][1:], [500.0, 379.0, 258.0])
    same(books["income_statement"]["ebitda"][1:], [500.0, 379.0, 258.0])
    same(books["income_statement"]["tax"][1:], [110.0, 79.75, 49.5])
    same(books["income_statement"]["net_income"][1:], [330.0, 239.25, 148.5])
    same(books["balance_sheet"]["machines"], [600.0, 630.0, 660.0, 690.0])
    same(result.lines.group_tax[1:], [97.5, 67.25, 37.0])
    same(result.lines.capex[1:], 90.0)
    same(result.lines.leased[1:], 210.0)
    same(result.positions.machines_owed, 0.0)


def test_the_till_is_what_rents_tax_interest_and_the_cash_part_leave() -> None:
    """500 - 97.5 - 50 - 90 = 262.5; then 379 - 67.25 - 50 - 90 = 171.75; then 258 - 37 - 50 - 90 = 81."""
    result = played()
    cash = result.positions.factory_cash + result.positions.holding_cash
    same(cash[:3], [0.0, 262.5, 434.25])
    same(result.eve.factory_cash + result.eve.holding_cash, 515.25)


def test_lease_debt_grows_at_its_rate_and_falls_by_rents() -> None:
    """210; 210 x 1.1 - 121 + 210 = 320; 320 x 1.1 - 242 + 210 = 320."""
    result = played()
    same(lease_debt(result), [0.0, 210.0, 320.0, 320.0])
    same(result.lines.lease_interest[1:], [0.0, 21.0, 32.0])
    found = debt_schedule(written(), result)["leases"]
    same(found["opening"], [0.0, 0.0, 210.0, 320.0])
    same(found["drawn"], [0.0, 210.0, 210.0, 210.0])
    same(found["scheduled"], [0.0, 0.0, 100.0, 210.0])
    same(found["closing"], [0.0, 210.0, 320.0, 320.0])


def test_price_and_leverage_are_before_rents_and_with_lease_debt() -> None:
    """Net debt: 1000 + 210 - 262.5, 1000 + 320 - 434.25, 1000 + 320 - 515.25; EBITDA before rents is 500."""
    result = played()
    same(leverage(result), [2.0, 947.5 / 500.0, 885.75 / 500.0, 804.75 / 500.0])
    same(interest_cover(result)[1:], [10.0, 500.0 / 71.0, 500.0 / 82.0])
    account = sale_account(result)
    same(account["enterprise_value"], 2500.0)
    same(account["lease_debt"], -320.0)
    same(account["to_owners"], 2500.0 + 515.25 - 320.0 - 1000.0)


def test_cover_is_after_rents_and_after_the_machines_paid_in_cash() -> None:
    """379 - 67.25 = 311.75 of cash in the second year, 90 of machines, 50 of interest."""
    result = played()
    same(cover_before_capex(result)[2], 311.75 / 50.0)
    same(cover_after_needed_capex(result)[2], 221.75 / 50.0)


def test_the_gain_is_the_net_debt_repaid_leases_counted() -> None:
    result = played()
    bridge = value_bridge(result)
    same(bridge["net_debt_repaid"], 1000.0 - (1000.0 + 320.0 - 515.25))
    same(sum(bridge.values()), 1695.25 - 1500.0)
    same(net_debt_repaid_of_which(result)["machines_not_bought"], 0.0)


def test_the_lessor_gains_the_interest_that_rents_contain() -> None:
    got = who_got_what(played())["lessor"]
    same(got["cash"], 121.0 + 242.0 - 630.0)
    same(got["claims_end"], 320.0)
    same(got["total"], 21.0 + 32.0)


def test_an_opened_rent_shows_its_interest_and_the_part_that_pays_for_machines() -> None:
    made = Formulas(played()).of("factory", "income_statement", "rents")
    assert made.code == "leased * rate / (1 - (1 + rate) ** -years)"
    assert {part.code: part.signed[3] for part in made.parts} == pytest.approx(
        {"lease_interest": 32.0, "lease_repaid": 210.0}
    )


def test_a_participation_is_computed_after_rents() -> None:
    """Half of what profit after tax exceeds 5 % of opening equity by, for the wages' part of value added."""
    text = """
factory:
  operations:
    ebitda_margin: null
    purchases: 20 %
    other_costs: 0 %
    production_taxes: 0 %
    staff: 100
    pay: {gross: 3}
    employer_charges: 0 %
    jobs_follow_demand: 0 %
policy: {participation: {minimum_staff: 0, capital_return: 5 %, profit_share: 50 %, levy: 0 %}}
"""
    lines = played(text).lines
    same(lines.value_added[2], 800.0 - 121.0)
    # Year 1 left 0.5 x (0.75 x 440 - 30) x 300 / 800 to pay; the opening equity is 600 in year 1.
    same(lines.participation[1], 0.5 * (330.0 - 0.05 * 600.0) * 300.0 / 800.0)
    owed, sent = 56.25, float(lines.holding_dividends[1])
    equity = 600.0 + 500.0 - 60.0 - 110.0 - owed - sent
    profit = 0.75 * (379.0 - 60.0 - owed)
    same(lines.participation[2], 0.5 * (profit - 0.05 * equity) * 300.0 / 679.0)


# --- what leasing does, and what it never does --------------------------------------------------------------


def test_leasing_gives_relief_once_and_rents_build_up_to_what_machines_cost() -> None:
    """Beside the same machines paid in cash: 210, then 210 - 121, then 210 - 242, before tax."""
    leased, bought = played().lines, played(BOUGHT).lines
    paid = (leased.capex + leased.rent)[1:]
    same(bought.capex[1:] - paid, [210.0, 89.0, -32.0])
    same(leased.capex_needed, bought.capex_needed)


def test_without_interest_rents_add_up_to_what_was_leased() -> None:
    """One year of machines, then none: 210 over two years."""
    target = "deals: {fund: {plan: {capex_target: {amount: [0, 300, 0]}}}}\n"
    result = played(target, deals__fund__plan__leasing__rate=0.0)
    same(result.lines.leased[1:], [210.0, 0.0, 0.0])
    same(result.lines.rent[1:], [0.0, 105.0, 105.0])
    same(result.eve.lease_debt, 0.0)


def test_a_share_of_nothing_gives_the_numbers_of_a_plan_without_leasing() -> None:
    nothing, without = played(deals__fund__plan__leasing__share=0.0), played(BOUGHT)
    one, other = measure(nothing), measure(without)
    assert one.keys() == other.keys()
    for name in ("gain", "shared_out", "leverage", "machines_owed", "cover_before_capex"):
        np.testing.assert_array_equal(one[name], other[name])
    for before, after in zip(statements(nothing).values(), statements(without).values(), strict=True):
        for statement in before:
            for line, amounts in before[statement].items():
                np.testing.assert_array_equal(amounts, after[statement][line])
    assert "lessor" not in one["who_got_what"]
    assert "leases" not in debt_schedule(written(BOUGHT), without)


def test_lease_debt_is_what_the_rents_to_come_are_worth() -> None:
    """Rents due after the second year: 121 of the first lease, 242 of the second, at 10 %."""
    due = played().positions.rents_due
    same([rents[2] for rents in due], [242.0, 121.0])
    same(242.0 / 1.1 + 121.0 / 1.21, 320.0)


def test_cash_that_is_short_buys_less_and_leases_less() -> None:
    """500 less 430 of interest and 2.5 of tax is 67.5 in cash; the lessor buys 157.5 beside it."""
    text = "deals: {fund: {plan: {payout: 100 %}, funding: {loans: {bank: {rate: 43 %}}}}}\n"
    lines = played(text).lines
    same(lines.capex[1], 67.5)
    same(lines.leased[1], 157.5)
    same(lines.capex_needed[1] - lines.capex[1] - lines.leased[1], 75.0)


def test_leased_machines_keep_a_factory_as_good_as_bought_ones() -> None:
    text = """
behaviour: full
factory:
  machines: {needed: {share_of_sales: 30 %}}
  consequences:
    equipment_per_sales: 60 %
    opening_capacity: 1
    worn_out_turns: 100 %
    quality_elasticity: 0.2
    quality_years: 2
    share_elasticity: 1
    share_speed: 50 %
"""
    leased, bought = (played(text + more).positions for more in ("", BOUGHT))
    same(leased.equipment, 600.0)
    same(bought.equipment, 600.0)
    same(leased.qualities[-1], 1.0)


def test_the_interest_alone_divides_owners_who_lease_at_no_rate_from_those_who_pay_cash() -> None:
    """Without interest or tax, and at the same price, both are left with the same."""
    free = {"policy__corporate_tax__rate": 0.0}
    leased = played(deals__fund__plan__leasing__rate=0.0, **free)
    bought = played(BOUGHT, **free)
    for name, amount in who_got_what(bought).items():
        same(who_got_what(leased)[name]["total"], amount["total"])
    same(who_got_what(leased)["lessor"]["total"], 0.0)


# --- lenders ------------------------------------------------------------------------------------------------


def test_a_leverage_covenant_counts_leases_and_ebitda_before_rents() -> None:
    """947.5 and 885.75 over 500, as above: a limit of 1.8 is broken the first year, kept the second."""
    text = "deals: {fund: {funding: {covenants: {leverage: 1.8, waiver: {fee: 0 %, rate_step: 0 %}}}}}\n"
    result = played(text)
    same(result.lines.breached_leverage[1:3], [1.0, 0.0])
    same(covenant_headroom(result)["leverage"]["headroom"][1], 1.0 - 1.895 / 1.8)


def test_a_later_loan_up_to_a_multiple_leaves_room_for_leases() -> None:
    """Twice 500 is 1000; net debt with leases is 885.75 after the second year, which leaves 114.25."""
    text = """
deals:
  fund:
    funding:
      loans:
        recap:
          rank: 2
          lender: banks
          entity: holding
          size: {up_to_leverage: 2}
          rate: 5 %
          interest_on: opening
          repayment: bullet
          drawn: 2
          purpose: owners
"""
    result = played(text)
    same(result.lines.loan_drawn[1][2], 114.25)
    same(leverage(result)[2], 2.0)


# --- those who come after -----------------------------------------------------------------------------------

NEXT = """
horizon: 5
deals:
  fund:
    then: second
  second:
    form: fund
    price: {as_sold: true, basis: trailing, cash: paid_for}
    fees: {}
    funding: {equity: {fund: rest}}
    plan:
      served_first: lenders
      capex_target: {amount: 300}
      capex_floor: {amount: 0}
      payout: 0 %
    exit: {year: 2, multiple_change: 0, basis: trailing, costs: 0 %, catch: 0 %}
"""


def test_the_next_owner_pays_less_for_the_rents_that_it_takes_over() -> None:
    """2500 + 515.25 - 320; then rents of 242 and 121, for it leases nothing itself."""
    scenario = written(NEXT)
    both = run(scenario).deals
    first, second = both["fund"], both["second"]
    same(second.closing.ebitda, 500.0)
    same(second.closing.price_of_shares + second.closing.debt_refinanced, 2695.25)
    same(first.ledger.paid("next_buyer")[3], 2695.25)
    same(second.lines.rent[1:], [242.0, 121.0])
    same(second.lines.leased, 0.0)
    same(second.lines.capex[1], 300.0)
    same(lease_debt(second), [320.0, 110.0, 0.0])
    same(who_got_what(second)["lessor"]["total"], 32.0 + 11.0)
    for result in (first, second):
        totals = sum(got["total"] for got in who_got_what(result).values())
        same(totals, shared_out(result))


def test_a_lease_of_the_next_owner_keeps_its_own_rate_beside_those_found() -> None:
    """210 more at 0 % for three years: rents of 70 beside 121, and no interest but that of the first."""
    scenario = written(
        NEXT.replace("      payout", "      leasing: {share: 70 %, years: 3, rate: 0 %}\n      payout")
    )
    second = run(scenario).deals["second"]
    same(second.lines.rent[1:], [242.0, 121.0 + 70.0])
    same(second.lines.lease_interest[1:], [32.0, 11.0])
    same(lease_debt(second), [320.0, 110.0 + 210.0, 140.0 + 210.0])


# --- the end of a factory that cannot pay -------------------------------------------------------------------

STOPS = """
weather: {demand: [1, 1, 1, 0]}
deals:
  fund:
    funding: {loans: {bank: {entity: factory}}}
    plan: {payout: 100 %}
"""


def test_a_lessor_takes_its_machines_back_and_loses_the_rest() -> None:
    """Rents of 242 are paid in the year that has no sales; 110 is still owed, and 35 % of it is recovered."""
    result = played(STOPS)
    assert result.status("factory")[3] == Status.LIQUIDATED
    same(result.lines.rent[3], 242.0)
    same(result.eve.lease_debt, 110.0)
    same(result.ledger.received("lessor", ("leased_machines_sold",))[3], 38.5)
    same(who_got_what(result)["lessor"]["total"], 21.0 + 32.0 - (110.0 - 38.5))
    same(sum(got["total"] for got in who_got_what(result).values()), shared_out(result))
    same(debt_schedule(written(STOPS), result)["leases"]["written_off"][3], 71.5)


def test_a_share_above_nine_tenths_is_refused() -> None:
    text = HEAD + "deals: {fund: {plan: {leasing: {share: 95 %}}}}\n"
    (problem,) = load("written_by_a_test.yaml", text, [FOLDER]).problems
    assert (problem.path, problem.code) == ("deals.fund.plan.leasing.share", "out_of_range")
