"""What drawn lives give beside what has been seen: ``make evidence``. Defaults, recoveries and survival of
shipped deals in random weather, written into ``docs/evidence.md``.

Nothing is tuned: a figure of the model stands where it falls, and ``evidence.yaml`` says why it is not the
one seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from lbo_model import load, run, storms
from lbo_model.engine import Result
from lbo_model.forms.law import Restructuring
from lbo_model.position import Status
from lbo_model.scenario import Rescues, Scenario
from lbo_model.scenario.paths import with_terms
from tests.storm_table import with_rescues

FIGURES = Path(__file__).with_suffix(".yaml")
DOCUMENT = Path(__file__).parents[1] / "docs" / "evidence.md"
BEGIN, END = "<!-- figures: begin (make evidence) -->\n", "<!-- figures: end -->\n"
LIVES = 4096
CRISIS = 0.8
"""Demand of a year of crisis is below this part of the year before's."""
LENDERS = {
    "banks": "banks",
    "mezzanine": "mezzanine",
    "seller": "the seller",
    "solidarity_lenders": "solidarity lenders",
}


@dataclass(frozen=True)
class Found:
    """What becomes of the lives of one deal until its exit. All are shares."""

    years: int
    by_year: np.ndarray
    """Of all lives: those whose first failure falls in it; closing day first."""
    failed: float
    failed_a_year: float
    """The yearly rate that leaves as many standing."""
    failed_within_three_years: float
    survived: float
    closed: float
    """Of all lives: those whose factory closed, with a holding or without."""
    without_trouble: float
    """Neither a failure nor a covenant that was waived."""
    in_a_crisis_year: float
    """Of the years begun standing: those that end in a failure. So are the next two."""
    in_the_year_after: float
    in_other_years: float
    recovered: Mapping[str, float]
    """By lender: the mean, over failures, of what it is paid from then on beside what it is owed then."""
    on_the_day: Mapping[str, float]
    """By lender that takes shares: what it keeps in debt and gets in shares, at what these are worth then, or
    out of a factory that closes.
    """


@cache
def figures() -> dict[str, Any]:
    """The figures seen, and the deals that stand beside them."""
    with FIGURES.open(encoding="utf-8") as handle:
        read: dict[str, Any] = YAML(typ="safe").load(handle)
    return read


def found(lives: int) -> dict[str, Found]:
    """Every structure, each under the same drawn lives."""
    return {name: _lived(structure, lives) for name, structure in figures()["structures"].items()}


def _lived(structure: Mapping[str, Any], lives: int) -> Found:
    stormy = storms(scenario_of(structure), lives)
    return found_in(run(stormy).deals[structure["deal"]], stormy.weather.demand.values)


def scenario_of(structure: Mapping[str, Any]) -> Scenario:
    """The shipped scenario with that deal alone, on the terms and with the help that the structure says."""
    scenario = with_terms(_shipped(structure["scenario"]), structure.get("terms", "same"))
    deal, waits = scenario.deals[structure["deal"]], structure.get("deferral")
    if waits is not None:
        deal = with_rescues(deal, Rescues(deferral=float(waits)))
    scenario = scenario.model_copy(update={"deals": {structure["deal"]: deal}})
    return in_shares(scenario) if structure.get("in_shares") else scenario


def in_shares(scenario: Scenario) -> Scenario:
    """The same, where lenders of a holding that fails take its shares."""
    rule = Restructuring(**{name: float(value) for name, value in figures()["restructuring"].items()})
    distress = scenario.policy.distress.model_copy(update={"restructuring": rule})
    policy = scenario.policy.model_copy(update={"distress": distress})
    return scenario.model_copy(update={"policy": policy})


@cache
def _shipped(name: str) -> Scenario:
    scenario = load(name).scenario
    assert scenario is not None, f"{name} has problems"
    return scenario


