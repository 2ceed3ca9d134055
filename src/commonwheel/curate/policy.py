"""The second of three: decide. Rules, as data that a community can change, turn findings into a verdict.

Nothing fails open: a finding that no rule names, a detector that gave no answer, and a redaction with
nothing to redact all go to a person.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, TypeAdapter, ValidationError

from commonwheel.errors import Invalid, Misconfigured
from commonwheel.ports import Detection
from commonwheel.records.findings import Action, Finding, Reason, Verdict

_STRICT: Mapping[str, Any] = {"extra": "forbid"}
_SHIPPED = files("commonwheel.curate") / "policies"

Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
Glob = Annotated[str, Field(pattern=r"^[a-z0-9_*]+(\.[a-z0-9_*]+)*$", max_length=100)]
Bound = Annotated[float, Field(ge=0, le=1)]
Strict = Literal[Action.QUARANTINE, Action.REJECT]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What follows from findings of these kinds whose score lies within the bounds."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    id: Id
    findings: Annotated[tuple[Glob, ...], Field(min_length=1)]
    action: Action
    reason: Reason | None = None
    at_least: Bound | None = None
    above: Bound | None = None
    below: Bound | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where a rule holds something back without saying why."""
        if self.action is not Action.PASS and self.reason is None:
            raise ValueError(f"rule '{self.id}' needs a reason: the giver is told")

    def fits(self, finding: Finding) -> bool:
        """Whether this rule decides about `finding`."""
        return (
            any(fnmatchcase(finding.kind, glob) for glob in self.findings)
            and (self.at_least is None or finding.score >= self.at_least)
            and (self.above is None or finding.score > self.above)
            and (self.below is None or finding.score < self.below)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """The mildest that a verdict can be, whatever was found."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    action: Strict
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Rules in order; `default` is for findings that none of them names, and is never mild."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = _STRICT

    name: Id
    version: Annotated[str, Field(pattern=r"^[\w.+-]{1,40}$")]
    rules: tuple[Rule, ...]
    default: Strict = Action.QUARANTINE
    floor: Floor | None = None

    def __post_init__(self) -> None:
        """Raise ValueError where two rules share an id, as verdicts name them by it."""
        ids = [rule.id for rule in self.rules]
        doubled = sorted({id for id in ids if ids.count(id) > 1})
        if doubled:
            raise ValueError(f"two rules are called {', '.join(doubled)}")


_POLICY = TypeAdapter(Policy)


def policy_schema() -> dict[str, Any]:
    """JSON Schema of a policy file."""
    return _POLICY.json_schema()


def parse_policy(text: str) -> Policy:
    """The policy in a TOML text. Raises Invalid with the path of each fault."""
    try:
        return _POLICY.validate_python(tomllib.loads(text))
    except tomllib.TOMLDecodeError as problem:
        raise Invalid([("", f"not TOML: {problem}")], "The policy cannot be read.") from None
    except ValidationError as problem:
        faults = [("".join(f"/{part}" for part in fault["loc"]), fault["msg"]) for fault in problem.errors()]
        raise Invalid(faults, "The policy has faults.") from None


def load_policy(name_or_path: str | Path) -> Policy:
    """A policy that ships with us, by name, or one from a file ending in `.toml`.

    Raises Misconfigured where there is none, Invalid where it has faults.
    """
    if isinstance(name_or_path, str) and not name_or_path.endswith(".toml"):
        return _shipped(name_or_path)
    try:
        return parse_policy(Path(name_or_path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(f"The policy file {name_or_path} cannot be read.") from None


@cache
def _shipped(name: str) -> Policy:
    names = sorted(
        entry.name.removesuffix(".toml") for entry in _SHIPPED.iterdir() if entry.name.endswith(".toml")
    )
    if name not in names:
        raise Misconfigured(f"There is no policy '{name}'. Shipped are: {', '.join(names)}; or name a .toml file.")
    return parse_policy((_SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    """What one finding, or the lack of an answer, leads to; `index` is the finding's."""

    action: Action
    rule: str
    reason: Reason | None
    index: int | None = None


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
        policy=f"{policy.name}@{policy.version}",
        rules=tuple(dict.fromkeys(decision.rule for decision in counted)),
        reasons=tuple(dict.fromkeys(decision.reason for decision in counted if decision.reason is not None)),
        hide=_indexes(decisions, Action.REDACT),
        undecided=_indexes(decisions, Action.QUARANTINE),
    )


def _indexes(decisions: list[_Decision], action: Action) -> tuple[int, ...]:
    return tuple(sorted(d.index for d in decisions if d.index is not None and d.action is action))


def _of_findings(policy: Policy, findings: tuple[Finding, ...]) -> Iterator[_Decision]:
    for index, finding in enumerate(findings):
        rule = next((rule for rule in policy.rules if rule.fits(finding)), None)
        if rule is None:
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
            yield _Decision(action=rule.action, rule=rule.id, reason=rule.reason, index=index)


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
