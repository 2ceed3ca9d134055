"""Back to an older release, minus everything that was since erased, withdrawn, held or taken down."""

from commonwheel.errors import IllegalMove, NotFound
from commonwheel.journeys.cut_release import ROLLING_BACK, finish_release
from commonwheel.journeys.leases import lake_lease
from commonwheel.journeys.world import World
from commonwheel.records.release import Manifest, Release
from commonwheel.records.states import State


def roll_back(world: World, to: int) -> Manifest:
    """A new release with the members of release `to` that may still be released, and no others.

    Where somebody has fixed what they gave since, the fixed revision takes the place of the old one.
    What was released only later stays out until a rollback to a release that has it.
    """
    with lake_lease(world, f"rolling back to release {to}"):
        version = _begin(world, to)
        return finish_release(world, version)


def _begin(world: World, to: int) -> int:
    now = world.clock.now()
    with world.database.write() as tx:
        target, last = tx.releases.get(to), tx.releases.last(lock=True)
        if target is None or last is None or target.sealed is None:
            raise NotFound(f"There is no release {to}.")
        if last.sealed is None:
            raise IllegalMove("A release is being cut: finish it first, with 'commonwheel release cut'.")
        if to == last.version:
            raise IllegalMove(f"Release {to} is the newest one already.")
        version = last.version + 1
        wanted = tx.releases.contributions_in(to)
        members = {row.seq: row for row in tx.releases.open_members()}
        tx.releases.leave_rows([seq for seq, row in members.items() if row.contribution not in wanted], version)
        missing = wanted - {row.contribution for row in members.values()}
        back = []
        for id in sorted(missing):
            if tx.contributions.holds(id):
                continue
            rows = {row.number: row for row in tx.releases.rows_of(id) if row.salt is not None}
            for revision in tx.contributions.revisions(id):
                if revision.state is State.RELEASED and revision.number in rows:
                    back.append(rows[revision.number].seq)
        tx.releases.enter(back, version)
        note = f"Rolled back to release {to}."
        tx.releases.add(Release(version=version, state=ROLLING_BACK, created=now, note=note))
    return version
