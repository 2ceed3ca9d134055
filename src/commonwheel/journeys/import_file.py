"""Somebody gives what is in an export file: in batches, in bounded memory, and never twice."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

import pydantic_core

from commonwheel.collect.items import Item, Skipped
from commonwheel.errors import CommonwheelError, WaitingRoomFull
from commonwheel.journeys.contribute import Accepted, Gift, contribute
from commonwheel.journeys.curate import curate
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor
from commonwheel.records.body import CONTRIBUTION, body_of
from commonwheel.records.contribution import AnyContribution

_BATCH, _BATCH_BYTES = 256, 4_000_000
_PAUSE = 0.2
"""Seconds until the waiting room is asked again, where somebody else is emptying it."""
LISTED = 100
"""So many refused items a report lists; it counts all."""

Progress = Callable[[str, int], None]


@dataclass(slots=True, kw_only=True)
class Report:
    """What became of a file's items. `refused` lists the first of them with the reason."""

    given: int = 0
    repeated: int = 0
    skipped: int = 0
    passed_over: int = 0
    refused: list[Skipped] = field(default_factory=list)

    def refuse(self, where: str, why: str) -> None:
        """Count one that was not taken."""
        self.skipped += 1
        if len(self.refused) < LISTED:
            self.refused.append(Skipped(where=where, why=why))


def import_items(world: World, actor: Actor, items: Iterable[Item], progress: Progress, report: Report) -> None:
    """Give each item and count it in `report`; what was imported before is not given again.

    Where the waiting room is full, this helps to empty it: it ends also where no worker runs.
    """
    for batch in _batches(_gifts(world, actor, items, report)):
        _give(world, batch, report, progress)


def _gifts(world: World, actor: Actor, items: Iterable[Item], report: Report) -> Iterator[tuple[str, Gift]]:
    for number, item in enumerate(items, 1):
        if isinstance(item, Skipped):
            report.refuse(item.where, item.why)
        else:
            yield f"item {number}", _gift(world, actor, number, item)


def _gift(world: World, actor: Actor, number: int, given: AnyContribution) -> Gift:
    """The key is of place and words, so that a file that has grown since gives only what is new.

    The place is the conversation, where an export names it: a newer export has it elsewhere. The terms are not
    in the key: the same words under other terms are refused, and not given twice.
    """
    if given.source.door is None:
        given = replace(given, source=replace(given.source, door="import"))
    words = pydantic_core.to_json(body_of(given))
    place = "" if given.source.conversation else str(number)
    digest = world.identity.digest("import", place.encode() + b"\0" + words)
    return Gift(actor=actor, given=given, raw=CONTRIBUTION.dump_json(given), key=digest.hex(), receipt=False)


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
        return "was imported before under other terms; fix it there, or withdraw it first"
    faults = refusal.details.get("faults", ())
    return "; ".join(f"{fault['path']} {fault['problem']}" for fault in faults) or refusal.message
