"""Open WebUI's export of chats: a list, or one per line, of trees of messages."""

import re
from collections import Counter
from collections.abc import Iterator

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
from commonwheel.collect.markup import unescaped
from commonwheel.collect.shapes import any_object, each_conversation
from commonwheel.collect.trees import Tree

_DETAILS = re.compile(r'<details type="(\w{1,40})"[^>]{0,500}>')
"""How begins what Open WebUI folds away, in the middle of the content."""
_DETAILS_END, _SUMMARY_END = "</details>", "</summary>"
_SPACE = re.compile(r"\s*")
_QUOTE = re.compile(r"^> ?", re.MULTILINE)


def _is_chat(row: Row) -> bool:
    return isinstance(row_of(row_of(row.get("chat")).get("history")).get("messages"), dict)


def conversation(where: str, row: Row) -> Conversation:
    """The branch that was kept, of a chat as Open WebUI stores it."""
    chat = row["chat"]
    made = Conversation(
        where=where,
        id=name_of(row.get("id")),
        title=name_of(row.get("title")) or name_of(chat.get("title")),
        created=moment_of(row.get("created_at")) or moment_of(chat.get("timestamp")),
    )
    made.turns = list(tree_of(row).turns(chat["history"].get("currentId"), made.left))
    return made


def tree_of(row: Row) -> Tree:
    """All messages of such a chat."""
    messages = row["chat"]["history"]["messages"]
    nodes = {id: node for id, node in messages.items() if isinstance(node, dict)}
    return Tree.of(nodes, "parentId", "childrenIds", _turns)


def _turns(message: Row, left: Counter[str]) -> Iterator[Turn]:
    role, content = message.get("role"), text_of(message.get("content"))
    if count := len(rows_of(message.get("files"))):
        left["attached file"] += count
    if role == "user":
        yield Turn(role="user", text=content)
    elif role == "system":
        yield Turn(role="system", text=content)
    elif role == "assistant":
        turns = list(_output(message, left)) or list(_folded(content))
        model, label = name_of(message.get("model")), label_of(row_of(message.get("annotation")).get("rating"))
        spoken = [turn for turn in turns if turn.role == "assistant"]
        for turn in spoken:
            turn.model = model
        if spoken:
            spoken[-1].label = label
            spoken[-1].before = _unfolded(text_of(message.get("originalContent")))[1] or None
        yield from turns
    else:
        left["message of an unknown role"] += 1


def _output(message: Row, left: Counter[str]) -> Iterator[Turn]:
    """What newer versions keep piece by piece; the content then repeats it all."""
    for piece in rows_of(message.get("output")):
        kind, text = piece.get("type"), _text(piece)
        if kind == "reasoning":
            yield Turn(role="assistant", steps=[text] if text.strip() else [])
        elif kind == "message":
            yield Turn(role="assistant", text=text)
        elif kind == "function_call":
            name, id = word_of(piece.get("name")) or "tool", name_of(piece.get("call_id"))
            call = Call(name=name, arguments=arguments_of(piece.get("arguments")), id=id)
            yield Turn(role="assistant", calls=[call])
        elif kind == "function_call_output":
            said = piece.get("output")
            text = said if isinstance(said, str) else _text({"content": said})
            yield Turn(role="tool", tool=name_of(piece.get("call_id")), text=text)
        else:
            left[text_of(kind)[:60] or "output without a type"] += 1


def _text(piece: Row) -> str:
    return "\n".join(text_of(part.get("text")) for part in rows_of(piece.get("content")))


def _folded(content: str) -> Iterator[Turn]:
    folds, rest = _unfolded(content)
    for kind, inner in folds:
        if kind == "reasoning":
            folded = inner.partition(_SUMMARY_END)[2] if inner.lstrip().startswith("<summary>") else inner
            thought = _QUOTE.sub("", unescaped(folded)).strip()
            yield Turn(role="assistant", steps=[thought] if thought else [])
    yield Turn(role="assistant", text=rest)


def _unfolded(content: str) -> tuple[list[tuple[str, str]], str]:
    """What is folded away in it, by its type, and all else."""
    folds, rest, at = [], [], 0
    while (begins := _DETAILS.search(content, at)) and (ends := content.find(_DETAILS_END, begins.end())) >= 0:
        folds.append((begins[1], content[begins.end() : ends]))
        rest.append(content[at : begins.start()])
        behind = _SPACE.match(content, ends + len(_DETAILS_END))
        at = behind.end() if behind else ends
    return folds, "".join([*rest, content[at:]])


READER = Reader(
    name="open-webui",
    title="Open WebUI",
    reads="The branch that was kept as a chat, thoughts as traces, answers asked for again or of several models "
    "as inferred preferences, answers that were rewritten as inferred corrections, thumbs as labels, tools as "
    "calls.",
    leaves="Attached files, sources, and whose chat it is.",
    recognizes=any_object(_is_chat),
    read=each_conversation(_is_chat, conversation, "Open WebUI"),
)
