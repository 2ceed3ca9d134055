"""Each decision has all its parts, is on the list, and names checks that exist."""

import re
from pathlib import Path

import pytest

from tests.docs.conftest import ROOT

FOLDER = ROOT / "docs" / "decisions"
DECISIONS = sorted(FOLDER.glob("[0-9]*.md"))
PARTS = ["Context", "Decision", "Consequences", "Alternatives", "What enforces it"]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_all_its_parts(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == PARTS
    assert text.startswith(f"# {int(path.stem[:4])}. ")
    [decision] = re.findall(r"^> (.+)$", text, re.MULTILINE)
    assert decision.endswith(".")
    assert decision in (FOLDER / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_the_checks_of_a_decision_exist(path: Path) -> None:
    checks = re.findall(r"^- `(tests/\S+\.py)::(\w+)`$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert checks
    for file, name in checks:
        assert f"def {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file}::{name}"


def test_decisions_are_numbered_without_a_gap() -> None:
    assert [int(path.stem[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
