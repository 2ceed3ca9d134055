"""Bytes of a file that somebody hands in: unpacked, in bounded lines, whatever is in it."""

import codecs
import io
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, Protocol, cast

import zstandard

from commonwheel.errors import Invalid
from commonwheel.records.contribution import MAX_RECORD_BYTES

HEAD_BYTES = 2 * MAX_RECORD_BYTES
"""So much of a file is looked at to tell its format."""
MAX_RATIO = 200
"""A packed file may unpack to so many times its size, once it is past FREE_BYTES; text packs to a tenth or
twentieth, a bomb to less than a thousandth."""
FREE_BYTES = 100_000_000

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_BOM = b"\xef\xbb\xbf"
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
"""Marks at the beginning of what some editors save as "Unicode"."""
_WINDOW = 2**27
"""Memory that a zstd stream may ask for, in bytes: what the zstd tool takes by default."""
_FEED = 1024
"""Packed bytes unpacked at a time: zstd packs 128 KiB of zeros into four bytes, so a burst is 32 MiB."""
_CHUNK = 1 << 16


class Damaged(Exception):
    """The packed data is damaged, ends early, or unpacks to far more than such files do."""


def nothing_beside(name: str) -> "AbstractContextManager[Source] | None":
    """A file that stands alone has nothing beside it."""
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line without its end. `data` is None where it is longer than a record may be."""

    number: int
    data: bytes | None


class Source:
    """An opened file: its beginning, to tell the format, and all of it, once.

    `damage` says why reading stopped, where it stopped before the end. `beside` opens another file of the
    same folder in the same archive, by its name. `file` is there where the file can be read at any place.
    `author` is whoever is known to have added it, from outside of it.
    """

    def __init__(
        self,
        chunks: Iterator[bytes],
        *,
        beside: "Callable[[str], AbstractContextManager[Source] | None]" = nothing_beside,
        file: BinaryIO | None = None,
        author: str | None = None,
    ) -> None:
        self.author = author
        self.damage: str | None = None
        self.beside = beside
        self.file = file
        self.shape: Any = None  # what `shapes.shape_of` found, kept for the next reader that asks
        self._chunks = self._until_damage(_narrowed(chunks))
        start = bytearray()
        while len(start) < HEAD_BYTES and (chunk := next(self._chunks, None)) is not None:
            start += chunk
        self._start = bytes(start).removeprefix(_BOM)

    @property
    def head(self) -> bytes:
        """The first HEAD_BYTES."""
        return self._start[:HEAD_BYTES]

    def head_lines(self) -> Iterator[bytes]:
        """The lines that are whole in the head, not empty, and not longer than a record."""
        for line in io.BytesIO(self._start):
            whole = line.endswith(b"\n") or len(self._start) < HEAD_BYTES
            if whole and line.strip() and len(line) <= MAX_RECORD_BYTES:
                yield line

    def lines(self) -> Iterator[Line]:
        """All lines that are not empty, numbered from 1. Holds little more than one of them."""
        stream = self.stream()
        number = 0
        while line := stream.readline(MAX_RECORD_BYTES + 2):
            number += 1
            data = line.rstrip(b"\r\n")
            if len(data) > MAX_RECORD_BYTES:
                while not line.endswith(b"\n") and (line := stream.readline(_CHUNK)):
                    pass
                yield Line(number=number, data=None)
            elif data.strip():
                yield Line(number=number, data=data)

    def stream(self) -> io.BufferedReader:
        """All of it, to be read."""
        return io.BufferedReader(_Chunks(self.chunks()), _CHUNK)

    def chunks(self) -> Iterator[bytes]:
        """All of it, in pieces."""
        start, self._start = self._start, b""
        yield start
        del start
        yield from self._chunks

    def _until_damage(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        try:
            yield from chunks
        except Damaged as damage:
            self.damage = str(damage)
        except OSError:
            self.damage = "the file cannot be read further"


File = str | Path | BinaryIO
"""A path, `-` for standard input, or something that is open and can be read at any place."""


@contextmanager
def opened(file: File) -> Iterator[Source]:
    """The file, or standard input for `-`, unpacked where it is gzip or zstd.

    Raises Invalid where it cannot be opened.
    """
    with ExitStack() as stack:
        if str(file) == "-":
            yield Source(_unpacked(sys.stdin.buffer))
            return
        raw = stack.enter_context(_opened_raw(file)) if isinstance(file, str | Path) else file
        anywhere = raw.seekable()
        if anywhere:
            raw.seek(0)
        yield Source(_unpacked(raw), file=raw if anywhere else None)


def _opened_raw(path: str | Path) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except OSError as problem:
        fault = problem.strerror or "cannot be opened"
        raise Invalid([(str(path), fault)], "A file cannot be read.") from problem


def _narrowed(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """What is in UTF-16 as UTF-8, and everything else as it is."""
    first = b""
    while len(first) < 4 and (chunk := next(chunks, None)) is not None:
        first += chunk
    encoding = _WIDE.get(first[:2])
    if encoding is None or first[2:4] == b"\0\0":
        yield first
        yield from chunks
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    yield decoder.decode(first[2:]).encode("utf-8", "replace")
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "replace")


class _Frame(Protocol):
    """What zlib and zstandard have in common: one packed piece of a file that may have several."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, /) -> bytes: ...


def _unpacked(raw: BinaryIO) -> Iterator[bytes]:
    start = raw.read(len(_ZSTD))
    if start.startswith(_GZIP):
        yield from _frames(start, raw, lambda: zlib.decompressobj(wbits=16 + zlib.MAX_WBITS))
    elif start == _ZSTD:
        unpacker = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        yield from _frames(start, raw, lambda: cast(_Frame, unpacker.decompressobj()))
    else:
        yield start + raw.read(_CHUNK)
        yield from iter(lambda: raw.read(_CHUNK), b"")


def _frames(start: bytes, raw: BinaryIO, new_frame: Callable[[], _Frame]) -> Iterator[bytes]:
    frame = new_frame()
    packed = unpacked = 0
    for feed in chain([start], iter(lambda: raw.read(_FEED), b"")):
        packed += len(feed)
        rest = feed
        while rest:
            if frame.eof:
                frame = new_frame()
            try:
                chunk = frame.decompress(rest)
            except (zlib.error, zstandard.ZstdError) as problem:
                raise Damaged("the packed data is damaged, or asks for too much memory") from problem
            unpacked += len(chunk)
            if unpacked > FREE_BYTES + MAX_RATIO * packed:
                raise Damaged(f"it unpacks to more than {MAX_RATIO} times its size")
            yield chunk
            rest = frame.unused_data
    if not frame.eof:
        raise Damaged("the packed data ends early")


class _Chunks(io.RawIOBase):
    """A stream of pieces, for the standard library to find the lines in."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._rest = memoryview(chunk)
        taken = min(len(buffer), len(self._rest))
        buffer[:taken] = self._rest[:taken]
        self._rest = self._rest[taken:]
        return taken
