"""Gold pairs and unmatched traces, in SQL."""

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, or_, select, text, update

from commonwheel.adapters.sql import schema as t
from commonwheel.adapters.sql.dialect import in_batches, insert_or_ignore, is_postgres, lock_rows
from commonwheel.errors import Conflict
from commonwheel.ports.learning import GoldVersion, PairFacts, SealedPair, TakenCounts
from commonwheel.records.gold import PAIRED


def _pair_of(row: Row[tuple[object, ...]]) -> SealedPair:
    return SealedPair(
        contribution=row.contribution,
        number=row.number,
        rejected_from=row.rejected_from,
        origin=row.origin,
        similarity=row.similarity,
        diff=row.diff,
        at=row.at,
        pair=row.pair,
        prompt=row.prompt,
        model=row.model,
    )


# Statements of curation are made once: making them costs more than running them.
_ADD = insert(t.gold)
_ADDING = text("SELECT pg_advisory_xact_lock_shared(7108)")
_ALONE = text("SELECT pg_advisory_xact_lock(7108)")
_EITHER_SIDE = or_(t.gold.c.contribution == bindparam("of_id"), t.gold.c.rejected_from == bindparam("of_id"))
_PAIRS = select(t.gold).where(_EITHER_SIDE).order_by(t.gold.c.id)
_TRACE_PAIRS = select(t.gold.c.contribution, t.gold.c.rejected_from).where(
    t.gold.c.origin == "trace", _EITHER_SIDE
)
_DROP_PAIRS = delete(t.gold).where(_EITHER_SIDE)
_DROP_MEMBERS = delete(t.gold_member).where(
    or_(t.gold_member.c.contribution == bindparam("of_id"), t.gold_member.c.rejected_from == bindparam("of_id"))
)
_FACTS = (
    select(
        *(t.gold.c[name] for name in ("id", "contribution", "number", "rejected_from", "origin", "similarity")),
        *(t.gold.c[name] for name in ("at", "diff", "prompt", "model")),
        t.contribution.c.contributor.label("hand"),
    )
    .join(t.contribution, t.contribution.c.id == t.gold.c.contribution)
    .where(t.gold.c.dropped.is_(None))
    .order_by(t.gold.c.id)
)
_IN_VERSION = and_(
    t.gold_member.c.came <= bindparam("version"),
    or_(t.gold_member.c.left.is_(None), t.gold_member.c.left > bindparam("version")),
)
_DROP_TRACES = delete(t.trace).where(t.trace.c.contribution == bindparam("of_id"))


