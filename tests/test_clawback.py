"""What sellers give back where the factory closes soon after, each against sums done by hand."""

from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np
import pytest

from lbo_model import sheet
from lbo_model.classroom import facts
from lbo_model.classroom.cases import shelf
from lbo_model.classroom.sentences import on_the_resale
from lbo_model.engine import Result, play, run
from lbo_model.measures import (
    bridge_other,
    cumulated_account,
    fund_house,
    gain,
    irr,
    owners_in_a_row,
    returns,
    shared_out,
    value_bridge,
    who_got_what,
)
from lbo_model.quantities import TOLERANCE
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load
from lbo_model.studies import highest_price, vary, without_levers
from lbo_model.words import Words
from tests.invariants import INVARIANTS, SPOILT, what_sellers_give_back_the_estate_receives, with_payment
from tests.scenario_texts import scenario_of
from tests.strategies import random_scenario

CHAIN = """
format: 1
title: {{fr: Essai, en: Trial}}
story: {{fr: Essai, en: Trial}}
currency: EUR
horizon: 9
behaviour: mechanics
factory:
  operations: {{sales: 100, ebitda_margin: 20 %}}
  machines: {{opening: 80, depreciation: {{amount: 8}}, needed: {{amount: 0}}}}
  working_capital: 0 %
  opening_cash: 0
  opening_debt: 0
weather: {{price_growth: 0 %, volume_growth: 0 %, demand: [1, 1, 1, 1, 1, {demand}]}}
policy:
  corporate_tax: {{rate: 0 %, losses: lost, fees_deductible: false}}
  distress: {{price_share: 75 %, court_costs: 10 %, machines_recovered: 50 %, working_capital_recovered: 0 %}}
  {law}
deals:
  first:
    form: fund
    price: {{multiple: 5, basis: trailing, cash: paid_for}}
    fees: {{}}
    terms: {terms}
    funding:
      loans:
        bank: {{rank: 1, lender: banks, entity: holding, size: {{amount: 40}}, {loan}}}
      equity: {equity}
    plan: {{served_first: lenders, capex_target: {{amount: 0}}, capex_floor: {{amount: 0}}, payout: 100 %}}
    exit: {{year: 4, multiple_change: {change}, basis: trailing, costs: 0 %, catch: 0 %}}
    then: second
  second:
    form: {form}
    price: {{as_sold: true, basis: trailing, cash: paid_for}}
    fees: {{}}
    funding:
      loans:
        works: {{rank: 1, lender: banks, entity: factory, size: {{amount: {below}}}, {repaid}}}
        bank: {{rank: 2, lender: mezzanine, entity: holding, size: {{amount: {above}}}, {loan}}}
      equity: {{{owner}: rest}}
    plan: {{served_first: lenders, capex_target: {{amount: 0}}, capex_floor: {{amount: 0}}, payout: 100 %}}
    exit: {{year: {until}, multiple_change: 0, basis: trailing, costs: 0 %, catch: 0 %}}
"""
"""EBITDA 20, bought for 100 with 40 lent. Four dividends of 20; sold for 7 x 20 = 140, of which 40 repay the
loan. In the second owner's first year sales are 5 and EBITDA 1, and its factory owes half of a loan of 80.

Machines are worth 80 - 5 x 8 = 40 then and fetch 20, court costs take 2: with the year's 1, there are 19.
"""
LAW = "clawback: {{share: {}, years: {}}}"
HALF = LAW.format("50 %", 3)


@cache
def scenario(
    law: str = HALF,
    demand: str = "0.05",
    change: float = 2,
    below: float = 80,
    above: float = 30,
    equity: str = "{fund: rest}",
    terms: str = "{}",
    form: str = "fund",
    until: int = 4,
) -> Scenario:
    bullet = "rate: 0 %, interest_on: opening, repayment: bullet"
    repaid = "rate: 0 %, interest_on: opening, repayment: yearly_share, yearly_share: 50 %"
    text = CHAIN.format(
        law=law,
        demand=demand,
        change=change,
        below=below,
        above=above,
        equity=equity,
        terms=terms,
        form=form,
        owner="fund" if form == "fund" else "family",
        until=until,
        loan=bullet,
        repaid=repaid,
    )
    return scenario_of(load("trial.yaml", text))


def row(*arguments: Any, **changes: Any) -> tuple[Result, ...]:
    return owners_in_a_row(run(scenario(*arguments, **changes)), "first")


