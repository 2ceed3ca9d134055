"""Whatever is in a file, its readers say what they read and what not, and never raise."""

import io
import json
from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonwheel.collect import elements as elements_module
from commonwheel.collect.elements import elements
from commonwheel.collect.exports import READERS, read
from commonwheel.collect.items import Item, Origin, Skipped
from commonwheel.collect.lines import Source
from commonwheel.errors import Invalid
from commonwheel.records.contribution import AnyContribution, Chat
from commonwheel.records.terms import Consent, License, Terms
from tests.collect.chatgpt_sample import COMPARISON, FEEDBACK
from tests.collect.export_samples import (
    CHATGPT,
    CLAUDE,
    DEEPSEEK,
    GEMINI,
    OASST,
    OPEN_WEBUI,
    SAMPLES,
    lines,
    listed,
)  # fmt: skip

TERMS = Terms(license=License.CC0, consent=Consent(version="2026-11", given=True))
BROKEN = b'{"title": "zebra", "create_time": 1, "mapping": {"a": tru'
IN_LISTS: dict[str, Any] = {
    "chatgpt": CHATGPT, "claude": CLAUDE, "deepseek": DEEPSEEK, "open-webui": OPEN_WEBUI, "gemini": GEMINI,
    "oasst": OASST, "alpaca": {"instruction": "Add.", "input": "1 and 1", "output": "2"},
    "openai-chat": {"messages": [{"role": "user", "content": "Hm?"}], "n": 1},
}  # fmt: skip


def items(content: bytes) -> list[Item]:
    return list(read(io.BytesIO(content)))


def taken(found: list[Item]) -> list[Item]:
    return [item for item in found if not isinstance(item, Skipped)]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.name)
def test_no_reader_raises_over_a_file_of_another_format(reader: Any) -> None:
    for sample in SAMPLES.values():
        for found in reader.read(Source(iter([sample])), None):
            assert isinstance(found, Origin | Skipped | AnyContribution)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_file_that_ends_anywhere_is_read_as_far_as_it_goes(name: str) -> None:
    sample, reader = SAMPLES[name], next(reader for reader in READERS if reader.name == name)
    whole = {repr(item) for item in items(sample)}
    for end in range(0, len(sample), max(1, len(sample) // 150)):
        for found in reader.read(Source(iter([sample[:end]])), None):
            assert isinstance(found, Origin | Skipped | AnyContribution)
            assert "zebra" not in repr(found)
    assert whole


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=40)
@given(data=st.data())
def test_a_file_with_wrong_bytes_is_read_as_far_as_it_goes(name: str, data: st.DataObject) -> None:
    sample, reader = bytearray(SAMPLES[name]), next(reader for reader in READERS if reader.name == name)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(sample) - 1))
        sample[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4) | st.sampled_from(
            [b"\\ud800", b'"', b"null", b"[]", b"{}", b"1e999", b"\x00", b"-1", b"\\u0000"]
        ))  # fmt: skip
    for found in reader.read(Source(iter([bytes(sample)])), None):
        assert isinstance(found, Origin | Skipped | AnyContribution)


@pytest.mark.parametrize("name", [name for name, sample in SAMPLES.items() if sample[:1] in b"[{"])
def test_any_value_of_another_type_is_reported_or_passed_over(name: str) -> None:
    """Each value of the sample in turn becomes one of every other type."""
    reader = next(reader for reader in READERS if reader.name == name)
    sample = SAMPLES[name]
    single = sample[:1] == b"[" or len(sample.splitlines()) == 1 or not sample.endswith(b"}\n")
    whole = json.loads(sample) if single else [json.loads(line) for line in sample.splitlines()]
    for path in paths(whole):
        for other in (None, True, -1, 1.5, "x", "", [], ["x"], [[]], [{}], {}, {"x": []}):
            value = changed(whole, path, other)
            content = json.dumps(value).encode() if single else lines(*value)
            for found in reader.read(Source(iter([content])), TERMS):
                assert isinstance(found, Origin | Skipped | AnyContribution)


@pytest.mark.parametrize("name", ["message_feedback.json", "model_comparisons.json"])
def test_any_value_of_another_type_beside_conversations_is_passed_over(name: str) -> None:
    """What is beside them never keeps conversations from being read."""
    reader = next(reader for reader in READERS if reader.name == "chatgpt")
    marks = FEEDBACK if name == "message_feedback.json" else [COMPARISON]
    for path in paths(marks):
        for other in (None, 1.5, "x", ["x"], [{}], {"x": []}):
            beside = Source(iter([json.dumps(changed(marks, path, other)).encode()]))
            source = Source(
                iter([SAMPLES["chatgpt"]]),
                beside=lambda asked, it=beside: nullcontext(it) if asked == name else None,
            )
            assert any(isinstance(found, Chat) for found in reader.read(source, None))


