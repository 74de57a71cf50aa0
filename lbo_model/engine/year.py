"""One year of one deal, in the order in which it is told.

``live`` makes the year: what the factory earns, what its owner charges, what law and lenders ask, what is
left for machines, and for owners. A year ends in one of three ways (kept, at a standstill, stopped); each is
a set of ``Payments``, and ``book`` writes whichever happened into position, lines and ledger.
"""

from dataclasses import dataclass, field, replace
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from lbo_model import equations
from lbo_model.engine.bookkeeping import Step, book
from lbo_model.engine.choice import Known
from lbo_model.engine.debt import (
    Loans,
    debt_service,
    fees_expensed,
    preferred_growth,
)
from lbo_model.engine.leasing import rented
from lbo_model.engine.operations import yearly_amount
from lbo_model.engine.owners import shareholder_loans
from lbo_model.engine.payments import served
from lbo_model.engine.plant import aged, fitted_operations
from lbo_model.engine.relocation import departed, partly_abroad
from lbo_model.engine.setting import Setting
from lbo_model.engine.tills import tills_of
from lbo_model.engine.workforce import staffed
from lbo_model.position import Lines, Number, Operations, Position, Year, choose

MOST_ROUNDS = 60
LAST_DIGITS = 4.0 * np.finfo(np.float64).eps


@dataclass(frozen=True)
class Expected:
    """What a year must know of its own end before it is lived."""

    loans: Loans
    """Balances, for interest on average balances."""
    dividends: Number = 0.0
    """What the holding receives, where a part of it is taxed."""
    known: Known = field(default_factory=lambda: Known(np.asarray(False), np.asarray(False)))
    """Cells that could not pay with less tax on dividends than they owe, or not without help."""


def operations_of(setting: Setting, opening: Position, date: int) -> Operations:
    """What the factory makes in the deal's year ``date``, from the position at its start; before rents, and
    before a move that the year may decide.
    """
    made, season = setting.operations[date], setting.seasons[date]
    if setting.full:
        made = fitted_operations(setting.scenario, season, opening)
    made = partly_abroad(setting.scenario.factory, season, made, opening)
    return staffed(setting.deal, setting.scenario.factory, season, made, opening)


def live(setting: Setting, opening: Position, date: int) -> Step:
    """The deal's year ``date``, from the position at its start.

    Interest on average balances depends on the balances at the end, which depend on interest. The year is
    lived again with the balances found until they no longer move: each round divides the error by some forty
    (the slope is at most half the rate), so the answer is exact but for the last digits. It begins with the
    balances of the contract, so that a company fails only where it cannot pay what it would owe by paying.

    So it is where a part of dividends is taxed: the holding's tax depends on what its factory sends up, which
    depends on its tax. Rounds begin without dividends and tax grows from round to round (the slope is the
    rate times the taxed part): whoever cannot pay in one of them cannot pay in the last.
    """
    season = setting.seasons[date]
    departure = departed(setting, opening, _trading(operations_of(setting, opening, date), opening), date)
    operations = rented(departure.made, opening)
    service = debt_service(
        setting.deal, setting.closing, season, opening, date, opening.loans, operations.ebitda_before_rents
    )
    balances = zip(opening.loans, service.capitalised, service.principal, strict=True)
    expected = Expected(tuple(balance + added - due for balance, added, due in balances))
    averages = any(loan.interest_on == "average" for loan in setting.deal.funding.loans.values())
    taxed = setting.form.has_holding and setting.scenario.policy.corporate_tax.dividend_taxable is not None
    for _ in range(MOST_ROUNDS):
        step = _year(setting, opening, operations, departure.brought, date, expected)
        # What is drawn at the end of the year bears no interest in it, what it repays bears all of it.
        lines = step.lines
        moves = zip(step.position.loans, lines.loan_drawn, lines.loan_refinanced, strict=True)
        found = Expected(tuple(balance - drawn + refinanced for balance, drawn, refinanced in moves))
        known = Known(expected.known.failed, expected.known.helped | _helped(lines))
        if taxed:
            known = replace(known, failed=np.not_equal(step.position.holding_status, opening.holding_status))
            found = replace(found, dividends=lines.holding_dividends)
        found = replace(found, known=known)
        debt = np.abs(sum(opening.loans, np.asarray(0.0)))
        moved = averages and not all(map(_same, found.loans, expected.loans, repeat(debt)))
        if not moved and (
            not taxed or _same(found.dividends, expected.dividends, debt + np.abs(found.dividends))
        ):
            break
        expected = found
    return step


