"""A holding that fails, and whose lenders take its shares: sums done by hand, absolute priority, and who
owns what from then on.
"""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ruamel.yaml import YAML

from lbo_model import equations, measures
from lbo_model.engine import Result, run
from lbo_model.position import Status
from lbo_model.quantities import Series
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load
from lbo_model.studies import vary
from tests.test_conservation import broken

HEAD = "format: 1\nextends: plain_deal\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
FOLDER = Path(__file__).parent / "hand"
TEXT = """
factory:
  operations: {sales: 200, ebitda_margin: 50 %}
weather: {demand: [1, 1, 0.4, 1, 1, 1]}
policy:
  corporate_tax: {rate: 0 %}
  distress: {price_share: 75 %, court_costs: 8 %}
deals:
  fund:
    price: {multiple: 5}
    funding:
      loans:
        senior: {rank: 1, lender: banks, entity: holding, size: {amount: size of senior}, rate: 0 %,
          interest_on: opening, repayment: bullet, years: 2}
        mezzanine: {rank: 2, lender: mezzanine, entity: holding, size: {amount: size of mezzanine}, rate: 0 %,
          interest_on: opening, repayment: bullet, years: 8}
      equity: {fund: rest}
    plan: {capex_target: {amount: 0}, capex_floor: {amount: 0}, payout: 100 %}
    exit: {year: 5, multiple_change: 0, basis: trailing, costs: 0 %, catch: 0 %}
"""
"""All cash of year 1 goes to owners. In year 2 sales fall by 60 % and EBITDA from 100 to 40, which repays the
senior loan, due that year, to that extent. Normal EBITDA is 40 + 0.7 x 60 = 82: a sale in distress would
bring 0.75 x 5 x 82 = 307.5, less a cost of 24.6: 282.9 to share.
"""
WORTH = 0.75 * 5.0 * 82.0 * 0.92
SHARED = """
funding:
      equity: {{fund: rest, managers: {{amount: 25}}}}
      preferred:
        first: {{rank: 1, holder: fund, kind: {kind}, size: {{share_of_stake: 60 %}}, rate: 0 %}}
"""


def laid(over: dict[str, Any], under: dict[str, Any]) -> dict[str, Any]:
    """One text over another, key by key."""
    both = {key: laid(over[key], under[key]) for key in over if isinstance(under.get(key), dict)}
    return under | over | both


def scenario(rule: str = "", senior: float = 300, mezzanine: float = 150, more: str = "") -> Scenario:
    """``more`` is of the deal, laid over the text."""
    written, yaml = io.StringIO(), YAML(typ="safe")
    text = TEXT.replace("size of senior", str(senior)).replace("size of mezzanine", str(mezzanine))
    under, rows = yaml.load(HEAD + text), yaml.load(more) or {}
    if rule:
        under["policy"]["distress"]["restructuring"] = {"debt_kept": float(rule), "hope": "70 %"}
    others = {name: rows.pop(name) for name in tuple(rows) if name == "second"}
    under["deals"] |= {"fund": laid(rows, under["deals"]["fund"])} | others
    yaml.dump(under, written)
    document = load("written_by_a_test.yaml", written.getvalue(), [FOLDER])
    assert document.scenario is not None, document.problems
    return document.scenario


def played(rule: str = "", senior: float = 300, mezzanine: float = 150, more: str = "") -> Result:
    result = run(scenario(rule, senior, mezzanine, more)).deals["fund"]
    assert broken(result) == {}
    return result


def same(found: object, expected: object) -> None:
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), rtol=1e-12, atol=1e-9)


def parts(result: Result, date: int) -> dict[str, float]:
    """Who owns shares at a date."""
    return {party: float(part[date]) for party, part in result.positions.shares.items() if part[date] > 1e-12}


