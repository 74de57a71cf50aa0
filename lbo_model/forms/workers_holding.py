"""The film's own idea: the same holding and the same loan, in the hands of the factory's workers."""

from lbo_model.forms.form import Form, Terms
from lbo_model.forms.ordinary import (
    no_charge,
    nothing_forbidden,
    ordinary_assessment,
    ordinary_bill,
    sold,
    whole_payout,
)

WORKERS_HOLDING = Form(
    code="workers_holding",
    terms=Terms,
    owner="workers",
    investors=("workers", "managers", "solidarity_lenders", "nobody_yet"),
    has_holding=True,
    buys=True,
    sells=True,
    borrows=True,
    charge=no_charge,
    tax=ordinary_bill,
    assess=ordinary_assessment,
    share=whole_payout,
    settle=sold,
    forbids=nothing_forbidden,
)
