"""Arguments of a tool's call: JSON inside a text, read so that nothing in it stays unread.

What one reader would understand otherwise than another is not read as JSON at all: a name that is given
twice, numbers that no computer holds, half characters.
"""

import json
import math
from decimal import Decimal
from typing import Any

DEEPEST = 12
"""Levels of lists and objects, so that pointers stay short."""


def decoded(text: str) -> Any:
    """What a JSON text says, its fractions as Decimal; None where it is to be taken as plain text."""
    try:
        value = json.loads(text, parse_float=_fraction, parse_constant=_no_number, object_pairs_hook=_unambiguous)
        again = encoded(value)
    except (ValueError, RecursionError):
        return None
    return None if "\\u0000" in again or not _is_shallow(value, DEEPEST) else value


def encoded(value: Any) -> str:
    """`value` as a JSON text. Raises ValueError for what none can hold."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, default=float)
    text.encode()  # raises for half characters
    return text


def is_opaque(text: str) -> bool:
    """Whether words could stand in it that no search for them finds: it is no JSON, and has escapes."""
    return "\\" in text and decoded(text) is None


def _fraction(digits: str) -> Decimal:
    if not math.isfinite(float(digits)):
        raise ValueError("a number that is too large")
    return Decimal(digits)


def _no_number(name: str) -> None:
    raise ValueError("not a number of JSON")


def _unambiguous(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) < len(pairs):
        raise ValueError("a name is given twice")
    return value


def _is_shallow(value: Any, left: int) -> bool:
    below = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return below is None or (left > 0 and all(_is_shallow(each, left - 1) for each in below))
