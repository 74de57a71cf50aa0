"""Each line of the statements is what its formula says: its parts add up to it, wherever a life goes."""

from functools import cache

import numpy as np
import pytest

from lbo_model.engine import Result, run
from lbo_model.formulas import STATEMENTS, Formulas, sign_of
from lbo_model.ledger import COMPANIES
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load, shipped_names
from lbo_model.statements import CASH_LINES
from lbo_model.studies import vary
from tests.scenario_texts import HEAD, scenario_of
from tests.test_chain import FOUR_FUNDS

# Lives that several tests read are played once, by one worker.
pytestmark = pytest.mark.xdist_group("lives")

WEATHERS = {"fair": None, "poor": [1, 1, 0.7, 0.75, 0.8], "ruin": [1, 0.9, 0.3]}
ALL_KINDS = (
    HEAD
    + """
deals:
  fund:
    terms: {monitoring_fee: 2 %}
    funding:
      minimum_cash: {amount: 500_000, funded: true}
      growth_capital: 1_000_000
      revolver: {lender: banks, entity: factory, limit: 1_000_000, rate: 5 %, commitment_fee: 1 %}
      loans:
        bank: {size: {beyond_equity: null, times_ebitda: 3}}
        mezz:
          rank: 2
          lender: mezzanine
          entity: holding
          size: {times_ebitda: 1}
          rate: 6 %
          capitalised_rate: 5 %
          interest_on: opening
          repayment: bullet
          years: 8
      equity: {fund: rest}
      preferred:
        lent: {rank: 1, holder: fund, kind: shareholder_loan, size: {share_of_stake: 60 %}, rate: 8 %}
        shares: {rank: 2, holder: fund, kind: preference_shares, size: {share_of_stake: 20 %}, rate: 10 %}
"""
)
LEASED = FOUR_FUNDS.replace("  fund:\n", "  fund:\n    plan: {leasing: {share: 60 %, years: 4, rate: 5 %}}\n")
"""The first of four funds leases machines; the others pay the rents that it leaves."""


@cache
def played_scenarios() -> dict[str, Scenario]:
    texts = {name: load(name) for name in shipped_names()}
    texts |= {"four": load("four.yaml", FOUR_FUNDS), "kinds": load("kinds.yaml", ALL_KINDS)}
    texts |= {"leased": load("leased.yaml", LEASED)}
    return {name: scenario_of(document) for name, document in texts.items()}


@cache
def lives() -> dict[str, Result]:
    found = {}
    for name, scenario in played_scenarios().items():
        for weather, demand in WEATHERS.items():
            changed = scenario
            if demand is not None:
                changed = vary(scenario, {"weather.demand": demand})
            for deal, result in run(changed).deals.items():
                found[f"{name} {deal} {weather}"] = result
    return found


NAMES = sorted(
    f"{name} {deal} {weather}"
    for name, scenario in played_scenarios().items()
    for deal in scenario.deals
    for weather in WEATHERS
)


def test_every_deal_is_checked_in_every_weather() -> None:
    assert sorted(lives()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_the_parts_of_every_line_add_up_to_it(name: str) -> None:
    formulas = Formulas(lives()[name])
    checked, lived = 0, ~np.isnan(formulas.result.positions.machines)
    for entity in (*formulas.entities, "group"):
        for statement in STATEMENTS:
            for line, amounts in formulas.statements[entity][statement].items():
                parts = formulas.of(entity, statement, line).parts
                if not parts:
                    assert statement == "income_statement" or not np.any(np.nan_to_num(amounts)), line
                    continue
                total = np.asarray(sum(part.signed for part in parts))
                found, said = total[lived], amounts[lived]
                np.testing.assert_allclose(found, said, atol=1e-6, rtol=0, err_msg=f"{entity} {line}")
                checked += 1
    assert checked > 20


def test_the_lives_that_are_checked_end_in_every_way() -> None:
    ends = {str(int(np.nanmax(result.status(one)))) for result in lives().values() for one in COMPANIES}
    assert ends >= {"0", "1", "2", "3"}


@pytest.mark.parametrize("name", NAMES)
def test_a_line_that_is_no_sum_says_where_it_comes_from(name: str) -> None:
    formulas = Formulas(lives()[name])
    for entity in formulas.entities:
        for statement in STATEMENTS:
            for line, amounts in formulas.statements[entity][statement].items():
                made = formulas.of(entity, statement, line)
                assert made.code, line
                if np.any(np.nan_to_num(amounts)):
                    assert made.parts or made.inputs or line == "debt_forgiven", (entity, line)


def test_the_film_s_ebitda_is_made_of_the_numbers_of_its_year() -> None:
    """30 M of sales less 40 % and 15.1 % of costs, 0.9 % of taxes, a payroll of 30 % with 41 % charges."""
    made = Formulas(lives()["film fund fair"]).of("group", "income_statement", "ebitda")
    assert made.code == "ebitda = value_added - production_taxes - gross_pay - employer_charges"
    by_hand = {
        "value_added": 30e6 * (1 - 0.40 - 0.151),
        "production_taxes": -30e6 * 0.009,
        "gross_pay": -9e6 / 1.41,
        "employer_charges": -9e6 / 1.41 * 0.41,
        "short_time_pay": 0.0,
        "short_time_money": 0.0,
    }
    assert {part.code: part.signed[1] for part in made.parts} == pytest.approx(by_hand)


def test_a_line_of_the_cash_flow_is_its_payments_by_payer_and_payee() -> None:
    made = Formulas(lives()["film fund fair"]).of("holding", "cash_flow", "interest")
    (part,) = made.parts
    assert (part.payer, part.payee, part.code, part.sign) == ("holding", "banks", "interest", -1.0)
    assert part.amounts[1] == pytest.approx(0.07 * 0.9 * 21.63e6 / 0.9775)


def test_every_payment_of_a_company_stands_in_one_line_of_its_cash_flow() -> None:
    formulas = Formulas(lives()["kinds fund fair"])
    for company in COMPANIES:
        parts = [part.source for line in CASH_LINES for part in formulas.of(company, "cash_flow", line).parts]
        ours = [key for key in formulas.result.ledger.amounts if company in key[:2]]
        assert len(parts) == len(set(parts)) == len(ours)


def test_costs_are_shown_with_a_minus_and_receipts_are_not() -> None:
    costs = ("purchases", "gross_pay", "depreciation", "interest", "tax", "exit_costs")
    assert {sign_of("income_statement", line) for line in costs} == {-1.0}
    assert sign_of("income_statement", "sales") == sign_of("income_statement", "net_income") == 1.0
    assert sign_of("cash_flow", "interest") == 1.0
