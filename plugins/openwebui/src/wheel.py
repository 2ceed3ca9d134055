"""The commons, spoken to with the service token of the administrator."""

from typing import Any

import httpx

_SECONDS = 30.0


class Trouble(Exception):
    """Something that people are told; it holds no words of a chat."""


async def post(url: str, token: str, path: str, body: dict[str, Any], key: str = "") -> dict[str, Any]:
    """An answer of the API; Trouble with what is wrong."""
    headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
    return await _answer("POST", url, path, headers, body)


async def get(url: str, token: str, path: str) -> dict[str, Any]:
    """The same of what is only read."""
    return await _answer("GET", url, path, {"Authorization": f"Bearer {token}"}, None)


async def _answer(
    method: str, url: str, path: str, headers: dict[str, str], body: dict[str, Any] | None
) -> dict[str, Any]:
    try:
        async with httpx.AsyncClient(timeout=_SECONDS) as http:
            answer = await http.request(method, f"{url.rstrip('/')}/api/v1{path}", headers=headers, json=body)
            read = answer.json()
    except (httpx.HTTPError, ValueError):
        raise Trouble("The commons cannot be reached. Nothing was shared.") from None
    if answer.status_code >= 400:
        error = read.get("error") or {}
        if error.get("code") == "idempotency_key_reused":
            raise Trouble(
                f"You shared this already, as it is now. Fix it or take it back there: {url.rstrip('/')}/mine"
            )
        faults = "; ".join(
            f"{each.get('path', '')} {each.get('problem', '')}".strip()
            for each in (error.get("details") or {}).get("faults", ())
        )
        raise Trouble(f"Nothing was shared: {faults or error.get('message', 'the commons refused it')}")
    return dict(read)
