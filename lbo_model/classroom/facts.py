"""The numbers that sentences and figures of the page state, each read from a run.

``known`` gives them all at once: a sentence of the words names those that it needs.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np

from lbo_model import measures
from lbo_model.classroom.cases import Case, played
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


PUBLISHED_BRIDGE = {"years": "2012-2019", "from_profit": 0.64, "from_price": 0.34, "from_debt": 0.02}
"""Where the gain of French buyouts sold from 2012 to 2019 came from, says the funds' own trade body: sales
only, without failures (France Invest and EY, study of value creation, as reported by Unquote).
"""


@lru_cache(maxsize=256)
def known(case: Case) -> Mapping[str, Any]:
    """Everything that a sentence may state of one run."""
    return {
        **of_factory(case),
        **of_closing(case),
        **of_first_year(case),
        **of_end(case),
        **of_heads(case),
        **of_row(case),
        **{f"published_{name}": published for name, published in PUBLISHED_BRIDGE.items()},
    }


def value(case: Case, slot: str) -> float:
    """One number by the name that sentences give it."""
    return float(known(case)[slot])


@lru_cache(maxsize=128)
def of_closing(case: Case) -> Mapping[str, Any]:
    """Closing day: what is paid, who brings it, what is missing."""
    closing = case.result.closing
    uses = float(sum(closing.uses.values(), 0.0))
    debt = float(sum(closing.loans, 0.0))
    equity = float(sum(closing.stakes.values(), 0.0))
    fees = float(closing.buyer_fee + closing.transaction_fee + sum(closing.financing_fees, 0.0))
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
        "debt_times": debt / float(case.result.lines.ebitda[0]) if case.result.lines.ebitda[0] > 0.0 else 0.0,
    }


def beyond_the_price(result: Result) -> float:
    """What a buyer repays of the factory's old debt beyond the price, whose seller then gets nothing."""
    closing = result.closing
    nothing = result.form.buys and float(np.asarray(closing.price_of_shares)) < 1.0
    beyond = float(np.asarray(closing.debt_refinanced)) - float(np.asarray(closing.enterprise_value))
    return max(0.0, beyond) if nothing else 0.0


@lru_cache(maxsize=128)
def of_first_year(case: Case) -> Mapping[str, Any]:
    """The first year after closing: what the factory made, who waits for it, who got it."""
    lines = case.result.lines
    service = float(measures.debt_service_paid(case.result)[1])
    due = float(lines.interest_due[1] + lines.principal_due[1])
    tax = float(lines.group_tax[1] + case.result.ledger.paid("factory", ("participation",))[1])
    made = float(lines.ebitda[1] + lines.relief[1] - lines.working_capital_built[1])
    return {
        "made_1": made,
        "due_1": due,
        "service_1": service,
        "tax_1": tax,
        "machines_needed_1": float(lines.capex_needed[1]),
        "machines_1": float(lines.capex[1]),
        "left_1": made - service - tax - float(lines.capex[1]),
        "claims_1": due + tax + float(lines.capex_needed[1]),
        "cover_1": float(measures.cover_before_capex(case.result)[1]),
    }


@lru_cache(maxsize=128)
def of_heads(case: Case) -> Mapping[str, Any]:
    """The same amounts for one worker or one member, and what a member of a co-operative leaves with."""
    result, staff = case.result, float(case.result.lines.headcount[0])
    end, years = of_end(case), slice(1, case.result.deal.exit.year + 1)
    stakes = float(result.closing.stakes.get("workers", 0.0))
    joined = _joined(case)
    members = staff * joined
    ticket = stakes / members if members else 0.0
    shared = float(result.lines.labour_share[years].sum())
    owed = sum((waiting[result.deal.exit.year] for waiting in result.positions.labour_share_owed), 0.0)
    worth = end["workers_claims"] + end["reserves"]

    def each(amount: float) -> float:
        return amount / staff if staff else 0.0

    return {
        # To the nearest hundred: the last digits of an average say nothing.
        "sales_each": round(each(of_factory(case)["sales"]), -2),
        "stake_each": each(of_closing(case)["equity"]),
        "members_share": joined,
        "ticket": ticket,
        "worth_member": worth / members if members else 0.0,
        "reserves_member": end["reserves"] / members if members else 0.0,
        "reserves_each": each(end["reserves"]),
        "profit_share_each": each(shared),
        "profit_share": shared,
        # All who work there have a part of the profit; those who put in a stake are fewer.
        "profit_share_times": each(shared) / ticket if ticket else 0.0,
        "profit_share_owed": float(owed) / shared if shared else 0.0,
        "worth_times": worth / stakes if stakes else 0.0,
    }


