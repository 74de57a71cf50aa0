"""What the two companies have and owe at a date, and what happened to them in one year.

A **position** holds every stock: cash, machines, loans, what is owed, equity, the two statuses. **Lines** are
the named quantities of one year, from the equations; a **year** is the part of them that a form may see.
Inside one date every number has the batch shape ``B``; stacked over dates, ``B + (dates,)``.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cache
from operator import attrgetter
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = float | NDArray[np.float64]
Array = NDArray[np.float64]
Cells = TypeVar("Cells", bound=Number)


class Status(IntEnum):
    """How a company stands at a date. Failure is a result, never an exception: it lives inside an array."""

    SOUND = 0
    RESTRUCTURED = 1
    LIQUIDATED = 2
    NOT_FINANCED = 3
    WAIVED = 4
    CURED = 5
    DEFERRED = 6


class MoveRefused(IntEnum):
    """Why jobs that an owner would move abroad stay."""

    BY_LENDERS = 1
    NO_MONEY = 2


@dataclass(frozen=True)
class PositionOf(Generic[Cells]):
    """Factory and holding at one date, after everything that happened at it."""

    factory_cash: Cells
    holding_cash: Cells
    machines: Cells
    working_capital: Cells
    machines_owed: Cells
    """Machines needed less machines bought since closing day, cumulated; machines for growth do not count."""
    equipment: Cells
    """What the machines as they are would cost at the day's prices. This stock and the next three exist where
    behaviour is ``full``.
    """
    fitted_equipment: Cells
    """The same, had all that the factory was ever fitted with been renewed."""
    market_share: Cells
    """Share of the market beside that of closing day, in the year that ends."""
    qualities: tuple[Cells, ...]
    """Quality of the parts at the end of the last years, oldest first."""
    permanent_staff: Cells
    """Full-time workers but for temporary ones; in no book. Counted where the plan has a ``workforce``."""
    share_abroad: Cells
    """The part of the factory's work that an owner has moved abroad; in no book."""
    loans: tuple[Cells, ...]
    """Balances, in the order of the loans' rank."""
    deferred: tuple[Cells, ...]
    """Years by which lenders have let each loan's principal wait; empty where no plan of rescue is
    declared.
    """
    preferred: tuple[Cells, ...]
    """What owners' preferred money has grown to, in the order of its rank."""
    ratchet_hurdles: tuple[Cells, ...]
    """What owners other than managers must still receive to have earned the rate of each of the ratchet's
    steps; in no book.
    """
    shares: dict[str, Cells]
    """Each party's part of the holding's ordinary shares, where the law may turn debt into shares; empty
    elsewhere, and without a holding.
    """
    money_in_the_deal: Cells
    """What owners have brought less what they were paid as owners, where workers share in the gain; in no
    book.
    """
    revolver: Cells
    advance: Cells
    """What the factory owes its owner for the debt refinanced on closing day, without interest."""
    participation_owed: Cells
    levy_owed: Cells
    labour_share_owed: tuple[Cells, ...]
    """A co-operative's labour share kept in blocked accounts, one cell a year, oldest first."""
    share_interest_owed: Cells
    rents_due: tuple[Cells, ...]
    """Rents still to pay for machines already leased, one cell a year, next year first; empty where nobody
    leases.
    """
    lease_debt_due: tuple[Cells, ...]
    """The part of each of these rents that pays for the machines; the rest is interest."""
    breached: Cells
    """1.0 where the last accounts broke a covenant and lenders waived it: owners wait for a year."""
    gap: Cells
    """The part of the price that nobody has brought yet, carried at par."""
    factory_unamortised_fees: Cells
    holding_unamortised_fees: Cells
    shares_in_factory: Cells
    goodwill: Cells
    factory_equity: Cells
    undistributable: Cells
    """The part of the factory's equity that no dividend may touch, where the law looks at profit."""
    holding_equity: Cells
    capital: Cells
    """A co-operative's share capital, at par."""
    legal_reserve: Cells
    losses_to_absorb: Cells
    """Losses of a co-operative that later surpluses must make good first."""
    factory_tax_losses: Cells
    group_tax_losses: Cells
    """Past tax losses of the group; of the holding where each company is taxed alone."""
    factory_status: Cells
    holding_status: Cells

    @property
    def alive(self) -> Array:
        """1.0 where the factory still trades."""
        return np.where(np.equal(self.factory_status, Status.LIQUIDATED), 0.0, 1.0)

    @property
    def standing(self) -> Array:
        """1.0 where the holding still serves its debt."""
        return np.where(np.equal(self.holding_status, Status.SOUND), 1.0, 0.0)

    @property
    def lease_debt(self) -> Number:
        """What is still owed for leased machines, in no book: all rents to come less their interest."""
        return sum(self.lease_debt_due, 0.0)

    @property
    def machines_in_use(self) -> Number:
        """Machines at book value, and those leased at what is still owed for them."""
        return sum(self.lease_debt_due, self.machines)

    @property
    def debt(self) -> Number:
        """All that bears the name of debt: loans, revolver, the missing money carried at par, leases."""
        drawn: Number = self.revolver + np.asarray(self.gap)
        return sum((*self.loans, *self.lease_debt_due), drawn)

    @property
    def group_equity(self) -> Number:
        """Book equity of both companies as one: what the holding paid for its factory counts as goodwill
        beyond the factory's own equity.
        """
        of_factory = np.asarray(self.factory_equity) - self.shares_in_factory + self.goodwill
        return of_factory + self.holding_equity

    @property
    def net_debt(self) -> Number:
        """Debt less the cash of both companies."""
        return self.debt - self.factory_cash - self.holding_cash


