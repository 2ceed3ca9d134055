"""The texts that people agree to: every version in full, and what changed between any two."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from commonwheel.errors import NotFound
from commonwheel.people.documents import BRIEFING, CONSENT, GUIDELINES, Document, versions
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheVisitor

router = APIRouter(route_class=PageRoute)

TITLES = {
    CONSENT: "What you agree to when you give",
    BRIEFING: "What is explained before the first gift",
    GUIDELINES: "How to review",
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
    there = {document.version: document for document in versions(name)}
    if (version and version not in there) or (since and since not in there):
        raise NotFound
    document = there[version] if version else versions(name)[-1]
    before = there.get(since)
    page = TextPage(
        title=TITLES[name],
        document=document,
        others=tuple(each for each in versions(name) if each is not document),
        since=before,
        pieces=tuple(
            _difference("" if before is None else before.text, document.text, compare=before is not None)
        ),
    )
    return show(request, page)


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
