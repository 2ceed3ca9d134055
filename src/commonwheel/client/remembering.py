"""What a model was asked and what it answered, kept for a while, so that an edit or a thumb need not repeat it."""

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

_MOST, _MOST_CHARACTERS = 10_000, 32_000_000
_OF_A_MESSAGE = ("role", "content", "name", "reasoning", "tool_calls", "tool_call_id")
_OF_A_PART = {"text": ("type", "text"), "image_url": ("type", "image_url")}
_OF_A_CALL = {"function": ("id", "type", "function")}


@dataclass(frozen=True, slots=True)
class Remembered:
    """One answer: what it answers, the parts that it came in until now, and the model that gave it."""

    prompt: Any
    parts: list[str] = field(default_factory=list)
    model: str | None = None

    @property
    def answer(self) -> str:
        """Its words."""
        return "".join(self.parts)


class Answer(str):
    """An answer that knows its `id`: otherwise a text like any other."""

    id: str

    def __new__(cls, text: str = "", id: str = "") -> "Answer":
        """The same text."""
        made = super().__new__(cls, text)
        made.id = id
        return made


class Memory:
    """The latest answers by their ids: so many, of so many characters together."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[Remembered, int]] = OrderedDict()
        self._size = 0
        self.begin()

    def begin(self) -> None:
        """Also in the child of a fork, where nobody would ever open a lock that was closed meanwhile."""
        self._lock = threading.RLock()

    def keep(self, id: str, remembered: Remembered) -> None:
        """Remember it, or anew once it is longer; the oldest of too many are forgotten."""
        size = _size(remembered.prompt) + _size(remembered.parts)
        with self._lock:
            self._size += size - self._known.pop(id, (None, 0))[1]
            self._known[id] = remembered, size
            while self._known and (len(self._known) > _MOST or self._size > _MOST_CHARACTERS):
                self._size -= self._known.popitem(last=False)[1][1]

    def get(self, answer: Any) -> Remembered | None:
        """What is known of an answer: its id, or whatever has one."""
        with self._lock:
            return self._known.get(id_of(answer), (None, 0))[0]


def id_of(answer: Any) -> str:
    """The id of an answer: what an OpenAI-compatible client returned, a tracked text, or the id itself.

    TypeError for what has none: it may be the answer's words, and those are no name for it.
    """
    found: Any = answer["id"] if isinstance(answer, dict) else getattr(answer, "id", answer)
    if not isinstance(found, str | int | UUID):
        raise TypeError("this has no id")
    return str(found)


def plain(value: Any) -> Any:
    """A copy in JSON of what a model was asked, in the shape of a contribution's prompt.

    The application goes on with its own: it appends later turns, and objects of its client's.
    """
    if isinstance(value, list | tuple):
        return [_message(each) for each in value]
    return value if isinstance(value, str) else _copy(value)


def _message(message: Any) -> Any:
    """Only what a contribution's message has, where it is there."""
    message = _copy(message)
    if not isinstance(message, dict):
        return message
    kept = {name: message[name] for name in _OF_A_MESSAGE if message.get(name) is not None}
    kept.setdefault("content", None)
    if isinstance(kept["content"], list):
        kept["content"] = [_only(part, _OF_A_PART) for part in kept["content"]]
    if isinstance(kept.get("tool_calls"), list):
        kept["tool_calls"] = [_only(call, _OF_A_CALL) for call in kept["tool_calls"]]
    return kept


def _only(part: Any, members: Mapping[str, tuple[str, ...]]) -> Any:
    names = members.get(str(part.get("type"))) if isinstance(part, dict) else None
    return part if names is None else {name: part[name] for name in names if name in part}


def _copy(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): _copy(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_copy(each) for each in value]
    return value.model_dump(mode="json", exclude_none=True)


def _size(value: Any) -> int:
    """Roughly, in characters."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(_size, value.values())) + 50 * len(value)
    return sum(map(_size, value)) + 50 if isinstance(value, list) else 10
