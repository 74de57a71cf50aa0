"""What falls of sales did to those who work, until the exit date; nothing where the plan has no workforce."""

import numpy as np

from lbo_model.engine import Result
from lbo_model.position import Array


def temporary_staff(result: Result) -> Array:
    """Workers hired by the hour, by date; full-time workers. NaN where the plan does not count them, and on
    closing day.
    """
    if result.deal.plan.workforce is None:
        return np.full_like(result.lines.headcount, np.nan)
    lived = np.arange(result.dates) > 0
    # Those whose jobs are moved work until the end of the year.
    permanent = result.positions.permanent_staff + result.lines.jobs_moved
    return np.where(lived, result.lines.headcount - permanent, np.nan)


def workforce(result: Result) -> dict[str, Array]:
    """Sums over the years until the exit.

    ``jobs_lost``: jobs of the year before closing less those of the worst year, temporary ones included; all
    of them where the factory closes. ``dismissed``, ``hired``: permanent workers. ``severance``,
    ``hiring_costs``, ``short_time_pay``: money; ``public_money``: what the State gave back of the last.
    """
    if result.deal.plan.workforce is None:
        return {}
    lines, years = result.lines, slice(1, result.deal.exit.year + 1)
    series = {
        "dismissed": lines.dismissed,
        "hired": lines.hired,
        "severance": lines.severance,
        "hiring_costs": lines.hiring,
        "short_time_pay": lines.short_time_pay,
        "public_money": lines.short_time_money,
    }
    jobs = lines.headcount
    lost = np.maximum(0.0, jobs[..., 0] - np.min(jobs[..., years], axis=-1))
    return {"jobs_lost": lost} | {
        name: np.asarray(one[..., years].sum(axis=-1)) for name, one in series.items()
    }
