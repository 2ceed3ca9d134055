"""What a detector's author reads: each miss and each wrong finding of one kind, in its text."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from evaluate.counting import Scanned, missed, tallies, wrong
from evaluate.samples import Corpus, Sample

_AROUND = 60


def report(measured: Sequence[tuple[Corpus, Scanned]], kind: str, at_least: float) -> Iterator[str]:
    """Lines for a person: counts first, then where misses come from, then each miss and each wrong finding."""
    for corpus, scanned in measured:
        if kind not in corpus.kinds:
            continue
        tally = tallies(corpus, scanned, at_least)[kind]
        yield f"== {kind} in {corpus.name}, score {at_least:g} or more"
        yield f"found {tally.found}/{tally.labels}, exactly {tally.found_exactly}, by any kind {tally.covered}"
        yield f"right {tally.right}/{tally.seen}, exactly {tally.right_exactly}"
        misses = list(missed(corpus, scanned, kind, at_least))
        mistakes = list(wrong(corpus, scanned, kind, at_least))
        yield from _origins("missed by origin", (sample.origin for sample, _ in misses))
        yield from _origins("wrong by origin", (sample.origin for sample, _ in mistakes))
        for sample, label in misses:
            yield f"MISSED [{sample.origin}] {_shown(sample, label.start, label.end)}"
        for sample, seen in mistakes:
            said = f"{seen.source} {seen.score:.2f}"
            yield f"WRONG  [{sample.origin}] ({said}) {_shown(sample, seen.start, seen.end)}"


def _origins(title: str, origins: Iterable[str]) -> Iterator[str]:
    counts = Counter(origins)
    if counts:
        yield f"-- {title}: " + ", ".join(f"{origin} {count}" for origin, count in counts.most_common())


def _shown(sample: Sample, start: int, end: int) -> str:
    before, after = sample.text[max(0, start - _AROUND) : start], sample.text[end : end + _AROUND]
    value = sample.text[start:end]
    value = value if len(value) <= 3 * _AROUND else value[: 3 * _AROUND] + "…"
    return f"{before}»{value}«{after}".replace("\n", "⏎")
