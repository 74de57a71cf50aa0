"""What every record of a scenario has in common: frozen, no unknown field, one way to say one amount."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from lbo_model.quantities import refusal

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""A name that a file gives to a deal, a loan or a knob."""

Entity = Literal["holding", "factory"]
Investor = Literal[
    "fund", "workers", "managers", "family", "industrial_group", "solidarity_lenders", "nobody_yet"
]

FIELDS_ALONE = "fields alone"
"""Validation context in which each field is checked and nobody is asked whether fields agree."""


class Record(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """What fields that are right each on its own say against one another: all of it, not the first."""
        yield from ()

    @model_validator(mode="after")
    def _fields_agree(self, info: ValidationInfo) -> Self:
        found = [] if info.context == FIELDS_ALONE else list(self.disagreements())
        if found:
            details = [InitErrorDetails(type=error, input=self) for error in found]
            raise ValidationError.from_exception_data(type(self).__name__, details)
        return self


def given(record: Record, names: Iterable[str]) -> list[str]:
    """The fields that are given among some; 0 is given, and so is an array."""
    values = {name: getattr(record, name) for name in names}
    return [name for name, value in values.items() if value is not None and value is not False]


class Choice(Record):
    """A record of which exactly one field is given: the several ways to say one amount."""

    def disagreements(self) -> Iterator[PydanticCustomError]:
        """Exactly one field is given."""
        found = given(self, type(self).model_fields)
        if len(found) != 1:
            yield refusal("exactly_one_of", found=found, allowed=list(type(self).model_fields))

    @property
    def kind(self) -> str:
        """The name of the field that is given."""
        return given(self, type(self).model_fields)[0]
