"""The sale rank by rank, and owners' preferred money year by year: by hand, then in every life."""

import numpy as np
import pytest

from lbo_model.engine import Result
from lbo_model.ledger import COMPANIES
from lbo_model.measures import preferred_schedule, sale_account, sale_by_rank
from tests.test_covenants import played as lent
from tests.test_formulas import lives
from tests.test_stack import ALL_TO_MACHINES, CONVERTIBLE, DEAL, NO_TAX, TWO_RANKS, played

LAST = "        last: {rank: 2, holder: fund, kind: preference_shares, size: {amount: 100}, rate: 0 %}\n"


def served(result: Result) -> list[tuple[str, float, float, float]]:
    """Each claim of a sale that asks or gets something: whose, asked, paid, left."""
    return [
        (one.name or one.kind, float(one.asked), float(one.paid), float(one.left))
        for one in sale_by_rank(result)
        if float(np.nan_to_num(one.asked)) or float(one.paid)
    ]


def test_the_bank_comes_before_the_owner() -> None:
    """5 x 20 for the factory, every other euro was paid out; 60 are owed."""
    bank, owner = served(lent())
    assert bank == ("bank", 60.0, 60.0, 40.0)
    assert owner[2:] == (40.0, 0.0)
    assert np.isnan(owner[1])


def test_the_first_rank_is_served_before_the_second() -> None:
    """150 for 60 of the first rank and 200 of the second; nothing is left for ordinary shares."""
    result = played(NO_TAX + DEAL + TWO_RANKS + ALL_TO_MACHINES, exit__multiple_change=-3.5)
    assert served(result)[:2] == [("first", 60.0, 60.0, 90.0), ("second", 200.0, 90.0, 0.0)]
    moves = preferred_schedule(result)["second"]
    assert moves["paid"][5] == 90.0
    assert moves["not_paid"][5] == 110.0


def test_who_converts_is_served_after_other_preferred_money() -> None:
    """1,000: 100 first, then 40 % of 900, more than the 322.102 that 200 have grown to."""
    text = NO_TAX + DEAL + CONVERTIBLE + LAST + ALL_TO_MACHINES
    result = played(text, exit__multiple_change=5.0)
    names, asked, paid, left = zip(*served(result)[:2], strict=True)
    assert names == ("last", "shares")
    np.testing.assert_allclose(asked, [100.0, 322.102])
    np.testing.assert_allclose(paid, [100.0, 360.0])
    np.testing.assert_allclose(left, [900.0, 540.0])
    np.testing.assert_allclose(preferred_schedule(result)["shares"]["not_paid"][5], 322.102 - 360.0)


def test_preferred_money_grows_on_what_it_has_become() -> None:
    found = preferred_schedule(played(NO_TAX + DEAL + CONVERTIBLE + ALL_TO_MACHINES))["shares"]
    np.testing.assert_allclose(found["brought"], [200.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    np.testing.assert_allclose(found["grown"], [0.0, 20.0, 22.0, 24.2, 26.62, 29.282])
    np.testing.assert_allclose(found["opening"], [0.0, 200.0, 220.0, 242.0, 266.2, 292.82])
    assert found["closing"][5] == 0.0


@pytest.mark.parametrize("name", sorted(lives()))
def test_the_price_is_served_to_the_last_cent_and_by_rank(name: str) -> None:
    result = lives()[name]
    found, account = sale_by_rank(result), sale_account(result)
    assert bool(found) == result.form.sells
    if not found:
        return
    there = float(account["enterprise_value"] + account["cash"])
    assert sum(float(one.paid) for one in found) == pytest.approx(there, abs=1e-4)
    assert float(found[-1].left) == pytest.approx(0.0, abs=1e-4)
    lenders = sum(float(one.paid) for one in found if one.kind in ("loan", "credit_line"))
    assert lenders == pytest.approx(-float(account["debt_repaid"]), abs=1e-6)
    holdings = [one for one in found if one.kind in ("loan", "missing_money", "preferred", "ordinary")]
    loans = result.deal.funding.loans
    holdings = [one for one in holdings if one.kind != "loan" or loans[one.name].entity == "holding"]
    short = False
    for one in holdings:
        assert not short or float(one.paid) <= 1e-6, "nobody is paid before an earlier rank is"
        short = short or float(one.paid) < float(one.asked) - 1e-4


@pytest.mark.parametrize("name", sorted(lives()))
def test_preferred_money_rolls_forward_and_is_paid_through_the_ledger(name: str) -> None:
    result = lives()[name]
    found = preferred_schedule(result)
    assert list(found) == list(result.deal.funding.preferred)
    for moves in found.values():
        total = moves["opening"] + moves["brought"] + moves["grown"] - moves["paid"] - moves["not_paid"]
        np.testing.assert_allclose(total, moves["closing"], atol=1e-6)
    for kind in ("shareholder_loan", "preference_shares"):
        paid = [
            amounts
            for (payer, _, reason), amounts in result.ledger.amounts.items()
            if payer in COMPANIES and reason == f"{kind}_repaid"
        ]
        mine = [
            one["paid"] for name, one in found.items() if result.deal.funding.preferred[name].kind == kind
        ]
        lived = ~np.isnan(result.positions.machines)
        nothing = np.zeros(result.dates)
        np.testing.assert_allclose(sum(mine, nothing)[lived], sum(paid, nothing)[lived], atol=1e-6)


def test_a_batch_gives_what_its_cells_give_one_by_one() -> None:
    prices = np.array([-4.6, -3.5, 5.0])
    text = NO_TAX + DEAL + TWO_RANKS + ALL_TO_MACHINES
    batch = played(text, exit__multiple_change=prices)
    for cell, price in enumerate(prices):
        single = played(text, exit__multiple_change=float(price))
        for one, other in zip(sale_by_rank(batch), sale_by_rank(single), strict=True):
            assert one.paid[cell] == pytest.approx(float(other.paid))
            assert one.left[cell] == pytest.approx(float(other.left))
        alone = preferred_schedule(single)
        for name, moves in preferred_schedule(batch).items():
            for move, series in moves.items():
                np.testing.assert_allclose(series[cell], alone[name][move], atol=1e-9)
