"""A place for a lake in tests, every byte of which can be seen, and what a writer in another process does."""

import json
import os
import random
import resource
import signal
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from commonwheel.adapters.delta import DeltaLake
from commonwheel.errors import StorageFailed
from commonwheel.records.release import LakeRow
from tests.services import S3

RARE = ("zyxomma petiolatum", 'quetzalcoatlus "ünïcödé" \\ 翼龍')
"""Words to be looked for; the second is written with escapes in JSON."""


def row(seq: int, text: str = "", version: int = 1) -> LakeRow:
    """A row with this text."""
    return LakeRow(
        seq=seq,
        id=f"id-{seq:08d}",
        revision=1 + seq % 3,
        entered=version,
        kind="chat",
        bucket="cc0-1.0--train-ai-y",
        license="CC0-1.0",
        ai_pref="train-ai=y",
        vocabulary="draft-05",
        purposes="display training",
        language="en",
        month="2026-01",
        salt=seq.to_bytes(16, "big"),
        record=json.dumps({"text": text or f"record {seq}"}),
    )


def rows_of(lake: DeltaLake, after: int = 0) -> list[LakeRow]:
    """All rows."""
    return [item for batch in lake.scan(after) for item in batch]


def seqs_of(lake: DeltaLake) -> list[int]:
    """The numbers of all rows."""
    return [item.seq for item in rows_of(lake)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lake is, with a way to see every byte there."""

    url: str
    options: dict[str, str]
    contents: Callable[[], dict[str, bytes]]

    def lake(self) -> DeltaLake:
        """Another handle to the lake there."""
        return DeltaLake(self.url, self.options)

    def decoded(self) -> str:
        """Everything there as text: raw, with JSON unescaped, with Parquet decoded."""
        parts: list[str] = []
        for data in self.contents().values():
            parts.append(data.decode("utf-8", "replace"))
            if data[:4] == b"PAR1":
                parts += [
                    unescaped(value) for value in values_of(pq.read_table(pa.BufferReader(data)).to_pylist())
                ]
                parts.append(str(pq.ParquetFile(pa.BufferReader(data)).metadata.to_dict()))
            else:
                parts += [unescaped(line) for line in data.decode("utf-8", "replace").splitlines()]
        return "\n".join(parts)


def values_of(value: Any) -> Iterator[str]:
    """Every value within, as text."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from values_of(part)
    else:
        yield value.decode("latin-1") if isinstance(value, bytes) else str(value)


def unescaped(text: str) -> str:
    """A text and, where it is JSON, the values within it, however deep the JSON is packed into JSON."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    if isinstance(value, dict | list):
        return text + "\n" + "\n".join(unescaped(part) for part in values_of(value))
    return text


def folder_place(folder: Path) -> Place:
    """A lake in a folder, which does not exist yet."""
    return Place(str(folder), {}, lambda: {str(p): p.read_bytes() for p in folder.rglob("*") if p.is_file()})


def client_of(s3: S3) -> Any:
    """A boto3 client of the server."""
    import boto3

    return boto3.client(
        "s3",
        endpoint_url=s3.endpoint,
        aws_access_key_id=s3.options["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=s3.options["AWS_SECRET_ACCESS_KEY"],
        region_name=s3.options["AWS_REGION"],
    )


def s3_place(s3: S3, prefix: str) -> Place:
    """A lake in a bucket; its contents are those of every version of every object."""

    def contents() -> dict[str, bytes]:
        client = client_of(s3)
        pages = client.get_paginator("list_object_versions").paginate(Bucket=s3.bucket, Prefix=prefix)
        found = [(item["Key"], item["VersionId"]) for page in pages for item in page.get("Versions", ())]
        return {
            f"{key}?{version}": client.get_object(Bucket=s3.bucket, Key=key, VersionId=version)["Body"].read()
            for key, version in found
        }

    return Place(f"s3://{s3.bucket}/{prefix}", s3.options, contents)


def one_turn(lake: DeltaLake, version: int) -> None:
    """Append twenty rows, erase every other one, compact."""
    lake.append(version, [row(version * 100 + n, f"{RARE[0]} {version}", version) for n in range(20)])
    lake.erase([version * 100 + n for n in range(0, 20, 2)])
    lake.compact()


def one_turn_elsewhere(url: str, version: int, ready: Event) -> None:
    """The same, for a process that is killed; says when it starts."""
    lake = DeltaLake(url)
    lake.appended()
    ready.set()
    one_turn(lake, version)


def append_to_a_full_disk(url: str) -> None:
    """Try it where no file may grow over 5 kB."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, 5_000))
    chance = random.Random(1)
    refused(
        lambda: DeltaLake(url).append(2, [row(seq, chance.randbytes(1000).hex()) for seq in range(2, 2000)]),
        f"The lake at {url} is full. Make room there, then try again.",
    )


def write_without_the_right_to(url: str) -> None:
    """Read, and try to write, as a user who may only read."""
    with tempfile.TemporaryDirectory() as folder:
        one_turn(DeltaLake(folder), 1)  # loads what such a user may not be allowed to load
    if os.geteuid() == 0:
        os.setresuid(65534, 65534, 65534)
    assert seqs_of(DeltaLake(url)) == [1]
    message = (
        f"The lake at {url} does not take writes. Give this process the right to write there, then try again."
    )
    refused(lambda: DeltaLake(url).append(2, [row(2)]), message)
    refused(lambda: DeltaLake(url).erase([1]), message)


def refused(work: Callable[[], object], message: str) -> None:
    """It must be refused so."""
    try:
        work()
    except StorageFailed as error:
        assert error.message == message, error.message
    else:
        raise AssertionError("it was not refused")
