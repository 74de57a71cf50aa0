"""Each ownership form against what can be worked out without the engine: limits, law, the film by hand."""

from functools import cache
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lbo_model.engine import Result, run
from lbo_model.engine.closing import close
from lbo_model.engine.target import factory_for_sale
from lbo_model.forms import FORMS
from lbo_model.measures import (
    debt_repaid,
    gain,
    participation_floor,
    returns,
    value_bridge,
    who_got_what,
)
from lbo_model.position import Status
from lbo_model.quantities import Series
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load
from lbo_model.statements import statements
from lbo_model.studies import vary
from tests.hand import film_by_hand

CENT = 0.01
HOME = {
    "fund": ("film", "fund"),
    "workers_holding": ("workers-same-tool", "workers"),
    "unlevered": ("unlevered", "unlevered"),
    "family": ("family", "family"),
    "family_purchase": ("family-buys", "family"),
    "scop": ("scop", "scop"),
}
"""The shipped scenario and deal of each form."""
LOAN = {
    "fund": "bank",
    "workers_holding": "bank",
    "family_purchase": "bank",
    "scop": "bank",
    "family": "ordinary_loan",
}
SALES = (
    "sales",
    "purchases",
    "other_costs",
    "production_taxes",
    "headcount",
    "gross_pay",
    "value_added",
    "ebitda",
)


@cache
def shipped(name: str) -> Scenario:
    document = load(name)
    assert document.scenario is not None, document.problems
    return document.scenario


HEAD = "format: 1\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"


def written(text: str) -> Scenario:
    """A scenario written on top of a shipped one."""
    document = load("written_by_a_test", HEAD + text)
    assert document.scenario is not None, document.problems
    return document.scenario


def played(form: str, **changes: Any) -> Result:
    """The shipped deal of a form, with other numbers; paths are said from the deal, ``__`` for a dot.

    ``factory__``, ``weather__`` and ``policy__`` begin a path of the whole scenario.
    """
    name, deal = HOME[form]
    paths = {}
    for path, value in changes.items():
        whole = path.replace("__", ".")
        outside = whole.split(".")[0] in ("factory", "weather", "policy")
        paths[whole if outside else f"deals.{deal}.{whole}"] = value
    return run(vary(shipped(name), paths)).deals[deal]


def paid(result: Result, payer: str, payee: str, reason: str) -> np.ndarray:
    return result.ledger.amounts.get((payer, payee, reason), np.zeros((*result.shape, result.dates)))


def same(found: Any, expected: Any, within: float = CENT) -> None:
    np.testing.assert_allclose(found, expected, rtol=0.0, atol=within, equal_nan=True)


def test_every_form_has_a_shipped_scenario() -> None:
    assert set(HOME) == set(FORMS)


@pytest.mark.parametrize("form", FORMS)
def test_the_factory_is_the_same_for_every_owner(form: str) -> None:
    film, other = played("fund"), played(form)
    for name in SALES:
        same(getattr(other.lines, name), getattr(film.lines, name), within=0.0)
    assert other.closing.multiple == 5.0
    assert other.closing.ebitda == pytest.approx(4_200_000.0)


# --- limits -------------------------------------------------------------------------------------------------


def unlevered_by_hand() -> tuple[list[float], float]:
    """Dividends of an owner without debt who renews all machines and takes all cash, and the gain.

    30 M of sales, EBITDA 4.2 M, machines 18 M that lose 1.8 M a year and get 1.8 M; what the owner lent to
    repay the old debt of 4.2 M comes back first and is no profit.
    """
    dividends, equity, advance, owed, till = [], 19_800_000.0, 4_200_000.0, 0.0, 0.0
    for _ in range(5):
        profit = 4_200_000.0 - 1_800_000.0 - owed
        tax = 0.25 * profit
        participation = 0.5 * (0.75 * profit - 0.05 * equity) * (9_000_000.0 / 1.41) / 13_470_000.0
        till = 4_200_000.0 - owed - tax - 1_800_000.0
        back = min(advance, till)
        advance -= back
        equity += profit + owed - tax - 1.2 * participation - (till - back)
        owed = 1.2 * participation
        dividends.append(till)
    put_in = 21_000_000.0 * 1.03
    sale = 21_000_000.0 - owed - 0.02 * 21_000_000.0
    return dividends, sum(dividends) + sale - put_in


@pytest.mark.parametrize("form", ["unlevered", "fund", "workers_holding"])
def test_without_debt_every_holding_gives_the_unlevered_answer(form: str) -> None:
    no_loan = {} if form == "unlevered" else {"funding__loans__bank__size__beyond_equity": 1.0}
    result = played(form, plan__payout=1.0, **no_loan)
    dividends, expected = unlevered_by_hand()
    same(paid(result, "holding", FORMS[form].owner, "dividend"), [0.0, *dividends])
    same(gain(result), expected)
    same(value_bridge(result)["net_debt_repaid"], 0.0)


def test_without_debt_a_family_takes_what_the_factory_leaves() -> None:
    result = played("family", factory__opening_debt=0.0, plan__payout=1.0)
    equity, owed, dividends = 24_000_000.0, 0.0, []
    for _ in range(5):
        profit = 4_200_000.0 - 1_800_000.0 - owed
        base = max(0.0, 0.5 * (0.75 * profit - 0.05 * equity))
        participation = base * (9_000_000.0 / 1.41) / 13_470_000.0
        dividends.append(4_200_000.0 - owed - 0.25 * profit - 1_800_000.0)
        equity += 0.75 * profit + owed - 1.2 * participation - dividends[-1]
        owed = 1.2 * participation
    same(paid(result, "factory", "family", "dividend"), [0.0, *dividends])
    same(gain(result), sum(dividends) - owed)
    assert not any("interest" in key for key in result.ledger.amounts)


def test_without_debt_a_co_operative_keeps_what_its_members_do_not_get() -> None:
    result = played("scop", funding__loans__bank__size__beyond_equity=1.0)
    assert all("interest" not in key and "principal" not in key for key in result.ledger.amounts)
    profit = 4_200_000.0 + 0.4 * 270_000.0 - 1_800_000.0
    same(split_of(result, 1, profit), 0.0)
    kept = profit + 1_800_000.0 - result.lines.group_tax[1] - 1_800_000.0
    same(result.positions.factory_cash[1] - result.positions.factory_cash[0], kept)


@pytest.mark.parametrize("form", LOAN)
@pytest.mark.parametrize("repayment", ["linear", "annuity"])
def test_at_rate_zero_nobody_pays_interest_and_equal_parts_repay_the_loan(form: str, repayment: str) -> None:
    name, deal = HOME[form]
    loan = LOAN[form]
    scenario = written(
        f"extends: {name}\n"
        f"deals: {{{deal}: {{price: {{multiple: 4}}, "
        f"funding: {{loans: {{{loan}: {{rate: 0, repayment: {repayment}, balloon: 0}}}}}}}}}}\n"
    )
    result = run(scenario).deals[deal]
    assert all("interest" not in key for key in result.ledger.amounts)
    alive = (result.positions.holding_status == Status.SOUND)[1:5]
    part = result.closing.loans[0] / 7.0
    same(result.lines.loan_repaid[0][1:5][alive], np.full(4, part)[alive])
    assert alive.any()


