"""A small client of the HTTP API, over httpx: safe to retry, typed, and nothing hidden."""

import time
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from commonwheel.client import calls
from commonwheel.client.calls import Accepted, Call, Json, Refusal, Reply, Talk
from commonwheel.client.reaching import address_of, credentials_of

T = TypeVar("T")


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
        return self._ask(calls.contribute(contribution, key))

    def contribute_many(
        self, contributions: Iterable[Mapping[str, Any]], *, key: str | None = None
    ) -> Iterator[Accepted | Refusal]:
        """Give many, in batches, and yield the outcome of each in order. Waits where the waiting room is full.

        With the same `key` and the same contributions nothing is given twice.
        """
        for batch in calls.batches(contributions, key):
            yield from self._talk(calls.give(batch, self._retries))

    def preview(self, contribution: Mapping[str, Any]) -> Json:
        """What would be public of it, and the digest to send with the consent. Stores nothing."""
        return self._ask(calls.preview(contribution))

    def edit(self, prompt: Any, original: str, edited: str, *, key: str | None = None, **more: Any) -> str:
        """Log a user's edit of a model's output; its id. `more` are further fields, such as `terms`."""
        return self._ask(calls.edit(prompt, original, edited, key, more))

    def feedback(
        self, target: str, name: str, value: bool | float | str, *, key: str | None = None, **more: Any
    ) -> Json:
        """Say something about an interaction or a message: a thumb, stars, a flag, behaviour."""
        return self._ask(calls.feedback(target, name, value, key, more))

    # What was given

    def get(self, id: str) -> Json:
        """Everything its giver may know about a contribution."""
        return self._ask(calls.get(id))

    def fix(self, id: str, patch: Mapping[str, Any], *, revision: int) -> int:
        """Change it by a JSON Merge Patch of the revision that you read; the number of the new one."""
        return self._ask(calls.fix(id, patch, revision))

    def withdraw(self, id: str) -> Json:
        """Leave it out of future releases. It can be given again."""
        return self._ask(calls.withdraw(id))

    def restore(self, id: str) -> Json:
        """Undo a withdrawal; it is curated again."""
        return self._ask(calls.restore(id))

    def erase(self, id: str) -> Json:
        """Destroy it everywhere the instance holds it. This cannot be undone."""
        return self._ask(calls.erase(id))

    def appeal(self, id: str, statement: str) -> Json:
        """Ask another person to look at a rejection again."""
        return self._ask(calls.appeal(id, statement))

    def mine(self) -> Iterator[Json]:
        """Everything given with this token's identity, the oldest first."""
        return self._pages("/me/contributions")

    # Reviewing

    def reviews(self) -> Iterator[Json]:
        """Open items of the review queue, the oldest first."""
        return self._pages("/review")

    def review(self, item: int) -> Json:
        """One item: the words, what was found in them, and what would be public."""
        return self._ask(calls.review(item))

    def decide(self, item: int, version: int, decision: str, **ruling: Any) -> Json:
        """Pass or reject the version of an item that you read; `ruling` as the API takes it."""
        return self._ask(calls.decide(item, version, decision, ruling))

    # Releases

    def releases(self) -> list[Json]:
        """All releases, the oldest first."""
        return self._ask(calls.releases())

    def release(self, version: int) -> Json:
        """One release."""
        return self._ask(calls.release(version))

    def records(self, version: int, **selection: Any) -> Iterator[Json]:
        """The records of a release, one by one as they arrive.

        `selection` narrows them: `kind`, `license`, `language`, `purpose`, `commit`, each a word or a list.
        """
        found = calls.Records()
        try:
            with self._http.stream(**calls.request(calls.records(version, selection))) as answer:
                if not answer.is_success:
                    answer.read()
                calls.checked(answer)
                for piece in answer.iter_bytes():
                    yield from found.of(piece)
                yield from found.last()
        except httpx.RequestError as problem:
            raise calls.broken_off(problem) from problem

    def health(self) -> Json:
        """Whether the instance works, and how much is under way."""
        return self._ask(calls.health())

    # How

    def _pages(self, path: str) -> Iterator[Json]:
        items, after = self._ask(calls.page(path, None))
        yield from items
        while after is not None:
            items, after = self._ask(calls.page(path, after))
            yield from items

    def _ask(self, call: Call[T]) -> T:
        return self._talk(calls.ask(call, self._retries))

    def _talk(self, talk: Talk[T]) -> T:
        reply: Reply = None
        while True:
            try:
                step = talk.send(reply)
            except StopIteration as end:
                said: T = end.value
                return said
            if isinstance(step, Call):
                reply = self._reply(step)
            else:
                time.sleep(step)

    def _reply(self, call: Call[Any]) -> Reply:
        try:
            return self._http.request(**calls.request(call))
        except httpx.RequestError as problem:
            return problem
