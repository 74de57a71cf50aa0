"""What an ownership form is: its terms, its parties, and its rules in the order of a deal's life.

Forms differ here and only here. A form receives a year and the law, never a scenario, so that no owner can
have another factory, weather or price than its neighbour.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from lbo_model.forms.law import Policy
from lbo_model.forms.tax_return import TaxReturn
from lbo_model.position import Bill, Number, Position, Year


class Terms(BaseModel):
    """What an owner of this form decides or must state; empty where the law says it all."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


Charge = Callable[[Terms, Number], Number]
"""What the owner takes before tax, from the year's EBITDA."""
TaxRule = Callable[[Terms, Policy, Year], Bill]
"""What law and statute take from the year's profit."""
AssessRule = Callable[[Terms, Policy, Year], Mapping[str, TaxReturn]]
"""How the tax of that bill is computed: ``group``, ``holding`` or ``factory`` -> its computation."""
ShareRule = Callable[[Terms, Number, Number], Number]
"""What owners are paid out of the cash left, from the plan's payout share and that cash."""


@dataclass(frozen=True)
class Purchase:
    """What the law looks at on closing day: capital by whom, and the buying company's equity after
    the price.
    """

    capital: Number
    workers_capital: Number
    equity_after: Number


ForbidRule = Callable[[Terms, Policy, Purchase], Mapping[str, NDArray[np.bool_]]]
"""Why the law forbids this purchase: reason -> cells."""


@dataclass(frozen=True)
class Claims:
    """Who holds the factory at the end, once creditors are served: claims at par in order, then who has the
    rest.

    ``parts``: the fraction that each shareholder has of the rest, where not one party has all of it.
    """

    at_par: tuple[tuple[str, Number], ...]
    rest: str
    parts: Mapping[str, Number] = field(default_factory=dict)


SettleRule = Callable[[Position, Mapping[str, Number]], Claims]
"""Who holds what at the end, from the position and each owner's share of the capital."""


@dataclass(frozen=True)
class Form:
    """One ownership form. ``owner`` holds the shares; ``investors`` may bring money on closing day.

    ``forbids`` speaks on closing day; ``charge``, ``tax`` and ``share`` every year, in that order; ``settle``
    last. ``assess`` says line by line how ``tax`` comes to what it asks for, to whoever wants to read it.
    """

    code: str
    terms: type[Terms]
    owner: str
    investors: tuple[str, ...]
    has_holding: bool
    buys: bool
    sells: bool
    borrows: bool
    charge: Charge
    tax: TaxRule
    assess: AssessRule
    share: ShareRule
    settle: SettleRule
    forbids: ForbidRule
