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
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from commonwheel.curate.trie import WHOLE_END, branches
from commonwheel.records.body import Body
from commonwheel.records.findings import Finding

MOST_CANDIDATES = 1000
"""How many candidates of one pattern are confirmed in one body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """What patterns see: all texts of a record, folded, and the language that it is in (a BCP 47 tag)."""

    text: str
    language: str = ""


class Hit(NamedTuple):
    """What a confirmation recognized: code points `start` to `end`, and how sure it is, 0 to 1."""

    kind: str
    start: int
    end: int
    score: float


Confirm: TypeAlias = Callable[[Scanned, re.Match[str]], Iterable[Hit]]


class Sought(NamedTuple):
    """An expression that only the prefilter is given: it is never compiled, as `re` does not look for it."""

    pattern: str
    flags: int


Expression: TypeAlias = re.Pattern[str] | Sought


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """Where something might be, and who decides whether it is.

    `rule` names the pattern within its detector, and `says` tells a person in a sentence what was
    recognized and how. `beside` is what has to be somewhere in the record for the expression to be tried at
    all, such as words of which one names a number; where it has to be is for the confirmation to say.
    """

    expression: re.Pattern[str]
    confirm: Confirm
    rule: str = ""
    says: str = ""
    beside: Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a detector's page says: what it finds, how it decides, where in the world, and what it misses."""

    finds: str
    how: str
    where: str = "everywhere"
    misses: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detector:
    """Looks at bodies and never changes one: by `patterns`, or by `detect`, batch in, findings out.

    `detect` answers with one list of findings per body, in order, and `says` tells a person in a sentence what
    a finding of a kind is; a kind that ends in `.*` stands for all below it.
    """

    name: str
    version: str
    about: About = About(finds="", how="")
    patterns: tuple[Pattern, ...] = ()
    says: Mapping[str, str] = field(default_factory=dict, hash=False)
    detect: Callable[[Sequence[Body]], list[list[Finding]]] | None = None


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
    joined = [literal for literal in literals if unicodedata.category(literal[0]) == "Lo"]
    spaced = [literal for literal in literals if unicodedata.category(literal[0]) != "Lo"]
    whole = branches(spaced, lambda word: WHOLE_END if len(word) < 7 else "", whole=True)
    return re.compile("|".join([*whole, *branches(joined)]))
