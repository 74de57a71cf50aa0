"""Work that may be done abroad: what it costs there, what moving it costs, and an owner who decides to."""

from typing import Annotated

from lbo_model.quantities import Money, Multiple, Number, Share, WholeYears, Years
from lbo_model.scenario.record import Investor, Record
from lbo_model.scenario.rescues import MostMoney


class WorkAbroad(Record):
    """What the factory's work would cost abroad, and what moving it there costs, whoever owns the factory.

    ``labour_cost``: of one worker there in a year, contributions included, at the prices of the closing year;
    it follows them as pay here does. ``productivity``: of that worker beside one here. ``realised``: the part
    of the saving that comes about. ``severance``: years of gross pay for each job that leaves.
    ``moving_per_job``: machines taken down and set up again. ``ramp_up``: what starting costs, as a share of
    a year's sales of what is moved. ``site``: money for the place, once.
    """

    labour_cost: Annotated[Number, Money(0, 1e6)]
    productivity: Annotated[Number, Share(0.05, 3)]
    realised: Annotated[Number, Share(0, 1)]
    severance: Annotated[Number, Years(0, 5)]
    moving_per_job: Annotated[Number, Money(0, 1e7)]
    ramp_up: Annotated[Number, Share(0, 1)]
    site: Annotated[Number, Money()]


class OwnersMoney(Record):
    """Money that an owner brings for a move: what cash does not pay, up to ``most``."""

    party: Investor
    most: MostMoney


class Relocation(Record):
    """Jobs that an owner moves abroad at the end of one of its years.

    ``year``: of the deal; severance and moving are paid in it, savings come from the next. ``share``: of the
    work that is still here. ``lenders_agree_below``: the largest net debt, in times the year's EBITDA, at
    which lenders let it happen; they are not asked if it is not given. ``owner_brings``: nothing if it is not
    given. Nothing is moved where cash, credit line and owner together cannot pay for it.
    """

    year: Annotated[Number, WholeYears(1, 30)]
    share: Annotated[Number, Share(0, 1)]
    lenders_agree_below: Annotated[Number, Multiple(0, 20)] | None = None
    owner_brings: OwnersMoney | None = None
