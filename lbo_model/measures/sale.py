"""The sale, from the value of the enterprise to what its owners share, and rank by rank."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lbo_model.engine import Result
from lbo_model.engine.owners import owners_shares
from lbo_model.engine.ratchet import MANAGERS
from lbo_model.position import Array, Status
from lbo_model.quantities import TOLERANCE


def sale_account(result: Result) -> dict[str, Array]:
    """What the next buyer pays and where it goes, at the exit date; empty for a form that does not sell.

    ``by_multiple + machines_deducted + distress_discount = enterprise_value``;
    ``enterprise_value + cash + owed_to_workers_and_state + lease_debt + debt_repaid + missing_money_repaid +
    costs + manager_fee + left_to_the_buyer = to_owners``, of which ``preferred`` is served first. Deductions
    are negative. ``left_to_the_buyer`` is what debts to workers, State and lessor exceed the price by.
    """
    if not result.form.sells:
        return {}
    date, eve, ledger, lines = result.deal.exit.year, result.eve, result.ledger, result.lines
    alive = np.asarray(eve.factory_status) != Status.LIQUIDATED
    restructured = np.asarray(eve.holding_status) == Status.RESTRUCTURED
    multiple = np.asarray(result.deal.exit.multiple_after(np.asarray(result.closing.multiple)))
    by_multiple = np.maximum(0.0, multiple * result.end_ebitda) * alive
    value = result.end_value * np.where(restructured, result.policy.distress.price_share, 1.0)
    owed = eve.participation_owed + eve.levy_owed + sum(eve.labour_share_owed, eve.share_interest_owed)
    leases = np.asarray(eve.lease_debt)
    paid = ledger.paid("next_buyer")[..., date]
    preferred = sum(lines.preferred_paid_at_sale, np.zeros_like(lines.ebitda))[..., date]
    ordinary = sum(
        (
            amounts[..., date]
            for (payer, _, reason), amounts in ledger.amounts.items()
            if payer == "holding" and reason in ("sale_proceeds", "ratchet", "gain_share")
        ),
        np.zeros(result.shape),
    )
    repaid = sum(lines.loan_repaid_at_sale, lines.revolver_repaid_at_sale)[..., date]
    missing = ledger.received("nobody_yet", ("par_repaid",))[..., date]
    account = {
        "by_multiple": by_multiple,
        "machines_deducted": result.end_value - by_multiple,
        "distress_discount": value - result.end_value,
        "enterprise_value": value,
        "cash": (eve.factory_cash + eve.holding_cash) * alive,
        "owed_to_workers_and_state": -owed * alive,
        "lease_debt": -leases * alive,
        "debt_repaid": -repaid * alive,
        "missing_money_repaid": -missing * alive,
        "costs": -ledger.paid("holding", ("exit_costs",))[..., date],
        "manager_fee": -ledger.paid("holding", ("exit_fee",))[..., date],
        "left_to_the_buyer": (paid - (value + eve.factory_cash - owed - leases)) * alive,
        "to_owners": (preferred + ordinary) * alive,
        "preferred": preferred * alive,
        "ordinary": ordinary * alive,
    }
    return {name: np.array(np.broadcast_to(amount, result.shape)) for name, amount in account.items()}


@dataclass(frozen=True)
class Served:
    """One claim on what a sale brings. Numbers have shape ``B``."""

    kind: str
    """``workers_and_state``, ``lease_debt``, ``credit_line``, ``loan``, ``costs``, ``manager_fee``,
    ``missing_money``, ``preferred``, ``ordinary``, ``gain_share`` or ``ratchet``.
    """
    name: str
    """Of the loan or the preferred money, as the file calls it; of ordinary shares, who holds them."""
    asked: Array
    """What the claim amounts to; NaN for ordinary shares and what comes out of them."""
    paid: Array
    left: Array
    """For the claims that follow."""


def sale_by_rank(result: Result) -> list[Served]:
    """Who is served out of the price and the cash of both companies, in that order; empty where nothing is
    sold.

    The factory's creditors come first, then the costs of the sale, then the holding's: its lenders by rank,
    money missing at closing, preferred money by rank (what is converted after the rest of it), ordinary
    shares, and what workers and the managers' ratchet take from these. Nothing is left at the end.
    """
    account = sale_account(result)
    if not account:
        return []
    left, served = account["enterprise_value"] + account["cash"], []
    for kind, name, asked, paid in _claims(result, account):
        left = left - paid
        served.append(Served(kind, name, np.broadcast_to(asked, result.shape), paid, left))
    return served


def _claims(result: Result, account: dict[str, Array]) -> Iterator[tuple[str, str, Array, Array]]:
    date, eve, lines, funding = result.deal.exit.year, result.eve, result.lines, result.deal.funding
    sold = np.where(np.asarray(eve.factory_status) == Status.LIQUIDATED, 0.0, 1.0)

    def lenders(entity: str) -> Iterator[tuple[str, str, Array, Array]]:
        line = funding.revolver
        if line is not None and line.entity == entity:
            paid = lines.revolver_repaid_at_sale[..., date] * sold
            yield "credit_line", "revolver", np.asarray(eve.revolver) * sold, paid
        for number, (name, loan) in enumerate(funding.loans.items()):
            if loan.entity == entity:
                paid = lines.loan_repaid_at_sale[number][..., date] * sold
                yield "loan", name, np.asarray(eve.loans[number]) * sold, paid

    owed, leases, short = (
        sign * account[name]
        for name, sign in (
            ("owed_to_workers_and_state", -1.0),
            ("lease_debt", -1.0),
            ("left_to_the_buyer", 1.0),
        )
    )
    yield "workers_and_state", "", owed, owed - np.maximum(0.0, short - leases)
    if eve.lease_debt_due:
        yield "lease_debt", "", leases, np.maximum(0.0, leases - short)
    yield from lenders("factory")
    for kind in ("costs", "manager_fee"):
        yield kind, "", -account[kind], -account[kind]
    yield from lenders("holding")
    yield "missing_money", "", np.asarray(eve.gap) * sold, -account["missing_money_repaid"]
    kinds = []
    for number, name in enumerate(funding.preferred):
        paid = lines.preferred_paid_at_sale[number][..., date] * sold
        kinds.append(("preferred", name, np.asarray(eve.preferred[number]) * sold, paid))
    yield from sorted(kinds, key=lambda kind: bool(np.any(kind[3] > kind[2] + TOLERANCE)))
    shareholders = eve.shares or owners_shares(result.form, result.closing)
    for party in shareholders if result.form.has_holding else ():
        paid = result.ledger.received(party, ("sale_proceeds",))[..., date] * sold
        yield "ordinary", party, np.full(result.shape, np.nan), paid
    if result.policy.workers_share_of_gain is not None:
        paid = result.ledger.received("workers", ("gain_share",))[..., date] * sold
        yield "gain_share", "workers", np.full(result.shape, np.nan), paid
    if funding.ratchet:
        paid = result.ledger.received(MANAGERS, ("ratchet",))[..., date] * sold
        yield "ratchet", MANAGERS, np.full(result.shape, np.nan), paid
