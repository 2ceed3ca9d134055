"""What the tests of the database put into it."""

from datetime import UTC, datetime, timedelta

from commonwheel.people.identity import new_id
from commonwheel.ports import Database
from commonwheel.ports.learning import SealedPair
from commonwheel.records.states import State
from commonwheel.records.stored import (
    StoredContribution,
    StoredRevision,
)
from commonwheel.records.terms import Consent, License, Terms

NOW = datetime(2026, 11, 2, 9, 0, 0, 123456, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TERMS = Terms(license=License.BY, consent=Consent(version="2026-11", given=True))


def gift(
    minute: int = 0, contributor: str | None = "c", terms: Terms = TERMS
) -> tuple[StoredContribution, StoredRevision, bytes]:
    """A new contribution with its first revision and something sealed."""
    id, at = new_id(), NOW + minute * MINUTE
    stored = StoredContribution(
        id=id, kind="chat", given=at, latest=1, owner=contributor or id, contributor=contributor, token="t"
    )
    return stored, revision(id, 1, at, terms), b"sealed " + id.encode()


def revision(id: str, number: int, at: datetime = NOW, terms: Terms = TERMS) -> StoredRevision:
    """A revision that waits."""
    return StoredRevision(
        contribution=id, number=number, state=State.WAITING, created=at, terms=terms, door="api", vocabulary="v"
    )


def add(database: Database, *gifts: tuple[StoredContribution, StoredRevision, bytes]) -> list[str]:
    """Store gifts; returns their ids."""
    with database.write() as tx:
        tx.contributions.add(gifts, [])
    return [stored.id for stored, _, _ in gifts]


def make_ready(database: Database, *ids: str) -> None:
    """Move from waiting to ready."""
    with database.write() as tx:
        assert tx.contributions.set_states([(id, 1) for id in ids], State.WAITING, State.READY) == {
            (id, 1) for id in ids
        }


def pair(contribution: str, rejected_from: str, origin: str = "trace") -> SealedPair:
    """A pair of two contributions."""
    return SealedPair(
        contribution=contribution, number=1, rejected_from=rejected_from, origin=origin, similarity=None, at=NOW,
        pair=b"sealed",
    )  # fmt: skip
