"""The weather that every owner meets alike: trends, what happens, and the luck that is drawn."""

from collections.abc import Iterator
from typing import Annotated

import numpy as np
from pydantic import Field
from pydantic_core import PydanticCustomError

from lbo_model.quantities import Index, Number, Rate, Series, Share, WholeYears, refusal
from lbo_model.scenario.record import Code, Record, given

COSTS = ("purchases", "other_costs")
"""What an event does to prices that the factory pays."""


class Event(Record):
    """Something that may happen to every owner alike, by year of the event: the first value holds in the year
    in which it starts, and the last one goes on.

    ``demand``: level of sales beside what they would be without it. ``purchases``, ``other_costs``: price of
    what is bought in, and of other external costs, beside what it would be; customers pay none of it.
    ``base_rate``: points added to what floating loans follow; a loan at a fixed rate does not move.
    """

    demand: Annotated[Series, Index(0, 3)] | None = None
    purchases: Annotated[Series, Index(0, 3)] | None = None
    other_costs: Annotated[Series, Index(0, 3)] | None = None
    base_rate: Annotated[Series, Rate(-0.1, 0.2)] | None = None

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """An event moves something."""
        if not given(self, type(self).model_fields):
            yield refusal("event_of_nothing", found=[], allowed=list(type(self).model_fields))


class Happening(Record):
    """An event that happens. ``starts``: the year, counted from the first closing day, in which its first
    value holds; beyond the horizon it never does.
    """

    starts: Annotated[Number, WholeYears(1, 50)]


class Crises(Record):
    """Rare falls of demand. ``chance``: of one, each year. ``depth``: the part of demand that it takes away.
    ``rebound``: the part of what is missing that comes back each year after.
    """

    chance: Annotated[Number, Share(0, 1)]
    depth: Annotated[Number, Share(0, 0.95)]
    rebound: Annotated[Number, Share(0, 1)]


class Luck(Record):
    """Random demand, for ``studies.storms`` alone: a single run is calm.

    ``volatility``: standard deviation of a year's news, in logarithms of demand. ``persistence``: the part of
    a year's distance from its mean that is still there the year after.
    """

    seed: Annotated[int, Field(ge=0, le=2**32 - 1)]
    volatility: Annotated[Number, Share(0, 0.5)]
    persistence: Annotated[Number, Share(0, 1)]
    crisis: Crises | None = None


class Weather(Record):
    """What happens to every owner alike. ``demand`` is sales beside their trend (0.65 in a year like 2009).
    ``events`` says what may happen, ``happens`` what does, by the names of events.
    """

    price_growth: Annotated[Series, Rate(-0.1, 0.2)]
    volume_growth: Annotated[Series, Rate(-0.3, 0.3)]
    demand: Annotated[Series, Index(0, 3)]
    base_rate: Annotated[Series, Rate(-0.02, 0.2)] | None = None
    deposit_rate: Annotated[Series, Rate(0, 0.2)] | None = None
    events: dict[Code, Event] = {}
    happens: dict[Code, Happening] = {}
    luck: Luck | None = None

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """What happens is a declared event."""
        for name in self.happens:
            if name not in self.events:
                facts = {"found": name, "allowed": list(self.events)}
                yield refusal("no_such_event", **facts, field=f"happens.{name}")

    def happening(self) -> dict[str, Event]:
        """The events that happen, by name."""
        return {name: self.events[name] for name in self.happens if name in self.events}

    def levels(self, what: str, date: int, before: float) -> Iterator[Number]:
        """Where each event that happens puts one of its numbers at a date; ``before``: until it starts."""
        for name, event in self.happening().items():
            series: Series | None = getattr(event, what)
            if series is not None:
                years = np.subtract(date, self.happens[name].starts)
                yield np.where(years < 0.0, before, series.of_each(np.maximum(0.0, years)))
