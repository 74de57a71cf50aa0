"""What does not change while a deal is lived."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lbo_model.engine.closing import Closing
from lbo_model.engine.operations import Season
from lbo_model.engine.target import Target
from lbo_model.forms import Form
from lbo_model.position import Operations
from lbo_model.scenario import Deal, Scenario


@dataclass(frozen=True)
class Setting:
    """What does not change during a deal: the inputs, the form, closing day, and the years to come."""

    scenario: Scenario
    deal: Deal
    form: Form
    target: Target
    closing: Closing
    seasons: tuple[Season, ...]
    """What each year of the deal brings, closing day first."""
    operations: tuple[Operations, ...]
    """The factory's years if it makes all that the market asks for, whoever owns it."""

    @property
    def full(self) -> bool:
        """Whether machines that are bought or not have consequences."""
        return self.scenario.behaviour == "full"

    @property
    def same_for_all(self) -> NDArray[np.bool_]:
        """Where the factory's years are the same whoever owns it: no plan changes what it makes."""
        plan = self.deal.plan
        ours = not self.full and plan.workforce is None and plan.relocation is None
        return np.logical_and(ours, np.equal(self.target.share_abroad, 0.0))
