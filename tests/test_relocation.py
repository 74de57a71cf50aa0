"""Moving jobs abroad, worked out by hand: 100 jobs of 1,600 hours, 38 euros an hour here, 11 there.

Hourly labour costs of industry in 2023 (Eurostat): euro area 38.0, Romania 11.0; productivity of 85 % and
costs of moving are choices. 11 / 0.85 = 12.94; 160,000 hours times 25.06 are 4.009 million a year, 40,000 a
job. First on paper, then the same jobs in a factory that is lived year by year (``hand/move.yaml``).
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lbo_model.engine import Result, run
from lbo_model.measures import (
    Event,
    events,
    gain,
    jobs_left,
    losses,
    measure,
    relocation,
    value_bridge,
    workforce,
)
from lbo_model.measures.relocation import (
    Move,
    counter_offer,
    counter_offer_to_fund,
    fund_gain,
    operator_gain,
    payback,
    worth_of_years,
)
from lbo_model.scenario import Scenario
from lbo_model.scenario_file import load
from lbo_model.studies import vary
from tests.scenario_texts import scenario_of

MOVE = Move(
    jobs=100.0,
    hours=1600.0,
    labour_cost=38.0,
    labour_cost_abroad=11.0,
    productivity=0.85,
    realised=0.6,
    severance_per_job=60_000.0,
    moving_per_job=30_000.0,
    ramp_up=3e6,
    site=0.0,
)
SAVING = 0.6 * 160_000 * (38.0 - 11.0 / 0.85)
SOLD = 5.0 * SAVING
"""What a buyer pays at five times EBITDA who believes in six tenths of the full saving."""


# --- on paper -----------------------------------------------------------------------------------------------


def test_the_saving_and_what_it_costs() -> None:
    """160,000 x (38 - 12.941176) = 4,009,412 a year; 6 M of severance, 3 M of moving, 3 M of ramp-up."""
    assert MOVE.full_saving == pytest.approx(4_009_411.76, abs=0.01)
    assert MOVE.saving == pytest.approx(2_405_647.06, abs=0.01)
    assert MOVE.cost == 12e6
    assert MOVE.labour == 6_080_000.0


def test_six_tenths_of_the_saving_pay_back_in_five_years_and_dearer_severance_in_almost_seven() -> None:
    """12 / 2.4056 = 4.99; with 100,000 a job 16 / 2.4056 = 6.65."""
    dear = replace(MOVE, severance_per_job=100_000.0)
    assert payback(MOVE.saving, MOVE.cost) == pytest.approx(4.988, abs=5e-4)
    assert dear.cost == 16e6
    assert payback(dear.saving, dear.cost) == pytest.approx(6.651, abs=5e-4)


def test_a_move_that_saves_nothing_is_never_paid_back() -> None:
    assert payback(replace(MOVE, labour_cost_abroad=38.0).saving, 12e6) == np.inf
    assert operator_gain(0.0, 12e6, 0.25, 0.09, 10.0) == pytest.approx(-9e6)


def test_ten_years_at_nine_per_cent() -> None:
    """One a year for ten years is worth 6.417658; 0.75 x (2.405647 x 6.417658 - 12) = 2.578966 M."""
    assert worth_of_years(0.09, 10.0) == pytest.approx(6.417658, abs=1e-6)
    assert worth_of_years(0.0, 10.0) == pytest.approx(10.0)
    assert worth_of_years(0.09, 0.0) == 0.0
    by_hand = 0.75 * (sum(2_405_647.0588 / 1.09**year for year in range(1, 11)) - 12e6)
    assert operator_gain(SAVING, 12e6, 0.25, 0.09, 10.0) == pytest.approx(by_hand, abs=0.01)
    assert by_hand == pytest.approx(2.579e6, abs=1e3)


def test_a_fund_sells_the_saving_to_the_next_buyer() -> None:
    """5 x 0.6 x 4.009412 / 1.728 is 6.960784 M, beside 0.75 x (2.405647 x 2.106481 - 12) = -5.199411 M."""
    sold = 5.0 * 0.6 * 4_009_411.7647 / 1.2**3
    kept = 0.75 * (sum(2_405_647.0588 / 1.2**year for year in (1, 2, 3)) - 12e6)
    assert fund_gain(SAVING, 12e6, 0.25, SOLD, 0.2, 3.0) == pytest.approx(sold + kept, abs=0.01)
    assert kept < 0.0 < sold + kept


def test_what_workers_could_offer_makes_the_owner_indifferent() -> None:
    """2.405647 - 12 / 6.417658 = 0.535802 M a year, 8.8 % of what the jobs cost."""
    cut = counter_offer(SAVING, 12e6, 0.09, 10.0)
    assert cut == pytest.approx(2_405_647.06 - 12e6 / 6.417657701, abs=0.1)
    assert cut / MOVE.labour == pytest.approx(0.088, abs=5e-4)
    worth = 0.75 * cut * worth_of_years(0.09, 10.0)
    assert worth == pytest.approx(operator_gain(SAVING, 12e6, 0.25, 0.09, 10.0))


def test_what_workers_would_have_to_offer_a_fund() -> None:
    """A cut of so much, kept for three years and sold at five times."""
    brings = fund_gain(SAVING, 12e6, 0.25, SOLD, 0.2, 3.0)
    cut = counter_offer_to_fund(brings, 0.25, 5.0, 0.2, 3.0)
    assert cut * (5.0 / 1.2**3 + 0.75 * sum(1.2**-year for year in (1, 2, 3))) == pytest.approx(brings)


def test_where_staying_pays_nothing_need_be_offered() -> None:
    assert operator_gain(SAVING, 18e6, 0.25, 0.09, 10.0) < 0.0
    assert counter_offer(SAVING, 18e6, 0.09, 10.0) == 0.0
    assert counter_offer(SAVING, 12e6, 0.09, 0.0) == 0.0
    assert counter_offer_to_fund(-1e6, 0.25, 5.0, 0.2, 3.0) == 0.0


# --- year by year -------------------------------------------------------------------------------------------

FOLDER = Path(__file__).parent / "hand"
HEAD = "format: 1\nextends: move\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
PLAN = "deals.fund.plan.relocation."
STAYS = "deals: {fund: {plan: {relocation: null}}}\n"
LOAN = """
deals:
  fund:
    funding:
      loans:
        bank: {rank: 1, lender: banks, entity: holding, size: {amount: 74_000_000}, rate: 0 %,
          interest_on: opening, repayment: bullet, years: 7}
