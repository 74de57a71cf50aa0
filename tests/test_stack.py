"""Each kind of money that pays for a deal, one at a time, against a sum done by hand.

The deal is ``hand/plain_deal.yaml``: EBITDA is 100 every year, nothing wears out, the price is 500 at both
ends. Numbers in the tests come from pencil and paper, never from the code.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lbo_model.engine import Result, run
from lbo_model.measures import (
    debt_repaid,
    debt_service_paid,
    gain,
    leverage,
    preferred_returns,
    returns,
    value_bridge,
)
from lbo_model.position import Status
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load
from lbo_model.studies import vary

HEAD = "format: 1\nextends: plain_deal\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
FOLDER = Path(__file__).parent / "hand"

NO_TAX = "policy: {corporate_tax: {rate: 0 %}}\n"
KEEP_CASH = "    plan: {payout: 0 %}\n"
"""Nothing is paid out before the sale."""
ALL_TO_MACHINES = "    plan: {capex_target: {amount: 100}, capex_floor: {amount: 100}}\n"
"""No cash is left: what the owners receive is what the sale brings."""
DEAL = "deals:\n  fund:\n"


def written(text: str) -> Scenario:
    document = load("written_by_a_test.yaml", HEAD + text, [FOLDER])
    assert document.scenario is not None, document.problems
    return document.scenario


def played(text: str, **numbers: Any) -> Result:
    """The plain deal with a few lines more, and with other numbers by path, ``__`` for a dot."""
    changes = {f"deals.fund.{path.replace('__', '.')}": value for path, value in numbers.items()}
    return run(vary(written(text), changes)).deals["fund"]


def got(result: Result, party: str, *reasons: str) -> np.ndarray:
    """What a party received from the companies for some reasons, by date."""
    return result.ledger.received(party, reasons)


def same(found: Any, expected: Any, within: float = 1e-9) -> None:
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=1e-12, atol=within)


# --- a shareholder loan, preference shares ------------------------------------------------------------------

FOUR_FIFTHS = """    funding:
      preferred:
        money: {{rank: 1, holder: fund, kind: {kind}, size: {{amount: 400}}, rate: 10 %}}
"""
INTEREST = [40.0, 44.0, 48.4, 53.24, 58.564]
"""10 % of 400, 440, 484, 532.4 and 585.64."""


@pytest.mark.parametrize(
    ("kind", "tax", "till"),
    [
        ("preference_shares", [25.0] * 5, 375.0),
        # The interest of the loan is deducted: 25 % of 60, 56, 51.6, 46.76 and 41.436.
        ("shareholder_loan", [15.0, 14.0, 12.9, 11.69, 10.359], 436.051),
    ],
)
def test_a_shareholder_loan_and_preference_shares_grow_alike_and_only_the_loan_lowers_tax(
    kind: str, tax: list[float], till: float
) -> None:
    result = played(DEAL + FOUR_FIFTHS.format(kind=kind) + KEEP_CASH)
    same(result.lines.group_tax[1:], tax)
    same(result.eve.factory_cash + result.eve.holding_cash, till)
    same(result.eve.preferred[0], 644.204)
    same(got(result, "fund", f"{kind}_repaid")[5], 644.204)
    same(got(result, "fund", "sale_proceeds")[5], 500.0 + till - 644.204)
    same(returns(result)["fund"]["paid_in"], 500.0)
    same(returns(result)["fund"]["received"], 500.0 + till)


def test_a_shareholder_loan_is_a_debt_of_the_holding_and_preference_shares_are_its_equity() -> None:
    lent, shares = (
        played(DEAL + FOUR_FIFTHS.format(kind=kind) + KEEP_CASH)
        for kind in ("shareholder_loan", "preference_shares")
    )
    same(lent.positions.holding_equity[0], 100.0)
    same(shares.positions.holding_equity[0], 500.0)
    same(lent.lines.shareholder_interest[1:], INTEREST)
    same(shares.lines.shareholder_interest[1:], 0.0)
    same(shares.lines.preferred_grown[0][1:], INTEREST)
    same(lent.positions.debt[:5], 0.0)


def test_interest_of_a_shareholder_loan_beyond_the_profit_saves_no_more_tax() -> None:
    """30 % of 400, 520 and 676: 120, 156 and 202.8, of a profit of 100. The loss is lost here."""
    result = played(
        DEAL + FOUR_FIFTHS.format(kind="shareholder_loan") + KEEP_CASH,
        funding__preferred__money__rate=0.3,
    )
    same(result.lines.shareholder_interest[1:4], [120.0, 156.0, 202.8])
    same(result.lines.group_tax[1:], 0.0)


# --- the managers' ratchet ----------------------------------------------------------------------------------

RATCHET = """    funding:
      equity:
        fund: {{amount: 450}}
        managers: {{amount: 50}}
      preferred: {preferred}
      ratchet: {{first: {{above: 8 %, share: 10 %}}, second: {{above: 20 %, share: 15 %}}}}
