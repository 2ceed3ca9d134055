"""The database's part for releases, their members and the bucket logs."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from commonwheel.records.release import Release
from commonwheel.records.stored import Bucket, Row, StoredRevision


class Releases(Protocol):
    """Releases, their members, the rows in the lake and the bucket logs."""

    def add(self, release: Release) -> None:
        """Begin a release."""
        ...

    def seal(self, version: int, at: datetime, manifest: bytes, signature: bytes) -> None:
        """Finish a release."""
        ...

    def drop(self, version: int) -> None:
        """Give up a release that was begun."""
        ...

    def get(self, version: int) -> Release | None:
        """One release."""
        ...

    def last(self, *, lock: bool = False) -> Release | None:
        """The newest release, sealed or not."""
        ...

    def all(self) -> list[Release]:
        """All of them, the oldest first."""
        ...

    def candidates(self, version: int, now: datetime) -> list[tuple[str, int]]:
        """Ready, public revisions that nothing holds and that have not entered `version` yet, by their ids."""
        ...

    def candidates_among(
        self, keys: Collection[tuple[str, int]], version: int, now: datetime
    ) -> list[StoredRevision]:
        """Those of the revisions that still are candidates, by their ids."""
        ...

    def next_seq(self) -> int:
        """The first row number that was never used."""
        ...

    def add_rows(self, rows: Sequence[Row]) -> None:
        """Give rows their place in the lake."""
        ...

    def rows(self, seqs: Collection[int]) -> list[Row]:
        """Rows by number."""
        ...

    def rows_of(self, contribution: str) -> list[Row]:
        """The rows of one contribution."""
        ...

    def rows_among(self, contributions: Collection[str]) -> list[Row]:
        """The rows of several contributions."""
        ...

    def enter(self, seqs: Collection[int], version: int) -> None:
        """Open a membership from `version` on."""
        ...

    def leave(self, contribution: str, version: int, number: int | None = None) -> None:
        """End the open memberships of a contribution (or one revision of it) before `version`."""
        ...

    def leave_rows(self, seqs: Collection[int], version: int) -> None:
        """End the open memberships of rows before `version`."""
        ...

    def open_among(self, seqs: Collection[int], version: int) -> set[int]:
        """Those of the rows whose membership that began with `version` has not ended."""
        ...

    def ever_member(self, seq: int) -> bool:
        """Whether a row has any membership."""
        ...

    def cancel_entry(self, seqs: Collection[int], version: int) -> None:
        """Undo `enter`."""
        ...

    def entered(self, version: int) -> list[Row]:
        """Rows that became members with `version` (and were not taken out again before it was sealed)."""
        ...

    def entering(self, version: int) -> list[Row]:
        """All rows whose membership starts with `version`, also those taken out again."""
        ...

    def left(self, version: int) -> list[Row]:
        """Rows that were members of the version before and are none of `version`."""
        ...

    def is_member(self, contribution: str, version: int) -> bool:
        """Whether a contribution is in a release."""
        ...

    def versions_of(self, contribution: str) -> list[tuple[int, int | None]]:
        """The intervals (entered, left) of a contribution."""
        ...

    def members(self, version: int, after: int, limit: int) -> list[Row]:
        """Members of a release that may be read today, by row number: not erased and not taken down."""
        ...

    def gone(self, version: int) -> dict[str, int]:
        """Contributions that were in a release before `version` and are not in it, or may not be read any more,
        with the first release without them."""
        ...

    def absent(self, version: int) -> list[Row]:
        """Members of a release that may not be read any more: erased or taken down since."""
        ...

    def members_among(self, version: int, keys: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
        """Those of the revisions that are members of a release and may be read today."""
        ...

    def contributions_in(self, version: int) -> set[str]:
        """Ids of all contributions that a release was sealed with."""
        ...

    def open_members(self) -> Iterator[Row]:
        """Rows whose membership has not ended: the members of the release to come, so far."""
        ...

    def buckets(self) -> dict[str, Bucket]:
        """All buckets by name."""
        ...

    def keep_bucket(self, bucket: Bucket) -> None:
        """Make a bucket, or keep the new right edge of its tree."""
        ...

    def log(self, bucket: str, position: int, release: int, leaves: Sequence[tuple[int, bytes]]) -> None:
        """Append to a bucket's log from `position` on: (seq, leaf hash)."""
        ...

    def leaves(self, bucket: str, size: int) -> Iterator[tuple[int, bytes]]:
        """The first `size` entries of a bucket's log: (seq, digest)."""
        ...

    def commit(self, rows: Sequence[Row]) -> None:
        """Keep digest and salt of rows that are in the lake now."""
        ...

    def forget_salts(self, seqs: Collection[int]) -> None:
        """Destroy the salts of rows that are no longer in the lake."""
        ...

    def erased(self) -> list[int]:
        """Numbers of all rows of erased contributions: they may be in no copy of the lake any more."""
        ...
