"""Somebody gives what is in an export file: in batches, in bounded memory, and never twice."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import pydantic_core

from commonwheel.collect.items import Item, Skipped
from commonwheel.collect.reading import Reading
from commonwheel.errors import CommonwheelError, Conflict, KeyLost, NotFound, Refused, WaitingRoomFull
from commonwheel.journeys.contribute import Accepted, Gift, contribute
from commonwheel.journeys.curate import curate
from commonwheel.journeys.revise import revise_to
from commonwheel.journeys.take_back import withdraw
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor
from commonwheel.ports.imports import Mark, Marked
from commonwheel.records.body import CONTRIBUTION, body_of
from commonwheel.records.contribution import AnyContribution

_BATCH, _BATCH_BYTES = 256, 4_000_000
_PAUSE = 0.2
"""Seconds until the waiting room is asked again, where somebody else is emptying it."""
LISTED = 100
"""So many refused items a report lists; it counts all."""
DOOR = "git"
"""What people wrote into a folder comes through this door: who its author is, is what the file says."""
_MOVED = "was changed by somebody else just now; import it again"
_OTHER_TERMS = "was imported before under other terms; fix it there, or withdraw it first"

Progress = Callable[[str, int], None]


@dataclass(slots=True, kw_only=True)
class Report:
    """What became of a file's items. `refused` lists the first of them with the reason.

    `taken_back` counts those that whoever gave them took back since, `withdrawn` those whose files now say so.
    """

    given: int = 0
    repeated: int = 0
    revised: int = 0
    withdrawn: int = 0
    taken_back: int = 0
    skipped: int = 0
    passed_over: int = 0
    refused: list[Skipped] = field(default_factory=list)

    @property
    def nothing_done(self) -> bool:
        """Whether there is nothing here that is or was given."""
        return not (self.given or self.repeated or self.revised or self.withdrawn or self.taken_back)

    def refuse(self, where: str, why: str) -> None:
        """Count one that was not taken."""
        self.skipped += 1
        if len(self.refused) < LISTED:
            self.refused.append(Skipped(where=where, why=why))


def import_items(world: World, actor: Actor, items: Iterable[Item], progress: Progress, report: Report) -> None:
    """Give each item and count it in `report`; what was given before, or taken back since, is not given again.

    Where the waiting room is full, this helps to empty it: it ends also where no worker runs.
    """
    _import(world, actor, ((None, item) for item in items), {}, progress, report)


def import_folder(
    world: World, actor: Actor, open_it: Callable[[], Reading], progress: Progress, report: Report
) -> None:
    """The same for a folder, which is read twice: a file that was changed changes what it was given as.

    A file that has another name is the same file, and one that says no takes back what it was given as.
    """
    here = {
        place: mark_of(world, actor, place, item).words
        for name, item in open_it().placed()
        if (place := _place(world, actor, name)) and not isinstance(item, Skipped)
    }
    reading = open_it()
    _import(world, actor, reading.placed(), here, progress, report)
    report.passed_over += reading.passed_over


def _import(
    world: World,
    actor: Actor,
    items: Iterable[tuple[str | None, Item]],
    here: Mapping[bytes, bytes],
    progress: Progress,
    report: Report,
) -> None:
    """`here` has of each place in a folder what now stands there."""
    for batch in _batches(_gifts(world, actor, items, report)):
        _give(world, _new_of(world, batch, here, report), report, progress)


def _gifts(
    world: World, actor: Actor, items: Iterable[tuple[str | None, Item]], report: Report
) -> Iterator[tuple[str, Gift]]:
    for number, (name, item) in enumerate(items, 1):
        place = _place(world, actor, name)
        if not isinstance(item, Skipped):
            yield name or f"item {number}", _gift(world, actor, place, item)
        elif place is None or not item.refused or not _take_back(world, actor, place, item.where, report):
            report.refuse(item.where, item.why)


def _gift(world: World, actor: Actor, place: bytes | None, given: AnyContribution) -> Gift:
    """The key is of words alone, so that a file that has grown since, or moved, gives only what is new.

    The terms are not in the key: the same words under other terms are not given twice.
    """
    mark = mark_of(world, actor, place, given)
    door = DOOR if place else given.source.door or "import"
    given = replace(given, source=replace(given.source, door=door))
    raw = CONTRIBUTION.dump_json(given)
    return Gift(actor=actor, given=given, raw=raw, key=mark.words.hex(), receipt=False, mark=mark)


def mark_of(world: World, actor: Actor, place: bytes | None, given: AnyContribution) -> Mark:
    """What an item is known by for good, from whatever export it comes. Its door says nothing about what it is."""
    words = body_of(replace(given, source=replace(given.source, door=None)))
    who = f"{actor.contributor}\0{given.on_behalf_of or ''}\0".encode()
    return Mark(
        words=world.identity.digest("import", who + pydantic_core.to_json(words)),
        terms=world.identity.digest("import terms", pydantic_core.to_json(given.terms)),
        place=place,
    )


def _place(world: World, actor: Actor, name: str | None) -> bytes | None:
    return None if name is None else world.identity.digest("import place", f"{actor.contributor}\0{name}".encode())


def _take_back(world: World, actor: Actor, place: bytes, where: str, report: Report) -> bool:
    """Withdraw what a file was given as; False where it never was."""
    with world.database.read() as tx:
        known = tx.imports.known((), [place])
    for each in known:
        if each.living is None:
            report.taken_back += 1
            continue
        try:
            withdraw(world, actor, each.living)
            report.withdrawn += 1
        except (Conflict, NotFound):  # somebody did so, or changed it, just now: the next import sees to it
            report.refuse(where, _MOVED)
    return bool(known)


def _new_of(
    world: World, batch: list[tuple[str, Gift]], here: Mapping[bytes, bytes], report: Report
) -> list[tuple[str, Gift]]:
    """Those that were never given; the others are counted, and changed where their file was."""
    marks = [gift.mark for _, gift in batch if gift.mark]
    with world.database.read() as tx:
        known = tx.imports.known([mark.words for mark in marks], [mark.place for mark in marks if mark.place])
    by_words = {each.mark.words: each for each in known}
    by_place: dict[bytes | None, Marked] = {each.mark.place: each for each in known if each.mark.place}
    new, standing = [], frozenset(here.values())
    for place, gift in batch:
        assert gift.mark is not None, "an import marks what it gives"
        before = by_words.get(gift.mark.words)
        if before is None and (changed := by_place.get(gift.mark.place)) and changed.mark.words not in standing:
            before = changed
        if before is None:
            new.append((place, gift))
        else:
            _again(world, place, gift, gift.mark, before, here, report)
    return new


def _again(
    world: World,
    where: str,
    gift: Gift,
    mark: Mark,
    before: Marked,
    here: Mapping[bytes, bytes],
    report: Report,
) -> None:
    """What was given before is left as it is, unless its file says something else now."""
    old, id = before.mark, before.living
    copied = mark.place != old.place and old.place is not None and here.get(old.place) == mark.words
    if id is None:
        report.taken_back += 1
    elif (mark.words, mark.terms) == (old.words, old.terms) or (copied and mark.words == old.words):
        report.repeated += 1
        if mark.place and mark.place != old.place and not copied:
            with world.database.write() as tx:
                tx.imports.replace(old.words, mark, id)
    elif mark.place is None:
        report.refuse(where, _OTHER_TERMS)
    else:
        try:
            revise_to(world, gift.actor, id, gift.given, lambda tx: tx.imports.replace(old.words, mark, id))
            report.revised += 1
        except (Refused, KeyLost) as refusal:
            report.refuse(where, _why(refusal))


def _batches(gifts: Iterator[tuple[str, Gift]]) -> Iterator[list[tuple[str, Gift]]]:
    batch: list[tuple[str, Gift]] = []
    size = 0
    for place, gift in gifts:
        batch.append((place, gift))
        size += len(gift.raw)
        if len(batch) == _BATCH or size >= _BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _give(world: World, batch: list[tuple[str, Gift]], report: Report, progress: Progress) -> None:
    while batch:
        outcomes = contribute(world, [gift for _, gift in batch])
        left = []
        for (place, gift), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, WaitingRoomFull):
                left.append((place, gift))
            elif isinstance(outcome, CommonwheelError):
                report.refuse(place, _why(outcome))
            else:
                _count(report, outcome)
        progress("Given", report.given)
        batch = left
        if batch and not curate(world):
            time.sleep(_PAUSE)


def _count(report: Report, accepted: Accepted) -> None:
    if accepted.repeated:
        report.repeated += 1
    else:
        report.given += 1


def _why(refusal: CommonwheelError) -> str:
    if refusal.code == "idempotency_key_reused":
        return _OTHER_TERMS
    faults = refusal.details.get("faults", ())
    return "; ".join(f"{fault['path']} {fault['problem']}" for fault in faults) or refusal.message
