"""Says in a sentence why something was found, to the person whose words they are. It never quotes them."""

from collections.abc import Iterator
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
        next((says[finding.detector, name] for name in _names(finding) if (finding.detector, name) in says), "")
        or finds.get(finding.detector)
        or _OTHERS.get(finding.detector)
        or "A reviewer marked it."
    )


def _names(finding: Finding) -> Iterator[str]:
    """Under which a sentence may stand: the rule, the kind, and what the kind is below."""
    yield from (finding.rule, finding.kind)
    above = finding.kind
    while "." in above:
        above = above.rpartition(".")[0]
        yield f"{above}.*"


@cache
def _sentences() -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    says: dict[tuple[str, str], str] = {}
    for detector in DETECTORS:
        says |= {(detector.name, pattern.rule): pattern.says for pattern in detector.patterns if pattern.says}
        says |= {(detector.name, kind): sentence for kind, sentence in detector.says.items()}
    return says, {detector.name: detector.about.finds for detector in DETECTORS}
