"""Contribution files in a repository: written in Markdown or JSON, checked before they are merged, then given."""

import json
from pathlib import Path

import pytest

from commonwheel.collect.exports import read
from commonwheel.collect.items import NO_TERMS, Skipped
from commonwheel.records.contribution import Chat
from commonwheel.records.terms import Consent, License, Terms
from tests.cli.command import Commands

CHAT = """+++
license = "CC-BY-4.0"
consent = "2026-11"
author = "Ida Example"
assessment = "fail"
tags = ["geography"]
+++
Whatever stands here is not read.

## User
What is the capital of Australia?

It is for school.

## Assistant
Sydney.
"""


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text)
    return path


def matter(text: str) -> str:
    return CHAT[: CHAT.index("Whatever")] + text


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        (CHAT, "chat", "messages"),
        (matter("## Prompt\nQ?\n## Original\nA.\n## Edited\nB.\n## Reason\nFalse."), "correction", "edited"),
        (matter("## Prompt\nQ?\n## Chosen\nA.\n## Rejected\nB."), "preference", "candidates"),
        (matter("## Prompt\nQ?\n## Ideal\nA."), "example", "ideal"),
        (matter("## Prompt\nQ?\n## Steps\n- One.\n- Two.\n## Answer\nA."), "trace", "steps"),
        (CHAT.replace("\n", "\r\n"), "chat", "messages"),
    ],
)
def test_a_file_that_somebody_wrote_is_a_contribution(tmp_path: Path, text: str, kind: str, part: str) -> None:
    [item] = read(write(tmp_path, "gift.md", text))
    assert not isinstance(item, Skipped), item
    assert item.kind == kind and getattr(item, part)
    assert item.terms is not None and item.terms.attribution.name == "Ida Example"


@pytest.mark.parametrize(
    "text",
    [
        "+++\nlicense = \n+++\n## User\nQ?",
        "+++\n+++\n",
        "+++\n+++\n## Somebody\nQ?",
        "+++\n+++\n## Prompt\nQ?",
        "+++\n+++\n## Prompt\nQ?\n## Prompt\nQ?\n## Ideal\nA.",
        "+++\nconsent = 7\n+++\n## Prompt\nQ?\n## Ideal\nA.",
        "+++\n+++\n## User\nQ?",
        matter("## User\nQ?\n## Asistant\nA."),
        matter("## User\nQ?\n## Assistant\n```\nA."),
        "+++\nx = " + "[" * 900 + "]" * 900 + "\n+++\n## User\nQ?\n## Assistant\nA.",
        "+++\nx = " + "9" * 5000 + "\n+++\n## User\nQ?\n## Assistant\nA.",
        "+++\n" + ".".join("a" * 200_000) + " = 1\n+++\n## User\nQ?\n## Assistant\nA.",
        "---\nlicense: CC-BY-4.0\nconsent: 2026-11\n---\n## User\nQ?\n## Assistant\nA.",
        '+++\nlicense = "CC-BY-4.0"\n## User\nQ?\n## Assistant\nA.',
    ],
)
def test_a_file_that_is_none_says_why(tmp_path: Path, text: str) -> None:
    [item] = read(write(tmp_path, "gift.md", text))
    assert isinstance(item, Skipped) and item.why


def test_a_folder_is_checked_and_then_given_with_its_authors(commonwheel: Commands, tmp_path: Path) -> None:
    folder = tmp_path / "contributions"
    write(folder, "README.md", "# How to contribute")
    write(folder / "ida", "first.md", CHAT)
    given = {"kind": "example", "prompt": "Who pulls the sea?", "ideal": "The moon."}
    given["terms"] = {"license": "CC0-1.0", "consent": {"version": "2026-11", "given": True}}  # type: ignore[assignment]
    write(folder, "second.json", json.dumps(given))
    write(folder, "third.md", CHAT.replace("It is for school.", "Write to ida@example.org."))
    checked = commonwheel.done("check", folder)
    assert "3 contributions checked: nothing to mend." in checked
    assert "would be hidden: personal.email" in checked and "ida@example.org" not in checked
    write(folder, "bad.md", CHAT.replace('consent = "2026-11"\n', ""))
    write(folder, "worse.json", json.dumps({"kind": "chat"}))
    refused = commonwheel("check", folder, "--json")
    assert refused.exit_code == 1
    told = json.loads(refused.stdout)["told"]
    assert {Path(each["file"]).name for each in told if each["level"] == "fault"} == {"bad.md", "worse.json"}
    (folder / "bad.md").unlink()
    (folder / "worse.json").unlink()
    assert commonwheel.json("import", folder, "--yes", "--as", "ida")["given"] == 3
    assert commonwheel.json("import", folder, "--yes", "--as", "ida")["given"] == 0


