"""A family that buys to keep: local owners, through a holding and a loan as the fund has, who do not sell."""

from collections.abc import Mapping

from lbo_model.forms.form import Claims, Form, Terms
from lbo_model.forms.ordinary import (
    no_charge,
    nothing_forbidden,
    ordinary_assessment,
    ordinary_bill,
    whole_payout,
)
from lbo_model.position import Number, Position


def kept_together(position: Position, shares: Mapping[str, Number]) -> Claims:
    """The missing money is owed at par; each shareholder has its part of what creditors leave."""
    return Claims(at_par=(("nobody_yet", position.gap),), rest="family", parts=shares)


FAMILY_PURCHASE = Form(
    code="family_purchase",
    terms=Terms,
    owner="family",
    investors=("family", "managers", "nobody_yet"),
    has_holding=True,
    buys=True,
    sells=False,
    borrows=True,
    charge=no_charge,
    tax=ordinary_bill,
    assess=ordinary_assessment,
    share=whole_payout,
    settle=kept_together,
    forbids=nothing_forbidden,
)
