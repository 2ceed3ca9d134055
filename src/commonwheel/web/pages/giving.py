"""Giving, one of two: choose a way and write, or paste. Nothing is kept before the preview asks for a yes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.collect.payloads import check_body
from commonwheel.errors import Invalid, NotFound
from commonwheel.journeys.drafts import begin_draft, drafts_in
from commonwheel.people.prompts import Prompt, When
from commonwheel.web.asking import world_of
from commonwheel.web.pages.give_forms import FORMS, GiveForm, body_from
from commonwheel.web.pages.prompting import cards
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.uploads import TheUpload, Upload
from commonwheel.web.pages.visitor import Fields, TheFields, TheForm, TheVisitor, Visitor
from commonwheel.web.pages.wording import KINDS
from commonwheel.web.rates import PREVIEW, limited

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftLine:
    """A draft of this browser."""

    id: str
    what: str
    changed: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GivePage:
    """`ways` are all forms by their addresses, `way` the one that is open; `values` are what was written."""

    template: ClassVar[str] = "give.html"
    ways: dict[str, GiveForm]
    way: str
    form: GiveForm
    values: dict[str, str]
    faults: dict[str, str]
    drafts: tuple[DraftLine, ...]
    prompts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOffPage:
    """What another application sends, to be opened by a button of ours."""

    template: ClassVar[str] = "hand_off.html"
    title: str
    fields: dict[str, str]


@router.get("/give")
def give(request: Request, visitor: TheVisitor) -> Response:
    """The way most people take."""
    return _page(request, visitor, "chat", {})


@router.get("/give/{way}")
def give_so(request: Request, visitor: TheVisitor, way: str) -> Response:
    """One of the ways."""
    return _page(request, visitor, _known(way), {})


@router.post("/give/files")
def files_written(request: Request, visitor: TheVisitor, sent: TheUpload) -> Response:
    """The way with files."""
    files = [file for file in sent.files if file.field == "files" and file.data]
    return _begin(request, visitor, "files", sent.fields, files)


@router.post("/give/hand-off")
def handed_over(request: Request, visitor: TheVisitor, fields: TheFields) -> Response:
    """Another application opens the page with what it has: a form's fields, and `way` to say which.

    Nothing is done and nothing kept, so no seal is asked for.
    """
    way = _known(fields.one("way") or "chat")
    if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        # Sent from there, the browser keeps its cookie back, and a new session would end the one it has.
        names = ("way", *(field.name for field in FORMS[way].fields))
        return show(
            request, HandOffPage(title=FORMS[way].title, fields={name: fields.one(name) for name in names})
        )
    return _page(request, visitor, way, {field.name: fields.one(field.name) for field in FORMS[way].fields})


@router.post("/give/{way}")
def written(request: Request, visitor: TheVisitor, form: TheForm, way: str) -> Response:
    """On to the preview, or back with what is missing."""
    return _begin(request, visitor, _known(way), form, ())


def _begin(request: Request, visitor: Visitor, way: str, form: Fields, files: Sequence[Upload]) -> Response:
    limited(request, PREVIEW)
    world = world_of(request)
    try:
        body = check_body(body_from(way, form, files))
    except Invalid as refusal:
        names = [field.name for field in FORMS[way].fields]
        faults = {
            next((name for name in names if name == fault["path"].strip("/")), names[0]): fault["problem"]
            for fault in refusal.details["faults"]
        }
        values = {name: form.one(name) for name in names}
        return _page(request, visitor, way, values, faults)
    draft = begin_draft(world, visitor.drawer, body)
    return RedirectResponse(f"/give/draft/{draft.id}", 303)


def _page(
    request: Request, visitor: Visitor, way: str, values: dict[str, str], faults: dict[str, str] | None = None
) -> Response:
    page = GivePage(
        ways=FORMS,
        way=way,
        form=FORMS[way],
        values=values,
        faults=faults or {},
        drafts=() if visitor.session is None else tuple(_drafts(request, visitor)),
        prompts=cards(request, visitor, When.PROACTIVE, When.TASK),
    )
    return show(request, page, 422 if faults else 200, form=True)


def _drafts(request: Request, visitor: Visitor) -> list[DraftLine]:
    return [
        DraftLine(id=draft.id, what=KINDS[draft.body["kind"]], changed=changed)
        for draft, changed in drafts_in(world_of(request), visitor.drawer)
    ]


def _known(way: str) -> str:
    if way not in FORMS:
        raise NotFound
    return way
