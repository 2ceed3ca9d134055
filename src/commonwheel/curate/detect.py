"""The first of three: detect. All detectors look at a body; none changes it, and none that breaks goes unseen."""

from collections.abc import Callable, Sequence

from commonwheel.curate.detectors import DETECTORS
from commonwheel.curate.scan import Detector
from commonwheel.ports import Detection
from commonwheel.records.body import Body, texts
from commonwheel.records.findings import Finding


def detect(
    body: Body,
    started: Callable[[str], None] = lambda name: None,
    detectors: Sequence[Detector] = DETECTORS,
) -> Detection:
    """Everything that `detectors` see in `body`.

    `started` is told the name of each detector before it runs, so that a supervisor knows which one
    hangs. A detector that raises, or answers nonsense, is named in `failed`; the others still run.
    """
    lengths = {pointer: len(text) for pointer, text in texts(body)}
    findings: list[Finding] = []
    failed: list[str] = []
    for detector in detectors:
        started(detector.name)
        try:
            (found,) = detector.detect([body])
            _check_spans(found, lengths)
        except (Exception, SystemExit):
            # A detector may raise anything at all on hostile text. Its name is kept, and a policy
            # turns that into a quarantine; the exception is not, as its message may quote the text.
            failed.append(detector.name)
        else:
            findings.extend(found)
    return Detection(findings=tuple(findings), failed=tuple(failed))


def _check_spans(findings: Sequence[Finding], lengths: dict[str, int]) -> None:
    for finding in findings:
        if not 0 <= finding.start <= finding.end <= lengths.get(finding.pointer, 0):
            raise ValueError("a span outside of its text")
