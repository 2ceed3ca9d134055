"""Items that are alike, side by side: look at each, choose some, decide once with one reason."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from commonwheel.errors import CommonwheelError, Invalid
from commonwheel.journeys import review, similar
from commonwheel.journeys.public_form import places_hidden
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor
from commonwheel.records.body import texts
from commonwheel.records.findings import REVIEW_REASONS, Reason
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.reviews import known
from commonwheel.web.pages.visitor import Fields, TheForm, TheVisitor
from commonwheel.web.pages.wording import KINDS

router = APIRouter(route_class=PageRoute)

_CHOSEN = re.compile(r"([0-9]{1,18}):([0-9]{1,9})")
_SHOWN = 400
"""Characters of an item that are shown here; the whole is a click away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """One of several: what it would publish, in short, and how many places in it are in doubt."""

    item: int
    version: int
    kind: str
    language: str
    words: str
    doubts: int
    hidden: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarPage:
    """Items that are alike. `outcomes` is what became of those that were decided just now."""

    template: ClassVar[str] = "similar.html"
    item: int
    why: tuple[str, ...]
    lines: tuple[Alike, ...]
    reasons: tuple[tuple[str, str], ...]
    outcomes: tuple[similar.Decided, ...]
    fault: str


@router.get("/review/{item}/similar")
def together(request: Request, world: TheWorld, visitor: TheVisitor, item: int) -> Response:
    """Those that are alike."""
    return _show(request, world, visitor.signed_in(), known(item))


@router.post("/review/{item}/similar")
def decide(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm, item: int) -> Response:
    """Pass or reject those that were chosen."""
    actor, fault = visitor.signed_in(), ""
    review.item(world, actor, known(item))
    outcomes: list[similar.Decided] = []
    try:
        decision, reason = _decision(form)
        note = form.one("note").strip()[:5_000] or None
        outcomes = similar.decide_together(world, actor, _chosen(form), decision, reason, note)
    except Invalid as refusal:
        fault = refusal.details["faults"][0]["problem"]
    following = next((each.item for each in outcomes if not each.done), None)
    left = known(item) if fault else following or _open_one(world, actor)
    return _show(request, world, actor, left, tuple(outcomes), fault)


def _decision(form: Fields) -> tuple[review.Decision, Reason]:
    if form.one("do") == review.Decision.PASS:
        return review.Decision.PASS, Reason.REVIEWED
    if form.one("reason") not in set(REVIEW_REASONS):
        raise Invalid([("/reason", "Choose a reason: each giver is told it.")])
    return review.Decision.REJECT, Reason(form.one("reason"))


def _chosen(form: Fields) -> list[tuple[int, int]]:
    found = [(int(match[1]), int(match[2])) for each in form.all("item") if (match := _CHOSEN.fullmatch(each))]
    if not found:
        raise Invalid([("/item", "Choose at least one.")])
    return found


def _open_one(world: World, actor: Actor) -> int | None:
    """Another item to go on with; None where nothing waits."""
    views, _ = review.queue(world, actor, 0, 50)
    return next((view["item"] for view in views if view["barred"] is None), None)


def _show(
    request: Request,
    world: World,
    actor: Actor,
    item: int | None,
    outcomes: tuple[similar.Decided, ...] = (),
    fault: str = "",
) -> Response:
    try:
        views = [] if item is None else similar.similar(world, actor, item)
    except CommonwheelError:
        if not outcomes:
            raise
        views = []  # decided meanwhile by another
    verdict = views[0]["verdict"] if views else None
    page = SimilarPage(
        item=item or 0,
        why=() if verdict is None else tuple(reason["text"] for reason in verdict["reasons"]),
        lines=tuple(map(_line, views)),
        reasons=tuple((reason["code"], reason["text"]) for reason in review.reasons()),
        outcomes=outcomes,
        fault=fault,
    )
    return show(request, page, 422 if fault else 200)


def _line(view: dict[str, Any]) -> Alike:
    doubts = sum(finding["undecided"] for finding in view["findings"])
    words = "\n".join(text for _, text in texts(view["would_publish"]) if text.strip())
    return Alike(
        item=view["item"],
        version=view["version"],
        kind=KINDS.get(view["kind"], "A contribution"),
        language=view["language"] or "",
        words=words if len(words) <= _SHOWN else f"{words[:_SHOWN].rstrip()}…",
        doubts=doubts,
        hidden=places_hidden(view["content"], view["bars"]),
    )