@pytest.mark.parametrize("form", FORMS)
def test_at_tax_zero_the_state_gets_no_profit_tax(form: str) -> None:
    result = played(form, policy__corporate_tax__rate=0.0)
    assert all("corporate_tax" not in key and "tax_to_holding" not in key for key in result.ledger.amounts)
    same(result.lines.group_tax, 0.0)
    if form in ("fund", "workers_holding", "unlevered"):
        by_hand = 0.5 * (2_400_000.0 - 0.05 * 19_800_000.0) * (9_000_000.0 / 1.41) / 13_470_000.0
        same(result.lines.participation[1], by_hand)


def test_an_unlevered_buyer_refuses_loans() -> None:
    terms = "size: {amount: 1}, rate: 0, interest_on: opening, repayment: bullet"
    loan = f"{{rank: 1, lender: banks, entity: holding, {terms}}}"
    document = load(
        "written_by_a_test",
        f"{HEAD}extends: unlevered\ndeals: {{unlevered: {{funding: {{loans: {{bank: {loan}}}}}}}}}\n",
    )
    assert [problem.code for problem in document.problems] == ["form_without_loans"]
    deal = shipped("film").deals["fund"]
    fields = {name: getattr(deal, name) for name in type(deal).model_fields}
    kind = type(shipped("unlevered").deals["unlevered"])
    with pytest.raises(ValidationError, match="form_without_loans"):
        kind.model_validate(fields | {"form": "unlevered", "terms": {}})


# --- the same tool in other hands ---------------------------------------------------------------------------


def test_the_same_tool_in_workers_hands_makes_the_same_payments() -> None:
    film, workers = played("fund"), played("workers_holding")
    renamed = {}
    for (payer, payee, reason), amounts in workers.ledger.amounts.items():
        exchanged = [
            "fund" if party == "workers" and other == "holding" else party
            for party, other in ((payer, payee), (payee, payer))
        ]
        renamed[exchanged[0], exchanged[1], reason] = amounts
    assert renamed.keys() == film.ledger.amounts.keys()
    for key, amounts in film.ledger.amounts.items():
        same(renamed[key], amounts, within=0.0)
    assert ("holding", "fund", "sale_proceeds") in film.ledger.amounts


def test_the_same_tool_in_workers_hands_gives_the_same_numbers() -> None:
    film, workers = played("fund"), played("workers_holding")
    for record in ("positions", "lines", "eve"):
        for name, value in vars(getattr(film, record)).items():
            # Shares are by party, and counted only where the law may move them.
            found = getattr(getattr(workers, record), name)
            if name == "shares":
                assert found == value == {}
            else:
                same(found, value, within=0.0)
    same(gain(workers), gain(film), within=0.0)
    for name, amount in value_bridge(film).items():
        same(value_bridge(workers)[name], amount, within=0.0)
    for name, amount in debt_repaid(film).items():
        same(debt_repaid(workers)[name], amount, within=0.0)
    for name, answer in returns(film)["fund"].items():
        same(returns(workers)["workers"][name], answer, within=0.0)


# --- the film's identity ------------------------------------------------------------------------------------


def identity(result: Result) -> float:
    """Net debt repaid + dividends - entry fees - exit costs - what workers and State are owed at the exit."""
    closing, eve = result.closing, result.eve
    repaid = sum(closing.loans) - (sum(eve.loans) - eve.factory_cash - eve.holding_cash)
    repaid -= result.positions.factory_cash[..., 0] + result.positions.holding_cash[..., 0]
    dividends = paid(result, "holding", "fund", "dividend").sum()
    fees = closing.buyer_fee + sum(closing.financing_fees)
    costs = paid(result, "holding", "advisers", "exit_costs").sum()
    return float(repaid + dividends - fees - costs - eve.participation_owed - eve.levy_owed)


def gain_in_cash(result: Result) -> float:
    """What the fund was paid less what it paid, from the payments alone."""
    received = sum(paid(result, "holding", "fund", reason).sum() for reason in ("sale_proceeds", "dividend"))
    return float(received - paid(result, "fund", "holding", "equity").sum())


@pytest.mark.parametrize("profile", [0.5, 1.0])
def test_the_funds_gain_is_the_net_debt_that_the_factory_repaid(profile: float) -> None:
    result = played("fund", funding__loans__bank__balloon=profile)
    same(gain_in_cash(result), identity(result), within=1e-6)
    same(gain(result), gain_in_cash(result), within=1e-6)


def test_the_identity_holds_however_the_cash_is_used() -> None:
    debts = []
    for sweep in (0.0, 0.5, 1.0):
        scenario = written(
            "extends: film\n"
            "deals: {fund: {plan: {capex_target: {share_of_sales: 3 %}, payout: 25 %}, funding: {"
            "minimum_cash: {amount: 200_000, funded: true}, "
            f"loans: {{bank: {{balloon: 1, sweep: {sweep}}}}}}}}}}}\n"
        )
        result = run(scenario).deals["fund"]
        same(gain_in_cash(result), identity(result), within=1e-6)
        repaid = float(debt_repaid(result)["by_the_factory"])
        same(repaid, float(result.closing.loans[0] - result.eve.loans[0]), within=1e-6)
        assert np.all(result.positions.factory_cash + result.positions.holding_cash >= 200_000.0 - 1e-6)
        debts.append(repaid)
        excess = result.lines.loan_repaid[0] - result.lines.loan_repaid_at_sale[0]
        dividends = paid(result, "holding", "fund", "dividend")
        same(excess[1] * (1.0 - sweep), sweep * dividends[1] / 0.25)
        assert np.all((dividends[1:] > 1.0) == (sweep < 1.0))
    assert debts[0] == 0.0
    assert debts[0] < debts[1] < debts[2]


# --- the film by hand ---------------------------------------------------------------------------------------

PROFILES = {
    "linear": {"repayment": "linear", "balloon": 0.0},
    "annuity": {"repayment": "annuity", "balloon": 0.0},
    "half": {"repayment": "linear", "balloon": 0.5},
    "bullet": {"repayment": "linear", "balloon": 1.0},
}


def film(multiple: float, profile: str) -> Result:
    terms = PROFILES[profile]
    loan = f"{{repayment: {terms['repayment']}, balloon: {terms['balloon']}}}"
    deal = f"{{price: {{multiple: {multiple}}}, funding: {{loans: {{bank: {loan}}}}}}}"
    return run(written(f"extends: film\ndeals: {{fund: {deal}}}\n")).deals["fund"]


