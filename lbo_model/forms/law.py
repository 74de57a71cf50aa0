"""The law of the land, the same for every deal: taxes, the workers' legal share, what a co-operative must
respect.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lbo_model.forms.levers import AcquisitionDebt, Clawback
from lbo_model.forms.record import Law
from lbo_model.quantities import Money, Multiple, Number, People, Rate, Series, Share, refuse


class CorporateTax(Law):
    """Tax on profit. Losses are lost, or carried: used up to an amount a year, then a share of the profit
    above.

    ``regime``: a holding and its factory are taxed as one (``tax_group``), or each alone
    (``parent_subsidiary``). ``dividend_taxable``: part of the dividends received from the factory that counts
    in the income of the holding, or of the group; none if it is not given. ``fees_deductible``: whether an
    ordinary company deducts financing fees; a co-operative always does, since its tax and its surplus are
    solved together.
    """

    rate: Annotated[Series, Rate(0, 0.6)]
    regime: Literal["tax_group", "parent_subsidiary"] = "tax_group"
    dividend_taxable: Annotated[Number, Share(0, 1)] | None = None
    losses: Literal["carried", "lost"]
    losses_used_freely: Annotated[Number, Money()] | None = None
    losses_used_beyond: Annotated[Number, Share(0, 1)] | None = None
    fees_deductible: bool

    @model_validator(mode="after")
    def _carried_losses_have_a_limit(self) -> Self:
        limits = ("losses_used_freely", "losses_used_beyond")
        missing = [name for name in limits if getattr(self, name) is None]
        if self.losses == "carried" and missing:
            refuse("needed_with", found="losses: carried", allowed=missing)
        return self

    @model_validator(mode="after")
    def _a_parent_says_what_dividends_are_taxed(self) -> Self:
        if self.regime == "parent_subsidiary" and self.dividend_taxable is None:
            refuse("needed_with", found="regime: parent_subsidiary", allowed=["dividend_taxable"])
        return self

    @property
    def grouped(self) -> bool:
        """Whether a holding and its factory are taxed as one."""
        return self.regime == "tax_group"


class InterestLimit(Law):
    """Net interest that may be deducted: a share of EBITDA, or an amount where that is more (CGI art. 212
    bis).

    ``least_equity_to_debt``: none at all unless the equity of both companies together is at least that part
    of what they owe to lenders, at the start of the year.
    """

    share_of_ebitda: Annotated[Number, Share(0, 1)]
    freely: Annotated[Number, Money()]
    least_equity_to_debt: Annotated[Number, Share(0, 10)] | None = None


class Participation(Law):
    """The workers' legal share of profit in an ordinary company (Labour Code, L3324-1)."""

    minimum_staff: Annotated[Number, People(0)]
    capital_return: Annotated[Number, Rate(0, 0.2)]
    profit_share: Annotated[Number, Share(0, 1)]
    levy: Annotated[Number, Share(0, 1)]


class CooperativeLaw(Law):
    """What the law asks of a SCOP (law of 19 July 1978, articles 3 bis and 33; Social Security Code,
    L137-16).
    """

    workers_capital: Annotated[Number, Share(0, 1)]
    workers_votes: Annotated[Number, Share(0, 1)]
    labour_share: Annotated[Number, Share(0, 1)]
    legal_reserve: Annotated[Number, Share(0, 1)]
    equity_share_of_capital: Annotated[Number, Share(0, 1)]
    levy: Annotated[Number, Share(0, 1)]


class Takeover(Law):
    """A court may sell a factory that cannot pay as a whole (plan de cession, Commercial Code, L642-1).

    ``hope``: the part of the fall of EBITDA since closing day that a new operator takes for passing.
    ``jobs_kept``: share of the jobs that go on with it.
    """

    hope: Annotated[Number, Share(0, 1)]
    jobs_kept: Annotated[Number, Share(0, 1)]


class Restructuring(Law):
    """A holding that cannot pay turns its debt into shares, by absolute priority (Commercial Code, L626-32).

    ``debt_kept``: what its lenders keep as debt at most, in times normal EBITDA, the factory's own debt
    included. ``hope``: the part of the fall of EBITDA since closing day that is taken for passing.
    """

    debt_kept: Annotated[Number, Multiple(0, 10)]
    hope: Annotated[Number, Share(0, 1)]


class Distress(Law):
    """What a failing firm fetches: sold as a going concern (``price_share``), or in parts.

    ``suppliers_owed``: bills still to pay when a factory closes, as a share of the year's purchases; none
    beyond the working capital of the books if it is not given. ``takeover``: whether a court may sell the
    factory as a whole, where that brings more than its parts. ``restructuring``: whether the lenders of a
    holding that cannot pay take its shares on that day; if it is not given, they wait for the sale.
    """

    price_share: Annotated[Number, Share(0, 1)]
    court_costs: Annotated[Number, Share(0, 0.5)]
    machines_recovered: Annotated[Number, Share(0, 1)]
    working_capital_recovered: Annotated[Number, Share(0, 1)]
    suppliers_owed: Annotated[Number, Share(0, 0.5)] | None = None
    takeover: Takeover | None = None
    restructuring: Restructuring | None = None


class Policy(Law):
    """The law that every deal of a scenario lives under.

    ``dividends_from``: what a factory may pay as dividends: its ``cash``, or no more of it than its
    distributable ``profit``, of the year and of years before (Commercial Code, L232-11).
    ``acquisition_debt``: how much may be borrowed to buy; no limit if it is not given. ``held_at_least``:
    years before which a buyer neither sells nor borrows to pay its owners. ``machines_first``: the machines
    that the factory needs are bought ``before_owners`` are paid or loans repaid early, or ``before_lenders``
    of the holding too. ``workers_share_of_gain``: the part of its owners' gain that a holding pays to the
    workers when it sells, or out of what a factory that closes leaves it. ``clawback``: what those who sold
    give back where the factory closes soon after.
    """

    corporate_tax: CorporateTax
    dividends_from: Literal["cash", "profit"] = "cash"
    interest_limit: InterestLimit | None = None
    acquisition_debt: AcquisitionDebt | None = None
    held_at_least: Annotated[int, Field(ge=1, le=30)] | None = None
    machines_first: Literal["before_owners", "before_lenders"] | None = None
    workers_share_of_gain: Annotated[Number, Share(0, 0.5)] | None = None
    clawback: Clawback | None = None
    participation: Participation | None = None
    cooperative: CooperativeLaw | None = None
    distress: Distress
