"""Le Chat's export: one file per chat, a list of its messages in no order.

`preferenceOver` names the answer that the person did not prefer: a preference that somebody stated. Of an answer
that was asked for again without that, the latest version is kept, and that it is preferred is inferred.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby, takewhile

from commonwheel.collect.conversations import (
    MOST_HELD,
    Conversation,
    Turn,
    label_of,
    moment_of,
    name_of,
    rows_of,
    text_of,
)
from commonwheel.collect.items import Found, Reader, Row, Skipped
from commonwheel.collect.lines import Source
from commonwheel.collect.shapes import any_object, inside
from commonwheel.records.terms import Terms

_SILENT = frozenset({"reference", "tool_call", "tool_file"})
_NEVER = datetime.min.replace(tzinfo=UTC)


def _is_message(row: Row) -> bool:
    return "chatId" in row and "role" in row and ("contentChunks" in row or "preferenceOver" in row)


def _read(source: Source, defaults: Terms | None) -> Iterator[Found]:
    messages: list[Row] = []
    chat, place, size = None, "", 0
    for found in inside(source):
        if isinstance(found, Skipped):
            yield found
        elif not _is_message(found[1]):
            yield Skipped(where=found[0], why="not a message of Le Chat")
        else:
            where, row = found
            if messages and row["chatId"] != chat:
                yield from _conversation(place, messages).items(defaults)
                messages = []
            chat, place = row["chatId"], place if messages else where
            size = len(repr(row)) + (size if messages else 0)
            if size <= 2 * MOST_HELD:
                messages.append(row)
            else:
                yield Skipped(where=where, why="beyond what one chat may hold")
    if messages:
        yield from _conversation(place, messages).items(defaults)


def _conversation(where: str, messages: list[Row]) -> Conversation:
    ordered = sorted(messages, key=lambda message: moment_of(message.get("createdAt")) or _NEVER)
    first = next((text_of(message.get("content")) for message in ordered if message.get("role") == "user"), "")
    conversation = Conversation(
        where=where,
        provider="mistral",
        id=name_of(ordered[0].get("chatId")),
        title=name_of(first.partition("\n")[0][:80]),
        created=moment_of(ordered[0].get("createdAt")),
    )
    for role, several in groupby(ordered, lambda message: message.get("role")):
        if role == "user":
            conversation.turns += [_turn(message, conversation) for message in several]
        elif role == "assistant":
            conversation.turns += _answers(list(several), conversation)
        else:
            conversation.left["message of an unknown role"] += len(list(several))
    return conversation


def _answers(messages: list[Row], conversation: Conversation) -> Iterator[Turn]:
    """The answers to one question: one, or one with those that it was preferred over, or that it replaced."""
    named = {name: message for message in messages if (name := text_of(message.get("id")))}
    stated = [message for message in messages if named.get(_over(message), message) is not message]
    versions = {message.get("version") for message in messages if isinstance(message.get("version"), int)}
    if stated:
        kept = stated[-1]
        rivals = [named[_over(kept)]]
    elif len(messages) > 1 and len(versions) == len(messages):
        kept = max(messages, key=lambda message: int(message["version"]))
        rivals = [message for message in messages if message is not kept]
    else:
        for message in messages:
            yield _turn(message, conversation)
        return
    turn = _turn(kept, conversation)
    turn.stated = bool(stated)
    turn.rivals = [_turn(rival, Conversation(where="")) for rival in rivals]
    among = set(map(id, rivals))
    turn.place = sum(id(message) in among for message in takewhile(lambda one: one is not kept, messages))
    yield turn


def _over(message: Row) -> str:
    return text_of(message.get("preferenceOver"))


def _turn(message: Row, conversation: Conversation) -> Turn:
    role = "user" if message.get("role") == "user" else "assistant"
    turn = Turn(role=role)
    texts = []
    for chunk in rows_of(message.get("contentChunks")):
        kind = text_of(chunk.get("type"))
        if kind == "text":
            texts.append(text_of(chunk.get("text")))
        elif kind in ("thinking", "reasoning"):
            thought = text_of(chunk.get("thinking")) or text_of(chunk.get("text"))
            turn.steps += [thought] if thought.strip() else []
        elif kind not in _SILENT:
            conversation.left[kind[:60] or "chunk without a type"] += 1
    turn.text = "".join(texts) or text_of(message.get("content"))
    if count := len(rows_of(message.get("files"))):
        conversation.left["attached file"] += count
    if role == "assistant":
        turn.model = name_of(message.get("model"))
        turn.label = label_of(message.get("reaction"))
    return turn


READER = Reader(
    name="le-chat",
    title="Le Chat",
    reads="Each `chat-….json` as a chat in the order of its messages, reactions as labels, preferences that were "
    "stated, versions of an answer as inferred preferences.",
    leaves="Attached files, searches, references, canvases, and comments on reactions.",
    recognizes=any_object(_is_message),
    read=_read,
)
