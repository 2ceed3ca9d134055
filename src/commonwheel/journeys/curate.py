"""The worker curates: detect, decide, redact, and move on. Safe to repeat after any crash."""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from commonwheel.curate.duplicates import fingerprint
from commonwheel.curate.measures import language_of
from commonwheel.curate.policy import Policy, decide
from commonwheel.curate.redact import redact
from commonwheel.errors import KeyLost
from commonwheel.journeys.become_ready import become_ready
from commonwheel.journeys.judging import NO_OPINION, Opinion, Question, consult, put_off
from commonwheel.journeys.moves import move
from commonwheel.journeys.policy_in_force import policy_in_force
from commonwheel.journeys.preview import differs_from_preview
from commonwheel.journeys.public_form import manner_of, nothing_unsaid
from commonwheel.journeys.repeats import Shape, compare, shape_of
from commonwheel.journeys.sample import drawn, leave_out
from commonwheel.journeys.streams import Outcome, count_outcomes, held_stream
from commonwheel.journeys.words import original, seal
from commonwheel.journeys.world import World
from commonwheel.ports import Detection, Transaction
from commonwheel.records.body import Body
from commonwheel.records.findings import Action, Finding, Reason, Sample, Verdict
from commonwheel.records.states import State
from commonwheel.records.stored import StoredContribution, StoredRevision

