"""The lake as a Delta table: a folder or an S3 prefix, no server, every write one commit.

We cut the files and commit them ourselves, as lists of files added and removed: so ranges of rows and statistics
are ours to choose, no commit ever names a row, and an append, an erasure and a compaction are the same step.
"""

import contextlib
import heapq
import itertools
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import attrgetter
from pathlib import Path
from urllib.parse import unquote

from commonwheel.adapters.delta_files import LOG, Files, FolderFiles, S3Files
from commonwheel.adapters.delta_log import DataFile, DeltaLog, Snapshot, commit_number, entries_of, now
from commonwheel.adapters.delta_rows import BATCH_ROWS, FILE_BYTES, FILE_ROWS, pack, seqs_of, unpack
from commonwheel.errors import Conflict, Misconfigured, StorageFailed
from commonwheel.ports import LakeErasure
from commonwheel.records.release import LakeRow


class DeltaLake:
    """Released records in a Delta table (reader 1, writer 2 of PROTOCOL.md in github.com/delta-io/delta).

    One process writes at a time, the one that holds the lake lease; any number read meanwhile. A second writer is
    noticed and refused with LakeBusy. What cannot be read or written raises StorageFailed.
    """

    def __init__(self, url: str, storage_options: Mapping[str, str] | None = None) -> None:
        """`url` is a folder or `s3://bucket/prefix`; options are named as in the environment (AWS_REGION, …)."""
        options = storage_options or {}
        self._shown = url
        self._files: Files
        if url.startswith("s3://"):
            self._files = S3Files(url, options)
            self._log = DeltaLog(url, options, self._files, url)
        else:
            folder = Path(url).absolute()
            if unquote(str(folder)) != str(folder):
                raise Misconfigured(f"The lake cannot be at {url}: '%' and two digits in a name are misread.")
            self._files = FolderFiles(folder)
            self._log = DeltaLog(folder.as_uri(), options, self._files, url)

    def append(self, version: int, rows: Iterable[LakeRow]) -> None:
        """Add the rows of a release, durably, in one commit. Doing it again for the same version does nothing.

        Rows come with ascending `seq` (ValueError otherwise) and are never all in memory.
        """
        self._log.create()
        if self.appended() < version:
            with contextlib.ExitStack() as undo:
                adds = self._write(rows, now(), undo)
                undo.pop_all()
            self._log.commit(adds, version=version)
        else:
            self._files.sync()  # a crash may have come between its commit and this
        self._log.shorten_if_long()

    def appended(self) -> int:
        """The last version that was appended; 0 where there was none."""
        return self._log.snapshot().appended

    def erase(self, seqs: Collection[int]) -> LakeErasure:
        """Remove rows physically, by writing anew the files that hold them. Repeat it after a crash."""
        wanted = frozenset(seqs)
        adds: list[DataFile] = []
        removes: list[DataFile] = []
        erased = 0
        with contextlib.ExitStack() as undo:
            for file in self._log.snapshot().holding(wanted):
                data = self._files.read(file.name)
                held = wanted.intersection(seqs_of(data))
                if held:
                    # Dated as before: one new date on several files would say what was erased together.
                    adds += self._write(_without(held, unpack(data)), file.modified, undo)
                    removes.append(file)
                    erased += len(held)
            undo.pop_all()
        self._replace(removes, adds)
        return LakeErasure(
            rows=erased, files_rewritten=len(removes), bytes_rewritten=sum(file.size for file in adds)
        )

    def scan(self, after: int = 0) -> Iterator[list[LakeRow]]:
        """All rows with `seq` greater than `after`, ascending, in batches; files may be replaced meanwhile."""
        for snapshot in self._snapshots():
            files = [file for file in snapshot.files if file.last > after]
            try:
                for batch in _batches(row for row in self._rows(files) if row.seq > after):
                    yield batch
                    after = batch[-1].seq
                return
            except FileNotFoundError:
                continue

    def get(self, seqs: Collection[int]) -> list[LakeRow]:
        """Those of the rows that are here, ascending. Reads only the files that can hold them."""
        wanted = frozenset(seqs)
        for snapshot in self._snapshots():
            with contextlib.suppress(FileNotFoundError):
                return [row for row in self._rows(snapshot.holding(wanted)) if row.seq in wanted]
        return []

    def compact(self) -> int:
        """Merge small neighbouring files into files of about 5,000 rows, ranges apart; how many fewer they are.

        Also destroys what a crash left behind, and shortens the log. With nothing to do it is cheap.
        """
        adds: list[DataFile] = []
        removes: list[DataFile] = []
        with contextlib.ExitStack() as undo:
            for group in _mergeable(self._log.snapshot().files):
                adds += self._write(self._rows(group), max(file.modified for file in group), undo)
                removes += group
            undo.pop_all()
        self._replace(removes, adds)
        return len(removes) - len(adds)

    def copy_to(self, folder: Path) -> int:
        """Copy the lake as it is now into a folder, durably, while it may be written; returns its last version.

        What the folder has of an earlier copy is used again or removed.
        """
        target = FolderFiles(folder)
        for snapshot in self._snapshots():
            target.sweep(LOG, ())
            kept = target.names()
            try:
                for file in snapshot.files:
                    if file.name not in kept:
                        target.write(file.name, self._files.read(file.name), file.modified)
                for name in entries_of(snapshot, self._files.names(LOG)):
                    target.write(f"{LOG}/{name}", self._files.read(f"{LOG}/{name}"))
            except FileNotFoundError:
                continue
            target.sweep("", {file.name for file in snapshot.files})
            target.sync()
            return snapshot.appended
        return 0

    def restore_from(self, folder: Path) -> int:
        """Fill an absent lake from what `copy_to` made; returns its last version. Raises Conflict where one is."""
        if self._log.exists():
            raise Conflict(f"There is a lake at {self._shown} already: remove it, or restore elsewhere.")
        source = FolderFiles(folder)
        for name in sorted(source.names()):
            self._files.write(name, source.read(name))
        # The oldest entry, on which the others stand, comes last: a restore that was interrupted is no lake.
        for name in sorted(source.names(LOG), key=lambda name: (-commit_number(name), "checkpoint" in name)):
            self._files.write(f"{LOG}/{name}", source.read(f"{LOG}/{name}"))
        self._files.sync()
        return self.appended()

    def _replace(self, removes: list[DataFile], adds: list[DataFile]) -> None:
        """Put files in the place of others, then destroy all that is not of the lake now, log included."""
        if removes:
            self._log.commit(adds, removes)
        self._log.shorten()
        self._files.sweep("", {file.name for file in self._log.snapshot().files})
        self._files.sync()

    def _snapshots(self) -> Iterator[Snapshot]:
        """The lake as it is now; asked again, because a file was gone, as it is then. Raises if it is the same."""
        seen = None
        while (snapshot := self._log.snapshot()).commit != seen:
            yield snapshot
            seen = snapshot.commit
        raise StorageFailed(f"The lake at {self._shown} lacks a file that its log lists: restore or rebuild it.")

    def _rows(self, files: Iterable[DataFile]) -> Iterator[LakeRow]:
        for cluster in _clusters(files):
            yield from heapq.merge(*(self._unpacked(file) for file in cluster), key=attrgetter("seq"))

    def _unpacked(self, file: DataFile) -> Iterator[LakeRow]:
        yield from unpack(self._files.read(file.name))

    def _write(self, rows: Iterable[LakeRow], modified: int, undo: contextlib.ExitStack) -> list[DataFile]:
        """Write data files, which no one sees until they are committed; `undo` removes them."""
        written = []
        for packed in pack(rows):
            name = f"{uuid.uuid4().hex}.parquet"
            undo.callback(self._files.remove, [name])
            self._files.write(name, packed.data, modified)
            written.append(
                DataFile(
                    name=name,
                    size=len(packed.data),
                    rows=packed.rows,
                    first=packed.seq[0],
                    last=packed.seq[1],
                    entered=packed.entered,
                    modified=modified,
                )
            )
        return written


def _without(seqs: Collection[int], rows: Iterable[LakeRow]) -> Iterator[LakeRow]:
    return (row for row in rows if row.seq not in seqs)


def _batches(rows: Iterator[LakeRow]) -> Iterator[list[LakeRow]]:
    while batch := list(itertools.islice(rows, BATCH_ROWS)):
        yield batch


def _clusters(files: Iterable[DataFile]) -> Iterator[list[DataFile]]:
    """Ascending files, together where their ranges overlap."""
    cluster: list[DataFile] = []
    for file in files:
        if cluster and file.first > max(other.last for other in cluster):
            yield cluster
            cluster = []
        cluster.append(file)
    if cluster:
        yield cluster


def _mergeable(files: Iterable[DataFile]) -> list[list[DataFile]]:
    """Neighbours that fit into one file together, and files that overlap."""
    groups: list[list[DataFile]] = []
    for cluster in _clusters(files):
        joined = [*groups[-1], *cluster] if groups else []
        rows, size = sum(file.rows for file in joined), sum(file.size for file in joined)
        if joined and rows <= FILE_ROWS and size <= FILE_BYTES // 2:
            groups[-1] = joined
        else:
            groups.append(cluster)
    return [group for group in groups if len(group) > 1]
