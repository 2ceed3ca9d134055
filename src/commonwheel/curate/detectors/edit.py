"""How much of an answer a correction keeps: similarity = 1 - Levenshtein distance / length of the longer.

An answer that somebody left as it was and found good is no correction: it is an interaction that went
well (`quality.unedited`), and not the trivial edit that the same without an assessment is.

Lengths count NFC code points. The score is (length - distance) / length, one division and so correctly
rounded: 19 of 20 kept is exactly the 0.95 that a policy writes. Common ends are trimmed first, which
leaves the distance as it is; what remains is quadratic and therefore bounded.
"""

import unicodedata
from collections.abc import Sequence

from rapidfuzz.distance import Levenshtein

from commonwheel.curate.difference import common_start
from commonwheel.curate.scan import About, Detector
from commonwheel.records.body import Body
from commonwheel.records.contribution import Assessment
from commonwheel.records.findings import Finding

NAME, VERSION = "edit", "2"

LONGEST = 20_000
"""Code points of either side that are compared after trimming."""


def similarity(original: str, edited: str) -> float | None:
    """How alike two texts are, 0 to 1 (1 for two empty ones); None where they are too long to compare."""
    one, other = unicodedata.normalize("NFC", original), unicodedata.normalize("NFC", edited)
    length = max(len(one), len(other))
    if one == other:
        return 1.0
    one, other = _trimmed(one, other)
    if not one or not other:
        distance = max(len(one), len(other))
    elif max(len(one), len(other)) > LONGEST:
        return None
    else:
        distance = Levenshtein.distance(one, other)
    return (length - distance) / length


def _trimmed(one: str, other: str) -> tuple[str, str]:
    start = common_start(one, other)
    one, other = one[start:], other[start:]
    end = common_start(one[::-1], other[::-1])
    return one[: len(one) - end], other[: len(other) - end]


def _look(body: Body) -> list[Finding]:
    if body["kind"] != "correction":
        return []
    score = similarity(body["original"], body["edited"])
    if score is None:
        return [_finding("quality.edit_unmeasured", 1.0)]
    if score == 1.0 and body.get("assessment") == Assessment.GOOD:
        return [_finding("quality.unedited", 1.0)]
    return [_finding("quality.edit_similarity", score)]


def _finding(kind: str, score: float) -> Finding:
    return Finding(kind=kind, detector=NAME, version=VERSION, score=score, pointer="/edited")


def _detect(bodies: Sequence[Body]) -> list[list[Finding]]:
    return [_look(body) for body in bodies]


DETECTOR = Detector(
    name=NAME,
    version=VERSION,
    about=About(
        finds="How much of an answer a correction keeps (1 is all), or that it was left as it was and found good.",
        how="1 - Levenshtein distance / length of the longer side, in NFC code points.",
        misses="Pairs of which more than 20,000 characters differ: a person compares them.",
    ),
    says={
        "quality.edit_similarity": "How much of the answer the correction keeps; 1 is all.",
        "quality.edit_unmeasured": "The correction changes more than can be measured.",
        "quality.unedited": "The answer was left as it was and found good.",
    },
    detect=_detect,
)
