"""LibreChat's export of a conversation: a tree of messages, nested or by the ids of parents."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from commonwheel.collect.conversations import (
    Call,
    Conversation,
    Turn,
    arguments_of,
    label_of,
    moment_of,
    name_of,
    row_of,
    rows_of,
    text_of,
    word_of,
)  # fmt: skip
from commonwheel.collect.items import Reader, Row
from commonwheel.collect.shapes import any_object, each_conversation
from commonwheel.collect.trees import Tree


def _is_conversation(row: Row) -> bool:
    if isinstance(row.get("messagesTree"), list):
        return True
    return "conversationId" in row and any("messageId" in message for message in rows_of(row.get("messages")))


def _conversation(where: str, row: Row) -> Conversation:
    messages = list(_messages(row))
    conversation = Conversation(
        where=where,
        provider=word_of(row.get("endpoint")) or None,
        id=name_of(row.get("conversationId")),
        title=name_of(row.get("title")),
        created=moment_of(messages[0].get("createdAt")) if messages else None,
        model=name_of(row_of(row.get("options")).get("model")),
    )
    nodes = {text_of(message.get("messageId")) or str(at): message for at, message in enumerate(messages)}
    if any(text_of(message.get("parentMessageId")) in nodes for message in messages):
        tree = Tree.of(nodes, "parentMessageId", None, _turns)
        conversation.turns = list(tree.turns(None, conversation.left))
    else:
        conversation.turns = [turn for message in messages for turn in _turns(message, conversation.left)]
    return conversation


def _messages(row: Row) -> Iterator[Row]:
    """All messages, parents before children."""
    ahead: list[tuple[Row, Any]] = [
        (message, None) for message in reversed(rows_of(row.get("messagesTree") or row.get("messages")))
    ]
    while ahead:
        message, parent = ahead.pop()
        if parent is not None and message.get("parentMessageId") is None:
            message["parentMessageId"] = parent
        yield message
        ahead += [(child, message.get("messageId")) for child in reversed(rows_of(message.get("children")))]


def _turns(message: Row, left: Counter[str]) -> Iterator[Turn]:
    if count := len(rows_of(message.get("files"))):
        left["attached file"] += count
    parts = rows_of(message.get("content"))
    if message.get("isCreatedByUser") is True:
        yield Turn(role="user", text=text_of(message.get("text")) or _text(parts))
        return
    model = name_of(message.get("model"))
    turns = [turn for part in parts for turn in _part(part, left)]
    if not any(turn.text for turn in turns):
        turns.append(Turn(role="assistant", text=text_of(message.get("text"))))
    for turn in turns:
        turn.model = model if turn.role == "assistant" else None
    turns[-1].label = label_of(row_of(message.get("feedback")).get("rating"))
    yield from turns


def _part(part: Row, left: Counter[str]) -> Iterator[Turn]:
    kind = part.get("type")
    if kind == "text":
        text = part.get("text")
        yield Turn(role="assistant", text=text if isinstance(text, str) else text_of(row_of(text).get("value")))
    elif kind == "think":
        thought = text_of(part.get("think")).strip()
        yield Turn(role="assistant", steps=[thought] if thought else [])
    elif kind == "tool_call":
        call = row_of(part.get("tool_call"))
        name = word_of(call.get("name")) or "tool"
        yield Turn(role="assistant", calls=[Call(name=name, arguments=arguments_of(call.get("args", {})))])
        yield Turn(role="tool", text=text_of(call.get("output")))
    else:
        left[text_of(kind)[:60] or "part without a type"] += 1


def _text(parts: list[Row]) -> str:
    return "\n".join(text_of(part.get("text")) for part in parts)


READER = Reader(
    name="librechat",
    title="LibreChat",
    reads="The youngest branch as a chat, thoughts as traces, answers asked for again as inferred preferences, "
    "thumbs as labels, tools as calls.",
    leaves="Attached files, settings, and answers before they were rewritten, which it does not keep.",
    recognizes=any_object(_is_conversation),
    read=each_conversation(_is_conversation, _conversation, "LibreChat"),
)
