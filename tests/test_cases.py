"""Deals and tables whose figures others have printed: the model gives them, within what was printed.

Of each case, ``cases/<case>.facts.yaml`` holds the source, its conventions and the expected figures. A whole
deal is a scenario, ``cases/<case>.yaml``, which anybody can open in the game.
"""

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import ArrayLike
from ruamel.yaml import YAML

from lbo_model import equations, measures, studies
from lbo_model.engine import Result, run
from lbo_model.engine.debt import interest_rate
from lbo_model.engine.fund_house import Waterfall, waterfall
from lbo_model.engine.operations import seasons
from lbo_model.forms.fund import FundEconomics
from lbo_model.position import Status
from lbo_model.scenario import Scenario
from lbo_model.scenario.paths import replaced
from lbo_model.scenario_file import load
from lbo_model.statements import statements

CASES = Path(__file__).parent / "cases"
FACTS = ".facts.yaml"
OURS = "every_equation"
"""Not a case: the scenario of ``test_equations``."""
SCENARIOS = sorted({path.stem for path in CASES.glob("*.yaml") if not path.name.endswith(FACTS)} - {OURS})

Figures = dict[str, ArrayLike]


@cache
def facts(case: str) -> dict[str, Any]:
    return YAML(typ="safe").load(CASES / f"{case}{FACTS}")


def inputs(case: str) -> dict[str, Any]:
    return {
        name: np.array(value) if isinstance(value, list) else value
        for name, value in facts(case)["inputs"].items()
    }


def written(case: str) -> Scenario:
    document = load(CASES / f"{case}.yaml")
    assert document.scenario is not None, document.problems
    return document.scenario


def played(case: str, changes: Mapping[str, Any] | None = None, deal: str = "fund") -> Result:
    return run(replaced(written(case), changes or {})).deals[deal]


def fund(result: Result) -> dict[str, ArrayLike]:
    return measures.returns(result)["fund"]


def interest(result: Result) -> ArrayLike:
    return sum(result.lines.loan_interest)[1:]


def group_net_income(result: Result) -> ArrayLike:
    """Of each year, before the sale's gain."""
    income = statements(result)["group"]["income_statement"]
    return (income["net_income"] - income["gain_on_sale"])[1:]


# --- whole deals --------------------------------------------------------------------------------------------


def lbo_term_loan_sub_notes_fees_lee() -> Figures:
    case = "lbo_term_loan_sub_notes_fees_lee"
    result, multiples = played(case), np.arange(8.0, 10.5, 0.5)
    lines, positions, exit_year = result.lines, result.positions, result.deal.exit.year
    repaid_early = (lines.loan_repaid[0] - lines.loan_repaid_at_sale[0] - lines.principal_due)[1:]
    net_debt = np.append(np.asarray(positions.net_debt)[1:exit_year], result.eve.net_debt)
    grid = played(
        case,
        {
            "deals.fund.price.multiple": multiples[:, None],
            "deals.fund.exit.multiple_change": multiples - multiples[:, None],
        },
    )
    return {
        "entry_ebitda": result.closing.ebitda,
        "enterprise_value": result.closing.enterprise_value,
        "buyer_fee": result.closing.buyer_fee,
        "financing_fees": sum(result.closing.financing_fees),
        "uses": sum(result.closing.uses.values()),
        "equity": fund(result)["paid_in"],
        "sales": lines.sales[1:],
        "ebitda": lines.ebitda[1:],
        "group_net_income": group_net_income(result),
        "cash_for_principal": (lines.cash_for_debt - sum(lines.loan_interest) - lines.capex)[1:],
        "swept": repaid_early,
        "term_loan": np.append(positions.loans[0][1:exit_year], result.eve.loans[0]),
        "interest": interest(result),
        "net_debt": net_debt,
        "leverage": np.append(measures.leverage(result)[1:exit_year], net_debt[-1] / lines.ebitda[-1]),
        "exit_ebitda": result.end_ebitda,
        "exit_value": result.end_value,
        "exit_equity": fund(result)["received"],
        "multiple": fund(result)["multiple"],
        "irr": fund(result)["irr"],
        "multiple_grid": fund(grid)["multiple"],
        "irr_grid": fund(grid)["irr"],
    }


