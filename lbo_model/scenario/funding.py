"""The money that pays for a deal: loans by rank, a credit line, each owner's stake."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from lbo_model.quantities import Money, Multiple, Number, Rate, Share, Years, refusal
from lbo_model.scenario.covenants import Covenants
from lbo_model.scenario.record import Choice, Code, Entity, Investor, Record, given

Lender = Literal["banks", "mezzanine", "seller", "solidarity_lenders"]


LAST_RANK = 99
AFTER_LENDERS = LAST_RANK + 1
"""Where claims come that no loan can come after."""


class LoanSize(Choice):
    """How much is borrowed. ``beyond_equity``: all of the uses but that share, which the buyer must bring.
    ``up_to_leverage``, for a loan drawn later: what brings net debt to that multiple of the year's EBITDA.
    """

    amount: Annotated[Number, Money()] | None = None
    share_of_uses: Annotated[Number, Share(0, 1)] | None = None
    beyond_equity: Annotated[Number, Share(0, 1)] | None = None
    times_ebitda: Annotated[Number, Multiple()] | None = None
    up_to_leverage: Annotated[Number, Multiple()] | None = None
    rest: bool = False

    @model_validator(mode="before")
    @classmethod
    def _the_word_rest(cls, given: Any) -> Any:
        return {"rest": True} if given == "rest" else given


class SweepStep(Record):
    """A sweep that holds while net debt at the start of the year is above a multiple of the year's EBITDA."""

    above: Annotated[Number, Multiple()]
    share: Annotated[Number, Share(0, 1)]


class AtMaturity(Record):
    """What lenders do when a loan falls due: they leave it, as far as all debt stays within a multiple of
    EBITDA, for ``more_years``.

    ``rate_step`` is added to its rate from then on; ``fee``, a share of what stays, is paid at once.
    """

    up_to_leverage: Annotated[Number, Multiple()]
    more_years: Annotated[Number, Years(1, 30)]
    rate_step: Annotated[Number, Rate(0, 0.2)]
    fee: Annotated[Number, Share(0, 0.1)]


LATER_SIZES = ("amount", "times_ebitda", "up_to_leverage")
LATER_REPAYMENTS = ("bullet", "annuity")


