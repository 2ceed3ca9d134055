"""A record as passages to read: who says what, kind by kind, with nothing left out.

Texts are cut into pieces by a function of the page that shows them: a reviewer sees bars and doubts, the
public sees labels. What a kind has no place for is listed under `rest`, so that nobody lets pass what
they were not shown.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from commonwheel.records.body import Body, messages_of, texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text that is shown alike; `start` and `end` are its code points in the whole text.

    `mark` is empty, `hid` (a bar stands here), `unsure` (a reviewer decides), `out` or `in` (what an edit
    took out or put in). `note` is the number of the note that says why, and `first` its first place.
    """

    text: str
    start: int
    end: int
    mark: str = ""
    note: int | None = None
    first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One text of the record, or, where `aside` says so, something that is named and not shown.

    `html` is the text as Markdown, where it is one and the page shows it so.
    """

    pointer: str = ""
    pieces: tuple[Piece, ...] = ()
    aside: str = ""
    label: str = ""
    html: Markup | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """What somebody says: `person` is on a sheet, everybody else behind a plain rule."""

    title: str
    blocks: tuple[Block, ...]
    person: bool = False
    detail: str = ""
    chosen: bool = False


Cut = Callable[[str, str], tuple[Piece, ...]]
"""From a pointer and its text to pieces that join to the whole text."""

_SPEAKERS = {
    "system": "System",
    "developer": "Developer",
    "user": "Person",
    "assistant": "Assistant",
    "tool": "Tool",
}
_BESIDE = {"name": "name", "tool_call_id": "answers", "reasoning": "thought"}
"""What stands beside a message's content, and how it is labeled."""
_JUDGED = {"good": "judged: good", "fail": "judged: failed", "mixed": "judged: mixed"}
_ARGUMENTS = "/function/arguments"
_LONGEST_DATA_URL = 200


@dataclass(slots=True)
class _Reader:
    """Reads one record, and remembers which of its texts have been shown."""

    body: Body
    cut: Cut
    contents: Mapping[str, str]
    arguments: Mapping[str, Sequence[str]]
    shown: set[str] = field(default_factory=set)

    def block(self, pointer: str, label: str = "") -> Block:
        """The text at a pointer."""
        self.shown.add(pointer)
        text = self.contents[pointer]
        if text.startswith("data:") and len(text) > _LONGEST_DATA_URL:
            return Block(pointer=pointer, aside=f"{len(text):,} characters of data, not shown here", label=label)
        return Block(pointer=pointer, pieces=self.cut(pointer, text), label=label)

    def content(self, pointer: str, content: Any) -> tuple[Block, ...]:
        """A message's content: text, parts, or nothing beside a tool's call."""
        if content is None:
            return ()
        if isinstance(content, str):
            return (self.block(pointer),)
        return tuple(self._part(f"{pointer}/{index}", part) for index, part in enumerate(content))

    def _part(self, pointer: str, part: Mapping[str, Any]) -> Block:
        if part["type"] == "text":
            return self.block(f"{pointer}/text")
        if part["type"] == "image_url":
            url = f"{pointer}/image_url/url"
            if url not in self.contents:
                size = len(part["image_url"]["url"])
                return Block(aside=f"{size:,} characters of an image, not shown here")
            return replace(self.block(url), label="An image, not shown here")
        return Block(aside=f"Attachment {part['attachment'] + 1}, listed below")

    def messages(self, pointer: str, messages: Iterable[Mapping[str, Any]]) -> list[Passage]:
        """A conversation."""
        labels = self.body.get("labels") or {}
        return [
            Passage(
                title=_SPEAKERS.get(message["role"], "Message"),
                person=message["role"] == "user",
                blocks=tuple(self._said(f"{pointer}/{index}", message)),
                detail=_JUDGED.get(labels.get(str(index), ""), "") if pointer == "/messages" else "",
            )
            for index, message in enumerate(messages)
        ]

    def _said(self, pointer: str, message: Mapping[str, Any]) -> Iterator[Block]:
        """What a message says, after what was thought before, and what it calls."""
        for name, label in _BESIDE.items():
            if message.get(name):
                yield self.block(f"{pointer}/{name}", label)
        yield from self.content(f"{pointer}/content", message["content"])
        for index, call in enumerate(message.get("tool_calls") or ()):
            yield self.block(f"{pointer}/tool_calls/{index}/function/name", "calls")
            yield from self._arguments(f"{pointer}/tool_calls/{index}/function/arguments", call)

    def _arguments(self, pointer: str, call: Mapping[str, Any]) -> Iterator[Block]:
        below = self.arguments.get(pointer, ())
        for each in below:
            block = self.block(each, _place(each.removeprefix(pointer)) or "with")
            named_already = each.endswith(f"/{self.contents[each]}#")
            if not named_already or any(piece.mark for piece in block.pieces):
                yield block
        if not below:
            yield Block(aside=call["function"]["arguments"], label="with")

    def prompt(self) -> list[Passage]:
        """What was asked."""
        if isinstance(self.body["prompt"], str):
            return [self.said("Person", "/prompt", person=True)]
        return self.messages("/prompt", messages_of(self.body["prompt"]))

    def said(self, title: str, pointer: str, *, person: bool = False) -> Passage:
        """One text as a passage."""
        return Passage(title=title, person=person, blocks=(self.block(pointer),))

    def several(self, title: str, name: str) -> list[Passage]:
        """A list of texts as one passage each."""
        return [
            self.said(f"{title} {index + 1}", f"/{name}/{index}") for index in range(len(self.body.get(name, ())))
        ]

    def optional(self, title: str, name: str) -> list[Passage]:
        """A text that may be missing."""
        return [self.said(title, f"/{name}", person=True)] if self.body.get(name) else []


