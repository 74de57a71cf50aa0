"""All faults at once: what is wrong is replaced by something lawful, so that what is behind is checked.

Nobody knows what a wrong value was meant to be, so one after another is tried; a fault found behind it counts
if it is found whatever stands there. A deal of unknown form is thus tried in every form, and blamed only for
what none of them allows.
"""

from collections.abc import Sequence
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from lbo_model.forms import FORMS
from lbo_model.scenario import FIELDS_ALONE, Scenario
from lbo_model.scenario.declarations import Declared, Kind, Plain, Table, leading_to, under, ways
from lbo_model.scenario.faults import Fault, disagreements, faults, nearest

TURNS = max(5, len(FORMS))
"""As many as the longest list of words that one field chooses from, so that each word has its turn."""
_ROUNDS = 4
"""A form hides the fields of its deal, a field that is no mapping what should be in it: seldom more."""
_LACKING = ("exactly_one_of", "needed_with")


def examined(given: dict[str, Any]) -> tuple[Scenario | None, list[Fault]]:
    """A scenario from plain values, and all their faults.

    Where there are faults the scenario is a mended one, fit only for checks that no fault can mislead; None
    where nothing lawful was found.
    """
    scenario, found = _attempt(given, 0)
    if not found:
        return scenario, found
    return scenario, _believed([found, *(_attempt(given, turn)[1] for turn in range(1, TURNS))])


def _attempt(given: dict[str, Any], turn: int) -> tuple[Scenario | None, list[Fault]]:
    found: list[Fault] = []
    for _ in range(_ROUNDS):
        try:
            scenario = Scenario.model_validate(given, strict=True, context=FIELDS_ALONE)
        except ValidationError as error:
            fresh = faults(error)
            given = deepcopy(given)
            for fault in fresh:
                _mend(given, fault, turn, len(found))
                found.append(fault)
        else:
            return scenario, [*found, *_beyond(found, disagreements(scenario))]
    return None, found


def _beyond(found: Sequence[Fault], others: Sequence[Fault]) -> list[Fault]:
    """Faults less those that follow from a key that nobody knows: it may be the very one that is lacking."""
    strange = {fault.path.rpartition(".")[0] for fault in found if fault.code == "unknown_key"}
    return [fault for fault in others if fault.path not in strange or fault.code not in _LACKING]


def _believed(attempts: Sequence[Sequence[Fault]]) -> list[Fault]:
    """Faults found in every attempt, or in all that know the key; what one of them allows is allowed."""
    seen = [{_identity(fault): fault for fault in found} for found in attempts]
    believed = []
    for identity, fault in {key: fault for found in seen[::-1] for key, fault in found.items()}.items():
        if not all(identity in found or _strangers(fault.path) & found.keys() for found in seen):
            continue
        if "nearest" in fault.facts:
            twins = [found[identity] for found in seen if identity in found]
            allowed = list(dict.fromkeys(word for twin in twins for word in twin.facts["allowed"]))
            offered = {"allowed": allowed, "nearest": nearest(fault.facts["found"], allowed)}
            fault = replace(fault, facts={**fault.facts, **offered})
        believed.append(fault)
    return believed


def _strangers(path: str) -> set[tuple[str, str, str]]:
    """The faults that say that the key at a path, or one that it stands behind, is not known."""
    names = path.split(".")
    return {(".".join(names[: at + 1]), "unknown_key", name) for at, name in enumerate(names)}


def _identity(fault: Fault) -> tuple[str, str, str]:
    return fault.path, fault.code, str(fault.facts.get("found"))


# --- something lawful ---------------------------------------------------------------------------------------


def _mend(given: Any, fault: Fault, turn: int, index: int) -> None:
    """Remove a key that is wrong, or put another value behind it, in plain values that are nobody else's."""
    *parents, last = fault.path.split(".")
    with suppress(LookupError, TypeError, ValueError):  # a key with a dot in it leads nowhere: left as it is
        for name in parents:
            given = given[int(name) if isinstance(given, list) else name]
        if fault.on_key:
            del given[last]
        elif kinds := leading_to(fault.path):
            given[int(last) if isinstance(given, list) else last] = _lawful(kinds, turn, index)


def _lawful(kinds: Sequence[Kind], turn: int, index: int) -> Any:
    """A value that may stand there: another at each turn, and beside other faults (``index``)."""
    words = [word for kind in kinds if isinstance(kind, Plain) for word in kind.words]
    if words:
        return words[(turn + index) % len(words)]
    kind = kinds[(turn + index) % len(kinds)]
    if isinstance(kind, Declared):
        # The two ends in turn: a fault that only one of them brings along is nobody's.
        return (kind.quantity.low, kind.quantity.high)[turn % 2]
    if isinstance(kind, Plain):
        return _plain(kind, turn, index)
    if isinstance(kind, Table):
        return [_lawful(tuple(kind.items.values()), turn, index)] if kind.is_list else {}
    needed = [name for name, about in kind.model_fields.items() if about.is_required()]
    one_way = next(iter(ways((kind,))), ())
    names = dict.fromkeys([*needed, *(name for name in one_way if name in kind.model_fields)])
    return {name: _lawful(under((kind,), name), turn, index) for name in names}


def _plain(kind: Plain, turn: int, index: int) -> Any:
    if kind.type is bool:
        return turn % 2 == 0
    if kind.type is int:
        low, high = int(kind.low or 0), int(kind.high or 0)
        return low + ((high - low) * turn // (TURNS - 1) + index) % (high - low + 1)
    if kind.type is float:
        return (-1e9, 1e9)[(turn + index) % 2]
    return "a"
