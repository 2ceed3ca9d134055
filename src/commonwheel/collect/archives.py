"""Archives and folders of export files: which members are opened, and within which bounds.

Conversations are all that is wanted. What is known to hold an account, a profile or a memory is never opened,
and beside files that an archive names as a service does, no others are. Neither is a member that reaches out of
the archive, is encrypted, or is an archive itself.
"""

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, runtime_checkable

from commonwheel.collect.items import Skipped
from commonwheel.collect.lines import FREE_BYTES, MAX_RATIO, Damaged, Source, opened
from commonwheel.collect.names import (
    READABLE,
    begins_as_json,
    ending,
    is_hidden,
    is_private,
    names_conversations,
    needs_a_look,
    printable,
)
from commonwheel.errors import Invalid
from commonwheel.ports.outside import RepositoryFile

MAX_MEMBERS = 100_000
MAX_DIRECTORY_BYTES = 20_000_000
"""Of the list of members, which is read as a whole."""
MAX_UNPACKED = 16_000_000_000
"""Bytes of all members that are read."""

CONTRIBUTED = frozenset({".json", ".jsonl", ".ndjson", ".md"})
"""Endings of what people contribute by git."""
_REPEATS = ("gold/", "gold.parquet")
"""Of a release in a folder: the pairs that are made of its records."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED = 0x1
_UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError)
"""What zipfile raises of a damaged member, or one that is packed in a way that it does not know."""
_CHUNK = 1 << 16
_LOOK = 64
"""Bytes that show whether a file can be JSON."""
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_END_BYTES, _LONGEST_COMMENT = 22, 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A file of an archive, by its name as it is shown, and how it is opened; `path` where it lies on a disk."""

    name: str
    open: Callable[[], AbstractContextManager[Source]]
    path: Path | None = None


@runtime_checkable
class Collection(Protocol):
    """Several files that came together."""

    def members(self) -> Iterator[Member | Skipped]:
        """Those that may be opened, by name, and why others that look like conversations may not."""
        ...


def is_zip(source: Source) -> bool:
    """Whether a file is a ZIP archive."""
    return source.head.startswith(_ZIP)


class Archive:
    """A ZIP archive. Raises Invalid where it cannot be read as one."""

    def __init__(self, file: BinaryIO) -> None:
        try:
            _check_directory(file)
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error) as problem:
            raise Invalid([("", "is not a whole ZIP archive")], "The archive cannot be read.") from problem
        self._infos = {info.filename: info for info in self._zip.infolist() if not info.is_dir()}
        self._unpacked = 0

    def members(self) -> Iterator[Member | Skipped]:
        """Those that may be opened, by name, and why others may not."""
        exports = {PurePosixPath(name).parent for name in self._infos if names_conversations(name)}
        for name in sorted(self._infos):
            if is_private(name) or is_hidden(name):
                continue
            if why := _refusal(self._infos[name]):
                if ending(name) in READABLE or ending(name) == ".zip":
                    yield Skipped(where=_shown(name), why=why)
            elif PurePosixPath(name).parent in exports and not names_conversations(name):
                continue
            elif ending(name) in READABLE or (needs_a_look(name) and self._begins_as_json(name)):
                yield Member(name=_shown(name), open=self._opener(name))

    def _begins_as_json(self, name: str) -> bool:
        try:
            with self._zip.open(self._infos[name]) as member:
                return begins_as_json(member.read(_LOOK))
        except _UNREADABLE:
            return False

    def _opener(self, name: str) -> Callable[[], AbstractContextManager[Source]]:
        @contextmanager
        def open_it() -> Iterator[Source]:
            yield Source(self._chunks(name), beside=lambda other: self._beside(name, other))

        return open_it

    def _beside(self, name: str, other: str) -> AbstractContextManager[Source] | None:
        found = str(PurePosixPath(name).parent / other)
        if found not in self._infos or is_private(found) or _refusal(self._infos[found]):
            return None
        return self._opener(found)()

    def _chunks(self, name: str) -> Iterator[bytes]:
        info = self._infos[name]
        unpacked = 0
        try:
            with self._zip.open(info) as member:
                while chunk := member.read(_CHUNK):
                    unpacked += len(chunk)
                    self._unpacked += len(chunk)
                    if unpacked > FREE_BYTES + MAX_RATIO * info.compress_size:
                        raise Damaged(f"it unpacks to more than {MAX_RATIO} times its size")
                    if self._unpacked > MAX_UNPACKED:
                        raise Damaged("the archive unpacks to more than is read")
                    yield chunk
        except _UNREADABLE as problem:
            raise Damaged("the packed data is damaged, or packed in a way that is not read") from problem