def passages(body: Body, cut: Cut) -> tuple[list[Passage], list[Block]]:
    """The passages of a record, and the texts that have no place in them, each labeled by where it is."""
    contents = dict(texts(body))
    arguments: dict[str, list[str]] = {}
    for pointer in contents:
        call, inside, _ = pointer.partition(_ARGUMENTS)
        if inside:
            arguments.setdefault(call + inside, []).append(pointer)
    reader = _Reader(body=body, cut=cut, contents=contents, arguments=arguments)
    read = reader.optional("Title", "title") + _READERS[body["kind"]](reader) + reader.optional("Note", "note")
    rest = [reader.block(pointer, _place(pointer)) for pointer in reader.contents if pointer not in reader.shown]
    return read, rest


def _chat(reader: _Reader) -> list[Passage]:
    return reader.messages("/messages", reader.body["messages"])


def _correction(reader: _Reader) -> list[Passage]:
    before, after = reader.said("Before", "/original"), reader.said("After", "/edited", person=True)
    old, new = reader.contents["/original"], reader.contents["/edited"]
    same_start, same_end = _common_ends(old, new)
    before = _changed(before, "out", same_start, len(old) - same_end)
    after = _changed(after, "in", same_start, len(new) - same_end)
    return [*reader.prompt(), before, after, *reader.optional("Reason", "reason")]


def _preference(reader: _Reader) -> list[Passage]:
    chosen = reader.body["chosen"]
    # Where nobody compared them, the page does not say that somebody chose.
    words = ("kept", "not kept") if reader.body.get("inferred") else ("chosen", "not chosen")
    candidates = [
        Passage(
            title=f"Answer {index + 1}",
            blocks=reader.content(f"/candidates/{index}/content", candidate["content"]),
            detail=words[index != chosen],
            chosen=index == chosen,
        )
        for index, candidate in enumerate(reader.body["candidates"])
    ]
    return [*reader.prompt(), *candidates, *reader.optional("Reason", "reason")]


def _example(reader: _Reader) -> list[Passage]:
    ideal = reader.said("Ideal answer", "/ideal")
    return [*reader.prompt(), ideal, *reader.several("Test", "tests"), *reader.optional("Rubric", "rubric")]


def _signal(reader: _Reader) -> list[Passage]:
    value = reader.body["value"]
    if "/value" in reader.contents:
        shown = reader.block("/value", "value")
    else:
        shown = Block(
            aside={True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
        )
    return [Passage(title="Signal", blocks=(reader.block("/name"), shown))]


def _trace(reader: _Reader) -> list[Passage]:
    return [*reader.prompt(), *reader.several("Step", "steps"), reader.said("Answer", "/answer")]


def _bundle(reader: _Reader) -> list[Passage]:
    attached = [
        Passage(
            title=f"Attachment {index + 1}",
            detail="not shown here",
            blocks=(
                reader.block(f"/attachments/{index}/name", "name"),
                reader.block(f"/attachments/{index}/media_type", "type"),
                Block(aside=f"{len(attachment['data']) * 3 // 4:,} bytes"),
            ),
        )
        for index, attachment in enumerate(reader.body.get("attachments", ()))
    ]
    return reader.messages("/messages", reader.body["messages"]) + attached


_READERS: dict[str, Callable[[_Reader], list[Passage]]] = {
    "chat": _chat,
    "correction": _correction,
    "preference": _preference,
    "example": _example,
    "signal": _signal,
    "trace": _trace,
    "bundle": _bundle,
}


def _place(pointer: str) -> str:
    """Where a text is. Keys that the giver chose are not part of it: they are texts of their own."""
    path = pointer.removesuffix("#").split("/")[1:]
    ours = path[:1] if path[:1] == ["detail"] else path[:2] if path[:2] == ["source", "usage"] else path
    words = [str(int(part) + 1) if part.isdigit() else part.replace("_", " ") for part in ours]
    return " ".join(words) + (", name" if pointer.endswith("#") else "")


def _common_ends(old: str, new: str) -> tuple[int, int]:
    """How many code points are the same at the start and at the end, cut back to whole words."""
    shorter = min(len(old), len(new))
    start = next((i for i in range(shorter) if old[i] != new[i]), shorter)
    start = _back_to_space(old[:start]) if start < max(len(old), len(new)) else start
    left = shorter - start
    end = next((i for i in range(left) if old[-1 - i] != new[-1 - i]), left)
    tail = old[len(old) - end :]
    return start, len(tail) - _to_space(tail)


def _back_to_space(text: str) -> int:
    return text.rfind(" ") + 1


def _to_space(text: str) -> int:
    at = text.find(" ")
    return len(text) if at < 0 else at


def _changed(passage: Passage, mark: str, start: int, end: int) -> Passage:
    blocks = tuple(
        replace(block, pieces=tuple(part for piece in block.pieces for part in _split(piece, mark, start, end)))
        for block in passage.blocks
    )
    return replace(passage, blocks=blocks)


def _split(piece: Piece, mark: str, start: int, end: int) -> Iterable[Piece]:
    """A plain piece in up to three: what lies within `start` and `end` gets the mark."""
    if piece.mark or len(piece.text) != piece.end - piece.start:
        yield piece
        return
    edges = sorted({piece.start, piece.end, *(edge for edge in (start, end) if piece.start < edge < piece.end)})
    for left, right in pairwise(edges):
        text = piece.text[left - piece.start : right - piece.start]
        yield replace(piece, text=text, start=left, end=right, mark=mark if start <= left and right <= end else "")
