"""Somebody reads a release: its records, what changed, what left, and whether it is what was signed."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from commonwheel.errors import NotFound, Unavailable
from commonwheel.journeys.world import World
from commonwheel.records.release import LakeRow, Manifest, Release, Removal
from commonwheel.release.manifest import Signed, from_bytes, public_text
from commonwheel.release.select import Selection, refusal
from commonwheel.release.verify import check_release


def sealed_release(world: World, version: int) -> tuple[Release, Manifest]:
    """A release with its manifest; NotFound before it is sealed."""
    with world.database.read() as tx:
        release = tx.releases.get(version)
    if release is None or release.manifest is None:
        raise NotFound(f"There is no release {version}.")
    return release, from_bytes(release.manifest)


def releases(world: World) -> list[tuple[Release, Manifest]]:
    """All sealed releases, the oldest first."""
    with world.database.read() as tx:
        return [(release, from_bytes(release.manifest)) for release in tx.releases.all() if release.manifest]


def signed(world: World, release: Release) -> Signed:
    """The manifest as published: its bytes, the signature and the public key."""
    assert release.manifest is not None and release.signature is not None, "sealed releases are signed"
    return Signed(manifest=release.manifest, signature=release.signature, key=public_text(world.signing))


def lake_rows(world: World, version: int) -> Iterator[LakeRow]:
    """The members of a release that may be read today, by row number."""
    for batch in world.lake.scan():
        with world.database.read() as tx:
            members = tx.releases.members(version, batch[0].seq - 1, len(batch))
        wanted = {member.seq for member in members}
        yield from (row for row in batch if row.seq in wanted)


def records(
    world: World, version: int, selection: Selection | None = None, refused: dict[str, int] | None = None
) -> Iterator[dict[str, Any]]:
    """Published records of a release. What `selection` leaves out is counted by reason in `refused`."""
    sealed_release(world, version)
    for row in lake_rows(world, version):
        record = json.loads(row.record) | {"release": version}
        why = None if selection is None else refusal(record, selection)
        if why is None:
            yield record
        elif refused is not None:
            refused[why] = refused.get(why, 0) + 1


def note_taken(world: World, version: int, what: str) -> None:
    """Count that a release was taken, as givers are told; who took it is not kept. A busy disk stops no reader."""
    with suppress(Unavailable), world.database.write() as tx:
        tx.statistics.took(version, what)


def taken(world: World, version: int) -> dict[str, int]:
    """How often a release was taken, by form."""
    with world.database.read() as tx:
        return tx.statistics.taken(version)


def record_page(
    world: World, version: int, after: int, limit: int, selection: Selection
) -> tuple[list[dict[str, Any]], int | None]:
    """A page of records by row number, and the cursor of the next; a page may hold less than `limit`."""
    sealed_release(world, version)
    with world.database.read() as tx:
        members = tx.releases.members(version, after, limit + 1)
    page = []
    for row in world.lake.get([member.seq for member in members[:limit]]):
        record = json.loads(row.record) | {"release": version}
        if refusal(record, selection) is None:
            page.append(record)
    return page, members[limit - 1].seq if len(members) > limit else None


def removals(world: World, version: int) -> list[Removal]:
    """What left up to a release or was removed from it since: whoever holds a copy drops these."""
    sealed_release(world, version)
    with world.database.read() as tx:
        gone = tx.releases.gone(version)
    return [Removal(id=id, release=release) for id, release in sorted(gone.items())]


def difference(world: World, old: int, new: int) -> dict[str, list[str]]:
    """Contributions that `new` has and `old` has not, and the other way round."""
    sealed_release(world, old)
    sealed_release(world, new)
    with world.database.read() as tx:
        before, after = tx.releases.contributions_in(old), tx.releases.contributions_in(new)
    return {"entered": sorted(after - before), "left": sorted(before - after)}


def verify(world: World, version: int) -> list[str]:
    """Recompute a release from the first one on; returns what is wrong in words, nothing where all is well."""
    _, manifest = sealed_release(world, version)
    chain = [signed(world, release) for release, seal in releases(world) if seal.version <= version]
    erased: dict[str, int] = {}
    with world.database.read() as tx:
        leaves = {
            name: [leaf for _, leaf in tx.releases.leaves(name, seal.log_size)]
            for name, seal in manifest.buckets.items()
        }
        for row in tx.releases.absent(version):
            erased[row.bucket] = erased.get(row.bucket, 0) + 1
    return check_release(chain, public_text(world.signing), leaves, lake_rows(world, version), erased)


def left_with(world: World, version: int) -> list[str]:
    """Ids of the contributions that the release before had and this one has not."""
    sealed_release(world, version)
    with world.database.read() as tx:
        return sorted({row.contribution for row in tx.releases.left(version)})