def stock(result: Result, name: str, year: int) -> Any:
    """A stock at the end of a year, before the sale settles it."""
    series = getattr(result.positions if year < result.deal.exit.year else result.eve, name)
    series = series[0] if isinstance(series, tuple) else series
    return series[year] if year < result.deal.exit.year else series


@pytest.mark.parametrize("multiple", film_by_hand.MULTIPLES)
@pytest.mark.parametrize("profile", film_by_hand.PROFILES)
def test_the_film_by_hand(multiple: float, profile: str) -> None:
    result = film(multiple, profile)
    by_hand = film_by_hand.close(multiple)
    same(result.closing.price_of_shares, by_hand["price_of_shares"])
    same(result.closing.buyer_fee, by_hand["buyer_fees"])
    same(result.closing.loans[0], by_hand["debt"])
    same(result.closing.stakes["fund"], by_hand["equity"])
    same(result.closing.financing_fees[0], by_hand["financing_fees"])
    lines = result.lines
    for row in film_by_hand.film(multiple, profile):
        year = row["year"]
        for name in ("ebitda", "depreciation", "factory_tax", "group_tax", "participation", "levy", "capex"):
            same(getattr(lines, name)[year], row[name])
        same(lines.holding_interest[year], row["interest"])
        same(lines.principal_due[year], row["principal"])
        same(stock(result, "machines", year), row["machines"])
        same(stock(result, "machines_owed", year), row["machines_owed"])
        status = result.status("holding")[year]
        if row["status"] == "restructured":
            assert status == Status.RESTRUCTURED
            assert np.all(result.status("holding")[:year] == Status.SOUND)
            assert np.all(result.status("factory") == Status.SOUND)
            return
        assert status == Status.SOUND
        same(stock(result, "factory_cash", year) + stock(result, "holding_cash", year), row["cash"])
        same(stock(result, "loans", year), row["loan"])
        same(stock(result, "advance", year), row["advance_left"])
        same(stock(result, "factory_equity", year), row["factory_equity"])
        same(lines.holding_dividends[year], row["dividends"])
        before_the_sale = row["advance_left"] if year == film_by_hand.YEARS_OF_FILM else 0.0
        sent_up = paid(result, "factory", "holding", "advance_repaid") + paid(
            result, "factory", "holding", "dividend"
        )
        same(sent_up[year] - before_the_sale, row["sent_up"])
    sale = film_by_hand.sell(multiple, profile)
    assert sale is not None
    bridge, repaid = value_bridge(result), debt_repaid(result)
    same(gain(result), sale["gain"])
    same(returns(result)["fund"]["received"], sale["received"])
    same(returns(result)["fund"]["multiple"], sale["owner_multiple"], within=1e-9)
    same(bridge["net_debt_repaid"], sale["net_debt_repaid"])
    same(repaid["by_the_factory"], sale["principal_repaid"])
    same(repaid["by_the_next_buyer"], sale["loan_repaid_at_sale"])
    same(-bridge["exit_costs"], sale["exit_costs"])


def test_interest_on_average_balances_counts_the_principal_paid() -> None:
    """Level payments leave 29,014 too little when interest runs on the opening balance.

    On the average of both balances interest is 7 % of half the principal lower, and the deal lives.
    """
    scenario = written(
        "extends: film\n"
        "deals: {fund: {funding: {loans: {bank: {repayment: annuity, balloon: 0, interest_on: average}}}}}\n"
    )
    result = run(scenario).deals["fund"]
    assert result.status("holding")[1] == Status.SOUND
    debt = film_by_hand.close(5.0)["debt"]
    principal = film_by_hand.scheduled_principal("annuity", 1, debt, debt)
    same(result.lines.holding_interest[1], 0.07 * (debt - principal / 2.0))
    same(result.positions.loans[0][1], debt - principal)


def test_a_company_fails_only_where_it_cannot_pay_what_it_would_owe_by_paying() -> None:
    """A co-operative that repays its debt over seven years, with interest on average balances."""
    debts = np.linspace(15e6, 20.5e6, 111)
    loan = "{size: {beyond_equity: null, amount: 15_000_000}, balloon: 0, interest_on: average}"
    scenario = written(
        "extends: scop\n"
        "deals: {scop: {fees: {financing: null}, terms: {production_tax_relief: null}, "
        f"funding: {{loans: {{bank: {loan}}}}}}}}}\n"
    )
    result = run(vary(scenario, {"deals.scop.funding.loans.bank.size.amount": debts})).deals["scop"]
    principal = debts / 7.0
    interest = 0.07 * (debts - principal / 2.0)
    profit = 4_200_000.0 - 1_800_000.0 - interest
    surplus = profit * 0.75 / (1.0 + 0.08 * 0.45 * 0.75 - 0.25 * 0.90)
    tax = 0.25 * (profit - (0.08 * 0.45 + 0.90) * surplus)
    left = 4_200_000.0 - tax - interest - principal - 300_000.0
    assert (left > 0.0).any()
    assert (left < 0.0).any()
    assert ((result.status("factory")[:, 1] == Status.LIQUIDATED) == (left < 0.0)).all()


# --- repayment by contract ----------------------------------------------------------------------------------

CONTRACTS: dict[str, tuple[str, list[float]]] = {
    "equal parts": ("repayment: linear, years: 5, balloon: 0", [0.2] * 5 + [0.0] * 3),
    "equal parts after two years": (
        "repayment: linear, years: 7, grace: 2, balloon: 0",
        [0.0, 0.0, 0.2, 0.2, 0.2, 0.2, 0.2, 0.0],
    ),
    "half at the end": (
        "repayment: linear, years: 5, balloon: 0.5",
        [0.1, 0.1, 0.1, 0.1, 0.6, 0.0, 0.0, 0.0],
    ),
    "a broken number of years": ("repayment: linear, years: 2.5, balloon: 0", [0.4, 0.4, 0.2] + [0.0] * 5),
    "all at the end": ("repayment: bullet, years: 3, balloon: null", [0.0, 0.0, 1.0] + [0.0] * 5),
    "a share a year": (
        "repayment: yearly_share, yearly_share: 0.3, years: null, balloon: null",
        [0.3, 0.3, 0.3, 0.1] + [0.0] * 4,
    ),
    "a share a year, then all": (
        "repayment: yearly_share, yearly_share: 0.1, years: 3, balloon: null",
        [0.1, 0.1, 0.8] + [0.0] * 5,
    ),
    "level payments at rate zero": (
        "repayment: annuity, years: 4, grace: 1, balloon: 0, rate: 0",
        [0.0, 1 / 3, 1 / 3, 1 / 3] + [0.0] * 4,
    ),
    "level payments": (
        "repayment: annuity, years: 3, balloon: 0, rate: 0.1",
        [100 / 331, 110 / 331, 121 / 331] + [0.0] * 5,
    ),
}
"""What a loan repays in each of eight years, as shares of what was lent."""


