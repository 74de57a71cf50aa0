import numpy as np
import pytest

from lbo_model.quantities import Multiple
from lbo_model.scenario.paths import InputError, declaration, expand, get, replaced
from lbo_model.scenario_file import load
from tests.scenario_texts import HEAD, same, scenario_of

PRICE = "deals.fund.price.multiple"


@pytest.fixture(scope="module")
def film():
    return scenario_of(load("film"))


def faults(scenario, changes):
    with pytest.raises(InputError) as caught:
        replaced(scenario, changes)
    return [(fault.path, fault.code) for fault in caught.value.faults]


def test_a_star_stands_for_every_name_that_leads_to_a_value():
    text = HEAD + "deals:\n  other: {form: fund, price: {amount: 20e6}, funding: {equity: {fund: rest}}}\n"
    scenario = scenario_of(load("two.yaml", text))
    assert expand(scenario, "deals.*.price.multiple") == [PRICE]
    rates = [f"deals.{name}.funding.loans.bank.rate" for name in ("fund", "other")]
    assert expand(scenario, "deals.*.funding.loans.*.rate") == rates
    assert expand(scenario, "weather.demand") == ["weather.demand"]
    assert expand(scenario, "deals.*.nothing") == expand(scenario, "*.price") == expand(scenario, "") == []


def test_a_path_leads_to_a_value_and_to_its_declaration(film):
    assert get(film, PRICE) == 5
    assert declaration(film, PRICE).quantity == Multiple()
    assert not declaration(film, PRICE).series
    assert declaration(film, "weather.demand").series
    assert get(film, "deals.fund.terms.monitoring_fee") is None
    assert declaration(film, "deals.fund.terms.monitoring_fee").quantity.high == 0.2


@pytest.mark.parametrize(
    "path", ["deals.fund.form", "deals.fund.price", "deals", "horizon", "nowhere", "", "deals.x.y"]
)
def test_what_is_not_a_number_has_no_declaration(film, path):
    with pytest.raises(InputError):
        declaration(film, path)


def test_a_changed_scenario_leaves_the_first_as_it_was(film):
    other = replaced(film, {PRICE: 6, "deals.fund.exit.year": 4, "factory.opening_cash": "12_000"})
    assert (get(other, PRICE), get(other, "deals.fund.exit.year"), get(other, "factory.opening_cash")) == (
        6,
        4,
        12e3,
    )
    assert (get(film, PRICE), get(film, "deals.fund.exit.year")) == (5, 5)
    assert same(replaced(other, {PRICE: 5, "deals.fund.exit.year": 5, "factory.opening_cash": 0}), film)


def test_an_absent_optional_number_may_be_given(film):
    assert (
        replaced(film, {"deals.fund.terms.monitoring_fee": 0.02}).deals["fund"].terms.monitoring_fee == 0.02
    )


def test_an_array_is_read_only_and_free_of_the_one_it_came_from(film):
    given = np.array([4.0, 5.0])
    kept = get(replaced(film, {PRICE: given}), PRICE)
    given[0] = 9.0
    assert kept.tolist() == [4.0, 5.0]
    with pytest.raises(ValueError, match="read-only"):
        kept[0] = 9.0


def test_for_a_series_an_array_is_a_batch_and_a_list_goes_by_date(film):
    batch = get(replaced(film, {"weather.demand": np.array([1.0, 0.8])}), "weather.demand")
    dated = get(replaced(film, {"weather.demand": [1, "80 %"]}), "weather.demand")
    assert batch.at(3).tolist() == [1.0, 0.8]
    assert (dated.at(0), dated.at(3)) == (1.0, 0.8)


def test_a_change_of_a_change_keeps_its_arrays(film):
    once = replaced(film, {"deals.fund.funding.loans.bank.size.beyond_equity": np.array([0.0, 0.2])})
    twice = replaced(once, {"deals.fund.funding.loans.bank.rate": np.array([0.05, 0.06])})
    assert get(twice, "deals.fund.funding.loans.bank.size.beyond_equity").tolist() == [0.0, 0.2]


def test_all_that_is_wrong_is_said_at_once(film):
    wrong = {
        PRICE: 55,
        "deals.fund.prise.multiple": 5,
        "deals.fund.price": 5,
        "weather.demand": "beaucoup",
        "deals.fund.funding.loans.bank.rate": np.array([0.05, np.nan]),
        "horizon": 99,
        "factory.opening_cash": [1, 2],
    }
    assert sorted(faults(film, wrong)) == [
        ("deals.fund.funding.loans.bank.rate", "out_of_range"),
        ("deals.fund.price", "no_number_here"),
        (PRICE, "out_of_range"),
        ("deals.fund.prise.multiple", "unknown_path"),
        ("factory.opening_cash", "list_not_allowed"),
        ("weather.demand", "not_a_number"),
    ]


def test_the_rules_between_fields_hold(film):
    assert faults(film, {"deals.fund.price.amount": 20e6}) == [("deals.fund.price", "exactly_one_of")]
    assert faults(film, {"deals.fund.exit.year": 6}) == [("deals.fund", "exit_after_horizon")]
    assert faults(film, {"horizon": 99}) == [("horizon", "out_of_range")]
    assert faults(film, {"deals.fund.form": "scop"}) == [("deals.fund.form", "not_in_list")]
