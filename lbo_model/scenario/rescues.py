"""What is tried, in order, before a company that cannot pay defaults."""

from typing import Annotated

from lbo_model.quantities import Money, Number, Rate, Share, Years
from lbo_model.scenario.record import Choice, Investor, Record


class MostMoney(Choice):
    """The most that an owner brings at once: an amount, or so much for each worker."""

    amount: Annotated[Number, Money()] | None = None
    per_head: Annotated[Number, Money(0, 1e6)] | None = None


class NewMoney(Record):
    """Money that an owner brings in a year in which cash is short: what is missing, or nothing if that is
    above ``most``.

    With ``required_return``, only where the shares are worth it: what EBITDA is hoped to be, times the exit's
    multiple, less debt, returns that money at so much a year until the exit. ``hope`` is the part of the fall
    of EBITDA since closing day that the owner takes for passing.
    """

    party: Investor
    most: MostMoney
    required_return: Annotated[Number, Rate(0, 1)] | None = None
    hope: Annotated[Number, Share(0, 1)]


class Rescues(Record):
    """Tried one after the other in a year in which cash is short; each only if it is declared.

    ``deferral``: years in which all lenders let the principal of the year wait, and every later one with it.
    ``blocked_labour_share``: part of the labour share that falls due which a co-operative's members leave for
    another year. ``new_money``: what an owner brings. In such a year machines stay at their floor, and owners
    are paid nothing. If all together is not enough, nothing of it happens and the company defaults.
    """

    deferral: Annotated[Number, Years(0, 5)] | None = None
    blocked_labour_share: Annotated[Number, Share(0, 1)] | None = None
    new_money: NewMoney | None = None
