"""The first of three: detect. All detectors look at a body; none changes it, and none that breaks goes unseen.

Detectors that look at the body as a whole go first, the one that tells its language among them. Then one
scan over all texts says which patterns could match at all, and only those are tried.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar

from commonwheel.curate.attachments import FILES, clean
from commonwheel.curate.detectors import DETECTORS
from commonwheel.curate.prefilter import Prefilter, build
from commonwheel.curate.prefilter.literals import literals
from commonwheel.curate.scan import MOST_CANDIDATES, Detector, Expression, Pattern, Scanned
from commonwheel.curate.sheet import Sheet
from commonwheel.curate.sides import with_sides
from commonwheel.curate.sketch import sketch_of
from commonwheel.ports import Detection
from commonwheel.records.body import Body, texts
from commonwheel.records.findings import Finding

SCAN = "scan"
"""Stands for the name of a detector where the scan for all of them fails."""
SKETCH = "sketch"
"""Stands for the name of a detector where no sketch can be made."""

_FEW = 4
_LANGUAGE = "language."
_UNDETERMINED = "language.und"


Outcome = TypeVar("Outcome")


def _nobody(name: str) -> None:
    """Nobody asked to be told."""


class _Place(NamedTuple):
    """A pattern, the index of its detector, and the numbers of all expressions that have to match."""

    detector: int
    pattern: Pattern
    asked: tuple[int, ...]


class Scanner:
    """Detectors, with one prefilter over all their patterns. For one thread at a time.

    `cache` is a folder for what takes long to compile. `build` is how the prefilter is made.
    """

    def __init__(
        self,
        detectors: Sequence[Detector] = DETECTORS,
        cache: Path | None = None,
        build: Callable[..., Prefilter] = build,
    ) -> None:
        self.detectors = tuple(detectors)
        numbers = {expression: number for number, expression in enumerate(looked_for(detectors))}
        self._prefilter = build(tuple(numbers), cache)
        self._patterns: dict[int, list[_Place]] = {}
        for at, detector in enumerate(self.detectors):
            for pattern in detector.patterns:
                asked = [numbers[each] for each in (pattern.beside, pattern.expression) if each in numbers]
                self._patterns.setdefault(asked[0], []).append(_Place(at, pattern, tuple(asked[1:])))

    @property
    def engine(self) -> str:
        """What looks for candidates."""
        return self._prefilter.name

    def detect(self, body: Body, started: Callable[[str], None] = _nobody) -> Detection:
        """Everything that the detectors see in `body`.

        `started` is told the name of each detector before it runs, so that a supervisor knows which one
        hangs. A detector that raises, or answers nonsense, is named in `failed`; the others still run.
        """
        findings: list[Finding] = []
        failed: list[str] = []

        def tried(name: str, step: Callable[[], Outcome]) -> Outcome | None:
            started(name)
            try:
                return step()
            except (Exception, SystemExit):
                # A detector may raise anything at all on hostile text. Its name is kept, and a policy
                # turns that into a quarantine; the exception is not, as its message may quote the text.
                failed.append(name)
                return None

        for detector in self.detectors:
            if detector.detect is not None:
                findings += tried(detector.name, partial(_seen, detector.detect, body)) or []
        sketch = tried(SKETCH, lambda: sketch_of(body)) or ()
        cleaned, uncleaned = tried(FILES, lambda: clean(body)) or ({}, [])
        findings += uncleaned
        found, unscanned = self.scan(body, _language(body, findings), started)
        return Detection(
            findings=tuple(with_sides(body, findings + found)),
            failed=(*failed, *unscanned),
            sketch=sketch,
            cleaned=cleaned,
        )

    def scan(
        self, body: Body, language: str = "", started: Callable[[str], None] = _nobody
    ) -> tuple[list[Finding], list[str]]:
        """What patterns find in `body`, which is in a language (BCP 47), and the detectors that failed."""
        started(SCAN)
        try:
            sheet = Sheet.of(body)
            candidates = self._prefilter.candidates(sheet.text)
        except (Exception, SystemExit):  # as in `detect`
            return [], [SCAN]
        scanned = sheet.scanned(language)
        findings: list[Finding] = []
        failed: list[str] = []
        matches = _Matches(scanned.text)
        for detector, patterns in self._worth_trying(candidates):
            started(detector.name)
            try:
                findings.extend(list(_found(detector, patterns, sheet, scanned, matches)))
            except (Exception, SystemExit):  # as in `detect`
                failed.append(detector.name)
        return findings, failed

    def _worth_trying(self, candidates: set[int]) -> list[tuple[Detector, list[Pattern]]]:
        """Detectors in their order, each with those of its patterns that could match."""
        chosen: dict[int, list[Pattern]] = {}
        for number in sorted(candidates):
            for place in self._patterns.get(number, ()):
                if candidates.issuperset(place.asked):
                    chosen.setdefault(place.detector, []).append(place.pattern)
        return [(self.detectors[at], chosen[at]) for at in sorted(chosen)]


def looked_for(detectors: Sequence[Detector]) -> dict[Expression, None]:
    """What the prefilter is asked for.

    An expression with something that has to be beside it is tried where that is, as it is rare, and only
    looked for where that costs little: where there is hardly any choice of literals that it holds.
    """
    asked: dict[Expression, None] = {}
    for detector in detectors:
        for pattern in detector.patterns:
            if pattern.beside is not None:
                asked[pattern.beside] = None
            if pattern.beside is None or 0 < len(literals(pattern.expression) or ()) <= _FEW:
                asked[pattern.expression] = None
    return asked


@lru_cache(maxsize=8)
def _scanner(detectors: tuple[Detector, ...]) -> Scanner:
    return Scanner(detectors)


def detect(
    body: Body, started: Callable[[str], None] = _nobody, detectors: Sequence[Detector] = DETECTORS
) -> Detection:
    """What `detectors` see in `body`, in this process; see `Scanner.detect`."""
    return _scanner(tuple(detectors)).detect(body, started)


class _Matches:
    """Where expressions match in a text: many patterns share one, and each is looked for once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._known: dict[re.Pattern[str], list[re.Match[str]]] = {}

    def of(self, expression: re.Pattern[str]) -> list[re.Match[str]]:
        """Its matches in order, and one more than may be confirmed where there are too many."""
        found = self._known.get(expression)
        if found is None:
            found = list(islice(expression.finditer(self._text), MOST_CANDIDATES + 1))
            self._known[expression] = found
        return found


