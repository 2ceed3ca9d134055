"""All detectors together: the index, the spans, and what happens to one that breaks."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.curate import detectors
from commonwheel.curate.detect import SCAN, Scanner, detect
from commonwheel.curate.detectors import DETECTORS, email
from commonwheel.curate.folding import fold
from commonwheel.curate.scan import MOST_CANDIDATES, Detector, Pattern
from commonwheel.records.body import texts
from commonwheel.records.findings import Finding

FOLDER = Path(detectors.__file__).parent
SAMPLES = {
    "ann.lee@example.org": "personal.email",
    "+41 79 123 45 67": "personal.phone",
    "4111 1111 1111 1111": "personal.card",
    "DE89370400440532013000": "personal.iban",
    "AHV 756.9217.0769.85": "personal.national_id",
    "86.231.85.193": "personal.ip",
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa": "personal.wallet",
    "password: hunter22!": "credential.password",
}
ODD = st.text(alphabet="a é\u0301\u0308😀🏳\u200d中ไ\n\t.،\u202f", max_size=12)


def test_every_detector_is_listed():
    found = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
    assert sorted(detector.name for detector in DETECTORS) == found


def test_every_detector_of_text_says_how_it_stays_fast():
    for detector in DETECTORS:
        assert detector.version
        assert (FOLDER / f"{detector.name}.py").read_text().startswith('"""')


@given(st.lists(st.tuples(ODD, st.sampled_from(sorted(SAMPLES))), min_size=1, max_size=4), ODD)
def test_spans_hold_what_was_matched(pieces, end):
    text = "".join(f"{before} {sample} " for before, sample in pieces) + end
    body = {"kind": "example", "prompt": "A question 😀", "ideal": text}
    detection = detect(body)
    assert detection.failed == ()
    seen = {(finding.kind, text[finding.start : finding.end]) for finding in detection.findings}
    for _, sample in pieces:
        value = sample.removeprefix("AHV ").removeprefix("password: ")
        assert (SAMPLES[sample], value) in seen


@given(st.text(max_size=300))
def test_no_text_breaks_a_detector(text):
    body = {"kind": "chat", "messages": [{"role": "user", "content": text}]}
    detection = detect(body)
    assert detection.failed == ()
    lengths = {pointer: len(value) for pointer, value in texts(body)}
    assert all(0 <= f.start <= f.end <= lengths.get(f.pointer, 0) for f in detection.findings)
    assert all(0 <= f.score <= 1 for f in detection.findings)


@given(st.text())
def test_folding_keeps_every_place(text):
    assert len(fold(text)) == len(text)
    assert fold(fold(text)) == fold(text)


def test_a_batch_is_answered_in_order(chat):
    bodies = [chat("ann@example.org"), chat("nothing here"), chat("+41 79 123 45 67")]
    for detector in [each for each in DETECTORS if each.detect is not None]:
        assert detector.detect(bodies) == [detector.detect([body])[0] for body in bodies]


def test_findings_name_their_detector(chat):
    for finding in detect(chat(" ".join(SAMPLES))).findings:
        assert finding.version == next(d.version for d in DETECTORS if d.name == finding.detector)


def test_a_text_too_dense_to_check_is_said_to_be(chat):
    text = " ".join(f"a{number}@example.org" for number in range(MOST_CANDIDATES + 1))
    assert ("quality.dense", "") in {(f.kind, f.pointer) for f in detect(chat(text)).findings}


def answers(value):
    return lambda bodies: value


def breaks(problem):
    def run(bodies):
        raise problem

    return run


SPAN = {
    "kind": "personal.email",
    "detector": "odd",
    "version": "1",
    "score": 1.0,
    "pointer": "/messages/0/content",
}


BROKEN = {
    "raises": breaks(ValueError()),
    "recurses": breaks(RecursionError()),
    "eats memory": breaks(MemoryError()),
    "leaves": breaks(SystemExit(0)),
    "nothing": answers(None),
    "no list": answers([]),
    "two lists": answers([[], []]),
    "no findings": answers([["not a finding"]]),
    "past the end": answers([[Finding(**SPAN, start=0, end=99)]]),
    "backwards": answers([[Finding(**SPAN, start=3, end=2)]]),
    "no such text": answers([[Finding(**SPAN | {"pointer": "/no"}, start=0, end=1)]]),
}


@pytest.mark.parametrize("run", BROKEN.values(), ids=BROKEN)
def test_a_detector_that_breaks_is_named_and_the_others_still_run(chat, run):
    odd = Detector(name="odd", version="1", detect=run)
    told: list[str] = []
    detection = detect(chat("ann@example.org"), told.append, (odd, *DETECTORS))
    assert detection.failed == ("odd",)
    assert "personal.email" in {finding.kind for finding in detection.findings}
    whole = [detector.name for detector in DETECTORS if detector.detect is not None]
    assert told[: len(whole) + 1] == ["odd", *whole]
    assert {SCAN, "email"} <= set(told)


def test_patterns_that_break_are_named_and_the_others_still_run(chat):
    def breaks_off(scanned, match):
        raise RecursionError

    odd = Detector(name="odd", version="1", patterns=(Pattern(expression=re.compile("@"), confirm=breaks_off),))
    detection = detect(chat("ann@example.org"), detectors=(odd, email.DETECTOR))
    assert detection.failed == ("odd",)
    assert "personal.email" in {finding.kind for finding in detection.findings}


def test_a_scan_that_breaks_is_named(chat):
    class Broken:
        def __init__(self, expressions, cache):
            pass

        def candidates(self, text):
            raise MemoryError

    detection = Scanner(build=Broken).detect(chat("ann@example.org"))
    assert detection.failed == (SCAN,)


def test_context_reaches_across_messages_and_spans_do_not():
    messages = [
        {"role": "assistant", "content": "What is your AHV number?"},
        {"role": "user", "content": "756.9217.0769.85"},
    ]
    (finding,) = [
        f for f in detect({"kind": "chat", "messages": messages}).findings if f.kind == "personal.national_id"
    ]
    assert (finding.pointer, finding.start, finding.end) == ("/messages/1/content", 0, 16)
    split = [{"role": "user", "content": "password: hunt"}, {"role": "user", "content": "er22!Xy"}]
    spans = [(f.pointer, f.start, f.end) for f in detect({"kind": "chat", "messages": split}).findings if f.end]
    assert all(pointer == "/messages/0/content" and end <= 14 for pointer, start, end in spans)


def test_a_record_of_very_many_tiny_messages_is_looked_at_whole():
    messages = [{"role": ("user", "assistant")[at % 2], "content": "ok 12"} for at in range(100_000)]
    messages[-1] = {"role": "assistant", "content": "Write to ann@example.org"}
    detection = detect({"kind": "chat", "messages": messages})
    assert detection.failed == ()
    [found] = [finding for finding in detection.findings if finding.kind == "personal.email"]
    assert found.pointer == "/messages/99999/content"
