"""A watched client and a tracked function are as they were, whatever they are, and their answers can be named."""

import asyncio
import copy
from collections.abc import AsyncIterator, Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from commonwheel.client import Answer, Wheel
from commonwheel.client.remembering import Memory, Remembered, id_of

NOBODY = "http://127.0.0.1:9"
ASKED = [{"role": "user", "content": "Capital of Australia?"}]


@pytest.fixture
def wheel() -> Iterator[Wheel]:
    """One that is only asked what it remembers."""
    made = Wheel(NOBODY)
    yield made
    made.close(0.0)


class Said:
    """A message as OpenAI's client has it."""

    def __init__(self, **members: Any) -> None:
        self.content = members.get("content")
        self._members = members

    def model_dump(self, **_: Any) -> dict[str, Any]:
        """Everything in it."""
        return self._members


def _completion(id: str, content: str) -> Any:
    message = Said(role="assistant", content=content, refusal=None, annotations=[])
    return SimpleNamespace(id=id, choices=[SimpleNamespace(index=0, message=message)])


def _chunk(id: str, content: str, index: int = 0) -> Any:
    return SimpleNamespace(id=id, choices=[SimpleNamespace(index=index, delta=SimpleNamespace(content=content))])


class Stream:
    """As OpenAI's client answers a call that is streamed."""

    response = "the raw response"

    def __init__(self, *chunks: Any) -> None:
        self._chunks, self.closed = iter(chunks), False

    def __iter__(self) -> Iterator[Any]:
        return self._chunks

    def __next__(self) -> Any:
        return next(self._chunks)

    def __enter__(self) -> "Stream":
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self.closed = True


class LaterStream:
    """The same of the asynchronous client."""

    response = "the raw response"

    def __init__(self, *chunks: Any) -> None:
        self._chunks, self.closed = chunks, False

    async def __aiter__(self) -> AsyncIterator[Any]:
        for chunk in self._chunks:
            yield chunk

    async def __aenter__(self) -> "LaterStream":
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.close()

    async def close(self) -> None:
        """Hang up."""
        self.closed = True


class Completions:
    """What is asked of it is answered from a list."""

    def __init__(self, *answers: Any) -> None:
        self._answers = iter(answers)

    def create(self, **_: Any) -> Any:
        return next(self._answers)


class LaterCompletions(Completions):
    """The same for whoever awaits it."""

    async def create(self, **named: Any) -> Any:  # type: ignore[override]
        return super().create(**named)


class Client:
    """An OpenAI-compatible client."""

    def __init__(self, completions: Any) -> None:
        self.chat = SimpleNamespace(completions=completions)
        self.api_key, self.left = "k", False

    def with_options(self, **_: Any) -> "Client":
        return Client(self.chat.completions)

    def __enter__(self) -> "Client":
        return self

    def __exit__(self, *_: Any) -> None:
        self.left = True

    async def __aenter__(self) -> "Client":
        return self

    async def __aexit__(self, *_: Any) -> None:
        self.left = True


def known(wheel: Wheel, answer: Any) -> tuple[Any, str]:
    """The prompt and the words that are remembered."""
    found = wheel.memory.get(answer)
    assert found is not None
    return found.prompt, found.answer


def test_what_was_asked_is_remembered_as_it_was(wheel: Wheel) -> None:
    client = wheel.watch(Client(Completions(_completion("r-1", "Sydney."), _completion("r-2", "Canberra."))))
    messages: list[Any] = [*ASKED]
    first = client.chat.completions.create(model="lark-8b", messages=messages)
    messages += [first.choices[0].message, {"role": "user", "content": "My diagnosis is private."}]
    second = client.chat.completions.create(model="lark-8b", messages=messages)
    messages[0] = {"role": "user", "content": "Something else"}
    assert known(wheel, first) == (ASKED, "Sydney.")
    prompt, _ = known(wheel, second)
    assert prompt == [
        *ASKED,
        {"role": "assistant", "content": "Sydney."},
        {"role": "user", "content": "My diagnosis is private."},
    ]


def test_calls_of_tools_are_remembered_in_the_shape_of_a_contribution(wheel: Wheel) -> None:
    call = {"id": "c1", "type": "function", "index": 0, "function": {"name": "warm", "arguments": "{}"}}
    messages = [
        {"role": "user", "content": [{"type": "text", "text": "Warm?", "cache_control": {"type": "ephemeral"}}]},
        Said(role="assistant", content=None, tool_calls=[call], audio=None),
        {"role": "tool", "tool_call_id": "c1", "content": "17"},
    ]
    client = wheel.watch(Client(Completions(_completion("r-1", "Yes."))))
    answer = client.chat.completions.create(model="lark-8b", messages=messages)
    del call["index"]
    assert known(wheel, answer)[0] == [
        {"role": "user", "content": [{"type": "text", "text": "Warm?"}]},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": "17"},
    ]


def test_a_stream_is_what_it_was(wheel: Wheel) -> None:
    def chunks(id: str) -> Stream:
        return Stream(_chunk(id, "Syd"), _chunk(id, "nobody", index=1), _chunk(id, "ney."))

    streams = [chunks("r-1"), chunks("r-2"), chunks("r-3")]
    create = wheel.watch(Client(Completions(*streams))).chat.completions.create
    with create(messages=ASKED, stream=True) as stream:
        assert stream.response == "the raw response" and isinstance(stream, Stream)
        assert len(list(stream)) == 3
    assert streams[0].closed and known(wheel, "r-1") == (ASKED, "Sydney.")
    stopped = create(messages=ASKED, stream=True)
    assert next(stopped).id == "r-2"
    stopped.close()  # as where somebody stops an answer: what was shown of it can be edited
    assert streams[1].closed and known(wheel, "r-2") == (ASKED, "Syd")


