"""Rows of the lake as Parquet files, and back: streaming, in bounded memory, whatever the rows weigh."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, get_type_hints

from commonwheel.records.release import LakeRow

FILE_ROWS = 5000
FILE_BYTES = 16 << 20
"""A file is closed at this many rows, or once it has this many bytes."""
GROUP_BYTES = 8 << 20
"""A row group is closed once its text has this many bytes: what is held in memory at a time."""
BATCH_ROWS = 1000
STATISTICS = ("seq", "entered")
"""The only columns whose least and greatest values are written anywhere: numbers, never text."""

_FEW_VALUES = ["kind", "bucket", "license", "ai_pref", "vocabulary", "purposes", "language", "month"]
_TYPES = get_type_hints(LakeRow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """One Parquet file, in memory, with the least and greatest of its numbers."""

    data: bytes
    rows: int
    seq: tuple[int, int]
    entered: tuple[int, int]


def arrow_schema() -> Any:
    """The columns of LakeRow as an Arrow schema; none may be null."""
    import pyarrow as pa

    types = {int: pa.int64(), str: pa.string(), bytes: pa.binary()}
    return pa.schema([pa.field(name, types[kind], nullable=False) for name, kind in _TYPES.items()])


def pack(rows: Iterable[LakeRow]) -> Iterator[Packed]:
    """Cut rows into Parquet files. Raises ValueError unless `seq` ascends."""
    ascending = _ascending(rows)
    while (file := _next_file(ascending)) is not None:
        yield file


def unpack(data: bytes) -> Iterator[LakeRow]:
    """The rows of one Parquet file, in its order."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = tuple(_TYPES)
    file = pq.ParquetFile(pa.BufferReader(data))
    for batch in file.iter_batches(batch_size=BATCH_ROWS, columns=list(names), use_threads=False):
        for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield LakeRow(**dict(zip(names, values, strict=True)))


def seqs_of(data: bytes) -> list[int]:
    """The numbers of the rows in one Parquet file, without decoding anything else."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    seqs: list[int] = pq.read_table(pa.BufferReader(data), columns=["seq"], use_threads=False)["seq"].to_pylist()
    return seqs


def _ascending(rows: Iterable[LakeRow]) -> Iterator[LakeRow]:
    last: int | None = None
    for row in rows:
        if last is not None and row.seq <= last:
            raise ValueError(f"Rows of the lake must come with ascending numbers; {row.seq} came after {last}.")
        last = row.seq
        yield row


def _next_file(rows: Iterator[LakeRow]) -> Packed | None:
    """One file of rows taken from the front; None where there are no more."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = arrow_schema()
    seqs: list[int] = []
    entered: list[int] = []
    sink = pa.BufferOutputStream()
    with pq.ParquetWriter(
        sink, schema, compression="zstd", use_dictionary=_FEW_VALUES, write_statistics=list(STATISTICS)
    ) as writer:
        while sink.tell() < FILE_BYTES and (group := _next_group(rows, FILE_ROWS - len(seqs))):
            columns = [pa.array([getattr(row, field.name) for row in group], field.type) for field in schema]
            writer.write_table(pa.table(columns, schema=schema), row_group_size=FILE_ROWS)
            seqs += [row.seq for row in group]
            entered += [row.entered for row in group]
    if not seqs:
        return None
    return Packed(
        data=sink.getvalue().to_pybytes(),
        rows=len(seqs),
        seq=(seqs[0], seqs[-1]),
        entered=(min(entered), max(entered)),
    )


def _next_group(rows: Iterator[LakeRow], most: int) -> list[LakeRow]:
    group: list[LakeRow] = []
    size = 0
    for row in itertools.islice(rows, most):
        group.append(row)
        size += len(row.record)
        if size >= GROUP_BYTES:
            break
    return group
