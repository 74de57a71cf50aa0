"""Work that is moved abroad: what it saves, and what moving it costs."""

import numpy as np

from lbo_model.equations.number import Number


def full_saving(
    labour_cost: Number, work: Number, labour_cost_abroad: Number, productivity: Number
) -> Number:
    """What the same work costs less abroad: ``labour_cost - work * labour_cost_abroad / productivity``.

    ``work`` in workers or in hours, ``labour_cost_abroad`` of one of them, contributions included; so is
    ``labour_cost``, of all the work here. Below zero where it is dearer there. Money a year.
    """
    return labour_cost - work * labour_cost_abroad / productivity


def cost_abroad(labour_cost: Number, full_saving: Number, realised: Number) -> Number:
    """What work done abroad is paid where only a part of the saving comes about: ``labour_cost - realised *
    full_saving``. Money a year.
    """
    return labour_cost - realised * full_saving


def moving_costs(
    jobs: Number, moving_per_job: Number, sales: Number, ramp_up: Number, site: Number
) -> Number:
    """What moving costs beside severance: ``jobs * moving_per_job + ramp_up * sales + site``, or nothing
    where no job is moved.

    ``sales`` of what is moved, in a year. Money, once.
    """
    return np.where(np.greater(jobs, 0.0), jobs * moving_per_job + ramp_up * sales + site, 0.0)
