"""What people together say of answers: signals and assessments, of many people or not at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from commonwheel.journeys.explore import last_row
from commonwheel.journeys.signals import signals
from commonwheel.ports.statistics import Measure
from commonwheel.release.topics import topic_words
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.charts import Chart, stacked
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheVisitor
from commonwheel.web.pages.wording import language_words
from commonwheel.web.remembered import remembered

router = APIRouter(route_class=PageRoute)

_COUNTED_FOR = 600.0
_SAID = (("good", "Good", "bi"), ("mixed", "Mixed", "half"), ("fail", "Failed", "b3"))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalLine:
    """One signal: who says it how often, and what its values come to (of yes and no the share of yes)."""

    name: str
    people: int
    number: int
    mean: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalsPage:
    """The dashboard. `cohort` is how many people at least each number is of."""

    template: ClassVar[str] = "signals.html"
    cohort: int
    lines: tuple[SignalLine, ...]
    topics: tuple[Chart, ...]
    languages: tuple[Chart, ...]


@router.get("/signals")
def dashboard(request: Request, world: TheWorld, _visitor: TheVisitor) -> Response:
    """The numbers."""
    found = remembered(request, ("signals", last_row(world)), _COUNTED_FOR, partial(signals, world))
    page = SignalsPage(
        cohort=found.cohort,
        lines=tuple(map(_line, found.measures)),
        topics=tuple(_charts({topic_words(name): said for name, said in found.by_topic.items()})),
        languages=tuple(_charts({language_words(tag): said for tag, said in found.by_language.items()})),
    )
    return show(request, page)


def _line(measure: Measure) -> SignalLine:
    mean = f"{measure.total / measure.valued:.2f}" if measure.valued else ""
    return SignalLine(
        name=measure.name.replace("_", " ").replace("-", " "),
        people=measure.people,
        number=measure.number,
        mean=mean,
    )


def _charts(said: Mapping[str, Mapping[str, int]]) -> Iterator[Chart]:
    for name, numbers in sorted(said.items(), key=lambda each: -sum(each[1].values())):
        yield stacked(name, ((words, numbers.get(value, 0), fill) for value, words, fill in _SAID))
