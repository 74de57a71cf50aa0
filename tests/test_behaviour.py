"""With consequences: what machines bought or not do to the factory, against sums made outside the program."""

import itertools
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from lbo_model import load, measures, run, vary
from lbo_model.engine import Result
from lbo_model.scenario import Scenario
from lbo_model.scenario.paths import InputError
from tests.strategies import Drawn, random_scenario

RULE = "factory.consequences."
HEAD = "format: 1\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
PLENTY = 200e6
"""Cash for growth beyond all that machines can cost: whoever has it buys whatever the plan says."""


@cache
def shipped(name: str) -> Scenario:
    scenario = load(name).scenario
    assert scenario is not None
    return scenario


def full(name: str, **changes: Any) -> Scenario:
    """A shipped scenario with consequences and other numbers; ``__`` stands for a dot."""
    return vary(
        shipped(name), {"behaviour": "full", **{path.replace("__", "."): to for path, to in changes.items()}}
    )


@cache
def rich(horizon: int = 8) -> Scenario:
    """An owner without debt and with plenty of cash, beside a plan that renews machines first."""
    text = HEAD + f"extends: unlevered\nhorizon: {horizon}\nbehaviour: full\n"
    text += "deals: {unlevered: {plan: {served_first: machines, growth_machines: 0 %, payout: 0 %},"
    text += f" funding: {{growth_capital: {PLENTY}}}, exit: {{year: {horizon}}}}}}}\n"
    scenario = load("rich.yaml", text).scenario
    assert scenario is not None
    return scenario


def play(scenario: Scenario, deal: str = "unlevered", **changes: Any) -> Result:
    paths = {path.replace("__", "."): value for path, value in changes.items()}
    return run(vary(scenario, paths)).deals[deal]


def close_to(found: Any, expected: Any, relative: float = 1e-9) -> None:
    np.testing.assert_allclose(found, expected, rtol=relative, atol=1e-6)


thousandths = st.integers(0, 1000).map(lambda step: step / 1000)


def between(low: float, high: float) -> st.SearchStrategy[float]:
    return thousandths.map(lambda step: round(low + (high - low) * step, 9))


rules = st.fixed_dictionaries(
    {
        RULE + "equipment_per_sales": between(0.2, 2.0),
        RULE + "worn_out_turns": between(0.0, 1.0),
        RULE + "quality_elasticity": between(0.0, 1.0),
        RULE + "share_elasticity": between(0.0, 3.0),
        RULE + "share_speed": between(0.0, 1.0),
    }
)


# --- the switch ---------------------------------------------------------------------------------------------


def test_the_switch_is_one_word_of_the_scenario_and_turns_back() -> None:
    film = shipped("film")
    there = vary(film, {"behaviour": "full"})
    back = vary(there, {"behaviour": "mechanics"})
    before, after = run(film).deals["fund"], run(back).deals["fund"]
    assert there.behaviour == "full"
    assert np.array_equal(before.lines.ebitda, after.lines.ebitda)
    assert run(there).deals["fund"].lines.ebitda[5] < before.lines.ebitda[5]


def test_full_asks_for_the_rules_of_machines() -> None:
    bare = shipped("film").model_copy(
        update={"factory": shipped("film").factory.model_copy(update={"consequences": None})}
    )
    with pytest.raises(InputError) as caught:
        vary(bare, {"behaviour": "full"})
    (fault,) = caught.value.faults
    assert (fault.path, fault.code) == ("behaviour", "needed_with")


def test_mechanics_says_nothing_of_machines() -> None:
    said = measures.measure(run(shipped("film")).deals["fund"])
    for name in ("capacity", "orders_turned_away", "equipment", "quality", "market_share"):
        assert np.all(np.isnan(said[name])), name


# --- an owner who maintains stays where they are ------------------------------------------------------------


def test_who_maintains_at_two_per_cent_inflation_stays_to_the_euro() -> None:
    result = play(rich(), weather__price_growth=0.02)
    close_to(result.lines.sales[5], 33_122_424.096)  # 30 M x 1.02 ** 5
    close_to(result.positions.equipment[5], 19_873_454.4576)  # 18 M x 1.02 ** 5
    close_to(result.lines.capex[5], 1_987_345.44576)  # 6 % of sales
    close_to(result.lines.headcount[1:], 210.0)
    close_to(result.positions.market_share, 1.0)


