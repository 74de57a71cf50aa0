"""What must hold in every result, whatever the scenario: each check returns its worst error in euros.

A check reads a result again from its raw parts (payments, stocks, lines) and never asks the engine for the
sum that it verifies. Each has a **broken twin**: the same result with one number spoilt, on which the check
must fail, so that no check can pass by looking away.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lbo_model.engine import Result
from lbo_model.forms.fund import economics_of
from lbo_model.forms.levers import AcquisitionDebt, Clawback
from lbo_model.ledger import COMPANIES, PARTIES, Ledger
from lbo_model.measures import (
    bridge_other,
    debt_repaid,
    debt_service_paid,
    fund_house,
    gain,
    net_debt_repaid_of_which,
    preferred_returns,
    returns,
    shared_out,
    tax_returns,
    value_bridge,
    who_got_what,
)
from lbo_model.position import Status
from lbo_model.quantities import TOLERANCE
from lbo_model.statements import CASH_LINES, statements

Array = NDArray[np.float64]
SPOILT = 1234.0
"""Euros by which a broken twin is wrong."""


def worst(errors: Iterable[Any]) -> float:
    """The largest absolute error, NaN cells left out: ``silence`` checks where they may be."""
    found = [np.abs(np.asarray(error, dtype=np.float64)) for error in errors]
    return max((float(np.max(error[~np.isnan(error)], initial=0.0)) for error in found), default=0.0)


def below_zero(amounts: Any) -> Any:
    """How far amounts lie below zero."""
    return np.maximum(0.0, -np.asarray(amounts, dtype=np.float64))


def lived(result: Result) -> NDArray[np.bool_]:
    """The dates that have a position: all of them, or those until the sale."""
    dates = np.arange(result.dates)
    return dates <= result.deal.exit.year if result.form.sells else dates >= 0


def until_exit(result: Result) -> slice:
    """The dates that count when owners are compared."""
    return slice(0, result.deal.exit.year + 1)


def counted(result: Result) -> slice:
    """The dates whose payments count: until the exit, and until owners gave something back after it."""
    return slice(0, result.last_payment + 1)


def cash_of(result: Result, party: str) -> Array:
    """What a party nets at each date, added up from the payments one by one."""
    total = np.zeros((*result.shape, result.dates))
    for (payer, payee, _), amounts in result.ledger.amounts.items():
        total = total + amounts * (float(payee == party) - float(payer == party))
    return total


# --- closing day --------------------------------------------------------------------------------------------


def sources_equal_uses(result: Result) -> float:
    """Loans, owners' money and what is missing pay for every use."""
    closing = result.closing
    sources = sum(closing.loans, 0.0) + sum(closing.stakes.values(), 0.0) + closing.missing
    return worst([sources - sum(closing.uses.values(), 0.0), *map(below_zero, closing.uses.values())])


def debt_to_buy_with_is_lawful(result: Result) -> float:
    """No buyer whom the law binds borrows more to buy than it allows, nor to be paid a dividend later."""
    law, closing, deal = result.policy.acquisition_debt, result.closing, result.deal
    if law is None:
        return worst([closing.debt_refused])
    uses, lent = sum(closing.uses.values(), 0.0), sum(closing.loans, 0.0)
    kept = closing.debt_refinanced + closing.minimum_cash_funded + closing.growth_capital
    below = {"loan": 0.0, "fee": 0.0}
    for loan, amount, fee in zip(
        deal.funding.loans.values(), closing.loans, closing.financing_fees, strict=True
    ):
        if loan.entity == "factory":
            below["loan"] = below["loan"] + amount
            below["fee"] = below["fee"] + fee
    of_factory = np.maximum(0.0, below["loan"] - below["fee"] - kept)
    bought_with = lent - below["loan"] + of_factory
    binds = np.greater(closing.debt_bound, 0.0)
    errors = [below_zero(closing.debt_refused)]
    if law.most_times_ebitda is not None:
        most = law.most_times_ebitda * np.maximum(closing.ebitda, 0.0)
        errors.append(np.where(binds & (of_factory == 0.0), below_zero(most - bought_with), 0.0))
    if law.least_equity is not None:
        brought = uses - lent
        too_little = np.minimum(below_zero(brought - law.least_equity * uses), bought_with)
        errors.append(np.where(binds & (of_factory == 0.0), too_little, 0.0))
    for number, loan in enumerate(deal.funding.loans.values()):
        if loan.purpose == "owners" and law.most_times_ebitda is not None and not deal_sold_by(result, loan):
            ebitda = np.maximum(0.0, result.lines.ebitda_before_rents[..., loan.drawn])
            owed = sum(balance[..., loan.drawn] for balance in result.positions.loans)
            paid_out = binds & (result.lines.loan_drawn[number][..., loan.drawn] > 0.0)
            errors.append(np.where(paid_out, below_zero(law.most_times_ebitda * ebitda - owed), 0.0))
    return worst(errors)


def deal_sold_by(result: Result, loan: Any) -> bool:
    """Whether the deal has ended, or ends, in the year in which a later loan would be drawn."""
    return loan.drawn >= result.dates or (result.form.sells and loan.drawn >= result.deal.exit.year)


def goodwill_is_price_less_book_equity(result: Result) -> float:
    """A holding pays for the factory's book equity; goodwill is the rest, none without a holding."""
    start = book_equity_on_the_eve_of_closing(result)
    expected = result.closing.price_of_shares - start if result.form.has_holding else 0.0
    return worst([result.positions.goodwill[..., 0] - expected])


def book_equity_on_the_eve_of_closing(result: Result) -> Array:
    """Machines, working capital and cash less the old debt and what staff and State are still owed."""
    first = result.positions
    assets = first.machines[..., 0] + first.working_capital[..., 0] + result.opening_cash
    owed = first.participation_owed[..., 0] + first.levy_owed[..., 0]
    return np.asarray(assets - result.closing.debt_refinanced - owed)


# --- the ledger ---------------------------------------------------------------------------------------------


def ledger_moves_the_tills(result: Result) -> float:
    """Receipts less payments of each company are the change in cash of its balance sheet, date by date."""
    tills = {"factory": result.positions.factory_cash, "holding": result.positions.holding_cash}
    openings = {"factory": result.opening_cash, "holding": np.zeros(result.shape)}
    errors = []
    for company, till in tills.items():
        change = np.diff(till, axis=-1, prepend=openings[company][..., None])
        errors.append(change - cash_of(result, company))
    return worst(errors)


def payments_are_payments(result: Result) -> float:
    """No payment is negative, infinite or unknown, and nobody pays himself."""
    strangers = [
        key
        for key in result.ledger.amounts
        if key[0] not in PARTIES or key[1] not in PARTIES or key[0] == key[1]
    ]
    unknown = sum(float((~np.isfinite(amounts)).sum()) for amounts in result.ledger.amounts.values())
    return worst(
        [len(strangers), unknown, *(below_zero(amounts) for amounts in result.ledger.amounts.values())]
    )


def reasons_have_one_line(result: Result) -> float:
    """Every reason for which a company pays or is paid stands in exactly one line of the cash flow statement,
    and no other reason in any.
    """
    touched = {reason for *ends, reason in result.ledger.amounts if set(ends) & set(COMPANIES)}
    reasons = {reason for _, _, reason in result.ledger.amounts}
    return worst(
        abs(sum(reason in line for line in CASH_LINES.values()) - float(reason in touched))
        for reason in reasons
    )


def tills_are_never_overdrawn(result: Result) -> float:
    """Neither company ever holds less than no cash."""
    return worst([below_zero(result.positions.factory_cash), below_zero(result.positions.holding_cash)])


# --- three statements ---------------------------------------------------------------------------------------


def statements_tie(result: Result) -> float:
    """Assets equal claims, and the cash flow ends at the balance sheet's cash: both companies and group."""
    errors = []
    for statement in statements(result).values():
        sheet, flow = statement["balance_sheet"], statement["cash_flow"]
        errors += [sheet["total_assets"] - sheet["total_claims"], flow["closing_cash"] - sheet["cash"]]
        errors += [flow["opening_cash"] + sum(flow[line] for line in CASH_LINES if line in flow)]
        errors[-1] = errors[-1] + flow.get("cash_sold_with_factory", 0.0) - flow["closing_cash"]
    return worst(errors)


EARNED = (
    "shareholder_loans_lost",
    "ebitda",
    "production_tax_relief",
    "deposit_interest",
    "debt_forgiven",
    "clawback",
    "dividends_received",
    "tax_saved",
    "gain_on_sale",
)
SPENT = (
    "severance",
    "moving_costs",
    "shareholder_interest",
    "owners_charge",
    "depreciation",
    "interest",
    "fees",
    "participation",
    "levy",
    "labour_share",
    "tax",
    "assets_lost",
    "closing_severance",
    "court_costs",
    "exit_costs",
)


def income_statements_add_up(result: Result) -> float:
    """Each net income is the sum of its own lines, and so are value added and EBITDA.

    Date 0 shows the operations of the year before, which belongs to the seller: its EBITDA is not the buyers'
    income.
    """
    errors = []
    for statement in statements(result).values():
        income = statement["income_statement"]
        total = sum(income[line] for line in EARNED if line in income)
        total = total - sum(income[line] for line in SPENT if line in income)
        if "sales" in income:
            added = income["sales"] - income["purchases"] - income["other_costs"] - income["rents"]
            added = added - income["hiring"] - income["work_abroad"]
            staff = income["production_taxes"] + income["gross_pay"] + income["employer_charges"]
            staff = staff + income["short_time_pay"] - income["short_time_money"]
            errors += [added - income["value_added"], added - staff - income["ebitda"]]
            known = (
                set(EARNED) | set(SPENT) | {"sales", "purchases", "other_costs", "value_added", "net_income"}
            )
            known |= {"rents", "production_taxes", "gross_pay", "employer_charges"}
            known |= {"hiring", "work_abroad", "short_time_pay", "short_time_money"}
            errors.append(float(len(set(income) - known)))
        errors.append(total - income["net_income"])
    return worst(errors)


def equity_rolls_forward(result: Result) -> float:
    """Equity: the day before's, plus net income and money in, less distributions and shares cancelled."""
    lines, positions = result.lines, result.positions
    below = (
        lines.factory_net_income
        + lines.factory_money_in
        - lines.factory_distributions
        - lines.factory_shares_cancelled
    )
    above = lines.holding_net_income + lines.holding_money_in - lines.holding_distributions
    start = book_equity_on_the_eve_of_closing(result)[..., None]
    return worst(
        [
            np.diff(positions.factory_equity, axis=-1, prepend=start) - below,
            np.diff(positions.holding_equity, axis=-1, prepend=np.zeros_like(start)) - above,
        ]
    )


