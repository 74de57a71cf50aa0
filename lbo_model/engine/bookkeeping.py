"""Writes one year down: the same payments as a new position, as named lines, and as entries of the ledger.

The three are kept apart on purpose. Lines come from the equations, flows from payments, stocks from opening
stocks; equity rolls forward from lines (opening + net income + money put in - distributions) and is never
what is missing. That a balance sheet ties is therefore a finding, not a definition.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from lbo_model.engine.closing import Closing
from lbo_model.engine.leasing import lease_interest, still_due
from lbo_model.engine.owners import shareholder_loans, shares_now
from lbo_model.forms import Form
from lbo_model.ledger import Flow, either_way
from lbo_model.position import Bill, Lines, Number, Position, Year, blank_lines
from lbo_model.scenario import Deal

Loans = tuple[Number, ...]


@dataclass(frozen=True)
class Relief:
    """What helps a company through a year in which cash is short."""

    tried: Number
    """1.0 in the cells that were saved by it."""
    deferred: Loans
    """Principal that lenders let wait."""
    moved: Loans
    """Years by which each loan's profile moves on."""
    blocked: Number
    """Labour share that falls due and stays in blocked accounts."""
    brought: Number
    """By an owner."""


NO_RELIEF = Relief(tried=0.0, deferred=(), moved=(), blocked=0.0, brought=0.0)
"""Of a plan that declares no rescue."""


def no_relief(opening: Position) -> Relief:
    """Of a plan whose rescues are not needed."""
    nothing = tuple(0.0 for _ in opening.deferred)
    return replace(NO_RELIEF, deferred=nothing, moved=nothing)


@dataclass(frozen=True)
class Payments:
    """What is paid, and by how much debts grow, in one year. Loans in the order of rank."""

    bill: Bill
    charge: Number
    debts_paid: Number
    """1 where last year's debts to workers, members and State are paid, 0 where the factory stops."""
    capex: Number
    """All machines bought, those for growth included."""
    interest: Loans
    capitalised: Loans
    principal: Loans
    """By contract, early, and out of a later loan."""
    interest_due: Number
    """Interest and commitment fees that contracts ask for in cash, paid or not."""
    principal_due: Number
    revolver_cost: Number
    revolver_capitalised: Number
    revolver_drawn: Number
    revolver_repaid: Number
    sent_up: Number
    """From the factory to its holding: the advance first, then dividends."""
    lent_down: Number
    paid_out: Number
    """To owners: their preferred money first, by rank, then dividends."""
    preferred_grown: Loans
    preferred_paid: Loans
    drawn: Loans
    """Lent at the end of the year."""
    refinanced: Loans
    """The part of ``principal`` that a loan drawn at the end of the year repays."""
    fees: Loans
    """Paid to lenders for what they lend or leave after closing day."""
    factory_status: Number
    holding_status: Number
    growth_capex: Number = 0.0
    leased: Number = 0.0
    """Machines that the lessor buys."""
    cash_left: Number = 0.0
    """In both tills once all is paid, before any loan of the year's end."""
    relief: Relief = NO_RELIEF


@dataclass(frozen=True)
class Step:
    """A year once lived: the position at its end, its lines, its payments."""

    position: Position
    lines: Lines
    flows: tuple[Flow, ...]
    stopped: NDArray[np.bool_] = field(default_factory=lambda: np.asarray(False))
    """Cells in which the factory stopped this year and is still to be wound up."""


def book(
    deal: Deal,
    form: Form,
    closing: Closing,
    year: Year,
    payments: Payments,
    working_capital: Number,
    capex_needed: Number,
) -> Step:
    """Write a year down."""
    lines = _lines(deal, form, year, payments, working_capital, capex_needed)
    return Step(
        position=_position(deal, form, year, payments, lines, working_capital),
        lines=lines,
        flows=_flows(deal, form, closing, year, payments, lines),
    )


def net_income_below(year: Year, bill: Bill, charge: Number, interest: Number, fees: Number) -> Number:
    """Net income of the factory.

    ``ebitda - severance - moving_costs + relief - charge - depreciation - interest + deposit_interest - fees
    - participation - levy - labour_share - tax``
    """
    return (
        year.operations.earned
        + bill.relief
        - charge
        - year.depreciation
        - interest
        + year.factory_deposit_interest
        - fees
        - bill.participation
        - bill.levy
        - bill.labour_share
        - bill.factory_tax
    )


