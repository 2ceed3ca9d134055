"""What a model was asked and what it answered, kept for a while, so that an edit or a thumb need not repeat it."""

import inspect
import threading
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import Any

_MOST = 10_000


@dataclass(frozen=True, slots=True)
class Remembered:
    """One answer: what it answers, its words, and the model that gave it."""

    prompt: Any
    answer: str
    model: str | None = None


class Answer(str):
    """An answer that knows its `id`: otherwise a text like any other."""

    id: str

    def __new__(cls, text: str, id: str) -> "Answer":
        """The same text."""
        made = super().__new__(cls, text)
        made.id = id
        return made


class Memory:
    """The latest answers by their ids."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, Remembered] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, id: str, remembered: Remembered) -> None:
        """Remember it; the oldest of too many is forgotten."""
        with self._lock:
            self._known[id] = remembered
            while len(self._known) > _MOST:
                self._known.popitem(last=False)

    def get(self, answer: Any) -> Remembered | None:
        """What is known of an answer: its id, or whatever has one."""
        with self._lock:
            return self._known.get(id_of(answer))


def id_of(answer: Any) -> str:
    """The id of an answer: what an OpenAI-compatible client returned, a tracked text, or the id itself."""
    return str(getattr(answer, "id", answer))


def tracked(memory: Memory, function: Callable[..., str]) -> Callable[..., Answer]:
    """A function from a prompt to an answer whose answers are remembered; also an asynchronous one."""

    def kept(prompt: Any, answer: str) -> Answer:
        made = Answer(answer, uuid.uuid4().hex)
        memory.keep(made.id, Remembered(prompt, answer))
        return made

    if inspect.iscoroutinefunction(function):

        @wraps(function)
        async def later(prompt: Any, *more: Any, **named: Any) -> Answer:
            return kept(prompt, await function(prompt, *more, **named))

        return later  # type: ignore[return-value]

    @wraps(function)
    def now(prompt: Any, *more: Any, **named: Any) -> Answer:
        return kept(prompt, function(prompt, *more, **named))

    return now


class Watched:
    """An OpenAI-compatible client, sync or async, whose chat completions are remembered by the id of the response.

    Everything else is passed through, and what the client raises is raised.
    """

    def __init__(self, client: Any, memory: Memory, path: tuple[str, ...] = ()) -> None:
        self._client, self._memory, self._path = client, memory, path

    def __getattr__(self, name: str) -> Any:
        """The same of the client; on the way to `chat.completions.create`, watched."""
        found = getattr(self._client, name)
        path = (*self._path, name)
        if path == ("chat", "completions", "create"):
            return self._watching(found)
        return Watched(found, self._memory, path) if path in (("chat",), ("chat", "completions")) else found

    def _watching(self, create: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*more: Any, **named: Any) -> Any:
            answer = create(*more, **named)
            return self._awaited(answer, named) if inspect.isawaitable(answer) else self._seen(answer, named)

        return watched

    async def _awaited(self, answer: Any, named: dict[str, Any]) -> Any:
        return self._seen(await answer, named)

    def _seen(self, answer: Any, named: dict[str, Any]) -> Any:
        prompt, model = named.get("messages"), named.get("model")
        if named.get("stream"):
            return (
                self._parts_later(answer, prompt, model)
                if hasattr(answer, "__aiter__")
                else self._parts(answer, prompt, model)
            )
        text = _text(answer, "message")
        if text:
            self._memory.keep(id_of(answer), Remembered(prompt, text, model))
        return answer

    def _parts(self, stream: Any, prompt: Any, model: Any) -> Iterator[Any]:
        said: dict[str, list[str]] = {}
        for chunk in stream:
            said.setdefault(id_of(chunk), []).append(_text(chunk, "delta"))
            yield chunk
        self._keep_all(said, prompt, model)

    async def _parts_later(self, stream: Any, prompt: Any, model: Any) -> AsyncIterator[Any]:
        said: dict[str, list[str]] = {}
        async for chunk in stream:
            said.setdefault(id_of(chunk), []).append(_text(chunk, "delta"))
            yield chunk
        self._keep_all(said, prompt, model)

    def _keep_all(self, said: dict[str, list[str]], prompt: Any, model: Any) -> None:
        for id, parts in said.items():
            if text := "".join(parts):
                self._memory.keep(id, Remembered(prompt, text, model))


def _text(response: Any, part: str) -> str:
    """The words of the first choice; nothing where a response has another shape."""
    choices = getattr(response, "choices", None) or []
    content = getattr(getattr(choices[0], part, None), "content", None) if choices else None
    return content if isinstance(content, str) else ""
