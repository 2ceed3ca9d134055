"""Perplexity, as browser extensions save it: questions with their answers, or threads of entries."""

from collections.abc import Iterator
from itertools import groupby

from commonwheel.collect.conversations import Conversation, Turn, moment_of, name_of, row_of, rows_of, text_of
from commonwheel.collect.items import Found, Reader, Row, Skipped
from commonwheel.collect.lines import Source
from commonwheel.collect.shapes import inside, shape_of
from commonwheel.records.terms import Terms


def _is_entry(row: Row) -> bool:
    asked = isinstance(row.get("query"), str) and "answer" in row
    return asked or (isinstance(row.get("query_str"), str) and ("blocks" in row or "context_uuid" in row))


def _recognizes(source: Source) -> bool:
    whole = shape_of(source).whole or {}
    return any(_is_entry(row) for name in ("conversations", "entries") for row in rows_of(whole.get(name)))


def _read(source: Source, defaults: Terms | None) -> Iterator[Found]:
    threads = groupby(inside(source, "conversations", "entries"), _thread)
    for thread, entries in threads:
        conversation: Conversation | None = None
        for entry in entries:
            if isinstance(entry, Skipped):
                yield entry
            elif not _is_entry(entry[1]):
                yield Skipped(where=entry[0], why="not a question of Perplexity")
            else:
                conversation = conversation or _begun(thread, *entry)
                for turn in _turns(entry[1]):
                    conversation.hold(turn)
        if conversation is not None:
            yield from conversation.items(defaults)


def _thread(entry: tuple[str, Row] | Skipped) -> str | None:
    """What entries of one thread have in common."""
    if isinstance(entry, Skipped):
        return None
    where, row = entry
    return name_of(row.get("context_uuid")) or name_of(row.get("uuid")) or where


def _begun(thread: str | None, where: str, row: Row) -> Conversation:
    return Conversation(
        where=where,
        provider="perplexity",
        id=thread if thread != where else None,
        title=name_of(row.get("thread_title")) or name_of(row.get("query")) or name_of(row.get("query_str")),
        created=moment_of(row.get("timestamp")) or moment_of(row.get("updated_datetime")),
    )


def _turns(row: Row) -> Iterator[Turn]:
    model = name_of(row.get("model")) or name_of(row.get("display_model"))
    yield Turn(role="user", text=text_of(row.get("query")) or text_of(row.get("query_str")))
    answer = text_of(row.get("answer")) or "\n\n".join(
        text for block in rows_of(row.get("blocks")) if (text := _text(row_of(block.get("markdown_block"))))
    )
    yield Turn(role="assistant", text=answer, model=model)


def _text(block: Row) -> str:
    chunks = block.get("chunks")
    whole = "".join(filter(lambda chunk: isinstance(chunk, str), chunks)) if isinstance(chunks, list) else ""
    return text_of(block.get("answer")) or whole


READER = Reader(
    name="perplexity",
    title="Perplexity, from browser extensions",
    reads="Questions and answers as chats, those of one thread together.",
    leaves="Sources, and everything else that an extension notes.",
    recognizes=_recognizes,
    read=_read,
)