@given(rules, st.lists(between(-0.1, 0.2), min_size=1, max_size=8), between(0.0, 0.12))
def test_who_maintains_stays_at_any_inflation(rule: Drawn, inflation: list[float], needed: float) -> None:
    plan = {
        "weather.price_growth": [0.0, *inflation],
        "factory.machines.needed.share_of_sales": needed,
        "deals.unlevered.plan.capex_target.share_of_sales": needed,
    }
    with_consequences = play(rich(), **rule, **plan)
    without = play(rich(), **plan, behaviour="mechanics")
    for name in ("sales", "headcount", "ebitda", "capex"):
        close_to(getattr(with_consequences.lines, name), getattr(without.lines, name))
    prices = np.cumprod([1.0, *(1.0 + rate for rate in inflation)])
    prices = np.append(prices, prices[-1] * (1.0 + inflation[-1]) ** np.arange(1, 10 - len(prices)))
    opening = rule[RULE + "equipment_per_sales"] * 30e6
    close_to(with_consequences.positions.equipment, opening * prices[:9])
    close_to(with_consequences.positions.qualities[-1], 1.0)
    close_to(with_consequences.positions.market_share, 1.0)
    assert abs(with_consequences.eve.machines_owed) < 1.0


# --- two owners with the same plan and debt are equal -------------------------------------------------------


SAME_TOOL = {
    "price.multiple": between(3.5, 6.0),
    "funding.loans.bank.rate": between(0.03, 0.1),
    "funding.loans.bank.size.beyond_equity": between(0.05, 0.6),
    "plan.capex_floor.share_of_sales": between(0.0, 0.06),
    "plan.payout": between(0.0, 1.0),
    "exit.catch": between(0.0, 1.0),
}


@given(
    rules,
    st.fixed_dictionaries(SAME_TOOL),
    st.fixed_dictionaries(
        {"weather.volume_growth": between(-0.05, 0.1), "weather.price_growth": between(0.0, 0.05)}
    ),
)
def test_two_owners_with_the_same_plan_and_debt_are_equal_to_the_last_digit(
    rule: Drawn, terms: Drawn, weather: Drawn
) -> None:
    answers = []
    for name, deal in (("film", "fund"), ("workers-same-tool", "workers")):
        own = {f"deals.{deal}.{path}": value for path, value in terms.items()}
        answers.append(run(vary(shipped(name), {"behaviour": "full", **rule, **weather, **own})).deals[deal])
    fund, workers = answers
    for one, other in ((fund.positions, workers.positions), (fund.lines, workers.lines)):
        for name in vars(one).keys() - {"shares"}:
            assert np.array_equal(getattr(one, name), getattr(other, name), equal_nan=True), name
    assert fund.positions.shares == workers.positions.shares == {}, "no debt becomes shares"
    assert np.array_equal(measures.gain(fund), measures.gain(workers))
    rename = {"workers": "fund"}
    for (payer, payee, reason), amounts in workers.ledger.amounts.items():
        mine = (payer, payee, reason)
        if reason in ("equity", "dividend", "sale_proceeds"):
            mine = (rename.get(payer, payer), rename.get(payee, payee), reason)
        assert np.array_equal(fund.ledger.amounts[mine], amounts), mine


def test_a_family_that_never_invests_is_treated_like_a_fund_that_never_invests() -> None:
    owners = {"unlevered": "unlevered", "family": "family"}
    sales = [
        play(full(name), deal, **{f"deals.{deal}.plan.capex_target.share_of_sales": 0.0}).lines.sales
        for name, deal in owners.items()
    ]
    assert np.array_equal(*sales)
    assert sales[0][5] < 30e6


# --- the anchor ---------------------------------------------------------------------------------------------


def ebitda_without_machines(years: int, alpha: float, eps: float, turns: float, speed: float) -> list[float]:
    """EBITDA of the base factory, in millions, if it buys no machine: plain sums, nothing of the program.

    Sales lose 40.9 % to purchases and production taxes; other costs of 15.1 % of the closing year's sales
    stay; of the payroll of 30 %, six tenths follow sales.
    """
    left, share, qualities, found = 1.0, 1.0, [1.0, 1.0, 1.0], []
    for _ in range(years):
        share += speed * ((sum(qualities[-3:]) / 3.0) ** eps - share)
        sales = min(share, left + turns * (1.0 - left))
        found.append(30.0 * (sales * 0.591 - 0.151 - 0.30 * (1.0 - 0.6 * (1.0 - sales))))
        left *= 0.9
        qualities.append(left**alpha)
    return found


def starved(**changes: Any) -> Result:
    """Ten years without a machine and without debt."""
    none = {"deals__unlevered__plan__capex_target__share_of_sales": 0.0}
    floor = {"deals__unlevered__plan__capex_floor__share_of_sales": 0.0}
    return play(rich(10), **none, **floor, **changes)


