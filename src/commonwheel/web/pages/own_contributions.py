"""The page of a contribution as its giver sees it: its life, what was hidden, and everything they can do."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.errors import NotFound
from commonwheel.journeys import take_back
from commonwheel.journeys.contribute import receipt_of
from commonwheel.journeys.drafts import begin_draft
from commonwheel.journeys.kept import is_keeper, keep_link
from commonwheel.journeys.look_up import own_view
from commonwheel.journeys.public_form import places_hidden
from commonwheel.journeys.review import appeal
from commonwheel.journeys.world import World
from commonwheel.people.prompts import Prompt, When
from commonwheel.people.tokens import Actor
from commonwheel.records.contribution import Assessment
from commonwheel.records.states import MOVES, State
from commonwheel.records.stored import OWN_HOLD
from commonwheel.records.terms import AttributionMode
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.passages import Block, Passage, passages
from commonwheel.web.pages.prompting import cards
from commonwheel.web.pages.public_words import Lesson, labels_as_bars, lessons, readable
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheForm, TheVisitor
from commonwheel.web.pages.wording import (
    KINDS,
    STATES,
    LicenseWords,
    PreferenceWords,
    StateWords,
    finding_words,
    license_words,
    preference_words,
    purposes_words,
)

router = APIRouter(route_class=PageRoute)

_DOORS = {"give": "From the page for giving.", "api": "Through the API.", "import": "From an export."}
_SAID = {
    "1": "It is given. Thank you. What becomes of it stands on this page.",
    "fixed": "Your fix is saved. It is checked like a new gift, and the old one stays until it is.",
    "appealed": "Your appeal is with another person now.",
    "withdrawn": "It is withdrawn, and in no release to come.",
    "again": "It is given again, and checked anew.",
    "why": "Thank you. It is given as a signal about this, under the same terms.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Something that happened: in a line, in a sentence, and with how many quarters of the wheel inked."""

    at: datetime
    title: str
    text: str
    turn: int
    mood: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPage:
    """`kept` is the link of somebody without an account; `can` names what can be done now."""

    template: ClassVar[str] = "own.html"
    id: str
    kind: str
    state: StateWords
    license: LicenseWords
    preference: PreferenceWords
    purposes: str
    public: bool
    name: str
    chapters: tuple[Chapter, ...]
    lessons: tuple[Lesson, ...]
    hidden: int
    seen: tuple[tuple[str, int], ...]
    reasons: tuple[str, ...]
    passages: tuple[Passage, ...]
    rest: tuple[Block, ...]
    checked: bool
    can: frozenset[str]
    held: datetime | None
    gold: str
    why: Prompt | None
    kept: str | None
    said: str
    fault: str


def own_page(
    request: Request, world: World, actor: Actor, view: dict[str, Any], said: str = "", fault: str = ""
) -> Response:
    """The page, from everything that its giver may know."""
    body = view["public_content"] or view["given_content"]
    shown, rest = passages(body, labels_as_bars) if body else ([], [])
    state = State(view["state"])
    held = next((hold["until"] for hold in view["holds"] if hold["reason"] == OWN_HOLD and hold["until"]), None)
    until = None if held is None else datetime.fromisoformat(held)
    attribution = view["attribution"]
    page = OwnPage(
        id=view["id"],
        kind=KINDS[view["kind"]],
        state=STATES[state],
        license=license_words(view["license"]),
        preference=preference_words(view["ai_pref"]),
        purposes=purposes_words(view["purposes"]),
        public=view["scope"] == "public",
        name="" if attribution["mode"] == AttributionMode.ANONYMOUS else attribution["name"] or "",
        chapters=tuple(_chapters(view)),
        lessons=lessons(view["models"]),
        hidden=places_hidden(body) if body else 0,
        seen=tuple((finding_words(kind), number) for kind, number in sorted(view["findings"].items())),
        reasons=tuple(reason["text"] for reason in (view["verdict"] or {"reasons": ()})["reasons"]),
        passages=readable(shown),
        rest=tuple(rest),
        checked=view["public_content"] is not None,
        can=frozenset(_possible(view, state)),
        held=until if until is not None and until > world.clock.now() else None,
        gold=_gold(view["gold"]),
        why=_why(request, body),
        kept=keep_link(world, actor) if is_keeper(actor) else None,
        said=_SAID.get(said, ""),
        fault=fault,
    )
    return show(request, page, 422 if fault else 200, form=True)


