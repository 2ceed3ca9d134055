"""The branch of a chat that somebody sees, from what Open WebUI stores: a tree of messages."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

_ASIDE = re.compile(r"<details\s+type=\"(?:reasoning|tool_calls|code_interpreter)\".*?</details>\s*", re.DOTALL)
_LONGEST = 1_000

Node = Mapping[str, Any]


def branch(chat: Mapping[str, Any], message: str) -> list[Node]:
    """Messages from the first to this one; empty where it is not in the chat, or the tree is broken."""
    messages = (chat.get("history") or {}).get("messages") or {}
    found: list[Node] = []
    seen: set[str] = set()
    here: str | None = message
    while here is not None and len(found) < _LONGEST:
        node = messages.get(here)
        if not isinstance(node, dict) or here in seen:
            return []
        seen.add(here)
        found.append(node)
        here = node.get("parentId")
    return found[::-1]


def siblings(chat: Mapping[str, Any], node: Node) -> list[Node]:
    """Other answers to the same question."""
    messages = (chat.get("history") or {}).get("messages") or {}
    return [
        each
        for each in messages.values()
        if isinstance(each, dict)
        and each.get("parentId") == node.get("parentId")
        and each.get("id") != node.get("id")
        and each.get("role") == "assistant"
        and words(each)
    ]


def words(node: Node) -> str:
    """What a message says, without what a model thought or its tools did."""
    content = node.get("content")
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict) and part.get("type") == "text")
        content = "\n".join(part for part in parts if isinstance(part, str))
    return _ASIDE.sub("", content).strip() if isinstance(content, str) else ""


def state(nodes: list[Node]) -> str:
    """A digest of a branch as it is now: another one as soon as anything in it changes."""
    said = [[node.get("id"), node.get("role"), words(node)] for node in nodes]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
