"""Emptiness, size, unreadable parts, and the edit gate's measure."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from commonwheel.curate.detectors.edit import LONGEST, similarity


def correction(original, edited):
    return {"kind": "correction", "prompt": "Say it.", "original": original, "edited": edited}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"kind": "chat", "messages": [{"role": "user", "content": "   \n"}]}, {("quality.empty", "")}),
        ({"kind": "chat", "messages": [{"role": "user", "content": "…?!"}]}, {("quality.empty", "")}),
        ({"kind": "chat", "messages": [{"role": "user", "content": "ok."}]}, {("quality.too_short", "")}),
        ({"kind": "chat", "messages": [{"role": "user", "content": "你好世界"}]}, set()),
        ({"kind": "chat", "messages": [{"role": "user", "content": "?"}], "note": "a long note"},
         {("quality.empty", "")}),
        ({"kind": "chat", "messages": [{"role": "user", "content": "a" * 1_000_001}]}, {("quality.too_large",
        "")}),
        (correction("an answer", "  "), {("quality.empty", "/edited")}),
        (correction("an answer", "another"), set()),
        ({"kind": "trace", "prompt": "What is it?", "steps": [], "answer": ""}, {("quality.empty", "/answer")}),
        ({"kind": "preference", "prompt": "What?", "chosen": 0,
          "candidates": [{"content": "this"}, {"content": " "}]}, {("quality.empty", "/candidates/1/content")}),
        ({"kind": "signal", "target": "x", "name": "thumb", "value": True}, set()),
    ],
)  # fmt: skip
def test_too_little_and_too_much(findings, body, expected):
    assert {(f.kind, f.pointer) for f in findings("quality", body)} == expected


IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}}


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"kind": "chat", "messages": [{"role": "user", "content": [IMAGE]}]}, ["/messages/0/content/0"]),
        ({"kind": "correction", "prompt": [{"role": "user", "content": [IMAGE]}], "original": "a", "edited": "b"},
         ["/prompt/0/content/0"]),
        ({"kind": "preference", "prompt": "x", "chosen": 0, "candidates": [{"content": "a"},
        {"content": [IMAGE]}]},
         ["/candidates/1/content/0"]),
        ({"kind": "bundle", "messages": [{"role": "user", "content": "x"}],
          "attachments": [{"name": "a", "media_type": "image/png", "data": ""}]}, ["/attachments/0"]),
        ({"kind": "chat", "messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]}, []),
    ],
)  # fmt: skip
def test_parts_that_hold_no_text_are_named(findings, body, pointers):
    found = findings("unreadable", body)
    assert [f.pointer for f in found if f.kind == "quality.unreadable"] == pointers
    assert {f.kind for f in found} <= {"quality.unreadable", "quality.metadata"}


@pytest.mark.parametrize(
    ("original", "edited", "expected"),
    [
        ("a" * 20, "a" * 19 + "b", 0.95),
        ("a" * 100, "a" * 95 + "bcdef", 0.95),
        ("abcdefghij", "a" + "z" * 9, 0.1),
        ("a" * 10 + "x" * 90, "a" * 10 + "y" * 90, 0.1),
        ("same", "same", 1.0),
        ("", "", 1.0),
        ("", "new", 0.0),
        ("e\u0301" * 10, "é" * 10, 1.0),
        ("😀" * 20, "😀" * 19 + "😁", 0.95),
        ("a" * 50_000, "a" * 50_000 + "b", 50_000 / 50_001),
    ],
)
def test_similarity_is_exact(findings, original, edited, expected):
    [finding] = findings("edit", correction(original, edited))
    assert (finding.kind, finding.score, finding.pointer) == ("quality.edit_similarity", expected, "/edited")


def test_what_is_too_long_to_compare_is_said_to_be(findings):
    [finding] = findings("edit", correction("ab" * LONGEST, "cd" * LONGEST))
    assert finding.kind == "quality.edit_unmeasured"


@given(st.text(max_size=60), st.text(max_size=60))
def test_trimming_changes_nothing(one, other):
    left, right = unicodedata.normalize("NFC", one), unicodedata.normalize("NFC", other)
    length = max(len(left), len(right))
    expected = (length - Levenshtein.distance(left, right)) / length if length else 1.0
    assert similarity(one, other) == expected == similarity(other, one)
