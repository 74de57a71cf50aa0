"""The JSON Schema of a file as it is written, for the editors that underline mistakes while a teacher types.

Files are looser than records: one that extends another says only what differs, ``null`` removes, and ``rest``
is short for ``{rest: true}``. So the schema knows every key, word and bound, and leaves it to ``load``, which
knows the base, to say what is missing.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, TypeAdapter

from lbo_model.quantities import Number, Series
from lbo_model.scenario import Scenario
from lbo_model.scenario.declarations import Declared, Kind, Plain, Table, known_keys, leading_to, under

Schema = dict[str, Any]

_NULL: Schema = {"type": "null"}
_ALIKE = {"documented_terms": "deals"}
"""Fields that are written as another is, and share its schema."""
_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean"}


def json_schema() -> Schema:
    """The schema of a scenario file (JSON Schema, draft 2020-12)."""
    records: dict[str, Schema] = {}
    properties: Schema = {
        name: _property(under((Scenario,), name), _ALIKE.get(name, name), records)
        for name in Scenario.model_fields
    }
    required = [
        name for name, about in Scenario.model_fields.items() if about.is_required() and name != "deals"
    ]
    properties["extends"] = {
        "type": "string",
        "description": "The scenario of which this one says what differs.",
    }
    properties["every_deal"] = {
        **_any_of(leading_to("deals.*"), "deals", records),
        "description": "What deals share.",
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Scenario",
        "description": _first_line(Scenario),
        "type": "object",
        "properties": properties,
        "additionalProperties": False,
        "required": ["format", "title", "story"],
        "if": {"not": {"required": ["extends"]}},
        "then": {"required": required},
        "$defs": dict(sorted(records.items())),
    }


def _property(kinds: Sequence[Kind], key: str, records: dict[str, Schema]) -> Schema:
    """What may stand behind a key: a value, or ``null`` to remove the base's."""
    schema = _any_of(kinds, key, records)
    return {"anyOf": [*schema["anyOf"], _NULL]} if set(schema) == {"anyOf"} else {"anyOf": [schema, _NULL]}


def _any_of(kinds: Sequence[Kind], key: str, records: dict[str, Schema]) -> Schema:
    found = [kind for kind in kinds if isinstance(kind, type)]
    texts = [kind for kind in kinds if isinstance(kind, Plain)]
    if found:
        record = _record(found, key, records)
        return {"anyOf": [record, *(_value(kind, key, records) for kind in texts)]} if texts else record
    words = [word for kind in texts for word in kind.words]
    if words:
        return {"enum": words}
    schemas = [_value(kind, key, records) for kind in kinds]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _value(kind: Kind, key: str, records: dict[str, Schema]) -> Schema:
    if isinstance(kind, Declared):
        return _number(kind, records)
    if isinstance(kind, Plain):
        limits = {"minimum": kind.low, "maximum": kind.high, "pattern": kind.pattern}
        return {
            "type": _TYPES[kind.type],
            **{name: limit for name, limit in limits.items() if limit is not None},
        }
    assert isinstance(kind, Table), "records are drawn by _record"
    items = tuple(kind.items.values())
    if kind.is_list:
        return {"type": "array", "items": _any_of(items, key, records)}
    names = _any_of(kind.names, key, records)
    return {"type": "object", "propertyNames": names, "additionalProperties": _property(items, key, records)}


def _number(kind: Declared, records: dict[str, Schema]) -> Schema:
    """A number of given unit and bounds, drawn once."""
    name = f"{kind.quantity.unit}_{kind.quantity.low:g}_to_{kind.quantity.high:g}{'_by_year' * kind.series}"
    number: Any = Annotated[Series if kind.series else Number, kind.quantity]
    records.setdefault(name, TypeAdapter(number).json_schema())
    return {"$ref": f"#/$defs/{name}"}


def _record(kinds: Sequence[type[BaseModel]], key: str, records: dict[str, Schema]) -> Schema:
    """A record, drawn once; where there are several (a deal of each form), one with the keys of all."""
    name = kinds[0].__name__ if len(kinds) == 1 else f"Any{key.capitalize()}"
    if name not in records:
        records[name] = {}
        records[name] = {
            "description": _first_line(kinds[0]),
            "type": "object",
            "properties": {name: _property(under(kinds, name), name, records) for name in known_keys(kinds)},
            "additionalProperties": False,
        }
    reference = {"$ref": f"#/$defs/{name}"}
    return {"anyOf": [reference, {"const": "rest"}]} if "rest" in known_keys(kinds) else reference


def _first_line(record: type[BaseModel]) -> str:
    return " ".join((record.__doc__ or "").split("\n\n")[0].split())
