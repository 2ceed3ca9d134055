"""What a file looks like at its beginning, by which its format is told, and how such files are read."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pydantic_core

from commonwheel.collect.conversations import Conversation
from commonwheel.collect.elements import elements
from commonwheel.collect.items import Found, Item, Row, Skipped, made, rows
from commonwheel.collect.lines import Source
from commonwheel.collect.published import under_its_terms
from commonwheel.records.terms import Terms

_TELLING = 20
"""A format is told from so many of the first lines or elements, since some of them may be broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The first objects: each a line of its own, each an element of one list, or one that is the whole file.

    What is longer than the beginning of the file is there as far as it goes.
    """

    lines: tuple[Row, ...] = ()
    elements: tuple[Row, ...] = ()
    whole: Row | None = None
    header: tuple[str, ...] = ()  # the names of columns, where the file is a table

    @property
    def objects(self) -> tuple[Row, ...]:
        """All of them, for formats that come in either way."""
        return self.lines or self.elements or (() if self.whole is None else (self.whole,))


def shape_of(source: Source) -> Shape:
    """The shape of a file, found once."""
    if source.shape is None:
        source.shape = _shape(source)
    shape: Shape = source.shape
    return shape


def any_object(like: Callable[[Row], bool]) -> Callable[[Source], bool]:
    """Recognizes a file by one of its first objects."""
    return lambda source: any(map(like, shape_of(source).objects))


def objects(source: Source) -> Iterator[tuple[str, Row] | Skipped]:
    """Each object with its place: one per line, the elements of a list, or the one that is the file."""
    return rows(source) if shape_of(source).lines else inside(source)


def one_by_one(make: Callable[[Row], Row | str]) -> Callable[[Source, Terms | None], Iterator[Item]]:
    """Reads objects of which each is one contribution: `make` gives its body, or says why there is none."""

    def read(source: Source, defaults: Terms | None) -> Iterator[Item]:
        for found in objects(source):
            if isinstance(found, Skipped):
                yield found
                continue
            where, row = found
            body = make(row)
            if isinstance(body, str):
                yield Skipped(where=where, why=body)
            else:
                yield under_its_terms(made(body, where, defaults), row, where, defaults)

    return read


def each_conversation(
    is_one: Callable[[Row], bool], make: Callable[[str, Row], Conversation], of: str, *members: str
) -> Callable[[Source, Terms | None], Iterator[Found]]:
    """Reads elements of which each is a conversation: `make` puts it together, and never raises."""

    def read(source: Source, defaults: Terms | None) -> Iterator[Found]:
        for found in inside(source, *members):
            if isinstance(found, Skipped):
                yield found
            elif is_one(found[1]):
                yield from make(*found).items(defaults)
            else:
                yield Skipped(where=found[0], why=f"not a conversation of {of}")

    return read


def inside(source: Source, *members: str) -> Iterator[tuple[str, Row] | Skipped]:
    """The elements of a list, or each object; of one object those of these members, where it has them."""
    named = [name for name in members if any(name in row for row in shape_of(source).objects)]
    for found in elements(source, *named):
        if isinstance(found, Skipped) or isinstance(found[1], dict):
            yield found
        else:
            yield Skipped(where=found[0], why="not an object")


def _shape(source: Source) -> Shape:
    head = source.head.lstrip()
    if head[:1] == b"[" and head[1:].lstrip()[:1] in (b"{", b""):
        told = tuple(_of(elements(Source(iter([head])))))
        return Shape(elements=told or _cut(head))
    if head[:1] == b"{" and not isinstance(_read(head.partition(b"\n")[0]), dict):
        whole = _partial(head)
        if isinstance(whole, dict):
            return Shape(whole=whole)
    lines = tuple(_first_rows(source))
    if not lines and head[:1] == b"{":  # the first line is longer than a line may be, and not than an element
        whole = _read(head.partition(b"\n")[0])
        return Shape(whole=whole if isinstance(whole, dict) else None)
    header = () if lines else _header(head)
    return Shape(lines=lines, whole=lines[0] if len(lines) == 1 else None, header=header)


def _header(head: bytes) -> tuple[str, ...]:
    try:
        return tuple(
            name.strip()
            for name in next(csv.reader([head.partition(b"\n")[0][:1_000].decode("utf-8", "replace")]), ())
        )
    except csv.Error:
        return ()


def _first_rows(source: Source) -> Iterator[Row]:
    """The objects among the first lines; what is broken is passed over."""
    for line in islice(source.head_lines(), _TELLING):
        row = _read(line)
        if isinstance(row, dict):
            yield row


def _of(found: Iterator[Any]) -> Iterator[Row]:
    for one in islice(found, _TELLING):
        if not isinstance(one, Skipped) and isinstance(one[1], dict):
            yield one[1]


def _cut(head: bytes) -> tuple[Row, ...]:
    """The first element where the head ends in it."""
    read = _partial(head)
    return tuple(one for one in read[:1] if isinstance(one, dict)) if isinstance(read, list) else ()


def _read(text: bytes) -> Any:
    try:
        return pydantic_core.from_json(text)
    except ValueError:
        return None


def _partial(head: bytes) -> Any:
    try:
        return pydantic_core.from_json(head, allow_partial=True)
    except ValueError:
        return None