@lru_cache(maxsize=128)
def of_row(case: Case) -> Mapping[str, Any]:
    """Owners one after the other: the second's purchase beside the first's, and all their years together."""
    row = case.row
    first, second = row[0], row[min(1, len(row) - 1)]
    sums = burden(case)
    service, machines = sum(sums["debt_service"]), sum(sums["capex"]) + sum(sums["leased"])
    paid, debt = of_closing(second)["uses"], of_closing(second)["debt"]
    bought = [one for one in row if bought_by(one)]
    owed = sums["machines_owed"][max(0, len(bought) - 1)]
    needed = machines + owed
    months = float(sum((measures.months_of_pay(one.result) for one in row), 0.0))
    return {
        "count": len(bought),
        "first_debt": of_closing(first)["debt"],
        "first_left": float(sum((loan for loan in first.result.eve.loans), 0.0)),
        "next_price": of_closing(second)["price"],
        "next_price_share": of_closing(second)["price"] / of_closing(first)["price"]
        if of_closing(first)["price"]
        else 0.0,
        "next_stake": paid - debt,
        "next_stake_share": (paid - debt) / paid if paid else 0.0,
        "next_debt": debt,
        "next_debt_share": debt / paid if paid else 0.0,
        "next_debt_times": of_closing(second)["debt_times"],
        "all_years": row[-1].result.start + row[-1].result.deal.exit.year,
        "all_service": service,
        "all_months": months,
        "all_machines": machines,
        "all_machines_share": machines / needed if needed else 0.0,
        "all_machines_owed": owed,
        "fail_year": next(filter(None, map(failure_date, row)), 0),
    }


@lru_cache(maxsize=128)
def burden(case: Case) -> Mapping[str, tuple[float, ...]]:
    """What each owner's years cost the factory, one sum for each owner in a row; ``machines_owed`` is what is
    missing at the end of its years, those of the owners before included.
    """
    results = [one.result for one in case.row]
    sums = {
        name: tuple(float(amount) for amount in np.nan_to_num(amounts))
        for name, amounts in measures.cumulated_burden(results).items()
    }
    owed = tuple(max(0.0, float(np.asarray(result.eve.machines_owed))) for result in results)
    return {**sums, "machines_owed": owed}


def account(case: Case) -> Mapping[str, tuple[float, ...]]:
    """What each party got beyond pay and contributions, under each of the owners in a row.

    What an owner pays the one before cancels what that one received: both are counted as the next buyer's,
    which has the rest where a factory was sold in distress.
    """
    found: dict[str, list[float]] = {}
    for number, one in enumerate(case.row):
        for party, got in shares(one).items():
            whose = "next_buyer" if party == "seller" and number else party
            found.setdefault(whose, [0.0] * len(case.row))[number] += sum(got)
    order = [party for party in SHARED_IN_THE_FIGURE if party in found]
    return {
        party: tuple(found[party])
        for party in (*order, *sorted(set(found).difference(order)))
        if abs(sum(found[party])) >= TOLD
    }


TOLD = 1_000.0
"""Euros. A party that got less over all owners is not named."""


def bought_by(case: Case) -> bool:
    """Whether there was still a factory to buy."""
    return float(sum(case.result.closing.uses.values(), 0.0)) >= 1.0 or not case.result.form.buys


def failure_date(case: Case) -> int | None:
    """The first year in which a company of this owner could not pay, counted from the first purchase."""
    year = failure_year(case) if bought_by(case) else None
    return None if year is None else case.result.start + year


def _joined(case: Case) -> float:
    """The share of the workers who put in a stake: as the file says, or all of them."""
    stake = case.result.deal.funding.equity.get("workers")
    return float(np.asarray(stake.take_up)) if stake is not None and stake.take_up is not None else 1.0


BIDS = np.round(np.arange(1.0, 10.05, 0.1), 1)
"""Prices tried to find what a buyer can carry, in times EBITDA."""


def bearable(case: Case) -> Mapping[str, float]:
    """The highest price at which this buyer buys every machine that is needed and pays what it owes.

    Read from one run over all prices of ``BIDS``; zero where there is none. ``bearable`` is in euros,
    ``bearable_times`` in times EBITDA. The price asked has no part in it, so that its knob asks for no new
    run.
    """
    others = {code: turned for code, turned in case.knobs.items() if code != "price"}
    return _bearable(case.shelf.case(case.owner, others, case.behaviour))


