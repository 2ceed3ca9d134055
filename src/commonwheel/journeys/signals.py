"""Anybody looks at what people together say of answers: numbers of many, never of a few."""

from dataclasses import dataclass

from commonwheel.journeys.world import World
from commonwheel.ports.statistics import Measure


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """`measures` are signals by name; the others map a topic or a language to how many answers were what."""

    cohort: int
    measures: tuple[Measure, ...]
    by_topic: dict[str, dict[str, int]]
    by_language: dict[str, dict[str, int]]


def signals(world: World) -> Signals:
    """What fewer people than `limits.cohort` say is left out whole: nobody can be told by a difference."""
    cohort = world.limits.cohort
    with world.database.read() as tx:
        measures = tx.statistics.measures(cohort)
        topics, languages = (tx.statistics.assessments(facet, cohort) for facet in ("topic", "language"))
    return Signals(
        cohort=cohort,
        measures=tuple(measures),
        by_topic=_by_value(topics),
        by_language=_by_value(languages),
    )


def _by_value(counted: list[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for value, said, number in counted:
        found.setdefault(value, {})[said] = number
    return found