"""


def with_ratchet(preferred: str = "{}") -> str:
    return NO_TAX + DEAL + RATCHET.format(preferred=preferred)


FUND_WOULD_GET = 450.0 * np.array([1.0, 1.4, 2.0, 3.0])
"""Nine tenths of a sale at 5, 7, 10 and 15 times 100."""
FIRST, SECOND = 450.0 * 1.08**5, 450.0 * 1.2**5
"""What the fund must receive after five years to have earned 8 % and 20 % a year: 661.2 and 1119.7."""


def test_a_ratchet_gives_managers_a_part_of_what_comes_beyond_each_return() -> None:
    """Up to 661.2 the fund keeps all; 10 % of the next 509.5 leave it its 1119.7; then 15 % of the rest."""
    text = with_ratchet() + ALL_TO_MACHINES
    result = played(text, exit__multiple_change=np.array([0.0, 2.0, 5.0, 10.0]))
    tier = (SECOND - FIRST) / 0.9
    taken = [
        0.0,
        0.0,
        0.1 * (900.0 - FIRST),
        0.1 * tier + 0.15 * (1350.0 - FIRST - tier),
    ]
    same(got(result, "managers", "ratchet")[..., 5], taken)
    same(got(result, "fund", "sale_proceeds")[..., 5], FUND_WOULD_GET - taken)
    same(got(result, "managers", "sale_proceeds")[..., 5], FUND_WOULD_GET / 9.0)
    same(returns(result)["managers"]["received"], FUND_WOULD_GET / 9.0 + taken)


def test_a_fund_whose_managers_have_a_ratchet_earns_the_second_return_net_of_it() -> None:
    """Sold so that the first slice is used up to the last euro, the fund has earned 20 % a year."""
    price = (FIRST + (SECOND - FIRST) / 0.9) / 0.9
    result = played(with_ratchet() + ALL_TO_MACHINES, exit__multiple_change=price / 100.0 - 5.0)
    same(returns(result)["fund"]["irr"], 0.2)


def test_what_the_fund_receives_on_the_way_lowers_its_hurdles() -> None:
    """100 a year, 90 of them for the fund: after five years 528.0 at 8 % less than the 661.2."""
    result = played(with_ratchet(), exit__multiple_change=2.0)
    received = 90.0 * (1.08**5 - 1.0) / 0.08
    tier = np.maximum(0.0, SECOND - 90.0 * (1.2**5 - 1.0) / 0.2 - (FIRST - received)) / 0.9
    rest = 630.0 - (FIRST - received)
    same(got(result, "managers", "ratchet")[5], 0.1 * min(rest, tier) + 0.15 * max(0.0, rest - tier))


def test_a_ratchet_comes_out_of_ordinary_shares_alone() -> None:
    """440 of the fund's 450 grow by 15 % a year to 885.0: sold at 900, ordinary shares bring 15.0, 2.5 of
    them for the fund, less than 10 % of what it has beyond 8 %.
    """
    lent = "{lent: {rank: 1, holder: fund, kind: shareholder_loan, size: {amount: 440}, rate: 15 %}}"
    result = played(with_ratchet(lent) + ALL_TO_MACHINES, exit__multiple_change=4.0)
    ordinary = (900.0 - 440.0 * 1.15**5) * 10.0 / 60.0
    assert ordinary < 0.1 * (440.0 * 1.15**5 + ordinary - FIRST)
    same(got(result, "managers", "ratchet")[5], ordinary)
    same(got(result, "fund", "sale_proceeds")[5], 0.0)


# --- who owns the ordinary shares ---------------------------------------------------------------------------

SWEET = """    funding:
      equity:
        fund: {{amount: 480{fund}}}
        managers: {{amount: 20{managers}}}
      preferred:
        shares:
          {{rank: 1, holder: fund, kind: preference_shares, size: {{amount: {preferred}}}, rate: 0 %{more}}}
"""


def sweet(preferred: float, declared: tuple[str, str] = ("", ""), more: str = "") -> str:
    fund, managers = (f", ordinary_share: {part}" if part else "" for part in declared)
    funding = SWEET.format(preferred=preferred, fund=fund, managers=managers, more=more)
    return NO_TAX + DEAL + funding + ALL_TO_MACHINES


@pytest.mark.parametrize(
    ("declared", "fund", "managers"),
    [
        # 80 and 20 are brought for ordinary shares, and 100 is left for them.
        (("", ""), 400.0 + 80.0, 20.0),
        (("70 %", "30 %"), 400.0 + 70.0, 30.0),
        # Parts that do not add up to one are taken in proportion.
        (("35 %", "15 %"), 400.0 + 70.0, 30.0),
    ],
)
def test_ordinary_shares_go_by_the_money_brought_for_them_or_by_the_parts_declared(
    declared: tuple[str, str], fund: float, managers: float
) -> None:
    result = played(sweet(400, declared))
    same(returns(result)["fund"]["received"], fund)
    same(returns(result)["managers"]["received"], managers)


def test_sweet_equity_multiplies_gains_and_losses_of_those_who_hold_it() -> None:
    """Sold at 4, 5, 6 and 7 times 100: all above 400 is shared 80/20 by those who brought 80 and 20."""
    result = played(sweet(400), exit__multiple_change=np.array([-1.0, 0.0, 1.0, 2.0]))
    same(returns(result)["managers"]["multiple"], [0.0, 1.0, 2.0, 3.0])
    same(returns(result)["fund"]["received"], [400.0, 480.0, 560.0, 640.0])


def test_declared_parts_hold_even_where_nobody_brought_money_for_ordinary_shares() -> None:
    """Both put all they bring into preferred money, repaid at par; sold at 600, 100 is left for shares."""
    text = (
        NO_TAX
        + DEAL
        + SWEET.format(
            preferred=480, fund=", ordinary_share: 75 %", managers=", ordinary_share: 25 %", more=""
        )
    )
    text += (
        "        own: {rank: 2, holder: managers, kind: preference_shares, size: {amount: 20}, rate: 0 %}\n"
    )
    result = played(text + ALL_TO_MACHINES, exit__multiple_change=1.0)
    same(got(result, "managers", "sale_proceeds")[5], 25.0)
    same(got(result, "fund", "sale_proceeds")[5], 75.0)


@pytest.mark.parametrize(("more", "managers"), [("", 0.2), (", participating: true", 0.04)])
def test_participating_money_is_repaid_and_shares_in_the_rest_as_if_it_were_ordinary(
    more: str, managers: float
) -> None:
    """Sold at 700: 400 first, then 300 at 80 to 20, or at 480 to 20."""
    result = played(sweet(400, more=more), exit__multiple_change=2.0)
    same(got(result, "fund", "preference_shares_repaid")[5], 400.0)
    same(got(result, "managers", "sale_proceeds")[5], 300.0 * managers)
    same(got(result, "fund", "sale_proceeds")[5], 300.0 * (1.0 - managers))


def test_participating_money_weighs_beside_declared_parts_by_its_amount() -> None:
    """100 is brought for ordinary shares, so that 70 % weighs 70, and 400 more take part."""
    result = played(sweet(400, ("70 %", "30 %"), ", participating: true"), exit__multiple_change=2.0)
    same(got(result, "managers", "sale_proceeds")[5], 300.0 * 30.0 / 500.0)


CONVERTIBLE = """    funding:
      equity:
        fund: {amount: 300}
        managers: {amount: 200}
      preferred:
        shares:
          {rank: 1, holder: managers, kind: preference_shares, size: {share_of_stake: 100 %}, rate: 10 %,
          converts_into: 40 %}
