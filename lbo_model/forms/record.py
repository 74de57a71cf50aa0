"""What every record of the law is: frozen, and without a field that it does not know."""

from pydantic import BaseModel, ConfigDict


class Law(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)