def _why(request: Request, body: dict[str, Any] | None) -> Prompt | None:
    """What is asked after something failed."""
    if body is None or body.get("assessment") != Assessment.FAIL:
        return None
    return next(iter(cards(request, request.state.visitor, When.REACTIVE)), None)


@router.post("/contributions/{id}/withdraw")
def withdraw(world: TheWorld, visitor: TheVisitor, _form: TheForm, id: str) -> Response:
    """Leave it out of releases to come."""
    take_back.withdraw(world, visitor.signed_in(), id)
    return _to(id, "withdrawn")


@router.post("/contributions/{id}/again")
def again(world: TheWorld, visitor: TheVisitor, _form: TheForm, id: str) -> Response:
    """Undo a withdrawal."""
    take_back.give_again(world, visitor.signed_in(), id)
    return _to(id, "again")


@router.post("/contributions/{id}/erase")
def erase(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm, id: str) -> Response:
    """Destroy it, once its giver said that they know what that means."""
    actor = visitor.signed_in()
    if form.one("sure") != "yes":
        fault = "Tick that you know it cannot be undone."
        return own_page(request, world, actor, _mine(world, actor, id), fault=fault)
    take_back.erase(world, actor, id)
    return RedirectResponse(f"/contributions/{id}", 303)


@router.post("/contributions/{id}/appeal")
def appealed(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm, id: str) -> Response:
    """Ask another person to look at a rejection."""
    actor, statement = visitor.signed_in(), form.one("statement").strip()
    if not 0 < len(statement) <= 5_000:
        fault = "Say why another person should look, in at most 5,000 characters."
        return own_page(request, world, actor, _mine(world, actor, id), fault=fault)
    appeal(world, actor, id, statement)
    return _to(id, "appealed")


@router.post("/contributions/{id}/fix")
def fix(world: TheWorld, visitor: TheVisitor, _form: TheForm, id: str) -> Response:
    """Open it as a draft; what comes of that is a new revision."""
    view = _mine(world, visitor.signed_in(), id)
    if view.get("given_content") is None:
        raise NotFound("Its words are not kept any more: give it anew.")
    attribution = view["attribution"]
    pen = attribution["mode"] == AttributionMode.PSEUDONYM and attribution["name"]
    terms = {
        "license": view["license"],
        "ai_pref": view["ai_pref"],
        "purposes": view["purposes"],
        "scope": view["scope"],
        "who": "pen" if pen else attribution["mode"],
        "pen": attribution["name"] if pen else "",
        "name": attribution["name"] if attribution["mode"] == AttributionMode.NAME else "",
        "wait": "0",
    }
    more = {"terms": terms, "fixes": id, "revision": view["revision"]}
    draft = begin_draft(world, visitor.drawer, view["given_content"], **more)
    return RedirectResponse(f"/give/draft/{draft.id}", 303)


@router.get("/contributions/{id}/receipt")
def receipt(world: TheWorld, visitor: TheVisitor, id: str) -> Response:
    """The signed receipt, to keep."""
    text = json.dumps(receipt_of(world, visitor.signed_in(), id), indent=2)
    headers = {"Content-Disposition": f'attachment; filename="receipt-{id}.json"', "Cache-Control": "no-store"}
    return Response(text, media_type="application/json", headers=headers)


def _mine(world: World, actor: Actor, id: str) -> dict[str, Any]:
    """Everything about what is theirs; what is another's looks as if it were not there."""
    view = own_view(world, actor, id)
    if view is None:
        raise NotFound
    return view


def _to(id: str, said: str) -> Response:
    return RedirectResponse(f"/contributions/{id}?given={said}", 303)


