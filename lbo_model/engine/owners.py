"""Owners' money: who holds the ordinary shares, what owners lent, and what they have brought and received."""

from collections.abc import Container, Iterable, Sequence

import numpy as np

from lbo_model.engine.closing import Closing
from lbo_model.forms import Form
from lbo_model.ledger import Flow
from lbo_model.position import Number, Position
from lbo_model.scenario import Deal

PREFERRED = ("shareholder_loan", "preference_shares")
PREFERRED_PAID = tuple(f"{kind}_repaid" for kind in PREFERRED)
OWNED = ("equity", *PREFERRED)
"""What owners pay as owners. Pay, interest on loans and the price of shares sold are other business."""
EARNED = (
    "dividend",
    "sale_proceeds",
    "ratchet",
    "interest_on_shares",
    "par_repaid",
    "liquidation_rest",
    *PREFERRED_PAID,
)
"""What owners are paid as owners."""
GIVEN_BACK = "given_back"
"""Of what they were paid, where the law asks for it once they have sold."""


def owners_shares(form: Form, closing: Closing) -> dict[str, Number]:
    """Who owns ordinary shares, as fractions: by money brought for them, or by the parts that the file
    declares; the form's first investor where nobody brought any.
    """
    total = sum(closing.ordinary.values(), 0.0)
    nobody = np.equal(total, 0.0)
    divisor = np.where(nobody, 1.0, total)
    shares: dict[str, Number] = {
        party: np.where(nobody, 0.0, stake / divisor) for party, stake in closing.ordinary.items()
    }
    first = form.investors[0] if form.investors else form.owner
    shares[first] = shares.get(first, 0.0) + np.where(nobody, 1.0, 0.0)
    return shares


def shares_now(form: Form, closing: Closing, position: Position) -> dict[str, Number]:
    """Who owns ordinary shares at a date: ``owners_shares``, or lenders who have taken theirs."""
    return position.shares or owners_shares(form, closing)


def shareholder_loans(deal: Deal, amounts: Sequence[Number]) -> Number:
    """The part of preferred money, or of what happened to it, that is a debt of the holding to its owners."""
    pairs = zip(deal.funding.preferred.values(), amounts, strict=True)
    return sum((amount for one, amount in pairs if one.kind == "shareholder_loan"), 0.0)


def with_the_deal(payments: Iterable[Flow], owners: Container[str]) -> tuple[Number, Number]:
    """What owners paid into the companies at a date as owners, and what the companies paid them as such."""
    brought: Number = 0.0
    received: Number = 0.0
    for flow in payments:
        if flow.payer in owners and flow.reason in OWNED:
            brought = brought + flow.amount
        if flow.payee in owners and flow.reason in EARNED:
            received = received + flow.amount
    return brought, received


def returned_by(payments: Iterable[Flow], owners: Container[str]) -> Number:
    """What owners gave back at a date, after they had sold, of what they had been paid."""
    return sum((flow.amount for flow in payments if flow.payer in owners and flow.reason == GIVEN_BACK), 0.0)