# --- debts --------------------------------------------------------------------------------------------------


def loans_roll_forward(result: Result) -> float:
    """Each loan and the credit line: opening + drawn + capitalised - repaid - converted - written off =
    closing.
    """
    lines, errors = result.lines, []
    parts = (lines.loan_drawn, lines.loan_capitalised, lines.loan_repaid, lines.loan_written_off)
    parts = (*parts, lines.loan_converted)
    for balance, drawn, added, repaid, lost, shares in zip(result.positions.loans, *parts, strict=True):
        errors.append(np.diff(balance, axis=-1, prepend=0.0) - (drawn + added - repaid - lost - shares))
        errors += [
            below_zero(balance),
            below_zero(drawn),
            below_zero(added),
            below_zero(repaid),
            below_zero(lost),
            below_zero(shares),
        ]
    line = result.positions.revolver
    moved = (
        lines.revolver_drawn - lines.revolver_repaid - lines.revolver_written_off - lines.revolver_converted
    )
    errors += [np.diff(line, axis=-1, prepend=0.0) - moved, below_zero(line)]
    return worst([*errors, below_zero(lines.revolver_repaid), below_zero(lines.revolver_written_off)])


def credit_line_stays_within_its_limit(result: Result) -> float:
    """As long as both companies pay, the credit line never lends more than its limit."""
    revolver = result.deal.funding.revolver
    limit = 0.0 if revolver is None else np.asarray(revolver.limit)[..., None]
    sound = (result.status("holding") == Status.SOUND) | (result.status("holding") == Status.NOT_FINANCED)
    return worst([np.where(sound, np.maximum(0.0, result.positions.revolver - limit), 0.0)])


def interest_is_what_contracts_say(result: Result) -> float:
    """Interest at a fixed rate: on the opening balance, or on the mean of both; none after a default. Left
    out: the mean in a year at whose end an owner's cure repaid a part of the balance.
    """
    errors = []
    for number, loan in enumerate(result.deal.funding.loans.values()):
        if loan.rate is None:
            continue
        lines, balance = result.lines, result.positions.loans[number]
        opening = balance[..., :-1]
        repaid = lines.loan_repaid[number] - lines.loan_repaid_at_sale[number] - lines.loan_refinanced[number]
        closing = opening + (lines.loan_capitalised[number] - repaid)[..., 1:]
        base = opening if loan.interest_on == "opening" else (opening + closing) / 2.0
        added = (
            0.0 if loan.capitalised_rate is None else np.asarray(loan.capitalised_rate)[..., None] * opening
        )
        company = (
            result.positions.holding_status if loan.entity == "holding" else result.positions.factory_status
        )
        serves = company[..., :-1] == Status.SOUND
        rate = np.asarray(loan.rate)[..., None]
        if loan.at_maturity is not None:
            lived = np.arange(1, result.dates) - (loan.drawn or 0) - waited(result, number)
            rate = rate + np.asarray(loan.at_maturity.rate_step)[..., None] * (lived - 1 >= loan.years)
        waiver = result.deal.funding.covenants and result.deal.funding.covenants.waiver
        if waiver:
            rate = rate + np.asarray(waiver.rate_step)[..., None] * result.positions.breached[..., :-1]
        expected = np.where(serves, rate * base + added, 0.0)
        unknown = (lines.cured[..., 1:] > 0.0) & (loan.entity == "holding") & (loan.interest_on == "average")
        errors.append(np.where(unknown, 0.0, lines.loan_interest[number][..., 1:] - expected))
    return worst(errors)


def waited(result: Result, number: int) -> Array | float:
    """Years by which lenders have let a loan's principal wait, at the start of each year."""
    deferred = result.positions.deferred
    return deferred[number][..., :-1] if deferred else 0.0


def help_comes_in_need_and_within_its_limits(result: Result) -> float:
    """Principal waits at most the years declared, members leave at most their part of what falls due, an
    owner brings at most its most; owners are paid nothing in such a year; nothing without a plan.
    """
    lines, positions, rescues = result.lines, result.positions, result.deal.plan.rescues
    helped = (lines.principal_deferred, lines.labour_share_blocked, lines.new_money)
    if rescues is None:
        return worst([np.nan_to_num(amount) for amount in helped])
    errors = [below_zero(amount) for amount in helped]
    most = 0.0 if rescues.deferral is None else np.asarray(rescues.deferral)[..., None]
    errors += [np.maximum(0.0, years - np.ceil(most)) for years in positions.deferred]
    left = rescues.blocked_labour_share
    due = (0.0 if left is None else np.asarray(left)[..., None]) * positions.labour_share_owed[0][..., :-1]
    errors.append(np.maximum(0.0, lines.labour_share_blocked[..., 1:] - due))
    if rescues.new_money is None:
        errors.append(lines.new_money)
    else:
        terms = rescues.new_money.most
        limit = (
            np.asarray(terms.per_head)[..., None] * lines.headcount
            if terms.amount is None
            else np.asarray(terms.amount)[..., None]
        )
        errors.append(np.maximum(0.0, lines.new_money - limit))
    payer = "holding" if result.form.has_holding else "factory"
    paid = result.ledger.paid(payer, ("dividend",))[..., : result.deal.exit.year]
    in_need = sum(helped, np.zeros_like(lines.ebitda))[..., : result.deal.exit.year]
    errors.append(np.where(in_need > TOLERANCE, paid, 0.0))
    return worst(errors)


def lenders_gain_interest_and_never_principal(result: Result) -> float:
    """What a lender wins is interest and fees, less what is lost; never the principal that comes back. Shares
    taken for a loan win what they are paid less what they were worth then.
    """
    answers, errors, funding = who_got_what(result), [], result.deal.funding
    lenders = {loan.lender for loan in funding.loans.values()} | {"banks"}
    lenders |= set() if funding.revolver is None else {funding.revolver.lender}
    for party in lenders - set(result.closing.stakes) - {"seller"}:
        expected = np.zeros(result.shape)
        still_owed = np.zeros(result.shape)
        for number, loan in enumerate(funding.loans.values()):
            if loan.lender != party:
                continue
            earned = result.lines.loan_interest[number] - result.lines.loan_written_off[number]
            earned = earned + result.lines.loan_fees[number] - result.lines.loan_converted[number]
            expected = (
                expected
                + earned[..., until_exit(result)].sum(axis=-1)
                + result.closing.financing_fees[number]
            )
            still_owed = still_owed + result.positions.loans[number][..., result.deal.exit.year]
        if funding.revolver is not None and funding.revolver.lender == party:
            earned = result.lines.revolver_interest - result.lines.revolver_written_off
            earned = earned - result.lines.revolver_converted
            expected = expected + earned[..., until_exit(result)].sum(axis=-1)
            still_owed = still_owed + result.positions.revolver[..., result.deal.exit.year]
        if party == "banks":
            deposits = result.lines.factory_deposit_interest + result.lines.holding_deposit_interest
            expected = expected - deposits[..., until_exit(result)].sum(axis=-1)
            if result.start == 0:
                expected = expected + result.closing.debt_refinanced - result.claims_start["banks"]
        nothing = np.zeros(result.shape)
        as_owner = np.zeros((*result.shape, result.dates))
        for (_, payee, reason), amounts in result.ledger.amounts.items():
            if payee == party and reason in ("dividend", "sale_proceeds"):
                as_owner = as_owner + amounts
        held = held_as_owner(result, party)
        expected = expected + as_owner[..., until_exit(result)].sum(axis=-1) + held
        shortfall = still_owed + held - result.claims_end.get(party, nothing)
        errors += [
            answers.get(party, {"total": nothing})["total"] - expected + shortfall,
            below_zero(shortfall),
        ]
    return worst(errors)


def held_as_owner(result: Result, party: str) -> Array:
    """What a lender's shares are worth at the exit date where nobody sells: its part of what creditors
    leave.
    """
    if result.form.sells or party not in result.positions.shares:
        return np.zeros(result.shape)
    date, end = result.deal.exit.year, result.positions
    owed = end.participation_owed + end.levy_owed + sum(end.labour_share_owed, end.share_interest_owed)
    owed = sum((*end.loans, *end.lease_debt_due), owed + end.revolver + end.gap)
    left = result.end_value + (end.factory_cash + end.holding_cash - owed)[..., date]
    return np.asarray(end.shares[party][..., date] * np.maximum(0.0, left))


def restructured_this_year(result: Result) -> NDArray[np.bool_]:
    """The dates at which a holding that stood the day before stops serving its debt, its factory alive."""
    failed = result.positions.holding_status == Status.RESTRUCTURED
    return failed & ~np.concatenate([np.zeros_like(failed[..., :1]), failed[..., :-1]], axis=-1)


def shares_change_hands_by_absolute_priority(result: Result) -> float:
    """All shares belong to somebody, and change hands on the day of a restructuring alone. Then a claim that
    is not kept whole as debt, or paid in shares, leaves nothing to any that comes after it; and what shares
    stand for is the same for everybody.
    """
    positions, lines, funding = result.positions, result.lines, result.deal.funding
    shares = positions.shares
    if not shares:
        nothing = (lines.revolver_converted, lines.gap_converted, lines.holding_debt_cut)
        return worst([*nothing, *lines.loan_converted, *lines.preferred_given_up])
    day, lives = restructured_this_year(result), positions.factory_status != Status.LIQUIDATED
    errors = [np.where(lives, sum(shares.values()) - 1.0, 0.0) * 1e6, *map(below_zero, shares.values())]
    quiet = lives[..., 1:] & ~day[..., 1:]
    errors += [np.where(quiet, np.diff(part, axis=-1), 0.0) * 1e6 for part in shares.values()]
    ranked = [
        (loan.rank, lost) for loan, lost in zip(funding.loans.values(), lines.loan_written_off, strict=True)
    ]
    converted = [
        (loan.rank, got) for loan, got in zip(funding.loans.values(), lines.loan_converted, strict=True)
    ]
    before_the_sale = day & (np.arange(result.dates) < result.last_date[..., None])
    owners = sum((part for party, part in shares.items() if party in result.closing.ordinary), 0.0 * day)
    for rank, lost in ranked:
        for later, got in converted:
            if later > rank:
                errors.append(np.where(before_the_sale, np.minimum(lost, got), 0.0))
        if not set(result.closing.ordinary) & {loan.lender for loan in funding.loans.values()}:
            errors.append(np.where(before_the_sale, np.minimum(lost, 1e6 * owners), 0.0))
    cut = sum(lines.loan_converted, lines.revolver_converted) + lines.gap_converted
    errors += [below_zero(lines.holding_debt_cut - cut), np.where(day, 0.0, lines.holding_debt_cut)]
    return worst(errors)


