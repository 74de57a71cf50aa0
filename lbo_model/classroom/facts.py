"""The numbers that sentences and figures of the page state, each read from a run."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from lbo_model import measures
from lbo_model.classroom.cases import Case
from lbo_model.engine import Result
from lbo_model.position import Status

ENDINGS = ("sold", "restructured", "liquidated", "held")
"""How a deal stands at the exit date; sentences have a variant for each."""


def ending(case: Case) -> str:
    """How a deal ended: sold, sold by its lenders after a standstill, closed, or still held by its owner."""
    eve = case.result.eve
    if int(np.asarray(eve.factory_status)) == Status.LIQUIDATED:
        return "liquidated"
    if int(np.asarray(eve.holding_status)) == Status.RESTRUCTURED:
        return "restructured"
    return "sold" if case.result.form.sells else "held"


def closes(case: Case) -> bool:
    """Whether sources cover uses without missing money, lawfully."""
    return not bool(case.result.closing.not_financed)


@lru_cache(maxsize=128)
def of_closing(case: Case) -> Mapping[str, Any]:
    """Closing day: what is paid, who brings it, what is missing."""
    closing = case.result.closing
    uses = float(sum(closing.uses.values(), 0.0))
    debt = float(sum(closing.loans, 0.0))
    equity = float(sum(closing.stakes.values(), 0.0))
    fees = float(closing.buyer_fee + sum(closing.financing_fees, 0.0))
    return {
        "uses": uses,
        "price": float(closing.enterprise_value),
        "price_of_shares": float(closing.price_of_shares),
        "debt": debt,
        "debt_share": debt / uses if uses else 0.0,
        "equity": equity,
        "equity_share": equity / uses if uses else 0.0,
        "fees": fees,
        "missing": float(closing.missing),
        "missing_share": float(closing.missing) / uses if uses else 0.0,
    }


@lru_cache(maxsize=128)
def of_end(case: Case) -> Mapping[str, Any]:
    """The end: the owner's gain, its parts, who repaid the loan, machines not bought."""
    result = case.result
    bridge = {name: float(amount) for name, amount in measures.value_bridge(result).items()}
    repaid = {name: float(amount) for name, amount in measures.debt_repaid(result).items()}
    lent = repaid["borrowed"] + repaid["capitalised"]
    net_debt = np.asarray(result.positions.net_debt)
    owner = {name: float(value) for name, value in measures.owner_return(result, _owner(case)).items()}
    return {
        **bridge,
        "gain": float(measures.gain(result)),
        "paid_in": owner["paid_in"],
        "received": owner["received"],
        "multiple": owner["multiple"],
        "net_debt_closing": float(net_debt[0]),
        "net_debt_end": float(np.asarray(result.eve.net_debt)),
        "costs": -(bridge["entry_fees"] + bridge["exit_costs"]),
        "owed": -bridge["other"],
        "borrowed": lent,
        "loan": repaid["borrowed"],
        "by_factory": repaid["by_the_factory"],
        "by_factory_share": repaid["by_the_factory"] / lent if lent else 0.0,
        "by_next_buyer": repaid["by_the_next_buyer"],
        "by_next_buyer_share": repaid["by_the_next_buyer"] / lent if lent else 0.0,
        "written_off": repaid["written_off"],
        "still_owed": repaid["still_owed"],
        "still_owed_share": repaid["still_owed"] / lent if lent else 0.0,
        "machines_owed": float(np.asarray(result.eve.machines_owed)),
        "months": float(measures.months_of_pay(result)),
        "service": float(measures.debt_service_paid(result)[1 : result.deal.exit.year + 1].sum()),
        "years": result.deal.exit.year,
        "year": int(failure_year(case) or result.deal.exit.year),
        "value": float(result.end_value),
        "reserves": float(result.claims_end.get("indivisible_reserves", 0.0)),
        "workers_claims": float(result.claims_end.get("workers", 0.0)),
        "owner_claim": float(result.claims_end.get(result.form.owner, 0.0)),
    }


def gain(result: Result) -> float:
    """The owners' gain in one run."""
    return float(measures.gain(result))


def failure_year(case: Case) -> int | None:
    """The first year in which a company of the deal could not pay, if any."""
    failed = (Status.RESTRUCTURED, Status.LIQUIDATED)
    for company in ("holding", "factory"):
        status = case.result.status(company)[: case.result.deal.exit.year + 1]
        years = np.flatnonzero(np.isin(status, failed))
        if years.size:
            return int(years[0])
    return None


def of_factory(case: Case) -> dict[str, Any]:
    """The factory in the year before closing, the same for every owner."""
    lines = case.result.lines
    return {
        "staff": float(lines.headcount[0]),
        "sales": float(lines.sales[0]),
        "ebitda": float(lines.ebitda[0]),
        "price": float(case.result.closing.enterprise_value),
        "times": float(case.result.closing.multiple),
        "years": case.result.deal.exit.year,
    }


SHARED_IN_THE_FIGURE = (
    "workers",
    "state",
    "banks",
    "fund",
    "family",
    "indivisible_reserves",
    "advisers",
    "seller",
    "next_buyer",
)
"""Parties in the order of the figure of chapter `compare`; others appear after them where they got something.
"""


@lru_cache(maxsize=128)
def shares(case: Case) -> Mapping[str, tuple[float, float]]:
    """What each party got beyond pay: in cash, and in claims not cashed. Gross pay and contributions are left
    out.
    """
    result = case.result
    years = slice(1, result.deal.exit.year + 1)
    pay = {
        "workers": float(result.lines.gross_pay[years].sum()),
        "state": float(result.lines.employer_charges[years].sum()),
    }
    # Principal lent and not yet repaid is nobody's gain, nor is the old banks' debt repaid on closing day.
    lenders = {"banks", *(loan.lender for loan in result.deal.funding.loans.values())}
    answers = {}
    for party, got in measures.who_got_what(result).items():
        total = float(got["total"]) - pay.get(party, 0.0)
        paper = (
            0.0
            if party in lenders | {"seller", "next_buyer"}
            else float(got["claims_end"] - got["claims_start"])
        )
        answers[party] = (total - paper, paper)
    return answers


def pay(case: Case) -> float:
    """Gross pay and contributions of the years until the exit date."""
    years = slice(1, case.result.deal.exit.year + 1)
    lines = case.result.lines
    return float((lines.gross_pay + lines.employer_charges)[years].sum())


def machines_bought(case: Case) -> float:
    """Machines bought until the exit date."""
    return float(case.result.lines.capex[1 : case.result.deal.exit.year + 1].sum())


def _owner(case: Case) -> str:
    return "workers" if case.owner == "scop" else case.result.form.owner
