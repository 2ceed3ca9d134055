"""What our detectors see, as they are called in the curation of a contribution."""

from collections.abc import Iterable, Iterator

from commonwheel.curate.detect import detect
from commonwheel.records.body import Body
from evaluate.samples import Seen, family

HIDDEN = 0.6
"""From this score on the default policy hides a finding."""
ASKED = 0.3
"""From this score on it hides a finding or asks a person."""

_POINTER = "/messages/0/content"


def body(text: str) -> Body:
    """The smallest contribution that says `text`."""
    return {"kind": "chat", "messages": [{"role": "user", "content": text}]}


def scan(texts: Iterable[str]) -> Iterator[list[Seen]]:
    """Findings of personal data and credentials in each text. Raises RuntimeError where a detector failed."""
    for text in texts:
        detection = detect(body(text))
        if detection.failed:
            raise RuntimeError(f"failed: {', '.join(detection.failed)}")
        yield [
            Seen(family(f.kind), f.start, f.end, f.score, f"{f.detector}:{f.kind}")
            for f in detection.findings
            if f.pointer == _POINTER and f.kind.startswith(("personal.", "credential."))
        ]
