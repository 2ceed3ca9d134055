"""Judges are asked about what would become public, and what happens to it where they do not answer.

A call is made outside of any transaction. What a judge found is kept under a keyed digest of the words, so that
the same is not asked twice, and goes when the contribution that was asked about is erased. Without an answer
a record waits and is tried again, then goes to a person: it never passes for want of one.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from commonwheel.curate.sections import JudgeRules
from commonwheel.journeys.circuit import Circuit
from commonwheel.journeys.streams import is_held
from commonwheel.journeys.world import World
from commonwheel.ports import Judge, JudgeFault, Judgement, Transaction
from commonwheel.records.body import Body
from commonwheel.records.findings import Finding
from commonwheel.records.stored import LONGEST_PAUSE, StoredContribution, StoredRevision

log = structlog.get_logger()

_TOGETHER = 8
"""Asked at once: about as many failures as it takes to leave a judge alone."""
_SLOWER = 4
"""Each pause is so many times the one before."""
_FOR_A_PERSON = frozenset({JudgeFault.ABSENT, JudgeFault.TOO_LARGE})
"""What waiting does not mend."""
_KNOWN_ALREADY = frozenset({JudgeFault.RESTING, JudgeFault.BUDGET})
"""What is no news of each record: it was told when it began."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One record that may be judged: what would be public of it, and whether it passes so far."""

    stored: StoredContribution
    revision: StoredRevision
    passes: bool
    public: Body


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What the judges found, all together. Where one gave no answer, `fault` says why.

    With `until` the record is to wait until then; without, a person has to look at it.
    """

    findings: tuple[Finding, ...] = ()
    fault: JudgeFault | None = None
    until: datetime | None = None


NO_OPINION = Opinion()
"""Nothing is found, and nothing is missing."""


def consult(world: World, rules: JudgeRules, questions: Sequence[Question]) -> list[Opinion]:
    """An opinion on each, in order; an empty one on what needs none."""
    asked = [index for index, needed in enumerate(_needed(world, rules, questions)) if needed]
    if not asked:
        return [NO_OPINION] * len(questions)
    opinions = dict.fromkeys(asked, NO_OPINION)
    if not world.judging.judges:
        opinions = dict.fromkeys(asked, Opinion(fault=JudgeFault.ABSENT))
    deadline = time.monotonic() + world.limits.claim.total_seconds() / 2
    for judge, circuit in world.judging.judges:
        open_questions = [index for index in asked if opinions[index].fault is None]
        some = [questions[index] for index in open_questions]
        judgements = _judgements(world, judge, circuit, some, rules.longest, deadline)
        for index, judgement in zip(open_questions, judgements, strict=True):
            found = (*opinions[index].findings, *judgement.findings)
            opinions[index] = Opinion(findings=found, fault=judgement.fault)
    return [
        _settled(rules, question, opinions.get(index, NO_OPINION), world.clock.now())
        for index, question in enumerate(questions)
    ]


def put_off(tx: Transaction, revision: StoredRevision, opinion: Opinion) -> bool:
    """Leave a record waiting where its judge is to be asked again; returns whether it is."""
    if opinion.until is None:
        return False
    key = (revision.contribution, revision.number)
    tx.waiting.postpone(key, opinion.until, asked=opinion.fault is not JudgeFault.LATE)
    return True


def _needed(world: World, rules: JudgeRules, questions: Sequence[Question]) -> list[bool]:
    """Only what would pass: what is refused or goes to a person anyway needs no judge."""
    if not (rules.required or world.judging.judges):
        return [False] * len(questions)
    with world.database.read() as tx:
        return [
            question.stored.kind in rules.kinds
            and question.passes
            and not is_held(world, tx, question.stored, question.revision)
            for question in questions
        ]


def _settled(rules: JudgeRules, question: Question, opinion: Opinion, now: datetime) -> Opinion:
    """What becomes of a record without an answer: it waits, longer each time, then a person looks."""
    if opinion.fault is None or opinion.fault in _FOR_A_PERSON:
        return opinion
    revision = question.revision
    if opinion.fault is JudgeFault.LATE:
        return replace(opinion, until=now)
    tell = log.info if opinion.fault in _KNOWN_ALREADY else log.warning
    which = {"contribution": revision.contribution, "number": revision.number}
    tell("judge.failed", fault=opinion.fault, tries=revision.asked + 1, **which)
    if revision.asked >= rules.retries:
        return opinion
    pause = timedelta(seconds=rules.wait * _SLOWER ** min(revision.asked, 10))
    return replace(opinion, until=now + min(pause, LONGEST_PAUSE))


def _judgements(
    world: World, judge: Judge, circuit: Circuit, questions: Sequence[Question], longest: int, deadline: float
) -> list[Judgement]:
    """One judge's answers, from memory where it was asked the same before."""
    texts = [json.dumps(question.public, sort_keys=True) for question in questions]
    digests = [world.identity.digest("judge", f"{judge.version}\0{text}".encode()) for text in texts]
    with world.database.read() as tx:
        known = tx.judgements.known(digests)
    answers = {digest: Judgement(findings=found) for digest, found in known.items()}
    for digest, text in zip(digests, texts, strict=True):
        if len(text) > longest:
            answers[digest] = Judgement(fault=JudgeFault.TOO_LARGE)
    unknown = {
        digest: question for digest, question in zip(digests, questions, strict=True) if digest not in answers
    }
    answers |= _ask(world, judge, circuit, unknown, deadline)
    return [answers[digest] for digest in digests]


