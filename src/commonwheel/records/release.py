"""What a release is made of: rows in the lake, buckets, and the manifest that seals them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class LakeRow:
    """One released record as readers get it: redacted, with its own terms, without contributor keys.

    `seq` is its number in the lake, never used twice. `record` is the published record as JSON. `salt`
    lives and dies with the row.
    """

    seq: int
    id: str
    revision: int
    entered: int
    kind: str
    bucket: str
    license: str
    ai_pref: str
    vocabulary: str
    purposes: str
    language: str
    month: str
    salt: bytes
    record: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketSeal:
    """One license and one AI preference in one release: counts, and the root over its log.

    `entered` and `left` count what changed since the release before. The log has one leaf for each
    entering and each leaving, ever: `log_size` of them, with the Merkle root `log_root` in hex.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid"}

    license: str
    ai_pref: str
    vocabulary: str
    records: int
    entered: int
    left: int
    log_size: int
    log_root: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What is signed about a release. Its size depends on the number of buckets alone.

    `previous` is the SHA-256 of the previous release's manifest, in hex; empty for the first.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid"}

    name: str
    version: int
    created: datetime
    previous: str
    policy: str
    code: str
    records: int
    buckets: dict[str, BucketSeal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A numbered, immutable, signed list of revisions."""

    version: int
    state: str
    created: datetime
    note: str
    sealed: datetime | None = None
    manifest: bytes | None = None
    signature: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A record that left: whoever holds a copy drops it. `release` is the first one without it."""

    id: str
    release: int
