"""The body of a contribution: what it says, as plain JSON without its terms.

Bodies are what is scanned, redacted, stored encrypted and published. A place in one is named by a
JSON pointer (RFC 6901); spans count Unicode code points. A pointer goes on into the arguments of a
tool's call, which are JSON inside a text (`records.arguments`). Where the giver chose the name of a
value, its pointer says it only if it is a plain word, and else which one it is: findings are kept in the
clear, and a name can be private.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from pydantic import TypeAdapter

from commonwheel.records.arguments import decoded, encoded, is_opaque
from commonwheel.records.contribution import AnyContribution, Contribution
from commonwheel.records.media import image_parts, is_data_url

Body = dict[str, Any]

CONTRIBUTION: TypeAdapter[AnyContribution] = TypeAdapter(Contribution)

_ENVELOPE = {"terms", "hold_until", "on_behalf_of", "schema"}
_NOT_PROSE = frozenset(
    {"kind", "role", "type", "language", "data", "assessment", "labels"} | {"created", "prompted", "conversation"}
)
"""Keys whose values are checked words of ours, base64, or never published; all others are free text."""

_ARGUMENTS = "arguments"
_GIVERS_OWN = ("detail", "usage", _ARGUMENTS)
"""Below these the giver chooses the keys: they are texts too, and none of them is skipped."""
_PLAIN_NAME = re.compile(r"[A-Za-z][A-Za-z_]{0,29}[0-9]{0,2}")

_LONGEST_HARMLESS_NUMBER = 6
"""In characters. A longer number can be a telephone or a card, so it is read as text."""

Change = Callable[[str, str], str]


def body_of(given: AnyContribution) -> Body:
    """What `given` says, as plain JSON, defaults left out."""
    body: Body = CONTRIBUTION.dump_python(given, mode="json", exclude_defaults=True, exclude=_ENVELOPE)
    return body


def texts(body: Any, pointer: str = "", skipped: frozenset[str] = _NOT_PROSE) -> Iterator[tuple[str, str]]:
    """Every piece of free text in `body` with its JSON pointer, in order.

    Long numbers count as text. So do the keys of a signal's detail, of a source's usage and of a call's
    arguments: their pointer ends in `#`, as in relative JSON pointers. Images in base64 do not.
    """
    if isinstance(body, str):
        yield pointer, body
    elif isinstance(body, Mapping):
        for index, (key, value) in enumerate(body.items()):
            if key in skipped or _is_image(key, value):
                continue
            below = f"{pointer}/{_step(index, key, skipped)}"
            if not skipped:
                yield f"{below}#", key
            read = _read(key, value, skipped)
            if isinstance(read, str):
                yield below, read
            else:
                yield from texts(read, below, _below(key, skipped))
    elif isinstance(body, list | tuple):
        for index, value in enumerate(body):
            yield from texts(value, f"{pointer}/{index}", skipped)
    elif _is_long_number(body):
        yield pointer, str(body)


def map_texts(body: Any, change: Change, pointer: str = "", skipped: frozenset[str] = _NOT_PROSE) -> Any:
    """A copy of `body` in which each free text is replaced by `change(pointer, text)`.

    A long number stays a number, and arguments stay as they were written, unless the change differs.
    """
    if isinstance(body, str):
        return change(pointer, body)
    if isinstance(body, Mapping):
        changed = {}
        for index, (key, value) in enumerate(body.items()):
            below = f"{pointer}/{_step(index, key, skipped)}"
            name = key if skipped else change(f"{below}#", key)
            if key in skipped or _is_image(key, value):
                changed[name] = value
                continue
            read = _read(key, value, skipped)
            written = map_texts(read, change, below, _below(key, skipped))
            if read is not value:
                written = value if written == read else encoded(written)
            changed[name] = written
        return changed
    if isinstance(body, list | tuple):
        return [map_texts(value, change, f"{pointer}/{index}", skipped) for index, value in enumerate(body)]
    if _is_long_number(body):
        text = change(pointer, str(body))
        return body if text == str(body) else text
    return body


def _step(index: int, key: str, skipped: frozenset[str]) -> str:
    """What names a value in a pointer."""
    if skipped or _PLAIN_NAME.fullmatch(key):
        return key.replace("~", "~0").replace("/", "~1")
    return str(index)


def _read(key: str, value: Any, skipped: frozenset[str]) -> Any:
    """A value as it is searched: the arguments of a call are what their JSON says."""
    if key == _ARGUMENTS and skipped and isinstance(value, str):
        read = decoded(value)
        return value if read is None else read
    return value


def _below(key: str, skipped: frozenset[str]) -> frozenset[str]:
    return frozenset() if key in _GIVERS_OWN else skipped


def _is_image(key: str, value: Any) -> bool:
    return key == "url" and isinstance(value, str) and is_data_url(value)


def _is_long_number(value: Any) -> bool:
    return (
        isinstance(value, int | float | Decimal)
        and not isinstance(value, bool)
        and len(str(value)) > _LONGEST_HARMLESS_NUMBER
    )


def unreadable_parts(body: Body) -> Iterator[str]:
    """Pointers of the parts that no search of texts reads: attachments, images, and garbled arguments."""
    for index in range(len(body.get("attachments", ()))):
        yield f"/attachments/{index}"
    for pointer, _ in image_parts(body):
        yield pointer
    for name in ("messages", "prompt"):
        for at, message in enumerate(messages_of(body.get(name) or ())):
            for index, call in enumerate(message.get("tool_calls") or ()):
                if is_opaque(call["function"][_ARGUMENTS]):
                    yield f"/{name}/{at}/tool_calls/{index}/function/{_ARGUMENTS}"


def plain_text(content: Any) -> str:
    """The text of a message's content, whether it is text, parts, or nothing beside a tool's call."""
    if content is None or isinstance(content, str):
        return content or ""
    return "\n".join(part["text"] for part in content if part["type"] == "text")


def messages_of(prompt: Any) -> list[dict[str, Any]]:
    """A prompt as messages: one of the user where it was given as text."""
    return [{"role": "user", "content": prompt}] if isinstance(prompt, str) else list(prompt)
