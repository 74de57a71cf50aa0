"""Questions asked of a result: what each party got, where the gain comes from, what the factory bore.

A measure reads the ledger, the positions and the lines of one deal; nothing is computed twice. Owners are
compared at the exit date; after it nothing counts. Numbers have shape ``B``, series ``B + (dates,)``.
"""

from typing import Any

from lbo_model.engine import Result
from lbo_model.measures.bridge import bridge_other, gain, net_debt_repaid_of_which, value_bridge
from lbo_model.measures.burden import (
    cash_after_debt_service,
    cover_after_needed_capex,
    cover_before_capex,
    debt_repaid,
    debt_service_paid,
    interest_cover,
    least_cover,
    leverage,
    months_of_pay,
    net_debt,
)
from lbo_model.measures.chain import cumulated_account, cumulated_burden, owners_in_a_row
from lbo_model.measures.consequences import capacity, equipment, market_share, orders_turned_away, quality
from lbo_model.measures.cooperative import participation_floor
from lbo_model.measures.covenants import covenant_headroom
from lbo_model.measures.debt_schedule import debt_schedule
from lbo_model.measures.events import Event, events
from lbo_model.measures.fund_house import fund_house
from lbo_model.measures.leasing import lease_debt
from lbo_model.measures.losses import jobs_left, losses
from lbo_model.measures.preferred import preferred_returns, preferred_schedule
from lbo_model.measures.relocation import relocation
from lbo_model.measures.returns import irr, money_multiple, owner_return, returns
from lbo_model.measures.sale import Served, sale_account, sale_by_rank
from lbo_model.measures.tax import tax_returns
from lbo_model.measures.who_got_what import shared_out, who_got_what
from lbo_model.measures.workforce import temporary_staff, workforce

__all__ = [
    "Event",
    "Served",
    "bridge_other",
    "capacity",
    "cash_after_debt_service",
    "covenant_headroom",
    "cover_after_needed_capex",
    "cover_before_capex",
    "cumulated_account",
    "cumulated_burden",
    "debt_repaid",
    "debt_schedule",
    "debt_service_paid",
    "equipment",
    "events",
    "fund_house",
    "gain",
    "interest_cover",
    "irr",
    "jobs_left",
    "lease_debt",
    "least_cover",
    "leverage",
    "losses",
    "market_share",
    "measure",
    "money_multiple",
    "months_of_pay",
    "net_debt",
    "net_debt_repaid_of_which",
    "orders_turned_away",
    "owner_return",
    "owners_in_a_row",
    "participation_floor",
    "preferred_returns",
    "preferred_schedule",
    "quality",
    "relocation",
    "returns",
    "sale_account",
    "sale_by_rank",
    "shared_out",
    "tax_returns",
    "temporary_staff",
    "value_bridge",
    "who_got_what",
    "workforce",
]


def measure(result: Result) -> dict[str, Any]:
    """All measures of one deal, by name; ``fund_house`` only where its terms have ``fund_economics``,
    ``workforce`` and ``relocation`` only where its plan has one, ``shareholders`` only where lenders may
    become some.
    """
    house, staff, move = fund_house(result), workforce(result), relocation(result)
    shares = result.positions.shares
    return {
        "gain": gain(result),
        "value_bridge": value_bridge(result),
        "value_bridge_other_of_which": bridge_other(result),
        "net_debt_repaid_of_which": net_debt_repaid_of_which(result),
        "who_got_what": who_got_what(result),
        "shared_out": shared_out(result),
        "debt_repaid": debt_repaid(result),
        "cover_before_capex": cover_before_capex(result),
        "cover_after_needed_capex": cover_after_needed_capex(result),
        "leverage": leverage(result),
        "covenants": covenant_headroom(result),
        "machines_owed": result.positions.machines_owed,
        "growth_machines": result.lines.growth_capex,
        "leased_machines": result.lines.leased,
        "lease_debt": lease_debt(result),
        "rents": result.lines.rent,
        "equipment": equipment(result),
        "quality": quality(result),
        "market_share": market_share(result),
        "capacity": capacity(result),
        "orders_turned_away": orders_turned_away(result),
        "interest_not_deducted": result.lines.interest_not_deducted,
        "jobs": result.lines.headcount,
        "labour_share": result.lines.labour_share,
        "labour_share_floor": participation_floor(result),
        "months_of_pay": months_of_pay(result),
        "losses": losses(result),
        **({"fund_house": house} if house else {}),
        **({"workforce": staff} if staff else {}),
        **({"relocation": move} if move else {}),
        **({"shareholders": shares} if shares else {}),
    }
