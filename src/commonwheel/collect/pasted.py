"""A chat as somebody pastes it from a page: split into turns by the names that stand before them.

Pages put a speaker's name on a line of its own ("You said:", "ChatGPT said:"), or before the words ("User: …").
Which words are names is known from what the well-known chat pages write; a name that nobody knows counts where
it stands at the start of several lines. Text that is JSON is read as the messages that it holds.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

Turn = dict[str, Any]

_PEOPLE = (
    "you|user|human|me|person|prompt|question|q|ich|du|benutzer|frage|moi|vous|utilisateur|tú|usuario|tu|utente"
)
_MODELS = (
    "assistant|ai|bot|bard|model|answer|a|chatgpt|gpt-?[\\w.]*|claude(?: [\\w.]+){0,2}|gemini(?: [\\w.]+){0,2}|"
    "copilot|le chat|mistral|deepseek|grok|perplexity|llama(?: [\\w.]+)?|qwen|apertus|antwort|assistent|réponse|"
    "respuesta|risposta"
)
_SYSTEM = "system|instructions"
_SAID = r"(?: (?:said|wrote|says|asked|answered|a dit|hat gesagt|sagte))?"
_SPEAKER = re.compile(
    rf"^[ \t]*(?:[#>*_-]+[ \t]*)?\**(?:(?P<person>{_PEOPLE})|(?P<model>{_MODELS})|(?P<system>{_SYSTEM})){_SAID}"
    r"\**[ \t]*(?:[:\uff1a]\**[ \t]*(?P<rest>.*)|(?P<alone>))$",
    re.IGNORECASE | re.MULTILINE,
)
"""A line that begins a turn: a known name, then a colon, or alone where it says who said something."""
_UNKNOWN = re.compile(r"^[ \t]*\**(?P<name>[A-ZÀ-Þ][\w.’' -]{0,29})\**[:\uff1a]\**[ \t]+(?=\S)", re.MULTILINE)
_LONGEST = 1_000_000


def turns(text: str) -> list[Turn]:
    """The messages of a pasted chat; the whole text as one of the user where no turn can be told."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")[:_LONGEST]
    found = _json(text) or _spoken(text) or _unknown(text)
    return found or ([{"role": "user", "content": text.strip()}] if text.strip() else [])


def _json(text: str) -> list[Turn]:
    """Messages as OpenAI's API has them: a list, or an object with one."""
    if not text.lstrip().startswith(("[", "{")):
        return []
    try:
        read = json.loads(text)
    except (ValueError, RecursionError):
        return []
    messages = read.get("messages") if isinstance(read, dict) else read
    if not isinstance(messages, list) or not messages:
        return []
    found = []
    for each in messages:
        content = each.get("content") if isinstance(each, dict) else None
        if not isinstance(content, str) or each.get("role") not in ("system", "user", "assistant", "developer"):
            return []
        found.append({"role": each["role"], "content": content})
    return found


def _spoken(text: str) -> list[Turn]:
    """Turns by known names. A name counts only where both sides speak, so that a list of questions is no chat."""
    starts = [match for match in _SPEAKER.finditer(text) if _begins(match)]
    roles = {_role(match) for match in starts}
    if not {"user", "assistant"} <= roles:
        return []
    found = list(_cut(text, [(match.start(), _said_from(match), _role(match), _model(match)) for match in starts]))
    return _joined(found)


def _begins(match: re.Match[str]) -> bool:
    """A name alone on its line counts where it says that somebody said something, or a colon is there."""
    alone = match["rest"] is None
    return not alone or bool(re.search(r"\b(said|says|wrote|a dit|hat gesagt|sagte)\b", match[0], re.IGNORECASE))


def _said_from(match: re.Match[str]) -> int:
    return match.end() if match["rest"] is None else match.start("rest")


def _role(match: re.Match[str]) -> str:
    return "user" if match["person"] else "system" if match["system"] else "assistant"


def _model(match: re.Match[str]) -> str:
    """The name of the model, where it is one and not a word for all of them."""
    name = match["model"] or ""
    known = name.lower() not in (
        "assistant",
        "ai",
        "bot",
        "model",
        "answer",
        "response",
        "a",
        "antwort",
        "assistent",
    )
    return name if known and name.lower() not in ("réponse", "respuesta", "risposta") else ""


def _unknown(text: str) -> list[Turn]:
    """Two names that nobody knows, each at the start of a line: whoever speaks first is the person."""
    starts = list(_UNKNOWN.finditer(text))
    names = Counter(match["name"] for match in starts)
    if len(names) != 2 or not starts or starts[0].start() != 0 or min(names.values()) < 2:
        return []
    first = starts[0]["name"]
    edges = [
        (match.start(), match.end(), "user" if match["name"] == first else "assistant", "") for match in starts
    ]
    return list(_cut(text, edges))


def _cut(text: str, edges: list[tuple[int, int, str, str]]) -> Iterator[Turn]:
    before = text[: edges[0][0]].strip()
    if before:
        yield {"role": "user", "content": before}
    for index, (_, start, role, model) in enumerate(edges):
        end = edges[index + 1][0] if index + 1 < len(edges) else len(text)
        content = text[start:end].strip()
        if content:
            yield {"role": role, "content": content} | ({"model": model} if model else {})


def _joined(found: list[Turn]) -> list[Turn]:
    """A page may name the same speaker twice; what they say is one turn. A heading before the chat is no turn."""
    joined: list[Turn] = []
    for turn in found:
        if joined and joined[-1]["role"] == turn["role"] and "model" not in turn:
            joined[-1] = joined[-1] | {"content": f"{joined[-1]['content']}\n\n{turn['content']}"}
        else:
            joined.append(turn)
    return joined
