"""Standing consent: what somebody allows beforehand, so that a door need not ask them each time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import Field, TypeAdapter

from commonwheel.records.terms import STRICT, Terms

OWN_PROGRAMS = "own"
"""The door of a person's own programs, which have a token of theirs."""
LONGEST = timedelta(days=366)
"""So far ahead a standing consent may reach; then it has to be given anew."""

DoorName = Annotated[str, Field(min_length=1, max_length=200)]


class Summary(StrEnum):
    """How often somebody is told by mail what was given under their standing consent."""

    WEEK = "week"
    MONTH = "month"
    NEVER = "never"


EVERY = {Summary.WEEK: timedelta(days=7), Summary.MONTH: timedelta(days=30)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What is allowed: by which doors, under which terms, how long machines alone see it, and until when.

    From `check_up` on, a day they choose, it rests until they looked at it again.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = STRICT

    terms: Terms
    doors: Annotated[tuple[DoorName, ...], Field(min_length=1, max_length=50)]
    until: datetime
    check_up: datetime
    wait_hours: Annotated[int, Field(ge=0, le=8_784)] = 24
    summary: Summary = Summary.WEEK


ALLOWED: TypeAdapter[Allowed] = TypeAdapter(Allowed)
"""Reads and writes what is allowed as JSON."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A standing consent of one person: a contributor here, with an account or known to a door alone.

    Of several the last one counts; those before it stay as evidence of what was agreed to.
    `told` is when they were told last what was given, `asked` when they were asked to look at it again.
    """

    id: str
    contributor: str
    began: datetime
    allowed: Allowed
    account: str | None = None
    ended: datetime | None = None
    told: datetime | None = None
    asked: datetime | None = None

    def covers(self, door: str, now: datetime) -> bool:
        """Whether it allows a gift through this door at this moment."""
        allowed = self.allowed
        runs = self.ended is None and self.began <= now < min(allowed.until, allowed.check_up)
        return runs and door in allowed.doors

    def rests(self, now: datetime) -> bool:
        """Whether it waits for its giver to look at it again."""
        return self.ended is None and self.allowed.check_up <= now < self.allowed.until
