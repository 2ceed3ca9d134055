"""Everything that is found is explained in a sentence of its own."""

import pytest

from commonwheel.curate.detect import detect
from commonwheel.curate.detectors import DETECTORS
from commonwheel.curate.explain import explain
from commonwheel.records.findings import Finding

GENERAL = {detector.about.finds for detector in DETECTORS}


def chat(*said, **more):
    roles = ("user", "assistant")
    messages = [{"role": roles[at % 2], "content": text} for at, text in enumerate(said)]
    return {"kind": "chat", "messages": messages} | more


def correction(original, edited, **more):
    return {"kind": "correction", "prompt": "?", "original": original, "edited": edited} | more


WHOLE = [
    chat("The same line again and again. " * 20, "As an AI language model, I cannot help with that, but"),
    chat("", "?!"),
    chat("A sentence in plain English that is long enough for no doubt about it to remain at all.", language="fr"),
    correction("It is 7 o'clock.", "It is **8** o'clock: `x`."),
    correction("Right.", "Right.", assessment="good"),
    chat("Hm", attachments=[{"name": "a", "data": ""}]),
]


@pytest.mark.parametrize("detector", DETECTORS, ids=lambda detector: detector.name)
def test_a_rule_has_a_sentence_of_its_own(detector):
    for pattern in detector.patterns:
        found = Finding(kind="x.y", detector=detector.name, version="1", score=1.0, rule=pattern.rule)
        assert explain(found) == pattern.says
        assert pattern.says.endswith(".") and pattern.says not in GENERAL


def test_what_is_found_in_a_whole_has_a_sentence():
    names = {detector.name for detector in DETECTORS if detector.detect is not None}
    findings = [finding for body in WHOLE for finding in detect(body).findings if finding.detector in names]
    assert [f.kind for f in findings if explain(f) in GENERAL or not explain(f).endswith(".")] == []
    assert {finding.detector for finding in findings} == names
