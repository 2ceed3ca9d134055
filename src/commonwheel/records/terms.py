"""The terms somebody gives under, fixed per revision: license, AI preference, purposes, scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, TypeAdapter

from commonwheel.records.preference import check_preference

STRICT: Mapping[str, Any] = {"extra": "forbid", "str_max_length": 1_000_000}
"""How every record is read: an unknown field is refused with its path."""


class License(StrEnum):
    """SPDX identifiers of the licenses that a contribution can carry."""

    CC0 = "CC0-1.0"
    BY = "CC-BY-4.0"
    BY_SA = "CC-BY-SA-4.0"


class Purpose(StrEnum):
    """What the giver allows a contribution to be used for."""

    DISPLAY = "display"
    EVALUATION = "evaluation"
    TRAINING = "training"


class Scope(StrEnum):
    """Whether a contribution may be released, or is learned from here and never released."""

    PUBLIC = "public"
    INSTANCE = "instance"


class AttributionMode(StrEnum):
    """How the giver is known outside."""

    ANONYMOUS = "anonymous"
    PSEUDONYM = "pseudonym"
    USERNAME = "username"
    NAME = "name"


LONGEST_NAME = 80


def check_shown_name(name: str) -> str:
    """Return `name` unchanged, or raise ValueError where it would publish more than a name.

    No detector reads it, since it is meant to be shown: so it holds no address and no number.
    """
    if any(sign in name for sign in "@/\\") or not name.isprintable() or sum(map(str.isdigit, name)) > 6:
        raise ValueError("a name to be shown has no '@', no slashes, no line breaks and at most 6 digits")
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """How the giver wants to be named. `name` is what is shown, unless the mode is anonymous."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    mode: AttributionMode = AttributionMode.ANONYMOUS
    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), AfterValidator(check_shown_name)] | None = (
        None
    )


_NOES = frozenset({"0", "denied", "false", "n", "no", "none", "null", "off", "refused", "undefined"})


def check_version(version: str) -> str:
    """Return `version` unchanged, or raise ValueError where somebody wrote a no in its place."""
    if version.lower() in _NOES:
        raise ValueError("names the text that was agreed to, and this is a no")
    return version


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """That the giver said yes, to which text, having seen which preview."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    version: Annotated[
        str, Field(min_length=1, max_length=40, pattern=r"^[A-Za-z0-9_.-]+$"), AfterValidator(check_version)
    ]
    given: Literal[True]
    preview: Annotated[str, Field(max_length=300, pattern=r"^[A-Za-z0-9_.-]+$")] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """License + AI preference + purposes + scope + attribution + consent.

    `ai_pref` is kept as it was written; an empty string states no preference. What it means is in
    `commonwheel.records.preference`.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    license: License
    consent: Consent
    ai_pref: Annotated[str, Field(max_length=300), AfterValidator(check_preference)] = ""
    purposes: Annotated[tuple[Purpose, ...], Field(max_length=3)] = tuple(Purpose)
    scope: Scope = Scope.PUBLIC
    attribution: Attribution = Attribution()


TERMS: TypeAdapter[Terms] = TypeAdapter(Terms)
"""Reads and writes terms as JSON."""
