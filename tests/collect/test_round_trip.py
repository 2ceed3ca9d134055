"""What our own export writes is read back, under the terms that it was published under."""

import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

from commonwheel.collect.exports import read
from commonwheel.collect.items import Skipped
from commonwheel.records.body import body_of, messages_of
from commonwheel.records.terms import Consent, License, Terms
from commonwheel.release.formats import FORMATS, export
from tests.release.samples import facts, pairs, records

TERMS = Terms(license=License.CC0, consent=Consent(version="2026-11", given=True))
# The samples also have a label of a message that is not there, which nobody could give.
RECORDS = [record | ({"labels": {"1": "fail"}} if "labels" in record else {}) for record in records()]
OUTPUTS = {
    "commonwheel": "release",
    "fail-suite": "fails.jsonl",
    "openai-chat": "chats.jsonl",
    "parquet": "all.parquet",
    "trl-dpo": "pairs.jsonl",
}


def written(format: str, folder: Path, name: str) -> list[Any]:
    export(format, RECORDS, pairs(RECORDS), facts(RECORDS), folder / name)
    return list(read(folder / name, TERMS))


def test_every_format_is_read_back(tmp_path: Path) -> None:
    assert set(OUTPUTS) == set(FORMATS)
    for format, name in OUTPUTS.items():
        found = [item for item in written(format, tmp_path, name) if not isinstance(item, Skipped)]
        assert found, format
        assert {item.terms.license for item in found} <= {record["license"] for record in RECORDS}, format


@pytest.mark.parametrize(
    ("format", "name"), [("commonwheel", "release"), ("parquet", "a.parquet"), ("parquet", "folder")]
)
def test_records_come_back_whole(format: str, name: str, tmp_path: Path) -> None:
    found = written(format, tmp_path, name)
    signals = [record for record in RECORDS if record["kind"] == "signal"]
    assert sum(isinstance(item, Skipped) for item in found) == sum("target" not in one for one in signals)
    given = [item for item in found if not isinstance(item, Skipped)]
    assert len(given) == len(RECORDS) - sum("target" not in one for one in signals)
    said = {content(record) for record in RECORDS}
    assert {content(body_of(item)) for item in given} <= said


def content(body: Any) -> Any:
    """What a record says, whatever its defaults are and however its prompt was written."""
    said = {
        key: body[key] for key in ("kind", "messages", "edited", "candidates", "steps", "labels") if key in body
    }
    if "prompt" in body:
        said["prompt"] = messages_of(body["prompt"])
    return json.dumps(without_defaults(said), sort_keys=True)


def without_defaults(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_defaults(below) for key, below in value.items() if below not in (None, [], {})}
    return [without_defaults(below) for below in value] if isinstance(value, list) else value


def test_pairs_come_back_as_pairs() -> None:
    with tempfile.TemporaryDirectory() as folder:
        found = written("trl-dpo", Path(folder), "pairs.jsonl")
        gold = written("parquet", Path(folder), "all")
        assert len(found) == len(list(pairs(RECORDS)))
        again = list(read(Path(folder) / "all" / "gold.parquet", TERMS))
        assert [body_of(item) for item in again] == [body_of(item) for item in found]
        assert len(gold) == len(RECORDS)
