"""The factory on the eve of closing."""

from typing import Annotated, Any

from pydantic import Discriminator, Field, Tag

from lbo_model.quantities import Elasticity, Index, Money, Number, People, Series, Share
from lbo_model.scenario.record import Choice, Record
from lbo_model.scenario.relocation import WorkAbroad


class Pay(Choice):
    """Pay of one full-time worker: gross a year, or what makes the payroll a share of the closing year's
    sales.
    """

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
    aggregate = (
        "ebitda_margin" in given if isinstance(given, dict) else isinstance(given, AggregateOperations)
    )
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


class Consequences(Record):
    """What machines bought or not do to sales, where ``behaviour`` is ``full``.

    ``equipment_per_sales``: machines, at the day's prices, per euro of the closing year's sales.
    ``opening_capacity``: sales that they can make, beside the closing year's. ``worn_out_turns``: the part of
    capacity that machines keep when they are not renewed. ``quality_elasticity``: quality is (machines /
    machines required) to this power. ``share_elasticity``: the share of the market that quality deserves is
    quality, its mean over the last ``quality_years``, to this power. ``share_speed``: part of the way to it
    that customers go each year.
    """

    equipment_per_sales: Annotated[Number, Share(0.05, 3)]
    opening_capacity: Annotated[Number, Index(1, 3)]
    worn_out_turns: Annotated[Number, Share(0, 1)]
    quality_elasticity: Annotated[Number, Elasticity(0, 1)]
    quality_years: Annotated[int, Field(ge=1, le=10)]
    share_elasticity: Annotated[Number, Elasticity(0, 3)]
    share_speed: Annotated[Number, Share(0, 1)]


class Factory(Record):
    """The operating company on the eve of closing, with its opening balance sheet.

    ``distributable_reserves``: the part of its equity that dividends may come from, where the law looks at
    profit; the rest is capital and legal reserve. ``work_abroad``: what its work would cost there, for plans
    that move some.
    """

    operations: AnyOperations
    machines: Machines
    consequences: Consequences | None = None
    work_abroad: WorkAbroad | None = None
    working_capital: Annotated[Series, Share(0, 1)]
    opening_cash: Annotated[Number, Money()]
    opening_debt: Annotated[Number, Money()]
    distributable_reserves: Annotated[Number, Money()] | None = None
