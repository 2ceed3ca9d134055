"""From a stored revision to the record that is published."""

import secrets
from typing import Any

from commonwheel.errors import KeyLost
from commonwheel.journeys.words import redacted
from commonwheel.journeys.world import World
from commonwheel.ports import Transaction
from commonwheel.records.release import LakeRow
from commonwheel.records.stored import Row, StoredContribution, StoredRevision
from commonwheel.release.leaf import SALT_BYTES, commitment
from commonwheel.release.publish import bucket_name, published, record_text


def lake_row(world: World, tx: Transaction, version: int, row: Row) -> LakeRow | None:
    """What goes into the lake for a row; None where it was erased meanwhile."""
    revision = tx.contributions.revision(row.contribution, row.number)
    record = None if revision is None else public_record(world, tx, version, revision)
    if revision is None or record is None:
        return None
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


def same_record(world: World, tx: Transaction, version: int, revision: StoredRevision, row: Row) -> bool:
    """Whether a row in the lake holds what this revision would be published as today."""
    record = public_record(world, tx, version, revision)
    return row.salt is not None and record is not None and commitment(row.salt, record_text(record)) == row.digest


def public_record(world: World, tx: Transaction, version: int, revision: StoredRevision) -> dict[str, Any] | None:
    """The record as a release from `version` on has it; None where its words are not kept any more."""
    stored = tx.contributions.get(revision.contribution)
    if not isinstance(stored, StoredContribution):
        return None
    try:
        body = redacted(
            world, stored.owner, stored.id, revision.number, tx.contributions.content(stored.id, revision.number)
        )
    except KeyLost:
        return None
    target = body.get("target")
    known = {target} if target and tx.releases.is_member(target, version - 1) else set()
    return published(
        stored.id,
        body,
        revision.terms,
        given=stored.given,
        known_public=known,
        vocabulary=revision.vocabulary,
    )
