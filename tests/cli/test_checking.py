"""Contribution files in a repository: written in Markdown or JSON, checked before they are merged, then given."""

import json
from pathlib import Path

import pytest

from commonwheel.collect.exports import read
from commonwheel.collect.items import Skipped
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