def same(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-9)


def given(result: Result, party: str = "fund") -> np.ndarray:
    return result.ledger.paid(party, ("given_back",))


def to_the_estate(result: Result) -> np.ndarray:
    return result.ledger.received("factory", ("clawback",))


def keeps_every_invariant(results: tuple[Result, ...]) -> None:
    for result in results:
        for name, invariant in INVARIANTS.items():
            assert invariant.check(result) <= TOLERANCE, (result.name, name)
    assert what_sellers_give_back_the_estate_receives(results) <= TOLERANCE


# --- a chain by hand ----------------------------------------------------------------------------------------


def test_a_fund_gives_back_half_of_its_last_dividends_and_of_its_gain_at_the_sale() -> None:
    """Dividends of three years, 60, and 100 - 60 at the sale: 50 % of 100, paid a year after the sale."""
    first, second = row()
    same(given(first), [0, 0, 0, 0, 0, 50, 0, 0, 0, 0])
    same(to_the_estate(second), [0, 50, 0, 0, 0, 0])
    assert first.ledger.amounts["fund", "next_buyer", "given_back"][5] == pytest.approx(50)
    assert second.ledger.amounts["seller", "factory", "clawback"][1] == pytest.approx(50)
    keeps_every_invariant((first, second))


def test_the_estate_pays_its_creditors_by_rank() -> None:
    """19 and then 69 of the 80 that the factory owes; its holding's lender gets nothing either way."""
    for law, paid in (("", 19), (HALF, 69)):
        second = row(law)[1]
        same(second.ledger.received("banks", ("principal",))[1], paid)
        same(second.ledger.received("mezzanine")[1], 0)
        same(second.ledger.received("fund")[1:], 0)


def test_the_seller_s_returns_show_what_it_gave_back_at_its_date() -> None:
    """60 in; 80 of dividends, 100 at the sale, 50 back: 130."""
    first = row()[0]
    fund = returns(first)["fund"]
    same(fund["received"], 130)
    same(fund["multiple"], 130 / 60)
    same(fund["irr"], irr([-60.0, 20, 20, 20, 120, -50]))
    same(gain(first), 70)
    same(sum(value_bridge(first).values()), 70)
    same(bridge_other(first)["clawback"], -50)
    same(who_got_what(first)["fund"]["cash"], 70)
    same(who_got_what(first)["next_buyer"]["cash"] + 140, 50)


def test_in_the_failing_deal_the_former_owner_pays() -> None:
    second = row()[1]
    got = who_got_what(second)
    same(got["seller"]["cash"], 140 - 50)
    same(got["fund"]["total"], -140 + 80 + 30)
    same(bridge_other(second)["clawback"], 50)
    same(gain(second), -30)
    same(second.lines.clawback[1], 50)


def test_over_both_owners_each_euro_is_counted_once() -> None:
    with_law, without = row(), row("")
    moved = {
        party: amount - cumulated_account(without)[party]
        for party, amount in cumulated_account(with_law).items()
    }
    same([moved.pop("fund"), moved.pop("banks")], [-50, 50])
    same(list(moved.values()), 0)
    same(sum(cumulated_account(with_law).values()), sum(map(shared_out, with_law)))


# --- how much -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("law", [LAW.format("0 %", 3), LAW.format("50 %", 0)])
def test_a_share_or_a_time_of_nothing_gives_the_former_numbers(law: str) -> None:
    for one, other in zip(row(law), row(""), strict=True):
        assert one.ledger.amounts.keys() == other.ledger.amounts.keys()
        for key, amounts in one.ledger.amounts.items():
            assert np.array_equal(amounts, other.ledger.amounts[key])
        assert str(asdict(one.positions)) == str(asdict(other.positions))
        assert str(returns(one)) == str(returns(other))
        assert one.last_payment == other.last_payment == 4


def test_no_seller_gives_back_more_than_it_gained() -> None:
    """Sold for 40, which repays the loan and leaves 0: four dividends of 20 for a stake of 60 are a gain of
    20, and the last three of them 60. Creditors lack 21.
    """
    first, second = row(LAW.format("100 %", 3), change=-3, below=38, above=2)
    same(given(first)[5], 20)
    fund = returns(first)["fund"]
    same(fund["multiple"], 1)
    same(fund["irr"], 0)
    keeps_every_invariant((first, second))