@lru_cache(maxsize=64)
def _bearable(case: Case) -> Mapping[str, float]:
    result = played(case, {"price.multiple": BIDS}).deals[case.deal]
    failed = (np.asarray(result.eve.factory_status) == Status.LIQUIDATED) | (
        np.asarray(result.eve.holding_status) == Status.RESTRUCTURED
    )
    forbidden = result.closing.forbidden.items()
    # Money left over is no obstacle: it stays in the till.
    unlawful = [
        np.broadcast_to(cells, BIDS.shape) for reason, cells in forbidden if reason != "over_financed"
    ]
    carried = ~failed & ~np.any([np.zeros(BIDS.shape, bool), *unlawful], axis=0)
    carried &= np.asarray(result.eve.machines_owed) < 1.0
    if not carried.any():
        return {"bearable": 0.0, "bearable_times": 0.0}
    best = int(np.flatnonzero(carried)[-1])
    return {
        "bearable": float(np.asarray(result.closing.enterprise_value)[best]),
        "bearable_times": float(BIDS[best]),
    }


@lru_cache(maxsize=128)
def of_end(case: Case) -> Mapping[str, Any]:
    """The end: the owner's gain, its parts, who repaid the loan, machines not bought."""
    result = case.result
    lived = slice(1, result.deal.exit.year + 1)
    bridge = {name: float(amount) for name, amount in measures.value_bridge(result).items()}
    other = {name: float(amount) for name, amount in measures.bridge_other(result).items()}
    repaid = {name: float(amount) for name, amount in measures.debt_repaid(result).items()}
    lent = repaid["borrowed"] + repaid["capitalised"]
    net_debt = np.asarray(result.positions.net_debt)
    owner = {name: float(value) for name, value in measures.owner_return(result, case.party).items()}
    return {
        **bridge,
        "gain": float(measures.gain(result)),
        "interest": float(sum((loan[lived].sum() for loan in result.lines.loan_interest), 0.0)),
        "extra_equity": _paid_later(case),
        "repaid_to_bank_share": _from_the_factory(case),
        "machines": machines_bought(case),
        "machines_needed_share": _of_need(case),
        "value_added": float(result.lines.value_added[lived].sum()),
        **_sources_of_gain(bridge),
        "paid_in": owner["paid_in"],
        "received": owner["received"],
        "multiple": owner["received"] / owner["paid_in"] if owner["paid_in"] else owner["multiple"],
        "net_debt_closing": float(net_debt[0]),
        "net_debt_end": float(np.asarray(result.eve.net_debt)),
        "costs": -(bridge["entry_fees"] + bridge["exit_costs"]),
        "machines_deducted": -other["machines_deducted"],
        "given_back": -other["clawback"],
        "owed": -bridge["other"] + other["machines_deducted"] + other["clawback"],
        "borrowed": lent,
        "loan": repaid["borrowed"],
        "by_factory": repaid["by_the_factory"],
        "by_factory_share": repaid["by_the_factory"] / lent if lent else 0.0,
        "by_next_buyer": repaid["by_the_next_buyer"],
        "by_next_buyer_share": repaid["by_the_next_buyer"] / lent if lent else 0.0,
        "written_off": repaid["written_off"],
        "written_off_share": repaid["written_off"] / lent if lent else 0.0,
        "still_owed": repaid["still_owed"],
        "still_owed_share": repaid["still_owed"] / lent if lent else 0.0,
        "machines_owed": float(np.asarray(result.eve.machines_owed)),
        "months": float(measures.months_of_pay(result)),
        "service": float(measures.debt_service_paid(result)[lived].sum()),
        "interest_paid": float(measures.debt_service_paid(result)[lived].sum()) - repaid["by_the_factory"],
        "service_share": _of_earnings(case),
        "years": result.deal.exit.year,
        "year": int(failure_year(case) or result.deal.exit.year),
        "value": float(result.end_value),
        "value_times": float(result.end_value / result.end_ebitda) if result.end_ebitda > 0.0 else 0.0,
        "reserves": float(result.claims_end.get("indivisible_reserves", 0.0)),
        "workers_claims": float(result.claims_end.get("workers", 0.0)),
        "owner_claim": float(result.claims_end.get(result.form.owner, 0.0)),
    }


def _sources_of_gain(bridge: Mapping[str, float]) -> dict[str, float]:
    """Three sources of the gain as shares of their sum: profit, price, debt repaid and cash paid up."""
    parts = {
        "from_profit": bridge["ebitda_growth"] + bridge["both_together"],
        "from_price": bridge["multiple_change"],
        "from_debt": bridge["net_debt_repaid"] + bridge["distributions"],
    }
    whole = sum(parts.values())
    return {name: part / whole if whole else 0.0 for name, part in parts.items()}


