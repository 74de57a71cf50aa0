"""The investment fund: buys through a holding with little equity and much debt, then sells."""

from typing import Annotated, Literal

from lbo_model.forms.form import Form, Terms
from lbo_model.forms.ordinary import nothing_forbidden, ordinary_assessment, ordinary_bill, sold, whole_payout
from lbo_model.position import Number
from lbo_model.quantities import Rate, Share, Years


class FundEconomics(Terms):
    """What a fund's investors pay its manager: a yearly fee, and a part of the gain once they have theirs.

    ``management_fee``: share of what investors promised, a year, for ``fee_years`` years; ``later_fee``:
    share of the cost of what is still invested, a year, from then on. ``hurdle``: the yearly return that
    investors get before the manager shares in the gain, on contributions not yet given back only (``simple``)
    or on the unpaid return too (``compounded``). ``catch_up``: the manager's share of what comes next, until
    it has ``carry`` of all profit distributed: 1 is a full catch-up; at ``carry`` or below, 0 for instance,
    it never catches up and there is none. ``carry``: the manager's share of all that follows.
    """

    management_fee: Annotated[Number, Share(0, 0.1)]
    fee_years: Annotated[Number, Years(0, 30)]
    later_fee: Annotated[Number, Share(0, 0.1)]
    hurdle: Annotated[Number, Rate(0, 0.3)]
    hurdle_is: Literal["simple", "compounded"]
    catch_up: Annotated[Number, Share(0, 1)]
    carry: Annotated[Number, Share(0, 0.5)]


class FundTerms(Terms):
    """``monitoring_fee``: share of EBITDA that the fund manager charges the factory each year, if any.

    ``fund_economics``: what the fund's investors pay its manager; without it the fund is one party.
    """

    monitoring_fee: Annotated[Number, Share(0, 0.2)] | None = None
    fund_economics: FundEconomics | None = None


def monitoring_fee(terms: Terms, ebitda: Number) -> Number:
    """The fund manager's yearly fee: ``monitoring_fee * ebitda``, none in a year without EBITDA."""
    share = getattr(terms, "monitoring_fee", None)
    return 0.0 * ebitda if share is None else share * (ebitda * (ebitda > 0.0))


def economics_of(terms: Terms) -> FundEconomics | None:
    """What the fund's investors pay its manager, if the terms of a deal say so."""
    return terms.fund_economics if isinstance(terms, FundTerms) else None


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
    assess=ordinary_assessment,
    share=whole_payout,
    settle=sold,
    forbids=nothing_forbidden,
)