def lbo_rollover_two_tranche_precisionparts() -> Figures:
    result = played("lbo_rollover_two_tranche_precisionparts")
    lines, closing, owners = result.lines, result.closing, measures.returns(result)
    brought = sum(closing.stakes.values())
    price_paid = result.ledger.received("seller", ("price_of_shares",))
    return {
        "enterprise_value": closing.enterprise_value,
        "uses": sum(closing.uses.values()),
        "senior": closing.loans[0],
        "subordinated": closing.loans[1],
        "fund_equity": closing.stakes["fund"],
        "managers_equity": closing.stakes["managers"],
        "fund_ownership": closing.stakes["fund"] / brought,
        "managers_ownership": closing.stakes["managers"] / brought,
        "paid_to_sellers_in_cash": price_paid.sum(),
        "ebitda": lines.ebitda[1:],
        "first_year_cash": (lines.cash_for_debt - sum(lines.loan_interest) - lines.capex)[1],
        "first_year_amortisation": lines.principal_due[1],
        "debt_repaid": measures.debt_repaid(result)["by_the_factory"],
        "debt_at_exit": sum(result.eve.loans),
        "exit_value": result.end_value,
        "exit_equity": owners["fund"]["received"] + owners["managers"]["received"],
        "fund_received": owners["fund"]["received"],
        "fund_multiple": owners["fund"]["multiple"],
        "fund_irr": owners["fund"]["irr"],
    }


def paper_lbo_forward_multiple_retail() -> Figures:
    case = "paper_lbo_forward_multiple_retail"
    result = played(case)
    trailing = played(case, {"deals.fund.exit.basis": "trailing"})
    return {
        "enterprise_value": result.closing.enterprise_value,
        "equity": fund(result)["paid_in"],
        "cash_left": np.diff(result.positions.factory_cash),
        "exit_value": result.end_value,
        "exit_equity": fund(result)["received"],
        "multiple": fund(result)["multiple"],
        "irr": fund(result)["irr"],
        "multiple_on_trailing_ebitda": fund(trailing)["multiple"],
    }


def average_interest_term_loan_year1() -> Figures:
    case = "average_interest_term_loan_year1"
    result, given = played(case), inputs(case)
    deal, opening = result.deal, result.closing.loans[0]
    first_year = seasons(load(CASES / f"{case}.yaml").scenario.weather, 2)[1]
    return {
        "revolver_rate": equations.floating_rate(
            given["base_rate"], given["base_rate"], given["revolver_margin"]
        ),
        "term_loan_rate": interest_rate(deal.funding.loans["term_loan"], first_year, 1),
        "amortisation": result.lines.principal_due[1],
        "swept": opening - result.eve.loans[0] - result.lines.principal_due[1],
        "term_loan": result.eve.loans[0],
        "average_balance": (opening + result.eve.loans[0]) / 2.0,
        "term_loan_interest": result.lines.loan_interest[0][1],
        "notes_interest": result.lines.loan_interest[1][1],
    }


def average_interest_solved_exactly() -> Figures:
    case = "average_interest_solved_exactly"
    three_quarters = played(case)
    full = played(case, {"deals.fund.funding.loans.bank.sweep": 1.0})
    return {
        "repaid_with_a_sweep_of_three_quarters": three_quarters.closing.loans[0]
        - three_quarters.eve.loans[0],
        "repaid_with_a_full_sweep": full.closing.loans[0] - full.eve.loans[0],
    }


def fr_lbo_polaris_8x() -> Figures:
    result = played("fr_lbo_polaris_8x")
    return {
        "enterprise_value": result.closing.enterprise_value,
        "equity": fund(result)["paid_in"],
        "net_debt_at_exit": result.eve.net_debt,
        "exit_equity": fund(result)["received"],
        "multiple": fund(result)["multiple"],
        "irr": fund(result)["irr"],
    }


