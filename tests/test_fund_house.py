"""A fund's investors and its manager: tiers worked out by hand, paths of any shape, whole deals."""

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lbo_model.contract import as_json
from lbo_model.engine import Result, run
from lbo_model.engine.fund_house import Waterfall, house_of, waterfall
from lbo_model.forms.fund import FundEconomics
from lbo_model.ledger import Flow
from lbo_model.measures import fund_house, gain, measure, returns, value_bridge, who_got_what
from lbo_model.position import Status
from lbo_model.quantities import Series
from lbo_model.scenario_file import load
from lbo_model.studies import vary

HEAD = "format: 1\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
USUAL: dict[str, Any] = {
    "management_fee": 0.02,
    "fee_years": 5.0,
    "later_fee": 0.02,
    "hurdle": 0.08,
    "hurdle_is": "compounded",
    "catch_up": 1.0,
    "carry": 0.2,
}


def rules(**changes: Any) -> FundEconomics:
    return FundEconomics(**{**USUAL, **changes})


def film(economics: dict[str, Any] | None = None, changes: dict[str, Any] | None = None) -> Result:
    """The film's deal, with an investors' side or without."""
    terms = (
        ""
        if economics is None
        else f"deals: {{fund: {{terms: {{fund_economics: {json.dumps(economics)}}}}}}}\n"
    )
    document = load("written_by_a_test", f"{HEAD}extends: film\n{terms}")
    assert document.scenario is not None, document.problems
    return run(vary(document.scenario, changes or {})).deals["fund"]


def paid(result: Result, payer: str, payee: str, reason: str) -> np.ndarray:
    return result.ledger.amounts.get((payer, payee, reason), np.zeros((*result.shape, result.dates)))


def exactly(value: Any) -> Any:
    return pytest.approx(value, rel=1e-12, abs=1e-9)


# --- by hand ------------------------------------------------------------------------------------------------


def sold_after_five_years(**changes: Any) -> Waterfall:
    """100 put in, 250 back five years later."""
    return waterfall(rules(**changes), [100.0, *[0.0] * 5], [*[0.0] * 5, 250.0])[-1]


def test_a_fund_that_makes_250_of_100_in_five_years_pays_30_to_its_manager() -> None:
    tiers = sold_after_five_years()
    assert tiers.preferred_return == pytest.approx(46.93, abs=0.005)
    assert tiers.catch_up == pytest.approx(11.73, abs=0.005)
    assert tiers.carried_interest == exactly(30.0)
    assert tiers.distributed - tiers.carried_interest - tiers.contributed == exactly(120.0)


def test_a_simple_hurdle_bears_no_interest_on_itself() -> None:
    tiers = sold_after_five_years(hurdle_is="simple")
    assert tiers.preferred_return == exactly(40.0)
    assert tiers.catch_up == exactly(10.0)
    assert tiers.carried_interest == exactly(30.0)


def test_a_partial_catch_up_takes_longer_and_ends_at_the_same_share() -> None:
    tiers = sold_after_five_years(catch_up=0.5, hurdle_is="simple")
    assert tiers.catch_up == exactly(0.2 * 40.0 / 0.3)
    assert tiers.carried_interest == exactly(30.0)


@pytest.mark.parametrize("catch_up", [0.0, 0.2])
def test_without_a_catch_up_the_manager_shares_only_what_is_beyond_the_hurdle(catch_up: float) -> None:
    tiers = sold_after_five_years(catch_up=catch_up, hurdle_is="simple")
    assert tiers.catch_up == 0.0
    assert tiers.carried_interest == exactly(0.2 * (250.0 - 140.0))


@pytest.mark.parametrize(("kind", "second_year"), [("simple", 0.08 * 70.0), ("compounded", 0.08 * 78.0)])
def test_money_given_back_repays_contributions_first(kind: str, second_year: float) -> None:
    first, last = waterfall(rules(hurdle_is=kind), [100.0, 0.0, 0.0], [0.0, 30.0, 1_000.0])[1:]
    assert (first.contributions_returned, first.preferred_return) == (30.0, 0.0)
    assert last.preferred_return == exactly(8.0 + second_year)


