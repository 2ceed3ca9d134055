"""What makes two records the same: what they say, however it is spaced, cased or encoded in Unicode."""

import json
import unicodedata
from typing import Any

from commonwheel.records.body import Body, messages_of

_ABOUT = frozenset({"source", "tags", "note", "assessment", "labels", "language", "schema", "reason", "inferred"})
"""What is said about a record rather than in it."""


def fingerprint(body: Body) -> bytes:
    """Canonical bytes of what a record says: equal for two records exactly if they say the same.

    Holds the content itself, so it is to be hashed under a secret key and never stored as it is. Text is
    compared in NFKC, without case, with each run of white space as one space; models' names do not count.
    """
    said = {key: _canonical(key, value) for key, value in body.items() if key not in _ABOUT}
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def _canonical(key: str, value: Any) -> Any:
    if key == "prompt":
        value, key = messages_of(value), "messages"
    if key == "content" and isinstance(value, str):
        value = [{"type": "text", "text": value}]
    if isinstance(value, str):
        return value if key == "data" else normalized(value)
    if isinstance(value, dict):
        return {
            name: _canonical(name, part) for name, part in value.items() if name != "model" and part is not None
        }
    if isinstance(value, list | tuple):
        return [_canonical("", part) for part in value]
    return value


def normalized(text: str) -> str:
    """Text in NFKC, case-folded, with each run of white space as one space."""
    if text.isascii():
        return " ".join(text.lower().split())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())