def fr_effet_levier_annuel() -> Figures:
    upstone = played("fr_effet_levier_annuel_upstone")
    overlord = played("fr_effet_levier_annuel_overlord")
    return {
        "upstone_equity": fund(upstone)["paid_in"],
        "upstone_interest": interest(upstone)[0],
        "upstone_gain": measures.gain(upstone),
        "upstone_return": fund(upstone)["irr"],
        "overlord_equity": fund(overlord)["paid_in"],
        "overlord_interest": interest(overlord)[0],
        "overlord_net_income": group_net_income(overlord)[0],
    }


def value_bridge_50_to_70() -> Figures:
    case = "value_bridge_50_to_70"
    result, dearer = played(case), played(case, {"deals.fund.exit.multiple_change": 1.0})
    bridge = measures.value_bridge(result)
    named = ("ebitda_growth", "multiple_change", "net_debt_repaid")
    return {
        "enterprise_value": result.closing.enterprise_value,
        "debt": result.closing.loans[0],
        "equity": fund(result)["paid_in"],
        "exit_value": result.end_value,
        "exit_equity": fund(result)["received"],
        "multiple": fund(result)["multiple"],
        **{name: bridge[name] for name in named},
        "other_parts": sum(np.abs(part) for name, part in bridge.items() if name not in named),
        "gain": measures.gain(result),
        "gain_of_one_turn": measures.gain(dearer) - measures.gain(result),
    }


def cfa_preference_shares_sweet_equity() -> Figures:
    result = played("cfa_preference_shares_sweet_equity")
    closing, owners = result.closing, measures.returns(result)
    left = {
        party: result.ledger.received(party, ("sale_proceeds",)).sum(axis=-1)
        for party in ("fund", "managers")
    }
    return {
        "enterprise_value": closing.enterprise_value,
        "debt": closing.loans[0],
        "exit_value": result.end_value,
        "debt_at_exit": result.eve.loans[0],
        "preferred_at_exit": result.eve.preferred[0],
        "fund_residual": left["fund"],
        "managers_residual": left["managers"],
        "fund_invested": owners["fund"]["paid_in"],
        "fund_received": owners["fund"]["received"],
        "fund_multiple": owners["fund"]["multiple"],
        "managers_multiple": owners["managers"]["multiple"],
        "fund_irr": owners["fund"]["irr"],
        "managers_irr": owners["managers"]["irr"],
    }


def cfa_mnoyan_management_irr() -> Figures:
    result = played("cfa_mnoyan_management_irr")
    owners = measures.returns(result)
    return {
        "exit_value": result.end_value,
        "net_proceeds": result.end_value - result.eve.net_debt,
        "fund_received": owners["fund"]["received"],
        "managers_received": owners["managers"]["received"],
        "managers_irr": owners["managers"]["irr"],
    }


def dividend_recap_year3() -> Figures:
    case, day = "dividend_recap_year3", 3
    with_it, without, given = played(case), played(case, deal="without_recap"), inputs(case)
    brought = fund(with_it)["paid_in"]
    value = equations.enterprise_value(with_it.closing.multiple, with_it.lines.ebitda[day])
    before, after = (value - np.asarray(one.positions.net_debt)[day] for one in (without, with_it))
    flows = {
        name: one.ledger.received("fund") - one.ledger.paid("fund")
        for name, one in (("flows_with", with_it), ("flows_without", without))
    }
    hurdle, cost = given["hurdle"], given["debt_cost"]
    first = equations.preferred_return(1.0, 0.0, hurdle, 1.0)
    return {
        "equity_before": before,
        "paper_multiple_before": before / brought,
        "debt_after": sum(with_it.positions.loans)[day],
        "equity_after": after,
        "paper_multiple_after": (after + flows["flows_with"][day]) / brought,
        **flows,
        "multiple_without": fund(without)["multiple"],
        "irr_without": fund(without)["irr"],
        "multiple_with": fund(with_it)["multiple"],
        "irr_with": fund(with_it)["irr"],
        "beside_the_misprint": abs(fund(with_it)["irr"] - given["not_the_rate"]),
        "hurdle_growth": 1.0 + first + equations.preferred_return(1.0, first, hurdle, 1.0),
        "cost_growth": 1.0 + 2.0 * equations.preferred_return(1.0, 0.0, cost, 0.0),
    }


