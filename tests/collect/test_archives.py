"""Of an archive only conversations are opened, within bounds, and what is not opened is said."""

import io
import stat
import struct
import zipfile
from pathlib import Path
from typing import Any

import pytest

from commonwheel.collect import archives
from commonwheel.collect.exports import detect_format, read
from commonwheel.collect.items import Item, Skipped
from commonwheel.errors import Invalid
from commonwheel.records.contribution import Chat
from tests.collect.chatgpt_sample import FEEDBACK
from tests.collect.export_samples import CHATGPT, LE_CHAT, RECORD, SAMPLES, listed, parquet

CONVERSATIONS = SAMPLES["chatgpt"]
OF_ONE = 4  # a chat, a preference, a trace, and what was not read


def zipped(files: dict[str, bytes], **more: Any) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for info, content in more.get("infos", ()):
            archive.writestr(info, content)
    return out.getvalue()


def items(content: bytes) -> list[Item]:
    return list(read(io.BytesIO(content)))


def test_shards_are_read_in_order_each_with_its_place() -> None:
    shards = {f"conversations-{at:03}.json": listed(CHATGPT | {"conversation_id": f"c{at}"}) for at in (2, 0, 1)}
    reading = read(io.BytesIO(zipped(shards | {"chat.html": b"<p>", "image.png": b"\x89PNG"})))
    assert reading.format == "chatgpt"
    picks = list(reading.picks())
    assert [pick.origin.where for pick in picks] == [f"conversations-{at:03}.json, item 1" for at in range(3)]
    summary = reading.summary().as_json()
    assert (summary["conversations"], summary["pairs"], summary["traces"]) == (3, 3, 3)
    assert detect_format(io.BytesIO(zipped(shards))).name == "chatgpt"


def test_a_broken_shard_is_reported_and_the_others_are_read() -> None:
    found = items(zipped({"a.json": CONVERSATIONS, "b.json": CONVERSATIONS[:900], "c.json": CONVERSATIONS}))
    assert sum(not isinstance(item, Skipped) for item in found) == 2 * (OF_ONE - 1)
    assert any(isinstance(item, Skipped) and item.where.startswith("b.json, ") for item in found)


@pytest.mark.parametrize(
    "name",
    [
        *("user.json", "users.json", "export/memories.json", "Projects.json", "account.json", "user (1).json"),
        *("memories/1.json", "Users/ann.json", "memories (2)/a/1.json", "prod-mc-asset-server/1/content"),
        *("group_chats.json", "chat.html", "ads.csv", ".hidden.json", "__MACOSX/._conversations.json"),
    ],
)
def test_what_is_about_a_person_is_never_opened(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    original = zipfile.ZipFile.open

    def spying(self: zipfile.ZipFile, name: Any, *more: Any, **named: Any) -> Any:
        opened.append(name if isinstance(name, str) else name.filename)
        return original(self, name, *more, **named)

    content = zipped({name: CONVERSATIONS, "conversations.json": CONVERSATIONS})
    monkeypatch.setattr(zipfile.ZipFile, "open", spying)
    assert len(items(content)) == OF_ONE
    assert set(opened) == {"conversations.json"}


@pytest.mark.parametrize(
    "name", ["../conversations.json", "/conversations.json", "a\\..\\b.json", "C:/b.json", "a/../../b.json"]
)
def test_paths_that_reach_out_are_not_followed(name: str) -> None:
    info = zipfile.ZipInfo()
    info.filename = name
    found = items(zipped({"conversations.json": CONVERSATIONS}, infos=[(info, CONVERSATIONS)]))
    assert len(found) == OF_ONE + 1
    assert found[-1] == Skipped(where=name, why="its path reaches out of the archive")


def test_links_archives_and_what_is_encrypted_are_reported() -> None:
    link = zipfile.ZipInfo("link.json")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    inner = zipped({"conversations.json": CONVERSATIONS})
    whole = zipped({"conversations.json": CONVERSATIONS, "inner.zip": inner}, infos=[(link, b"/etc/passwd")])
    found = items(whole)
    assert found[-2:] == [
        Skipped(where="inner.zip", why="an archive in an archive is not opened"),
        Skipped(where="link.json", why="is a link"),
    ]
    locked = bytearray(zipped({"a.json": CONVERSATIONS, "b.json": CONVERSATIONS}))
    at = locked.rindex(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert items(bytes(locked))[-1] == Skipped(where="b.json", why="is encrypted")
    with pytest.raises(Invalid, match="nothing in it has a known format") as refused:
        read(io.BytesIO(zipped({"inner.zip": inner})))
    assert "not opened" in str(refused.value.details)


def test_a_bomb_is_not_unpacked() -> None:
    bomb = b"[" + CONVERSATIONS[1:].rstrip()[:-1] + b"," + b" " * 150_000_000
    *_, last = items(zipped({"conversations.json": bomb}))
    assert last == Skipped(
        where="conversations.json, the rest of the file", why="it unpacks to more than 200 times its size"
    )


def test_all_members_together_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_UNPACKED", 3 * len(CONVERSATIONS))
    found = items(zipped({f"{at}.json": CONVERSATIONS for at in range(9)}))
    assert sum(not isinstance(item, Skipped) for item in found) == 3 * (OF_ONE - 1)
    assert found[-1] == Skipped(where="8.json", why="the archive unpacks to more than is read")


def test_an_archive_of_too_many_members_is_refused_before_they_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(zipped({"conversations.json": CONVERSATIONS}))
    end = content.rindex(b"PK\x05\x06")
    content[end + 12 : end + 16] = struct.pack("<L", 2**31)  # the length that its list of members claims
    with pytest.raises(Invalid, match="archive cannot be read"):
        read(io.BytesIO(bytes(content)))
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    with pytest.raises(Invalid, match="archive cannot be read"):
        read(io.BytesIO(zipped({f"{at}.json": CONVERSATIONS for at in range(4)})))


def test_damage_anywhere_in_an_archive_is_reported_or_refused() -> None:
    whole = zipped({"a.json": CONVERSATIONS, "b.json": CONVERSATIONS})
    for at in range(0, len(whole), 5):
        for changed in (whole[:at], whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]):
            try:
                found = items(changed)
            except Invalid:
                continue
            assert found


def test_an_archive_on_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(zipped({"a.json": CONVERSATIONS}))))
    with pytest.raises(Invalid, match="standard input"):
        read("-")


