"""Moving revisions from state to state: each move with its event, in the caller's transaction."""

from datetime import datetime
from typing import Any

from commonwheel.errors import NotFound, Stale
from commonwheel.ports import Transaction
from commonwheel.records.states import State, check_move
from commonwheel.records.stored import Event, StoredContribution, StoredRevision


def move(tx: Transaction, now: datetime, revision: StoredRevision, to: State, **data: Any) -> None:
    """Move one revision, or raise IllegalMove; Stale where somebody else moved it meanwhile."""
    check_move(revision.state, to)
    if not tx.contributions.set_state(revision.contribution, revision.number, revision.state, to):
        raise Stale
    tx.events.add([Event(name=to, at=now, contribution=revision.contribution, number=revision.number, data=data)])


def locked(tx: Transaction, id: str) -> StoredContribution:
    """A contribution that nobody else changes until the transaction ends; NotFound where it is erased."""
    stored = tx.contributions.get(id, lock=True)
    if not isinstance(stored, StoredContribution):
        raise NotFound
    return stored


def latest(tx: Transaction, stored: StoredContribution) -> StoredRevision:
    """The newest revision of a contribution."""
    revision = tx.contributions.revision(stored.id, stored.latest)
    assert revision is not None, "a contribution has its latest revision"
    return revision


def next_version(tx: Transaction) -> int:
    """The release that a change made now takes effect with: one being cut, else the one after the last.

    Locks the last release, so that a change and a seal take turns: a change made first is in it.
    """
    last = tx.releases.last(lock=True)
    if last is None:
        return 1
    return last.version if last.sealed is None else last.version + 1


def leave_releases(tx: Transaction, id: str, number: int | None = None) -> None:
    """From the next release on a contribution, or one revision of it, is no member any more."""
    if tx.releases.rows_of(id):
        tx.releases.leave(id, next_version(tx), number)
