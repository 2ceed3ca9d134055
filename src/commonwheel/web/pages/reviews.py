"""The review queue and one item of it: read, decide what is hidden, pass or reject."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.errors import Invalid
from commonwheel.journeys import review
from commonwheel.journeys.first_words import first_words
from commonwheel.journeys.public_form import places_hidden
from commonwheel.journeys.similar import count_similar
from commonwheel.journeys.votes import agreement, tally
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor
from commonwheel.ports.reviews import Tallied
from commonwheel.records.findings import OPEN
from commonwheel.web.asking import TheWorld, world_of
from commonwheel.web.pages.deciding import (
    EXTRA_KINDS,
    TIERS,
    Draft,
    draft_of,
    pass_ruling,
    reject_ruling,
    ruling_words,
    version_in,
)
from commonwheel.web.pages.marking import Marker, Note
from commonwheel.web.pages.passages import Block, Passage, passages
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheForm, TheVisitor, Visitor
from commonwheel.web.pages.wording import (
    KINDS,
    LicenseWords,
    PreferenceWords,
    ago,
    license_words,
    preference_words,
)

router = APIRouter(route_class=PageRoute)

_PER_PAGE = 50
_BESIDE = 12
_FIRST = 80
"""Signs of what would be public that stand for an item in the queue."""
_LARGEST = 2**63
_SAID = re.compile(r"(pass|reject)-([0-9]{1,18})")
_TOLD = {
    "pass": "passed. It waits for the next release.",
    "reject": "rejected. Its giver is told the reason.",
    "noted": "your decision is noted. As it is among your first, another person looks at it too before it counts.",
    "same": "Another person had decided the same.",
    "other": "Another person had decided otherwise; yours counts.",
}
"""What is said after a decision, and of how another saw it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """One open item in short; `first` are the first words of what would be public, in the queue alone."""

    item: int
    kind: str
    first: str
    language: str
    reasons: tuple[str, ...]
    opened: datetime
    age: str
    appeal: bool
    claimed: bool
    barred: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """Open items, the oldest first. `said` is what was decided just now, `mine` what this reviewer did so far."""

    template: ClassVar[str] = "queue.html"
    lines: tuple[QueueLine, ...]
    next: int | None
    said: str
    mine: Tallied


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemPage:
    """One item. `faults` are what was wrong with a decision just sent, `draft` what it held."""

    template: ClassVar[str] = "review.html"
    line: QueueLine
    version: int
    passages: tuple[Passage, ...]
    rest: tuple[Block, ...]
    notes: tuple[Note, ...]
    whole: tuple[str, ...]
    hidden: int
    license: LicenseWords
    preference: PreferenceWords
    statement: str | None
    reasons: tuple[tuple[str, str], ...]
    extra_kinds: tuple[tuple[str, str], ...]
    tiers: tuple[tuple[str, str], ...]
    policy_tier: str
    beside: tuple[QueueLine, ...]
    following: int | None
    alike: int
    said: str
    faults: tuple[str, ...]
    draft: Draft


@router.get("/review")
def queue(
    request: Request,
    world: TheWorld,
    visitor: TheVisitor,
    after: int = Query(default=0, ge=0, lt=_LARGEST),
    said: str = Query(default=""),
) -> Response:
    """The queue."""
    views, cursor = review.queue(world, visitor.signed_in(), after, _PER_PAGE, words=True)
    lines = tuple(_line(world, view) for view in views)
    actor = visitor.signed_in()
    page = QueuePage(lines=lines, next=cursor, said=_said(world, actor, said), mine=tally(world, actor))
    return show(request, page)


@router.get("/review/{item}")
def one(
    request: Request,
    world: TheWorld,
    visitor: TheVisitor,
    item: int,
    said: str = Query(default=""),
    past: int = Query(default=0, ge=0, lt=_LARGEST),
) -> Response:
    """One item. Those up to `past` were skipped, and are not opened again by a decision."""
    view = review.item(world, visitor.signed_in(), known(item))
    actor = visitor.signed_in()
    return show(request, _page(world, actor, view, Draft(past=past), said=_said(world, actor, said)))


@router.post("/review/{item}/claim")
def claim(world: TheWorld, visitor: TheVisitor, form: TheForm, item: int) -> Response:
    """Tell others that this one is being looked at."""
    review.claim(world, visitor.signed_in(), known(item), version_in(form))
    return RedirectResponse(f"/review/{item}", 303)


@router.post("/review/{item}/pass")
def pass_item(request: Request, visitor: TheVisitor, form: TheForm, item: int) -> Response:
    """Let it become public, with what is to be hidden hidden."""
    return _decide(request, visitor, item, draft_of(form), review.Decision.PASS)


@router.post("/review/{item}/reject")
def reject_item(request: Request, visitor: TheVisitor, form: TheForm, item: int) -> Response:
    """Turn it away, with a reason."""
    return _decide(request, visitor, item, draft_of(form), review.Decision.REJECT)