"""
"""Two and a half times EBITDA, which nobody repays before the sale."""
WORKFORCE = """
    plan:
      workforce: {temporary_staff: 10 %, jobs: 0 %, pay: 0 %, short_time: 0 %, short_time_pay: 60 %,
        public_money: 60 %, severance: 1, hiring: 20 %}
"""


def written(text: str = "") -> Scenario:
    return scenario_of(load("written_by_a_test.yaml", HEAD + text, [FOLDER]))


def played(text: str = "", deal: str = "fund", **numbers: Any) -> Result:
    """The deal with a few lines more, and with other numbers of its move."""
    changes = {
        (name.replace("__", ".") if "__" in name else PLAN + name): value for name, value in numbers.items()
    }
    return run(vary(written(text), changes)).deals[deal]


def same(found: Any, expected: Any, within: float = 0.01) -> None:
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=1e-12, atol=within)


def test_costs_come_in_the_year_and_savings_from_the_next() -> None:
    """Abroad 100 jobs cost 6.08 - 2.405647 = 3.674353 M a year; 400 here cost 24.32 M."""
    result = played()
    lines = result.lines
    same(lines.headcount, [500, 500, 500, 400, 400, 400])
    same(lines.jobs_moved, [0, 0, 100, 0, 0, 0])
    same(lines.severance, [0, 0, 6e6, 0, 0, 0])
    same(lines.moving_costs, [0, 0, 6e6, 0, 0, 0])
    same(lines.work_abroad, [0, 0, 0, *[3_674_352.94] * 3])
    same(lines.ebitda, [29.6e6, 29.6e6, 29.6e6, *[32_005_647.06] * 3])
    same(lines.value_added, [60e6, 60e6, 60e6, *[60e6 - 3_674_352.94] * 3])
    same(lines.factory_tax, [0, 7.4e6, 0.25 * 17.6e6, *[0.25 * 32_005_647.06] * 3])
    same(result.positions.share_abroad, [0, 0, 0.2, 0.2, 0.2, 0.2])


def test_every_euro_of_it_has_a_receiver() -> None:
    """Workers lose a fifth of their pay and receive severance; the State loses its contributions."""
    moved, stayed = played().ledger, played(STAYS).ledger
    same(moved.received("workers").sum(), stayed.received("workers").sum() + 6e6 - 3 * 4e6)
    charges = ("employer_charges",)
    same(moved.received("state", charges).sum(), stayed.received("state", charges).sum() - 3 * 2.08e6)
    same(moved.received("market", ("moving_costs",)), [0, 0, 6e6, 0, 0, 0])
    same(moved.received("market", ("work_abroad",)), [0, 0, 0, *[3_674_352.94] * 3])


def test_a_fund_gains_what_the_sum_on_paper_says() -> None:
    """What its flows with the move are worth more than without it, at 20 % on the day of the decision."""
    moved, stayed = (
        result.ledger.received("fund") - result.ledger.paid("fund") for result in (played(), played(STAYS))
    )
    on_the_day = sum((moved - stayed) / 1.2 ** (np.arange(6.0) - 2.0))
    assert on_the_day == pytest.approx(SOLD / 1.728 + 0.75 * (SAVING * 2.106481481 - 12e6), abs=0.1)
    same(relocation(played())["gain"], on_the_day, within=0.1)


def test_the_measure_says_the_move_and_what_workers_could_offer() -> None:
    found = relocation(played())
    same(found["cost"], 12e6)
    same(found["saving"], 2_405_647.06)
    same(found["payback"], 12e6 / 2_405_647.06)
    cut = float(found["counter_offer"])
    assert cut * (5.0 / 1.728 + 0.75 * 2.106481481) == pytest.approx(float(found["gain"]), abs=0.1)
    assert float(found["counter_offer_share"]) == pytest.approx(cut / 6.08e6)
    assert set(measure(played())["relocation"]) == set(found)
    assert relocation(played(STAYS)) == {}


def test_the_gain_of_the_owner_is_still_told_in_full() -> None:
    """The bridge explains the whole gain, money brought for the move included."""
    result = played()
    parts = value_bridge(result)
    total = sum(float(part) for name, part in parts.items() if name != "gain")
    same(gain(result), total if "gain" not in parts else float(parts["gain"]))
    assert events(result) == [Event(2, "moved")]


def test_nobody_who_is_not_asked_moves() -> None:
    """No share, or a year that does not come: the same as no plan, to the last digit."""
    stayed = played(STAYS)
    for never in (played(share=0.0), played(year=6.0)):
        for name, series in vars(stayed.lines).items():
            if not isinstance(series, tuple):
                np.testing.assert_array_equal(getattr(never.lines, name), series, err_msg=name)
        for key, amounts in stayed.ledger.amounts.items():
            np.testing.assert_array_equal(never.ledger.amounts[key], amounts)


@pytest.mark.parametrize(("most", "moves"), [(11.9e6, False), (12e6, True)])
def test_nothing_moves_where_nobody_can_pay(most: float, moves: bool) -> None:
    result = played(**{"owner_brings.most.amount": most})
    assert [event.code for event in events(result)] == ["moved" if moves else "move_without_money"]
    same(result.lines.headcount[3:], [400] * 3 if moves else [500] * 3)
    same(result.lines.severance[2], 6e6 if moves else 0.0)
    same(relocation(result)["cost"], 12e6)


def test_cash_comes_before_the_owner_and_a_credit_line_after() -> None:
    """Without dividends a year's cash, 29.6 - 7.4, pays for all; the owner brings nothing."""
    kept = played(**{"deals__fund__plan__payout": 0.0})
    same(kept.lines.brought_to_move, np.zeros(6))
    same(kept.positions.holding_cash[2] + kept.positions.factory_cash[2], 22.2e6 + 17.6e6 * 0.75)
    line = """
deals: {fund: {funding: {revolver: {lender: banks, entity: factory, limit: 5_000_000, rate: 0 %,
  commitment_fee: 0 %}}}}
"""
    helped = played(line, **{"owner_brings.most.amount": 7e6})
    same(helped.lines.brought_to_move[2], 7e6)
    assert events(helped) == [Event(2, "moved")]


