"""What asking a judge needs: the judge itself, and the database's part for its answers and its budget."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from commonwheel.records.body import Body
from commonwheel.records.findings import Finding


class JudgeFault(StrEnum):
    """Why there is no judgement."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    REFUSED = "refused"
    """The server answered that it will not, or cannot."""
    NONSENSE = "nonsense"
    """The server answered, and not with a judgement."""
    RESTING = "resting"
    """It failed several times in a row and is left alone for a while."""
    BUDGET = "budget"
    """All calls of today are used up."""
    ABSENT = "absent"
    """The settings name no judge."""
    TOO_LARGE = "too_large"
    LATE = "late"
    """There was no time left to ask: nobody's fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a judge found in one body, or why there is no answer; then `findings` are empty."""

    findings: tuple[Finding, ...] = ()
    fault: JudgeFault | None = None


class Judge(Protocol):
    """Says what it thinks of what would be public. It is asked outside of any transaction."""

    @property
    def name(self) -> str:
        """The way it is asked: a word for logs."""
        ...

    @property
    def version(self) -> str:
        """Changes with whatever may change its answers, as far as we know: model and rubric."""
        ...

    def judge(self, bodies: Sequence[Body]) -> list[Judgement]:
        """One Judgement per body, in order. Never raises because of a body or of a server."""
        ...


class Judgements(Protocol):
    """Answers that were paid for, and how many were."""

    def known(self, digests: Collection[bytes]) -> dict[bytes, tuple[Finding, ...]]:
        """What was found before in the same words by the same judge, by keyed digest."""
        ...

    def keep(self, answers: Mapping[bytes, tuple[str, tuple[Finding, ...]]], at: datetime) -> None:
        """Keep findings by digest, each with the contribution it goes with when that is erased."""
        ...

    def forget(self, before: datetime) -> int:
        """Drop answers that are older, and counts of calls of days before; returns how many answers."""
        ...

    def spend(self, day: str, wanted: int, most: int) -> int:
        """Count calls of a day (ISO 8601), before they are made; returns how many of `wanted` may be made."""
        ...

    def spent(self, day: str) -> int:
        """How many calls were counted on a day."""
        ...
