"""Whether there is enough in a record to learn from, and not more than can be checked."""

from collections.abc import Sequence

from commonwheel.curate.scan import About, Detector
from commonwheel.records.body import Body, texts, unreadable_parts
from commonwheel.records.findings import Finding

NAME, VERSION = "quality", "1"

SHORTEST = 4
"""Letters and digits that a record's texts have together."""
LARGEST = 1_000_000
"""Code points that a record's texts have together: more than a door takes, so a second guard."""

_MUST_SAY = {"correction": ("original", "edited"), "example": ("prompt", "ideal"), "trace": ("prompt", "answer")}
_BESIDE = ("/source", "/tags", "/note", "/title")


def _finding(kind: str, pointer: str = "") -> Finding:
    return Finding(kind=kind, detector=NAME, version=VERSION, score=1.0, pointer=pointer)


def _is_blank(content: object) -> bool:
    return isinstance(content, str) and not content.strip()


def _look(body: Body) -> list[Finding]:
    said = [text for pointer, text in texts(body) if not pointer.startswith(_BESIDE)]
    if sum(map(len, said)) > LARGEST:
        return [_finding("quality.too_large")]
    if body["kind"] == "signal":
        return []
    blank = [key for key in _MUST_SAY.get(body["kind"], ()) if _is_blank(body[key])]
    candidates = enumerate(body.get("candidates", ()))
    blank += [f"candidates/{index}/content" for index, candidate in candidates if _is_blank(candidate["content"])]
    if blank:
        return [_finding("quality.empty", f"/{key}") for key in blank]
    enough = 0
    for text in said:
        for start in range(0, min(len(text), 1000), 50):
            enough += sum(map(str.isalnum, text[start : start + 50]))
            if enough >= SHORTEST:
                return []
    if any(True for _ in unreadable_parts(body)):
        return []  # a person looks at it anyway
    return [_finding("quality.too_short" if enough else "quality.empty")]


def _detect(bodies: Sequence[Body]) -> list[list[Finding]]:
    return [_look(body) for body in bodies]


DETECTOR = Detector(
    name=NAME,
    version=VERSION,
    about=About(
        finds="Whether there is enough in a record to learn from, and not more than can be checked.",
        how="Letters and digits are counted; what has to be said for the kind must not be blank.",
    ),
    says={
        "quality.too_large": "It is longer than can be checked.",
        "quality.empty": "Something that has to be said is empty.",
        "quality.too_short": "It holds hardly a letter or digit.",
    },
    detect=_detect,
)
