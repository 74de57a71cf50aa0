"""What the loans ask for in one year: interest, principal by contract, fees. Loans are tuples in the order of
rank.
"""

from dataclasses import dataclass

import numpy as np

from lbo_model import equations
from lbo_model.engine.closing import Closing
from lbo_model.engine.operations import Season
from lbo_model.position import Number, Position
from lbo_model.scenario import Deal, Loan, Revolver

Loans = tuple[Number, ...]


@dataclass(frozen=True)
class DebtService:
    """What is due this year, loan by loan; ``paid`` in cash or ``capitalised`` (added to the loan)."""

    interest: Loans
    capitalised: Loans
    principal: Loans
    prolonged: Loans
    """Fees on what lenders leave when a loan falls due, or for the waiver of a covenant."""
    revolver_cost: Number

    def due(self, deal: Deal, entity: str) -> Number:
        """Cash that one company owes its lenders this year."""
        rows = zip(deal.funding.loans.values(), self.interest, self.principal, self.prolonged, strict=True)
        total = sum(
            (interest + part + fee for loan, interest, part, fee in rows if loan.entity == entity), 0.0
        )
        return total + self._revolver_of(deal, entity)

    def interest_expense(self, deal: Deal, entity: str) -> Number:
        """Interest and commitment fees in one company's income statement, paid or capitalised."""
        triples = zip(deal.funding.loans.values(), self.interest, self.capitalised, strict=True)
        total = sum((paid + added for loan, paid, added in triples if loan.entity == entity), 0.0)
        return total + self._revolver_of(deal, entity)

    def _revolver_of(self, deal: Deal, entity: str) -> Number:
        revolver = deal.funding.revolver
        return self.revolver_cost if revolver is not None and revolver.entity == entity else 0.0


def debt_service(
    deal: Deal,
    closing: Closing,
    season: Season,
    opening: Position,
    date: int,
    expected: Loans,
    ebitda: Number,
) -> DebtService:
    """What every loan asks for in the deal's year ``date``.

    ``expected`` are the balances at the end of the year, on which interest on average balances depends;
    ``ebitda`` is before rents, since leases count among other debts at maturity. A company that no longer
    serves its debt owes nothing more by contract: its loans stand still until the end.
    """
    interest, capitalised, principal, prolonged = [], [], [], []
    for number, loan in enumerate(deal.funding.loans.values()):
        balance = opening.loans[number]
        serves = opening.standing if loan.entity == "holding" else opening.alive
        waited = opening.deferred[number] if opening.deferred else 0
        years = years_lived(loan, date) - waited
        rate = interest_rate(loan, season, years) + waiver_step(deal, opening)
        cash = (
            equations.interest_on_opening(rate, balance)
            if loan.interest_on == "opening"
            else equations.interest_on_average(rate, balance, expected[number])
        )
        added = 0.0 if loan.capitalised_rate is None else loan.capitalised_rate * balance
        interest.append(serves * cash)
        capitalised.append(serves * added)
        due = principal_due(loan, closing.loans[number], balance, rate, years)
        if loan.years is not None:
            # Interest that the last year adds falls due with the rest.
            due = due + np.where(np.greater_equal(years, loan.years), added, 0.0)
        others = sum((*opening.loans, *opening.lease_debt_due), 0.0) - balance
        left, fee = prolongation(loan, others, due, ebitda, years)
        principal.append(serves * (due - left))
        prolonged.append(serves * (fee + waiver_fee(deal, opening) * balance))
    cost = 0.0 if deal.funding.revolver is None else revolver_cost(deal.funding.revolver, opening)
    return DebtService(tuple(interest), tuple(capitalised), tuple(principal), tuple(prolonged), cost)


def preferred_growth(deal: Deal, opening: Position) -> Loans:
    """What owners' preferred money grows by in a year, as long as the holding stands."""
    pairs = zip(deal.funding.preferred.values(), opening.preferred, strict=True)
    return tuple(opening.standing * equations.interest_on_opening(one.rate, claim) for one, claim in pairs)


def waiver_step(deal: Deal, opening: Position) -> Number:
    """What a waiver adds to the rate of each loan, in the year after the breach."""
    covenants = deal.funding.covenants
    if covenants is None or covenants.waiver is None:
        return 0.0
    return covenants.waiver.rate_step * opening.breached


def waiver_fee(deal: Deal, opening: Position) -> Number:
    """What a waiver costs, as a share of each loan, in the year after the breach."""
    covenants = deal.funding.covenants
    if covenants is None or covenants.waiver is None:
        return 0.0
    return covenants.waiver.fee * opening.breached


def years_lived(loan: Loan, date: int) -> int:
    """Years since a loan was drawn, at the end of the deal's year ``date``."""
    return date - (loan.drawn or 0)


