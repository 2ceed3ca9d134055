"""What is shown alike to givers and to everybody: labels as bars, and what models made of a contribution."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from commonwheel.curate.labels import PLACEHOLDER
from commonwheel.web.pages.markdown import is_markdown, rendered
from commonwheel.web.pages.models import STATES
from commonwheel.web.pages.passages import Block, Passage, Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A model that learned from it, or that it helped to measure."""

    model: int
    learned: bool
    state: str


def lessons(models: Iterable[Mapping[str, Any]]) -> tuple[Lesson, ...]:
    """What a contribution was to models."""
    return tuple(
        Lesson(model=each["model"], learned=each["as"] == "learned from", state=STATES[each["state"]])
        for each in models
    )


def readable(said: Iterable[Passage]) -> tuple[Passage, ...]:
    """The same passages, with Markdown where words are written so; what an edit changed stays marked as it is."""
    return tuple(replace(passage, blocks=tuple(map(_readable, passage.blocks))) for passage in said)


def _readable(block: Block) -> Block:
    text = "".join(piece.text for piece in block.pieces)
    plain = all(piece.mark in ("", "hid") for piece in block.pieces)
    return replace(block, html=rendered(text)) if plain and is_markdown(text) else block


def labels_as_bars(_pointer: str, text: str) -> tuple[Piece, ...]:
    """What looks like a placeholder of ours is shown as a bar; its text is the public one either way."""
    pieces, position = [], 0
    for match in PLACEHOLDER.finditer(text):
        if position < match.start():
            pieces.append(Piece(text=text[position : match.start()], start=position, end=match.start()))
        pieces.append(Piece(text=match[0], start=match.start(), end=match.end(), mark="hid"))
        position = match.end()
    if position < len(text):
        pieces.append(Piece(text=text[position:], start=position, end=len(text)))
    return tuple(pieces)
