"""What a client asks of an instance and how it goes on, without asking: the sync and the async client share it.

A `Call` is one request and how its answer is read. A `Talk` is a generator: it yields a call, or seconds to rest,
is sent the answer or what went wrong, and returns what was asked for.
"""

import json
import random
import uuid
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx

from commonwheel.client.failures import BY_STATUS, AnswerFailed, NotReachable
from commonwheel.client.reaching import asked_for

Json = dict[str, Any]
T = TypeVar("T")

_API = "/api/v1"
_NDJSON = "application/x-ndjson"
_BATCH_LINES, _BATCH_BYTES = 1000, 8_000_000
_FULL = (429, 503)
_LONGEST_PAUSE, _LONGEST_GUESS = 60.0, 4.0
_KEY = "Idempotency-Key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """One of many contributions was accepted; `repeated` where it had been before."""

    id: str
    answer: Json
    repeated: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One of many contributions was refused; `index` is its place among those sent."""

    index: int
    failure: AnswerFailed


def _same(answer: Any) -> Any:
    return answer


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request. `read` makes of the JSON that is answered what was asked for."""

    method: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    params: Mapping[str, Any] = field(default_factory=dict)
    read: Callable[[Any], T] = _same

    @property
    def repeatable(self) -> bool:
        """Whether it may be sent again: with a key, or of a kind that changes nothing twice."""
        return self.method != "POST" or _KEY in self.headers


def request(call: Call[Any]) -> Json:
    """A call in the words of httpx."""
    return {
        "method": call.method,
        "url": call.path,
        "content": call.body,
        "headers": dict(call.headers),
        "params": dict(call.params) or None,
    }


Reply = httpx.Response | httpx.RequestError | None
Talk = Generator[Call[Any] | float, Reply, T]


# Calls


def _sending(
    method: str, path: str, body: Mapping[str, Any], headers: Mapping[str, str], read: Callable[[Any], T] = _same
) -> Call[T]:
    written = json.dumps(dict(body)).encode()
    return Call(method, path, written, {"Content-Type": "application/json", **headers}, read=read)


def _giving(path: str, body: Mapping[str, Any], key: str | None, read: Callable[[Any], T] = _same) -> Call[T]:
    return _sending("POST", _API + path, body, {_KEY: key or uuid.uuid4().hex}, read)


def _of(id: str, rest: str = "") -> str:
    return f"{_API}/contributions/{quote(id, safe='')}{rest}"


def contribute(contribution: Mapping[str, Any], key: str | None) -> Call[Json]:
    """`POST /contributions`."""
    return _giving("/contributions", contribution, key)


def preview(contribution: Mapping[str, Any]) -> Call[Json]:
    """`POST /contributions/preview`."""
    return _sending("POST", f"{_API}/contributions/preview", contribution, {})


def edit(prompt: Any, original: str, edited: str, key: str | None, more: Mapping[str, Any]) -> Call[str]:
    """`POST /edits`; the edit's id."""
    body = {"prompt": prompt, "original_llm_output": original, "final_user_edit": edited, **more}
    return _giving("/edits", body, key, lambda answer: str(answer["id"]))


def feedback(target: str, name: str, value: Any, key: str | None, more: Mapping[str, Any]) -> Call[Json]:
    """`POST /feedback`."""
    return _giving("/feedback", {"target": target, "name": name, "value": value, **more}, key)


def get(id: str) -> Call[Json]:
    """`GET /contributions/{id}`."""
    return Call("GET", _of(id))


def fix(id: str, patch: Mapping[str, Any], revision: int) -> Call[int]:
    """`PATCH /contributions/{id}`; the number of the new revision."""
    headers = {"If-Match": f'"{revision}"', "Content-Type": "application/merge-patch+json"}
    return _sending("PATCH", _of(id), patch, headers, lambda answer: int(answer["revision"]))


def withdraw(id: str) -> Call[Json]:
    """`POST /contributions/{id}/withdraw`."""
    return Call("POST", _of(id, "/withdraw"))


def restore(id: str) -> Call[Json]:
    """`POST /contributions/{id}/restore`."""
    return Call("POST", _of(id, "/restore"))


def erase(id: str) -> Call[Json]:
    """`DELETE /contributions/{id}`."""
    return Call("DELETE", _of(id))


def appeal(id: str, statement: str) -> Call[Json]:
    """`POST /contributions/{id}/appeal`."""
    return _sending("POST", _of(id, "/appeal"), {"statement": statement}, {})


def page(path: str, after: str | None) -> Call[tuple[list[Json], str | None]]:
    """One page of a list: its items, and after what the next one begins."""
    params = {} if after is None else {"after": after}
    return Call("GET", _API + path, params=params, read=lambda answer: (answer["items"], answer["next"]))


def review(item: int) -> Call[Json]:
    """`GET /review/{item}`."""
    return Call("GET", f"{_API}/review/{item}")


def decide(item: int, version: int, decision: str, ruling: Mapping[str, Any]) -> Call[Json]:
    """`POST /review/{item}/decision`."""
    body = {"decision": decision, **ruling}
    return _sending("POST", f"{_API}/review/{item}/decision", body, {"If-Match": f'"{version}"'})


def releases() -> Call[list[Json]]:
    """`GET /releases`."""
    return Call("GET", f"{_API}/releases", read=lambda answer: list(answer["releases"]))


