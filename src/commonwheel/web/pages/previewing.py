"""Giving, two of two: what would be public, word by word, the terms, and one button."""

import re
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pydantic_core
from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.collect.payloads import check_body, read_contribution
from commonwheel.errors import CommonwheelError, Invalid
from commonwheel.journeys.accounts import account_of
from commonwheel.journeys.answer_failures import check_bound, failure
from commonwheel.journeys.contribute import Accepted, Gift, contribute
from commonwheel.journeys.drafts import (
    Draft,
    discard_draft,
    open_draft,
    save_draft,
    to_give,
)
from commonwheel.journeys.hiding import drop, hide, words_at
from commonwheel.journeys.kept import is_keeper, new_keeper
from commonwheel.journeys.look_up import look_up
from commonwheel.journeys.preview import preview
from commonwheel.journeys.revise import difference, revise
from commonwheel.journeys.sign_in import still_signed_in
from commonwheel.journeys.world import World
from commonwheel.people.documents import CONSENT, Document, briefing, current
from commonwheel.people.tokens import Actor
from commonwheel.records.account import Defaults
from commonwheel.records.body import Body
from commonwheel.records.findings import Action
from commonwheel.web.asking import TheWorld, app_of, world_of
from commonwheel.web.pages.preview_marks import Marked, as_written, marked
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.signing_in import led
from commonwheel.web.pages.terms_form import (
    CHOICES,
    WAITS,
    Choice,
    answers_from,
    answers_in,
    hold_until,
    terms_from,
)
from commonwheel.web.pages.visitor import Fields, TheForm, TheVisitor, Visitor, begun
from commonwheel.web.pages.wording import KINDS
from commonwheel.web.rates import GIVE, limited
from commonwheel.web.session import LIFETIME

router = APIRouter(route_class=PageRoute)