def _of_earnings(case: Case) -> float:
    """What lenders received before the end, as a share of the EBITDA of the same years."""
    lived = slice(1, case.result.deal.exit.year + 1)
    earned = float(np.nansum(case.result.lines.ebitda[lived]))
    return float(np.nansum(measures.debt_service_paid(case.result)[lived])) / earned if earned > 0.0 else 0.0


def _of_need(case: Case) -> float:
    """Machines bought as a share of those needed."""
    bought, owed = machines_bought(case), float(np.asarray(case.result.eve.machines_owed))
    return bought / (bought + owed) if bought + owed > 0.0 else 0.0


def _paid_later(case: Case) -> float:
    """What the owners put in after closing day."""
    result = case.result
    payments = (result.ledger.paid(party, ("equity",))[1:] for party in result.closing.stakes)
    return float(sum((np.nansum(paid) for paid in payments), 0.0))


def _from_the_factory(case: Case) -> float:
    """Of what lenders received before the end, the share that no owner had to put in."""
    paid = float(np.nansum(measures.debt_service_paid(case.result)[1 : case.result.deal.exit.year + 1]))
    return 1.0 - _paid_later(case) / paid if paid else 0.0


def interest_of_the_seller(case: Case) -> float:
    """What the seller is paid for its credit until the exit date, beside the price."""
    until = slice(0, case.result.deal.exit.year + 1)
    return float(np.nansum(case.result.ledger.received("seller", ("interest",))[until]))


def failure_year(case: Case) -> int | None:
    """The first year in which a company of the deal could not pay, if any."""
    failed = (Status.RESTRUCTURED, Status.LIQUIDATED)
    for company in ("holding", "factory"):
        status = case.result.status(company)[: case.result.deal.exit.year + 1]
        years = np.flatnonzero(np.isin(status, failed))
        if years.size:
            return int(years[0])
    return None


@lru_cache(maxsize=128)
def of_factory(case: Case) -> Mapping[str, Any]:
    """The factory in the year before closing, the same for every owner."""
    lines = case.result.lines
    sales, needed = float(lines.sales[0]), float(lines.capex_needed[1])
    pay = float(lines.gross_pay[0] + lines.employer_charges[0])
    shares = {
        "suppliers_share": float(lines.purchases[0] + lines.other_costs[0] + lines.rent[0]) / sales,
        "pay_share": pay / sales,
        "production_taxes_share": float(lines.production_taxes[0]) / sales,
        "ebitda_share": float(lines.ebitda[0]) / sales,
        "value_added_share": float(lines.value_added[0]) / sales,
        "needed_share": needed / float(lines.sales[1]) if lines.sales[1] > 0.0 else 0.0,
        "purchases_share": float(lines.purchases[0]) / sales,
        "other_costs_share": float(lines.other_costs[0]) / sales,
    }
    return {
        **shares,
        **{name.replace("_share", "_of_hundred"): 100.0 * share for name, share in shares.items()},
        "staff": float(lines.headcount[0]),
        "sales": sales,
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
    out; so is severance, which replaces a lost job.
    """
    result = case.result
    years = slice(1, result.deal.exit.year + 1)
    pay = {
        "workers": float((result.lines.gross_pay + result.lines.short_time_pay)[years].sum())
        + severance(case),
        "state": float((result.lines.employer_charges - result.lines.short_time_money)[years].sum()),
    }
    # Principal lent and not yet repaid is nobody's gain, nor is the old banks' debt repaid on closing day.
    lenders = {"banks", "lessor", *(loan.lender for loan in result.deal.funding.loans.values())}
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
    """Gross pay and contributions of the years until the exit date, and short-time pay less public money."""
    years = slice(1, case.result.deal.exit.year + 1)
    lines = case.result.lines
    short_time = lines.short_time_pay - lines.short_time_money
    return float((lines.gross_pay + lines.employer_charges + short_time)[years].sum())


def severance(case: Case) -> float:
    """What those whose jobs ended were paid for it until the exit date, by the factory or a guarantee."""
    until = slice(0, case.result.deal.exit.year + 1)
    reasons = ("severance", "closing_severance", "wage_guarantee")
    return float(np.nansum(case.result.ledger.received("workers", reasons)[until]))


def machines_bought(case: Case) -> float:
    """Machines bought until the exit date, those that a lessor bought included."""
    lines = case.result.lines
    return float((lines.capex + lines.leased)[1 : case.result.deal.exit.year + 1].sum())