Position = PositionOf[Number]
"""At one date."""
Positions = PositionOf[Array]
"""At every date."""


@dataclass(frozen=True)
class Operations:
    """What the factory makes in one year: before any owner, and, where its owner leases machines, once rents
    are paid. Money a year; ``headcount`` in full-time workers.
    """

    sales: Number
    trend_sales: Number
    """Sales if demand were at its trend, as far as the factory is fitted for them: what machines are
    needed for.
    """
    purchases: Number
    other_costs: Number
    production_taxes: Number
    headcount: Number
    gross_pay: Number
    employer_charges: Number
    value_added: Number
    ebitda: Number
    capacity: Number = 0.0
    """Sales that the machines can make, where behaviour is ``full``; the same for the next two."""
    turned_away: Number = 0.0
    market_share: Number = 0.0
    rent: Number = 0.0
    """Of leased machines, already deducted from value added and EBITDA."""
    work: Number = 0.0
    """Full-time workers whom the year's sales keep busy."""
    permanent_staff: Number = 0.0
    """At the end of the year, where the plan has a ``workforce``; the same for all that follow."""
    hired: Number = 0.0
    dismissed: Number = 0.0
    short_time_pay: Number = 0.0
    """For hours not worked, in EBITDA; so are the next two."""
    short_time_money: Number = 0.0
    """What the State gives back of it."""
    hiring: Number = 0.0
    """What it costs to hire, deducted from value added."""
    severance: Number = 0.0
    """Paid to those who are dismissed, and to those whose jobs are moved; not in EBITDA."""
    work_abroad: Number = 0.0
    """What work that was moved abroad is bought for, deducted from value added."""
    share_abroad: Number = 0.0
    """The part of the work that is done abroad, that which leaves at the end of this year included."""
    jobs_moved: Number = 0.0
    """Workers, permanent ones where the plan counts them, who lose their jobs to a move at its end."""
    moving_costs: Number = 0.0
    """What the move costs beside severance; not in EBITDA."""
    move_refused: Number = 0.0
    """Why a move that the plan declares does not happen: a ``MoveRefused``, else 0."""
    move_cost: Number = 0.0
    """Of a move that the plan declares for this year, whether it happens or not: what it costs, once."""
    move_saving: Number = 0.0
    """What it saves a year."""
    move_labour_cost: Number = 0.0
    """What the work that it concerns costs here in a year."""

    @property
    def earned(self) -> Number:
        """EBITDA once severance and the costs of moving are paid: what tax, lenders and owners find."""
        return self.ebitda - self.severance - self.moving_costs

    @property
    def ebitda_before_rents(self) -> Number:
        """EBITDA as if leased machines were bought: what prices and debts are measured by."""
        return self.ebitda + self.rent


@dataclass(frozen=True)
class Bill:
    """What law and statute take from the year's profit: tax, and the part of profit that goes to workers."""

    factory_tax: Number = 0.0
    """Tax the factory pays: to the holding in a tax group, else to the State."""
    tax_to_holding: Number = 0.0
    """The part of it that a holding, if there is one, receives and answers for."""
    holding_tax: Number = 0.0
    """Tax that a holding pays the State: of the group, or its own where each company is taxed alone."""
    interest_not_deducted: Number = 0.0
    """Net interest above the law's limit, on which the State is paid tax."""
    participation: Number = 0.0
    levy: Number = 0.0
    labour_share: Number = 0.0
    share_interest: Number = 0.0
    legal_reserve: Number = 0.0
    relief: Number = 0.0
    """Production taxes that the statute is exempt from."""
    factory_tax_losses: Number = 0.0
    group_tax_losses: Number = 0.0
    losses_to_absorb: Number = 0.0

    @property
    def group_tax(self) -> Number:
        """Tax that reaches the State."""
        return self.factory_tax - self.tax_to_holding + self.holding_tax


