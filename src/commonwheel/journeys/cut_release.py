"""The next release: freeze who is in it, append to the lake, read back, seal. Resumes where it stopped.

    begin    the release exists, `cutting`
    freeze   what is ready and not held gets a row number and a membership that starts here
    append   the rows go into the lake, in one commit that happens once
    publish  the rows are read back; their commitments are kept and their revisions are released
    seal     the logs grow, the manifest is signed

A withdrawal in between wins: it ends the membership before it began, and `publish` finds the revision
moved. What was appended of it is erased from the lake again.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from commonwheel import __version__
from commonwheel.errors import LakeBusy, Refused
from commonwheel.journeys.leases import lake_lease
from commonwheel.journeys.policy_in_force import policy_in_force
from commonwheel.journeys.publishing import holds, lake_rows, public_records
from commonwheel.journeys.world import World
from commonwheel.ports import Transaction
from commonwheel.records.release import LakeRow, Manifest, Release
from commonwheel.records.states import State
from commonwheel.records.stored import Bucket, Event, Row, StoredRevision
from commonwheel.release.leaf import Op, commitment, leaf
from commonwheel.release.manifest import BucketChange, from_bytes, next_manifest, sign, to_bytes
from commonwheel.release.merkle import Frontier
from commonwheel.release.publish import bucket_name

_BATCH = 500
_Item = TypeVar("_Item")

CUTTING = "cutting"
ROLLING_BACK = "rolling_back"
"""States of a release that is not sealed yet."""

Progress = Callable[[str, int], None]
"""Told the step and how many records it has handled."""


class NothingToRelease(Refused):
    """Nothing has changed since the last release, so there is nothing to cut."""

    code = "nothing_to_release"


def cut_release(world: World, note: str = "", progress: Progress = lambda step, count: None) -> Manifest:
    """Make the next release, or finish one that a crash interrupted."""
    with lake_lease(world, "cutting a release"):
        version, take_in = _begin(world, note)
        if take_in and world.lake.appended() < version:
            _freeze(world, version, progress)
        return finish_release(world, version, progress)


def finish_release(world: World, version: int, progress: Progress = lambda step, count: None) -> Manifest:
    """Append, publish and seal a release whose members are frozen."""
    world.lake.append(version, _rows_to_append(world, version))
    _publish(world, version, progress)
    manifest = _seal(world, version)
    progress("seal", manifest.records)
    world.lake.compact()
    return manifest


def _begin(world: World, note: str) -> tuple[int, bool]:
    """The version, and whether what is ready may come in: not where a rollback was interrupted."""
    now = world.clock.now()
    with world.database.write() as tx:
        last = tx.releases.last(lock=True)
        if last is not None and last.sealed is None:
            return last.version, last.state == CUTTING
        version = 1 if last is None else last.version + 1
        _let_back_in(tx, world, version)
        if not (tx.releases.candidates(version, now) or tx.releases.left(version) or tx.releases.entered(version)):
            raise NothingToRelease
        tx.releases.add(Release(version=version, state=CUTTING, created=now, note=note))
    return version, True


def _let_back_in(tx: Transaction, world: World, version: int) -> None:
    """What was released before and left because of a hold comes back once the hold is over."""
    for hold in tx.contributions.lapsed_holds(world.clock.now()):
        tx.contributions.lift(hold.contribution, hold.reason)
        if tx.contributions.holds(hold.contribution) or tx.releases.is_member(hold.contribution, version):
            continue
        for revision in tx.contributions.revisions(hold.contribution):
            if revision.state is State.RELEASED:
                rows = tx.releases.rows_of(hold.contribution)
                seqs = [row.seq for row in rows if row.number == revision.number and row.salt is not None]
                # It has no row where the hold came in the middle of the cut that was to bring it in.
                tx.releases.enter(seqs[-1:] or [_new_row(tx, revision)], version)


def _new_row(tx: Transaction, revision: StoredRevision) -> int:
    seq = tx.releases.next_seq()
    bucket = _bucket(tx, tx.releases.buckets(), revision)
    tx.releases.add_rows([Row(seq=seq, contribution=revision.contribution, number=revision.number, bucket=bucket)])
    return seq


def _freeze(world: World, version: int, progress: Progress) -> None:
    """Rows are numbered in the order of their random ids: nothing can be seen in it."""
    with world.database.read() as tx:
        candidates = tx.releases.candidates(version, world.clock.now())
    done = 0
    for keys in _batches(candidates):
        with world.database.write() as tx:
            _freeze_batch(world, tx, version, keys)
        done += len(keys)
        progress("freeze", done)


def _freeze_batch(world: World, tx: Transaction, version: int, keys: list[tuple[str, int]]) -> None:
    _check_open(tx, version)
    revisions = tx.releases.candidates_among(keys, version, world.clock.now())
    again = _rows_with_the_same(world, tx, version, revisions)
    buckets, first = tx.releases.buckets(), tx.releases.next_seq()
    new = [
        Row(seq=seq, contribution=each.contribution, number=each.number, bucket=_bucket(tx, buckets, each))
        for seq, each in enumerate((each for each in revisions if each.contribution not in again), start=first)
    ]
    tx.releases.add_rows(new)
    tx.releases.enter([row.seq for row in (*again.values(), *new)], version)


def _check_open(tx: Transaction, version: int) -> None:
    """A process that slept longer than its lease holds must not add to what another one has sealed since."""
    last = tx.releases.last(lock=True)
    if last is None or last.version != version or last.sealed is not None:
        raise LakeBusy(f"Another process has finished release {version} meanwhile.")


def _bucket(tx: Transaction, buckets: dict[str, Bucket], revision: StoredRevision) -> str:
    terms = revision.terms
    name = bucket_name(terms.license, terms.ai_pref, revision.vocabulary)
    if name not in buckets:
        buckets[name] = Bucket(
            name=name,
            license=terms.license,
            ai_pref=terms.ai_pref,
            vocabulary=revision.vocabulary,
            frontier=Frontier().to_bytes(),
        )
        tx.releases.keep_bucket(buckets[name])
    return name


def _rows_with_the_same(
    world: World, tx: Transaction, version: int, revisions: list[StoredRevision]
) -> dict[str, Row]:
    """Rows that still hold exactly what would be published: given again, it is not written twice."""
    numbers = {revision.contribution: revision.number for revision in revisions}
    rows = [row for row in tx.releases.rows_among(numbers) if row.salt and row.number == numbers[row.contribution]]
    records = public_records(world, tx, version, [(row.contribution, row.number) for row in rows])
    return {row.contribution: row for row in rows if holds(row, records.get((row.contribution, row.number)))}


def _rows_to_append(world: World, version: int) -> Iterator[LakeRow]:
    with world.database.read() as tx:
        new = [row for row in tx.releases.entered(version) if row.digest is None]
    for rows in _batches(new):
        with world.database.read() as tx:
            made = lake_rows(world, tx, version, rows)
        yield from made


def _publish(world: World, version: int, progress: Progress) -> None:
    """Read back what was appended, in the lake's own batches; then what was there before and enters again."""
    with world.database.read() as tx:
        entering = {row.seq: row for row in tx.releases.entering(version)}
    new = {seq for seq, row in entering.items() if row.digest is None}
    done = 0
    for batch in world.lake.scan(after=min(new) - 1) if new else ():
        written = {row.seq: row for row in batch if row.seq in new}
        done += _publish_rows(world, version, [entering.pop(seq) for seq in sorted(written)], written)
        progress("publish", done)
    for seqs in _batches(sorted(entering)):
        written = {row.seq: row for row in world.lake.get(seqs)}
        done += _publish_rows(world, version, [entering[seq] for seq in seqs], written)
        progress("publish", done)


