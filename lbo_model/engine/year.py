"""One year of one deal, in the order in which it is told.

``live`` makes the year: what the factory earns, what its owner charges, what law and lenders ask, what is
left for machines, and for owners. A year ends in one of three ways (kept, at a standstill, stopped); each is
a set of ``Payments``, and ``book`` writes whichever happened into position, lines and ledger.
"""

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lbo_model import equations
from lbo_model.engine.bookkeeping import Payments, Step, book, shareholder_loans
from lbo_model.engine.closing import Closing
from lbo_model.engine.debt import (
    DebtService,
    Loans,
    debt_service,
    fees_expensed,
    preferred_growth,
    sweep_share,
)
from lbo_model.engine.later import lent_later
from lbo_model.engine.operations import Season, yearly_amount
from lbo_model.engine.plant import aged, equipment_per_capacity, fitted_operations, needed_machines
from lbo_model.engine.target import Target
from lbo_model.forms import Form
from lbo_model.position import Bill, Number, Operations, Position, Status, Year, choose
from lbo_model.quantities import TOLERANCE
from lbo_model.scenario import Deal, Scenario

MOST_ROUNDS = 60


@dataclass(frozen=True)
class Setting:
    """What does not change during a deal: the inputs, the form, closing day, and the years to come."""

    scenario: Scenario
    deal: Deal
    form: Form
    target: Target
    closing: Closing
    seasons: tuple[Season, ...]
    """What each year of the deal brings, closing day first."""
    operations: tuple[Operations, ...]
    """The factory's years if it makes all that the market asks for, whoever owns it."""

    @property
    def full(self) -> bool:
        """Whether machines that are bought or not have consequences."""
        return self.scenario.behaviour == "full"


@dataclass(frozen=True)
class Expected:
    """What a year must know of its own end before it is lived."""

    loans: Loans
    """Balances, for interest on average balances."""
    dividends: Number = 0.0
    """What the holding receives, where a part of it is taxed."""
    failed: NDArray[np.bool_] = field(default_factory=lambda: np.asarray(False))
    """Cells that could not pay with less tax on dividends than they owe."""


def operations_of(setting: Setting, opening: Position, date: int) -> Operations:
    """What the factory makes in the deal's year ``date``, from the position at its start."""
    if not setting.full:
        return setting.operations[date]
    return fitted_operations(setting.scenario, setting.seasons[date], opening)


def live(setting: Setting, opening: Position, date: int) -> Step:
    """The deal's year ``date``, from the position at its start.

    Interest on average balances depends on the balances at the end, which depend on interest. The year is
    lived again with the balances found until they no longer move: each round divides the error by some forty
    (the slope is at most half the rate), so the answer is exact to the last digits. It begins with the
    balances of the contract, so that a company fails only where it cannot pay what it would owe by paying.

    So it is where a part of dividends is taxed: the holding's tax depends on what its factory sends up, which
    depends on its tax. Rounds begin without dividends and tax grows from round to round (the slope is the
    rate times the taxed part): whoever cannot pay in one of them cannot pay in the last.
    """
    season, operations = setting.seasons[date], _trading(operations_of(setting, opening, date), opening)
    service = debt_service(
        setting.deal, setting.closing, season, opening, date, opening.loans, operations.ebitda
    )
    balances = zip(opening.loans, service.capitalised, service.principal, strict=True)
    expected = Expected(tuple(balance + added - due for balance, added, due in balances))
    averages = any(loan.interest_on == "average" for loan in setting.deal.funding.loans.values())
    taxed = setting.form.has_holding and setting.scenario.policy.corporate_tax.dividend_taxable is not None
    for _ in range(MOST_ROUNDS):
        step = _year(setting, opening, operations, date, expected)
        # What is drawn at the end of the year bears no interest in it, what it repays bears all of it.
        lines = step.lines
        moves = zip(step.position.loans, lines.loan_drawn, lines.loan_refinanced, strict=True)
        found = Expected(tuple(balance - drawn + refinanced for balance, drawn, refinanced in moves))
        if taxed:
            failed = np.not_equal(step.position.holding_status, opening.holding_status)
            found = replace(found, dividends=step.lines.holding_dividends, failed=failed)
        moved = averages and not all(map(np.array_equal, found.loans, expected.loans))
        if not moved and (not taxed or np.array_equal(found.dividends, expected.dividends)):
            break
        expected = found
    return step