def pik_note_schedules() -> Figures:
    case = "pik_note_schedules"
    results = {name: played(case, deal=name) for name in load(CASES / f"{case}.yaml").scenario.deals}
    balance = {
        name: np.append(result.positions.loans[0][1 : result.deal.exit.year], result.eve.loans[0])
        for name, result in results.items()
    }
    added = {name: measures.debt_repaid(result)["capitalised"] for name, result in results.items()}
    in_cash = {
        name: np.nansum(results[f"{name}_in_cash"].lines.loan_interest[0]) for name in ("note_b", "note_c")
    }
    return {
        "a_balance": balance["note_a"],
        "a_accrued": added["note_a"],
        "b_added": added["note_b"],
        "b_paid_in_cash": in_cash["note_b"],
        "b_difference": added["note_b"] - in_cash["note_b"],
        "b_growth_in_two_years": balance["note_b"][1] / 100.0 - 1.0,
        "b_growth_in_five_years": balance["note_b"][-1] / 100.0 - 1.0,
        "c_balance": balance["note_c"][-1],
        "c_added": added["note_c"],
        "c_cash_saved": in_cash["note_c"],
        "c_net": in_cash["note_c"] - added["note_c"],
    }


# --- tables -------------------------------------------------------------------------------------------------


def all_that_the_company_repaid() -> Figures:
    case = "all_that_the_company_repaid"
    given = inputs(case)
    equity, years = 1.0 - given["debt_share"], given["years"]
    received = equity + given["repaid_share"] * given["debt_share"]
    flows, times = np.stack([-equity, received], axis=-1), np.stack([0 * years, years], axis=-1)
    runs = [
        fund(
            played(
                case,
                {
                    "deals.fund.funding.loans.bank.size.share_of_uses": borrowed,
                    "deals.fund.funding.loans.bank.yearly_share": share / year,
                    "deals.fund.exit.year": int(year),
                },
            )
        )
        for borrowed, share, year in zip(given["debt_share"], given["repaid_share"], years, strict=True)
    ]
    return {
        "multiple": measures.money_multiple(equity, received),
        "irr": [float(measures.irr(flow, time)) for flow, time in zip(flows, times, strict=True)],
        "multiple_of_the_run": [float(one["multiple"]) for one in runs],
        "irr_of_the_run": [float(one["irr"]) for one in runs],
    }


def debt_capacity() -> Figures:
    case = "debt_capacity"
    given = inputs(case)
    capex = given["capex_share_of_sales"]
    result = played(
        case,
        {
            "deals.fund.funding.loans.bank.size.share_of_uses": given["debt_share"][:, None],
            "deals.fund.funding.loans.bank.rate": given["rate"][:, None],
            "deals.fund.plan.capex_target.share_of_sales": capex,
        },
    )
    all_equity = played(case, {"deals.all_equity.plan.capex_target.share_of_sales": capex[:2]}, "all_equity")
    repaid = measures.debt_repaid(result)
    return {
        "leverage_at_closing": measures.leverage(result)[:, 0, 0],
        "repaid_per_cent": 100.0 * repaid["by_the_factory"] / repaid["borrowed"],
        "multiple": fund(result)["multiple"],
        "irr_per_cent": 100.0 * fund(result)["irr"],
        "all_equity_irr_per_cent": 100.0 * fund(all_equity)["irr"],
    }


