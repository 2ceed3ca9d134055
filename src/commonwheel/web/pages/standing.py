"""What somebody allows beforehand: a form to begin with, what holds now, and one button that stops it."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.errors import Invalid
from commonwheel.journeys import standing as journey
from commonwheel.journeys.accounts import account_of
from commonwheel.journeys.world import World
from commonwheel.people.documents import CONSENT, Document, briefing, current
from commonwheel.people.tokens import Actor
from commonwheel.records.standing import LONGEST, OWN_PROGRAMS, Allowed, Standing, Summary
from commonwheel.records.terms import TERMS
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.terms_form import (
    CHOICES,
    WAITS,
    Choice,
    answers_from,
    answers_in,
    terms_from,
)
from commonwheel.web.pages.visitor import TheFields, TheForm, TheVisitor
from commonwheel.web.pages.wording import LicenseWords, PreferenceWords, license_words, preference_words

router = APIRouter(route_class=PageRoute)

SUMMARIES = ((Summary.WEEK, "Every week"), (Summary.MONTH, "Every month"), (Summary.NEVER, "Never"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Something that is allowed now; `given` is how much was given under it."""

    id: str
    allowed: Allowed
    given: int
    rests: bool
    doors: tuple[str, ...]
    license: LicenseWords
    preference: PreferenceWords


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingPage:
    """`now` is what holds, `said` is what the form holds."""

    template: ClassVar[str] = "standing.html"
    now: tuple[Held, ...]
    doors: tuple[tuple[str, str], ...]
    said: dict[str, Any]
    faults: dict[str, str]
    choices: dict[str, tuple[Choice, ...]]
    waits: tuple[tuple[int, str], ...]
    summaries: tuple[tuple[Summary, str], ...]
    first: date
    last: date
    username: str
    pseudonym: str
    consent: Document
    saved: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StopPage:
    """What a link from a mail stops; `done` once it is stopped."""

    template: ClassVar[str] = "stop.html"
    action: str
    done: bool


@router.get("/mine/standing")
def standing(
    request: Request, world: TheWorld, visitor: TheVisitor, saved: str = Query(default="", max_length=10)
) -> Response:
    """What holds now, and the form."""
    actor = visitor.at_home()
    said = answers_from(account_of(world, actor).defaults) | {"doors": [], "until": "", "check_up": ""}
    return _show(request, world, actor, said | {"summary": Summary.WEEK}, {}, saved)


@router.post("/mine/standing")
def begin(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm) -> Response:
    """Allow it, once everything is chosen and understood."""
    actor = visitor.at_home()
    if account_of(world, actor).defaults.briefed != briefing().version:
        return RedirectResponse("/before?next=/mine/standing", 303)
    said = answers_in(form) | {name: form.one(name) for name in ("until", "check_up", "summary")}
    said["doors"] = list(form.all("doors"))
    try:
        journey.allow(world, actor, actor.contributor, _allowed(said, actor))
    except Invalid as refusal:
        return _show(request, world, actor, said, _by_field(refusal))
    return RedirectResponse("/mine/standing?saved=begun", 303)


@router.post("/mine/standing/stop")
def stop(world: TheWorld, visitor: TheVisitor, _form: TheForm) -> Response:
    """One button."""
    actor = visitor.at_home()
    journey.stop(world, actor, actor.contributor)
    return RedirectResponse("/mine/standing?saved=stopped", 303)


@router.post("/mine/standing/look-again")
def look_again(world: TheWorld, visitor: TheVisitor, form: TheForm) -> Response:
    """It goes on until the next check-up."""
    actor, check_up = visitor.at_home(), _end_of(form.one("check_up"))
    if check_up is None:
        raise Invalid([("/check_up", "is a day")])
    journey.look_again(world, actor, actor.contributor, form.one("id"), check_up)
    return RedirectResponse("/mine/standing?saved=again", 303)


@router.get("/stop/{link}")
def stop_page(request: Request, world: TheWorld, _visitor: TheVisitor, link: str) -> Response:
    """What the link in a mail stops: looking at it stops nothing, as mail programs look at links too."""
    found = journey.stopped_by(world, link, now_done=False)
    return show(request, StopPage(action=f"/stop/{link}", done=found.ended is not None))


@router.post("/stop/{link}")
def stop_now(request: Request, world: TheWorld, _visitor: TheVisitor, _fields: TheFields, link: str) -> Response:
    """Stop it. The link proves who asks, so that a mail program can do it with one click (RFC 8058)."""
    journey.stopped_by(world, link, now_done=True)
    return show(request, StopPage(action="", done=True))


def _allowed(said: dict[str, Any], actor: Actor) -> Allowed:
    """What the form says; Invalid with everything that is not chosen yet, by field."""
    until, check_up, summary = _end_of(said["until"]), _end_of(said["check_up"]), said["summary"]
    faults = [] if said["doors"] else [("doors", "Choose where you allow it.")]
    faults += [] if until else [("until", "Say until when.")]
    faults += [] if check_up else [("check_up", "Say when you want to look at it again.")]
    terms: dict[str, Any] = {}
    try:
        terms = terms_from(said, actor.subject)
    except Invalid as refusal:
        faults += [(fault["path"], fault["problem"]) for fault in refusal.details["faults"]]
    if faults or until is None or check_up is None:
        raise Invalid(faults)
    return Allowed(
        terms=TERMS.validate_python(terms),
        doors=tuple(said["doors"]),
        until=until,
        check_up=check_up,
        wait_hours=int(said["wait"]) if said["wait"] in {str(hours) for hours, _ in WAITS} else 0,
        summary=Summary(summary) if summary in set(Summary) else Summary.WEEK,
    )


def _end_of(day: str) -> datetime | None:
    """The end of a day, in UTC."""
    try:
        return datetime.combine(date.fromisoformat(day), time(23, 59, 59), UTC)
    except ValueError:
        return None


def _by_field(refusal: Invalid) -> dict[str, str]:
    found: dict[str, str] = {}
    for fault in refusal.details["faults"]:
        name = fault["path"].removeprefix("/terms/").strip("/")
        found.setdefault("who" if name.startswith("attribution") else name, fault["problem"])
    return found


def _door_words(door: str) -> str:
    return "Programs of mine, with a token of mine" if door == OWN_PROGRAMS else door


def _held(standing: Standing, given: int, now: datetime) -> Held:
    allowed = standing.allowed
    return Held(
        id=standing.id,
        allowed=allowed,
        given=given,
        rests=standing.rests(now),
        doors=tuple(map(_door_words, allowed.doors)),
        license=license_words(allowed.terms.license),
        preference=preference_words(allowed.terms.ai_pref),
    )


def _show(
    request: Request, world: World, actor: Actor, said: dict[str, Any], faults: dict[str, str], saved: str = ""
) -> Response:
    now = world.clock.now()
    page = StandingPage(
        now=tuple(
            _held(each, given, now) for each, given in journey.standings_of(world, actor, actor.contributor)
        ),
        doors=tuple((door, _door_words(door)) for door in journey.doors_of(world)),
        said=said,
        faults=faults,
        choices=CHOICES,
        waits=WAITS,
        summaries=SUMMARIES,
        first=now.date(),
        last=(now + LONGEST).date(),
        username=actor.subject,
        pseudonym=world.identity.pseudonym(actor.contributor),
        consent=current(CONSENT),
        saved=saved,
    )
    return show(request, page, 422 if faults else 200)
