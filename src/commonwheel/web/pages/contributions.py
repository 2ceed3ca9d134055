"""The public page of one contribution: how far it came, its words once they are public, and its terms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from commonwheel.errors import NotFound
from commonwheel.journeys.look_up import own_view, public_view
from commonwheel.journeys.read_release import sealed_release
from commonwheel.journeys.world import World
from commonwheel.records.states import State
from commonwheel.release.publish import EVERY_KIND, OF_KIND
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.own_contributions import own_page
from commonwheel.web.pages.passages import Block, Passage, passages
from commonwheel.web.pages.public_words import Lesson, labels_as_bars, lessons, readable
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheVisitor
from commonwheel.web.pages.wording import (
    KINDS,
    STATES,
    LicenseWords,
    PreferenceWords,
    StateWords,
    license_words,
    preference_words,
    purposes_words,
)

router = APIRouter(route_class=PageRoute)

_ID = re.compile(r"[a-z0-9-]{1,80}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A release that it entered, or that it left with."""

    release: int
    at: datetime
    entered: bool
    turn: int
    mood: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicRecord:
    """What a release says of it. `assessment` is what the giver thinks of the answer."""

    passages: tuple[Passage, ...]
    rest: tuple[Block, ...]
    language: str
    license: LicenseWords
    preference: PreferenceWords
    vocabulary: str
    purposes: str
    attribution: str
    assessment: str
    month: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionPage:
    """`record` is None until it is released, and again once it is not public any more."""

    template: ClassVar[str] = "contribution.html"
    id: str
    kind: str
    state: StateWords
    erased: datetime | None
    timeline: tuple[Moment, ...]
    lessons: tuple[Lesson, ...]
    record: PublicRecord | None


@router.get("/contributions/{id}")
def contribution(
    request: Request,
    world: TheWorld,
    visitor: TheVisitor,
    id: str,
    given: str = Query(default="", max_length=20),
    view: str = Query(default="", max_length=20),
) -> Response:
    """What its giver may know of it, and anybody else; its giver can look at what the others see."""
    if _ID.fullmatch(id) is None:
        raise NotFound
    if visitor.actor is not None and view != "public":
        own = own_view(world, visitor.actor, id)
        if own is not None:
            return own_page(request, world, visitor.actor, own, given)
    return _public_page(request, world, id)


def _public_page(request: Request, world: World, id: str) -> Response:
    view = public_view(world, id)
    erased = view.get("erased")
    record = view.get("record")
    page = ContributionPage(
        id=view["id"],
        kind=KINDS.get(view.get("kind", ""), "A contribution"),
        state=STATES[State(view["state"])],
        erased=None if erased is None else datetime.fromisoformat(erased),
        timeline=tuple(_timeline(world, view.get("releases", []))),
        lessons=lessons(view.get("models", ())),
        record=None if record is None else _public(record),
    )
    return show(request, page)


def _timeline(world: World, intervals: list[dict[str, Any]]) -> Iterator[Moment]:
    for interval in intervals:
        for version, entered in ((interval["from"], True), (interval["until"], False)):
            at = None if version is None else _sealed_at(world, version)
            if version is not None and at is not None:
                mood = "" if entered else "gone"
                yield Moment(release=version, at=at, entered=entered, turn=3 if entered else 1, mood=mood)


def _sealed_at(world: World, version: int) -> datetime | None:
    """When a release was made; None while it is being made."""
    try:
        return sealed_release(world, version)[1].created
    except NotFound:
        return None


def _public(record: dict[str, Any]) -> PublicRecord:
    said = {
        name: record[name] for name in ("kind", "source", *OF_KIND[record["kind"]], *EVERY_KIND) if name in record
    }
    shown, rest = passages(said, labels_as_bars)
    return PublicRecord(
        passages=readable(shown),
        rest=tuple(rest),
        language=record["language"] or "",
        license=license_words(record["license"]),
        preference=preference_words(record["ai_pref"]),
        vocabulary=record["vocabulary"],
        purposes=purposes_words(record["purposes"]),
        attribution=record["attribution"] or "",
        assessment=record.get("assessment") or "",
        month=record["month"],
    )
