"""What must hold at the ends of the ranges, and which way answers move: finance that needs no run to be told.

What other tests say is not said again: rates and taxes of zero, an owner without debt by hand, and the gain
that a dearer loan never raises are in ``test_forms``; machines of whoever maintains, in ``test_behaviour``.
"""

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lbo_model.engine import Result, run
from lbo_model.measures import gain, owner_return, value_bridge
from lbo_model.position import Status
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load
from lbo_model.studies import vary

HEAD = "format: 1\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
BANK = "funding__loans__bank"
TO_THE_CENT = 0.005


@cache
def scenario_of(text: str) -> Scenario:
    document = load("written_by_a_test", HEAD + text)
    assert document.scenario is not None, document.problems
    return document.scenario


def played(text: str = "extends: film\n", **changes: Any) -> Result:
    """The fund's deal, with changes at paths of the deal or of the scenario."""
    scenario = scenario_of(text)
    whole = ("factory", "weather", "policy", "behaviour", "horizon")
    paths = {
        (name if name.startswith(whole) else f"deals.fund.{name}").replace("__", "."): value
        for name, value in changes.items()
    }
    return run(vary(scenario, paths)).deals["fund"]


def irr(result: Result) -> Any:
    return owner_return(result, "fund")["irr"]


def sound(result: Result) -> Any:
    """Cells in which neither company fails."""
    companies = [result.status(company) for company in ("factory", "holding")]
    return np.all([np.all(status <= Status.SOUND, axis=-1) for status in companies], axis=0)


# --- which way answers move ---------------------------------------------------------------------------------

terms = st.fixed_dictionaries(
    {
        "price__multiple": st.integers(30, 70).map(lambda tenths: tenths / 10),
        f"{BANK}__size__beyond_equity": st.integers(5, 80).map(lambda cents: cents / 100),
        f"{BANK}__balloon": st.integers(0, 10).map(lambda tenths: tenths / 10),
        f"{BANK}__rate": st.integers(0, 12).map(lambda cents: cents / 100),
        "plan__served_first": st.sampled_from(("lenders", "machines")),
        "plan__payout": st.sampled_from((0.0, 1.0)),
        "behaviour": st.sampled_from(("mechanics", "full")),
        "exit__year": st.integers(1, 5),
    }
)


def never_better(result: Result) -> None:
    """Along a batch from cheap to dear, the rate of return of deals that hold falls."""
    returns = irr(result)[sound(result)]
    assert np.all(np.diff(returns) <= 1e-9)
    assert np.all(np.diff(sound(result).astype(int)) <= 0), (
        "a dearer deal does not survive where a cheaper one fails"
    )


@settings(max_examples=100)
@given(terms)
def test_a_higher_rate_never_raises_the_return(drawn: dict[str, Any]) -> None:
    never_better(played(**drawn | {f"{BANK}__rate": np.linspace(0.0, 0.15, 16)}))


@settings(max_examples=100)
@given(terms)
def test_a_higher_price_never_raises_the_return_where_the_exit_is_fixed(drawn: dict[str, Any]) -> None:
    held = "extends: film\ndeals: {fund: {exit: {multiple: 5}}}\n"
    never_better(played(held, **drawn | {"price__multiple": np.linspace(2.5, 8.0, 23)}))


def test_a_dearer_loan_and_a_dearer_price_lower_the_return() -> None:
    """The broken twin of the two above: where the deal holds, answers do move."""
    rates = played(**{f"{BANK}__rate": np.array([0.03, 0.05, 0.07])})
    assert np.all(np.diff(irr(rates)) < 0.0)
    held = "extends: film\ndeals: {fund: {exit: {multiple: 5}}}\n"
    prices = played(held, price__multiple=np.array([4.0, 4.5, 5.0]))
    assert np.all(np.diff(irr(prices)) < 0.0)


@pytest.mark.parametrize("behaviour", ["mechanics", "full"])
def test_more_purchases_leave_more_machines(behaviour: str) -> None:
    result = played(
        behaviour=behaviour,
        plan__capex_floor__share_of_sales=0.0,
        plan__capex_target__share_of_sales=np.linspace(0.0, 0.06, 13),
        **{f"{BANK}__size__beyond_equity": 0.9},
    )
    stocks = [result.eve.machines] + ([result.eve.equipment] if behaviour == "full" else [])
    for machines in stocks:
        assert np.all(np.diff(machines) > 0.0)


# --- at the ends --------------------------------------------------------------------------------------------


def test_without_debt_the_return_is_that_of_the_buyer_without_a_loan() -> None:
    levered = played(plan__payout=1.0, **{f"{BANK}__size__beyond_equity": 1.0})
    unlevered = run(scenario_of("extends: unlevered\n")).deals["unlevered"]
    for name, number in owner_return(unlevered, "fund").items():
        assert float(owner_return(levered, "fund")[name]) == pytest.approx(float(number)), name


def test_the_smallest_loan_is_next_to_none() -> None:
    shares = 1.0 - np.array([0.0, 1e-9])
    none, next_to_none = irr(played(**{f"{BANK}__size__beyond_equity": shares}))
    assert next_to_none == pytest.approx(none, abs=1e-8)


def test_after_one_year_the_return_is_the_gain_per_euro() -> None:
    result = played(exit__year=1)
    owner = owner_return(result, "fund")
    assert float(owner["irr"]) == pytest.approx(float(owner["multiple"]) - 1.0)
    assert float(owner["irr"]) == pytest.approx(float(gain(result) / owner["paid_in"]))