@pytest.mark.parametrize(("agree", "moves"), [(2.49, False), (2.51, True)])
def test_lenders_who_are_owed_too_much_refuse(agree: float, moves: bool) -> None:
    """74 / 29.6 = 2.5 times EBITDA."""
    text = LOAN + f"    plan: {{relocation: {{lenders_agree_below: {agree}}}}}\n"
    result = played(text)
    assert [event.code for event in events(result)] == ["moved" if moves else "move_refused_by_lenders"]
    same(result.lines.jobs_moved[2], 100.0 if moves else 0.0)


def test_counted_staff_leaves_and_temporary_workers_with_it() -> None:
    """450 permanent and 50 temporary workers: 90 are paid 1.5 years' pay, 100 jobs are moved."""
    result = played("deals:\n  fund:" + WORKFORCE)
    same(result.positions.permanent_staff, [450, 450, 360, 360, 360, 360])
    same(result.lines.headcount, [500, 500, 500, 400, 400, 400])
    same(result.lines.severance[2], 90 * 60_000.0)
    same(result.lines.moving_costs[2], 6e6)
    same(result.lines.hired, np.zeros(6))


def test_what_a_move_costs_and_takes_is_no_part_of_a_fall_of_sales_nor_of_a_failure() -> None:
    """Nobody is dismissed for lack of orders. A loan that the holding cannot repay in year 4 takes no job."""
    staff = workforce(played("deals:\n  fund:" + WORKFORCE))
    same([staff["severance"], staff["dismissed"], staff["jobs_lost"]], [0.0, 0.0, 100.0])
    failed = played(LOAN.replace("74_000_000", "140_000_000").replace("years: 7", "years: 4"))
    assert [event.code for event in events(failed)] == ["moved", "restructured"]
    same([jobs_left(failed), losses(failed)["jobs"]], [400.0, 0.0])


