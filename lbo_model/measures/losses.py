"""What those who work in the factory lose by the exit date where their deal fails."""

import numpy as np

from lbo_model.engine import Result
from lbo_model.measures.returns import owner_return
from lbo_model.position import Array, Status


def jobs_left(result: Result) -> Array:
    """Jobs at the exit date: ``headcount - jobs_moved`` of the exit year, at whose end those who are moved
    leave; those that go on with a new operator, ``jobs_taken_over``, where the factory has closed. Full-time
    workers.
    """
    lines, last = result.lines, result.deal.exit.year
    kept = lines.headcount[..., last] - lines.jobs_moved[..., last]
    return np.where(_closed(result), _until_the_exit(result, lines.jobs_taken_over), kept)


def losses(result: Result) -> dict[str, Array]:
    """What a failure takes from those who work there; zero in a deal whose companies can pay until the exit.

    ``workers_savings = max(0, paid_in - received)``: what workers put in as owners less what they got back
    as such (``owner_return``). Money. ``jobs = max(0, headcount of closing day - jobs_moved - jobs_left)``:
    what left for abroad was its owner's decision. Full-time workers. Without a failure an owner may sell at a
    loss and a factory may shrink: that is not counted here.
    """
    failed = _closed(result) | np.equal(result.eve.holding_status, Status.RESTRUCTURED)
    lost = np.zeros(result.shape)
    if "workers" in result.closing.stakes:
        stake = owner_return(result, "workers")
        lost = np.maximum(0.0, stake["paid_in"] - stake["received"])
    here = result.lines.headcount[..., 0] - _until_the_exit(result, result.lines.jobs_moved)
    jobs = np.maximum(0.0, here - jobs_left(result))
    return {
        "workers_savings": np.where(failed, lost, 0.0),
        "jobs": np.where(failed, jobs, 0.0),
    }


def _until_the_exit(result: Result, series: Array) -> Array:
    return np.asarray(np.nansum(series[..., : result.deal.exit.year + 1], axis=-1))


def _closed(result: Result) -> Array:
    return np.equal(result.eve.factory_status, Status.LIQUIDATED)
