"""What makes two records the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.curate.duplicates import fingerprint, normalized


def chat(*contents, **more):
    return {"kind": "chat", "messages": [{"role": "user", "content": content} for content in contents]} | more


PREFERENCE = {
    "kind": "preference",
    "prompt": "p",
    "candidates": [{"content": "a"}, {"content": "b"}],
    "chosen": 0,
}
BUNDLE = {
    "kind": "bundle",
    "messages": [],
    "attachments": [{"name": "a", "media_type": "image/png", "data": "AAaa"}],
}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (chat("Hello  World"), chat("hello\nworld ")),
        (chat("ﬁne"), chat("fine")),
        (chat("STRASSE"), chat("straße")),
        (chat("é"), chat("e\u0301")),
        (chat("x"), chat("x", note="a note", tags=["t"], source={"door": "api"}, assessment="fail",
           language="de")),
        (chat("x"), chat([{"type": "text", "text": "x"}])),
        (chat("x"), {"kind": "chat", "messages": [{"role": "user", "content": "x", "model": "m"}]}),
        ({"kind": "trace", "prompt": "q", "steps": [], "answer": "a"},
         {"kind": "trace", "prompt": [{"role": "user", "content": "Q"}], "steps": [], "answer": "A"}),
    ],
)  # fmt: skip
def test_the_same_said_differently(one, other):
    assert fingerprint(one) == fingerprint(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (chat("a b"), chat("ab")),
        (chat("a", "b"), chat("b", "a")),
        (chat("a", "b"), chat("a b")),
        (chat("x"), {"kind": "chat", "messages": [{"role": "assistant", "content": "x"}]}),
        (PREFERENCE, PREFERENCE | {"chosen": 1}),
        ({"kind": "signal", "target": "t", "name": "thumb", "value": True},
         {"kind": "signal", "target": "t", "name": "thumb", "value": False}),
        ({"kind": "correction", "prompt": "p", "original": "a", "edited": "b"},
         {"kind": "correction", "prompt": "p", "original": "b", "edited": "a"}),
        (BUNDLE, BUNDLE | {"attachments": [BUNDLE["attachments"][0] | {"data": "aaAA"}]}),
        (chat("x"), {"kind": "bundle", "messages": [{"role": "user", "content": "x"}]}),
    ],
)  # fmt: skip
def test_what_says_something_else(one, other):
    assert fingerprint(one) != fingerprint(other)


@given(st.text())
def test_normalizing_twice_changes_nothing(text):
    assert normalized(normalized(text)) == normalized(text)
    assert isinstance(fingerprint(chat(text)), bytes)