def debt_repaid_adds_up(result: Result) -> float:
    """All that was borrowed was repaid by the factory or by the next buyer, was lost, or is still owed."""
    parts = debt_repaid(result)
    went = parts["by_the_factory"] + parts["by_the_next_buyer"] + parts["written_off"] + parts["still_owed"]
    went = went + parts["converted"]
    return worst([parts["borrowed"] + parts["capitalised"] - went, *map(below_zero, parts.values())])


def debt_service_is_expense_and_repayment(result: Result) -> float:
    """Debt service is the interest that was not added to a debt, and the principal of the year."""
    lines = result.lines
    drawn_in_cash = np.zeros((*result.shape, result.dates))
    for (_, _, reason), amounts in result.ledger.amounts.items():
        drawn_in_cash = drawn_in_cash + (amounts if reason == "credit_line_drawn" else 0.0)
    added = sum(lines.loan_capitalised, lines.revolver_drawn - drawn_in_cash)
    repaid = sum(lines.loan_repaid, lines.revolver_repaid)
    at_the_end = sum(lines.loan_repaid_at_sale, lines.revolver_repaid_at_sale)
    at_the_end = sum(lines.loan_refinanced, at_the_end)
    expected = lines.factory_interest + lines.holding_interest - added + repaid - at_the_end
    return worst([debt_service_paid(result) - expected])


# --- leased machines ----------------------------------------------------------------------------------------


def leases_of(result: Result) -> Array:
    """Lease debt at each date."""
    return np.asarray(sum(result.positions.lease_debt_due, np.zeros((*result.shape, result.dates))))


def leases_roll_forward(result: Result) -> float:
    """Lease debt: opening + interest - rents + leased = closing, never below zero; a rent is what the year
    before said was due; what is still due at the deal's own rate is worth the debt.
    """
    lines, positions, owed = result.lines, result.positions, leases_of(result)
    kept = trades(result)[..., 1:]
    moved = (lines.lease_interest - lines.rent + lines.leased)[..., 1:]
    errors = [np.where(kept, np.diff(owed, axis=-1) - moved, 0.0), below_zero(owed), below_zero(lines.rent)]
    errors += [below_zero(lines.lease_interest), below_zero(lines.leased)]
    if positions.rents_due:
        errors.append(lines.rent[..., 1:] - positions.rents_due[0][..., :-1])
    terms = result.deal.plan.leasing
    if terms is None:
        return worst([*errors, lines.leased])
    share, rate = np.asarray(terms.share)[..., None], np.asarray(terms.rate)[..., None]
    in_cash = lines.capex - lines.growth_capex
    errors.append(lines.leased[..., 1:] - (share / (1.0 - share) * in_cash)[..., 1:])
    if result.start == 0:
        errors.append(lines.lease_interest[..., 1:] - rate * owed[..., :-1])
        worth = sum(due / (1.0 + rate) ** (year + 1) for year, due in enumerate(positions.rents_due))
        errors.append(worth - owed)
    return worst(errors)


def lessor_gains_interest_and_never_principal(result: Result) -> float:
    """The lessor is paid all rents and pays for all leased machines; what it gains is the interest of rents,
    less what a winding-up, or an end that is worth too little, leaves of its claim.
    """
    lines, date, ledger = result.lines, result.deal.exit.year, result.ledger.amounts
    nothing = np.zeros((*result.shape, result.dates))
    rents = np.where(np.arange(result.dates) > 0, lines.rent, 0.0)
    errors = [ledger.get(("factory", "lessor", "rent"), nothing) - np.nan_to_num(rents)]
    errors.append(ledger.get(("lessor", "market", "machines"), nothing) - np.nan_to_num(lines.leased))
    share = np.asarray(result.policy.distress.machines_recovered)
    closed = np.asarray(result.eve.factory_status) == Status.LIQUIDATED
    lost = np.where(closed, (1.0 - share) * np.asarray(result.eve.lease_debt), 0.0)
    none = np.zeros(result.shape)
    found = leases_of(result)[..., 0] - result.claims_start.get("lessor", none)
    short = leases_of(result)[..., date] - result.claims_end.get("lessor", none)
    expected = lines.lease_interest[..., until_exit(result)].sum(axis=-1) - lost + found - short
    got = who_got_what(result).get("lessor", {"total": none})["total"]
    return worst([*errors, got - expected, below_zero(found), below_zero(short)])


# --- those who work -----------------------------------------------------------------------------------------


def staff_rolls_forward(result: Result) -> float:
    """Permanent staff: opening + hired - dismissed - moved = closing; nobody is dismissed in a year in which
    others come, nor while temporary workers are kept. Nobody is counted where the plan has no workforce.
    """
    lines, staff = result.lines, result.positions.permanent_staff
    if result.deal.plan.workforce is None:
        return worst([staff, lines.hired, lines.dismissed])
    kept = trades(result)
    moved = np.diff(staff, axis=-1, prepend=staff[..., :1]) - lines.hired + lines.dismissed + lines.jobs_moved
    temporary = np.where(kept, lines.headcount - staff - lines.jobs_moved, 0.0)[..., 1:]
    hired, gone = lines.hired[..., 1:], lines.dismissed[..., 1:]
    errors = [np.where(kept, moved, 0.0)[..., 1:], np.minimum(hired, gone), np.minimum(temporary, gone)]
    return worst([*errors, below_zero(temporary), below_zero(hired), below_zero(gone), below_zero(staff)])


def short_time_and_severance_are_paid_as_agreed(result: Result) -> float:
    """Workers get short-time pay, of which the State gives its part back, the market is paid for hiring;
    severance and hiring are of those who leave or come.
    """
    lines, plan = result.lines, result.deal.plan.workforce
    nothing = np.zeros((*result.shape, result.dates))
    paid = {
        ("factory", "workers", "short_time_pay"): lines.short_time_pay,
        ("state", "factory", "short_time_money"): lines.short_time_money,
        ("factory", "market", "hiring"): lines.hiring,
    }
    errors = [
        result.ledger.amounts.get(key, nothing) - np.nan_to_num(amounts) for key, amounts in paid.items()
    ]
    if plan is None:
        return worst([*errors, *paid.values(), np.where(lines.jobs_moved > 0.0, 0.0, lines.severance)])
    part = np.asarray(plan.public_money)[..., None]
    errors += [lines.short_time_money - part * lines.short_time_pay]
    errors += [np.where(lines.dismissed + lines.jobs_moved > 0.0, 0.0, lines.severance)]
    errors += [np.where(lines.hired > 0.0, 0.0, lines.hiring)]
    return worst(errors)


def moves_are_agreed_and_paid(result: Result) -> float:
    """Work goes abroad in the plan's year alone, by the plan's share of what is here, where lenders are not
    owed too much; it never comes back. Those who leave, who move it and who do it are paid, and the owner
    brings no more than it said, nor than the move costs.
    """
    lines, plan = result.lines, result.deal.plan.relocation
    kept = trades(result) & np.not_equal(result.positions.factory_status, Status.LIQUIDATED)
    nothing = np.zeros((*result.shape, result.dates))
    abroad = np.nan_to_num(result.positions.share_abroad)
    before = np.concatenate([abroad[..., :1], abroad[..., :-1]], axis=-1)
    paid = {
        ("factory", "market", "work_abroad"): np.where(np.arange(result.dates) > 0, lines.work_abroad, 0.0),
        ("factory", "workers", "severance"): lines.severance,
        ("factory", "market", "moving_costs"): lines.moving_costs,
    }
    errors = [
        result.ledger.amounts.get(key, nothing) - np.nan_to_num(amounts) for key, amounts in paid.items()
    ]
    left = np.nan_to_num(lines.jobs_moved) > 0.0
    if plan is None:
        return worst([*errors, np.where(kept, abroad - before, 0.0), left, lines.brought_to_move])
    expected = np.where(left, np.asarray(plan.share)[..., None] * (1.0 - before), 0.0)
    errors.append(np.where(kept, abroad - before - expected, 0.0))
    in_time = np.equal(np.arange(result.dates), np.asarray(plan.year)[..., None])
    errors += [left & ~in_time, left & (np.nan_to_num(lines.move_refused) > 0.0)]
    errors.append(below_zero(np.nan_to_num(lines.move_cost - lines.brought_to_move)))
    if plan.owner_brings is None:
        errors.append(lines.brought_to_move)
    elif plan.owner_brings.most.amount is not None:
        most = np.asarray(plan.owner_brings.most.amount)[..., None]
        errors.append(below_zero(np.nan_to_num(most - lines.brought_to_move)))
    if plan.lenders_agree_below is not None:
        owed = np.asarray(result.positions.net_debt)
        owed = np.concatenate([owed[..., :1], owed[..., :-1]], axis=-1)
        earned = np.maximum(0.0, np.nan_to_num(lines.ebitda_before_rents))
        most = np.asarray(plan.lenders_agree_below)[..., None] * earned
        errors.append(np.where(left, np.maximum(0.0, np.nan_to_num(owed - most) - TOLERANCE), 0.0))
    return worst(errors)


# --- tax ----------------------------------------------------------------------------------------------------

TAX_PAYMENTS = (
    ("factory", "holding", "tax_to_holding"),
    ("factory", "state", "corporate_tax"),
    ("holding", "state", "corporate_tax"),
)


def trades(result: Result) -> NDArray[np.bool_]:
    """The years that the factory has lived to their end; not closing day, nor the years after a sale."""
    kept = result.positions.factory_status != Status.LIQUIDATED
    return kept & lived(result) & (np.arange(result.dates) > 0)


def fees_of_the_year(result: Result, company: str) -> Array:
    """Financing fees of closing day spread over the year, without what a sale writes off at once. Those of
    later loans are not deducted.
    """
    fees = np.array(getattr(result.lines, f"{company}_fees"))
    for loan, paid in zip(result.deal.funding.loans.values(), result.lines.loan_fees, strict=True):
        fees -= paid if loan.entity == company else 0.0
    date = result.deal.exit.year
    if result.form.sells:
        written_off = np.asarray(getattr(result.eve, f"{company}_unamortised_fees"))
        fees[..., date] -= np.where(trades(result)[..., date], written_off, 0.0)
    return fees


def above_the_limit(result: Result, net_interest: Array, ebitda: Array) -> Array:
    """Net interest of one company, or of a group, that the law does not let it deduct."""
    rule = result.policy.interest_limit
    if rule is None:
        return np.zeros_like(net_interest)
    share, freely = np.asarray(rule.share_of_ebitda)[..., None], np.asarray(rule.freely)[..., None]
    above = np.maximum(0.0, net_interest - np.where(share * ebitda > freely, share * ebitda, freely))
    return np.where(thin_equity(result), np.maximum(0.0, net_interest), above)