def of(deal: Deal, entity: str, amounts: Loans) -> Number:
    """The sum over the loans of one company."""
    pairs = zip(deal.funding.loans.values(), amounts, strict=True)
    return sum((amount for loan, amount in pairs if loan.entity == entity), 0.0)


def _lines(
    deal: Deal, form: Form, year: Year, paid: Payments, working_capital: Number, capex_needed: Number
) -> Lines:
    """The year's income statements and what measures ask for, from the equations alone."""
    made, bill, opening = year.operations, paid.bill, year.opening
    revolver = deal.funding.revolver
    line_cost = paid.revolver_cost + paid.revolver_capitalised
    at_holding = revolver is not None and revolver.entity == "holding"
    expense = tuple(cash + added for cash, added in zip(paid.interest, paid.capitalised, strict=True))
    factory_interest = of(deal, "factory", expense) + (0.0 if at_holding else line_cost)
    holding_interest = of(deal, "holding", expense) + (line_cost if at_holding else 0.0)
    dividends = paid.sent_up - np.minimum(opening.advance, paid.sent_up)
    factory_fees = year.factory_fees + of(deal, "factory", paid.fees)
    factory_net_income = net_income_below(year, bill, paid.charge, factory_interest, factory_fees)
    tax_saved = bill.tax_to_holding - bill.holding_tax
    holding_net_income = (
        dividends
        - holding_interest
        - year.shareholder_interest
        + year.holding_deposit_interest
        - year.holding_fees
        - of(deal, "holding", paid.fees)
        + tax_saved
    )
    built = working_capital - opening.working_capital
    owed = (
        opening.participation_owed
        + opening.levy_owed
        + opening.labour_share_owed[0]
        + opening.share_interest_owed
    )
    return replace(
        blank_lines(len(opening.loans), len(opening.preferred)),
        sales=made.sales,
        purchases=made.purchases,
        other_costs=made.other_costs,
        rent=made.rent,
        production_taxes=made.production_taxes,
        relief=bill.relief,
        headcount=made.headcount,
        hired=made.hired,
        dismissed=made.dismissed,
        gross_pay=made.gross_pay,
        employer_charges=made.employer_charges,
        short_time_pay=made.short_time_pay,
        short_time_money=made.short_time_money,
        hiring=made.hiring,
        severance=made.severance,
        work_abroad=made.work_abroad,
        jobs_moved=made.jobs_moved,
        moving_costs=made.moving_costs,
        move_refused=made.move_refused,
        move_cost=made.move_cost,
        move_saving=made.move_saving,
        move_labour_cost=made.move_labour_cost,
        brought_to_move=year.brought_to_move,
        value_added=made.value_added,
        ebitda=made.ebitda,
        charge=paid.charge,
        depreciation=year.depreciation,
        factory_interest=factory_interest,
        factory_deposit_interest=year.factory_deposit_interest,
        factory_fees=factory_fees,
        participation=bill.participation,
        levy=bill.levy,
        labour_share=bill.labour_share,
        share_interest=bill.share_interest,
        factory_tax=bill.factory_tax,
        factory_net_income=factory_net_income,
        factory_distributions=dividends + bill.share_interest + (0.0 if form.has_holding else paid.paid_out),
        holding_dividends=dividends,
        holding_interest=holding_interest,
        holding_deposit_interest=year.holding_deposit_interest,
        holding_fees=year.holding_fees + of(deal, "holding", paid.fees),
        holding_tax_saved=tax_saved,
        holding_net_income=holding_net_income,
        holding_distributions=paid.paid_out - shareholder_loans(deal, paid.preferred_paid)
        if form.has_holding
        else 0.0,
        shareholder_interest=year.shareholder_interest,
        preferred_grown=paid.preferred_grown,
        preferred_paid=paid.preferred_paid,
        group_tax=bill.group_tax,
        interest_not_deducted=bill.interest_not_deducted,
        working_capital_built=built,
        capacity=made.capacity,
        turned_away=made.turned_away,
        capex_needed=capex_needed,
        capex=paid.capex,
        growth_capex=paid.growth_capex,
        leased=paid.leased,
        lease_interest=lease_interest(opening),
        cash_for_debt=made.earned
        + bill.relief
        - paid.charge
        + year.factory_deposit_interest
        + year.holding_deposit_interest
        - bill.group_tax
        - (paid.debts_paid * owed - paid.relief.blocked)
        - built,
        interest_due=paid.interest_due,
        principal_due=paid.principal_due,
        principal_deferred=sum(paid.relief.deferred, 0.0),
        labour_share_blocked=paid.relief.blocked,
        new_money=paid.relief.brought,
        factory_money_in=0.0 if form.has_holding else paid.relief.brought + year.brought_to_move,
        holding_money_in=paid.relief.brought + year.brought_to_move if form.has_holding else 0.0,
        loan_interest=expense,
        loan_capitalised=paid.capitalised,
        loan_drawn=paid.drawn,
        loan_repaid=paid.principal,
        loan_refinanced=paid.refinanced,
        loan_fees=paid.fees,
        revolver_interest=line_cost,
        revolver_drawn=paid.revolver_drawn + paid.revolver_capitalised,
        revolver_repaid=paid.revolver_repaid,
    )


