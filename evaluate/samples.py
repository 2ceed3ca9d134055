"""What is measured with: texts, what stands where in them, and what a tool saw."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Public texts that the project reads where they lie; it works without them and then measures less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What stands at the code points `start` to `end`.

    One that does not count is neither asked for nor held against who finds it: a town without its
    street, a date that may or may not be a birth.
    """

    kind: str
    start: int
    end: int
    counts: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A text with its labels. `origin` says where it is from: a template, a country, a rule."""

    text: str
    labels: tuple[Label, ...] = ()
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Samples in which everything of these `kinds` is labeled."""

    name: str
    kinds: tuple[str, ...]
    samples: tuple[Sample, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a tool saw, in our words for kinds; credentials are one kind. `source` is who saw it."""

    kind: str
    start: int
    end: int
    score: float
    source: str = ""


def overlaps(seen: Seen, label: Label) -> bool:
    """Whether they share a character."""
    return seen.start < label.end and label.start < seen.end


def same_place(seen: Seen, label: Label) -> bool:
    """Whether they start and end alike."""
    return (seen.start, seen.end) == (label.start, label.end)


def family(kind: str) -> str:
    """A kind as it is counted: forms of credentials are one."""
    return "credential" if kind.startswith("credential.") else kind


def only(corpus: Corpus, kinds: Collection[str]) -> Corpus:
    """The samples in which one of `kinds` is labeled, or nothing at all."""
    kept = [s for s in corpus.samples if not s.labels or any(label.kind in kinds for label in s.labels)]
    return Corpus(name=corpus.name, kinds=tuple(k for k in corpus.kinds if k in kinds), samples=tuple(kept))