def _helped(lines: Lines) -> NDArray[np.bool_]:
    return np.greater(lines.principal_deferred + lines.labour_share_blocked + lines.new_money, 0.0)


def _same(one: Number, other: Number, size: Number) -> bool:
    """Whether two rounds agree in every cell, but for the last digits of amounts of a ``size``: rounding may
    go back and forth there for ever.
    """
    return bool(np.all(np.less_equal(np.abs(one - np.asarray(other)), LAST_DIGITS * size)))


def _year(
    setting: Setting,
    opening: Position,
    operations: Operations,
    brought_to_move: Number,
    date: int,
    expected: Expected,
) -> Step:
    scenario, deal, form = setting.scenario, setting.deal, setting.form
    season, factory = setting.seasons[date], scenario.factory

    # 1. Sales, pay, EBITDA are known. 2. What the owner takes before tax, while lenders are served.
    charge = form.charge(deal.terms, operations.ebitda) * opening.standing
    # 3. What lenders ask for, and what cash earns.
    service = debt_service(
        deal, setting.closing, season, opening, date, expected.loans, operations.ebitda_before_rents
    )
    lost = yearly_amount(factory.machines.depreciation, season.date, operations.trend_sales, opening.machines)
    year = Year(
        opening=opening,
        operations=operations,
        charge=charge,
        depreciation=equations.depreciation(lost * opening.alive, opening.machines),
        factory_interest=service.interest_expense(deal, "factory"),
        holding_interest=service.interest_expense(deal, "holding"),
        shareholder_interest=shareholder_loans(deal, preferred_growth(deal, opening)),
        factory_deposit_interest=season.deposit_rate * opening.factory_cash,
        holding_deposit_interest=season.deposit_rate * opening.holding_cash,
        factory_fees=np.minimum(
            fees_expensed(deal, setting.closing, "factory", date), opening.factory_unamortised_fees
        ),
        holding_fees=np.minimum(
            fees_expensed(deal, setting.closing, "holding", date), opening.holding_unamortised_fees
        ),
        fees_deductible=float(scenario.policy.corporate_tax.fees_deductible),
        tax_rate=scenario.policy.corporate_tax.rate.at(season.date),
        holding_dividends=expected.dividends,
        brought_to_move=brought_to_move,
    )
    # 4. What law and statute take from profit.
    bill = form.tax(deal.terms, scenario.policy, year)
    # 5. What each till holds once these are paid, before any machine.
    tills = tills_of(setting, year, bill, service, date)
    # 6. Machines, credit line, early repayment, owners: or a standstill, or the end.
    payments, stopped = served(setting, year, bill, service, tills, expected.known, date)
    step = book(deal, form, setting.closing, year, payments, tills.working_capital, tills.needed)
    position = step.position
    if setting.full:
        # 7. Machines wear, parts get worse or better.
        bought = payments.capex + payments.leased
        position = aged(scenario, season, opening, operations, tills.needed, bought, position)
    return replace(step, position=position, stopped=stopped)


def _trading(operations: Operations, opening: Position) -> Operations:
    alive = opening.alive
    if np.all(alive):
        return operations
    return choose(alive > 0.0, operations, Operations(**dict.fromkeys(Operations.__dataclass_fields__, 0.0)))