@pytest.mark.parametrize("year", [2, 3, 4, 5])
def test_between_two_payments_the_return_is_the_root_of_the_multiple(year: int) -> None:
    owner = owner_return(played(exit__year=year), "fund")
    assert float(owner["irr"]) == pytest.approx(float(owner["multiple"]) ** (1.0 / year) - 1.0)


def test_purchases_equal_to_depreciation_keep_the_books_machines_as_they_are() -> None:
    keeps = "extends: film\nfactory: {machines: {depreciation: {share_of_sales: 6 %}}}\n"
    result = played(keeps, plan__served_first="machines", **{f"{BANK}__size__beyond_equity": 0.9})
    machines = result.positions.machines
    np.testing.assert_allclose(machines, np.full_like(machines, 18_000_000.0), rtol=1e-12)


@pytest.mark.parametrize("exit_multiple", [{"exit__multiple_change": 0.0}, {"exit__multiple": 5.0}])
def test_the_same_multiple_leaves_no_gain_from_the_multiple(exit_multiple: dict[str, float]) -> None:
    other = {"exit__multiple_change": None} if "exit__multiple" in exit_multiple else {}
    result = played(weather__price_growth=0.03, weather__volume_growth=0.01, **exit_multiple, **other)
    bridge = value_bridge(result)
    assert float(bridge["ebitda_growth"]) > 1e5
    assert float(bridge["multiple_change"]) == float(bridge["both_together"]) == 0.0


def test_a_multiple_at_the_exit_is_a_change_once_the_price_is_known() -> None:
    said = played(exit__multiple_change=1.5, weather__price_growth=0.03)
    fixed = played(exit__multiple_change=None, exit__multiple=6.5, weather__price_growth=0.03)
    for name, amount in value_bridge(said).items():
        assert float(value_bridge(fixed)[name]) == pytest.approx(float(amount), abs=TO_THE_CENT), name


# --- who finances -------------------------------------------------------------------------------------------

NO_FRICTION = """
extends: film
policy: {corporate_tax: {rate: 0 %}}
deals:
  fund:
    fees: {buyer: null, financing: null}
    plan: {payout: 100 %, served_first: machines}
    exit: {costs: 0 %}
"""
DEBT = np.array([0.0, 0.1, 0.25, 0.4])
CAPITAL = ("fund", "banks")


def to_capital(result: Result, party: str) -> Any:
    """What a party of the capital nets at each date; the bank's old loan is paid back by whoever buys."""
    old = np.zeros(result.dates)
    if party == "banks":
        old[0] = float(np.max(result.closing.debt_refinanced))
    return result.ledger.received(party) - result.ledger.paid(party) - old


@pytest.mark.parametrize("repayment", ["bullet", "linear"])
@pytest.mark.parametrize("rate", [0.0, 0.04, 0.09])
def test_without_tax_fees_or_distress_who_finances_changes_no_value(rate: float, repayment: str) -> None:
    """Modigliani and Miller: all that capital gets is the factory's, whoever brings it. A loan at the
    rate that discounts it is worth what was lent, so that what is left to the owner is worth the same too.
    """
    result = played(
        NO_FRICTION,
        **{
            f"{BANK}__size__beyond_equity": 1.0 - DEBT,
            f"{BANK}__rate": rate,
            f"{BANK}__repayment": repayment,
            f"{BANK}__balloon": None if repayment == "bullet" else 0.5,
        },
    )
    assert sound(result).all()
    fund, banks = (to_capital(result, party) for party in CAPITAL)
    total = fund + banks
    np.testing.assert_allclose(total, np.broadcast_to(total[0], total.shape), rtol=0.0, atol=TO_THE_CENT)
    discount = (1.0 + rate) ** -np.arange(result.dates)
    np.testing.assert_allclose((banks * discount).sum(axis=-1), 0.0, atol=TO_THE_CENT)
    worth = (fund * discount).sum(axis=-1)
    np.testing.assert_allclose(worth, worth[0], rtol=0.0, atol=TO_THE_CENT)
    np.testing.assert_allclose(result.end_value, result.end_value[0])


def test_fees_and_tax_do_make_a_difference() -> None:
    """The broken twin: with the film's taxes and fees, who finances does change the total."""
    result = played(
        plan__payout=1.0, plan__served_first="machines", **{f"{BANK}__size__beyond_equity": 1.0 - DEBT}
    )
    total = sum(to_capital(result, party) for party in CAPITAL)
    assert np.all(np.abs(np.diff(total.sum(axis=-1))) > 1e4)


@pytest.mark.parametrize("tax", [0.0, 0.25, 0.34])
def test_the_tax_that_a_loan_saves_is_the_rate_on_its_interest(tax: float) -> None:
    no_fees = "extends: film\ndeals: {fund: {fees: {buyer: null, financing: null}}}\n"
    result = played(
        no_fees,
        policy__corporate_tax__rate=tax,
        plan__payout=1.0,
        plan__served_first="machines",
        **{f"{BANK}__size__beyond_equity": 1.0 - DEBT},
    )
    assert sound(result).all()
    paid = result.ledger.received("state", ("corporate_tax",)).sum(axis=-1)
    interest = result.ledger.received("banks", ("interest",)).sum(axis=-1)
    assert np.all(np.diff(interest) > 1e5)
    np.testing.assert_allclose(paid[0] - paid, tax * interest, rtol=0.0, atol=TO_THE_CENT)
