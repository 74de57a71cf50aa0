"""What the crisis of 2009 does to each owner, with and without help: one row a case, written by the engine.
``make golden`` writes it.

The owners are those of ``storm-2009`` and the fund of ``typical-2020``; a case is an owner, its loan and what
its plan tries when cash is short.
"""

from functools import cache
from pathlib import Path

import numpy as np

from lbo_model import load, run, vary
from lbo_model.engine import Result
from lbo_model.measures import Event, events, gain
from lbo_model.scenario import Deal, MostMoney, NewMoney, Rescues, Scenario
from tests.golden_files import cents

FILE = Path(__file__).parent / "golden" / "tables" / "storm.csv"
HEAD = "format: 1\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"
STORM = "weather: {happens: {crisis_2009: {starts: 2}}}\n"
FAILURES = {"restructured", "liquidated"}
# What the fund has, asks for and hopes is made up for the table: 3 M€, 20 %, 70 % of the fall or all of it.
MONEY = MostMoney(amount=3_000_000.0)
HELP = {
    "none": None,
    "deferral": Rescues(deferral=1.0),
    "new_money": Rescues(new_money=NewMoney(party="fund", most=MONEY, hope=0.7)),
    "new_money_for_20_hoping_70": Rescues(
        new_money=NewMoney(party="fund", most=MONEY, hope=0.7, required_return=0.2)
    ),
    "new_money_for_20_hoping_100": Rescues(
        new_money=NewMoney(party="fund", most=MONEY, hope=1.0, required_return=0.2)
    ),
    "deferral_then_new_money": Rescues(deferral=1.0, new_money=NewMoney(party="fund", most=MONEY, hope=0.7)),
}
OF_MEMBERS = {
    "none": None,
    "deferral": Rescues(deferral=1.0),
    "labour_share": Rescues(blocked_labour_share=1.0),
    "deferral_then_labour_share": Rescues(deferral=1.0, blocked_labour_share=1.0),
}


@cache
def scenarios() -> dict[str, tuple[Scenario, str]]:
    """Every owner and its loan: the scenario and the name of its deal, without help."""
    storm, typical = _scenario("extends: storm-2009\n"), _scenario(f"extends: typical-2020\n{STORM}")
    bullet = vary(storm, {f"deals.{deal}.funding.loans.bank.balloon": 1.0 for deal in ("fund", "scop")})
    next_year = vary(storm, {"deals.scop.terms.labour_share_blocked_years": 1})
    return {
        "half": (storm, "fund"),
        "bullet": (bullet, "fund"),
        "typical": (typical, "fund"),
        "unlevered": (storm, "unlevered"),
        "family": (storm, "family"),
        "scop": (storm, "scop"),
        "scop_paid_next_year": (next_year, "scop"),
        "scop_bullet": (bullet, "scop"),
    }


@cache
def played() -> dict[tuple[str, str], Result]:
    """Every case: (owner and loan, help) -> its deal, played."""
    found: dict[tuple[str, str], Result] = {}
    for owner, (scenario, deal) in scenarios().items():
        helps = OF_MEMBERS if deal == "scop" else HELP if deal == "fund" else {"none": None}
        deals = {name: with_rescues(scenario.deals[deal], rescues) for name, rescues in helps.items()}
        run_of_all = run(scenario.model_copy(update={"deals": deals}))
        found |= {(owner, name): result for name, result in run_of_all.deals.items()}
    return found


def written() -> str:
    """The table as it is today, in cents."""
    years = range(1, 6)
    columns = ["owner", "help", "helped_in", "fails_in", "how", "debt_at_the_end", "lost_by_lenders"]
    columns += [f"capex_{year}" for year in years] + [f"jobs_{year}" for year in years]
    rows = [",".join([*columns, "machines_owed", "brought_in_need", "owner_gain"])]
    for (owner, name), result in played().items():
        lines, failed = result.lines, failure(result)
        helped = [event for event in events(result) if event.code not in FAILURES]
        cells = [owner, name, " ".join(f"{event.date}:{event.code}" for event in helped)]
        cells += ["", ""] if failed is None else [str(failed.date), failed.code]
        cells += [cents(sum(result.eve.loans, np.zeros(()))), cents(lost(result))]
        cells += [cents(lines.capex[year]) for year in years]
        cells += [cents(lines.headcount[year]) for year in years]
        cells += [cents(result.eve.machines_owed), cents(lines.new_money.sum()), cents(gain(result))]
        rows.append(",".join(cells))
    return "\n".join(rows) + "\n"


def failure(result: Result) -> Event | None:
    """The year in which holding or factory could not pay, if any."""
    return next((event for event in events(result) if event.code in FAILURES), None)


def lost(result: Result) -> float:
    """What lenders write off."""
    return sum(float(np.nansum(loan)) for loan in result.lines.loan_written_off)


def with_rescues(deal: Deal, rescues: Rescues | None) -> Deal:
    """The same deal, with what its plan tries when cash is short."""
    return deal.model_copy(update={"plan": deal.plan.model_copy(update={"rescues": rescues})})


def _scenario(text: str) -> Scenario:
    document = load("written_by_a_test.yaml", HEAD + text)
    assert document.scenario is not None, document.problems
    return document.scenario
