"""Between the two pages of giving: a draft's words, each text in a field of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from commonwheel.errors import Invalid
from commonwheel.journeys.drafts import Draft, open_draft, save_draft
from commonwheel.journeys.rewording import reworded, words_of
from commonwheel.web.asking import TheWorld
from commonwheel.web.pages.preview_marks import as_written
from commonwheel.web.pages.rendering import PageRoute, show
from commonwheel.web.pages.visitor import TheForm, TheVisitor
from commonwheel.web.rates import PREVIEW, limited

router = APIRouter(route_class=PageRoute)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsField:
    """One text: who says it, where it is, and its words with labels for what is hidden."""

    pointer: str
    label: str
    text: str

    @property
    def rows(self) -> int:
        """About as many lines as it needs."""
        return min(20, 2 + self.text.count("\n") + len(self.text) // 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsPage:
    """The words of a draft. `faults` are told above the fields, and nothing is lost."""

    template: ClassVar[str] = "words.html"
    id: str
    fields: tuple[WordsField, ...]
    hides: bool
    faults: tuple[str, ...]


@router.get("/give/draft/{id}/words")
def words(request: Request, world: TheWorld, visitor: TheVisitor, id: str) -> Response:
    """What was written, to be changed."""
    draft = open_draft(world, visitor.drawer, id)
    return _show(request, draft, words_of(draft))


@router.post("/give/draft/{id}/words")
def changed(request: Request, world: TheWorld, visitor: TheVisitor, form: TheForm, id: str) -> Response:
    """Back to the preview, or again with what is wrong."""
    limited(request, PREVIEW)
    draft = open_draft(world, visitor.drawer, id)
    said = {name.removeprefix("at:"): value for name, value in form.pairs if name.startswith("at:")}
    try:
        save_draft(world, visitor.drawer, reworded(draft, said))
    except Invalid as refusal:
        told = dict.fromkeys(fault["problem"] for fault in refusal.details["faults"])
        there = words_of(draft)
        return _show(request, draft, there | {at: said[at] for at in there if at in said}, tuple(told))
    return RedirectResponse(f"/give/draft/{id}#record", 303)


def _show(request: Request, draft: Draft, there: dict[str, str], faults: tuple[str, ...] = ()) -> Response:
    page = WordsPage(id=draft.id, fields=tuple(_fields(draft, there)), hides=bool(draft.hidden), faults=faults)
    return show(request, page, 422 if faults else 200)


def _fields(draft: Draft, there: dict[str, str]) -> Iterator[WordsField]:
    """In the order in which they are read; a message that was dropped has none."""
    record = as_written(draft.body)
    said = [(turn.passage.title, block) for turn in record.turns if turn.passage for block in turn.passage.blocks]
    for title, block in (*said, *(("", block) for block in record.rest)):
        name, _, place = block.pointer.removeprefix("/").partition("/")
        number = int(place.split("/")[0]) if name in ("messages", "prompt") and place else None
        if block.pointer not in there or not block.pieces or (number is not None and number in draft.dropped):
            continue
        spoken = f"{number + 1}. {title}" if number is not None else title
        label = ", ".join(part for part in (spoken, block.label) if part)
        yield WordsField(pointer=block.pointer, label=label, text=there[block.pointer])
