"""LM Studio's conversations: one object each, whose messages have versions."""

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
from commonwheel.collect.shapes import any_object, each_conversation

_SILENT = frozenset({"debugInfoBlock", "status", "toolStatus"})


def _is_conversation(row: Row) -> bool:
    return any(
        "versions" in message and "currentlySelected" in message for message in rows_of(row.get("messages"))
    )


def _conversation(where: str, row: Row) -> Conversation:
    conversation = Conversation(
        where=where,
        title=name_of(row.get("name")),
        created=moment_of(row.get("createdAt")),
        model=name_of(row_of(row.get("lastUsedModel")).get("identifier")),
    )
    conversation.turns.append(Turn(role="system", text=text_of(row.get("systemPrompt"))))
    for message in rows_of(row["messages"]):
        conversation.turns += _message(message, conversation.left)
    return conversation


def _message(message: Row, left: Counter[str]) -> list[Turn]:
    versions = rows_of(message.get("versions"))
    selected = message.get("currentlySelected")
    at = selected if isinstance(selected, int) and 0 <= selected < len(versions) else len(versions) - 1
    if at < 0:
        return []
    turns = list(_turns(versions[at], left))
    answers = [(number, _answer(version)) for number, version in enumerate(versions) if number != at]
    rivals = [(number, answer) for number, answer in answers if answer is not None]
    if rivals and turns and turns[0].role == "assistant":
        turns[0].rivals = [answer for _, answer in rivals]
        turns[0].place = sum(number < at for number, _ in rivals)
    return turns


def _answer(version: Row) -> Turn | None:
    said = [turn.text for turn in _turns(version, Counter()) if turn.role == "assistant" and turn.text]
    return Turn(role="assistant", text="\n\n".join(said)) if said else None


def _turns(version: Row, left: Counter[str]) -> Iterator[Turn]:
    role = version.get("role")
    if role not in ("user", "assistant", "system"):
        left["message of an unknown role"] += 1
        return
    model = name_of(row_of(version.get("senderInfo")).get("senderName")) if role == "assistant" else None
    for step in rows_of(version.get("steps")) or [version]:
        if text_of(step.get("type")) in _SILENT:
            continue
        text = _text(list_of(step.get("content")), left)
        if row_of(step.get("style")).get("type") == "thinking":
            yield Turn(role=role, steps=[text] if text.strip() else [], model=model)
        else:
            yield Turn(role=role, text=text, model=model)


def _text(parts: list[object], left: Counter[str]) -> str:
    texts = []
    for part in rows_of(parts):
        if part.get("type") == "text":
            texts.append(text_of(part.get("text")))
        else:
            left[text_of(part.get("type"))[:60] or "part without a type"] += 1
    return "\n".join(texts)


READER = Reader(
    name="lm-studio",
    title="LM Studio",
    reads="A conversation, with its system prompt, as a chat of the versions that were selected; thoughts as "
    "traces, other versions of an answer as inferred preferences.",
    leaves="Files, calls of tools, and settings.",
    recognizes=any_object(_is_conversation),
    read=each_conversation(_is_conversation, _conversation, "LM Studio"),
)
