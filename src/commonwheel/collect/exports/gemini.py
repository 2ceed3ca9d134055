"""Gemini in Google's Takeout: entries of "My Activity", one for each question, with its answer as HTML.

Entries that follow each other and name the same conversation are one; those that name none are one each. The
answer's markup becomes Markdown of the plainest kind; nothing of it is shown or followed.
"""

import re
from collections.abc import Iterator
from itertools import groupby

from commonwheel.collect.conversations import (
    MOST_HELD,
    Conversation,
    Turn,
    list_of,
    moment_of,
    name_of,
    rows_of,
    text_of,
)
from commonwheel.collect.items import Found, Reader, Row, Skipped
from commonwheel.collect.lines import Source
from commonwheel.collect.markup import plain
from commonwheel.collect.shapes import any_object, inside
from commonwheel.records.terms import Terms

PREFIX = re.compile(
    r"\A\s*(?:(?:Prompted|Asked|Said)(?=\s)"
    r"|Prompt:|Eingegebener Prompt:|Requête envoyée\s?:|Has preguntado:|Prompt inviato:)\s*",
    re.IGNORECASE,
)
"""What Takeout writes before a question, in some of its languages; in others it stays."""
PRODUCT = re.compile(r"gemini|bard", re.IGNORECASE)
_CONVERSATION = re.compile(r"/app/([0-9a-z_-]{6,80})\Z", re.ASCII | re.IGNORECASE)


def _is_entry(row: Row) -> bool:
    return PRODUCT.search(text_of(row.get("header"))) is not None and "title" in row and "time" in row


def _read(source: Source, defaults: Terms | None) -> Iterator[Found]:
    for id, several in groupby(inside(source), _named):
        entries: list[tuple[str, Row]] = []
        held = 0
        for found in several:
            if isinstance(found, Skipped):
                yield found
            elif not _is_entry(found[1]):
                yield Skipped(where=found[0], why="not an entry of Gemini")
            elif (held := held + len(repr(found[1]))) > 2 * MOST_HELD:
                yield Skipped(where=found[0], why="beyond what one conversation may hold")
            else:
                entries.append(found)
        if entries:
            yield from _conversation(id, entries).items(defaults)


def _named(found: tuple[str, Row] | Skipped) -> str:
    """The conversation that an entry names, where it names one and no other; else what is its own."""
    if isinstance(found, Skipped):
        return ""
    urls = {text_of(detail.get("url")) for detail in rows_of(found[1].get("details"))}
    ids = [match[1] for match in map(_CONVERSATION.search, urls) if match]
    return ids[0] if len(urls) == len(ids) == 1 else found[0]


def _conversation(id: str, entries: list[tuple[str, Row]]) -> Conversation:
    """One out of entries that follow each other in the file, where the newest comes first."""
    where, first = entries[0]
    newest_first = text_of(first.get("time")) >= text_of(entries[-1][1].get("time"))
    ordered = [entry for _, entry in (reversed(entries) if newest_first else entries)]
    conversation = Conversation(where=where, provider="google", created=moment_of(ordered[0]["time"]))
    conversation.id = None if id == where else id
    for entry in ordered:
        asked = PREFIX.sub("", text_of(entry["title"]))
        conversation.title = conversation.title or name_of(asked.partition("\n")[0][:80])
        answer = "\n\n".join(plain(text_of(item.get("html"))) for item in rows_of(entry.get("safeHtmlItem")))
        if answer.strip():
            conversation.turns += [Turn(role="user", text=asked), Turn(role="assistant", text=answer)]
        if count := len(list_of(entry.get("attachedFiles"))):
            conversation.left["attached file"] += count
    return conversation


READER = Reader(
    name="gemini",
    title="Gemini, from Takeout as JSON",
    reads='Entries of "My Activity" with an answer as chats: those of one conversation together, where they say '
    "which it is.",
    leaves="Attached files, sources, and activity without an answer.",
    recognizes=any_object(_is_entry),
    read=_read,
)
