"""A small client of the HTTP API, over httpx: safe to retry, typed, and nothing hidden."""

import json
import random
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from commonwheel.client.failures import BY_STATUS, AnswerFailed, NotReachable
from commonwheel.client.reaching import address_of, credentials_of

Json = dict[str, Any]

_API = "/api/v1"
_NDJSON = "application/x-ndjson"
_BATCH_LINES, _BATCH_BYTES = 1000, 8_000_000
_FULL = 429
_LONGEST_PAUSE, _LONGEST_GUESS = 60.0, 4.0


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


class Commonwheel:
    """An instance at `url`, spoken to with `token`.

    Use it as a context manager, or `close` it. What is given carries an idempotency key, made here
    unless you bring your own, so that a retry never gives twice. Answers 429 and 503 are retried
    `retries` times, after as long as the instance asks for. All methods raise
    `commonwheel.client.Failure`; contributions are plain dicts, in the shape of
    `commonwheel schema contribution`.
    """

    def __init__(self, url: str, token: str | None = None, *, retries: int = 5, timeout: float = 30.0) -> None:
        """`timeout` is in seconds, for each answer; ValueError for what is no address or no token."""
        self._http = httpx.Client(base_url=address_of(url), headers=credentials_of(token), timeout=timeout)
        self._retries = retries

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    # Giving

    def contribute(self, contribution: Mapping[str, Any], *, key: str | None = None) -> Json:
        """Give one contribution; `{id, state, url, receipt}`. After this it survives a crash over there."""
        return self._post("/contributions", contribution, key)

    def contribute_many(
        self, contributions: Iterable[Mapping[str, Any]], *, key: str | None = None
    ) -> Iterator[Accepted | Refusal]:
        """Give many, in batches, and yield the outcome of each in order. Waits where the waiting room is full.

        With the same `key` and the same contributions nothing is given twice.
        """
        base = key or uuid.uuid4().hex
        for number, batch in enumerate(_batches(contributions)):
            yield from self._give_batch(batch, f"{base}.{number}")

    def preview(self, contribution: Mapping[str, Any]) -> Json:
        """What would be public of it, and the digest to send with the consent. Stores nothing."""
        return self._json("POST", "/contributions/preview", json=dict(contribution))

    def edit(self, prompt: Any, original: str, edited: str, *, key: str | None = None, **more: Any) -> str:
        """Log a user's edit of a model's output; its id. `more` are further fields, such as `terms`."""
        body = {"prompt": prompt, "original_llm_output": original, "final_user_edit": edited, **more}
        id: str = self._post("/edits", body, key)["id"]
        return id

    def feedback(
        self, target: str, name: str, value: bool | float | str, *, key: str | None = None, **more: Any
    ) -> Json:
        """Say something about an interaction or a message: a thumb, stars, a flag, behaviour."""
        return self._post("/feedback", {"target": target, "name": name, "value": value, **more}, key)

    # What was given

    def get(self, id: str) -> Json:
        """Everything its giver may know about a contribution."""
        return self._json("GET", f"/contributions/{_quoted(id)}")

    def fix(self, id: str, patch: Mapping[str, Any], *, revision: int) -> int:
        """Change it by a JSON Merge Patch of the revision that you read; the number of the new one."""
        headers = {"If-Match": f'"{revision}"', "Content-Type": "application/merge-patch+json"}
        path = f"/contributions/{_quoted(id)}"
        answer = self._json("PATCH", path, content=json.dumps(dict(patch)), headers=headers)
        new: int = answer["revision"]
        return new

    def withdraw(self, id: str) -> Json:
        """Leave it out of future releases. It can be given again."""
        return self._json("POST", f"/contributions/{_quoted(id)}/withdraw")

    def restore(self, id: str) -> Json:
        """Undo a withdrawal; it is curated again."""
        return self._json("POST", f"/contributions/{_quoted(id)}/restore")

    def erase(self, id: str) -> Json:
        """Destroy it everywhere the instance holds it. This cannot be undone."""
        return self._json("DELETE", f"/contributions/{_quoted(id)}")

    def appeal(self, id: str, statement: str) -> Json:
        """Ask another person to look at a rejection again."""
        return self._json("POST", f"/contributions/{_quoted(id)}/appeal", json={"statement": statement})

    def mine(self) -> Iterator[Json]:
        """Everything given with this token's identity, the oldest first."""
        yield from self._pages("/me/contributions")

    # Reviewing

    def reviews(self) -> Iterator[Json]:
        """Open items of the review queue, the oldest first."""
        yield from self._pages("/review")

    def review(self, item: int) -> Json:
        """One item: the words, what was found in them, and what would be public."""
        return self._json("GET", f"/review/{item}")

    def decide(self, item: int, version: int, decision: str, **ruling: Any) -> Json:
        """Pass or reject the version of an item that you read; `ruling` as the API takes it."""
        headers = {"If-Match": f'"{version}"'}
        body = {"decision": decision, **ruling}
        return self._json("POST", f"/review/{item}/decision", json=body, headers=headers)

    # Releases

    def releases(self) -> list[Json]:
        """All releases, the oldest first."""
        found: list[Json] = self._json("GET", "/releases")["releases"]
        return found

    def release(self, version: int) -> Json:
        """One release."""
        return self._json("GET", f"/releases/{version}")

    def records(self, version: int, **selection: Any) -> Iterator[Json]:
        """The records of a release, one by one as they arrive.

        `selection` narrows them: `kind`, `license`, `language`, `purpose`, `commit`, each a word or a list.
        """
        headers = {"Accept": _NDJSON}
        path = f"{_API}/releases/{version}/records"
        try:
            with self._http.stream("GET", path, params=selection, headers=headers) as answer:
                if answer.is_error:
                    answer.read()
                    raise _failure(answer)
                for line in answer.iter_lines():
                    if line:
                        yield json.loads(line)
        except httpx.TransportError as problem:
            raise NotReachable(f"{self._http.base_url} stopped answering: {type(problem).__name__}.") from problem

    def health(self) -> Json:
        """Whether the instance works, and how much is under way."""
        return self._json("GET", "/health", root="")

    # How

    def _post(self, path: str, body: Mapping[str, Any], key: str | None) -> Json:
        headers = {"Idempotency-Key": key or uuid.uuid4().hex}
        return self._json("POST", path, json=dict(body), headers=headers)

    def _give_batch(self, batch: list[tuple[int, bytes]], key: str) -> Iterator[Accepted | Refusal]:
        """Lines that found the waiting room full are sent again with the whole batch: the rest are repeats."""
        headers = {"Idempotency-Key": key, "Content-Type": _NDJSON}
        body = b"\n".join(line for _, line in batch)
        new: set[int] = set()
        lines: list[Json] = []
        for attempt in range(self._retries + 1):
            answer = self._send("POST", "/contributions/batch", content=body, headers=headers)
            lines = [json.loads(line) for line in answer.text.splitlines()]
            new |= {place for place, line in enumerate(lines) if line["status"] == httpx.codes.CREATED}
            if attempt == self._retries or not any(line["status"] in (_FULL, 503) for line in lines):
                break
            time.sleep(_pause(attempt, None))
        for place, ((index, _), line) in enumerate(zip(batch, lines, strict=True)):
            if line.get("error"):
                yield Refusal(index=index, failure=_failed(line["status"], line["error"]))
            else:
                yield Accepted(id=line["id"], answer=line, repeated=place not in new)

    def _pages(self, path: str) -> Iterator[Json]:
        after: dict[str, str] = {}
        while True:
            page = self._json("GET", path, params=after)
            yield from page["items"]
            if page["next"] is None:
                return
            after = {"after": page["next"]}

    def _json(self, method: str, path: str, **more: Any) -> Json:
        answer: Json = self._send(method, path, **more).json()
        return answer

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        """Send, and send again what may be sent again: with a key, or of a kind that changes nothing twice."""
        repeatable = method != "POST" or "Idempotency-Key" in more.get("headers", {})
        address = more.pop("root", _API) + path
        attempt = 0
        while (answer := self._try(method, address, attempt, repeatable, more)) is None:
            attempt += 1
        if answer.is_error:
            raise _failure(answer)
        return answer

    def _try(self, method: str, address: str, attempt: int, repeatable: bool, more: Json) -> httpx.Response | None:
        """The answer; None, after a pause, where it is worth another try."""
        last = attempt == self._retries
        try:
            answer = self._http.request(method, address, **more)
        except httpx.TransportError as problem:
            if last or not (repeatable or isinstance(problem, httpx.ConnectError)):
                raise NotReachable(f"{self._http.base_url} does not answer.") from problem
            time.sleep(_pause(attempt, None))
            return None
        if last or answer.status_code not in (_FULL, 503):
            return answer
        time.sleep(_pause(attempt, answer.headers.get("Retry-After")))
        return None


def _pause(attempt: int, asked: str | None) -> float:
    """Seconds: as the instance asks, or a little longer each time, never all clients at once."""
    if asked is not None and asked.isdigit():
        return min(float(asked), _LONGEST_PAUSE)
    return min(0.25 * 2.0**attempt, _LONGEST_GUESS) * random.uniform(0.5, 1.0)


def _batches(contributions: Iterable[Mapping[str, Any]]) -> Iterator[list[tuple[int, bytes]]]:
    batch: list[tuple[int, bytes]] = []
    size = 0
    for index, contribution in enumerate(contributions):
        line = json.dumps(dict(contribution)).encode()
        if batch and (len(batch) == _BATCH_LINES or size + len(line) > _BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((index, line))
        size += len(line)
    if batch:
        yield batch


def _failure(answer: httpx.Response) -> AnswerFailed:
    try:
        error = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        error = {"code": "http", "message": f"The answer was {answer.status_code}.", "details": {}}
    return _failed(answer.status_code, error)


def _failed(status: int, error: Json) -> AnswerFailed:
    kind = BY_STATUS.get(status, AnswerFailed)
    return kind(status, str(error.get("code")), str(error.get("message")), error.get("details") or {})


def _quoted(id: str) -> str:
    return quote(id, safe="")
