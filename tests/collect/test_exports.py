"""Export files are told apart by structure and read line by line, whatever is in them."""

import gzip
import io
import json
import random
import re
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.collect import exports
from commonwheel.collect.exports import READERS, detect_format, read
from commonwheel.collect.items import LISTED_SKIPS, Origin, Skipped
from commonwheel.errors import Invalid
from commonwheel.records.body import CONTRIBUTION
from commonwheel.records.contribution import AnyContribution, Chat, Correction, Preference, Trace
from commonwheel.records.terms import Consent, License, Terms
from tests.collect.chatgpt_sample import CHATGPT
from tests.strategies import contributions

TERMS = Terms(license=License.CC0, consent=Consent(version="2026-11", given=True))
CHAT = {"messages": [{"role": "user", "content": "Salut"}, {"role": "assistant", "content": "Bonjour !"}]}
GIVEN = {"kind": "signal", "target": "t", "name": "thumb", "value": True}
SOLVED = {
    "question": "Two and two?",
    "ground_truth": "2+2=<<2+2=4>>4\nA: 4",
    "small": {"is_correct": False, "solution": "2+2=<<2+2=5>>5\nA: 5"},
    "middle": {"is_correct": False, "solution": "many"},
    "large": {"is_correct": True, "solution": "It is 4\nA: 4"},
}


def written(folder: Path, *rows: Any, name: str = "export.bin") -> Path:
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    path = folder / name
    path.write_bytes(b"\n".join(lines))
    return path


def items(path: Path, defaults: Terms | None = None) -> list[Any]:
    return list(read(path, defaults))


def test_every_reader_is_listed() -> None:
    folder = Path(str(exports.__file__)).parent
    found = sorted(path.stem.replace("_", "-") for path in folder.glob("*.py") if path.stem != "__init__")
    assert sorted(reader.name for reader in READERS) == found


@pytest.mark.parametrize(
    ("row", "name"), [(GIVEN, "contribution-jsonl"), (CHAT, "openai-chat"), (SOLVED, "gsm8k-solutions")]
)
def test_a_format_is_known_by_its_structure(tmp_path: Path, row: Any, name: str) -> None:
    assert detect_format(written(tmp_path, row, name="misleading.csv")).name == name
    assert detect_format(written(tmp_path, b"", b"{broken", b"[]", row)).name == name
    assert read(written(tmp_path, b"\xef\xbb\xbf" + json.dumps(row).encode())).format == name


@pytest.mark.parametrize("content", [b"", b"\n\n", b"a,b\n1,2", b"[]", b"\x00\xff" * 500, b'{"messages": []}'])
def test_an_unknown_format_is_refused_with_the_known_ones(tmp_path: Path, content: bytes) -> None:
    path = written(tmp_path, content)
    with pytest.raises(Invalid, match=", ".join(reader.name for reader in READERS)):
        detect_format(path)
    with pytest.raises(Invalid):
        read(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path):
        with pytest.raises(Invalid, match="cannot be read"):
            read(path)


@given(st.lists(contributions, min_size=1, max_size=3))
def test_our_own_format_comes_through_whole(tmp_path_factory: pytest.TempPathFactory, several: list[Any]) -> None:
    path = written(
        tmp_path_factory.mktemp("own"), *(CONTRIBUTION.dump_json(one, exclude_defaults=True) for one in several)
    )
    assert items(path) == several
    assert all(item.terms for item in items(path, TERMS))


def test_terms_of_its_own_outrank_the_default(tmp_path: Path) -> None:
    own = {"license": "CC-BY-SA-4.0", "consent": {"version": "1", "given": True}}
    first, second = items(written(tmp_path, {**GIVEN, "terms": own}, GIVEN), TERMS)
    assert first.terms.license is License.BY_SA
    assert second.terms is TERMS


def test_what_cannot_be_read_is_reported_and_the_rest_is_taken(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        GIVEN,
        b'{"kind": "signal", "target": "t", "name": "thumb", "value": "zebra',
        b'{"kind": "signal", "target": "\\udc00", "name": "thumb", "value": 1}',
        b'{"kind": "signal", "target": "zebra\xff", "name": "thumb", "value": 1}',
        {**GIVEN, "zebras": 1, "value": ["zebra"]},
        {**GIVEN, "note": "zebra" * 300_000},
        b"",
        {**GIVEN, "target": "last"},
    )
    first, *skipped, last = items(path)
    assert (first.target, last.target) == ("t", "last")
    assert [skip.where for skip in skipped] == [f"line {number}" for number in (2, 3, 4, 5, 6)]
    assert skipped[3].why == "/value must be true or false, a number or text; /zebras unknown field"
    assert skipped[4].why == "longer than 1 MB"
    assert "zebra" not in "".join(skip.why for skip in skipped).replace("/zebras", "")


