"""What a failure takes from those who work there, against sums done by hand.

The deal is ``hand/workforce.yaml`` bought by its workers, with payroll that follows sales by 60 % and sales
that fall by 30 % for good: 100 workers become 82, EBITDA 4200 - 82 x 42 = 756, tax 189, cash 567 a year. The
price is 9000. A loan without interest falls due after one year: the holding defaults, lenders get 567 a year
for three years, and the factory is sold for three quarters of 5 x 756, 2835, of which a court takes 226.8.
"""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lbo_model.cli.sheet import whole
from lbo_model.engine import Result, run
from lbo_model.measures import jobs_left, losses
from lbo_model.position import Status
from lbo_model.scenario_file import load
from lbo_model.studies import vary
from lbo_model.words import Words
from tests.scenario_texts import scenario_of

FOLDER = Path(__file__).parent / "hand"
HEAD = "format: 1\nextends: workforce\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
TEXT = """
weather: {{demand: {demand}}}
deals:
  fund:
    form: {form}
    funding:
      equity: {{fund: null, {holder}: rest}}
      loans:
        bank: {{rank: 1, lender: banks, entity: holding, size: {{amount: {loan}}}, rate: 0 %,
          interest_on: opening, repayment: bullet, years: 1}}
    plan: {{workforce: null}}
"""


def written(loan: int, demand: str, form: str = "workers_holding", holder: str = "workers") -> Any:
    text = TEXT.format(loan=loan, demand=demand, form=form, holder=holder)
    text = text.replace("fund: null, fund:", "fund:")
    return scenario_of(load("written_by_a_test.yaml", HEAD + text, [FOLDER]))


def played(loan: int, demand: str = "[1, 0.7]", **who: str) -> Result:
    return run(written(loan, demand, **who)).deals["fund"]


def same(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.asarray(found, dtype=float), expected, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize(
    ("loan", "savings"),
    [
        (8_000, 1_000.0),  # lenders get 3 x 567 + 2608.2 = 4309.2 of 8000: nothing comes back
        (4_000, 5_000.0 - 309.2),  # of 4309.2, 309.2 are left for those who put in 5000
    ],
)
def test_workers_who_bought_lose_what_does_not_come_back_and_jobs(loan: int, savings: float) -> None:
    result = played(loan)
    same(losses(result)["workers_savings"], savings)
    same(losses(result)["jobs"], 18.0)
    same(jobs_left(result), 82.0)


def test_a_loss_without_a_failure_is_no_loss_by_failure() -> None:
    """500 due, 567 there: the workers' holding pays, and sells at a loss what it bought for 9000."""
    found = losses(played(500))
    same([found["workers_savings"], found["jobs"]], [0.0, 0.0])


def test_under_a_fund_no_worker_has_a_stake_to_lose() -> None:
    found = losses(played(8_000, form="fund", holder="fund"))
    same([found["workers_savings"], found["jobs"]], [0.0, 18.0])


def test_a_batch_is_its_single_lives() -> None:
    loans = [8_000.0, 4_000.0, 500.0]
    scenario = vary(
        written(8_000, "[1, 0.7]"), {"deals.fund.funding.loans.bank.size.amount": np.array(loans)}
    )
    found = losses(run(scenario).deals["fund"])
    same(found["workers_savings"], [1_000.0, 4_690.8, 0.0])
    same(found["jobs"], [18.0, 18.0, 0.0])


@pytest.mark.parametrize(("year", "closed"), [(3, False), (4, True), (5, True)])
def test_a_factory_that_closes_takes_all_jobs_also_at_the_last_date(year: int, closed: bool) -> None:
    """The shipped co-operative that fails in year 4: 210 jobs, and its members' stake less interest on it."""
    text = HEAD.replace("workforce", "coop-that-fails") + f"deals: {{scop: {{exit: {{year: {year}}}}}}}\n"
    document = load("written_by_a_test.yaml", text)
    assert document.scenario is not None, document.problems
    result = run(document.scenario).deals["scop"]
    assert bool(result.eve.factory_status == Status.LIQUIDATED) == closed
    found = losses(result)
    stake = float(result.ledger.paid("workers", ("equity",)).sum())
    back = float(result.ledger.received("workers", ("par_repaid", "interest_on_shares")).sum())
    same(found["jobs"], 210.0 if closed else 0.0)
    same(found["workers_savings"], stake - back if closed else 0.0)


def test_the_printed_deal_says_what_a_failure_took() -> None:
    for language, title in (("en", "What the failure took"), ("fr", "Ce que la défaillance a pris")):
        words = Words(language)
        lost = "\n".join(whole(run(written(8_000, "[1, 0.7]")), "x", words))
        kept = "\n".join(whole(run(written(500, "[1, 0.7]")), "x", words))
        assert title in lost
        assert title not in kept
