"""What those who work in the factory lose by the exit date where their deal fails."""

import numpy as np

from lbo_model.engine import Result
from lbo_model.measures.returns import owner_return
from lbo_model.position import Array, Status


def jobs_left(result: Result) -> Array:
    """Jobs at the exit date: ``headcount`` of the exit year; those that go on with a new operator,
    ``jobs_taken_over``, where the factory has closed. Full-time workers.
    """
    until, closed = slice(0, result.deal.exit.year + 1), _closed(result)
    taken_over = np.nansum(result.lines.jobs_taken_over[..., until], axis=-1)
    return np.where(closed, taken_over, result.lines.headcount[..., result.deal.exit.year])


def losses(result: Result) -> dict[str, Array]:
    """What a failure takes from those who work there; zero in a deal whose companies can pay until the exit.

    ``workers_savings = max(0, paid_in - received)``: what workers put in as owners less what they got back
    as such (``owner_return``). Money. ``jobs = max(0, headcount of closing day - jobs_left)``. Full-time
    workers. Without a failure an owner may sell at a loss and a factory may shrink: that is not counted here.
    """
    failed = _closed(result) | np.equal(result.eve.holding_status, Status.RESTRUCTURED)
    lost = np.zeros(result.shape)
    if "workers" in result.closing.stakes:
        stake = owner_return(result, "workers")
        lost = np.maximum(0.0, stake["paid_in"] - stake["received"])
    jobs = np.maximum(0.0, result.lines.headcount[..., 0] - jobs_left(result))
    return {
        "workers_savings": np.where(failed, lost, 0.0),
        "jobs": np.where(failed, jobs, 0.0),
    }


def _closed(result: Result) -> Array:
    return np.equal(result.eve.factory_status, Status.LIQUIDATED)
