"""The figures of ``make evidence``: shares, lives that add up, the same digits, and one recovery by hand."""

import re
from functools import cache

import numpy as np
import pytest

from lbo_model import run, storms, studies, vary
from lbo_model.engine import Result
from lbo_model.position import Status
from lbo_model.quantities import Series
from tests import evidence
from tests.hand import storm_by_hand

FEW = 200
STRUCTURES = evidence.figures()["structures"]


@cache
def lived(name: str) -> tuple[Result, np.ndarray]:
    stormy = storms(evidence.scenario_of(STRUCTURES[name]), FEW)
    return run(stormy).deals[STRUCTURES[name]["deal"]], stormy.weather.demand.values


def film(demand: list[list[float]]) -> evidence.Found:
    lives = np.array(demand, dtype=np.float64)
    scenario = vary(evidence.scenario_of(STRUCTURES["film"]), {"weather.demand": Series(lives)})
    return evidence.found_in(run(scenario).deals["fund"], lives)


@pytest.mark.parametrize("name", STRUCTURES)
def test_every_figure_is_a_share_and_all_lives_are_counted_once(name: str) -> None:
    found = evidence.found_in(*lived(name))
    shares = [
        found.failed,
        found.failed_a_year,
        found.failed_within_three_years,
        found.survived,
        found.closed,
    ]
    shares += [found.without_trouble, found.in_a_crisis_year, found.in_the_year_after, found.in_other_years]
    shares += [*found.by_year, *found.on_the_day.values()]
    # Shares that lenders took may bring more than they were owed.
    shares += [] if STRUCTURES[name].get("in_shares") else found.recovered.values()
    assert all(0.0 <= share <= 1.0 for share in shares)
    assert found.survived + found.by_year.sum() == pytest.approx(1.0)
    assert found.failed == pytest.approx(1.0 - found.survived)
    assert found.failed_within_three_years == pytest.approx(found.by_year[:4].sum())
    assert (1.0 - found.failed_a_year) ** found.years == pytest.approx(found.survived)
    assert found.closed <= found.failed
    assert found.without_trouble <= found.survived


@pytest.mark.parametrize("name", STRUCTURES)
def test_failures_are_those_that_the_odds_count(name: str) -> None:
    result, demand = lived(name)
    found, odds = evidence.found_in(result, demand), studies.odds(result)
    np.testing.assert_allclose(found.by_year, odds.defaults, atol=1e-12)
    assert found.survived == pytest.approx(odds.survived)
    assert found.closed == pytest.approx(odds.factory_closed)


@pytest.mark.parametrize("name", STRUCTURES)
def test_what_is_owed_at_the_failure_is_paid_or_written_off(name: str) -> None:
    """Or becomes shares. No interest runs from then on."""
    result, _ = lived(name)
    until = result.deal.exit.year + 1
    failed = (result.status("factory")[:, :until] == Status.LIQUIDATED) | (
        result.status("holding")[:, :until] == Status.RESTRUCTURED
    )
    lives = failed.any(axis=-1)
    year = failed[lives].argmax(axis=-1)[:, None]
    for number in range(len(result.deal.funding.loans)):
        owed = evidence.owed_at_failure(result, number, lives, year)
        paid, lost = (
            evidence.from_then_on(series[number], lives, year)
            for series in (result.lines.loan_repaid, result.lines.loan_written_off)
        )
        shares = evidence.from_then_on(result.lines.loan_converted[number], lives, year)
        np.testing.assert_allclose(paid + shares + lost, owed, rtol=1e-9, atol=1e-3)


def test_the_same_seed_gives_the_same_digits_and_another_seed_others() -> None:
    one, again = (evidence.tables(evidence.found(20), 20, "a day") for _ in range(2))
    assert one == again
    stormy = storms(vary(evidence.scenario_of(STRUCTURES["film"]), {"weather.luck.seed": 7}), FEW)
    other = evidence.found_in(run(stormy).deals["fund"], stormy.weather.demand.values)
    assert np.any(other.by_year != evidence.found_in(*lived("film")).by_year)