class Folder:
    """A folder as it lies on a disk. Links are not followed."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def members(self) -> Iterator[Member | Skipped]:
        """Those that may be opened, by name, and links that look like them."""
        found = sorted(path for path in self._path.rglob("*") if path.is_symlink() or path.is_file())
        for path in found[:MAX_MEMBERS]:
            name = path.relative_to(self._path).as_posix()
            if _is_left(name) or name.startswith(_REPEATS):
                continue
            if path.is_symlink():
                if ending(name) in READABLE:
                    yield Skipped(where=_shown(name), why="is a link")
            elif ending(name) in READABLE or (needs_a_look(name) and _begins_as_json(path)):
                yield Member(name=_shown(name), open=self._opener(path), path=path)
        if len(found) > MAX_MEMBERS:
            yield Skipped(where="the folder", why=f"has more than {MAX_MEMBERS:,} files: the others are not read")

    def _opener(self, path: Path) -> Callable[[], AbstractContextManager[Source]]:
        @contextmanager
        def open_it() -> Iterator[Source]:
            with opened(path) as source:
                source.beside = lambda other: self._beside(path.with_name(other))
                yield source

        return open_it

    def _beside(self, path: Path) -> AbstractContextManager[Source] | None:
        return opened(path) if path.is_file() and not path.is_symlink() else None


class Branch:
    """The contribution files of a branch, as git has them."""

    def __init__(self, files: Callable[[], Iterator[RepositoryFile]]) -> None:
        self._files = files

    def members(self) -> Iterator[Member | Skipped]:
        """Those that may be opened, by name, and why others may not."""
        for file in self._files():
            if _is_left(file.name) or ending(file.name) not in CONTRIBUTED:
                continue
            if file.refused:
                yield Skipped(where=_shown(file.name), why=file.refused)
            else:
                yield Member(name=_shown(file.name), open=_opener_of(file))


def _opener_of(file: RepositoryFile) -> Callable[[], AbstractContextManager[Source]]:
    return lambda: nullcontext(Source(iter([file.data]), author=file.author))


def _is_left(name: str) -> bool:
    """Whether a file of a folder is not looked at: the folder's own business, and what is about a person.

    What somebody wrote in Markdown may be called memory.md; what a provider exports under that name is private.
    """
    return is_hidden(name) or (is_private(name) and ending(name) != ".md")


def _begins_as_json(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return begins_as_json(file.read(_LOOK))
    except OSError:
        return False


def _shown(name: str) -> str:
    """A name as reports show it."""
    plain = printable(name)
    return plain if len(plain) <= 120 else "…" + plain[-119:]


def _refusal(info: zipfile.ZipInfo) -> str | None:
    """Why a member is not opened; None where it is."""
    path = PurePosixPath(info.filename)
    if not path.parts or path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in path.parts[0]:
        return "its path reaches out of the archive"
    if info.create_system == 3 and stat.S_ISLNK(info.external_attr >> 16):
        return "is a link"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted"
    if path.suffix.lower() == ".zip":
        return "an archive in an archive is not opened"
    return None


def _check_directory(file: BinaryIO) -> None:
    """Raises ValueError where the list of members is longer than is read, before anybody reads it."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_COMMENT - _END_BYTES - 100))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or at + _END_BYTES > len(tail):
        raise ValueError("no end")
    _, _, _, _, count, length, _, _ = struct.unpack_from("<4s4H2LH", tail, at)
    wide = tail.rfind(_END_64, 0, at)
    if wide >= 0 and wide + 56 <= len(tail):
        count, length = struct.unpack_from("<2Q", tail, wide + 32)
    if count > MAX_MEMBERS or length > MAX_DIRECTORY_BYTES:
        raise ValueError("too many members")
    file.seek(0)
