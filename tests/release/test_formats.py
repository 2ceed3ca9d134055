"""Exports, read back with the tools that people use."""

import base64
import json
import random
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest
import yaml

from commonwheel.errors import Conflict
from commonwheel.records.terms import License
from commonwheel.release import formats
from commonwheel.release.columns import RECORDS
from commonwheel.release.formats import FORMATS, export
from commonwheel.release.formats.fail_suite import failures
from commonwheel.release.formats.openai_chat import FAILED, NO_CONVERSATION, NOT_TEXT
from commonwheel.release.licenses import URLS, text_of
from commonwheel.release.manifest import read_signed, sign, verify_signature
from commonwheel.release.publish import bucket_name, record_text
from tests.release.samples import BODIES, KEY, PUBLIC, facts, pairs, record, records

RECORDS_GIVEN = records()
FACTS = facts(RECORDS_GIVEN)


def signed(content: bytes) -> bytes:
    return sign(content, KEY)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A release as a folder."""
    out = tmp_path / "release"
    export("commonwheel", RECORDS_GIVEN, pairs(RECORDS_GIVEN), FACTS, out, signed)
    return out


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def card(folder: Path) -> dict[str, Any]:
    front: dict[str, Any] = yaml.safe_load((folder / "README.md").read_text(encoding="utf-8").split("---\n")[1])
    return front


def test_every_format_is_listed() -> None:
    found = {path.stem for path in Path(formats.__file__).parent.glob("*.py")} - {"__init__"}
    assert {name.replace("-", "_") for name in FORMATS} == found


# --- the folder ---


def test_the_folder_is_as_the_contract_says(folder: Path) -> None:
    names = set(files(folder))
    for name in ("manifest.json", "README.md", "croissant.json", "datasheet.md", "CREDITS.md", "CITATION.cff"):
        assert name in names
    assert {"removals.jsonl", "checksums.txt", "checksums.txt.sig"} <= names
    assert {name for name in names if name.startswith("LICENSES/")} == {
        "LICENSES/CC-BY-4.0.txt",
        "LICENSES/CC-BY-SA-4.0.txt",
    }
    bucket = bucket_name("CC-BY-4.0", "", RECORDS_GIVEN[0]["vocabulary"])
    for kind in BODIES:
        assert f"data/{bucket}/{kind}/2026-11-00000.parquet" in names
    assert f"gold/{bucket}/2026-11-00000.parquet" in names


def test_an_export_says_what_it_wrote(tmp_path: Path) -> None:
    done = export("commonwheel", RECORDS_GIVEN, pairs(RECORDS_GIVEN), FACTS, tmp_path / "out", signed)
    assert (done.records, done.pairs) == (14, 4)
    assert sorted(done.files) == sorted(path for path in (tmp_path / "out").rglob("*") if path.is_file())


def test_the_manifest_is_the_signed_one(folder: Path) -> None:
    found = read_signed((folder / "manifest.json").read_bytes())
    assert found == FACTS.signed
    assert verify_signature(found.manifest, found.signature, PUBLIC)


def test_every_file_has_its_checksum_and_the_list_is_signed(folder: Path) -> None:
    listed = {}
    for line in (folder / "checksums.txt").read_text().splitlines():
        digest, _, name = line.partition("  ")
        listed[name] = digest
    content = files(folder)
    assert listed == {
        name: sha256(data).hexdigest() for name, data in content.items() if not name.startswith("checksums.txt")
    }
    signature = base64.b64decode(content["checksums.txt.sig"])
    assert verify_signature(content["checksums.txt"], signature, PUBLIC)


def test_removals_are_listed(folder: Path) -> None:
    assert lines(folder / "removals.jsonl") == [{"id": "gone-1", "release": 1}, {"id": "gone-2", "release": 1}]


def test_the_same_content_gives_the_same_bytes_in_any_order(folder: Path, tmp_path: Path) -> None:
    shuffled = random.Random(7).sample(RECORDS_GIVEN, len(RECORDS_GIVEN))
    export("commonwheel", iter(shuffled), iter(pairs(shuffled)), FACTS, tmp_path / "again", signed)
    assert files(folder) == files(tmp_path / "again")


def test_datasets_loads_each_configuration_in_one_line(folder: Path, tmp_path: Path) -> None:
    import datasets

    buckets = [config["config_name"] for config in card(folder)["configs"]]
    assert len(buckets) == 4
    for bucket in buckets:
        loaded = datasets.load_dataset(str(folder), bucket, cache_dir=str(tmp_path / "cache"))
        if bucket.endswith("--gold"):
            assert loaded["train"][0]["chosen"] == [{"role": "assistant", "content": "In Switzerland."}]
        else:
            assert set(loaded) == set(BODIES)
            assert loaded["chat"][0]["messages"][1]["content"] == "In Peru."
            assert loaded["preference"].num_rows == 1


def test_duckdb_reads_all_files_as_one_table(folder: Path) -> None:
    with duckdb.connect() as database:
        counted = database.execute(
            "SELECT kind, count(*) FROM read_parquet(?) GROUP BY kind", [f"{folder}/data/**/*.parquet"]
        ).fetchall()
        assert dict(counted) == dict.fromkeys(BODIES, 2)
        said = database.execute(
            "SELECT messages[2].content, labels[1].assessment FROM read_parquet(?) WHERE id = 'chat-1'",
            [f"{folder}/data/**/*.parquet"],
        ).fetchone()
        assert said == ("In Peru.", "fail")


def test_pyarrow_reads_back_every_record_whole(folder: Path) -> None:
    found = {}
    for path in folder.glob("data/*/*/*.parquet"):
        table = pq.read_table(path, partitioning=None)
        assert table.schema.equals(RECORDS)
        found |= {row["id"]: row for row in table.to_pylist()}
    assert {id: row["record"] for id, row in found.items()} == {
        one["id"]: record_text(one) for one in RECORDS_GIVEN
    }
    assert found["preference-1"]["candidates"][1]["content"] == "In Switzerland."
    assert found["signal-1"]["value"] == 1.0
    assert found["bundle-1"]["attachments"][0]["data"] == b"Hello"
    assert found["trace-2"]["attribution"] == "Ada Lovelace"
    assert {row["release"] for row in found.values()} == {1}


def test_files_are_split_when_they_grow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("commonwheel.release.formats.commonwheel.ROWS_PER_FILE", 2)
    many = [record("chat", f"chat-{number}") for number in range(5)]
    export("commonwheel", many, (), facts(many), tmp_path / "out")
    found = sorted((tmp_path / "out").glob("data/*/chat/*.parquet"))
    assert [path.name for path in found] == [f"2026-11-{number:05}.parquet" for number in range(3)]
    ids = [id for path in found for id in pq.read_table(path, partitioning=None)["id"].to_pylist()]
    assert ids == sorted(one["id"] for one in many)


def test_an_empty_release_is_a_release(tmp_path: Path) -> None:
    done = export("commonwheel", (), (), facts(()), tmp_path / "out")
    assert (done.records, done.pairs) == (0, 0)
    assert "configs" not in card(tmp_path / "out")
    assert "checksums.txt.sig" not in files(tmp_path / "out")


def test_croissant_names_every_file_with_its_checksum(folder: Path) -> None:
    metadata = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    assert metadata["conformsTo"] == "http://mlcommons.org/croissant/1.1"
    objects = {one["contentUrl"]: one["sha256"] for one in metadata["distribution"] if "sha256" in one}
    content = files(folder)
    assert objects == {
        name: sha256(data).hexdigest() for name, data in content.items() if name.endswith(".parquet")
    }
    sets = {one["@id"] for one in metadata["distribution"] if one["@type"] == "cr:FileSet"}
    for record_set in metadata["recordSet"]:
        for field in record_set["field"]:
            for leaf in field.get("subField", [field]):
                assert leaf["source"]["fileSet"]["@id"] in sets
    assert "train-ai=n" in json.dumps(metadata["usageInfo"])


@pytest.mark.parametrize("license", License)
def test_every_license_is_there_in_full(license: License) -> None:
    text = text_of(license)
    assert len(text) > 6_000
    assert license in URLS


# --- what goes wrong ---


@pytest.mark.parametrize("format", FORMATS)
def test_an_export_that_breaks_off_leaves_nothing(format: str, tmp_path: Path) -> None:
    def broken() -> Iterator[Any]:
        yield RECORDS_GIVEN[0]
        raise OSError("the source is gone")

    for name in ("out", "out.jsonl", "out.parquet"):
        with pytest.raises(OSError, match="the source is gone"):
            export(format, broken(), _broken_pairs(), FACTS, tmp_path / name)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    assert list(tmp_path.glob(".*")) == []


def _broken_pairs() -> Iterator[Any]:
    yield from pairs(RECORDS_GIVEN)[:1]
    raise OSError("the source is gone")


@pytest.mark.parametrize("format", ["commonwheel", "parquet"])
def test_a_folder_with_something_in_it_is_not_replaced(format: str, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("x")
    with pytest.raises(Conflict, match="name another one"):
        export(format, RECORDS_GIVEN, (), FACTS, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


def test_an_empty_folder_is_used(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    export("parquet", RECORDS_GIVEN, (), FACTS, tmp_path / "out")
    assert (tmp_path / "out" / "chat.parquet").exists()


def test_a_file_does_not_replace_a_folder(tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").mkdir()
    with pytest.raises(Conflict):
        export("trl-dpo", (), (), FACTS, tmp_path / "out.jsonl")


@pytest.mark.parametrize("format", ["fail-suite", "openai-chat", "trl-dpo", "parquet"])
def test_a_file_that_is_there_is_not_replaced(format: str, tmp_path: Path) -> None:
    out = tmp_path / ("out.parquet" if format == "parquet" else "out.jsonl")
    for there in ("precious", ""):
        out.write_text(there)
        with pytest.raises(Conflict, match="exists already: remove it, or name another file"):
            export(format, RECORDS_GIVEN, pairs(RECORDS_GIVEN), FACTS, out)
        assert out.read_text() == there and list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("format", ["fail-suite", "openai-chat", "trl-dpo"])
def test_where_there_is_no_line_nothing_is_left(format: str, tmp_path: Path) -> None:
    for out in (tmp_path / "out.jsonl", tmp_path / "new" / "out.jsonl", tmp_path / "folder"):
        assert export(format, (), (), FACTS, out).files == ()
        assert list(tmp_path.iterdir()) == []


def test_an_unknown_format_is_no_format(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        export("oasis", (), (), FACTS, tmp_path / "out")


# --- openai-chat, trl-dpo, parquet ---


def test_conversations_become_chats(tmp_path: Path) -> None:
    failed = record("chat", "failed", assessment="fail")
    image = [{"type": "text", "text": "What is it?"}, {"type": "image_url", "image_url": {"url": "data:,"}}]
    seen = record(
        "chat", "seen", messages=[{"role": "user", "content": image}, {"role": "assistant", "content": "A cat."}]
    )
    asked = record("chat", "asked", messages=[{"role": "user", "content": "Hello?"}])
    done = export("openai-chat", [*RECORDS_GIVEN, failed, seen, asked], (), FACTS, tmp_path / "chat.jsonl")
    rows = lines(tmp_path / "chat.jsonl")
    assert done.records == len(rows) == 8
    assert done.left_out == {NO_CONVERSATION: 7, FAILED: 1, NOT_TEXT: 1}
    by_id = {row["id"]: row for row in rows}
    assert list(by_id) == sorted(by_id)
    assert by_id["correction-1"]["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Where is Bern?"},
        {"role": "assistant", "content": "In Switzerland."},
    ]
    assert by_id["trace-1"]["messages"][-1]["content"].endswith("\n\nIn Switzerland.")
    assert by_id["chat-2"]["license"] == "CC-BY-SA-4.0"
    assert by_id["chat-2"]["ai_pref"] == "train-ai=n;exceptions=cc-cr"
    assert by_id["chat-2"]["attribution"] == "Ada Lovelace"


CALLED = [
    {"role": "user", "content": "How warm is it in Bern?"},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "warm", "arguments": '{"in": "⟨address-1⟩"}'}}
        ],
        "reasoning": "Somebody should look.",
    },
    {"role": "tool", "tool_call_id": "c1", "content": "17"},
    {"role": "assistant", "content": "Seventeen degrees."},
]


def test_calls_of_tools_stay_what_they_are(tmp_path: Path) -> None:
    called = record("chat", "called", messages=CALLED, title="Weather")
    export("openai-chat", [called], (), FACTS, tmp_path / "chat.jsonl")
    (row,) = lines(tmp_path / "chat.jsonl")
    told = [{name: value for name, value in one.items() if name != "reasoning"} for one in CALLED]
    assert row["messages"] == told
    export("parquet", [called], (), FACTS, tmp_path / "all.parquet")
    (row,) = pq.read_table(tmp_path / "all.parquet").to_pylist()
    assert row["title"] == "Weather"
    written = [{name: value for name, value in one.items() if value} for one in row["messages"]]
    assert written == [{name: value for name, value in one.items() if value} for one in CALLED]


def test_pairs_become_training_rows(tmp_path: Path) -> None:
    done = export("trl-dpo", (), pairs(RECORDS_GIVEN), FACTS, tmp_path / "dpo.jsonl")
    rows = lines(tmp_path / "dpo.jsonl")
    assert done.pairs == len(rows) == 4
    assert rows[0]["prompt"] == [{"role": "user", "content": "Where is Bern?"}]
    assert rows[0]["chosen"] == [{"role": "assistant", "content": "In Switzerland."}]
    assert rows[0]["rejected"] == [{"role": "assistant", "content": "In Peru."}]
    assert {"id", "license", "ai_pref"} <= rows[0].keys()


def test_reported_failures_become_a_benchmark(tmp_path: Path) -> None:
    done = export("fail-suite", RECORDS_GIVEN, (), FACTS, tmp_path / "failures.jsonl")
    rows = lines(tmp_path / "failures.jsonl")
    assert done.records == len(rows) and rows and done.left_out
    by_kind = {row["kind"]: row for row in rows}
    chat, correction = by_kind["chat"], by_kind["correction"]
    assert chat["prompt"] == [{"role": "user", "content": "Where is Bern?"}]
    assert (chat["failed"], chat["better"], chat["model"], chat["place"]) == ("In Peru.", None, "m-1", 1)
    assert (correction["failed"], correction["better"]) == ("In Peru.", "In Switzerland.")
    assert correction["prompt"][0] == {"role": "system", "content": "Be brief."}
    assert {row["release"] for row in rows} == {FACTS.version}
    assert all({"id", "license", "ai_pref", "month", "language", "note"} <= row.keys() for row in rows)


def test_without_labels_the_last_answer_of_a_failed_chat_failed() -> None:
    said = [{"role": role, "content": text} for role, text in (("user", "a"), ("assistant", "b"), ("user", "c"))]
    chat = {"kind": "chat", "assessment": "fail", "messages": [*said, {"role": "assistant", "content": "d"}]}
    assert [(place, failed) for place, _, failed, _, _ in failures(chat)] == [(3, "d")]
    assert [place for place, *_ in failures(chat | {"labels": {"1": "fail", "0": "fail"}})] == [1]
    assert list(failures(chat | {"assessment": "good"})) == []
    assert list(failures(chat | {"messages": said[1:2]})) == []  # nothing was asked


@pytest.mark.parametrize("format", ["fail-suite", "openai-chat", "trl-dpo"])
def test_datasets_reads_the_lines(format: str, tmp_path: Path) -> None:
    import datasets

    done = export(format, RECORDS_GIVEN, pairs(RECORDS_GIVEN), FACTS, tmp_path / "out")
    (path,) = done.files
    assert path == tmp_path / "out" / f"{format}.jsonl"
    loaded = datasets.load_dataset("json", data_files=str(path), cache_dir=str(tmp_path / "cache"), split="train")
    assert loaded.num_rows == done.records + done.pairs


@pytest.mark.parametrize("format", ["fail-suite", "openai-chat", "trl-dpo", "parquet"])
def test_one_file_is_the_same_every_time(format: str, tmp_path: Path) -> None:
    out = tmp_path / ("out.parquet" if format == "parquet" else "out.jsonl")
    export(format, RECORDS_GIVEN, pairs(RECORDS_GIVEN), FACTS, out)
    again = out.with_stem("again")
    export(format, reversed(RECORDS_GIVEN), reversed(pairs(RECORDS_GIVEN)), FACTS, again)
    assert out.read_bytes() == again.read_bytes()
    assert {path.name for path in tmp_path.iterdir()} == {out.name, again.name}


def test_a_single_parquet_file_holds_every_kind(tmp_path: Path) -> None:
    done = export("parquet", RECORDS_GIVEN, (), FACTS, tmp_path / "all.parquet")
    table = pq.read_table(tmp_path / "all.parquet")
    assert table.num_rows == done.records == 14
    assert table["id"].to_pylist() == sorted(one["id"] for one in RECORDS_GIVEN)


def test_a_folder_of_parquet_has_a_file_per_kind_with_its_columns(tmp_path: Path) -> None:
    done = export("parquet", RECORDS_GIVEN, pairs(RECORDS_GIVEN), FACTS, tmp_path / "out")
    assert {path.stem for path in done.files} == {*BODIES, "gold"}
    names = pq.read_schema(tmp_path / "out" / "correction.parquet").names
    assert {"prompt", "original", "edited", "record"} <= set(names)
    assert not {"messages", "candidates", "steps"} & set(names)
    assert pq.read_table(tmp_path / "out" / "gold.parquet").num_rows == done.pairs == 4
