"""The JSON that other programs read: its shape, and the identities that a reader may rely on."""

import json
import math
from functools import cache

import numpy as np
import pytest

from lbo_model import load, run, vary
from lbo_model.contract import as_json, limits_as_json, storms_as_json
from lbo_model.scenario_file import shipped_names

DEALS = [
    (name, deal)
    for name in shipped_names()
    for deal in (load(name).scenario.deals if load(name).scenario else ())  # type: ignore[union-attr]
]


@cache
def answer(name: str) -> dict:
    scenario = load(name).scenario
    assert scenario is not None
    return json.loads(json.dumps(as_json(run(scenario), name), allow_nan=False))


def leaves(tree: object) -> list[object]:
    if isinstance(tree, dict):
        return [leaf for item in tree.values() for leaf in leaves(item)]
    return [leaf for item in tree for leaf in leaves(item)] if isinstance(tree, list) else [tree]


def test_the_head_says_who_computed_what() -> None:
    tree = answer("film")
    assert {
        key: tree[key] for key in ("program", "format", "scenario", "currency", "behaviour", "terms", "dates")
    } == {
        "program": "Reprise en main",
        "format": 1,
        "scenario": "film",
        "currency": "EUR",
        "behaviour": "mechanics",
        "terms": "same",
        "dates": [0, 1, 2, 3, 4, 5],
    }


@pytest.mark.parametrize(("name", "deal"), DEALS)
def test_every_deal_has_the_fields_of_the_contract(name: str, deal: str) -> None:
    tree = answer(name)["deals"][deal]
    assert {"form", "closing", "ledger", "loans", "statements", "status", "returns", "measures"} <= set(tree)
    assert {"sources", "uses", "missing"} <= set(tree["closing"])
    assert all({"payer", "payee", "reason", "amounts"} == set(entry) for entry in tree["ledger"])
    rolled = {
        "entity",
        "rank",
        "opening",
        "drawn",
        "capitalised",
        "repaid",
        "written_off",
        "closing",
        "interest",
    }
    assert all(rolled <= set(loan) for loan in tree["loans"].values())
    assert set(tree["statements"]) == {"factory", "holding", "group"}
    for statement in tree["statements"].values():
        assert {"net_income", "interest"} <= set(statement["income_statement"])
        assert {"opening_cash", "change", "closing_cash"} <= set(statement["cash_flow"])
        assert {"cash", "total_assets", "loans", "equity", "total_claims"} <= set(statement["balance_sheet"])
    income = tree["statements"]["factory"]["income_statement"]
    assert {"sales", "ebitda", "depreciation", "interest", "tax", "net_income"} <= set(income)
    assert "machines" in tree["statements"]["factory"]["balance_sheet"]
    assert set(tree["status"]) == {"factory", "holding"}
    assert all({"paid_in", "received", "multiple", "irr"} == set(party) for party in tree["returns"].values())
    assert {"cash", "claims_start", "claims_end", "total"} == set(tree["measures"]["who_got_what"]["state"])
    assert {"machines_owed", "jobs"} <= set(tree["measures"])


@pytest.mark.parametrize(("name", "deal"), DEALS)
def test_a_reader_of_the_json_finds_that_everything_ties(name: str, deal: str) -> None:
    tree = answer(name)["deals"][deal]
    closing = tree["closing"]
    paid = sum(closing["uses"].values())
    assert math.isclose(sum(closing["sources"].values()) + closing["missing"], paid, abs_tol=1e-6)
    for company in ("factory", "holding"):
        cash = tree["statements"][company]["balance_sheet"]["cash"]
        lived = [date for date, amount in enumerate(cash) if amount is not None]  # null after a sale
        for date in lived[1:]:
            received = sum(row["amounts"][date] for row in tree["ledger"] if row["payee"] == company)
            spent = sum(row["amounts"][date] for row in tree["ledger"] if row["payer"] == company)
            assert math.isclose(received - spent, cash[date] - cash[date - 1], abs_tol=1e-6)
    bridge = tree["measures"]["value_bridge"]
    assert math.isclose(sum(bridge.values()), tree["measures"]["gain"], abs_tol=1e-6)
    parts = tree["measures"]["net_debt_repaid_of_which"]
    assert set(parts) == {"cash_after_full_renewal", "machines_not_bought", "growth_machines"}
    assert math.isclose(sum(parts.values()), bridge["net_debt_repaid"], abs_tol=1e-6)
    lines = ("ebitda_growth", "multiple_change", "both_together", "net_debt_repaid", "distributions")
    assert list(bridge) == [*lines, "entry_fees", "exit_costs", "other"]