_PLACE = re.compile(r"([0-9]{1,9}):([0-9]{1,9}):(/.{0,500})", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewPage:
    """A draft as it would become public. `faults` are by field, `shown` is the digest of what is shown."""

    template: ClassVar[str] = "preview.html"
    draft: Draft
    kind: str
    record: Marked
    written: bool
    refused: tuple[str, ...]
    not_checked: tuple[str, ...]
    shown: str
    said: dict[str, Any]
    faults: dict[str, str]
    choices: dict[str, tuple[Choice, ...]]
    waits: tuple[tuple[int, str], ...]
    username: str | None
    pseudonym: str | None
    consent: Document
    briefed: bool


@router.get("/give/draft/{id}")
def preview_page(
    request: Request,
    world: TheWorld,
    visitor: TheVisitor,
    id: str,
    view: str = Query(default="", max_length=20),
) -> Response:
    """The preview."""
    draft = open_draft(world, visitor.drawer, id)
    if not draft.terms:
        draft = replace(draft, terms=answers_from(_defaults(world, visitor)) | dict(draft.bound))
    return _show(request, visitor, draft, {}, written=view == "written")


@router.post("/give/draft/{id}")
def changed(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm, id: str) -> Response:
    """Drop, hide, show again, keep, discard, or give."""
    draft = replace(open_draft(world, visitor.drawer, id), terms=answers_in(form))
    does, _, what = form.one("do").partition(":")
    if does == "discard":
        discard_draft(world, visitor.drawer, id)
        return RedirectResponse("/give", 303)
    if does == "give":
        save_draft(world, visitor.drawer, draft)
        return _give(request, visitor, draft, form)
    draft = _change(world, draft, does, what, form)
    save_draft(world, visitor.drawer, draft)
    where = "/give" if does == "keep" else f"/give/draft/{id}#record"
    return RedirectResponse(where, 303)


def _change(world: World, draft: Draft, does: str, what: str, form: Fields) -> Draft:
    number = int(what) if what.isdigit() and len(what) < 6 else -1
    if does == "drop" and _may_drop(draft, number):
        return replace(drop(world, draft, number), left=())
    if does == "undrop":
        return replace(draft, dropped=tuple(each for each in draft.dropped if each != number), left=())
    if does == "show" and 0 < number <= len(draft.hidden):
        return replace(draft, hidden=(*draft.hidden[: number - 1], *draft.hidden[number:]), left=())
    if does == "leave" and (place := _PLACE.fullmatch(what)):
        return replace(draft, left=(*draft.left, (place[3], int(place[1]), int(place[2]))))
    if does == "hide":
        several = (*_at(draft, what), *_at(draft, form.one("place")), *form.one("words").split("\n"))
        return replace(hide(world, draft, several), left=())
    if does == "other":
        return _spoken_by_the_other(draft, number)
    return draft


def _may_drop(draft: Draft, number: int) -> bool:
    """Something has to be left."""
    messages = draft.body.get("messages", draft.body.get("prompt"))
    return isinstance(messages, list) and 0 <= number < len(messages) > len({*draft.dropped, number})


def _spoken_by_the_other(draft: Draft, number: int) -> Draft:
    """Whoever pasted a chat may have to say who said what."""
    messages = draft.body.get("messages")
    if not isinstance(messages, list) or not 0 <= number < len(messages):
        return draft
    other = {"user": "assistant", "assistant": "user"}
    message = messages[number]
    changed = message | {"role": other.get(message["role"], message["role"])}
    return replace(draft, body=draft.body | {"messages": [*messages[:number], changed, *messages[number + 1 :]]})


def _at(draft: Draft, place: str) -> tuple[str, ...]:
    """The words at a place in what would be given; none for what is no place."""
    match = _PLACE.fullmatch(place)
    return () if match is None else (words_at(draft, match[3], int(match[1]), int(match[2])),)


def _give(request: Request, visitor: Visitor, draft: Draft, form: Fields) -> Response:
    """One button: everything is checked again, and only what was shown is given."""
    world = world_of(request)
    limited(request, GIVE)
    if not is_briefed(world, visitor):
        return RedirectResponse(f"/before?next=/give/draft/{draft.id}", 303)
    try:
        terms = terms_from(draft.terms, None if visitor.actor is None else visitor.actor.subject)
        given = to_give(draft) | {"terms": terms}
        given["terms"]["consent"]["preview"] = form.one("shown")
        if draft.answers is not None:
            check_bound(failure(world, draft.answers), terms)
        giver = giver_of(world, visitor)
        if draft.fixes is not None:
            return _fix(world, visitor, draft, given)
        until = hold_until(draft.terms, world.clock.now())
        given["hold_until"] = None if until is None else until.isoformat()
        raw = pydantic_core.to_json(given)
        gift = Gift(actor=giver, given=read_contribution(raw), raw=raw, receipt=False, answers=draft.answers)
        [outcome] = contribute(world, [gift])
    except Invalid as refusal:
        return _show(request, visitor, draft, _by_field(refusal), written=False)
    if isinstance(outcome, Invalid):
        return _show(request, visitor, draft, _by_field(outcome), written=False)
    if isinstance(outcome, CommonwheelError):
        raise outcome
    assert isinstance(outcome, Accepted)
    discard_draft(world, visitor.drawer, draft.id)
    to = f"/contributions/{outcome.id}?given=1"
    if visitor.actor is giver:
        return RedirectResponse(to, 303)
    return led(request, begun(app_of(request), giver.token, LIFETIME, visitor.session), to)


def giver_of(world: World, visitor: Visitor) -> Actor:
    """Whoever is signed in; otherwise somebody new, with a link to keep, each time."""
    if visitor.actor is not None and not is_keeper(visitor.actor):
        return visitor.actor
    return still_signed_in(world, new_keeper(world).id)


def _fix(world: World, visitor: Visitor, draft: Draft, given: Body) -> Response:
    """What was given before gets a new revision."""
    assert draft.fixes is not None
    actor = visitor.signed_in()
    before = (look_up(world, actor, draft.fixes)["given_content"] or {}) | {"terms": {}}
    given["terms"]["attribution"].setdefault("name", None)
    revise(world, actor, draft.fixes, draft.revision, difference(before, given))
    discard_draft(world, visitor.drawer, draft.id)
    return RedirectResponse(f"/contributions/{draft.fixes}?given=fixed", 303)


def _by_field(refusal: Invalid) -> dict[str, str]:
    """Faults by the field of the form that they are about; what is about the words has none."""
    found: dict[str, str] = {}
    for fault in refusal.details["faults"]:
        path = fault["path"]
        if path.endswith("/consent/preview"):
            found["record"] = "This draft was changed since the page was made. Read it once more, then give it."
            continue
        name = path.removeprefix("/terms/").strip("/")
        name = "who" if name.startswith("attribution") else name
        found[name if name in (*CHOICES, "who", "age", "mine", "public") else "record"] = fault["problem"]
    return found


def _show(request: Request, visitor: Visitor, draft: Draft, faults: dict[str, str], *, written: bool) -> Response:
    world = world_of(request)
    given = check_body(to_give(draft))
    actor = visitor.actor
    view = preview(world, actor, read_contribution(pydantic_core.to_json(given)))
    refused = view["verdict"]["action"] == Action.REJECT
    page = PreviewPage(
        draft=draft,
        kind=KINDS[draft.body["kind"]],
        record=as_written(draft.body) if written else marked(draft, given, view),
        written=written,
        refused=tuple(reason["text"] for reason in view["verdict"]["reasons"]) if refused else (),
        not_checked=tuple(view["not_checked"]),
        shown=view["digest"],
        said=dict(draft.terms),
        faults=faults,
        choices=CHOICES,
        waits=WAITS,
        username=actor.subject if actor is not None and actor.account is not None else None,
        pseudonym=None if actor is None or is_keeper(actor) else world.identity.pseudonym(actor.contributor),
        consent=current(CONSENT),
        briefed=is_briefed(world, visitor),
    )
    return show(request, page, 422 if faults else 200)


def is_briefed(world: World, visitor: Visitor) -> bool:
    """Whether they understood today's explanation: as their account says, or this browser."""
    defaults, version = _defaults(world, visitor), briefing().version
    remembered = visitor.session.briefed if visitor.session is not None else ""
    return version in (remembered, "" if defaults is None else defaults.briefed)


def _defaults(world: World, visitor: Visitor) -> Defaults | None:
    if visitor.actor is None or visitor.actor.account is None:
        return None
    return account_of(world, visitor.actor).defaults
