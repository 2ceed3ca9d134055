"""Before the first consent: a short explanation, and three questions that check that it was understood."""

from dataclasses import dataclass, replace
from typing import ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.journeys.accounts import account_of, set_defaults
from commonwheel.people.documents import Briefing, briefing
from commonwheel.web.asking import TheWorld, app_of
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheForm, TheVisitor, briefed, keep_session, local

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforePage:
    """`answers` are those that were given, by question; `checked` says that they were looked at."""

    template: ClassVar[str] = "before.html"
    briefing: Briefing
    answers: tuple[int | None, ...]
    checked: bool
    next: str


@router.get("/before")
def before(request: Request, _visitor: TheVisitor, next: str = Query(default="", max_length=200)) -> Response:
    """The explanation and the questions."""
    today = briefing()
    page = BeforePage(
        briefing=today, answers=(None,) * len(today.questions), checked=False, next=local(next) or "/give"
    )
    return show(request, page, form=True)


@router.post("/before")
def answered(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm) -> Response:
    """On, once all answers are right; else what is right, and why."""
    today, next = briefing(), local(form.one("next")) or "/give"
    said = tuple(
        int(chosen) if (chosen := form.one(f"q{number}")) in map(str, range(len(question.answers))) else None
        for number, question in enumerate(today.questions)
    )
    if said != tuple(question.right for question in today.questions):
        return show(request, BeforePage(briefing=today, answers=said, checked=True, next=next), 422, form=True)
    answer = RedirectResponse(next, 303)
    if visitor.actor is not None and visitor.actor.account is not None:
        account = account_of(world, visitor.actor)
        set_defaults(world, visitor.actor, replace(account.defaults, briefed=today.version))
    keep_session(request, answer, briefed(app_of(request), visitor, today.version))
    return answer
