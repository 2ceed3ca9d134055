"""Anybody asks what was removed lately, and how long people waited for a person's decision."""

from dataclasses import dataclass
from datetime import timedelta

from commonwheel.journeys.world import World
from commonwheel.ports.statistics import Pace

LATELY = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Responses:
    """How often contributions were moved, by what happened, and how long reviews and appeals took."""

    events: dict[str, int]
    reviews: Pace
    appeals: Pace


def responses(world: World) -> Responses:
    """Of the last 90 days."""
    since = world.clock.now() - LATELY
    with world.database.read() as tx:
        reviews, appeals = tx.statistics.decisions(since)
        return Responses(events=tx.statistics.events(since), reviews=reviews, appeals=appeals)
