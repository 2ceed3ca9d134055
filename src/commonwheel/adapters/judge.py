"""Judges behind an OpenAI-compatible address: chat completions with our rubric, and `/moderations`.

Whatever goes wrong is a fault of the judge and never a pass: no answer in time, a status that is not 200, an
answer that is too long or no judgement. Nothing that was sent or answered is kept or logged. Redirects are not
followed and proxies of the environment not used, so that words and key go where the settings say and nowhere
else.
"""

import asyncio
import json
import secrets
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpx

from commonwheel.curate.rubric import (
    VERSION,
    Nonsense,
    chat_findings,
    chat_request,
    moderation_findings,
    moderation_request,
)
from commonwheel.errors import Misconfigured
from commonwheel.learn.referee import Better, Duel, duel_answer, duel_request, worth
from commonwheel.ports.judging import JudgeFault, Judgement
from commonwheel.records.body import Body
from commonwheel.records.findings import Finding

LONGEST_ANSWER = 256_000
"""Bytes; a judgement has a few hundred."""
_UNKNOWN = (400, 404, 415, 422)
"""How servers answer that do not know structured output, among other things."""

_HEADERS = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
"""Uncompressed, so that what is read is as long as what is kept."""


class _Failed(Exception):
    """There is no judgement, for this reason."""

    def __init__(self, fault: JudgeFault, status: int = 0) -> None:
        super().__init__(fault)
        self.fault, self.status = fault, status


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a judge is. `url` is the base (`https://host/v1`), `timeout` the seconds one answer may take."""

    url: str
    model: str
    key: str = ""
    timeout: float = 20.0


class _HttpJudge:
    """What both ways of asking share: all bodies at once, each within its time."""

    name = ""

    def __init__(self, endpoint: Endpoint) -> None:
        """Nothing is called yet. Raises Misconfigured for an address that cannot be used."""
        self._endpoint = endpoint
        try:
            url = httpx.URL(endpoint.url)
        except httpx.InvalidURL:
            url = httpx.URL()
        if url.scheme not in ("http", "https") or not url.host or url.userinfo or url.query:
            raise Misconfigured(
                "COMMONWHEEL_JUDGE_URL is an address such as https://host/v1; its key goes into "
                "COMMONWHEEL_JUDGE_KEY."
            )

    @cached_property
    def _certificates(self) -> ssl.SSLContext:
        """Read once: it takes longer than a call."""
        return httpx.create_ssl_context(trust_env=False)

    def judge(self, bodies: Sequence[Body]) -> list[Judgement]:
        """One Judgement per body, in order."""
        return asyncio.run(self._all(bodies))

    async def _all(self, bodies: Sequence[Body]) -> list[Judgement]:
        async with self._client() as http:
            return await asyncio.gather(*(self._one(http, body) for body in bodies))

    def _client(self) -> httpx.AsyncClient:
        key = self._endpoint.key
        return httpx.AsyncClient(
            base_url=self._endpoint.url.rstrip("/") + "/",
            headers=_HEADERS | ({"Authorization": f"Bearer {key}"} if key else {}),
            timeout=self._endpoint.timeout,
            verify=self._certificates,
            trust_env=False,
            follow_redirects=False,
        )

    async def _one(self, http: httpx.AsyncClient, body: Body) -> Judgement:
        try:
            async with asyncio.timeout(self._endpoint.timeout):
                return Judgement(findings=await self._ask(http, body))
        except (TimeoutError, httpx.TimeoutException):
            return Judgement(fault=JudgeFault.TIMEOUT)
        except _Failed as failed:
            return Judgement(fault=failed.fault)
        except Nonsense:
            return Judgement(fault=JudgeFault.NONSENSE)

    async def _ask(self, http: httpx.AsyncClient, body: Body) -> tuple[Finding, ...]:
        raise NotImplementedError

    async def _post(self, http: httpx.AsyncClient, path: str, request: dict[str, Any]) -> bytes:
        content = json.dumps(request, ensure_ascii=False).encode()
        answer = bytearray()
        try:
            async with http.stream("POST", path, content=content) as response:
                if response.status_code != httpx.codes.OK:
                    raise _Failed(JudgeFault.REFUSED, response.status_code)
                async for chunk in response.aiter_raw():
                    answer += chunk
                    if len(answer) > LONGEST_ANSWER:
                        raise _Failed(JudgeFault.NONSENSE)
        except httpx.TimeoutException:
            raise
        except httpx.TransportError:
            raise _Failed(JudgeFault.UNREACHABLE) from None
        return bytes(answer)


class ChatJudge(_HttpJudge):
    """A `ports.Judge`: a language model with our rubric, asked for structured output.

    A server that ignores the wish is fine as long as its message is the JSON that was asked for; one that
    refuses it is asked again without, from then on at once.
    """

    name = "chat"

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        if not endpoint.model:
            raise Misconfigured("COMMONWHEEL_JUDGE_MODEL names the model that judges.")
        self.version = f"{endpoint.model}+{VERSION}"
        self._plain = False

    async def _ask(self, http: httpx.AsyncClient, body: Body) -> tuple[Finding, ...]:
        mark, nonce = secrets.token_hex(16), secrets.token_hex(16)

        async def answer(plain: bool) -> bytes:
            request = chat_request(self._endpoint.model, body, mark, nonce, plain=plain)
            return await self._post(http, "chat/completions", request)

        try:
            said = await answer(self._plain)
        except _Failed as refused:
            if self._plain or refused.status not in _UNKNOWN:
                raise
            said = await answer(True)
            self._plain = True
        return chat_findings(said, nonce, self.version)


class ChatReferee(_HttpJudge):
    """A `ports.Referee`: the same language model, asked which of two answers is better, both ways round."""

    name = "referee"

    def compare(self, duels: Sequence[Duel]) -> list[float | None]:
        """One worth per duel, in order; None where the judge gave no answer to either way round."""
        return asyncio.run(self._compare(duels))

    async def _compare(self, duels: Sequence[Duel]) -> list[float | None]:
        async with self._client() as http:
            ways = [way for duel in duels for way in (duel, duel.swapped())]
            said = await asyncio.gather(*(self._better(http, way) for way in ways))
        return [
            None if one is None or other is None else worth(one, other)
            for one, other in zip(said[::2], said[1::2], strict=True)
        ]

    async def _better(self, http: httpx.AsyncClient, duel: Duel) -> Better | None:
        mark, nonce = secrets.token_hex(16), secrets.token_hex(16)
        request = duel_request(self._endpoint.model, duel, mark, nonce)
        try:
            async with asyncio.timeout(self._endpoint.timeout):
                return duel_answer(await self._post(http, "chat/completions", request), nonce)
        except (TimeoutError, httpx.TimeoutException, _Failed):
            return None


class ModerationJudge(_HttpJudge):
    """A `ports.Judge`: a server's own moderation model, whose categories become `safety.…`."""

    name = "moderations"

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(endpoint)
        self.version = f"{endpoint.model or 'default'}+moderations"

    async def _ask(self, http: httpx.AsyncClient, body: Body) -> tuple[Finding, ...]:
        said = await self._post(http, "moderations", moderation_request(self._endpoint.model, body))
        return moderation_findings(said, self.version)


JUDGES: dict[str, Callable[[Endpoint], ChatJudge | ModerationJudge]] = {
    ChatJudge.name: ChatJudge,
    ModerationJudge.name: ModerationJudge,
}
"""The ways of asking, by the word for them in COMMONWHEEL_JUDGE_KIND."""