def thin_equity(result: Result) -> Any:
    """Years at whose start the group's assets less all its debts are too small a part of its loans."""
    least = result.policy.interest_limit.least_equity_to_debt
    if least is None:
        return False
    positions = result.positions
    of_holding = np.asarray(positions.holding_equity - positions.shares_in_factory + positions.goodwill)
    lent = sum(positions.loans, np.asarray(positions.revolver))
    missing = np.asarray(least)[..., None] * lent - (of_holding + positions.factory_equity)
    return np.concatenate([np.zeros_like(missing[..., :1]), missing[..., :-1]], axis=-1) > 0.0


def refused_interest(result: Result) -> dict[str, Array]:
    """Interest that is not deducted: by the factory alone, and by whom the holding answers for."""
    lines, grouped = result.lines, result.policy.corporate_tax.regime == "tax_group"
    below = lines.factory_interest - lines.factory_deposit_interest
    above = lines.holding_interest + lines.shareholder_interest - lines.holding_deposit_interest
    unit = (below + above, lines.ebitda) if grouped else (above, 0.0 * lines.ebitda)
    return {
        "factory": above_the_limit(result, below, lines.ebitda),
        "holding": above_the_limit(result, *unit),
    }


def taxable_incomes(result: Result) -> dict[str, Array]:
    """What an ordinary factory is taxed on alone, and what its holding answers for: the group, or itself."""
    lines, positions, law = result.lines, result.positions, result.policy.corporate_tax
    owed = positions.participation_owed + positions.levy_owed
    deducted = float(law.fees_deductible)
    profit = lines.ebitda - lines.severance - lines.moving_costs - lines.charge - lines.depreciation
    profit = profit - lines.factory_interest
    profit = profit + lines.factory_deposit_interest - deducted * fees_of_the_year(result, "factory")
    profit[..., 1:] -= owed[..., :-1]
    own = lines.holding_deposit_interest - lines.holding_interest - lines.shareholder_interest
    own = own - deducted * fees_of_the_year(result, "holding")
    if law.dividend_taxable is not None:
        own = own + np.asarray(law.dividend_taxable)[..., None] * lines.holding_dividends
    refused = refused_interest(result)
    above = own + profit if law.regime == "tax_group" else own
    return {"factory": profit + refused["factory"], "holding": above + refused["holding"]}


def taxed_year_by_year(result: Result, income: Array, losses: Array) -> tuple[Array, Array]:
    """Tax of each year on an income, and the losses carried out of it."""
    law, tax, carried = result.policy.corporate_tax, np.zeros_like(income), np.zeros_like(income)
    written = law.rate.values
    for year in range(1, result.dates):
        profit = np.maximum(0.0, income[..., year])
        used = np.zeros_like(profit)
        if law.losses == "carried":
            beyond = law.losses_used_beyond * np.maximum(0.0, profit - law.losses_used_freely)
            used = np.minimum(np.minimum(losses, profit), law.losses_used_freely + beyond)
            losses = losses - used + np.maximum(0.0, -income[..., year])
        tax[..., year] = written[..., min(result.start + year, written.shape[-1] - 1)] * (profit - used)
        carried[..., year] = losses
    return tax, carried


def losses_at_closing(result: Result, *companies: str) -> Array:
    """Financing fees expensed on closing day, where they are deducted and losses carried."""
    law = result.policy.corporate_tax
    counts = float(law.fees_deductible and law.losses == "carried")
    return counts * sum((getattr(result.lines, f"{name}_fees")[..., 0] for name in companies), 0.0)


def ordinary_taxes(result: Result) -> dict[str, tuple[Array, Array]]:
    """Tax and losses carried: of the factory alone, and of whom the holding answers for."""
    grouped, incomes = result.policy.corporate_tax.regime == "tax_group", taxable_incomes(result)
    members = ("factory", "holding") if grouped else ("holding",)
    # Losses of an earlier owner's years come with the factory; the chain's own tests say which.
    found = result.positions.factory_tax_losses[..., 0]
    brought = (found - losses_at_closing(result, "factory")) * float(result.start > 0)
    return {
        "factory": taxed_year_by_year(
            result, incomes["factory"], losses_at_closing(result, "factory") + brought
        ),
        "holding": taxed_year_by_year(
            result, incomes["holding"], losses_at_closing(result, *members) + grouped * brought
        ),
    }


def cooperative_taxes(result: Result) -> tuple[Array, Array]:
    """Tax of a co-operative, and the losses that it still has to make good."""
    lines, terms = result.lines, result.deal.terms
    profit = lines.ebitda - lines.severance - lines.moving_costs + lines.relief - lines.depreciation
    profit = profit - lines.factory_interest
    profit = profit + lines.factory_deposit_interest - fees_of_the_year(result, "factory")
    taxable = np.maximum(0.0, profit + refused_interest(result)["factory"])
    provision = lines.labour_share * min(1.0, terms.reserve_share / terms.labour_share)
    losses, tax, carried = np.array(lines.factory_fees[..., 0]), np.zeros_like(profit), np.zeros_like(profit)
    written = result.policy.corporate_tax.rate.values
    for year in range(1, result.dates):
        made_good = np.minimum(losses, np.maximum(0.0, profit[..., year]))
        deducted = lines.labour_share[..., year] + lines.levy[..., year] + provision[..., year]
        rate = written[..., min(result.start + year, written.shape[-1] - 1)]
        tax[..., year] = rate * (taxable[..., year] - made_good - deducted)
        losses = losses - made_good + np.maximum(0.0, tax[..., year] + made_good - profit[..., year])
        carried[..., year] = losses
    return tax, carried


def tax_is_what_the_law_says(result: Result) -> float:
    """Every payment of tax on profit, worked out again from the lines: how much, by whom, to whom."""
    counts, nothing = trades(result), np.zeros((*result.shape, result.dates))
    if result.form.code == "scop":
        expected = (nothing, cooperative_taxes(result)[0], nothing)
    else:
        taxes = {name: tax for name, (tax, _) in ordinary_taxes(result).items()}
        if not result.form.has_holding:
            expected = (nothing, taxes["factory"], nothing)
        elif result.policy.corporate_tax.regime == "tax_group":
            expected = (taxes["factory"], nothing, taxes["holding"])
        else:
            expected = (nothing, taxes["factory"], taxes["holding"])
    errors = [
        result.ledger.amounts.get(key, nothing) - np.where(counts, tax, 0.0)
        for key, tax in zip(TAX_PAYMENTS, expected, strict=True)
    ]
    return worst([*errors, result.lines.group_tax - result.ledger.received("state", ("corporate_tax",))])


def tax_losses_roll_forward(result: Result) -> float:
    """Past losses: the year before's, less those used, plus the year's; never below zero."""
    positions, counts = result.positions, trades(result)
    if result.form.code == "scop":
        pairs = [(positions.losses_to_absorb, cooperative_taxes(result)[1])]
    else:
        carried = {name: losses for name, (_, losses) in ordinary_taxes(result).items()}
        pairs = [
            (positions.factory_tax_losses, carried["factory"]),
            (positions.group_tax_losses, carried["holding"]),
        ]
    errors = [np.where(counts, stock - expected, 0.0) for stock, expected in pairs]
    return worst([*errors, *(below_zero(stock) for stock, _ in pairs)])


def interest_is_deducted_within_its_limit(result: Result) -> float:
    """No company, and no group, deducts more net interest than the law allows; none less either."""
    lines, counts, refused = result.lines, trades(result), refused_interest(result)
    grouped = result.policy.corporate_tax.regime == "tax_group"
    expected = refused["holding"] if grouped else refused["factory"] + refused["holding"]
    found, rule = lines.interest_not_deducted, result.policy.interest_limit
    errors = [np.where(counts, found - expected, 0.0), below_zero(found)]
    if rule is not None and grouped:
        net = lines.factory_interest + lines.holding_interest + lines.shareholder_interest
        net = net - lines.factory_deposit_interest - lines.holding_deposit_interest
        share, freely = np.asarray(rule.share_of_ebitda)[..., None], np.asarray(rule.freely)[..., None]
        highest = np.where(thin_equity(result), 0.0, np.maximum(share * lines.ebitda, freely))
        errors.append(np.where(counts, np.maximum(0.0, net - found - highest), 0.0))
    return worst(errors)


def computations_of_tax_come_to_what_is_paid(result: Result) -> float:
    """From EBITDA to result, taxable profit and tax every line counts once, and the tax is what was paid."""
    counts, nothing = trades(result), np.zeros((*result.shape, result.dates))
    grouped = result.form.has_holding and result.policy.corporate_tax.regime == "tax_group"
    paid = dict(zip(("to_holding", "factory", "above"), TAX_PAYMENTS, strict=True))
    errors = []
    for company, filed in tax_returns(result).items():
        made = filed.ebitda + filed.relief + filed.deposit_interest + filed.taxed_dividends
        lost = filed.charge + filed.depreciation + filed.participation + filed.fees
        lost = lost + filed.severance + filed.moving_costs
        lent = filed.interest + filed.shareholder_interest - filed.interest_not_deducted
        shared = filed.labour_share + filed.levy + filed.provision
        whom = "above" if company != "factory" else "to_holding" if grouped else "factory"
        for error in (
            made - lost - lent - filed.result,
            np.maximum(filed.result, 0.0) - filed.losses_used - shared - filed.taxable,
            filed.rate * filed.taxable - filed.tax,
            filed.losses_opening + filed.losses_added - filed.losses_used - filed.losses_closing,
            filed.net_interest
            - filed.interest_not_deducted
            - np.minimum(filed.net_interest, filed.interest_limit),
            result.ledger.amounts.get(paid[whom], nothing) - filed.tax,
        ):
            errors.append(np.where(counts, error, 0.0))
    return worst(errors)


# --- who got what, and where the gain comes from ------------------------------------------------------------


def cash_got_is_cash_paid(result: Result) -> float:
    """What each party is said to have netted in cash is what the payments say; nobody is forgotten."""
    answers, errors = who_got_what(result), []
    for party in PARTIES:
        if party == "market" or party in COMPANIES:
            continue
        expected = cash_of(result, party)[..., counted(result)].sum(axis=-1)
        said = answers.get(party, {"cash": np.zeros(result.shape)})["cash"]
        errors.append(said - expected)
    return worst(errors)


def all_that_is_shared_is_got(result: Result) -> float:
    """What all parties got together is what there was to share."""
    totals = sum((answer["total"] for answer in who_got_what(result).values()), np.zeros(result.shape))
    return worst([totals - shared_out(result)])


def claims_are_never_debts(result: Result) -> float:
    """Nobody holds a claim below zero, before or after."""
    return worst(
        [*map(below_zero, result.claims_start.values()), *map(below_zero, result.claims_end.values())]
    )