def fr_integration_fiscale_lbo() -> Figures:
    given = inputs("fr_integration_fiscale_lbo")
    results, rate = given["results"], given["tax_rate"]
    alone = equations.corporate_tax(results, 0.0, rate).sum()
    group = equations.corporate_tax(results.sum(), 0.0, rate)
    taxed = equations.taxable_dividends(1.0, given["taxable_share"])
    return {
        "result_of_the_group": results.sum(),
        "tax_of_each_alone": alone,
        "tax_of_the_group": group,
        "tax_saved": alone - group,
        "tax_rate_on_dividends": equations.corporate_tax(taxed, 0.0, rate),
    }


def bearable_debt() -> Figures:
    given = inputs("bearable_debt")
    cover, capex = given["cover"], given["capex_share_of_sales"]
    scenario = replaced(
        written("bearable_debt"),
        {
            "factory.machines.needed.share_of_sales": capex,
            "deals.fund.plan.capex_target.share_of_sales": capex,
        },
    )
    found = studies.bearable_debt(scenario, "fund", cover).times_ebitda
    there = replaced(scenario, {"deals.fund.funding.loans.bank.size.times_ebitda": found})
    return {
        "last_step_covered": given["step"] * np.floor(found / given["step"]),
        "times_ebitda": found,
        "least_cover_at_that_debt": measures.least_cover(run(there).deals["fund"]),
        "ebitda_needed_at_that_debt": studies.ebitda_needed(there, "fund", cover).share,
    }


def highest_price() -> Figures:
    case = "highest_price"
    given = inputs(case)
    capex, loan = given["capex_share_of_sales"], given["loan_times_ebitda"][:, None]
    asked, alone = given["required_return"][:, None], given["required_return_without_loan"][:, None]
    fund_changes = {
        "deals.fund.funding.loans.bank.size.times_ebitda": loan,
        "deals.fund.funding.loans.bank.rate": given["rate"][:, None],
        "deals.fund.plan.capex_target.share_of_sales": capex,
    }
    unlevered = {"deals.all_equity.plan.capex_target.share_of_sales": capex}
    kept = unlevered | {"deals.all_equity.plan.payout": 0.0}
    scenario = replaced(written(case), fund_changes)
    bid = studies.highest_price(scenario, "fund", asked)
    there = played(case, fund_changes | {"deals.fund.price.multiple": bid.multiple})
    factory, grown = there.closing.ebitda, (1.0 + asked) ** there.deal.exit.year
    worth = loan + (6.0 * there.end_ebitda - there.eve.net_debt) / factory / grown
    return {
        "with_a_loan": bid.multiple,
        "without_a_loan": studies.highest_price(
            replaced(written(case), unlevered), "all_equity", alone
        ).multiple,
        "without_a_loan_cash_kept": studies.highest_price(
            replaced(written(case), kept), "all_equity", alone
        ).multiple,
        "return_at_these_prices": fund(there)["irr"],
        "by_the_formula": np.max(np.abs(worth / 1.03 - bid.multiple)),
    }


def fr_participation_provision_investissement() -> Figures:
    given = inputs("fr_participation_provision_investissement")
    share = equations.participation(
        given["profit"] - given["tax"] + given["provision"],
        given["equity"],
        given["gross_pay"],
        given["value_added"],
        given["capital_return"],
        given["profit_share"],
    )
    return {"participation": share}


def num_moic_irr_table() -> Figures:
    given = inputs("num_moic_irr_table")
    rates = [
        measures.irr(np.stack([-np.ones(6), given["multiple"]], axis=-1), [0.0, years])
        for years in given["years"]
    ]
    grown = (1.0 + given["rate"]) ** 5
    return {
        "irr_per_cent": 100.0 * np.stack(rates, axis=-1),
        "multiple_after_five_years": grown,
        "rate_of_that_multiple": measures.irr(np.stack([-np.ones(2), grown], axis=-1), [0.0, 5.0]),
    }