def test_a_chat_per_file_is_read_from_one_archive() -> None:
    second = [message | {"chatId": "f-2"} for message in LE_CHAT]
    reading = read(io.BytesIO(zipped({"chat-1.json": listed(*LE_CHAT), "chat-2.json": listed(*second)})))
    assert [pick.origin.title for pick in reading.picks()] == ["Which colour has ice?"] * 2


def test_a_file_without_an_ending_is_read_where_it_begins_as_json_does() -> None:
    prompt = "Drive/AI Studio/My prompt"
    reading = read(
        io.BytesIO(zipped({prompt: SAMPLES["ai-studio"], "Drive/photo": b"\xff\xd8\xff", "user": b"{}"}))
    )
    assert reading.format == "ai-studio"
    assert len(list(reading)) == 2


@pytest.mark.parametrize("name", ["Fix main.py", "Version 2.0 plan", "Hm?"])
def test_a_prompt_may_be_called_anything(name: str, tmp_path: Path) -> None:
    sample = SAMPLES["ai-studio"]
    assert len(items(zipped({f"Drive/{name}": sample, "Drive/photo.png": sample, "Drive/notes.txt": b"Hm."}))) == 2
    (tmp_path / name).write_bytes(sample)
    assert len(list(read(tmp_path))) == 2


@pytest.mark.parametrize("name", ["MyActivity.html", "Drive/a.htm", "a", "notes.md", "activity.csv"])
def test_a_folder_and_an_archive_read_the_same_files(name: str, tmp_path: Path) -> None:
    of = {"MyActivity.html": "gemini-page", "Drive/a.htm": "gemini-page", "notes.md": "markdown"}
    sample = SAMPLES[of.get(name, "copilot" if name.endswith("csv") else "claude")]
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(sample)
    found = list(read(tmp_path))
    assert found and len(found) == len(items(zipped({name: sample})))


def test_a_folder_of_too_many_files_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    for at in range(3):
        (tmp_path / f"{at}.json").write_bytes(CONVERSATIONS)
    *_, last = read(tmp_path)
    assert isinstance(last, Skipped) and last.why.startswith("has more than 2 files")


def test_shards_that_hold_nothing_are_reported_each() -> None:
    shards = {"conversations-000.json": CONVERSATIONS, "conversations-001.json": b"[]"}
    shards |= {"conversations-002.json": b"", "conversations-003.json": b"\x00" * 99, "user.json": b"{}"}
    found = items(zipped(shards | {"chat.html": b"<p>", "message_feedback.json": listed(*FEEDBACK)}))
    reports = [item for item in found[OF_ONE:] if isinstance(item, Skipped)]
    assert [report.where for report in reports] == [f"conversations-00{at}.json" for at in (1, 2, 3)]
    assert {report.why for report in reports} == {"is broken, or holds no conversation"}


def test_files_of_data_without_a_format_are_one_report() -> None:
    files = {"a.json": CONVERSATIONS, "b.json": b"{}", "c.jsonl": b"[]", "d.csv": b"a,b", "README.md": b"Hm."}
    *_, last = items(zipped(files))
    assert last == Skipped(where="b.json and 2 more", why="no known format")
    assert items(zipped({"a.json": CONVERSATIONS, "b.json": b"{}"}))[-1] == Skipped(
        where="b.json", why="no known format"
    )


def test_a_member_without_a_name_is_reported() -> None:
    info = zipfile.ZipInfo()
    info.filename = "."
    assert len(items(zipped({"a.json": CONVERSATIONS}, infos=[(info, CONVERSATIONS)]))) == OF_ONE


def test_a_folder_is_read_as_an_archive_is_and_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "conversations.json").write_bytes(CONVERSATIONS)
    (tmp_path / "export" / "user.json").write_bytes(CONVERSATIONS)
    (tmp_path / "export" / "message_feedback.json").write_bytes(listed(*FEEDBACK))
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "1.parquet").write_bytes(parquet(RECORD))
    (tmp_path / "link.json").symlink_to(tmp_path / "export" / "conversations.json")
    *found, link = list(read(tmp_path))
    assert len(found) == OF_ONE
    assert link == Skipped(where="link.json", why="is a link")
    assert isinstance(found[0], Chat)
    assert found[0].labels == {"1": "good"}