def bridge_reaches_the_gain(result: Result) -> float:
    """The bridge's parts, each computed on its own, add up to the gain; so do the items of ``other``."""
    parts, items = value_bridge(result), bridge_other(result)
    return worst([sum(parts.values()) - gain(result), sum(items.values()) - parts["other"]])


def returns_are_read_from_payments(result: Result) -> float:
    """What each owner of a holding put in and received are its payments, and what it still holds where nobody
    sells; the difference is the gain.
    """
    if not result.form.has_holding or result.form.owner not in result.closing.stakes:
        return 0.0
    until = counted(result)
    answers, errors, total = returns(result), [], np.zeros(result.shape)
    preferred = {"shareholder_loan", "preference_shares"}
    back = {"dividend", "sale_proceeds", "ratchet", "liquidation_rest", "par_repaid", "interest_on_shares"}
    back |= {f"{kind}_repaid" for kind in preferred}
    for party in result.closing.stakes:
        paid, received = np.zeros(result.shape), np.zeros(result.shape)
        for (payer, payee, reason), amounts in result.ledger.amounts.items():
            amount = amounts[..., until].sum(axis=-1)
            paid = paid + (amount if payer == party and reason in preferred | {"equity"} else 0.0)
            received = received + (amount if payee == party and reason in back else 0.0)
            received = received - (amount if payer == party and reason == "given_back" else 0.0)
        received = received + (0.0 if result.form.sells else result.claims_end[party])
        errors += [answers[party]["paid_in"] - paid, answers[party]["received"] - received]
        total = total + received - paid
    return worst([*errors, total - gain(result)])


def gain_is_what_owners_got(result: Result) -> float:
    """The gain read from payments to owners is the owners' part of who got what, once other reasons are taken
    out.

    Only where an owner is neither a worker, a lender nor somebody who sold shares: those got money for other
    reasons. What a fund's investors pay its manager is out of their gain, not out of the deal's.
    """
    owners = set(result.closing.stakes) | {result.form.owner}
    lenders = {loan.lender for loan in result.deal.funding.loans.values()}
    if result.deal.funding.revolver is not None:
        lenders.add(result.deal.funding.revolver.lender)
    if owners & (lenders | {"workers"} | set(result.closing.rolled)):
        return 0.0
    got = sum(answer["total"] for party, answer in who_got_what(result).items() if party in owners)
    return worst([got + sum(paid_to_the_manager(result).values()) - gain(result)])


def net_debt_repaid_has_two_sources(result: Result) -> float:
    """Cash after full renewal and machines not bought make up the net debt repaid."""
    return worst([sum(net_debt_repaid_of_which(result).values()) - value_bridge(result)["net_debt_repaid"]])


def preferred_money_rolls_forward(result: Result) -> float:
    """Each owner's preferred money: grown by its rate on the opening claim, paid, settled by a sale; never
    below zero.
    """
    lines, positions, errors = result.lines, result.positions, []
    rows = zip(
        result.deal.funding.preferred.values(),
        positions.preferred,
        lines.preferred_grown,
        lines.preferred_paid,
        lines.preferred_given_up,
        strict=True,
    )
    for terms, claims, grown, paid, ended in rows:
        years = slice(1, result.deal.exit.year)
        stands = positions.holding_status[..., :-1] == Status.SOUND
        accrued = np.where(stands, np.asarray(terms.rate)[..., None] * claims[..., :-1], 0.0)
        moved = np.diff(claims, axis=-1) - (grown - paid - ended)[..., 1:]
        trades = positions.factory_status[..., 1:] != Status.LIQUIDATED
        errors += [
            np.where(trades, moved, 0.0)[..., : result.deal.exit.year - 1],
            (grown[..., 1:] - accrued)[..., : result.deal.exit.year],
            below_zero(claims),
            below_zero(paid[..., years]),
        ]
    return worst(errors or [0.0])


def preferred_returns_are_read_from_payments(result: Result) -> float:
    """By holder and kind, what preferred money put in and received is what the payments say."""
    terms, found, errors = result.deal.funding.preferred, preferred_returns(result), []
    for holder, kind in {(one.holder, one.kind) for one in terms.values()}:
        own = [found[name] for name, one in terms.items() if (one.holder, one.kind) == (holder, kind)]
        until = until_exit(result)
        paid = result.ledger.paid(holder, (kind,))[..., until].sum(axis=-1)
        back = result.ledger.received(holder, (f"{kind}_repaid",))[..., until].sum(axis=-1)
        errors.append(sum(one["paid_in"] for one in own) - paid)
        if result.form.sells:
            errors.append(sum(one["received"] for one in own) - back)
    return worst(errors)


def preferred_is_served_before_ordinary(result: Result) -> float:
    """At the sale ordinary shares get nothing while preferred money is owed, and no claim receives more than
    its due, unless it converts. Along the way likewise.
    """
    if not result.deal.funding.preferred:
        return 0.0
    date, ledger = result.deal.exit.year, result.ledger
    at_sale = ledger.paid("holding", ("sale_proceeds", "ratchet", "gain_share"))[..., date]
    along = ledger.paid("holding", ("dividend",))
    rows = zip(
        result.deal.funding.preferred.values(),
        result.eve.preferred,
        result.positions.preferred,
        result.lines.preferred_paid_at_sale,
        strict=True,
    )
    errors = []
    for terms, claim, balances, paid in rows:
        lived = slice(1, date)
        errors.append(np.minimum(balances[..., lived], along[..., lived]))
        if terms.converts_into is None:
            received = np.nan_to_num(paid)[..., : date + 1].sum(axis=-1)
            errors += [np.maximum(0.0, received - claim), np.minimum(claim - received, at_sale)]
    return worst(errors)


def workers_share_in_the_gain(result: Result) -> float:
    """Where the law says so, a holding pays workers their part of what all owners got beyond what they
    brought, before that part; as far as ordinary shares bring it.
    """
    share, until = result.policy.workers_share_of_gain, until_exit(result)
    paid = result.ledger.received("workers", ("gain_share",))[..., until].sum(axis=-1)
    if share is None or not result.form.sells:
        return worst([paid])
    owners, brought, back = result.closing.stakes, np.zeros(result.shape), np.array(paid)
    ordinary = np.array(paid)
    for (payer, payee, reason), amounts in result.ledger.amounts.items():
        amount = amounts[..., until].sum(axis=-1)
        if payer in owners and reason in ("equity", "shareholder_loan", "preference_shares"):
            brought = brought + amount
        kinds = ("shareholder_loan_repaid", "preference_shares_repaid")
        if payee in owners and reason in ("dividend", "sale_proceeds", "ratchet", "liquidation_rest", *kinds):
            back = back + amount
        if payee in owners and reason in ("sale_proceeds", "ratchet"):
            ordinary = ordinary + amount
    expected = np.minimum(share * np.maximum(0.0, back - brought), ordinary)
    first = result.form.investors[0] in owners
    return worst([paid - expected if first else 0.0, below_zero(paid)])


def ratchet_takes_its_share_beyond_each_return(result: Result) -> float:
    """At a sale managers take nothing until the other owners have earned the first rate, then a share of each
    slice, and never more than these owners' ordinary shares bring.

    Seen from what the others keep: a slice of it between two hurdles stands beside ``share / (1 - share)`` of
    it for managers.
    """
    brought = {"equity", "shareholder_loan", "preference_shares"}
    earned = {"dividend", "sale_proceeds", "shareholder_loan_repaid", "preference_shares_repaid"}
    steps, date, ledger = tuple(result.deal.funding.ratchet.values()), result.deal.exit.year, result.ledger
    giving = set(result.deal.funding.equity) - {"managers", "nobody_yet"}
    ordinary = sum((ledger.received(party, ("sale_proceeds",))[..., date] for party in giving), 0.0)
    holders = zip(result.deal.funding.preferred.values(), result.lines.preferred_paid_at_sale, strict=True)
    kept = ordinary + sum((paid[..., date] for one, paid in holders if one.holder in giving), 0.0)
    before = np.zeros((*result.shape, date + 1))
    for (payer, payee, reason), amounts in ledger.amounts.items():
        sign = float(payer in giving and reason in brought) - float(payee in giving and reason in earned)
        before += sign * amounts[..., : date + 1]
    before[..., date] += kept
    years = date - np.arange(date + 1)
    taken, reached = np.zeros(result.shape), np.zeros(result.shape)
    for number, one in enumerate(steps):
        hurdle = np.sum(before * (1.0 + np.asarray(one.above)[..., None]) ** years, axis=-1)
        reached = np.maximum(reached, hurdle)
        slice_kept = np.maximum(0.0, kept - reached)
        if number + 1 < len(steps):
            above = np.asarray(steps[number + 1].above)[..., None]
            upper = np.maximum(reached, np.sum(before * (1.0 + above) ** years, axis=-1))
            slice_kept = np.minimum(slice_kept, upper - reached)
        taken = taken + slice_kept * np.asarray(one.share) / (1.0 - np.asarray(one.share))
    ratchet = ledger.received("managers", ("ratchet",))[..., date]
    all_of_it = np.abs(ordinary) < TOLERANCE
    sold = (result.eve.factory_status != Status.LIQUIDATED) & ~all_of_it
    return worst([np.where(sold, ratchet - taken, 0.0)])


PREFERRED_REPAID = ("shareholder_loan_repaid", "preference_shares_repaid")


def sellers_give_back_at_most_their_gain(result: Result) -> float:
    """Owners who sold give back nothing unless the law says so, and then at most its share of what they were
    paid, and never more than they gained; the manager of a fund apart.
    """
    law, until, errors = result.policy.clawback, until_exit(result), []
    brings = ("equity", "shareholder_loan", "preference_shares")
    earns = ("dividend", "sale_proceeds", "ratchet", "interest_on_shares", "par_repaid", "liquidation_rest")
    earns = (*earns, *PREFERRED_REPAID)
    for party in PARTIES:
        paid = result.ledger.amounts.get((party, "next_buyer", "given_back"))
        if paid is None:
            continue
        brought = result.ledger.paid(party, brings)[..., until].sum(axis=-1)
        received = result.ledger.received(party, earns)[..., until].sum(axis=-1)
        most = np.minimum(np.maximum(0.0, received - brought), (0.0 if law is None else law.share) * received)
        errors.append(below_zero(most - paid.sum(axis=-1)))
    return worst(errors)


def nothing_is_given_back_after_its_time(result: Result) -> float:
    """What owners give back they give after their sale, and within the years that the law says."""
    law, after = result.policy.clawback, np.arange(result.dates) - result.deal.exit.year
    years = np.asarray(0.0 if law is None else law.years)[..., None]
    in_time = (after > 0) & (after <= years) & result.form.sells
    late = [
        np.where(in_time, 0.0, amounts)
        for (_, _, reason), amounts in result.ledger.amounts.items()
        if reason == "given_back"
    ]
    return worst(late)


