"""The second of three: decide. Rules, as data that a community can change, turn findings into a verdict.

Nothing fails open: a finding that no rule names, a detector that gave no answer, and a redaction with
nothing to redact all go to a person.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from commonwheel.curate.crowding import Caps, Duplicates
from commonwheel.curate.sampling import Stratum
from commonwheel.curate.sections import BreakerRules, JudgeRules
from commonwheel.ports import Detection
from commonwheel.records.findings import Action, Finding, Reason, Side, Style, Tier, Verdict

_STRICT: Mapping[str, Any] = {"extra": "forbid"}

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Glob = Annotated[str, Field(pattern=r"^[a-z0-9_*]+(\.[a-z0-9_*]+)*$", max_length=100)]
Bound = Annotated[float, Field(ge=0, le=1)]
MEASURES = ("language", "language.*", "quality.length", "quality.diff.*")
"""Kinds that say what a record is like, and alone are no reason to hold it back. A policy may name them."""
Strict = Literal[Action.QUARANTINE, Action.REJECT]


@lru_cache(maxsize=10_000)
def _is_any_of(kind: str, globs: tuple[str, ...]) -> bool:
    return any(fnmatchcase(kind, glob) for glob in globs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What follows from findings of these kinds whose score lies within the bounds.

    With `side` it decides only about what a model would learn to say (`chosen`), or not to say
    (`rejected`). `tier` is where a record goes that a person passes in spite of such a finding.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    id: Id
    findings: Annotated[tuple[Glob, ...], Field(min_length=1)]
    action: Action
    reason: Reason | None = None
    at_least: Bound | None = None
    above: Bound | None = None
    below: Bound | None = None
    side: Side | None = None
    tier: Tier | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where a rule holds something back without saying why."""
        if self.action is not Action.PASS and self.reason is None:
            raise ValueError("a rule that holds something back needs a reason: the giver is told")

    def fits(self, finding: Finding) -> bool:
        """Whether this rule decides about `finding`."""
        return (
            _is_any_of(finding.kind, self.findings)
            and (self.at_least is None or finding.score >= self.at_least)
            and (self.above is None or finding.score > self.above)
            and (self.below is None or finding.score < self.below)
            and (self.side is None or finding.side is self.side)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The mildest that a verdict can be, whatever was found."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    action: Strict
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """How findings of these kinds are replaced where a rule hides them."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    findings: Annotated[tuple[Glob, ...], Field(min_length=1)]
    style: Style


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyExample:
    """What the policy promises to do: a text, or a whole contribution, and what becomes of it.

    `redacted` is what would be public of the text. `commonwheel policy test` keeps the promise.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    verdict: Action
    text: str | None = None
    contribution: dict[str, Any] | None = None
    language: str | None = None
    redacted: str | None = None
    reasons: tuple[Reason, ...] | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where it is not one of the two."""
        if (self.text is None) == (self.contribution is None):
            raise ValueError("an example has either a text or a contribution")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Rules in order; `default` is for findings that none of them names, and is never mild.

    `redactions` say how hidden values are replaced: the first that names a kind counts, and a placeholder
    stands for every other kind. `sampling` says which of what apps log is kept: the first stratum that
    fits a record counts, and what fits none is kept.
    """

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    name: Id
    version: Annotated[str, Field(pattern=r"^[\w.+-]{1,40}$")]
    rules: tuple[Rule, ...]
    default: Strict = Action.QUARANTINE
    floor: Floor | None = None
    redactions: tuple[Redaction, ...] = ()
    examples: tuple[PolicyExample, ...] = ()
    duplicates: Duplicates = field(default_factory=Duplicates)
    caps: Caps = field(default_factory=Caps)
    sampling: tuple[Stratum, ...] = ()
    judge: JudgeRules = field(default_factory=JudgeRules)
    breaker: BreakerRules = field(default_factory=BreakerRules)

    @property
    def tag(self) -> str:
        """Name and version, as verdicts and manifests name the policy that made them."""
        return f"{self.name}@{self.version}"

    def __post_init__(self) -> None:
        """Raise ValueError where two rules share an id, as verdicts name them by it."""
        ids = [rule.id for rule in self.rules]
        doubled = sorted({id for id in ids if ids.count(id) > 1})
        if doubled:
            raise ValueError(f"two rules are called {', '.join(doubled)}")

    def style_of(self, kind: str) -> Style:
        """How a hidden value of this kind is replaced."""
        for redaction in self.redactions:
            if any(fnmatchcase(kind, glob) for glob in redaction.findings):
                return redaction.style
        return Style.PLACEHOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    """What one finding, or the lack of an answer, leads to; `index` is the finding's."""

    action: Action
    rule: str
    reason: Reason | None
    index: int | None = None
    tier: Tier | None = None


def decide(policy: Policy, detection: Detection) -> Verdict:
    """What `policy` makes of a detection: the strictest of what follows from each finding.

    `rules` and `reasons` name everything that did more than let pass, the strictest first. Findings
    that are redacted are in `hide`, those for a person in `undecided`, whatever the verdict is.
    """
    decisions = [*_of_findings(policy, detection.findings), *_of_silence(detection)]
    if policy.floor is not None:
        decisions.append(_Decision(action=policy.floor.action, rule="floor", reason=policy.floor.reason))
    decisions.sort(key=lambda decision: -decision.action.severity)
    counted = [decision for decision in decisions if decision.action is not Action.PASS] or decisions
    return Verdict(
        action=decisions[0].action if decisions else Action.PASS,
        policy=policy.tag,
        rules=tuple(dict.fromkeys(decision.rule for decision in counted)),
        reasons=tuple(dict.fromkeys(decision.reason for decision in counted if decision.reason is not None)),
        hide=_indexes(decisions, Action.REDACT),
        undecided=_indexes(decisions, Action.QUARANTINE),
        tier=_tier(decisions),
    )


def _tier(decisions: list[_Decision]) -> Tier | None:
    """The strictest; what is hidden does not count."""
    tiers = [d.tier for d in decisions if d.tier is not None and d.action is not Action.REDACT]
    return max(tiers, default=None, key=lambda tier: tier.severity)


def _indexes(decisions: list[_Decision], action: Action) -> tuple[int, ...]:
    return tuple(sorted(d.index for d in decisions if d.index is not None and d.action is action))


def _of_findings(policy: Policy, findings: tuple[Finding, ...]) -> Iterator[_Decision]:
    for index, finding in enumerate(findings):
        rule = next((rule for rule in policy.rules if rule.fits(finding)), None)
        if rule is None and _is_any_of(finding.kind, MEASURES):
            yield _Decision(action=Action.PASS, rule="builtin.measure", reason=None, index=index)
        elif rule is None:
            yield _Decision(
                action=policy.default, rule="builtin.no_rule", reason=_by_family(finding.kind), index=index
            )
        elif rule.action is Action.REDACT and finding.start >= finding.end:
            yield _Decision(
                action=Action.QUARANTINE,
                rule=f"builtin.nothing_to_redact:{rule.id}",
                reason=rule.reason,
                index=index,
            )
        else:
            yield _Decision(action=rule.action, rule=rule.id, reason=rule.reason, index=index, tier=rule.tier)


def _of_silence(detection: Detection) -> Iterator[_Decision]:
    for names, reason in (
        (detection.failed, Reason.DETECTOR_FAILED),
        (detection.timed_out, Reason.DETECTOR_TIMEOUT),
    ):
        for name in names:
            yield _Decision(action=Action.QUARANTINE, rule=f"builtin.{reason}:{name}", reason=reason)


_FAMILIES = {
    "personal": Reason.PERSONAL_DATA,
    "credential": Reason.CREDENTIAL,
    "safety": Reason.UNSAFE,
    "sensitive": Reason.SENSITIVE,
    "injection": Reason.INJECTION,
    "duplicate": Reason.DUPLICATE,
    "quality": Reason.QUALITY,
}


def _by_family(kind: str) -> Reason:
    return _FAMILIES.get(kind.partition(".")[0], Reason.OTHER)