def num_ppmt_w3resource() -> Figures:
    given = inputs("num_ppmt_w3resource")
    monthly = given["yearly_rate"] / 12.0
    principal = equations.annuity_principal(given["balance"], monthly, given["months"])
    return {
        "first_principal": principal,
        "payment": principal + equations.interest_on_opening(monthly, given["balance"]),
    }


def num_xirr_microsoft() -> Figures:
    given = inputs("num_xirr_microsoft")
    days = np.array([(date - given["dates"][0]).days for date in given["dates"]])
    return {"irr": measures.irr(given["flows"], days / 365.0)}


def real_hilton_2007() -> Figures:
    given = inputs("real_hilton_2007")
    equity, received = given["equity"], given["equity"] + given["profit"]
    return {
        "debt_share": equations.ratio(given["price"] - given["first_equity"], given["price"]),
        "multiple": measures.money_multiple(equity, received),
        "irr_of_one_exit": measures.irr([-equity, received], [0.0, given["years"]]),
    }


def shared_after_a_year(case: str) -> Waterfall:
    """What one deal of one year pays, by tiers."""
    given = inputs(case)
    rules = {name: given[name] for name in ("hurdle", "hurdle_is", "catch_up", "carry")}
    economics = FundEconomics(management_fee=0.0, fee_years=0.0, later_fee=0.0, **rules)
    return waterfall(economics, [given["contribution"], 0.0], [0.0, given["distribution"]])[-1]


def waterfall_one_year_50_to_100() -> Figures:
    case = "waterfall_one_year_50_to_100"
    tiers, given = shared_after_a_year(case), inputs(case)
    to_manager = equations.carried_interest(0.0, tiers.beyond, given["carry"], given["catch_up"])
    return {
        "contributions_returned": tiers.contributions_returned,
        "preferred_return": tiers.preferred_return,
        "catch_up": tiers.catch_up,
        "beyond_to_investors": tiers.beyond - to_manager,
        "beyond_to_manager": to_manager,
        "investors_received": tiers.distributed - tiers.carried_interest,
        "carried_interest": tiers.carried_interest,
    }


def waterfall_seven_percent_20_to_30() -> Figures:
    case = "waterfall_seven_percent_20_to_30"
    tiers, given = shared_after_a_year(case), inputs(case)
    first = equations.preferred_return(1.0, 0.0, given["hurdle"], 1.0)
    return {
        "preferred_return": tiers.preferred_return,
        "catch_up": tiers.catch_up,
        "beyond": tiers.beyond,
        "carried_interest": tiers.carried_interest,
        "full_catch_up_return": first + equations.catch_up_due(first, given["carry"], given["catch_up"]),
    }


MODELLED: Mapping[str, Callable[[], Figures]] = {
    figures.__name__: figures
    for figures in (
        all_that_the_company_repaid,
        average_interest_solved_exactly,
        average_interest_term_loan_year1,
        bearable_debt,
        cfa_mnoyan_management_irr,
        cfa_preference_shares_sweet_equity,
        debt_capacity,
        dividend_recap_year3,
        fr_effet_levier_annuel,
        fr_integration_fiscale_lbo,
        fr_lbo_polaris_8x,
        fr_participation_provision_investissement,
        highest_price,
        lbo_rollover_two_tranche_precisionparts,
        lbo_term_loan_sub_notes_fees_lee,
        num_moic_irr_table,
        num_ppmt_w3resource,
        num_xirr_microsoft,
        paper_lbo_forward_multiple_retail,
        pik_note_schedules,
        real_hilton_2007,
        value_bridge_50_to_70,
        waterfall_one_year_50_to_100,
        waterfall_seven_percent_20_to_30,
    )
}


TAX_GROUP: dict[str, Any] = {}
WITH_ADD_BACK = {"policy.corporate_tax.dividend_taxable": 0.01}
APART = {
    "policy.corporate_tax.regime": "parent_subsidiary",
    "policy.corporate_tax.dividend_taxable": 0.05,
}


