"""Detect, decide and redact as one: what a policy makes of a body, for whoever wants no more than that."""

from dataclasses import dataclass

from commonwheel.curate.policy import Policy, decide
from commonwheel.curate.redact import Bars, Manner, bars, with_bars
from commonwheel.ports import Detection
from commonwheel.records.body import Body
from commonwheel.records.findings import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was seen, what follows from it, and what would be public."""

    detection: Detection
    verdict: Verdict
    redacted: Body
    bars: Bars
    """What stands in place of what, and where."""


def examine(body: Body, detection: Detection, policy: Policy, seed: bytes = b"") -> Examined:
    """Decide about a body that was looked at, and hide what the policy hides.

    `seed` is a secret of the record's, from which surrogates are drawn where the policy asks for some.
    """
    verdict = decide(policy, detection)
    manner = Manner(style_of=policy.style_of, seed=seed)
    placed = bars(body, detection.findings, verdict.hide, manner)
    return Examined(
        detection=detection,
        verdict=verdict,
        redacted=with_bars(body, placed, detection.cleaned),
        bars=placed,
    )
