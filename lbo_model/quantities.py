"""What a number may be: its unit, its bounds, and how a person may write it.

A field of a scenario is declared once, for instance ``margin: Annotated[Number, Share(0, 0.6)]``. From that
one line come the check of a file, the allowed range in its error message, the ends of a slider and the JSON
Schema.

Two kinds of value:

* a **Number** is a float, or an array of any batch shape ``B`` (one cell per life, per point of a map...);
* a **Series** is one value for all dates, or one value by date: an array of shape ``B + (written dates,)``.
  Date 0 is the closing day; after the last written date the last value goes on.
"""

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, NoReturn

import numpy as np
from numpy.typing import NDArray
from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError, core_schema

Number = float | NDArray[np.float64]

TOLERANCE = 1e-6
"""Euros. The one tolerance of every comparison of cash, so that a status does not flip with rounding."""


@dataclass(frozen=True, eq=False)
class Series:
    """A number by date. ``values`` has shape ``B + (written dates,)``; the last written value goes on."""

    values: NDArray[np.float64]

    def at(self, date: int) -> Number:
        """The value at a date (0 = closing day), of shape ``B``."""
        value = self.values[..., min(date, self.values.shape[-1] - 1)]
        return float(value) if value.ndim == 0 else value

    def until(self, dates: int) -> NDArray[np.float64]:
        """The values at the first dates, closing day first, of shape ``B + (dates,)``."""
        return self.values[..., np.minimum(np.arange(dates), self.values.shape[-1] - 1)]

    def of_each(self, dates: Number) -> NDArray[np.float64]:
        """The value at a date of its own for each cell (0 = first), in the common shape of both batches."""
        places = np.minimum(dates, self.values.shape[-1] - 1).astype(np.intp)
        shape = np.broadcast_shapes(places.shape, self.values.shape[:-1])
        values = np.broadcast_to(self.values, (*shape, self.values.shape[-1]))
        return np.take_along_axis(values, np.broadcast_to(places, shape)[..., None], axis=-1)[..., 0]


SPACES = dict.fromkeys(map(ord, "\u00a0\u202f\u2009"), " ")
NUMBER = re.compile(r"[-+]?(\d{1,3}(?:[ _]\d{3})+|\d+(?:_\d+)*)?(\.\d*)?(?:[eE][-+]?\d+)?")
DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+\s*%?\s*")


def parse_number(text: str) -> tuple[float, bool] | None:
    """Read a number as people write it: ``0.06``, ``6 %``, ``12_000_000``, ``12 000 000``, ``12e6``.

    Returns the value and whether it was written in per cent, or None where the text is not a number. Spaces
    that French keyboards and word processors put before ``%`` (U+00A0, U+202F) are accepted.
    """
    written = text.translate(SPACES).strip()
    percent = written.endswith("%")
    written = written.removesuffix("%").strip()
    if not any(map(str.isdigit, written)) or len(written) > 40 or not NUMBER.fullmatch(written):
        return None
    value = float(written.replace("_", "").replace(" ", ""))
    return (value / 100, True) if percent else (value, False)


def refusal(code: str, **facts: Any) -> PydanticCustomError:
    """An input error that carries a code and facts instead of a sentence: the words come later."""
    return PydanticCustomError(code, code, facts)


def refuse(code: str, **facts: Any) -> NoReturn:
    """Raise an input error that carries a code and facts."""
    raise refusal(code, **facts)


