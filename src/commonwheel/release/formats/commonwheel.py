"""A release as a folder that stands on its own: data, gold pairs, terms, credits, checksums, signatures.

manifest.json                          signed: `commonwheel.release.manifest`
data/<bucket>/<kind>/<month>-NNNNN.parquet
gold/<bucket>/<month>-NNNNN.parquet
README.md  datasheet.md  CREDITS.md  CITATION.cff  croissant.json  LICENSES/
removals.jsonl                         {"id", "release"}: what copies have to drop
checksums.txt  checksums.txt.sig       SHA-256 of every other file; the signature is base64
"""

import base64
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from itertools import chain, count, groupby, islice
from pathlib import Path
from typing import Any

import pyarrow as pa

from commonwheel.records.gold import PublishedPair
from commonwheel.release.cards import Tally, card_of, texts
from commonwheel.release.columns import PAIRS, RECORDS, bucket_of, pair_row, record_row
from commonwheel.release.croissant import croissant
from commonwheel.release.facts import Exported, ReleaseFacts, Sign
from commonwheel.release.files import checksum, whole_folder, write_json_lines, write_parquet
from commonwheel.release.licenses import text_of
from commonwheel.release.manifest import write_signed
from commonwheel.release.sorting import Row, in_order

ROWS_PER_FILE = 50_000


def write(
    records: Iterable[Mapping[str, Any]],
    pairs: Iterable[PublishedPair],
    facts: ReleaseFacts,
    out: Path,
    sign: Sign | None,
) -> Exported:
    """Write the folder. With `sign`, the checksums are signed."""
    tally = Tally()
    with whole_folder(out) as folder:
        _write_records(records, facts.version, folder, tally)
        _write_pairs(pairs, facts.version, folder, tally)
        _write_texts(facts, tally, folder)
        _write_checksums(folder, sign)
        files = _files(folder)
    return Exported(files=tuple(out / name for name in files), records=tally.records, pairs=tally.pairs)


def _write_records(records: Iterable[Mapping[str, Any]], release: int, folder: Path, tally: Tally) -> None:
    def place(record: Row) -> tuple[str, ...]:
        return bucket_of(record), record["kind"], record["month"]

    def rows(group: Iterable[Row]) -> Iterator[Row]:
        for record in group:
            tally.record(record)
            yield record_row(record, release)

    ordered = in_order((dict(record) for record in records), lambda record: (*place(record), record["id"]), folder)
    for (bucket, kind, month), group in groupby(ordered, place):
        _write_files(folder / "data" / bucket / kind, month, rows(group), RECORDS)


def _write_pairs(pairs: Iterable[PublishedPair], release: int, folder: Path, tally: Tally) -> None:
    def place(row: Row) -> tuple[str, ...]:
        return bucket_of(row), row["month"]

    def rows(group: Iterable[Row]) -> Iterator[Row]:
        for row in group:
            tally.pair(row)
            yield row

    all_rows = (pair_row(pair, release) for pair in pairs)
    ordered = in_order(all_rows, lambda row: (*place(row), row["id"], row["rejected_from"]), folder)
    for (bucket, month), group in groupby(ordered, place):
        _write_files(folder / "gold" / bucket, month, rows(group), PAIRS)


def _write_files(folder: Path, month: str, rows: Iterator[Row], schema: pa.Schema) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number in count():
        first = next(rows, None)
        if first is None:
            break
        path = folder / f"{month}-{number:05}.parquet"
        write_parquet(path, chain([first], islice(rows, ROWS_PER_FILE - 1)), schema)


def _write_texts(facts: ReleaseFacts, tally: Tally, folder: Path) -> None:
    (folder / "manifest.json").write_bytes(write_signed(facts.signed))
    for name, text in texts(facts, tally).items():
        (folder / name).write_text(text, encoding="utf-8")
    checksums = {name: checksum(folder / name) for name in _files(folder) if name.endswith(".parquet")}
    metadata = json.dumps(croissant(card_of(facts, tally), checksums), ensure_ascii=False, indent=2)
    (folder / "croissant.json").write_text(metadata + "\n", encoding="utf-8")
    (folder / "LICENSES").mkdir()
    for license in tally.licenses:
        (folder / "LICENSES" / f"{license}.txt").write_text(text_of(license), encoding="utf-8")
    removals = sorted(facts.removals, key=lambda removal: (removal.release, removal.id))
    write_json_lines(folder / "removals.jsonl", map(asdict, removals))


def _write_checksums(folder: Path, sign: Sign | None) -> None:
    lines = "".join(f"{checksum(folder / name)}  {name}\n" for name in _files(folder)).encode()
    (folder / "checksums.txt").write_bytes(lines)
    if sign is not None:
        (folder / "checksums.txt.sig").write_bytes(base64.b64encode(sign(lines)) + b"\n")


def _files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