@pytest.mark.parametrize("contract", CONTRACTS)
def test_principal_by_contract(contract: str) -> None:
    terms, shares = CONTRACTS[contract]
    size = "size: {beyond_equity: null, amount: 2_000_000}"
    deal = f"{{funding: {{loans: {{bank: {{{size}, {terms}}}}}}}, exit: {{year: 8}}}}"
    result = run(written(f"extends: film\nhorizon: 8\ndeals: {{fund: {deal}}}\n")).deals["fund"]
    in_time = result.lines.loan_repaid[0] - result.lines.loan_repaid_at_sale[0]
    same(in_time[1:] / 2_000_000.0, shares, within=1e-12)
    same(result.lines.principal_due[1:], in_time[1:])


def test_a_floating_rate_has_a_floor() -> None:
    terms = "{rate: null, margin: 3 %, floor: 1 %, balloon: 1}"
    scenario = written(
        "extends: film\nweather: {base_rate: [0, -1 %, 2 %, 0.5 %]}\n"
        f"deals: {{fund: {{funding: {{loans: {{bank: {terms}}}}}}}}}\n"
    )
    result = run(scenario).deals["fund"]
    same(result.lines.holding_interest[1:4] / result.closing.loans[0], [0.04, 0.05, 0.04], within=1e-12)


def test_a_credit_line_is_drawn_for_machines_and_repaid_before_owners() -> None:
    """Machines first, 4.5 M of them in year 1: 4.2 M of EBITDA less 0.6 M of tax leaves 0.9 M to borrow."""
    line = "revolver: {lender: banks, entity: holding, limit: 2_000_000, rate: 0, commitment_fee: 0}"
    target = "capex_target: {share_of_sales: [6 %, 15 %, 2 %]}"
    loans = "loans: {bank: {size: {beyond_equity: 1}}}"
    scenario = written(
        f"extends: film\ndeals: {{fund: {{funding: {{{loans}, {line}}}, "
        f"plan: {{served_first: machines, {target}, payout: 1}}}}}}\n"
    )
    result = run(scenario).deals["fund"]
    same(result.positions.revolver[:4], [0.0, 900_000.0, 0.0, 0.0])
    owed = result.positions.participation_owed[1] + result.positions.levy_owed[1]
    earned = 4_200_000.0 - owed - 0.25 * (4_200_000.0 - 0.1 * 20_700_000.0 - owed) - 600_000.0
    same(paid(result, "holding", "fund", "dividend")[1:3], [0.0, earned - 900_000.0])


def test_tax_losses_are_carried_within_their_limit() -> None:
    """Losses of two bad years, used up to 100,000 and half of the profit above it."""
    fall = Series(np.array([1.0, 0.75, 0.75, 1.0, 1.0, 1.0]))
    result = played(
        "unlevered", weather__demand=fall, policy__corporate_tax__losses_used_freely=1e5, plan__payout=0.0
    )
    losses, lines, positions = 0.0, result.lines, result.positions
    for year in range(1, 6):
        owed = positions.participation_owed[year - 1] + positions.levy_owed[year - 1]
        taxable = float(lines.ebitda[year] - lines.depreciation[year] - owed)
        profit = max(taxable, 0.0)
        used = min(losses, profit, 1e5 + 0.5 * max(0.0, profit - 1e5))
        same(lines.group_tax[year], 0.25 * (profit - used))
        losses += max(-taxable, 0.0) - used
    assert result.status("factory")[5] == Status.SOUND
    assert positions.group_tax_losses[2] > positions.group_tax_losses[5] >= 0.0


def test_each_year_is_taxed_at_its_own_rate() -> None:
    """33.33 % in the first year, 28 %, then 25 % for good; the value of closing day taxes nothing."""
    rates = [0.5, 0.3333, 0.28, 0.25]
    for result in (played("fund", policy__corporate_tax__rate=rates), played("family")):
        law = rates if result.name == "fund" else [0.25]
        lines, owed = result.lines, result.positions.participation_owed + result.positions.levy_owed
        for year in range(1, 6):
            rate = law[min(year, len(law) - 1)]
            alone = (
                lines.ebitda[year] - lines.depreciation[year] - owed[year - 1] - lines.factory_interest[year]
            )
            same(lines.factory_tax[year], rate * alone)
            base = (1.0 - rate) * alone - 0.05 * result.positions.factory_equity[year - 1]
            pay = lines.gross_pay[year] / lines.value_added[year]
            same(lines.participation[year], 0.5 * base * pay)
            group = alone - lines.holding_interest[year]
            fees = 0.025 * result.closing.loans[0] / 7.0 if result.name == "fund" else 0.0
            same(lines.group_tax[year], rate * (group - fees))


def test_a_co_operative_is_taxed_at_the_rate_of_each_year() -> None:
    rates = [0.25, 0.30, 0.20]
    result = played("scop", policy__corporate_tax__rate=rates)
    for year in range(1, 6):
        interest = 0.07 * result.positions.loans[0][year - 1]
        fees = 0.025 * result.closing.loans[0] / 7.0
        profit = 4_200_000.0 + 0.4 * 270_000.0 - result.lines.depreciation[year] - interest - fees
        same(split_of(result, year, profit, rates[min(year, 2)]), 0.0, within=1e-6)
        base = result.lines.labour_share[year] / 0.45 * 0.75 * (1.0 - rates[min(year, 2)])
        pay = (9_000_000.0 / 1.41) / 13_470_000.0
        same(participation_floor(result)[year], 0.5 * (base - 0.05 * 672_000.0) * pay)


def test_rates_by_date_and_rates_of_a_batch_are_two_things() -> None:
    """A list goes by date; an array is several laws, each of which lasts; a Series is both."""
    batch = played("fund", policy__corporate_tax__rate=np.array([0.25, 0.33]))
    assert batch.shape == (2,)
    for cell, rate in enumerate((0.25, 0.33)):
        same(batch.lines.group_tax[cell], played("fund", policy__corporate_tax__rate=rate).lines.group_tax)
    both = played("fund", policy__corporate_tax__rate=Series(np.array([[0.25, 0.25, 0.4], [0.1, 0.2, 0.3]])))
    alone = played("fund", policy__corporate_tax__rate=[0.1, 0.2, 0.3])
    assert alone.shape == ()
    same(both.lines.group_tax[1], alone.lines.group_tax)


def test_a_co_operative_makes_good_its_losses_first() -> None:
    fall = Series(np.array([1.0, 0.75, 1.0, 1.0, 1.0, 1.0]))
    result = played(
        "scop",
        funding__loans__bank__size__beyond_equity=1.0,
        weather__demand=fall,
        plan__capex_target__share_of_sales=0.0,
    )
    lines, loss = result.lines, 0.0
    for year in range(1, 6):
        profit = float(lines.ebitda[year] + lines.relief[year] - lines.depreciation[year])
        shared = max(0.0, profit - loss)
        same(split_of(result, year, shared), 0.0)
        loss = max(0.0, loss - profit)
    assert lines.labour_share[1] == 0.0
    assert result.positions.losses_to_absorb[1] > 0.0 == result.positions.losses_to_absorb[5]


