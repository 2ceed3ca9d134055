"""DeepSeek's export: `conversations.json`, a list of trees whose messages are made of fragments."""

from collections import Counter
from collections.abc import Iterator

from commonwheel.collect.conversations import Conversation, Turn, moment_of, name_of, row_of, rows_of, text_of
from commonwheel.collect.items import Reader, Row
from commonwheel.collect.shapes import any_object, each_conversation
from commonwheel.collect.trees import Tree

_SILENT = frozenset({"SEARCH", "READ_LINK", "TIP", "TEMPLATE_RESPONSE"})


def _is_conversation(row: Row) -> bool:
    return isinstance(row.get("mapping"), dict) and "inserted_at" in row


def _conversation(where: str, row: Row) -> Conversation:
    conversation = Conversation(
        where=where,
        provider="deepseek",
        id=name_of(row.get("id")),
        title=name_of(row.get("title")),
        created=moment_of(row.get("inserted_at")),
    )
    nodes = {id: node for id, node in row["mapping"].items() if isinstance(node, dict)}
    tree = Tree.of(nodes, "parent", "children", _turns)
    conversation.turns = list(tree.turns(row.get("current_node"), conversation.left))
    return conversation


def _turns(node: Row, left: Counter[str]) -> Iterator[Turn]:
    message = row_of(node.get("message"))
    model = name_of(message.get("model"))
    for fragment in rows_of(message.get("fragments")):
        kind, text = text_of(fragment.get("type")).upper(), text_of(fragment.get("content"))
        if kind == "REQUEST":
            yield Turn(role="user", text=text)
        elif kind == "THINK":
            yield Turn(role="assistant", steps=[text] if text.strip() else [], model=model)
        elif kind == "RESPONSE":
            yield Turn(role="assistant", text=text, model=model)
        elif kind not in _SILENT:
            left[kind[:60] or "fragment without a type"] += 1
    if count := len(rows_of(message.get("files"))):
        left["attached file"] += count


READER = Reader(
    name="deepseek",
    title="DeepSeek",
    reads="`conversations.json`: the youngest branch as a chat, thoughts as traces, answers asked for again as "
    "inferred preferences.",
    leaves="Attached files, pages that were searched or read, and `user.json`.",
    recognizes=any_object(_is_conversation),
    read=each_conversation(_is_conversation, _conversation, "DeepSeek"),
)
