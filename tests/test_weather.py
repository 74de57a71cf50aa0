"""What happens to every owner alike: declared events, when they start, and what they move."""

from dataclasses import asdict
from functools import cache
from typing import Any

import numpy as np
import pytest

from lbo_model import load, run, vary
from lbo_model.engine import Result
from lbo_model.engine.operations import seasons
from lbo_model.position import Status
from lbo_model.scenario import Scenario
from lbo_model.scenario.paths import InputError, expand
from lbo_model.studies import differences

HEAD = "format: 1\nextends: film\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
NOTHING = HEAD + "weather: {events: null, luck: null}\n"
CRISIS = "weather: {happens: {crisis_2009: {starts: 1}}}\n"
FALL = "weather: {events: {fall: {demand: 70 %}}, happens: {fall: {starts: 1}}}\n"


@cache
def scenario(text: str) -> Scenario:
    document = load("ours.yaml", text=HEAD + text)
    assert document.scenario is not None, document.problems
    return document.scenario


def fund(text: str, changes: dict[str, Any] | None = None) -> Result:
    return run(vary(scenario(text), changes or {})).deals["fund"]


def figures(result: Result, cell: tuple[int, ...] = ()) -> dict[str, np.ndarray]:
    """Every line and stock of a life by date, of one cell of a batch."""
    found = asdict(result.lines) | {f"closing {name}": one for name, one in asdict(result.positions).items()}
    flat = {name: series for name, series in found.items() if isinstance(series, np.ndarray)}
    for name, group in found.items():
        if isinstance(group, tuple):
            flat |= {f"{name} {place}": series for place, series in enumerate(group)}
    return {name: np.asarray(series)[cell] for name, series in flat.items()}


# --- nothing happens ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "weather: {happens: {crisis_2009: {starts: 50}}}\n"])
def test_events_that_do_not_happen_or_start_beyond_the_horizon_change_no_digit(text: str) -> None:
    bare = load("bare.yaml", text=NOTHING).scenario
    assert bare is not None
    assert bare.weather.events == {}
    without, with_events = figures(run(bare).deals["fund"]), figures(fund(text))
    assert without.keys() == with_events.keys()
    for name, series in without.items():
        np.testing.assert_array_equal(with_events[name], series, err_msg=name)


# --- what an event moves, by hand ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "millions"),
    [(1, [30.0, 27.9, 19.5, 25.2, 27.6, 28.5]), (3, [30.0, 30.0, 30.0, 27.9, 19.5, 25.2])],
)
def test_a_crisis_like_2009_takes_its_path_from_the_year_in_which_it_starts(
    starts: int, millions: list[float]
) -> None:
    """0.93, 0.65, 0.84, 0.92, 0.95 times 30 million."""
    result = fund(CRISIS, {"weather.happens.crisis_2009.starts": starts})
    np.testing.assert_allclose(result.lines.sales, 1e6 * np.array(millions), rtol=1e-12)


def test_the_last_value_of_an_event_goes_on() -> None:
    result = fund("horizon: 9\n" + CRISIS + "deals: {fund: {exit: {year: 9}}}\n")
    np.testing.assert_allclose(result.lines.sales[6:], 30e6, rtol=1e-12)
    lost = fund("weather: {happens: {lost_customer: {starts: 2}}}\n")
    np.testing.assert_allclose(lost.lines.sales, [30e6, 30e6, 22.5e6, 22.5e6, 22.5e6, 22.5e6], rtol=1e-12)


@pytest.mark.parametrize(("follow", "margin"), [(0.3, -0.019), (0.5, 0.007), (0.8, 0.046)])
def test_the_margin_after_a_fall_of_thirty_per_cent_depends_on_what_pay_follows(
    follow: float, margin: float
) -> None:
    """Sales 0.7, purchases 40 % of them, pay 30 % of the old sales, other costs of 16 % that do not move.

    0.7 x 0.6 - 0.3 x (1 - follow x 0.3) - 0.16, over 0.7: -1.9, 0.7 and 4.6 %.
    """
    fixed = {
        "factory.operations.other_costs": 0.16,
        "factory.operations.production_taxes": 0.0,
        "factory.operations.jobs_follow_demand": follow,
    }
    lines = fund(FALL, fixed).lines
    found = lines.ebitda[1] / lines.sales[1]
    assert found == pytest.approx((0.7 * 0.6 - 0.3 * (1 - follow * 0.3) - 0.16) / 0.7, rel=1e-12)
    assert found == pytest.approx(margin, abs=5e-4)


