"""The database's part for what people gave: content, holds, and the waiting room."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from commonwheel.records.findings import Finding, Verdict
from commonwheel.records.states import State
from commonwheel.records.stored import Hold, StoredContribution, StoredRevision, Tombstone


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedContent:
    """The encrypted words of a revision: as given (until it may be dropped), and as redacted."""

    original: bytes | None = None
    redacted: bytes | None = None


class Contributions(Protocol):
    """Contributions, their revisions, their sealed content and their holds."""

    def add(
        self, gifts: Sequence[tuple[StoredContribution, StoredRevision, bytes]], holds: Sequence[Hold]
    ) -> None:
        """Store new contributions with their first revision and its sealed original."""
        ...

    def add_revision(self, revision: StoredRevision, sealed: bytes) -> None:
        """Store a further revision of a contribution and make it the latest."""
        ...

    def get(self, id: str, *, lock: bool = False) -> StoredContribution | Tombstone | None:
        """One contribution. With `lock`, nobody else changes it until the transaction ends."""
        ...

    def many(self, ids: Collection[str], *, lock: bool = False) -> dict[str, StoredContribution]:
        """Those of the contributions that exist and are not erased; with `lock` as in `get`."""
        ...

    def revision(self, id: str, number: int) -> StoredRevision | None:
        """One revision."""
        ...

    def revisions(self, id: str) -> list[StoredRevision]:
        """All revisions of a contribution, the first first."""
        ...

    def in_state(self, state: State, after: tuple[datetime, str] | None, limit: int) -> list[StoredRevision]:
        """Revisions in a state that is under way (waiting, quarantined, ready), the oldest first."""
        ...

    def of_contributors(
        self,
        contributors: Collection[str],
        after: tuple[datetime, str] | None,
        limit: int,
        *,
        newest: bool = False,
    ) -> list[str]:
        """Ids of what somebody gave, the oldest first."""
        ...

    def position(self, id: str) -> tuple[datetime, str]:
        """Where a contribution stands in time order: the cursor of the lists above."""
        ...

    def set_state(self, id: str, number: int, old: State, new: State) -> bool:
        """Move a revision; False where it is no longer in `old`."""
        ...

    def set_states(self, keys: Collection[tuple[str, int]], old: State, new: State) -> set[tuple[str, int]]:
        """Move many revisions; returns those that were in `old` and are in `new` now."""
        ...

    def set_curated(
        self, id: str, number: int, verdict: Verdict, findings: Sequence[Finding], redacted: bytes | None
    ) -> None:
        """Keep what curation found, decided and made."""
        ...

    def name_language(self, id: str, number: int, language: str) -> None:
        """Keep the language that a revision was found to be in, where its giver named none."""
        ...

    def content(self, id: str, number: int) -> SealedContent:
        """The sealed words."""
        ...

    def among(self, keys: Collection[tuple[str, int]], state: State) -> set[tuple[str, int]]:
        """Those of the revisions that are in a state."""
        ...

    def drop_originals(self, keys: Collection[tuple[str, int]]) -> None:
        """Forget the originals of revisions that have a redacted form."""
        ...

    def forget_words(self, id: str, number: int) -> None:
        """Forget original and redacted form."""
        ...

    def contents(self, keys: Collection[tuple[str, int]]) -> dict[tuple[str, int], SealedContent]:
        """The sealed words of many revisions."""
        ...

    def hold(self, hold: Hold) -> None:
        """Set a hold, or change its end."""
        ...

    def holds(self, id: str) -> list[Hold]:
        """The holds on a contribution."""
        ...

    def lapsed_holds(self, now: datetime) -> list[Hold]:
        """Holds whose time is over."""
        ...

    def lift(self, id: str, reason: str) -> None:
        """Take a hold away."""
        ...

    def counts(self) -> dict[State, int]:
        """How many revisions are under way, by state."""
        ...

    def traces_of(self, id: str) -> int:
        """How many rows hold something of a contribution; of an erased one none, its tombstone not counted."""
        ...

    def bury(self, id: str, at: datetime) -> None:
        """Erase a contribution from every table, leaving its tombstone."""
        ...

    def revisions_among(self, keys: Collection[tuple[str, int]]) -> dict[tuple[str, int], StoredRevision]:
        """Many revisions by their keys."""
        ...

    def rejected_before(self, before: datetime, limit: int) -> list[tuple[str, int]]:
        """Revisions rejected before then whose words are still kept and about which no question is open."""
        ...

    def lock_owner(self, owner: str) -> None:
        """Wait for and keep out others who store or erase under this owner's key."""
        ...

    def note_duplicate(self, digest: bytes, id: str) -> str:
        """Remember a digest; returns the contribution that had it first (`id` itself, mostly)."""
        ...

    def forget_duplicates(self, id: str) -> None:
        """A refused or withdrawn contribution no longer stands in the way of the same words."""
        ...


class Waiting(Protocol):
    """The waiting room as a queue: at-least-once, by claims that end."""

    def room(self, bound: int) -> int:
        """How many more revisions may wait before there are `bound`."""
        ...

    def claimants(self) -> set[str]:
        """Workers that hold claims, alive or not."""
        ...

    def claim(self, worker: str, now: datetime, lease: timedelta, limit: int) -> list[StoredRevision]:
        """Take the oldest unclaimed waiting revisions, or those whose claim has ended."""
        ...

    def still_mine(self, worker: str, id: str, number: int) -> bool:
        """Whether this worker's claim holds and the revision still waits; locks it."""
        ...

    def give_up(self, worker: str, until: datetime | None = None) -> None:
        """Let go of all of a worker's claims.

        With `until` they are claimed again only then, and this attempt does not count: nothing was wrong
        with them. Without it, to be claimed again at once.
        """
        ...

    def postpone(self, key: tuple[str, int], until: datetime, *, asked: bool) -> None:
        """Let go of one claimed revision: nobody claims it before then, and this attempt does not count.

        With `asked` a judge gave no answer, which is counted until the revision moves on.
        """
        ...

    def asked(self) -> int:
        """How many revisions wait for the answer of a judge."""
        ...
