"""Looking for words in everything that an instance keeps, however it is packed."""

import gzip
import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from commonwheel.adapters.postgres import PostgresDatabase
from tests.adapters.lakes import client_of, unescaped, values_of
from tests.services import S3
from tests.worlds import Instance

PARQUET, GZIP, ZSTD, ZIP = b"PAR1", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"PK\x03\x04"


def decoded(data: bytes) -> Iterator[str]:
    """`data` as it is, and what is packed in it."""
    text = data.decode("utf-8", "replace")
    yield text
    if data[:4] == PARQUET:
        file = pq.ParquetFile(pa.BufferReader(data))
        yield from (unescaped(value) for value in values_of(file.read().to_pylist()))
        yield str(file.metadata.to_dict())
    elif data[:2] == GZIP:
        yield from decoded(gzip.decompress(data))
    elif data[:4] == ZSTD:
        yield from decoded(zstandard.ZstdDecompressor().decompressobj().decompress(data))
    elif data[:4] == ZIP:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from decoded(archive.read(name))
    elif data[:2] in (b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        with suppress(zlib.error):  # what is sealed can begin so by chance
            yield from decoded(zlib.decompress(data))
    else:
        yield from (unescaped(line) for line in text.splitlines() if line[:1] in '{["')


def places(here: Instance) -> dict[str, str]:
    """Everything kept, by place, as text."""
    found = {}
    for path in sorted(here.home.rglob("*")):
        if path.is_file():
            found[str(path.relative_to(here.home))] = "\n".join([path.name, *decoded(path.read_bytes())])
    database = here.home / "commonwheel.db"
    if database.exists():
        found["words of the full-text index"] = "\n".join(_indexed(database))
    if isinstance(here.app.database, PostgresDatabase):
        found |= _tables(here.app.database)
    lake = here.app.settings["LAKE_URL"]
    if lake.startswith("s3://"):
        options = dict(here.app.settings.aws)
        bucket = lake.split("/")[2]
        found |= _objects(S3(bucket=bucket, endpoint=options["AWS_ENDPOINT_URL"], options=options))
    return found


def all_text(here: Instance) -> str:
    """Everything kept, as one text."""
    return "\n".join(places(here).values())


def where(here: Instance, word: str) -> list[str]:
    """The places that have this word in clear, also inside JSON strings and in another case."""
    forms = {word, json.dumps(word)[1:-1], word.lower()}
    return [
        name for name, text in places(here).items() if any(form in text or form in text.lower() for form in forms)
    ]


def lake_log(here: Instance) -> str:
    """The log of the lake."""
    return "\n".join(text for name, text in places(here).items() if "_delta_log" in name)


def _indexed(database: Path) -> Iterator[str]:
    """Every word in every part of the index of SQLite's FTS5, also in parts that are not merged yet.

    A part's leaves hold words with what they share with the word before left out
    (https://sqlite.org/fts5.html#fts5_data_structures); whatever begins like one is put together here.
    """
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        for (block,) in connection.execute("SELECT block FROM found_data WHERE id > 10"):
            yield from _terms(bytes(block))


def _terms(leaf: bytes) -> Iterator[str]:
    """The words of a leaf: its footer says where each begins."""
    if len(leaf) < 4:
        return
    footer = int.from_bytes(leaf[2:4], "big")
    at, starts = footer, []
    start = 0
    while at < len(leaf):
        step, at = _varint(leaf, at)
        start += step
        starts.append(start)
    word = b""
    for index, start in enumerate(starts):
        shared = 0
        if index:
            shared, start = _varint(leaf, start)
        length, start = _varint(leaf, start)
        word = word[:shared] + leaf[start : start + length]
        yield word.decode("utf-8", "replace")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    while True:
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if not byte & 0x80 or at >= len(data):
            return value, at


def _tables(database: PostgresDatabase) -> dict[str, str]:
    found = {}
    with database.engine.connect() as connection:
        tables = connection.exec_driver_sql(
            "SELECT schemaname, tablename FROM pg_tables "
            "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).all()
        for schema, table in tables:
            rows = connection.exec_driver_sql(f'SELECT * FROM "{schema}"."{table}"').all()
            values = [value for row in rows for value in row]
            parts = [part for value in values for part in decoded(_bytes(value))]
            found[f"table {schema}.{table}"] = "\n".join(parts)
    return found


def _bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()


def _objects(s3: S3) -> dict[str, str]:
    client = client_of(s3)
    found = {}
    for page in client.get_paginator("list_object_versions").paginate(Bucket=s3.bucket):
        for item in page.get("Versions", ()):
            data = client.get_object(Bucket=s3.bucket, Key=item["Key"], VersionId=item["VersionId"])["Body"].read()
            found[f"object {item['Key']}"] = "\n".join([item["Key"], *decoded(data)])
    return found


def files_of(folder: Path) -> set[str]:
    """Top-level names of a folder."""
    return {path.name for path in folder.iterdir()}