def _position(
    deal: Deal, form: Form, year: Year, paid: Payments, lines: Lines, working_capital: Number
) -> Position:
    """The position at the end of the year: each stock from its opening and what moved it."""
    opening, bill = year.opening, paid.bill
    repaid_advance = np.minimum(opening.advance, paid.sent_up)
    owed_next = (*opening.labour_share_owed[1:], bill.labour_share)
    kept = 1.0 - paid.debts_paid
    unpaid = opening.labour_share_owed[0] * kept + paid.relief.blocked
    waiting = (unpaid + owed_next[0], *owed_next[1:])
    shares = zip(opening.loans, paid.capitalised, paid.drawn, paid.principal, strict=True)
    below, above = _cash(deal, form, year, paid, lines)
    kept_up = paid.capex - paid.growth_capex + paid.leased
    rents_due, lease_debt_due = still_due(deal, opening, paid.leased)
    return Position(
        factory_cash=below,
        holding_cash=above,
        machines=opening.machines - year.depreciation + paid.capex,
        working_capital=working_capital,
        machines_owed=opening.machines_owed + lines.capex_needed - kept_up,
        equipment=opening.equipment,
        fitted_equipment=opening.fitted_equipment,
        market_share=year.operations.market_share,
        qualities=opening.qualities,
        permanent_staff=year.operations.permanent_staff,
        share_abroad=year.operations.share_abroad,
        loans=tuple(balance + added + drawn - repaid for balance, added, drawn, repaid in shares),
        preferred=tuple(
            claim + grown - repaid
            for claim, grown, repaid in zip(
                opening.preferred, paid.preferred_grown, paid.preferred_paid, strict=True
            )
        ),
        ratchet_hurdles=opening.ratchet_hurdles,
        shares=opening.shares,
        money_in_the_deal=opening.money_in_the_deal,
        deferred=tuple(years + more for years, more in zip(opening.deferred, paid.relief.moved, strict=True)),
        revolver=opening.revolver + lines.revolver_drawn - paid.revolver_repaid,
        advance=opening.advance - repaid_advance + paid.lent_down,
        participation_owed=kept * opening.participation_owed + bill.participation,
        levy_owed=kept * opening.levy_owed + bill.levy,
        labour_share_owed=waiting,
        share_interest_owed=kept * opening.share_interest_owed + bill.share_interest,
        rents_due=rents_due,
        lease_debt_due=lease_debt_due,
        breached=0.0 * opening.breached,
        gap=opening.gap,
        factory_unamortised_fees=opening.factory_unamortised_fees - year.factory_fees,
        holding_unamortised_fees=opening.holding_unamortised_fees - year.holding_fees,
        shares_in_factory=opening.shares_in_factory,
        goodwill=opening.goodwill,
        factory_equity=opening.factory_equity
        + lines.factory_net_income
        + lines.factory_money_in
        - lines.factory_distributions,
        undistributable=opening.undistributable,
        holding_equity=opening.holding_equity
        + lines.holding_net_income
        + lines.holding_money_in
        - lines.holding_distributions,
        capital=opening.capital + lines.factory_money_in,
        legal_reserve=opening.legal_reserve + bill.legal_reserve,
        losses_to_absorb=bill.losses_to_absorb,
        factory_tax_losses=bill.factory_tax_losses,
        group_tax_losses=bill.group_tax_losses,
        factory_status=paid.factory_status,
        holding_status=paid.holding_status,
    )


