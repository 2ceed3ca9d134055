"""One turn of the wheel at the command line: import, curate, review, release, export, take back."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as parquet
import pytest

from tests.cli.command import Commands


def give(commonwheel: Commands, gifts: Path, user: str = "ann") -> dict[str, Any]:
    """Import, then curate."""
    report: dict[str, Any] = commonwheel.json("import", gifts, "--yes", "--as", user)
    commonwheel.done("worker", "--once")
    return report


def test_the_wheel_turns(commonwheel: Commands, gifts: Path, tmp_path: Path) -> None:
    assert give(commonwheel, gifts)["given"] == 5
    [item] = commonwheel.json("review", "list")
    view = commonwheel.json("review", "show", str(item["item"]))
    assert view["content"]["messages"][1]["content"] == "A boat on a lake."
    commonwheel.done("review", "pass", str(item["item"]), "--span", "/messages/1/content:2:6")
    manifest = commonwheel.json("release", "cut", "--note", "The first.")
    assert manifest["records"] == 5
    assert commonwheel.json("release", "verify", "1") == {"version": 1, "verified": True, "problems": []}
    status = commonwheel.json("gold", "status")
    assert (status["pairs"], status["total"]) == ({"correction": 1, "rationale": 1}, 2)
    [pair] = commonwheel.json("gold", "list")

    exported = commonwheel.json("export", "1", "--format", "trl-dpo", "--out", tmp_path / "dpo")
    assert exported["pairs"] == 1
    assert commonwheel("export", "1", "--format", "trl-dpo", "--out", tmp_path / "dpo").exit_code == 1
    none = commonwheel.done("export", "1", "--format", "trl-dpo", "--out", tmp_path / "none", "--language", "rm")
    assert none.startswith("Nothing of release 1 can be written as trl-dpo") and not (tmp_path / "none").exists()
    commonwheel.done("export", "1", "--format", "commonwheel", "--out", tmp_path / "whole")
    assert (tmp_path / "whole" / "manifest.json").exists()
    commonwheel.done("export", "1", "--format", "parquet", "--out", tmp_path / "tables", "--kind", "bundle")
    assert "A ⟨name-1⟩ on a lake." in str(parquet.read_table(tmp_path / "tables" / "bundle.parquet").to_pylist())

    commonwheel.done("withdraw", pair["contribution"])
    assert commonwheel.json("release", "cut")["records"] == 4
    assert commonwheel.json("release", "diff", "1", "2") == {"entered": [], "left": [pair["contribution"]]}
    assert [each["records"] for each in commonwheel.json("release", "list")] == [5, 4]
    commonwheel.done("withdraw", "--undo", pair["contribution"])
    commonwheel.done("worker", "--once")
    assert commonwheel.json("release", "cut")["records"] == 5
    assert commonwheel.json("release", "rollback", "2")["records"] == 4
    assert all(commonwheel.json("release", "verify", str(version))["verified"] for version in (1, 2, 3, 4))


def test_erasing_says_what_it_did(commonwheel: Commands, gifts: Path) -> None:
    contributor = give(commonwheel, gifts)["contributor"]
    commonwheel.done("release", "cut")
    [pair] = commonwheel.json("gold", "list")
    facts = commonwheel.json("erase", pair["contribution"])
    assert (facts["erased"], facts["rows"], facts["files_rewritten"]) == (1, 1, 1)
    assert commonwheel("erase", pair["contribution"], "--json").exit_code == 0
    everything = commonwheel.json("erase", "--contributor", "account:ann")
    assert everything["erased"] == 4 and contributor
    assert commonwheel.json("release", "verify", "1")["verified"]
    assert commonwheel.json("release", "cut")["records"] == 0


def test_a_take_down_empties_the_lake_and_asks_again(commonwheel: Commands, gifts: Path) -> None:
    give(commonwheel, gifts)
    commonwheel.done("release", "cut")
    [pair] = commonwheel.json("gold", "list")
    commonwheel.done("take-down", pair["contribution"], "--reason", "reported")
    assert pair["contribution"] in {each["contribution"] for each in commonwheel.json("review", "list")}
    assert commonwheel.json("release", "cut")["records"] == 3


def test_a_hold_keeps_out_of_the_next_release_until_it_is_lifted(commonwheel: Commands, gifts: Path) -> None:
    give(commonwheel, gifts)
    [pair] = commonwheel.json("gold", "list")
    commonwheel.done("hold", pair["contribution"], "--reason", "embargo", "--until", "30")
    assert commonwheel.json("release", "cut")["records"] == 3
    assert commonwheel("hold", pair["contribution"], "--reason", "strike", "--lift").exit_code == 1
    over = commonwheel("hold", pair["contribution"], "--reason", "embargo", "--until", "1999-01-01")
    assert over.exit_code == 1 and "--until: 1999-01-01 00:00 UTC is in the past" in over.stderr
    word = commonwheel("hold", pair["contribution"], "--reason", "embargo", "--until", "yesterday")
    assert word.exit_code == 1 and "--until: is a date to come, such as 2027-01-31" in word.stderr
    commonwheel.done("hold", pair["contribution"], "--reason", "embargo", "--lift")
    assert commonwheel.json("release", "cut")["records"] == 4


def test_a_rejection_needs_a_reason_from_the_list(commonwheel: Commands, gifts: Path) -> None:
    give(commonwheel, gifts)
    [item] = commonwheel.json("review", "list")
    assert commonwheel("review", "reject", str(item["item"]), "--reason", "because").exit_code == 2
    assert commonwheel("review", "reject", str(item["item"]), "--reason", "unsafe", "--as", "ann").exit_code == 1
    commonwheel.done("review", "reject", str(item["item"]), "--reason", "unsafe")
    assert commonwheel("review", "show", str(item["item"])).exit_code == 1
    assert commonwheel.json("review", "list") == []


@pytest.mark.usefixtures("instance")
def test_releases_pause_and_resume(commonwheel: Commands) -> None:
    commonwheel.done("release", "pause")
    commonwheel.done("worker", "--once")
    assert "the next one is due" in commonwheel.done("release", "resume")


def test_what_was_taken_out_can_be_given_again(commonwheel: Commands, gifts: Path, tmp_path: Path) -> None:
    commonwheel.done("import", gifts, "--yes", "--as", "ann", "--ai-pref", "train-ai=n")
    out = tmp_path / "mine.jsonl"
    assert commonwheel.json("takeout", "--as", "ann", "--out", out)["contributions"] == 5
    assert commonwheel("takeout", "--as", "ann", "--out", out).exit_code == 1
    elsewhere = Commands(tmp_path / "elsewhere")
    assert elsewhere.json("import", out, "--yes", "--as", "ann")["given"] == 5
    again = tmp_path / "again.jsonl"
    elsewhere.done("takeout", "--as", "ann", "--out", again)
    assert lines(out) == lines(again)


def lines(path: Path) -> list[dict[str, Any]]:
    """What is in a file, in any order."""
    return sorted((json.loads(line) for line in path.read_text().splitlines()), key=json.dumps)


def test_importing_twice_gives_nothing_twice(commonwheel: Commands, gifts: Path) -> None:
    assert commonwheel.json("import", gifts, "--yes", "--as", "ann")["given"] == 5
    again = commonwheel.json("import", gifts, "--yes", "--as", "ann")
    assert (again["given"], again["repeated"]) == (0, 5)
    with gifts.open("a") as file:
        file.write(json.dumps({"kind": "chat", "messages": [{"role": "user", "content": "And one more."}]}) + "\n")
    grown = commonwheel.json("import", gifts, "--yes", "--as", "ann")
    assert (grown["given"], grown["repeated"]) == (1, 5)
    other_terms = commonwheel("import", gifts, "--yes", "--as", "ann", "--license", "CC0-1.0", "--json")
    facts = json.loads(other_terms.stdout)
    assert (facts["given"], facts["skipped"], other_terms.exit_code) == (0, 6, 1)


def test_a_newer_export_gives_only_what_is_new(commonwheel: Commands, tmp_path: Path) -> None:
    """The newest conversation comes first, so that the others have moved."""

    def export(*names: str) -> Path:
        rows = [
            {"uuid": name, "name": "", "chat_messages": [{"uuid": "1", "sender": "human", "text": f"Why {name}?"}]}
            for name in names
        ]
        path = tmp_path / "export.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("conversations.json", json.dumps(rows))
            archive.writestr("users.json", "[]")
        return path

    assert commonwheel.json("import", export("moss", "rain"), "--yes", "--as", "ann")["given"] == 2
    newer = commonwheel.json("import", export("snow", "moss", "rain"), "--yes", "--as", "ann")
    assert (newer["given"], newer["repeated"]) == (1, 2)


def test_a_letter_asks_for_everything_and_says_why(commonwheel: Commands) -> None:
    letter = commonwheel.done(
        "request-letter", "--provider", "Example AI\n$name", "--name", "Ann", "--account", "a-1"
    )
    assert "To: Example AI $name, " in letter and "Account: a-1\n" in letter
    for said in ("Articles 15 and 20", "reasoning", "C-434/16", "within one month"):
        assert said in letter
    german = commonwheel.done("request-letter", "--provider", "B", "--name", "Ann", "--language", "de")
    assert "Art. 15 und 20 DSGVO" in german and "Überlegungen" in german and "$" not in german


def test_an_import_asks_for_consent(commonwheel: Commands, gifts: Path) -> None:
    declined = commonwheel("import", gifts, "--as", "ann", stdin="n\n")
    assert declined.exit_code == 1
    assert "CC-BY-4.0" in declined.stderr and "You can take everything" in declined.stderr
    assert not commonwheel.home.exists()
    assert commonwheel("import", gifts, "--as", "ann", stdin="y\n").exit_code == 0


def test_an_import_asks_only_about_what_it_can_read(commonwheel: Commands, gifts: Path, tmp_path: Path) -> None:
    refused = commonwheel("import", gifts, tmp_path / "nowhere.jsonl", stdin="y\n")
    assert refused.exit_code == 1 and "nowhere.jsonl: No such file or directory" in refused.stderr
    assert "Do you agree" not in refused.stderr and not commonwheel.home.exists()


def test_an_import_says_what_it_could_not_take(commonwheel: Commands, gifts: Path) -> None:
    with gifts.open("a") as file:
        file.write('{"kind": "chat", "mesages": []}\nnot json\n')
    result = commonwheel("import", gifts, "--yes", "--json")
    assert json.loads(result.stdout)["skipped"] == 2
    assert "line 6: " in result.stderr and "mesages" in result.stderr and "line 7: " in result.stderr
    wrong = commonwheel("import", gifts, "--yes", "--license", "MIT")
    assert wrong.exit_code == 2 and "--license must be" in wrong.stderr


def test_an_import_ends_where_the_waiting_room_is_small_and_no_worker_runs(tmp_path: Path, gifts: Path) -> None:
    commonwheel = Commands(tmp_path / "home", {"WAITING_ROOM": "2"})
    report = commonwheel.json("import", gifts, "--yes")
    assert report["given"] == 5 and report["waiting"] <= 2


@pytest.fixture
def questions(shared_data: Path, tmp_path: Path) -> Path:
    """The first sixty questions with their model solutions."""
    with (shared_data / "gsm8k_model_solutions.jsonl").open() as file:
        chosen = [line for line, _ in zip(file, range(60), strict=False)]
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(chosen))
    return path


def test_model_solutions_become_gold_pairs(commonwheel: Commands, questions: Path, tmp_path: Path) -> None:
    understood = json.loads(commonwheel.done("import", questions, "--dry-run"))
    assert understood["format"] == "gsm8k-solutions" and understood["traces"] == 300
    assert not commonwheel.home.exists() or not (commonwheel.home / "commonwheel.db").exists()
    report = give(commonwheel, questions)
    assert report["given"] == understood["contributions"]
    records = commonwheel.json("release", "cut")["records"]
    assert records > 0.8 * report["given"]
    exported = commonwheel.json("export", "1", "--format", "trl-dpo", "--out", tmp_path / "dpo")
    assert exported["pairs"] > understood["pairs"] / 2
    assert commonwheel.json("erase", "--contributor", report["contributor"])["erased"] == report["given"]
    assert commonwheel.json("release", "verify", "1")["verified"]