@dataclass(frozen=True)
class Year:
    """What a form sees of one year once interest is known: enough to tax and to share, nothing of other
    years.
    """

    opening: Position
    operations: Operations
    charge: Number
    depreciation: Number
    factory_interest: Number
    """Interest and commitment fees of the factory's own loans, paid or added to the loan."""
    holding_interest: Number
    shareholder_interest: Number
    """What the owners' loans to the holding grow by."""
    factory_deposit_interest: Number
    holding_deposit_interest: Number
    factory_fees: Number
    """Financing fees expensed this year."""
    holding_fees: Number
    fees_deductible: Number
    tax_rate: Number
    """Rate of corporate tax in this year."""
    holding_dividends: Number
    """What the holding receives from its factory's profit; looked at where a part of it is taxed."""
    brought_to_move: Number = 0.0
    """What an owner brings to move jobs abroad."""


@dataclass(frozen=True)
class LinesOf(Generic[Cells]):
    """Every named quantity of one year or of closing day. Money; zero where the thing does not exist.

    Lines that begin with ``factory_`` or ``holding_`` belong to one company's books. Lines of loans and of
    preferred money are tuples in the order of rank.
    """

    sales: Cells
    purchases: Cells
    other_costs: Cells
    rent: Cells
    """Of leased machines."""
    production_taxes: Cells
    relief: Cells
    headcount: Cells
    hired: Cells
    """Permanent workers who came this year, and those who were dismissed; full-time workers."""
    dismissed: Cells
    gross_pay: Cells
    employer_charges: Cells
    short_time_pay: Cells
    """For hours not worked."""
    short_time_money: Cells
    """What the State gives back of it."""
    hiring: Cells
    """What it costs to hire, a part of the costs before value added."""
    severance: Cells
    """Paid to those who are dismissed, and to those whose jobs are moved, below EBITDA."""
    work_abroad: Cells
    """What work that was moved abroad is bought for, a part of the costs before value added."""
    jobs_moved: Cells
    """Workers who lose their jobs to a move abroad at the end of the year."""
    moving_costs: Cells
    """What the move costs beside severance, below EBITDA."""
    move_refused: Cells
    """Why a move that the plan declares did not happen: a ``MoveRefused``, else 0."""
    move_cost: Cells
    """Of a move that the plan declares for the year, whether it happens or not; so are the next two."""
    move_saving: Cells
    move_labour_cost: Cells
    brought_to_move: Cells
    """What an owner brought for it."""
    value_added: Cells
    ebitda: Cells
    charge: Cells
    depreciation: Cells
    factory_interest: Cells
    factory_deposit_interest: Cells
    factory_fees: Cells
    factory_buyer_fees: Cells
    participation: Cells
    levy: Cells
    labour_share: Cells
    share_interest: Cells
    factory_tax: Cells
    factory_assets_lost: Cells
    """Book value of machines and working capital that a winding-up does not recover."""
    factory_recovered: Cells
    """What the market pays for the parts of a factory wound up, and the suppliers' bills that it leaves
    unpaid.
    """
    suppliers_owed: Cells
    """Bills beyond the working capital of the books that a factory owes when it is wound up."""
    jobs_taken_over: Cells
    """Jobs that go on with a new operator when the factory is wound up; full-time workers."""
    closing_severance: Cells
    """Owed to those whose jobs end when the factory is wound up, paid by it or by the wage guarantee."""
    factory_court_costs: Cells
    clawback: Cells
    """What owners before give back to a factory that is wound up."""
    factory_debt_forgiven: Cells
    factory_net_income: Cells
    factory_money_in: Cells
    factory_distributions: Cells
    """Dividends, and interest on shares when it is voted."""
    factory_shares_cancelled: Cells
    """What a company pays to buy its own shares back and cancel them."""
    holding_dividends: Cells
    holding_interest: Cells
    holding_deposit_interest: Cells
    shareholder_interest: Cells
    """What the owners' loans to the holding grow by: an expense of the holding."""
    holding_fees: Cells
    holding_buyer_fees: Cells
    holding_tax_saved: Cells
    """Tax received from the factory less tax paid to the State: below zero where the holding pays more."""
    holding_gain_on_sale: Cells
    group_gain_on_sale: Cells
    holding_exit_costs: Cells
    holding_debt_forgiven: Cells
    shareholder_loans_lost: Cells
    """What the holding never repays of its owners' loans."""
    holding_net_income: Cells
    holding_money_in: Cells
    holding_distributions: Cells
    group_tax: Cells
    """Tax that the State receives from both companies."""
    interest_not_deducted: Cells
    """Net interest above the law's limit, on which the State is paid tax."""
    working_capital_built: Cells
    capacity: Cells
    """Sales that the machines could make, where behaviour is ``full``."""
    turned_away: Cells
    """Orders that they could not serve."""
    capex_needed: Cells
    capex: Cells
    growth_capex: Cells
    """The part of ``capex`` that was bought to serve orders turned away."""
    leased: Cells
    """Machines that the lessor bought, beside ``capex``."""
    lease_interest: Cells
    """The part of ``rent`` that does not pay for the machines."""
    lease_recovered: Cells
    """What the lessor sells its machines for when the factory is wound up."""
    cash_for_debt: Cells
    """Cash available for debt service, before any machine: EBITDA less owner's charge, tax, workers' share of
    profit paid and working capital built.
    """
    interest_due: Cells
    """Interest and commitment fees to pay in cash this year, both companies."""
    principal_due: Cells
    """Principal to repay this year by contract, both companies."""
    principal_deferred: Cells
    """Principal of the year that lenders let wait, because cash is short."""
    labour_share_blocked: Cells
    """Labour share that fell due and that members left in blocked accounts, because cash is short."""
    loan_interest: tuple[Cells, ...]
    loan_drawn: tuple[Cells, ...]
    loan_capitalised: tuple[Cells, ...]
    loan_repaid: tuple[Cells, ...]
    loan_repaid_at_sale: tuple[Cells, ...]
    """The part of ``loan_repaid`` that came out of the price at the end, not out of the year's cash."""
    loan_refinanced: tuple[Cells, ...]
    """The part of ``loan_repaid`` that a loan of a later year paid for, at the end of the year."""
    loan_written_off: tuple[Cells, ...]
    loan_converted: tuple[Cells, ...]
    """Turned into shares of the holding, at what these were worth that day."""
    loan_fees: tuple[Cells, ...]
    """Paid after closing day: when a loan is drawn later, or left at maturity."""
    preferred_grown: tuple[Cells, ...]
    preferred_paid: tuple[Cells, ...]
    """Out of the year's cash."""
    preferred_paid_at_sale: tuple[Cells, ...]
    preferred_given_up: tuple[Cells, ...]
    """Claims that end with the holding's restructuring, for shares or for nothing."""
    breached_leverage: Cells
    """1.0 where the year's accounts broke this covenant; the same for the next two."""
    breached_cover: Cells
    breached_interest_cover: Cells
    cured: Cells
    """What an owner brought to be within the leverage covenant again."""
    new_money: Cells
    """What an owner brought to pay the debts of the year."""
    revolver_interest: Cells
    revolver_drawn: Cells
    revolver_repaid: Cells
    revolver_repaid_at_sale: Cells
    revolver_written_off: Cells
    revolver_converted: Cells
    gap_converted: Cells
    """Missing money that becomes shares with the holding's restructuring, at par."""
    holding_debt_cut: Cells
    """What lenders gave up on the day of the holding's restructuring, for shares or for nothing, and the
    missing money.
    """

    @property
    def ebitda_before_rents(self) -> Number:
        """EBITDA as if leased machines were bought: what prices and debts are measured by."""
        after: Number = self.ebitda
        return after + self.rent


