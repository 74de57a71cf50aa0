"""What the two companies have and owe at a date, and what happened to them in one year.

A **position** holds every stock: cash, machines, loans, what is owed, equity, the two statuses. **Lines** are the
named quantities of one year, from the equations; a **year** is the part of them that a form may see. Inside one date
every number has the batch shape ``B``; stacked over dates, ``B + (dates,)``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, is_dataclass
from enum import IntEnum
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Number = float | NDArray[np.float64]
Array = NDArray[np.float64]


class Status(IntEnum):
    """How a company stands at a date. Failure is a result, never an exception: it lives inside an array."""

    SOUND = 0
    RESTRUCTURED = 1
    LIQUIDATED = 2
    NOT_FINANCED = 3


@dataclass(frozen=True)
class Position:
    """Factory and holding at one date, after everything that happened at it."""

    factory_cash: Number
    holding_cash: Number
    machines: Number
    working_capital: Number
    machines_owed: Number
    """Machines needed less machines bought since closing day, cumulated."""
    loans: tuple[Number, ...]
    """Balances, in the order of the loans' rank."""
    revolver: Number
    advance: Number
    """What the factory owes its owner for the debt refinanced on closing day, without interest."""
    participation_owed: Number
    levy_owed: Number
    labour_share_owed: tuple[Number, ...]
    """A co-operative's labour share kept in blocked accounts, one cell a year, oldest first."""
    share_interest_owed: Number
    gap: Number
    """The part of the price that nobody has brought yet, carried at par."""
    factory_unamortised_fees: Number
    holding_unamortised_fees: Number
    shares_in_factory: Number
    goodwill: Number
    factory_equity: Number
    holding_equity: Number
    capital: Number
    """A co-operative's share capital, at par."""
    legal_reserve: Number
    losses_to_absorb: Number
    """Losses of a co-operative that later surpluses must make good first."""
    factory_tax_losses: Number
    group_tax_losses: Number
    factory_status: Number
    holding_status: Number

    @property
    def alive(self) -> Array:
        """1.0 where the factory still trades."""
        return np.where(np.equal(self.factory_status, Status.LIQUIDATED), 0.0, 1.0)

    @property
    def standing(self) -> Array:
        """1.0 where the holding still serves its debt."""
        return np.where(np.equal(self.holding_status, Status.SOUND), 1.0, 0.0)

    @property
    def debt(self) -> Number:
        """All that bears the name of debt: loans, revolver and the missing money carried at par."""
        return sum(self.loans, self.revolver + self.gap)

    @property
    def net_debt(self) -> Number:
        """Debt less the cash of both companies."""
        return self.debt - self.factory_cash - self.holding_cash


@dataclass(frozen=True)
class Operations:
    """What the factory makes in one year, before any owner. Money a year; ``headcount`` in full-time workers."""

    sales: Number
    trend_sales: Number
    """Sales if demand were at its trend: what machines are needed for."""
    purchases: Number
    other_costs: Number
    production_taxes: Number
    headcount: Number
    gross_pay: Number
    employer_charges: Number
    value_added: Number
    ebitda: Number


@dataclass(frozen=True)
class Bill:
    """What law and statute take from the year's profit: tax, and the part of profit that goes to workers."""

    factory_tax: Number = 0.0
    """Tax the factory pays: to the holding in a tax group, else to the State."""
    group_tax: Number = 0.0
    """Tax that reaches the State."""
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


@dataclass(frozen=True)
class Year:
    """What a form sees of one year once interest is known: enough to tax and to share, nothing of other years."""

    opening: Position
    operations: Operations
    charge: Number
    depreciation: Number
    factory_interest: Number
    """Interest and commitment fees of the factory's own loans, paid or added to the loan."""
    holding_interest: Number
    factory_deposit_interest: Number
    holding_deposit_interest: Number
    factory_fees: Number
    """Financing fees expensed this year."""
    holding_fees: Number
    fees_deductible: Number


