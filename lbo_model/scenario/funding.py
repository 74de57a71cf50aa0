"""The money that pays for a deal: loans by rank, a credit line, each owner's stake."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from lbo_model.quantities import Money, Multiple, Number, Rate, Share, Years, refusal
from lbo_model.scenario.record import Choice, Code, Entity, Record, given

Lender = Literal["banks", "mezzanine", "seller", "solidarity_lenders"]
Investor = Literal[
    "fund", "workers", "managers", "family", "industrial_group", "solidarity_lenders", "nobody_yet"
]


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
    """One loan. Interest is fixed (``rate``) or ``margin`` above the weather's base rate, never below
    ``floor``.

    ``capitalised_rate`` is interest added to the loan instead of paid. Principal: ``linear`` or ``annuity``
    over ``years`` less ``grace``, save a ``balloon`` (share of the original repaid at ``years``); ``bullet``,
    all at ``years``; ``yearly_share`` of the original each year. ``sweep`` is the share of the year's excess
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

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """One price of money, and what the way of repaying needs, no more."""
        if (self.rate is None) == (self.margin is None):
            found = [name for name in ("rate", "margin") if getattr(self, name) is not None]
            yield refusal("exactly_one_of", found=found, allowed=["rate", "margin"])
        elif self.floor is not None and self.margin is None:
            yield refusal("needed_with", found="floor", allowed=["margin"])
        needed = {"linear": ["years"], "annuity": ["years"], "yearly_share": ["yearly_share"]}
        missing = [name for name in needed.get(self.repayment, []) if getattr(self, name) is None]
        if missing:
            yield refusal("needed_with", found=f"repayment: {self.repayment}", allowed=missing)
        spread = self.repayment in ("linear", "annuity")
        idle = [name for name in ("grace", "balloon") if not spread and getattr(self, name) is not None]
        idle += ["yearly_share"] if self.repayment != "yearly_share" and self.yearly_share is not None else []
        if idle:
            yield refusal("useless_with", found=f"repayment: {self.repayment}", allowed=idle)


class Revolver(Record):
    """A credit line drawn when cash is short and repaid first. The commitment fee is due on what is not
    drawn.
    """

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

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """One size, said in one way."""
        sizes = ("amount", "share_of_uses", "per_head", "rest")
        found = given(self, sizes)
        if len(found) != 1:
            yield refusal("exactly_one_of", found=found, allowed=list(sizes))
        elif (self.per_head is None) != (self.take_up is None):
            yield refusal("needed_with", found=found[0], allowed=["per_head", "take_up"])


class MinimumCash(Record):
    """Cash that must stay in the till; ``funded``: the buyer brings it on closing day."""

    amount: Annotated[Number, Money()]
    funded: bool


class Funding(Record):
    """The money that pays for the deal. ``loans`` are kept in the order of their rank.

    ``growth_capital``: cash brought to the factory on closing day beyond what the purchase needs, in new
    shares where there is a holding; the plan says what becomes of it.
    """

    minimum_cash: MinimumCash | None = None
    growth_capital: Annotated[Number, Money()] | None = None
    loans: dict[Code, Loan] = {}
    revolver: Revolver | None = None
    equity: dict[Investor, Stake] = {}

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """Ranks that differ, one rest at most."""
        ranks = [loan.rank for loan in self.loans.values()]
        if len(set(ranks)) != len(ranks):
            twice = sorted(rank for rank in set(ranks) if ranks.count(rank) > 1)
            yield refusal("same_rank", found=[str(rank) for rank in twice], allowed=[])
        rest = [f"loans.{name}" for name, loan in self.loans.items() if loan.size.rest]
        rest += [f"equity.{party}" for party, stake in self.equity.items() if stake.rest]
        if len(rest) > 1:
            yield refusal("several_rests", found=rest, allowed=[])
        if "revolver" in self.loans:
            yield refusal("reserved_name", found="revolver", allowed=[])

    @model_validator(mode="after")
    def _in_order_of_rank(self) -> Self:
        by_rank = dict(sorted(self.loans.items(), key=lambda item: item[1].rank))
        object.__setattr__(self, "loans", by_rank)
        return self