_DUPLICATE = Finding(kind="duplicate.exact", detector="duplicates", version="1", score=1.0)
_NEVER_DUPLICATES = ("signal",)
"""Two people may well give the same thumb."""
_WORKER = "worker"
"""Stands for the name of a detector where curating ended the worker itself."""
_PASSES = (Action.PASS, Action.REDACT)
_PER_TRANSACTION = 4
"""Acknowledged together: few, so that doors never wait long for the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claimed:
    stored: StoredContribution
    revision: StoredRevision
    body: Body
    digest: bytes
    """Of what it says; under our key."""
    sample: Sample | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    """A revision that was looked at: what was found in it and made of it.

    `differs`: something else would be public than what its giver saw and agreed to. `opinion` is what
    judges say of what would pass.
    """

    item: _Claimed
    detection: Detection
    shape: Shape
    policy: Policy
    differs: bool
    public: Body
    sealed: bytes
    opinion: Opinion = NO_OPINION


def curate(world: World) -> int:
    """Claim a batch from the waiting room and curate it; returns how many, 0 when nothing waits."""
    with world.database.write() as tx:
        rules = policy_in_force(world, tx)
        revisions = tx.waiting.claim(world.holder, world.clock.now(), world.limits.claim, world.limits.claim_batch)
    if not revisions:
        return 0
    for batch in _careful(_sampled(world, rules.policy, _open(world, revisions))):
        # In order of their digests, so that two workers with the same duplicates do not wait for each other.
        judged = list(_judged(world, rules.policy, zip(batch, _detect(world, batch), strict=True)))
        judged = _with_opinions(world, rules.policy, judged)
        judged.sort(key=lambda each: each.item.digest)
        for start in range(0, len(judged), _PER_TRANSACTION):
            some = judged[start : start + _PER_TRANSACTION]
            with world.database.write() as tx:
                if policy_in_force(world, tx, kept=True).number != rules.number:
                    tx.waiting.give_up(world.holder)  # decided by rules that are no longer in force
                    return len(revisions)
                # As everybody who changes a contribution does first, so that nobody moves it under our hands.
                tx.contributions.many([each.item.stored.id for each in some], lock=True)
                mine = [each for each in some if _is_mine(world, tx, each.item)]
                mine = [each for each in mine if not put_off(tx, each.item.revision, each.opinion)]
                beside = compare(tx, rules.policy, [each.shape for each in mine])
                outcomes = [_acknowledge(world, tx, each, beside[each.item.stored.id]) for each in mine]
                count_outcomes(world, tx, rules.policy.breaker, outcomes)
    return len(revisions)


def _is_mine(world: World, tx: Transaction, item: _Claimed) -> bool:
    return tx.waiting.still_mine(world.holder, item.stored.id, item.revision.number)


def _sampled(world: World, policy: Policy, claimed: list[_Claimed]) -> list[_Claimed]:
    """Those that are kept, each with how it was drawn. What is not drawn is not even looked at."""
    kept: list[_Claimed] = []
    for item in claimed:
        sample, stays = drawn(world, policy, item.revision, item.body)
        if stays:
            kept.append(replace(item, sample=sample))
            continue
        with world.database.write() as tx:
            tx.contributions.many([item.stored.id], lock=True)
            if _is_mine(world, tx, item):
                leave_out(tx, world.clock.now(), policy, item.revision, sample)
    return kept


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


def _judged(world: World, policy: Policy, looked_at: Iterable[tuple[_Claimed, Detection]]) -> Iterator[_Judged]:
    for item, detection in looked_at:
        try:
            yield _judge(world, policy, item, detection)
        except KeyLost:
            continue  # being erased: the erasure finishes it


def _judge(world: World, policy: Policy, item: _Claimed, detection: Detection) -> _Judged:
    """Everything that needs no database, so that nobody waits for it."""
    detection = nothing_unsaid(item.body, detection)
    hide = decide(policy, detection).hide
    public = redact(item.body, detection.findings, hide, manner_of(world, policy, item.body), detection.cleaned)
    return _Judged(
        item=item,
        detection=detection,
        shape=shape_of(world, item.stored, item.revision, item.body, detection),
        policy=policy,
        differs=differs_from_preview(world, item.revision.terms, public),
        public=public,
        sealed=seal(world, item.stored.owner, item.stored.id, item.revision.number, "redacted", public),
    )


def _with_opinions(world: World, policy: Policy, judged: list[_Judged]) -> list[_Judged]:
    """With what the judges say of what would pass, found like anything else."""
    questions = [
        Question(
            stored=each.item.stored,
            revision=each.item.revision,
            passes=not each.differs and decide(policy, each.detection).action in _PASSES,
            public=each.public,
        )
        for each in judged
    ]
    opinions = consult(world, policy.judge, questions)
    return [replace(each, opinion=opinion) for each, opinion in zip(judged, opinions, strict=True)]


def _acknowledge(world: World, tx: Transaction, judged: _Judged, beside: Sequence[Finding]) -> Outcome:
    """Decide by what was found in it and beside it, and move on."""
    item = judged.item
    id, number, now = item.stored.id, item.revision.number, world.clock.now()
    if _is_duplicate(tx, item):
        beside = [*(finding for finding in beside if finding.kind != "duplicate.near"), _DUPLICATE]
    findings = (*judged.detection.findings, *judged.opinion.findings, *beside)
    verdict = decide(judged.policy, replace(judged.detection, findings=findings))
    verdict = replace(verdict, sample=item.sample)
    if judged.differs and verdict.action in _PASSES:
        verdict = _hold_back(verdict, Reason.DIFFERS_FROM_PREVIEW, "builtin.differs_from_preview")
    outcome = Outcome(stored=item.stored, revision=item.revision, verdict=verdict)
    if judged.opinion.fault is not None and verdict.action in _PASSES:
        verdict = _hold_back(verdict, Reason.JUDGE_UNAVAILABLE, f"builtin.judge:{judged.opinion.fault}")
    if verdict.action in _PASSES and (stream := held_stream(world, tx, item.stored, item.revision)):
        verdict = _hold_back(verdict, Reason.STREAM_HELD, f"builtin.breaker:{stream}")
    tx.contributions.set_curated(id, number, verdict, findings, judged.sealed)
    if item.revision.language is None and (language := language_of(findings)):
        tx.contributions.name_language(id, number, language)
    data = {"rules": list(verdict.rules), "reasons": list(verdict.reasons), "policy": verdict.policy}
    if verdict.action is Action.REJECT:
        move(tx, now, item.revision, State.REJECTED, **data)
        tx.contributions.forget_duplicates(id)
        tx.repeats.forget(id)
    elif verdict.action is Action.QUARANTINE:
        move(tx, now, item.revision, State.QUARANTINED, **data)
        tx.reviews.open(id, number, now, appeal=False, statement=None, not_by=None)
    else:
        curated = replace(item.revision, findings=findings, verdict=verdict)
        become_ready(world, tx, item.stored, curated, judged.public, data)
    return outcome


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
