"""Counts are what they say: whoever reports exactly the labels is perfect, and a neutral label costs nobody."""

from hypothesis import given
from hypothesis import strategies as st

from evaluate.counting import BANDS, bands, missed, tallies, wrong
from evaluate.samples import Corpus, Label, Sample, Seen

KINDS = ("personal.email", "personal.phone", "credential")


@st.composite
def labels(draw: st.DrawFn) -> Label:
    start = draw(st.integers(0, 40))
    return Label(
        kind=draw(st.sampled_from(KINDS)),
        start=start,
        end=start + draw(st.integers(1, 9)),
        counts=draw(st.booleans()),
    )


@st.composite
def findings(draw: st.DrawFn) -> Seen:
    start = draw(st.integers(0, 40))
    score = draw(st.floats(0, 1))
    return Seen(draw(st.sampled_from(KINDS)), start, start + draw(st.integers(1, 9)), score)


SAMPLES = st.lists(st.builds(Sample, text=st.just("x" * 50), labels=st.lists(labels(), max_size=4).map(tuple)))


def corpus(samples: list[Sample]) -> Corpus:
    return Corpus(name="x", kinds=KINDS, samples=tuple(samples))


@given(SAMPLES)
def test_whoever_reports_the_labels_is_perfect(samples: list[Sample]) -> None:
    perfect = [[Seen(each.kind, each.start, each.end, 1.0) for each in s.labels if each.counts] for s in samples]
    for tally in tallies(corpus(samples), perfect, 0.6).values():
        assert tally.labels == tally.found == tally.found_exactly == tally.covered
        assert tally.seen == tally.right == tally.right_exactly


@given(SAMPLES)
def test_whoever_reports_nothing_is_never_wrong_and_finds_nothing(samples: list[Sample]) -> None:
    for tally in tallies(corpus(samples), [[] for _ in samples], 0.0).values():
        assert (tally.found, tally.covered, tally.seen, tally.right) == (0, 0, 0, 0)


@given(SAMPLES, st.data(), st.floats(0, 1))
def test_misses_and_mistakes_are_what_the_counts_lack(
    samples: list[Sample], data: st.DataObject, cut: float
) -> None:
    scanned = [data.draw(st.lists(findings(), max_size=4)) for _ in samples]
    for kind, tally in tallies(corpus(samples), scanned, cut).items():
        assert tally.labels - tally.found == len(list(missed(corpus(samples), scanned, kind, cut)))
        assert tally.seen - tally.right == len(list(wrong(corpus(samples), scanned, kind, cut)))
        assert tally.found_exactly <= tally.found <= tally.covered <= tally.labels
        assert tally.right_exactly <= tally.seen


def test_a_label_that_does_not_count_is_neither_asked_for_nor_held_against() -> None:
    town = Label(kind="personal.email", start=0, end=5, counts=False)
    sample = Sample(text="Paris and on", labels=(town,))
    tally = tallies(corpus([sample]), [[Seen("personal.email", 0, 5, 0.9)]], 0.6)["personal.email"]
    assert (tally.labels, tally.seen, tally.right) == (0, 0, 0)


def test_bands_hold_each_score_once() -> None:
    sample = Sample(text="x" * 10, labels=(Label(kind="credential", start=0, end=3),))
    seen = [Seen("credential", 0, 3, score) for score in (0.1, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0)]
    counts = bands([(corpus([sample]), [seen])])
    assert counts == [(1, 1), (1, 1), (1, 1), (1, 1), (2, 2)]
    assert len(counts) == len(BANDS)
