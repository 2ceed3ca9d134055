"""What a correction or a choice is about: wording, facts, citations, code, format or style.

Gold pairs are filtered by it: who trains for facts leaves out pairs that differ in a comma.
"""

from collections.abc import Iterator, Sequence

from commonwheel.curate.answers import candidate
from commonwheel.curate.detectors.language import identify
from commonwheel.curate.difference import LONGEST, differences
from commonwheel.curate.scan import About, Detector
from commonwheel.records.body import Body
from commonwheel.records.findings import Finding

NAME, VERSION = "difference", "1"

_NOUNS_WITH_CAPITALS = frozenset({"de", "gsw", "lb", "bar", "nds", "ksh", "pfl"})
"""Languages that write every noun with a capital, so that it names nothing."""
SMALLEST = 0.01
"""Share of a change below which a kind is not worth a finding."""


def _pairs(body: Body) -> Iterator[tuple[str, str, str]]:
    """The pointer to a worse answer, or to the correction of it, then the worse and the better one."""
    if body["kind"] == "correction":
        yield "/edited", body["original"], body["edited"]
    elif body["kind"] == "preference":
        chosen = _text(body, body["chosen"])
        for index in range(len(body["candidates"])):
            if index != body["chosen"]:
                yield f"/candidates/{index}", _text(body, index), chosen


def _text(body: Body, index: int) -> str:
    return "\n".join(answer.text for answer in candidate(body, index))


def _look(body: Body) -> Iterator[Finding]:
    pairs = list(_pairs(body))
    for pointer, worse, better in pairs:
        named = str(body.get("language") or identify(better) or "").split("-")[0].lower()
        about = differences(worse, better, LONGEST // len(pairs), capitals=named not in _NOUNS_WITH_CAPITALS)
        for kind, share in about.items():
            if share >= SMALLEST:
                yield Finding(
                    kind=f"quality.diff.{kind}",
                    detector=NAME,
                    version=VERSION,
                    score=round(share, 4),
                    pointer=pointer,
                )


def _detect(bodies: Sequence[Body]) -> list[list[Finding]]:
    return [list(_look(body)) for body in bodies]


DETECTOR = Detector(
    name=NAME,
    version=VERSION,
    about=About(
        finds="What the change from a worse answer to a better one is about, and which share of it: numbers, "
        "names, dates and negations (fact), sources (citation), code, markup and lists (format), signs, case "
        "and contractions (style), else wording.",
        how="Both sides are cut into words and signs and aligned (Levenshtein); what differs is counted in "
        "characters.",
        misses="Facts told in ordinary words; names in German and other texts full of capitals.",
    ),
    says={
        "quality.diff.wording": "The change is about how something is worded.",
        "quality.diff.fact": "The change is about numbers, names, dates or negations.",
        "quality.diff.citation": "The change is about sources.",
        "quality.diff.code": "The change is about code.",
        "quality.diff.format": "The change is about markup and lists.",
        "quality.diff.style": "The change is about signs, case and contractions.",
    },
    detect=_detect,
)