def test_skips_are_all_counted_and_the_first_listed(tmp_path: Path) -> None:
    reading = read(written(tmp_path, GIVEN, *[b"{"] * (LISTED_SKIPS + 5)))
    assert len(list(reading)) == LISTED_SKIPS + 6
    summary = reading.summary().as_json()
    assert summary["skipped_count"] == LISTED_SKIPS + 5
    assert len(summary["skipped"]) == LISTED_SKIPS
    assert summary["skipped"][0] == {"where": "line 2", "why": "is not valid JSON in UTF-8 (line 1, column 1)"}
    assert summary["contributions"] == 1


def test_a_chat_of_openai(tmp_path: Path) -> None:
    rich = {
        "messages": [
            {"role": "system", "content": "Be brief.", "name": "s"},
            {"role": "user", "content": [{"type": "text", "text": "Weather?"}], "weight": 0},
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [{"id": "1", "type": "function", "function": {"name": "w", "arguments": "{}"}}],
                "reasoning_content": "Somebody should look.",
            },
            {"role": "tool", "tool_call_id": "1", "content": "sunny"},
            {"role": "assistant", "content": None, "function_call": {"name": "w", "arguments": {"in": "Bern"}}},
            {"role": "function", "name": "w", "content": "rainy"},
            {"role": "assistant", "content": None, "refusal": "I had rather not."},
        ],
        "tools": [],
        "model": "m-1",
        "metadata": {"user": "zebra"},
    }
    (chat,) = items(written(tmp_path, rich), TERMS)
    assert isinstance(chat, Chat)
    assert [(message.role, message.content) for message in chat.messages if message.role != "user"] == [
        ("system", "Be brief."),
        ("assistant", None),
        ("tool", "sunny"),
        ("assistant", None),
        ("tool", "rainy"),
        ("assistant", "I had rather not."),
    ]
    calls = [call for message in chat.messages for call in message.tool_calls]
    assert [(call.id, call.function.name, call.function.arguments) for call in calls] == [
        ("1", "w", "{}"),
        ("call_0", "w", '{"in":"Bern"}'),
    ]
    assert [m.reasoning for m in chat.messages if m.reasoning] == ["Somebody should look."]
    assert [(m.name, m.tool_call_id) for m in chat.messages if m.role == "tool"] == [(None, "1"), ("w", None)]
    assert chat.source.model == "m-1"
    assert "zebra" not in repr(chat)
    assert chat.terms is TERMS


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ({"messages": "zebra"}, "/messages is not a list of messages with roles"),
        ({"messages": [{"role": "user"}]}, "/messages/0/content must not be null"),
        ({"messages": [{"role": ["zebra"], "content": ""}]}, "/messages/0/role must be 'system'"),
        (
            {"messages": [{"role": "user", "content": [{"type": "input_audio"}]}]},
            "/messages/0/content/0/type must be one of 'text'",
        ),
        ([1], "not an object"),
    ],
)
def test_a_chat_that_does_not_fit_is_skipped(tmp_path: Path, row: Any, why: str) -> None:
    _, skipped = items(written(tmp_path, CHAT, row))
    assert isinstance(skipped, Skipped)
    assert skipped.where == "line 2"
    assert skipped.why.startswith(why)


def test_solutions_become_traces_corrections_and_preferences(tmp_path: Path) -> None:
    found = items(written(tmp_path, SOLVED))
    assert [(t.steps, t.answer, t.assessment, t.source.model) for t in found if isinstance(t, Trace)] == [
        (("2+2=4",), "4", "good", None),
        (("2+2=5",), "5", "fail", "small"),
        ((), "many", "fail", "middle"),
        (("It is 4",), "4", "good", "large"),
    ]
    assert [(c.original, c.edited) for c in found if isinstance(c, Correction)] == [
        ("2+2=5\nA: 5", "2+2=4\nA: 4"),
        ("many", "2+2=4\nA: 4"),
    ]
    pairs = [p for p in found if isinstance(p, Preference)]
    assert [[(c.content, c.model) for c in p.candidates] for p in pairs] == [
        [("It is 4\nA: 4", "large"), ("2+2=5\nA: 5", "small")],
        [("It is 4\nA: 4", "large"), ("many", "middle")],
    ]
    assert {p.chosen for p in pairs} == {0}


def test_a_solution_that_does_not_fit_is_reported_and_the_others_are_taken(tmp_path: Path) -> None:
    odd = {**SOLVED, "small": {"is_correct": "zebra", "solution": 5}}
    found = items(written(tmp_path, SOLVED, odd, {"question": 1}))
    skipped = [item for item in found if isinstance(item, Skipped)]
    assert [(skip.where, skip.why) for skip in skipped] == [
        ("line 2", "1 of its solutions without a text or a judgment"),
        ("line 3", "/question or /ground_truth is not text"),
    ]
    assert Counter(type(item) for item in found)[Trace] == 4 + 3