def test_ten_years_without_a_machine_and_without_debt_leave_ebitda_positive() -> None:
    result = starved()
    close_to(result.lines.ebitda[1:] / 1e6, ebitda_without_machines(10, 0.2, 1.0, 1.0, 0.333))
    assert np.all(result.lines.ebitda > 0.0)
    assert 2.7e6 < result.lines.ebitda[10] < 2.8e6  # two thirds of 4.2 M
    close_to(result.positions.equipment[10], 18e6 * 0.9**10)
    close_to(result.positions.qualities[-1][10], 0.9**2)  # (0.9 ** 10) ** 0.2
    close_to(result.lines.capacity, 30e6)


def test_the_anchor_holds_over_the_whole_declared_ranges() -> None:
    notes = load("base").notes
    names = ("quality_elasticity", "share_elasticity", "worn_out_turns", "share_speed")
    ends = [(notes[RULE + name].low, notes[RULE + name].high) for name in names]
    corners = np.array(list(itertools.product(*ends)), dtype=float)
    result = starved(**{RULE + name: corners[:, number] for number, name in enumerate(names)})
    close_to(result.lines.ebitda[:, 1:] / 1e6, [ebitda_without_machines(10, *corner) for corner in corners])
    assert np.all(result.lines.ebitda > 0.0)


# --- growth capital -----------------------------------------------------------------------------------------


def test_orders_turned_away_are_served_the_year_after_their_machines_are_bought() -> None:
    result = play(rich(), weather__volume_growth=[0.0, 0.1, 0.0], deals__unlevered__plan__growth_machines=1.0)
    close_to(result.lines.sales[:4], [30e6, 30e6, 33e6, 33e6])
    close_to(result.lines.turned_away[:4], [0.0, 3e6, 0.0, 0.0])
    close_to(result.lines.growth_capex[:4], [0.0, 1.8e6, 0.0, 0.0])  # 0.60 of machines for 1 of sales
    close_to(result.lines.capex[:4], [0.0, 3.6e6, 1.98e6, 1.98e6])
    close_to(result.lines.headcount[:4], [210.0, 210.0, 231.0, 231.0])
    close_to(result.lines.ebitda[:4], [4.2e6, 4.2e6, 4.62e6, 4.62e6])
    close_to(result.positions.machines_owed[:4], 0.0)


def test_a_boom_is_served_by_the_machines_there_are() -> None:
    """A fifth more orders for one year: with machines for them, costs follow as in any good year."""
    boom = {"weather__demand": [1.0, 1.2, 1.0]}
    close_to(play(rich(), **boom).lines.sales[1], 30e6)
    room = play(rich(), **boom, factory__consequences__opening_capacity=1.25)
    close_to(room.lines.sales[1], 36e6)
    # 30 M x (1.2 x 0.591 - 0.151 - 0.30 x 1.12)
    close_to(room.lines.ebitda[1], 30e6 * (1.2 * 0.591 - 0.151 - 0.336))


@given(
    st.lists(between(-0.1, 0.15), min_size=1, max_size=8),
    st.lists(st.sampled_from((1.0, 0.8, 1.1)), min_size=1, max_size=8),
    st.sampled_from((1.0, 1.1)),
    st.sampled_from((1.0, 0.5)),
)
def test_growth_capital_helps_exactly_where_demand_exceeds_capacity(
    volumes: list[float], demand: list[float], room: float, share: float
) -> None:
    weather = {
        "weather.volume_growth": [0.0, *volumes],
        "weather.demand": [1.0, *demand],
        RULE + "opening_capacity": room,
        "deals.unlevered.plan.capex_target.share_of_sales": 0.12,
    }
    without = play(rich(), **weather).lines
    grown = play(rich(), **weather, **{"deals.unlevered.plan.growth_machines": share}).lines
    # Demand, from the weather alone: nobody loses customers, since machines are renewed.
    asked = 30e6 * np.cumprod([1.0, *(1.0 + rate for rate in volumes)])
    asked = np.append(asked, asked[-1] * (1.0 + volumes[-1]) ** np.arange(1, 10 - len(asked)))
    asked = asked * np.append(demand, [demand[-1]] * 8)[np.maximum(0, np.arange(9) - 1)]
    exceeds = (asked > without.capacity + 1.0) & (np.arange(9) > 0)
    bigger = grown.capacity > without.capacity + 1.0
    helped = grown.sales > without.sales + 1.0
    note(f"{asked} {without.capacity} {grown.capacity}")
    assert np.array_equal(helped, exceeds & bigger)
    assert np.all(grown.sales >= without.sales - 1.0)
    assert np.any(grown.growth_capex > 1.0) == np.any(exceeds)
    bought_before = np.cumsum(grown.growth_capex) - grown.growth_capex > 1.0
    assert np.array_equal(bigger, bought_before)