def _cash(deal: Deal, form: Form, year: Year, paid: Payments, lines: Lines) -> tuple[Number, Number]:
    """Cash of factory and holding at the end of the year, each from its opening cash and its own payments."""
    opening, bill = year.opening, paid.bill
    revolver = deal.funding.revolver
    at_holding = revolver is not None and revolver.entity == "holding"
    line = paid.revolver_drawn - paid.revolver_repaid - paid.revolver_cost
    owed = (
        opening.participation_owed
        + opening.levy_owed
        + opening.labour_share_owed[0]
        + opening.share_interest_owed
    )
    below = (
        opening.factory_cash
        + lines.ebitda
        - lines.severance
        - lines.moving_costs
        + bill.relief
        - paid.charge
        - lines.working_capital_built
        + year.factory_deposit_interest
        - (paid.debts_paid * owed - paid.relief.blocked)
        - bill.factory_tax
        - of(deal, "factory", paid.interest)
        - of(deal, "factory", paid.principal)
        + of(deal, "factory", paid.drawn)
        - of(deal, "factory", paid.fees)
        + (0.0 if at_holding else line)
        - paid.capex
        - paid.sent_up
        + paid.lent_down
        + lines.factory_money_in
        - (0.0 if form.has_holding else paid.paid_out)
    )
    above = (
        opening.holding_cash
        + year.holding_deposit_interest
        + bill.tax_to_holding
        - bill.holding_tax
        - of(deal, "holding", paid.interest)
        - of(deal, "holding", paid.principal)
        + of(deal, "holding", paid.drawn)
        - of(deal, "holding", paid.fees)
        + (line if at_holding else 0.0)
        + paid.sent_up
        - paid.lent_down
        + lines.holding_money_in
        - (paid.paid_out if form.has_holding else 0.0)
    )
    return below, above


def _flows(
    deal: Deal, form: Form, closing: Closing, year: Year, paid: Payments, lines: Lines
) -> tuple[Flow, ...]:
    """The year's payments, each from its payer to its receiver."""
    return (
        *_of_the_factory(year, paid, lines),
        *_of_tax(form, paid.bill),
        *_of_lenders(deal, paid),
        *_of_the_plan(deal, year, paid),
        *_of_the_credit_line(deal, paid),
        *_of_owners(deal, form, closing, year, paid),
    )


def _of_the_factory(year: Year, paid: Payments, lines: Lines) -> Iterator[Flow]:
    """Sales, costs, what was owed to staff and State, machines, and what both companies send each other."""
    made, opening, settled = year.operations, year.opening, paid.debts_paid
    advance_repaid = np.minimum(opening.advance, paid.sent_up)
    yield Flow("market", "factory", "sales", made.sales)
    yield Flow("factory", "market", "purchases", made.purchases)
    yield Flow("factory", "market", "other_costs", made.other_costs)
    yield Flow("factory", "workers", "gross_pay", made.gross_pay)
    yield Flow("factory", "state", "employer_charges", made.employer_charges)
    yield Flow("factory", "state", "production_taxes", made.production_taxes - paid.bill.relief)
    yield from either_way(
        "factory",
        "market",
        "working_capital_built",
        "working_capital_released",
        lines.working_capital_built,
    )
    yield Flow("factory", "fund_manager", "monitoring_fee", paid.charge)
    yield Flow("banks", "factory", "deposit_interest", year.factory_deposit_interest)
    yield Flow("banks", "holding", "deposit_interest", year.holding_deposit_interest)
    yield Flow("factory", "workers", "participation", settled * opening.participation_owed)
    yield Flow("factory", "state", "levy", settled * opening.levy_owed)
    unblocked = settled * opening.labour_share_owed[0] - paid.relief.blocked
    yield Flow("factory", "workers", "labour_share", unblocked)
    yield Flow("factory", "market", "machines", paid.capex)
    yield Flow("factory", "holding", "advance_repaid", advance_repaid)
    yield Flow("factory", "holding", "dividend", paid.sent_up - advance_repaid)
    yield Flow("holding", "factory", "advance", paid.lent_down)


