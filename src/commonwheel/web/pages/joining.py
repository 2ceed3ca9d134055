"""Opening an account, proving an address, and setting another password."""

from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from commonwheel.errors import Invalid
from commonwheel.journeys.accounts import (
    RESET,
    VERIFY,
    ask_for_reset,
    check_link,
    open_account,
    set_password,
    verify,
)
from commonwheel.web.asking import TheWorld, app_of
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.signing_in import led, signed_in_as
from commonwheel.web.pages.visitor import TheForm, TheVisitor
from commonwheel.web.rates import JOIN, MAIL, limited

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinPage:
    """`faults` are by field; the password is never sent back."""

    template: ClassVar[str] = "join.html"
    name: str
    email: str
    faults: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class MailedPage:
    """`folder` is where mail lies that is not sent anywhere."""

    template: ClassVar[str] = "mailed.html"
    email: str
    folder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifyPage:
    """The link is opened by a button: programs that look at mail follow links."""

    template: ClassVar[str] = "verify.html"
    name: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgotPage:
    """Where to send a link to."""

    template: ClassVar[str] = "forgot.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPage:
    """A new password."""

    template: ClassVar[str] = "reset.html"
    name: str
    link: str
    fault: str


@router.get("/join")
def join(request: Request, _visitor: TheVisitor) -> Response:
    """The form."""
    return show(request, JoinPage(name="", email="", faults={}), form=True)


@router.post("/join")
def joined(request: Request, world: TheWorld, _visitor: TheVisitor, form: TheForm) -> Response:
    """Open an account. The answer is the same whether or not the address has one already."""
    limited(request, JOIN)
    name, email = form.one("name").strip(), form.one("email").strip()
    try:
        open_account(world, name, email, form.one("password"))
    except Invalid as refusal:
        faults = {fault["path"].strip("/"): fault["problem"] for fault in refusal.details["faults"]}
        return show(request, JoinPage(name=name[:80], email=email[:254], faults=faults), 422, form=True)
    return _mailed(request, email)


@router.get("/verify/{link}")
def verify_page(request: Request, world: TheWorld, _visitor: TheVisitor, link: str) -> Response:
    """The button."""
    account = check_link(world, VERIFY, link)
    return show(request, VerifyPage(name=account.name, link=link), form=True)


@router.post("/verify/{link}")
def verified(request: Request, world: TheWorld, visitor: TheVisitor, _form: TheForm, link: str) -> Response:
    """The account is open, and its owner signed in."""
    return led(request, signed_in_as(request, visitor, verify(world, link)), "/mine")


@router.get("/forgot")
def forgot(request: Request, _visitor: TheVisitor) -> Response:
    """The form."""
    return show(request, ForgotPage(), form=True)


@router.post("/forgot")
def asked(request: Request, world: TheWorld, _visitor: TheVisitor, form: TheForm) -> Response:
    """Send a link; the answer is the same whether or not there is such an account."""
    limited(request, JOIN)
    email = form.one("email").strip()[:254]
    limited(request, MAIL, email.casefold())
    ask_for_reset(world, email)
    return _mailed(request, email)


@router.get("/reset/{link}")
def reset_page(request: Request, world: TheWorld, _visitor: TheVisitor, link: str) -> Response:
    """The form."""
    account = check_link(world, RESET, link)
    return show(request, ResetPage(name=account.name, link=link, fault=""), form=True)


@router.post("/reset/{link}")
def reset(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm, link: str) -> Response:
    """Set it, and sign this browser in; all others are signed out."""
    try:
        account = set_password(world, link, form.one("password"))
    except Invalid as refusal:
        account = check_link(world, RESET, link)
        fault = refusal.details["faults"][0]["problem"]
        return show(request, ResetPage(name=account.name, link=link, fault=fault), 422, form=True)
    return led(request, signed_in_as(request, visitor, account), "/mine")


def _mailed(request: Request, email: str) -> Response:
    settings = app_of(request).settings
    local = settings["MODE"] == "local" and not settings["MAIL_URL"].startswith("smtp")
    folder = (settings["MAIL_URL"] or str(settings.home / "mail")) if local else ""
    return show(request, MailedPage(email=email, folder=folder))