def test_who_lost_money_gives_nothing_back() -> None:
    """Bought for 160 with a stake of 120; four dividends of 20, and 40 of a price of 80: all was its own."""
    dear = vary(scenario(change=-3, below=38, above=2), {"deals.first.price.multiple": 8.0})
    first, second = owners_in_a_row(run(vary(dear, {"deals.first.exit.multiple_change": -4.0})), "first")
    same(second.last_date, 1)
    same(returns(first)["fund"]["received"], 120)
    same(given(first), 0)


def test_sellers_give_no_more_than_creditors_lack() -> None:
    """A loan of 21 leaves 2 unpaid, and the holding's lender misses its 30: 32 of the 50 that are asked."""
    first, second = row(below=21)
    same(given(first)[5], 32)
    same(second.ledger.received("mezzanine", ("principal",))[1], 30)
    same(second.ledger.received("fund")[1:], 0)
    keeps_every_invariant((first, second))


@pytest.mark.parametrize(("years", "paid"), [(0.5, 0), (1, 0), (1.5, 0), (2, 40), (3, 50)])
def test_nothing_is_given_back_after_its_time(years: float, paid: float) -> None:
    """The factory closes two years after the sale. Two years of dividends make 40, half of 40 + 40 is 40."""
    slow = vary(scenario(), {"weather.demand": [1.0] * 6 + [0.05], "policy.clawback.years": float(years)})
    slow = vary(slow, {"deals.second.funding.loans.works.yearly_share": 0.25})
    first, second = owners_in_a_row(run(slow), "first")
    same(second.last_date, 2)
    same(given(first)[6], paid)
    same(to_the_estate(second)[2], paid)


@pytest.mark.parametrize(("until", "counts"), [(1, True), (0, False)])
def test_what_comes_after_the_exit_of_who_failed_counts_nowhere(until: int, counts: bool) -> None:
    """A family buys to keep; its factory closes in its second year, when it is still compared or no more."""
    slow = scenario(form="family_purchase", until=1 + until)
    slow = vary(slow, {"weather.demand": [1.0] * 6 + [0.05]})
    slow = vary(slow, {"deals.second.funding.loans.works.yearly_share": 0.25})
    first, second = owners_in_a_row(run(slow), "first")
    same(given(first)[6], 50)
    same(to_the_estate(second)[2], 50)
    same(returns(first)["fund"]["received"], 130 if counts else 180)
    same(who_got_what(first)["fund"]["cash"], 70 if counts else 120)
    same(sum(cumulated_account((first, second)).values()), sum(map(shared_out, (first, second))))
    keeps_every_invariant((first, second))


def test_a_holding_in_default_whose_factory_trades_asks_for_nothing() -> None:
    """Without a loan of its own the factory lives on an EBITDA of 1, and its holding cannot repay 15."""
    scenario_of_holding = vary(
        scenario(below=0),
        {
            "deals.second.funding.loans.bank.repayment": "yearly_share",
            "deals.second.funding.loans.bank.yearly_share": 0.5,
        },
    )
    first, second = owners_in_a_row(run(scenario_of_holding), "first")
    assert second.status("holding")[1] == 1
    same(given(first), 0)
    same(to_the_estate(second), 0)


def test_every_owner_gives_for_itself() -> None:
    """Managers hold a tenth: 6 of 60 brought, and a tenth of all that is asked."""
    first, second = row(equity="{fund: rest, managers: {amount: 6}}")
    same([given(first)[5], given(first, "managers")[5]], [45, 5])
    same(returns(first)["managers"]["multiple"], 130 / 60)
    keeps_every_invariant((first, second))


@pytest.mark.parametrize(
    ("flows", "rate"),
    [([-60, 80, -20], 0.0), ([-60, 80, 0, 0, 0, 0, -20], 0.19858), ([-60, 20, 20, 20, 120, -120], 0.0)],
)
def test_a_gain_that_is_all_given_back_leaves_the_rate_that_a_cent_less_would(
    flows: list[float], rate: float
) -> None:
    """0 makes such flows worth nothing; so does a rate above it where 20 were kept for five years."""
    assert float(irr(flows)) == pytest.approx(rate, abs=1e-5)
    assert sum(flow / (1 + rate) ** year for year, flow in enumerate(flows)) == pytest.approx(0, abs=1e-3)
    assert float(irr([*flows[:-1], flows[-1] + 1e-9])) == pytest.approx(rate, abs=2e-5)


# --- owners in a row ----------------------------------------------------------------------------------------


