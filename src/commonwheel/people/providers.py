"""Who builds the models that gifts come from, and what they say of data: by a file of whoever runs this."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field, TypeAdapter

from commonwheel.errors import Misconfigured
from commonwheel.records.terms import STRICT
from commonwheel.toml_files import parse

_Text = Annotated[str, Field(max_length=1_000)]
_Address = Annotated[str, Field(max_length=500, pattern=r"^(https?://[^\s<>\"']+)?$")]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider of models: which models, who builds them, what is sent there and kept, and its terms, dated."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    name: Annotated[str, Field(min_length=1, max_length=120)]
    models: Annotated[tuple[Annotated[str, Field(max_length=120)], ...], Field(max_length=100)] = ()
    builder: _Text = ""
    data_documents: _Address = ""
    sent: Annotated[str, Field(min_length=1, max_length=1_000)]
    kept: Annotated[str, Field(min_length=1, max_length=1_000)]
    terms: _Address
    terms_read: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    providers: Annotated[tuple[Provider, ...], Field(max_length=200)] = ()


_FILE = TypeAdapter(_File)


def load_providers(setting: str) -> tuple[Provider, ...]:
    """A TOML file, or none. Raises Invalid with its faults, Misconfigured where it cannot be read."""
    if not setting:
        return ()
    try:
        text = Path(setting).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Misconfigured(f"COMMONWHEEL_PROVIDERS: {setting} cannot be read ({problem}).") from None
    return parse(text, _FILE, "file of providers").providers
