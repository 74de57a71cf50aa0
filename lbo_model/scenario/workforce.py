"""Who bears a fall of sales: the shares of idle work that are met by jobs, by pay and by short-time work."""

from collections.abc import Iterator
from typing import Annotated

import numpy as np
from pydantic_core import PydanticCustomError

from lbo_model.quantities import Number, Share, Years, refusal
from lbo_model.scenario.record import Record

ANSWERS = ("jobs", "pay", "short_time")
"""The ways to meet idle work, beside temporary staff who leave first."""


class Workforce(Record):
    """How the work that a fall of sales makes idle is met, year by year.

    ``temporary_staff``: workers hired by the hour, as a share of the factory's staff; they leave first and
    come back first. Of the permanent workers who are then idle: ``jobs`` are dismissed for good, ``pay`` is
    met by lower pay of those who stay, ``short_time`` by hours that are not worked, for which workers get
    ``short_time_pay`` of their gross pay and the State gives back ``public_money`` of that; the rest are kept
    and paid. ``severance``: years of gross pay for each job lost. ``hiring``: what it costs to hire one
    again, as a share of a year's gross pay.
    """

    temporary_staff: Annotated[Number, Share(0, 1)]
    jobs: Annotated[Number, Share(0, 1)]
    pay: Annotated[Number, Share(0, 1)]
    short_time: Annotated[Number, Share(0, 1)]
    short_time_pay: Annotated[Number, Share(0, 1)]
    public_money: Annotated[Number, Share(0, 1)]
    severance: Annotated[Number, Years(0, 5)]
    hiring: Annotated[Number, Share(0, 2)]

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """Idle work is met once: its shares come to no more than all of it."""
        met = float(np.max(self.jobs + np.asarray(self.pay) + self.short_time))
        if met > 1.0 + 1e-9:
            yield refusal("more_than_the_whole", found=f"{100.0 * met:g} %", allowed=list(ANSWERS))
