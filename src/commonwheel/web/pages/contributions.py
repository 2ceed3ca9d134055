"""The public page of one contribution: how far it came, its words once they are public, and its terms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.errors import Invalid, NotFound
from commonwheel.journeys.answer_failures import answered_by, needs_answer
from commonwheel.journeys.look_up import own_view, public_view
from commonwheel.journeys.read_release import sealed_release
from commonwheel.journeys.talk import remark, remarks, take_back_remark
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.records.states import State
from commonwheel.release.publish import EVERY_KIND, OF_KIND
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.own_contributions import own_page
from commonwheel.web.pages.passages import Block, Passage, passages
from commonwheel.web.pages.public_words import Lesson, labels_as_bars, lessons, readable
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheForm, TheVisitor, Visitor
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
from commonwheel.web.rates import TALK, limited

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
class RemarkLine:
    """What somebody says about it. `mine` can be taken back, `hideable` hidden."""

    id: str
    name: str
    at: datetime
    text: str
    mine: bool
    hideable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ContributionPage:
    """`record` is None until it is released, and again once it is not public any more.

    `answers` answer it where it failed, and `waits` says that it needs one; it may itself answer another.
    """

    template: ClassVar[str] = "contribution.html"
    id: str
    kind: str
    state: StateWords
    erased: datetime | None
    timeline: tuple[Moment, ...]
    lessons: tuple[Lesson, ...]
    record: PublicRecord | None
    rough: bool
    talk: tuple[RemarkLine, ...]
    may_talk: bool
    answers: tuple[str, ...]
    answer_to: str | None
    waits: bool
    pseudonym: str
    said: str
    fault: str


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
    return _public_page(request, world, visitor, id)


@router.post("/contributions/{id}/talk")
def talk(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm, id: str) -> Response:
    """Say something about it, in public."""
    actor = visitor.at_home()
    limited(request, TALK, actor.contributor)
    try:
        remark(world, actor, id, form.one("text"), named=form.one("name") == "username")
    except Invalid as refusal:
        fault = f"It {refusal.details['faults'][0]['problem']}"
        return _public_page(request, world, visitor, id, said=form.one("text"), fault=fault)
    return RedirectResponse(f"/contributions/{id}?view=public#talk", 303)


@router.post("/talk/{id}/away")
def talk_away(world: TheWorld, visitor: TheVisitor, _form: TheForm, id: str) -> Response:
    """Take back what one said, or hide what another did."""
    about = take_back_remark(world, visitor.signed_in(), id)
    return RedirectResponse(f"/contributions/{about}?view=public#talk", 303)


def _public_page(
    request: Request,
    world: World,
    visitor: Visitor,
    id: str,
    *,
    said: str = "",
    fault: str = "",
) -> Response:
    view = public_view(world, id)
    actor = visitor.actor
    answers, answer_to = answered_by(world, id) if view.get("record") else ([], None)
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
        rough=view.get("rough", False),
        talk=() if record is None else tuple(_talk(world, actor, id)),
        may_talk=actor is not None and actor.account is not None,
        answers=tuple(answers),
        answer_to=answer_to,
        waits=record is not None and needs_answer(record),
        pseudonym="" if actor is None else world.identity.pseudonym(actor.contributor),
        said=said,
        fault=fault,
    )
    return show(request, page, 422 if fault else 200)


def _talk(world: World, actor: Actor | None, id: str) -> Iterator[RemarkLine]:
    for each in remarks(world, id):
        mine = actor is not None and actor.gave(each.contributor)
        yield RemarkLine(
            id=each.id,
            name=each.name,
            at=each.at,
            text=each.text,
            mine=mine,
            hideable=not mine and actor is not None and actor.has(TokenScope.REVIEW),
        )


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
