"""What the law may ask of whoever buys a factory: levers of policy, the same for every owner.

None is in force unless a file declares it.
"""

from typing import Annotated, Self

from pydantic import model_validator

from lbo_model.forms.record import Law
from lbo_model.quantities import Multiple, Number, Share, Years, refuse

DEBT_LIMITS = ("most_times_ebitda", "least_equity")

LEVERS = ("acquisition_debt", "held_at_least", "machines_first", "workers_share_of_gain", "clawback")
"""Fields of the law that are nothing but levers."""


class AcquisitionDebt(Law):
    """How much may be borrowed for the purchase of a factory, on closing day, and for its owners later.

    ``most_times_ebitda``: at most so many times EBITDA; 0 forbids it. ``least_equity``: share of the uses
    that owners bring at least. ``staff_exempt``: neither binds a buyer more than half of whose ordinary
    shares belong to workers and managers.
    """

    most_times_ebitda: Annotated[Number, Multiple()] | None = None
    least_equity: Annotated[Number, Share(0, 1)] | None = None
    staff_exempt: bool = False

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if all(getattr(self, name) is None for name in DEBT_LIMITS):
            refuse("no_limit", found=[], allowed=list(DEBT_LIMITS))
        return self


class Clawback(Law):
    """What those who sold a factory give back where it closes, unable to pay, soon after.

    ``share``: of what they were paid in their last ``years`` and gained by the sale, never more than their
    gain. ``years``: also the time after the sale in which it can be asked.
    """

    share: Annotated[Number, Share(0, 1)]
    years: Annotated[Number, Years(0, 30)]