def three() -> Scenario:
    """A second sale after one year, 140 again; the third owner's factory closes two years after the first."""
    there = scenario()
    second = there.deals["second"]
    sold = second.model_copy(
        update={
            "then": "third",
            "exit": second.exit.model_copy(update={"year": 1}),
            "funding": there.deals["first"].funding,
        }
    )
    deals = {"first": there.deals["first"], "second": sold, "third": second}
    return vary(there.model_copy(update={"deals": deals}), {"weather.demand": [1.0] * 6 + [0.05]})


def test_all_who_sold_in_time_give_in_proportion() -> None:
    """The first may be asked for 50. The second brings 100, gets a dividend of 20 and 100 at the sale: 10.
    Machines of 32 fetch 16 less 1.6, and the year leaves 1: creditors of 80 and 30 lack 94.6, those of 15.4
    and 30 lack 30.
    """
    results = owners_in_a_row(run(three()), "first")
    first, second, third = results
    same(given(first)[6], 50)
    same(given(second)[2], 10)
    same(to_the_estate(third)[1], 60)
    keeps_every_invariant(results)
    poor = vary(three(), {"deals.third.funding.loans.works.size.amount": 15.4})
    poor = vary(poor, {"deals.third.funding.loans.works.yearly_share": 1.0})
    results = owners_in_a_row(run(poor), "first")
    same([given(results[0])[6], given(results[1])[2]], [25, 5])


# --- batches, bids, funds -----------------------------------------------------------------------------------


def test_a_batch_of_mixed_cells_is_each_life_by_itself() -> None:
    """Some factories close in time, some too late, some never; some sellers gained little or nothing."""
    changes: dict[str, list[float]] = {
        "policy.clawback.share": [0.5, 1.0, 0.0, 0.5, 0.5, 0.5, 1.0],
        "policy.clawback.years": [3.0, 3.0, 3.0, 0.0, 3.0, 3.0, 3.0],
        "deals.first.price.multiple": [5.0, 5.0, 5.0, 5.0, 8.0, 5.0, 5.0],
        "deals.first.exit.multiple_change": [2.0, -3.0, 2.0, 2.0, -4.0, 2.0, 2.0],
        "deals.second.funding.loans.works.size.amount": [80.0, 38.0, 80.0, 80.0, 38.0, 1.0, 21.0],
        "deals.second.funding.loans.bank.size.amount": [30.0, 2.0, 30.0, 30.0, 2.0, 30.0, 30.0],
    }
    played = run(vary(scenario(), {path: np.array(cells) for path, cells in changes.items()}))
    batch, paid = played.deals, []
    for cell in range(7):
        single = run(vary(scenario(), {path: cells[cell] for path, cells in changes.items()})).deals
        for name, one in single.items():
            for key, amounts in batch[name].ledger.amounts.items():
                same(amounts[cell], one.ledger.amounts.get(key, 0.0))
            for party, got in returns(one).items():
                for item, amount in got.items():
                    same(returns(batch[name])[party][item][cell], amount)
            same(gain(batch[name])[cell], gain(one))
            same(sum(value_bridge(batch[name]).values())[cell], gain(one))
        paid.append(float(given(single["first"]).sum()))
    same(paid, [50, 20, 0, 0, 0, 0, 32])
    keeps_every_invariant(owners_in_a_row(played, "first"))


def test_a_fund_bids_less_only_where_it_really_pays() -> None:
    """To earn 20 % a year, and nothing where the next factory lives."""
    bids = {
        (law, demand): float(highest_price(scenario(law, demand, below=22), "first", 0.2).multiple)
        for law in ("", HALF)
        for demand in ("0.05", "1")
    }
    assert bids[HALF, "0.05"] < bids["", "0.05"] - 0.05
    assert bids[HALF, "1"] == bids["", "1"]
    alone = play(scenario(), "first", ())
    same(given(alone)[5], 50)


HOUSE = (
    "{fund_economics: {management_fee: 0 %, fee_years: 5, later_fee: 0 %, hurdle: 0 %,"
    " hurdle_is: compounded, catch_up: 100 %, carry: 20 %}}"
)


