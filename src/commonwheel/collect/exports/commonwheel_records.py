"""Our own releases: published records as JSON lines or Parquet, and gold pairs as Parquet.

Records keep their license and AI preference. In a folder the gold pairs are left, since they are made of its
records. Of a signal without the record that it is about nothing is left to say, so it is not taken.
"""

from collections.abc import Iterator

import pydantic_core

from commonwheel.collect.exports.trl_preference import preference
from commonwheel.collect.items import Item, Reader, Row, Skipped, made
from commonwheel.collect.lines import Source
from commonwheel.collect.published import under_its_terms
from commonwheel.collect.shapes import objects, shape_of
from commonwheel.records.contribution import KINDS
from commonwheel.records.terms import Terms

MAX_GROUP_BYTES = 400_000_000
"""Unpacked, of a column of one group of rows, which is read as a whole."""
_BATCH = 64
_MAGIC = b"PAR1"
_KINDS = frozenset(kind.__name__.lower() for kind in KINDS)
_OF_RELEASE = frozenset(
    {"id", "license", "ai_pref", "vocabulary", "purposes", "attribution", "month", "release"}
    | {"tier", "hazards", "sampling"}
)
"""What publishing adds."""
_PAIR = ("prompt", "chosen", "rejected", "license", "ai_pref")


def _is_record(row: Row) -> bool:
    return (
        isinstance(row.get("kind"), str)
        and row["kind"] in _KINDS
        and {"license", "ai_pref", "month"} <= row.keys()
    )


def _recognizes(source: Source) -> bool:
    if source.head.startswith(_MAGIC):
        return source.file is not None
    return any(map(_is_record, shape_of(source).objects)) and not any(
        "failed" in row for row in shape_of(source).objects
    )


def _read(source: Source, defaults: Terms | None) -> Iterator[Item]:
    rows = _parquet(source) if source.head.startswith(_MAGIC) else objects(source)
    for found in rows:
        if isinstance(found, Skipped):
            yield found
            continue
        where, row = found
        body = _body(row) if _is_record(row) else preference(row)
        if isinstance(body, str):
            yield Skipped(where=where, why="neither a published record nor a pair")
        else:
            yield under_its_terms(made(body, where, defaults), row, where, defaults)


def _body(row: Row) -> Row:
    body = {key: value for key, value in row.items() if key not in _OF_RELEASE and value is not None}
    if isinstance(body.get("source"), dict):
        body["source"] = {key: value for key, value in body["source"].items() if value is not None}
    return body


def _parquet(source: Source) -> Iterator[tuple[str, Row] | Skipped]:
    """The rows of a Parquet file: of records their JSON, of pairs their columns."""
    import pyarrow as pa  # large, and a server that knows of this reader seldom reads with it
    import pyarrow.parquet as pq

    number = 0
    try:
        table = pq.ParquetFile(source.file)
        names = set(table.schema_arrow.names)
        columns = ["record"] if "record" in names else [name for name in _PAIR if name in names]
        sizes = (
            table.metadata.row_group(group).column(column).total_uncompressed_size
            for group in range(table.metadata.num_row_groups)
            for column in range(table.metadata.num_columns)
        )
        if max(sizes, default=0) > MAX_GROUP_BYTES:
            yield Skipped(where="the file", why="its groups of rows are larger than is read")
            return
        for batch in table.iter_batches(batch_size=_BATCH, columns=columns):
            for row in batch.to_pylist():
                number += 1
                yield _row(f"row {number}", row)
    except (pa.ArrowException, OSError, ValueError):
        yield Skipped(where=f"behind row {number}", why="the Parquet file is damaged, or of another kind")


def _row(where: str, row: Row) -> tuple[str, Row] | Skipped:
    if "record" not in row:
        return where, row
    try:
        record = pydantic_core.from_json(row["record"] or "")
    except (ValueError, TypeError):  # the column may hold anything
        record = None
    return (
        (where, record) if isinstance(record, dict) else Skipped(where=where, why="/record is not a JSON object")
    )


READER = Reader(
    name="commonwheel-records",
    title="Our own releases",
    reads="Published records as JSON lines, as Parquet or in a folder, and gold pairs as Parquet, under the "
    "license and AI preference that they carry.",
    leaves="Ids, months, numbers of releases; in a folder the gold pairs, which repeat its records.",
    recognizes=_recognizes,
    read=_read,
)
