"""Text that says the same again and again: what share of it repeats lines or runs of words said before."""

import re
import zlib
from collections.abc import Iterator, Sequence

from commonwheel.curate.scan import About, Detector
from commonwheel.records.body import Body, texts
from commonwheel.records.findings import Finding

NAME, VERSION = "repetition", "1"

SHORTEST = 200
"""Characters below which a text is not looked at: a refrain is no fault."""
LONGEST = 40_000
"""Characters of each text that are looked at."""
MOST_TEXTS = 200
"""Texts of a record that are looked at, the longest first."""

REPORTED = 0.3
"""Share of repetition from which on there is a finding; ordinary prose has a tenth of that."""

_RUN = 5
"""Words in a run, or signs of a script without spaces."""
_SHORT_LINE = 12
_WORD = re.compile(
    r"[\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]|"
    r"[^\W\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]{1,100}"
)
_LEAST_COMPRESSED = 0.25
"""What remains of ordinary prose of some length when it is compressed, and hardly less."""
_ABOUT_IT = ("/source", "/tags", "/note")


def repetition(text: str) -> float:
    """The share of a text that repeats what stands earlier in it, 0 to 1: the highest of three measures."""
    text = text[:LONGEST]
    if len(text) < SHORTEST:
        return 0.0
    return max(_of_lines(text), _of_runs(text), _of_compression(text))


def _of_lines(text: str) -> float:
    seen: set[str] = set()
    repeated = 0
    for line in text.splitlines():
        stripped = line.strip()
        if len(stripped) >= _SHORT_LINE and stripped in seen:
            repeated += len(line)
        seen.add(stripped)
    return repeated / len(text)


def _of_runs(text: str) -> float:
    words = _WORD.findall(text)
    runs = list(zip(*(words[start:] for start in range(_RUN)), strict=False))
    return 1 - len(set(runs)) / len(runs) if len(runs) > _RUN else 0.0


def _of_compression(text: str) -> float:
    """For what has neither lines nor words. From a quarter of its size down to nothing counts from 0 to 1."""
    data = text.encode("utf-8", "ignore")
    if not data:
        return 0.0
    left = len(zlib.compress(data, 1)) / len(data)
    return max(0.0, 1 - left / _LEAST_COMPRESSED)


def _look(body: Body) -> Iterator[Finding]:
    said = [item for item in texts(body) if len(item[1]) >= SHORTEST and not item[0].startswith(_ABOUT_IT)]
    worst, where = 0.0, ""
    for pointer, text in sorted(said, key=lambda item: -len(item[1]))[:MOST_TEXTS]:
        share = repetition(text)
        if share > worst:
            worst, where = share, pointer
    if worst >= REPORTED:
        yield Finding(
            kind="quality.repetition", detector=NAME, version=VERSION, score=round(worst, 4), pointer=where
        )


def _detect(bodies: Sequence[Body]) -> list[list[Finding]]:
    return [list(_look(body)) for body in bodies]


DETECTOR = Detector(
    name=NAME,
    version=VERSION,
    about=About(
        finds="The text of a record that repeats itself most, from three tenths of it on.",
        how="The largest of three shares counts: of characters in lines said before, of runs of five words "
        "said before, and of what compression takes away beyond what it takes from prose.",
        misses="Repetition in other words, in texts under 200 characters, and past the first 40,000.",
    ),
    says={
        "quality.repetition": "The text repeats itself: this is the share that was said before.",
    },
    detect=_detect,
)
