"""What comes out of an export file, and what a reader of one format is."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

import pydantic_core

from commonwheel.collect.lines import Line, Source
from commonwheel.collect.payloads import read_contribution
from commonwheel.errors import Invalid, TooLarge
from commonwheel.records.contribution import AnyContribution, Bundle, Chat, Correction, Preference, Trace
from commonwheel.records.terms import Terms

LISTED_SKIPS = 100
"""So many skipped pieces a summary lists; it counts all."""
_TOLD_FAULTS = 3
"""So many faults of one skipped piece are told."""
NO_TERMS = "brings no terms of its author: license and consent are missing"
NO = "its author does not consent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A piece of a file that was not taken, and why. Its words are not repeated.

    `refused` says that its author says no to it, whatever they said before.
    """

    where: str
    why: str
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A conversation that items come from, as the person who had it knows it. No part of it is in a record.

    `place` names the one contribution that comes from it, in a folder to which people add what they wrote.
    """

    where: str
    place: str | None = None
    title: str | None = None
    created: datetime | None = None
    model: str | None = None


Item = AnyContribution | Skipped
Found = Item | Origin
"""An origin stands before the items that come from it."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """One format. `recognizes` looks at the beginning of a file, never at its name.

    `read` takes the whole file and never raises because of what is in it: it yields Skipped instead.
    `title`, `reads` and `leaves` say to people what it is of, what becomes of it, and what is left out.
    Where it is `authored`, a folder of such files was written by several people, each under terms of their own.
    """

    name: str
    title: str
    reads: str
    leaves: str = ""
    authored: bool = False
    recognizes: Callable[[Source], bool]
    read: Callable[[Source, Terms | None], Iterator[Found]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What was understood of a file. `pairs` are corrections and preferences; `skipped` lists the first."""

    format: str
    contributions: int
    conversations: int
    messages: int
    pairs: int
    traces: int
    skipped_count: int
    skipped: tuple[Skipped, ...]

    def as_json(self) -> dict[str, Any]:
        """As `import --dry-run` prints it."""
        return asdict(self) | {"skipped": [{"where": each.where, "why": each.why} for each in self.skipped]}


@dataclass(slots=True)
class Tally:
    """Counts items as they pass."""

    format: str
    _counts: dict[str, int] = field(default_factory=dict)
    _skipped: list[Skipped] = field(default_factory=list)

    def add(self, item: Item) -> None:
        """Count one more."""
        if isinstance(item, Skipped):
            self._count("skipped")
            if len(self._skipped) < LISTED_SKIPS:
                self._skipped.append(item)
            return
        self._count("contributions")
        if isinstance(item, Chat | Bundle):
            self._count("conversations")
            self._count("messages", len(item.messages))
        elif isinstance(item, Correction | Preference):
            self._count("pairs")
        elif isinstance(item, Trace):
            self._count("traces")

    def summary(self) -> Summary:
        """What was counted so far."""
        counted = self._counts.get
        return Summary(
            format=self.format,
            contributions=counted("contributions", 0),
            conversations=counted("conversations", 0),
            messages=counted("messages", 0),
            pairs=counted("pairs", 0),
            traces=counted("traces", 0),
            skipped_count=counted("skipped", 0),
            skipped=tuple(self._skipped),
        )

    def _count(self, name: str, more: int = 1) -> None:
        self._counts[name] = self._counts.get(name, 0) + more


def place(line: Line) -> str:
    """How a line is named in reports."""
    return f"line {line.number}"


def too_long(line: Line) -> Skipped:
    """The report of a line that is longer than a record may be."""
    return Skipped(where=place(line), why="longer than 1 MB")


def rows(source: Source) -> Iterator[tuple[str, Row] | Skipped]:
    """Each line's JSON object with its place, for formats of one object per line."""
    for line in source.lines():
        if line.data is None:
            yield too_long(line)
            continue
        try:
            row = pydantic_core.from_json(line.data, allow_inf_nan=False)
        except ValueError:
            yield Skipped(where=place(line), why="not valid JSON in UTF-8")
            continue
        yield (place(line), row) if isinstance(row, dict) else Skipped(where=place(line), why="not an object")


def contribution(raw: bytes, where: str, defaults: Terms | None) -> Item:
    """The contribution in this JSON, under `defaults` where it brings no terms; or why it is not one."""
    try:
        given = read_contribution(raw)
    except TooLarge as refusal:
        return Skipped(where=where, why=refusal.message)
    except Invalid as refusal:
        if any(fault["path"] == "/terms/consent/given" for fault in refusal.details["faults"]):
            return Skipped(where=where, why=NO, refused=True)
        faults = [f"{fault['path']} {fault['problem']}".strip() for fault in refusal.details["faults"]]
        return Skipped(where=where, why="; ".join(faults[:_TOLD_FAULTS]))
    return replace(given, terms=defaults) if given.terms is None else given


def made(body: Row, where: str, defaults: Terms | None) -> Item:
    """As `contribution`, of what a reader has put together."""
    try:
        raw = pydantic_core.to_json(body)
    except ValueError:
        return Skipped(where=where, why="holds bytes that are not UTF-8, or half a character")
    return contribution(raw, where, defaults)
