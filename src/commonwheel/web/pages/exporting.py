"""Giving from an export: hand in the file, pick conversations, look at what would be public, one consent."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar
from urllib.parse import urlencode

import pydantic_core
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

from commonwheel.collect.exports import READERS
from commonwheel.collect.payloads import read_contribution
from commonwheel.errors import Invalid, TooLarge
from commonwheel.journeys import exports as journey
from commonwheel.journeys.accounts import account_of
from commonwheel.journeys.kept import is_keeper, keep_link
from commonwheel.journeys.preview import preview
from commonwheel.journeys.public_form import places_hidden
from commonwheel.journeys.world import World
from commonwheel.people.documents import CONSENT, Document, current
from commonwheel.records.findings import Action
from commonwheel.web.asking import TheWorld, app_of, world_of
from commonwheel.web.pages.marking import Marker
from commonwheel.web.pages.passages import Block, Passage, passages
from commonwheel.web.pages.previewing import giver_of, is_briefed
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.terms_form import (
    CHOICES,
    WAITS,
    Choice,
    answers_from,
    answers_in,
    hold_until,
    terms_from,
)
from commonwheel.web.pages.uploads import TheExport
from commonwheel.web.pages.visitor import Fields, TheForm, TheVisitor, Visitor, begun, keep_session
from commonwheel.web.rates import GIVE, PREVIEW, limited
from commonwheel.web.session import LIFETIME

router = APIRouter(route_class=PageRoute)

_PER_PAGE, _SHOWN = 25, 5
_CHANGED = "What is chosen changed since this page was made. Look at it, then give it."
_FILTERS = ("q", "since", "until", "model", "clean")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPage:
    """The form for a file. `open` is an export that was handed in before, `formats` what can be read."""

    template: ClassVar[str] = "export.html"
    formats: tuple[str, ...]
    most: int
    open: str | None
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickPage:
    """A page of the conversations of an export, narrowed down by `filters`."""

    template: ClassVar[str] = "pick.html"
    id: str
    lines: tuple[journey.Listed, ...]
    chosen: frozenset[int]
    number: int
    total: int
    unread: int
    reasons: tuple[str, ...]
    filters: dict[str, str]
    models: tuple[str, ...]
    page: int
    pages: int
    fault: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A conversation as it would be public: `hidden` places, and whether a person would look at it first."""

    number: int
    title: str
    records: tuple[tuple[tuple[Passage, ...], tuple[Block, ...]], ...]
    hidden: int
    asks: bool
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchPage:
    """What is chosen, some at a time, and the terms for all of it."""

    template: ClassVar[str] = "batch.html"
    id: str
    choice: str
    shown: tuple[Shown, ...]
    count: int
    items: int
    page: int
    pages: int
    said: dict[str, Any]
    faults: dict[str, str]
    choices: dict[str, tuple[Choice, ...]]
    waits: tuple[tuple[int, str], ...]
    username: str | None
    pseudonym: str | None
    consent: Document
    briefed: bool
    not_checked: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchGivenPage:
    """What became of it. `kept` is set for whoever gave without an account."""

    template: ClassVar[str] = "batch_given.html"
    id: str
    given: journey.Given
    kept: str | None


@router.get("/give/export")
def form(request: Request, world: TheWorld, visitor: TheVisitor) -> Response:
    """The form for a file."""
    return _form(request, world, visitor)


@router.post("/give/export")
async def handed_in(request: Request, world: TheWorld, visitor: TheVisitor, sent: TheExport) -> Response:
    """Read it apart from this process, and on to the list."""
    limited(request, PREVIEW)
    file = next((each for each in sent.files if each.field == "file"), None)
    if file is None:
        return _form(request, world, visitor, "Choose a file.")
    if not file.data:
        return _form(request, world, visitor, "This file is empty.")
    try:
        shelf = await run_in_threadpool(journey.shelve, world, visitor.drawer, file.data)
    except Invalid as refusal:
        return _form(request, world, visitor, f"This file {refusal.details['faults'][0]['problem']}.")
    except TooLarge as refusal:
        return _form(request, world, visitor, refusal.message)
    return RedirectResponse(f"/give/export/{shelf.id}", 303)


