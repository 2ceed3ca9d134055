"""Work for later: what a person's wish or a release still needs done in the lake, the keys and the database."""

from collections.abc import Callable
from datetime import timedelta

import structlog

from commonwheel.errors import LakeBusy, Unavailable
from commonwheel.journeys.adopt_policy import send_back
from commonwheel.journeys.attribute import index_words
from commonwheel.journeys.explore import index_records
from commonwheel.journeys.leases import lake_lease
from commonwheel.journeys.mails import send_mail
from commonwheel.journeys.merged import FETCH, import_merged
from commonwheel.journeys.world import World
from commonwheel.ports import LakeErasure
from commonwheel.records.stored import LONGEST_PAUSE, Chore

log = structlog.get_logger()

_LEASE = timedelta(minutes=10)
_BATCH = 500


class _NotYet(Unavailable):
    """Something is in the way that will be gone in a moment."""


Report = Callable[[LakeErasure], None]
"""Told what an erasure from the lake did."""


def do_chores(world: World, *, wait_for_lake: bool = False, report: Report = lambda erasure: None) -> int:
    """Do all that is due; what cannot be done now stays queued. Returns how much was done."""
    done = 0
    while True:
        with world.database.write() as tx:
            chore = tx.chores.claim(world.holder, world.clock.now(), _LEASE)
        if chore is None:
            return done
        try:
            CHORES[chore.name](world, chore, wait_for_lake, report)
        except Unavailable as reason:
            _later(world, chore, reason)
        else:
            with world.database.write() as tx:
                tx.chores.done(chore.id)
            done += 1


def _later(world: World, chore: Chore, reason: Unavailable) -> None:
    pause = min(timedelta(seconds=2 ** min(chore.attempts, 12)), LONGEST_PAUSE)
    level = log.info if isinstance(reason, LakeBusy | _NotYet) else log.warning
    level("chore.delayed", chore=chore.name, id=chore.id, attempts=chore.attempts, reason=reason.code)
    with world.database.write() as tx:
        tx.chores.retry(chore.id, world.clock.now() + pause)


def _erase_rows(world: World, _chore: Chore, wait: bool, report: Report) -> None:
    """Remove rows from the lake: erased, taken down, or withdrawn while a release was cut.

    All that is queued goes at once: a file is rewritten once, and what went together cannot be told.
    """
    with lake_lease(world, "erasing from the lake", wait=wait):
        with world.database.read() as tx:
            queued = tx.chores.pending("erase_rows")
        removed = world.lake.erase({seq for each in queued for seq in each.payload["seqs"]})
        with world.database.write() as tx:
            for each in queued:
                tx.chores.done(each.id)
    log.info("lake.erased", rows=removed.rows, files=removed.files_rewritten, bytes=removed.bytes_rewritten)
    report(removed)


def _destroy_key(world: World, chore: Chore, _wait: bool, _report: Report) -> None:
    """Destroy retired keys, once nothing is left that they would open, in the store's log too."""
    world.keys.destroy_retired(chore.payload["owner"])
    if not world.keys.scrub():
        raise _NotYet


def _drop_originals(world: World, chore: Chore, _wait: bool, _report: Report) -> None:
    """The words as given are kept no longer than needed: their release was read back from the lake."""
    with world.database.read() as tx:
        keys = [(row.contribution, row.number) for row in tx.releases.entered(chore.payload["release"])]
    for start in range(0, len(keys), _BATCH):
        with world.database.write() as tx:
            tx.contributions.drop_originals(keys[start : start + _BATCH])


def _index_words(world: World, chore: Chore, _wait: bool, _report: Report) -> None:
    """What came with a release is found by its words; what left is not."""
    index_words(world, **chore.payload)


def _index_records(world: World, chore: Chore, _wait: bool, _report: Report) -> None:
    """What came with a release can be looked through; what left cannot."""
    index_records(world, **chore.payload)


def _send_back(world: World, _chore: Chore, _wait: bool, _report: Report) -> None:
    """A stricter policy was adopted: what it touches waits again."""
    send_back(world)


def _send_mail(world: World, chore: Chore, _wait: bool, _report: Report) -> None:
    """A letter that somebody waits for."""
    send_mail(world, **chore.payload)


def _import_merged(world: World, _chore: Chore, _wait: bool, _report: Report) -> None:
    """Something was merged into the repository of contributions."""
    import_merged(world)


def _scrub(world: World, _chore: Chore, _wait: bool, _report: Report) -> None:
    """Empty write-ahead logs and free pages."""
    if not (world.database.scrub() and world.keys.scrub()):
        raise _NotYet


CHORES: dict[str, Callable[[World, Chore, bool, Report], None]] = {
    "erase_rows": _erase_rows,
    "destroy_key": _destroy_key,
    "drop_originals": _drop_originals,
    "index_words": _index_words,
    "index_records": _index_records,
    "send_back": _send_back,
    "send_mail": _send_mail,
    FETCH: _import_merged,
    "scrub": _scrub,
}
"""All chores, by name."""
