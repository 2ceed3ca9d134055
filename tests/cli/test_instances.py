"""A command in the wrong folder says so and leaves nothing; one that may be the first says that it made it."""

from pathlib import Path

import pytest

from tests.cli.command import Commands

MADE = "Made a new instance in {home}.\n"


@pytest.mark.parametrize(
    "words",
    [
        "review list",
        "gold list",
        "release list",
        "release cut",
        "user list",
        "token list",
        "policy list",
        "worker --once",
        "takeout --as ann --out ann.jsonl",
        "export 1 --format trl-dpo --out pairs.jsonl",
        "backup backups",
    ],
)
def test_a_folder_without_an_instance_stays_without(
    commonwheel: Commands, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = commonwheel(*words.split())
    assert result.exit_code == 1
    assert result.stderr == (
        f"There is no instance in {commonwheel.home}: set COMMONWHEEL_HOME, "
        "or start one with 'commonwheel serve'.\n"
    )
    assert not list(tmp_path.iterdir())


def test_the_doctor_finds_no_instance(commonwheel: Commands) -> None:
    result = commonwheel("doctor")
    assert result.exit_code == 1 and f"There is no instance in {commonwheel.home}" in result.stdout
    assert not commonwheel.home.exists()


@pytest.mark.parametrize(
    "words", ["migrate", "token create --scope read", "user add rhea", "import {gifts} --yes"]
)
def test_the_first_command_says_that_it_made_one(commonwheel: Commands, gifts: Path, words: str) -> None:
    first, second = (commonwheel(*words.format(gifts=gifts).replace("rhea", name).split()) for name in ("a", "b"))
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert (first.stderr, second.stderr) == (MADE.format(home=commonwheel.home), "")
    commonwheel.done("review", "list")


def test_a_server_says_that_it_made_one(commonwheel: Commands) -> None:
    log = commonwheel.home.with_name(f"{commonwheel.home.name}.log")
    with commonwheel.serving("--no-worker"):
        assert MADE.format(home=commonwheel.home) in log.read_text()
    with commonwheel.serving("--no-worker"):
        assert "Made" not in log.read_text()


def test_with_a_database_elsewhere_the_keys_say_whether_there_is_one(commonwheel: Commands) -> None:
    elsewhere = Commands(commonwheel.home, {"DATABASE_URL": f"sqlite:///{commonwheel.home.parent / 'other.db'}"})
    assert elsewhere("review", "list").exit_code == 1
    elsewhere.done("migrate")
    assert elsewhere.done("review", "list") == "Nothing waits for a reviewer.\n"