"""


@pytest.mark.parametrize(
    ("multiple", "managers", "fund"),
    [
        # 200 grows to 322.102; 40 % of the sale is worth as much at 805.255.
        (3.0, 300.0, 0.0),
        (8.0, 322.102, 477.898),
        (8.05, 322.102, 482.898),
        (8.06, 322.4, 483.6),
        (12.0, 480.0, 720.0),
    ],
)
def test_a_holder_converts_where_its_part_is_worth_more_than_its_claim(
    multiple: float, managers: float, fund: float
) -> None:
    result = played(NO_TAX + DEAL + CONVERTIBLE + ALL_TO_MACHINES, exit__multiple_change=multiple - 5.0)
    same(returns(result)["managers"]["received"], managers)
    same(returns(result)["fund"]["received"], fund)


def test_who_converts_waits_for_other_preferred_money_whatever_its_rank() -> None:
    """Sold at 1,000; 100 of the fund come first although they rank after: 40 % of 900 is above 322.102."""
    text = NO_TAX + DEAL + CONVERTIBLE
    text += "        last: {rank: 2, holder: fund, kind: preference_shares, size: {amount: 100}, rate: 0 %}\n"
    result = played(text + ALL_TO_MACHINES, exit__multiple_change=5.0)
    same(returns(result)["managers"]["received"], 360.0)
    same(got(result, "fund", "preference_shares_repaid")[5], 100.0)
    same(got(result, "fund", "sale_proceeds")[5], 540.0)


# --- preferred money by rank --------------------------------------------------------------------------------

TWO_RANKS = """    funding:
      equity:
        fund: {amount: 400}
        managers: {amount: 100}
      preferred:
        second: {rank: 2, holder: fund, kind: shareholder_loan, size: {amount: 200}, rate: 0 %}
        first: {rank: 1, holder: managers, kind: preference_shares, size: {amount: 60}, rate: 0 %}
"""


@pytest.mark.parametrize(
    ("price", "first", "second", "fund", "managers"),
    [
        (40.0, 40.0, 0.0, 0.0, 0.0),
        (150.0, 60.0, 90.0, 0.0, 0.0),
        (260.0, 60.0, 200.0, 0.0, 0.0),
        (500.0, 60.0, 200.0, 200.0, 40.0),
    ],
)
def test_preferred_money_is_served_by_rank_and_ordinary_shares_wait(
    price: float, first: float, second: float, fund: float, managers: float
) -> None:
    result = played(NO_TAX + DEAL + TWO_RANKS + ALL_TO_MACHINES, exit__multiple_change=price / 100.0 - 5.0)
    same(got(result, "managers", "preference_shares_repaid")[5], first)
    same(got(result, "fund", "shareholder_loan_repaid")[5], second)
    same(got(result, "fund", "sale_proceeds")[5], fund)
    same(got(result, "managers", "sale_proceeds")[5], managers)
    same(result.lines.shareholder_loans_lost[5], 200.0 - second)
    same(gain(result), price - 500.0)


def test_preferred_money_of_one_rank_shares_in_proportion() -> None:
    """60 and 200 of one rank out of 130: half of each."""
    text = NO_TAX + DEAL + TWO_RANKS.replace("rank: 2", "rank: 1") + ALL_TO_MACHINES
    result = played(text, exit__multiple_change=130.0 / 100.0 - 5.0)
    same(got(result, "managers", "preference_shares_repaid")[5], 30.0)
    same(got(result, "fund", "shareholder_loan_repaid")[5], 100.0)


def test_dividends_of_the_years_pay_preferred_money_first() -> None:
    """100 a year against 250 at 10 %: 275 - 100, 192.5 - 100, 101.75 - 100, then 1.925 is all that is due."""
    text = """    funding:
      equity: {fund: {amount: 400}, managers: {amount: 100}}
      preferred:
        lent: {rank: 1, holder: fund, kind: shareholder_loan, size: {amount: 250}, rate: 10 %}
