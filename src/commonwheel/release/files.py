"""Writing exports so that they are there whole or not at all, also after a power cut."""

import json
import os
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from commonwheel.errors import Conflict

ROWS_PER_GROUP = 2_000
BYTES_PER_GROUP = 16_000_000
"""A row group closes at either, so that memory stays bounded whatever people give."""


@contextmanager
def whole_folder(out: Path) -> Iterator[Path]:
    """A new folder to write into, which becomes `out` when the block ends well and vanishes otherwise.

    Raises Conflict where `out` exists and is not an empty folder: nothing of the user's is replaced.
    """
    if out.is_symlink() or (out.exists() and not (out.is_dir() and not any(out.iterdir()))):
        raise Conflict("The folder to write to exists already and is not empty: name another one.")
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = _partial(out)
    partial.mkdir()
    try:
        yield partial
        for folder, _, names in os.walk(partial):
            for name in names:
                _sync(Path(folder, name))
            _sync(Path(folder))
        partial.rename(out)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    _sync(out.parent)


@contextmanager
def whole_file(out: Path) -> Iterator[Path]:
    """A path to write a file to, which becomes `out` when the block ends well with something in it.

    Otherwise it vanishes. Raises Conflict where `out` exists: nothing of the user's is replaced.
    """
    if out.is_symlink() or out.exists():
        raise Conflict(f"{out} exists already: remove it, or name another file.")
    new = not out.parent.exists()
    out.parent.mkdir(parents=True, exist_ok=True)
    partial = _partial(out)
    try:
        yield partial
        _sync(partial)
        if partial.stat().st_size:
            partial.rename(out)
            _sync(out.parent)
    finally:
        partial.unlink(missing_ok=True)
        if new:
            with suppress(OSError):  # where there is something in it
                out.parent.rmdir()


def file_at(out: Path, name: str) -> Path:
    """Where a format of a single file is written: `out` if that looks like a file, else `name` in that folder."""
    return out if out.suffix in (".json", ".jsonl", ".parquet") else out / name


def _partial(out: Path) -> Path:
    return out.with_name(f".{out.name}.{secrets.token_hex(4)}.partial")


def _sync(path: Path) -> None:
    """What is renamed into place must be on the disk before its name is."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def checksum(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    hashed = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            hashed.update(block)
    return hashed.hexdigest()


def write_json_lines(path: Path, rows: Iterable[Mapping[str, Any]]) -> int:
    """One JSON object per line, keys in the order of each row; how many there were."""
    count = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")
            count += 1
    return count


def write_parquet(path: Path, rows: Iterable[Mapping[str, Any]], schema: pa.Schema) -> int:
    """Rows as Parquet, in row groups of bounded size; how many there were. The same rows give the same bytes.

    Keys of a row that are no column are left out.
    """
    count = 0
    with pq.ParquetWriter(path, schema, compression="zstd", version="2.6") as writer:
        for group in _groups(rows):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
            count += len(group)
    return count


def _groups(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    group: list[Mapping[str, Any]] = []
    size = 0
    for row in rows:
        group.append(row)
        size += len(row.get("record") or "")
        if len(group) >= ROWS_PER_GROUP or size >= BYTES_PER_GROUP:
            yield group
            group, size = [], 0
    if group:
        yield group
