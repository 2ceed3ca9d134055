"""Prompts and completions as TRL's trainers read them, as text or as messages.

A completion is the ideal answer of an example. With a `label` it is a chat that was found good or failed.
"""

from typing import Any

from commonwheel.collect.items import Reader, Row
from commonwheel.collect.shapes import any_object, one_by_one

Messages = list[Any]


def _is_completed(row: Row) -> bool:
    sides = (row.get("prompt"), row.get("completion"))
    return all(isinstance(side, str) for side in sides) or all(_are_messages(side) for side in sides)


def _completed(row: Row) -> Row | str:
    if not _is_completed(row):
        return "/prompt or /completion is neither text nor messages"
    prompt, completion, label = row["prompt"], row["completion"], row.get("label")
    single = completion if isinstance(completion, str) else completion[0].get("content")
    if not isinstance(label, bool) and isinstance(single, str) and not _several(completion):
        return {"kind": "example", "prompt": _plain(prompt), "ideal": single}
    messages = [*_messages(prompt, "user"), *_messages(completion, "assistant")]
    body: Row = {"kind": "chat", "messages": messages}
    return body | ({"assessment": "good" if label else "fail"} if isinstance(label, bool) else {})


def _several(completion: Any) -> bool:
    return isinstance(completion, list) and len(completion) > 1


def _are_messages(value: Any) -> bool:
    return (
        isinstance(value, list) and bool(value) and all(isinstance(one, dict) and "role" in one for one in value)
    )


def _plain(prompt: Any) -> Any:
    return prompt if isinstance(prompt, str) else _messages(prompt, "user")


def _messages(said: Any, role: str) -> Messages:
    if isinstance(said, str):
        return [{"role": role, "content": said}]
    return [{"role": one["role"], "content": one.get("content")} for one in said]


READER = Reader(
    name="trl-prompt-completion",
    title="TRL's prompts and completions",
    reads="`prompt` and `completion`, as text or messages, as an example; with a `label` as a chat that was "
    "found good or failed.",
    leaves="Other columns.",
    recognizes=any_object(_is_completed),
    read=one_by_one(_completed),
)
