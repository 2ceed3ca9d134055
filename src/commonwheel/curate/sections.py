"""Sections of a policy beside its rules: when a judge is asked, and when a stream of gifts is held."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from commonwheel.records.findings import Action, Reason, Verdict

_STRICT: Mapping[str, Any] = {"extra": "forbid"}

JudgedKind = Literal["chat", "correction", "preference", "example", "signal", "trace", "bundle"]
Hours = Annotated[int, Field(ge=1, le=24 * 30)]
Number = Annotated[int, Field(ge=1, le=1_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeRules:
    """When a judge is asked about what would be public. What it says is found like anything else.

    `required`: without a judge in the settings a person looks at everything that would be judged; otherwise
    it passes unjudged. `kinds` of contributions are judged. After `retries` further tries, the first after
    `wait` seconds, a person looks instead. A record of more than `longest` characters is for a person, too.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    required: bool = False
    kinds: tuple[JudgedKind, ...] = ("chat", "correction", "preference", "example", "trace", "bundle")
    retries: Annotated[int, Field(ge=0, le=20)] = 5
    wait: Annotated[int, Field(ge=1, le=3600)] = 60
    longest: Number = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerRules:
    """When a rise in refusals opens the breaker of a stream, so that a person looks at all of it for a while.

    A stream is what one contributor gives, what comes through one door, or everything. Counted are the last
    `window_hours`: it opens where at least `at_least` items came, the refused are at least the `share` of
    them, and that is at least `rise` times their share in the `earlier_hours` before. It stays open for
    `open_hours`. Refused is what is rejected, or held back for one of the `reasons`. Of one contributor at most
    `of_one` refusals count for their door, and of one door as many for everything, so that nobody can have
    others held.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    window_hours: Hours = 1
    at_least: Number = 30
    share: Annotated[float, Field(gt=0, le=1)] = 0.5
    rise: Annotated[float, Field(ge=1, le=100)] = 2.0
    earlier_hours: Hours = 168
    open_hours: Hours = 6
    of_one: Number = 8
    reasons: tuple[Reason, ...] = (Reason.UNSAFE, Reason.INJECTION, Reason.FLOOD, Reason.DUPLICATE)

    def refuses(self, verdict: Verdict) -> bool:
        """Whether a verdict counts as a refusal."""
        held_back = verdict.action is Action.QUARANTINE and not set(self.reasons).isdisjoint(verdict.reasons)
        return held_back or verdict.action is Action.REJECT

    def opens(self, total: int, refused: int, earlier: int, earlier_refused: int) -> bool:
        """Whether counts of the window, and of the time before it, open the breaker.

        Earlier counts of fewer than `at_least` items say nothing yet, so that the share alone decides.
        """
        if total < self.at_least or refused < self.share * total:
            return False
        if earlier < self.at_least:
            return True
        return refused * earlier >= self.rise * earlier_refused * total
