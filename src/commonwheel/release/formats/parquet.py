"""Parquet for analysis: one file with the columns of all kinds, or a folder with one file per kind.

`out` ending in `.parquet` is the single file, of records. In a folder, each kind's file has only the
columns that the kind can fill, and the gold pairs are in `gold.parquet`.
"""

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from commonwheel.records.gold import PublishedPair
from commonwheel.release.columns import PAIRS, RECORDS, pair_row, record_row, records_schema
from commonwheel.release.facts import Exported, ReleaseFacts, Sign
from commonwheel.release.files import whole_file, whole_folder, write_parquet
from commonwheel.release.sorting import in_order


def write(
    records: Iterable[Mapping[str, Any]],
    pairs: Iterable[PublishedPair],
    facts: ReleaseFacts,
    out: Path,
    sign: Sign | None,
) -> Exported:
    """Write the file or the folder, each file by id."""
    rows = (dict(record) for record in records)
    if out.suffix == ".parquet":
        with whole_file(out) as partial:
            ordered = in_order(rows, lambda record: (record["id"],), out.parent)
            count = write_parquet(partial, (record_row(record, facts.version) for record in ordered), RECORDS)
        return Exported(files=(out,), records=count, pairs=0)
    counts = {}
    with whole_folder(out) as folder:
        ordered = in_order(rows, lambda record: (record["kind"], record["id"]), folder)
        for kind, group in groupby(ordered, lambda record: str(record["kind"])):
            found = (record_row(record, facts.version) for record in group)
            counts[f"{kind}.parquet"] = write_parquet(folder / f"{kind}.parquet", found, records_schema(kind))
        in_gold = in_order(
            (pair_row(pair, facts.version) for pair in pairs),
            lambda row: (row["id"], row["rejected_from"]),
            folder,
        )
        gold = write_parquet(folder / "gold.parquet", in_gold, PAIRS)
    names = sorted([*counts, "gold.parquet"])
    return Exported(files=tuple(out / name for name in names), records=sum(counts.values()), pairs=gold)
