"""Accounts of people on this instance: who they are here, what they may do, and what they set as their default."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, Field, TypeAdapter

from commonwheel.records.preference import check_preference
from commonwheel.records.terms import STRICT, Attribution, License, Purpose


class Role(StrEnum):
    """What somebody does here. Each one may do what those before it may."""

    CONTRIBUTOR = "contributor"
    REVIEWER = "reviewer"
    STEWARD = "steward"
    OPERATOR = "operator"

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what `other` may."""
        return ROLES.index(self) >= ROLES.index(other)


ROLES = tuple(Role)
"""From the least to the most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What a person set for themselves; what they did not set is empty, and asked each time.

    `briefed` is the version of the explanation that they understood (empty: none yet). `wait_hours` is for how
    long machines alone see what they give. `prompts_off` names the requests that they do not want to see again,
    and `prompts_seen` those that they put off, and when.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    briefed: Annotated[str, Field(max_length=40)] = ""
    license: License | None = None
    ai_pref: Annotated[str, Field(max_length=300), AfterValidator(check_preference)] | None = None
    purposes: Annotated[tuple[Purpose, ...], Field(max_length=3)] | None = None
    attribution: Attribution | None = None
    wait_hours: Annotated[int, Field(ge=0, le=8_784)] = 0
    reputation: bool = False
    prompts_off: Annotated[tuple[str, ...], Field(max_length=50)] = ()
    prompts_seen: Annotated[dict[str, date], Field(max_length=100)] = field(default_factory=dict)


DEFAULTS: TypeAdapter[Defaults] = TypeAdapter(Defaults)
"""Reads and writes defaults as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person with an account.

    `name` is the user name as they write it. `password` is an Argon2 hash, None for who signs in elsewhere.
    `email` is sealed under the account's own key and `email_digest` keyed, so that the table shows no address.
    Until `verified` nobody can sign in with it, and from `ended` on nobody can any more.
    """

    id: str
    name: str
    role: Role
    created: datetime
    password: str | None = None
    email: bytes | None = None
    email_digest: bytes | None = None
    elsewhere: bytes | None = None
    """Keyed digest of issuer and subject at the identity provider."""
    verified: datetime | None = None
    ended: datetime | None = None
    defaults: Defaults = Defaults()

    @property
    def open(self) -> bool:
        """Whether somebody can be signed in with it."""
        return self.verified is not None and self.ended is None


def name_key(name: str) -> str:
    """What two user names have in common that are too alike: case does not make another name."""
    return name.casefold()