def test_the_real_solutions(shared_data: Path) -> None:
    reading = read(shared_data / "gsm8k_model_solutions.jsonl", TERMS)
    found = Counter(type(item) for item in reading)
    assert found == {Trace: 1319 * 5, Correction: 3275, Preference: 1547}
    assert reading.summary().pairs == 3275 + 1547
    assert reading.summary().traces == 6595


def test_calculator_annotations_are_left_out(shared_data: Path) -> None:
    for item in read(shared_data / "gsm8k_model_solutions.jsonl"):
        assert not isinstance(item, Correction) or not re.search(r"<<[^<>\n]*>>", item.original + item.edited)


PLAIN = b"\n".join(json.dumps({**GIVEN, "target": f"t{number}"}).encode() for number in range(2000))
PACKERS = {
    "plain": lambda data: data,
    "gzip": gzip.compress,
    "zstd": zstandard.compress,
    "gzip in pieces": lambda data: gzip.compress(data[:999]) + gzip.compress(data[999:]),
    "zstd in pieces": lambda data: zstandard.compress(data[:999]) + zstandard.compress(data[999:]),
}


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_packed_files_and_standard_input_read_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Any
) -> None:
    packed = pack(PLAIN)
    expected = [f"t{number}" for number in range(2000)]
    assert [item.target for item in items(written(tmp_path, packed))] == expected
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(packed)))
    assert [item.target for item in read("-")] == expected


@pytest.mark.parametrize("pack", PACKERS.values(), ids=PACKERS)
def test_packed_files_may_be_in_utf_16(tmp_path: Path, pack: Any) -> None:
    assert len(items(written(tmp_path, pack(PLAIN.decode().encode("utf-16"))))) == 2000


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_damaged_packing_is_reported_after_what_could_be_read(tmp_path: Path, pack: Any) -> None:
    noise = random.Random(1)
    rows = [{**GIVEN, "target": noise.randbytes(60).hex()} for _ in range(6_000)]
    packed = pack("\n".join(map(json.dumps, rows)).encode())
    *_, last = items(written(tmp_path, packed[: len(packed) * 3 // 4]))
    assert last == Skipped(where="the rest of the file", why="the packed data ends early")
    spoiled = bytearray(packed)
    spoiled[-400:-300] = bytes(100)
    *taken, last = items(written(tmp_path, bytes(spoiled)))
    assert len(taken) > 1000
    assert isinstance(last, Skipped)
    assert "damaged" in last.why


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    bomb = PLAIN + b"\n" + b" " * 300_000_000
    *taken, last = items(written(tmp_path, zstandard.compress(bomb)))
    assert len(taken) >= 2000
    assert last == Skipped(where="the rest of the file", why="it unpacks to more than 200 times its size")


READ_ALL = """
import sys
from commonwheel.collect.exports import read
reading = read(sys.argv[1])
for item in reading:
    pass
print(reading.summary().contributions, reading.summary().skipped_count)
print(next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the largest memory of a process in /proc")
def test_a_large_file_needs_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.jsonl"
    row = json.dumps({"messages": [{"role": "user", "content": "x" * 9_000}]}).encode() + b"\n"
    with path.open("wb") as file:
        for _ in range(20_000):
            file.write(row)
        for _ in range(100):
            file.write(b'"' + b"y" * 999_999)  # one line of 100 MB
    done = subprocess.run([sys.executable, "-c", READ_ALL, str(path)], capture_output=True, text=True, check=True)
    counts, megabytes = done.stdout.splitlines()
    assert counts == "20000 1"
    assert int(megabytes) < 150
    path.unlink()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the largest memory of a process in /proc")
def test_a_large_archive_needs_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "export.zip"
    row = json.dumps(CHATGPT | {"padding": random.Random(1).randbytes(30_000).hex()}).encode()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("c.json", "w") as member:
        member.write(b"[" + row)
        for _ in range(1_500):  # 100 MB
            member.write(b",\n" + row)
        member.write(b"]")
    done = subprocess.run([sys.executable, "-c", READ_ALL, str(path)], capture_output=True, text=True, check=True)
    counts, megabytes = done.stdout.splitlines()
    assert counts == f"{1_501 * 3} 1501"
    assert int(megabytes) < 150
    path.unlink()


@given(st.lists(st.binary(max_size=60) | st.just(json.dumps(CHAT).encode()), max_size=8))
def test_no_content_breaks_a_reader(tmp_path_factory: pytest.TempPathFactory, rows: list[bytes]) -> None:
    path = written(tmp_path_factory.mktemp("any"), *rows)
    for reader in READERS:
        with exports.opened(path) as source:
            for item in reader.read(source, None):
                assert isinstance(item, Skipped | Origin | AnyContribution)
