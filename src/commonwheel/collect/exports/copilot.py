"""Copilot's export (the one for everybody): a table of messages, the newest first.

It has no ids and no time zone, and many times are the same: so a conversation's rows are turned around and
not sorted.
"""

import csv
import io
from collections.abc import Iterator

from commonwheel.collect.conversations import MOST_HELD, Conversation, Turn, moment_of, name_of
from commonwheel.collect.items import Found, Reader, Skipped
from commonwheel.collect.lines import Source
from commonwheel.collect.shapes import shape_of
from commonwheel.records.contribution import MAX_RECORD_BYTES
from commonwheel.records.terms import Terms

_COLUMNS = ("Conversation", "Time", "Author", "Message")
_ROLES = {"human": "user", "user": "user", "ai": "assistant", "copilot": "assistant"}
Row = dict[str, str]


def _recognizes(source: Source) -> bool:
    return set(_COLUMNS) <= set(shape_of(source).header)


def _read(source: Source, defaults: Terms | None) -> Iterator[Found]:
    messages: list[Row] = []
    place, size = "", 0
    for found in _rows(source):
        if isinstance(found, Skipped):
            yield found
            continue
        where, row = found
        if messages and messages[-1]["Conversation"] != row["Conversation"]:
            yield from _conversation(place, messages).items(defaults)
            messages = []
        place = place if messages else where
        size = len(row["Message"]) + (size if messages else 0)
        if size <= MOST_HELD:
            messages.append(row)
        else:
            yield Skipped(where=where, why="beyond what one conversation may hold")
    if messages:
        yield from _conversation(place, messages).items(defaults)


def _rows(source: Source) -> Iterator[tuple[str, Row] | Skipped]:
    """Each row with the line on which it ends; what is not text of UTF-8 comes as half characters."""
    csv.field_size_limit(MAX_RECORD_BYTES)
    text = io.TextIOWrapper(source.stream(), "utf-8", "surrogateescape", newline="")
    table = csv.reader(text)
    header: list[str] = []
    while True:
        try:
            cells = next(table, None)
        except csv.Error:
            yield Skipped(where=f"line {table.line_num}", why="not a row of a table, or longer than 1 MB")
            continue
        if cells is None:
            return
        if not header:
            header = [name.strip() for name in cells]
            if not set(_COLUMNS) <= set(header):
                yield Skipped(where=f"line {table.line_num}", why="not the columns of Copilot's table")
                return
        elif len(cells) == len(header):
            yield f"line {table.line_num}", dict(zip(header, cells, strict=True))
        elif any(cells):
            yield Skipped(where=f"line {table.line_num}", why="not as many cells as there are columns")


def _conversation(where: str, messages: list[Row]) -> Conversation:
    first, last = moment_of(messages[0]["Time"]), moment_of(messages[-1]["Time"])
    ordered = messages if first and last and first < last else messages[::-1]
    conversation = Conversation(
        where=where,
        provider="microsoft",
        title=name_of(messages[0]["Conversation"]),
        created=moment_of(ordered[0]["Time"]),
    )
    for row in ordered:
        role = _ROLES.get(row["Author"].strip().lower())
        if role is None:
            conversation.left["message of an unknown author"] += 1
        else:
            conversation.turns.append(Turn(role=role, text=row["Message"]))
    return conversation


READER = Reader(
    name="copilot",
    title="Copilot",
    reads="The table of activity: each conversation as a chat, from its oldest message on.",
    leaves="Nothing: there is no more in it.",
    recognizes=_recognizes,
    read=_read,
)