# --- tax on holding and factory -----------------------------------------------------------------------------

APART: dict[str, Any] = {
    "policy__corporate_tax__regime": "parent_subsidiary",
    "policy__corporate_tax__dividend_taxable": 0.05,
}


def test_each_company_alone_pays_the_state_its_own_tax() -> None:
    """The film's deal without a tax group: interest saves nothing, and is a loss that the holding carries.

    Year 1: 4.2 M of EBITDA less 1.8 M of depreciation, 0.6 M of tax, all to the State. The holding lives on
    the advance that its factory repays, which is no dividend, then on dividends, of which 5 % count.
    """
    result = played("fund", **APART)
    debt = float(result.closing.loans[0])
    fees, advance, losses = 0.025 * debt / 7.0, 4_200_000.0, 0.0
    assert "tax_to_holding" not in {reason for _, _, reason in result.ledger.amounts}
    same(paid(result, "factory", "state", "corporate_tax")[1], 600_000.0)
    same(paid(result, "factory", "state", "corporate_tax"), result.lines.factory_tax)
    same(paid(result, "holding", "state", "corporate_tax"), np.zeros(6))
    same(result.lines.group_tax, result.lines.factory_tax)
    for year in range(1, 5):
        interest, sent_up = 0.07 * debt, 0.07 * debt + result.closing.loans[0] / 14.0
        back = min(advance, sent_up)
        same(result.lines.holding_dividends[year], sent_up - back)
        losses += interest + fees - 0.05 * (sent_up - back)
        same(result.positions.group_tax_losses[year], losses)
        advance, debt = advance - back, debt - result.closing.loans[0] / 14.0
    assert result.lines.holding_dividends[4] > 1e6
    income = statements(result)["holding"]["income_statement"]
    same(income["tax_saved"], np.zeros(6))
    same(income["tax"], np.zeros(6))


def test_a_tax_group_saves_a_quarter_of_the_interest_and_gives_it_to_the_holding() -> None:
    together, apart = played("fund"), played("fund", **APART)
    debt = float(together.closing.loans[0])
    saved = 0.25 * (0.07 * debt + 0.025 * debt / 7.0)
    same(apart.lines.group_tax[1] - together.lines.group_tax[1], saved)
    same(statements(together)["holding"]["income_statement"]["tax_saved"][1], saved)
    same(together.lines.factory_tax[1], apart.lines.factory_tax[1])
    same(together.lines.participation[1], apart.lines.participation[1])
    assert gain(apart) < gain(together)


@pytest.mark.parametrize(
    ("regime", "share"), [("parent_subsidiary", 0.05), ("tax_group", 0.01), ("parent_subsidiary", 1.0)]
)
def test_a_taxed_part_of_dividends_is_paid_out_of_the_same_dividends(regime: str, share: float) -> None:
    """No debt, all cash paid out: the factory sends up all it has, and the State takes a part of it on the
    way: a quarter of 5 % where each company is taxed alone, a quarter of 1 % in a group. The 4.2 M of the
    advance are not taxed; past them, what the owner gets is the dividend less its tax.
    """
    changes: dict[str, Any] = {
        "policy__corporate_tax__regime": regime,
        "policy__corporate_tax__dividend_taxable": share,
    }
    result, advance = played("unlevered", plan__payout=1.0, **changes), 4_200_000.0
    dividends, _ = unlevered_by_hand()
    for year, sent_up in enumerate(dividends, start=1):
        back = min(advance, sent_up)
        advance -= back
        same(result.lines.holding_dividends[year], sent_up - back)
        same(paid(result, "holding", "fund", "dividend")[year], sent_up - 0.25 * share * (sent_up - back))
        same(result.lines.group_tax[year] - result.lines.factory_tax[year], 0.25 * share * (sent_up - back))
    income = statements(result)["holding"]["income_statement"]
    same(income["tax"], 0.25 * share * income["dividends_received"])
    same(income["tax_saved"], np.zeros(6))


def test_losses_of_a_holding_taxed_alone_are_used_on_its_taxed_dividends() -> None:
    """Financing fees expensed on closing day are the holding's loss; dividends, wholly taxed, use it up."""
    scenario = written(
        "extends: film\n"
        "policy: {corporate_tax: {regime: parent_subsidiary, dividend_taxable: 100 %}}\n"
        "factory: {opening_debt: 0}\n"
        "deals: {fund: {fees: {financing: {amortised: false}}, plan: {payout: 1}, "
        "funding: {loans: {bank: {rate: 0, size: {beyond_equity: 90 %}, balloon: 1}}}}}\n"
    )
    result = run(scenario).deals["fund"]
    loss = float(result.closing.financing_fees[0])
    assert loss > 10_000.0
    same(result.positions.group_tax_losses[0], loss)
    same(result.positions.factory_tax_losses[0], 0.0)
    sent_up = 4_200_000.0 - 600_000.0 - 1_800_000.0
    same(result.lines.holding_dividends[1], sent_up)
    used = min(loss, 1_000_000.0 + 0.5 * (sent_up - 1_000_000.0))
    same(paid(result, "holding", "state", "corporate_tax")[1], 0.25 * (sent_up - used))
    same(result.positions.group_tax_losses[1], loss - used)


def test_a_holding_fails_where_dividends_after_their_tax_do_not_pay_its_debt() -> None:
    """A loan without interest, a seventh of it due: 3.3 M can be sent up once repairs are bought, of which
    1.25 % go to the State. Debts on both sides of the limit, with cash that a standstill would keep.
    """
    least = 3_300_000.0 * (1.0 - 0.25 * 0.05)
    due = least + np.array([-20_000.0, -100.0, -0.01, 0.01, 100.0, 1_000.0, 2_500.0, 5_000.0, 50_000.0])
    scenario = written(
        "extends: film\n"
        "factory: {opening_debt: 0}\n"
        "policy: {corporate_tax: {regime: parent_subsidiary, dividend_taxable: 5 %}}\n"
        "deals: {fund: {price: {multiple: 6}, fees: {financing: null}, funding: {"
        "minimum_cash: {amount: 200_000, funded: false}, "
        "loans: {bank: {rate: 0, balloon: 0, size: {beyond_equity: null, amount: 20_000_000}}}}}}\n"
    )
    result = run(vary(scenario, {"deals.fund.funding.loans.bank.size.amount": 7.0 * due})).deals["fund"]
    assert not np.any(result.closing.not_financed)
    failed = result.status("holding")[:, 1] == Status.RESTRUCTURED
    assert failed.tolist() == [False] * 3 + [True] * 6
    tax = 0.0125 * result.lines.holding_dividends[:, 1]
    same(paid(result, "holding", "state", "corporate_tax")[:, 1], tax, within=1e-6)
    same(result.lines.holding_dividends[:3, 1], due[:3] / (1.0 - 0.0125), within=1e-6)
    same(result.lines.holding_dividends[3:, 1], 3_300_000.0 - 200_000.0, within=1e-6)