def test_every_contribution_earns_from_its_own_date() -> None:
    last = waterfall(rules(), [100.0, 2.0, 2.0], [0.0, 0.0, 1_000.0])[-1]
    assert last.preferred_return == exactly(100.0 * 1.08**2 + 2.0 * 1.08 + 2.0 - 104.0)


def flows_of(*by_date: dict[str, float]) -> list[list[Flow]]:
    """Equity paid in, and dividends received, at each date."""
    ends = {"equity": ("fund", "holding"), "dividend": ("holding", "fund")}
    return [[Flow(*ends[reason], reason, amount) for reason, amount in date.items()] for date in by_date]


def test_carried_interest_paid_too_soon_is_given_back_at_the_end() -> None:
    """150 of dividends in the first year, then only fees: 2 a year, of which the manager owed 0.2 of each."""
    flows = flows_of({"equity": 100.0}, {"dividend": 150.0}, {}, {})
    payments, _ = house_of(rules(), flows, 3.0)
    by_reason = {
        reason: [sum(float(flow.amount) for flow in date if flow.reason == reason) for date in payments]
        for reason in ("management_fee", "carried_interest", "carried_interest_returned")
    }
    assert by_reason["management_fee"] == exactly([0.0, 2.0, 2.0, 2.0])
    assert by_reason["carried_interest"] == exactly([0.0, 0.2 * (150.0 - 102.0), 0.0, 0.0])
    assert by_reason["carried_interest_returned"] == exactly([0.0, 0.0, 0.0, 0.2 * 4.0])


def test_the_price_of_old_shares_is_no_distribution() -> None:
    flows = flows_of({"equity": 100.0}, {"dividend": 104.0})
    flows[0].append(Flow("holding", "fund", "price_of_shares", 60.0))
    _, tiers = house_of(rules(management_fee=0.0), flows, 1.0)
    assert tiers[-1].contributed == 100.0
    assert tiers[-1].distributed == 104.0


def test_money_brought_later_counts_from_then_on() -> None:
    flows = flows_of({"equity": 100.0}, {"equity": 50.0}, {}, {"dividend": 400.0})
    payments, tiers = house_of(rules(), flows, 3.0)
    assert [float(date[0].amount) for date in payments] == exactly([0.0, 2.0, 3.0, 3.0])
    assert tiers[-1].contributed == exactly(158.0)
    assert tiers[-1].carried_interest == exactly(0.2 * (400.0 - 158.0))


# --- paths of any shape -------------------------------------------------------------------------------------


@st.composite
def paths(draw: Any) -> tuple[FundEconomics, list[float], list[float]]:
    """Rules, contributions and distributions of up to eight dates."""
    dates = draw(st.integers(2, 8))
    amounts = st.lists(st.integers(0, 2_000).map(float), min_size=dates, max_size=dates)
    found = rules(
        hurdle=draw(st.integers(0, 30)) / 100.0,
        hurdle_is=draw(st.sampled_from(("simple", "compounded"))),
        catch_up=draw(st.integers(0, 20)) / 20.0,
        carry=draw(st.integers(0, 10)) / 20.0,
    )
    return found, draw(amounts), draw(amounts)


@given(paths())
def test_tiers_are_filled_in_order_and_add_up(path: tuple[FundEconomics, list[float], list[float]]) -> None:
    economics, contributions, distributions = path
    for tiers in waterfall(economics, contributions, distributions):
        filled = (tiers.contributions_returned, tiers.preferred_return, tiers.catch_up, tiers.beyond)
        assert sum(filled) == pytest.approx(tiers.distributed, abs=1e-6)
        assert min(filled) >= 0.0
        if tiers.contributions_returned < tiers.contributed:
            assert filled[1:] == (0.0, 0.0, 0.0)
        profit = max(0.0, tiers.distributed - tiers.contributed)
        assert 0.0 <= tiers.carried_interest <= economics.carry * profit + 1e-6
        if tiers.beyond > 0.0 and economics.catch_up > economics.carry:
            assert tiers.carried_interest == pytest.approx(economics.carry * profit, abs=1e-6)