def test_the_manager_of_a_fund_gives_back_its_part_of_it() -> None:
    """A fifth of a gain of 120, and of 70 once investors have given 50 back: 24, then 14."""
    first, second = row(terms=HOUSE)
    house = fund_house(first)
    same(house["carried_interest"], 14)
    same(house["investors_gain"], 56)
    same(first.ledger.paid("fund_manager", ("carried_interest_returned",))[5], 10)
    same(house["gross_multiple"], 130 / 60)
    same(house["net_multiple"], 116 / 60)
    same(house["net_irr"], irr([-60.0, 20, 20, 20, 120 - 24, -50 + 10]))
    keeps_every_invariant((first, second))


# --- in any chain -------------------------------------------------------------------------------------------


def crashed(seed: int) -> Scenario | None:
    """Random owners in a row, of whom the second meets no market, under a law that asks for all."""
    drawn = random_scenario(seed)
    if len(drawn["deals"]) < 2:
        return None
    sold = drawn["deals"]["deal"]["exit"]["year"]
    drawn["weather"]["demand"] = [*[1.2] * (sold + 1), 0.05]
    drawn["policy"]["clawback"] = {"share": 1.0, "years": 10.0}
    return Scenario.model_validate(drawn)


def test_random_sellers_give_back_what_the_estate_receives() -> None:
    found = [one for one in map(crashed, range(150)) if one is not None]
    payers = 0
    for one in found:
        results = owners_in_a_row(run(one), "deal")
        payers += any(float(to_the_estate(result).sum()) > 0.0 for result in results)
        assert what_sellers_give_back_the_estate_receives(results) <= TOLERANCE
        same(sum(cumulated_account(results).values()), sum(map(shared_out, results)))
        for result in results:
            for name, invariant in INVARIANTS.items():
                assert invariant.check(result) <= 10 * TOLERANCE, (one.title, result.name, name)
    assert payers >= 3


def test_a_payment_that_no_estate_receives_is_seen() -> None:
    """The broken twin of the check over a row."""
    first, second = row()
    twin = with_payment(first, "fund", "next_buyer", "given_back", SPOILT, 5)
    assert what_sellers_give_back_the_estate_receives((twin, second)) >= 1.0
    twin = with_payment(second, "seller", "factory", "clawback", SPOILT, 1)
    assert what_sellers_give_back_the_estate_receives((first, twin)) >= 1.0


@pytest.mark.parametrize("language", ["fr", "en"])
def test_sheet_and_page_say_what_was_given_back(language: str) -> None:
    words, there = Words(language), shelf("clawback")
    case = there.case("fund", {}, "full")
    said = words.show(2.43e6, "money_short")
    assert said in " ".join(one.text for one in on_the_resale([case], words))
    assert facts.of_end(case)["owed"] < 1e6
    rows = dict(row for row in sheet.returns(case.result, words).rows if row is not None)
    assert rows[words.say("sheet.given_back")][1] == words.show(-float(given(case.result).sum()), "millions")


# --- the shipped scenario -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("share", "guarantee", "owed", "bank"), [(0.5, 2.43, 0, 0), (1.0, 3.42, 0.035, 1.406)]
)
def test_in_the_shipped_scenario_the_first_fund_pays_what_others_would_have_lost(
    share: float, guarantee: float, owed: float, bank: float
) -> None:
    """The numbers of ``docs/model.md``: a part of the gain, for the film's fund is paid at the sale alone."""
    shipped = vary(scenario_of(load("clawback")), {"policy.clawback.share": share})
    with_law = owners_in_a_row(run(shipped), "fund")
    without = owners_in_a_row(run(without_levers(shipped)), "fund")
    paid = float(given(with_law[0]).sum())
    assert paid == pytest.approx(share * float(gain(without[0])))
    multiples = [float(returns(row[0])["fund"]["multiple"]) for row in (without, with_law)]
    assert multiples == pytest.approx([3.2, 3.2 - share * 2.2], abs=0.005)
    received = {
        party: float(who_got_what(with_law[1])[party]["total"] - who_got_what(without[1])[party]["total"])
        for party in ("workers", "state", "banks", "fund")
    }
    advanced = [float(row[1].ledger.paid("state", ("wage_guarantee",)).sum()) for row in (without, with_law)]
    assert advanced[0] - advanced[1] == pytest.approx(guarantee * 1e6, abs=5e3)
    assert received["banks"] == pytest.approx(bank * 1e6, abs=6e3)
    assert received["workers"] + received["state"] - (advanced[0] - advanced[1]) == pytest.approx(
        owed * 1e6, abs=1e3
    )
    assert received["fund"] == 0.0
    assert sum(received.values()) == pytest.approx(paid)