def paths(value: Any) -> list[tuple[Any, ...]]:
    """Where every value below is."""
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [(key, *below) for key in keys for below in [(), *paths(value[key])]]


def changed(value: Any, path: tuple[Any, ...], other: Any) -> Any:
    if not path:
        return other
    copy = value.copy()
    copy[path[0]] = changed(value[path[0]], path[1:], other)
    return copy


@pytest.mark.parametrize("name", SAMPLES)
def test_marks_at_the_beginning_change_nothing(name: str) -> None:
    plain = items(SAMPLES[name])
    assert items(b"\xef\xbb\xbf" + SAMPLES[name]) == plain
    if not SAMPLES[name].startswith(b"PAR1"):
        assert items(SAMPLES[name].decode().encode("utf-16")) == plain


@pytest.mark.parametrize("name", IN_LISTS)
def test_a_broken_member_of_a_list_is_reported_and_the_others_are_taken(name: str) -> None:
    row = json.dumps(IN_LISTS[name]).encode()
    alone = taken(items(b"[" + row + b"]"))
    assert alone
    first_key = json.dumps(next(iter(IN_LISTS[name]))).encode()
    for broken in (row[:-2], row[: len(row) // 2], row[1:], BROKEN, b"{%s: }" % first_key, b"zebra", b"\xff\xfe"):
        found = items(b"[" + b",\n".join([row, broken, row, row]) + b"]")
        assert taken(found) == alone * 3, broken
        reports = [item for item in found if isinstance(item, Skipped) and item.where == "item 2"]
        assert [report.why.partition(":")[0] for report in reports] == ["not valid JSON"]


@pytest.mark.parametrize("name", IN_LISTS)
def test_half_characters_and_other_encodings_are_reported_in_their_place(name: str) -> None:
    row = json.dumps(IN_LISTS[name]).encode()
    word = next(
        word
        for word in (b"Hm?", b"Why?", b"floats?", b"sweet?", b"time is", b"sleep?", b"moss?", b"Add.")
        if word in row
    )
    alone = taken(items(b"[" + row + b"]"))
    for half in (b"\\ud83d", "é".encode("latin-1")):
        found = items(b"[" + b",".join([row, row.replace(word, word + half), row]) + b"]")
        assert taken(found)[: len(alone)] == taken(found)[-len(alone) :] == alone
        assert Skipped(where="item 2", why="holds bytes that are not UTF-8, or half a character") in found


def test_a_list_may_be_longer_than_what_is_held_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements_module, "_STEP", 64)
    monkeypatch.setattr(elements_module, "LONGEST", 2_000)
    rows = [{"id": at, "text": "x" * (at * 37 % 900)} for at in range(50)]
    rows[20]["text"] = "y" * 5_000
    pieces = [json.dumps(rows, indent=1).encode()[at : at + 7] for at in range(0, 60_000, 7)]
    found = list(elements(cast(Source, SimpleNamespace(chunks=lambda: iter(pieces)))))
    assert [one[1] for one in found if not isinstance(one, Skipped)] == rows[:20] + rows[21:]
    assert [one for one in found if isinstance(one, Skipped)] == [Skipped(where="item 21", why="longer than 0 MB")]


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda below: st.lists(below) | st.dictionaries(st.text(), below)
    )
)
def test_elements_are_those_of_the_list(value: Any) -> None:
    encoded = json.dumps([value, value]).encode()
    assert [one[1] for one in elements(Source(iter([encoded]))) if not isinstance(one, Skipped)] == [value, value]


@pytest.mark.parametrize("join", [b"[%s]", b"%s"])
def test_what_is_broken_all_over_is_given_up(join: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements_module, "MOST_BROKEN", 5)
    several = [b'{"a": 1, "b": 2}', *[b'{"a": 1, "b": tru}'] * 100]
    first, *broken, last = elements(Source(iter([join % (b",\n" if b"[" in join else b"\n").join(several)])))
    assert first == ("item 1", {"a": 1, "b": 2})
    assert len(broken) == 6
    assert isinstance(last, Skipped)
    assert last.where == "the rest of the file"


def test_deep_and_endless_values_are_reported() -> None:
    for content, why in [
        (b"[" + b"[" * 200_000, "too deep"),
        (b'[{"a": 1, "b": "' + b"x" * 100_000, "not valid JSON"),
    ]:
        (found, *_) = elements(Source(iter([content])))
        assert isinstance(found, Skipped)
        assert found.why.startswith(why)


