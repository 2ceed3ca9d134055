"""Says in a sentence why something was found, to the person whose words they are. It never quotes them."""

from functools import cache

from commonwheel.curate.detectors import DETECTORS
from commonwheel.records.findings import Finding

_OTHERS = {
    "duplicates": "The same, or nearly the same, was given before.",
    "judge": "A model that judges by a published rubric found it.",
    "ner": "A model that finds names took it for one.",
    "repeats": "It is nearly the same as others, or much of what came lately is of one hand.",
    "scan": "There are more places that could be something than can be checked.",
}
"""Those that find something and are no detectors of text."""
_DENSE = "quality.dense"


def explain(finding: Finding) -> str:
    """Why this was found: what was recognized, and how."""
    if finding.kind == _DENSE:
        return _OTHERS["scan"]
    says, finds = _sentences()
    return (
        says.get((finding.detector, finding.rule))
        or finds.get(finding.detector)
        or _OTHERS.get(finding.detector)
        or "A reviewer marked it."
    )


@cache
def _sentences() -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    says = {
        (detector.name, pattern.rule): pattern.says
        for detector in DETECTORS
        for pattern in detector.patterns
        if pattern.says
    }
    return says, {detector.name: detector.about.finds for detector in DETECTORS}
