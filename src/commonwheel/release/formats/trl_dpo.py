"""Gold pairs for preference training, one JSON object per line, in TRL's conversational form.

`prompt`, `chosen` and `rejected` are lists of messages, as `DPOTrainer` reads them; it ignores the other
columns, which say where a pair came from and under which terms.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from commonwheel.records.gold import PublishedPair
from commonwheel.release.columns import pair_row
from commonwheel.release.facts import Exported, ReleaseFacts, Sign
from commonwheel.release.files import file_at, whole_file, write_json_lines
from commonwheel.release.sorting import Row, in_order

COLUMNS = (
    "prompt",
    "chosen",
    "rejected",
    "id",
    "rejected_from",
    "origin",
    "release",
    "license",
    "ai_pref",
    "credits",
)


def write(
    records: Iterable[Mapping[str, Any]],
    pairs: Iterable[PublishedPair],
    facts: ReleaseFacts,
    out: Path,
    sign: Sign | None,
) -> Exported:
    """Write the lines, by id. Records have no place in this format beyond their pairs."""
    path = file_at(out, "trl-dpo.jsonl")
    with whole_file(path) as partial:
        rows = (_columns(pair, facts.version) for pair in pairs)
        ordered = in_order(rows, lambda row: (row["id"], row["rejected_from"]), path.parent)
        count = write_json_lines(partial, ordered)
    return Exported(files=(path,) if count else (), records=0, pairs=count)


def _columns(pair: PublishedPair, release: int) -> Row:
    row = pair_row(pair, release)
    return {name: row[name] for name in COLUMNS}
