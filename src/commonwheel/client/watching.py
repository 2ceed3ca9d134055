"""An OpenAI-compatible client, sync or async, as it is, and its chat completions remembered.

What the client returns and raises is returned and raised; what goes wrong in remembering is nobody's trouble.
"""

import copy
import inspect
from collections.abc import Callable
from typing import Any, TypeVar, cast

from commonwheel.client.remembering import Memory, Remembered, id_of, plain

C = TypeVar("C")

_ON_THE_WAY = frozenset({("chat",), ("chat", "completions")})
_ASKING = frozenset({("chat", "completions", "create"), ("chat", "completions", "parse")})
_SAME_CLIENT = frozenset({("with_options",), ("copy",)})


def watched(client: C, memory: Memory) -> C:
    """The client, whose chat completions are remembered by the id of the response."""
    return cast(C, _Watched(client, memory))


class _Through:
    """Something else, and everything about it; `__class__` too, for who asks what it is."""

    __slots__ = ("_through",)

    def __init__(self, through: Any) -> None:
        object.__setattr__(self, "_through", through)

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        return type(self._through)

    def __getattr__(self, name: str) -> Any:
        return getattr(object.__getattribute__(self, "_through"), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._through, name, value)

    def __delattr__(self, name: str) -> None:
        delattr(self._through, name)

    def __repr__(self) -> str:
        return repr(self._through)

    def __dir__(self) -> list[str]:
        return dir(self._through)


class _Watched(_Through):
    """A client, or a part of one on the way to its chat completions."""

    __slots__ = ("_memory", "_path")

    def __init__(self, client: Any, memory: Memory, path: tuple[str, ...] = ()) -> None:
        super().__init__(client)
        object.__setattr__(self, "_memory", memory)
        object.__setattr__(self, "_path", path)

    def __getattr__(self, name: str) -> Any:
        found = super().__getattr__(name)
        path = (*self._path, name)
        if path in _ASKING:
            return _asking(found, self._memory)
        if path in _SAME_CLIENT:
            return lambda *more, **named: _Watched(found(*more, **named), self._memory)
        return _Watched(found, self._memory, path) if path in _ON_THE_WAY else found

    def __enter__(self) -> Any:
        self._through.__enter__()
        return self

    def __exit__(self, *problem: Any) -> Any:
        return self._through.__exit__(*problem)

    async def __aenter__(self) -> Any:
        await self._through.__aenter__()
        return self

    async def __aexit__(self, *problem: Any) -> Any:
        return await self._through.__aexit__(*problem)

    def __copy__(self) -> "_Watched":
        return _Watched(copy.copy(self._through), self._memory, self._path)

    def __deepcopy__(self, known: dict[int, Any]) -> "_Watched":
        return _Watched(copy.deepcopy(self._through, known), self._memory, self._path)


def _asking(create: Callable[..., Any], memory: Memory) -> Callable[..., Any]:
    """The same call. What is asked is copied before: later turns are none of this answer's business."""

    def asked(*more: Any, **named: Any) -> Any:
        hearing = _Heard(memory, named)
        answer = create(*more, **named)
        if not inspect.isawaitable(answer):
            return hearing.of(answer)

        async def later() -> Any:
            return hearing.of(await answer)

        return later()

    return asked


class _Heard:
    """One call, and what is answered to it."""

    def __init__(self, memory: Memory, named: dict[str, Any]) -> None:
        self._memory = memory
        self._streamed = named.get("stream")
        self._said: dict[str, Remembered] = {}
        self._prompt = self._model = None
        try:
            asked, model = named.get("messages"), named.get("model")
            self._prompt = plain(asked) if isinstance(asked, list | tuple | str) else None
            self._model = model if isinstance(model, str) else None
        except Exception:  # the application's own objects may raise anything when they are copied
            return

    def of(self, answer: Any) -> Any:
        """The answer, or its stream, as it is."""
        if not self._streamed:
            self.hear(answer, "message")
        elif hasattr(answer, "__aiter__"):
            return _LaterStream(answer, aiter(answer), self)
        elif hasattr(answer, "__iter__"):
            return _Stream(answer, iter(answer), self)
        return answer

    def hear(self, answer: Any, part: str = "delta") -> None:
        """Remember it from its first words on: nobody need read a stream to its end."""
        try:
            text = _text(answer, part)
            if text:
                id = id_of(answer)
                remembered = self._said.setdefault(id, Remembered(self._prompt, [], self._model))
                remembered.parts.append(text)
                if len(remembered.parts) == 1:
                    self._memory.keep(id, remembered)
        except Exception:  # a client's objects may raise anything when they are looked at
            return

    def end(self) -> None:
        """It is as long as it will be."""
        for id, remembered in self._said.items():
            self._memory.keep(id, remembered)


class _Streamed(_Through):
    """A stream, and what is read from it remembered."""

    __slots__ = ("_heard", "_iterator")

    def __init__(self, stream: Any, iterator: Any, heard: _Heard) -> None:
        super().__init__(stream)
        object.__setattr__(self, "_iterator", iterator)
        object.__setattr__(self, "_heard", heard)


class _Stream(_Streamed):
    """For whoever iterates over it."""

    __slots__ = ()

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        try:
            chunk = next(self._iterator)
        except StopIteration:
            self._heard.end()
            raise
        self._heard.hear(chunk)
        return chunk

    def __enter__(self) -> Any:
        self._through.__enter__()
        return self

    def __exit__(self, *problem: Any) -> Any:
        self._heard.end()
        return self._through.__exit__(*problem)


class _LaterStream(_Streamed):
    """For whoever awaits its parts."""

    __slots__ = ()

    def __aiter__(self) -> Any:
        return self

    async def __anext__(self) -> Any:
        try:
            chunk = await anext(self._iterator)
        except StopAsyncIteration:
            self._heard.end()
            raise
        self._heard.hear(chunk)
        return chunk

    async def __aenter__(self) -> Any:
        await self._through.__aenter__()
        return self

    async def __aexit__(self, *problem: Any) -> Any:
        self._heard.end()
        return await self._through.__aexit__(*problem)


def _text(response: Any, part: str) -> str:
    """The words of the first choice; nothing where a response has another shape."""
    for choice in getattr(response, "choices", None) or ():
        if not getattr(choice, "index", 0):
            content = getattr(getattr(choice, part, None), "content", None)
            return content if isinstance(content, str) else ""
    return ""
