"""SillyTavern's chats: a line about the chat, then one line for each message, with its swipes."""

import re
from collections.abc import Iterator
from datetime import datetime

from commonwheel.collect.conversations import Conversation, Turn, list_of, moment_of, name_of, row_of, text_of
from commonwheel.collect.items import Found, Reader, Row, Skipped
from commonwheel.collect.lines import Source
from commonwheel.collect.shapes import objects, shape_of
from commonwheel.records.terms import Terms

_SPELLED = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2}) ?@ ?(\d{1,2})h ?(\d{1,2})m ?(\d{1,2})s")


def _is_message(row: Row) -> bool:
    return "mes" in row and "is_user" in row


def _is_header(row: Row) -> bool:
    return "character_name" in row and "user_name" in row


def _recognizes(source: Source) -> bool:
    return any(_is_message(row) or ("chat_metadata" in row and _is_header(row)) for row in shape_of(source).lines)


def _read(source: Source, defaults: Terms | None) -> Iterator[Found]:
    conversation = Conversation(where="the chat")
    for found in objects(source):
        if isinstance(found, Skipped):
            yield found
            continue
        where, row = found
        if _is_header(row) and not _is_message(row):
            conversation.title = name_of(row.get("character_name"))
            conversation.created = _moment(row.get("create_date"))
        elif not _is_message(row):
            yield Skipped(where=where, why="not a message of SillyTavern")
        elif row.get("is_system") is not True:
            conversation.hold(_turn(row))
    yield from conversation.items(defaults)


def _turn(row: Row) -> Turn:
    if row.get("is_user") is True:
        return Turn(role="user", text=text_of(row.get("mes")))
    extra = row_of(row.get("extra"))
    thought = text_of(extra.get("reasoning")).strip()
    turn = Turn(role="assistant", text=text_of(row.get("mes")), model=name_of(extra.get("model")))
    turn.steps = [thought] if thought else []
    swipes, at = list_of(row.get("swipes")), row.get("swipe_id")
    if isinstance(at, int) and 0 <= at < len(swipes):
        others = [(number, text) for number, text in enumerate(swipes) if number != at and isinstance(text, str)]
        turn.rivals = [Turn(role="assistant", text=text) for _, text in others]
        turn.place = sum(number < at for number, _ in others)
    return turn


def _moment(value: object) -> datetime | None:
    """A time as SillyTavern's versions have written it: with letters, in English, or in a standard form."""
    spelled = _SPELLED.match(value) if isinstance(value, str) else None
    if spelled:
        year, month, day, *time = spelled.groups()
        return moment_of(f"{year}-{month:0>2}-{day:0>2}T{':'.join(part.rjust(2, '0') for part in time)}")
    try:
        return moment_of(datetime.strptime(text_of(value), "%B %d, %Y %I:%M%p").isoformat())
    except ValueError:
        return moment_of(value)


READER = Reader(
    name="sillytavern",
    title="SillyTavern",
    reads="A chat with what was shown of each message, thoughts as traces, other swipes as inferred preferences.",
    leaves="Names of speakers, notes of the system, pictures, and settings.",
    recognizes=_recognizes,
    read=_read,
)
