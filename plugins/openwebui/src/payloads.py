"""What is given of a branch: a contribution as the commons takes it."""

from collections.abc import Mapping
from typing import Any

from plugins.openwebui.src.branches import Node, words

_ROLES = ("system", "user", "assistant")


def chat_of(nodes: list[Node]) -> dict[str, Any]:
    """The whole chat, with thumbs as labels."""
    messages, labels = [], {}
    for node in nodes:
        text = words(node)
        if node.get("role") not in _ROLES or not text:
            continue
        rating = (
            ((node.get("annotation") or {}).get("rating")) if isinstance(node.get("annotation"), dict) else None
        )
        if rating in (1, -1):
            labels[str(len(messages))] = "good" if rating == 1 else "fail"
        message = {"role": node["role"], "content": text}
        if node["role"] == "assistant" and isinstance(node.get("model"), str):
            message["model"] = node["model"][:200]
        messages.append(message)
    return {"kind": "chat", "messages": messages} | ({"labels": labels} if labels else {})


def correction_of(nodes: list[Node], edited: str) -> dict[str, Any]:
    """The last answer, and what somebody made of it."""
    asked = chat_of(nodes[:-1])["messages"]
    return {"kind": "correction", "prompt": asked, "original": words(nodes[-1]), "edited": edited}


def preference_of(nodes: list[Node], others: list[Node]) -> dict[str, Any]:
    """The last answer before its siblings, as its reader says."""
    candidates = []
    for node in (nodes[-1], *others):
        side = {"content": words(node)}
        if isinstance(node.get("model"), str):
            side["model"] = node["model"][:200]
        candidates.append(side)
    return {"kind": "preference", "prompt": chat_of(nodes[:-1])["messages"], "candidates": candidates, "chosen": 0}


def around(body: dict[str, Any], chat: str, model: str, user: str, about: Mapping[str, Any]) -> dict[str, Any]:
    """The same with where it comes from and for whom it is given; `about` are assessment, note and tags."""
    source: dict[str, Any] = {"door": "openwebui", "prompted": "proactive", "conversation": chat[:200]}
    if model:
        source["model"] = model[:200]
    return (
        body | {"source": source, "on_behalf_of": user} | {name: value for name, value in about.items() if value}
    )
