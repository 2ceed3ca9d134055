"""What is wrong with an input, in plain words and at a JSON pointer, without a word of the input itself."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from pydantic import ValidationError

from commonwheel.errors import Invalid

MOST_FAULTS = 20
"""So many are listed; an input can have a million."""

_LONGEST_KEY = 80
"""Characters of an unknown key that its path shows."""

_FORMS = {
    "string_type": "text",
    "tuple_type": "a list",
    "dict_type": "an object",
    "dataclass_type": "an object",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "datetime_type": "a date and time such as 2026-11-21T10:00:00Z",
}
"""What was expected where the JSON type is another. Several for one place are one sentence."""

_PROBLEMS = {
    "missing": "is missing",
    "unexpected_keyword_argument": "unknown field",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must have the form {pattern}",
    "too_short": "must have more items: at least {min_length}",
    "too_long": "must have at most {max_length} items",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "int_parsing_size": "must be a smaller number",
    "datetime_parsing": "must be a date and time such as 2026-11-21T10:00:00Z",
    "datetime_from_date_parsing": "must be a date and time such as 2026-11-21T10:00:00Z",
    "timezone_aware": "must name its time zone, as in 2026-11-21T10:00:00Z",
    "union_tag_invalid": "must be one of {expected_tags}",
    "union_tag_not_found": "is missing",
    "value_error": "{error}",
}
"""By pydantic's type of error. What is put in is from our own definitions, never from the input;
`error` is a message of our own validators, which quote nothing."""

_UNIONS = frozenset({"constrained-str", "bool", "int", "float"})
"""Names that pydantic gives to the alternatives at one place; they are in its locations, not in the input."""
_FREE_KEYS = frozenset({"detail", "usage", "labels"})
"""Below these the keys are the giver's own, and one may well be called `int`."""


def invalid(faults: Iterable[tuple[str, str]]) -> Invalid:
    """The error that lists the first of these faults."""
    found = list(islice(faults, MOST_FAULTS + 1))
    more = f" The first {MOST_FAULTS} are listed." if len(found) > MOST_FAULTS else ""
    return Invalid(found[:MOST_FAULTS], f"The input has faults.{more}")


def invalid_input(problem: ValidationError, kinds: frozenset[str] = frozenset()) -> Invalid:
    """What pydantic refused, as our error. `kinds` are the tags that begin a location."""
    places: dict[str, dict[str, Mapping[str, Any]]] = {}
    for error in problem.errors(include_url=False, include_input=False):
        if error["type"] == "json_invalid":
            return invalid([("", "is not valid JSON in UTF-8" + _position(str(error["ctx"]["error"])))])
        places.setdefault(_pointer(error, kinds), {}).setdefault(error["type"], error)
    parents = {above for place in places for above in _above(place)}
    return invalid(
        (place, _sentence(errors))
        for place, errors in places.items()
        # With a fault further in, "must be text" is only the other alternative that was not meant, and
        # "too few items" only that the faulty ones were not counted.
        if not (place in parents and all(kind in _FORMS or kind == "too_short" for kind in errors))
    )


def pointer_to(*keys: str | int) -> str:
    """The JSON pointer (RFC 6901) of a place."""
    return "".join(f"/{str(key).replace('~', '~0').replace('/', '~1')}" for key in keys)


def _pointer(error: Mapping[str, Any], kinds: frozenset[str]) -> str:
    location = list(error["loc"])
    if location and location[0] in kinds:
        del location[0]
    if location and location[-1] == "[key]":
        location.pop()
    named = error["type"] in ("missing", "unexpected_keyword_argument")
    kept: list[str | int] = []
    free = False
    for index, step in enumerate(location):
        is_field = free or (named and index == len(location) - 1)
        free = not free and step in _FREE_KEYS
        if is_field or not _is_noise(location, index):
            kept.append(step if isinstance(step, int) or len(step) <= _LONGEST_KEY else step[:_LONGEST_KEY] + "…")
    if error["type"].startswith("union_tag"):
        kept.append(error["ctx"]["discriminator"].strip("'"))
    return pointer_to(*kept)


def _is_noise(location: Sequence[str | int], index: int) -> bool:
    """Whether this step names an alternative of a union instead of a place in the input."""
    step = location[index]
    if not isinstance(step, str):
        return False
    is_tag = index > 1 and str(location[index - 2]).startswith("tuple[tagged-union")
    return is_tag or step in _UNIONS or step.startswith("tuple[")


def _sentence(errors: Mapping[str, Mapping[str, Any]]) -> str:
    stated = [
        _PROBLEMS.get(kind, "is not allowed here").format_map(error.get("ctx", {}))
        for kind, error in errors.items()
        if kind not in _FORMS
    ]
    if stated:
        return "; ".join(dict.fromkeys(stated)).replace("True", "true")
    forms = list(dict.fromkeys(_FORMS[kind] for kind in errors if len(errors) == 1 or kind != "int_type"))
    return "must be " + " or ".join([", ".join(forms[:-1]), forms[-1]] if forms[1:] else forms)


def _above(pointer: str) -> Iterable[str]:
    while pointer:
        pointer = pointer.rpartition("/")[0]
        yield pointer


def _position(error: str) -> str:
    """Where the parser stopped: the end of its message, the only part that is passed on."""
    _, found, place = error.rpartition(" at line ")
    line, _, column = place.partition(" column ")
    return f" (line {line}, column {column})" if found and line.isdigit() and column.isdigit() else ""
