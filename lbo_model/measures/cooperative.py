"""What the law grants the workers of a co-operative at least, beside what its split gives them."""

import numpy as np

from lbo_model.engine import Result
from lbo_model.equations import cooperative_participation_floor
from lbo_model.position import Array


def participation_floor(result: Result) -> Array:
    """The least that the Labour Code grants the workers of a SCOP each year (R3323-9); zero for other forms.

    The legal formula on ``surplus * (1 - labour_minimum) * (1 - tax_rate)`` and on the paid-up capital. The
    split of the surplus gives more wherever pay is less than nine tenths of value added.
    """
    policy, lines = result.policy, result.lines
    if policy.cooperative is None or policy.participation is None or result.form.code != "scop":
        return np.zeros_like(lines.ebitda)
    surplus = lines.factory_net_income + lines.labour_share
    floor = cooperative_participation_floor(
        np.maximum(surplus, 0.0),
        np.asarray(policy.cooperative.labour_share)[..., None],
        policy.corporate_tax.rate.until(result.dates),
        result.positions.capital,
        lines.gross_pay,
        lines.value_added,
        np.asarray(policy.participation.capital_return)[..., None],
        np.asarray(policy.participation.profit_share)[..., None],
    )
    answer = np.array(floor)
    answer[..., 0] = 0.0
    return answer