def test_preferred_money_and_covenants_are_told_by_year() -> None:
    tree = answer("boom-2006")["deals"]["fund"]
    ((name, loan),) = tree["preferred"].items()
    assert (name, loan["holder"], loan["kind"], loan["rank"]) == ("shareholder_loan", "fund", name, 1)
    for date in range(5):
        rolled = loan["opening"][date] + loan["brought"][date] + loan["grown"][date] - loan["paid"][date]
        assert math.isclose(rolled - loan["not_paid"][date], loan["closing"][date], abs_tol=1e-6)
    assert loan["closing"][5] is None, "sold in year 4"
    assert math.isclose(loan["grown"][1], 0.09 * loan["brought"][0])
    returned = loan["returns"]
    assert math.isclose(returned["paid_in"], loan["brought"][0])
    assert math.isclose(returned["received"], sum(loan["paid"][:5]))
    assert math.isclose(returned["irr"], 0.09), "the price repays it whole"
    assert returned["converted"] == 0.0
    covenants = tree["measures"]["covenants"]
    assert set(covenants) == {"leverage", "interest_cover"}
    kept = covenants["leverage"]
    assert kept["limit"][:4] == [5.6, 5.6, 5.2, 4.7]
    assert math.isclose(kept["headroom"][2], 1 - kept["ratio"][2] / 5.2)
    assert [kept["headroom"][date] for date in (0, 4, 5)] == [None] * 3
    film = answer("film")["deals"]["fund"]
    assert film["preferred"] == film["measures"]["covenants"] == {}


def test_after_a_sale_later_cells_are_null() -> None:
    scenario = load("film", text=(FILM_TO_YEAR_SEVEN)).scenario
    assert scenario is not None
    tree = as_json(run(scenario), "film")["deals"]["fund"]
    assert tree["statements"]["factory"]["balance_sheet"]["cash"][6:] == [None, None]
    assert tree["status"]["holding"][6:] == [None, None]
    assert tree["measures"]["jobs"][6:] == [None, None]


FILM_TO_YEAR_SEVEN = """
format: 1
extends: film
title: {fr: a, en: a}
story: {fr: a, en: a}
horizon: 7
"""


def test_series_of_machines_and_customers_are_numbers_in_full_and_null_in_mechanics() -> None:
    names = ("capacity", "orders_turned_away", "equipment", "quality", "market_share")
    growth, film = answer("growth")["deals"]["growth_fund"], answer("film")["deals"]["fund"]
    for name in names:
        assert all(isinstance(number, float) for number in growth["measures"][name]), name
        assert film["measures"][name] == [None] * 6, name


@pytest.mark.parametrize(("name", "deal"), DEALS[::6])
def test_deals_have_the_limits_of_the_contract(name: str, deal: str) -> None:
    scenario = load(name).scenario
    assert scenario is not None
    tree = json.loads(json.dumps(limits_as_json(scenario, name, 0.2, 1.1, (deal,)), allow_nan=False))
    head = {
        "program",
        "format",
        "scenario",
        "currency",
        "behaviour",
        "terms",
        "required_return",
        "cover",
        "deals",
    }
    assert set(tree) == head
    answers = tree["deals"][deal]
    # Where the law says how long a buyer keeps the factory, the first year is the first lawful one.
    least = scenario.policy.held_at_least if answers["sells"] else None
    years = scenario.horizon - answer(name)["deals"][deal]["start"] - ((least or 1) - 1)
    questions = {"highest_price", "own_bid", "bearable_debt", "ebitda_needed", "by_exit_year"}
    assert set(answers) == {"form", "owner", "sells", "start", "events", "today"} | questions
    assert set(answers["today"]) == {"price_multiple", "price", "debt_times_ebitda", "debt", "ebitda"}
    assert set(answers["highest_price"]) == {"multiple", "amount", "exit_multiple"}
    for which in ("after_needed_capex", "before_capex"):
        assert set(answers["bearable_debt"][which]) == {"times_ebitda", "amount"}
        assert set(answers["ebitda_needed"][which]) == {"share", "amount"}
    series = {"years", "multiple", "irr", "gain"}
    assert set(answers["by_exit_year"]) == series | {"best_by_irr", "best_by_multiple"}
    assert all(len(answers["by_exit_year"][one]) == years for one in series)


def test_the_tree_of_storms_has_the_fields_of_its_contract() -> None:
    scenario = load("scop").scenario
    assert scenario is not None
    tree = storms_as_json(scenario, "scop", 5)
    head = {"program", "format", "scenario", "currency", "behaviour", "terms", "paths", "seed", "deals"}
    assert set(tree) == head
    deal = tree["deals"]["scop"]
    assert set(deal) == {"form", "owner", "start", "survived", "factory_closed", "defaults", "multiple"}
    assert deal["multiple"] == {"tenth": None, "median": None}
    assert len(deal["defaults"]) == 6


def test_a_batch_gives_nested_lists_with_the_date_last() -> None:
    scenario = load("film").scenario
    assert scenario is not None
    prices = vary(scenario, {"deals.fund.price.multiple": np.array([4.0, 5.0, 6.0])})
    tree = as_json(run(prices), "film")["deals"]["fund"]
    assert np.shape(tree["measures"]["machines_owed"]) == (3, 6)
    assert np.shape(tree["returns"]["fund"]["multiple"]) == (3,)


@pytest.mark.parametrize(("name", "deal"), DEALS)
def test_no_number_is_written_that_json_does_not_know(name: str, deal: str) -> None:
    numbers = [leaf for leaf in leaves(answer(name)["deals"][deal]) if isinstance(leaf, float)]
    assert all(math.isfinite(number) for number in numbers)
