"""What the journeys need from outside the database: the time, keys, detectors, the lake."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from commonwheel.records.body import Body
from commonwheel.records.findings import Finding
from commonwheel.records.release import LakeRow


class Clock(Protocol):
    """What time it is."""

    def now(self) -> datetime:
        """The time, in UTC."""
        ...


class Mail(Protocol):
    """Sends mail to people."""

    def send(self, to: str, subject: str, text: str, stop: str = "") -> None:
        """Send plain text; raises Unavailable where that cannot be done now.

        What comes regularly has an address by which it is stopped with one click (RFC 8058).
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoryFile:
    """A file of a repository, by its name below the folder that is read; `author` is who is said to have added it.

    `refused` says why it has no `data`.
    """

    name: str
    data: bytes
    author: str | None = None
    refused: str | None = None


class Repository(Protocol):
    """A branch of a repository to which people add what they wrote. All of it raises RepositoryFailed."""

    def update(self) -> str:
        """Fetch the branch; the commit that it is at."""
        ...

    def files(self, commit: str) -> Iterator[RepositoryFile]:
        """What is in its folder."""
        ...


class Keys(Protocol):
    """Encryption of content at rest: a key per owner, in a store of its own.

    An owner is an account, a door user or an anonymous contribution. `context` binds what is sealed to
    its place: opening it with another context fails.
    """

    def ensure(self, owners: Collection[str]) -> None:
        """Make a durable key for each owner that has none."""
        ...

    def seal(self, owner: str, plain: bytes, context: str) -> bytes:
        """Encrypt; raises KeyLost where the owner has no key, or none that is not retired."""
        ...

    def open(self, owner: str, sealed: bytes, context: str) -> bytes:
        """Decrypt; raises KeyLost where the key was destroyed."""
        ...

    def current(self, owner: str, sealed: bytes) -> bool:
        """Whether the key that sealed this is still the owner's, read from the store itself."""
        ...

    def retire(self, owner: str) -> None:
        """From now on the owner's next gift gets a new key; the old one still opens."""
        ...

    def count(self, owner: str) -> int:
        """How many keys an owner has, retired ones too."""
        ...

    def retired(self) -> list[str]:
        """Owners of retired keys that were not destroyed yet."""
        ...

    def destroy_retired(self, owner: str) -> None:
        """Destroy the owner's retired keys: what they sealed cannot be read any more, backups included."""
        ...

    def note_erasure(self, contributions: Collection[str], at: datetime) -> None:
        """Remember that these are erased, so that a restored backup erases them again."""
        ...

    def erasures(self) -> list[str]:
        """All contributions that were ever erased."""
        ...

    def scrub(self) -> bool:
        """Make sure that destroyed keys are gone from free pages and logs; False: not yet, try again."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What all detectors saw in one body. `failed` and `timed_out` name detectors that gave no answer.

    `cleaned` holds images and files without their metadata, by their pointers (`records.media`).
    `sketch` is what near duplicates are found by; empty where there is too little to compare.
    """

    findings: tuple[Finding, ...] = ()
    failed: tuple[str, ...] = ()
    timed_out: tuple[str, ...] = ()
    cleaned: Mapping[str, str] = field(default_factory=dict)
    sketch: tuple[int, ...] = ()


class Curator(Protocol):
    """Runs the detectors where no text can harm or slow anything else."""

    def detect(self, bodies: Sequence[Body]) -> list[Detection]:
        """One Detection per body, in order. Never raises because of a body."""
        ...

    def close(self) -> None:
        """Stop whatever runs."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeErasure:
    """What an erasure from the lake did."""

    rows: int
    files_rewritten: int
    bytes_rewritten: int


class Lake(Protocol):
    """Released records for readers. Rows are appended or deleted, never updated."""

    def append(self, version: int, rows: Iterable[LakeRow]) -> None:
        """Add the rows of a release, durably. Doing it again for the same version does nothing."""
        ...

    def appended(self) -> int:
        """The last version that was appended; 0 where there was none."""
        ...

    def erase(self, seqs: Collection[int]) -> LakeErasure:
        """Remove rows physically: from data, from old versions, and from the log. Idempotent."""
        ...

    def scan(self, after: int = 0) -> Iterator[list[LakeRow]]:
        """All rows with `seq` greater than `after`, ascending, in batches."""
        ...

    def get(self, seqs: Collection[int]) -> list[LakeRow]:
        """Those of the rows that are here, ascending."""
        ...

    def compact(self) -> int:
        """Merge small files into files of about 5,000 rows; how many files it removed."""
        ...