def test_growth_capital_that_meets_no_demand_stays_in_the_till() -> None:
    poor, wealthy = (
        play(
            rich(),
            deals__unlevered__plan__growth_machines=1.0,
            deals__unlevered__funding__growth_capital=money,
        )
        for money in (0.0, 10e6)
    )
    assert np.array_equal(poor.lines.sales, wealthy.lines.sales)
    assert np.array_equal(poor.lines.capex, wealthy.lines.capex)
    close_to(measures.gain(wealthy), measures.gain(poor) + difference_of_participation(poor, wealthy))


def difference_of_participation(poor: Result, wealthy: Result) -> float:
    """More equity leaves less profit to share with workers, by law: what owners keep of it."""
    lines = [result.lines.participation + result.lines.levy for result in (poor, wealthy)]
    taxes = [result.lines.group_tax for result in (poor, wealthy)]
    return float(np.sum(lines[0] - lines[1]) + np.sum(taxes[0] - taxes[1]))


def test_in_mechanics_growth_capital_moves_no_sale() -> None:
    growing = {"weather__volume_growth": 0.05, "behaviour": "mechanics"}
    idle = play(rich(), **growing)
    used = play(rich(), **growing, deals__unlevered__plan__growth_machines=1.0)
    assert np.array_equal(idle.lines.sales, used.lines.sales)
    assert np.array_equal(idle.lines.capex, used.lines.capex)


@pytest.mark.parametrize("form", ["film", "workers-same-tool", "unlevered", "scop", "family"])
def test_cash_for_growth_reaches_the_factory_of_every_form(form: str) -> None:
    """Two millions more in the factory's till: new shares under a holding, else the buyer's own money."""
    before = shipped(form)
    (deal,) = before.deals
    bare = run(before).deals[deal]
    after = run(vary(before, {f"deals.{deal}.funding.growth_capital": 2e6})).deals[deal]
    close_to(after.positions.factory_cash[0] - bare.positions.factory_cash[0], 2e6)
    assert after.closing.uses["growth_capital"] == 2e6
    subscribed = after.ledger.amounts.get(("holding", "factory", "capital_increase"), np.zeros(6))[0]
    assert subscribed == (2e6 if after.form.has_holding else 0.0)
    raised = after.positions.factory_equity[0] - bare.positions.factory_equity[0]
    brought = sum(after.closing.stakes.values(), 0.0) - sum(bare.closing.stakes.values(), 0.0)
    close_to(raised, 2e6 if after.form.has_holding else brought)


# --- the price at the end -----------------------------------------------------------------------------------


@pytest.mark.parametrize("basis", ["trailing", "forward"])
def test_the_factory_is_sold_on_the_ebitda_that_its_own_machines_leave(basis: str) -> None:
    sold = run(full("film", deals__fund__exit__basis=basis)).deals["fund"]
    later = full("film").model_copy(update={"horizon": 6})
    lives_on = run(vary(later, {"deals.fund.exit.year": 6})).deals["fund"]
    ebitda = lives_on.lines.ebitda[5 if basis == "trailing" else 6]
    close_to(sold.end_value, 5.0 * ebitda)
    assert ebitda < 4.2e6


# --- a life by hand -----------------------------------------------------------------------------------------


def value_at(written: Any, date: int) -> float:
    """A number as a file writes it, at a date."""
    return float(written[min(date, len(written) - 1)] if isinstance(written, list) else written)


def demand_by_hand(weather: Drawn, date: int) -> float:
    """The year's demand: what the file says, times what each event that has begun leaves of it."""
    found = value_at(weather["demand"], date)
    for name, one in weather.get("happens", {}).items():
        years = date - int(one["starts"])
        found *= value_at(weather["events"][name]["demand"], years) if years >= 0 else 1.0
    return found


