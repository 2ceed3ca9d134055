"""Archives and folders of export files: which members are opened, and within which bounds.

Conversations are all that is wanted. What is known to hold an account, a profile or a memory is never opened,
and neither is a member that reaches out of the archive, is encrypted, or is an archive itself.
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
from commonwheel.errors import Invalid
from commonwheel.ports.outside import RepositoryFile

MAX_MEMBERS = 100_000
MAX_DIRECTORY_BYTES = 20_000_000
"""Of the list of members, which is read as a whole."""
MAX_UNPACKED = 16_000_000_000
"""Bytes of all members that are read."""

READABLE = frozenset({".json", ".jsonl", ".ndjson", ".csv", ".html", ".htm", ""})
"""Endings of what can hold conversations; pictures, sound and the like are passed over."""
CONTRIBUTED = frozenset({".json", ".jsonl", ".ndjson", ".md"})
"""Endings of what people contribute by git."""
PRIVATE = (
    *("user", "users", "user_settings", "memory", "memories", "project", "projects", "profile", "profiles"),
    *("account", "accounts", "settings", "billing", "subscription", "subscriptions", "payment", "payments"),
    *("prod-mc-auth-mgmt-api", "prod-mc-billing", "prod-mc-asset-server", "personas", "contacts"),
    *("shared_conversations", "shopping", "sora", "library_files", "custom_instructions", "login_history"),
)
"""Names, without their ending, of what is about a person and not what they said: never opened."""

_NOTES = ("readme", "contributing", "code_of_conduct", "security", "changelog", "license")
"""Names, without their ending, of Markdown that is about a folder and not in it."""
_REPEATS = ("gold/", "gold.parquet")
"""Of a release in a folder: the pairs that are made of its records."""
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_ENCRYPTED = 0x1
_UNREADABLE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, ValueError, RuntimeError)
"""What zipfile raises of a damaged member, or one that is packed in a way that it does not know."""
_CHUNK = 1 << 16
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


def is_private(name: str) -> bool:
    """Whether a file is about a person, and not what they said."""
    return PurePosixPath(name).stem.lower() in PRIVATE


def is_notes(name: str) -> bool:
    """Whether a file says something about a folder, such as README.md, and is no part of what is in it."""
    path = PurePosixPath(name.lower())
    return path.suffix == ".md" and path.stem in _NOTES


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
        for name in sorted(self._infos):
            path = PurePosixPath(name)
            if is_private(name):
                continue
            if why := _refusal(self._infos[name]):
                if path.suffix.lower() in READABLE or path.suffix.lower() == ".zip":
                    yield Skipped(where=_shown(name), why=why)
            elif path.suffix.lower() in READABLE and (path.suffix or self._begins_as_json(name)):
                yield Member(name=_shown(name), open=self._opener(name))

    def _begins_as_json(self, name: str) -> bool:
        """Whether a file without an ending is an object, as AI Studio's are; pictures come without one, too."""
        try:
            with self._zip.open(self._infos[name]) as member:
                return member.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"{", b"[")
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

    def __init__(self, path: Path, readable: frozenset[str]) -> None:
        self._path = path
        self._readable = readable

    def members(self) -> Iterator[Member | Skipped]:
        """Those that may be opened, by name, and links. What begins with a dot is the folder's own business."""
        named = ((path, path.relative_to(self._path).as_posix()) for path in self._path.rglob("*"))
        for path, name in sorted(each for each in named if _is_read(each[1], self._readable))[:MAX_MEMBERS]:
            if path.is_symlink():
                yield Skipped(where=_shown(name), why="is a link")
            elif path.is_file():
                yield Member(name=_shown(name), open=self._opener(path), path=path)

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
            if not _is_read(file.name, CONTRIBUTED):
                continue
            if file.refused:
                yield Skipped(where=_shown(file.name), why=file.refused)
            else:
                yield Member(name=_shown(file.name), open=_opener_of(file))


def _opener_of(file: RepositoryFile) -> Callable[[], AbstractContextManager[Source]]:
    return lambda: nullcontext(Source(iter([file.data]), author=file.author))


def _is_read(name: str, readable: frozenset[str]) -> bool:
    """Whether a file of a folder is looked at. What begins with a dot is the folder's own business.

    What somebody wrote in Markdown may be called memory.md; what a provider exports under that name is private.
    """
    path = PurePosixPath(name)
    if path.suffix.lower() not in readable or any(part.startswith(".") for part in path.parts):
        return False
    return not name.startswith(_REPEATS) and (path.suffix.lower() == ".md" or not is_private(name))


def _shown(name: str) -> str:
    """A name as reports show it."""
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in name)
    return plain if len(plain) <= 120 else "…" + plain[-119:]


def _refusal(info: zipfile.ZipInfo) -> str | None:
    """Why a member is not opened; None where it is."""
    path = PurePosixPath(info.filename)
    if path.is_absolute() or ".." in path.parts or "\\" in info.filename or ":" in path.parts[0]:
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
