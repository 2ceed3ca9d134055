"""Everything that somebody gave, and what they set for themselves: defaults, sessions, tokens, leaving."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from commonwheel.errors import Invalid
from commonwheel.journeys.accounts import account_of, end_own_token, make_own_token, set_defaults
from commonwheel.journeys.first_words import first_words
from commonwheel.journeys.kept import claim, is_keeper, join_kept, open_keep_link
from commonwheel.journeys.leave import leave
from commonwheel.journeys.look_up import contributions_of
from commonwheel.journeys.mine import Reputation, impact, reputation
from commonwheel.journeys.public_form import places_hidden
from commonwheel.journeys.sign_in import still_signed_in
from commonwheel.journeys.take_out import take_out
from commonwheel.journeys.world import World
from commonwheel.people.prompts import Prompt, When
from commonwheel.people.tokens import OF_ROLE, Actor, TokenScope
from commonwheel.ports.statistics import Impact
from commonwheel.records.account import Defaults
from commonwheel.records.states import State
from commonwheel.records.terms import Attribution, AttributionMode, License, Purpose
from commonwheel.web.asking import TheWorld, app_of
from commonwheel.web.pages.prompting import cards
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.signing_in import led
from commonwheel.web.pages.terms_form import AI_PREFERENCES, LICENSES, PURPOSES, WAITS, Choice, answers_from
from commonwheel.web.pages.visitor import Fields, TheForm, TheVisitor, begun, is_secure
from commonwheel.web.pages.wording import KINDS, STATES, StateWords, license_words, preference_words
from commonwheel.web.session import LIFETIME, drop_cookie

router = APIRouter(route_class=PageRoute)

_PER_PAGE = 30
_FIRST = 80
"""Signs of what was given that stand for it in the list."""
_SCOPES = {
    TokenScope.CONTRIBUTE: "give, fix and take back",
    TokenScope.READ: "read what is yours",
    TokenScope.REVIEW: "review",
}
"""What a person's own token can be for, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MineLine:
    """One gift in short. `first` are its first words as they are or would be public, once it is checked."""

    id: str
    kind: str
    first: str
    given: datetime
    state: StateWords
    license: str
    learns: str
    sign: str
    hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenLine:
    """A session or a token of one's own."""

    id: str
    label: str
    created: datetime
    expires: datetime | None
    here: bool
    scopes: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MinePage:
    """What somebody gave, the newest first; `states` counts the lines of this page by state."""

    template: ClassVar[str] = "mine.html"
    name: str
    lines: tuple[MineLine, ...]
    states: tuple[tuple[str, int], ...]
    next: str | None
    account: bool
    role: str
    impact: Impact
    reputation: Reputation | None
    prompts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsPage:
    """What somebody set for themselves. `made` is a token that was made just now, and is shown once."""

    template: ClassVar[str] = "settings.html"
    name: str
    role: str
    pseudonym: str
    said: dict[str, Any]
    choices: dict[str, tuple[Choice, ...]]
    waits: tuple[tuple[int, str], ...]
    sessions: tuple[TokenLine, ...]
    tokens: tuple[TokenLine, ...]
    scopes: tuple[tuple[str, str], ...]
    made: str
    reputation: bool
    prompts_off: int
    fault: str
    saved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinGiftPage:
    """A button that lets gifts join the account of whoever is signed in."""

    template: ClassVar[str] = "claim.html"
    name: str
    action: str


@router.get("/mine")
def mine(
    request: Request, world: TheWorld, visitor: TheVisitor, after: str = Query(default="", max_length=64)
) -> Response:
    """Everything that somebody gave."""
    actor = visitor.signed_in()
    views, cursor = contributions_of(world, actor, after or None, _PER_PAGE, newest=True, words=True)
    lines = tuple(_line(view) for view in views)
    account = None if actor.account is None else account_of(world, actor)
    page = MinePage(
        name="" if is_keeper(actor) else actor.subject,
        lines=lines,
        states=tuple(Counter(line.state.word for line in lines).most_common()),
        next=cursor,
        account=account is not None,
        role="" if account is None else account.role,
        impact=impact(world, actor),
        reputation=reputation(world, actor) if account is not None and account.defaults.reputation else None,
        prompts=cards(request, visitor, When.SCHEDULED) if account is not None else (),
    )
    return show(request, page, form=True)


@router.get("/mine/settings")
def settings(request: Request, world: TheWorld, visitor: TheVisitor, saved: str = Query(default="")) -> Response:
    """Defaults, sessions, tokens and leaving."""
    return _settings(request, world, visitor.at_home(), saved=bool(saved))


@router.post("/mine/defaults")
def defaults(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm) -> Response:
    """What is ready when they give."""
    actor = visitor.at_home()
    before = account_of(world, actor).defaults
    try:
        set_defaults(world, actor, _defaults(before, form))
    except ValueError as problem:
        return _settings(request, world, actor, fault=str(problem))
    return RedirectResponse("/mine/settings?saved=1", 303)


@router.post("/mine/tokens")
def new_token(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm) -> Response:
    """A token for a program of theirs, shown once."""
    actor = visitor.at_home()
    scopes = [scope for scope in _SCOPES if scope in form.all("scope")]
    try:
        made = make_own_token(world, actor, form.one("label"), scopes)
    except Invalid as refusal:
        first = refusal.details["faults"][0]
        fault = f"{first['path'].strip('/').capitalize()}: {first['problem']}."
        return _settings(request, world, actor, fault=fault)
    return _settings(request, world, actor, made=made)


@router.post("/mine/tokens/{id}/end")
def end_token(world: TheWorld, visitor: TheVisitor, _form: TheForm, id: str) -> Response:
    """End a session or a token at once."""
    end_own_token(world, visitor.at_home(), id)
    return RedirectResponse("/mine/settings?saved=1#sessions", 303)


