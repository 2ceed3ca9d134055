"""ChatGPT's export: `conversations.json`, or its shards, each a list of trees of messages.

The branch at whose end `current_node` is becomes a chat. Thumbs in `message_feedback.json` beside it are labels of
its answers, comparisons in `model_comparisons.json` stated preferences. Code that was run stays, as a call of a
tool and its answer; pages that were read and pictures are left, and what a person told ChatGPT about themselves is
never read.
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from commonwheel.collect.chatgpt_marks import Compared, Marks, marks_beside
from commonwheel.collect.conversations import (
    Call,
    Comparison,
    Conversation,
    Turn,
    list_of,
    moment_of,
    name_of,
    row_of,
    rows_of,
    text_of,
    word_of,
)  # fmt: skip
from commonwheel.collect.items import Found, Reader, Row, Skipped
from commonwheel.collect.lines import Source
from commonwheel.collect.shapes import any_object, inside
from commonwheel.collect.trees import Tree
from commonwheel.records.terms import Terms

_SILENT = frozenset(
    {"user_editable_context", "model_editable_context", "tether_quote", "tether_browsing_display"}
    | {"reasoning_recap", "system_error", "sonic_webpage", "app_pairing_content"}
)
"""Types of content that are not what was said: about the person, pages of others, and how long it took."""
_OF_PERSON = frozenset({"bio", "personal_context", "user_info"})
"""Tools by which ChatGPT notes and looks up who somebody is: neither what it writes there nor what they answer."""
Labels = Mapping[str, str]


def _is_conversation(row: Row) -> bool:
    mapping = row.get("mapping")
    return (
        isinstance(mapping, dict) and "inserted_at" not in row and ("create_time" in row or "current_node" in row)
    )


def _read(source: Source, defaults: Terms | None) -> Iterator[Found]:
    marks = marks_beside(source)
    for found in inside(source):
        if isinstance(found, Skipped):
            yield found
        elif not _is_conversation(found[1]):
            yield Skipped(where=found[0], why="not a conversation of ChatGPT")
        else:
            yield from _conversation(*found, marks).items(defaults)


def _conversation(where: str, row: Row, marks: Marks) -> Conversation:
    nodes = {id: node for id, node in row["mapping"].items() if isinstance(node, dict)}
    conversation = Conversation(
        where=where,
        provider="openai",
        id=name_of(row.get("conversation_id")) or name_of(row.get("id")),
        title=name_of(row.get("title")),
        created=moment_of(row.get("create_time")),
        model=name_of(row.get("default_model_slug")),
    )
    tree = Tree.of(nodes, "parent", "children", lambda node, left: _turns(node, left, marks.labels))
    conversation.turns = list(tree.turns(row.get("current_node"), conversation.left))
    for compared in marks.compared.get(conversation.id or "", ()):
        comparison = _comparison(compared, tree)
        if comparison is None:
            conversation.left["comparison of answers that are gone"] += 1
        else:
            conversation.stated.append(comparison)
    return conversation


def _comparison(compared: Compared, tree: Tree) -> Comparison | None:
    """A comparison with what was asked; None where neither answer has a place in the tree."""
    ids = [text_of(message.get("id")) for message in [*compared.better, *compared.worse]]
    place = next((id for id in ids if id in tree.nodes), None)
    better, worse = _whole(compared.better), _whole(compared.worse)
    prompt = [] if place is None else tree.before(place)
    if not any(turn.role == "user" for turn in prompt) or not (better.text and worse.text):
        return None
    return Comparison(prompt=prompt, better=better, worse=worse)


def _whole(messages: list[Row]) -> Turn:
    """An answer out of the messages that it is made of."""
    turns = [turn for message in messages for turn in _turns({"message": message}, Counter(), {})]
    said = [turn for turn in turns if turn.role == "assistant" and turn.text]
    models = [turn.model for turn in said if turn.model]
    return Turn(
        role="assistant", text="\n\n".join(turn.text for turn in said), model=models[0] if models else None
    )


def _turns(node: Row, left: Counter[str], labels: Labels) -> Iterator[Turn]:
    """What a node says: one turn, or none."""
    message = row_of(node.get("message"))
    content = row_of(message.get("content"))
    role, kind = row_of(message.get("author")).get("role"), text_of(content.get("content_type"))
    metadata = row_of(message.get("metadata"))
    if role not in ("user", "assistant", "tool") or metadata.get("is_visually_hidden_from_conversation") is True:
        return
    recipient, tool = message.get("recipient"), word_of(row_of(message.get("author")).get("name"))
    if {text_of(name).partition(".")[0] for name in (recipient, tool)} & _OF_PERSON:
        return
    if role == "tool":
        read = kind == "execution_output"
        text = text_of(content.get("text")) or "\n".join(_parts(content, left)) if read else ""
        yield Turn(role="tool", tool=tool or None, text=text, unread=not read)
        return
    if kind in _SILENT:
        return
    turn = Turn(role=role, model=name_of(metadata.get("model_slug")) if role == "assistant" else None)
    turn.label = labels.get(text_of(message.get("id"))) if role == "assistant" else None
    if kind == "thoughts":
        turn.steps = [step for each in rows_of(content.get("thoughts")) if (step := _step(each))]
    elif kind == "code" and role == "assistant":
        turn.calls = [Call(name=word_of(recipient) or "code", arguments=text_of(content.get("text")))]
    elif kind in ("text", "multimodal_text", "code", "execution_output"):
        turn.text = text_of(content.get("text")) or "\n".join(_parts(content, left))
    else:
        left[kind[:60] or "content without a type"] += 1
        return
    if role == "assistant" and turn.text and isinstance(recipient, str) and recipient != "all":
        turn.calls, turn.text = [Call(name=word_of(recipient) or "code", arguments=turn.text)], ""
    yield turn


def _step(thought: Row) -> str:
    return text_of(thought.get("content")).strip() or text_of(thought.get("summary")).strip()


def _parts(content: Row, left: Counter[str]) -> Iterator[str]:
    for part in list_of(content.get("parts")):
        if isinstance(part, str):
            yield part
        elif isinstance(part, dict) and isinstance(part.get("text"), str):
            yield part["text"]
        elif isinstance(part, dict):
            left[text_of(part.get("content_type"))[:60] or "part without a type"] += 1


READER = Reader(
    name="chatgpt",
    title="ChatGPT",
    reads="`conversations.json` or its shards: the branch that was kept as a chat, thoughts as traces, answers "
    "asked for again as inferred preferences, thumbs as labels, comparisons as stated preferences, "
    "code that was run as calls of tools.",
    leaves="Custom instructions and memory, pages that were read, canvases, pictures, sound and files, branches "
    "from a question that was put differently, shared links, and `user.json`.",
    recognizes=any_object(_is_conversation),
    read=_read,
)
