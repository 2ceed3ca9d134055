"""Jan's threads: `messages.jsonl`, one message per line, in the form of OpenAI's threads."""

from collections.abc import Iterator
from itertools import groupby

from commonwheel.collect.conversations import Conversation, Turn, moment_of, name_of, row_of, rows_of, text_of
from commonwheel.collect.items import Found, Reader, Row, Skipped
from commonwheel.collect.lines import Source
from commonwheel.collect.shapes import any_object, objects
from commonwheel.records.terms import Terms

_ROLES = frozenset({"user", "assistant", "system"})


def _is_message(row: Row) -> bool:
    return row.get("object") == "thread.message" and "thread_id" in row and isinstance(row.get("content"), list)


def _read(source: Source, defaults: Terms | None) -> Iterator[Found]:
    for thread, several in groupby(objects(source), _thread):
        conversation: Conversation | None = None
        for found in several:
            if isinstance(found, Skipped):
                yield found
            elif not _is_message(found[1]):
                yield Skipped(where=found[0], why="not a message of a thread")
            else:
                where, row = found
                if conversation is None:
                    created = moment_of(row.get("created_at"))
                    conversation = Conversation(where=where, id=name_of(thread), created=created)
                _add(row, conversation)
        if conversation is not None:
            yield from conversation.items(defaults)


def _thread(found: tuple[str, Row] | Skipped) -> object:
    return None if isinstance(found, Skipped) else found[1].get("thread_id")


def _add(row: Row, conversation: Conversation) -> None:
    role = text_of(row.get("role"))
    if role not in _ROLES:
        conversation.left["message of an unknown role"] += 1
        return
    turn = Turn(role=role)
    texts: list[str] = []
    for part in rows_of(row["content"]):
        text = part.get("text")
        said = text if isinstance(text, str) else text_of(row_of(text).get("value"))
        if part.get("type") == "text":
            texts += [said] if said or texts else []
        elif part.get("type") == "reasoning":
            turn.steps += [said] if said.strip() else []
        else:
            conversation.left[text_of(part.get("type"))[:60] or "part without a type"] += 1
    turn.text = "\n".join(texts)
    if role == "assistant":
        turn.model = name_of(row_of(row_of(row.get("metadata")).get("assistant")).get("model"))
    conversation.hold(turn)


READER = Reader(
    name="jan",
    title="Jan (from its documentation alone: an experiment)",
    reads="`messages.jsonl` of a thread as a chat, thoughts as traces.",
    leaves="Attached files and settings.",
    recognizes=any_object(_is_message),
    read=_read,
)
