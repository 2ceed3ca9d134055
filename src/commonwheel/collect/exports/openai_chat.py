"""Chats as OpenAI's fine-tuning files hold them: `{"messages": [{"role", "content"}, …]}` per line.

What such a line carries beside its messages (tools, metadata, sampling settings, ids, names of speakers)
is left out, but for the model. Calls of tools are kept, in today's form also where they come in an older
one, and so is what a model thought before it spoke, where a server writes it beside the content.
Format: https://platform.openai.com/docs/api-reference/fine-tuning/chat-input
"""

from collections.abc import Iterator
from typing import Any

import pydantic_core

from commonwheel.collect.items import Reader, Row
from commonwheel.collect.shapes import any_object, one_by_one

_ROLES = {"function": "tool"}
"""Older names of roles."""
_THOUGHTS = ("reasoning_content", "reasoning")
"""Where servers write what a model thought."""


def _is_chat(row: Row) -> bool:
    messages = row.get("messages")
    return (
        "kind" not in row
        and isinstance(messages, list)
        and bool(messages)
        and all(isinstance(message, dict) and "role" in message for message in messages)
    )


def _chat(row: Row) -> Row | str:
    if not _is_chat(row):
        return "/messages is not a list of messages with roles"
    body: Row = {"kind": "chat", "messages": [_message(message) for message in row["messages"]]}
    return body | ({} if row.get("model") is None else {"source": {"model": row["model"]}})


def _message(message: Row) -> Row:
    """The message in our shape. What does not fit it is passed on, for the validator to name its place."""
    role, content = message["role"], message.get("content")
    made: Row = {"role": _ROLES.get(role, role) if isinstance(role, str) else role, "content": content}
    calls = list(_calls(message))
    if calls:
        made["tool_calls"] = calls
    elif content is None and isinstance(message.get("refusal"), str):
        made["content"] = message["refusal"]
    if made["role"] == "tool":
        made |= {name: message[name] for name in ("name", "tool_call_id") if message.get(name) is not None}
    thought = next((message[name] for name in _THOUGHTS if message.get(name)), None)
    return made if thought is None else made | {"reasoning": thought}


def _calls(message: Row) -> Iterator[Any]:
    """The calls of tools, in today's form and in the older one of a single function."""
    calls = message.get("tool_calls")
    given = list(calls) if isinstance(calls, list) else []
    if isinstance(message.get("function_call"), dict):
        given.append({"function": message["function_call"]})
    for number, call in enumerate(given):
        if isinstance(call, dict) and isinstance(call.get("function"), dict):
            function = call["function"]
            arguments = function.get("arguments")
            if isinstance(arguments, dict):  # as some write them, and as few read them
                arguments = pydantic_core.to_json(arguments).decode()
            yield {
                "id": call.get("id") or f"call_{number}",
                "type": "function",
                "function": {"name": function.get("name"), "arguments": arguments},
            }
        else:
            yield call


READER = Reader(
    name="openai-chat",
    title="OpenAI's chat format, also as we export it",
    reads="`messages` of each line or list element as a chat, with calls of tools, and thoughts on the message.",
    leaves="Lists of tools, sampling settings, ids, speakers' names and other columns.",
    recognizes=any_object(_is_chat),
    read=one_by_one(_chat),
)
