"""Contributions, revisions, sealed content and holds, in SQL."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, exists, func, insert, or_, select, text, tuple_, update

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.convert import FINDINGS, VERDICT, contribution_of, revision_of, to_json
from commonwheel.adapters.sql.copies import bury, find
from commonwheel.adapters.sql.dialect import (
    in_batches,
    insert_or_ignore,
    is_one_of,
    is_postgres,
    lock_rows,
    upsert,
)
from commonwheel.ports.contributions import SealedContent
from commonwheel.records.findings import Finding, Verdict
from commonwheel.records.states import State
from commonwheel.records.stored import Hold, StoredContribution, StoredRevision, Tombstone
from commonwheel.records.terms import TERMS

# Statements of the doors and of curation are made once: making them costs more than running them.
_THIS = and_(t.revision.c.contribution == bindparam("of_id"), t.revision.c.number == bindparam("of_number"))
_REVISION = select(t.revision).where(_THIS)
_SET_STATE = (
    update(t.revision)
    .where(_THIS, t.revision.c.state == bindparam("old_state"))
    .values(
        state=bindparam("new_state"), claimed_by=None, claimed_until=None, attempts=0, asked=0, waits_until=None
    )
)
_SET_VERDICT = (
    update(t.revision).where(_THIS).values(verdict=bindparam("new_verdict"), findings=bindparam("new_findings"))
)
_UNNAMED = t.revision.c.language.is_(None)
_NAME_LANGUAGE = update(t.revision).where(_THIS, _UNNAMED).values(language=bindparam("found"))
_SET_REDACTED = (
    update(t.content)
    .where(t.content.c.contribution == bindparam("of_id"), t.content.c.number == bindparam("of_number"))
    .values(redacted=bindparam("new_redacted"))
)
_FIRST_WITH = select(t.duplicate.c.contribution).where(t.duplicate.c.digest == bindparam("of_digest"))
_ADD_CONTRIBUTION = insert(t.contribution)
_ADD_REVISION = insert(t.revision)
_ADD_CONTENT = insert(t.content)

_MOVING = (State.WAITING, State.QUARANTINED, State.READY)


def _contribution_values(stored: StoredContribution) -> dict[str, object]:
    return {
        "id": stored.id,
        "kind": stored.kind,
        "given": stored.given,
        "latest": stored.latest,
        "owner": stored.owner,
        "contributor": stored.contributor,
        "token": stored.token,
    }


def _revision_values(revision: StoredRevision) -> dict[str, object]:
    return {
        "contribution": revision.contribution,
        "number": revision.number,
        "state": revision.state,
        "created": revision.created,
        "public": revision.terms.scope == "public",
        "terms": to_json(TERMS, revision.terms),
        "door": revision.door,
        "vocabulary": revision.vocabulary,
        "language": revision.language,
    }


class SqlContributions:
    """See `commonwheel.ports.Contributions`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(
        self, gifts: Sequence[tuple[StoredContribution, StoredRevision, bytes]], holds: Sequence[Hold]
    ) -> None:
        """Three INSERTs, however many gifts."""
        self._c.execute(_ADD_CONTRIBUTION, [_contribution_values(gift) for gift, _, _ in gifts])
        self._c.execute(_ADD_REVISION, [_revision_values(revision) for _, revision, _ in gifts])
        self._c.execute(
            _ADD_CONTENT,
            [{"contribution": gift.id, "number": 1, "original": sealed} for gift, _, sealed in gifts],
        )
        for hold in holds:
            self.hold(hold)

    def add_revision(self, revision: StoredRevision, sealed: bytes) -> None:
        """The next revision, waiting to be curated."""
        self._c.execute(insert(t.revision).values(_revision_values(revision)))
        self._c.execute(
            insert(t.content).values(contribution=revision.contribution, number=revision.number, original=sealed)
        )
        self._c.execute(
            update(t.contribution)
            .where(t.contribution.c.id == revision.contribution)
            .values(latest=revision.number)
        )

    def get(self, id: str, *, lock: bool = False) -> StoredContribution | Tombstone | None:
        """By primary key."""
        if "\0" in id:
            return None  # PostgreSQL would not even compare it
        query = select(t.contribution).where(t.contribution.c.id == id)
        row = self._c.execute(lock_rows(query) if lock else query).one_or_none()
        return None if row is None else contribution_of(row)

    def many(self, ids: Collection[str], *, lock: bool = False) -> dict[str, StoredContribution]:
        """By primary keys, in batches, and in their order, so that two who lock do not wait for each other."""
        found: dict[str, StoredContribution] = {}
        for batch in in_batches(sorted(ids)):
            query = select(t.contribution).where(t.contribution.c.id.in_(batch)).order_by(t.contribution.c.id)
            for row in self._c.execute(lock_rows(query) if lock else query):
                stored = contribution_of(row)
                if isinstance(stored, StoredContribution):
                    found[stored.id] = stored
        return found

    def revision(self, id: str, number: int) -> StoredRevision | None:
        """By primary key."""
        row = self._c.execute(_REVISION, {"of_id": id, "of_number": number}).one_or_none()
        return None if row is None else revision_of(row)

    def revisions(self, id: str) -> list[StoredRevision]:
        """In order of their numbers."""
        query = select(t.revision).where(t.revision.c.contribution == id).order_by(t.revision.c.number)
        return [revision_of(row) for row in self._c.execute(query)]

    def in_state(self, state: State, after: tuple[datetime, str] | None, limit: int) -> list[StoredRevision]:
        """Through the index of what is under way."""
        assert state in _MOVING
        query = select(t.revision).where(t.revision.c.state == state)
        if after is not None:
            query = query.where(tuple_(t.revision.c.created, t.revision.c.contribution) > after)
        query = query.order_by(t.revision.c.created, t.revision.c.contribution).limit(limit)
        return [revision_of(row) for row in self._c.execute(query)]

    def of_contributors(
        self,
        contributors: Collection[str],
        after: tuple[datetime, str] | None,
        limit: int,
        *,
        newest: bool = False,
    ) -> list[str]:
        """Through the index by contributor."""
        order = (t.contribution.c.given, t.contribution.c.id)
        query = select(t.contribution.c.id).where(t.contribution.c.contributor.in_(contributors))
        if after is not None:
            query = query.where(tuple_(*order) < after if newest else tuple_(*order) > after)
        query = query.order_by(*(column.desc() if newest else column for column in order)).limit(limit)
        return list(self._c.execute(query).scalars())

    def position(self, id: str) -> tuple[datetime, str]:
        """The time it was given, and its id."""
        given: datetime = self._c.execute(
            select(t.contribution.c.given).where(t.contribution.c.id == id)
        ).scalar_one()
        return given, id

    def set_state(self, id: str, number: int, old: State, new: State) -> bool:
        """Compare and set; a move ends any claim."""
        done = self._c.execute(_SET_STATE, {"of_id": id, "of_number": number, "old_state": old, "new_state": new})
        return done.rowcount == 1

    def set_states(self, keys: Collection[tuple[str, int]], old: State, new: State) -> set[tuple[str, int]]:
        """Compare and set, in batches."""
        moved: set[tuple[str, int]] = set()
        for batch in in_batches(keys, 200):
            done = self._c.execute(
                update(t.revision)
                .where(is_one_of(t.revision.c.contribution, t.revision.c.number, batch))
                .where(t.revision.c.state == old)
                .values(state=new, claimed_by=None, claimed_until=None, asked=0, waits_until=None)
                .returning(t.revision.c.contribution, t.revision.c.number)
            )
            moved.update((id, number) for id, number in done)
        return moved

    def set_curated(
        self, id: str, number: int, verdict: Verdict, findings: Sequence[Finding], redacted: bytes | None
    ) -> None:
        """Replaces what an earlier curation left."""
        which = {"of_id": id, "of_number": number}
        made = {"new_verdict": to_json(VERDICT, verdict), "new_findings": to_json(FINDINGS, tuple(findings))}
        self._c.execute(_SET_VERDICT, which | made)
        self._c.execute(_SET_REDACTED, which | {"new_redacted": redacted})

    def name_language(self, id: str, number: int, language: str) -> None:
        """By primary key."""
        self._c.execute(_NAME_LANGUAGE, {"of_id": id, "of_number": number, "found": language})

    def content(self, id: str, number: int) -> SealedContent:
        """Empty where there is none."""
        return self.contents([(id, number)]).get((id, number), SealedContent())

    def contents(self, keys: Collection[tuple[str, int]]) -> dict[tuple[str, int], SealedContent]:
        """By primary keys, in batches."""
        found = {}
        for batch in in_batches(keys, 200):
            query = select(t.content).where(is_one_of(t.content.c.contribution, t.content.c.number, batch))
            for row in self._c.execute(query):
                sealed = SealedContent(original=row.original, redacted=row.redacted)
                found[(row.contribution, row.number)] = sealed
        return found

    def among(self, keys: Collection[tuple[str, int]], state: State) -> set[tuple[str, int]]:
        """By primary keys, in batches."""
        found: set[tuple[str, int]] = set()
        for batch in in_batches(keys, 200):
            query = select(t.revision.c.contribution, t.revision.c.number).where(
                is_one_of(t.revision.c.contribution, t.revision.c.number, batch), t.revision.c.state == state
            )
            found.update((id, number) for id, number in self._c.execute(query))
        return found

    def drop_originals(self, keys: Collection[tuple[str, int]]) -> None:
        """In batches."""
        for batch in in_batches(keys, 200):
            self._c.execute(
                update(t.content)
                .where(is_one_of(t.content.c.contribution, t.content.c.number, batch))
                .where(t.content.c.redacted.is_not(None))
                .values(original=None)
            )

    def forget_words(self, id: str, number: int) -> None:
        """By primary key."""
        self._c.execute(
            update(t.content)
            .where(t.content.c.contribution == id, t.content.c.number == number)
            .values(original=None, redacted=None)
        )

    def hold(self, hold: Hold) -> None:
        """One hold per contribution and reason."""
        values = {
            "contribution": hold.contribution,
            "reason": hold.reason,
            "set_by": hold.set_by,
            "until": hold.until,
        }
        self._c.execute(upsert(self._c, t.hold, ["contribution", "reason"], values))

    def holds(self, id: str) -> list[Hold]:
        """By contribution."""
        query = select(t.hold).where(t.hold.c.contribution == id).order_by(t.hold.c.reason)
        return [Hold(**row._mapping) for row in self._c.execute(query)]

    def lapsed_holds(self, now: datetime) -> list[Hold]:
        """Holds are few: no index."""
        return [Hold(**row._mapping) for row in self._c.execute(select(t.hold).where(t.hold.c.until <= now))]

    def lift(self, id: str, reason: str) -> None:
        """By primary key."""
        self._c.execute(delete(t.hold).where(t.hold.c.contribution == id, t.hold.c.reason == reason))

    def counts(self) -> dict[State, int]:
        """Through the index of what is under way."""
        query = (
            select(t.revision.c.state, func.count())
            .where(t.revision.c.state.in_(_MOVING))
            .group_by(t.revision.c.state)
        )
        return {State(state): number for state, number in self._c.execute(query)}

    def traces_of(self, id: str) -> int:
        """Looks into every table of `copies.TABLES`."""
        return sum(find(self._c, id).values())

    def bury(self, id: str, at: datetime) -> None:
        """Deletes from every table of `copies.TABLES`."""
        bury(self._c, id, at)

    def revisions_among(self, keys: Collection[tuple[str, int]]) -> dict[tuple[str, int], StoredRevision]:
        """By primary keys, in batches."""
        found = {}
        for batch in in_batches(keys, 200):
            query = select(t.revision).where(is_one_of(t.revision.c.contribution, t.revision.c.number, batch))
            for row in self._c.execute(query):
                found[(row.contribution, row.number)] = revision_of(row)
        return found

    def rejected_before(self, before: datetime, limit: int) -> list[tuple[str, int]]:
        """Reads the whole table: once a day, for what few things are rejected."""
        key = (t.revision.c.contribution, t.revision.c.number)
        kept = or_(t.content.c.original.is_not(None), t.content.c.redacted.is_not(None))
        same = (t.content.c.contribution == key[0]) & (t.content.c.number == key[1]) & kept
        of_event = (t.event.c.contribution == key[0]) & (t.event.c.number == key[1])
        lately = of_event & (t.event.c.name == State.REJECTED) & (t.event.c.at >= before)
        open_question = (t.review.c.contribution == key[0]) & t.review.c.decided.is_(None)
        query = (
            select(*key)
            .where(t.revision.c.state == State.REJECTED, exists().where(same))
            .where(~exists().where(lately), ~exists().where(open_question))
            .limit(limit)
        )
        return [(id, number) for id, number in self._c.execute(query)]

    def lock_owner(self, owner: str) -> None:
        """An advisory lock in PostgreSQL; SQLite has one writer anyway."""
        if is_postgres(self._c):
            self._c.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:owner, 0))"), {"owner": owner})

    def note_duplicate(self, digest: bytes, id: str) -> str:
        """The first to insert wins; the lock it takes makes others wait for its end."""
        while True:  # until nobody forgets the digest between the two looks
            self._c.execute(insert_or_ignore(self._c, t.duplicate), {"digest": digest, "contribution": id})
            first: str | None = self._c.execute(_FIRST_WITH, {"of_digest": digest}).scalar_one_or_none()
            if first is not None:
                return first

    def forget_duplicates(self, id: str) -> None:
        """All digests of a contribution."""
        self._c.execute(delete(t.duplicate).where(t.duplicate.c.contribution == id))