def test_a_buyer_who_looks_ahead_pays_for_a_move_of_the_last_year() -> None:
    """5 x 2.406 M for what costs 9 M after tax; one who looks at the year that ends pays nothing for it."""
    ahead = "deals: {fund: {exit: {basis: forward}, price: {basis: forward}}}\n"
    for text, gained in ((ahead, SOLD - 9e6), ("", -9e6)):
        moved, stayed = played(text, year=5.0), played(text, year=6.0)
        same(relocation(moved)["gain"], gained)
        same(gain(moved) - gain(stayed), gained)


def test_tax_is_that_of_the_year_of_the_move() -> None:
    """25 % until year 1, 40 % from year 2 on, in which jobs leave."""
    found = relocation(played("policy: {corporate_tax: {rate: [25 %, 25 %, 40 %]}}\n"))
    same(found["gain"], SOLD / 1.728 + 0.6 * (SAVING * 2.106481481 - 12e6), within=0.1)


def test_a_move_that_costs_nothing_is_judged_too() -> None:
    free = {f"factory.work_abroad.{name}": 0.0 for name in ("severance", "moving_per_job", "ramp_up")}
    found = relocation(played(**{name.replace(".", "__"): value for name, value in free.items()}))
    same(found["payback"], 0.0)
    same(found["gain"], SOLD / 1.728 + 0.75 * SAVING * 2.106481481, within=0.1)


def test_who_leaves_at_the_end_of_the_exit_year_has_left_by_the_exit() -> None:
    same(jobs_left(played(year=5.0)), 400.0)


def test_the_next_owner_finds_the_work_abroad() -> None:
    """It buys at five times an EBITDA that counts the saving, and may move a fifth of what is left."""
    text = """
deals:
  fund: {then: next}
  next:
    form: fund
    price: {as_sold: true, basis: trailing, cash: paid_for}
    fees: {}
    funding: {equity: {fund: rest}}
    plan:
      served_first: lenders
      capex_target: {amount: 0}
      capex_floor: {amount: 0}
      relocation: {year: 1, share: 20 %, owner_brings: {party: fund, most: {amount: 12_000_000}}}
      payout: 100 %
    exit: {year: 3, multiple_change: 0, basis: trailing, costs: 0 %, catch: 0 %}
horizon: 8
"""
    result = played(text, deal="next")
    same(result.closing.enterprise_value, 5 * 32_005_647.06, within=0.1)
    same(result.lines.headcount[:4], [400, 400, 320, 320])
    same(result.positions.share_abroad[:4], [0.2, 0.36, 0.36, 0.36])
    same(result.lines.moving_costs[1], 80 * 30_000 + 0.1 * 0.16 * 150e6)
    same(result.lines.ebitda[2], 29.6e6 + 1.8 * 2_405_647.06)


NEXT = """
deals:
  fund: {{then: next}}
  next:
    form: workers_holding
    price: {{as_sold: true, basis: trailing, cash: paid_for}}
    fees: {{}}
    funding: {{equity: {{workers: {{per_head: 1_000, take_up: 100 %}}, nobody_yet: rest}}{loans}}}
    plan:
      served_first: lenders
      capex_target: {{amount: 0}}
      capex_floor: {{amount: 0}}
      payout: 100 %{plan}
    exit: {{year: 3, multiple_change: 0, basis: trailing, costs: 0 %, catch: 0 %}}
horizon: 8
"""
"""A second owner, to whom those who work there bring 1,000 each."""


