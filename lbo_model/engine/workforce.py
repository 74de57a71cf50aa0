"""Staff in a fall and in the rebound: who is employed, what they are paid, what leaving and coming cost.

Permanent staff is a stock: whoever is dismissed is gone, and is hired again only once there is more work than
permanent and temporary workers can do.
"""

from dataclasses import replace

from lbo_model import equations
from lbo_model.engine.operations import Season, closing_pay_per_head
from lbo_model.engine.target import Target
from lbo_model.position import Number, Operations, Position
from lbo_model.scenario import Deal, DetailedOperations, Factory


def staff_found(deal: Deal, target: Target) -> Number:
    """Permanent workers whom an owner finds on closing day: those whom an owner before has left, if it
    counted them, else all but the temporary ones. None are counted where the plan says nothing of them.
    """
    plan = deal.plan.workforce
    if plan is None:
        return 0.0
    if target.permanent_staff is not None:
        return target.permanent_staff
    return target.alive * (1.0 - plan.temporary_staff) * target.staff


def staffed(deal: Deal, factory: Factory, season: Season, made: Operations, opening: Position) -> Operations:
    """The operations of a year with the staff that the plan keeps, in the place of ``jobs_follow_demand``.

    Short-time work and the cost of hiring are in EBITDA; severance is not: it is exceptional, and no multiple
    of EBITDA sees it.
    """
    plan, described = deal.plan.workforce, factory.operations
    if plan is None:
        return made
    assert isinstance(described, DetailedOperations), "checked when the file was read"
    gross_pay = closing_pay_per_head(described) * season.price_index
    before, work = opening.permanent_staff, made.work
    staff_here = (1.0 - opening.share_abroad) * described.staff
    idle = equations.idle_work(before, work)
    temporary = equations.temporary_workers(before, work, plan.temporary_staff * staff_here)
    hired = equations.hired(before, work, temporary)
    dismissed = plan.jobs * idle
    staff = before - dismissed + hired
    pay = gross_pay * equations.paid_work(staff, temporary, idle, plan.pay, plan.short_time)
    charges = pay * described.employer_charges
    short_time = equations.short_time_pay(idle, plan.short_time, gross_pay, plan.short_time_pay)
    public_money = plan.public_money * short_time
    hiring = equations.hiring_cost(hired, gross_pay, plan.hiring)
    added = made.value_added - hiring
    return replace(
        made,
        permanent_staff=staff,
        hired=hired,
        dismissed=dismissed,
        headcount=staff + temporary,
        gross_pay=pay,
        employer_charges=charges,
        short_time_pay=short_time,
        short_time_money=public_money,
        hiring=hiring,
        severance=equations.severance(dismissed, gross_pay, plan.severance),
        value_added=added,
        ebitda=equations.ebitda(added, made.production_taxes, pay, charges) - short_time + public_money,
    )