@given(paths(), st.integers(1, 500))
def test_one_more_distribution_takes_nothing_from_anybody(
    path: tuple[FundEconomics, list[float], list[float]], more: int
) -> None:
    economics, contributions, distributions = path
    before = waterfall(economics, contributions, distributions)[-1]
    after = waterfall(economics, contributions, [*distributions[:-1], distributions[-1] + more])[-1]
    to_manager = after.carried_interest - before.carried_interest
    assert -1e-9 <= to_manager <= more + 1e-9


@given(paths())
def test_a_compounded_hurdle_is_never_lower_than_a_simple_one(
    path: tuple[FundEconomics, list[float], list[float]],
) -> None:
    economics, contributions, distributions = path
    distributions = [*distributions[:-1], 1e7]
    simple, compounded = (
        waterfall(economics.model_copy(update={"hurdle_is": kind}), contributions, distributions)[-1]
        for kind in ("simple", "compounded")
    )
    assert compounded.preferred_return >= simple.preferred_return - 1e-9


@given(paths())
def test_what_the_manager_is_paid_in_all_is_what_the_last_waterfall_says(
    path: tuple[FundEconomics, list[float], list[float]],
) -> None:
    economics, contributions, distributions = path
    flows = flows_of(
        *({"equity": one, "dividend": other} for one, other in zip(contributions, distributions, strict=True))
    )
    payments, tiers = house_of(economics, flows, float(len(flows) - 1))
    got = sum(
        float(flow.amount) * (1.0 if flow.payee == "fund_manager" else -1.0)
        for date in payments
        for flow in date
        if flow.reason != "management_fee"
    )
    assert got == pytest.approx(tiers[-1].carried_interest, abs=1e-6)
    assert all(float(flow.amount) >= 0.0 for date in payments for flow in date)


def test_each_cell_of_a_batch_of_paths_equals_its_own() -> None:
    """Too much paid and given back, nothing at all, an end before the others' and fees of other lengths."""
    carry, years = np.array([0.2, 0.2, 0.3, 0.5]), np.array([5.0, 0.0, 1.5, 2.0])
    first, last = np.array([150.0, 0.0, 300.0, 90.0]), np.array([0.0, 40.0, 0.0, 90.0])
    ends = np.array([3.0, 3.0, 1.0, 3.0])

    def amounts(cell: Any) -> np.ndarray:
        economics = rules(carry=carry[cell], fee_years=years[cell])
        flows = flows_of({"equity": 100.0}, {"dividend": first[cell]}, {}, {"dividend": last[cell]})
        payments, _ = house_of(economics, flows, ends[cell])
        return np.stack(
            [np.broadcast_to(flow.amount, ends[cell].shape) for date in payments for flow in date]
        )

    together = amounts(...)
    for cell in range(len(ends)):
        np.testing.assert_array_equal(together[:, cell], amounts(cell))


# --- whole deals --------------------------------------------------------------------------------------------


def test_the_film_s_manager_gets_fees_and_a_fifth_of_the_gain_after_them() -> None:
    result = film(USUAL)
    house, stake = fund_house(result), float(result.closing.stakes["fund"])
    proceeds = float(paid(result, "holding", "fund", "sale_proceeds")[5])
    assert house["management_fees"] == exactly(5 * 0.02 * stake)
    assert house["carried_interest"] == exactly(0.2 * (proceeds - 1.1 * stake))
    assert house["investors_gain"] == exactly(0.8 * (proceeds - 1.1 * stake))
    assert house["gross_multiple"] == exactly(proceeds / stake)
    assert house["net_multiple"] == exactly((proceeds - house["carried_interest"]) / (1.1 * stake))
    got = who_got_what(result)
    assert got["fund"]["total"] == exactly(house["investors_gain"])
    assert got["fund_manager"]["total"] == exactly(house["manager_received"])


def test_the_net_return_is_the_rate_at_which_the_investors_cash_is_worth_nothing() -> None:
    result = film(USUAL)
    cash, rate = result.ledger.net("fund"), fund_house(result)["net_irr"]
    assert np.sum(cash / (1.0 + rate) ** np.arange(result.dates)) == pytest.approx(0.0, abs=1e-3)
    assert rate < fund_house(result)["gross_irr"]


