"""A draft as its giver sees it: what is hidden and why, what they hide themselves, and what they decide."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from commonwheel.curate.labels import PLACEHOLDER
from commonwheel.journeys.drafts import Draft, own_labels
from commonwheel.journeys.public_form import places_hidden
from commonwheel.records.body import Body
from commonwheel.web.pages.marking import Marker, Note
from commonwheel.web.pages.passages import Block, Passage, Piece, passages

_NUMBER = re.compile(r"/(?:messages|prompt)/([0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """Something that the programs were unsure of: where it is, for the answer."""

    note: Note
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One passage with the notes beside it; without a passage a message that its giver dropped.

    `message` is its number in what was written, from 0; None for what cannot be dropped. `mine` are the numbers
    of the words that the giver hides in it.
    """

    passage: Passage | None = None
    message: int | None = None
    notes: tuple[Note, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    mine: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """The whole record: its turns, what has no place in them, and remarks about it as a whole.

    Of the `hidden` places `mine` are those that its giver hides.
    """

    turns: tuple[Turn, ...]
    rest: tuple[Block, ...]
    rest_notes: tuple[Note, ...]
    whole: tuple[str, ...]
    hidden: int
    mine: int
    open: int


def marked(draft: Draft, given: Body, view: dict[str, Any]) -> Marked:
    """A draft and the preview of what it gives, ready to be shown."""
    findings = [
        finding | {"undecided": False} if _place(finding) in draft.left else finding
        for finding in view["findings"]
    ]
    marker = Marker(view["bars"], findings)

    own = own_labels(draft)

    def cut(pointer: str, text: str) -> tuple[Piece, ...]:
        return tuple(part for piece in marker.cut(pointer, text) for part in _mine(own, piece))

    shown, rest = passages(given, cut)
    notes = {note.number: note for note in marker.notes()}
    stay = [index for index in range(_messages(draft)) if index not in draft.dropped]
    turns: list[Turn] = []
    for passage in shown:
        number = _message(passage)
        turns.append(
            replace(
                _turn(own, passage.blocks, notes, findings),
                passage=passage,
                message=stay[number] if number is not None and number < len(stay) else None,
            )
        )
    beside = _turn(own, rest, notes, findings)
    return Marked(
        turns=tuple(_with_dropped(turns, draft.dropped)),
        rest=tuple(rest),
        rest_notes=(*beside.notes, *(doubt.note for doubt in beside.doubts)),
        whole=tuple(marker.whole()),
        hidden=places_hidden(given, view["bars"]),
        mine=sum(
            piece.mark == "mine"
            for block in (*(block for passage in shown for block in passage.blocks), *rest)
            for piece in block.pieces
        ),
        open=sum(len(turn.doubts) for turn in turns) + len(beside.doubts),
    )


def as_written(given: Body) -> Marked:
    """The same words with nothing hidden."""
    shown, rest = passages(given, lambda _pointer, text: (Piece(text=text, start=0, end=len(text)),))
    turns = tuple(Turn(passage=passage) for passage in shown)
    return Marked(turns=turns, rest=tuple(rest), rest_notes=(), whole=(), hidden=0, mine=0, open=0)


def _turn(
    own: Mapping[str, int], blocks: Sequence[Block], notes: dict[int, Note], findings: Sequence[dict[str, Any]]
) -> Turn:
    pieces = [piece for block in blocks for piece in block.pieces]
    first = [_named(notes[piece.note]) for piece in pieces if piece.note is not None and piece.first]
    mine = dict.fromkeys(own[piece.text] for piece in pieces if piece.mark == "mine")
    doubts = []
    for note in first:
        if note.asks:
            some = [findings[index] for index in note.findings]
            start, end = min(each["start"] for each in some), max(each["end"] for each in some)
            doubts.append(Doubt(note=note, place=f"{start}:{end}:{some[0]['pointer']}"))
    return Turn(notes=tuple(note for note in first if not note.asks), doubts=tuple(doubts), mine=tuple(mine))


def _named(note: Note) -> Note:
    """A bar's note has its kind as its title: `⟨bank-account-1⟩` is a bank account."""
    match = PLACEHOLDER.fullmatch(note.title)
    label = match["label"] if match else None
    return replace(note, title=label.replace("-", " ").capitalize()) if label else note


def _place(finding: dict[str, Any]) -> tuple[str, int, int]:
    return finding["pointer"], finding["start"], finding["end"]


def _mine(own: Mapping[str, int], piece: Piece) -> Iterator[Piece]:
    """Plain words in which labels stand: each as a piece of its own, of the giver's or from before."""
    if piece.mark or len(piece.text) != piece.end - piece.start:
        yield piece
        return
    position = 0
    for match in PLACEHOLDER.finditer(piece.text):
        mark = "mine" if match[0] in own else "hid"
        if position < match.start():
            yield _part(piece, position, match.start(), "")
        yield _part(piece, match.start(), match.end(), mark)
        position = match.end()
    if position < len(piece.text) or not piece.text:
        yield _part(piece, position, len(piece.text), "")


def _part(piece: Piece, start: int, end: int, mark: str) -> Piece:
    return replace(piece, text=piece.text[start:end], start=piece.start + start, end=piece.start + end, mark=mark)


def _messages(draft: Draft) -> int:
    name = "messages" if "messages" in draft.body else "prompt"
    said = draft.body.get(name)
    return len(said) if isinstance(said, list) else 0


def _message(passage: Passage) -> int | None:
    for block in passage.blocks:
        match = _NUMBER.match(block.pointer)
        if match is not None:
            return int(match[1])
    return None


def _with_dropped(turns: Sequence[Turn], dropped: Sequence[int]) -> Iterator[Turn]:
    """Dropped messages stand where they were."""
    waiting = sorted(dropped)
    for turn in turns:
        while waiting and turn.message is not None and waiting[0] < turn.message:
            yield Turn(message=waiting.pop(0))
        yield turn
    for number in waiting:
        yield Turn(message=number)
