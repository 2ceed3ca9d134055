"""A rise in refusals opens the breaker of a stream: for a while a person looks at all that comes from there.

Streams are what one contributor gives, what comes through one door, and everything. They are counted in the
transaction that acknowledges, so that counts and verdicts agree whatever crashes.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from commonwheel.curate.sections import BreakerRules
from commonwheel.errors import NotFound
from commonwheel.journeys.policy_in_force import policy_in_force
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.ports import Counts, Held, Transaction
from commonwheel.records.findings import Verdict
from commonwheel.records.stored import Event, StoredContribution, StoredRevision

log = structlog.get_logger()

ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the policy made of one item, before anything was held for its stream."""

    stored: StoredContribution
    revision: StoredRevision
    verdict: Verdict


def contributor_stream(contributor: str) -> str:
    """The stream of what one person gives, by their keyed hash."""
    return f"contributor:{contributor}"


def streams_of(stored: StoredContribution, revision: StoredRevision) -> tuple[str, ...]:
    """The streams that an item is part of, the narrowest first."""
    own = () if stored.contributor is None else (contributor_stream(stored.contributor),)
    return (*own, f"door:{revision.door}", ALL)


def kind_of(stream: str) -> str:
    """`contributor`, `door` or `all`: what may be told without saying whose."""
    return stream.partition(":")[0]


def held_stream(world: World, tx: Transaction, stored: StoredContribution, revision: StoredRevision) -> str | None:
    """The kind of the narrowest stream of an item that is held now."""
    streams, now = streams_of(stored, revision), world.clock.now()
    breakers = tx.streams.breakers(streams)
    return next((kind_of(each) for each in streams if each in breakers and breakers[each].until > now), None)


def is_held(world: World, tx: Transaction, stored: StoredContribution, revision: StoredRevision) -> bool:
    """Whether a person looks at an item because of where it comes from."""
    return held_stream(world, tx, stored, revision) is not None


def count_outcomes(world: World, tx: Transaction, rules: BreakerRules, outcomes: Iterable[Outcome]) -> None:
    """Count what was curated for the first time, and open breakers where refusals rose.

    Called last in its transaction: whoever counts the same streams waits until it ends.
    """
    fresh = [outcome for outcome in outcomes if outcome.revision.verdict is None]
    if not fresh:
        return
    now = world.clock.now()
    hour = _hour(now)
    breakers = tx.streams.breakers({stream for each in fresh for stream in streams_of(each.stored, each.revision)})
    before = _refused_before(tx, fresh, rules, hour)
    total: Counter[str] = Counter()
    refused: Counter[str] = Counter()
    for outcome in fresh:
        is_refused = rules.refuses(outcome.verdict)
        for stream in streams_of(outcome.stored, outcome.revision):
            total[stream] += 1
            refused[stream] += is_refused
            # What is held, or was refused often, says nothing more about the wider streams.
            is_open = stream in breakers and breakers[stream].until > now
            if is_open or (is_refused and before[stream] + refused[stream] > rules.of_one):
                break
    tx.streams.count({each: Counts(total=total[each], refused=refused[each]) for each in total}, hour)
    for stream in sorted(each for each, number in refused.items() if number):
        _open_where_it_rose(tx, rules, stream, now)


def _refused_before(
    tx: Transaction, outcomes: Iterable[Outcome], rules: BreakerRules, hour: datetime
) -> dict[str, int]:
    """Refusals in the window so far, of the streams in which something was refused now."""
    since = hour - timedelta(hours=rules.window_hours)
    streams = {
        stream
        for each in outcomes
        if rules.refuses(each.verdict)
        for stream in streams_of(each.stored, each.revision)
    }
    return {each: tx.streams.counts(each, since, _after(hour)).refused for each in streams}


def _open_where_it_rose(tx: Transaction, rules: BreakerRules, stream: str, now: datetime) -> None:
    hour = _hour(now)
    # Looked up again, as others who count it have ended by now and may have opened it.
    last = tx.streams.breakers([stream]).get(stream)
    if last is not None and last.until > now:
        return
    since = hour - timedelta(hours=rules.window_hours)
    if last is not None:
        # What was counted before it closed has had its consequence; the hour in which it closed is part of that.
        since = max(since, _after(_hour(last.until)))
    earlier = tx.streams.counts(stream, since - timedelta(hours=rules.earlier_hours), since)
    counted = tx.streams.counts(stream, since, _after(hour))
    if rules.opens(counted.total, counted.refused, earlier.total, earlier.refused):
        until = now + timedelta(hours=rules.open_hours)
        tx.streams.hold(Held(stream=stream, opened=now, until=until, total=counted.total, refused=counted.refused))
        facts = {"total": counted.total, "refused": counted.refused, "until": until.isoformat()}
        tx.events.add([Event(name="stream_held", at=now, data={"stream": _in_event(stream)} | facts)])
        log.warning("stream.held", stream=_in_log(stream), **facts)


def _in_event(stream: str) -> str:
    """Not whose: what is told of a person goes when they erase everything, and events stay."""
    return kind_of(stream) if stream.startswith("contributor:") else stream


def _in_log(stream: str) -> str:
    """Ids only: the name of a door may be of whoever gives."""
    return kind_of(stream) if stream.startswith("door:") else stream


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _after(hour: datetime) -> datetime:
    return hour + timedelta(hours=1)


def held_streams(world: World) -> list[Held]:
    """All streams that are held now."""
    with world.database.read() as tx:
        return tx.streams.held(world.clock.now())


def close_breaker(world: World, actor: Actor, stream: str) -> None:
    """An operator or reviewer has looked: the stream flows again. What it was held for does not count again."""
    actor.require(TokenScope.REVIEW, TokenScope.ADMIN)
    now = world.clock.now()
    with world.database.write() as tx:
        if not tx.streams.end(stream, now):
            raise NotFound(f"The stream {stream} is not held.")
        tx.events.add([Event(name="stream_let_go", at=now, data={"stream": _in_event(stream)})])
    log.info("stream.let_go", stream=_in_log(stream))


def forget_counts(world: World, tx: Transaction) -> int:
    """Drop counts that no breaker looks at any more; returns how many hours of streams."""
    rules = policy_in_force(world, tx).policy.breaker
    hours = rules.window_hours + rules.earlier_hours + 1
    return tx.streams.forget(world.clock.now() - timedelta(hours=hours))
