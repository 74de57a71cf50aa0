"""Each loan's years as lenders write them: opening, drawn, interest, repaid by contract or early, closing."""

import numpy as np

from lbo_model.engine import Result
from lbo_model.engine.debt import debt_service
from lbo_model.engine.operations import seasons
from lbo_model.measures.leasing import lease_debt, lease_debt_found
from lbo_model.position import Array, Position, Status, each
from lbo_model.scenario import Scenario


def debt_schedule(scenario: Scenario, result: Result) -> dict[str, dict[str, Array]]:
    """By loan, in the order of rank, then ``revolver``, then ``leases`` where there are some; each item a
    series.

    ``opening + drawn + capitalised - scheduled - early - at_the_end - converted - written_off = closing``.
    ``scheduled`` is what the contract asked for and was paid, ``early`` what was repaid beyond it, at the
    lenders' or the owners' wish, ``at_the_end`` what a sale or a winding-up paid, ``converted`` what became
    shares. ``interest_paid`` is in cash. A rent is a lease's interest and what it repays; leases found at
    closing are drawn then. ``scenario`` is that of the run, for its rates.
    """
    lines, positions, funding = result.lines, result.positions, result.deal.funding
    due = _due(scenario, result)
    answer = {}
    for number, name in enumerate(funding.loans):
        in_the_year = lines.loan_repaid[number] - lines.loan_repaid_at_sale[number]
        scheduled = np.minimum(due[number], in_the_year)
        answer[name] = _schedule(
            positions.loans[number],
            drawn=lines.loan_drawn[number],
            interest_paid=lines.loan_interest[number] - lines.loan_capitalised[number],
            capitalised=lines.loan_capitalised[number],
            scheduled=scheduled,
            early=in_the_year - scheduled,
            at_the_end=lines.loan_repaid_at_sale[number],
            converted=lines.loan_converted[number],
            written_off=lines.loan_written_off[number],
        )
    if funding.revolver is not None:
        nothing = np.zeros_like(lines.ebitda)
        answer["revolver"] = _schedule(
            positions.revolver,
            drawn=lines.revolver_drawn,
            interest_paid=lines.revolver_interest,
            capitalised=nothing,
            scheduled=nothing,
            early=lines.revolver_repaid - lines.revolver_repaid_at_sale,
            at_the_end=lines.revolver_repaid_at_sale,
            converted=lines.revolver_converted,
            written_off=lines.revolver_written_off,
        )
    if positions.lease_debt_due:
        answer["leases"] = _leases(result)
    return answer


def _leases(result: Result) -> dict[str, Array]:
    """What the lessor is owed: a sale leaves it with the factory, a winding-up gives the machines back."""
    lines, owed = result.lines, lease_debt(result)
    nothing = np.zeros_like(owed)
    leased, rents = np.array(lines.leased), np.array(lines.rent)
    leased[..., 0], rents[..., 0] = lease_debt_found(result), 0.0
    closed = np.asarray(result.positions.factory_status) == Status.LIQUIDATED
    before = np.concatenate([np.zeros_like(owed[..., :1]), owed[..., :-1]], axis=-1)
    repaid = rents - lines.lease_interest
    lost = np.where(closed, before - repaid - lines.lease_recovered, 0.0)
    return _schedule(
        owed,
        drawn=leased,
        interest_paid=lines.lease_interest,
        capitalised=nothing,
        scheduled=repaid,
        early=nothing,
        at_the_end=lines.lease_recovered,
        converted=nothing,
        written_off=lost,
    )


def _schedule(closing: Array, **moves: Array) -> dict[str, Array]:
    opening = np.concatenate([np.zeros_like(closing[..., :1]), closing[..., :-1]], axis=-1)
    return {"opening": np.where(np.isnan(closing), np.nan, opening), **moves, "closing": closing}


def _due(scenario: Scenario, result: Result) -> list[Array]:
    """What each loan's contract asked for in each year; nothing on closing day."""
    weather = seasons(scenario.weather, scenario.horizon + 1)[result.start :]
    found = [np.zeros_like(result.lines.ebitda) for _ in result.deal.funding.loans]
    for date in range(1, result.dates):
        opening: Position = each(lambda series, before=date - 1: series[..., before], result.positions)
        service = debt_service(
            result.deal,
            result.closing,
            weather[date],
            opening,
            date,
            opening.loans,
            np.asarray(result.lines.ebitda_before_rents)[..., date],
        )
        for series, amount in zip(found, service.principal, strict=True):
            series[..., date] = amount
    return found