def _year(setting: Setting, opening: Position, operations: Operations, date: int, expected: Expected) -> Step:
    scenario, deal, form = setting.scenario, setting.deal, setting.form
    season, factory = setting.seasons[date], scenario.factory

    # 1. Sales, pay, EBITDA are known. 2. What the owner takes before tax.
    charge = form.charge(deal.terms, operations.ebitda)
    # 3. What lenders ask for, and what cash earns.
    service = debt_service(deal, setting.closing, season, opening, date, expected.loans, operations.ebitda)
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
    )
    # 4. What law and statute take from profit.
    bill = form.tax(deal.terms, scenario.policy, year)
    # 5. What each till holds once these are paid, before any machine.
    tills = _tills(setting, year, bill, service, date)
    # 6. Machines, credit line, early repayment, owners: or a standstill, or the end.
    payments, stopped = _served(setting, year, bill, service, tills, expected.failed, date)
    step = book(deal, form, setting.closing, year, payments, tills.working_capital, tills.needed)
    position = step.position
    if setting.full:
        # 7. Machines wear, parts get worse or better.
        bought = payments.capex
        position = aged(scenario, season, opening, operations, tills.needed, bought, position)
    return replace(step, position=position, stopped=stopped)


def _trading(operations: Operations, opening: Position) -> Operations:
    alive = opening.alive
    if np.all(alive):
        return operations
    return choose(alive > 0.0, operations, Operations(**dict.fromkeys(Operations.__dataclass_fields__, 0.0)))


@dataclass(frozen=True)
class Tills:
    """Cash of both companies once operations, law and lenders are served, before machines and owners."""

    factory: Number
    """Cash of the factory after its own debts; the holding has not been fed yet."""
    holding: Number
    """Cash of the holding after its debts: negative, it is what the factory must send up."""
    holding_due: Number
    working_capital: Number
    needed: Number
    target: Number
    floor: Number
    minimum: Number
    undrawn: Number


def _tills(setting: Setting, year: Year, bill: Bill, service: DebtService, date: int) -> Tills:
    deal, factory, opening = setting.deal, setting.scenario.factory, year.opening
    trend, alive, season = year.operations.trend_sales, opening.alive, setting.seasons[date]
    working_capital = factory.working_capital.at(season.date) * year.operations.sales
    earned = year.operations.ebitda + bill.relief - year.charge - (working_capital - opening.working_capital)
    owed = (
        opening.participation_owed
        + opening.levy_owed
        + opening.labour_share_owed[0]
        + opening.share_interest_owed
    )
    holding_due = service.due(deal, "holding")
    target = yearly_amount(deal.plan.capex_target, date, trend, opening.machines) * alive
    floor = yearly_amount(deal.plan.capex_floor, date, trend, opening.machines) * alive
    if setting.full:
        needed = needed_machines(setting.scenario, season, opening, year.operations)
    else:
        needed = yearly_amount(factory.machines.needed, season.date, trend, opening.machines)
    revolver, minimum = deal.funding.revolver, deal.funding.minimum_cash
    serves = opening.alive if revolver is None or revolver.entity == "factory" else opening.standing
    return Tills(
        factory=opening.factory_cash
        + earned
        + year.factory_deposit_interest
        - owed
        - bill.factory_tax
        - service.due(deal, "factory"),
        holding=opening.holding_cash
        + year.holding_deposit_interest
        + bill.tax_to_holding
        - bill.holding_tax
        - holding_due,
        holding_due=holding_due,
        working_capital=working_capital,
        needed=alive * needed,
        target=target,
        floor=np.minimum(floor, target),
        minimum=alive * (0.0 if minimum is None else minimum.amount),
        undrawn=serves * (0.0 if revolver is None else np.maximum(0.0, revolver.limit - opening.revolver)),
    )