@router.post("/mine/takeout")
def takeout(world: TheWorld, visitor: TheVisitor, _form: TheForm) -> Response:
    """Everything they gave, one contribution a line."""
    actor = visitor.signed_in()
    headers = {"Content-Disposition": 'attachment; filename="commonwheel.jsonl"', "Cache-Control": "no-store"}
    return StreamingResponse(
        take_out(world, actor.contributors), media_type="application/x-ndjson", headers=headers
    )


@router.post("/mine/leave")
def left(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm) -> Response:
    """Erase everything, once they wrote that they want it."""
    actor = visitor.at_home()
    if form.one("sure").strip() != actor.subject:
        return _settings(request, world, actor, fault="Write your user name to say that you are sure.")
    leave(world, actor)
    answer = RedirectResponse("/", 303)
    drop_cookie(answer, secure=is_secure(app_of(request)))
    return answer


@router.get("/keep/{link}")
def kept(request: Request, world: TheWorld, visitor: TheVisitor, link: str) -> Response:
    """Whoever kept the link sees the gift; somebody with an account can let it join theirs."""
    giver = still_signed_in(world, open_keep_link(world, link))
    if visitor.actor is not None and visitor.actor.account is not None:
        return show(request, JoinGiftPage(name=visitor.actor.subject, action=f"/keep/{link}"), form=True)
    views, _ = contributions_of(world, giver, None, 2)
    to = f"/contributions/{views[0]['id']}" if len(views) == 1 else "/mine"
    return led(request, begun(app_of(request), giver.token, LIFETIME, visitor.session), to)


@router.post("/keep/{link}")
def join(world: TheWorld, visitor: TheVisitor, _form: TheForm, link: str) -> Response:
    """The gift joins the account."""
    join_kept(world, visitor.at_home(), still_signed_in(world, open_keep_link(world, link)))
    return RedirectResponse("/mine", 303)


@router.get("/claim/{link}")
def claimed(request: Request, visitor: TheVisitor, link: str) -> Response:
    """What was given through a door can join an account; without one they are asked to sign in first."""
    return show(request, JoinGiftPage(name=visitor.at_home().subject, action=f"/claim/{link}"), form=True)


@router.post("/claim/{link}")
def join_claimed(world: TheWorld, visitor: TheVisitor, _form: TheForm, link: str) -> Response:
    """The gifts join the account."""
    claim(world, visitor.at_home(), link)
    return RedirectResponse("/mine", 303)


def _settings(
    request: Request, world: World, actor: Actor, *, made: str = "", fault: str = "", saved: bool = False
) -> Response:
    account = account_of(world, actor)
    with world.database.read() as tx:
        tokens = tx.accounts.tokens(account.id, world.clock.now())
    lines = [
        (
            token.session,
            TokenLine(
                id=token.id,
                label=token.label,
                created=token.created,
                expires=token.expires,
                here=token.id == actor.token,
                scopes=", ".join(words for scope, words in _SCOPES.items() if scope in token.scopes),
            ),
        )
        for token in tokens
    ]
    page = SettingsPage(
        name=account.name,
        role=account.role,
        pseudonym=world.identity.pseudonym(actor.contributor),
        said=answers_from(account.defaults),
        choices={"license": LICENSES, "ai_pref": AI_PREFERENCES, "purposes": PURPOSES},
        waits=WAITS,
        sessions=tuple(line for session, line in lines if session),
        tokens=tuple(line for session, line in lines if not session),
        scopes=tuple((scope, words) for scope, words in _SCOPES.items() if scope in OF_ROLE[account.role]),
        made=made,
        reputation=account.defaults.reputation,
        prompts_off=len(account.defaults.prompts_off),
        fault=fault,
        saved=saved,
    )
    answer = show(request, page, 422 if fault else 200)
    return answer


def _defaults(before: Defaults, form: Fields) -> Defaults:
    """What the form says; ValueError with what is wrong, in words."""
    license, ai_pref, who = form.one("license"), form.one("ai_pref"), form.one("who")
    attribution = None
    if who == "pen":
        if not form.one("pen").strip():
            raise ValueError("Write the pseudonym that you choose.")
        attribution = Attribution(mode=AttributionMode.PSEUDONYM, name=form.one("pen").strip()[:80])
    elif who == "name":
        if not form.one("name").strip():
            raise ValueError("Write the name that shall be shown.")
        attribution = Attribution(mode=AttributionMode.NAME, name=form.one("name").strip()[:80])
    elif who:
        attribution = Attribution(mode=AttributionMode(who))
    if ai_pref and ai_pref not in {choice.value for choice in AI_PREFERENCES}:
        raise ValueError("That is no AI preference of this page.")
    return replace(
        before,
        license=License(license) if license else None,
        ai_pref=ai_pref or None,
        purposes=tuple(Purpose(each) for each in form.all("purposes")) or None,
        attribution=attribution,
        reputation=form.one("reputation") == "yes",
        wait_hours=int(form.one("wait")) if form.one("wait") in {str(hours) for hours, _ in WAITS} else 0,
    )


def _line(view: dict[str, Any]) -> MineLine:
    preference, words = preference_words(view["ai_pref"]), view["public_content"]
    return MineLine(
        id=view["id"],
        kind=KINDS[view["kind"]],
        first="" if words is None else first_words(words, _FIRST),
        given=datetime.fromisoformat(view["given"]),
        state=STATES[State(view["state"])],
        license=license_words(view["license"]).name,
        learns=preference.name,
        sign=preference.sign,
        hidden=0 if words is None else places_hidden(words),
    )
