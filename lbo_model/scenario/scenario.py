"""The whole tree: one factory, one weather, one law, several deals, and what a file says about itself."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from lbo_model.forms.law import Policy
from lbo_model.quantities import refuse
from lbo_model.scenario.deal import AnyDeal
from lbo_model.scenario.factory import AggregateOperations, Factory, Weather
from lbo_model.scenario.record import Code, Record


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

    @model_validator(mode="after")
    def _low_before_high(self) -> Self:
        if not self.low < self.high:
            refuse("low_above_high", found=[self.low, self.high], allowed=[])
        return self


class Citation(Record):
    """Where figures come from: a title, an address, the day it was read."""

    title: Annotated[str, Field(min_length=1, max_length=500)]
    address: Annotated[str, Field(max_length=500)] | None = None
    read: Annotated[str, Field(max_length=40)] | None = None


class Scenario(Record):
    """One factory, one weather, one law, several deals."""

    format: Literal[1]
    title: Text
    story: Text
    currency: Annotated[str, Field(min_length=1, max_length=20)]
    horizon: Annotated[int, Field(ge=1, le=30)]
    behaviour: Literal["mechanics"]
    factory: Factory
    weather: Weather
    policy: Policy
    deals: Annotated[dict[Code, AnyDeal], Field(min_length=0)]
    knobs: dict[Code, Knob] = {}
    citations: dict[Code, Citation] = {}

    @model_validator(mode="after")
    def _deals_fit_the_scenario(self) -> Self:
        for name, deal in self.deals.items():
            if deal.exit.year > self.horizon:
                refuse("exit_after_horizon", found=deal.exit.year, allowed=[self.horizon], deal=name)
            if deal.form == "scop" and self.policy.cooperative is None:
                refuse("needed_with", found="form: scop", allowed=["policy.cooperative"], deal=name)
            floating = [loan for loan, terms in deal.funding.loans.items() if terms.margin is not None]
            if floating and self.weather.base_rate is None:
                refuse("needed_with", found="margin", allowed=["weather.base_rate"], deal=name)
            heads = [party for party, stake in deal.funding.equity.items() if stake.per_head is not None]
            if heads and isinstance(self.factory.operations, AggregateOperations):
                refuse("needed_with", found="per_head", allowed=["factory.operations.staff"], deal=name)
        return self
