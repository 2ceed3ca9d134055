"""JSON Schemas in a few words: a table of fields, each with its type, bounds and default."""

import json
from collections.abc import Collection, Mapping
from typing import Any

from docs.generate.markdown import table

Json = Mapping[str, Any]


def shape(name: str, schema: Json, without: Collection[str] = ()) -> str:
    """A heading, what it is, and its fields; or the words that it can be."""
    required = schema.get("required", ())
    rows = [
        (f"`{field}`", describe(of), "required" if field in required else "")
        for field, of in schema.get("properties", {}).items()
        if field not in without
    ]
    shown = table(["field", "value", ""], rows) if rows else f"One of {_words(schema)}."
    said = (schema.get("description") or "").split("\n\n")
    return f"### {name}\n\n" + "\n\n".join(" ".join(each.split()) for each in said) + f"\n\n{shown}"


def _words(schema: Json) -> str:
    return ", ".join(f"`{word}`" for word in schema.get("enum", ()))


def describe(schema: Json) -> str:
    """A value in a few words: its type, its bounds and its default."""
    default = schema.get("default")
    if not default or isinstance(default, dict) or "const" in schema:
        return _type(schema)
    shown = ", ".join(default) if isinstance(default, list) else default
    return f"{_type(schema)}; `{shown}` if left out"


def _type(schema: Json) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(_type(each) for each in schema[several]))
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return _words(schema)
    kind = schema.get("type")
    if kind == "array":
        return f"list of {_type(schema.get('items', {}))}{_bounds(schema, 'minItems', 'maxItems', '')}"
    if kind == "string":
        if schema.get("format") == "date-time":
            return "time with its zone, ISO 8601"
        return f"text{_bounds(schema, 'minLength', 'maxLength', ' characters')}"
    if kind in ("integer", "number"):
        return ("whole number" if kind == "integer" else "number") + _bounds(schema, "minimum", "maximum", "")
    if kind == "object":
        values = next(iter(schema.get("patternProperties", {}).values()), schema.get("additionalProperties"))
        return f"object of {_type(values)}" if isinstance(values, dict) and values else "object"
    return {"boolean": "true or false", "null": "null"}.get(str(kind), "any value")


def _bounds(schema: Json, least: str, most: str, unit: str) -> str:
    low, high = schema.get(least), schema.get(most)
    if low is not None and high is not None:
        return f", {low:,} to {high:,}{unit}"
    return f", at most {high:,}{unit}" if high is not None else f", at least {low:,}{unit}" if low else ""
