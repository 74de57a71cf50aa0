"""The crisis of 2009 under each owner: to the cent against a sum by hand, and in which year who fails."""

import csv

import numpy as np
import pytest

from lbo_model import run, vary
from lbo_model.engine import Result
from lbo_model.measures import gain
from lbo_model.position import Status
from tests import storm_table
from tests.hand import storm_by_hand
from tests.storm_table import failure, lost, played, scenarios

CENT = 0.01
FALL, REBOUND = 3, 4
"""Sales of the year: 65 %, then 84 %, of those at closing."""
STATUS = {
    "sound": {Status.SOUND},
    "helped": {Status.DEFERRED, Status.CURED},
    "default": {Status.RESTRUCTURED},
    "in_default": {Status.RESTRUCTURED},
    "not_financed": {Status.NOT_FINANCED},
    "closed": {Status.LIQUIDATED},
}


def test_the_table_has_not_moved() -> None:
    assert storm_table.written() == storm_table.FILE.read_text(encoding="utf-8"), "run `make golden`"


def test_the_table_by_hand_is_of_today() -> None:
    file = storm_table.FILE.parents[2] / "hand" / "storm_by_hand.csv"
    with file.open(encoding="utf-8", newline="") as handle:
        assert list(csv.DictReader(handle)) == storm_by_hand.table()


def end_of(result: Result, name: str, year: int) -> float:
    """A stock at the end of a year, before the sale settles it; all loans together."""
    last = year == result.deal.exit.year
    stock = getattr(result.eve if last else result.positions, name)
    series = np.sum(stock, axis=0) if isinstance(stock, tuple) else stock
    return float(series) if last or np.ndim(series) == 0 else float(series[year])


@pytest.mark.parametrize("case", storm_by_hand.cases(), ids=" ".join)
def test_a_storm_by_hand(case: tuple[str, str]) -> None:
    rows, end = storm_by_hand.cases()[case]
    result = played()[case]
    lines, ledger = result.lines, result.ledger
    owner, company = result.form.owner, "holding" if result.form.has_holding else "factory"
    for row in rows:
        year = int(row["year"])
        found = {
            "sales": lines.sales[year],
            "ebitda": lines.ebitda[year],
            "working_capital_released": -lines.working_capital_built[year],
            "tax": lines.group_tax[year],
            "participation": lines.participation[year],
            "interest_paid": ledger.received("banks", ("interest",))[year],
            "principal_paid": sum((loan[year] for loan in lines.loan_repaid), 0.0)
            - sum((loan[year] for loan in lines.loan_repaid_at_sale), 0.0),
            "principal_waiting": lines.principal_deferred[year],
            "brought": lines.new_money[year],
            "paid_out": ledger.received(owner, ("dividend",))[year],
            "capex": lines.capex[year],
            "cash": end_of(result, "factory_cash", year) + end_of(result, "holding_cash", year),
            "debt": end_of(result, "loans", year),
            "jobs": lines.headcount[year],
        }
        expected = {name: row[name] for name in found}
        assert found == pytest.approx(expected, rel=0.0, abs=CENT), year
        assert result.status(company)[year] in STATUS[str(row["status"])], year
    at_the_end = {
        "stake": result.claims_start["family"] if owner == "family" else sum(result.closing.stakes.values()),
        "repaid_at_the_end": sum(np.nansum(loan) for loan in lines.loan_repaid_at_sale),
        "lost_by_lender": lost(result),
        "machines_owed": result.eve.machines_owed,
        "gain": gain(result),
    }
    assert {name: float(found) for name, found in at_the_end.items()} == pytest.approx(end, rel=0.0, abs=CENT)