def test_who_left_on_the_day_of_the_sale_is_not_found_by_the_next_owner() -> None:
    """Of 500, 100 leave as the year of the sale ends: 400 bring 1,000 each, 360 of them permanent workers,
    and nobody is left to be dismissed a second time.
    """
    text = NEXT.format(
        loans="", plan=WORKFORCE.replace("\n    plan:\n", "\n").replace("jobs: 0 %", "jobs: 100 %")
    )
    result = played(text, deal="next", year=5.0)
    same(result.ledger.paid("workers", ("equity",))[0], 400_000.0)
    same(result.positions.permanent_staff, [360] * 4)
    same(result.lines.dismissed[1:4], np.zeros(3))
    same(result.lines.severance[1:4], np.zeros(3))


def test_a_factory_that_closes_is_worth_the_same_by_itself_and_beside_one_whose_work_has_left() -> None:
    """The next owner's factory cannot repay its own loan. Where no work had left, what it would earn is still
    the market's 29.6 M, also in a batch.
    """
    loans = """,
      loans: {bank: {rank: 1, lender: banks, entity: factory, size: {amount: 100_000_000}, rate: 0 %,
        interest_on: opening, repayment: yearly_share, yearly_share: 90 %}}"""
    text = NEXT.format(loans=loans, plan="")
    batch = played(text, deal="next", share=np.array([0.0, 0.2]))
    assert np.all(batch.last_date == 1)
    for cell, share in enumerate((0.0, 0.2)):
        alone = played(text, deal="next", share=share)
        same(batch.end_ebitda[cell], alone.end_ebitda)
        for name, part in value_bridge(alone).items():
            same(value_bridge(batch)[name][cell], part)
    same(batch.end_ebitda, [29.6e6, 0.0])


def test_prices_move_pay_here_and_abroad_and_the_costs_of_moving() -> None:
    """3 % a year: what leaves at the end of year 2 costs 1.03 ** 2 as much."""
    result = played(**{"weather__price_growth": 0.03, "owner_brings.most.amount": 20e6})
    same(result.lines.severance[2] + result.lines.moving_costs[2], 12e6 * 1.03**2)
    same(result.lines.work_abroad[3], 3_674_352.9412 * 1.03**3)


def test_a_batch_is_its_single_lives() -> None:
    shares, years = np.array([0.0, 0.1, 0.2, 1.0]), np.array([1.0, 2.0, 3.0, 5.0])
    batch = played(share=shares, year=years)
    for cell, (share, year) in enumerate(zip(shares, years, strict=True)):
        alone = played(share=float(share), year=float(year))
        same(batch.lines.ebitda[cell], alone.lines.ebitda)
        same(batch.lines.jobs_moved[cell], alone.lines.jobs_moved)
        for name, found in relocation(alone).items():
            same(relocation(batch)[name][cell], found)


def test_a_move_needs_workers_and_what_work_costs_abroad() -> None:
    document = load("written_by_a_test.yaml", HEAD + "factory: {work_abroad: null}\n", [FOLDER])
    assert [problem.code for problem in document.problems] == ["needed_with"]


# --- the shipped scenario -----------------------------------------------------------------------------------


def test_the_story_of_the_shipped_file_is_true() -> None:
    """Nobody gains what it asks; with a year's pay of severance the one who sells gains, the one who stays
    does not; the fund that borrows nine tenths is refused.

    Of one job: 0.6 x (9 M / 210 - 17,600 / 0.85) = 13,291 a year. It costs 60,790 of severance, 30,000 and a
    tenth of 142,857; with one year's pay 74,681. Seven years at 9 % are worth 5.033, two at 20 % 1.528.
    """
    shipped = scenario_of(load("relocation"))
    saving = 0.6 * (9e6 / 210 - 17_600 / 0.85)
    for severance in (2.0, 1.0):
        lived = run(vary(shipped, {"factory.work_abroad.severance": severance})).deals
        cost = severance * 9e6 / 210 / 1.41 + 30_000 + 0.1 * 30e6 / 210
        stays = 0.75 * (saving * 5.032953 - cost)
        sells = 5.0 * saving / 1.44 + 0.75 * (saving * 1.527778 - cost)
        same(relocation(lived["family"])["gain"], 42.0 * stays, within=10.0)
        same(relocation(lived["fund"])["gain"], 42.0 * sells, within=10.0)
        assert stays < 0.0
        assert (sells > 0.0) == (severance == 1.0)
        assert [event.code for event in events(lived["fund"])] == ["moved"]
        assert "move_refused_by_lenders" in [event.code for event in events(lived["indebted_fund"])]
        same(relocation(lived["indebted_fund"])["jobs_moved"], 0.0)
