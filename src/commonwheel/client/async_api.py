"""The same client for whoever must not block: each method of `api.Commonwheel`, awaited."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx

from commonwheel.client import calls
from commonwheel.client.calls import Accepted, Call, Json, Refusal, Reply, Talk
from commonwheel.client.reaching import address_of, credentials_of

T = TypeVar("T")


class AsyncCommonwheel:
    """An instance at `url`, spoken to with `token`: `Commonwheel` for asyncio, with the same methods and failures.

    Use it with `async with`, or await `aclose`. What `Commonwheel` yields is iterated over with `async for`.
    """

    def __init__(self, url: str, token: str | None = None, *, retries: int = 5, timeout: float = 30.0) -> None:
        """`timeout` is in seconds, for each answer; ValueError for what is no address or no token."""
        self._http = httpx.AsyncClient(base_url=address_of(url), headers=credentials_of(token), timeout=timeout)
        self._retries = retries

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    # Giving

    async def contribute(self, contribution: Mapping[str, Any], *, key: str | None = None) -> Json:
        """Give one contribution; `{id, state, url, receipt}`. After this it survives a crash over there."""
        return await self._ask(calls.contribute(contribution, key))

    async def contribute_many(
        self, contributions: Iterable[Mapping[str, Any]], *, key: str | None = None
    ) -> AsyncIterator[Accepted | Refusal]:
        """Give many, in batches, and yield the outcome of each in order. Waits where the waiting room is full."""
        for batch in calls.batches(contributions, key):
            for outcome in await self._talk(calls.give(batch, self._retries)):
                yield outcome

    async def preview(self, contribution: Mapping[str, Any]) -> Json:
        """What would be public of it, and the digest to send with the consent. Stores nothing."""
        return await self._ask(calls.preview(contribution))

    async def edit(self, prompt: Any, original: str, edited: str, *, key: str | None = None, **more: Any) -> str:
        """Log a user's edit of a model's output; its id. `more` are further fields, such as `terms`."""
        return await self._ask(calls.edit(prompt, original, edited, key, more))

    async def feedback(
        self, target: str, name: str, value: bool | float | str, *, key: str | None = None, **more: Any
    ) -> Json:
        """Say something about an interaction or a message: a thumb, stars, a flag, behaviour."""
        return await self._ask(calls.feedback(target, name, value, key, more))

    # What was given

    async def get(self, id: str) -> Json:
        """Everything its giver may know about a contribution."""
        return await self._ask(calls.get(id))

    async def fix(self, id: str, patch: Mapping[str, Any], *, revision: int) -> int:
        """Change it by a JSON Merge Patch of the revision that you read; the number of the new one."""
        return await self._ask(calls.fix(id, patch, revision))

    async def withdraw(self, id: str) -> Json:
        """Leave it out of future releases. It can be given again."""
        return await self._ask(calls.withdraw(id))

    async def restore(self, id: str) -> Json:
        """Undo a withdrawal; it is curated again."""
        return await self._ask(calls.restore(id))

    async def erase(self, id: str) -> Json:
        """Destroy it everywhere the instance holds it. This cannot be undone."""
        return await self._ask(calls.erase(id))

    async def appeal(self, id: str, statement: str) -> Json:
        """Ask another person to look at a rejection again."""
        return await self._ask(calls.appeal(id, statement))

    def mine(self) -> AsyncIterator[Json]:
        """Everything given with this token's identity, the oldest first."""
        return self._pages("/me/contributions")

    # Reviewing

    def reviews(self) -> AsyncIterator[Json]:
        """Open items of the review queue, the oldest first."""
        return self._pages("/review")

    async def review(self, item: int) -> Json:
        """One item: the words, what was found in them, and what would be public."""
        return await self._ask(calls.review(item))

    async def decide(self, item: int, version: int, decision: str, **ruling: Any) -> Json:
        """Pass or reject the version of an item that you read; `ruling` as the API takes it."""
        return await self._ask(calls.decide(item, version, decision, ruling))

    # Releases

    async def releases(self) -> list[Json]:
        """All releases, the oldest first."""
        return await self._ask(calls.releases())

    async def release(self, version: int) -> Json:
        """One release."""
        return await self._ask(calls.release(version))

    async def records(self, version: int, **selection: Any) -> AsyncIterator[Json]:
        """The records of a release, one by one as they arrive, narrowed by `selection`."""
        found = calls.Records()
        try:
            async with self._http.stream(**calls.request(calls.records(version, selection))) as answer:
                if not answer.is_success:
                    await answer.aread()
                calls.checked(answer)
                async for piece in answer.aiter_bytes():
                    for record in found.of(piece):
                        yield record
                for record in found.last():
                    yield record
        except httpx.RequestError as problem:
            raise calls.broken_off(problem) from problem

    async def health(self) -> Json:
        """Whether the instance works, and how much is under way."""
        return await self._ask(calls.health())

    # How

    async def _pages(self, path: str) -> AsyncIterator[Json]:
        items, after = await self._ask(calls.page(path, None))
        for item in items:
            yield item
        while after is not None:
            items, after = await self._ask(calls.page(path, after))
            for item in items:
                yield item

    async def _ask(self, call: Call[T]) -> T:
        return await self._talk(calls.ask(call, self._retries))

    async def _talk(self, talk: Talk[T]) -> T:
        reply: Reply = None
        while True:
            try:
                step = talk.send(reply)
            except StopIteration as end:
                said: T = end.value
                return said
            if isinstance(step, Call):
                reply = await self._reply(step)
            else:
                await asyncio.sleep(step)

    async def _reply(self, call: Call[Any]) -> Reply:
        try:
            return await self._http.request(**calls.request(call))
        except httpx.RequestError as problem:
            return problem
