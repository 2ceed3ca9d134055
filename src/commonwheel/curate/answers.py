"""The answers in a record: what a model would learn to say from it, and what it would learn not to say."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from commonwheel.records.body import Body

_LEARNED = {"correction": "edited", "example": "ideal", "trace": "answer"}


class Answer(NamedTuple):
    """One text of an answer and the JSON pointer to it."""

    pointer: str
    text: str


def answers(body: Body) -> Iterator[Answer]:
    """The texts that a model would learn to say, in order; of a conversation those of the assistant."""
    kind = body["kind"]
    if kind in _LEARNED:
        yield Answer(f"/{_LEARNED[kind]}", body[_LEARNED[kind]])
    elif kind == "preference":
        yield from candidate(body, body["chosen"])
    elif kind in ("chat", "bundle"):
        for index, message in enumerate(body["messages"]):
            if message["role"] == "assistant":
                yield from _content(message.get("content"), f"/messages/{index}/content")


def last_answer(body: Body) -> Answer | None:
    """The text that ends the record's answer: the last of `answers`."""
    found = None
    for answer in answers(body):
        found = answer
    return found


def candidate(body: Body, index: int) -> Iterator[Answer]:
    """The texts of one candidate of a preference; none where there is no such candidate."""
    if 0 <= index < len(body["candidates"]):
        yield from _content(body["candidates"][index]["content"], f"/candidates/{index}/content")


def _content(content: Any, pointer: str) -> Iterator[Answer]:
    if isinstance(content, str):
        yield Answer(pointer, content)
    else:
        for index, part in enumerate(content or ()):
            if part["type"] == "text":
                yield Answer(f"{pointer}/{index}/text", part["text"])