def life_by_hand(drawn: Drawn, capex: np.ndarray) -> dict[str, list[float]]:
    """Machines, quality, customers and sales in plain numbers, given what was bought or leased each year."""
    factory, weather, rule = drawn["factory"], drawn["weather"], drawn["factory"]["consequences"]
    written, needed = factory["operations"]["sales"], factory["machines"]["needed"]
    per_sales, room = rule["equipment_per_sales"], rule["opening_capacity"]
    have = most = per_sales * value_at(written, 0)
    share, qualities, prices, volumes = 1.0, [1.0] * rule["quality_years"], 1.0, 1.0
    lived: dict[str, list[float]] = {"sales": [], "equipment": [], "quality": [], "share": [], "away": []}
    for date, bought in enumerate(capex, start=1):
        inflation = value_at(weather["price_growth"], date)
        prices, volumes = prices * (1 + inflation), volumes * (1 + value_at(weather["volume_growth"], date))
        have, most = have * (1 + inflation), most * (1 + inflation)
        market = value_at(written, date) * prices * volumes
        mean = sum(qualities[-rule["quality_years"] :]) / rule["quality_years"]
        share += rule["share_speed"] * (mean ** rule["share_elasticity"] - share)
        asked = market * share * demand_by_hand(weather, date)
        can = (have + rule["worn_out_turns"] * (most - have)) * room / per_sales
        trend = min(market, most * room / per_sales)
        required = min(most, per_sales * trend)
        ((spelling, amount),) = needed.items()
        base = {"share_of_sales": trend, "share_of_machines": required, "amount": 1.0}[spelling]
        wear = min(1.0, value_at(amount, date) * base / required)
        have = have * (1 - wear) + bought
        most = max(most, have)
        qualities.append(min(1.0, have / required) ** rule["quality_elasticity"])
        lived["sales"].append(min(asked, can))
        lived["away"].append(max(0.0, asked - can))
        for name, value in (("equipment", have), ("quality", qualities[-1]), ("share", share)):
            lived[name].append(value)
    return lived


SEEDS = [seed for seed in range(160) if random_scenario(seed)["behaviour"] == "full"]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_random_life_is_the_one_done_by_hand(seed: int) -> None:
    drawn = random_scenario(seed)
    result = run(Scenario.model_validate(drawn)).deals["deal"]
    last = int(result.last_date)
    years = slice(1, last + 1)
    stopped = bool(np.any(result.status("factory")[: last + 1] == 2))
    lived = life_by_hand(drawn, (result.lines.capex + result.lines.leased)[years])
    close_to(result.lines.sales[years], lived["sales"], 1e-8)
    np.testing.assert_allclose(result.lines.turned_away[years], lived["away"], rtol=1e-7, atol=0.01)
    kept = slice(1, last) if stopped else years  # nothing is left the evening of a winding-up
    for name, series in (
        ("equipment", result.positions.equipment),
        ("quality", result.positions.qualities[-1]),
        ("share", result.positions.market_share),
    ):
        close_to(series[kept], lived[name][: len(series[kept])], 1e-8)


def test_enough_lives_are_done_by_hand() -> None:
    assert len(SEEDS) > 60


# --- the shipped growth scenario ----------------------------------------------------------------------------


def test_the_fund_that_brings_money_for_machines_serves_the_factory_better() -> None:
    growth = shipped("growth")
    deals = run(growth).deals
    sales, jobs, owed = (
        {name: float(series(result)[5]) for name, result in deals.items()}
        for series in (
            lambda result: result.lines.sales,
            lambda result: result.lines.headcount,
            lambda result: result.positions.machines_owed,
        )
    )
    assert sales["growth_fund"] > sales["family"] > sales["film_fund"]
    assert jobs["growth_fund"] > jobs["family"] > jobs["film_fund"]
    assert abs(owed["growth_fund"]) < 1.0 < owed["film_fund"]
    arithmetic = run(vary(growth, {"behaviour": "mechanics"})).deals
    for result in arithmetic.values():
        close_to(result.lines.sales, 30e6 * 1.07 ** np.arange(6))
    # Each year the fund's machines make what the market asked for the year before.
    close_to(deals["growth_fund"].lines.sales[2:6], 30e6 * 1.07 ** np.arange(1, 5))


def test_the_same_money_in_other_hands_serves_the_factory_as_well() -> None:
    growth = load("other-hands.yaml", HEAD + OTHER_HANDS).scenario
    assert growth is not None
    deals = run(growth).deals
    assert np.array_equal(deals["growth_fund"].lines.sales, deals["workers"].lines.sales)
    assert np.array_equal(deals["growth_fund"].lines.capex, deals["workers"].lines.capex)


OTHER_HANDS = """extends: growth
deals:
  workers:
    form: workers_holding
    funding:
      growth_capital: 4_000_000
      loans: {bank: {size: {beyond_equity: 58 %}, rate: 5.5 %}}
      equity: {workers: rest}
"""
