"""What tests of scenario files share: the shipped files, a small file to vary, what it is to be equal."""

from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel

from lbo_model.quantities import Series
from lbo_model.scenario import Scenario
from lbo_model.scenario.declarations import number_in, under
from lbo_model.scenario_file import shipped_folder, shipped_names

BAD = Path(__file__).parent / "bad"
SHIPPED = [*shipped_names(), "base"]

HEAD = "format: 1\nextends: film\ntitle: {fr: Essai, en: Trial}\nstory: {fr: Essai, en: Trial}\n"


def shipped_text(name: str) -> str:
    return (shipped_folder() / f"{name}.yaml").read_text(encoding="utf-8")


def numbers(holder: Any, prefix: str = "") -> list[str]:
    """Every path of a scenario that holds a declared number."""
    if isinstance(holder, dict):
        return [path for name, below in holder.items() for path in numbers(below, f"{prefix}{name}.")]
    if not isinstance(holder, BaseModel):
        return []
    found = []
    for name in type(holder).model_fields:
        below = getattr(holder, name)
        if below is not None and number_in(under((type(holder),), name)):
            found.append(f"{prefix}{name}")
        found += numbers(below, f"{prefix}{name}.")
    return found


def same(one: Any, other: Any) -> bool:
    """Whether two scenarios, or two parts of scenarios, say the same."""
    if isinstance(one, BaseModel):
        return type(one) is type(other) and all(
            same(getattr(one, name), getattr(other, name)) for name in type(one).model_fields
        )
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[name], other[name]) for name in one)
    if isinstance(one, Series):
        return same(one.values, other.values)
    if isinstance(one, np.ndarray):
        return one.shape == other.shape and bool((one == other).all())
    return bool(one == other)


def scenario_of(document: Any) -> Scenario:
    """The scenario of a document, which must have one."""
    assert document.problems == ()
    assert document.scenario is not None
    return document.scenario