def test_a_family_pays_the_same_tax_under_both_regimes() -> None:
    together, apart = played("family"), played("family", **APART)
    for name, series in vars(together.lines).items():
        same(getattr(apart.lines, name), series, within=0.0)


# --- interest that is not deducted --------------------------------------------------------------------------


def limited(share: float, freely: float) -> dict[str, Any]:
    return {
        "policy__interest_limit__share_of_ebitda": share,
        "policy__interest_limit__freely": freely,
    }


@pytest.mark.parametrize(
    ("share", "freely", "deducted"),
    [(0.1, 0.0, 420_000.0), (0.1, 1_000_000.0, 1_000_000.0), (0.3, 3_000_000.0, None), (0.0, 0.0, 0.0)],
    ids=["10 % of EBITDA", "one million", "the law as it stands", "nothing"],
)
def test_a_group_deducts_interest_up_to_the_limit(
    share: float, freely: float, deducted: float | None
) -> None:
    result = played("fund", **limited(share, freely))
    interest = 0.07 * float(result.closing.loans[0])
    deducted = interest if deducted is None else deducted
    fees = 0.025 * result.closing.loans[0] / 7.0
    same(result.lines.interest_not_deducted[1], interest - deducted)
    same(result.lines.group_tax[1], 0.25 * (2_400_000.0 - deducted - fees))
    same(result.lines.factory_tax[1], 600_000.0)
    by_hand = 0.5 * (0.75 * 2_400_000.0 - 0.05 * 19_800_000.0) * (9_000_000.0 / 1.41) / 13_470_000.0
    same(result.lines.participation[1], by_hand)


def test_companies_taxed_alone_have_each_their_limit() -> None:
    """A loan of each company. The factory's limit is a share of EBITDA; the holding, which has none, may
    deduct the amount that is free. What the factory may not deduct raises participation too.
    """
    own = (
        "own: {rank: 2, lender: banks, entity: factory, size: {amount: 10_000_000}, rate: 8 %, "
        "interest_on: opening, repayment: bullet}"
    )
    scenario = written(
        "extends: film\n"
        "policy: {corporate_tax: {regime: parent_subsidiary, dividend_taxable: 0 %}, "
        "interest_limit: {share_of_ebitda: 10 %, freely: 100_000}}\n"
        "deals: {fund: {fees: {financing: null}, funding: {loans: {"
        f"bank: {{size: {{beyond_equity: null, amount: 5_000_000}}}}, {own}}}}}}}}}\n"
    )
    result = run(scenario).deals["fund"]
    same(result.lines.interest_not_deducted[1], (800_000.0 - 420_000.0) + (350_000.0 - 100_000.0))
    taxable = 2_400_000.0 - 420_000.0
    same(result.lines.factory_tax[1], 0.25 * taxable)
    same(result.positions.group_tax_losses[1], 100_000.0)
    equity = float(result.positions.factory_equity[0])
    by_hand = 0.5 * (0.75 * taxable - 0.05 * equity) * (9_000_000.0 / 1.41) / 13_470_000.0
    same(result.lines.participation[1], by_hand)


def test_interest_on_cash_is_taken_off_before_the_limit() -> None:
    result = played(
        "fund", factory__opening_cash=5_000_000.0, weather__deposit_rate=0.04, **limited(0.1, 0.0)
    )
    earned = 0.04 * (result.positions.factory_cash[0] + result.positions.holding_cash[0])
    assert earned > 100_000.0
    same(result.lines.interest_not_deducted[1], result.lines.holding_interest[1] - earned - 420_000.0)


def test_a_co_operative_is_taxed_on_interest_above_the_limit() -> None:
    result = played("scop", **limited(0.1, 0.0))
    for year in range(1, 6):
        interest = 0.07 * result.positions.loans[0][year - 1]
        fees = 0.025 * result.closing.loans[0] / 7.0
        profit = 4_200_000.0 + 0.4 * 270_000.0 - result.lines.depreciation[year] - interest - fees
        refused = max(0.0, float(interest) - 420_000.0)
        same(result.lines.interest_not_deducted[year], refused)
        same(split_of(result, year, profit, added_back=refused), 0.0, within=1e-6)
    assert result.lines.interest_not_deducted[1] > 500_000.0


def test_a_co_operatives_tax_beyond_its_profit_is_a_loss_to_make_good() -> None:
    fall = Series(np.array([1.0, 0.82, 1.0, 1.0, 1.0, 1.0]))
    result = played(
        "scop",
        funding__loans__bank__size__beyond_equity=0.5,
        plan__capex_target__share_of_sales=0.0,
        weather__demand=fall,
        **limited(0.0, 0.0),
    )
    lines = result.lines
    profit = lines.ebitda[1] + lines.relief[1] - lines.depreciation[1] - lines.factory_interest[1]
    profit = float(profit - lines.factory_fees[1])
    taxable = profit + float(lines.factory_interest[1])
    assert profit < 0.0 < taxable
    same(lines.group_tax[1], 0.25 * taxable)
    same(lines.labour_share[1], 0.0)
    same(result.positions.losses_to_absorb[1], 0.25 * taxable - profit)


# --- two ways to fail ---------------------------------------------------------------------------------------


def test_a_factory_that_stops_in_the_year_of_its_sale_is_not_sold() -> None:
    fall = Series(np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.3]))
    result = run(vary(shipped("film"), {"weather.demand": fall})).deals["fund"]
    assert result.status("factory").tolist() == [0, 0, 0, 0, 0, 2]
    parts = debt_repaid(result)
    same(parts["written_off"] + parts["by_the_next_buyer"], result.eve.loans[0])
    assert parts["written_off"] > 0.0
    assert all(payer != "next_buyer" for payer, _, _ in result.ledger.amounts)


def test_a_credit_line_of_the_holding_does_not_save_a_factory_that_cannot_pay() -> None:
    """The factory's own loan falls due; the holding, itself unable to pay, can lend nothing down."""
    loans = (
        "bank: {rate: 0, size: {beyond_equity: 40 %}}, "
        "own: {rank: 2, lender: banks, entity: factory, size: {amount: 6_000_000}, rate: 0, "
        "interest_on: opening, repayment: bullet, years: 1}"
    )
    line = "revolver: {lender: banks, entity: holding, limit: 3_000_000, rate: 0, commitment_fee: 0}"
    scenario = written(f"extends: film\ndeals: {{fund: {{funding: {{loans: {{{loans}}}, {line}}}}}}}\n")
    result = run(scenario).deals["fund"]
    assert result.status("factory")[1] == Status.LIQUIDATED
    assert np.all(result.positions.factory_cash >= -1e-6)