@dataclass(frozen=True)
class Lines:
    """Every named quantity of one year or of closing day. Money; zero where the thing does not exist.

    Lines that begin with ``factory_`` or ``holding_`` belong to one company's books. A loan's lines are tuples in the
    order of rank.
    """

    sales: Number = 0.0
    purchases: Number = 0.0
    other_costs: Number = 0.0
    production_taxes: Number = 0.0
    relief: Number = 0.0
    headcount: Number = 0.0
    gross_pay: Number = 0.0
    employer_charges: Number = 0.0
    value_added: Number = 0.0
    ebitda: Number = 0.0
    charge: Number = 0.0
    depreciation: Number = 0.0
    factory_interest: Number = 0.0
    factory_deposit_interest: Number = 0.0
    factory_fees: Number = 0.0
    factory_buyer_fees: Number = 0.0
    participation: Number = 0.0
    levy: Number = 0.0
    labour_share: Number = 0.0
    share_interest: Number = 0.0
    factory_tax: Number = 0.0
    factory_assets_lost: Number = 0.0
    """Book value of machines and working capital that a winding-up does not recover."""
    factory_recovered: Number = 0.0
    """What the market pays for the parts of a factory wound up, and the suppliers' bills that it leaves unpaid."""
    factory_court_costs: Number = 0.0
    factory_debt_forgiven: Number = 0.0
    factory_net_income: Number = 0.0
    factory_money_in: Number = 0.0
    factory_distributions: Number = 0.0
    """Dividends, and interest on shares when it is voted."""
    factory_shares_cancelled: Number = 0.0
    """What a company pays to buy its own shares back and cancel them."""
    holding_dividends: Number = 0.0
    holding_interest: Number = 0.0
    holding_deposit_interest: Number = 0.0
    holding_fees: Number = 0.0
    holding_buyer_fees: Number = 0.0
    holding_tax_saved: Number = 0.0
    """Tax received from the factory less tax paid to the State."""
    holding_gain_on_sale: Number = 0.0
    group_gain_on_sale: Number = 0.0
    holding_exit_costs: Number = 0.0
    holding_debt_forgiven: Number = 0.0
    holding_net_income: Number = 0.0
    holding_money_in: Number = 0.0
    holding_distributions: Number = 0.0
    group_tax: Number = 0.0
    working_capital_built: Number = 0.0
    capex_needed: Number = 0.0
    capex: Number = 0.0
    cash_for_debt: Number = 0.0
    """Cash available for debt service, before any machine: EBITDA less owner's charge, tax, workers' share of profit
    paid and working capital built."""
    interest_due: Number = 0.0
    """Interest and commitment fees to pay in cash this year, both companies."""
    principal_due: Number = 0.0
    """Principal to repay this year by contract, both companies."""
    loan_interest: tuple[Number, ...] = ()
    loan_drawn: tuple[Number, ...] = ()
    loan_capitalised: tuple[Number, ...] = ()
    loan_repaid: tuple[Number, ...] = ()
    loan_repaid_at_sale: tuple[Number, ...] = ()
    """The part of ``loan_repaid`` that came out of the price at the end, not out of the year's cash."""
    loan_written_off: tuple[Number, ...] = ()
    revolver_interest: Number = 0.0
    revolver_drawn: Number = 0.0
    revolver_repaid: Number = 0.0
    revolver_repaid_at_sale: Number = 0.0
    revolver_written_off: Number = 0.0


Frozen = TypeVar("Frozen")


def choose(mask: NDArray[np.bool_], yes: Frozen, no: Frozen) -> Frozen:
    """Cell by cell, one of two records of the same kind: ``where`` for frozen dataclasses, tuples and numbers."""
    if yes is no:
        return no
    if is_dataclass(no):
        chosen = {item.name: choose(mask, getattr(yes, item.name), getattr(no, item.name)) for item in fields(no)}
        return type(no)(**chosen)  # type: ignore[return-value]
    if isinstance(no, tuple):
        return tuple(choose(mask, one, other) for one, other in zip(yes, no, strict=True))  # type: ignore
    return np.where(mask, yes, no)  # type: ignore


def stack(records: Iterable[Any], shape: tuple[int, ...]) -> Any:
    """Records of several dates as one record whose numbers have shape ``B + (dates,)``."""
    dates = list(records)
    first = dates[0]
    if is_dataclass(first):
        lines = {item.name: stack([getattr(date, item.name) for date in dates], shape) for item in fields(first)}
        return type(first)(**lines)  # type: ignore[call-arg]
    if isinstance(first, tuple):
        return tuple(stack(cells, shape) for cells in zip(*dates, strict=True))
    rows = np.stack([np.broadcast_to(np.asarray(date, dtype=np.float64), shape) for date in dates], axis=-1)
    rows.setflags(write=False)
    return rows
