"""The commons, spoken to with the service token of the administrator."""

from typing import Any

import httpx

_SECONDS = 30.0
API = "/api/v1"


class Trouble(Exception):
    """Something that people are told; it holds no words of a chat. `status` is 0 where nobody answered."""

    def __init__(self, said: str, status: int = 0) -> None:
        super().__init__(said)
        self.status = status


class Wheel:
    """Calls to the commons, some of them for a user of this chat, whom it knows by a keyed hash alone."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url.rstrip("/")
        self._token = token

    async def get(self, path: str, user: str = "") -> dict[str, Any]:
        """What is there; Trouble where nothing is."""
        return await self._answer("GET", path, user, None, "")

    async def post(self, path: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
        """What the commons answers; Trouble with what is wrong."""
        return await self._answer("POST", path, "", body, key)

    async def put(self, path: str, user: str, body: dict[str, Any]) -> dict[str, Any]:
        """Put something in the place of what was there."""
        return await self._answer("PUT", path, user, body, "")

    async def delete(self, path: str, user: str) -> dict[str, Any]:
        """Do away with something."""
        return await self._answer("DELETE", path, user, None, "")

    async def _answer(
        self, method: str, path: str, user: str, body: dict[str, Any] | None, key: str
    ) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self._token}"}
        headers |= {"On-Behalf-Of": user} if user else {}
        headers |= {"Idempotency-Key": key} if key else {}
        try:
            async with httpx.AsyncClient(timeout=_SECONDS) as http:
                answer = await http.request(method, f"{self.url}{API}{path}", headers=headers, json=body)
                read = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError):
            read = None
        if not isinstance(read, dict):
            raise Trouble("The commons cannot be reached. Nothing was shared.")
        if answer.status_code >= 400:
            raise Trouble(_problem(read.get("error") or {}, self.url), answer.status_code)
        return read


def _problem(error: dict[str, Any], url: str) -> str:
    if error.get("code") == "idempotency_key_reused":
        return f"You shared this already, as it is now. Fix it or take it back there: {url}/mine"
    faults = "; ".join(
        f"{each.get('path', '')} {each.get('problem', '')}".strip()
        for each in (error.get("details") or {}).get("faults", ())
    )
    return f"Nothing was shared: {faults or error.get('message', 'the commons refused it')}"
