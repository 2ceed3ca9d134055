"""What a person said about ChatGPT's answers, in files beside its conversations: thumbs, and which is better."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pydantic_core

from commonwheel.collect.conversations import label_of, row_of, rows_of, text_of
from commonwheel.collect.items import Row, Skipped
from commonwheel.collect.lines import Source
from commonwheel.collect.shapes import inside

_MOST_MARKS = 100_000
_MOST_CHARACTERS = 10_000_000
"""Of the answers that were compared, which are held until their conversation comes."""
_MOST_OF_ONE = 100
"""Comparisons of one conversation."""
_KEPT = ("id", "author", "content", "recipient")


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two answers, each the messages that it is made of."""

    better: list[Row]
    worse: list[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Labels by the message's id, comparisons by the conversation's."""

    labels: dict[str, str] = field(default_factory=dict)
    compared: dict[str, list[Compared]] = field(default_factory=dict)


def marks_beside(source: Source) -> Marks:
    """The marks in the files beside; none where the conversations came alone."""
    marks = Marks()
    for row in _rows(source, "message_feedback.json"):
        label = label_of(row.get("rating"))
        for key in ("message_id", "id"):
            if label and isinstance(row.get(key), str) and len(marks.labels) < _MOST_MARKS:
                marks.labels[row[key]] = label
    size = 0
    for row in _rows(source, "model_comparisons.json"):
        conversation = text_of(_object(row.get("input")).get("conversation_id")) or text_of(
            row.get("conversation_id")
        )
        for step in _object(row.get("output")).values():
            compared = _compared(row_of(step))
            if compared is None or not conversation:
                continue
            size += len(repr(compared))
            several = marks.compared.setdefault(conversation, [])
            if size < _MOST_CHARACTERS and len(several) < _MOST_OF_ONE:
                several.append(compared)
            break
    return marks


def _compared(step: Row) -> Compared | None:
    """One step of a comparison that says which answer is better; None where it does not."""
    original, new = rows_of(step.get("original_turn")), rows_of(step.get("new_turn"))
    rating = step.get("completion_comparison_rating")
    if not original or not new or rating not in ("original", "new"):
        return None
    original, new = ([_slim(message) for message in messages] for messages in (original, new))
    better, worse = (new, original) if rating == "new" else (original, new)
    return Compared(better=better, worse=worse)


def _rows(source: Source, name: str) -> Iterator[Row]:
    beside = source.beside(name)
    if beside is None:
        return
    with beside as opened:
        for found in inside(opened):
            if not isinstance(found, Skipped):
                yield found[1]


def _object(value: Any) -> Row:
    """An object, also where it is JSON inside a text."""
    if isinstance(value, str):
        try:
            value = pydantic_core.from_json(value)
        except ValueError:
            return {}
    return row_of(value)


def _slim(message: Row) -> Row:
    model = row_of(message.get("metadata")).get("model_slug")
    return {key: message.get(key) for key in _KEPT} | {"metadata": {"model_slug": model}}