@pytest.mark.parametrize("name", SAMPLES)
def test_picks_are_the_same_items_in_numbered_groups(name: str) -> None:
    content = SAMPLES[name]
    picks = list(read(io.BytesIO(content)).picks())
    assert [pick.number for pick in picks] == list(range(1, len(picks) + 1))
    assert [item for pick in picks for item in pick.items] == items(content)
    second = [item for pick in picks[1:2] for item in pick.items]
    missing = [] if picks[1:] else [Skipped(where="conversation 2", why="is not in the file")]
    assert list(read(io.BytesIO(content)).picked({2})) == second + missing


def test_a_pick_has_what_a_person_knows_it_by_and_no_record_has() -> None:
    other = CHATGPT | {"conversation_id": "c-2", "title": "Another", "mapping": {}}
    reading = read(io.BytesIO(listed(CHATGPT, other, CHATGPT | {"title": "Third"})))
    first, empty, third = reading.picks()
    assert (first.origin.title, first.origin.model, first.messages) == ("About stones", "m-new", 6)
    assert first.origin.created is not None
    assert (empty.origin.title, empty.messages) == ("Another", 0)
    assert empty.items == (Skipped(where="item 2", why="nothing was said in it"),)
    assert third.number == 3
    chats = [item for item in first.items if isinstance(item, Chat)]
    assert [chat.title for chat in chats] == [None]
    assert "About stones" not in repr(first.items)
    assert reading.summary().conversations == 2


def test_half_a_character_in_a_title_can_be_shown() -> None:
    odd = CHATGPT | {"title": "half \ud83d", "create_time": "0001-01-01T00:00:00+12:00"}
    (pick,) = read(io.BytesIO(listed(odd))).picks()
    assert (pick.origin.title, pick.origin.created) == ("half ?", None)


@pytest.mark.parametrize(
    "content", [b"", b"[{}]", b'{"a": 1}', b"[1, 2]", b"Conversation,Time\n1,2\n", b'[{"mapping": {}}]']
)
def test_what_is_of_no_format_is_refused(content: bytes) -> None:
    with pytest.raises(Invalid, match="no known format"):
        read(io.BytesIO(content))


@pytest.mark.parametrize(
    "content", [b'[{"title": "a", "crea', b'{"messages": [', b' {"a": 1,\n"b"', b"[" * 99_999]
)
def test_json_that_breaks_off_before_it_tells_its_format_is_called_so(content: bytes) -> None:
    with pytest.raises(Invalid, match="breaks off or is damaged"):
        read(io.BytesIO(content))


@pytest.mark.parametrize("as_file", [lines, listed])
def test_long_conversations_do_not_become_many_long_records(as_file: Callable[..., bytes]) -> None:
    """Beyond a bound thoughts stay where they are, so that a file does not grow by the square of its length."""
    asked = {"sender": "human", "text": "Why? " * 10_000}
    thought = [{"type": "thinking", "thinking": "Hm."}, {"type": "text", "text": "So."}]
    messages = [asked, {"sender": "assistant", "text": "", "content": thought}] * 9
    chat, *traces = items(as_file({"uuid": "1", "name": "n", "chat_messages": messages}))
    assert isinstance(chat, Chat)
    assert 3 < len(traces) < 9
    assert sum(message.reasoning is not None for message in chat.messages) == 9 - len(traces)


def test_one_conversation_of_chatgpt_is_read_alone_and_line_by_line() -> None:
    alone = items(listed(CHATGPT))
    assert (
        len(items(json.dumps(CHATGPT).encode()))
        == len(items(json.dumps(CHATGPT, indent=1).encode()))
        == len(alone)
    )
    assert len(items(lines(CHATGPT, CHATGPT))) == 2 * len(alone)


@pytest.mark.parametrize("megabytes", [0.6, 1.5, 1.9, 2.6])
@pytest.mark.parametrize("name", ["grok", "chatgpt", "perplexity"])
def test_an_object_on_one_line_is_known_whatever_its_length(name: str, megabytes: float) -> None:
    sample = json.loads(SAMPLES[name])
    row = (sample[0] if isinstance(sample, list) else sample) | {"padding": "x" * int(megabytes * 1e6)}
    for end in (b"", b"\n"):
        reading = read(io.BytesIO(json.dumps(row).encode() + end))
        assert reading.format == name and taken(list(reading))


@pytest.mark.parametrize("indent", [None, 2])
def test_our_own_contributions_may_be_a_list_or_one_object(indent: int | None) -> None:
    given = {"kind": "example", "prompt": "Is it?", "ideal": "It is."}
    one = items(json.dumps(given, indent=indent).encode())
    assert len(taken(one)) == len(one) == 1
    assert items(json.dumps([given, given | {"ideal": 1}, given], indent=indent).encode()) == [
        one[0], Skipped(where="item 2", why="/ideal must be text"), one[0]
    ]  # fmt: skip
