"""Files that are made to take long, much memory, or a reader down, take none of it."""

import io
import time
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from structlog.testing import capture_logs

from commonwheel.collect.conversations import moment_of
from commonwheel.collect.elements import elements
from commonwheel.collect.exports import READERS, claude, read
from commonwheel.collect.items import Skipped
from commonwheel.collect.lines import Source
from commonwheel.collect.markup import plain, unescaped
from commonwheel.collect.reading import STUMBLED
from tests.collect.export_samples import CHATGPT, CLAUDE, GEMINI_PAGE, JAN, OPEN_WEBUI, le_chat, listed

SECONDS = 8
"""Generous, and far below what the square of these sizes takes."""
N = 100_000
TAGS: dict[str, str] = {
    "that never end": "<a" * N,
    "with open quotes": "<a b='" * N,
    "of nothing": "<" * N,
    "that hide": "<script>" * N,
    "that comment": "<!--" * N,
    "of spaces": "<pre>" + " " * N + "x</pre>",
    "of declarations": "<!" * N,
}


def open_webui(content: str) -> bytes:
    """A chat with this answer."""
    messages = {"q": {"role": "user", "content": "Hm?"}}
    messages["a"] = {"role": "assistant", "content": content, "parentId": "q"}
    return listed(OPEN_WEBUI | {"chat": {"history": {"currentId": "a", "messages": messages}}})


def branching() -> bytes:
    """A conversation that lists one child many times over."""
    said = "x" * 10_000
    nodes: dict[str, Any] = {
        "q": {"parent": None, "children": ["b"] * 20_000 + ["a"]},
        "b": {"parent": "q", "children": []},
        "a": {"parent": "q", "children": []},
    }
    for id, role in (("q", "user"), ("a", "assistant"), ("b", "assistant")):
        content = {"content_type": "text", "parts": [said + id]}
        nodes[id] |= {"id": id, "message": {"author": {"role": role}, "content": content}}
    return listed(CHATGPT | {"current_node": "a", "mapping": nodes})


def steps() -> bytes:
    """A conversation of nothing but thoughts, each of which could be a trace over all before it."""
    thoughts = {"content_type": "thoughts", "thoughts": [{"content": "Hm."}]}
    messages = [
        {"author": {"role": "user"}, "content": {"content_type": "text", "parts": ["?"]}},
        {"author": {"role": "assistant"}, "content": thoughts},
    ] * 4_000
    nodes = {str(at): {"parent": str(at - 1) if at else None, "message": one} for at, one in enumerate(messages)}
    return listed(CHATGPT | {"current_node": str(len(nodes) - 1), "mapping": nodes})


FILES: dict[str, tuple[str, bytes]] = {
    "folds that never end": ("open-webui", open_webui('<details type="x">' * N)),
    "folds without an end of their tag": ("open-webui", open_webui('<details type="x"' * N)),
    "summaries that never end": ("open-webui", open_webui(f'<details type="x">{"<summary>" * N}</details>')),
    "a fold of spaces": ("open-webui", open_webui(f'<details type="reasoning">{" " * N}</details>')),
    "many folds": ("open-webui", open_webui('<details type="reasoning"></details>   ' * (N // 10))),
    "a child many times over": ("chatgpt", branching()),
    "thoughts alone": ("chatgpt", steps()),
    "answers to one question": ("le-chat", listed(
        le_chat("1", "user", "Hm?", 1), *(le_chat(str(at), "assistant", "x", 2, version=at) for at in range(6_000))
    )),
    "a message of many parts": ("jan", listed(
        JAN[0] | {"content": [{"type": "text", "text": {"value": "x" * 20}}] * N}, JAN[1]
    )),
    "titles in a title": ("gemini-page", (GEMINI_PAGE + '<div class="outer-cell" class="'
        + "mdl-typography--title" * 30_000).encode()),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_file_takes_time_and_memory_by_its_length(name: str) -> None:
    reader, content = FILES[name]
    tracemalloc.start()
    began = time.process_time()
    read = next(each for each in READERS if each.name == reader)
    for source in (Source(iter([content])), Source(iter([content]))):
        assert read.recognizes(source)
        assert list(read.read(source, None))
    took, (_, most) = time.process_time() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert took < SECONDS * 2 and most < 30_000_000 + 20 * len(content)


@pytest.mark.parametrize("name", TAGS)
def test_markup_takes_time_by_its_length(name: str) -> None:
    began = time.process_time()
    plain(TAGS[name])
    assert time.process_time() - began < SECONDS


def test_how_elements_begin_is_told_in_time_by_their_length() -> None:
    broken = b'[{"id":1,"b":2},{"id":x},{"id":' + b" " * 200_000 + b'x,},{"id":1,"b":3}]'
    began = time.process_time()
    found = list(elements(Source(iter([broken]))))
    assert time.process_time() - began < SECONDS
    assert found[-1] == ("item 3", {"id": 1, "b": 3}) and isinstance(found[1], Skipped)


@pytest.mark.parametrize("endless", [float("inf"), "1" * 400, "-" + "9" * 500, float("nan"), 10**300])
def test_a_moment_is_found_or_not_and_never_sought_for_ever(endless: Any) -> None:
    assert moment_of(endless) is None or endless == 10**300


def test_a_sign_of_html_that_is_none_stays() -> None:
    odd = "&#" + "1" * 5_000 + ";"
    assert unescaped(odd) == odd and plain(f"<p>a &lt; {odd}</p>").startswith("a")


def test_what_a_reader_stumbles_over_ends_its_file_alone_and_is_told_without_its_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stumble(*_: Any) -> Any:
        raise KeyError("zebra")

    monkeypatch.setattr(claude, "moment_of", stumble)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.json", listed(CLAUDE))
        archive.writestr("b.json", listed(CHATGPT))
    with capture_logs() as logged:
        first, *others = read(out)
    assert first == Skipped(where="a.json, the rest of the file", why=STUMBLED) and len(others) == 4
    assert logged == [
        {"event": "export.stumbled", "log_level": "warning", "format": "claude", "error": "KeyError"}
    ]


def test_a_column_of_records_may_hold_anything(tmp_path: Path) -> None:
    for column in ([1, 2], [b"{}", None], [["x"], []], [{"a": 1}, None]):
        pq.write_table(pa.table({"record": column}), tmp_path / "x.parquet")
        assert all(isinstance(found, Skipped) for found in read(tmp_path / "x.parquet"))


def test_reports_hold_nothing_that_a_terminal_understands() -> None:
    said = [{"type": "\x1b]0;zebra\x07"}, {"type": "text", "text": "Hm."}]
    messages = [{"sender": "human", "text": "Hm?"}, {"sender": "assistant", "content": said}]
    *_, left = read(io.BytesIO(listed(CLAUDE | {"chat_messages": messages})))
    assert isinstance(left, Skipped) and left.why.isprintable() and "]0;" in left.why
