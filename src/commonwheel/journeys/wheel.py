"""Somebody asks how far the wheel has turned: given, in review, released, gold pairs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from commonwheel.journeys.read_release import releases
from commonwheel.journeys.world import World
from commonwheel.ports.statistics import Tally

WEEKS = 13
"""How many weeks are counted one by one: a quarter of a year."""
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wheel:
    """The four stages in order, how many people gave, and how much was erased again."""

    given: Tally
    in_review: Tally
    released: Tally
    gold: Tally
    people: int
    erased: int


def wheel(world: World) -> Wheel:
    """Count. The last of the weeks ends now."""
    now = world.clock.now()
    starts = [now - _WEEK * number for number in range(WEEKS, 0, -1)]
    with world.database.read() as tx:
        return Wheel(
            given=tx.statistics.given(starts),
            in_review=tx.statistics.in_review(starts),
            released=_released(world, starts),
            gold=tx.statistics.gold(starts),
            people=tx.statistics.people(),
            erased=tx.statistics.erased(),
        )


def _released(world: World, starts: list[datetime]) -> Tally:
    """From the manifests: what the last release holds, and what entered week by week."""
    weeks = [0] * len(starts)
    records = 0
    for _, manifest in releases(world):
        records = manifest.records
        week = (manifest.created - starts[0]) // _WEEK
        if 0 <= week < len(weeks):
            weeks[week] += sum(seal.entered for seal in manifest.buckets.values())
    return Tally(total=records, weeks=tuple(weeks))
