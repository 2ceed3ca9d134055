"""A model of names: what it finds where, how long texts are read, and how it is set up."""

import pytest

from commonwheel.adapters import ner
from commonwheel.adapters.curator_process import ProcessCurator
from commonwheel.app import build
from commonwheel.curate.detect import Scanner
from commonwheel.errors import Misconfigured
from commonwheel.settings import load_settings

WRITTEN = "the report was written by Fatima Okafor in Lima"


@pytest.fixture(scope="module")
def detector(model):
    return ner.detector(str(model), {})


def chat(text):
    return {"kind": "chat", "messages": [{"role": "user", "content": text}]}


def seen(detector, text):
    [findings] = detector.detect([chat(text)])
    return [(finding.kind, text[finding.start : finding.end]) for finding in findings]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (WRITTEN, ["Fatima Okafor"]),
        ("yesterday Ann Lee came to Leeds by train", ["Ann Lee"]),
        ("nobody in Lyon knew Emeka", ["Emeka"]),
        ("we wrote the report and came by train", []),
        ("  ", []),
    ],
)
def test_names_are_found_whole(detector, text, names):
    assert seen(detector, text) == [("personal.name", name) for name in names]


def test_scores_are_the_models_own(detector):
    [[finding]] = detector.detect([chat(WRITTEN)])
    assert 0.6 < finding.score <= 1
    assert (finding.pointer, finding.detector) == ("/messages/0/content", "ner")


@pytest.mark.parametrize("before", range(0, 30, 3))
def test_long_texts_are_read_in_windows_that_overlap(detector, before):
    text = "we came by train " * before + WRITTEN + " we came by train" * 40
    assert ("personal.name", "Fatima Okafor") in seen(detector, text)


def test_what_is_too_long_is_said_and_not_half_read(detector):
    [[finding]] = detector.detect([chat(WRITTEN + " x" * ner.LONGEST)])
    assert (finding.kind, finding.score) == ("quality.too_large", 1.0)


def test_every_text_of_a_record_is_read(detector):
    body = {"kind": "example", "prompt": "nobody in Lyon knew Emeka", "ideal": WRITTEN}
    [findings] = detector.detect([body])
    assert [finding.pointer for finding in findings] == ["/prompt", "/ideal"]


def test_labels_are_mapped_by_the_operator(model):
    more = ner.detector(str(model), {"LOC": "personal.address"})
    assert seen(more, WRITTEN) == [("personal.name", "Fatima Okafor"), ("personal.address", "Lima")]
    fewer = ner.detector(str(model), {"LOC": "personal.address", "PER": ""})
    assert seen(fewer, WRITTEN) == [("personal.address", "Lima")]
    with pytest.raises(Misconfigured, match="NER_LABELS"):
        ner.detector(str(model), {"PER": ""})


def test_a_model_that_is_not_there_is_said(tmp_path):
    with pytest.raises(Misconfigured, match="NER_MODEL"):
        ner.detector(str(tmp_path), {})


def test_a_model_that_breaks_is_a_detector_that_failed(model):
    broken = ner.detector(str(model), {})
    reader = broken.detect.__closure__[0].cell_contents
    reader._model.classifier.weight.data = reader._model.classifier.weight.data[:, :1]
    assert Scanner([broken]).detect(chat(WRITTEN)).failed == ("ner",)


def test_it_runs_in_the_process_that_curates(model, tmp_path):
    curator = ProcessCurator(timeout=60, memory_limit=8 << 30, cache=tmp_path, model=str(model))
    try:
        [detection] = curator.detect([chat(WRITTEN)])
    finally:
        curator.close()
    assert detection.failed == detection.timed_out == ()
    assert [f.kind for f in detection.findings if f.detector == "ner"] == ["personal.name"]


def test_settings_put_it_there(model, tmp_path):
    settings = {
        "HOME": str(tmp_path / "home"),
        "CACHE": str(tmp_path),
        "NER_MODEL": str(model),
        "CURATION_TIMEOUT": "60",
    }
    app = build(load_settings({f"COMMONWHEEL_{name}": value for name, value in settings.items()}))
    try:
        [detection] = app.world.curator.detect([chat(WRITTEN)])
        assert app.world.not_checked == ()
    finally:
        app.close()
    assert "ner" in {finding.detector for finding in detection.findings}