def _publish_rows(world: World, version: int, rows: list[Row], written: dict[int, LakeRow]) -> int:
    for some in _batches(rows):
        with world.database.write() as tx:
            _publish_batch(world, tx, version, some, written)
    return len(rows)


def _publish_batch(
    world: World, tx: Transaction, version: int, rows: list[Row], written: dict[int, LakeRow]
) -> None:
    # First, as everybody who changes a contribution does: what is taken back now waits, or is seen here.
    tx.contributions.many({row.contribution for row in rows}, lock=True)
    _check_open(tx, version)
    open_still = tx.releases.open_among([row.seq for row in rows], version)
    good = [row for row in rows if row.seq in open_still and row.seq in written]
    tx.releases.commit([_committed(row, written[row.seq]) for row in good if row.digest is None])
    keys = [(row.contribution, row.number) for row in good]
    moved = tx.contributions.set_states(keys, State.READY, State.RELEASED)
    now = world.clock.now()
    tx.events.add(
        [
            Event(name=State.RELEASED, at=now, contribution=id, number=number, data={"release": version})
            for id, number in sorted(moved)
        ]
    )
    there = moved | tx.contributions.among(keys, State.RELEASED)
    kept = {row.seq for row in good if (row.contribution, row.number) in there}
    tx.releases.leave_rows(sorted(open_still - kept), version)


