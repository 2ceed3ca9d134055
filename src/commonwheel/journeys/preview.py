"""Somebody looks at what would be public before giving it. Nothing is stored.

The digest that a preview returns is `<what was given>.<what would be public>.<seal>`, each a keyed
hash in hex. Sent back as `consent.preview` it proves what the giver saw: a gift of something else is
refused at the door, and one that curation would publish differently waits for a person.
"""

import hmac
import json
from typing import Any

from commonwheel.curate.policy import decide
from commonwheel.curate.redact import bars, redact
from commonwheel.errors import Invalid
from commonwheel.journeys.policy_in_force import current_policy
from commonwheel.journeys.public_form import bars_view, manner_of, nothing_unsaid
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor
from commonwheel.records.body import Body, body_of
from commonwheel.records.contribution import AnyContribution
from commonwheel.records.findings import REASONS, Action, Finding, Verdict
from commonwheel.records.terms import Terms


def preview(world: World, actor: Actor | None, given: AnyContribution) -> dict[str, Any]:
    """What would be public of `given`, what was found in it, and the digest to send with the consent."""
    terms = given.terms or (None if actor is None else actor.terms)
    body = body_of(given)
    [detection] = world.curator.detect([body])
    detection = nothing_unsaid(body, detection)
    policy = current_policy(world)
    verdict, manner = decide(policy, detection), manner_of(world, policy, body)
    would_publish = redact(body, detection.findings, verdict.hide, manner, detection.cleaned)
    return {
        "would_publish": would_publish if verdict.action is not Action.REJECT else None,
        "findings": [finding_view(item, index, verdict) for index, item in enumerate(detection.findings)],
        "bars": bars_view(bars(body, detection.findings, verdict.hide, manner)),
        "not_checked": list(world.not_checked),
        "verdict": verdict_view(verdict),
        "terms": None if terms is None else _terms_view(terms),
        "digest": _digest(world, body, would_publish),
    }


def check_preview(world: World, terms: Terms, body: Body) -> None:
    """Refuse a consent whose preview we did not make, or made of something else."""
    shown = terms.consent.preview
    if shown is None:
        return
    given, _, rest = shown.partition(".")
    published, _, seal = rest.partition(".")
    if not hmac.compare_digest(seal, _seal(world, f"{given}.{published}")) or given != _mac(world, body):
        raise Invalid([("/terms/consent/preview", "is of something else: make a new preview of what you give")])


def differs_from_preview(world: World, terms: Terms, would_publish: Body) -> bool:
    """Whether the giver agreed to a preview, and saw something else in it than `would_publish`."""
    shown = terms.consent.preview
    return shown is not None and shown.split(".")[1] != _mac(world, would_publish)


def finding_view(finding: Finding, index: int, verdict: Verdict) -> dict[str, Any]:
    """A finding as people see it: where, what, how sure, why, and what becomes of it."""
    from commonwheel.curate.explain import explain  # loads all detectors, which few requests need

    return {
        "pointer": finding.pointer,
        "start": finding.start,
        "end": finding.end,
        "kind": finding.kind,
        "detector": finding.detector,
        "score": round(finding.score, 4),
        "why": explain(finding),
        "hidden": index in verdict.hide,
        "undecided": index in verdict.undecided,
    }


def verdict_view(verdict: Verdict) -> dict[str, Any]:
    """A verdict as people see it: with the rules that made it and reasons in words."""
    return {
        "action": verdict.action,
        "policy": verdict.policy,
        "rules": list(verdict.rules),
        "tier": verdict.tier,
        "reasons": [{"code": reason, "text": REASONS[reason]} for reason in verdict.reasons],
    }


def _terms_view(terms: Terms) -> dict[str, Any]:
    return {
        "license": terms.license,
        "ai_pref": terms.ai_pref,
        "purposes": list(terms.purposes),
        "scope": terms.scope,
        "attribution": {"mode": terms.attribution.mode, "name": terms.attribution.name},
    }


def _digest(world: World, body: Body, would_publish: Body) -> str:
    shown = f"{_mac(world, body)}.{_mac(world, would_publish)}"
    return f"{shown}.{_seal(world, shown)}"


def _mac(world: World, body: Body) -> str:
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
    return hmac.digest(world.preview_key, canonical, "sha256").hex()


def _seal(world: World, shown: str) -> str:
    return hmac.digest(world.preview_key, b"seal:" + shown.encode(), "sha256").hex()
