"""The worker curates: detect, decide, redact, and move on. Safe to repeat after any crash."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from commonwheel.curate.duplicates import fingerprint
from commonwheel.curate.policy import decide
from commonwheel.curate.redact import redact
from commonwheel.errors import KeyLost
from commonwheel.journeys.become_ready import become_ready
from commonwheel.journeys.moves import move
from commonwheel.journeys.preview import differs_from_preview
from commonwheel.journeys.words import original, seal
from commonwheel.journeys.world import World
from commonwheel.ports import Detection, Transaction
from commonwheel.records.body import Body
from commonwheel.records.findings import Action, Finding, Reason, Verdict
from commonwheel.records.states import State
from commonwheel.records.stored import StoredContribution, StoredRevision

_DUPLICATE = Finding(kind="duplicate.exact", detector="duplicates", version="1", score=1.0)
_NEVER_DUPLICATES = ("signal",)
"""Two people may well give the same thumb."""
_WORKER = "worker"
"""Stands for the name of a detector where curating ended the worker itself."""
_PER_TRANSACTION = 4
"""Acknowledged together: few, so that doors never wait long for the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claimed:
    stored: StoredContribution
    revision: StoredRevision
    body: Body
    digest: bytes
    """Of what it says; under our key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """A revision that was looked at: what was found in it and made of it.

    `differs`: something else would be public than what its giver saw and agreed to.
    """

    item: _Claimed
    detection: Detection
    differs: bool
    public: Body
    sealed: bytes


def curate(world: World) -> int:
    """Claim a batch from the waiting room and curate it; returns how many, 0 when nothing waits."""
    with world.database.write() as tx:
        revisions = tx.waiting.claim(world.holder, world.clock.now(), world.limits.claim, world.limits.claim_batch)
    if not revisions:
        return 0
    for batch in _careful(_open(world, revisions)):
        # In order of their digests, so that two workers with the same duplicates do not wait for each other.
        judged = list(_judged(world, zip(batch, _detect(world, batch), strict=True)))
        judged.sort(key=lambda each: each.item.digest)
        for start in range(0, len(judged), _PER_TRANSACTION):
            some = judged[start : start + _PER_TRANSACTION]
            with world.database.write() as tx:
                # As everybody who changes a contribution does first, so that nobody moves it under our hands.
                tx.contributions.many([each.item.stored.id for each in some], lock=True)
                for each in some:
                    if tx.waiting.still_mine(world.holder, each.item.stored.id, each.item.revision.number):
                        _acknowledge(world, tx, each)
    return len(revisions)


def _careful(claimed: list[_Claimed]) -> list[list[_Claimed]]:
    """All at once; or each alone, in any order, where one of them may have ended the worker before.

    So that it takes no others with it: by the time its attempts are used up they are long done.
    """
    if not any(item.revision.attempts for item in claimed):
        return [claimed]
    return [[item] for item in random.sample(claimed, len(claimed))]


def _detect(world: World, batch: list[_Claimed]) -> list[Detection]:
    """What the detectors see; what ended every worker that tried is not tried again."""
    if batch and batch[0].revision.attempts >= world.limits.attempts:
        return [Detection(failed=(_WORKER,))]
    return world.curator.detect([item.body for item in batch])


def _open(world: World, revisions: Sequence[StoredRevision]) -> list[_Claimed]:
    with world.database.read() as tx:
        stored = tx.contributions.many([revision.contribution for revision in revisions])
        contents = tx.contributions.contents([(r.contribution, r.number) for r in revisions])
    claimed = []
    for revision in revisions:
        gift = stored.get(revision.contribution)
        sealed = contents.get((revision.contribution, revision.number))
        if gift is None or sealed is None:
            continue  # erased since it was claimed
        try:
            body = original(world, gift.owner, gift.id, revision.number, sealed)
        except KeyLost:
            continue  # being erased: the erasure finishes it
        digest = world.identity.digest("duplicate", fingerprint(body))
        claimed.append(_Claimed(stored=gift, revision=revision, body=body, digest=digest))
    return claimed


def _judged(world: World, looked_at: Iterable[tuple[_Claimed, Detection]]) -> Iterator[_Judged]:
    for item, detection in looked_at:
        try:
            yield _judge(world, item, detection)
        except KeyLost:
            continue  # being erased: the erasure finishes it


def _judge(world: World, item: _Claimed, detection: Detection) -> _Judged:
    """Everything that needs no database, so that nobody waits for it."""
    public = redact(item.body, detection.findings, decide(world.policy, detection).hide)
    return _Judged(
        item=item,
        detection=detection,
        differs=differs_from_preview(world, item.revision.terms, public),
        public=public,
        sealed=seal(world, item.stored.owner, item.stored.id, item.revision.number, "redacted", public),
    )


def _acknowledge(world: World, tx: Transaction, judged: _Judged) -> None:
    item, detection = judged.item, judged.detection
    id, number, now = item.stored.id, item.revision.number, world.clock.now()
    if _is_duplicate(tx, item):
        detection = replace(detection, findings=(*detection.findings, _DUPLICATE))
    findings, verdict = detection.findings, decide(world.policy, detection)
    if judged.differs and verdict.action in (Action.PASS, Action.REDACT):
        verdict = _hold_back(verdict, Reason.DIFFERS_FROM_PREVIEW, "builtin.differs_from_preview")
    tx.contributions.set_curated(id, number, verdict, findings, judged.sealed)
    data = {"rules": list(verdict.rules), "reasons": list(verdict.reasons), "policy": verdict.policy}
    if verdict.action is Action.REJECT:
        move(tx, now, item.revision, State.REJECTED, **data)
        tx.contributions.forget_duplicates(id)
    elif verdict.action is Action.QUARANTINE:
        move(tx, now, item.revision, State.QUARANTINED, **data)
        tx.reviews.open(id, number, now, appeal=False, statement=None, not_by=None)
    else:
        become_ready(world, tx, item.stored, replace(item.revision, findings=findings), judged.public, data)


def _is_duplicate(tx: Transaction, item: _Claimed) -> bool:
    """Whether the same words were given before, by anybody."""
    if item.stored.kind in _NEVER_DUPLICATES:
        return False
    if item.revision.number > 1:
        tx.contributions.forget_duplicates(item.stored.id)
    return tx.contributions.note_duplicate(item.digest, item.stored.id) != item.stored.id


def _hold_back(verdict: Verdict, reason: Reason, rule: str) -> Verdict:
    return replace(
        verdict,
        action=Action.QUARANTINE,
        rules=(*verdict.rules, rule),
        reasons=(*verdict.reasons, reason),
    )


def free_dead_claims(world: World) -> None:
    """Let go of what processes that are gone had claimed, rather than wait until their claims end."""
    with world.database.write() as tx:
        for holder in tx.waiting.claimants():
            if not world.is_alive(holder):
                tx.waiting.give_up(holder)
        for holder in tx.chores.claimants():
            if not world.is_alive(holder):
                tx.chores.give_up(holder)