def test_dearer_metal_and_energy_move_their_cost_and_nothing_else_of_value_added() -> None:
    """Purchases 40 % and other costs 15.1 % of 30 million, at 1.11 and 1.18, then 1.09 and 1.35 times."""
    events = "weather: {happens: {metal_price: {starts: 1}, energy_price: {starts: 2}}}\n"
    lines = fund(events).lines
    np.testing.assert_allclose(lines.sales, 30e6)
    np.testing.assert_allclose(lines.purchases[:3], [12e6, 13.32e6, 14.16e6], rtol=1e-12)
    np.testing.assert_allclose(lines.other_costs[:4], [4.53e6, 4.53e6, 4.9377e6, 6.1155e6], rtol=1e-12)
    np.testing.assert_allclose(lines.value_added[2], 30e6 - 14.16e6 - 4.9377e6, rtol=1e-12)


FLOATING = """
weather:
  base_rate: 1 %
  happens: {rate_rise: {starts: 2}}
deals:
  fund: {funding: {loans: {bank: {margin: 3 %, balloon: 100 %}}}}
"""


def test_rates_that_rise_are_paid_by_a_floating_loan() -> None:
    """1 % and 3 % in the first year; 0.8, 3.9, 4.1, 2.7 points more in the next ones; nothing is repaid."""
    result = fund(FLOATING)
    loan = result.positions.loans[0][0]
    paid = result.lines.loan_interest[0]
    np.testing.assert_allclose(paid[1:], loan * np.array([0.04, 0.048, 0.079, 0.081, 0.067]), rtol=1e-12)


def test_rates_that_rise_do_not_touch_a_fixed_loan() -> None:
    rising = "weather: {base_rate: 1 %, happens: {rate_rise: {starts: 1}}}\n"
    risen = figures(fund(rising))
    for name, series in figures(fund("")).items():
        np.testing.assert_array_equal(risen[name], series, err_msg=name)


def test_events_that_happen_together_multiply_and_points_add_up() -> None:
    text = """
weather:
  base_rate: 1 %
  demand: [1, 110 %]
  events:
    one: {demand: 90 %, purchases: 110 %, other_costs: 105 %, base_rate: 1 %}
    other: {demand: [1, 80 %], purchases: 120 %, other_costs: 102 %, base_rate: -0.5 %}
  happens: {one: {starts: 1}, other: {starts: 2}}
"""
    found = seasons(scenario(text).weather, 4)
    said = [(one.demand, one.purchase_prices, one.other_prices, one.base_rate) for one in found]
    by_hand = [
        (1.0, 1.0, 1.0, 0.01),
        (1.1 * 0.9, 1.1, 1.05, 0.02),
        (1.1 * 0.9, 1.1 * 1.2, 1.05 * 1.02, 0.015),
        (1.1 * 0.9 * 0.8, 1.1 * 1.2, 1.05 * 1.02, 0.015),
    ]
    np.testing.assert_allclose(np.array(said, dtype=np.float64), by_hand, rtol=1e-12)


# --- a batch ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("behaviour", ["mechanics", "full"])
def test_each_cell_of_an_array_of_starts_is_its_own_run(behaviour: str) -> None:
    starts = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 50.0]])
    change = {"behaviour": behaviour}
    batch = fund(CRISIS, {**change, "weather.happens.crisis_2009.starts": starts})
    assert batch.shape == (2, 3)
    for cell in np.ndindex(starts.shape):
        alone = figures(fund(CRISIS, {**change, "weather.happens.crisis_2009.starts": float(starts[cell])}))
        for name, series in figures(batch, cell).items():
            np.testing.assert_allclose(series, alone[name], rtol=1e-12, atol=1e-6, err_msg=name)


def test_starts_and_depths_may_be_arrays_of_shapes_that_broadcast() -> None:
    text = FALL.replace("70 %", "[70 %, 90 %]")
    changes = {
        "weather.happens.fall.starts": np.array([[1.0], [2.0]]),
        "weather.events.fall.demand": np.array([0.5, 0.6, 0.7]),
    }
    found = seasons(vary(scenario(text), changes).weather, 4)
    np.testing.assert_array_equal(found[1].demand, [[0.5, 0.6, 0.7], [1.0, 1.0, 1.0]])
    np.testing.assert_array_equal(found[2].demand, [[0.5, 0.6, 0.7], [0.5, 0.6, 0.7]])


# --- owners side by side ------------------------------------------------------------------------------------


def test_owners_of_two_files_are_compared_under_equal_events_only() -> None:
    """Each file holds events of its own; what counts is what they say."""
    film, family = load("film").scenario, load("family").scenario
    assert film is not None
    assert family is not None
    assert differences((film, "fund"), (family, "family")) == []
    deeper = vary(family, {"weather.events.lost_customer.demand": 0.7})
    assert differences((film, "fund"), (deeper, "family")) == ["weather.events.lost_customer.demand"]
    assert differences((scenario(CRISIS), "fund"), (family, "family")) == ["weather.happens"]


# --- what a file may not say --------------------------------------------------------------------------------

AGGREGATE = "factory: {operations: {ebitda_margin: 14 %}}\n"


