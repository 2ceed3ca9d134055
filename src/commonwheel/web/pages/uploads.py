"""Forms with files, read in memory and within bounds: what people send reaches no disk in the clear."""

import re
from dataclasses import dataclass
from email.message import Message
from typing import Annotated, Any

from fastapi import Depends, Request
from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from starlette.concurrency import run_in_threadpool

from commonwheel.errors import Invalid, NotAllowed
from commonwheel.journeys.exports import MOST_BYTES as MOST_OF_AN_EXPORT
from commonwheel.records.contribution import MAX_ATTACHMENT_BYTES
from commonwheel.web.asking import app_of, body_of
from commonwheel.web.pages.visitor import Fields, TheVisitor, Visitor
from commonwheel.web.session import form_is_ours

_MOST_BYTES = MAX_ATTACHMENT_BYTES + 1_000_000
_MOST_OF_AN_EXPORT = MOST_OF_AN_EXPORT + 100_000
_MOST_PARTS = 200
_MOST_TEXT = 1_000_000
_TYPE = re.compile(r"[a-z]+/[A-Za-z0-9_.+-]{1,80}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file as it was sent; its name and type are what the browser says."""

    field: str
    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A form with its files."""

    fields: Fields
    files: tuple[Upload, ...]


class _Reader:
    """Collects the parts of a multipart body."""

    def __init__(self) -> None:
        self.parts: list[tuple[dict[str, str], bytes]] = []
        self._headers: dict[str, str] = {}
        self._name, self._value = b"", b""
        self._data = bytearray()

    def callbacks(self) -> Any:
        """What the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._add("_name", data[start:end]),
            "on_header_value": lambda data, start, end: self._add("_value", data[start:end]),
            "on_header_end": self._header,
            "on_part_data": lambda data, start, end: self._data.extend(data[start:end]),
            "on_part_end": lambda: self.parts.append((self._headers, bytes(self._data))),
        }

    def _begin(self) -> None:
        if len(self.parts) >= _MOST_PARTS:
            raise FormParserError("too many parts")
        self._headers, self._data = {}, bytearray()

    def _add(self, name: str, data: bytes) -> None:
        setattr(self, name, getattr(self, name) + data)

    def _header(self) -> None:
        self._headers[self._name.decode("latin-1").lower()] = self._value.decode("utf-8", "replace")
        self._name = self._value = b""


def _read(body: bytes, boundary: str) -> Sent:
    reader = _Reader()
    try:
        parser = MultipartParser(boundary.encode("latin-1"), reader.callbacks())
        parser.write(body)
        parser.finalize()
    except (FormParserError, UnicodeEncodeError):
        raise Invalid([("", "is not a form that this page could have sent")]) from None
    pairs, files = [], []
    for headers, data in reader.parts:
        said = Message()
        said["content-disposition"] = headers.get("content-disposition", "")
        name = str(said.get_param("name", "", "content-disposition"))
        file = said.get_filename()
        if file is None:
            if len(data) > _MOST_TEXT:
                raise Invalid([(name, "is too long")])
            pairs.append((name, data.decode("utf-8", "replace").replace("\r\n", "\n")))
        elif data or file:
            files.append(Upload(field=name, name=_safe(file), media_type=_type(headers), data=data))
    return Sent(fields=Fields(pairs=tuple(pairs)), files=tuple(files))


def _safe(name: str) -> str:
    """The last part of a path, without what moves a cursor."""
    last = re.split(r"[/\\]", name)[-1]
    return "".join(sign for sign in last if sign.isprintable())[:200] or "file"


def _type(headers: dict[str, str]) -> str:
    said = headers.get("content-type", "").partition(";")[0].strip().lower()
    return said if _TYPE.fullmatch(said) else "application/octet-stream"


async def _sent(request: Request, visitor: Visitor, most: int) -> Sent:
    """A form of either kind; refused before anything is done with it unless it was made for this session."""
    said = Message()
    said["content-type"] = request.headers.get("content-type", "")
    if said.get_content_type() != "multipart/form-data" or not said.get_boundary():
        raise Invalid([("", "is not a form")])
    sent = await run_in_threadpool(_read, await body_of(request, most), str(said.get_boundary()))
    if not form_is_ours(app_of(request).session_key, visitor.session, sent.fields.one("seal")):
        raise NotAllowed(
            "This form does not belong to your session, or the session has ended: open the page again."
        )
    return sent


async def _files(request: Request, visitor: TheVisitor) -> Sent:
    return await _sent(request, visitor, _MOST_BYTES)


async def _export(request: Request, visitor: TheVisitor) -> Sent:
    return await _sent(request, visitor, _MOST_OF_AN_EXPORT)


TheExport = Annotated[Sent, Depends(_export)]
"""The same for an export of chats, which may be larger."""
TheUpload = Annotated[Sent, Depends(_files)]
"""A form with files that was made for this visitor's session."""
