"""Claude's export: `conversations.json`, a list of conversations with their messages in order.

Thoughts become steps of a trace, tools that Claude used are calls with their answers. Files that were attached
are left, since they are often by somebody else.
"""

from collections import Counter
from collections.abc import Iterator

from commonwheel.collect.conversations import (
    Call,
    Conversation,
    Turn,
    arguments_of,
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

_ROLES = {"human": "user", "assistant": "assistant"}
_TOOLS = frozenset({"repl", "artifacts", "bash_tool", "create_file", "str_replace", "view"})
"""What computes and writes. Others search and read: the web, mail, calendars, drives, earlier conversations."""
_SILENT = frozenset({"token_budget", "flag", "redacted_thinking"})


def _is_conversation(row: Row) -> bool:
    return isinstance(row.get("chat_messages"), list)


def _conversation(where: str, row: Row) -> Conversation:
    conversation = Conversation(
        where=where,
        provider="anthropic",
        id=name_of(row.get("uuid")),
        title=name_of(row.get("name")),
        created=moment_of(row.get("created_at")),
        model=name_of(row.get("model")),
    )
    messages = rows_of(row["chat_messages"])
    conversation.turns = list(_in_order(messages, conversation.left, row.get("current_leaf_message_uuid")))
    return conversation


def _in_order(messages: list[Row], left: Counter[str], current: object) -> Iterator[Turn]:
    """Along the branch that was kept where messages name their parents, else as they stand."""
    nodes = {text_of(message.get("uuid")): message for message in messages}
    if len(nodes) == len(messages) and any(
        text_of(message.get("parent_message_uuid")) in nodes for message in messages
    ):
        yield from Tree.of(nodes, "parent_message_uuid", None, _turns).turns(current, left)
        return
    for message in messages:
        yield from _turns(message, left)


def _turns(message: Row, left: Counter[str]) -> Iterator[Turn]:
    role = _ROLES.get(text_of(message.get("sender")))
    if role is None:
        left["message of an unknown sender"] += 1
        return
    for kind in ("attachments", "files"):
        left["attached file"] += len(rows_of(message.get(kind)))
    if not left["attached file"]:
        del left["attached file"]
    parts = rows_of(message.get("content"))
    if not parts:
        yield Turn(role=role, text=text_of(message.get("text")))
    for part in parts:
        turn = _part(role, part, left)
        if turn is not None:
            yield turn


def _part(role: str, part: Row, left: Counter[str]) -> Turn | None:
    kind = text_of(part.get("type"))
    if kind == "text":
        return Turn(role=role, text=text_of(part.get("text")))
    if kind == "thinking":
        thought = text_of(part.get("thinking")).strip()
        return Turn(role=role, steps=[thought] if thought else [])
    if kind in ("tool_use", "tool_result") and text_of(part.get("name")) not in _TOOLS:
        return None
    if kind == "tool_use":
        return Turn(role=role, calls=[Call(name=word_of(part["name"]), arguments=arguments_of(part.get("input")))])
    if kind == "tool_result":
        said = part.get("content")
        texts = [said] if isinstance(said, str) else [text_of(row_of(one).get("text")) for one in rows_of(said)]
        return Turn(role="tool", tool=word_of(part["name"]), text="\n".join(text for text in texts if text))
    if kind not in _SILENT:
        left[kind[:60] or "part without a type"] += 1
    return None


READER = Reader(
    name="claude",
    title="Claude",
    reads="`conversations.json`: each conversation as a chat, thoughts as traces, code and artifacts as calls of "
    "tools with their answers, retries as inferred preferences where the export has them.",
    leaves="Attached files, tools that search and read, `users.json`, `memories.json` and `projects.json`.",
    recognizes=any_object(_is_conversation),
    read=each_conversation(_is_conversation, _conversation, "Claude"),
)
