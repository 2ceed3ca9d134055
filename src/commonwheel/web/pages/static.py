"""The files that pages need: style sheets, icons, fonts, one script. They ship in the package."""

import hashlib
import mimetypes
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi import APIRouter, Request
from starlette.responses import Response

router = APIRouter()

_TYPES = {".woff2": "font/woff2", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
_FOREVER = "public, max-age=31536000, immutable"
_LINKED_FONT = re.compile(r"url\((fonts/[a-z0-9.-]+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticFile:
    """A file as it is sent. `digest` changes with its content and is part of its address."""

    content: bytes
    type: str
    digest: str


def address(name: str) -> str:
    """The address of a file, which is another one whenever the file changes."""
    return f"/static/{name}?v={_files()[name].digest}"


@router.get("/static/{name:path}")
def static_file(request: Request, name: str, v: str = "") -> Response:
    """A file. Nothing but the names that ship can be asked for."""
    found = _files().get(name)
    if found is None:
        return Response("There is no such file.\n", 404, media_type="text/plain")
    headers = {"ETag": f'"{found.digest}"', "Cache-Control": _FOREVER if v == found.digest else "no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(found.content, headers=headers, media_type=found.type)


@cache
def _files() -> dict[str, StaticFile]:
    contents = dict(_walk(files("commonwheel.web") / "static", ""))
    digests = {name: hashlib.sha256(content).hexdigest()[:16] for name, content in contents.items()}
    for name in [name for name in contents if name.endswith(".css")]:
        linked = _LINKED_FONT.sub(lambda font: f"url({font[1]}?v={digests[font[1]]})", contents[name].decode())
        contents[name] = linked.encode()
        digests[name] = hashlib.sha256(contents[name]).hexdigest()[:16]
    return {
        name: StaticFile(content=content, type=_type(name), digest=digests[name])
        for name, content in contents.items()
    }


def _walk(folder: Traversable, prefix: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{prefix}{entry.name}/")
        else:
            yield f"{prefix}{entry.name}", entry.read_bytes()


def _type(name: str) -> str:
    ending = name[name.rfind(".") :]
    return _TYPES.get(ending) or mimetypes.guess_type(name)[0] or "text/plain; charset=utf-8"