@router.get("/give/export/{id}")
def pick(
    request: Request, world: TheWorld, visitor: TheVisitor, id: str, page: int = Query(default=1, ge=1, le=10_000)
) -> Response:
    """The list."""
    shelf = journey.open_shelf(world, visitor.drawer, id)
    return _pick(request, shelf, {name: request.query_params.get(name, "")[:200] for name in _FILTERS}, page)


@router.post("/give/export/{id}")
def picked(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm, id: str) -> Response:
    """Keep what is chosen on this page; then others, a page, all or none, the preview, or nothing."""
    shelf = journey.open_shelf(world, visitor.drawer, id)
    does, _, what = form.one("do").partition(":")
    before = "new_" if does == "find" else ""
    filters = {name: form.one(f"{before}{name}")[:200] for name in _FILTERS}
    chosen = (shelf.chosen - _numbers(form, "seen")) | _numbers(form, "pick")
    found = {line.number for line in journey.found_in(shelf.lines, **_wanted(filters))}
    if does == "discard":
        journey.discard_shelf(world, visitor.drawer, id)
        return RedirectResponse("/give/export", 303)
    if does in ("all", "none"):
        chosen = chosen | found if does == "all" else chosen - found
    chosen &= {line.number for line in shelf.lines}
    shelf = replace(shelf, chosen=chosen)
    journey.save_shelf(world, visitor.drawer, shelf)
    if does == "preview":
        if 0 < len(chosen) <= journey.MOST_AT_ONCE:
            return RedirectResponse(f"/give/export/{id}/preview", 303)
        fault = (
            f"Choose at most {journey.MOST_AT_ONCE} at once." if chosen else "Choose at least one conversation."
        )
        return _pick(request, shelf, filters, 1, fault)
    number = int(what) if what.isdigit() and len(what) < 6 else 1
    return RedirectResponse(f"/give/export/{id}?{urlencode(filters | {'page': str(number)})}", 303)


@router.get("/give/export/{id}/preview")
def look(
    request: Request, world: TheWorld, visitor: TheVisitor, id: str, page: int = Query(default=1, ge=1, le=10_000)
) -> Response:
    """What would be public, some at a time."""
    shelf = journey.open_shelf(world, visitor.drawer, id)
    if not shelf.chosen:
        return RedirectResponse(f"/give/export/{id}", 303)
    return _batch(request, visitor, shelf, page, {})


@router.post("/give/export/{id}/preview")
def changed(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm, id: str) -> Response:
    """Leave one out, look at others, or give all that is chosen under one consent."""
    shelf = journey.open_shelf(world, visitor.drawer, id)
    shelf = replace(shelf, terms=answers_in(form))
    does, _, what = form.one("do").partition(":")
    number = int(what) if what.isdigit() and len(what) < 6 else 0
    if does == "give":
        journey.save_shelf(world, visitor.drawer, shelf)
        return _give(request, visitor, shelf, form.one("choice"))
    page = number if does == "page" else 1
    if does == "drop":
        shelf = replace(shelf, chosen=shelf.chosen - {number})
    journey.save_shelf(world, visitor.drawer, shelf)
    return RedirectResponse(f"/give/export/{id}/preview?page={max(page, 1)}", 303)


def _give(request: Request, visitor: Visitor, shelf: journey.Shelf, agreed: str) -> Response:
    """What is given is what the consent named: `agreed` is the choice that the page showed."""
    world = world_of(request)
    if agreed != shelf.choice:
        return _batch(request, visitor, shelf, 1, {"choice": _CHANGED})
    limited(request, GIVE)
    if not is_briefed(world, visitor):
        return RedirectResponse(f"/before?next=/give/export/{shelf.id}/preview", 303)
    said = dict(shelf.terms or {})
    try:
        terms = terms_from(said, None if visitor.actor is None else visitor.actor.subject)
        giver = giver_of(world, visitor)
        given = journey.give_chosen(
            world, visitor.drawer, shelf, giver, terms, hold_until(said, world.clock.now())
        )
    except Invalid as refusal:
        faults = {
            "who" if each["path"].startswith("attribution") else each["path"]: each["problem"]
            for each in refusal.details["faults"]
        }
        return _batch(request, visitor, shelf, 1, faults)
    page = BatchGivenPage(id=shelf.id, given=given, kept=keep_link(world, giver) if is_keeper(giver) else None)
    answer = show(request, page)
    if visitor.actor is not giver:
        keep_session(request, answer, begun(app_of(request), giver.token, LIFETIME, visitor.session))
    return answer


