"""JSON Schema (draft 2020-12) of what people give, made from the definitions that also validate it."""

from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

DIALECT = "https://json-schema.org/draft/2020-12/schema"
LOCAL = "#/$defs/{model}"
"""Where parts of a schema are found: in itself. An OpenAPI document puts them elsewhere."""


class _ClosedMaps(GenerateJsonSchema):
    """Says also of maps that a key which does not match is refused, as the validator does."""

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        found = super().dict_schema(schema)
        if "patternProperties" in found:
            found["additionalProperties"] = False
        return found


def json_schema(adapter: TypeAdapter[Any], refs: str = LOCAL) -> dict[str, Any]:
    """The schema of what `adapter` reads, self-contained and without an `$id`.

    `refs` is the form of its references, with `{model}` for the name of the part; the parts themselves
    are always under `$defs`.
    """
    return {"$schema": DIALECT, **adapter.json_schema(ref_template=refs, schema_generator=_ClosedMaps)}