def _found(
    detector: Detector, patterns: Sequence[Pattern], sheet: Sheet, scanned: Scanned, matches: _Matches
) -> Iterator[Finding]:
    """What the patterns of one detector find, in order, each place once."""
    seen: dict[tuple[str, int, int], tuple[float, str]] = {}
    for pattern in patterns:
        candidates = matches.of(pattern.expression)
        if len(candidates) > MOST_CANDIDATES:
            yield Finding(kind="quality.dense", detector=detector.name, version=detector.version, score=1.0)
        for match in candidates[:MOST_CANDIDATES]:
            for kind, start, end, score in pattern.confirm(scanned, match):
                known = seen.get((kind, start, end))
                if known is None or known[0] < score:
                    seen[kind, start, end] = (score, pattern.rule)
    for (kind, start, end), (score, rule) in sorted(seen.items(), key=_by_place):
        place = sheet.place(start, end)
        if place is not None:
            pointer, first, last = place
            yield Finding(
                kind=kind, detector=detector.name, version=detector.version, score=score, rule=rule,
                pointer=pointer, start=first, end=last,
            )  # fmt: skip


def _by_place(found: tuple[tuple[str, int, int], tuple[float, str]]) -> tuple[int, int, str]:
    kind, start, end = found[0]
    return start, end, kind


def _language(body: Body, findings: Sequence[Finding]) -> str:
    """The record's language as its giver named it, or else as it was identified; empty where it was not."""
    named = body.get("language")
    if named:
        return str(named)
    for finding in findings:
        if finding.kind.startswith(_LANGUAGE) and finding.kind.count(".") == 1 and finding.kind != _UNDETERMINED:
            return finding.kind.removeprefix(_LANGUAGE)
    return ""


def _seen(detect: Callable[[Sequence[Body]], list[list[Finding]]], body: Body) -> list[Finding]:
    """What a detector of whole bodies sees in one; ValueError where that is nonsense."""
    (findings,) = detect([body])
    if not findings:
        return findings
    lengths = {pointer: len(text) for pointer, text in texts(body)}
    for finding in findings:
        if not 0 <= finding.start <= finding.end <= lengths.get(finding.pointer, 0):
            raise ValueError("a span outside of its text")
    return findings