def found_in(result: Result, demand: np.ndarray) -> Found:
    """What becomes of the lives of one deal; ``demand`` is by life and date."""
    until = result.deal.exit.year + 1
    holding, factory = (result.status(company)[:, :until] for company in ("holding", "factory"))
    closed = factory == Status.LIQUIDATED
    failed = np.logical_or.accumulate(closed | (holding == Status.RESTRUCTURED), axis=-1)
    before = np.concatenate([np.zeros_like(failed[:, :1]), failed[:, :-1]], axis=-1)
    first = failed & ~before
    troubled = first.any(axis=-1) | (holding == Status.WAIVED).any(axis=-1)
    crisis, after = np.zeros_like(failed), np.zeros_like(failed)
    crisis[:, 1:] = demand[:, 1:until] < CRISIS * demand[:, : until - 1]
    after[:, 1:] = crisis[:, :-1] & ~crisis[:, 1:]
    other = ~crisis & ~after
    other[:, 0] = False
    survived = 1.0 - failed[:, -1].mean()
    recovered, on_the_day = _recovered(result, first)
    return Found(
        years=until - 1,
        by_year=first.mean(axis=0),
        failed=failed[:, -1].mean(),
        failed_a_year=1.0 - survived ** (1.0 / (until - 1)),
        failed_within_three_years=failed[:, 3].mean(),
        survived=survived,
        closed=closed.any(axis=-1).mean(),
        without_trouble=1.0 - troubled.mean(),
        in_a_crisis_year=_share(first, crisis & ~before),
        in_the_year_after=_share(first, after & ~before),
        in_other_years=_share(first, other & ~before),
        recovered=recovered,
        on_the_day=on_the_day if result.positions.shares else {},
    )


def _share(cells: np.ndarray, of: np.ndarray) -> float:
    return float(np.sum(cells & of) / max(1, np.sum(of)))


def _recovered(result: Result, first: np.ndarray) -> tuple[dict[str, float], dict[str, float]]:
    """By lender: the mean share over lives that fail, where it is owed anything; from then on, and on that
    day.
    """
    lives = first.any(axis=-1)
    year = first[lives].argmax(axis=-1)[:, None]
    owed: dict[str, Any] = {}
    paid: dict[str, Any] = {}
    lost: dict[str, Any] = {}
    for number, loan in enumerate(result.deal.funding.loans.values()):
        owed[loan.lender] = owed.get(loan.lender, 0.0) + owed_at_failure(result, number, lives, year)
        paid[loan.lender] = paid.get(loan.lender, 0.0) + from_then_on(
            result.lines.loan_repaid[number], lives, year
        )
        given_up = np.take_along_axis(result.lines.loan_written_off[number][lives], year, axis=-1)[:, 0]
        lost[loan.lender] = lost.get(loan.lender, 0.0) + given_up
    for lender in owed:
        as_owner = result.ledger.received(lender, ("dividend", "sale_proceeds"))
        paid[lender] = paid[lender] + from_then_on(as_owner, lives, year)
    counted = {lender: amount > 1.0 for lender, amount in owed.items()}
    counted = {lender: some for lender, some in counted.items() if some.any()}
    return (
        {lender: float(np.mean(paid[lender][some] / owed[lender][some])) for lender, some in counted.items()},
        {
            lender: float(np.mean(1.0 - lost[lender][some] / owed[lender][some]))
            for lender, some in counted.items()
        },
    )


def owed_at_failure(result: Result, number: int, lives: np.ndarray, year: np.ndarray) -> np.ndarray:
    """Of one loan, in the lives that fail: what was owed at the start of the year, and the interest that the
    year left unpaid or added.
    """
    opening = np.take_along_axis(result.positions.loans[number][lives], year - 1, axis=-1)
    added = np.take_along_axis(result.lines.loan_capitalised[number][lives], year, axis=-1)
    return (opening + added)[:, 0]


def from_then_on(series: np.ndarray, lives: np.ndarray, year: np.ndarray) -> np.ndarray:
    """The sum of a series from the year of the failure on, in the lives that fail."""
    dates = np.arange(series.shape[-1])
    return np.where(dates >= year, np.nan_to_num(series[lives]), 0.0).sum(axis=-1)


