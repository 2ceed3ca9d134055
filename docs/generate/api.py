"""The page of the HTTP API, from its own description."""

import re
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from docs.generate.markdown import page, table
from docs.generate.shapes import Json, describe, shape

GIVE, REVIEW, ANY, OPEN = "`contribute` or `contribute:on-behalf`", "`review`", "any token", "no token"
THEIRS = f"{GIVE}, for what is yours"
SCOPES = {
    "give": GIVE,
    "contributions": THEIRS,
    "rights": THEIRS,
    "review": REVIEW,
    "releases": OPEN,
    "learning": OPEN,
    "me": ANY,
    "operating": OPEN,
    "hooks": "the secret of the webhook",
    "GET /api/v1/contributions/{id}": f"any token of its giver, or {REVIEW}",
    "POST /api/v1/contributions/{id}/take-down": REVIEW,
    "GET /api/v1/review/reasons": ANY,
    "DELETE /api/v1/me": GIVE,
    "GET /api/v1/terms": OPEN,
    "GET /api/v1/extension/selectors": OPEN,
    "POST /api/v1/deletions": "`contribute:on-behalf`",
}
"""What each part of the API asks for, and the calls that differ from their part. `admin` may do everything."""


def scope_of(method: str, path: str, tags: Sequence[str]) -> str:
    """What a token needs for a call."""
    return SCOPES.get(f"{method} {path}") or SCOPES[tags[-1]]


def openapi() -> Json:
    """The description that a running instance serves at /openapi.json."""
    from commonwheel.app import build
    from commonwheel.settings import bare_environment, load_settings
    from commonwheel.web.server import create_web

    with TemporaryDirectory() as home:
        app = build(load_settings(bare_environment(Path(home))))
        try:
            return create_web(app).openapi()
        finally:
            app.close()


def api_page() -> str:
    """Every call, and the shapes of the answers."""
    document = openapi()
    parts = [
        _call(method.upper(), path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    schemas = document["components"]["schemas"]
    shapes = [shape(name, schemas[name]) for name in sorted(_answers(document))]
    return page("HTTP API", _API, *parts, "## Shapes", *shapes)


_API = """
An instance describes itself in full at `/openapi.json`, and in words at `/docs`. Send a token as
`Authorization: Bearer …`; [`commonwheel token create`](commands.md#commonwheel-token-create) makes one. The
scope `admin` may do everything. Bodies are described in [records](records.md), errors in
[errors](errors.md). Every call that needs a token can answer 401 and 403, and every call 422 and 503; they
are left out below.

- A POST that creates takes `Idempotency-Key`: sent again with the same body it gets the first answer, with
  another body 409. Keys are remembered for 30 days.
- A PATCH, and a reviewer's claim or decision, takes `If-Match` with the ETag that was read: without it the
  answer is 428, with an old one 412.
- Lists answer `{"items": […], "next": …}`; `next` is sent as `after` to get the next page, and null at the end.
- Data come with `Content-Usage` (AIPREF) and `Link: …; rel="license"`. Of several preferences, any `n` wins.
"""


def _call(method: str, path: str, operation: Json) -> str:
    rows = [("scope", scope_of(method, path, operation["tags"]))]
    if body := operation.get("requestBody"):
        rows.append(("body", ", ".join(_content(kind, of) for kind, of in body["content"].items())))
    for parameter in operation.get("parameters", ()):
        if parameter["in"] != "path":
            said = parameter.get("description") or parameter["schema"].get("description", "")
            place = "header" if parameter["in"] == "header" else "query"
            name = parameter["name"].title() if place == "header" else parameter["name"]
            rows.append((f"{place} `{name}`", said or describe(parameter["schema"])))
    for status, answer in sorted(operation["responses"].items()):
        if status[0] == "2":
            content = ", ".join(_content(kind, of) for kind, of in answer.get("content", {}).items())
            rows.append((status, content or answer["description"]))
    refused = [s for s in sorted(operation["responses"]) if s[0] in "45" and s not in ("401", "403", "422", "503")]
    if refused:
        rows.append(("refused with", ", ".join(refused)))
    return f"## {method} {path}\n\n{operation['description']}\n\n{table(['', ''], rows)}"


def _content(media_type: str, content: Json) -> str:
    name = content["schema"].get("$ref", "").rpartition("/")[2]
    link = "" if not name else f"[{name}](records.md)" if name in _BODIES else f"[{name}](#{name.lower()})"
    return f"{link} as `{media_type}`" if media_type != "application/json" or not link else link


_BODIES = ("ContributionGiven", "Edit", "Feedback")


def _answers(document: Json) -> set[str]:
    """Shapes that answers are made of, by name, however deep."""
    schemas = document["components"]["schemas"]
    of_calls = [operation for operations in document["paths"].values() for operation in operations.values()]
    wanted = _named(
        [(each["responses"], each.get("requestBody"), each.get("parameters")) for each in of_calls]
    ) - set(_BODIES)
    while more := _named([schemas[name] for name in wanted]) - wanted:
        wanted |= more
    return wanted


def _named(thing: object) -> set[str]:
    return set(re.findall(r"#/components/schemas/(\w+)", repr(thing)))