@pytest.mark.parametrize(
    ("deal", "law", "to_holding", "by_factory", "by_holding", "dividend", "to_owners"),
    [
        # Taxed together: a quarter of 1,200 - 500; the factory keeps nothing of its 900.
        ("in_debt", TAX_GROUP, 300.0, 0.0, 175.0, 900.0, 525.0),
        # 1 % of the 900 of dividends count: a quarter of 1,200 - 500 + 9.
        ("in_debt", WITH_ADD_BACK, 300.0, 0.0, 177.25, 900.0, 522.75),
        # Each alone: 45 of dividends taxed are less than 500 of interest, which saves nothing more.
        ("in_debt", APART, 0.0, 300.0, 0.0, 900.0, 400.0),
        # Without a loan nothing is saved: together 300, apart a quarter of the 45 on top.
        ("all_equity", TAX_GROUP, 300.0, 0.0, 300.0, 900.0, 900.0),
        ("all_equity", WITH_ADD_BACK, 300.0, 0.0, 302.25, 900.0, 897.75),
        ("all_equity", APART, 0.0, 300.0, 11.25, 900.0, 888.75),
    ],
)
def test_one_deal_taxed_together_and_apart(
    deal: str,
    law: dict[str, Any],
    to_holding: float,
    by_factory: float,
    by_holding: float,
    dividend: float,
    to_owners: float,
) -> None:
    result = played("fr_integration_fiscale_lbo", law, deal)
    expected = {
        ("factory", "holding", "tax_to_holding"): to_holding,
        ("factory", "state", "corporate_tax"): by_factory,
        ("holding", "state", "corporate_tax"): by_holding,
        ("factory", "holding", "dividend"): dividend,
        ("holding", "fund", "dividend"): to_owners,
    }
    found = {key: float(result.ledger.amounts.get(key, np.zeros(2))[1]) for key in expected}
    assert found == pytest.approx(expected, rel=0.0, abs=1e-9)
    income = statements(result)["holding"]["income_statement"]
    assert income["tax_saved"][1] - income["tax"][1] == pytest.approx(to_holding - by_holding, abs=1e-9)


@cache
def modelled(case: str) -> Figures:
    return MODELLED[case]()


EXPECTED = [
    pytest.param(case, figure, id=f"{case}: {figure['name']}{', in full' * figure.get('recomputed', False)}")
    for case in MODELLED
    for figure in facts(case)["expected"]
]


@pytest.mark.parametrize(("case", "figure"), EXPECTED)
def test_the_model_gives_the_figure_that_others_printed(case: str, figure: dict[str, Any]) -> None:
    found = modelled(case)[figure["name"]]
    if "at_least" in figure:
        assert found > figure["at_least"]
    else:
        assert np.shape(found) == np.shape(figure["value"])
        np.testing.assert_allclose(found, figure["value"], rtol=0.0, atol=figure["tolerance"])


def test_every_file_of_facts_is_compared_and_every_scenario_is_used() -> None:
    assert {path.name.removesuffix(FACTS) for path in CASES.glob(f"*{FACTS}")} == set(MODELLED)
    used = [case for scenario in SCENARIOS for case in MODELLED if scenario.startswith(case)]
    assert len(used) == len(SCENARIOS)


@pytest.mark.parametrize("case", MODELLED)
def test_every_modelled_figure_is_expected_and_every_case_names_its_source(case: str) -> None:
    told = facts(case)
    assert {figure["name"] for figure in told["expected"]} == set(modelled(case))
    assert told["title"]
    assert told["conventions"]
    assert told["tolerance"]
    assert set(told["source"]) == {"title", "publisher", "address"}


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_published_deal_fails_or_lacks_money(name: str) -> None:
    document = load(CASES / f"{name}.yaml")
    assert document.problems == ()
    for result in run(document.scenario).deals.values():
        assert not np.any(result.closing.not_financed)
        for company in ("factory", "holding"):
            assert np.all(result.status(company)[..., : result.deal.exit.year + 1] == Status.SOUND)
