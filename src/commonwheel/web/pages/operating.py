"""For whoever runs this: what waits, what is held, what is due, who is here, and the settings in force."""

import shutil
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.errors import Invalid, NotFound
from commonwheel.journeys.accounts import end_account, give_role, open_again
from commonwheel.journeys.keep_house import pause_releases
from commonwheel.journeys.operate import Overview, overview
from commonwheel.journeys.streams import close_breaker, kind_of
from commonwheel.people.tokens import TokenScope
from commonwheel.records.account import ROLES, Role
from commonwheel.settings import SETTINGS, shown_value
from commonwheel.web.asking import TheWorld, app_of
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheForm, TheVisitor

router = APIRouter(route_class=PageRoute)

_MIB = 1 << 20
_DONE = {
    "role": "The role counts from their next request on.",
    "ended": "The account is ended.",
    "opened": "The account is open again.",
    "paused": "No release is cut by schedule until you resume.",
    "resumed": "Releases are cut by schedule again.",
    "closed": "The stream is let go.",
}
_JOBS = {
    "release": "Cut a release",
    "housekeeping": "Forget what nobody needs any more",
    "training": "Look whether a model is due",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldLine:
    """A stream that is held; of a contributor it is not said whose."""

    stream: str
    kind: str
    until: datetime
    total: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLine:
    """What comes round."""

    name: str
    words: str
    due: datetime
    every: int
    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonLine:
    """Somebody with an account."""

    name: str
    role: str
    created: datetime
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingLine:
    """A setting as it is; what is secret is only said to be there."""

    name: str
    value: str
    origin: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatePage:
    """`free` and `size` are MiB of the disk that holds the data folder."""

    template: ClassVar[str] = "operate.html"
    seen: Overview
    free: int
    size: int
    held: tuple[HeldLine, ...]
    jobs: tuple[JobLine, ...]
    people: tuple[PersonLine, ...]
    roles: tuple[str, ...]
    settings: tuple[SettingLine, ...]
    said: str


@router.get("/operate")
def operate(
    request: Request, world: TheWorld, visitor: TheVisitor, done: str = Query(default="", max_length=20)
) -> Response:
    """How it goes."""
    seen = overview(world, visitor.signed_in())
    settings = app_of(request).settings
    disk = shutil.disk_usage(settings.home)
    page = OperatePage(
        seen=seen,
        free=disk.free // _MIB,
        size=disk.total // _MIB,
        held=tuple(
            HeldLine(stream=h.stream, kind=kind_of(h.stream), until=h.until, total=h.total, refused=h.refused)
            for h in seen.held
        ),
        jobs=tuple(
            JobLine(name=s.name, words=_JOBS.get(s.name, s.name), due=s.due, every=s.every, paused=s.paused)
            for s in seen.schedules
            if s.every
        ),
        people=tuple(
            PersonLine(
                name=account.name,
                role=account.role,
                created=account.created,
                state="ended" if account.ended else "open" if account.verified else "not verified",
            )
            for account in seen.accounts
        ),
        roles=ROLES,
        settings=tuple(
            SettingLine(
                name=setting.variable,
                value=shown_value(setting, settings[setting.name], settings.origins[setting.name]),
                origin=settings.origins[setting.name],
                help=setting.help,
            )
            for setting in SETTINGS
        ),
        said=_DONE.get(done, ""),
    )
    return show(request, page)


@router.post("/operate/people")
def change(world: TheWorld, visitor: TheVisitor, form: TheForm) -> Response:
    """Give a role, end an account, or open it again."""
    visitor.signed_in().require(TokenScope.ADMIN)
    name, does = form.one("name"), form.one("do")
    if does == "role":
        if form.one("role") not in ROLES:
            raise Invalid([("/role", "is none of the roles")])
        give_role(world, name, Role(form.one("role")))
        return _done("role")
    if does == "end":
        end_account(world, name)
        return _done("ended")
    if does == "open":
        open_again(world, name)
        return _done("opened")
    raise NotFound


@router.post("/operate/releases")
def releases(world: TheWorld, visitor: TheVisitor, form: TheForm) -> Response:
    """Pause or resume cutting releases by schedule."""
    visitor.signed_in().require(TokenScope.ADMIN)
    paused = form.one("do") == "pause"
    pause_releases(world, paused=paused)
    return _done("paused" if paused else "resumed")


@router.post("/operate/streams")
def let_go(world: TheWorld, visitor: TheVisitor, form: TheForm) -> Response:
    """Close the breaker of a stream."""
    actor = visitor.signed_in()
    actor.require(TokenScope.ADMIN)
    close_breaker(world, actor, form.one("stream"))
    return _done("closed")


def _done(what: str) -> Response:
    return RedirectResponse(f"/operate?done={what}", 303)