"""
    result = played(NO_TAX + DEAL + text)
    same(result.positions.preferred[0][:5], [250.0, 175.0, 92.5, 1.75, 0.0])
    same(got(result, "fund", "shareholder_loan_repaid"), [0.0, 100.0, 100.0, 100.0, 1.925, 0.0])
    # 150 to 100 of ordinary shares.
    same(got(result, "fund", "dividend"), [0.0, 0.0, 0.0, 0.0, 0.6 * 98.075, 60.0])
    same(got(result, "managers", "dividend"), [0.0, 0.0, 0.0, 0.0, 0.4 * 98.075, 40.0])
    same(got(result, "managers", "sale_proceeds")[5], 200.0)
    same(value_bridge(result)["distributions"], 500.0)


def lent_at(rate: str, more: str = "") -> str:
    one = f"{{rank: 1, holder: fund, kind: shareholder_loan, size: {{amount: 300}}, rate: {rate}{more}}}"
    return NO_TAX + DEAL + f"    funding: {{preferred: {{lent: {one}}}}}\n"


def test_a_loan_repaid_whole_after_four_years_returned_its_rate_whatever_its_holder_s_whole_did() -> None:
    """9 % for four years: 1.41158161 for 1. All is sold at 600, and 600 of 500 are 4.66 % a year."""
    result = played(lent_at("9 %") + ALL_TO_MACHINES, exit__year=4, exit__multiple_change=1.0)
    lent = preferred_returns(result)["lent"]
    same([lent["paid_in"], lent["received"]], [300.0, 300.0 * 1.41158161])
    same([lent["multiple"], lent["irr"], lent["converted"]], [1.41158161, 0.09, 0.0])
    same(returns(result)["fund"]["irr"], 1.2**0.25 - 1.0)


def test_a_loan_repaid_on_the_way_returned_its_rate_too() -> None:
    """300 at 10 % against 100 a year: 230, 153, 68.3 are left, then 75.13 is all that is due."""
    lent = preferred_returns(played(lent_at("10 %")))["lent"]
    same([lent["received"], lent["irr"]], [375.13, 0.1])


def test_a_loan_that_is_not_repaid_whole_or_not_at_all_says_so() -> None:
    """Sold at 75 after two years, 300 come back as a quarter: half is lost each year."""
    half = played(lent_at("10 %") + ALL_TO_MACHINES, exit__year=2, exit__multiple_change=-4.25)
    lent = preferred_returns(half)["lent"]
    same([lent["multiple"], lent["irr"]], [0.25, -0.5])
    nothing = played(lent_at("10 %") + ALL_TO_MACHINES, exit__multiple_change=-5.0)
    same(preferred_returns(nothing)["lent"]["irr"], -1.0)


def test_of_participating_money_the_claim_is_counted_of_converted_money_what_it_took() -> None:
    """Sold at 700, 400 first, whatever is shared after; at 1,200 the managers take 40 % for their 200."""
    shares = preferred_returns(played(sweet(400, more=", participating: true"), exit__multiple_change=2.0))
    same([shares["shares"][name] for name in ("received", "irr", "converted")], [400.0, 0.0, 0.0])
    text = NO_TAX + DEAL + CONVERTIBLE + ALL_TO_MACHINES
    taken = preferred_returns(played(text, exit__multiple_change=7.0))["shares"]
    same([taken[name] for name in ("received", "multiple", "converted")], [480.0, 2.4, 1.0])
    same(taken["irr"], 2.4**0.2 - 1.0)
    kept = preferred_returns(played(text, exit__multiple_change=3.0))["shares"]
    same([kept["irr"], kept["converted"]], [0.1, 0.0])


def test_of_owners_who_do_not_sell_a_claim_counts_as_far_as_it_is_covered() -> None:
    """Worth 500 at the end: 300 at 10 % stands at 483.153 after five years, at 20 % it would be 746.496."""
    for rate, covered in (("10 %", 483.153), ("20 %", 500.0)):
        one = f"{{rank: 1, holder: family, kind: shareholder_loan, size: {{amount: 300}}, rate: {rate}}}"
        family = "    form: family_purchase\n    funding:\n      equity: {fund: null, family: rest}\n"
        result = played(f"{NO_TAX}{DEAL}{family}      preferred: {{lent: {one}}}\n{ALL_TO_MACHINES}")
        same(preferred_returns(result)["lent"]["received"], covered)


RUIN = "weather: {demand: [1, 1, 1, 1, 1, 0.01]}\n"


def test_what_a_winding_up_in_the_year_of_the_sale_pays_is_not_forgotten() -> None:
    """The factory cannot buy the machines it must in year 5: its till of 400 is all there is."""
    text = NO_TAX + RUIN + DEAL + TWO_RANKS
    machines = "{amount: [0, 0, 0, 0, 0, 900]}"
    text += f"    plan: {{payout: 0 %, capex_target: {machines}, capex_floor: {machines}}}\n"
    result = played(text)
    assert result.status("factory")[5] == Status.LIQUIDATED
    same([paid[5] for paid in result.lines.preferred_paid_at_sale], [60.0, 200.0])
    same(got(result, "fund", "shareholder_loan_repaid")[5], 200.0)
    same(got(result, "fund", "sale_proceeds")[5] + got(result, "managers", "sale_proceeds")[5], 141.0)


# --- stakes and fees ----------------------------------------------------------------------------------------

ROLLED = """    fees:
      buyer: {share_of_price: 3 %}
      financing: {share_of_debt: 2 %, amortised: false}
    funding:
      loans:
        bank:
          {rank: 1, lender: banks, entity: holding, size: {size}, rate: 0 %, interest_on: opening,
          repayment: bullet}
      equity:
        managers: {share_of_equity: 20 %, rollover: true}
        fund: rest
"""


@pytest.mark.parametrize(
    ("size", "uses", "lent"),
    [
        # 515 + 2 % of 60 % of the uses.
        ("{share_of_uses: 60 %}", 521.25506, 312.75304),
        ("{times_ebitda: 3}", 521.0, 300.0),
        ("{amount: 250}", 520.0, 250.0),
    ],
)
def test_who_rolls_over_a_share_of_equity_keeps_that_share_to_the_cent(
    size: str, uses: float, lent: float
) -> None:
    result = played(NO_TAX + DEAL + ROLLED.replace("{size}", size))
    closing = result.closing
    same(sum(closing.uses.values()), uses, within=1e-5)
    same(closing.stakes["managers"], 0.2 * (uses - lent), within=1e-5)
    same(closing.stakes["fund"], 0.8 * (uses - lent), within=1e-5)
    same(closing.rolled["managers"], closing.stakes["managers"])
    same(got(result, "seller", "price_of_shares")[0], 500.0 - 0.2 * (uses - lent), within=1e-5)
    answers = returns(result)
    total = answers["managers"]["received"] + answers["fund"]["received"]
    same(answers["managers"]["received"], 0.2 * total)
    same(total, 1000.0 - lent, within=1e-5)


def test_where_loans_exceed_the_uses_nobody_brings_less_than_nothing() -> None:
    result = played(
        NO_TAX + DEAL + ROLLED.replace("{size}", "{amount: 250}"),
        funding__loans__bank__size__amount=np.array([250.0, 600.0]),
    )
    same(result.closing.stakes["managers"], [54.0, 0.0])
    same(result.closing.stakes["fund"], [216.0, 0.0])
    assert result.closing.not_financed.tolist() == [False, True]
    same(result.closing.left_over, [0.0, 600.0 - 515.0 - 12.0])


FEES = """    fees: {transaction: {share_of_price: 1 %}}
    exit: {manager_fee: 2 %, costs: 1 %}