def creditors_alone_receive_what_sellers_give_back(result: Result) -> float:
    """A factory is given something back in the year in which it is wound up, and its new owners then receive
    nothing but what their holding had in its till.
    """
    given = result.ledger.received("factory", ("clawback",))
    status = result.positions.factory_status
    before = np.concatenate([np.zeros_like(status[..., :1]), status[..., :-1]], axis=-1)
    closes = (status == Status.LIQUIDATED) & (before != Status.LIQUIDATED)
    owners = {*result.closing.stakes, result.form.owner, "nobody_yet"}
    last = ("sale_proceeds", "ratchet", "liquidation_rest", "par_repaid", *PREFERRED_REPAID)
    got = sum((result.ledger.received(party, last) for party in owners), np.zeros_like(given))
    got = np.maximum(0.0, got - np.asarray(result.eve.holding_cash)[..., None])
    return worst(
        [np.where(closes, np.minimum(given, got), given), given - np.nan_to_num(result.lines.clawback)]
    )


def what_sellers_give_back_the_estate_receives(row: Sequence[Result]) -> float:
    """In deals in a row, by year: the payments of all who had sold are those that the last factory received,
    each from its seller.
    """
    dates = max(result.start + result.dates for result in row)
    given, received = (np.zeros((*row[0].shape, dates)) for _ in range(2))
    for result in row:
        years = slice(result.start, result.start + result.dates)
        for (payer, payee, reason), amounts in result.ledger.amounts.items():
            if reason == "given_back" and payee == "next_buyer":
                given[..., years] += amounts
            elif reason == "clawback" and (payer, payee) == ("seller", "factory"):
                received[..., years] += amounts
            elif reason in ("given_back", "clawback"):
                return SPOILT
    return worst([given - received])


# --- a fund's investors and its manager ---------------------------------------------------------------------


def paid_to_the_manager(result: Result) -> dict[str, Array]:
    """What the fund's investors paid its manager until the exit, by reason; what came back is negative."""
    paid = dict.fromkeys(("management_fee", "carried_interest"), np.zeros(result.shape))
    for (payer, payee, reason), amounts in result.ledger.amounts.items():
        if {payer, payee} == {"fund", "fund_manager"}:
            sign, kind = float(payer == "fund") - float(payee == "fund"), reason.removesuffix("_returned")
            paid[kind] = paid[kind] + sign * amounts[..., counted(result)].sum(axis=-1)
    return paid


def of_the_fund(result: Result) -> tuple[Array, Array]:
    """What the fund's investors contributed and what the deal paid the fund, by date until the exit."""
    contributed = np.zeros((*result.shape, result.dates))
    distributed = np.zeros((*result.shape, result.dates))
    for (payer, payee, reason), amounts in result.ledger.amounts.items():
        if payer == "fund" and (payee in COMPANIES or reason == "management_fee"):
            contributed = contributed + amounts
        if payee == "fund" and payer in COMPANIES and reason != "price_of_shares":
            distributed = distributed + amounts
        if payer == "fund" and reason == "given_back":
            distributed = distributed - amounts
    return contributed[..., counted(result)], distributed[..., counted(result)]


def short_of_the_hurdle(result: Result) -> Array:
    """What investors still lack to have their contributions and their preferred return, at each date."""
    economics = economics_of(result.deal.terms)
    assert economics is not None
    contributed, distributed = of_the_fund(result)
    hurdle = np.asarray(economics.hurdle)
    accrued, capital, lacking = np.zeros(result.shape), np.zeros(result.shape), []
    for date in range(contributed.shape[-1]):
        base = capital if economics.hurdle_is == "simple" else capital + accrued
        accrued = accrued + hurdle * np.maximum(0.0, base)
        capital = capital + contributed[..., date] - distributed[..., date]
        lacking.append(capital + accrued)
    return np.stack(lacking, axis=-1)


def investors_and_manager_share_all_distributions(result: Result) -> float:
    """The tiers are the distributions; investors and manager got them, and the investors' gain is their cash.

    Where terms say nothing the manager is paid nothing by the investors.
    """
    house, paid = fund_house(result), paid_to_the_manager(result)
    if not house:
        return worst(paid.values())
    contributed, distributed = (series.sum(axis=-1) for series in of_the_fund(result))
    tiers = ("contributions_returned", "preferred_return", "catch_up", "beyond")
    old_shares = result.ledger.received("fund", ("price_of_shares",))[..., 0]
    cash = cash_of(result, "fund")[..., counted(result)].sum(axis=-1)
    return worst(
        [
            sum(house[tier] for tier in tiers) - distributed,
            *(below_zero(house[tier]) for tier in tiers),
            house["carry_of_catch_up"] + house["carry_beyond"] - paid["carried_interest"],
            house["investors_received"] + paid["carried_interest"] - distributed,
            house["contributions"] - contributed,
            house["manager_received"] - paid["carried_interest"] - paid["management_fee"],
            house["investors_gain"] - (cash - old_shares),
        ]
    )


def carried_interest_is_a_share_of_profit(result: Result) -> float:
    """In all the manager never has more than its share of what was distributed beyond contributions."""
    economics = economics_of(result.deal.terms)
    if economics is None:
        return 0.0
    contributed, distributed = of_the_fund(result)
    profit = np.maximum(0.0, (distributed - contributed).sum(axis=-1))
    carried = paid_to_the_manager(result)["carried_interest"]
    return worst([below_zero(np.asarray(economics.carry) * profit - carried), below_zero(carried)])


def nothing_is_carried_before_the_hurdle(result: Result) -> float:
    """No carried interest at a date, nor in all, where investors lack some of their preferred return."""
    if economics_of(result.deal.terms) is None:
        return 0.0
    lacks = short_of_the_hurdle(result) > 1e-6
    carried = result.ledger.paid("fund", ("carried_interest",))[..., counted(result)]
    in_all = paid_to_the_manager(result)["carried_interest"]
    return worst([np.where(lacks, carried, 0.0), np.where(lacks[..., -1], in_all, 0.0)])


def covenants_are_tested_on_the_accounts(result: Result) -> float:
    """A year breaks a covenant exactly where the ratios of its accounts are worse than what is asked; owners
    of a deal whose breach was waived are paid nothing the year after.
    """
    covenants = result.deal.funding.covenants
    lines, positions = result.lines, result.positions
    if covenants is None:
        return worst([np.nan_to_num(positions.breached), np.nan_to_num(lines.cured)])
    tested = slice(1, result.deal.exit.year if result.form.sells else result.dates)
    if tested.stop <= tested.start:
        return 0.0
    stands = positions.holding_status[..., tested.start - 1 : tested.stop - 1] == Status.SOUND
    trades_on = positions.factory_status[..., tested] != Status.LIQUIDATED
    net_debt = (positions.net_debt + lines.cured)[..., tested]
    service = (lines.interest_due + lines.principal_due)[..., tested]
    earned = (lines.ebitda + lines.rent)[..., tested]
    interest = (lines.interest_due + lines.lease_interest)[..., tested]
    leasing = result.deal.plan.leasing
    leased = 0.0 if leasing is None else np.asarray(leasing.share)[..., None]
    left = (lines.cash_for_debt - (1.0 - leased) * lines.capex_needed)[..., tested]
    asked = {
        name: np.stack(
            [getattr(covenants, name).at(date) + 0.0 * net_debt[..., 0] for date in range(1, result.dates)],
            axis=-1,
        )[..., : net_debt.shape[-1]]
        for name in ("leverage", "cover", "interest_cover")
        if getattr(covenants, name) is not None
    }
    gaps = {
        "leverage": lambda most: net_debt - most * np.maximum(0.0, earned),
        "cover": lambda least: least * service - left,
        "interest_cover": lambda least: least * interest - earned,
    }
    errors = []
    kept_on = positions.holding_status[..., tested] == Status.SOUND
    for name, ratios in asked.items():
        found = getattr(lines, f"breached_{name}")[..., tested] > 0.0
        # A holding that failed to pay in the year is past any covenant.
        wrong = found != (gaps[name](ratios) > 1e-6)
        errors.append(np.where(stands & trades_on & kept_on & wrong, SPOILT, 0.0))
    waited = positions.breached[..., :-1] > 0.0
    errors.append(np.where(waited, result.ledger.paid("holding", ("dividend",))[..., 1:], 0.0))
    return worst(errors)


# --- machines and customers ---------------------------------------------------------------------------------


def dividends_come_out_of_profit(result: Result) -> float:
    """Where the law looks at profit, the factory's dividends are at most what it has kept and earned beyond
    its capital; the year of a sale, whose end adds to income, left out.
    """
    if result.policy.dividends_from != "profit":
        return 0.0
    positions, lines = result.positions, result.lines
    paid = result.ledger.paid("factory", ("dividend",))[..., 1:]
    kept = positions.factory_equity[..., :-1] - positions.undistributable[..., :-1]
    left = kept + lines.factory_net_income[..., 1:] - paid
    sold = result.deal.exit.year if result.form.sells else result.dates
    counts = (paid > 0.01) & (np.arange(1, result.dates) != sold)
    return worst([np.where(counts, below_zero(left), 0.0)])


def machines_come_before_owners(result: Result) -> float:
    """Where the law says so, owners are paid out of the year's cash only once the year's machines are
    bought."""
    if result.policy.machines_first is None:
        return 0.0
    lines, ledger = result.lines, result.ledger
    owners = set(result.closing.stakes) | {result.form.owner}
    paid = sum((ledger.received(party, ("dividend",)) for party in owners), np.zeros(result.dates))
    loans = zip(result.deal.funding.loans.values(), lines.loan_drawn, strict=True)
    borrowed = sum((drawn for loan, drawn in loans if loan.purpose == "owners"), 0.0 * paid)
    bought = lines.capex - lines.growth_capex + lines.leased
    counts = (paid > TOLERANCE) & ~(borrowed > 0.0)
    return worst([np.where(counts, below_zero(bought - lines.capex_needed), 0.0)[..., 1:]])


def sales_stay_within_capacity(result: Result) -> float:
    """Where machines count, the factory never sells more than they can make."""
    if result.behaviour != "full":
        return 0.0
    return worst([below_zero(result.lines.capacity - result.lines.sales)[..., 1:]])


def nobody_is_turned_away_by_idle_machines(result: Result) -> float:
    """Orders are turned away only by machines that make all they can."""
    lines = result.lines
    idle = np.where(lines.turned_away > 0.01, lines.capacity - lines.sales, 0.0)
    return worst([idle[..., 1:], below_zero(lines.turned_away)])