class SqlGold:
    """See `commonwheel.ports.Gold`."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def add(self, pairs: Sequence[SealedPair]) -> None:
        """One INSERT. PostgreSQL numbers rows before they are seen, so those who add share a lock (`settled`)."""
        if pairs:
            if is_postgres(self._c):
                self._c.execute(_ADDING)
            self._c.execute(
                _ADD,
                [
                    {
                        "contribution": pair.contribution,
                        "number": pair.number,
                        "rejected_from": pair.rejected_from,
                        "origin": pair.origin,
                        "similarity": pair.similarity,
                        "diff": pair.diff,
                        "at": pair.at,
                        "pair": pair.pair,
                        "prompt": pair.prompt,
                        "model": pair.model,
                    }
                    for pair in pairs
                ],
            )

    def of(self, contribution: str) -> list[SealedPair]:
        """On either side."""
        return [_pair_of(row) for row in self._c.execute(_PAIRS, {"of_id": contribution})]

    def drop(self, contribution: str) -> None:
        """The counterparts of its traces may be paired again."""
        this = {"of_id": contribution}
        for chosen, rejected in self._c.execute(_TRACE_PAIRS, this).all():
            other = rejected if chosen == contribution else chosen
            self._c.execute(update(t.trace).where(t.trace.c.contribution == other).values(paired=False))
        self._c.execute(_DROP_PAIRS, this)
        self._c.execute(_DROP_MEMBERS, this)
        self._c.execute(_DROP_TRACES, this)

    def match_trace(self, id: str, number: int, fingerprint: bytes, *, good: bool) -> tuple[str, int] | None:
        """The oldest counterpart that is not paired."""
        new = self._c.execute(
            insert_or_ignore(self._c, t.trace)
            .values(contribution=id, number=number, fingerprint=fingerprint, good=good, paired=False)
            .returning(t.trace.c.contribution)
        )
        if new.first() is None:
            return None
        query = (
            select(t.trace)
            .where(t.trace.c.fingerprint == fingerprint, t.trace.c.good.is_(not good))
            .where(t.trace.c.paired.is_(False), t.trace.c.contribution != id)
            .order_by(t.trace.c.contribution)
            .limit(1)
        )
        other = self._c.execute(lock_rows(query, skip_locked=True)).one_or_none()
        if other is None:
            return None
        self._c.execute(
            update(t.trace)
            .where(t.trace.c.contribution.in_([id, other.contribution]), t.trace.c.fingerprint == fingerprint)
            .values(paired=True)
        )
        return other.contribution, other.number

    def count(self) -> dict[str, int]:
        """By origin."""
        query = select(t.gold.c.origin, func.count()).group_by(t.gold.c.origin).order_by(t.gold.c.origin)
        return {origin: number for origin, number in self._c.execute(query)}

    def scan(self, after: int, limit: int) -> list[tuple[int, SealedPair]]:
        """In pages by number."""
        query = select(t.gold).where(t.gold.c.id > after).order_by(t.gold.c.id).limit(limit)
        return [(row.id, _pair_of(row)) for row in self._c.execute(query)]

    def settled(self) -> int:
        """By the lock that those who add share: whoever holds it alone waits for them, and they wait for it."""
        if is_postgres(self._c):
            self._c.execute(_ALONE)
        last: int | None = self._c.execute(select(func.max(t.gold.c.id))).scalar_one()
        return last or 0

    def behind(self, after: int) -> int:
        """Through the primary key."""
        query = select(func.count()).select_from(t.gold).where(t.gold.c.id > after)
        counted: int = self._c.execute(query).scalar_one()
        return counted

    def facts(self, after: int, limit: int) -> list[PairFacts]:
        """In pages by number."""
        return [
            PairFacts(**row._mapping) for row in self._c.execute(_FACTS.where(t.gold.c.id > after).limit(limit))
        ]

    def facts_of(self, ids: Collection[int]) -> list[PairFacts]:
        """In batches."""
        return [
            PairFacts(**row._mapping)
            for batch in in_batches(sorted(ids))
            for row in self._c.execute(_FACTS.where(t.gold.c.id.in_(batch)))
        ]

    def counted(self, version: int, hands: Collection[str], prompts: Collection[bytes]) -> TakenCounts:
        """By joining members with their pairs and givers."""
        by_hand: dict[str, int] = {}
        by_prompt: dict[bytes, int] = {}
        members = t.gold_member.join(t.gold, t.gold.c.id == t.gold_member.c.pair)
        givers = members.join(t.contribution, t.contribution.c.id == t.gold.c.contribution)
        hand, prompt = t.contribution.c.contributor, t.gold.c.prompt
        for some in in_batches(sorted(hands)):
            counted = select(hand, func.count()).select_from(givers).where(_IN_VERSION, hand.in_(some))
            by_hand |= dict(self._c.execute(counted.group_by(hand), {"version": version}).all())
        for each in in_batches(sorted(prompts)):
            counted = select(prompt, func.count()).select_from(members).where(_IN_VERSION, prompt.in_(each))
            counted = counted.where(t.gold.c.origin.in_(PAIRED))
            by_prompt |= dict(self._c.execute(counted.group_by(prompt), {"version": version}).all())
        return TakenCounts(hands=by_hand, prompts=by_prompt)

    def add_version(
        self, version: GoldVersion, came: Sequence[tuple[PairFacts, float]], left: Collection[int]
    ) -> None:
        """One row, and one for each pair that came."""
        values = asdict(version) | {"left_out": json.dumps(dict(version.left_out))}
        new = insert_or_ignore(self._c, t.gold_version).values(values).returning(t.gold_version.c.number)
        if self._c.execute(new).first() is None:
            raise Conflict("Somebody else made a version of gold just now. Look, and try again.")
        for batch in in_batches(sorted(left)):
            self._c.execute(
                update(t.gold_member)
                .where(t.gold_member.c.pair.in_(batch), t.gold_member.c.left.is_(None))
                .values(left=version.number)
            )
        if came:
            self._c.execute(
                insert(t.gold_member),
                [
                    {
                        "pair": facts.id,
                        "came": version.number,
                        "left": None,
                        "weight": weight,
                        "contribution": facts.contribution,
                        "rejected_from": facts.rejected_from,
                    }
                    for facts, weight in came
                ],
            )

    def versions(self) -> list[GoldVersion]:
        """By number."""
        rows = self._c.execute(select(t.gold_version).order_by(t.gold_version.c.number))
        return [GoldVersion(**(dict(row._mapping) | {"left_out": json.loads(row.left_out)})) for row in rows]

    def members(self, version: int, after: int, limit: int) -> list[tuple[int, float]]:
        """By number. What is taken back has no row any more."""
        query = (
            select(t.gold_member.c.pair, t.gold_member.c.weight)
            .where(_IN_VERSION, t.gold_member.c.pair > after)
            .order_by(t.gold_member.c.pair)
            .limit(limit)
        )
        return [(row.pair, row.weight) for row in self._c.execute(query, {"version": version})]

    def of_origin(self, origin: str, after: int, limit: int) -> list[PairFacts]:
        """Reads all pairs: whoever asks does so once for each run."""
        query = _FACTS.where(t.gold.c.id > after, t.gold.c.origin == origin).limit(limit)
        return [PairFacts(**row._mapping) for row in self._c.execute(query)]

    def sealed(self, ids: Collection[int]) -> dict[int, SealedPair]:
        """In batches, by number."""
        return {
            row.id: _pair_of(row)
            for batch in in_batches(sorted(ids))
            for row in self._c.execute(select(t.gold).where(t.gold.c.id.in_(batch)).order_by(t.gold.c.id))
        }

    def forsake(self, ids: Collection[int], version: int) -> None:
        """A mark on the pair."""
        for batch in in_batches(sorted(ids)):
            self._c.execute(update(t.gold).where(t.gold.c.id.in_(batch)).values(dropped=version))

    def dropped_with(self, version: int) -> list[int]:
        """Reads all pairs: poison is rare."""
        return list(self._c.execute(select(t.gold.c.id).where(t.gold.c.dropped == version)).scalars())

    def spans(self) -> list[tuple[int, int | None, int]]:
        """One aggregate over all memberships."""
        came, left = t.gold_member.c.came, t.gold_member.c.left
        rows = self._c.execute(select(came, left, func.count()).group_by(came, left))
        return [(first, until, number) for first, until, number in rows]
