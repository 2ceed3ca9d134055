"""A client that holds every answer to the API's own description, and what tests send through it."""

import json
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from commonwheel.app import App
from commonwheel.journeys.sign_in import create_token
from commonwheel.people.tokens import TokenScope
from commonwheel.records.schema import DIALECT

API = "/api/v1"
TERMS: dict[str, Any] = {
    "license": "CC-BY-4.0",
    "ai_pref": "train-ai=n;exceptions=cc-cr",
    "consent": {"version": "2026-11", "given": True},
}


class Undescribed(AssertionError):
    """An answer that /openapi.json does not know."""


class Description:
    """`/openapi.json`, asked whether an answer is as it says."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self._registry: Registry[Any] = Registry().with_resource(
            "urn:openapi", DRAFT202012.create_resource(document)
        )
        # A path with fewer variables is the more exact one: …/contributions/preview before …/contributions/{id}.
        self._paths = [
            (re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path))), operations)
            for path, operations in sorted(document["paths"].items(), key=lambda item: item[0].count("{"))
        ]

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """The description of a call; None where there is no such operation."""
        for pattern, operations in self._paths:
            if pattern.fullmatch(path):
                found: dict[str, Any] | None = operations.get(method.lower())
                return found
        return None

    def check(self, method: str, path: str, answer: Any) -> None:
        """Raise Undescribed unless status, content type and body of an answer are as described."""
        where = f"{method} {path} -> {answer.status_code}"
        operation = self.operation(method, path)
        if operation is None:
            if answer.status_code not in (404, 405):
                raise Undescribed(f"{where}: there is no such operation")
            self._fits({"$ref": "#/components/schemas/ErrorAnswer"}, answer.json(), where)
            return
        described = operation["responses"].get(str(answer.status_code))
        if described is None:
            raise Undescribed(f"{where}: this status is not described")
        media_type = answer.headers.get("content-type", "").split(";")[0]
        content = described.get("content", {})
        if media_type not in content:
            raise Undescribed(f"{where}: {media_type} is not described")
        schema = content[media_type].get("schema", {})
        if media_type == "application/json":
            self._fits(schema, answer.json(), where)
        elif media_type == "application/x-ndjson":
            for line in answer.content.splitlines():
                self._fits(schema, json.loads(line), where)

    def _fits(self, schema: Mapping[str, Any], body: Any, where: str) -> None:
        pointed = {"$schema": DIALECT, **_absolute(schema)}
        validator = Draft202012Validator(pointed, registry=self._registry)
        try:
            validator.validate(body)
        except ValidationError as problem:
            raise Undescribed(f"{where}: {problem.json_path}: {problem.message[:300]}") from None


def _absolute(schema: Any) -> Any:
    """The schema with its references into the description spelled out."""
    if isinstance(schema, dict):
        return {
            key: f"urn:openapi{value}" if key == "$ref" and value.startswith("#") else _absolute(value)
            for key, value in schema.items()
        }
    return [_absolute(item) for item in schema] if isinstance(schema, list) else schema


class Api:
    """The API of one instance over HTTP, in this process. Paths are below /api/v1 unless they start with `//`."""

    def __init__(self, app: App, client: TestClient) -> None:
        self.app = app
        self.client = client
        self.description = Description(client.get("/openapi.json").json())

    def token(self, *scopes: TokenScope, subject: str | None = None, **more: Any) -> str:
        """A new token; without scopes it may do everything."""
        subject = subject or f"person-{secrets.token_hex(4)}"
        return create_token(self.app.world, subject, list(scopes) or [TokenScope.ADMIN], **more)

    def call(self, method: str, path: str, token: str | None = None, **sent: Any) -> Any:
        """An answer, found to be as described."""
        path = path[1:] if path.startswith("//") else API + path
        headers = dict(sent.pop("headers", {}))
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        answer = self.client.request(method, path, headers=headers, **sent)
        self.description.check(method, path.partition("?")[0], answer)
        return answer

    def get(self, path: str, token: str | None = None, **sent: Any) -> Any:
        """GET."""
        return self.call("GET", path, token, **sent)

    def post(self, path: str, token: str | None = None, **sent: Any) -> Any:
        """POST."""
        return self.call("POST", path, token, **sent)

    def patch(self, path: str, token: str | None = None, **sent: Any) -> Any:
        """PATCH."""
        return self.call("PATCH", path, token, **sent)

    def delete(self, path: str, token: str | None = None, **sent: Any) -> Any:
        """DELETE."""
        return self.call("DELETE", path, token, **sent)

    def give(self, token: str, **changes: Any) -> str:
        """Give a chat and return its id."""
        answer = self.post("/contributions", token, json=chat(**changes))
        assert answer.status_code == 201, answer.text
        id: str = answer.json()["id"]
        return id


def chat(**changes: Any) -> dict[str, Any]:
    """A chat that nobody has given before, with other fields as named."""
    words = f"Explain the word {secrets.token_hex(8)} to me in a sentence."
    return {
        "kind": "chat",
        "messages": [{"role": "user", "content": words}, {"role": "assistant", "content": "It is not a word."}],
        "terms": TERMS,
    } | changes


def edit(**changes: Any) -> dict[str, Any]:
    """What a flywheel logger sends, different each time."""
    return {
        "prompt": f"Sum up the file {secrets.token_hex(8)}.",
        "original_llm_output": "The file lists the rivers of the country and how long each of them is.",
        "final_user_edit": "The file lists the longest rivers of the country, and how long each of them is.",
        "terms": TERMS,
    } | changes


def feedback(**changes: Any) -> dict[str, Any]:
    """A thumb up."""
    return {"target": "answer-7", "name": "thumb", "value": True, "terms": TERMS} | changes


def standing() -> dict[str, Any]:
    """What somebody allows beforehand."""
    days = [datetime.now(UTC) + timedelta(days=days) for days in (10, 20)]
    return {"terms": TERMS, "check_up": days[0].isoformat(), "until": days[1].isoformat()}


def error_of(answer: Any) -> str:
    """The code of an error."""
    code: str = answer.json()["error"]["code"]
    return code
