"""The command measures without the reference tools and says so; misses are shown in their text."""

import sys
from pathlib import Path

import pytest

from evaluate import ours, public
from evaluate.__main__ import main
from evaluate.measuring import OURS, measure
from evaluate.others import Missing, others
from evaluate.page import page


def test_without_an_interpreter_there_are_no_reference_tools(tmp_path: Path) -> None:
    with others(tmp_path / "nowhere" / "python") as theirs:
        assert theirs is None


def test_an_interpreter_without_the_tools_says_so() -> None:
    with others(Path(sys.executable)) as theirs:
        assert theirs is not None
        for tool in ("presidio", "detect-secrets"):
            if tool not in theirs.versions:
                with pytest.raises(Missing):
                    theirs.scan(tool, ["x"])


def test_the_page_says_what_is_missing_and_shows_numerators() -> None:
    results = measure(None, ["personal.wallet"])
    (world,) = (each for each in results.compared if each.corpus.name == "the world")
    tally = world.columns[0].by_kind["personal.wallet"]
    assert world.columns[0].tool == OURS and tally.labels == 50
    written = page(results)
    assert "their columns are missing" in written
    assert f"| {tally.found}/50 = {tally.found / 50:.3f} |" in written


def test_misses_are_shown_in_their_text(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--kind", "personal.card", "--misses", "--at-least", "1"]) == 0
    shown = capsys.readouterr().out
    assert "== personal.card in the world, score 1 or more" in shown
    assert "MISSED [card Visa]" in shown and "»4" in shown


def test_a_finding_of_credentials_is_one_kind_and_lies_where_it_was_said() -> None:
    key = "ghp_" + "0aB1cD2eF3gH4iJ5kL6mN7oP8qR9sT0uV1wX"
    (seen,) = ours.scan([f"use {key} now"])
    assert ("credential", 4, 4 + len(key)) in {(each.kind, each.start, each.end) for each in seen}


def test_public_sets_are_read_where_they_lie(shared_data: Path) -> None:
    texts = public.generated_texts()
    for sample in texts.samples:
        assert all(0 <= label.start < label.end <= len(sample.text) for label in sample.labels)
    lines, alone, joined = public.secrets()
    assert len(lines.samples) + len(alone.samples) == 800
    assert len(joined.samples) < len(alone.samples)
    for sample in joined.samples:
        assert sample.text.count("-----BEGIN ") == 1