def test_the_deal_itself_is_the_same_with_or_without_an_investors_side() -> None:
    apart, alone = film(USUAL), film()
    assert gain(apart) == gain(alone)
    assert value_bridge(apart) == value_bridge(alone)
    assert returns(apart) == returns(alone)
    assert fund_house(apart)["gross_irr"] == returns(alone)["fund"]["irr"]
    one, other = who_got_what(apart), who_got_what(alone)
    together = one.pop("fund")["total"] + one.pop("fund_manager")["total"]
    assert together == exactly(other.pop("fund")["total"])
    assert one == other


def test_without_fund_economics_there_is_nothing_to_say() -> None:
    result = film()
    assert fund_house(result) == {}
    assert "fund_house" not in measure(result)
    assert not any("fund_manager" in key for key in result.ledger.amounts)


def test_a_lower_fee_follows_the_first_years() -> None:
    result = film({**USUAL, "fee_years": 2.5, "later_fee": 0.01})
    fees = paid(result, "fund", "fund_manager", "management_fee") / result.closing.stakes["fund"]
    assert fees == exactly(np.array([0.0, 0.02, 0.02, 0.015, 0.01, 0.01]))


def test_fees_end_with_the_factory() -> None:
    result = film(USUAL, {"weather.demand": Series(np.array([1.0, 1.0, 0.3]))})
    assert result.status("factory")[5] == Status.LIQUIDATED
    last = int(result.last_date)
    fees = paid(result, "fund", "fund_manager", "management_fee")
    assert 1 <= last < 5
    assert np.all(fees[1 : last + 1] > 0.0)
    assert np.all(fees[last + 1 :] == 0.0)
    assert fund_house(result)["carried_interest"] == 0.0


def test_a_better_hurdle_or_a_smaller_share_leaves_more_to_investors() -> None:
    for name, values in {
        "hurdle": np.linspace(0.0, 0.3, 31),
        "carry": np.linspace(0.5, 0.0, 26),
        "catch_up": np.linspace(1.0, 0.0, 21),
        "management_fee": np.linspace(0.05, 0.0, 11),
    }.items():
        result = film(USUAL, {f"deals.fund.terms.fund_economics.{name}": values})
        assert np.all(np.diff(fund_house(result)["investors_gain"]) >= -1e-6), name


def test_the_json_tells_investors_and_manager_apart() -> None:
    document = load(
        "written_by_a_test",
        f"{HEAD}extends: film\ndeals: {{fund: {{terms: {{fund_economics: {json.dumps(USUAL)}}}}}}}\n",
    )
    assert document.scenario is not None
    tree = json.loads(json.dumps(as_json(run(document.scenario), "film"), allow_nan=False))["deals"]["fund"]
    house = tree["measures"]["fund_house"]
    tiers = ("contributions_returned", "preferred_return", "catch_up", "beyond")
    assert sum(house[tier] for tier in tiers) == pytest.approx(house["distributions"])
    assert house["investors_received"] + house["carried_interest"] == pytest.approx(house["distributions"])
    assert {row["reason"] for row in tree["ledger"] if row["payee"] == "fund_manager"} == {
        "management_fee",
        "carried_interest",
    }


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"carry": 0.6}, "out_of_range"),
        ({"hurdle_is": "yearly"}, "not_in_list"),
        ({"carried": 0.2}, "unknown_key"),
        ({"catch_up": None}, "missing_key"),
    ],
)
def test_a_file_that_says_it_wrong_is_told_where(wrong: dict[str, Any], code: str) -> None:
    said = {name: value for name, value in {**USUAL, **wrong}.items() if value is not None}
    text = f"{HEAD}extends: film\ndeals: {{fund: {{terms: {{fund_economics: {json.dumps(said)}}}}}}}\n"
    (problem,) = load("written_by_a_test", text).problems
    assert problem.code == code
    assert problem.path.startswith("deals.fund.terms.fund_economics")
