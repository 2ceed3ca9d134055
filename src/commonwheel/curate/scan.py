"""How detectors look at text: patterns propose, confirmations decide.

A pattern is cheap and says where something *might* be; its confirmation (a checksum, a parser, words
near by) says whether it is. Patterns run over a folded text in which full-width characters, digits of
other scripts and typographic spaces and dashes are ASCII, one code point for one, so that offsets hold.

Contributed text is hostile. Every pattern starts at a boundary or at a literal, repeats only with
bounds, and never nests repetitions that can match the same character, so that its work grows with the
length of the text. Confirmations are counted: a text with more candidates than `MOST_CANDIDATES` is
reported as too dense to check, never half checked.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from commonwheel.records.body import Body, texts
from commonwheel.records.findings import Finding

MOST_CANDIDATES = 1000
"""How many candidates of one pattern are confirmed in one body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """Batch in, findings out: one list of findings per body, in order. It never changes a body."""

    name: str
    version: str
    detect: Callable[[Sequence[Body]], list[list[Finding]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """One text as patterns see it: folded, and with the language its record says it is in."""

    text: str
    language: str = ""


class Hit(NamedTuple):
    """What a confirmation recognized: code points `start` to `end`, and how sure it is, 0 to 1."""

    kind: str
    start: int
    end: int
    score: float


Confirm: TypeAlias = Callable[[Scanned, re.Match[str]], Iterable[Hit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Where something might be, and who decides whether it is.

    `needs` are lower-case literals of which one has to occur in the lower-cased text for the
    expression to be tried at all.
    """

    expression: re.Pattern[str]
    confirm: Confirm
    needs: tuple[str, ...] = ()


ANYTHING = re.compile("")


def text_detector(
    name: str, version: str, patterns: Sequence[Pattern], gate: re.Pattern[str] = ANYTHING
) -> Detector:
    """A detector that tries `patterns` on every free text of a body in which `gate` is found."""

    literals = tuple({literal: None for pattern in patterns for literal in pattern.needs})

    def detect(bodies: Sequence[Body]) -> list[list[Finding]]:
        return [list(_found(body)) for body in bodies]

    def _found(body: Body) -> Iterator[Finding]:
        left = [MOST_CANDIDATES] * len(patterns)
        for pointer, text in texts(body):
            scanned = Scanned(text=fold(text), language=str(body.get("language") or ""))
            if not gate.search(scanned.text):
                continue
            lowered = scanned.text.lower()
            present = {literal for literal in literals if literal in lowered}
            hits: set[Hit] = set()
            for index, pattern in enumerate(patterns):
                if not pattern.needs or not present.isdisjoint(pattern.needs):
                    left[index] = _try(pattern, scanned, hits, left[index])
            for hit in sorted(hits, key=lambda hit: (hit.start, hit.end, hit.kind)):
                yield Finding(
                    kind=hit.kind, detector=name, version=version, score=hit.score,
                    pointer=pointer, start=hit.start, end=hit.end,
                )  # fmt: skip
        if min(left) < 0:
            yield Finding(kind="quality.dense", detector=name, version=version, score=1.0)

    return Detector(name=name, version=version, detect=detect)


def _try(pattern: Pattern, scanned: Scanned, hits: set[Hit], left: int) -> int:
    """Add what `pattern` finds to `hits`; how many candidates are left, negative if there were too many."""
    if left < 0:
        return left
    for match in pattern.expression.finditer(scanned.text):
        left -= 1
        if left < 0:
            break
        hits.update(pattern.confirm(scanned, match))
    return left


def whole(kind: str, score: float = 1.0, group: int | str = 0) -> Confirm:
    """A confirmation that asks nothing more: the pattern alone says it all."""

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        yield Hit(kind, match.start(group), match.end(group), score)

    return confirm


def near(scanned: Scanned, start: int, end: int, words: re.Pattern[str], before: int, after: int = 0) -> bool:
    """Whether one of `words` stands within so many code points before or after a place."""
    text = scanned.text
    if words.search(text, max(0, start - before), start):
        return True
    return after > 0 and words.search(text, end, end + after) is not None


def words(*alternatives: str) -> re.Pattern[str]:
    """A pattern of words, given as expressions: any of them as a word of its own, in any case."""
    return re.compile(rf"(?<![^\W_])(?:{'|'.join(alternatives)})(?![^\W_])", re.IGNORECASE)


def context(*literals: str) -> re.Pattern[str]:
    """A pattern of context words, given as they are written in lower case.

    Short ones stand alone; longer ones may go on ("Telefon", "Telefonnummer"); those of scripts without
    spaces may stand anywhere.
    """
    parts = []
    for literal in literals:
        escaped = re.escape(literal)
        if unicodedata.category(literal[0]) == "Lo":
            parts.append(escaped)
        else:
            parts.append(rf"(?<![^\W_]){escaped}" + (r"(?![^\W_])" if len(literal) < 7 else ""))
    return re.compile("|".join(parts), re.IGNORECASE)


def fold(text: str) -> str:
    """`text` with full-width, digit, space and dash variants as ASCII; as long as before."""
    return text if text.isascii() else text.translate(_FOLDED)


def _folded() -> dict[int, int]:
    table: dict[int, int] = {}
    for point in range(0x80, 0x20000):
        character = chr(point)
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            table[point] = ord("0") + digit
        elif unicodedata.category(character) == "Zs":
            table[point] = ord(" ")
        elif 0xFF01 <= point <= 0xFF5E:
            table[point] = point - 0xFF01 + ord("!")
    table.update(dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D), ord("-")))
    return table


_FOLDED = _folded()