TERMS = Terms(license=License.BY, consent=Consent(version="2026-11", given=True))
"""What whoever imports agrees to, for what is theirs."""


@pytest.mark.parametrize(
    "consent", ["", 'consent = "no"', 'consent = "nein"', "consent = false", "consent = true", 'consent = ""']
)
def test_nobody_consents_for_the_author_of_a_file(tmp_path: Path, consent: str) -> None:
    text = f'+++\nauthor = "Ida"\nai_pref = "train-ai=n"\n{consent}\nlicense = "CC0-1.0"\n'
    path = write(tmp_path, "gift.md", text + "+++\n## User\nQ?\n## Assistant\nA.\n")
    for place in (path, tmp_path):
        [item] = read(place, TERMS)
        assert isinstance(item, Skipped) and "consent" in item.why


def test_in_a_folder_nobody_consents_for_what_is_in_json(tmp_path: Path) -> None:
    given = {"kind": "example", "prompt": "Who pulls the sea?", "ideal": "The moon."}
    path = write(tmp_path, "gift.json", json.dumps(given))
    [item] = read(tmp_path, TERMS)
    assert item == Skipped(where="gift.json", why=NO_TERMS)
    [own] = read(path, TERMS)
    assert not isinstance(own, Skipped) and own.terms == TERMS, "what a person names is theirs"


def test_only_headings_that_say_who_speaks_are_headings(tmp_path: Path) -> None:
    answer = """In short.

## In long
```
## User
```
\\## User
is a heading, and so is

## Answer
of another kind."""
    [item] = read(write(tmp_path, "gift.md", matter(f"## User\nQ?\n## Assistant\n{answer}\n")))
    assert isinstance(item, Chat) and len(item.messages) == 2
    assert item.messages[1].content == answer.replace("\\##", "##")


def test_check_and_import_open_the_same_files(
    commonwheel: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "contributions"
    write(folder, "README.md", "---\ntitle: How to\n---\n# How to contribute")
    write(folder, "notes.md", "No front matter.")
    write(folder, "memory.md", CHAT)
    write(folder / ".github", "hidden.md", CHAT.replace("Sydney", "Perth"))
    write(folder, "yaml.md", "---\nconsent: 2026-11\n---\n## User\nQ?\n## Assistant\nA.\n")
    write(folder, "deep.md", "+++\nx = " + "[" * 900 + "\n+++\n## User\nQ?\n## Assistant\nA.\n")
    (folder / "link.md").symlink_to(folder / "memory.md")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    checked = commonwheel("check", "../contributions", "--json")
    facts = json.loads(checked.stdout)
    faults = {Path(each["file"]).name: each["says"] for each in facts["told"] if each["level"] == "fault"}
    assert (checked.exit_code, facts["checked"], facts["passed_over"]) == (1, 1, 2)
    assert faults.keys() == {"yaml.md", "deep.md", "link.md"} and "between two lines of +++" in faults["yaml.md"]
    report = commonwheel("import", "../contributions", "--yes", "--as", "ida")
    assert "Gave 1 contribution." in report.stdout
    assert "2 files were passed over" in report.stdout
    for name, says in faults.items():
        assert f"{name}: {says}" in report.stderr


def test_a_folder_without_contributions_says_so(commonwheel: Commands, tmp_path: Path) -> None:
    write(tmp_path / "empty", "README.md", "# How to contribute")
    checked = commonwheel("check", tmp_path / "empty")
    assert checked.exit_code == 1 and "There is no contribution here." in checked.stdout