def test_two_ranks_from_the_failure_to_the_sale() -> None:
    """Owed that evening: 260 and 150. Lenders keep 1.5 x 82 = 123 as debt, all of it the senior's, and shares
    worth 159.9: the senior has 137 of them, the mezzanine, for 282.9 - 260, 22.9; it loses 127.1. The year
    after pays 100 of the debt kept; the next one 23, and 77 to the new owners; the last one 100. The sale
    brings 0.75 x 500, less 30.
    """
    result = played("1.5")
    assert list(result.status("holding")) == [0, 0, *(Status.RESTRUCTURED,) * 4]
    senior, mezzanine = result.lines.loan_converted
    same([senior[2], mezzanine[2]], [137.0, WORTH - 260.0])
    same([loan[2] for loan in result.lines.loan_written_off], [0.0, 410.0 - WORTH])
    same([loan[2:5] for loan in result.positions.loans], [[123.0, 23.0, 0.0], [0.0, 0.0, 0.0]])
    of_banks = 137.0 / (WORTH - 123.0)
    assert parts(result, 1) == {"fund": 1.0}
    same([parts(result, 2)[party] for party in ("banks", "mezzanine")], [of_banks, 1.0 - of_banks])
    assert len(parts(result, 4)) == 2
    as_owner = result.ledger.received("banks", ("dividend", "sale_proceeds"))
    same(as_owner, [0.0, 0.0, 0.0, 0.0, of_banks * 77.0, of_banks * (100.0 + 345.0)])
    same(result.ledger.received("mezzanine").sum(), (1.0 - of_banks) * 522.0)
    same(result.ledger.received("fund"), [0.0, 100.0, 0.0, 0.0, 0.0, 0.0])
    returns = measures.returns(result)
    same(returns["banks"]["received"], 40.0 + 123.0 + of_banks * 522.0)
    same(returns["fund"]["received"], 100.0)


def test_the_books_of_that_evening() -> None:
    """159.9 of claims pay for shares, 127.1 are income of the holding, and no tax is due on either, at any
    rate.
    """
    result = played("1.5")
    lines = result.lines
    same(lines.holding_money_in[2], WORTH - 123.0)
    same(lines.holding_debt_forgiven[2], 410.0 - WORTH)
    same(lines.holding_debt_cut[2], 410.0 - 123.0)
    taxed = vary(scenario("1.5"), {"policy.corporate_tax.rate": Series(np.array([0.25]))})
    waiting = vary(scenario(), {"policy.corporate_tax.rate": Series(np.array([0.25]))})
    same(*(run(one).deals["fund"].lines.group_tax[2] for one in (taxed, waiting)))


def test_owners_keep_what_is_left_of_the_worth() -> None:
    """Owed: 160 and 50. Of shares worth 159.9 the senior has 37, the mezzanine 50, the fund the rest."""
    shares = parts(played("1.5", senior=200, mezzanine=50), 2)
    same(shares["banks"], 37.0 / (WORTH - 123.0))
    same(shares["mezzanine"], 50.0 / (WORTH - 123.0))
    same(shares["fund"], (WORTH - 210.0) / (WORTH - 123.0))


def test_a_debt_that_the_firm_can_bear_costs_owners_nothing_but_time() -> None:
    """210 are less than 6 x 82 and than the worth: nothing becomes shares."""
    result = played("6", senior=200, mezzanine=50)
    assert parts(result, 2) == {"fund": 1.0}
    same(result.lines.holding_debt_cut, np.zeros(6))


def test_no_lender_keeps_more_debt_than_its_rank_gives_it() -> None:
    """410 owed, 492 bearable, 282.9 there: the mezzanine keeps 22.9 as debt and has the shares, being the one
    who would have the next euro.
    """
    result = played("6")
    same([loan[2] for loan in result.positions.loans], [260.0, WORTH - 260.0])
    assert list(parts(result, 2)) == ["mezzanine"]
    same(parts(result, 2)["mezzanine"], 1.0)


