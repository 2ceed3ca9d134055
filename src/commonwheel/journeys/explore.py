"""Somebody reads what was released: looks through it, finds words in it, or takes a random walk."""

import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from commonwheel.journeys.first_words import first_words
from commonwheel.journeys.publishing import public_records
from commonwheel.journeys.world import World
from commonwheel.learn.attribution import answers_in, asked_in
from commonwheel.ports.exploring import Shown, Wanted
from commonwheel.records.preference import on_training
from commonwheel.records.stored import Row
from commonwheel.records.terms import Purpose
from commonwheel.release.select import Selection, refusal
from commonwheel.release.topics import difficulty_of, topic_of

MOST_COUNTED = 1_000
"""Matches that are counted; of more it is said that there are more."""
MOST_SKIPPED = 2_000
"""Results that can be leafed through."""
_DISPLAYED = Selection(purpose=Purpose.DISPLAY)
_TITLE, _TEXT = 120, 4_000
_PIECE, _BATCH = 5_000, 200


def explore(world: World, wanted: Wanted, skip: int, limit: int) -> tuple[list[Shown], int]:
    """A page of what is wanted, and how many there are, up to MOST_COUNTED."""
    with world.database.read() as tx:
        return tx.exploring.search(wanted, min(skip, MOST_SKIPPED), limit), tx.exploring.count(
            wanted, MOST_COUNTED
        )


def facets(world: World) -> dict[str, list[tuple[str, int]]]:
    """How much there is of what, now."""
    with world.database.read() as tx:
        return tx.exploring.facets()


def counted(world: World, release: int) -> dict[str, list[tuple[str, int]]]:
    """How much of what a release held when it was made, counted anew as long as it is not yet findable."""
    with world.database.read() as tx:
        return tx.exploring.counted(release) or tx.exploring.facets(release)


def last_row(world: World) -> int:
    """The highest row that can be found; it changes with every release."""
    with world.database.read() as tx:
        return tx.exploring.last()


def somewhere(world: World) -> str | None:
    """The id of some released record; None where there is none."""
    with world.database.read() as tx:
        found = tx.exploring.near(secrets.randbelow(tx.exploring.last() + 1))
    return None if found is None else found.contribution


def index_records(world: World, release: int, after: int = 0, everything: bool = False) -> None:
    """Let what came with a release be found, and forget what left with it: a part, then a chore for the rest.

    Where nothing is findable yet, everything in the release comes. Done again it changes nothing.
    """
    with world.database.read() as tx:
        everything = everything or tx.exploring.empty()
        rows = (tx.releases.members if everything else tx.ngrams.entered)(release, after, _PIECE)
        gone = [] if after else [row.seq for row in tx.releases.left(release)]
    if gone:
        with world.database.write() as tx:
            tx.exploring.forget(gone)
    for start in range(0, len(rows), _BATCH):
        _index(world, release, rows[start : start + _BATCH])
    with world.database.write() as tx:
        if len(rows) == _PIECE:
            rest = {"release": release, "after": rows[-1].seq, "everything": everything}
            tx.chores.add("index_records", rest, world.clock.now())
        else:
            tx.exploring.keep_counted(release, tx.exploring.facets(release))


def _index(world: World, release: int, rows: Sequence[Row]) -> None:
    """What was erased meanwhile is seen under the lock; what was only taken back does not stand anyway."""
    numbers = {(row.contribution, row.number): row.seq for row in rows}
    with world.database.read() as tx:
        made = public_records(world, tx, release, numbers)
        rough = {key for key, each in tx.contributions.revisions_among(made.keys()).items() if each.rough}
    found = {
        key: _shown(numbers[key], key[1], public.record, key in rough)
        for key, public in made.items()
        if refusal(public.record, _DISPLAYED) is None
    }
    with world.database.write() as tx:
        alive = tx.contributions.many({id for id, _ in found}, lock=True)
        tx.exploring.keep([record for (id, _), record in found.items() if id in alive])


def _shown(row: int, number: int, record: Mapping[str, Any], rough: bool) -> Shown:
    asked, answers = list(asked_in(record)), list(answers_in(record))
    return Shown(
        row=row,
        contribution=record["id"],
        number=number,
        rough=rough,
        name=record["attribution"] or "",
        title=first_words(record, _TITLE),
        text="\n".join((*asked, *answers, record.get("note") or ""))[:_TEXT],
        facets={
            "kind": record["kind"],
            "topic": topic_of((*asked, *answers), record.get("tags") or ()),
            "difficulty": difficulty_of(asked, answers, len(record.get("steps") or ())),
            "language": (record["language"] or "").partition("-")[0].lower(),
            "assessment": _assessment(record),
            "license": record["license"],
            "learns": on_training(record["ai_pref"]),
        },
    )


def _assessment(record: Mapping[str, Any]) -> str:
    """What its giver thinks of it; a single answer that they marked as failed makes it a failure."""
    said: str = record.get("assessment") or ""
    return said or ("fail" if "fail" in (record.get("labels") or {}).values() else "")


def known(values: Collection[str], among: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    """Those of the values that there are records of."""
    there = {value for value, _ in among}
    return tuple(value for value in dict.fromkeys(values) if value in there)
