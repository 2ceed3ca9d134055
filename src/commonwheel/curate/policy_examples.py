"""A policy's own examples: what it promises, held against what it does."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from commonwheel.curate.policy import Policy, PolicyExample, decide
from commonwheel.curate.redact import redact
from commonwheel.errors import Invalid
from commonwheel.ports import Detection
from commonwheel.records.body import CONTRIBUTION, Body, body_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one example; `faults` say where it differs from what was promised."""

    number: int
    faults: tuple[str, ...]


def try_examples(policy: Policy, detect: Callable[[Sequence[Body]], list[Detection]]) -> list[Outcome]:
    """Every example in order. Raises Invalid for one that is no contribution."""
    bodies = [_body(number, example) for number, example in enumerate(policy.examples)]
    return [
        Outcome(number=number + 1, faults=tuple(_faults(policy, example, body, detection)))
        for number, (example, body, detection) in enumerate(
            zip(policy.examples, bodies, detect(bodies), strict=True)
        )
    ]


def _body(number: int, example: PolicyExample) -> Body:
    given = example.contribution
    if given is None:
        given = {"kind": "chat", "messages": [{"role": "user", "content": example.text}]}
    if example.language:
        given = given | {"language": example.language}
    try:
        return body_of(CONTRIBUTION.validate_python(given))
    except ValidationError as problem:
        path = f"/examples/{number}/contribution"
        faults = [("/".join((path, *map(str, f["loc"]))), f["msg"]) for f in problem.errors()]
        raise Invalid(faults, "The policy has faults.") from None


def _faults(policy: Policy, example: PolicyExample, body: Body, detection: Detection) -> Iterator[str]:
    verdict = decide(policy, detection)
    if verdict.action is not example.verdict:
        because = f" by {', '.join(verdict.rules)}" if verdict.rules else ""
        yield f"the verdict is {verdict.action}{because}, not {example.verdict}"
    if example.reasons is not None and set(example.reasons) != set(verdict.reasons):
        yield f"the reasons are {', '.join(verdict.reasons) or 'none'}, not {', '.join(example.reasons) or 'none'}"
    if example.redacted is not None and example.text is not None:
        shown = redact(body, detection.findings, verdict.hide)["messages"][0]["content"]
        if shown != example.redacted:
            yield "what would be public is not what the example says"
