"""What the API reads comes through whole, and what it refuses is named by its path and nothing more."""

import json
import traceback
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.collect.payloads import MAX_BODY_BYTES, read_contribution, read_edit, read_feedback
from commonwheel.errors import Invalid, TooLarge
from commonwheel.records.body import CONTRIBUTION
from commonwheel.records.contribution import MAX_RECORD_BYTES, AnyContribution, Correction, Signal
from tests.strategies import contributions, corrections, signals

TERMS = {"license": "CC-BY-4.0", "consent": {"version": "2026-11", "given": True}}
CHAT: dict[str, Any] = {"kind": "chat", "messages": [{"role": "user", "content": "hi"}], "terms": TERMS}
PAIR: dict[str, Any] = {"kind": "preference", "prompt": "q", "candidates": [{"content": "a"}, {"content": "b"}]}
SIGNAL: dict[str, Any] = {"kind": "signal", "target": "t", "name": "thumb", "value": True}
EDIT = {"prompt": "q", "original_llm_output": "a", "final_user_edit": "b"}
FEEDBACK = {"target": "t", "name": "thumb", "value": True}


def dumped(contribution: AnyContribution) -> bytes:
    return CONTRIBUTION.dump_json(contribution, exclude_defaults=True)


def faults(
    body: Any, read: Callable[[bytes], AnyContribution] = read_contribution, raw: bytes | None = None
) -> dict[str, str]:
    with pytest.raises(Invalid) as refusal:
        read(json.dumps(body).encode() if raw is None else raw)
    return {fault["path"]: fault["problem"] for fault in refusal.value.details["faults"]}


@given(contributions)
def test_what_goes_in_comes_out(contribution: AnyContribution) -> None:
    assert read_contribution(dumped(contribution)) == contribution


@given(corrections, st.none() | st.text("ab", min_size=1))
def test_an_edit_is_a_correction(correction: Correction, model: str | None) -> None:
    correction = replace(correction, inferred=False)
    body = json.loads(dumped(correction))
    body["original_llm_output"], body["final_user_edit"] = body.pop("original"), body.pop("edited")
    del body["kind"]
    assert read_edit(json.dumps(body).encode()) == correction
    body.setdefault("source", {})["model"] = model
    assert read_edit(json.dumps({**body, "model": model}).encode()).source.model == model


@given(signals)
def test_feedback_is_a_signal(signal: Signal) -> None:
    body = json.loads(dumped(signal))
    del body["kind"]
    assert read_feedback(json.dumps(body).encode()) == signal


@pytest.mark.parametrize(
    ("body", "path", "problem"),
    [
        ([], "", "must be an object"),
        ({}, "/kind", "is missing"),
        ({"kind": "poem"}, "/kind", "must be one of 'chat'"),
        ({"kind": "chat"}, "/messages", "is missing"),
        ({**CHAT, "colour": 1}, "/colour", "unknown field"),
        ({**CHAT, "a/b~c": 1}, "/a~1b~0c", "unknown field"),
        ({**CHAT, "messages": []}, "/messages", "must have more items: at least 1"),
        ({**CHAT, "messages": [{"role": "user", "content": 5}]}, "/messages/0/content", "must be text or a list"),
        ({**CHAT, "messages": [{"role": "king", "content": ""}]}, "/messages/0/role", "must be 'system'"),
        (
            {**CHAT, "messages": [{"role": "user", "content": [{"type": "text", "text": "", "int": 1}]}]},
            "/messages/0/content/0/int",
            "unknown field",
        ),
        (
            {**CHAT, "messages": [{"role": "user", "content": [{"type": "text"}]}]},
            "/messages/0/content/0/text",
            "is missing",
        ),
        (
            {**CHAT, "messages": [{"role": "user", "content": [{"type": "video"}]}]},
            "/messages/0/content/0/type",
            "must be one of 'text'",
        ),
        (
            {**CHAT, "messages": [{"role": "user", "content": [{"type": "attachment", "attachment": 0}]}]},
            "/messages/0/content/0/attachment",
            "is not the index of an attachment",
        ),
        ({**CHAT, "labels": {"1": "good"}}, "/labels/1", "is not the index of a message"),
        ({**CHAT, "labels": {"00": "good"}}, "/labels/00", "is not the index of a message"),
        ({**CHAT, "labels": {"first": "good"}}, "/labels/first", "must have the form"),
        ({**CHAT, "language": "Deutsch"}, "/language", "must have the form"),
        ({**CHAT, "schema": 2}, "/schema", "must be 1"),
        ({**CHAT, "hold_until": "2027-01-01T00:00:00"}, "/hold_until", "must name its time zone"),
        ({**CHAT, "hold_until": "tomorrow"}, "/hold_until", "must be a date and time"),
        ({**PAIR, "chosen": 2}, "/chosen", "is not the index of a candidate"),
        ({**PAIR, "chosen": True}, "/chosen", "must be a whole number"),
        (
            {**PAIR, "chosen": 0, "candidates": [{"content": "a"}]},
            "/candidates",
            "must have more items: at least 2",
        ),
        ({**SIGNAL, "value": []}, "/value", "must be true or false, a number or text"),
        ({**SIGNAL, "target": ""}, "/target", "must not be empty"),
        ({**SIGNAL, "detail": {"int": []}}, "/detail/int", "must be true or false, a number or text"),
        ({**SIGNAL, "detail": {"detail": {}}}, "/detail/detail", "must be true or false, a number or text"),
        ({**SIGNAL, "source": {"usage": {"tokens": -1}}}, "/source/usage/tokens", "must be at least 0"),
        ({**SIGNAL, "note": "a\0b"}, "/note", "holds the character U+0000"),
        ({**CHAT, "terms": {**TERMS, "license": "MIT"}}, "/terms/license", "must be 'CC0-1.0'"),
        ({**CHAT, "terms": {**TERMS, "ai_pref": "no!"}}, "/terms/ai_pref", "not an AI preference"),
        ({**CHAT, "terms": {**TERMS, "purposes": []}}, "/terms/purposes", "must name what is allowed"),
        (
            {**CHAT, "terms": {**TERMS, "consent": {"version": "1", "given": False}}},
            "/terms/consent/given",
            "must be true",
        ),
        (
            {**CHAT, "terms": {**TERMS, "attribution": {"mode": "username"}}},
            "/terms/attribution/name",
            "is missing: the mode is username",
        ),
        (
            {
                "kind": "bundle",
                "messages": CHAT["messages"],
                "attachments": [{"name": "a", "media_type": "a/b", "data": "QQ"}],
            },
            "/attachments/0/data",
            "is not complete base64",
        ),
    ],
)
def test_each_fault_has_its_path(body: Any, path: str, problem: str) -> None:
    found = faults(body)
    assert list(found) == [path]
    assert found[path].startswith(problem)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[" * 100_000,
        b'{"kind": NaN}',
        b'{"kind": "ch\xffat"}',
        b'{"kind":"signal","target":"\\ud800","name":"n","value":1}',
        b"\xef\xbb\xbf{}",
    ],
)
def test_what_is_not_json_is_refused(raw: bytes) -> None:
    found = faults(None, raw=raw)
    assert set(found) <= {"", "/kind"}


