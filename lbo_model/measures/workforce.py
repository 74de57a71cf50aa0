"""What falls of sales did to those who work, until the exit date; nothing where the plan has no workforce."""

import numpy as np

from lbo_model.engine import Result
from lbo_model.measures.losses import jobs_left
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

    ``jobs_lost``: jobs of the year before closing less the fewest since, temporary ones included, whatever
    the reason; where the factory closes, all but those that a new operator keeps. ``dismissed``, ``hired``:
    permanent workers, while the factory trades. ``severance``: of the dismissed, without what a move abroad
    costs (``relocation``); ``closing_severance``: of those whose jobs end with the factory, paid by it or by
    the wage guarantee. ``hiring_costs``, ``short_time_pay``; ``public_money``: what the State gave back of
    the last. Money.
    """
    if result.deal.plan.workforce is None:
        return {}
    lines, years = result.lines, slice(1, result.deal.exit.year + 1)
    moved = np.where(lines.jobs_moved > 0.0, lines.move_cost - lines.moving_costs, 0.0)
    series = {
        "dismissed": lines.dismissed,
        "hired": lines.hired,
        "severance": lines.severance - moved,
        "closing_severance": lines.closing_severance,
        "hiring_costs": lines.hiring,
        "short_time_pay": lines.short_time_pay,
        "public_money": lines.short_time_money,
    }
    left = jobs_left(result)
    closed = np.arange(result.dates) > result.last_date[..., None]
    fewest = np.min(np.where(closed, left[..., None], lines.headcount)[..., years], axis=-1)
    lost = np.maximum(0.0, lines.headcount[..., 0] - np.minimum(fewest, left))
    return {"jobs_lost": lost} | {
        name: np.asarray(one[..., years].sum(axis=-1)) for name, one in series.items()
    }
