"""What people are asked to give, when and how: by a file of whoever runs this. Each can be turned off."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field, TypeAdapter

from commonwheel.errors import Misconfigured
from commonwheel.records.terms import STRICT
from commonwheel.toml_files import parse


class When(StrEnum):
    """When somebody is asked; as records say it in `source.prompted`."""

    PROACTIVE = "proactive"
    REACTIVE = "reactive"
    SCHEDULED = "scheduled"
    TASK = "task"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer that a prompt offers."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    value: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    words: Annotated[str, Field(min_length=1, max_length=120)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Something that people are asked. `link` is a page of ours where they can do it.

    A reactive one is asked after a failure, and `choices` are its answers; a scheduled one every so many days.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    when: When
    title: Annotated[str, Field(min_length=1, max_length=120)]
    text: Annotated[str, Field(min_length=1, max_length=500)]
    link: Annotated[str, Field(pattern=r"^/[a-z0-9/?=&_-]{0,200}$")] = "/give"
    action: Annotated[str, Field(min_length=1, max_length=60)] = "Give"
    every_days: Annotated[int, Field(ge=1, le=366)] = 7
    choices: Annotated[tuple[Choice, ...], Field(max_length=20)] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    prompts: Annotated[tuple[Prompt, ...], Field(max_length=50)] = ()


_FILE = TypeAdapter(_File)


def load_prompts(setting: str) -> tuple[Prompt, ...]:
    """`default`, `none`, or a TOML file. Raises Invalid with its faults, Misconfigured where it cannot be read."""
    if setting == "none":
        return ()
    try:
        if setting == "default":
            text = files("commonwheel.people").joinpath("prompts.toml").read_text("utf-8")
        else:
            text = Path(setting).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise Misconfigured(f"COMMONWHEEL_PROMPTS: {setting} cannot be read ({problem}).") from None
    found = parse(text, _FILE, "file of prompts").prompts
    if len({each.id for each in found}) < len(found):
        raise Misconfigured("COMMONWHEEL_PROMPTS: two prompts have one id.")
    return found
