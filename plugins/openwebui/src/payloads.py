"""What is given of a branch: a contribution as the commons takes it, and what its reader said of it."""

from collections.abc import Mapping
from typing import Any

from plugins.openwebui.src.branches import Node, words

_ROLES = ("system", "user", "assistant")
_MOST_TAGS = 20
Said = Mapping[str, Mapping[str, Any]]
"""What somebody said of messages, by their ids: as Open WebUI stores feedback."""


def rating_of(node: Node, said: Said) -> int | None:
    """1 or -1 for a thumb; None without."""
    annotation = node.get("annotation")
    rating = said.get(str(node.get("id")), {}).get("rating")
    if rating is None and isinstance(annotation, dict):
        rating = annotation.get("rating")
    return int(rating) if str(rating) in ("1", "-1") else None


def chat_of(nodes: list[Node], said: Said) -> dict[str, Any]:
    """The whole chat, with thumbs as labels and with tags."""
    messages: list[dict[str, Any]] = []
    labels, tags = {}, []
    for node in nodes:
        text = words(node)
        if node.get("role") not in _ROLES or not text:
            continue
        if rating := rating_of(node, said):
            labels[str(len(messages))] = "good" if rating == 1 else "fail"
        tags += _tags(said.get(str(node.get("id")), {}).get("tags"))
        message = {"role": node["role"], "content": text}
        if node["role"] == "assistant" and isinstance(node.get("model"), str):
            message["model"] = node["model"][:200]
        messages.append(message)
    given: dict[str, Any] = {"kind": "chat", "messages": messages}
    given |= {"labels": labels} if labels else {}
    return given | ({"tags": list(dict.fromkeys(tags))[:_MOST_TAGS]} if tags else {})


def correction_of(nodes: list[Node], edited: str) -> dict[str, Any]:
    """The last answer, and what somebody made of it."""
    asked = chat_of(nodes[:-1], {})["messages"]
    return {"kind": "correction", "prompt": asked, "original": words(nodes[-1]), "edited": edited}


def preference_of(nodes: list[Node], others: list[Node]) -> dict[str, Any]:
    """The last answer before its siblings, as its reader says."""
    candidates = []
    for node in (nodes[-1], *others):
        side = {"content": words(node)}
        if isinstance(node.get("model"), str):
            side["model"] = node["model"][:200]
        candidates.append(side)
    asked = chat_of(nodes[:-1], {})["messages"]
    return {"kind": "preference", "prompt": asked, "candidates": candidates, "chosen": 0}


def signals_of(nodes: list[Node], said: Said, chat: str) -> list[dict[str, Any]]:
    """Thumbs on the branch with their reason, comment and degree, each about the chat."""
    signals = []
    for index, node in enumerate(nodes):
        rating = rating_of(node, said)
        if node.get("role") != "assistant" or rating is None:
            continue
        about = said.get(str(node.get("id")), {})
        degree = about.get("details", {}).get("rating") if isinstance(about.get("details"), dict) else None
        detail = {"message": index, "reason": about.get("reason"), "comment": about.get("comment")}
        detail |= {"degree": degree if isinstance(degree, int) else None}
        detail = {name: value for name, value in detail.items() if value not in (None, "")}
        signals.append({"kind": "signal", "target": chat, "name": "thumb", "value": rating == 1, "detail": detail})
    return signals


def around(given: dict[str, Any], chat: str, model: str, user: str, prompted: str) -> dict[str, Any]:
    """The same with where it comes from and for whom it is given."""
    source: dict[str, Any] = {"door": "openwebui", "prompted": prompted, "conversation": chat[:200]}
    if model:
        source["model"] = model[:200]
    return given | {"source": source, "on_behalf_of": user}


def _tags(found: Any) -> list[str]:
    return [each[:50] for each in found if isinstance(each, str) and each] if isinstance(found, list) else []
