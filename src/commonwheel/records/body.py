"""The body of a contribution: what it says, as plain JSON without its terms.

Bodies are what is scanned, redacted, stored encrypted and published. A place in one is named by a
JSON pointer (RFC 6901); spans count Unicode code points.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter

from commonwheel.records.contribution import AnyContribution, Contribution

Body = dict[str, Any]

CONTRIBUTION: TypeAdapter[AnyContribution] = TypeAdapter(Contribution)

_ENVELOPE = {"terms", "hold_until", "on_behalf_of", "schema"}
_NOT_PROSE = frozenset(
    {"kind", "role", "type", "language", "data", "assessment", "labels"} | {"created", "prompted", "conversation"}
)
"""Keys whose values are checked words of ours, base64, or never published; all others are free text."""

_LONGEST_HARMLESS_NUMBER = 6
"""In characters. A longer number can be a telephone or a card, so it is read as text."""


def body_of(given: AnyContribution) -> Body:
    """What `given` says, as plain JSON, defaults left out."""
    body: Body = CONTRIBUTION.dump_python(given, mode="json", exclude_defaults=True, exclude=_ENVELOPE)
    return body


def texts(body: Any, pointer: str = "", skipped: frozenset[str] = _NOT_PROSE) -> Iterator[tuple[str, str]]:
    """Every piece of free text in `body` with its JSON pointer, in order.

    Long numbers count as text. So do the keys of a signal's detail and of a source's usage, which the
    giver chooses: their pointer ends in `#`, as in relative JSON pointers.
    """
    if isinstance(body, str):
        yield pointer, body
    elif isinstance(body, Mapping):
        for key, value in body.items():
            if key not in skipped:
                below = f"{pointer}/{_escape(key)}"
                if not skipped:
                    yield f"{below}#", key
                yield from texts(value, below, _below(key, skipped))
    elif isinstance(body, list | tuple):
        for index, value in enumerate(body):
            yield from texts(value, f"{pointer}/{index}", skipped)
    elif _is_long_number(body):
        yield pointer, str(body)


def map_texts(
    body: Any, change: Callable[[str, str], str], pointer: str = "", skipped: frozenset[str] = _NOT_PROSE
) -> Any:
    """A copy of `body` in which each free text is replaced by `change(pointer, text)`.

    A long number stays a number unless the change differs from it.
    """
    if isinstance(body, str):
        return change(pointer, body)
    if isinstance(body, Mapping):
        changed = {}
        for key, value in body.items():
            below = f"{pointer}/{_escape(key)}"
            name = key if skipped else change(f"{below}#", key)
            changed[name] = value if key in skipped else map_texts(value, change, below, _below(key, skipped))
        return changed
    if isinstance(body, list | tuple):
        return [map_texts(value, change, f"{pointer}/{index}", skipped) for index, value in enumerate(body)]
    if _is_long_number(body):
        text = change(pointer, str(body))
        return body if text == str(body) else text
    return body


def _below(key: str, skipped: frozenset[str]) -> frozenset[str]:
    """The keys of a signal's detail and of a source's usage are the giver's own: none of them is skipped."""
    return frozenset() if key in ("detail", "usage") else skipped


def _is_long_number(value: Any) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and len(str(value)) > _LONGEST_HARMLESS_NUMBER
    )


def unreadable_parts(body: Body) -> Iterator[str]:
    """Pointers of the parts that hold something else than text: attachments, and images anywhere."""
    for index in range(len(body.get("attachments", ()))):
        yield f"/attachments/{index}"
    yield from _images(body, "")


def _images(value: Any, pointer: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        if value.get("type") == "image_url":
            yield pointer
        else:
            for key, below in value.items():
                yield from _images(below, f"{pointer}/{_escape(key)}")
    elif isinstance(value, list | tuple):
        for index, below in enumerate(value):
            yield from _images(below, f"{pointer}/{index}")


def plain_text(content: Any) -> str:
    """The text of a message's content, whether it is text or parts."""
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if part["type"] == "text")


def messages_of(prompt: Any) -> list[dict[str, Any]]:
    """A prompt as messages: one of the user where it was given as text."""
    return [{"role": "user", "content": prompt}] if isinstance(prompt, str) else list(prompt)


def _escape(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