@pytest.mark.parametrize("kind", ["preference_shares", "shareholder_loan"])
def test_preferred_money_comes_before_ordinary_shares(kind: str) -> None:
    """Owed to lenders: 210; the fund's preferred 135 of 225 got 100 in year 1, and 35 are left. Of the 72.9
    that lenders leave, 35 are for it, 37.9 for ordinary shares: 90 of the fund's beside 25 of managers'.
    """
    result = played("1.5", senior=200, mezzanine=50, more=SHARED.format(kind=kind))
    shares, rest = parts(result, 2), WORTH - 210.0 - 35.0
    same(shares["fund"], (35.0 + rest * 90.0 / 115.0) / (WORTH - 123.0))
    same(shares["managers"], rest * 25.0 / 115.0 / (WORTH - 123.0))
    same([result.positions.preferred[0][date] for date in (1, 2)], [35.0, 0.0])
    schedule = measures.preferred_schedule(result)["first"]
    same(schedule["not_paid"][2], 35.0)


def test_preferred_money_is_wiped_out_with_the_rest() -> None:
    result = played("1.5", more=SHARED.format(kind="preference_shares"))
    assert set(parts(result, 2)) == {"banks", "mezzanine"}
    assert result.ledger.received("fund")[2:].sum() == 0.0


def test_the_factorys_own_lenders_come_first_and_go_on_being_served() -> None:
    """100 lent to the factory until year 8 come off the worth and off what may stay debt."""
    own = """
funding:
      loans:
        own: {rank: 3, lender: solidarity_lenders, entity: factory, size: {amount: 100}, rate: 4 %,
          interest_on: opening, repayment: bullet, years: 8}
"""
    result = played("1.5", mezzanine=100, more=own)
    same([loan[2] for loan in result.positions.loans], [23.0, 0.0, 100.0])
    # In year 2 the factory pays 4 of interest, so that the senior gets 36 and 264 are owed to it.
    same([loan[2] for loan in result.lines.loan_written_off], [264.0 - (WORTH - 100.0), 100.0, 0.0])
    same(result.lines.loan_converted[0][2], WORTH - 100.0 - 23.0)
    same(result.ledger.received("solidarity_lenders", ("interest",))[2:], [4.0] * 4)


def test_whoever_has_lost_its_shares_brings_no_more_money() -> None:
    """A loan of the factory falls due in year 4, 50 more than there is; the fund brings that much only while
    the factory is its own.
    """
    more = """
funding:
      loans:
        own: {rank: 3, lender: solidarity_lenders, entity: factory, size: {amount: 150}, rate: 0 %,
          interest_on: opening, repayment: bullet, years: 4}
plan:
      rescues: {new_money: {party: fund, most: {amount: 60}, hope: 100 %}}
"""
    waits, lost = played(more=more, mezzanine=10), played("1.5", more=more, mezzanine=10)
    assert [one.status("factory")[4] for one in (waits, lost)] == [Status.SOUND, Status.LIQUIDATED]
    same([one.lines.new_money[4] for one in (waits, lost)], [50.0, 0.0])


def test_a_covenant_that_is_neither_waived_nor_cured_ends_in_shares_too() -> None:
    more = "funding: {covenants: {leverage: 4}, loans: {senior: {years: 8}}}"
    result = played("1.5", senior=200, more=more)
    (event,) = (one for one in measures.events(result) if one.code == "shares_to_lenders")
    assert (event.date, event.covenants) == (2, ("leverage",))
    assert set(parts(result, 2)) == {"banks", "mezzanine"}