# --- the co-operative ---------------------------------------------------------------------------------------


def split_of(result: Result, year: int, profit: float, rate: float = 0.25, added_back: float = 0.0) -> float:
    """How far the year's split is from the law's arithmetic on a profit before tax, labour share and levy.

    Tax is a quarter (``rate``) of profit less labour share, its levy, and a provision equal to the smaller of
    labour share and reserves; what is left is labour share, reserves and interest on shares, at 45, 45 and
    10 %. ``added_back``: interest that is taxed although it was paid.
    """
    lines = result.lines
    labour, levy, tax = lines.labour_share[year], lines.levy[year], lines.group_tax[year]
    surplus = labour / 0.45
    errors = [
        levy - 0.08 * labour,
        tax - rate * (profit + added_back - levy - labour - 0.45 * surplus),
        lines.share_interest[year] - 0.10 * surplus,
        profit - tax - levy - surplus,
    ]
    return float(max(map(abs, errors)))


def test_a_co_operative_splits_its_surplus_by_law() -> None:
    result = played("scop")
    for year in range(1, 6):
        interest = 0.07 * result.positions.loans[0][year - 1]
        fees = 0.025 * result.closing.loans[0] / 7.0
        profit = 4_200_000.0 + 0.4 * 270_000.0 - result.lines.depreciation[year] - interest - fees
        same(split_of(result, year, profit), 0.0, within=1e-6)


def test_a_labour_share_is_paid_after_its_blocked_years() -> None:
    loans = "{bank: {size: {beyond_equity: 60 %}}}"
    scenario = written(f"extends: scop\nhorizon: 8\ndeals: {{scop: {{funding: {{loans: {loans}}}}}}}\n")
    result = run(scenario).deals["scop"]
    received = paid(result, "factory", "workers", "labour_share")
    assert np.all(result.lines.labour_share[1:4] > 0.0)
    same(received[:6], np.zeros(6))
    same(received[6:], result.lines.labour_share[1:4])
    levy = paid(result, "factory", "state", "levy")
    same(levy[2:], result.lines.levy[1:-1])
    same(paid(result, "factory", "workers", "interest_on_shares")[2:], result.lines.share_interest[1:-1])


def test_shares_of_a_co_operative_are_worth_par_and_its_reserves_belong_to_nobody() -> None:
    result = played("scop")
    end = {name: getattr(result.positions, name) for name in ("labour_share_owed", "share_interest_owed")}
    accounts = sum(row[5] for row in end["labour_share_owed"]) + end["share_interest_owed"][5]
    par = 4_000.0 * 0.80 * 210.0
    same(result.claims_end["workers"] - accounts, par)
    debts = result.positions.loans[0][5] + result.positions.levy_owed[5] + result.positions.gap[5]
    rest = 21_000_000.0 + result.positions.factory_cash[5] - debts - accounts - par
    same(result.claims_end["indivisible_reserves"], rest)
    assert np.isnan(returns(result)["workers"]["irr"])


def test_a_co_operative_may_pay_five_times_but_not_six() -> None:
    scenario = shipped("scop")
    result = played("scop", price__multiple=np.array([5.0, 6.0]))
    after = [19.8e6 + 672e3 - (multiple * 4.2e6 - 4.2e6) - 0.03 * multiple * 4.2e6 for multiple in (5.0, 6.0)]
    assert [equity >= 0.5 * 672e3 for equity in after] == [True, False]
    assert result.closing.forbidden["equity_after_price"].tolist() == [False, True]
    assert np.all(result.closing.not_financed)
    assert np.all(result.status("factory")[1, :2] == Status.NOT_FINANCED)
    same(result.positions.factory_equity[:, 0], after)
    document = load("written_by_a_test", HEAD + "extends: scop\ndeals: {scop: {price: {multiple: 6}}}\n")
    assert "equity_after_price" in [problem.code for problem in document.problems]
    assert not close(scenario, scenario.deals["scop"], factory_for_sale(scenario)).forbidden[
        "equity_after_price"
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"terms__labour_share": 0.24}, "unlawful_split"),
        ({"terms__labour_share": 0.76}, "unlawful_split"),
        ({"terms__labour_share": 0.40, "terms__share_interest": 0.41}, "unlawful_split"),
        ({"terms__workers_votes": 0.64}, "workers_votes"),
    ],
)
def test_the_law_of_co_operatives_forbids(changes: dict[str, Any], reason: str) -> None:
    result = played("scop", **changes)
    assert {name for name, cells in result.closing.forbidden.items() if cells} == {reason}
    assert result.status("factory")[0] == Status.NOT_FINANCED


@pytest.mark.parametrize(("outside", "forbidden"), [(645_000.0, False), (646_000.0, True)])
def test_workers_hold_fifty_one_per_cent_of_a_co_operatives_capital(outside: float, forbidden: bool) -> None:
    """672,000 is 51 % of 1,317,647: outsiders may bring 645,647."""
    scenario = vary(shipped("scop"), {})
    deal = scenario.deals["scop"]
    stakes = {
        **deal.funding.equity,
        "solidarity_lenders": type(deal.funding.equity["workers"])(amount=outside),
    }
    funding = deal.funding.model_copy(update={"equity": stakes})
    closing = close(scenario, deal.model_copy(update={"funding": funding}), factory_for_sale(scenario))
    assert bool(closing.forbidden["workers_capital"]) is forbidden


# --- the family ---------------------------------------------------------------------------------------------


def test_a_familys_stake_is_the_price_it_refuses() -> None:
    result = played("family")
    same(result.claims_start["family"], 21_000_000.0 - 4_200_000.0)
    same(returns(result)["family"]["paid_in"], 16_800_000.0)
    assert all("price_of_shares" not in key and "equity" not in key for key in result.ledger.amounts)
    debts = (
        result.positions.loans[0][5] + result.positions.participation_owed[5] + result.positions.levy_owed[5]
    )
    held = 21_000_000.0 + result.positions.factory_cash[5] - debts
    same(result.claims_end["family"], held)
    dividends = paid(result, "factory", "family", "dividend").sum()
    same(gain(result), dividends + held - 16_800_000.0)
    same(who_got_what(result)["family"]["total"], gain(result))


# --- the family that buys -----------------------------------------------------------------------------------


def test_a_family_that_buys_pays_as_the_fund_does_and_holds_what_creditors_leave() -> None:
    family, fund = played("family_purchase"), played("fund")
    for name in ("debt", "machines", "factory_cash", "holding_cash"):
        same(getattr(family.positions, name)[:5], getattr(fund.positions, name)[:5], within=0.0)
    same(family.closing.stakes["family"], fund.closing.stakes["fund"])
    end = family.positions
    owed = end.loans[0][5] + end.participation_owed[5] + end.levy_owed[5]
    held = 21_000_000.0 + end.factory_cash[5] + end.holding_cash[5] - owed
    same(family.claims_end["family"], held)
    same(returns(family)["family"]["received"], held)
    same(gain(family), held - family.closing.stakes["family"])
    # The fund pays the costs of its sale, which the family does not have.
    same(gain(family) - gain(fund), 0.02 * 21_000_000.0)
    assert all("next_buyer" not in key for key in family.ledger.amounts)
    same(debt_repaid(family)["still_owed"], end.loans[0][5])


