"""Sorting more rows than fit into memory: sorted runs go to an unnamed file and are merged from there."""

import heapq
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, Any

Row = dict[str, Any]
Key = Callable[[Row], tuple[str, ...]]

RUN_BYTES = 16_000_000
_BLOCK = 1 << 16


def in_order(rows: Iterable[Row], key: Key, folder: Path, run_bytes: int = RUN_BYTES) -> Iterator[Row]:
    """`rows`, which are JSON objects, by `key`; the result depends on the rows alone, not on their order.

    Runs of about `run_bytes` of JSON are written to a file in `folder` that never has a name there, so
    that nothing of it is left behind, whatever happens.
    """
    run: list[tuple[tuple[str, ...], str]] = []
    size = 0
    spilled: list[tuple[int, int]] = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for row in rows:
            line = json.dumps(row, ensure_ascii=False)
            run.append((key(row), line))
            size += len(line)
            if size >= run_bytes:
                spilled.append(_spill(sorted(run), file))
                run, size = [], 0
        run.sort()
        runs = [_read(file.fileno(), start, end, key) for start, end in spilled]
        for _, line in heapq.merge(*runs, run) if runs else run:
            yield json.loads(line)


def _spill(run: list[tuple[tuple[str, ...], str]], file: IO[bytes]) -> tuple[int, int]:
    start = file.tell()
    for _, line in run:
        file.write(line.encode() + b"\n")
    file.flush()
    return start, file.tell()


def _read(descriptor: int, start: int, end: int, key: Key) -> Iterator[tuple[tuple[str, ...], str]]:
    rest = b""
    while start < end:
        block = os.pread(descriptor, min(_BLOCK, end - start), start)
        start += len(block)
        *lines, rest = (rest + block).split(b"\n")
        for line in lines:
            text = line.decode()
            yield key(json.loads(text)), text