def _decide(request: Request, visitor: Visitor, item: int, draft: Draft, decision: review.Decision) -> Response:
    world, actor = world_of(request), visitor.signed_in()
    view = review.item(world, actor, known(item))
    try:
        if decision is review.Decision.PASS:
            _, notes, _, _ = _read(view)
            ruling = pass_ruling(draft, notes)
        else:
            ruling = reject_ruling(draft)
        review.decide_item(world, actor, item, draft.version, ruling)
    except Invalid as problem:
        faults = tuple(
            _fault(fault["path"], fault["problem"], ruling_words(draft)) for fault in problem.details["faults"]
        )
        return show(request, _page(world, actor, view, draft, faults=faults), 422)
    # The oldest that waits comes first, unless this reviewer has just skipped it.
    following = _following(world, actor, draft.past) or _following(world, actor, 0)
    said = f"said={decision}-{item}" + (f"&past={draft.past}" if following and draft.past else "")
    return RedirectResponse(f"/review{'' if following is None else f'/{following}'}?{said}", 303)


def _fault(path: str, problem: str, words: Sequence[str]) -> str:
    """What is wrong, in the words of the page: faults of the journey name lines and places by their number."""
    _, name, number = (*path.split("/"), "", "")[:3]
    if name == "words" and number.isdigit() and int(number) < len(words):
        return f"“{words[int(number)]}” {problem}"
    if name == "spans":
        return f"A place you marked {problem}"
    return f"{path}: {problem}".removeprefix(": ")


def _page(
    world: World,
    actor: Actor,
    view: dict[str, Any],
    draft: Draft,
    *,
    said: str = "",
    faults: tuple[str, ...] = (),
) -> ItemPage:
    shown, notes, rest, whole = _read(view)
    around, _ = review.queue(world, actor, max(0, view["item"] - 1 - _PER_PAGE // 2), _PER_PAGE)
    place = next((number for number, each in enumerate(around) if each["item"] >= view["item"]), 0)
    beside = around[max(0, place - _BESIDE // 2) :][:_BESIDE]
    return ItemPage(
        line=_line(world, view),
        version=view["version"],
        passages=shown,
        rest=rest,
        notes=notes,
        whole=whole,
        hidden=places_hidden(view["content"], view["bars"]),
        license=license_words(view["license"]),
        preference=preference_words(view["ai_pref"]),
        statement=view["statement"],
        reasons=tuple((reason["code"], reason["text"]) for reason in review.reasons()),
        extra_kinds=tuple(EXTRA_KINDS.items()),
        tiers=tuple(TIERS.items()),
        policy_tier=TIERS[(view["verdict"] or {}).get("tier") or OPEN].partition(":")[0].lower(),
        beside=tuple(_line(world, each) for each in beside),
        following=_following(world, actor, view["item"]),
        alike=0 if view["appeal"] else count_similar(around, view),
        said=said,
        faults=faults,
        draft=draft,
    )


def _read(
    view: dict[str, Any],
) -> tuple[tuple[Passage, ...], tuple[Note, ...], tuple[Block, ...], tuple[str, ...]]:
    """Passages, notes, the other texts, and what concerns the record as a whole."""
    marker = Marker(view["bars"], view["findings"])
    shown, rest = passages(view["content"], marker.cut)
    return tuple(shown), tuple(marker.notes()), tuple(rest), tuple(marker.whole())


def _line(world: World, view: dict[str, Any]) -> QueueLine:
    opened = datetime.fromisoformat(view["opened"])
    verdict = view["verdict"]
    return QueueLine(
        item=view["item"],
        kind=KINDS.get(view["kind"], "A contribution"),
        first="" if view.get("would_publish") is None else first_words(view["would_publish"], _FIRST),
        language=view["language"] or "",
        reasons=() if verdict is None else tuple(reason["text"] for reason in verdict["reasons"]),
        opened=opened,
        age=ago(opened, world.clock.now()),
        appeal=view["appeal"],
        claimed=view["claimed"],
        barred=view["barred"],
    )


def _following(world: World, actor: Actor, item: int) -> int | None:
    """The first item after one that this reviewer may decide and nobody is looking at."""
    views, _ = review.queue(world, actor, item, _PER_PAGE)
    return next((view["item"] for view in views if view["barred"] is None and not view["claimed"]), None)


def known(item: int) -> int:
    """An item's number; one that the database could not even hold names none."""
    return item if 0 < item < _LARGEST else 0


def _said(world: World, actor: Actor, said: str) -> str:
    """What was decided just now, in words, and whether another person saw it alike."""
    match = _SAID.fullmatch(said)
    if match is None:
        return ""
    seen = agreement(world, actor, known(int(match[2])))
    told = _TOLD["noted" if seen == "noted" else match[1]]
    return f"Item {match[2]}: {told} {_TOLD[seen] if seen in ('same', 'other') else ''}".strip()
