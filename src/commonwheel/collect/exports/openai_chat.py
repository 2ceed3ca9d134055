"""Chats as OpenAI's fine-tuning files hold them: `{"messages": [{"role", "content"}, …]}` per line.

What such a line carries beside its messages (tools, metadata, sampling settings, ids, names of speakers)
is left out, but for the model. A call of a tool is kept as text in the message that makes it, one JSON
object per line, so that the answer of the tool that follows can be understood.
Format: https://platform.openai.com/docs/api-reference/fine-tuning/chat-input
"""

from collections.abc import Iterator
from typing import Any

import pydantic_core

from commonwheel.collect.items import Item, Reader, Row, Skipped, first_rows, made, rows
from commonwheel.collect.lines import Source
from commonwheel.records.terms import Terms

_ROLES = {"function": "tool"}
"""Older names of roles."""


def _recognizes(source: Source) -> bool:
    return any(_is_chat(row) for row in first_rows(source))


def _is_chat(row: Row) -> bool:
    messages = row.get("messages")
    return (
        "kind" not in row
        and isinstance(messages, list)
        and bool(messages)
        and all(isinstance(message, dict) and "role" in message for message in messages)
    )


def _read(source: Source, defaults: Terms | None) -> Iterator[Item]:
    for found in rows(source):
        if isinstance(found, Skipped):
            yield found
            continue
        where, row = found
        if not _is_chat(row):
            yield Skipped(where=where, why="/messages is not a list of messages with roles")
            continue
        body: Row = {"kind": "chat", "messages": [_message(message) for message in row["messages"]]}
        if row.get("model") is not None:
            body["source"] = {"model": row["model"]}
        yield made(body, where, defaults)


def _message(message: Row) -> Row:
    """The message in our shape. What does not fit it is passed on, for the validator to name its place."""
    role = message["role"]
    content = message.get("content")
    calls = [_call(call) for call in _calls(message)]
    if content is None and (calls or isinstance(message.get("refusal"), str)):
        content = message.get("refusal") or ""
    if calls and isinstance(content, str):
        content = "\n".join(([content] if content else []) + calls)
    elif calls and isinstance(content, list):
        content = [*content, *({"type": "text", "text": call} for call in calls)]
    return {"role": _ROLES.get(role, role) if isinstance(role, str) else role, "content": content}


def _calls(message: Row) -> list[Any]:
    """The calls of tools, in today's form and in the older one of a single function."""
    calls = message.get("tool_calls")
    found = [call.get("function") for call in calls if isinstance(call, dict)] if isinstance(calls, list) else []
    return [call for call in [*found, message.get("function_call")] if isinstance(call, dict)]


def _call(call: Row) -> str:
    return pydantic_core.to_json({key: call.get(key) for key in ("name", "arguments")}).decode()


READER = Reader(name="openai-chat", recognizes=_recognizes, read=_read)
