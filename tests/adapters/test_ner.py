"""Without a model: nothing heavy is imported, and what is missing is said."""

import subprocess
import sys

import pytest

from commonwheel.adapters import ner
from commonwheel.app import build
from commonwheel.curate.unchecked import WITHOUT_A_MODEL
from commonwheel.errors import Misconfigured
from commonwheel.settings import load_settings


def test_nothing_heavy_is_imported():
    code = "import sys, commonwheel.adapters.ner, commonwheel.app; print({'torch', 'numpy'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert answer.stdout == "set()\n"


def test_a_missing_extra_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "transformers", None)
    with pytest.raises(Misconfigured, match=r"commonwheel\[ner\]"):
        ner.detector("any/model", {})


def test_labels_are_read_from_the_settings():
    settings = load_settings({"COMMONWHEEL_NER_LABELS": "LOC=personal.address,ORG="})
    assert settings["NER_LABELS"] == {"LOC": "personal.address", "ORG": ""}
    assert settings.curation_memory == 1 << 30
    assert load_settings({"COMMONWHEEL_NER_MODEL": "a/b"}).curation_memory == 8 << 30


@pytest.mark.parametrize("labels", ["LOC", "=personal.name", "LOC=credential.generic", "LOC=town"])
def test_other_labels_are_refused(labels):
    with pytest.raises(Misconfigured, match="NER_LABELS"):
        load_settings({"COMMONWHEEL_NER_LABELS": labels})


def test_an_instance_without_a_model_says_what_is_not_checked(tmp_path):
    app = build(load_settings({"COMMONWHEEL_HOME": str(tmp_path / "home")}))
    try:
        assert app.world.not_checked == WITHOUT_A_MODEL
    finally:
        app.close()
