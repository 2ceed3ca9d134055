"""Whether a run is worth it now: enough is new, the last was long ago, there is budget, and no quiet hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from commonwheel.learn.gold_policy import Trigger

_MONTH = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A run there was: when it began, and the hours that it took."""

    began: datetime
    hours: float


def not_due(trigger: Trigger, *, new: int, past: Sequence[Past], now: datetime) -> tuple[str, ...]:
    """Every reason against a run now; none where one is due."""
    reasons = []
    if new < trigger.pairs:
        reasons.append(f"{new:,} pairs are new since the last run, and {trigger.pairs:,} make one due")
    last = max((each.began for each in past), default=None)
    if last is not None and now < last + timedelta(hours=trigger.hours_between):
        again = last + timedelta(hours=trigger.hours_between)
        reasons.append(
            f"the last run began less than {trigger.hours_between:g} hours ago: not before {_said(again)}"
        )
    spent = sum(each.hours for each in past if each.began > now - _MONTH)
    if trigger.hours_a_month and spent >= trigger.hours_a_month:
        reasons.append(f"{spent:.1f} of the {trigger.hours_a_month:g} hours for 30 days are used")
    for quiet in trigger.quiet:
        if _within(quiet, now):
            reasons.append(f"it is a quiet hour ({quiet} UTC)")
    return tuple(reasons)


def _within(hours: str, now: datetime) -> bool:
    """Whether it is between two times of day, which may lie on either side of midnight."""
    start, end = hours.split("-")
    moment = f"{now:%H:%M}"
    return start <= moment < end if start < end else moment >= start or moment < end


def _said(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
