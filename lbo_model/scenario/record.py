"""What every record of a scenario has in common: frozen, no unknown field, one way to say one amount."""

from collections.abc import Iterable
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lbo_model.quantities import refuse

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
"""A name that a file gives to a deal, a loan or a knob."""

Entity = Literal["holding", "factory"]


class Record(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def given(record: Record, names: Iterable[str]) -> list[str]:
    """The fields that are given among some; 0 is given, and so is an array."""
    values = {name: getattr(record, name) for name in names}
    return [name for name, value in values.items() if value is not None and value is not False]


class Choice(Record):
    """A record of which exactly one field is given: the several ways to say one amount."""

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        found = given(self, type(self).model_fields)
        if len(found) != 1:
            refuse("exactly_one_of", found=found, allowed=list(type(self).model_fields))
        return self

    @property
    def kind(self) -> str:
        """The name of the field that is given."""
        return given(self, type(self).model_fields)[0]