"""


def test_the_fund_manager_is_paid_for_the_purchase_and_for_the_sale() -> None:
    result = played(DEAL + FEES)
    same(result.closing.transaction_fee, 5.0)
    same(returns(result)["fund"]["paid_in"], 505.0)
    same(got(result, "fund_manager", "transaction_fee"), [5.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    same(got(result, "fund_manager", "exit_fee"), [0.0, 0.0, 0.0, 0.0, 0.0, 10.0])
    same(got(result, "fund", "sale_proceeds")[5], 500.0 - 10.0 - 5.0)
    same(result.lines.group_tax[1:], 25.0)
    bridge = value_bridge(result)
    same([bridge["entry_fees"], bridge["exit_costs"], gain(result)], [-5.0, -15.0, 5 * 75.0 - 20.0])


def test_a_transaction_fee_may_be_an_amount() -> None:
    result = played(DEAL + "    fees: {transaction: {amount: 7}}\n")
    same(returns(result)["fund"]["paid_in"], 507.0)
    same(got(result, "fund_manager", "transaction_fee")[0], 7.0)


def bank(size: str, rate: str = "0 %", more: str = "", rank: int = 1, name: str = "bank") -> str:
    """A loan of the holding, all due at the sale."""
    return (
        f"        {name}: {{rank: {rank}, lender: banks, entity: holding, size: {{{size}}}, rate: {rate},\n"
        f"          interest_on: opening, repayment: bullet{more}}}\n"
    )


LOANS = "    funding:\n      loans:\n"


def test_a_fund_manager_is_paid_nothing_for_a_sale_by_the_lenders() -> None:
    """450 at 25 % ask for 112.5 of a cash of 100, and 12.5 are added. Each later year brings lenders 100, the
    sale the last 62.5: the factory fetches 75 % of 500, less 8 % for the court.
    """
    text = NO_TAX + DEAL + LOANS + bank("amount: 450", "25 %") + FEES
    result = played(text)
    assert result.status("holding")[1] == Status.RESTRUCTURED
    same(got(result, "fund_manager", "exit_fee"), 0.0)
    same(got(result, "advisers", "exit_costs")[5], 30.0)
    same(got(result, "banks", "principal"), [0.0, 0.0, 100.0, 100.0, 100.0, 100.0 + 62.5])
    same(got(result, "fund", "sale_proceeds")[5], 375.0 - 30.0 - 62.5)


# --- loans of a later year ----------------------------------------------------------------------------------

LATER = LOANS + bank("amount: 300") + bank("{size}", more=", drawn: 3, purpose: owners", rank=2, name="recap")


@pytest.mark.parametrize("size", ["amount: 50", "times_ebitda: 0.5", "up_to_leverage: 3.5"])
def test_a_loan_of_a_later_year_pays_owners_whatever_the_way_to_say_its_size(size: str) -> None:
    """No cash is kept: 300 are owed before, 350 after; owners have 50 in year 3 and 50 less at the sale."""
    result = played(NO_TAX + DEAL + LATER.replace("{size}", size) + ALL_TO_MACHINES)
    same(result.positions.loans[0][:5], 300.0)
    same(result.positions.loans[1][:5], [0.0, 0.0, 0.0, 50.0, 50.0])
    same(got(result, "fund", "dividend"), [0.0, 0.0, 0.0, 50.0, 0.0, 0.0])
    same(got(result, "fund", "sale_proceeds")[5], 150.0)
    same(leverage(result), [3.0, 3.0, 3.0, 3.5, 3.5, 3.5])
    same(returns(result)["fund"]["multiple"], 1.0)
    same(sum(result.closing.loans), 300.0)


def test_a_loan_up_to_a_leverage_counts_the_cash_in_the_till() -> None:
    """40 of 100 go to machines: after three years the till holds 180, which leaves room for 350 - 120."""
    plan = "    plan: {payout: 0 %, capex_target: {amount: 40}, capex_floor: {amount: 40}}\n"
    result = played(NO_TAX + DEAL + LATER.replace("{size}", "up_to_leverage: 3.5") + plan)
    same(result.positions.loans[1][3], 230.0)
    same(leverage(result)[3], 3.5)
    same(result.positions.factory_cash[3] + result.positions.holding_cash[3], 180.0)
    same(got(result, "fund", "dividend")[3], 230.0)


def test_a_loan_of_a_later_year_costs_its_fee_and_bears_interest_from_the_next() -> None:
    """2 % of 300 on closing day, 2 % of 50 in year 3, of which owners get the rest; 10 % from year 4 on."""
    text = DEAL + "    fees: {financing: {share_of_debt: 2 %, amortised: true}}\n"
    text += LOANS + bank("amount: 300")
    text += bank("amount: 50", "10 %", ", drawn: 3, purpose: owners", 2, "recap")
    result = played(text)
    same(returns(result)["fund"]["paid_in"], 206.0)
    same(result.lines.loan_fees[1], [0.0, 0.0, 0.0, 1.0, 0.0, 0.0])
    same(result.lines.loan_interest[1], [0.0, 0.0, 0.0, 0.0, 5.0, 5.0])
    same(result.lines.group_tax[1:], [25.0, 25.0, 25.0, 23.75, 23.75])
    same(got(result, "fund", "dividend")[1:], [75.0, 75.0, 75.0 + 49.0, 71.25, 71.25])


def test_a_loan_of_a_later_year_in_level_payments_counts_its_years_from_then() -> None:
    """100 at 10 % in two payments of 57.619: 47.619 of principal in year 3, the rest in year 4."""
    text = LOANS + bank("amount: 100", "10 %", ", years: 2, drawn: 2, purpose: owners", 2, "recap")
    result = played(NO_TAX + DEAL + text.replace("bullet", "annuity"))
    same(result.positions.loans[0][:5], [0.0, 0.0, 100.0, 100.0 - 100.0 / 2.1, 0.0])
    same(result.lines.principal_due[1:], [0.0, 0.0, 100.0 / 2.1, 100.0 * 1.1 / 2.1, 0.0])


def test_a_loan_that_nobody_is_left_to_draw_is_not_lent() -> None:
    """After a default lenders lend no more."""
    text = NO_TAX + DEAL + LOANS + bank("amount: 450", "25 %")
    result = played(text + bank("amount: 50", "0 %", ", drawn: 3, purpose: owners", 2, "recap"))
    assert result.status("holding")[1] == Status.RESTRUCTURED
    same(result.lines.loan_drawn[1], 0.0)
    same(got(result, "fund", "dividend"), 0.0)


PUSHED = bank("amount: {amount}", "5 %", ", drawn: 2, purpose: loans", 9, "pushed").replace(
    "entity: holding", "entity: factory"
)


def test_a_debt_pushed_down_is_owed_by_the_factory_and_the_group_s_tax_does_not_move() -> None:
    """300 at 5 %: 15 of interest a year, deducted by the group wherever it is owed. Pushed down, it is
    deducted by the factory itself, which owes its holding 21.25 of tax instead of 25.
    """
    kept = played(DEAL + LOANS + bank("amount: 300", "5 %"))
    pushed = played(DEAL + LOANS + bank("amount: 300", "5 %") + PUSHED.replace("{amount}", "300"))
    same(pushed.positions.loans[0][:5], [300.0, 300.0, 0.0, 0.0, 0.0])
    same(pushed.positions.loans[1][:5], [0.0, 0.0, 300.0, 300.0, 300.0])
    same(pushed.lines.group_tax, kept.lines.group_tax)
    same(kept.lines.group_tax[1:], 21.25)
    same(kept.lines.factory_tax[1:], 25.0)
    same(pushed.lines.factory_tax[1:], [25.0, 25.0, 21.25, 21.25, 21.25])
    same(pushed.lines.factory_interest[1:], [0.0, 0.0, 15.0, 15.0, 15.0])
    same(got(pushed, "fund", "dividend"), got(kept, "fund", "dividend"))
    same(got(pushed, "fund", "sale_proceeds"), got(kept, "fund", "sale_proceeds"))
    same(np.asarray(pushed.positions.debt)[:5], 300.0)
    same(pushed.positions.factory_equity[2], kept.positions.factory_equity[2] - 300.0)


def test_a_debt_pushed_down_brings_the_factory_down_where_the_holding_alone_would_have_failed() -> None:
    """A year without orders: 5 of EBITDA for 15 of interest. The holding's lenders wait; the factory's close
    it.
    """
    fall = NO_TAX + "weather: {demand: [1, 1, 1, 0.05, 1]}\n" + DEAL
    kept = played(fall + LOANS + bank("amount: 300", "5 %"))
    pushed = played(fall + LOANS + bank("amount: 300", "5 %") + PUSHED.replace("{amount}", "300"))
    assert (kept.status("holding")[3], kept.status("factory")[3]) == (Status.RESTRUCTURED, Status.SOUND)
    assert pushed.status("factory")[3] == Status.LIQUIDATED


def test_a_loan_for_loans_repays_them_by_rank_and_what_is_too_much_stays_in_the_till() -> None:
    text = NO_TAX + DEAL + LOANS + bank("amount: 200", rank=2, name="second") + bank("amount: 100")
    some = played(text + PUSHED.replace("{amount}", "150"))
    same([balance[2] for balance in some.positions.loans], [0.0, 150.0, 150.0])
    much = played(text + PUSHED.replace("{amount}", "340"))
    same([balance[2] for balance in much.positions.loans], [0.0, 0.0, 340.0])
    same(much.positions.factory_cash[2] + much.positions.holding_cash[2], 40.0)
    same(got(much, "fund", "dividend")[2], 100.0)


def test_loans_of_one_rank_share_a_price_that_is_too_low() -> None:
    """Sold at 150, less nothing, against 200 and 100 of one rank, and 50 that come after: 100, 50, 0."""
    text = NO_TAX + DEAL + LOANS + bank("amount: 200") + bank("amount: 100", name="other")
    text += bank("amount: 50", rank=2, name="junior") + ALL_TO_MACHINES
    result = played(text, exit__multiple_change=150.0 / 100.0 - 5.0)
    same([repaid[5] for repaid in result.lines.loan_repaid_at_sale], [100.0, 50.0, 0.0])
    same([lost[5] for lost in result.lines.loan_written_off], [100.0, 50.0, 50.0])


def test_loans_of_one_rank_share_what_a_holding_at_a_standstill_pays() -> None:
    """100 of cash in year 1 against 5 % of 200 and of 100, then 150 and 75 of principal: 57 and 28 of it."""
    terms = ", years: 1"
    text = (
        NO_TAX
        + DEAL
        + LOANS
        + bank("amount: 150", "5 %", terms)
        + bank("amount: 75", "5 %", terms, name="other")
    )
    result = played(text)
    assert result.status("holding")[1] == Status.RESTRUCTURED
    same([interest[1] for interest in result.lines.loan_interest], [7.5, 3.75])
    same([repaid[1] for repaid in result.lines.loan_repaid], [88.75 * 2 / 3, 88.75 / 3])


def test_a_loan_repaid_by_another_was_not_repaid_by_the_factory() -> None:
    text = NO_TAX + DEAL + LOANS + bank("amount: 300", "5 %") + PUSHED.replace("{amount}", "300")
    result = played(text)
    repaid = debt_repaid(result)
    same([repaid["borrowed"], repaid["by_the_factory"], repaid["by_the_next_buyer"]], [300.0, 0.0, 300.0])
    same(debt_service_paid(result), [0.0, 15.0, 15.0, 15.0, 15.0, 15.0])


def test_a_loan_repaid_by_another_at_the_end_of_a_year_bears_that_year_s_interest() -> None:
    """On average balances too: neither loan moves within the year."""
    text = NO_TAX + DEAL + LOANS + bank("amount: 300", "5 %") + PUSHED.replace("{amount}", "300")
    result = played(text.replace("interest_on: opening", "interest_on: average"))
    same(sum(result.lines.loan_interest)[1:], 15.0)


# --- early repayment ----------------------------------------------------------------------------------------

STEPS = ", sweep: 25 %, sweep_steps: {high: {above: 3, share: 75 %}, low: {above: 2, share: 50 %}}"


def test_a_sweep_follows_leverage_and_an_order_of_its_own() -> None:
    """100 a year. The junior loan comes first with a half of it; the senior has, of the other half, three
    quarters while net debt is above 3 times 100 at the start of the year, a half above 2, then a quarter.
    """
    text = LOANS + bank("amount: 200", more=STEPS + ", sweep_rank: 2", name="senior")
    text += bank("amount: 150", more=", sweep: 50 %, sweep_rank: 1", rank=2, name="junior")
    result = played(NO_TAX + DEAL + text)
    same(result.positions.loans[1][:5], [150.0, 100.0, 50.0, 0.0, 0.0])
    same(result.positions.loans[0][:5], [200.0, 162.5, 137.5, 125.0, 100.0])
    same(result.eve.loans[0], 75.0)
    same(got(result, "fund", "dividend"), [0.0, 12.5, 25.0, 37.5, 75.0, 75.0])


def test_without_an_order_of_its_own_a_sweep_follows_rank() -> None:
    """Year 1, at 3.5: 75 of 100, then half of 25. Year 2, at 2.625: 50, then half of 50."""
    text = LOANS + bank("amount: 200", more=STEPS, name="senior")
    text += bank("amount: 150", more=", sweep: 50 %", rank=2, name="junior")
    result = played(NO_TAX + DEAL + text)
    same(result.positions.loans[0][:3], [200.0, 125.0, 75.0])
    same(result.positions.loans[1][:3], [150.0, 137.5, 112.5])


def test_a_step_begins_above_its_leverage_not_at_it() -> None:
    """300 over 100 is 3, not above; 225 over 100 in the second year."""
    text = LOANS + bank("amount: 300", more=STEPS)
    result = played(NO_TAX + DEAL + text)
    same(result.positions.loans[0][:3], [300.0, 250.0, 200.0])


def test_debt_without_ebitda_is_above_every_leverage() -> None:
    """A year of losses whose cash comes from stocks: 50 of working capital are released, 10 are lost."""
    text = NO_TAX + "weather: {demand: [1, 0.2, 1]}\n"
    text += "factory: {operations: {ebitda_margin: [100 %, -50 %, 100 %]}, working_capital: 62.5 %}\n"
    result = played(text + DEAL + LOANS + bank("amount: 100", more=STEPS))
    assert result.lines.ebitda[1] == pytest.approx(-10.0)
    same(result.lines.loan_repaid[0][1], 0.75 * 40.0)


# --- at maturity --------------------------------------------------------------------------------------------

DUE = ", years: 3, at_maturity: {up_to_leverage: {up_to}, more_years: {more}, rate_step: 1 %, fee: 2 %}"


def due(up_to: float, more: int) -> Result:
    """200 at 5 % that fall due in year 3, beside 100 that wait for the sale; all cash is kept."""
    terms = DUE.replace("{up_to}", str(up_to)).replace("{more}", str(more))
    text = LOANS + bank("amount: 200", "5 %", terms) + bank("amount: 100", rank=2, name="other")
    return played(NO_TAX + DEAL + text + KEEP_CASH)


def test_lenders_leave_what_stays_within_their_leverage_for_a_fee_and_a_dearer_rate() -> None:
    """2.5 times 100, less 100 owed to others: 150 stay and 50 are repaid, with a fee of 3; then 6 %."""
    result = due(2.5, 1)
    same(result.positions.loans[0][:5], [200.0, 200.0, 200.0, 150.0, 0.0])
    same(result.lines.loan_interest[0][1:], [10.0, 10.0, 10.0, 9.0, 0.0])
    same(result.lines.loan_fees[0][1:], [0.0, 0.0, 3.0, 0.0, 0.0])
    same(result.lines.principal_due[1:], [0.0, 0.0, 50.0, 150.0, 0.0])
    till = result.positions.factory_cash + result.positions.holding_cash
    same(till[1:5], [90.0, 180.0, 217.0, 158.0])


def test_lenders_may_leave_all_or_nothing() -> None:
    same(due(4.0, 5).positions.loans[0][:5], 200.0)
    same(due(4.0, 5).lines.loan_fees[0][1:], [0.0, 0.0, 4.0, 0.0, 0.0])
    same(due(1.0, 5).positions.loans[0][:5], [200.0, 200.0, 200.0, 0.0, 0.0])
    same(due(1.0, 5).lines.loan_fees[0], 0.0)


def test_what_lenders_leave_saves_a_holding_that_could_not_repay() -> None:
    """300 fall due in year 3; the cash of the years went to the owners."""
    text = NO_TAX + DEAL + LOANS + bank("amount: 300", "5 %", ", years: 3")
    assert played(text).status("holding")[3] == Status.RESTRUCTURED
    left = ", years: 3, at_maturity: {up_to_leverage: 4, more_years: 2, rate_step: 0 %, fee: 0 %}"
    saved = played(NO_TAX + DEAL + LOANS + bank("amount: 300", "5 %", left))
    assert saved.status("holding")[4] == Status.SOUND
    same(saved.positions.loans[0][:5], 300.0)


def test_a_loan_is_dearer_from_the_year_after_it_was_left() -> None:
    """Of 2.5 years, due at the end of the third: its rate steps up in the fourth."""
    terms = DUE.replace("{up_to}", "4").replace("{more}", "2").replace("years: 3", "years: 2.5")
    result = played(NO_TAX + DEAL + LOANS + bank("amount: 200", "5 %", terms) + KEEP_CASH)
    same(result.lines.loan_interest[0][1:5], [10.0, 10.0, 10.0, 12.0])


def test_a_loan_with_added_interest_is_repaid_whole_when_it_falls_due() -> None:
    """100 at 10 % added for two years: 121 are due at the end of the second, its last interest included."""
    text = LOANS + bank("amount: 100", more=", capitalised_rate: 10 %, years: 2")
    result = played(NO_TAX + DEAL + text + KEEP_CASH)
    same(result.positions.loans[0][:5], [100.0, 110.0, 0.0, 0.0, 0.0])
    same(result.lines.principal_due[1:], [0.0, 121.0, 0.0, 0.0, 0.0])


# --- batches ------------------------------------------------------------------------------------------------

EVERYTHING = """  fund:
    fees:
      transaction: {share_of_price: 1 %}
      financing: {share_of_debt: 2 %, amortised: false}
    funding:
      loans:
        senior:
          {rank: 1, lender: banks, entity: holding, size: {amount: 150}, rate: 5 %, interest_on: average,
          repayment: linear, years: 4, sweep: 20 %, sweep_rank: 2,
          sweep_steps: {high: {above: 2, share: 60 %}},
          at_maturity: {up_to_leverage: 1.5, more_years: 2, rate_step: 1 %, fee: 1 %}}
        junior:
          {rank: 2, lender: mezzanine, entity: holding, size: {times_ebitda: 1}, rate: 4 %,
          capitalised_rate: 6 %, interest_on: opening, repayment: bullet, sweep: 30 %, sweep_rank: 1}
        recap:
          {rank: 3, lender: banks, entity: factory, size: {up_to_leverage: 2.5}, rate: 6 %,
          interest_on: opening, repayment: bullet, drawn: 3, purpose: owners}
        pushed:
          {rank: 4, lender: banks, entity: factory, size: {amount: 40}, rate: 5 %, interest_on: opening,
          repayment: annuity, years: 3, drawn: 2, purpose: loans}
      equity:
        managers: {share_of_equity: 20 %, rollover: true, ordinary_share: 30 %}
        fund: {rest: true, ordinary_share: 70 %}
      preferred:
        lent: {rank: 1, holder: fund, kind: shareholder_loan, size: {share_of_stake: 50 %}, rate: 8 %}
        shares:
          {rank: 2, holder: fund, kind: preference_shares, size: {amount: 30}, rate: 12 %,
          converts_into: 35 %}
        own:
          {rank: 3, holder: managers, kind: preference_shares, size: {amount: 10}, rate: 5 %,
          participating: true}
      ratchet: {first: {above: 5 %, share: 10 %}, second: {above: 15 %, share: 20 %}}
    plan: {payout: 50 %}
    exit: {manager_fee: 1 %, multiple_change: 1}
