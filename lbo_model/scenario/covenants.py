"""What lenders ask of a deal beside being paid: ratios to keep, and what becomes of a deal that does not."""

from collections.abc import Iterator
from typing import Annotated

from pydantic_core import PydanticCustomError

from lbo_model.quantities import Money, Multiple, Number, Rate, Series, Share, refusal
from lbo_model.scenario.record import Investor, Record, given

RATIOS = ("leverage", "cover", "interest_cover")


class Waiver(Record):
    """What lenders charge, the year after, for closing an eye: a ``fee`` on what is lent, a dearer rate."""

    fee: Annotated[Number, Share(0, 0.1)]
    rate_step: Annotated[Number, Rate(0, 0.1)]


class Cure(Record):
    """Money that an owner brings at once to be within the leverage again, never above ``most``.

    It does so only where what the shares would be worth, at the multiple of the exit, returns that money at
    ``required_return`` a year until then.
    """

    party: Investor
    most: Annotated[Number, Money()]
    required_return: Annotated[Number, Rate(0, 1)]


class Covenants(Record):
    """Tested on the accounts of each year before the sale: net debt over EBITDA at most ``leverage``; cash
    left by the machines needed over debt service at least ``cover``; EBITDA over interest at least
    ``interest_cover``.

    A breach is cured by an owner, or waived by lenders for a year in which owners are paid nothing; without
    either, the loans fall due and the holding defaults.
    """

    leverage: Annotated[Series, Multiple()] | None = None
    cover: Annotated[Series, Multiple()] | None = None
    interest_cover: Annotated[Series, Multiple()] | None = None
    waiver: Waiver | None = None
    cure: Cure | None = None

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """Something to keep; a cure is of leverage."""
        if not given(self, RATIOS):
            yield refusal("no_covenant", found=[], allowed=list(RATIOS))
        elif self.cure is not None and self.leverage is None:
            yield refusal("needed_with", found="cure", allowed=["leverage"])
