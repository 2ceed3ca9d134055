"""`commonwheel scan`: what curation would do, without storing anything."""

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from tests.cli.command import Commands

LINES = (
    '{"id": "a", "text": "Ünder ann@example.com you reach me."}\n'
    '{"id": 7, "text": "Nothing to see."}\n'
    '{"kind": "correction", "prompt": "Who?", "original": "Call +41 44 668 18 00 now.", "edited": "Call them."}\n'
)


def test_findings_count_code_points_and_say_what_would_be_public(commonwheel: Commands) -> None:
    answers = [json.loads(line) for line in commonwheel.done("scan", "-", stdin=LINES).splitlines()]
    first, second, third = answers
    assert first["id"] == "a" and first["verdict"] == "redact" and first["reasons"] == ["personal_data"]
    [finding] = first["findings"]
    assert (finding["start"], finding["end"], finding["kind"]) == (6, 21, "personal.email")
    assert set(finding) == {"start", "end", "kind", "detector", "score"}
    assert first["redacted"] == "Ünder [email 1] you reach me."
    assert second == {"id": 7, "verdict": "pass", "reasons": [], "findings": [], "redacted": "Nothing to see."}
    assert third["id"] == 3 and third["redacted"]["original"] == "Call [phone number 1] now."
    assert {finding["pointer"] for finding in third["findings"] if finding["kind"] == "personal.phone"} == {
        "/original"
    }
    assert not commonwheel.home.exists()


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gz", "zst"])
def test_packed_files_are_read(commonwheel: Commands, tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    path = tmp_path / "packed"
    path.write_bytes(pack(LINES.encode()))
    assert commonwheel.done("scan", path) == commonwheel.done("scan", "-", stdin=LINES)


def test_a_line_that_is_nothing_known_is_told_and_does_not_end_the_scan(commonwheel: Commands) -> None:
    result = commonwheel("scan", "-", stdin='{"words": 1}\nno json\n' + LINES)
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [set(answer) for answer in answers[:2]] == [{"id", "error"}, {"id", "error"}]
    assert len(answers) == 5 and result.exit_code == 1
    assert "2 of 5 lines" in result.stderr


def test_another_policy_decides_otherwise(commonwheel: Commands) -> None:
    said = commonwheel.done("scan", "-", "--policy", "review-everything", stdin=LINES)
    assert {json.loads(line)["verdict"] for line in said.splitlines()} == {"quarantine"}
    assert commonwheel("scan", "-", "--policy", "no-such", stdin=LINES).exit_code == 1
