"""What a year pays when not all debts can be served: the holding stands still, or the factory stops."""

import numpy as np

from lbo_model import equations
from lbo_model.engine.bookkeeping import Payments, Relief
from lbo_model.engine.debt import DebtService, preferred_growth
from lbo_model.engine.leasing import leased_beside
from lbo_model.engine.setting import Setting
from lbo_model.engine.tills import Tills
from lbo_model.position import Bill, Number, Position, Status, Year


def standstill(
    setting: Setting, year: Year, bill: Bill, service: DebtService, tills: Tills, relief: Relief
) -> Payments:
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
    pot = np.minimum(below + draw + above - tills.minimum, above + tills.reach)
    claims: list[Number] = [at_holding * service.revolver_cost]
    ranks = [0]
    for loan, interest, due in zip(loans, service.interest, service.principal, strict=True):
        held = 1.0 if loan.entity == "holding" else 0.0
        claims += [held * interest, held * due]
        ranks += [2 * loan.rank, 2 * loan.rank + 1]
    paid = equations.paid_by_rank(pot, claims, ranks)
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
        leased=leased_beside(deal, tills.floor),
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
        relief=relief,
    )


def stopped(setting: Setting, opening: Position, service: DebtService, relief: Relief) -> Payments:
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
        relief=relief,
    )
