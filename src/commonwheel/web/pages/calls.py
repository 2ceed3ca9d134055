"""The calls of the API on one page, read from its own description."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheVisitor

router = APIRouter(route_class=PageRoute)

_METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call and what it does."""

    method: str
    path: str
    does: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallsPage:
    """Groups of calls by what they are about."""

    template: ClassVar[str] = "calls.html"
    groups: tuple[tuple[str, tuple[Call, ...]], ...]
    address: str


@router.get("/docs")
def calls(request: Request, world: TheWorld, _visitor: TheVisitor) -> Response:
    """All calls."""
    groups: dict[str, list[Call]] = {}
    for path, operations in request.app.openapi()["paths"].items():
        for method in _METHODS:
            if method in operations:
                about = (operations[method].get("tags") or ["other"])[0]
                does = operations[method].get("description") or operations[method].get("summary", "")
                groups.setdefault(about, []).append(
                    Call(method=method.upper(), path=path, does=does.split("\n")[0])
                )
    page = CallsPage(
        groups=tuple((about, tuple(some)) for about, some in groups.items()), address=world.public_url
    )
    return show(request, page)
