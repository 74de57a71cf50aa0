"""The frozen inputs: one factory, one weather, one policy (the law), and several deals.

Every field says its unit and bounds once; every cross-check of a record is a validator that raises a code and facts,
never a sentence. No default number lives here: a number that a scenario does not give is absent, not guessed.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, Union

from pydantic import BaseModel, ConfigDict, Discriminator, Field, Tag, create_model, model_validator

from lbo_model.forms import FORMS
from lbo_model.forms.form import Terms
from lbo_model.forms.law import Policy
from lbo_model.quantities import Index, Money, Multiple, Number, People, Rate, Series, Share, Years, refuse

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""A name that a file gives to a deal, a loan or a knob."""

Lender = Literal["banks", "mezzanine", "seller", "solidarity_lenders"]
Investor = Literal["fund", "workers", "managers", "family", "industrial_group", "solidarity_lenders", "nobody_yet"]
Entity = Literal["holding", "factory"]


class Record(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _given(record: Record, names: Iterable[str]) -> list[str]:
    """The fields that are given among some; 0 is given, and so is an array."""
    values = {name: getattr(record, name) for name in names}
    return [name for name, value in values.items() if value is not None and value is not False]


class Choice(Record):
    """A record of which exactly one field is given: the several ways to say one amount."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        given = _given(self, type(self).model_fields)
        if len(given) != 1:
            refuse("exactly_one_of", found=given, allowed=list(type(self).model_fields))
        return self

    @property
    def kind(self) -> str:
        """The name of the field that is given."""
        return _given(self, type(self).model_fields)[0]


# --- the factory -----------------------------------------------------------------------------------------------


class Pay(Choice):
    """Pay of one full-time worker: gross a year, or what makes the payroll a share of the closing year's sales."""

    gross: Annotated[Number, Money(0, 1e6)] | None = None
    payroll_share_of_sales: Annotated[Number, Share(0, 0.9)] | None = None


class DetailedOperations(Record):
    """Sales and every cost by whom it pays."""

    sales: Annotated[Series, Money()]
    purchases: Annotated[Series, Share(0, 0.95)]
    other_costs: Annotated[Series, Share(0, 0.95)]
    production_taxes: Annotated[Series, Share(0, 0.2)]
    staff: Annotated[Number, People(1)]
    pay: Pay
    employer_charges: Annotated[Number, Share(0, 1)]
    jobs_follow_demand: Annotated[Number, Share(0, 1)]


class AggregateOperations(Record):
    """Sales and one margin: enough for a published case, without workers."""

    sales: Annotated[Series, Money()]
    ebitda_margin: Annotated[Series, Share(-1, 1)]


def _operations_kind(given: Any) -> str:
    aggregate = "ebitda_margin" in given if isinstance(given, dict) else isinstance(given, AggregateOperations)
    return "aggregate" if aggregate else "detailed"


AnyOperations = Annotated[
    Annotated[DetailedOperations, Tag("detailed")] | Annotated[AggregateOperations, Tag("aggregate")],
    Discriminator(_operations_kind),
]


class Amount(Choice):
    """A yearly amount: fixed, or a share of sales, or a share of the machines' opening book value."""

    amount: Annotated[Series, Money()] | None = None
    share_of_sales: Annotated[Series, Share(0, 1)] | None = None
    share_of_machines: Annotated[Series, Share(0, 1)] | None = None


class Machines(Record):
    """Machines at book value, how they lose it, and what keeps them as they are."""

    opening: Annotated[Number, Money()]
    depreciation: Amount
    needed: Amount


class Factory(Record):
    """The operating company on the eve of closing, with its opening balance sheet."""

    operations: AnyOperations
    machines: Machines
    working_capital: Annotated[Series, Share(0, 1)]
    opening_cash: Annotated[Number, Money()]
    opening_debt: Annotated[Number, Money()]


# --- the weather ----------------------------------------------------------------------------------------


class Weather(Record):
    """What happens to every owner alike. ``demand`` is sales beside their trend (0.65 in a year like 2009)."""

    price_growth: Annotated[Series, Rate(-0.1, 0.2)]
    volume_growth: Annotated[Series, Rate(-0.3, 0.3)]
    demand: Annotated[Series, Index(0, 3)]
    base_rate: Annotated[Series, Rate(-0.02, 0.2)] | None = None
    deposit_rate: Annotated[Series, Rate(0, 0.2)] | None = None


# --- a deal ----------------------------------------------------------------------------------------------------


class Price(Record):
    """What the whole enterprise is bought for: an amount or a multiple of EBITDA.

    ``basis``: EBITDA of the year before the date (``trailing``) or of the year after (``forward``).
    ``cash``: the factory's cash is ``paid_for`` on top of the price, or ``included`` in it.
    """

    multiple: Annotated[Number, Multiple()] | None = None
    amount: Annotated[Number, Money()] | None = None
    basis: Literal["trailing", "forward"]
    cash: Literal["paid_for", "included"]

    @model_validator(mode="after")
    def _one_price(self) -> Self:
        given = [name for name in ("multiple", "amount") if getattr(self, name) is not None]
        if len(given) != 1:
            refuse("exactly_one_of", found=given, allowed=["multiple", "amount"])
        return self


class BuyerFee(Choice):
    """What the buyer's advisers and duties cost on closing day."""

    share_of_price: Annotated[Number, Share(0, 0.2)] | None = None
    amount: Annotated[Number, Money()] | None = None


class FinancingFee(Record):
    """What lenders charge on closing day; spread over the loans' life (``amortised``) or expensed at once."""

    share_of_debt: Annotated[Number, Share(0, 0.2)]
    amortised: bool


class Fees(Record):
    """Fees paid on closing day."""

    buyer: BuyerFee | None = None
    financing: FinancingFee | None = None


class LoanSize(Choice):
    """How much is borrowed. ``beyond_equity``: all of the uses but that share, which the buyer must bring."""

    amount: Annotated[Number, Money()] | None = None
    share_of_uses: Annotated[Number, Share(0, 1)] | None = None
    beyond_equity: Annotated[Number, Share(0, 1)] | None = None
    times_ebitda: Annotated[Number, Multiple()] | None = None
    rest: bool = False

    @model_validator(mode="before")
    @classmethod
    def _the_word_rest(cls, given: Any) -> Any:
        return {"rest": True} if given == "rest" else given


class Loan(Record):
    """One loan. Interest is fixed (``rate``) or ``margin`` above the weather's base rate, never below ``floor``.

    ``capitalised_rate`` is interest added to the loan instead of paid. Principal: ``linear`` or ``annuity`` over
    ``years`` less ``grace``, save a ``balloon`` (share of the original repaid at ``years``); ``bullet``, all at
    ``years``; ``yearly_share`` of the original each year. ``sweep`` is the share of the year's excess
    cash, less what better ranks have taken, that repays it early.
    """

    rank: Annotated[int, Field(ge=1, le=99)]
    lender: Lender
    entity: Entity
    size: LoanSize
    rate: Annotated[Number, Rate(0, 0.5)] | None = None
    margin: Annotated[Number, Rate(0, 0.3)] | None = None
    floor: Annotated[Number, Rate(-0.02, 0.2)] | None = None
    capitalised_rate: Annotated[Number, Rate(0, 0.5)] | None = None
    interest_on: Literal["opening", "average"]
    repayment: Literal["linear", "annuity", "bullet", "yearly_share"]
    years: Annotated[Number, Years(1, 50)] | None = None
    grace: Annotated[Number, Years(0, 30)] | None = None
    balloon: Annotated[Number, Share(0, 1)] | None = None
    yearly_share: Annotated[Number, Share(0, 1)] | None = None
    sweep: Annotated[Number, Share(0, 1)] | None = None

    @model_validator(mode="after")
    def _fields_agree(self) -> Self:
        if (self.rate is None) == (self.margin is None):
            given = [name for name in ("rate", "margin") if getattr(self, name) is not None]
            refuse("exactly_one_of", found=given, allowed=["rate", "margin"])
        if self.floor is not None and self.margin is None:
            refuse("needed_with", found="floor", allowed=["margin"])
        needed = {"linear": ["years"], "annuity": ["years"], "yearly_share": ["yearly_share"]}
        missing = [name for name in needed.get(self.repayment, []) if getattr(self, name) is None]
        if missing:
            refuse("needed_with", found=f"repayment: {self.repayment}", allowed=missing)
        spread = self.repayment in ("linear", "annuity")
        idle = [name for name in ("grace", "balloon") if not spread and getattr(self, name) is not None]
        idle += ["yearly_share"] if self.repayment != "yearly_share" and self.yearly_share is not None else []
        if idle:
            refuse("useless_with", found=f"repayment: {self.repayment}", allowed=idle)
        return self


class Revolver(Record):
    """A credit line drawn when cash is short and repaid first. The commitment fee is due on what is not drawn."""

    lender: Lender
    entity: Entity
    limit: Annotated[Number, Money()]
    rate: Annotated[Number, Rate(0, 0.5)]
    commitment_fee: Annotated[Number, Rate(0, 0.1)]


class Stake(Record):
    """Money of one owner: an amount, a share of uses, so much a head for those who take part, or the rest.

    ``rollover``: the party owned that much of the factory before and reinvests it.
    """

    amount: Annotated[Number, Money()] | None = None
    share_of_uses: Annotated[Number, Share(0, 1)] | None = None
    per_head: Annotated[Number, Money(0, 1e6)] | None = None
    take_up: Annotated[Number, Share(0, 1)] | None = None
    rest: bool = False
    rollover: bool = False

    @model_validator(mode="before")
    @classmethod
    def _the_word_rest(cls, given: Any) -> Any:
        return {"rest": True} if given == "rest" else given

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        sizes = ("amount", "share_of_uses", "per_head", "rest")
        given = _given(self, sizes)
        if len(given) != 1:
            refuse("exactly_one_of", found=given, allowed=list(sizes))
        if (self.per_head is None) != (self.take_up is None):
            refuse("needed_with", found=given[0], allowed=["per_head", "take_up"])
        return self


class MinimumCash(Record):
    """Cash that must stay in the till; ``funded``: the buyer brings it on closing day."""

    amount: Annotated[Number, Money()]
    funded: bool


class Funding(Record):
    """The money that pays for the deal. ``loans`` are kept in the order of their rank."""

    minimum_cash: MinimumCash | None = None
    loans: dict[Code, Loan] = {}
    revolver: Revolver | None = None
    equity: dict[Investor, Stake] = {}

    @model_validator(mode="after")
    def _ranks_and_rest(self) -> Self:
        ranks = [loan.rank for loan in self.loans.values()]
        if len(set(ranks)) != len(ranks):
            refuse("same_rank", found=sorted(rank for rank in set(ranks) if ranks.count(rank) > 1), allowed=[])
        rest = [f"loans.{name}" for name, loan in self.loans.items() if loan.size.rest]
        rest += [f"equity.{party}" for party, stake in self.equity.items() if stake.rest]
        if len(rest) > 1:
            refuse("several_rests", found=rest, allowed=[])
        if "revolver" in self.loans:
            refuse("reserved_name", found="revolver", allowed=[])
        by_rank = dict(sorted(self.loans.items(), key=lambda item: item[1].rank))
        object.__setattr__(self, "loans", by_rank)
        return self


class Plan(Record):
    """Who is served first, what machines get, and the share of the cash left that owners take each year."""

    served_first: Literal["lenders", "machines"]
    capex_target: Amount
    capex_floor: Amount
    payout: Annotated[Number, Share(0, 1)]


class Exit(Record):
    """The date at which owners are compared; forms that sell, sell then, at the entry multiple plus a change.

    ``catch``: share of the machines owed that the next buyer deducts from the price.
    """

    year: Annotated[int, Field(ge=1, le=30)]
    multiple_change: Annotated[Number, Multiple(-20, 20)]
    basis: Literal["trailing", "forward"]
    costs: Annotated[Number, Share(0, 0.2)]
    catch: Annotated[Number, Share(0, 1)]


class Deal(Record):
    """A price, the money that pays it, and an ownership form with its terms."""

    form: str
    terms: Terms
    price: Price
    fees: Fees
    funding: Funding
    plan: Plan
    exit: Exit

    @model_validator(mode="after")
    def _form_rules(self) -> Self:
        form = FORMS[self.form]
        if not form.borrows and (self.funding.loans or self.funding.revolver):
            refuse("form_without_loans", found=self.form, allowed=[])
        if not form.has_holding:
            misplaced = [name for name, loan in self.funding.loans.items() if loan.entity == "holding"]
            if self.funding.revolver and self.funding.revolver.entity == "holding":
                misplaced.append("revolver")
            if misplaced:
                refuse("no_holding", found=misplaced, allowed=["factory"])
        strangers = [party for party in self.funding.equity if party not in form.investors]
        if strangers:
            refuse("investor_not_in_form", found=strangers, allowed=list(form.investors))
        return self


def _deal_of(code: str) -> type[Deal]:
    """The record of a deal in one form: the same fields, with that form's terms."""
    terms = FORMS[code].terms
    optional = not any(field.is_required() for field in terms.model_fields.values())
    default = Field(default_factory=terms) if optional else Field()
    name = "".join(word.capitalize() for word in code.split("_")) + "Deal"
    return create_model(name, __base__=Deal, __doc__=Deal.__doc__, form=(Literal[code], ...), terms=(terms, default))


if TYPE_CHECKING:
    AnyDeal = Deal
else:
    AnyDeal = Annotated[Union[tuple(map(_deal_of, FORMS))], Discriminator("form")]


# --- the scenario ----------------------------------------------------------------------------------------------


class Text(Record):
    """A sentence in both languages."""

    fr: Annotated[str, Field(min_length=1, max_length=2000)]
    en: Annotated[str, Field(min_length=1, max_length=2000)]


class Knob(Record):
    """A slider: the paths it moves together (``*`` stands for any name), its ends and its step."""

    paths: Annotated[list[Annotated[str, Field(max_length=200)]], Field(min_length=1, max_length=20)]
    low: float
    high: float
    step: Annotated[float, Field(gt=0)]
    label: Text | None = None

    @model_validator(mode="after")
    def _low_before_high(self) -> Self:
        if not self.low < self.high:
            refuse("low_above_high", found=[self.low, self.high], allowed=[])
        return self


class Citation(Record):
    """Where figures come from: a title, an address, the day it was read."""

    title: Annotated[str, Field(min_length=1, max_length=500)]
    address: Annotated[str, Field(max_length=500)] | None = None
    read: Annotated[str, Field(max_length=40)] | None = None


class Scenario(Record):
    """One factory, one weather, one law, several deals."""

    format: Literal[1]
    title: Text
    story: Text
    currency: Annotated[str, Field(min_length=1, max_length=20)]
    horizon: Annotated[int, Field(ge=1, le=30)]
    behaviour: Literal["mechanics"]
    factory: Factory
    weather: Weather
    policy: Policy
    deals: Annotated[dict[Code, AnyDeal], Field(min_length=0)]
    knobs: dict[Code, Knob] = {}
    citations: dict[Code, Citation] = {}

    @model_validator(mode="after")
    def _deals_fit_the_scenario(self) -> Self:
        for name, deal in self.deals.items():
            if deal.exit.year > self.horizon:
                refuse("exit_after_horizon", found=deal.exit.year, allowed=[self.horizon], deal=name)
            if deal.form == "scop" and self.policy.cooperative is None:
                refuse("needed_with", found="form: scop", allowed=["policy.cooperative"], deal=name)
            floating = [loan for loan, terms in deal.funding.loans.items() if terms.margin is not None]
            if floating and self.weather.base_rate is None:
                refuse("needed_with", found="margin", allowed=["weather.base_rate"], deal=name)
            heads = [party for party, stake in deal.funding.equity.items() if stake.per_head is not None]
            if heads and isinstance(self.factory.operations, AggregateOperations):
                refuse("needed_with", found="per_head", allowed=["factory.operations.staff"], deal=name)
        return self