def _form(request: Request, world: World, visitor: Visitor, fault: str = "") -> Response:
    page = ExportPage(
        formats=tuple(dict.fromkeys(reader.title for reader in READERS)),
        most=journey.MOST_BYTES // 1_000_000,
        open=None if visitor.session is None else journey.shelf_in(world, visitor.drawer),
        fault=fault,
    )
    return show(request, page, 422 if fault else 200, form=True)


def _pick(
    request: Request, shelf: journey.Shelf, filters: dict[str, str], number: int, fault: str = ""
) -> Response:
    found = journey.found_in(shelf.lines, **_wanted(filters))
    pages = max(1, -(-len(found) // _PER_PAGE))
    number = min(number, pages)
    page = PickPage(
        id=shelf.id,
        lines=tuple(found[(number - 1) * _PER_PAGE :][:_PER_PAGE]),
        chosen=shelf.chosen,
        number=len(found),
        total=len(shelf.lines),
        unread=shelf.unread,
        reasons=shelf.reasons,
        filters=filters,
        models=tuple(sorted({line.model for line in shelf.lines if line.model})),
        page=number,
        pages=pages,
        fault=fault,
    )
    return show(request, page, 422 if fault else 200)


def _batch(
    request: Request, visitor: Visitor, shelf: journey.Shelf, number: int, faults: dict[str, str]
) -> Response:
    world, actor = world_of(request), visitor.actor
    chosen = [line for line in shelf.lines if line.number in shelf.chosen]
    pages = max(1, -(-len(chosen) // _SHOWN))
    number = min(number, pages)
    some = chosen[(number - 1) * _SHOWN :][:_SHOWN]
    bodies = journey.bodies_of(world, visitor.drawer, shelf, [line.number for line in some])
    account = None if actor is None or actor.account is None else account_of(world, actor)
    page = BatchPage(
        id=shelf.id,
        choice=shelf.choice,
        shown=tuple(_shown(world, line, bodies.get(line.number, [])) for line in some),
        count=len(chosen),
        items=sum(line.items for line in chosen),
        page=number,
        pages=pages,
        said=dict(shelf.terms or answers_from(None if account is None else account.defaults)),
        faults=faults,
        choices=CHOICES,
        waits=WAITS,
        username=None if account is None else account.name,
        pseudonym=None if account is None or actor is None else world.identity.pseudonym(actor.contributor),
        consent=current(CONSENT),
        briefed=is_briefed(world, visitor),
        not_checked=tuple(world.not_checked),
    )
    return show(request, page, 422 if faults else 200)


def _shown(world: World, line: journey.Listed, bodies: list[dict[str, Any]]) -> Shown:
    records, hidden, asks, refused = [], 0, False, []
    for body in bodies:
        view = preview(world, None, read_contribution(pydantic_core.to_json(body)))
        action = view["verdict"]["action"]
        shown, rest = passages(body, Marker(view["bars"], view["findings"]).cut)
        records.append((tuple(shown), tuple(rest)))
        hidden += places_hidden(body, view["bars"])
        asks = asks or action == Action.QUARANTINE
        refused += [reason["text"] for reason in view["verdict"]["reasons"]] if action == Action.REJECT else []
    return Shown(
        number=line.number,
        title=line.title,
        records=tuple(records),
        hidden=hidden,
        asks=asks,
        refused=tuple(dict.fromkeys(refused)),
    )


def _wanted(filters: dict[str, str]) -> dict[str, Any]:
    return {
        "words": filters["q"],
        "since": filters["since"],
        "until": filters["until"],
        "model": filters["model"],
        "clean": bool(filters["clean"]),
    }


def _numbers(form: Fields, name: str) -> frozenset[int]:
    return frozenset(int(each) for each in form.all(name) if each.isdigit() and len(each) < 10)
