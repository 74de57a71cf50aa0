"""The sale, from the value of the enterprise to what its owners share."""

import numpy as np

from lbo_model.engine import Result
from lbo_model.position import Array, Status


def sale_account(result: Result) -> dict[str, Array]:
    """What the next buyer pays and where it goes, at the exit date; empty for a form that does not sell.

    ``by_multiple + machines_deducted + distress_discount = enterprise_value``;
    ``enterprise_value + cash + owed_to_workers_and_state + debt_repaid + missing_money_repaid + costs +
    manager_fee + left_to_the_buyer = to_owners``, of which ``preferred`` is served first. Deductions are
    negative. ``left_to_the_buyer`` is what debts to workers and State exceed the price by.
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
    paid = ledger.paid("next_buyer")[..., date]
    preferred = sum(lines.preferred_paid_at_sale, np.zeros_like(lines.ebitda))[..., date]
    ordinary = sum(
        (
            amounts[..., date]
            for (payer, _, reason), amounts in ledger.amounts.items()
            if payer == "holding" and reason == "sale_proceeds"
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
        "debt_repaid": -repaid * alive,
        "missing_money_repaid": -missing * alive,
        "costs": -ledger.paid("holding", ("exit_costs",))[..., date],
        "manager_fee": -ledger.paid("holding", ("exit_fee",))[..., date],
        "left_to_the_buyer": (paid - (value + eve.factory_cash - owed)) * alive,
        "to_owners": (preferred + ordinary) * alive,
        "preferred": preferred * alive,
        "ordinary": ordinary * alive,
    }
    return {name: np.array(np.broadcast_to(amount, result.shape)) for name, amount in account.items()}
