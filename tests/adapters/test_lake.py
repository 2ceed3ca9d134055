"""What every lake must do, in a folder and on S3: keep rows, give them back, and truly forget."""

import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import deltalake
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonwheel.adapters.delta import DeltaLake
from commonwheel.errors import Conflict, LakeBusy, StorageFailed
from commonwheel.records.release import LakeRow
from tests.adapters.lakes import RARE, Place, client_of, folder_place, row, rows_of, s3_place, seqs_of
from tests.services import S3


@pytest.fixture(params=["folder", "s3", "s3-versioned"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """Somewhere for a lake, for each kind of storage."""
    if request.param == "folder":
        return folder_place(tmp_path / "a läke #1")
    s3: S3 = request.getfixturevalue("s3")
    if request.param == "s3-versioned":
        client_of(s3).put_bucket_versioning(Bucket=s3.bucket, VersioningConfiguration={"Status": "Enabled"})
    return s3_place(s3, "data/lake")


def test_an_absent_lake_is_empty(place: Place) -> None:
    lake = place.lake()
    assert lake.appended() == 0
    assert rows_of(lake) == lake.get([1]) == []
    assert lake.erase([1]).rows == lake.compact() == 0
    assert place.contents() == {}


def test_what_goes_in_comes_out(place: Place) -> None:
    given_rows = [row(seq, version=1) for seq in range(1, 2500)]
    place.lake().append(1, iter(given_rows))
    assert rows_of(place.lake()) == given_rows
    assert [item.seq for item in rows_of(place.lake(), after=2490)] == list(range(2491, 2500))
    assert place.lake().get([7, 2499, 5000, -3]) == [given_rows[6], given_rows[2498]]
    assert max(len(batch) for batch in place.lake().scan()) <= 1000


def test_appending_a_version_again_does_nothing(place: Place) -> None:
    lake = place.lake()
    lake.append(1, [row(1)])
    lake.append(2, [row(2)])
    for version in (1, 2):
        place.lake().append(version, [row(9)])
    assert (seqs_of(lake), lake.appended()) == ([1, 2], 2)
    lake.append(5, [])
    assert (seqs_of(lake), place.lake().appended()) == ([1, 2], 5)


def test_the_version_outlives_the_log(place: Place) -> None:
    lake = place.lake()
    lake.append(3, [row(1), row(2)])
    lake.erase([1, 2])
    lake.compact()
    assert (seqs_of(lake), place.lake().appended()) == ([], 3)
    lake.append(3, [row(1)])
    assert seqs_of(lake) == []


def test_erased_rows_are_nowhere(place: Place) -> None:
    lake = place.lake()
    kept = [row(seq) for seq in range(1, 40)]
    planted = [row(40, RARE[0]), row(41), row(42, RARE[1])]
    lake.append(1, [*kept, planted[0]])
    lake.append(2, planted[1:])
    gone = [RARE[0], RARE[1], planted[0].id, planted[2].id, planted[0].salt.decode("latin-1")]
    before = place.decoded()
    assert [text for text in gone if text not in before] == []

    erasure = lake.erase([40, 42])

    assert (erasure.rows, erasure.files_rewritten) == (2, 2)
    assert erasure.bytes_rewritten > 0
    after = place.decoded()
    assert [text for text in gone if text in after] == []
    assert rows_of(place.lake()) == [*kept, planted[1]]
    again = lake.erase([40, 42])
    assert (again.rows, again.files_rewritten, again.bytes_rewritten) == (0, 0, 0)


def test_the_log_does_not_say_what_was_erased_together(place: Place) -> None:
    lake = place.lake()
    for version, first in ((1, 100_100), (2, 200_200), (3, 300_300)):
        lake.append(version, [row(seq, version=version) for seq in range(first, first + 10)])
    erased = [100_103, 200_203, 300_309]
    dates = log_dates(place)
    lake.erase(erased)
    log = {name: data for name, data in place.contents().items() if "_delta_log" in name}
    for data in log.values():
        text = Place("", {}, lambda data=data: {"": data}).decoded()
        assert [seq for seq in erased if str(seq) in text] == []
        assert '"remove":{' not in text
    assert log_dates(place) == dates
    assert sorted(name.split("?")[0].split(".", 1)[-1][-18:] for name in log) == sorted(
        ["json", "checkpoint.parquet", log_name(log, "_last_checkpoint")]
    )


def log_name(log: dict[str, bytes], ending: str) -> str:
    """How the check above sees an entry with this name."""
    return next(name.split("?")[0].split(".", 1)[-1][-18:] for name in log if name.split("?")[0].endswith(ending))


def log_dates(place: Place) -> list[int]:
    """When the log says the files were written."""
    table = deltalake.DeltaTable(place.url, storage_options=place.options)
    return sorted(pa.table(table.get_add_actions(flatten=True))["modification_time"].to_pylist())


def test_statistics_hold_numbers_only(place: Place) -> None:
    place.lake().append(1, [row(1, RARE[0]), row(2)])
    log = {name: data for name, data in place.contents().items() if "_delta_log" in name}
    text = Place("", {}, lambda: log).decoded()
    assert "id-00000001" not in text
    assert RARE[0] not in text


def test_compacting_keeps_every_row_and_the_ranges_apart(place: Place) -> None:
    lake = place.lake()
    for version in range(1, 5):
        lake.append(version, [row(seq, version=version) for seq in range(version * 10, version * 10 + 10)])
    before = rows_of(lake)
    assert lake.compact() == 3
    assert rows_of(place.lake()) == before
    assert sum(".parquet" in name and "_delta_log" not in name for name in place.contents()) == 1
    everything = place.contents()
    assert lake.compact() == 0
    assert place.contents() == everything


def test_appending_alone_keeps_the_log_short(tmp_path: Path) -> None:
    place = folder_place(tmp_path / "lake")
    for version in range(1, 30):
        place.lake().append(version, [row(version)])
    assert sum("_delta_log" in name for name in place.contents()) < 25
    assert (seqs_of(place.lake()), place.lake().appended()) == (list(range(1, 30)), 29)


def test_rows_of_releases_may_interleave(place: Place) -> None:
    lake = place.lake()
    lake.append(1, [row(1), row(5), row(9)])
    lake.append(2, [row(2), row(6)])
    lake.append(3, [row(20)])
    assert seqs_of(lake) == [1, 2, 5, 6, 9, 20]
    assert lake.compact() == 2
    assert seqs_of(lake) == [1, 2, 5, 6, 9, 20]


def test_rows_that_do_not_ascend_are_refused_whole(place: Place) -> None:
    lake = place.lake()
    lake.append(1, [row(1)])
    with pytest.raises(ValueError, match="ascending"):
        lake.append(2, [row(seq) for seq in [*range(2, 6000), 17]])
    assert (seqs_of(lake), lake.appended()) == ([1], 1)
    lake.compact()  # in a versioned bucket, removed files go with the next sweep
    assert sum(".parquet" in name and "_delta_log" not in name for name in place.contents()) == 1


def test_two_handles_append_the_same_version_once(place: Place) -> None:
    first, second = place.lake(), place.lake()
    first.append(1, [row(1)])

    def meanwhile() -> Iterator[LakeRow]:
        yield row(2)
        first.append(2, [row(2)])

    second.append(2, meanwhile())
    assert (seqs_of(first), first.appended()) == ([1, 2], 2)


def test_an_append_between_anothers_look_and_commit_is_refused_or_kept(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = place.lake(), place.lake()
    first.append(1, [row(1)])
    real = deltalake.DeltaTable.create_write_transaction
    others: list[Callable[[], object]] = [lambda: first.append(2, [row(2)])]

    def interrupted(*args: Any, **kwargs: Any) -> None:
        if others:
            others.pop()()
        real(*args, **kwargs)

    monkeypatch.setattr(deltalake.DeltaTable, "create_write_transaction", interrupted)
    second.append(2, [row(2)])
    assert (seqs_of(first), second.appended()) == ([1, 2], 2)

    others.append(lambda: first.append(3, [row(3)]))
    with pytest.raises(LakeBusy):
        second.append(4, [row(4)])
    second.append(4, [row(4)])

    def shorten() -> None:
        first.append(5, [row(5)])
        first.append(6, [row(6)])
        first.compact()

    others.append(shorten)
    with pytest.raises((LakeBusy, StorageFailed)):
        second.append(7, [row(7)])
    second.append(7, [row(7)])
    others.append(lambda: first.compact() and first.erase([3]) and None)
    with pytest.raises((LakeBusy, StorageFailed)):
        second.erase([3, 4])
    second.erase([3, 4])
    assert (seqs_of(first), first.appended()) == ([1, 2, 5, 6, 7], 7)


def test_a_scan_goes_on_while_files_are_replaced(place: Place) -> None:
    lake = place.lake()
    for version in range(1, 4):
        lake.append(version, [row(seq) for seq in range(version * 10_000, version * 10_000 + 1500)])
    scan = place.lake().scan()
    seen = [item.seq for item in next(scan)]
    lake.compact()
    lake.erase([20_001, 30_002])
    seen += [item.seq for batch in scan for item in batch]
    assert seen == [
        seq
        for start in (10_000, 20_000, 30_000)
        for seq in range(start, start + 1500)
        if seq not in (20_001, 30_002)
    ]


def test_a_copy_is_a_lake(place: Place, tmp_path: Path) -> None:
    lake = place.lake()
    for version in (1, 2, 3):
        lake.append(version, [row(seq) for seq in range(version * 10, version * 10 + 10)])
    assert lake.copy_to(tmp_path / "copy") == 3
    lake.erase([11])
    lake.append(4, [row(99)])
    assert seqs_of(DeltaLake(str(tmp_path / "copy"))) == list(range(10, 40))
    assert lake.copy_to(tmp_path / "copy") == 4
    with pytest.raises(Conflict):
        lake.restore_from(tmp_path / "copy")
    elsewhere = Place(place.url + "-restored", place.options, place.contents).lake()
    assert elsewhere.restore_from(tmp_path / "copy") == 4
    assert rows_of(elsewhere) == rows_of(lake)
    elsewhere.append(5, [row(100)])
    assert elsewhere.compact() > 0
    assert seqs_of(elsewhere)[-2:] == [99, 100]


Step = tuple[str, Any]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.lists(st.integers(1, 60), max_size=8, unique=True)),
        st.tuples(st.just("again"), st.none()),
        st.tuples(st.just("erase"), st.sets(st.integers(1, 60), max_size=12)),
        st.tuples(st.just("compact"), st.none()),
    ),
    max_size=12,
)


def check_against_a_dict(place: Place, steps: Sequence[Step]) -> None:
    """Whatever was done, the rows are those of a dict."""
    model: dict[int, LakeRow] = {}
    version = 0
    for what, value in steps:
        if what == "append":
            version += 1
            fresh = [row(seq, version=version) for seq in sorted(value) if seq not in model]
            place.lake().append(version, fresh)
            model |= {item.seq: item for item in fresh}
        elif what == "again":
            place.lake().append(version, [row(61)])
        elif what == "erase":
            assert place.lake().erase(value).rows == len(value & model.keys())
            model = {seq: item for seq, item in model.items() if seq not in value}
        else:
            place.lake().compact()
    assert rows_of(place.lake()) == [model[seq] for seq in sorted(model)]
    assert place.lake().get(range(20, 40)) == [model[seq] for seq in sorted(model) if 20 <= seq < 40]
    assert place.lake().appended() == version


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_of_steps_in_a_folder(steps: list[Step]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        check_against_a_dict(folder_place(Path(folder) / "lake"), steps)


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_sequence_of_steps_on_s3(s3: S3, steps: list[Step]) -> None:
    check_against_a_dict(s3_place(s3, f"lake-{uuid.uuid4().hex}"), steps)
