"""The log of a Delta table: which files are the lake now, changes to it, and no memory of what went before."""

import contextlib
import json
import time
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeVar

from commonwheel.adapters.delta_files import LOG, Files, storage_faults
from commonwheel.adapters.delta_rows import STATISTICS, arrow_schema
from commonwheel.errors import LakeBusy, StorageFailed

_APP = "commonwheel"
Read = TypeVar("Read")
_TRIES = 3
_LONG = 20
"""A log with more commits than this is shortened by the next append."""
_PROPERTIES = {
    "delta.dataSkippingStatsColumns": ",".join(STATISTICS),
    # What was removed is destroyed at once, and its trace with it: the lake has no time travel.
    "delta.deletedFileRetentionDuration": "interval 0 seconds",
    "delta.logRetentionDuration": "interval 0 seconds",
    # Checkpoints are ours to time: one on an erasure's own commit would keep that commit in the log.
    "delta.enableExpiredLogCleanup": "false",
    "delta.checkpointInterval": "1000000000",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFile:
    """One data file: its size in bytes, first and last `seq`, range of `entered`, date in ms since 1970."""

    name: str
    size: int
    rows: int
    first: int
    last: int
    entered: tuple[int, int]
    modified: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """The lake at one commit: the last version appended, and its files, ascending."""

    commit: int
    appended: int
    files: tuple[DataFile, ...]

    def holding(self, seqs: Collection[int]) -> list[DataFile]:
        """The files whose range has one of these numbers."""
        ordered = sorted(seqs)
        starts = ((file, bisect_left(ordered, file.first)) for file in self.files)
        return [file for file, start in starts if start < len(ordered) and ordered[start] <= file.last]


_ABSENT = Snapshot(commit=-1, appended=0, files=())


class DeltaLog:
    """The table at `uri`, read anew at each call, so that what another process wrote is always seen."""

    def __init__(self, uri: str, options: Mapping[str, str], files: Files, shown: str) -> None:
        """`files` are those of the same place; `shown` is how messages name it."""
        self._uri = uri
        self._options = dict(options)
        self._files = files
        self._shown = shown

    def create(self) -> None:
        """Make an empty table where there is none, and mend the log of one that is there."""
        import deltalake

        self._files.heal()
        if self._table() is None:
            with self._faults():
                deltalake.DeltaTable.create(
                    self._uri,
                    schema=arrow_schema(),
                    mode="ignore",
                    configuration=_PROPERTIES,
                    storage_options=self._options,
                )

    def exists(self) -> bool:
        """Whether there is a table."""
        return self._table() is not None

    def snapshot(self) -> Snapshot:
        """The lake as it is now; empty where there is none."""
        return self._reading(_snapshot)

    def commit(
        self, adds: Sequence[DataFile], removes: Sequence[DataFile] = (), version: int | None = None
    ) -> None:
        """Make one change seen, durably: files that are written, files that go, the version that is appended.

        A version that is there already is fine, and its files are removed. Raises LakeBusy when somebody else
        writes the lake too.
        """
        from deltalake import CommitProperties, Transaction
        from deltalake.exceptions import CommitFailedError
        from deltalake.transaction import RemoveAction

        self._files.sync()
        table = self._table()
        if version is not None and self.snapshot().appended >= version:
            self._files.remove({file.name for file in adds})
            return
        gone = [RemoveAction(file.name, True, now(), file.size, {}) for file in removes]
        marks = None if version is None else CommitProperties(app_transactions=[Transaction(_APP, version)])
        with self._faults(), contextlib.suppress(CommitFailedError):
            table.create_write_transaction(
                [*map(_add_action, adds), *gone],
                "append",
                table.schema(),
                commit_properties=marks,
                post_commithook_properties=_no_hooks(),
            )
        self._files.sync()
        # Only looking tells a commit that counts from one refused, or one lost under a log shortened meanwhile.
        after = self.snapshot()
        names = {file.name for file in after.files}
        added = {file.name for file in adds}
        counts = version is None or after.appended >= version
        if counts and added <= names and names.isdisjoint(file.name for file in removes):
            return
        self._files.remove(added - names)
        if version is None or not counts:
            raise LakeBusy

    def shorten_if_long(self) -> None:
        """Keep the log quick to read."""
        if sum(name.endswith(".json") for name in self._files.names(LOG)) > _LONG:
            self.shorten()

    def shorten(self) -> None:
        """Leave nothing in the log but what the lake is now: one checkpoint, on a commit of nothing."""
        table = self._table()
        if table is None or self._files.names(LOG) == _short(table.version()):
            return
        with self._faults():
            # The commit that a checkpoint stands on stays, so it must not be one that says what was removed.
            table.create_write_transaction([], "append", table.schema(), post_commithook_properties=_no_hooks())
            table.update_incremental()
            table.create_checkpoint()
        self._files.sync()
        self._files.sweep(LOG, _short(table.version()))
        self._files.sync()

    def _table(self) -> Any:
        """The table as it is now; None where there is none."""
        return self._reading(lambda table: table)

    def _reading(self, read: Callable[[Any], Read]) -> Read:
        """What `read` makes of the table, or of None where there is none.

        Opening it does not read all of its log, so what is read of it later can be gone by then too.
        """
        import deltalake
        from deltalake.exceptions import DeltaError, TableNotFoundError

        with self._faults():
            for _ in range(_TRIES):
                try:
                    return read(deltalake.DeltaTable(self._uri, storage_options=self._options))
                except TableNotFoundError:
                    if not self._files.names(LOG):
                        return read(None)
                except (DeltaError, OSError):
                    # The log was shortened while it was read, or its end is torn.
                    self._files.heal()
            return read(deltalake.DeltaTable(self._uri, storage_options=self._options))

    @contextlib.contextmanager
    def _faults(self) -> Iterator[None]:
        """Raise what the library says as StorageFailed, except that somebody else was faster."""
        from deltalake.exceptions import CommitFailedError, DeltaError

        try:
            with storage_faults(self._shown):
                yield
        except CommitFailedError:
            raise
        except (DeltaError, FileNotFoundError) as error:
            what = f"cannot be read or written ({type(error).__name__}). Try again, or else restore or rebuild it."
            raise StorageFailed(f"The lake at {self._shown} {what}", storage=self._shown) from error


def _snapshot(table: Any) -> Snapshot:
    import pyarrow as pa

    if table is None:
        return _ABSENT
    adds = pa.table(table.get_add_actions(flatten=True)).to_pylist()
    return Snapshot(
        commit=table.version(),
        appended=table.transaction_version(_APP) or 0,
        files=tuple(sorted((_data_file(add) for add in adds), key=attrgetter("first", "last"))),
    )


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def entries_of(snapshot: Snapshot, names: Collection[str]) -> list[str]:
    """The entries of a log that a snapshot stands on, by name: its last checkpoint, and the commits from there."""
    upto = sorted(name for name in names if 0 <= commit_number(name) <= snapshot.commit)
    base = max((commit_number(name) for name in upto if name.endswith(".checkpoint.parquet")), default=0)
    return [name for name in upto if commit_number(name) >= base and name.endswith((".json", ".parquet"))]


def commit_number(name: str) -> int:
    """The commit an entry of the log is about; -1 for other files."""
    number = name.partition(".")[0]
    return int(number) if number.isdigit() else -1


def _short(commit: int) -> set[str]:
    return {f"{commit:020}.json", f"{commit:020}.checkpoint.parquet", "_last_checkpoint"}


def _no_hooks() -> Any:
    from deltalake import PostCommitHookProperties

    return PostCommitHookProperties(create_checkpoint=False, cleanup_expired_logs=False)


def _add_action(file: DataFile) -> Any:
    from deltalake.transaction import AddAction

    statistics = {
        "numRecords": file.rows,
        "minValues": {"seq": file.first, "entered": file.entered[0]},
        "maxValues": {"seq": file.last, "entered": file.entered[1]},
        "nullCount": dict.fromkeys(STATISTICS, 0),
    }
    return AddAction(file.name, file.size, {}, file.modified, True, json.dumps(statistics))


def _data_file(add: Mapping[str, Any]) -> DataFile:
    return DataFile(
        name=add["path"],
        size=add["size_bytes"],
        rows=add["num_records"],
        first=add["min.seq"],
        last=add["max.seq"],
        entered=(add["min.entered"], add["max.entered"]),
        modified=add["modification_time"],
    )
