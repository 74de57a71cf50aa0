"""The whole tree: one factory, one weather, one law, several deals, and what a file says about itself."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from lbo_model.forms import FORMS
from lbo_model.forms.law import Policy
from lbo_model.quantities import refusal
from lbo_model.scenario.deal import AnyDeal
from lbo_model.scenario.factory import AggregateOperations, Factory
from lbo_model.scenario.record import Code, Record
from lbo_model.scenario.weather import COSTS, Weather

MOST_OWNERS = 4
"""Owners in a row."""


class Text(Record):
    """A sentence in both languages."""

    fr: Annotated[str, Field(min_length=1, max_length=2000)]
    en: Annotated[str, Field(min_length=1, max_length=2000)]


class Knob(Record):
    """A slider: the paths it moves together (``*`` stands for any name), its ends and its step."""

    paths: Annotated[list[Annotated[str, Field(max_length=200)]], Field(min_length=1, max_length=20)]
    low: float
    high: float
    step: Annotated[float, Field(gt=0)]
    label: Text | None = None

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """The low end lies below the high end."""
        if not self.low < self.high:
            yield refusal("low_above_high", found=[f"{self.low:g}", f"{self.high:g}"], allowed=[])


def _text_kind(given: Any) -> str:
    """A mapping says a text in both languages; anything else is one text, right or wrong."""
    return "both" if isinstance(given, (Mapping, Text)) else "one"


AnyText = Annotated[
    Annotated[str, Field(min_length=1, max_length=500), Tag("one")] | Annotated[Text, Tag("both")],
    Discriminator(_text_kind),
]
"""A text in both languages, or one that is the same in both."""


class Citation(Record):
    """Where figures come from: a title, in one language or in both, an address, the day it was read."""

    title: AnyText
    address: Annotated[str, Field(max_length=500)] | None = None
    read: Annotated[str, Field(max_length=40)] | None = None

    def titled(self, language: str) -> str:
        """The title for a reader of a language; the English one where there is none in theirs."""
        if isinstance(self.title, str):
            return self.title
        return str(getattr(self.title, language, self.title.en))


class Scenario(Record):
    """One factory, one weather, one law, several deals."""

    format: Literal[1]
    title: Text
    story: Text
    currency: Annotated[str, Field(min_length=1, max_length=20)]
    horizon: Annotated[int, Field(ge=1, le=30)]
    behaviour: Literal["mechanics", "full"]
    factory: Factory
    weather: Weather
    policy: Policy
    deals: Annotated[dict[Code, AnyDeal], Field(min_length=0)]
    documented_terms: dict[Code, dict[str, Any]] = {}
    """By deal, in the shape of a deal, only what its owner has obtained in documented cases: what
    ``paths.with_terms`` puts in the place of the terms that all are offered.
    """
    knobs: dict[Code, Knob] = {}
    citations: dict[Code, Citation] = {}

    @property
    def first_deals(self) -> tuple[str, ...]:
        """Deals that buy the factory at date 0: those that follow no other."""
        followers = {deal.then for deal in self.deals.values()}
        return tuple(name for name in self.deals if name not in followers)

    def chain(self, first: str) -> tuple[str, ...]:
        """A deal and those that follow it, one after the other."""
        names = [first]
        while (then := self.deals[names[-1]].then) in self.deals and then not in names:
            names.append(str(then))
        return tuple(names)

    def _chains(self) -> Iterator[PydanticCustomError]:
        """A deal that follows another exists, follows one only, at that one's price, within the horizon."""
        followed = [deal.then for deal in self.deals.values() if deal.then is not None]
        for name, deal in self.deals.items():
            if deal.then is not None and deal.then not in self.deals:
                others = [other for other in self.deals if other != name]
                yield refusal("no_such_deal", found=deal.then, allowed=others, deal=name)
            elif deal.then is not None and followed.count(deal.then) > 1:
                yield refusal("followed_twice", found=deal.then, allowed=[], deal=name)
            if deal.price.as_sold and name not in followed:
                yield refusal("sold_by_nobody", found=name, allowed=[], deal=name)
            elif name in followed and not deal.price.as_sold:
                yield refusal("price_of_a_follower", found=name, allowed=["as_sold"], deal=name)
            if name in followed and not FORMS[deal.form].buys:
                buyers = [code for code, form in FORMS.items() if form.buys]
                yield refusal("follows_without_buying", found=deal.form, allowed=buyers, deal=name)
        reached = {name for first in self.first_deals for name in self.chain(first)}
        for name in self.deals:
            if name not in reached and all(other in self.deals for other in followed):
                yield refusal("endless_chain", found=name, allowed=[], deal=name)
        for first in self.first_deals:
            names, years = self.chain(first), 0
            if len(names) > MOST_OWNERS:
                yield refusal("too_many_owners", found=len(names), allowed=[MOST_OWNERS], deal=first)
            for name in names:
                years += self.deals[name].exit.year
                if years > self.horizon:
                    yield refusal("exit_after_horizon", found=years, allowed=[self.horizon], deal=name)

    def _kept_long_enough(self) -> Iterator[PydanticCustomError]:
        """Nobody sells, nor borrows to be paid a dividend, before the law lets a buyer do so."""
        least = self.policy.held_at_least
        if least is None:
            return
        for name, deal in self.deals.items():
            form = FORMS[deal.form]
            if form.buys and form.sells and deal.exit.year < least:
                yield refusal(
                    "sold_too_early", found=deal.exit.year, allowed=[least], deal=name, field="exit.year"
                )
            for title, loan in deal.funding.loans.items():
                if loan.purpose == "owners" and loan.drawn is not None and loan.drawn < least:
                    field = f"funding.loans.{title}.drawn"
                    yield refusal(
                        "dividend_too_early", found=loan.drawn, allowed=[least], deal=name, field=field
                    )

    def _costs_of_events(self) -> Iterator[PydanticCustomError]:
        """An event that moves the price of a cost happens where costs are told apart."""
        if not isinstance(self.factory.operations, AggregateOperations):
            return
        for name, event in self.weather.happening().items():
            for cost in COSTS:
                if getattr(event, cost) is not None:
                    needed = [f"factory.operations.{cost}"]
                    yield refusal("needed_with", found=cost, allowed=needed, field=f"weather.happens.{name}")

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """Deals find in the scenario what they need, and so do the behaviour and the weather."""
        if self.behaviour == "full" and self.factory.consequences is None:
            needed = ["factory.consequences"]
            yield refusal("needed_with", found="behaviour: full", allowed=needed, field="behaviour")
        if self.policy.dividends_from == "profit" and self.factory.distributable_reserves is None:
            needed = ["factory.distributable_reserves"]
            yield refusal(
                "needed_with", found="dividends_from: profit", allowed=needed, field="policy.dividends_from"
            )
        yield from self._costs_of_events()
        yield from self._chains()
        yield from self._kept_long_enough()
        for name, deal in self.deals.items():
            if deal.form == "scop" and self.policy.cooperative is None:
                yield refusal("needed_with", found="form: scop", allowed=["policy.cooperative"], deal=name)
            loans = deal.funding.loans.values()
            floating = any(loan.rate is None and loan.margin is not None for loan in loans)
            if floating and self.weather.base_rate is None:
                yield refusal("needed_with", found="margin", allowed=["weather.base_rate"], deal=name)
            heads = [party for party, stake in deal.funding.equity.items() if stake.per_head is not None]
            if heads and isinstance(self.factory.operations, AggregateOperations):
                yield refusal(
                    "needed_with", found="per_head", allowed=["factory.operations.staff"], deal=name
                )
            if deal.plan.workforce is not None and isinstance(self.factory.operations, AggregateOperations):
                needed = ["factory.operations.staff"]
                yield refusal("needed_with", found="workforce", allowed=needed, deal=name)
            if deal.plan.relocation is not None:
                needed = ["factory.work_abroad", "factory.operations.staff"]
                aggregate = isinstance(self.factory.operations, AggregateOperations)
                missing = needed[:1] * (self.factory.work_abroad is None) + needed[1:] * aggregate
                if missing:
                    yield refusal("needed_with", found="relocation", allowed=missing, deal=name)
