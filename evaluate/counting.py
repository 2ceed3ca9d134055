"""Counting: what was found of what is there, what is right of what was found, and how scores hold."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evaluate.samples import Corpus, Label, Sample, Seen, overlaps, same_place

Scanned = Sequence[Sequence[Seen]]
"""What one tool saw in each sample of a corpus, in order."""


@dataclass(slots=True, kw_only=True)
class Tally:
    """Counts of one kind. Found and right are by overlap; `…_exactly` asks for the same start and end.

    `covered` counts labels that a finding of any kind overlaps: called by a wrong name, but not left open.
    """

    labels: int = 0
    found: int = 0
    found_exactly: int = 0
    covered: int = 0
    seen: int = 0
    right: int = 0
    right_exactly: int = 0


def tallies(corpus: Corpus, scanned: Scanned, at_least: float) -> dict[str, Tally]:
    """By kind, what findings of this score or more are worth."""
    counts = {kind: Tally() for kind in corpus.kinds}
    for sample, seen in zip(corpus.samples, scanned, strict=True):
        kept = [each for each in seen if each.score >= at_least]
        for label in sample.labels:
            if label.counts and label.kind in counts:
                _count_label(counts[label.kind], label, kept)
        for each in kept:
            if each.kind in counts:
                _count_seen(counts[each.kind], each, sample)
    return counts


def _count_label(tally: Tally, label: Label, seen: Sequence[Seen]) -> None:
    of_kind = [each for each in seen if each.kind == label.kind]
    tally.labels += 1
    tally.found += any(overlaps(each, label) for each in of_kind)
    tally.found_exactly += any(same_place(each, label) for each in of_kind)
    tally.covered += any(overlaps(each, label) for each in seen)


def _count_seen(tally: Tally, seen: Seen, sample: Sample) -> None:
    right = is_right(seen, sample)
    if right is None:
        return
    tally.seen += 1
    tally.right += right
    tally.right_exactly += any(same_place(seen, label) for label in sample.labels if label.kind == seen.kind)


def is_right(seen: Seen, sample: Sample) -> bool | None:
    """Whether a finding overlaps a label of its kind; None where only labels that do not count are there."""
    met = [label for label in sample.labels if label.kind == seen.kind and overlaps(seen, label)]
    if any(label.counts for label in met):
        return True
    return None if met else False


BANDS = ((0.3, 0.45), (0.45, 0.6), (0.6, 0.75), (0.75, 0.9), (0.9, 1.0))
"""Scores from, up to; the last includes its end."""


def bands(corpora: Sequence[tuple[Corpus, Scanned]], kind: str = "") -> list[tuple[int, int]]:
    """For each of `BANDS`, how many findings had such a score, and how many of them were right."""
    counts = [[0, 0] for _ in BANDS]
    for corpus, scanned in corpora:
        for sample, seen in zip(corpus.samples, scanned, strict=True):
            for each in seen:
                right = is_right(each, sample)
                if each.kind not in corpus.kinds or right is None or not each.kind.startswith(kind):
                    continue
                index = next((i for i, (low, _) in reversed(list(enumerate(BANDS))) if each.score >= low), None)
                if index is not None:
                    counts[index][0] += 1
                    counts[index][1] += right
    return [(seen, right) for seen, right in counts]


def missed(corpus: Corpus, scanned: Scanned, kind: str, at_least: float) -> Iterator[tuple[Sample, Label]]:
    """Labels of `kind` that no finding of that kind and score overlaps."""
    for sample, seen in zip(corpus.samples, scanned, strict=True):
        kept = [each for each in seen if each.score >= at_least and each.kind == kind]
        for label in sample.labels:
            if label.kind == kind and label.counts and not any(overlaps(each, label) for each in kept):
                yield sample, label


def wrong(corpus: Corpus, scanned: Scanned, kind: str, at_least: float) -> Iterator[tuple[Sample, Seen]]:
    """Findings of `kind` and score that overlap no label of that kind."""
    for sample, seen in zip(corpus.samples, scanned, strict=True):
        for each in seen:
            if each.kind == kind and each.score >= at_least and is_right(each, sample) is False:
                yield sample, each