def _ask(
    world: World, judge: Judge, circuit: Circuit, unknown: dict[bytes, Question], deadline: float
) -> dict[bytes, Judgement]:
    """Ask a few at a time, as long as there is time, the budget lasts and the circuit is closed."""
    answers: dict[bytes, Judgement] = {}
    waiting = list(unknown)
    while waiting:
        if time.monotonic() > deadline:
            return answers | dict.fromkeys(waiting, Judgement(fault=JudgeFault.LATE))
        now = world.clock.now()
        some = waiting[: circuit.admits(min(len(waiting), _TOGETHER), now)]
        if not some:
            return answers | dict.fromkeys(waiting, Judgement(fault=JudgeFault.RESTING))
        with world.database.write() as tx:
            granted = tx.judgements.spend(_day(now), len(some), world.judging.budget)
        if not granted:
            log.warning("judge.budget_spent", day=_day(now), calls=world.judging.budget)
            return answers | dict.fromkeys(waiting, Judgement(fault=JudgeFault.BUDGET))
        some = some[:granted]
        waiting = waiting[granted:]
        judged = judge.judge([unknown[digest].public for digest in some])
        answers |= zip(some, judged, strict=True)
        for judgement in judged:
            if circuit.tell(judgement.fault is None, world.clock.now()):
                log.warning("judge.rests", judge=judge.name, fault=judgement.fault)
        with world.database.write() as tx:
            _keep(tx, {digest: unknown[digest] for digest in some}, answers, world.clock.now())
    return answers


def _keep(tx: Transaction, asked: dict[bytes, Question], answers: dict[bytes, Judgement], now: datetime) -> None:
    """Remember what was found, of what is not erased meanwhile."""
    found = {digest: question for digest, question in asked.items() if answers[digest].fault is None}
    if found:
        alive = tx.contributions.many({question.stored.id for question in found.values()}, lock=True)
        tx.judgements.keep(
            {
                digest: (question.stored.id, answers[digest].findings)
                for digest, question in found.items()
                if question.stored.id in alive
            },
            now,
        )


def _day(now: datetime) -> str:
    return now.date().isoformat()


def calls_today(world: World) -> int:
    """How many calls of today's budget are used."""
    with world.database.read() as tx:
        return tx.judgements.spent(_day(world.clock.now()))
