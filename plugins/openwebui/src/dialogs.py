"""What people are asked: a yes is `True` and nothing else; a closed window answers with an error that is true."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Call = Callable[[dict[str, Any]], Awaitable[Any]]


async def agrees(call: Call, title: str, message: str) -> bool:
    """Whether somebody said yes."""
    return await _answer(call, "confirmation", {"title": title, "message": message}) is True


async def writes(call: Call, title: str, message: str, value: str = "") -> str | None:
    """What somebody wrote; None where they closed the window."""
    data = {"title": title, "message": message, "placeholder": "", "value": value}
    answer = await _answer(call, "input", data)
    return answer if isinstance(answer, str) else None


async def chooses(call: Call, title: str, message: str, options: Mapping[str, str]) -> str | None:
    """Which option somebody chose, by its key; None where they closed the window or chose none of them."""
    listed = [{"value": key, "label": words} for key, words in options.items()]
    data = {"title": title, "message": message, "type": "select", "input": {"type": "select", "options": listed}}
    answer = await _answer(call, "input", data)
    return answer if isinstance(answer, str) and answer in options else None


async def _answer(call: Call, kind: str, data: dict[str, Any]) -> Any:
    """What somebody answered; None where there is no answer. Until 0.11 a window left open for too long raises."""
    try:
        return await call({"type": kind, "data": data})
    except Exception:
        return None


def quoted(text: str) -> str:
    """Words of a chat within a dialog of ours, which is read as Markdown.

    They are code, so that no picture of theirs is loaded and no tag is one; and a bar begins every line, so that
    they can neither end the code nor imitate what we say.
    """
    lines = "\n".join(f"│ {line}" for line in text.splitlines() or [""])
    return f"```text\n{lines}\n```"


def plain(text: str) -> str:
    """A word of somebody else's in a sentence of ours: no Markdown, no tags, one line, and not long."""
    return "".join(each if each.isalnum() or each in " .,:/-@+()" else " " for each in text)[:200].strip()