def release(version: int) -> Call[Json]:
    """`GET /releases/{version}`."""
    return Call("GET", f"{_API}/releases/{version}")


def records(version: int, selection: Mapping[str, Any]) -> Call[None]:
    """`GET /releases/{version}/records`, line by line."""
    return Call("GET", f"{_API}/releases/{version}/records", headers={"Accept": _NDJSON}, params=selection)


def health() -> Call[Json]:
    """`GET /health`."""
    return Call("GET", "/health")


# Talks


@dataclass(frozen=True, slots=True)
class Batch:
    """Contributions that are sent together, each with its place among all that are sent."""

    lines: list[tuple[int, bytes]]
    key: str


def batches(contributions: Iterable[Mapping[str, Any]], key: str | None) -> Iterator[Batch]:
    """As few as fit, each with a key of its own."""
    base, number = key or uuid.uuid4().hex, 0
    lines: list[tuple[int, bytes]] = []
    size = 0
    for index, contribution in enumerate(contributions):
        line = json.dumps(dict(contribution)).encode()
        if lines and (len(lines) == _BATCH_LINES or size + len(line) > _BATCH_BYTES):
            yield Batch(lines, f"{base}.{number}")
            lines, size, number = [], 0, number + 1
        lines.append((index, line))
        size += len(line)
    if lines:
        yield Batch(lines, f"{base}.{number}")


def ask(call: Call[T], retries: int) -> Talk[T]:
    """Ask, and ask again what may be asked again. Raises Failure."""
    answer = yield from _answer(call, retries)
    try:
        return call.read(answer.json())
    except (KeyError, TypeError, ValueError):
        raise _unreadable(answer) from None


def give(batch: Batch, retries: int) -> Talk[list[Accepted | Refusal]]:
    """Lines that found the waiting room full are sent again with the whole batch: the rest are repeats."""
    body = b"\n".join(line for _, line in batch.lines)
    call: Call[Any] = Call("POST", f"{_API}/contributions/batch", body, {_KEY: batch.key, "Content-Type": _NDJSON})
    new: set[int] = set()
    attempt = 0
    while True:
        lines = _outcomes((yield from _answer(call, retries)), len(batch.lines))
        new |= {place for place, line in enumerate(lines) if line["status"] == httpx.codes.CREATED}
        if attempt == retries or not any(line["status"] in _FULL for line in lines):
            break
        yield _pause(attempt, None)
        attempt += 1
    return [
        Refusal(index=index, failure=_failed(line["status"], line["error"]))
        if line.get("error")
        else Accepted(id=line["id"], answer=line, repeated=place not in new)
        for place, ((index, _), line) in enumerate(zip(batch.lines, lines, strict=True))
    ]


def _answer(call: Call[Any], retries: int) -> Talk[httpx.Response]:
    attempt = 0
    while True:
        reply = yield call
        last = attempt == retries
        if isinstance(reply, httpx.Response):
            if last or reply.status_code not in _FULL:
                return checked(reply)
            yield _pause(attempt, asked_for(reply.headers, _LONGEST_PAUSE))
        else:
            if last or not (call.repeatable or isinstance(reply, httpx.ConnectError)):
                raise NotReachable("The instance does not answer.") from reply
            yield _pause(attempt, None)
        attempt += 1


def _pause(attempt: int, asked: float | None) -> float:
    """Seconds: as the instance asks, or a little longer each time, never all clients at once."""
    return min(0.25 * 2.0**attempt, _LONGEST_GUESS) * random.uniform(0.5, 1.0) if asked is None else asked


# Answers


class Records:
    """The records of an answer that comes in pieces; lines end with a newline and nothing else."""

    def __init__(self) -> None:
        self._rest = b""

    def of(self, piece: bytes) -> Iterator[Json]:
        """Those that are whole now."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        try:
            yield from [json.loads(line) for line in lines if line]
        except ValueError as problem:
            raise broken_off(problem) from None

    def last(self) -> Iterator[Json]:
        """What no newline follows."""
        yield from self.of(b"\n")


def checked(answer: httpx.Response) -> httpx.Response:
    """The same; AnswerFailed where it is an error, or sends elsewhere."""
    if answer.is_success:
        return answer
    try:
        error = dict(answer.json()["error"])
    except (ValueError, KeyError, TypeError):
        error = {"code": "http", "message": f"The answer was {answer.status_code}.", "details": {}}
    raise _failed(answer.status_code, error)


def broken_off(problem: Exception) -> NotReachable:
    """What to raise where an answer ends too early."""
    return NotReachable(f"The instance stopped answering: {type(problem).__name__}.")


def _outcomes(answer: httpx.Response, number: int) -> list[Json]:
    try:
        lines = [dict(json.loads(line)) for line in answer.content.split(b"\n") if line]
    except (ValueError, TypeError):
        raise _unreadable(answer) from None
    if len(lines) != number or not all("status" in line and ("error" in line or "id" in line) for line in lines):
        raise _unreadable(answer)
    return lines


def _unreadable(answer: httpx.Response) -> AnswerFailed:
    return _failed(answer.status_code, {"code": "http", "message": "This is not an answer of an instance."})


def _failed(status: int, error: Json) -> AnswerFailed:
    kind = BY_STATUS.get(status, AnswerFailed)
    return kind(status, str(error.get("code")), str(error.get("message")), error.get("details") or {})