def _served(
    setting: Setting,
    year: Year,
    bill: Bill,
    service: DebtService,
    tills: Tills,
    failed: NDArray[np.bool_],
    date: int,
) -> tuple[Payments, NDArray[np.bool_]]:
    """The year's payments, and the cells in which the factory stops.

    Lenders first: capex falls to its floor, then the credit line, then the minimum cash, then default.
    Machines first: the credit line, then capex falls to its floor, then the minimum cash, then default. The
    holding's default leaves the factory trading; a factory that cannot pay its own debts stops. Machines for
    growth come after all that, out of cash and never out of the credit line, before owners are paid.
    ``failed`` are cells that are known not to be able to pay.
    """
    total = tills.factory + tills.holding
    free = total - tills.minimum
    if setting.deal.plan.served_first == "lenders":
        capex = equations.capex_lenders_first(free, tills.target, tills.floor)
        draw = equations.drawn(capex - free, tills.undrawn)
    else:
        draw = equations.drawn(tills.target - free, tills.undrawn)
        capex = equations.capex_lenders_first(free + draw, tills.target, tills.floor)
    short = failed | np.less(total - capex + draw, -TOLERANCE)
    revolver = setting.deal.funding.revolver
    own_line = tills.undrawn if revolver is not None and revolver.entity == "factory" else 0.0
    own = tills.factory - tills.floor + own_line + np.maximum(tills.holding, 0.0)
    stopped = short & np.less(own, -TOLERANCE)
    growth = _growth(setting, year, free - capex)
    payments = _kept(setting, year, bill, service, tills, capex + growth, growth, draw)
    payments = lent_later(setting.deal, setting.form, year, payments, date)
    if np.any(short):
        payments = choose(short, _standstill(setting, year, bill, service, tills), payments)
        payments = choose(stopped, _stopped(setting, year.opening, service), payments)
    return payments, np.asarray(stopped)


def _growth(setting: Setting, year: Year, left: Number) -> Number:
    """Machines that the plan buys to serve the orders turned away, out of the cash left."""
    wanted, rule = setting.deal.plan.growth_machines, setting.scenario.factory.consequences
    if wanted is None or rule is None:
        return 0.0
    return equations.growth_machines(year.operations.turned_away, equipment_per_capacity(rule), wanted, left)


def _kept(
    setting: Setting,
    year: Year,
    bill: Bill,
    service: DebtService,
    tills: Tills,
    capex: Number,
    growth: Number,
    draw: Number,
) -> Payments:
    """All debts are served. What is left repays the credit line, then loans early by rank, then pays
    owners.
    """
    deal, form, opening = setting.deal, setting.form, year.opening
    loans = tuple(deal.funding.loans.values())
    revolver = deal.funding.revolver
    at_holding = 1.0 if revolver is not None and revolver.entity == "holding" else 0.0
    cash = tills.factory + tills.holding - capex + draw
    surplus = np.maximum(0.0, cash - tills.minimum)
    serves = opening.standing if at_holding else opening.alive
    line_repaid = serves * np.minimum(opening.revolver, surplus)
    earned = cash - draw - opening.factory_cash - opening.holding_cash
    excess = np.minimum(surplus, np.maximum(earned, 0.0)) - line_repaid
    swept: list[Number] = [0.0] * len(loans)
    for number in sorted(range(len(loans)), key=lambda one: loans[one].sweep_rank or loans[one].rank):
        loan, left_of_it = loans[number], opening.loans[number] - service.principal[number]
        share = sweep_share(loan, opening.net_debt, year.operations.ebitda)
        early = equations.swept(excess, share, left_of_it)
        swept[number] = early * (opening.standing if loan.entity == "holding" else opening.alive)
        excess = excess - swept[number]
    left = surplus - line_repaid - sum(swept, 0.0)
    out = form.share(deal.terms, deal.plan.payout, left)
    out = out * (1.0 - opening.breached) * (opening.standing if form.has_holding else opening.alive)

    grown = preferred_growth(deal, opening)
    preferred = [claim + more for claim, more in zip(opening.preferred, grown, strict=True)]
    swept_above = sum(
        (early for loan, early in zip(loans, swept, strict=True) if loan.entity == "holding"), 0.0
    )
    swept_below = sum(swept, 0.0) - swept_above
    line = draw - line_repaid
    above = tills.holding + at_holding * line - swept_above - (out if form.has_holding else 0.0)
    below = tills.factory - capex + (1.0 - at_holding) * line - swept_below
    below = below - (0.0 if form.has_holding else out)
    sent_up = np.maximum(0.0, -above)
    lent_down = np.minimum(np.maximum(0.0, -(below - sent_up)), np.maximum(above, 0.0))
    return Payments(
        bill=bill,
        charge=year.charge,
        debts_paid=1.0,
        capex=capex,
        interest=service.interest,
        capitalised=service.capitalised,
        principal=tuple(due + early for due, early in zip(service.principal, swept, strict=True)),
        interest_due=sum(service.interest, service.revolver_cost),
        principal_due=sum(service.principal, 0.0),
        revolver_cost=service.revolver_cost,
        revolver_capitalised=0.0,
        revolver_drawn=draw,
        revolver_repaid=line_repaid,
        sent_up=sent_up,
        lent_down=lent_down,
        paid_out=out,
        preferred_grown=grown,
        preferred_paid=tuple(equations.paid_by_rank(out, preferred)),
        factory_status=opening.factory_status,
        holding_status=opening.holding_status,
        fees=service.prolonged,
        drawn=tuple(0.0 for _ in loans),
        refinanced=tuple(0.0 for _ in loans),
        growth_capex=growth,
        cash_left=above + below,
    )