def _of_tax(form: Form, bill: Bill) -> Iterator[Flow]:
    if form.has_holding:
        yield Flow("factory", "holding", "tax_to_holding", bill.tax_to_holding)
        yield Flow("factory", "state", "corporate_tax", bill.factory_tax - bill.tax_to_holding)
        yield Flow("holding", "state", "corporate_tax", bill.holding_tax)
    else:
        yield Flow("factory", "state", "corporate_tax", bill.factory_tax)


def _of_lenders(deal: Deal, paid: Payments) -> Iterator[Flow]:
    for loan, interest, principal, drawn, fee in zip(
        deal.funding.loans.values(), paid.interest, paid.principal, paid.drawn, paid.fees, strict=True
    ):
        yield Flow(loan.entity, loan.lender, "interest", interest)
        yield Flow(loan.entity, loan.lender, "principal", principal)
        yield Flow(loan.lender, loan.entity, "loan", drawn)
        yield Flow(loan.entity, loan.lender, "financing_fee", fee)


def _of_the_plan(deal: Deal, year: Year, paid: Payments) -> Iterator[Flow]:
    """Rents of leased machines, what a plan for staff pays and receives, work abroad and what moving it there
    costs.
    """
    made = year.operations
    if year.opening.rents_due:
        yield Flow("factory", "lessor", "rent", made.rent)
        yield Flow("lessor", "market", "machines", paid.leased)
    if deal.plan.workforce is not None:
        yield Flow("factory", "workers", "short_time_pay", made.short_time_pay)
        yield Flow("state", "factory", "short_time_money", made.short_time_money)
        yield Flow("factory", "market", "hiring", made.hiring)
    if np.any(np.not_equal(made.work_abroad, 0.0)):
        yield Flow("factory", "market", "work_abroad", made.work_abroad)
    if deal.plan.workforce is not None or deal.plan.relocation is not None:
        yield Flow("factory", "workers", "severance", made.severance)
    if deal.plan.relocation is not None:
        yield Flow("factory", "market", "moving_costs", made.moving_costs)


def _of_the_credit_line(deal: Deal, paid: Payments) -> Iterator[Flow]:
    if deal.funding.revolver is not None:
        entity, lender = deal.funding.revolver.entity, deal.funding.revolver.lender
        yield Flow(lender, entity, "credit_line_drawn", paid.revolver_drawn)
        yield Flow(entity, lender, "credit_line_repaid", paid.revolver_repaid)
        yield Flow(entity, lender, "interest", paid.revolver_cost)


def _of_owners(deal: Deal, form: Form, closing: Closing, year: Year, paid: Payments) -> Iterator[Flow]:
    """Preferred money first; what an owner brings in need, or to move jobs; dividends."""
    payer = "holding" if form.has_holding else "factory"
    for one, amount in zip(deal.funding.preferred.values(), paid.preferred_paid, strict=True):
        yield Flow(payer, one.holder, f"{one.kind}_repaid", amount)
    rescues = deal.plan.rescues
    if rescues is not None and rescues.new_money is not None:
        yield Flow(rescues.new_money.party, payer, "equity", paid.relief.brought)
    move = deal.plan.relocation
    if move is not None and move.owner_brings is not None:
        yield Flow(move.owner_brings.party, payer, "equity", year.brought_to_move)
    ordinary = paid.paid_out - sum(paid.preferred_paid, 0.0)
    interest = paid.debts_paid * year.opening.share_interest_owed
    for party, share in shares_now(form, closing, year.opening).items():
        yield Flow(payer, party, "dividend", share * ordinary)
        yield Flow(payer, party, "interest_on_shares", share * interest)
