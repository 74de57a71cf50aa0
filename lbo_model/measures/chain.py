"""Owners in a row: what each party got over all of them, and what the factory paid out beside machines."""

from collections.abc import Callable, Sequence

import numpy as np

from lbo_model.engine import Result, Run
from lbo_model.engine.owners import PREFERRED_PAID
from lbo_model.measures.burden import debt_service_paid
from lbo_model.measures.who_got_what import who_got_what
from lbo_model.position import Array

OUT = (
    "dividend",
    "interest_on_shares",
    *PREFERRED_PAID,
    "monitoring_fee",
    "transaction_fee",
    "buyer_fees",
    "financing_fee",
    "exit_fee",
    "exit_costs",
)
"""What leaves both companies for owners, for those who serve them, and for lenders on closing day."""


def owners_in_a_row(run: Run, first: str) -> tuple[Result, ...]:
    """The deals of a chain, in order, from its first."""
    return tuple(run.deals[name] for name in run.scenario.chain(first))


def cumulated_account(owners: Sequence[Result]) -> dict[str, Array]:
    """What each party got over all owners: the sum of its totals in ``who_got_what``.

    The next buyer of one deal is the buyer of the following one, and its seller is the owner before: both are
    counted as ``next_buyer``, where they cancel, but for what a firm sold in distress was worth beyond its
    price. The totals add up to the sum of what there was to share under each owner.
    """
    account: dict[str, Array] = {}
    for number, result in enumerate(owners):
        for party, got in who_got_what(result).items():
            whose = "next_buyer" if party == "seller" and number > 0 else party
            account[whose] = account.get(whose, np.zeros(result.shape)) + got["total"]
    return account


def cumulated_burden(owners: Sequence[Result]) -> dict[str, Array]:
    """What each owner's years cost the factory, beside its machines; one column an owner, shape ``B +
    (owners,)``.

    ``debt_service`` is interest and principal paid out of cash; ``owners_and_advisers`` dividends and fees;
    ``capex`` machines bought; ``leased`` those that a lessor bought, for ``rents``; ``capex_needed`` those
    that a full renewal asks for.
    """
    return {
        "debt_service": _columns(owners, debt_service_paid),
        "owners_and_advisers": _columns(owners, _paid_to_owners_and_advisers),
        "capex": _columns(owners, lambda result: result.lines.capex),
        "leased": _columns(owners, lambda result: result.lines.leased),
        "rents": _columns(owners, lambda result: _since_closing(result.lines.rent)),
        "capex_needed": _columns(owners, lambda result: result.lines.capex_needed),
    }


def _columns(owners: Sequence[Result], series: Callable[[Result], Array]) -> Array:
    """One sum an owner, over closing day and the years lived."""
    return np.stack(
        [series(result)[..., : result.deal.exit.year + 1].sum(axis=-1) for result in owners], axis=-1
    )


def _since_closing(series: Array) -> Array:
    """The year before closing is the owner's before."""
    return np.where(np.arange(series.shape[-1]) > 0, series, 0.0)


def _paid_to_owners_and_advisers(result: Result) -> Array:
    ledger, lines = result.ledger, result.lines
    paid = ledger.paid("factory", OUT) + ledger.paid("holding", OUT)
    out_of_the_price = sum(lines.preferred_paid_at_sale, np.zeros_like(paid))
    return paid - ledger.received("holding", ("dividend",)) - out_of_the_price
