"""Where questions and answers stand on the pages of chats, for the extension of browsers: data, never code.

The instance hands the newest file to its extensions, signed, as such pages change every few weeks.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, ClassVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from pydantic import Field, TypeAdapter, ValidationError

from commonwheel.errors import Misconfigured
from commonwheel.records.terms import STRICT

PURPOSE = b"commonwheel selectors\n"
"""Stands before what is signed, so that no other thing we sign can be taken for it."""

Css = Annotated[str, Field(max_length=300, pattern=r"^[^{}<;\\]*$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One kind of page. `mark` tells it by what is on it, where its address does not.

    `question` and `answer` are whole messages, `text` is what of them is said, and `skip` what of that is not.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    name: Annotated[str, Field(min_length=1, max_length=60)]
    matches: Annotated[
        tuple[Annotated[str, Field(pattern=r"^https://(?:\*\.)?[a-z0-9.-]{3,200}/\*$")], ...],
        Field(max_length=20),
    ]
    question: Annotated[Css, Field(min_length=1)]
    answer: Annotated[Css, Field(min_length=1)]
    mark: Css = ""
    text: Css = ""
    skip: Css = ""
    model: Css = ""
    model_attribute: Annotated[str, Field(pattern=r"^[a-z-]{0,60}$")] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """All kinds of pages. An extension takes only a higher `version` than it has."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    version: Annotated[int, Field(ge=1, le=1_000_000_000)]
    sites: Annotated[tuple[Site, ...], Field(min_length=1, max_length=100)]


_SELECTORS = TypeAdapter(Selectors)


def load_selectors(setting: str) -> str:
    """The text of the file: ours (`default`), or the JSON file of that name. Raises Misconfigured for faults."""
    try:
        if setting == "default":
            text = files("commonwheel.collect").joinpath("selectors.json").read_text("utf-8")
        else:
            text = Path(setting).read_text("utf-8")
        _SELECTORS.validate_json(text)
    except (OSError, UnicodeDecodeError) as problem:
        raise Misconfigured(f"COMMONWHEEL_SELECTORS: {setting} cannot be read ({problem}).") from None
    except ValidationError as problem:
        first = problem.errors()[0]
        where = "".join(f"/{part}" for part in first["loc"])
        raise Misconfigured(f"COMMONWHEEL_SELECTORS: {setting}{where}: {first['msg']}.") from None
    return text


def sign_selectors(text: str, key: Ed25519PrivateKey) -> str:
    """The signature (Ed25519, in base64) over these very bytes, behind `PURPOSE`."""
    return base64.b64encode(key.sign(PURPOSE + text.encode())).decode()
