"""Backup and restore: all of it comes back, what was erased does not, whoever writes meanwhile."""

import json
import os
import stat
from pathlib import Path
from threading import Event, Thread

import pytest

from tests.cli.command import Commands
from tests.cli.test_turn import give


@pytest.fixture
def released(commonwheel: Commands, gifts: Path) -> Commands:
    """An instance with a release, and something that waits for a reviewer."""
    give(commonwheel, gifts)
    commonwheel.done("release", "cut")
    return commonwheel


def same(one: Commands, other: Commands) -> None:
    """Two instances hold the same, and both can read it."""
    for words in (["release", "list"], ["release", "show", "1"], ["gold", "list"], ["review", "list"]):
        assert one.json(*words) == other.json(*words)
    item = str(one.json("review", "list")[0]["item"])
    assert one.json("review", "show", item) == other.json("review", "show", item)
    assert other.json("release", "verify", "1")["verified"]
    assert other.json("doctor")["well"]


def test_what_was_backed_up_comes_back(released: Commands, tmp_path: Path) -> None:
    made = released.json("backup", tmp_path / "backups")
    assert stat.S_IMODE((tmp_path / "backups" / "keys" / "secret").stat().st_mode) == 0o600
    other = Commands(tmp_path / "other")
    told = other.json("restore", tmp_path / "backups", "--at", made["backup"])
    assert told == {"backup": made["backup"], "release": 1, "erased_again": 0, "problems": []}
    same(released, other)
    assert other("restore", tmp_path / "backups").exit_code == 1  # not empty any more


def test_what_was_erased_after_a_backup_is_gone_from_it(released: Commands, tmp_path: Path) -> None:
    old = released.json("backup", tmp_path / "backups")["backup"]
    [pair] = released.json("gold", "list")
    released.done("erase", pair["contribution"])
    os.rename(tmp_path / "backups" / old, tmp_path / "backups" / "20260101T000000Z")
    released.done("backup", tmp_path / "backups")
    assert "Canberra" not in published(tmp_path / "backups" / "20260101T000000Z" / "lake")
    other = Commands(tmp_path / "other")
    told = other.json("restore", tmp_path / "backups", "--at", "20260101T000000Z")
    assert told["erased_again"] == 1 and told["problems"] == []
    assert other.json("gold", "list") == []
    assert "Canberra" not in published(other.home / "lake")


def published(lake: Path) -> str:
    """All rows of a lake's files."""
    import pyarrow.parquet as parquet

    return "".join(str(parquet.read_table(path).to_pylist()) for path in lake.glob("*.parquet"))


def test_a_backup_without_its_keys_or_with_damage_is_refused(released: Commands, tmp_path: Path) -> None:
    made = released.json("backup", tmp_path / "backups")
    other = Commands(tmp_path / "other")
    database = Path(made["folder"]) / "database.db"
    database.write_bytes(database.read_bytes()[:-1] + b"!")
    damaged = other("restore", tmp_path / "backups")
    assert damaged.exit_code == 1 and "database.db: is missing or was changed" in damaged.stderr
    (tmp_path / "backups" / "keys" / "keys.db").unlink()
    assert "without it no backup can be opened" in other("restore", tmp_path / "backups").stderr
    assert other("restore", tmp_path).exit_code == 1


def test_secrets_that_were_given_are_not_copied(tmp_path: Path, gifts: Path) -> None:
    secrets = {"SECRET": "s" * 40, "IDENTITY_KEY": "i" * 40}
    commonwheel = Commands(tmp_path / "home", secrets)
    give(commonwheel, gifts)
    assert commonwheel.json("backup", tmp_path / "backups")["without"] == ["SECRET", "IDENTITY_KEY"]
    without = Commands(tmp_path / "other")("restore", tmp_path / "backups")
    assert without.exit_code == 1 and "set it as it was" in without.stderr
    assert Commands(tmp_path / "third", secrets).json("restore", tmp_path / "backups")["problems"] == []


def test_a_backup_is_whole_while_others_write(released: Commands, tmp_path: Path) -> None:
    stop, given = Event(), []

    def write() -> None:
        while not stop.is_set():
            path = tmp_path / f"more-{len(given)}.jsonl"
            text = f"What is {len(given)} plus {len(given)}, and why?"
            path.write_text(json.dumps({"kind": "chat", "messages": [{"role": "user", "content": text}]}))
            given.append(released.process("import", path, "--yes").returncode)

    with released.serving():
        writer = Thread(target=write)
        writer.start()
        try:
            made = [released.json("backup", tmp_path / f"backups-{number}") for number in range(3)]
        finally:
            stop.set()
            writer.join()
    assert given and not any(given)
    for number, _ in enumerate(made):
        other = Commands(tmp_path / f"other-{number}")
        assert other.json("restore", tmp_path / f"backups-{number}")["problems"] == []
        other.done("worker", "--once")
        assert other.json("doctor")["well"]


def test_postgresql_goes_into_a_backup_and_comes_back(postgres_url: str, gifts: Path, tmp_path: Path) -> None:
    commonwheel = Commands(tmp_path / "home", {"DATABASE_URL": postgres_url})
    assert commonwheel("release", "list").exit_code == 1  # no tables yet, and it says so
    commonwheel.done("migrate")
    give(commonwheel, gifts)
    commonwheel.done("release", "cut")
    commonwheel.done("backup", tmp_path / "backups")
    embedded = Commands(tmp_path / "embedded")
    embedded.done("restore", tmp_path / "backups")
    same(commonwheel, embedded)


def test_an_embedded_instance_moves_to_postgresql(released: Commands, postgres_url: str, tmp_path: Path) -> None:
    released.done("backup", tmp_path / "backups")
    other = Commands(tmp_path / "other", {"DATABASE_URL": postgres_url})
    other.done("restore", tmp_path / "backups")
    same(released, other)
    # The numbers of rows go on where they were.
    path = tmp_path / "one.jsonl"
    path.write_text(
        '{"kind": "chat", "messages": [{"role": "user", "content": "And how long does wheat bread keep?"}]}'
    )
    give(other, path)
    assert other.json("release", "cut")["records"] == 5
