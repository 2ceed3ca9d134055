"""Grok's export: an object with conversations, each with its responses, nested or flat."""

from collections import Counter
from collections.abc import Iterator

from commonwheel.collect.conversations import (
    Conversation,
    Turn,
    list_of,
    moment_of,
    name_of,
    row_of,
    rows_of,
    text_of,
)  # fmt: skip
from commonwheel.collect.items import Reader, Row
from commonwheel.collect.lines import Source
from commonwheel.collect.shapes import each_conversation, shape_of
from commonwheel.collect.trees import Tree

_ROLES = {"human": "user", "user": "user", "assistant": "assistant", "grok": "assistant"}


def _is_conversation(row: Row) -> bool:
    return isinstance(row.get("responses"), list)


def _recognizes(source: Source) -> bool:
    shape = shape_of(source)
    below = rows_of((shape.whole or {}).get("conversations"))
    return any(_is_conversation(row) for row in [*below, *shape.elements])


def _conversation(where: str, row: Row) -> Conversation:
    about = row_of(row.get("conversation")) or row
    conversation = Conversation(
        where=where,
        provider="xai",
        id=name_of(about.get("id")) or name_of(about.get("conversation_id")),
        title=name_of(about.get("title")),
        created=moment_of(_time(about.get("create_time"))),
    )
    responses = [row_of(response.get("response")) or response for response in rows_of(row["responses"])]
    nodes = {text_of(one.get("_id")) or text_of(one.get("response_id")): one for one in responses}
    if len(nodes) == len(responses) and any(text_of(one.get("parent_response_id")) in nodes for one in responses):
        tree = Tree.of(nodes, "parent_response_id", None, _turns)
        conversation.turns = list(tree.turns(about.get("leaf_response_id"), conversation.left))
    else:
        conversation.turns = [turn for one in responses for turn in _turns(one, conversation.left)]
    return conversation


def _turns(response: Row, left: Counter[str]) -> Iterator[Turn]:
    role = _ROLES.get(text_of(response.get("sender")).lower())
    if role is None:
        left["message of an unknown sender"] += 1
        return
    if count := len(list_of(response.get("file_attachments"))):
        left["attached file"] += count
    turn = Turn(role=role, text=text_of(response.get("message")))
    if role == "assistant":
        turn.model = name_of(response.get("model"))
        thought = text_of(response.get("thinking_trace")).strip()
        turn.steps = [thought] if thought else []
    yield turn


def _time(value: object) -> object:
    """A time as MongoDB writes it, or as it is."""
    if isinstance(value, dict):
        value = value.get("$date", value.get("$numberLong"))
        return _time(value)
    return value


READER = Reader(
    name="grok",
    title="Grok",
    reads="`prod-grok-backend.json`: each conversation as a chat, thoughts as traces, retries as inferred "
    "preferences where the export says what follows what.",
    leaves="Attached files, and the files about the account.",
    recognizes=_recognizes,
    read=each_conversation(_is_conversation, _conversation, "Grok", "conversations"),
)
