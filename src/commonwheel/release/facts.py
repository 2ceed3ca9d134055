"""What an export needs to know about its release, and what it reports."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from commonwheel.records.release import Manifest, Removal
from commonwheel.release.manifest import Signed, from_bytes

Sign = Callable[[bytes], bytes]
"""Signs bytes with the release key (`commonwheel.release.manifest.sign`)."""


@dataclass(frozen=True, kw_only=True)
class ReleaseFacts:
    """A release as its cards describe it.

    `removals` are all records that ever left, in any order. `url` is where the commons is at home, and
    may be empty. `description` is its operator's own words about it.
    """

    signed: Signed
    removals: Sequence[Removal] = ()
    url: str = ""
    description: str = ""

    @cached_property
    def manifest(self) -> Manifest:
        """What the signed bytes say."""
        return from_bytes(self.signed.manifest)

    @property
    def name(self) -> str:
        """The commons' name."""
        return self.manifest.name

    @property
    def version(self) -> int:
        """The number of the release."""
        return self.manifest.version

    @property
    def created(self) -> datetime:
        """When it was cut."""
        return self.manifest.created


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What an export wrote: its files, how many records and gold pairs are in them, and what stayed out why."""

    files: tuple[Path, ...]
    records: int
    pairs: int
    left_out: Mapping[str, int] = field(default_factory=dict)
