"""From stored revisions to the records that are published."""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from commonwheel.errors import KeyLost
from commonwheel.journeys.words import redacted
from commonwheel.journeys.world import World
from commonwheel.ports import Transaction
from commonwheel.records.release import LakeRow
from commonwheel.records.stored import Row, StoredRevision
from commonwheel.release.leaf import SALT_BYTES, commitment
from commonwheel.release.publish import bucket_name, published, record_text

Key = tuple[str, int]
_HAZARDOUS = ("injection.", "safety.", "sensitive.")
_LIKELY = 0.3
"""The score from which on a finding is worth a label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRecord:
    """A revision and the record that it is published as."""

    revision: StoredRevision
    record: dict[str, Any]


def public_records(world: World, tx: Transaction, version: int, keys: Collection[Key]) -> dict[Key, PublicRecord]:
    """Records as a release from `version` on has them; none for what is erased or not kept any more."""
    gifts = tx.contributions.many({id for id, _ in keys})
    revisions = tx.contributions.revisions_among(keys)
    contents = tx.contributions.contents(keys)
    found = {}
    for key, revision in revisions.items():
        gift = gifts.get(key[0])
        if gift is None or key not in contents:
            continue
        try:
            body = redacted(world, gift.owner, *key, contents[key])
        except KeyLost:
            continue  # its giver is erasing everything just now
        target = body.get("target")
        record = published(
            gift.id,
            body,
            revision.terms,
            given=gift.given,
            known_public={target} if target and tx.releases.is_member(target, version - 1) else set(),
            vocabulary=revision.vocabulary,
            tier=revision.verdict.tier if revision.verdict else None,
            hazards=_hazards(revision),
            language=revision.language,
            sample=None if revision.verdict is None else revision.verdict.sample,
        )
        found[key] = PublicRecord(revision=revision, record=record)
    return found


def _hazards(revision: StoredRevision) -> set[str]:
    """The kinds of what a person let stand in a record of a gated tier."""
    verdict = revision.verdict
    if verdict is None or verdict.tier is None:
        return set()
    return {
        finding.kind
        for index, finding in enumerate(revision.findings)
        if finding.kind.startswith(_HAZARDOUS) and index not in verdict.hide and finding.score >= _LIKELY
    }


def lake_rows(world: World, tx: Transaction, version: int, rows: Sequence[Row]) -> list[LakeRow]:
    """What goes into the lake for rows, in their order; nothing for what was erased meanwhile."""
    made = public_records(world, tx, version, [(row.contribution, row.number) for row in rows])
    return [
        _lake_row(version, row, public) for row in rows if (public := made.get((row.contribution, row.number)))
    ]


def holds(row: Row, public: PublicRecord | None) -> bool:
    """Whether a row in the lake holds exactly this record."""
    if row.salt is None or public is None:
        return False
    return commitment(row.salt, record_text(public.record)) == row.digest


def _lake_row(version: int, row: Row, public: PublicRecord) -> LakeRow:
    revision, record = public.revision, public.record
    terms = revision.terms
    return LakeRow(
        seq=row.seq,
        id=row.contribution,
        revision=row.number,
        entered=version,
        kind=record["kind"],
        bucket=bucket_name(terms.license, terms.ai_pref, revision.vocabulary),
        license=terms.license,
        ai_pref=terms.ai_pref,
        vocabulary=revision.vocabulary,
        purposes=" ".join(record["purposes"]),
        language=revision.language or "",
        month=record["month"],
        salt=row.salt or secrets.token_bytes(SALT_BYTES),
        record=record_text(record),
    )