def interest_rate(loan: Loan, season: Season, years: Number) -> Number:
    """The rate of a loan in its year ``years``: fixed, or the weather's base rate (never below the floor)
    plus the margin; never below zero, for no lender pays its borrower. Dearer once it was left at maturity.
    """
    step: Number = 0.0
    if loan.at_maturity is not None and loan.years is not None:
        step = loan.at_maturity.rate_step * np.greater_equal(years - 1.0, loan.years)
    if loan.rate is not None:
        return loan.rate + step if loan.at_maturity is not None else loan.rate
    assert loan.margin is not None, "a loan has a rate or a margin"
    base = season.base_rate
    assert base is not None, "a floating loan needs the weather's base rate"
    floor = base if loan.floor is None else loan.floor
    return np.maximum(0.0, equations.floating_rate(base, floor, loan.margin)) + step


def revolver_cost(revolver: Revolver, opening: Position) -> Number:
    """Interest on what is drawn and fee on what is not."""
    serves = opening.standing if revolver.entity == "holding" else opening.alive
    interest = equations.interest_on_opening(revolver.rate, opening.revolver)
    return serves * (
        interest + equations.commitment_fee(revolver.limit, opening.revolver, revolver.commitment_fee)
    )


def prolongation(
    loan: Loan, other_debt: Number, due: Number, ebitda: Number, years: Number
) -> tuple[Number, Number]:
    """What lenders leave of a loan that falls due in its year ``years``, and the fee on it."""
    terms = loan.at_maturity
    if terms is None or loan.years is None:
        return 0.0, 0.0
    prolonged = np.greater_equal(years, loan.years) & np.less(years, loan.years + terms.more_years)
    allowed = equations.left_at_maturity(due, other_debt, terms.up_to_leverage, ebitda)
    left = np.where(prolonged, allowed, 0.0)
    just_due = np.greater_equal(years, loan.years) & np.less(years - 1.0, loan.years)
    return left, np.where(just_due, terms.fee * left, 0.0)


def sweep_share(loan: Loan, net_debt: Number, ebitda: Number) -> Number:
    """The share of excess cash that repays a loan early, from the net debt of the year's start. Debt without
    EBITDA is above every leverage.
    """
    share: Number = 0.0 if loan.sweep is None else loan.sweep
    for step in loan.sweep_steps.values():
        share = np.maximum(
            share, np.where(np.greater(net_debt, step.above * np.maximum(0.0, ebitda)), step.share, 0.0)
        )
    return share


def principal_due(loan: Loan, original: Number, balance: Number, rate: Number, date: Number) -> Number:
    """Principal by contract in the loan's year ``date``: by its profile after its grace, and all that is left
    at its last year.
    """
    if loan.repayment == "bullet":
        part: Number = 0.0 * balance
    elif loan.repayment == "yearly_share":
        assert loan.yearly_share is not None, "checked when the file was read"
        part = loan.yearly_share * original
    else:
        assert loan.years is not None, "checked when the file was read"
        grace: Number = 0.0 if loan.grace is None else loan.grace
        at_the_end = 0.0 if loan.balloon is None else loan.balloon * original
        if loan.repayment == "linear":
            years = np.maximum(loan.years - grace, 1.0)
            part = equations.linear_principal(original - at_the_end, years)
        else:
            years_left = np.maximum(loan.years - date + 1.0, 1.0)
            part = equations.annuity_principal(np.maximum(balance - at_the_end, 0.0), rate, years_left)
        part = part * np.greater(date, grace)
    due = np.minimum(part, balance)
    return due if loan.years is None else np.where(np.greater_equal(date, loan.years), balance, due)


def fees_expensed(deal: Deal, closing: Closing, entity: str, date: int) -> Number:
    """Financing fees in one company's income statement: at once on closing day, or in equal parts over each
    loan.
    """
    financing = deal.fees.financing
    total: Number = 0.0
    if financing is None:
        return total
    for loan, fee in zip(deal.funding.loans.values(), closing.financing_fees, strict=True):
        if loan.entity != entity:
            continue
        if not financing.amortised:
            total = total + (fee if date == 0 else 0.0)
        elif date > 0:
            life = float(deal.exit.year) if loan.years is None else loan.years
            part = np.minimum(1.0, np.maximum(0.0, life - date + 1.0)) / life
            total = total + fee * part
    return total


def fees_to_amortise(deal: Deal, closing: Closing, entity: str) -> Number:
    """Financing fees that one company carries as an asset after closing day."""
    if deal.fees.financing is None or not deal.fees.financing.amortised:
        return 0.0
    pairs = zip(deal.funding.loans.values(), closing.financing_fees, strict=True)
    return sum((fee for loan, fee in pairs if loan.entity == entity), 0.0)