class Loan(Record):
    """One loan. Interest is fixed (``rate``) or ``margin`` above the weather's base rate, never below
    ``floor``.

    ``capitalised_rate`` is interest added to the loan instead of paid. Principal: ``linear`` or ``annuity``
    over ``years`` less ``grace``, save a ``balloon`` (share of the original repaid at ``years``); ``bullet``,
    all at ``years``; ``yearly_share`` of the original each year. ``sweep`` is the share of the year's excess
    cash, less what loans before it have taken, that repays it early: by rank, or by ``sweep_rank`` if given.
    ``sweep_steps`` raise it while leverage is high. ``at_maturity``: lenders may leave what falls due.

    ``drawn``: the year at whose end it is lent, if not on closing day; ``years`` count from there. What it
    brings goes to ``owners``, as a dividend, or repays the holding's ``loans`` by rank.
    """

    rank: Annotated[int, Field(ge=1, le=LAST_RANK)]
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
    sweep_rank: Annotated[int, Field(ge=1, le=LAST_RANK)] | None = None
    sweep_steps: dict[Code, SweepStep] = {}
    at_maturity: AtMaturity | None = None
    drawn: Annotated[int, Field(ge=1, le=30)] | None = None
    purpose: Literal["owners", "loans"] | None = None

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
        if self.at_maturity is not None and self.years is None:
            yield refusal("needed_with", found="at_maturity", allowed=["years"])
        yield from self._drawn_later()

    def _drawn_later(self) -> Iterator[PydanticCustomError]:
        """A loan of a later year says what it is for, and is sized and repaid by what is known then."""
        if (self.drawn is None) != (self.purpose is None):
            found, missing = ("drawn", "purpose") if self.purpose is None else ("purpose", "drawn")
            yield refusal("needed_with", found=found, allowed=[missing])
        if self.drawn is None and self.size.up_to_leverage is not None:
            yield refusal("needed_with", found="up_to_leverage", allowed=["drawn", "purpose"])
        if self.drawn is not None and self.size.kind not in LATER_SIZES:
            yield refusal("size_of_a_later_loan", found=self.size.kind, allowed=list(LATER_SIZES))
        if self.drawn is not None and self.repayment not in LATER_REPAYMENTS:
            yield refusal("repayment_of_a_later_loan", found=self.repayment, allowed=list(LATER_REPAYMENTS))


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
    """Money of one owner: an amount, a share of uses or of all owners' money, so much a head for those who
    take part, or the rest.

    ``rollover``: the party owned that much of the factory before and reinvests it. ``ordinary_share``: its
    part of the ordinary shares, where that is not its part of the money brought for them.
    """

    amount: Annotated[Number, Money()] | None = None
    share_of_uses: Annotated[Number, Share(0, 1)] | None = None
    share_of_equity: Annotated[Number, Share(0, 1)] | None = None
    per_head: Annotated[Number, Money(0, 1e6)] | None = None
    take_up: Annotated[Number, Share(0, 1)] | None = None
    rest: bool = False
    rollover: bool = False
    ordinary_share: Annotated[Number, Share(0, 1)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _the_word_rest(cls, given: Any) -> Any:
        return {"rest": True} if given == "rest" else given

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """One size, said in one way."""
        sizes = ("amount", "share_of_uses", "share_of_equity", "per_head", "rest")
        found = given(self, sizes)
        if len(found) != 1:
            yield refusal("exactly_one_of", found=found, allowed=list(sizes))
        elif (self.per_head is None) != (self.take_up is None):
            yield refusal("needed_with", found=found[0], allowed=["per_head", "take_up"])


class PreferredSize(Choice):
    """How much of its owner's stake is preferred."""

    amount: Annotated[Number, Money()] | None = None
    share_of_stake: Annotated[Number, Share(0, 1)] | None = None


class Preferred(Record):
    """The part of an owner's stake that is served before ordinary shares, by rank, and grows until then.

    ``kind``: a ``shareholder_loan``, which is a debt of the holding and whose interest is an expense, or
    ``preference_shares``. ``rate`` is added every year. ``participating``: it also takes part in what is left
    as if its money were in ordinary shares. ``converts_into``: share of what is left for ordinary shares that
    its holder may take instead, when the factory is sold.
    """

    rank: Annotated[int, Field(ge=1, le=LAST_RANK)]
    holder: Investor
    kind: Literal["shareholder_loan", "preference_shares"]
    size: PreferredSize
    rate: Annotated[Number, Rate(0, 0.5)]
    participating: bool = False
    converts_into: Annotated[Number, Share(0, 1)] | None = None

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """Either of the two ways to share in the rest."""
        if self.participating and self.converts_into is not None:
            yield refusal("useless_with", found="participating", allowed=["converts_into"])


class RatchetStep(Record):
    """Beyond a yearly return of ``above`` for the other owners, managers take a ``share`` of what follows."""

    above: Annotated[Number, Rate(0, 1)]
    share: Annotated[Number, Share(0, 0.5)]


class MinimumCash(Record):
    """Cash that must stay in the till; ``funded``: the buyer brings it on closing day."""

    amount: Annotated[Number, Money()]
    funded: bool


class Funding(Record):
    """The money that pays for the deal.

    ``loans`` and ``preferred`` are kept in the order of their rank; those of one rank share what is left for
    them in proportion.

    ``growth_capital``: cash brought to the factory on closing day beyond what the purchase needs, in new
    shares where there is a holding; the plan says what becomes of it.

    ``ratchet``: what managers take, at the sale, of the part of the other owners' ordinary shares, step by
    step as these have earned more.
    """

    minimum_cash: MinimumCash | None = None
    growth_capital: Annotated[Number, Money()] | None = None
    loans: dict[Code, Loan] = {}
    revolver: Revolver | None = None
    equity: dict[Investor, Stake] = {}
    preferred: dict[Code, Preferred] = {}
    ratchet: dict[Code, RatchetStep] = {}
    covenants: Covenants | None = None

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """One rest at most, owners whose parts are known."""
        yield from self._owners_disagree()
        rest = [f"loans.{name}" for name, loan in self.loans.items() if loan.size.rest]
        rest += [f"equity.{party}" for party, stake in self.equity.items() if stake.rest]
        if len(rest) > 1:
            yield refusal("several_rests", found=rest, allowed=[])
        if "revolver" in self.loans:
            yield refusal("reserved_name", found="revolver", allowed=[])

    def _owners_disagree(self) -> Iterator[PydanticCustomError]:
        """Preferred money is part of a stake, one at most converts, parts are declared for all or none."""
        owners = [party for party in self.equity if party != "nobody_yet"]
        strangers = [name for name, one in self.preferred.items() if one.holder not in owners]
        if strangers:
            yield refusal("holder_without_stake", found=strangers, allowed=owners)
        converting = [name for name, one in self.preferred.items() if one.converts_into is not None]
        if len(converting) > 1:
            yield refusal("several_convertibles", found=converting, allowed=[])
        declared = [party for party in owners if self.equity[party].ordinary_share is not None]
        if declared and len(declared) < len(owners):
            others = [f"{party}.ordinary_share" for party in owners if party not in declared]
            yield refusal("needed_with", found="ordinary_share", allowed=others)
        if self.ratchet:
            yield from self._ratchet_disagrees(owners)
        cure = None if self.covenants is None else self.covenants.cure
        if cure is not None and cure.party not in self.equity:
            yield refusal("holder_without_stake", found=[cure.party], allowed=list(self.equity))
        of_equity = [party for party, stake in self.equity.items() if stake.share_of_equity is not None]
        if of_equity and any(loan.size.rest for loan in self.loans.values()):
            yield refusal("equity_not_known", found=of_equity, allowed=[])

    def _ratchet_disagrees(self, owners: Sequence[str]) -> Iterator[PydanticCustomError]:
        """Managers and somebody who gives; steps written from the lowest return up."""
        if "managers" not in owners or len(owners) < 2:
            yield refusal("needed_with", found="ratchet", allowed=["equity.managers", "equity.fund"])
        rates = [step.above for step in self.ratchet.values()]
        if any(np.any(np.greater_equal(low, high)) for low, high in pairwise(rates)):
            yield refusal("ratchet_not_rising", found=list(self.ratchet), allowed=[])

    @model_validator(mode="after")
    def _in_order_of_rank(self) -> Self:
        for name in ("loans", "preferred"):
            by_rank = dict(sorted(getattr(self, name).items(), key=lambda item: item[1].rank))
            object.__setattr__(self, name, by_rank)
        return self
