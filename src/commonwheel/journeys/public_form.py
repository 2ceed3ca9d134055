"""What makes the public form of a record: how values are replaced, what stands where, and cleaned files."""

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from commonwheel.curate.attachments import uncleaned
from commonwheel.curate.labels import PLACEHOLDER
from commonwheel.curate.policy import Policy
from commonwheel.curate.redact import Bars, Manner
from commonwheel.journeys.world import World
from commonwheel.ports import Detection
from commonwheel.records.body import Body, texts
from commonwheel.records.findings import Style
from commonwheel.records.media import media


def manner_of(world: World, policy: Policy, body: Body) -> Manner:
    """How the policy replaces what it hides in this record, the same whenever it is redacted."""
    seed = b""
    if any(redaction.style is Style.SURROGATE for redaction in policy.redactions):
        canonical = json.dumps(body, sort_keys=True, separators=(",", ":")).encode()
        seed = world.identity.digest("surrogate", canonical)
    return Manner(style_of=policy.style_of, seed=seed)


def bars_view(placed: Bars) -> list[dict[str, Any]]:
    """Bars as people see them: what of the record given is where in what would be public."""
    return [
        {
            "pointer": pointer,
            "start": bar.start,
            "end": bar.end,
            "new_start": bar.new_start,
            "new_end": bar.new_end,
            "kind": bar.kind,
            "style": bar.style,
            "text": bar.text,
        }
        for pointer, some in placed.items()
        for bar in some
    ]


def places_hidden(body: Body, bars: Collection[Mapping[str, Any]] = ()) -> int:
    """How many places of a record are hidden: bars that are put there, and labels that stand there already.

    Counted alike before a record is given, while it is checked, and of what is public.
    """
    dropped = {bar["pointer"] for bar in bars if bar["style"] is Style.DROP}
    there = (text for pointer, text in texts(body) if "⟨" in text and pointer not in dropped)
    return len(bars) + sum(1 for text in there for _ in PLACEHOLDER.finditer(text))


def nothing_unsaid(body: Body, detection: Detection) -> Detection:
    """Where a check broke off, it may have been before a file was cleaned: then a person is told of each."""
    if not detection.failed and not detection.timed_out:
        return detection
    told = {finding.pointer for finding in detection.findings if finding.kind == "quality.metadata"}
    files = (pointer for pointer, _ in media(body) if pointer not in detection.cleaned and pointer not in told)
    return replace(detection, findings=(*detection.findings, *map(uncleaned, files)))


def cleaned_before(public: Body) -> dict[str, str]:
    """The files of a public form, to be used again when it is made anew from the same record."""
    return dict(media(public))