@dataclass(frozen=True)
class Quantity:
    """A declared kind of number: lowest and highest value allowed, both included."""

    low: float = 0.0
    high: float = 1.0

    unit: ClassVar[str] = "number"
    percent: ClassVar[bool] = False

    def check(self, given: object) -> Number:
        """Return ``given`` as a Number within bounds, or raise an input error with a code and facts."""
        if isinstance(given, np.ndarray) and given.ndim > 0:
            return self._within(given)
        if isinstance(given, (list, tuple)):
            refuse("list_not_allowed", **self.facts(given))
        return float(self._within(np.asarray(self._one(given))))

    def check_series(self, given: object) -> Series:
        """Return ``given`` as a Series: a written list goes by date, an array is a batch that lasts."""
        if isinstance(given, Series):
            return Series(self._within(given.values))
        if isinstance(given, (list, tuple)):
            if not given:
                refuse("empty_list", **self.facts(given))
            return Series(self._within(np.array([self._one(item) for item in given])))
        if isinstance(given, np.ndarray) and given.ndim > 0:
            return Series(self._within(given)[..., None])
        return Series(self._within(np.array([self._one(given)])))

    def facts(self, given: object) -> dict[str, Any]:
        """What an error message needs to say: what was found, what is allowed, in which unit."""
        return {"found": given, "low": self.low, "high": self.high, "unit": self.unit}

    def _one(self, given: object) -> float:
        if isinstance(given, str):
            parsed = parse_number(given)
            if parsed is None:
                refuse(
                    "decimal_comma" if DECIMAL_COMMA.fullmatch(given) else "not_a_number", **self.facts(given)
                )
            value, percent = parsed
            if percent and not self.percent:
                refuse("percent_not_allowed", **self.facts(given))
            return value
        if isinstance(given, bool) or not isinstance(given, (int, float, np.number, np.ndarray)):
            refuse("not_a_number", **self.facts(given))
        try:
            return float(given)
        except OverflowError:
            refuse("out_of_range", **self.facts("1e999"))

    def _within(self, values: NDArray[Any]) -> NDArray[np.float64]:
        try:
            checked = np.array(values, dtype=np.float64)
        except (TypeError, ValueError):
            refuse("not_a_number", **self.facts(str(values)))
        outside = checked[~((checked >= self.low) & (checked <= self.high))]
        if outside.size:
            refuse("out_of_range", **self.facts(float(outside.flat[0])))
        checked.setflags(write=False)
        return checked

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        check = self.check_series if source is Series else self.check
        return core_schema.no_info_plain_validator_function(check, metadata={"series": source is Series})

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        number: JsonSchemaValue = {"type": "number", "minimum": self.low, "maximum": self.high}
        text: JsonSchemaValue = {
            "type": "string",
            "pattern": r"\d\s*%$" if self.percent else r"^[-+\d][^%]*$",
        }
        single = [number, text]
        many = [{"type": "array", "minItems": 1, "items": {"anyOf": single}}]
        bare = single + (many if schema.get("metadata", {}).get("series") else [])
        return {"anyOf": [*bare, long_form(bare)], "description": self.unit}


TAGS = ("read", "derived", "unverified", "choice")
"""How a number is known: read in a source, derived from what was read, unverified, or a choice of the
modeller.
"""


def long_form(bare: list[JsonSchemaValue]) -> JsonSchemaValue:
    """JSON Schema of a number written with what is known of it: its value, source, tag and range."""
    single = bare[:2]
    return {
        "type": "object",
        "required": ["value"],
        "additionalProperties": False,
        "properties": {
            "value": {"anyOf": bare},
            "source": {"type": "string"},
            "tag": {"enum": list(TAGS)},
            "low": {"anyOf": single},
            "high": {"anyOf": single},
        },
    }


class Share(Quantity):
    """A part of a whole, written ``0.06`` or ``6 %``."""

    unit = "share"
    percent = True


class Rate(Quantity):
    """A rate a year, written ``0.07`` or ``7 %``."""

    unit = "rate"
    percent = True


@dataclass(frozen=True)
class Money(Quantity):
    """An amount in the currency of the scenario: one unit throughout a file, euros in ours."""

    low: float = 0.0
    high: float = 1e12
    unit: ClassVar[str] = "money"


@dataclass(frozen=True)
class Multiple(Quantity):
    """A number of times EBITDA."""

    low: float = 0.0
    high: float = 30.0
    unit: ClassVar[str] = "multiple"


@dataclass(frozen=True)
class Years(Quantity):
    """A length of time."""

    low: float = 0.0
    high: float = 50.0
    unit: ClassVar[str] = "years"


@dataclass(frozen=True)
class WholeYears(Years):
    """A year or a length of time that is a whole number; in an array too, cell by cell."""

    def _within(self, values: NDArray[Any]) -> NDArray[np.float64]:
        checked = super()._within(values)
        broken = checked[checked != np.floor(checked)]
        if broken.size:
            refuse("not_whole_years", **self.facts(float(broken.flat[0])))
        return checked


@dataclass(frozen=True)
class People(Quantity):
    """A number of persons (full-time equivalents, so fractions are lawful)."""

    low: float = 0.0
    high: float = 100_000.0
    unit: ClassVar[str] = "people"


@dataclass(frozen=True)
class Index(Quantity):
    """A pure number beside 1: 0.65 means 35 % below the closing year's level."""

    low: float = 0.0
    high: float = 10.0
    unit: ClassVar[str] = "index"
    percent: ClassVar[bool] = True


@dataclass(frozen=True)
class Elasticity(Quantity):
    """By how many per cent one thing moves when another moves by one: a power."""

    low: float = 0.0
    high: float = 3.0
    unit: ClassVar[str] = "elasticity"


Unit = Literal["share", "rate", "money", "multiple", "years", "people", "index", "elasticity"]
