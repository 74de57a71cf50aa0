"""What lenders of one company are owed at the end, and what they receive of it; the rest is written off."""

from dataclasses import replace

from lbo_model.engine.setting import Setting
from lbo_model.ledger import Flow
from lbo_model.position import Lines, Number, Position


def lenders_claims(setting: Setting, eve: Position, entity: str) -> list[Number]:
    """What lenders of one company are owed: the credit line first, then loans by rank."""
    revolver = setting.deal.funding.revolver
    line = eve.revolver if revolver is not None and revolver.entity == entity else 0.0 * eve.revolver
    loans = zip(setting.deal.funding.loans.values(), eve.loans, strict=True)
    return [line, *(balance for loan, balance in loans if loan.entity == entity)]


def lenders_ranks(setting: Setting, entity: str) -> list[int]:
    """The ranks of ``lenders_claims``."""
    loans = setting.deal.funding.loans.values()
    return [0, *(loan.rank for loan in loans if loan.entity == entity)]


def stays_with_the_factory(eve: Position) -> Number:
    """Debts to workers, State and lessor, which whoever buys the factory takes over and deducts."""
    owed = eve.participation_owed + eve.levy_owed + sum(eve.labour_share_owed, eve.share_interest_owed)
    return sum(eve.lease_debt_due, owed)


def by_loan(setting: Setting, entity: str, paid: list[Number]) -> tuple[tuple[Number, ...], Number]:
    """Payments to one company's lenders as a tuple over all loans, and what the credit line received."""
    waiting = list(paid[1:])
    loans = setting.deal.funding.loans.values()
    return tuple(waiting.pop(0) if loan.entity == entity else 0.0 for loan in loans), paid[0]


def loan_flows(setting: Setting, entity: str, paid: tuple[Number, ...], line: Number) -> list[Flow]:
    """What one company's lenders receive, from payer to receiver."""
    loans = zip(setting.deal.funding.loans.values(), paid, strict=True)
    flows = [
        Flow(entity, loan.lender, "principal", amount) for loan, amount in loans if loan.entity == entity
    ]
    revolver = setting.deal.funding.revolver
    if revolver is not None and revolver.entity == entity:
        flows.append(Flow(entity, revolver.lender, "credit_line_repaid", line))
    return flows


def with_the_end(
    lines: Lines,
    eve: Position,
    loans_paid: tuple[Number, ...],
    line_paid: Number,
    preferred_paid: tuple[Number, ...],
    **more: Number,
) -> Lines:
    """The year's lines with what the end adds to them; what lenders are not paid is written off."""
    added = {name: getattr(lines, name) + amount for name, amount in more.items()}
    lost = tuple(balance - amount for balance, amount in zip(eve.loans, loans_paid, strict=True))
    return replace(
        lines,
        loan_repaid=_sums(lines.loan_repaid, loans_paid),
        loan_repaid_at_sale=_sums(lines.loan_repaid_at_sale, loans_paid),
        loan_written_off=_sums(lines.loan_written_off, lost),
        preferred_paid_at_sale=_sums(lines.preferred_paid_at_sale, preferred_paid),
        revolver_repaid=lines.revolver_repaid + line_paid,
        revolver_repaid_at_sale=lines.revolver_repaid_at_sale + line_paid,
        revolver_written_off=lines.revolver_written_off + eve.revolver - line_paid,
        **added,
    )


def _sums(before: tuple[Number, ...], more: tuple[Number, ...]) -> tuple[Number, ...]:
    return tuple(one + other for one, other in zip(before, more, strict=True))