def test_four_lives_by_hand() -> None:
    """Calm; a fall in year 2; one in year 4; ruin in year 2. Whoever meets a crisis fails in it, nobody else
    does.
    """
    found = film(
        [[1, 1, 1, 1, 1, 1], [1, 1, 0.6, 1, 1, 1], [1, 1, 1, 1, 0.5, 1], [1, 1, 0.05, 1, 1, 1]],
    )
    np.testing.assert_array_equal(found.by_year, [0, 0, 0.5, 0, 0.25, 0])
    assert (found.survived, found.failed, found.failed_within_three_years) == (0.25, 0.75, 0.5)
    assert found.failed_a_year == pytest.approx(1.0 - 0.25**0.2)
    assert (found.closed, found.without_trouble) == (0.25, 0.25)
    assert (found.in_a_crisis_year, found.in_the_year_after, found.in_other_years) == (1.0, 0.0, 0.0)


@pytest.mark.parametrize("loan", ["half", "bullet"])
def test_what_lenders_get_back_in_a_storm_by_hand(loan: str) -> None:
    """Owed at the failure: the loan before that year, and the interest that the year leaves unpaid."""
    rows, end = storm_by_hand.cases()[loan, "none"]
    (failure,) = [number for number, row in enumerate(rows) if row["status"] == "default"]
    paid = sum(float(row["principal_paid"]) for row in rows[failure:]) + end["repaid_at_the_end"]
    owed = paid + end["lost_by_lender"]
    scenario = vary(
        evidence.scenario_of(STRUCTURES["film"]),
        {
            "deals.fund.funding.loans.bank.balloon": 1.0 if loan == "bullet" else 0.5,
            "weather.demand": Series(np.array([[1.0, *storm_by_hand.DEMAND]])),
        },
    )
    found = evidence.found_in(run(scenario).deals["fund"], np.array([[1.0, *storm_by_hand.DEMAND]]))
    assert found.recovered == {"banks": pytest.approx(paid / owed, rel=1e-9)}
    # The bullet fails in year 4, the year after sales fell from 93 to 65 %.
    assert (found.in_a_crisis_year, found.in_the_year_after) == (
        (0.0, 1.0) if loan == "bullet" else (1.0, 0.0)
    )


def test_every_figure_seen_has_its_source_its_tag_and_a_reason() -> None:
    found = {name: evidence.found_in(*lived(name)) for name in STRUCTURES}
    for one in evidence.figures()["beside"]:
        assert set(one) - {"also"} == {"reading", "beside", "seen", "what", "source", "tag", "gap"}
        assert one["tag"] in {"read", "derived", "unverified"}
        assert re.search(r"\d.* %", one["seen"])
        assert one["gap"].strip().endswith(".")
        for each in (one, *one.get("also", ())):
            assert each["reading"] in evidence.READINGS
            assert set(each["beside"]) <= set(STRUCTURES)
            assert all(evidence.reading(found[name], each["reading"]) is not None for name in each["beside"])


def test_the_document_is_of_today() -> None:
    text = evidence.DOCUMENT.read_text(encoding="utf-8")
    (day,) = re.findall(r"Run on (\d{4}-\d\d-\d\d):", text)
    found = evidence.found(evidence.LIVES)
    written = evidence.tables(found, evidence.LIVES, day)
    assert evidence.with_tables(text, written) == text, "run `make evidence`"
    # What its sentences say of these figures.
    assert all(one.in_other_years < 0.012 for one in found.values())
    for name in ("typical", "unlevered", "family"):
        assert found[name].in_the_year_after > 2.0 * found[name].in_a_crisis_year
    assert found["scop"].closed / found["film"].closed == pytest.approx(15.0, abs=0.5)
    assert found["scop_documented"].failed > found["scop"].failed
    assert found["scop_waits"].failed == pytest.approx(found["scop_documented"].failed / 2.0, abs=0.02)
    # Lenders who settle that day: the mezzanine gets about what it gets by waiting.
    boom, shares = found["boom"], found["boom_shares"]
    assert shares.failed == boom.failed
    assert shares.on_the_day["mezzanine"] == pytest.approx(boom.recovered["mezzanine"], abs=0.05)
    assert shares.recovered["banks"] > 1.0


def test_in_three_failures_of_ten_the_factory_of_2006_is_worth_all_that_it_owes() -> None:
    scenario = evidence.scenario_of(STRUCTURES["boom_shares"])
    lines = run(storms(scenario, evidence.LIVES)).deals["fund"].lines
    day = np.nan_to_num(lines.holding_debt_cut) > 0.0
    number = [loan.lender for loan in scenario.deals["fund"].funding.loans.values()].index("mezzanine")
    whole = day & ~(lines.loan_written_off[number] > 1.0)
    assert whole.sum() / day.sum() == pytest.approx(0.3, abs=0.02)
