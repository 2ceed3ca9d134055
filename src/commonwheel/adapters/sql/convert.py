"""Between table rows and records."""

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Row

from commonwheel.records.findings import Finding, Verdict
from commonwheel.records.states import State
from commonwheel.records.stored import ReviewItem, StoredContribution, StoredRevision, Token, Tombstone
from commonwheel.records.terms import TERMS

VERDICT = TypeAdapter(Verdict)
FINDINGS = TypeAdapter(tuple[Finding, ...])


def to_json(adapter: TypeAdapter[Any], value: Any) -> str:
    """Compact JSON of a record."""
    return adapter.dump_json(value).decode()


def contribution_of(row: Row[Any]) -> StoredContribution | Tombstone:
    """A row of `contribution`."""
    if row.erased is not None:
        return Tombstone(id=row.id, erased=row.erased)
    return StoredContribution(
        id=row.id,
        kind=row.kind,
        given=row.given,
        latest=row.latest,
        owner=row.owner,
        contributor=row.contributor,
        token=row.token,
    )


def revision_of(row: Row[Any]) -> StoredRevision:
    """A row of `revision`."""
    return StoredRevision(
        contribution=row.contribution,
        number=row.number,
        state=State(row.state),
        created=row.created,
        terms=TERMS.validate_json(row.terms),
        door=row.door,
        vocabulary=row.vocabulary,
        language=row.language,
        verdict=None if row.verdict is None else VERDICT.validate_json(row.verdict),
        findings=() if row.findings is None else FINDINGS.validate_json(row.findings),
        attempts=row.attempts,
        asked=row.asked,
    )


def review_of(row: Row[Any]) -> ReviewItem:
    """A row of `review`, without its sealed words."""
    return ReviewItem(
        id=row.id,
        contribution=row.contribution,
        number=row.number,
        opened=row.opened,
        version=row.version,
        appeal=row.appeal,
        not_by=row.not_by,
        claimed_by=row.claimed_by,
        claimed_until=row.claimed_until,
        decided=row.decided,
        decided_by=row.decided_by,
        decision=row.decision,
        reason=row.reason,
    )


def token_of(row: Row[Any]) -> Token:
    """A row of `token`."""
    return Token(
        id=row.id,
        subject=row.subject,
        scopes=tuple(row.scopes.split()),
        created=row.created,
        terms=None if row.terms is None else TERMS.validate_json(row.terms),
        revoked=row.revoked,
        account=row.account,
        session=row.session,
        expires=row.expires,
        label=row.label,
    )
