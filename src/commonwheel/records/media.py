"""Parts of a body that hold something else than text: attachments, and images anywhere in a message."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

_DATA_URL = re.compile(r"data:image/[a-z0-9.+-]{1,60};base64,[A-Za-z0-9+/]*={0,2}")


def is_data_url(text: str) -> bool:
    """Whether an image stands in this address itself, and nothing but base64 besides."""
    return text.startswith("data:") and _DATA_URL.fullmatch(text) is not None


def image_parts(value: Any, pointer: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every image in a body, with its JSON pointer."""
    if isinstance(value, Mapping):
        if value.get("type") == "image_url":
            yield pointer, value
        else:
            for key, below in value.items():
                yield from image_parts(below, f"{pointer}/{key}")
    elif isinstance(value, list | tuple):
        for index, below in enumerate(value):
            yield from image_parts(below, f"{pointer}/{index}")


def media(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every file in a body, in base64, with the pointer to it; of an image in an address, the address."""
    for index, attachment in enumerate(body.get("attachments", ())):
        yield f"/attachments/{index}/data", attachment["data"]
    for pointer, part in image_parts(body):
        url = part["image_url"]["url"]
        if url[:5].lower() == "data:":
            yield f"{pointer}/image_url/url", url


def with_media(value: Any, changed: Mapping[str, str], pointer: str = "") -> Any:
    """A copy of a body with other files in these places."""
    if isinstance(value, str):
        return changed.get(pointer, value)
    if isinstance(value, Mapping):
        return {key: with_media(below, changed, f"{pointer}/{key}") for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [with_media(below, changed, f"{pointer}/{index}") for index, below in enumerate(value)]
    return value