def _committed(row: Row, written: LakeRow) -> Row:
    return replace(row, digest=commitment(written.salt, written.record), salt=written.salt)


def _seal(world: World, version: int) -> Manifest:
    now = world.clock.now()
    with world.database.write() as tx:
        _check_open(tx, version)
        entered, left = tx.releases.entered(version), tx.releases.left(version)
        _drop_cancelled(world, tx, version, {row.seq for row in entered})
        manifest = next_manifest(
            _manifest(tx, version - 1),
            _extend_logs(tx, version, entered, left),
            name=world.name,
            created=now,
            policy=policy_in_force(world, tx).policy.tag,
            code=__version__,
        )
        content = to_bytes(manifest)
        tx.releases.seal(version, now, content, sign(content, world.signing))
        data = {"release": version, "entered": len(entered), "left": len(left)}
        tx.events.add([Event(name="release.sealed", at=now, data=data)])
        tx.chores.add("drop_originals", {"release": version}, now)
        tx.chores.add("index_words", {"release": version}, now)
        tx.chores.add("index_records", {"release": version}, now)
    return manifest


def _drop_cancelled(world: World, tx: Transaction, version: int, entered: set[int]) -> None:
    """What was taken back while the release was cut never was in it, and leaves the lake again."""
    cancelled = [row for row in tx.releases.entering(version) if row.seq not in entered]
    tx.releases.cancel_entry([row.seq for row in cancelled], version)
    unused = [row.seq for row in cancelled if not tx.releases.ever_member(row.seq)]
    if unused:
        tx.releases.forget_salts(unused)
        tx.chores.add("erase_rows", {"seqs": unused}, world.clock.now())


def _manifest(tx: Transaction, version: int) -> Manifest | None:
    release = tx.releases.get(version)
    return None if release is None or release.manifest is None else from_bytes(release.manifest)


def _extend_logs(tx: Transaction, version: int, entered: list[Row], left: list[Row]) -> dict[str, BucketChange]:
    changed: dict[str, list[tuple[Op, Row]]] = defaultdict(list)
    for row in left:
        changed[row.bucket].append(("leave", row))
    for row in entered:
        changed[row.bucket].append(("enter", row))
    buckets = tx.releases.buckets()
    changes = {}
    for name, entries in sorted(changed.items()):
        bucket = buckets[name]
        log = Frontier.from_bytes(bucket.frontier)
        leaves = [(row.seq, _leaf(op, row)) for op, row in entries]
        tx.releases.log(name, log.size, version, leaves)
        log.extend(digest for _, digest in leaves)
        tx.releases.keep_bucket(replace(bucket, frontier=log.to_bytes()))
        counts = Counter(op for op, _ in entries)
        changes[name] = BucketChange.of(
            bucket.license,
            bucket.ai_pref,
            bucket.vocabulary,
            entered=counts["enter"],
            left=counts["leave"],
            log=log,
        )
    return changes


def _leaf(op: Op, row: Row) -> bytes:
    assert row.digest is not None, "a member has been read back from the lake"
    return leaf(op, row.contribution, row.number, row.digest)


def _batches(items: list[_Item]) -> Iterator[list[_Item]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
