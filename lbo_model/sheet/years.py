"""The years: debt by loan, preferred money, the three statements, ratios, covenants."""

from collections.abc import Iterator

import numpy as np

from lbo_model import measures
from lbo_model.engine import Result
from lbo_model.formulas import STATEMENTS, TOTALS, Formulas, sign_of
from lbo_model.position import Array, Status
from lbo_model.scenario import Scenario
from lbo_model.sheet.block import (
    NOTHING,
    Block,
    Row,
    by_date,
    dates,
    heads,
    held,
    leases,
    loan_name,
    percent,
    some,
    times,
)
from lbo_model.words import Words

_LOAN = ("drawn", "capitalised", "scheduled", "early", "at_the_end", "converted", "written_off")
_PREFERRED = ("brought", "grown", "paid", "not_paid")
_ADDED = ("drawn", "capitalised", "brought", "grown")


def debt(scenario: Scenario, result: Result, words: Words) -> Iterator[Block]:
    """A block for each loan that was ever owed, for the credit line and for leases."""
    funding = result.deal.funding
    for name, loan in measures.debt_schedule(scenario, result).items():
        line = funding.revolver if name == "revolver" else None
        if line or name == "leases":
            title = words.say("sheet.credit_line" if line else "sheet.leases")
        else:
            title = loan_name(name, funding.loans[name].lender, words)
        if not line or some(loan["drawn"]) or some(loan["interest_paid"]):
            rows = _rolled(loan, _LOAN, result, words)
            rows.append(by_date(words.say("sheet.debt.interest_paid"), loan["interest_paid"], result, words))
            yield Block(title, heads(result, words), rows)


def preferred(result: Result, words: Words) -> Iterator[Block]:
    """A block for each kind of owners' preferred money."""
    for name, one in measures.preferred_schedule(result).items():
        terms = result.deal.funding.preferred[name]
        title = held(terms.holder, terms.kind, words)
        yield Block(title, heads(result, words), _rolled(one, _PREFERRED, result, words))


def _rolled(
    found: dict[str, Array], moves: tuple[str, ...], result: Result, words: Words
) -> list[Row | None]:
    """From what is owed at the start of each year to what is owed at its end."""
    rows: list[Row | None] = [by_date(words.say("sheet.debt.opening"), found["opening"], result, words)]
    for move in moves:
        if some(found[move]):
            signed = found[move] if move in _ADDED else -found[move]
            rows.append(by_date(words.say(f"sheet.debt.{move}"), signed, result, words))
    rows += [None, by_date(words.say("sheet.debt.closing"), found["closing"], result, words)]
    return rows


def statements(result: Result, words: Words) -> Iterator[Block]:
    """The group's three statements, or the factory's where it has no holding."""
    made = Formulas(result)
    entity = made.entities[0]
    for statement in STATEMENTS:
        rows: list[Row | None] = []
        for line, series in made.statements[entity][statement].items():
            if line in TOTALS or some(series):
                label = words.say(f"accounts.{statement}.{line}")
                rows += [None] if line in TOTALS else []
                rows.append(by_date(label, sign_of(statement, line) * series, result, words))
        what, whose = words.say(f"accounts.statements.{statement}"), words.say(f"accounts.entities.{entity}")
        yield Block(words.say("sheet.of", what=what, whose=whose), heads(result, words), rows)


def ratios(result: Result, words: Words) -> Block:
    """Net debt, what covers it, and what is left once lenders are paid."""
    serves = ~np.isin(result.status("holding"), (Status.RESTRUCTURED, Status.LIQUIDATED))
    covers = {
        "leverage": measures.leverage(result),
        "interest_cover": measures.interest_cover(result),
        "cover_before_capex": measures.cover_before_capex(result),
        "cover_after_needed_capex": measures.cover_after_needed_capex(result),
    }
    amounts = {
        "cash_for_debt": result.lines.cash_for_debt,
        "debt_service": result.lines.interest_due + result.lines.principal_due,
        "cash_after_debt_service": measures.cash_after_debt_service(result),
        "machines_owed": result.positions.machines_owed,
    }
    rows: list[Row | None] = [
        by_date(words.say("sheet.ratio.net_debt"), measures.net_debt(result), result, words)
    ]
    if leases(result):
        before_rents = np.asarray(result.lines.ebitda_before_rents)
        of_leases = {"lease_debt": measures.lease_debt(result), "ebitda_before_rents": before_rents}
        rows += [
            by_date(words.say(f"sheet.ratio.{name}"), one, result, words) for name, one in of_leases.items()
        ]
    for name, series in covers.items():
        # A ratio of a year belongs to a year that was lived; debt over EBITDA is one of a date. Once the
        # holding is in default its lenders are owed nothing by the year: no cover to speak of.
        shown = [
            times(float(series[date]) if name == "leverage" or (date and serves[date]) else np.nan, words)
            for date in dates(result)
        ]
        rows.append((words.say(f"sheet.ratio.{name}"), shown))
    rows += [by_date(words.say(f"sheet.ratio.{name}"), one, result, words) for name, one in amounts.items()]
    return Block(words.say("sheet.ratios"), heads(result, words), rows)


def staff(result: Result, words: Words) -> Block:
    """Who works in the factory, who left and who came. No row where the plan has no workforce."""
    if result.deal.plan.workforce is None:
        return Block(words.say("sheet.staff.title"), heads(result, words), [])
    lines = result.lines
    series = {
        "permanent": result.positions.permanent_staff,
        "temporary": measures.temporary_staff(result),
        "dismissed": lines.dismissed,
        "hired": lines.hired,
    }
    rows: list[Row | None] = []
    for name, people in series.items():
        shown = [float(people[date]) if date or name == "permanent" else np.nan for date in dates(result)]
        cells = [NOTHING if np.isnan(one) else words.show(one, "decimal") for one in shown]
        rows.append((words.say(f"sheet.staff.{name}"), cells))
    return Block(words.say("sheet.staff.title"), heads(result, words), rows)


def covenants(result: Result, words: Words) -> Block:
    """Of each ratio that lenders ask for: what it is, what they ask, how far it is from there. No row without
    covenants.
    """
    rows: list[Row | None] = []
    for name, found in measures.covenant_headroom(result).items():
        tested = ~np.isnan(found["headroom"])
        labels = {
            "ratio": f"sheet.ratio.{name}",
            "limit": f"sheet.covenant.{name}",
            "headroom": "sheet.covenant.headroom",
        }
        for part, label in labels.items():
            write = percent if part == "headroom" else times
            cells = [
                write(float(found[part][date]), words) if tested[date] else NOTHING for date in dates(result)
            ]
            rows.append((words.say(label), cells))
    return Block(words.say("sheet.covenant.title"), heads(result, words), rows)