def machines_owed_roll_forward(result: Result) -> float:
    """Machines owed grow by what is needed and fall by what is bought or leased, machines for growth left
    out.
    """
    lines, owed = result.lines, result.positions.machines_owed
    moved = lines.capex_needed - (lines.capex - lines.growth_capex) - lines.leased
    trades = result.positions.factory_status != Status.LIQUIDATED
    return worst([np.where(trades[..., 1:], np.diff(owed, axis=-1) - moved[..., 1:], 0.0)])


def growth_answers_orders_turned_away(result: Result) -> float:
    """Machines for growth are part of what is bought, and are bought only where orders were turned away."""
    lines = result.lines
    idle = np.where(lines.turned_away > 0.0, 0.0, lines.growth_capex)
    return worst([idle, below_zero(lines.growth_capex), below_zero(lines.capex - lines.growth_capex)])


def quality_and_share_are_parts_of_one(result: Result) -> float:
    """Nobody is better than rivals who renew their machines, nobody wins their customers."""
    parts = [result.positions.market_share, *result.positions.qualities]
    return worst([SPOILT * (below_zero(part) + below_zero(1.0 + 1e-9 - part)) for part in parts])


def machines_are_at_most_what_was_fitted(result: Result) -> float:
    """What the factory was fitted with is the most that its machines are worth."""
    positions = result.positions
    return worst([below_zero(positions.fitted_equipment - positions.equipment)])


def mechanics_knows_no_machine(result: Result) -> float:
    """In a world of mechanics nothing is counted of machines but what they cost."""
    if result.behaviour != "mechanics":
        return 0.0
    positions, lines = result.positions, result.lines
    counted = [positions.equipment, positions.fitted_equipment, positions.market_share, lines.capacity]
    return worst([*counted, lines.turned_away, lines.growth_capex])


def cash_for_growth_is_a_use(result: Result) -> float:
    """What is brought for machines reaches the factory: in new shares, or because it is the buyer itself."""
    increase = np.zeros(result.shape)
    for (_, _, reason), amounts in result.ledger.amounts.items():
        increase = increase + (amounts[..., 0] if reason == "capital_increase" else 0.0)
    lent = np.zeros(result.shape)
    for loan, size in zip(result.deal.funding.loans.values(), result.closing.loans, strict=True):
        lent = lent + (size if loan.entity == "factory" else 0.0)
    brought = result.closing.growth_capital if result.form.has_holding else 0.0
    held = result.positions.shares_in_factory[..., 0] - increase
    price = result.closing.price_of_shares if result.form.has_holding else 0.0
    return worst([below_zero(increase + lent - brought), below_zero(brought - increase), held - price])


# --- what happens after an end ------------------------------------------------------------------------------


def numbers_of(record: Any) -> list[Array]:
    """Every array of a position or of lines."""
    return [np.asarray(cell) for value in vars(record).values() for cell in cells_of(value)]


def cells_of(value: Any) -> tuple[Any, ...]:
    """What one field holds: one array, or several."""
    if isinstance(value, dict):
        return tuple(value.values())
    return value if isinstance(value, tuple) else (value,)


def silence(result: Result) -> float:
    """Positions and lines are NaN after the sale and nowhere else; the ledger is zero there, but for what
    owners give back and their manager gives back to them.
    """
    after = ~lived(result)
    errors: list[Any] = [float(np.sum(np.isnan(cell) != after)) for cell in numbers_of(result.positions)]
    errors += [float(np.sum(np.isnan(cell) != after)) for cell in numbers_of(result.lines)]
    back = ("given_back", "carried_interest_returned")
    late = (amounts for (*_, reason), amounts in result.ledger.amounts.items() if reason not in back)
    return worst([*errors, *(amounts[..., after] for amounts in late)])


def a_closed_factory_is_silent(result: Result) -> float:
    """From the date of a winding-up on nothing is left; from the next date on nothing moves."""
    closed = result.positions.factory_status == Status.LIQUIDATED
    was_closed = np.concatenate([np.zeros_like(closed[..., :1]), closed[..., :-1]], axis=-1)
    kept = {"factory_equity", "holding_equity", "factory_status", "holding_status"}
    stocks = [value for name, value in vars(result.positions).items() if name not in kept]
    cells = [cell for value in stocks for cell in cells_of(value)]
    cells += [result.positions.factory_equity, result.positions.holding_equity]
    errors = [np.where(closed, cell, 0.0) for cell in cells]
    errors += [np.where(was_closed, cell, 0.0) for cell in numbers_of(result.lines)]
    errors += [np.where(was_closed, amounts, 0.0) for amounts in result.ledger.amounts.values()]
    return worst(errors)


def a_restructured_factory_trades_on(result: Result) -> float:
    """A holding in default leaves its factory alive, and selling."""
    stands_still = (result.positions.holding_status == Status.RESTRUCTURED) & (
        result.positions.factory_status != Status.SOUND
    )
    idle = (result.positions.holding_status == Status.RESTRUCTURED) & ~(result.lines.sales > 0.0)
    return worst([SPOILT * stands_still, SPOILT * idle])


def statuses_only_worsen(result: Result) -> float:
    """Nobody rises again, and a closed factory takes its holding with it."""
    factory, holding = result.positions.factory_status, result.positions.holding_status
    both = (factory == Status.LIQUIDATED) != (holding == Status.LIQUIDATED)
    falls = [below_zero(np.diff(status, axis=-1)) for status in (factory, holding)]
    known = [~np.isin(status[~np.isnan(status)], (0.0, 1.0, 2.0)) for status in (factory, holding)]
    alone = factory == Status.RESTRUCTURED
    return worst([*falls, SPOILT * both, SPOILT * alone, *(SPOILT * odd for odd in known)])


# --- broken twins -------------------------------------------------------------------------------------------


def spoilt(series: Array, date: int = 1) -> Array:
    """A copy of a series that is wrong at one date."""
    wrong = np.array(series)
    wrong[..., date] += SPOILT
    return wrong


def with_positions(result: Result, **changes: Any) -> Result:
    return replace(result, positions=replace(result.positions, **changes))


def with_lines(result: Result, **changes: Any) -> Result:
    return replace(result, lines=replace(result.lines, **changes))


def with_closing(result: Result, **changes: Any) -> Result:
    return replace(result, closing=replace(result.closing, **changes))


def with_payment(result: Result, payer: str, payee: str, reason: str, amount: float, date: int = 1) -> Result:
    """The same result with one more payment in its ledger."""
    key = (payer, payee, reason)
    row = np.array(result.ledger.amounts.get(key, np.zeros((*result.shape, result.dates))))
    row[..., date] += amount
    return replace(result, ledger=Ledger({**result.ledger.amounts, key: row}))


def first_spoilt(loans: tuple[Array, ...]) -> tuple[Array, ...]:
    return (spoilt(loans[0]), *loans[1:])


def _with_claims(result: Result, party: str, amount: float) -> Result:
    zero = np.zeros(result.shape)
    return replace(
        result, claims_end={**result.claims_end, party: result.claims_end.get(party, zero) + amount}
    )


def _marked(result: Result, **statuses: float) -> Result:
    """The same result with statuses that do not go with what happened, from date 1 on."""
    found = {}
    for company, status in statuses.items():
        row = np.array(getattr(result.positions, f"{company}_status"))
        row[..., 1:] = np.where(np.isnan(row[..., 1:]), np.nan, status)
        found[f"{company}_status"] = row
    return with_positions(result, **found)


@dataclass(frozen=True)
class Invariant:
    """A check and its broken twin: how to spoil a good result so that the check must fail."""

    check: Callable[[Result], float]
    spoil: Callable[[Result], Result]
    behaviour: str = "mechanics"
    """Behaviour of the good result: some checks look at what only one of the two has."""
    owners: str = "ordinary"
    """Whether the good result's owners hold ordinary shares alone, ``preferred`` money as well, or are
    ``leasing`` machines, or say in a ``workforce`` who bears a fall, or move jobs
    abroad in a ``relocation``.
    """


def _closing_missing(result: Result) -> Result:
    return with_closing(result, missing=result.closing.missing + SPOILT)


def _lent_too_much(result: Result) -> Result:
    law = result.policy.model_copy(update={"acquisition_debt": AcquisitionDebt(most_times_ebitda=0.0)})
    return replace(with_closing(result, debt_bound=np.asarray(1.0)), policy=law)


def _goodwill(result: Result) -> Result:
    return with_positions(result, goodwill=spoilt(result.positions.goodwill, 0))


def _till(result: Result) -> Result:
    return with_payment(result, "factory", "market", "machines", SPOILT)


def _negative_payment(result: Result) -> Result:
    return with_payment(result, "factory", "market", "machines", -1e9)


def _unknown_reason(result: Result) -> Result:
    return with_payment(result, "factory", "market", "bribe", SPOILT)


def _overdrawn(result: Result) -> Result:
    return with_positions(result, factory_cash=result.positions.factory_cash - 1e9)


def _sheet(result: Result) -> Result:
    return with_positions(result, machines=spoilt(result.positions.machines))


def _net_income(result: Result) -> Result:
    return with_lines(result, factory_net_income=spoilt(result.lines.factory_net_income))


def _equity(result: Result) -> Result:
    return with_positions(result, factory_equity=spoilt(result.positions.factory_equity))


def _loan(result: Result) -> Result:
    return with_positions(result, loans=first_spoilt(result.positions.loans))


def _line(result: Result) -> Result:
    return with_positions(result, revolver=result.positions.revolver + 1e9)


def _interest(result: Result) -> Result:
    return with_lines(result, loan_interest=first_spoilt(result.lines.loan_interest))


def _principal_as_gain(result: Result) -> Result:
    return with_payment(result, "holding", "banks", "principal", SPOILT)


def _repaid_twice(result: Result) -> Result:
    return with_lines(result, loan_repaid=first_spoilt(result.lines.loan_repaid))


def _juniors_first(result: Result) -> Result:
    """On the day of the restructuring the last lender gets shares for what the first one loses."""
    amount = SPOILT * restructured_this_year(result)
    lost, got = result.lines.loan_written_off, result.lines.loan_converted
    return with_lines(
        result,
        loan_written_off=(lost[0] + amount, *lost[1:]),
        loan_converted=(*got[:-1], got[-1] + amount),
    )


def _interest_unpaid(result: Result) -> Result:
    return with_lines(result, holding_interest=spoilt(result.lines.holding_interest))


def _rent_forgotten(result: Result) -> Result:
    return with_positions(result, lease_debt_due=first_spoilt(result.positions.lease_debt_due))


