"""The family that keeps its factory: nobody buys, nobody sells; its stake is the price that it refuses."""

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


def kept(position: Position, shares: Mapping[str, Number]) -> Claims:
    """The family still holds the factory, once its creditors are served."""
    return Claims(at_par=(), rest="family")


FAMILY = Form(
    code="family",
    terms=Terms,
    owner="family",
    investors=(),
    has_holding=False,
    buys=False,
    sells=False,
    borrows=True,
    charge=no_charge,
    tax=ordinary_bill,
    assess=ordinary_assessment,
    share=whole_payout,
    settle=kept,
    forbids=nothing_forbidden,
)