Lines = LinesOf[Number]
"""Of one year."""
LinesByDate = LinesOf[Array]
"""Of every year."""


@cache
def blank_lines(loans: int, preferred: int) -> Lines:
    """Lines of a year in which nothing happened, for a deal with so many loans and kinds of preferred
    money.
    """
    lengths = {"loan": loans, "preferred": preferred}
    kinds = {item.name: item.name.split("_")[0] for item in fields(LinesOf)}
    names = {name: (0.0,) * lengths[kind] if kind in lengths else 0.0 for name, kind in kinds.items()}
    return LinesOf(**names)  # type: ignore[arg-type]


Frozen = TypeVar("Frozen")


def each(function: Callable[..., Any], *records: Any) -> Any:
    """A record of the same kind as those given; each number is the function of theirs at its place."""
    kind: Any = type(records[0])
    if kind is tuple:
        return tuple(each(function, *places) for places in zip(*records, strict=True))
    if kind is dict:
        return {name: each(function, *(record[name] for record in records)) for name in records[0]}
    names: Any = getattr(kind, "__dataclass_fields__", None)
    if names is None:
        return function(*records)
    return kind(*(each(function, *map(attrgetter(name), records)) for name in names))


def choose(mask: NDArray[np.bool_], yes: Frozen, no: Frozen) -> Frozen:
    """Cell by cell, one of two records of the same kind: ``where`` for frozen dataclasses."""
    chosen: Frozen = each(lambda one, other: np.where(mask, one, other), yes, no)
    return chosen


def stack(records: Iterable[Any], shape: tuple[int, ...], dates: int) -> Any:
    """Records of several dates as one, of shape ``B + (dates,)``; NaN at the dates that are left."""
    steps = list(records)

    def series(*cells: Number) -> Array:
        row = np.full((*shape, dates), np.nan)
        for date, cell in enumerate(cells):
            row[..., date] = cell
        row.setflags(write=False)
        return row

    return each(series, *steps)