WHEN = {
    # Principal is due each year: cash is short in the fall, whatever working capital releases.
    ("half", "none"): (FALL, "restructured"),
    ("scop", "none"): (FALL, "liquidated"),
    # Nothing but interest is due: the fall is paid out of working capital, which the rebound takes back.
    ("bullet", "none"): (REBOUND, "restructured"),
    ("typical", "none"): (REBOUND, "restructured"),
    ("scop_bullet", "none"): (REBOUND, "liquidated"),
    # Principal has waited: the same.
    ("half", "deferral"): (REBOUND, "restructured"),
    ("scop", "deferral"): (REBOUND, "liquidated"),
    # There is none to wait.
    ("bullet", "deferral"): (REBOUND, "restructured"),
    # Members' share of years before is blocked for longer than that: nothing falls due that they could leave.
    ("scop", "labour_share"): (FALL, "liquidated"),
    # Where it falls due a year later it helps once principal waits too, and alone is not enough.
    ("scop_paid_next_year", "deferral"): (FALL, "liquidated"),
    ("scop_paid_next_year", "labour_share"): (FALL, "liquidated"),
    ("scop_paid_next_year", "deferral_then_labour_share"): (REBOUND, "liquidated"),
    # A fund that asks for 20 % brings money where it hopes that the whole fall is passing, or owes little.
    ("half", "new_money_for_20_hoping_70"): (FALL, "restructured"),
    ("half", "new_money_for_20_hoping_100"): None,
    ("bullet", "new_money_for_20_hoping_70"): (REBOUND, "restructured"),
    ("typical", "new_money_for_20_hoping_70"): None,
    ("half", "new_money"): None,
    ("half", "deferral_then_new_money"): None,
    ("bullet", "new_money"): None,
    ("family", "none"): None,
    ("unlevered", "none"): None,
}


@pytest.mark.parametrize("case", WHEN, ids=" ".join)
def test_who_fails_in_which_year(case: tuple[str, str]) -> None:
    event = failure(played()[case])
    assert (None if event is None else (event.date, event.code)) == WHEN[case]


@pytest.mark.parametrize("owner", ["bullet", "typical", "scop_bullet"])
def test_whoever_fails_at_the_rebound_fails_for_its_working_capital(owner: str) -> None:
    """Had the rebound taken no cash back, the year would have been paid; had the fall released none, it would
    have been the last.
    """
    scenario, deal = scenarios()[owner]
    failing = played()[owner, "none"]
    built = failing.lines.working_capital_built
    # 20 % of 30 M x (65 % - 93 %), then of 30 M x (84 % - 65 %).
    assert built[FALL] == pytest.approx(-1_680_000.0)
    assert built[REBOUND] == pytest.approx(1_140_000.0)
    assert failing.lines.ebitda[REBOUND] > failing.lines.ebitda[FALL]
    not_taken_back = [0.20, 0.20, 0.20, 0.20, 0.20 * 0.65 / 0.84]
    spared = run(vary(scenario, {"factory.working_capital": not_taken_back})).deals[deal]
    later = failure(spared)
    assert later is None or later.date > REBOUND
    without = failure(run(vary(scenario, {"factory.working_capital": 0.0})).deals[deal])
    assert without is not None
    assert without.date == FALL


def test_money_brought_in_need_may_save_a_year_and_lose_the_owner_more() -> None:
    """The fund whose lender waits for the end brings 0.6 M€ in the rebound, and the sale repays 15.7 M€ of
    19.9 M€.
    """
    alone, helped = played()["bullet", "none"], played()["bullet", "new_money"]
    assert gain(helped) == pytest.approx(gain(alone) - helped.lines.new_money.sum())
    assert 0.0 < lost(helped) < lost(alone)


def test_a_year_of_waiting_alone_costs_lenders_and_machines() -> None:
    alone, waited = played()["half", "none"], played()["half", "deferral"]
    assert lost(waited) > lost(alone)
    assert waited.eve.machines_owed > alone.eve.machines_owed
    assert gain(waited) == gain(alone)


def test_the_model_s_page_tells_these_years_and_amounts() -> None:
    alone, waited = played()["half", "none"], played()["half", "deferral"]
    told = " ".join((storm_table.FILE.parents[3] / "docs" / "model.md").read_text(encoding="utf-8").split())
    assert f"working capital releases {-alone.lines.working_capital_built[FALL] / 1e6:.2f} M€" in told
    assert f"EBITDA is back at {alone.lines.ebitda[REBOUND] / 1e6:.2f} M€" in told
    assert f"working capital takes {alone.lines.working_capital_built[REBOUND] / 1e6:.2f} M€ of it" in told
    assert f"lenders {(lost(waited) - lost(alone)) / 1e6:.2f} M€ worse off" in told
