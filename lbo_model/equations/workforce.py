"""A fall of sales and those who work: who is idle, who leaves, who is paid for what."""

import numpy as np

from lbo_model.equations.number import Number


def idle_work(permanent_staff: Number, work: Number) -> Number:
    """Permanent workers for whom there is no work: ``max(0, permanent_staff - work)``. Full-time workers."""
    return np.maximum(0.0, permanent_staff - work)


def temporary_workers(permanent_staff: Number, work: Number, most: Number) -> Number:
    """Workers hired by the hour, who do what permanent ones cannot: ``min(most, max(0, work -
    permanent_staff))``. Full-time workers.
    """
    return np.minimum(most, np.maximum(0.0, work - permanent_staff))


def hired(permanent_staff: Number, work: Number, temporary: Number) -> Number:
    """Permanent workers hired where temporary ones do not suffice: ``max(0, work - permanent_staff -
    temporary)``. Full-time workers.
    """
    return np.maximum(0.0, work - permanent_staff - temporary)


def paid_work(
    permanent_staff: Number, temporary: Number, idle: Number, pay: Number, short_time: Number
) -> Number:
    """Work that is paid in full, in full-time workers: ``permanent_staff + temporary - (pay + short_time) *
    idle``.

    ``permanent_staff`` once some have left or come; a cut in pay counts as the workers whose pay it saves.
    """
    return permanent_staff + temporary - (pay + short_time) * idle


def short_time_pay(idle: Number, short_time: Number, gross_pay: Number, paid_share: Number) -> Number:
    """Pay for hours that are not worked (French: activité partielle): ``short_time * idle * gross_pay *
    paid_share``.

    ``gross_pay`` of one full-time worker. Money a year; no employer's contributions are due on it. Source:
    Labour Code L5122-1, R5122-18; general knowledge.
    """
    return short_time * idle * gross_pay * paid_share


def severance(dismissed: Number, gross_pay: Number, years: Number) -> Number:
    """What those who are dismissed receive: ``dismissed * gross_pay * years``. Money a year.

    The legal minimum is a quarter of a month's pay by year of service up to ten, then a third: 0.35 years
    after fifteen (Labour Code R1234-2); plans negotiated for many dismissals cost several times that.
    """
    return dismissed * gross_pay * years


def hiring_cost(hired: Number, gross_pay: Number, share: Number) -> Number:
    """What it costs to find and train those who are hired: ``hired * gross_pay * share``. Money a year."""
    return hired * gross_pay * share
