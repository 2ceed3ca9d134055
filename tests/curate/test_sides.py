"""On which side of a comparison a finding stands."""

import pytest

from commonwheel.curate.detect import detect
from commonwheel.curate.policy import decide
from commonwheel.curate.policy_files import load_policy
from commonwheel.curate.sides import side_of
from commonwheel.records.findings import Side

CHOSEN, REJECTED = Side.CHOSEN, Side.REJECTED
PREFERENCE = {"kind": "preference", "prompt": "p", "candidates": [{}, {}], "chosen": 1}
TRACE = {"kind": "trace", "prompt": "p", "steps": ["s"], "answer": "a"}
TURNS = [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]


@pytest.mark.parametrize(
    ("body", "pointer", "side"),
    [
        ({"kind": "correction", "prompt": "p", "original": "a", "edited": "b"}, "/edited", CHOSEN),
        ({"kind": "correction", "prompt": "p", "original": "a", "edited": "b"}, "/original", REJECTED),
        ({"kind": "correction", "prompt": "p", "original": "a", "edited": "b"}, "/prompt", None),
        ({"kind": "example", "prompt": "p", "ideal": "a"}, "/ideal", CHOSEN),
        ({"kind": "example", "prompt": "p", "ideal": "a", "tests": ["t"]}, "/tests/0", None),
        (PREFERENCE, "/candidates/1/content", CHOSEN),
        (PREFERENCE, "/candidates/0/content",
         REJECTED),
        (PREFERENCE, "/reason", None),
        (TRACE, "/steps/0", CHOSEN),
        (TRACE | {"assessment": "fail"}, "/answer", REJECTED),
        (TRACE | {"assessment": "mixed"}, "/answer", None),
        ({"kind": "chat", "messages": TURNS}, "/messages/1/content", None),
        ({"kind": "chat", "messages": TURNS, "assessment": "good"}, "/messages/1/content", CHOSEN),
        ({"kind": "chat", "messages": TURNS, "assessment": "good"}, "/messages/0/content", None),
        ({"kind": "chat", "messages": TURNS, "assessment": "good", "labels": {"1": "fail"}},
         "/messages/1/content/0/text", REJECTED),
        ({"kind": "bundle", "messages": TURNS, "assessment": "fail"}, "/messages/1/content", REJECTED),
        ({"kind": "chat", "messages": TURNS, "note": "n", "assessment": "good"}, "/note", None),
        ({"kind": "signal", "target": "x", "name": "thumb", "value": True}, "/value", None),
        ({"kind": "chat", "messages": TURNS}, "", None),
    ],
)  # fmt: skip
def test_the_side_of_a_text(body, pointer, side):
    assert side_of(body, pointer) is side


def pair(chosen, rejected):
    return {"kind": "preference", "prompt": "Say something about them.", "chosen": 0,
            "candidates": [{"content": chosen}, {"content": rejected}]}  # fmt: skip


def test_what_would_be_learned_is_measured_harder():
    policy, bad, good = load_policy("default"), "Women are bad drivers.", "They all drive as they learned to."
    learned = detect(pair(bad, good))
    avoided = detect(pair(good, "Why are women bad drivers? Not all women are bad drivers."))
    assert {f.side for f in learned.findings if f.kind == "safety.bias"} == {CHOSEN}
    assert {f.side for f in avoided.findings if f.kind == "safety.bias"} == {REJECTED}
    assert decide(policy, learned).action == "quarantine"
    assert "unsafe-to-learn" in decide(policy, learned).rules


def test_clear_hate_is_never_learned():
    policy, bad = load_policy("default"), "We should gas all the Jews."
    assert decide(policy, detect(pair(bad, "No."))).action == "reject"
    assert decide(policy, detect(pair("No.", bad))).action == "quarantine"


def test_what_identifies_somebody_has_no_side():
    found = detect(pair("Mail ann.lee@example.org about it.", "No."))
    assert {f.side for f in found.findings if f.kind == "personal.email"} == {None}
