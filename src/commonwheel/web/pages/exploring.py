"""The commons to read: find words, narrow down, leaf through, or walk at random."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.errors import NotFound
from commonwheel.journeys.explore import MOST_COUNTED, MOST_SKIPPED, explore, facets, known, last_row, somewhere
from commonwheel.ports.exploring import FACETS, Shown, Wanted
from commonwheel.release.topics import DIFFICULTIES, topic_words
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheVisitor
from commonwheel.web.pages.wording import KINDS, language_words, license_words
from commonwheel.web.rates import SEARCH, limited
from commonwheel.web.remembered import remembered

router = APIRouter(route_class=PageRoute)

_PER_PAGE = 20
_COUNTED_FOR = 60.0
"""Seconds after which facets are counted again; after a release they are at once."""
_LEARNS = {
    "yes": "May learn",
    "unstated": "No AI preference",
    "if": "If something is promised",
    "no": "No model learns",
}
_ASSESSED = {"good": "Good answer", "fail": "Failed answer", "mixed": "Mixed answer"}
_TITLES = {
    "kind": "Kind",
    "topic": "Topic",
    "difficulty": "How demanding?",
    "learns": "May models learn?",
    "language": "Language",
    "assessment": "How was the answer?",
    "license": "License",
}
_AROUND = 90
"""Signs that are shown before and after a word that was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value that results can be narrowed down to."""

    value: str
    words: str
    number: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A result. `said` are pieces of its text, those with words that were looked for marked."""

    id: str
    kind: str
    icon: str
    name: str
    title: str
    rough: bool
    said: tuple[tuple[str, bool], ...]
    topic: str
    language: str
    tag: str
    assessment: str
    license: str
    learns: str
    sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplorePage:
    """Results, and what they can be narrowed down by. `number` is exact unless there are `more`."""

    template: ClassVar[str] = "explore.html"
    q: str
    release: int | None
    newest: bool
    cards: tuple[Card, ...]
    number: int
    more: bool
    total: int
    options: tuple[tuple[str, str, tuple[Option, ...]], ...]
    chosen: int
    next: str
    before: str


@router.get("/explore")
def look_through(
    request: Request,
    world: TheWorld,
    _visitor: TheVisitor,
    q: str = Query(default="", max_length=200),
    release: int | None = Query(default=None, ge=1, le=1_000_000),
    order: str = Query(default="", max_length=20),
    skip: int = Query(default=0, ge=0, le=MOST_SKIPPED),
) -> Response:
    """The results."""
    if q.strip():
        limited(request, SEARCH)
    there = remembered(request, ("facets", last_row(world)), _COUNTED_FOR, partial(facets, world))
    chosen = {name: known(request.query_params.getlist(name), there[name]) for name in FACETS if name in there}
    wanted = Wanted(words=tuple(q.split()), facets=chosen, release=release, newest=order == "newest")
    found, number = explore(world, wanted, skip, _PER_PAGE + 1)
    same = [(name, value) for name, values in chosen.items() for value in values]
    same += [(name, value) for name, value in (("q", q), ("order", order)) if value]
    same += [("release", str(release))] if release is not None else []
    more = len(found) > _PER_PAGE and skip + _PER_PAGE <= MOST_SKIPPED
    page = ExplorePage(
        q=q,
        release=release,
        newest=wanted.newest,
        cards=tuple(_card(each, q) for each in found[:_PER_PAGE]),
        number=number,
        more=number >= MOST_COUNTED,
        total=sum(count for _, count in there.get("kind", [])),
        options=tuple(_options(there, chosen)),
        chosen=sum(map(len, chosen.values())),
        next=f"?{urlencode([*same, ('skip', skip + _PER_PAGE)])}" if more else "",
        before=f"?{urlencode([*same, ('skip', max(0, skip - _PER_PAGE))])}" if skip else "",
    )
    return show(request, page)


@router.get("/explore/walk")
def walk(world: TheWorld, _visitor: TheVisitor) -> Response:
    """Some record."""
    id = somewhere(world)
    if id is None:
        raise NotFound("Nothing is released yet.")
    return RedirectResponse(f"/contributions/{id}", 303, {"Cache-Control": "no-store"})


def _options(
    there: dict[str, list[tuple[str, int]]], chosen: dict[str, tuple[str, ...]]
) -> Iterator[tuple[str, str, tuple[Option, ...]]]:
    for name, title in _TITLES.items():
        some = [
            Option(value=value, words=_value(name, value), number=number, chosen=value in chosen.get(name, ()))
            for value, number in there.get(name, [])[:12]
        ]
        if len(some) > 1 or any(option.chosen for option in some):
            yield name, title, tuple(some)


def _value(name: str, value: str) -> str:
    if name == "kind":
        return KINDS.get(value, value).partition(" ")[2].capitalize()
    if name == "license":
        return license_words(value).name
    if name == "language":
        return language_words(value)
    if name == "topic":
        return topic_words(value)
    return {"learns": _LEARNS, "assessment": _ASSESSED, "difficulty": DIFFICULTIES}[name].get(value, value)


def _card(found: Shown, q: str) -> Card:
    facts = found.facets
    learns = _LEARNS[facts["learns"]]
    return Card(
        id=found.contribution,
        kind=_value("kind", facts["kind"]),
        icon=facts["kind"],
        name=found.name,
        title=found.title,
        rough=found.rough,
        said=_passage(found, q),
        topic=topic_words(facts["topic"]),
        language=language_words(facts["language"]) if facts["language"] else "",
        tag=facts["language"],
        assessment=_ASSESSED.get(facts["assessment"], ""),
        license=license_words(facts["license"]).name,
        learns=learns[0].lower() + learns[1:],
        sign=facts["learns"],
    )


def _passage(found: Shown, q: str) -> tuple[tuple[str, bool], ...]:
    """Words around the first that was looked for, or how the text goes on after its title."""
    words = [re.escape(word) for word in re.findall(r"[^\W_]+", q)]
    said = " ".join(found.text.split())
    pattern = re.compile(rf"\b(?:{'|'.join(words)})", re.IGNORECASE) if words else None
    match = pattern.search(said) if pattern else None
    start = max(0, match.start() - _AROUND) if match else 0
    if match is None and said.startswith(found.title.rstrip("…")):
        start = len(found.title.rstrip("…"))
    part = said[start : start + 3 * _AROUND].strip()
    if start and match:
        part = f"…{part.partition(' ')[2]}"
    if start + 3 * _AROUND < len(said):
        part = f"{part.rpartition(' ')[0] or part}…"
    if pattern is None:
        return ((part, False),) if part else ()
    pieces, position = [], 0
    for hit in pattern.finditer(part):
        pieces += [(part[position : hit.start()], False), (hit[0], True)]
        position = hit.end()
    return tuple(piece for piece in (*pieces, (part[position:], False)) if piece[0])
