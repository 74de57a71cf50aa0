"""A deal: a price, the money that pays it, a plan for the years, an end, and an ownership form with its
terms.
"""

from collections.abc import Iterator
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Discriminator, Field, create_model
from pydantic_core import PydanticCustomError

from lbo_model.forms import FORMS
from lbo_model.forms.form import Terms
from lbo_model.quantities import Money, Multiple, Number, Rate, Share, refusal
from lbo_model.scenario.factory import Amount
from lbo_model.scenario.funding import Funding
from lbo_model.scenario.record import Choice, Code, Record, given
from lbo_model.scenario.relocation import Relocation
from lbo_model.scenario.rescues import Rescues
from lbo_model.scenario.workforce import Workforce


class Price(Record):
    """What the whole enterprise is bought for: an amount or a multiple of EBITDA.

    ``as_sold``: for a deal that follows another, the price at which the owner before sells.
    ``basis``: EBITDA of the year before the date (``trailing``) or of the year after (``forward``).
    ``cash``: the factory's cash is ``paid_for`` on top of the price, or ``included`` in it;
    ``as_sold`` always pays for it.
    """

    multiple: Annotated[Number, Multiple()] | None = None
    amount: Annotated[Number, Money()] | None = None
    as_sold: bool = False
    basis: Literal["trailing", "forward"]
    cash: Literal["paid_for", "included"]

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """One price, said in one way."""
        kinds = ("multiple", "amount", "as_sold")
        found = given(self, kinds)
        if len(found) != 1:
            yield refusal("exactly_one_of", found=found, allowed=list(kinds))


class BuyerFee(Choice):
    """What the buyer's advisers and duties cost on closing day."""

    share_of_price: Annotated[Number, Share(0, 0.2)] | None = None
    amount: Annotated[Number, Money()] | None = None


class FinancingFee(Record):
    """What lenders charge on closing day; spread over the loans' life (``amortised``) or expensed at once."""

    share_of_debt: Annotated[Number, Share(0, 0.2)]
    amortised: bool


class Fees(Record):
    """Fees paid on closing day; ``transaction`` is what the fund manager charges the buyer for the deal."""

    buyer: BuyerFee | None = None
    transaction: BuyerFee | None = None
    financing: FinancingFee | None = None


class Leasing(Record):
    """Machines that a lessor buys and rents to the factory.

    ``share``: of the machines bought to keep the factory as it is, the part that is leased; machines for
    growth are paid in cash. ``years``, ``rate``: a constant rent for so many years, from the year after, that
    pays for them with interest.
    """

    share: Annotated[Number, Share(0, 0.9)]
    years: Annotated[int, Field(ge=1, le=15)]
    rate: Annotated[Number, Rate(0, 0.3)]


class Plan(Record):
    """Who is served first, what machines get, and the share of the cash left that owners take each year.

    ``growth_machines``: of the machines that orders turned away ask for, the share that is bought as far as
    cash goes, before owners are paid; none if it is not given. ``leasing``: how a part of the others is
    rented instead of bought; none if it is not given. ``rescues``: what is tried, in the order of their
    names here, before a company that cannot pay defaults; nothing if it is not given. ``workforce``: how idle
    work is met when sales fall; if it is not given, payroll follows demand by
    ``factory.operations.jobs_follow_demand``. ``relocation``: jobs that the owner moves abroad; none if it is
    not given.
    """

    served_first: Literal["lenders", "machines"]
    capex_target: Amount
    capex_floor: Amount
    growth_machines: Annotated[Number, Share(0, 1)] | None = None
    rescues: Rescues | None = None
    leasing: Leasing | None = None
    workforce: Workforce | None = None
    relocation: Relocation | None = None
    payout: Annotated[Number, Share(0, 1)]


EXIT_MULTIPLES = ("multiple_change", "multiple")
"""The ways to say at which multiple of EBITDA a deal ends."""