def _standstill(setting: Setting, year: Year, bill: Bill, service: DebtService, tills: Tills) -> Payments:
    """The holding cannot pay: its lenders get what there is by rank, and wait for the sale of a factory that
    trades.

    Capex stays at its floor this year, the credit line lends what the factory itself lacks, unpaid interest
    is added to the loans, and nothing is asked of the holding any more.
    """
    deal, opening = setting.deal, year.opening
    loans = tuple(deal.funding.loans.values())
    revolver = deal.funding.revolver
    at_holding = 1.0 if revolver is not None and revolver.entity == "holding" else 0.0
    above = tills.holding + tills.holding_due
    below = tills.factory - tills.floor
    draw = (1.0 - at_holding) * equations.drawn(-(below + above), tills.undrawn)
    pot = below + draw + above - tills.minimum
    claims: list[Number] = [at_holding * service.revolver_cost]
    for loan, interest, due in zip(loans, service.interest, service.principal, strict=True):
        held = 1.0 if loan.entity == "holding" else 0.0
        claims += [held * interest, held * due]
    paid = equations.paid_by_rank(pot, claims)
    received = sum(paid, 0.0)
    line_paid, unpaid_line = paid[0], claims[0] - paid[0]
    interest_paid, added, principal_paid, fees_paid = [], [], [], []
    for number, loan in enumerate(loans):
        fees_paid.append(0.0 if loan.entity == "holding" else service.prolonged[number])
        if loan.entity == "holding":
            interest_paid.append(paid[1 + 2 * number])
            added.append(service.capitalised[number] + claims[1 + 2 * number] - paid[1 + 2 * number])
            principal_paid.append(paid[2 + 2 * number])
        else:
            interest_paid.append(service.interest[number])
            added.append(service.capitalised[number])
            principal_paid.append(service.principal[number])
    sent_up = np.maximum(0.0, received - above)
    lent_down = np.minimum(np.maximum(0.0, -(below + draw - sent_up)), np.maximum(0.0, above - received))
    return Payments(
        bill=bill,
        charge=year.charge,
        debts_paid=1.0,
        capex=tills.floor,
        interest=tuple(interest_paid),
        capitalised=tuple(added),
        principal=tuple(principal_paid),
        interest_due=sum(service.interest, service.revolver_cost),
        principal_due=sum(service.principal, 0.0),
        revolver_cost=(1.0 - at_holding) * service.revolver_cost + line_paid,
        revolver_capitalised=unpaid_line,
        revolver_drawn=draw,
        revolver_repaid=0.0,
        sent_up=sent_up,
        lent_down=lent_down,
        paid_out=0.0,
        preferred_grown=preferred_growth(deal, opening),
        preferred_paid=tuple(0.0 for _ in opening.preferred),
        fees=tuple(fees_paid),
        drawn=tuple(0.0 for _ in loans),
        refinanced=tuple(0.0 for _ in loans),
        factory_status=opening.factory_status,
        holding_status=float(Status.RESTRUCTURED),
    )


def _stopped(setting: Setting, opening: Position, service: DebtService) -> Payments:
    """The factory cannot pay its own debts: it works the year out, pays nobody but staff and suppliers, and
    closes.
    """
    return Payments(
        bill=Bill(),
        charge=0.0,
        debts_paid=0.0,
        capex=0.0,
        interest=tuple(0.0 for _ in service.interest),
        capitalised=tuple(
            paid + added for paid, added in zip(service.interest, service.capitalised, strict=True)
        ),
        principal=tuple(0.0 for _ in service.principal),
        interest_due=sum(service.interest, service.revolver_cost),
        principal_due=sum(service.principal, 0.0),
        revolver_cost=0.0,
        revolver_capitalised=service.revolver_cost,
        revolver_drawn=0.0,
        revolver_repaid=0.0,
        sent_up=0.0,
        lent_down=0.0,
        paid_out=0.0,
        preferred_grown=preferred_growth(setting.deal, opening),
        preferred_paid=tuple(0.0 for _ in opening.preferred),
        fees=tuple(0.0 for _ in service.interest),
        drawn=tuple(0.0 for _ in service.interest),
        refinanced=tuple(0.0 for _ in service.interest),
        factory_status=float(Status.LIQUIDATED),
        holding_status=float(Status.LIQUIDATED),
    )