@pytest.mark.parametrize(
    ("text", "path", "code"),
    [
        ("weather: {happens: {flood: {starts: 1}}}\n", "weather.happens.flood", "no_such_event"),
        (CRISIS.replace("starts: 1", "starts: 1.5"), "weather.happens.crisis_2009.starts", "not_whole_years"),
        (CRISIS.replace("starts: 1", "starts: 0"), "weather.happens.crisis_2009.starts", "out_of_range"),
        ("weather: {events: {flood: {}}}\n", "weather.events.flood", "event_of_nothing"),
        (
            AGGREGATE + "weather: {happens: {metal_price: {starts: 1}}}\n",
            "weather.happens.metal_price",
            "needed_with",
        ),
    ],
)
def test_what_is_wrong_with_an_event_is_said_at_its_place(text: str, path: str, code: str) -> None:
    (problem,) = load("ours.yaml", text=HEAD + text).problems
    assert (problem.path, problem.code) == (path, code)


def test_an_array_of_starts_is_checked_cell_by_cell() -> None:
    with pytest.raises(InputError) as caught:
        vary(scenario(CRISIS), {"weather.happens.crisis_2009.starts": np.array([1.0, 2.5])})
    (fault,) = caught.value.faults
    assert (fault.code, fault.facts["found"]) == ("not_whole_years", 2.5)


def test_a_fall_of_demand_happens_to_a_factory_of_one_margin_too() -> None:
    result = fund(AGGREGATE + FALL)
    np.testing.assert_allclose(result.lines.ebitda[:2], [4.2e6, 2.94e6], rtol=1e-12)


def test_every_event_of_the_base_moves_a_deal_that_it_can_reach() -> None:
    events = scenario(FLOATING).weather.events
    happening = "".join(f"    {event}: {{starts: 50}}\n" for event in events)
    text = FLOATING.replace("  happens: {rate_rise: {starts: 2}}\n", f"  happens:\n{happening}")
    calm = figures(fund(text))
    for event in events:
        moved = figures(fund(text, {f"weather.happens.{event}.starts": 1}))
        assert any(not np.array_equal(moved[name], calm[name], equal_nan=True) for name in calm), event


# --- shipped weather ----------------------------------------------------------------------------------------

WEATHERED = ("storm-2009", "lost-customer", "electric-car", "rate-rise")


@cache
def shipped(name: str) -> Scenario:
    document = load(name)
    assert document.scenario is not None, document.problems
    return document.scenario


@pytest.mark.parametrize("name", WEATHERED)
def test_every_owner_of_a_shipped_weather_meets_the_same_one(name: str) -> None:
    scenario = shipped(name)
    first, *others = scenario.deals
    assert len(others) == 4
    for other in others:
        assert differences((scenario, first), (scenario, other)) == []
    deals = run(scenario).deals
    for result in deals.values():
        lived = slice(1, int(result.last_date) + 1)
        np.testing.assert_allclose(result.lines.sales[lived], deals[first].lines.sales[lived], rtol=1e-12)


@pytest.mark.parametrize("name", WEATHERED)
def test_the_knob_of_a_shipped_weather_moves_its_start(name: str) -> None:
    scenario = shipped(name)
    knob = scenario.knobs["starts"]
    (path,) = [path for pattern in knob.paths for path in expand(scenario, pattern)]
    early, late = (run(vary(scenario, {path: year})).deals["fund"] for year in (knob.low, knob.high))
    moved = "loan_interest" if name == "rate-rise" else "sales"
    assert not np.array_equal(getattr(early.lines, moved), getattr(late.lines, moved), equal_nan=True)


def failed(name: str) -> dict[str, str]:
    """How each deal of a shipped weather ends."""
    found = {}
    for deal, result in run(shipped(name)).deals.items():
        closed = np.any(result.status("factory") == Status.LIQUIDATED)
        stuck = np.any(result.status("holding") == Status.RESTRUCTURED)
        found[deal] = "closed" if closed else "holding" if stuck else ""
    return found


def test_what_the_stories_say_happens() -> None:
    indebted = {"fund": "holding", "workers": "holding", "scop": "closed", "family": "", "unlevered": ""}
    assert failed("storm-2009") == indebted
    assert failed("lost-customer") == indebted
    assert failed("electric-car") == indebted
    assert set(failed("rate-rise").values()) == {""}
    deals = run(shipped("rate-rise")).deals
    # 3.4 % and a margin of 5.5 % in year 3 on the mean balance of the year; the fixed one stays at 5.5 %.
    for name, rate in (("fund", 0.034 + 0.055), ("fixed_fund", 0.055)):
        owed, paid = deals[name].positions.loans[0], deals[name].lines.loan_interest[0]
        assert paid[3] == pytest.approx(rate * (owed[2] + owed[3]) / 2, rel=1e-9)
    calm = run(vary(shipped("rate-rise"), {"weather.happens.rate_rise.starts": 50})).deals
    for name in ("family", "unlevered", "fixed_fund"):
        np.testing.assert_array_equal(calm[name].positions.factory_cash, deals[name].positions.factory_cash)
