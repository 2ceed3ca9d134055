"""A decorator: the answers of a function are remembered, and otherwise it is as it was."""

import inspect
import uuid
from collections.abc import AsyncGenerator, Callable, Generator
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

from commonwheel.client.remembering import Answer, Memory, Remembered, plain

P = ParamSpec("P")
R = TypeVar("R")


def tracked(memory: Memory, function: Callable[P, R]) -> Callable[P, R]:
    """A function from a prompt to an answer whose answers are remembered.

    The prompt is its first argument, after `self`, by place or by name. Parts of an answer have one id.
    """
    prompt_in = _prompt_of(function)

    def heard(more: Any, named: Any) -> "_Heard":
        return _Heard(memory, prompt_in(more, named))

    made: Any
    if inspect.isasyncgenfunction(function):

        async def made(*more: Any, **named: Any) -> AsyncGenerator[Any, None]:
            hearing, parts = heard(more, named), function(*more, **named)
            try:
                async for part in parts:
                    yield hearing(part)
            finally:
                await parts.aclose()

    elif inspect.isgeneratorfunction(function):

        def made(*more: Any, **named: Any) -> Generator[Any, Any, Any]:
            hearing = heard(more, named)
            return (yield from _Parts(function(*more, **named), hearing))

    elif inspect.iscoroutinefunction(function):

        async def made(*more: Any, **named: Any) -> Any:
            hearing = heard(more, named)
            return hearing(await function(*more, **named))

    else:

        def made(*more: Any, **named: Any) -> Any:
            hearing = heard(more, named)
            return hearing(function(*more, **named))

    return cast(Callable[P, R], wraps(function)(made))


class _Heard:
    """One call, and the parts of its answer until now."""

    def __init__(self, memory: Memory, prompt: Any) -> None:
        self._memory = memory
        self._id = uuid.uuid4().hex
        self._remembered = Remembered(prompt)

    def __call__(self, part: Any) -> Any:
        """The same text with the id of the answer; whatever else it is, as it is."""
        if type(part) not in (str, Answer):  # another kind of text may mean something
            return part
        self._remembered.parts.append(part)
        if len(self._remembered.parts) == 1:
            self._memory.keep(self._id, self._remembered)
        return Answer(part, self._id)


class _Parts(Generator[Any, Any, Any]):
    """A generator whose parts are heard; what is sent and thrown into it arrives."""

    def __init__(self, inner: Any, heard: _Heard) -> None:
        self._inner, self._heard = inner, heard

    def send(self, value: Any) -> Any:
        """As of the generator."""
        return self._heard(self._inner.send(value))

    def throw(self, *problem: Any) -> Any:
        """As of the generator."""
        return self._heard(self._inner.throw(*problem))

    def close(self) -> None:
        """As of the generator."""
        self._inner.close()


def _prompt_of(function: Callable[..., Any]) -> Callable[[Any, Any], Any]:
    """Finds the prompt among the arguments of a call; None where it cannot be told."""
    try:
        names = list(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        names = []
    place = 1 if names[:1] in (["self"], ["cls"]) else 0
    name = names[place] if place < len(names) else None

    def prompt(more: Any, named: Any) -> Any:
        try:
            return plain(more[place] if place < len(more) else named.get(name))
        except Exception:  # the application's own objects may raise anything when they are copied
            return None

    return prompt