class Exit(Record):
    """The date at which owners are compared; forms that sell, sell then.

    The multiple of EBITDA is the entry multiple plus ``multiple_change``, or ``multiple``, whatever was paid.
    ``catch``: share of the machines owed that the next buyer deducts from the price. ``manager_fee``: share
    of the price that the fund manager charges for the sale.
    """

    year: Annotated[int, Field(ge=1, le=30)]
    multiple_change: Annotated[Number, Multiple(-20, 20)] | None = None
    multiple: Annotated[Number, Multiple(0, 50)] | None = None
    basis: Literal["trailing", "forward"]
    costs: Annotated[Number, Share(0, 0.2)]
    manager_fee: Annotated[Number, Share(0, 0.1)] | None = None
    catch: Annotated[Number, Share(0, 1)]

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """One multiple, said in one way."""
        found = given(self, EXIT_MULTIPLES)
        if len(found) != 1:
            yield refusal("exactly_one_of", found=found, allowed=list(EXIT_MULTIPLES))

    def multiple_after(self, entry: Number) -> Number:
        """Multiple of EBITDA at the exit of what was bought at ``entry`` times EBITDA."""
        if self.multiple is not None:
            return self.multiple
        assert self.multiple_change is not None, "an exit is a choice of exactly one multiple"
        return entry + self.multiple_change


class Deal(Record):
    """A price, the money that pays it, and an ownership form with its terms.

    ``required_return``: what its owner asks a year, hence how high it can bid; it moves no year.
    ``then``: the deal in which the next owner buys the factory when this one sells it.
    """

    form: str
    terms: Terms
    price: Price
    fees: Fees
    funding: Funding
    plan: Plan
    exit: Exit
    required_return: Annotated[Number, Rate(0, 1)] | None = None
    then: Code | None = None

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """Loans and investors are such as the form knows."""
        form = FORMS[self.form]
        if not form.borrows and (self.funding.loans or self.funding.revolver):
            yield refusal("form_without_loans", found=self.form, allowed=[])
        if self.funding.preferred and not form.has_holding:
            yield refusal("preferred_without_holding", found=self.form, allowed=[])
        if self.funding.ratchet and not (form.has_holding and form.sells):
            yield refusal("ratchet_without_sale", found=self.form, allowed=[])
        if self.funding.covenants is not None and not form.has_holding:
            yield refusal("covenants_without_holding", found=self.form, allowed=[])
        later = [name for name, loan in self.funding.loans.items() if loan.drawn is not None]
        if later and not form.has_holding:
            yield refusal("later_loan_without_holding", found=later, allowed=[])
        if not form.has_holding:
            misplaced = [name for name, loan in self.funding.loans.items() if loan.entity == "holding"]
            if self.funding.revolver and self.funding.revolver.entity == "holding":
                misplaced.append("revolver")
            if misplaced:
                yield refusal("no_holding", found=misplaced, allowed=["factory"])
        if self.then is not None and not form.sells:
            yield refusal("nothing_to_follow", found=self.form, allowed=[])
        rescues = self.plan.rescues
        rescuers = [] if rescues is None or rescues.new_money is None else [rescues.new_money.party]
        move = self.plan.relocation
        movers = [] if move is None or move.owner_brings is None else [move.owner_brings.party]
        brings = (*self.funding.equity, *rescuers, *movers)
        strangers = [party for party in dict.fromkeys(brings) if party not in form.investors]
        if strangers:
            yield refusal("investor_not_in_form", found=strangers, allowed=list(form.investors))


def _deal_of(code: str) -> type[Deal]:
    """The record of a deal in one form: the same fields, with that form's terms."""
    terms = FORMS[code].terms
    optional = not any(field.is_required() for field in terms.model_fields.values())
    default = Field(default_factory=terms) if optional else Field()
    name = "".join(word.capitalize() for word in code.split("_")) + "Deal"
    this_form: Any = Literal[code]
    return create_model(
        name, __base__=Deal, __doc__=Deal.__doc__, form=(this_form, ...), terms=(terms, default)
    )


if TYPE_CHECKING:
    AnyDeal = Deal
else:
    AnyDeal = Annotated[reduce(or_, map(_deal_of, FORMS)), Discriminator("form")]