def test_the_next_owner_pays_those_who_own_the_holding_then() -> None:
    row = """
exit: {year: 4}
then: second
second:
  form: fund
  price: {as_sold: true, basis: trailing, cash: paid_for}
  fees: {}
  funding: {equity: {fund: rest}}
  plan: {served_first: lenders, capex_target: {amount: 0}, capex_floor: {amount: 0}, payout: 100 %}
  exit: {year: 1, multiple_change: 0, basis: trailing, costs: 0 %, catch: 0 %}
"""
    both = run(scenario("1.5", more=row)).deals
    assert broken(*both.values()) == {}
    paid = both["fund"].ledger.paid("next_buyer")[4]
    same(both["second"].ledger.received("seller")[0], paid)
    same(both["fund"].ledger.received("fund")[4], 0.0)
    assert parts(both["second"], 0) == {"fund": 1.0}


def test_a_family_that_keeps_its_factory_shares_it_with_its_lenders() -> None:
    """Nobody sells: what shares are worth at the exit date is claimed by those who own them."""
    more = "form: family_purchase\nfunding: {equity: {family: rest, fund: null}}"
    result = run(scenario("1.5", more=more)).deals["fund"]
    assert broken(result) == {}
    of_banks = 137.0 / (WORTH - 123.0)
    same(result.claims_end["banks"], of_banks * 500.0)
    same(result.claims_end.get("family", 0.0), 0.0)


def test_nothing_is_counted_where_lenders_wait() -> None:
    result = played()
    assert result.positions.shares == {}
    assert "shareholders" not in measures.measure(result)
    same([loan[3] for loan in result.positions.loans], [160.0, 150.0])


def test_cells_of_a_batch_are_restructured_one_by_one() -> None:
    """A fall of sales, or none; little debt kept, or much."""
    demand = np.array([[1.0, 1.0, fall, 1.0, 1.0, 1.0] for fall in (0.4, 1.0, 0.4)])
    kept = np.array([1.5, 1.5, 6.0])
    path = "policy.distress.restructuring.debt_kept"
    batch = run(vary(scenario("1.5"), {"weather.demand": Series(demand), path: kept})).deals["fund"]
    for cell in range(3):
        alone = {"weather.demand": Series(demand[cell]), path: float(kept[cell])}
        single = run(vary(scenario("1.5"), alone)).deals["fund"]
        for party, part in single.positions.shares.items():
            np.testing.assert_array_equal(batch.positions.shares[party][cell], part)
        np.testing.assert_array_equal(batch.lines.holding_debt_cut[cell], single.lines.holding_debt_cut)


def test_absolute_priority_in_closed_form() -> None:
    """``min(claim, max(0, worth - claims before))``, for every worth."""
    worth, claims = np.linspace(0.0, 400.0, 41), [160.0, 150.0, 40.0]
    before = np.concatenate([[0.0], np.cumsum(claims)[:-1]])
    expected = [
        np.minimum(claim, np.maximum(0.0, worth - first)) for claim, first in zip(claims, before, strict=True)
    ]
    same(equations.paid_by_rank(worth, claims, [1, 2, 3]), expected)


def test_the_shipped_story_is_true() -> None:
    """Lenders own the factory of 2006; banks are worse off than if they had waited, the mezzanine better."""
    deals = []
    for name in ("fund-that-loses-everything", "lenders-take-the-shares"):
        shipped = load(name).scenario
        assert shipped is not None
        deals.append(run(shipped).deals["fund"])
    waits, takes = (measures.who_got_what(deal) for deal in deals)
    assert set(parts(deals[1], 4)) == {"banks", "mezzanine"}
    assert waits["banks"]["total"] > takes["banks"]["total"] > 0.0
    assert waits["mezzanine"]["total"] < takes["mezzanine"]["total"] < 0.0
    for party in ("fund", "managers", "workers"):
        same(takes[party]["total"], waits[party]["total"])


def test_every_number_of_the_rule_moves_something() -> None:
    under = scenario("1.5")
    before = run(under).deals["fund"].ledger.received("banks").sum()
    for name, value in (("debt_kept", 1.0), ("hope", 0.2)):
        other = vary(under, {f"policy.distress.restructuring.{name}": value})
        assert abs(run(other).deals["fund"].ledger.received("banks").sum() - before) > 1.0