def test_an_asynchronous_stream_is_what_it_was(wheel: Wheel) -> None:
    inner = LaterStream(_chunk("r-1", "Syd"), _chunk("r-1", "ney."))

    async def use() -> None:
        async with wheel.watch(Client(LaterCompletions(inner))) as client:
            stream = await client.chat.completions.create(messages=ASKED, stream=True)
            async with stream:
                assert stream.response == "the raw response"
                assert [chunk.id async for chunk in stream] == ["r-1", "r-1"]
        assert client.left and inner.closed

    asyncio.run(use())
    assert known(wheel, "r-1") == (ASKED, "Sydney.")


def test_a_watched_client_is_what_it_was(wheel: Wheel) -> None:
    inner = Client(Completions(_completion("r-1", "Sydney."), _completion("r-2", "Sydney!")))
    with wheel.watch(inner) as client:
        assert isinstance(client, Client)
        client.api_key = "another"
        assert inner.api_key == "another"
        client.with_options(timeout=3).chat.completions.create(messages=ASKED)
        copy.copy(client).chat.completions.create(messages=ASKED)
    assert inner.left and known(wheel, "r-1") == (ASKED, "Sydney.") and known(wheel, "r-2") == (ASKED, "Sydney!")
    with pytest.raises(AttributeError, match="nothing_of_the_kind"):
        client.nothing_of_the_kind  # noqa: B018


class Hostile:
    """Whatever it is asked, it raises; it only tells its type."""

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":
            return type(self)
        raise RuntimeError("hostile")


@pytest.mark.parametrize("stream", [False, True])
def test_what_goes_wrong_in_remembering_is_not_the_applications_trouble(wheel: Wheel, stream: bool) -> None:
    answers = Stream(Hostile()) if stream else Hostile()
    create = wheel.watch(Client(Completions(answers))).chat.completions.create
    answer = create(messages=[Hostile(), {1, 2}], model="lark-8b", stream=stream)
    assert type(next(answer) if stream else answer) is Hostile
    wheel.edits.log(answer=Hostile(), edited="Canberra.")
    wheel.feedback.log(target=Hostile(), name="thumb", value=True)
    wheel.contributions.log(None)  # type: ignore[arg-type]
    assert (wheel.stats.logged, wheel.stats.dropped) == (3, 3)


def test_an_answers_words_are_never_its_name() -> None:
    assert id_of({"id": "r-1", "choices": []}) == id_of(SimpleNamespace(id="r-1")) == id_of("r-1") == "r-1"
    for nameless in ({"choices": ["private"]}, ["private"], SimpleNamespace(words="private")):
        with pytest.raises((TypeError, KeyError)):
            id_of(nameless)


def test_what_is_remembered_is_bounded_in_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commonwheel.client.remembering._MOST_CHARACTERS", 10_000)
    memory = Memory()
    for number in range(100):
        memory.keep(f"r-{number}", Remembered("x" * 1_000, ["answer"]))
        memory.keep(f"r-{number}", Remembered("x" * 1_000, ["answer"]))
    assert memory.get("r-99") is not None and memory.get("r-98") is not None and memory.get("r-50") is None


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy])
def test_an_answer_can_be_copied(again: Callable[[Answer], Answer]) -> None:
    answer = again(Answer("Sydney.", "r-1"))
    assert (answer, answer.id, type(answer)) == ("Sydney.", "r-1", Answer)


def test_a_tracked_function_takes_and_returns_what_it_did(wheel: Wheel) -> None:
    @wheel.track
    def ask(question: str, style: str = "") -> Any:
        return {"": "Sydney.", "none": None, "list": ["Sydney."]}[style]

    class Bot:
        @wheel.track
        def ask(self, question: str) -> str:
            return "Sydney."

    for each in (ask, Bot().ask):
        assert known(wheel, each("Capital?")) == known(wheel, each(question="Capital?")) == ("Capital?", "Sydney.")
    assert ask("Capital?", "none") is None and ask("Capital?", style="list") == ["Sydney."]
    with pytest.raises(TypeError, match="question"):
        ask()


def test_a_tracked_generator_stays_one(wheel: Wheel) -> None:
    @wheel.track
    def ask(question: str) -> Iterator[str]:
        again = yield "Syd"
        yield "ney."
        return again

    asking = ask("Capital?")
    first = next(asking)
    assert asking.send("sent") == "ney."  # type: ignore[attr-defined]
    with pytest.raises(StopIteration) as end:
        next(asking)
    assert end.value.value == "sent" and known(wheel, first) == ("Capital?", "Sydney.")


def test_asynchronous_functions_and_generators_are_tracked(wheel: Wheel) -> None:
    @wheel.track
    async def ask(question: str) -> str | None:
        return "Sydney." if question else None

    closed = []

    @wheel.track
    async def parts(question: str) -> AsyncIterator[str]:
        try:
            yield "Syd"
            yield "ney."
        finally:
            closed.append(question)

    async def use() -> list[Any]:
        asked = parts(question="Capital?")
        said = [part async for part in asked]
        started = parts("Stopped?")
        await anext(started)
        await started.aclose()  # type: ignore[attr-defined]
        assert await ask("") is None
        return [await ask(question="Capital?"), *said]

    answer, *said = asyncio.run(use())
    assert closed == ["Capital?", "Stopped?"] and "".join(said) == "Sydney."
    assert known(wheel, answer) == known(wheel, said[0]) == ("Capital?", "Sydney.")
