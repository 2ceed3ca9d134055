"""A community changes its rules: sees what would change, adopts, and what a stricter rule touches goes back."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import structlog

from commonwheel.curate.policy import Policy, decide
from commonwheel.curate.policy_examples import try_examples
from commonwheel.curate.policy_files import parse_policy
from commonwheel.errors import Conflict, Invalid, KeyLost
from commonwheel.journeys.moves import move
from commonwheel.journeys.policy_in_force import policy_in_force
from commonwheel.journeys.words import original
from commonwheel.journeys.world import World
from commonwheel.ports import Detection
from commonwheel.records.body import Body
from commonwheel.records.findings import Action, Tier, Verdict
from commonwheel.records.states import State
from commonwheel.records.stored import StoredContribution, StoredPolicy, StoredRevision

log = structlog.get_logger()

_PAGE = 200
_BY_PERSON = "person"
"""The rule that a reviewer's decision is named by: it outranks every policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One item that another policy would decide otherwise about."""

    contribution: str
    number: int
    state: State
    before: Verdict
    after: Verdict

    @property
    def stricter(self) -> bool:
        """Whether it is held back more, or more of it is hidden."""
        return (
            self.after.action.severity > self.before.action.severity
            or not set(self.after.hide) <= set(self.before.hide)
            or _severity(self.after.tier) > _severity(self.before.tier)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a policy would change: each change, and how many items were looked at by state."""

    changes: tuple[Change, ...]
    looked_at: dict[State, int]
    unread: int
    """Items that wait and that there was no time to look at."""

    def counted(self) -> Counter[tuple[State, Action, Action]]:
        """How many would go from which verdict to which."""
        return Counter((change.state, change.before.action, change.after.action) for change in self.changes)


def difference(world: World, policy: Policy, most_waiting: int = 2_000) -> Difference:
    """What `policy` would decide otherwise, about what is ready and about at most so many that wait.

    What is ready was scanned before, so it is only decided anew; what waits is scanned now.
    """
    with world.database.read() as tx:
        current = policy_in_force(world, tx).policy
        waits = tx.contributions.counts().get(State.WAITING, 0)
    changes, looked_at = [], Counter[State]()
    for revision in _ready(world):
        looked_at[State.READY] += 1
        changes += _changed(revision, revision.verdict, decide(policy, Detection(findings=revision.findings)))
    for revision, detection in _scanned(world, most_waiting):
        looked_at[State.WAITING] += 1
        changes += _changed(revision, decide(current, detection), decide(policy, detection))
    return Difference(
        changes=tuple(changes), looked_at=dict(looked_at), unread=max(0, waits - looked_at[State.WAITING])
    )


def adopt(world: World, text: str, by: str) -> int:
    """Put the policy in `text` in force, for all processes; returns its number.

    Raises Invalid for a faulty one, or one that does not keep its own examples: the one before stays. What
    is ready and falls under a stricter rule now is sent back to the waiting room by a chore.
    """
    policy = parse_policy(text)
    broken = [outcome for outcome in try_examples(policy, world.curator.detect) if outcome.faults]
    if broken:
        faults = [(f"/examples/{each.number - 1}", fault) for each in broken for fault in each.faults]
        raise Invalid(faults, "The policy does not do what its own examples say.")
    now = world.clock.now()
    stored = StoredPolicy(
        number=0, name=policy.name, version=policy.version, text=text, adopted=now, adopted_by=by
    )
    with world.database.write() as tx:
        alike = [each for each in tx.policies.all() if (each.name, each.version) == (policy.name, policy.version)]
        if any(each.text != text for each in alike):
            raise _another(policy.tag)
        if world.policy.tag == policy.tag and world.policy != policy:
            raise _another(policy.tag)
        number = tx.policies.adopt(stored)
        tx.chores.add("send_back", {"policy": number}, now)
    log.info("policy.adopted", policy=policy.tag, number=number)
    return number


def _another(tag: str) -> Conflict:
    return Conflict(f"There is another policy {tag}. Verdicts name the version: give yours one of its own.")


def send_back(world: World) -> int:
    """Send what the policy in force decides about more strictly back to the waiting room; how many went.

    What a person decided stays: that outranks a policy.
    """
    with world.database.read() as tx:
        policy = policy_in_force(world, tx).policy
    sent = 0
    for revision in _ready(world):
        after = decide(policy, Detection(findings=revision.findings))
        if any(change.stricter for change in _changed(revision, revision.verdict, after)):
            sent += _send_back(world, revision, policy)
    if sent:
        log.info("policy.sent_back", policy=policy.tag, items=sent)
    return sent


def _send_back(world: World, revision: StoredRevision, policy: Policy) -> bool:
    now = world.clock.now()
    with world.database.write() as tx:
        if not isinstance(tx.contributions.get(revision.contribution, lock=True), StoredContribution):
            return False  # erased
        today = tx.contributions.revision(revision.contribution, revision.number)
        if today is None or today.state is not State.READY or today.verdict != revision.verdict:
            return False  # somebody was faster: taken back, released, or decided by a person
        tx.gold.drop(revision.contribution)
        move(tx, now, today, State.WAITING, policy=policy.tag)
    return True


def _ready(world: World) -> Iterator[StoredRevision]:
    """What is ready and was decided by a policy, page by page."""
    after = None
    while True:
        with world.database.read() as tx:
            page = tx.contributions.in_state(State.READY, after, _PAGE)
        for revision in page:
            if revision.verdict is not None and _BY_PERSON not in revision.verdict.rules:
                yield revision
        if len(page) < _PAGE:
            return
        after = (page[-1].created, page[-1].contribution)


def _scanned(world: World, most: int) -> Iterator[tuple[StoredRevision, Detection]]:
    after = None
    while most > 0:
        with world.database.read() as tx:
            page = tx.contributions.in_state(State.WAITING, after, min(_PAGE, most))
            stored = tx.contributions.many([revision.contribution for revision in page])
            contents = tx.contributions.contents([(each.contribution, each.number) for each in page])
        bodies: dict[int, Body] = {}
        for index, revision in enumerate(page):
            gift = stored.get(revision.contribution)
            sealed = contents.get((revision.contribution, revision.number))
            if gift is not None and sealed is not None:
                try:
                    bodies[index] = original(world, gift.owner, gift.id, revision.number, sealed)
                except KeyLost:
                    continue  # being erased
        yield from zip([page[i] for i in bodies], world.curator.detect(list(bodies.values())), strict=True)
        if len(page) < _PAGE:
            return
        most -= len(page)
        after = (page[-1].created, page[-1].contribution)


def _severity(tier: Tier | None) -> int:
    return 0 if tier is None else tier.severity


def _changed(revision: StoredRevision, before: Verdict | None, after: Verdict) -> list[Change]:
    """Nothing where both decide alike; the policies' names and their rules may differ."""
    if before is None:
        return []
    named = replace(after, policy=before.policy, rules=before.rules, reasons=before.reasons)
    if named == before:
        return []
    return [
        Change(
            contribution=revision.contribution, number=revision.number, state=revision.state, before=before,
            after=after,
        )
    ]  # fmt: skip
