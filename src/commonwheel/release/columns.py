"""Records and gold pairs as rows of columns: one schema for all kinds, so that every file fits every other.

What a column cannot say (usage counts, parts of messages that are not text) is in `record`: the whole
published record as JSON, the very text that a release's log commits to.
"""

import base64
import binascii
import math
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from commonwheel.records.body import messages_of, plain_text
from commonwheel.records.gold import PublishedPair
from commonwheel.release.publish import bucket_name, record_text

Row = dict[str, Any]

_TEXT, _TEXTS = pa.string(), pa.list_(pa.string())
_CALL = pa.struct({"id": _TEXT, "type": _TEXT, "function": pa.struct({"name": _TEXT, "arguments": _TEXT})})
_MESSAGE: dict[str, pa.DataType] = {
    "role": _TEXT,
    "content": _TEXT,
    "model": _TEXT,
    "name": _TEXT,
    "reasoning": _TEXT,
    "tool_calls": pa.list_(_CALL),
    "tool_call_id": _TEXT,
}
_MESSAGES = pa.list_(pa.struct(_MESSAGE))
_TURNS = pa.list_(pa.struct({"role": _TEXT, "content": _TEXT}))

_BEFORE: dict[str, pa.DataType] = {
    "id": _TEXT,
    "release": pa.int32(),
    "kind": _TEXT,
    "license": _TEXT,
    "ai_pref": _TEXT,
    "vocabulary": _TEXT,
    "purposes": _TEXTS,
    "attribution": _TEXT,
    "language": _TEXT,
    "month": _TEXT,
    "door": _TEXT,
    "prompted": _TEXT,
    "model": _TEXT,
    "provider": _TEXT,
    "title": _TEXT,
    "assessment": _TEXT,
    "labels": pa.list_(pa.struct({"message": pa.int32(), "assessment": _TEXT})),
    "note": _TEXT,
    "tags": _TEXTS,
    "tier": _TEXT,
    "hazards": _TEXTS,
    "stratum": _TEXT,
    "sampling_rate": pa.float64(),
}
_CONTENT: dict[str, pa.DataType] = {
    "messages": _MESSAGES,
    "prompt": _MESSAGES,
    "original": _TEXT,
    "edited": _TEXT,
    "candidates": pa.list_(pa.struct({"content": _TEXT, "model": _TEXT})),
    "chosen": pa.int32(),
    "reason": _TEXT,
    "inferred": pa.bool_(),
    "ideal": _TEXT,
    "tests": _TEXTS,
    "rubric": _TEXT,
    "target": _TEXT,
    "name": _TEXT,
    "value": pa.float64(),
    "value_text": _TEXT,
    "steps": _TEXTS,
    "answer": _TEXT,
    "attachments": pa.list_(pa.struct({"name": _TEXT, "media_type": _TEXT, "data": pa.binary()})),
}
_OF_KIND = {
    "chat": ("messages",),
    "correction": ("prompt", "original", "edited", "reason", "inferred"),
    "preference": ("prompt", "candidates", "chosen", "reason", "inferred"),
    "example": ("prompt", "ideal", "tests", "rubric"),
    "signal": ("target", "name", "value", "value_text"),
    "trace": ("prompt", "steps", "answer"),
    "bundle": ("messages", "attachments"),
}
_AFTER: dict[str, pa.DataType] = {"record": _TEXT}

RECORDS = pa.schema(_BEFORE | _CONTENT | _AFTER)
"""Every column of every kind; those that a kind does not have are null."""

PAIRS = pa.schema(
    {
        "id": _TEXT,
        "rejected_from": _TEXT,
        "origin": _TEXT,
        "release": pa.int32(),
        "license": _TEXT,
        "ai_pref": _TEXT,
        "vocabulary": _TEXT,
        "purposes": _TEXTS,
        "credits": _TEXTS,
        "language": _TEXT,
        "month": _TEXT,
        "prompt": _TURNS,
        "chosen": _TURNS,
        "rejected": _TURNS,
        "similarity": pa.float64(),
        "diff": _TEXT,
    }
)
"""Gold pairs in the conversational form that preference trainers read."""


def records_schema(kind: str) -> pa.Schema:
    """The columns that records of one kind can fill."""
    return pa.schema(_BEFORE | {name: _CONTENT[name] for name in _OF_KIND[kind]} | _AFTER)


def record_row(record: Mapping[str, Any], release: int) -> Row:
    """A published record as a row of `RECORDS`."""
    source = record.get("source") or {}
    row = {name: record.get(name) for name in RECORDS.names} | {
        "release": release,
        "door": source.get("door"),
        "prompted": source.get("prompted"),
        "model": source.get("model"),
        "provider": source.get("provider"),
        "labels": [
            {"message": int(index), "assessment": label}
            for index, label in sorted(
                (record.get("labels") or {}).items(), key=lambda item: (len(item[0]), item[0])
            )
        ],
        "tags": record.get("tags") or [],
        "hazards": record.get("hazards") or [],
        "stratum": (record.get("sampling") or {}).get("stratum"),
        "sampling_rate": (record.get("sampling") or {}).get("rate"),
        "record": record_text(record),
    }
    for name in ("messages", "prompt"):
        if row[name] is not None:
            row[name] = [_message(message) for message in messages_of(row[name])]
    if row["candidates"] is not None:
        row["candidates"] = [answer | {"content": plain_text(answer["content"])} for answer in row["candidates"]]
    if row["attachments"] is not None:
        row["attachments"] = [file | {"data": _decoded(file["data"])} for file in row["attachments"]]
    return row | _value(record)


def _message(message: Mapping[str, Any]) -> Row:
    content = message["content"]
    shown = None if content is None else plain_text(content)
    return {name: message.get(name) for name in _MESSAGE} | {"content": shown}


def _value(record: Mapping[str, Any]) -> Row:
    """A signal's value: a number (yes is 1, no is 0) or a text; never both."""
    value = record.get("value")
    if isinstance(value, str) or value is None:
        return {"value": None, "value_text": value}
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    return (
        {"value": number, "value_text": None}
        if math.isfinite(number)
        else {"value": None, "value_text": str(value)}
    )


def _decoded(data: str) -> bytes | None:
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        return None  # what was given was no base64; `record` still has it as it came


def pair_row(published: PublishedPair, release: int) -> Row:
    """A gold pair as a row of `PAIRS`."""
    pair = published.pair
    return {
        "id": pair.contribution,
        "rejected_from": pair.rejected_from,
        "origin": pair.origin,
        "release": release,
        "license": published.license,
        "ai_pref": published.ai_pref,
        "vocabulary": published.vocabulary,
        "purposes": list(published.purposes),
        "credits": list(published.credits),
        "language": published.language,
        "month": published.month,
        "prompt": pair.prompt,
        "chosen": [{"role": "assistant", "content": pair.chosen}],
        "rejected": [{"role": "assistant", "content": pair.rejected}],
        "similarity": pair.similarity,
        "diff": pair.diff,
    }


def bucket_of(row: Mapping[str, Any]) -> str:
    """The bucket of a record or a pair."""
    return bucket_name(row["license"], row["ai_pref"], row["vocabulary"])
