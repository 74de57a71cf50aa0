"""Whether two deals may be compared at all."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from pydantic import BaseModel

from lbo_model.quantities import Series
from lbo_model.scenario import Scenario

SHARED = ("factory", "weather", "policy", "behaviour", "currency")


def differences(first: tuple[Scenario, str], second: tuple[Scenario, str]) -> list[str]:
    """Fields in which two deals differ although owners are compared only where they are equal; empty if
    comparable.

    Factory, weather, policy, behaviour, currency, the price as it is agreed, and the date at which owners are
    compared.
    """
    (one, one_name), (other, other_name) = first, second
    found = [path for name in SHARED for path in _unequal(getattr(one, name), getattr(other, name), name)]
    deals = one.deals[one_name], other.deals[other_name]
    found += list(_unequal(deals[0].price, deals[1].price, "price"))
    found += list(_unequal(deals[0].exit.year, deals[1].exit.year, "exit.year"))
    return found


def _unequal(one: Any, other: Any, path: str) -> Iterator[str]:
    if isinstance(one, BaseModel) and isinstance(other, BaseModel) and type(one) is type(other):
        for name in type(one).model_fields:
            yield from _unequal(getattr(one, name), getattr(other, name), f"{path}.{name}")
        return
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for name in one:
            yield from _unequal(one[name], other[name], f"{path}.{name}")
        return
    pair = [item.values if isinstance(item, Series) else item for item in (one, other)]
    if not np.array_equal(pair[0], pair[1]):
        yield path