def _possible(view: dict[str, Any], state: State) -> Iterator[str]:
    """What its giver can do with it now."""
    yield "erase"
    if State.WITHDRAWN in MOVES[state]:
        yield "withdraw"
    if state is State.WITHDRAWN and view["given_content"] is not None:
        yield "again"
    if State.SUPERSEDED in MOVES[state] and view["given_content"] is not None:
        yield "fix"
    if state is State.REJECTED and not any(item["appeal"] for item in view["reviews"]):
        yield "appeal"


def _chapters(view: dict[str, Any]) -> Iterator[Chapter]:
    """What happened, in the order in which it did."""
    for event in view["history"]:
        at, data = datetime.fromisoformat(event["at"]), event["data"]
        told = _TOLD.get(event["event"])
        if told is not None:
            yield told(at, data, " ".join(event["reasons"]))


def _given(at: datetime, data: dict[str, Any], _why: str) -> Chapter:
    way = _DOORS.get(data["door"], f"Through a door: {data['door']}.")
    how = "By what you allow beforehand: you" if "standing" in data else "You"
    return Chapter(at=at, title="You gave it", text=f"{way} {how} agreed to text {data['consent']}.", turn=1)


def _waiting(at: datetime, data: dict[str, Any], _why: str) -> Chapter:
    if data.get("given_again"):
        return Chapter(at=at, title="You gave it again", text="It is checked anew, by the rules of today.", turn=1)
    return Chapter(at=at, title="It is checked again", text="The rules became stricter meanwhile.", turn=1)


def _quarantined(at: datetime, data: dict[str, Any], why: str) -> Chapter:
    if data.get("taken_down"):
        return Chapter(
            at=at, title="It was taken down", text=f"A reviewer asks for a decision. {why}", turn=1, mood="held"
        )
    return Chapter(at=at, title="A person is asked", text=why, turn=1, mood="held")


def _ready(at: datetime, data: dict[str, Any], why: str) -> Chapter:
    if data.get("rules") == ["person"]:
        by = "A reviewer let it pass."
    elif why:
        by = "It was checked, and what must not be public is hidden."
    else:
        by = "It was checked, and nothing is against it."
    return Chapter(at=at, title="It is ready", text=f"{by} {why}".strip(), turn=2)


def _rejected(at: datetime, data: dict[str, Any], why: str) -> Chapter:
    by = "A reviewer" if data.get("rules") == ["person"] else "The rules"
    return Chapter(at=at, title="It was not taken", text=f"{by} gave this reason. {why}", turn=1, mood="held")


def _released(at: datetime, data: dict[str, Any], _why: str) -> Chapter:
    text = "Anyone may read it and take a copy. What stood under the bars is destroyed."
    version = data["release"]
    return Chapter(at=at, title=f"Released in release {version}", text=text, turn=3, link=f"/releases/{version}")


def _revised(at: datetime, _data: dict[str, Any], _why: str) -> Chapter:
    return Chapter(at=at, title="You fixed it", text="The fix is checked like a new gift.", turn=1)


def _superseded(at: datetime, _data: dict[str, Any], _why: str) -> Chapter:
    return Chapter(
        at=at, title="The fix took its place", text="The revision before is in no release to come.", turn=2
    )


def _withdrawn(at: datetime, _data: dict[str, Any], _why: str) -> Chapter:
    text = "It is in no release to come. Whoever holds a copy is asked to drop it."
    return Chapter(at=at, title="You withdrew it", text=text, turn=1, mood="gone")


_TOLD = {
    "given": _given,
    State.WAITING: _waiting,
    State.QUARANTINED: _quarantined,
    State.READY: _ready,
    State.REJECTED: _rejected,
    State.RELEASED: _released,
    "revised": _revised,
    State.SUPERSEDED: _superseded,
    State.WITHDRAWN: _withdrawn,
}


def _gold(gold: dict[str, Any]) -> str:
    """What became of it for learning."""
    if gold["pairs"]:
        return f"Models can learn {'one thing' if gold['pairs'] == 1 else str(gold['pairs']) + ' things'} from it."
    return (
        f"Models learn nothing from it: {gold['why_not'][0].lower()}{gold['why_not'][1:]}"
        if gold["why_not"]
        else ""
    )