def test_numbers_must_be_finite() -> None:
    raw = b'{"kind":"signal","target":"t","name":"n","value":1e999}'
    assert faults(None, raw=raw) == {"/value": "must be true or false, a finite number or text"}


def test_what_an_empty_purpose_means_inside() -> None:
    inside = {**CHAT, "terms": {**TERMS, "scope": "instance", "purposes": []}}
    assert read_contribution(json.dumps(inside).encode()).terms


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({**EDIT, "kind": "correction"}, "/kind"),
        ({**EDIT, "final_user_edit": None}, "/final_user_edit"),
        ({**EDIT, "model": "a", "source": {"model": "b"}}, "/model"),
    ],
)
def test_an_edit_is_read_as_strictly(body: Any, path: str) -> None:
    assert list(faults(body, read_edit)) == [path]


@pytest.mark.parametrize(
    ("body", "path"), [({**FEEDBACK, "stars": 5}, "/stars"), ({**FEEDBACK, "name": "a b"}, "/name")]
)
def test_feedback_is_read_as_strictly(body: Any, path: str) -> None:
    assert list(faults(body, read_feedback)) == [path]


def test_so_many_faults_are_listed() -> None:
    assert len(faults({**CHAT, **{f"field{number}": 0 for number in range(1000)}})) == 20


SECRET = "zebra-crossing-4111"


@given(
    contributions,
    st.data(),
    st.sampled_from([SECRET, [SECRET], {SECRET + "k": SECRET}, {"type": SECRET}, -1, None, True]),
)
def test_a_refusal_quotes_nothing(contribution: AnyContribution, data: st.DataObject, wrong: Any) -> None:
    body = json.loads(dumped(contribution))
    key = data.draw(st.sampled_from(sorted(body)))
    body[key] = wrong
    try:
        read_contribution(json.dumps(body).encode())
    except Invalid as refusal:
        shown = "".join(traceback.format_exception(refusal)) + refusal.message
        problems = [fault["problem"] for fault in refusal.details["faults"]]
        assert refusal.__context__ is None
        assert SECRET not in shown + "".join(problems)


def test_a_record_is_bounded_without_its_attachments() -> None:
    fitting = {**CHAT, "messages": [{"role": "user", "content": "x" * (MAX_RECORD_BYTES - 300)}]}
    read_contribution(json.dumps(fitting).encode())
    with pytest.raises(TooLarge, match="1,000,000 bytes"):
        read_contribution(json.dumps({**fitting, "note": "x" * 300}).encode())
    with pytest.raises(TooLarge):
        read_contribution(b'"' + b"x" * MAX_BODY_BYTES + b'"')


@pytest.mark.parametrize(("size", "fits"), [(14_999_999, True), (20_000_000, True), (20_000_010, False)])
def test_attachments_are_bounded_together(size: int, fits: bool) -> None:
    halves = ["A" * (-(-(size // 2) // 3) * 4)] * 2
    attached = [{"name": "a", "media_type": "image/png", "data": data} for data in halves]
    raw = json.dumps({"kind": "bundle", "messages": CHAT["messages"], "attachments": attached}).encode()
    if fits:
        read_contribution(raw)
    else:
        with pytest.raises(TooLarge, match="20,000,000 bytes"):
            read_contribution(raw)
