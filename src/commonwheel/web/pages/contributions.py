"""The public page of one contribution: how far it came, its words once they are public, and its terms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from commonwheel.curate.labels import PLACEHOLDER
from commonwheel.errors import NotFound
from commonwheel.journeys.look_up import public_view
from commonwheel.journeys.read_release import sealed_release
from commonwheel.journeys.world import World
from commonwheel.records.states import State
from commonwheel.release.publish import EVERY_KIND, OF_KIND
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.models import STATES as MODEL_STATES
from commonwheel.web.pages.passages import Block, Passage, Piece, passages
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
class Lesson:
    """A model that learned from it, or that it helped to measure."""

    model: int
    learned: bool
    state: str


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
def contribution(request: Request, world: TheWorld, _visitor: TheVisitor, id: str) -> Response:
    """What anybody may know of it."""
    if _ID.fullmatch(id) is None:
        raise NotFound
    view = public_view(world, id)
    erased = view.get("erased")
    record = view.get("record")
    page = ContributionPage(
        id=view["id"],
        kind=KINDS.get(view.get("kind", ""), "A contribution"),
        state=STATES[State(view["state"])],
        erased=None if erased is None else datetime.fromisoformat(erased),
        timeline=tuple(_timeline(world, view.get("releases", []))),
        lessons=tuple(
            Lesson(model=each["model"], learned=each["as"] == "learned from", state=MODEL_STATES[each["state"]])
            for each in view.get("models", ())
        ),
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
    shown, rest = passages(said, _labels_as_bars)
    return PublicRecord(
        passages=tuple(shown),
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


def _labels_as_bars(_pointer: str, text: str) -> tuple[Piece, ...]:
    """What looks like a placeholder of ours is shown as a bar; its text is the public one either way."""
    pieces, position = [], 0
    for match in PLACEHOLDER.finditer(text):
        if position < match.start():
            pieces.append(Piece(text=text[position : match.start()], start=position, end=match.start()))
        pieces.append(Piece(text=match[0], start=match.start(), end=match.end(), mark="hid"))
        position = match.end()
    if position < len(text):
        pieces.append(Piece(text=text[position:], start=position, end=len(text)))
    return tuple(pieces)
