"""Gifts that arrive together share one transaction and one wait for the disk.

While one transaction is under way, what arrives is gathered; it goes into the next one. So a lone gift
is not delayed, and under load the disk is waited for once for many.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from commonwheel.errors import CommonwheelError, WaitingRoomFull
from commonwheel.journeys.contribute import Accepted, Gift, contribute
from commonwheel.journeys.world import World

_TOGETHER = 64
_MOST_PENDING = 2_000

Outcome = Accepted | CommonwheelError


class Accepting:
    """Accepts gifts one transaction at a time, in the order they came."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._pending: deque[tuple[Sequence[Gift], asyncio.Future[list[Outcome]]]] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="accepting")
        self._draining: asyncio.Task[None] | None = None

    async def accept(self, gifts: Sequence[Gift]) -> list[Outcome]:
        """The outcome of each gift, once those that are accepted would survive a power loss."""
        if len(self._pending) >= _MOST_PENDING:
            raise WaitingRoomFull("More arrives than can be stored. Nothing was stored; try again in a moment.")
        answer: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        self._pending.append((gifts, answer))
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain())
        return await answer

    async def _drain(self) -> None:
        loop = asyncio.get_running_loop()
        while self._pending:
            group = self._next_group()
            gifts = [gift for several, _ in group for gift in several]
            try:
                outcomes = await loop.run_in_executor(self._thread, contribute, self._world, gifts)
            except Exception as problem:  # everybody who waits is told, whatever it was
                _fail([answer for _, answer in group], problem)
                continue
            for several, answer in group:
                own, outcomes = outcomes[: len(several)], outcomes[len(several) :]
                if not answer.done():  # the client may have gone
                    answer.set_result(own)

    def _next_group(self) -> list[tuple[Sequence[Gift], asyncio.Future[list[Outcome]]]]:
        group = [self._pending.popleft()]
        size = len(group[0][0])
        while self._pending and size + len(self._pending[0][0]) <= _TOGETHER:
            group.append(self._pending.popleft())
            size += len(group[-1][0])
        return group

    def close(self) -> None:
        """Wait for what is under way."""
        self._thread.shutdown()


def _fail(answers: list[asyncio.Future[list[Outcome]]], problem: Exception) -> None:
    for answer in answers:
        if not answer.done():
            answer.set_exception(problem)