PARTNERS = """
extends: family-buys
deals:
  family:
    funding:
      equity:
        family: {share_of_uses: 6 %}
        managers: {share_of_uses: 2 %}
        nobody_yet: rest
"""


def test_shareholders_who_keep_have_their_part_and_missing_money_is_owed_at_par() -> None:
    result = run(written(PARTNERS)).deals["family"]
    claims, missing = result.claims_end, result.closing.missing
    same(claims["nobody_yet"], missing)
    assert float(missing) > 400_000.0
    same(claims["family"], 3.0 * claims["managers"])
    same(
        sum(
            value["received"] - value["paid_in"]
            for party, value in returns(result).items()
            if party != "banks"
        ),
        gain(result),
    )


def test_a_family_whose_holding_no_longer_pays_still_owes_its_lenders() -> None:
    result = played("family_purchase", funding__loans__bank__balloon=0.0)
    assert result.status("holding")[5] == Status.RESTRUCTURED
    same(debt_repaid(result)["written_off"], 0.0)
    left = 21_000_000.0 + result.positions.factory_cash[5] + result.positions.holding_cash[5]
    assert 0.0 < float(result.claims_end["family"]) < left - float(result.positions.loans[0][5])


# --- statuses -----------------------------------------------------------------------------------------------


def test_the_codes_of_the_statuses() -> None:
    codes = {status.name: int(status) for status in Status}
    assert codes == {
        "SOUND": 0,
        "RESTRUCTURED": 1,
        "LIQUIDATED": 2,
        "NOT_FINANCED": 3,
        "WAIVED": 4,
        "CURED": 5,
        "DEFERRED": 6,
    }


def test_one_batch_may_end_in_every_way() -> None:
    """Sound; too dear for the holding; a fall that the factory does not survive; money that is missing."""
    scenario = written(
        "extends: film\ndeals: {fund: {funding: {equity: {fund: {amount: 2_000_000}, nobody_yet: rest}}}}\n"
    )
    equity = film_by_hand.close(5.0)["equity"], film_by_hand.close(7.0)["equity"]
    changes = {
        "deals.fund.price.multiple": np.array([5.0, 7.0, 5.0, 5.0]),
        "deals.fund.funding.equity.fund.amount": np.array([equity[0], equity[1], equity[0], equity[0] - 1.0]),
        "weather.demand": Series(np.array([[1.0, 1.0], [1.0, 1.0], [1.0, 0.3], [1.0, 1.0]])),
    }
    result = run(vary(scenario, changes)).deals["fund"]
    failing = len(film_by_hand.film(7.0, "half"))
    assert film_by_hand.film(7.0, "half")[-1]["status"] == "restructured"
    assert result.status("holding").tolist() == [
        [0, 0, 0, 0, 0, 0],
        [0] * failing + [1] * (6 - failing),
        [0, 2, 2, 2, 2, 2],
        [3, 3, 3, 3, 3, 3],
    ]
    assert result.status("factory")[:, 5].tolist() == [0, 0, 2, 3]
    assert result.closing.not_financed.tolist() == [False, False, False, True]
    same(result.closing.missing, [0.0, 0.0, 0.0, 1.0], within=1e-6)
    same(result.lines.sales[1], np.full(6, 30e6))
    same(result.lines.sales[2], [30e6, 9e6, 0.0, 0.0, 0.0, 0.0])


def test_after_a_sale_there_is_no_status() -> None:
    result = run(written("extends: film\nhorizon: 7\n")).deals["fund"]
    assert result.status("factory").tolist() == [0, 0, 0, 0, 0, 0, -1, -1]


# --- dearer is never better ---------------------------------------------------------------------------------

RATES, PRICES = np.linspace(0.0, 0.12, 25), np.linspace(3.0, 7.0, 33)
DEARER: dict[str, dict[str, Any]] = {
    "rate": {"funding__loans__bank__rate": RATES},
    "price": {"price__multiple": PRICES, "exit__multiple_change": 5.0 - PRICES},
}
"""What grows, all else equal: the next buyer pays five times whatever the first price was."""


@pytest.mark.parametrize("form", ["fund", "workers_holding"])
@pytest.mark.parametrize("dearer", DEARER)
@pytest.mark.parametrize("profile", [0.0, 0.5, 1.0])
def test_a_dearer_loan_or_price_never_raises_the_gain(form: str, dearer: str, profile: float) -> None:
    result = played(form, funding__loans__bank__balloon=profile, **DEARER[dearer])
    sound = np.all(result.status("holding") == Status.SOUND, axis=-1)
    gains = gain(result)[sound]
    assert sound.sum() >= 5
    assert np.all(np.diff(gains) <= 1e-6)
    assert gains[0] > gains[-1]
    assert np.all(np.diff(sound.astype(int)) <= 0), "a dearer deal does not survive where a cheaper one fails"


# --- what a co-operative owes to members who do not work there ---------------------------------------------

OUTSIDERS = """
extends: scop
deals:
  scop:
    funding:
      equity:
        workers: {amount: 1_500_000}
        solidarity_lenders: {amount: 500_000}
"""


def test_outside_members_of_a_cooperative_hold_their_own_shares() -> None:
    result = run(written(OUTSIDERS)).deals["scop"]
    assert float(result.claims_end["solidarity_lenders"]) >= 500_000.0, "the shares are worth par"
    workers = paid(result, "factory", "workers", "interest_on_shares")
    outsiders = paid(result, "factory", "solidarity_lenders", "interest_on_shares")
    assert np.any(outsiders > 0.0)
    np.testing.assert_allclose(outsiders, workers / 3.0, rtol=1e-12)


def test_a_price_in_euros_for_a_factory_that_earns_nothing_is_no_multiple() -> None:
    document = load(
        "written_by_a_test",
        HEAD
        + "extends: film\nfactory: {operations: {other_costs: 30 %}}\n"
        + "deals: {fund: {price: {amount: 5_000_000}}}\n",
    )
    assert [problem.code for problem in document.problems] == ["no_multiple"]


def test_a_labour_share_cannot_be_blocked_for_no_time_or_for_ever() -> None:
    for years in (0, -1, 200):
        text = HEAD + f"extends: scop\ndeals: {{scop: {{terms: {{labour_share_blocked_years: {years}}}}}}}\n"
        assert [problem.code for problem in load("written_by_a_test", text).problems] == ["out_of_range"]