"""
VARIED: dict[str, tuple[float, float, float]] = {
    "fees.transaction.share_of_price": (0.0, 0.01, 0.03),
    "funding.loans.senior.size.amount": (150.0, 240.0, 60.0),
    "funding.loans.senior.sweep_steps.high.above": (2.0, 1.0, 3.5),
    "funding.loans.senior.sweep_steps.high.share": (0.6, 1.0, 0.3),
    "funding.loans.senior.at_maturity.up_to_leverage": (1.5, 0.0, 4.0),
    "funding.loans.senior.at_maturity.more_years": (2.0, 1.0, 5.0),
    "funding.loans.senior.at_maturity.rate_step": (0.01, 0.0, 0.03),
    "funding.loans.senior.at_maturity.fee": (0.01, 0.02, 0.0),
    "funding.loans.junior.capitalised_rate": (0.06, 0.0, 0.12),
    "funding.loans.recap.size.up_to_leverage": (2.5, 1.0, 3.5),
    "funding.loans.pushed.size.amount": (40.0, 400.0, 0.0),
    "funding.equity.managers.share_of_equity": (0.2, 0.0, 0.4),
    "funding.equity.managers.ordinary_share": (0.3, 0.1, 0.5),
    "funding.preferred.lent.size.share_of_stake": (0.5, 0.9, 0.0),
    "funding.preferred.lent.rate": (0.08, 0.15, 0.0),
    "funding.preferred.shares.size.amount": (30.0, 5.0, 500.0),
    "funding.preferred.shares.converts_into": (0.35, 0.9, 0.05),
    "funding.preferred.own.size.amount": (10.0, 0.0, 500.0),
    "funding.ratchet.first.above": (0.05, 0.0, 0.1),
    "funding.ratchet.first.share": (0.1, 0.0, 0.3),
    "funding.ratchet.second.above": (0.15, 0.3, 0.11),
    "funding.ratchet.second.share": (0.2, 0.5, 0.0),
    "exit.manager_fee": (0.01, 0.0, 0.05),
    "exit.multiple_change": (1.0, -3.0, 4.0),
}


def equal_in_a_batch(varied: dict[str, tuple[float, float, float]]) -> None:
    scenario = written("deals:\n" + EVERYTHING)
    batch = run(vary(scenario, {f"deals.fund.{name}": np.array(row) for name, row in varied.items()}))
    for cell in range(3):
        changes = {f"deals.fund.{name}": row[cell] for name, row in varied.items()}
        single = run(vary(scenario, changes)).deals["fund"]
        many = batch.deals["fund"]
        assert set(single.ledger.amounts) <= set(many.ledger.amounts)
        for key, amounts in many.ledger.amounts.items():
            alone = single.ledger.amounts.get(key, np.zeros(single.dates))
            np.testing.assert_allclose(amounts[cell], alone, rtol=1e-9, atol=1e-7, err_msg=str(key))
        for found, alone in zip(many.positions.loans, single.positions.loans, strict=True):
            np.testing.assert_allclose(found[cell], alone, rtol=1e-9, atol=1e-7)
        for found, alone in zip(many.positions.preferred, single.positions.preferred, strict=True):
            np.testing.assert_allclose(found[cell], alone, rtol=1e-9, atol=1e-7)


@pytest.mark.parametrize("name", VARIED)
def test_a_batch_of_one_knob_equals_its_cells(name: str) -> None:
    equal_in_a_batch({name: VARIED[name]})


def test_a_batch_of_all_knobs_equals_its_cells() -> None:
    equal_in_a_batch(VARIED)
