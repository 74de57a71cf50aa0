"""Who is served first: machines bought, credit line drawn, and the cells in which that is not enough."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lbo_model import equations
from lbo_model.engine.machines_first import machines_come_first
from lbo_model.engine.setting import Setting
from lbo_model.engine.tills import Tills
from lbo_model.position import Number
from lbo_model.quantities import TOLERANCE


@dataclass(frozen=True)
class Known:
    """What rounds of a year that is lived again have shown."""

    failed: NDArray[np.bool_]
    """Cells that could not pay."""
    helped: NDArray[np.bool_]
    """Cells that could pay with help only."""


@dataclass(frozen=True)
class Choice:
    """What a year's tills allow."""

    capex: Number
    """Machines for renewal, paid in cash."""
    draw: Number
    """On the credit line."""
    lacking: Number
    """Cash that is missing with machines at their floor and the credit line drawn; not above zero where
    nothing is.
    """
    short: NDArray[np.bool_]
    """Cells in which debts cannot all be served."""
    stopped: NDArray[np.bool_]
    """Those of them in which the factory cannot pay even its own."""


def choice_of(setting: Setting, tills: Tills, failed: NDArray[np.bool_]) -> Choice:
    """Lenders first: capex falls to its floor, then the credit line, then the minimum cash, then default.
    Machines first: the credit line, then capex falls to its floor, then the minimum cash, then default.

    ``failed`` are cells that are known not to be able to pay.
    """
    total = tills.factory + tills.holding
    free = total - tills.minimum
    out_of_reach = -(tills.holding + tills.reach)
    revolver = setting.deal.funding.revolver
    above_line = tills.undrawn if revolver is not None and revolver.entity == "holding" else 0.0
    if machines_come_first(setting):
        draw = equations.drawn(tills.target - free, tills.undrawn)
        capex = equations.capex_lenders_first(free + draw, tills.target, tills.floor)
    else:
        capex = equations.capex_lenders_first(free, tills.target, tills.floor)
        draw = equations.drawn(capex - free, tills.undrawn)
    draw = np.maximum(draw, equations.drawn(out_of_reach, above_line))
    beyond_reach = out_of_reach - np.minimum(draw, above_line)
    short = failed | np.less(total - capex + draw, -TOLERANCE) | np.greater(beyond_reach, TOLERANCE)
    own_line = tills.undrawn if revolver is not None and revolver.entity == "factory" else 0.0
    own = tills.factory - tills.floor + own_line + np.maximum(tills.holding, 0.0)
    return Choice(
        capex=capex,
        draw=draw,
        lacking=np.maximum(tills.floor - total - tills.undrawn, beyond_reach),
        short=np.asarray(short),
        stopped=np.asarray(short & np.less(own, -TOLERANCE)),
    )
