"""What comes round by itself: the next release, and forgetting what nobody needs any more."""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from commonwheel.errors import Unavailable
from commonwheel.journeys.accounts import UNVERIFIED_KEPT
from commonwheel.journeys.cut_release import NothingToRelease, cut_release
from commonwheel.journeys.leave import remove_account
from commonwheel.journeys.standing import standing_round
from commonwheel.journeys.streams import forget_counts
from commonwheel.journeys.world import World
from commonwheel.records.stored import Schedule

log = structlog.get_logger()

RELEASE = "release"
HOUSEKEEPING = "housekeeping"
TRAINING = "training"
"""A look at whether a run is due; it has a process of its own (journeys/train.py: train_round)."""
_LOOK_AT_TRAINING = 60
"""Seconds between two such looks, where a recipe says what to train."""
_DAY = 86_400
_AGAIN = timedelta(minutes=1)
"""After something that is due could not be done."""
_BATCH = 200


def plan(world: World, release_every: int) -> None:
    """Keep the schedules as the settings want them; a pause stays a pause."""
    now = world.clock.now()
    with world.database.write() as tx:
        known = {schedule.name: schedule for schedule in tx.chores.schedules()}
        for name, every, first in (
            (RELEASE, release_every, now + timedelta(seconds=release_every)),
            (HOUSEKEEPING, _DAY, now),
            (TRAINING, _LOOK_AT_TRAINING if world.recipe else 0, now),
        ):
            before = known.get(name)
            if before is None:
                tx.chores.schedule(Schedule(name=name, every=every, due=first, paused=False))
            elif before.every != every:
                due = first if before.every == 0 else min(before.due, first)
                tx.chores.schedule(replace(before, every=every, due=due))


def pause_releases(world: World, *, paused: bool) -> Schedule:
    """Stop or resume cutting releases by schedule; one that fell due meanwhile is cut at once."""
    with world.database.write() as tx:
        for schedule in tx.chores.schedules():
            if schedule.name == RELEASE:
                changed = replace(schedule, paused=paused)
                break
        else:
            # Not planned yet: the worker fills in how often.
            changed = Schedule(name=RELEASE, every=0, due=world.clock.now(), paused=paused)
        tx.chores.schedule(changed)
    return changed


def due_schedules(world: World) -> set[str]:
    """Names of what is due now and not paused."""
    now = world.clock.now()
    with world.database.read() as tx:
        schedules = tx.chores.schedules()
    return {each.name for each in schedules if each.every and not each.paused and _is_due(each, now)}


def _is_due(schedule: Schedule, now: datetime) -> bool:
    """Its time has come, or lies further ahead than it ever is: then the clock went backwards."""
    return not now < schedule.due <= now + timedelta(seconds=schedule.every) + _AGAIN


def run_schedule(world: World, name: str) -> None:
    """Do what is due. What cannot be done now is tried again in a minute."""
    try:
        _ROUNDS[name](world)
    except Unavailable as reason:
        log.warning("schedule.delayed", schedule=name, reason=reason.code)
        set_due(world, name, _AGAIN)
    else:
        set_due(world, name, None)


def set_due(world: World, name: str, pause: timedelta | None) -> None:
    """When a schedule is due again: after a pause, or as often as it is."""
    now = world.clock.now()
    with world.database.write() as tx:
        for schedule in tx.chores.schedules():
            if schedule.name == name:
                tx.chores.schedule(replace(schedule, due=now + (pause or timedelta(seconds=schedule.every))))


def _cut(world: World) -> None:
    try:
        manifest = cut_release(world, "Cut by schedule.")
    except NothingToRelease:
        return
    log.info("release.cut", release=manifest.version, records=manifest.records)


def _keep_house(world: World) -> None:
    now = world.clock.now()
    with world.database.write() as tx:
        repeats = tx.access.forget_repeats(now - world.limits.repeats_kept)
        tx.repeats.forget_doors(now - timedelta(days=2))
        judgements = tx.judgements.forget(now - world.limits.judgements_kept)
        counts = forget_counts(world, tx)
        drafts = tx.drafts.forget(now - world.limits.draft_kept)
        drafts += tx.shelves.forget(now - world.limits.draft_kept)
    with world.database.write() as tx:
        unverified = tx.accounts.forget_unverified(now - UNVERIFIED_KEPT)
    for id in unverified:
        remove_account(world, id)
    mails = standing_round(world)
    words = 0
    while True:
        with world.database.write() as tx:
            keys = tx.contributions.rejected_before(now - world.limits.appeal_window, _BATCH)
            for id, number in keys:
                tx.contributions.forget_words(id, number)
            if keys:
                tx.chores.add("scrub", {}, now)
        words += len(keys)
        if len(keys) < _BATCH:
            break
    log.info(
        "house.kept",
        idempotency_keys=repeats,
        rejected_words=words,
        judgements=judgements,
        stream_hours=counts,
        drafts=drafts,
        unverified_accounts=len(unverified),
        mails=mails,
    )


_ROUNDS = {RELEASE: _cut, HOUSEKEEPING: _keep_house}
