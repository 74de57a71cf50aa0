"""The investment fund: buys through a holding with little equity and much debt, then sells."""

from typing import Annotated

from lbo_model.forms.form import Form, Terms
from lbo_model.forms.ordinary import nothing_forbidden, ordinary_bill, sold, whole_payout
from lbo_model.position import Number
from lbo_model.quantities import Share


class FundTerms(Terms):
    """``monitoring_fee``: share of EBITDA that the fund manager charges the factory each year, if any."""

    monitoring_fee: Annotated[Number, Share(0, 0.2)] | None = None


def monitoring_fee(terms: Terms, ebitda: Number) -> Number:
    """The fund manager's yearly fee: ``monitoring_fee * ebitda``, none in a year without EBITDA."""
    share = getattr(terms, "monitoring_fee", None)
    return 0.0 * ebitda if share is None else share * (ebitda * (ebitda > 0.0))


FUND = Form(
    code="fund",
    terms=FundTerms,
    owner="fund",
    investors=("fund", "managers", "industrial_group", "nobody_yet"),
    has_holding=True,
    buys=True,
    sells=True,
    borrows=True,
    charge=monitoring_fee,
    tax=ordinary_bill,
    share=whole_payout,
    settle=sold,
    forbids=nothing_forbidden,
)
