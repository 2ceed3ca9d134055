"""What goes wrong around a lake: writers killed, power cut, disks full, folders closed, files and buckets gone."""

import multiprocessing
import os
import random
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commonwheel.adapters.delta import DeltaLake
from commonwheel.adapters.delta_files import FolderFiles
from commonwheel.adapters.delta_log import DeltaLog
from commonwheel.errors import Misconfigured, StorageFailed
from tests.adapters.lakes import (
    RARE,
    append_to_a_full_disk,
    folder_place,
    one_turn,
    one_turn_elsewhere,
    row,
    rows_of,
    seqs_of,
    write_without_the_right_to,
)
from tests.services import S3

# A fresh interpreter: the library's threads do not survive a fork.
PROCESSES = multiprocessing.get_context("spawn")
ROUNDS = 8


def test_a_writer_killed_at_any_point_can_be_repeated(tmp_path: Path) -> None:
    place = folder_place(tmp_path / "lake")
    chance = random.Random(7)
    expected: list[int] = []
    killed = 0
    for version in range(1, ROUNDS + 1):
        ready = PROCESSES.Event()
        writer = PROCESSES.Process(target=one_turn_elsewhere, args=(place.url, version, ready))
        writer.start()
        assert ready.wait(60)
        time.sleep(chance.uniform(0.0, 0.15))
        if writer.is_alive() and writer.pid is not None:
            os.kill(writer.pid, signal.SIGKILL)
            killed += 1
        writer.join()
        found = seqs_of(place.lake())
        assert found[: len(expected)] == expected
        assert len(found) - len(expected) in (0, 10, 20)
        one_turn(place.lake(), version)
        expected += [version * 100 + n for n in range(1, 20, 2)]
        assert seqs_of(place.lake()) == expected
    everything = place.decoded()
    gone = [f"id-{version * 100 + n:08d}" for version in range(1, ROUNDS + 1) for n in range(0, 20, 2)]
    assert [text for text in gone if text in everything] == []
    assert f"id-{expected[-1]:08d}" in everything
    assert killed > 0


class Crash(BaseException):
    """The process is no more."""


def crash_at(point: int, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the process end before its nth file operation, and do nothing after; the list is of what it did."""
    done: list[str] = []

    def ending(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def operation(*args: Any, **kwargs: Any) -> Any:
            if len(done) >= point:
                raise Crash
            done.append(name)
            return real(*args, **kwargs)

        return operation

    for name in ("write", "sync", "sweep", "remove"):
        monkeypatch.setattr(FolderFiles, name, ending(name, getattr(FolderFiles, name)))
    return done


def test_an_erasure_ended_before_any_of_its_steps_is_finished_by_repeating_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    point, ended = 0, False
    while not ended:
        place = folder_place(tmp_path / f"lake-{point}")
        for version in (1, 2):
            place.lake().append(version, [row(version * 10 + n, RARE[0]) for n in range(3)])
        with monkeypatch.context() as patch:
            crash_at(point, patch)
            try:
                place.lake().erase([10, 21])
                ended = True
            except Crash:
                ended = False
        left = [11, 12, 20, 22]
        assert seqs_of(place.lake()) in ([10, 11, 12, 20, 21, 22], left)
        place.lake().erase([10, 21])
        assert seqs_of(place.lake()) == left
        everything = place.decoded()
        assert [text for text in ("id-00000010", "id-00000021", '"remove":{') if text in everything] == []
        assert len(place.contents()) == 2 + 3
        point += 1
    assert point > 8


@pytest.mark.parametrize(
    "tear",
    [lambda data: b"", lambda data: bytes(len(data)), lambda data: data[:-60]],
    ids=["empty", "zeros", "cut"],
)
def test_a_commit_torn_by_a_power_cut_counts_as_not_there(tmp_path: Path, tear: Callable[[bytes], bytes]) -> None:
    place = folder_place(tmp_path / "lake")
    place.lake().append(1, [row(1)])
    place.lake().append(2, [row(2)])
    last = max((tmp_path / "lake" / "_delta_log").glob("*.json"))
    last.write_bytes(tear(last.read_bytes()))
    assert (seqs_of(place.lake()), place.lake().appended()) == ([1], 1)
    place.lake().append(2, [row(2)])
    assert (seqs_of(place.lake()), place.lake().appended()) == ([1, 2], 2)


def test_a_log_shortened_while_it_is_read_is_read_anew(tmp_path: Path) -> None:
    place = folder_place(tmp_path / "lake")
    for version in range(1, 4):
        place.lake().append(version, [row(version)])
    log = DeltaLog((tmp_path / "lake").as_uri(), {}, FolderFiles(tmp_path / "lake"), "lake")
    log.shorten()
    read = []

    def shortened_once(table: Any) -> int:
        read.append(table)
        if len(read) == 1:
            place.lake().append(4, [row(4)])
            log.shorten()
        return int(table.transaction_version("commonwheel"))

    assert log._reading(shortened_once) == 4
    assert len(read) == 2
    assert seqs_of(place.lake()) == [1, 2, 3, 4]


def in_a_process(work: Callable[[str], None], url: str) -> None:
    """Do something in a process of its own, whose limits and user may change."""
    process = PROCESSES.Process(target=work, args=(url,))
    process.start()
    process.join()
    assert process.exitcode == 0


def test_a_full_disk_is_said_and_leaves_the_lake_as_it_was(tmp_path: Path) -> None:
    place = folder_place(tmp_path / "lake")
    place.lake().append(1, [row(1)])
    before = place.contents()
    in_a_process(append_to_a_full_disk, place.url)
    assert place.contents() == before


def test_a_folder_that_takes_no_writes_is_said() -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = folder_place(Path(folder) / "lake")
        place.lake().append(1, [row(1)])
        for path in (Path(folder) / "lake" / "_delta_log", Path(folder) / "lake", Path(folder)):
            path.chmod(0o555)
        in_a_process(write_without_the_right_to, place.url)
        for path in (Path(folder), Path(folder) / "lake", Path(folder) / "lake" / "_delta_log"):
            path.chmod(0o755)
        assert seqs_of(place.lake()) == [1]


def test_a_missing_bucket_is_said(s3: S3) -> None:
    lake = DeltaLake("s3://not-there/lake", s3.options)
    for work in (lambda: lake.append(1, [row(1)]), lambda: lake.appended(), lambda: rows_of(lake)):
        with pytest.raises(StorageFailed, match="Create the bucket 'not-there'"):
            work()


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    place = folder_place(tmp_path / "lake")
    place.lake().append(1, [row(1)])
    next((tmp_path / "lake").glob("*.parquet")).unlink()
    with pytest.raises(StorageFailed, match="lacks a file"):
        rows_of(place.lake())


def test_a_folder_name_the_library_misreads_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        DeltaLake(str(tmp_path / "a%20b"))


def test_large_rows_are_spread_over_files(tmp_path: Path) -> None:
    lake = DeltaLake(str(tmp_path / "lake"))
    chance = random.Random(3)
    lake.append(1, (row(seq, chance.randbytes(500_000).hex()) for seq in range(1, 51)))
    sizes = [path.stat().st_size for path in (tmp_path / "lake").glob("*.parquet")]
    assert len(sizes) > 1
    assert max(sizes) < 25_000_000
    assert seqs_of(lake) == list(range(1, 51))
    lake.compact()
    assert lake.compact() == 0
