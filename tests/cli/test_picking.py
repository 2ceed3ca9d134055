"""Somebody picks conversations of an export at the command line, and gives those alone."""

import json
import shlex
from pathlib import Path

import pytest

from commonwheel.release.publish import OF_SOURCE
from tests.cli.command import Commands
from tests.collect.export_samples import SAMPLES, listed


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """Three chats as an export has them: of two months and models, one with an address in it."""
    [sample] = json.loads(SAMPLES["open-webui"])[:1]
    chats = []
    for number, (question, model, at) in enumerate(
        [
            ("Which river flows through Basel?", "lark-8b", 1_780_000_000),
            ("Write to ann@example.com about boats.", "lark-8b", 1_785_000_000),
            ("Which lake lies at Geneva?", "wren-2b", 1_790_000_000),
        ],
        1,
    ):
        asked = {"id": "q", "parentId": None, "childrenIds": ["a"], "role": "user", "content": question}
        said = {"id": "a", "parentId": "q", "childrenIds": [], "role": "assistant", "content": "An answer."}
        history = {"messages": {"q": asked, "a": said | {"model": model}}, "currentId": "a"}
        chat = {"history": history, "title": f"Chat {number}"}
        chats.append(sample | {"id": f"c{number}", "title": f"Chat {number}", "created_at": at, "chat": chat})
    path = tmp_path / "chats.json"
    path.write_bytes(listed(*chats))
    return path


def numbers(commonwheel: Commands, export: Path, *words: str) -> list[int]:
    found = commonwheel("pick", export, "--json", *words)
    assert found.exit_code == 0, found.output
    return [line["number"] for line in json.loads(found.stdout)]


def test_conversations_are_found_by_words_month_model_and_what_is_in_them(
    commonwheel: Commands, export: Path
) -> None:
    assert numbers(commonwheel, export) == [1, 2, 3]
    assert numbers(commonwheel, export, "--search", "which RIVER") == [1]
    assert numbers(commonwheel, export, "--model", "wren-2b") == [3]
    assert numbers(commonwheel, export, "--without-personal") == [1, 3]
    month = json.loads(commonwheel("pick", export, "--json").stdout)[1]["created"][:7]
    assert numbers(commonwheel, export, "--since", month) == [2, 3]
    assert numbers(commonwheel, export, "--until", month) == [1, 2]
    said = commonwheel("pick", export).stdout
    assert "1 hidden" in said and "Chat 3" in said and said.endswith("--only 1-3\n")
    assert "No conversation" in commonwheel("pick", export, "--search", "nothing").stdout


def test_what_is_not_read_is_told_and_not_offered(commonwheel: Commands, export: Path) -> None:
    chats = json.loads(export.read_bytes())
    chats[1]["chat"]["history"]["messages"] = {}
    broken = export.with_name("with a space's name.json")
    broken.write_bytes(listed(*chats))
    picked = commonwheel("pick", broken)
    assert "item 2: nothing was said in it" in picked.stderr
    assert "0 messages" not in picked.stdout and picked.stdout.count("message") == 2
    offered = shlex.split(picked.stdout.splitlines()[-1].partition("To give: ")[2])
    assert offered == ["commonwheel", "import", str(broken), "--only", "1,3"]
    broken.write_bytes(b"\n".join([json.dumps(chats[0]).encode(), *[b"{"] * 30]))
    assert "10 more reports" in commonwheel("pick", broken).stderr


def test_a_title_moves_no_terminal(commonwheel: Commands, export: Path) -> None:
    chats = json.loads(export.read_bytes())
    chats[0]["title"] = "\x1b]0;owned\x07\x1b[31mChat\n1\u202e"
    chats[0]["chat"]["history"]["messages"]["a"]["model"] = "lark\x1b[0m"
    export.write_bytes(listed(*chats))
    picked = commonwheel("pick", export).stdout
    assert "Chat 1" in picked and picked.replace("\n", "").isprintable()


def test_a_preview_shows_what_would_be_public(commonwheel: Commands, export: Path) -> None:
    shown = commonwheel("pick", export, "--preview", "2").stdout
    assert "⟨email-1⟩" in shown and "ann@example.com" not in shown
    [public] = [each["would_publish"] for each in json.loads(shown)]
    assert set(public) == {"kind", "messages", "source"} and set(public["source"]) <= set(OF_SOURCE)
    assert commonwheel("pick", export, "--preview", "9").exit_code == 2


def test_only_what_was_picked_is_given_and_the_consent_names_how_many(commonwheel: Commands, export: Path) -> None:
    given = commonwheel("import", export, "--only", "1,3", "--as", "ann", stdin="y\n")
    assert "2 conversations of" in given.output and "Gave 2 contributions." in given.output
    again = commonwheel("import", export, "--as", "ann", "--yes")
    assert "Gave 1 contribution." in again.stdout and "2 items had been imported before" in again.stdout


def test_the_consent_counts_what_is_in_the_file(commonwheel: Commands, export: Path) -> None:
    given = commonwheel("import", export, "--only", "1,3-9", "--as", "ann", stdin="y\n")
    assert "2 conversations of" in given.output and "Gave 2 contributions." in given.output
    refused = commonwheel("import", export, "--only", "7-9", "--as", "ann", stdin="y\n")
    assert refused.exit_code == 1 and "has no conversation of these numbers" in refused.output
    assert "Do you agree" not in refused.output


def test_what_is_not_there_or_cannot_be_is_told(commonwheel: Commands, export: Path) -> None:
    given = commonwheel("import", export, "--only", "1,9", "--as", "ann", "--yes")
    assert "conversation 9: is not in the file" in given.output and "Gave 1 contribution." in given.output
    assert commonwheel("import", export, "--only", "9", "--as", "ann", "--yes").exit_code == 1
    assert commonwheel("import", export, "--only", "1", "--dry-run").exit_code == 2
    assert "2026-03" in commonwheel("pick", export, "--since", "spring").output


@pytest.mark.parametrize("wrong", ["x", "1-", "", "0", "1;2", "3-1", "1-999999999"])
def test_numbers_that_are_none_are_refused(commonwheel: Commands, export: Path, wrong: str) -> None:
    refused = commonwheel("import", export, "--only", wrong, "--yes")
    assert refused.exit_code == 2 and "--only takes" in refused.output
    assert commonwheel("import", export, export, "--only", "1", "--yes").exit_code == 2