def _rent_paid_twice(result: Result) -> Result:
    return with_payment(result, "factory", "lessor", "rent", SPOILT)


def _left_unseen(result: Result) -> Result:
    return with_positions(result, permanent_staff=spoilt(result.positions.permanent_staff))


def _moved_unseen(result: Result) -> Result:
    return with_positions(result, share_abroad=spoilt(result.positions.share_abroad, 2))


def _public_money_twice(result: Result) -> Result:
    return with_payment(result, "state", "factory", "short_time_money", SPOILT)


def _taxed_twice(result: Result) -> Result:
    return with_payment(result, "holding", "state", "corporate_tax", SPOILT)


def _loss_forgotten(result: Result) -> Result:
    return with_positions(result, group_tax_losses=spoilt(result.positions.group_tax_losses))


def _deducted_too_much(result: Result) -> Result:
    return with_lines(result, interest_not_deducted=spoilt(result.lines.interest_not_deducted))


def _worn_less(result: Result) -> Result:
    return with_lines(result, depreciation=spoilt(result.lines.depreciation))


def _received_forgotten(result: Result) -> Result:
    return replace(result, ledger=_Deaf(result.ledger.amounts))


class _Deaf(Ledger):
    """A ledger whose sums forget one euro in a thousand."""

    def _sum(self, side: int, party: str, reasons: Iterable[str] | None) -> Array:
        return super()._sum(side, party, reasons) * 0.999

    def nets(self) -> dict[str, Array]:
        return {party: net * 0.999 for party, net in super().nets().items()}


def _claim(result: Result) -> Result:
    return _with_claims(result, "family", SPOILT)


def _claim_below_zero(result: Result) -> Result:
    return _with_claims(result, "family", -SPOILT)


def _gain(result: Result) -> Result:
    return with_payment(result, "holding", "fund", "sale_proceeds", SPOILT, result.deal.exit.year)


def _owners_other_money(result: Result) -> Result:
    return with_payment(result, "holding", "fund", "monitoring_fee", SPOILT)


def _kept_for_itself(result: Result) -> Result:
    return with_payment(result, "fund", "fund_manager", "carried_interest", SPOILT, result.deal.exit.year)


def _greedy(result: Result) -> Result:
    return with_payment(result, "fund", "fund_manager", "carried_interest", 1e9, result.deal.exit.year)


def _early(result: Result) -> Result:
    return with_payment(result, "fund", "fund_manager", "carried_interest", SPOILT)


def _two_sources(result: Result) -> Result:
    return with_lines(result, cash_for_debt=spoilt(result.lines.cash_for_debt))


def _after_the_sale(result: Result) -> Result:
    return with_positions(result, machines=np.nan_to_num(result.positions.machines, nan=SPOILT))


def _closed_but_busy(result: Result) -> Result:
    return _marked(result, factory=float(Status.LIQUIDATED), holding=float(Status.LIQUIDATED))


def _idle(result: Result) -> Result:
    return with_lines(
        _marked(result, holding=float(Status.RESTRUCTURED)), sales=np.zeros_like(result.lines.sales)
    )


def _one_closed(result: Result) -> Result:
    return _marked(result, factory=float(Status.LIQUIDATED))


def _oversold(result: Result) -> Result:
    return with_lines(result, sales=spoilt(result.lines.sales))


def _idle_machines(result: Result) -> Result:
    lines = result.lines
    return with_lines(result, turned_away=spoilt(lines.turned_away), capacity=spoilt(lines.capacity))


def _owed(result: Result) -> Result:
    return with_positions(result, machines_owed=spoilt(result.positions.machines_owed))


def _growth_for_nobody(result: Result) -> Result:
    return with_lines(result, growth_capex=spoilt(result.lines.growth_capex))


def _too_good(result: Result) -> Result:
    return with_positions(result, market_share=result.positions.market_share + 2.0)


def _unfitted(result: Result) -> Result:
    return with_positions(result, equipment=result.positions.equipment + 1e9)


def _counted_machines(result: Result) -> Result:
    return with_positions(result, equipment=spoilt(result.positions.equipment))


def _claim_grows_by_itself(result: Result) -> Result:
    return with_positions(result, preferred=first_spoilt(result.positions.preferred))


def _help_without_need(result: Result) -> Result:
    return with_lines(result, new_money=spoilt(result.lines.new_money, 2))


def _ratchet_for_nothing(result: Result) -> Result:
    return with_payment(result, "holding", "managers", "ratchet", SPOILT, result.deal.exit.year)


def _ordinary_first(result: Result) -> Result:
    kept = tuple(np.asarray(claim) + SPOILT for claim in result.eve.preferred)
    return replace(result, eve=replace(result.eve, preferred=kept))


def _unseen_breach(result: Result) -> Result:
    return with_lines(result, breached_leverage=1.0 - result.lines.breached_leverage)


def _paid_out_of_capital(result: Result) -> Result:
    law = result.policy.model_copy(update={"dividends_from": "profit"})
    capital = result.positions.factory_equity + SPOILT
    return replace(with_positions(result, undistributable=capital), policy=law)


def _dividend_before_machines(result: Result) -> Result:
    law = result.policy.model_copy(update={"machines_first": "before_owners"})
    return replace(with_payment(result, "holding", "fund", "dividend", SPOILT), policy=law)


def _workers_paid_twice(result: Result) -> Result:
    return with_payment(result, "holding", "workers", "gain_share", SPOILT, result.deal.exit.year)


def _increase_lost(result: Result) -> Result:
    return with_payment(result, "holding", "factory", "capital_increase", SPOILT, 0)


def _asked_back(result: Result, years: float, amount: float, date: int) -> Result:
    """Under a law of so many years the fund gives back so much."""
    law = result.policy.model_copy(update={"clawback": Clawback(share=0.5, years=years)})
    wrong = with_payment(result, "fund", "next_buyer", "given_back", amount, date)
    return replace(wrong, policy=law, last_payment=date)


def _all_and_more(result: Result) -> Result:
    return _asked_back(result, 3.0, 1e9, 7)


def _too_late(result: Result) -> Result:
    return _asked_back(result, 1.0, SPOILT, 7)


def _given_to_a_sound_factory(result: Result) -> Result:
    return with_payment(result, "seller", "factory", "clawback", SPOILT)


INVARIANTS: dict[str, Invariant] = {
    invariant.check.__name__: invariant
    for invariant in (
        Invariant(sources_equal_uses, _closing_missing),
        Invariant(debt_to_buy_with_is_lawful, _lent_too_much),
        Invariant(goodwill_is_price_less_book_equity, _goodwill),
        Invariant(ledger_moves_the_tills, _till),
        Invariant(payments_are_payments, _negative_payment),
        Invariant(reasons_have_one_line, _unknown_reason),
        Invariant(tills_are_never_overdrawn, _overdrawn),
        Invariant(statements_tie, _sheet),
        Invariant(income_statements_add_up, _net_income),
        Invariant(equity_rolls_forward, _equity),
        Invariant(loans_roll_forward, _loan),
        Invariant(credit_line_stays_within_its_limit, _line),
        Invariant(interest_is_what_contracts_say, _interest),
        Invariant(help_comes_in_need_and_within_its_limits, _help_without_need),
        Invariant(lenders_gain_interest_and_never_principal, _principal_as_gain),
        Invariant(shares_change_hands_by_absolute_priority, _juniors_first, owners="failing"),
        Invariant(debt_repaid_adds_up, _repaid_twice),
        Invariant(debt_service_is_expense_and_repayment, _interest_unpaid),
        Invariant(leases_roll_forward, _rent_forgotten, owners="leasing"),
        Invariant(lessor_gains_interest_and_never_principal, _rent_paid_twice, owners="leasing"),
        Invariant(staff_rolls_forward, _left_unseen, owners="workforce"),
        Invariant(short_time_and_severance_are_paid_as_agreed, _public_money_twice, owners="workforce"),
        Invariant(moves_are_agreed_and_paid, _moved_unseen, owners="relocation"),
        Invariant(tax_is_what_the_law_says, _taxed_twice),
        Invariant(tax_losses_roll_forward, _loss_forgotten),
        Invariant(interest_is_deducted_within_its_limit, _deducted_too_much),
        Invariant(computations_of_tax_come_to_what_is_paid, _worn_less),
        Invariant(cash_got_is_cash_paid, _received_forgotten),
        Invariant(all_that_is_shared_is_got, _claim),
        Invariant(claims_are_never_debts, _claim_below_zero),
        Invariant(bridge_reaches_the_gain, _gain),
        Invariant(returns_are_read_from_payments, _received_forgotten),
        Invariant(gain_is_what_owners_got, _owners_other_money),
        Invariant(net_debt_repaid_has_two_sources, _two_sources),
        Invariant(investors_and_manager_share_all_distributions, _kept_for_itself),
        Invariant(carried_interest_is_a_share_of_profit, _greedy),
        Invariant(nothing_is_carried_before_the_hurdle, _early),
        Invariant(silence, _after_the_sale),
        Invariant(a_closed_factory_is_silent, _closed_but_busy),
        Invariant(a_restructured_factory_trades_on, _idle),
        Invariant(statuses_only_worsen, _one_closed),
        Invariant(preferred_money_rolls_forward, _claim_grows_by_itself, owners="preferred"),
        Invariant(preferred_returns_are_read_from_payments, _received_forgotten, owners="preferred"),
        Invariant(preferred_is_served_before_ordinary, _ordinary_first, owners="preferred"),
        Invariant(ratchet_takes_its_share_beyond_each_return, _ratchet_for_nothing, owners="preferred"),
        Invariant(covenants_are_tested_on_the_accounts, _unseen_breach, owners="preferred"),
        Invariant(dividends_come_out_of_profit, _paid_out_of_capital),
        Invariant(machines_come_before_owners, _dividend_before_machines),
        Invariant(workers_share_in_the_gain, _workers_paid_twice),
        Invariant(sales_stay_within_capacity, _oversold, "full"),
        Invariant(nobody_is_turned_away_by_idle_machines, _idle_machines, "full"),
        Invariant(machines_owed_roll_forward, _owed, "full"),
        Invariant(growth_answers_orders_turned_away, _growth_for_nobody, "full"),
        Invariant(quality_and_share_are_parts_of_one, _too_good, "full"),
        Invariant(machines_are_at_most_what_was_fitted, _unfitted, "full"),
        Invariant(mechanics_knows_no_machine, _counted_machines),
        Invariant(cash_for_growth_is_a_use, _increase_lost),
        Invariant(sellers_give_back_at_most_their_gain, _all_and_more),
        Invariant(nothing_is_given_back_after_its_time, _too_late),
        Invariant(creditors_alone_receive_what_sellers_give_back, _given_to_a_sound_factory),
    )
}
