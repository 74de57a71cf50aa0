"""What a year pays when not all debts can be served: the holding stands still, or the factory stops."""

from dataclasses import dataclass, replace

import numpy as np

from lbo_model import equations
from lbo_model.engine.bookkeeping import Loans, Payments, Relief
from lbo_model.engine.debt import DebtService, preferred_growth
from lbo_model.engine.leasing import leased_beside
from lbo_model.engine.setting import Setting
from lbo_model.engine.tills import Tills
from lbo_model.position import Bill, Number, Position, Status, Year


def nothing_paid(setting: Setting, opening: Position, service: DebtService, relief: Relief) -> Payments:
    """What lenders ask for in a year, none of it paid yet, nor anything else."""
    nothing = tuple(0.0 for _ in service.interest)
    return Payments(
        bill=Bill(),
        charge=0.0,
        debts_paid=0.0,
        capex=0.0,
        interest=nothing,
        capitalised=service.capitalised,
        principal=nothing,
        interest_due=sum(service.interest, service.revolver_cost),
        principal_due=sum(service.principal, 0.0),
        revolver_cost=0.0,
        revolver_capitalised=0.0,
        revolver_drawn=0.0,
        revolver_repaid=0.0,
        sent_up=0.0,
        lent_down=0.0,
        paid_out=0.0,
        preferred_grown=preferred_growth(setting.deal, opening),
        preferred_paid=tuple(0.0 for _ in opening.preferred),
        drawn=nothing,
        refinanced=nothing,
        fees=nothing,
        factory_status=opening.factory_status,
        holding_status=opening.holding_status,
        relief=relief,
    )


def line_at_holding(setting: Setting) -> float:
    """1.0 where the holding, not its factory, has the credit line."""
    revolver = setting.deal.funding.revolver
    return 1.0 if revolver is not None and revolver.entity == "holding" else 0.0


def standstill(
    setting: Setting, year: Year, bill: Bill, service: DebtService, tills: Tills, relief: Relief
) -> Payments:
    """The holding cannot pay: its lenders get what there is by rank, and wait for the sale of a factory that
    trades.

    Capex stays at its floor this year, the credit line lends what the factory itself lacks, unpaid interest
    is added to the loans, and nothing is asked of the holding any more.
    """
    deal, at_holding = setting.deal, line_at_holding(setting)
    above = tills.holding + tills.holding_due
    below = tills.factory - tills.floor
    draw = (1.0 - at_holding) * equations.drawn(-(below + above), tills.undrawn)
    pot = np.minimum(below + draw + above - tills.minimum, above + tills.reach)
    paid = _by_rank(setting, service, at_holding, pot)
    sent_up = np.maximum(0.0, paid.received - above)
    lent_down = np.minimum(np.maximum(0.0, -(below + draw - sent_up)), np.maximum(0.0, above - paid.received))
    return replace(
        nothing_paid(setting, year.opening, service, relief),
        bill=bill,
        charge=year.charge,
        debts_paid=1.0,
        capex=tills.floor,
        leased=leased_beside(deal, tills.floor),
        interest=paid.interest,
        capitalised=paid.added,
        principal=paid.principal,
        revolver_cost=(1.0 - at_holding) * service.revolver_cost + paid.line,
        revolver_capitalised=at_holding * service.revolver_cost - paid.line,
        revolver_drawn=draw,
        sent_up=sent_up,
        lent_down=lent_down,
        fees=tuple(
            0.0 if loan.entity == "holding" else fee
            for loan, fee in zip(deal.funding.loans.values(), service.prolonged, strict=True)
        ),
        holding_status=float(Status.RESTRUCTURED),
    )


@dataclass(frozen=True)
class ByRank:
    """What the loans of a year are paid where the holding's share what there is; the factory's are served."""

    interest: Loans
    added: Loans
    """Interest added to each loan, by contract or because it is not paid."""
    principal: Loans
    line: Number
    """Cost of the holding's credit line."""
    received: Number
    """By the holding's lenders together."""


def _by_rank(setting: Setting, service: DebtService, at_holding: float, pot: Number) -> ByRank:
    """The credit line's cost first, then loan by loan interest and principal."""
    loans = tuple(setting.deal.funding.loans.values())
    claims: list[Number] = [at_holding * service.revolver_cost]
    ranks = [0]
    for loan, interest, due in zip(loans, service.interest, service.principal, strict=True):
        held = 1.0 if loan.entity == "holding" else 0.0
        claims += [held * interest, held * due]
        ranks += [2 * loan.rank, 2 * loan.rank + 1]
    line, *paid = equations.paid_by_rank(pot, claims, ranks)
    interests, added, principals = list(service.interest), list(service.capitalised), list(service.principal)
    for number, loan in enumerate(loans):
        if loan.entity == "holding":
            interests[number], principals[number] = paid[2 * number], paid[2 * number + 1]
            added[number] = service.capitalised[number] + claims[1 + 2 * number] - paid[2 * number]
    return ByRank(tuple(interests), tuple(added), tuple(principals), line, sum(paid, line))


def stopped(setting: Setting, opening: Position, service: DebtService, relief: Relief) -> Payments:
    """The factory cannot pay its own debts: it works the year out, pays nobody but staff and suppliers, and
    closes.
    """
    return replace(
        nothing_paid(setting, opening, service, relief),
        capitalised=tuple(
            paid + added for paid, added in zip(service.interest, service.capitalised, strict=True)
        ),
        revolver_capitalised=service.revolver_cost,
        factory_status=float(Status.LIQUIDATED),
        holding_status=float(Status.LIQUIDATED),
    )
