"""The texts that people agree to: every version in full, and what changed between any two."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from commonwheel.app import App
from commonwheel.curate.policy_files import read_policy
from commonwheel.errors import NotFound
from commonwheel.journeys.policy_in_force import adopted
from commonwheel.people.documents import BRIEFING, CONSENT, GUIDELINES, Document, versions
from commonwheel.web.asking import app_of
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheVisitor

router = APIRouter(route_class=PageRoute)

POLICY = "policy"
TITLES = {
    CONSENT: "What you agree to when you give",
    BRIEFING: "What is explained before the first gift",
    GUIDELINES: "How to review",
    POLICY: "The rules that programs follow",
}
_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    """A text: `pieces` are runs of words with what became of them since `since` (same, in, out)."""

    template: ClassVar[str] = "text.html"
    title: str
    document: Document
    others: tuple[Document, ...]
    since: Document | None
    pieces: tuple[tuple[str, str], ...]


@router.get("/texts/{name}")
def text(
    request: Request,
    _visitor: TheVisitor,
    name: str,
    version: str = Query(default="", max_length=40),
    since: str = Query(default="", max_length=40),
) -> Response:
    """One version, today's where none is named, perhaps beside another."""
    if name not in TITLES:
        raise NotFound
    every = policies(app_of(request)) if name == POLICY else versions(name)
    there = {document.version: document for document in every}
    if (version and version not in there) or (since and since not in there):
        raise NotFound
    document = there[version] if version else every[-1]
    before = there.get(since)
    page = TextPage(
        title=TITLES[name],
        document=document,
        others=tuple(each for each in every if each is not document),
        since=before,
        pieces=tuple(
            _difference("" if before is None else before.text, document.text, compare=before is not None)
        ),
    )
    return show(request, page)


def policies(app: App) -> tuple[Document, ...]:
    """The policy that this commons began with, and all that were adopted since."""
    first = app.world.policy
    texts = [(f"{first.name}@{first.version}", read_policy(app.settings["POLICY"]))]
    texts += [(f"{each.number}-{each.name}@{each.version}", each.text) for each in adopted(app.world)]
    return tuple(
        Document(name=POLICY, version=version, text=text, digest=sha256(text.encode()).hexdigest())
        for version, text in texts
    )


def _difference(old: str, new: str, *, compare: bool) -> Iterator[tuple[str, str]]:
    """Runs of words, as they follow each other; nothing is marked where nothing is compared."""
    if not compare:
        yield new, ""
        return
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    for kind, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "".join(after[k:m]), ""
            continue
        if i < j:
            yield "".join(before[i:j]), "out"
        if k < m:
            yield "".join(after[k:m]), "in"
