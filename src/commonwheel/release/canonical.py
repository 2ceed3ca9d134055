"""One JSON text for one value, so that the same value always has the same bytes."""

import json
from typing import Any


def canonical(value: Any) -> str:
    """`value` as JSON with sorted keys, no spaces, and all of Unicode unescaped.

    This is RFC 8785 (JSON Canonicalization Scheme) for text, booleans, null, lists, whole numbers below
    2**53, and objects whose keys lie in the Basic Multilingual Plane. Other numbers are as Python
    writes them, which is just as fixed. Raises ValueError for what JSON cannot say (NaN, infinity).
    """
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
