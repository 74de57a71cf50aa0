"""The computation of corporate tax, laid out: every line counts once, and the tax is what the ledger says."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lbo_model.contract import as_json
from lbo_model.engine import Result, run
from lbo_model.measures import tax_returns
from lbo_model.position import Status
from lbo_model.scenario.paths import DOCUMENTED, SAME, with_terms
from lbo_model.scenario_file import load, shipped_names
from lbo_model.sheet import Block, tax
from lbo_model.studies import vary
from lbo_model.words import Words
from tests.scenario_texts import HEAD, scenario_of

HAND = Path(__file__).parent / "hand"
APART = {"policy.corporate_tax.regime": "parent_subsidiary", "policy.corporate_tax.dividend_taxable": 0.05}


def deal(name: str, owner: str, changes: dict[str, Any] | None = None) -> Result:
    return run(vary(scenario_of(load(name)), changes or {})).deals[owner]


def plain_deal(text: str, changes: dict[str, Any] | None = None) -> Result:
    head = HEAD.replace("extends: film", "extends: plain_deal")
    document = load("written_by_a_test.yaml", head + text, [HAND])
    return run(vary(scenario_of(document), changes or {})).deals["fund"]


def same(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=1e-12, atol=1e-9)


def laid_out(result: Result, language: str = "en") -> list[Block]:
    return [block for block in tax(result, Words(language)) if block.rows]


# --- by hand ------------------------------------------------------------------------------------------------


def test_the_film_s_first_year_is_the_sum_done_by_hand() -> None:
    """21.63 M of price and duties over 1 - 2.5 % of nine tenths; 7 % of that loan; its fees over seven years;
    machines that wear by a tenth of 18 M."""
    filed = tax_returns(deal("film", "fund"))
    loan = 0.9 * 21.63e6 / 0.9775
    group = filed["group"]
    same(group.ebitda[1], 4.2e6)
    same(group.depreciation[1], 1.8e6)
    same(group.interest[1], 0.07 * loan)
    same(group.fees[1], 0.025 * loan / 7)
    same(group.participation[1], 0.0)
    same(group.taxable[1], 4.2e6 - 1.8e6 - 0.07 * loan - 0.025 * loan / 7)
    same(group.tax[1], 0.25 * (2.4e6 - 0.07 * loan - 0.025 * loan / 7))
    same(filed["factory"].tax[1], 0.25 * 2.4e6)
    same(group.interest_limit[1], 3e6)


def test_interest_above_the_limit_is_added_back() -> None:
    """A shareholder loan of 400 at 10 %: 40, 44, 48.4, of which 30 % of an EBITDA of 100 may be deducted."""
    lent = "{rank: 1, holder: fund, kind: shareholder_loan, size: {amount: 400}, rate: 10 %}"
    limit = "policy: {interest_limit: {share_of_ebitda: 30 %, freely: 10}}\n"
    text = f"{limit}deals: {{fund: {{plan: {{payout: 0 %}}, funding: {{preferred: {{lent: {lent}}}}}}}}}\n"
    group = tax_returns(plain_deal(text))["group"]
    same(group.shareholder_interest[1:4], [40.0, 44.0, 48.4])
    same(group.interest_limit[1:4], 30.0)
    same(group.interest_not_deducted[1:4], [10.0, 14.0, 18.4])
    same(group.result[1:4], 70.0)
    same(group.tax[1:4], 17.5)


def test_a_loss_is_carried_to_the_years_that_can_use_it() -> None:
    """Sales of 100 wear 130 of machines in year 1 and 60 later: a loss of 30, used against 20 and 10 where
    half of what exceeds nothing may be used."""
    machines = "factory: {machines: {opening: 10_000, depreciation: {amount: [0, 130, 60]}}}\n"
    law = "{losses: carried, losses_used_freely: 0, losses_used_beyond: 50 %}"
    group = tax_returns(plain_deal(f"{machines}policy: {{corporate_tax: {law}}}\n"))["group"]
    same(group.result[1:5], [-30.0, 40.0, 40.0, 40.0])
    same(group.loss[1:5], [30.0, 0.0, 0.0, 0.0])
    same(group.losses_opening[1:5], [0.0, 30.0, 10.0, 0.0])
    same(group.losses_added[1:5], [30.0, 0.0, 0.0, 0.0])
    same(group.losses_used[1:5], [0.0, 20.0, 10.0, 0.0])
    same(group.losses_closing[1:5], [30.0, 10.0, 0.0, 0.0])
    same(group.taxable[1:5], [0.0, 20.0, 30.0, 40.0])
    same(group.tax[1:5], [0.0, 5.0, 7.5, 10.0])


def test_companies_taxed_apart_have_a_computation_each() -> None:
    """5 % of the dividends of 75 count above; below, a quarter of 100 is paid to the State."""
    filed = tax_returns(plain_deal("", APART))
    assert list(filed) == ["holding", "factory"]
    same(filed["factory"].tax[1:], 25.0)
    same(filed["holding"].ebitda[1:], 0.0)
    same(filed["holding"].taxed_dividends[1:], 0.05 * 75)
    same(filed["holding"].tax[1:], 0.25 * 0.05 * 75)


def test_a_co_operative_deducts_its_labour_share_and_as_much_for_investment() -> None:
    """Its surplus s is what tax and levy leave of the profit p: with shares of labour and reserves that are
    equal parts l of it, t = r (p - (2 + f) l s) and s = p - t - f l s."""
    result = deal("scop", "scop")
    filed, terms = tax_returns(result)["factory"], result.deal.terms
    rate, levy, share = 0.25, 0.08, float(terms.labour_share)  # type: ignore[attr-defined]
    assert float(terms.reserve_share) >= share  # type: ignore[attr-defined]
    profit = float(
        filed.ebitda[1] + filed.relief[1] - filed.depreciation[1] - filed.interest[1] - filed.fees[1]
    )
    surplus = profit * (1 - rate) / (1 + levy * share * (1 - rate) - 2 * rate * share)
    same(filed.labour_share[1], share * surplus)
    same(filed.levy[1], levy * share * surplus)
    same(filed.provision[1], share * surplus)
    same(filed.tax[1], rate * (profit - (2 + levy) * share * surplus))
    same(surplus, profit - filed.tax[1] - levy * share * surplus)


# --- against the ledger -------------------------------------------------------------------------------------


@pytest.mark.parametrize("terms", [SAME, DOCUMENTED])
@pytest.mark.parametrize("name", shipped_names())
def test_every_shipped_computation_adds_up_to_the_tax_that_the_ledger_has(name: str, terms: str) -> None:
    scenario = with_terms(scenario_of(load(name)), terms)
    for result in run(scenario).deals.values():
        lived = slice(1, result.deal.exit.year + 1)
        filed, ledger = tax_returns(result), result.ledger
        whole = filed.get("group", filed["factory"])
        # A factory that has closed is asked for no tax: its computation has no figure, its ledger no payment.
        trades = result.status("factory") != Status.LIQUIDATED
        whole_tax, own_tax = (np.where(trades, one.tax, 0.0) for one in (whole, filed["factory"]))
        same(whole_tax[lived], ledger.received("state", ("corporate_tax",))[lived])
        if "group" in filed:
            same(own_tax[lived], ledger.received("holding", ("tax_to_holding",))[lived])
        for block in laid_out(result):
            rows_sum(block)


def rows_sum(block: Block) -> None:
    """Printed lines add up to the line after each rule, to the last digit printed."""
    known, count = 0.0 * columns(block.rows[0]), 0  # type: ignore[arg-type]
    after_rule = False
    for row in block.rows:
        if row is None:
            after_rule = True
        elif after_rule:
            assert columns(row) == pytest.approx(known, abs=0.0051 * (count + 1)), row
            known, count, after_rule = columns(row), 1, False
        elif row[1][-1].endswith("%"):
            return
        else:
            known, count = known + columns(row), count + 1


def columns(row: tuple[str, list[str]]) -> Any:
    signed = [cell.replace("\u2212", "-").replace("\u2013", "0").rstrip("%") for cell in row[1]]
    return np.array([float(cell) for cell in signed])


def test_a_factory_that_stops_is_asked_for_no_tax_in_its_last_year() -> None:
    result = deal("scop", "scop", {"weather.demand": [1, 0.6, 0.1]})
    last = int(result.last_date)
    assert last < result.deal.exit.year, "it stops before"
    filed = tax_returns(result)["factory"]
    assert np.isnan(filed.tax[[0, last]]).all()
    assert not np.isnan(filed.tax[1:last]).any()


def test_many_lives_at_once_have_the_computations_of_each() -> None:
    rates = np.array([0.2, 0.25])
    path = "policy.corporate_tax.rate"
    both = tax_returns(deal("boom-2006", "fund", {path: rates}))["group"]
    for number, rate in enumerate(rates):
        alone = tax_returns(deal("boom-2006", "fund", {path: float(rate)}))["group"]
        for line in ("tax", "taxable", "losses_closing", "interest_not_deducted"):
            np.testing.assert_allclose(getattr(both, line)[number], getattr(alone, line), equal_nan=True)


# --- in words and for programs ------------------------------------------------------------------------------


def test_a_deal_of_2006_shows_the_group_its_loss_and_its_factory() -> None:
    titles = [block.title.partition(":")[0] for block in laid_out(deal("boom-2006", "fund"))]
    carried = "Losses carried forward (to set against later profit)"
    assert titles == ["Corporate tax computation", carried, "Corporate tax computation"]
    labels = [row[0].replace("\u00a0", " ") for row in laid_out(deal("scop", "scop"))[0].rows if row]
    assert "provision for investment (matches the labour share)" in labels
    assert "memo: limit, 30% of EBITDA or €3.0 M if more" in labels


def test_without_a_limit_nothing_is_said_of_one() -> None:
    result = plain_deal("")
    assert result.policy.interest_limit is None
    (group, factory) = laid_out(result)
    assert not [row for row in (*group.rows, *factory.rows) if row and "memo" in row[0]]


def test_programs_read_the_same_lines() -> None:
    scenario = scenario_of(load("boom-2006"))
    tree = json.loads(json.dumps(as_json(run(scenario), "boom-2006"), allow_nan=False))
    filed = tax_returns(run(scenario).deals["fund"])
    told = tree["deals"]["fund"]["tax"]
    assert list(told) == ["group", "factory"]
    assert told["group"]["tax"][0] is None, "closing day"
    for line in ("ebitda", "result", "loss", "losses_added", "taxable", "tax"):
        same(told["group"][line][1:5], getattr(filed["group"], line)[1:5])