def reading(of: Found, path: str) -> float | None:
    """One number of a structure: ``failed``, ``recovered.banks``."""
    name, _, key = path.partition(".")
    value = getattr(of, name)
    return value.get(key) if key else value


def tables(measured: Mapping[str, Found], lives: int, day: str) -> str:
    """The three tables of the document."""
    structures = figures()["structures"]
    luck = _shipped("base").weather.luck
    assert luck is not None, "base has luck"
    said = f"Run on {day}: {lives:,} lives of each deal in one weather; seed {luck.seed}, `mechanics`.\n"
    deals = "| deal | what it is |\n|---|---|\n"
    deals += "".join(f"| `{name}` | {one['says']} |\n" for name, one in structures.items())
    years = range(1, 6)
    head = ["deal", *(f"year {year}" for year in years), "fails", "a year", "factory closes"]
    head += ["year of crisis", "year after", "other years"]
    failing = _row(head) + _row(["---"] * len(head))
    for name, one in measured.items():
        first = [_percent(one.by_year[year] if year <= one.years else None) for year in years]
        rates = (one.failed, one.failed_a_year, one.closed)
        when = (one.in_a_crisis_year, one.in_the_year_after, one.in_other_years)
        failing += _row([f"`{name}`", *first, *map(_percent, (*rates, *when))])
    head = ["deal", *LENDERS.values()]
    recovering = _row(head) + _row(["---"] * len(head))
    for name, one in measured.items():
        for said_of, shares in ((f"`{name}`", one.recovered), (f"`{name}`, on that day", one.on_the_day)):
            if shares:
                recovering += _row([said_of, *(_percent(shares.get(lender)) for lender in LENDERS)])
    head = ["seen", "figure", "model", "why they differ"]
    beside = _row(head) + _row(["---"] * len(head))
    for one in figures()["beside"]:
        found_ = "; ".join(_of_the_model(measured, each) for each in (one, *one.get("also", ())))
        source = f"{one['what']} ({one['source']}; {one['tag']})"
        beside += _row([source, one["seen"], found_, one["gap"].strip()])
    return (
        f"{said}\n{deals}\n## How often they fail\n\n{OF_FAILURES}\n{failing}\n## What lenders get back\n\n"
        f"{OF_RECOVERIES}\n{recovering}\n## Beside what has been seen\n\n{beside}"
    )


def _of_the_model(measured: Mapping[str, Found], one: Mapping[str, Any]) -> str:
    shares = [f"`{name}` {_percent(reading(measured[name], one['reading']))}" for name in one["beside"]]
    return f"{READINGS[one['reading']]}: {', '.join(shares)}"


READINGS = {
    "failed": "until the exit",
    "failed_a_year": "a year",
    "failed_within_three_years": "within three years",
    "in_a_crisis_year": "in a year of crisis",
    "without_trouble": "neither failure nor waiver until the exit",
    "survived": "until the exit",
    "recovered.banks": "banks, until the sale",
    "recovered.mezzanine": "mezzanine, until the sale",
    "on_the_day.banks": "on the day",
    "on_the_day.mezzanine": "on the day",
}
OF_FAILURES = """\
Of all lives, those whose holding can no longer pay, or whose factory closes, for the first time in each
year, and until the exit. The last three columns are of the years begun standing: in a year of crisis demand
is a fifth or more below that of the year before.
"""
OF_RECOVERIES = """\
What each lender is paid from the failure on, beside what it is owed then; the mean over failures, each
counted once. Where lenders take shares, what these are paid counts, and a second line says what the lender
has on that day: the debt that it keeps and its shares at what they are worth then, as agencies count it.
"""


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100.0 * share:.1f} %"


def with_tables(text: str, written: str) -> str:
    """The document with tables between its two marks."""
    before, rest = text.split(BEGIN)
    return before + BEGIN + "\n" + written + "\n" + END + rest.split(END)[1]


def main() -> None:
    """Print the tables and write them into the document."""
    written = tables(found(LIVES), LIVES, date.today().isoformat())
    print(written)
    text = DOCUMENT.read_text(encoding="utf-8")
    DOCUMENT.write_text(with_tables(text, written), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
