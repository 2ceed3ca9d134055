"""`commonwheel attribute`: from a file or standard input, for people and as JSON, and safe to show."""

import json
from pathlib import Path

import pytest

from commonwheel.journeys.attribute import MOST_CHARACTERS
from tests.cli.command import Commands

SAYING = "A barrel that stood in the yard all winter is filled to the brim before anyone pours cider into it"


@pytest.fixture
def released(commonwheel: Commands, tmp_path: Path) -> Commands:
    """Two released examples, of which one tells a terminal to clear itself."""
    gifts = tmp_path / "given.jsonl"
    texts = (SAYING, "Red \x1b[2J sky at night\nis a shepherd who sleeps well until the morning comes again")
    lines = ({"kind": "example", "prompt": "What do they say?", "ideal": text} for text in texts)
    gifts.write_text("".join(json.dumps(line) + "\n" for line in lines))
    commonwheel.json("import", gifts, "--yes", "--as", "ann")
    commonwheel.done("worker", "--once")
    for item in commonwheel.json("review", "list"):
        commonwheel.done("review", "pass", str(item["item"]))
    assert commonwheel.json("release", "cut")["records"] == 2
    commonwheel.done("worker", "--once")
    return commonwheel


def test_a_file_and_standard_input_are_told_the_same(released: Commands, tmp_path: Path) -> None:
    answer = tmp_path / "answer.txt"
    answer.write_text(f"Well: {SAYING}.")
    facts = released.json("attribute", answer)
    [only] = facts["resembles"]
    assert (only["text"], only["spans"], only["release"]) == (SAYING, [[6, 6 + len(SAYING)]], 1)
    assert "not causation" in facts["note"]
    assert json.loads(released.done("attribute", "-", "--json", stdin=answer.read_text())) == facts
    told = released.done("attribute", stdin=answer.read_text())
    assert told.startswith("It resembles 1 record of release 1:") and facts["note"] in told
    assert only["id"] in told and f"“{SAYING}”" in told


def test_what_is_shown_moves_no_cursor(released: Commands) -> None:
    said = released.done("attribute", stdin="sky at night is a shepherd who sleeps well until the morning comes")
    assert "“sky at night is a shepherd who sleeps well" in said
    assert "\x1b" not in said


@pytest.mark.usefixtures("instance")
@pytest.mark.parametrize("answer", ["", "Nothing that anybody here has ever said in these words, not even once."])
def test_what_resembles_nothing_is_told_so(commonwheel: Commands, answer: str) -> None:
    assert "resembles no released record" in commonwheel.done("attribute", stdin=answer)
    assert json.loads(commonwheel.done("attribute", "--json", stdin=answer))["resembles"] == []


@pytest.mark.usefixtures("instance")
def test_what_is_no_utf8_is_read_and_what_is_too_long_is_refused(commonwheel: Commands, tmp_path: Path) -> None:
    answer = tmp_path / "answer.txt"
    answer.write_bytes(b"\xff\xfe\x00 " * 1_000)
    assert commonwheel.json("attribute", answer)["resembles"] == []
    answer.write_text("x" * (MOST_CHARACTERS + 1))
    refused = commonwheel("attribute", answer)
    assert refused.exit_code != 0 and "xx" not in refused.output
    assert commonwheel("attribute", tmp_path / "nowhere.txt").exit_code != 0
