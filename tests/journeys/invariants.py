"""What is true of every instance at every moment, checked by looking at all of it."""

from collections import defaultdict

from commonwheel.journeys.read_release import releases, verify
from commonwheel.ports import Transaction
from commonwheel.records.states import MOVES, State
from commonwheel.records.stored import StoredRevision, Tombstone
from tests.worlds import Instance


def all_ids(here: Instance) -> list[str]:
    """Every contribution there ever was, erased ones too."""
    with here.app.database.engine.connect() as connection:
        return [id for (id,) in connection.exec_driver_sql("SELECT id FROM contribution")]


def check(here: Instance) -> None:
    """States, events, memberships and manifests agree."""
    with here.world.database.read() as tx:
        for id in all_ids(here):
            if isinstance(tx.contributions.get(id), Tombstone):
                assert tx.contributions.revisions(id) == [] and tx.gold.of(id) == []
                assert [event.name for event in tx.events.of(id)] == ["erased"]
                assert all(row.salt is None for row in tx.releases.rows_of(id))
            else:
                _check_revisions(tx, id)
        for release in tx.releases.all():
            assert release.sealed is None or release.manifest is not None
        _check_members(tx, here)
    sealed = releases(here.world)
    assert [release.version for release, _ in sealed] == list(range(1, len(sealed) + 1))
    for release, _ in sealed:
        assert verify(here.world, release.version) == []


def _check_revisions(tx: Transaction, id: str) -> None:
    revisions = tx.contributions.revisions(id)
    stored = tx.contributions.many([id])[id]
    assert [revision.number for revision in revisions] == list(range(1, stored.latest + 1))
    moves = defaultdict(list)
    for event in tx.events.of(id):
        if event.number is not None:
            moves[event.number].append(event.name)
    for revision in revisions:
        _check_moves(revision, moves[revision.number])
    under_way = [revision for revision in revisions if revision.state in (State.READY, State.RELEASED)]
    assert len(under_way) <= 1, "one revision at a time can be public"
    if not under_way or under_way[0].state is State.READY:
        last = tx.releases.last()
        assert last is None or last.sealed is None or not tx.releases.is_member(id, last.version + 1)


def _check_moves(revision: StoredRevision, names: list[str]) -> None:
    """From waiting on, each move is in the table and has its event, and the last one is where it is."""
    assert names[0] in ("given", "revised")
    state = State.WAITING
    for name in names[1:]:
        assert State(name) in MOVES[state], f"{state} to {name}"
        state = State(name)
    assert state is revision.state


def _check_members(tx: Transaction, here: Instance) -> None:
    """Intervals of a row do not overlap, and no release has a contribution twice."""
    last = tx.releases.last()
    sealed = 0 if last is None else last.version if last.sealed else last.version - 1
    intervals = defaultdict(list)
    with here.app.database.engine.connect() as connection:
        found = connection.exec_driver_sql(
            'SELECT r.contribution, m.entered, m."left" FROM membership m JOIN row r ON r.seq = m.seq '
            'ORDER BY r.contribution, m.entered, m."left"'
            if connection.dialect.name == "sqlite"
            else 'SELECT r.contribution, m.entered, m."left" FROM membership m JOIN "row" r ON r.seq = m.seq '
            'ORDER BY r.contribution, m.entered, m."left"'
        )
        for contribution, entered, left in found:
            intervals[contribution].append((entered, left))
    for several in intervals.values():
        end: int | None = 0
        for entered, left in several:
            assert end is not None and entered >= end, several
            assert left is None or left > entered or entered > sealed, several
            end = left
