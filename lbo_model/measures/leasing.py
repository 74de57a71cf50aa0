"""Machines rented from a lessor: what is leased, what it costs, what is still owed; by date."""

import numpy as np

from lbo_model.engine import Result
from lbo_model.engine.leasing import paid_in_cash
from lbo_model.position import Array, Status


def lease_debt(result: Result) -> Array:
    """What is still owed for leased machines; it stays with a factory that is sold. Money."""
    positions = result.positions
    return np.asarray(sum(positions.lease_debt_due, 0.0 * positions.machines))


def needed_in_cash(result: Result) -> Array:
    """Machines needed in a year, but for the share that the plan leases, whose rents come later. Money."""
    return np.asarray(result.lines.capex_needed * np.asarray(paid_in_cash(result.deal))[..., None])


def lease_debt_found(result: Result) -> Array:
    """The lease debt that an owner found on closing day. Money."""
    return lease_debt(result)[..., 0]


def lost_by_lessor(result: Result) -> Array:
    """What the lessor is not paid of its claim in a winding-up: all but what its machines are sold for."""
    closed = np.asarray(result.eve.factory_status) == Status.LIQUIDATED
    until = slice(1, result.deal.exit.year + 1)
    recovered = result.lines.lease_recovered[..., until].sum(axis=-1)
    return np.where(closed, np.asarray(result.eve.lease_debt) - recovered, 0.0)
