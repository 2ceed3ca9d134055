"""`commonwheel scan`: what curation would do, without storing anything."""

import gzip
import json
from pathlib import Path

import pytest
import zstandard

from commonwheel.client import scan
from commonwheel.errors import Misconfigured
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
    [finding] = [each for each in first["findings"] if each["kind"] == "personal.email"]
    assert (finding["start"], finding["end"], finding["kind"]) == (6, 21, "personal.email")
    assert set(finding) == {"start", "end", "kind", "detector", "score"}
    assert first["redacted"] == "Ünder ⟨email-1⟩ you reach me."
    assert (second["id"], second["verdict"], second["redacted"]) == (7, "pass", "Nothing to see.")
    assert {each["kind"].partition(".")[0] for each in second["findings"]} <= {"language", "quality"}
    assert third["id"] == 3 and third["redacted"]["original"] == "Call ⟨phone-1⟩ now."
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


SHARED = "\n\nHuman: Who won?\n\nAssistant: Ask ann.lee@example.org.\n\nHuman: Thanks"
PAIR = {
    "chosen": f"{SHARED}\n\nAssistant: Bye.",
    "rejected": f"{SHARED}\n\nAssistant: Off with you.",
}


def test_pairs_of_conversations_are_read_as_preferences(commonwheel: Commands) -> None:
    other = PAIR | {"rejected": "\n\nHuman: Who lost?\n\nAssistant: Nobody."}
    lines = [PAIR, other, PAIR | {"rejected": "no turns"}]
    result = commonwheel("scan", "-", stdin="".join(json.dumps(line) + "\n" for line in lines))
    first, second, third = [json.loads(line) for line in result.stdout.splitlines()]
    assert first["redacted"]["prompt"][1]["content"] == "Ask ⟨email-1⟩."
    assert [each["content"] for each in first["redacted"]["candidates"]] == ["Bye.", "Off with you."]
    assert "same question" in second["error"] and "error" in third
    assert result.exit_code == 1


def test_findings_are_explained_and_summed_up(commonwheel: Commands) -> None:
    result = commonwheel("scan", "-", "--explain", stdin=LINES)
    first = json.loads(result.stdout.splitlines()[0])
    [finding] = [each for each in first["findings"] if each["kind"] == "personal.email"]
    assert finding["then"] == "hidden" and finding["why"].endswith(".") and "ann" not in finding["why"]
    assert first["rules"] == ["personal"]
    table = {line.split("  ")[0]: line.split() for line in result.stderr.splitlines()}
    assert table["verdict redact"][-2:] == ["2", "66.7%"]
    assert table["kind personal.email"][-3:] == ["1", "1", "33.3%"]
    assert commonwheel("scan", "-", "--summary", stdin=LINES).stderr == result.stderr


def test_answers_keep_their_order_over_many_processes(commonwheel: Commands) -> None:
    lines = "".join(json.dumps({"id": n, "text": f"write to a{n}@example.org"}) + "\n" for n in range(500))
    said = commonwheel.done("scan", "-", "--processes", "3", stdin=lines)
    answers = [json.loads(line) for line in said.splitlines()]
    assert [answer["id"] for answer in answers] == list(range(500))
    assert all(answer["redacted"] == "write to ⟨email-1⟩" for answer in answers)


def test_the_same_as_a_function() -> None:
    records = [{"id": "a", "text": "I am at ann@example.com"}, {"text": 7}, json.loads(LINES.splitlines()[2])]
    first, second, third = scan(records, processes=1, explain=True)
    assert (first["id"], first["verdict"], first["redacted"]) == ("a", "redact", "I am at ⟨email-1⟩")
    assert second["id"] == 2 and second["error"]
    assert third["redacted"]["original"] == "Call ⟨phone-1⟩ now."
    with pytest.raises(Misconfigured):
        scan([], policy="no-such")


def test_a_record_that_holds_a_process_up_goes_to_a_person() -> None:
    text = "4111 1111 1111 1111 " * 40_000
    [answer] = scan([{"id": 1, "text": text[:900_000]}], processes=1, timeout=0.001)
    assert answer["verdict"] == "quarantine"
    assert set(answer["reasons"]) <= {"detector_timeout", "too_large", "personal_data"}


def test_a_line_that_cannot_be_read_is_told_and_the_others_are_scanned(commonwheel: Commands) -> None:
    lines = [
        '{"id": "s", "text": "half \\ud800 a character"}',
        '{"id": "\\udc80", "text": "x"}',
        '{"id": "n", "text": 5}',
        '{"id": NaN, "text": "My dog is called Rex, and he is fine."}',
        "junk",
        '{"id": "a", "text": "Write to ann@example.org", "more": 1}',
    ]
    result = commonwheel("scan", "-", stdin="\n".join(lines) + "\n")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1 and len(answers) == 6
    assert "surrogate" in answers[0]["error"] and answers[1]["error"].startswith("line 2: ")
    assert answers[2] == {"id": "n", "error": "line 3: /text is no text"}
    assert (answers[3]["id"], answers[3]["verdict"]) == (4, "pass")
    assert answers[4] == {"id": None, "error": "line 5: is not valid JSON in UTF-8"}
    assert answers[5]["redacted"] == "Write to ⟨email-1⟩"
