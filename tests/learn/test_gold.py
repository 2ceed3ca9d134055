"""Gold pairs out of contributions."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.learn.gold import pairs_from, prompt_fingerprint, trace_pair

ASK = [{"role": "user", "content": "2+2?"}]
CALL = {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}
IMAGE = {"type": "image_url", "image_url": {"url": "data:"}}


def correction(original: str = "5", edited: str = "4", prompt: Any = "2+2?") -> dict[str, Any]:
    return {"kind": "correction", "prompt": prompt, "original": original, "edited": edited}


def preference(contents: list[Any], chosen: int, prompt: Any = "2+2?") -> dict[str, Any]:
    candidates = [{"content": content} for content in contents]
    return {"kind": "preference", "prompt": prompt, "candidates": candidates, "chosen": chosen}


def trace(
    assessment: str | None, answer: str = "4", steps: tuple[str, ...] = (), prompt: Any = "2+2?"
) -> dict[str, Any]:
    return {"kind": "trace", "prompt": prompt, "steps": list(steps), "answer": answer, "assessment": assessment}


def sides(body: dict[str, Any]) -> list[tuple[str, str]]:
    return [(pair.chosen, pair.rejected) for pair in pairs_from("id", body)]


def test_a_correction_prefers_the_edit() -> None:
    (pair,) = pairs_from("id-1", correction(), similarity=0.5)
    assert (pair.origin, pair.contribution, pair.rejected_from) == ("correction", "id-1", "id-1")
    assert (pair.prompt, pair.chosen, pair.rejected, pair.similarity) == (ASK, "4", "5", 0.5)


def test_a_preference_gives_a_pair_for_each_answer_not_chosen() -> None:
    parts = [{"type": "text", "text": "fo"}, {"type": "text", "text": "ur"}]
    assert sides(preference(["5", parts, "6"], 1)) == [("fo\nur", "5"), ("fo\nur", "6")]
    assert pairs_from("id", preference(["5", "4"], 1), similarity=0.5)[0].similarity is None


@pytest.mark.parametrize(
    "body",
    [
        correction("4", "4"),
        correction("4", " 4\n"),
        correction("", "4"),
        correction("5", "  "),
        correction("caf\u00e9", "cafe\u0301"),
        correction(prompt=""),
        correction(prompt=[{"role": "user", "content": [IMAGE]}]),
        correction(prompt=[*ASK, CALL]),
        correction(prompt=[*ASK, CALL | {"content": "I shall look."}]),
        preference(["4", "4"], 0),
        preference(["4", ""], 0),
        preference(["", "4"], 0),
        preference(["4", [IMAGE]], 0),
        preference([[IMAGE], "4"], 0),
        preference(["5", "4"], 7),
        trace("good"),
        {"kind": "chat", "messages": ASK},
        {"kind": "signal", "target": "x", "name": "thumb", "value": True},
    ],
    ids=lambda body: json.dumps(body)[:110],
)
def test_what_teaches_nothing_gives_no_pair(body: dict[str, Any]) -> None:
    assert pairs_from("id", body) == []


def test_white_space_inside_can_be_the_point() -> None:
    assert sides(correction("if x:\nreturn", "if x:\n    return")) == [("if x:\n    return", "if x:\nreturn")]


def test_a_prompt_is_messages_of_text() -> None:
    prompt = [
        {"role": "system", "content": "Be brief.", "model": None},
        {"role": "user", "content": [{"type": "text", "text": "2+2?"}]},
    ]
    (pair,) = pairs_from("id", correction(prompt=prompt))
    assert pair.prompt == [{"role": "system", "content": "Be brief."}, *ASK]


def test_a_right_and_a_wrong_trace_make_a_pair() -> None:
    good, fail = trace("good", "4", ("two and two", "is four")), trace("fail", "5", ("a guess",), " 2+2? ")
    pair = trace_pair(("right", good), ("wrong", fail))
    assert pair is not None
    assert (pair.origin, pair.contribution, pair.rejected_from) == ("trace", "right", "wrong")
    assert pair.prompt == ASK
    assert pair.chosen == "two and two\nis four\n\n4"
    assert pair.rejected == "a guess\n\n5"


@pytest.mark.parametrize(
    "good, fail",
    [
        (trace("good"), trace("fail")),
        (trace("good"), trace("fail", "")),
        (trace("good"), trace("fail", "5", prompt="2+3?")),
        (trace("good"), trace("good", "5")),
        (trace("mixed"), trace("fail", "5")),
        (trace(None), trace("fail", "5")),
        (trace("fail"), trace("good", "5")),
        (trace("good"), correction() | {"assessment": "fail"}),
        (trace("good", prompt=""), trace("fail", "5", prompt="")),
    ],
    ids=range(9),
)
def test_other_traces_make_none(good: dict[str, Any], fail: dict[str, Any]) -> None:
    assert trace_pair(("a", good), ("b", fail)) is None


@pytest.mark.parametrize(
    "same",
    [
        "Where  is\nBern? caf\u00e9",
        " Where is Bern? cafe\u0301 ",
        [{"role": "user", "content": "Where is Bern? café"}],
    ],
    ids=range(3),
)
def test_spacing_and_form_do_not_change_a_question(same: Any) -> None:
    assert prompt_fingerprint(trace("good", prompt=same)) == prompt_fingerprint(
        trace("fail", prompt="Where is Bern? caf\u00e9")
    )


@pytest.mark.parametrize(
    "other",
    [
        "where is bern?",
        [{"role": "system", "content": "Where is Bern?"}],
        [{"role": "user", "content": "Where is"}, {"role": "user", "content": "Bern?"}],
        [{"role": "user", "content": [{"type": "text", "text": "Where is Bern?"}, IMAGE]}],
    ],
    ids=range(4),
)
def test_another_question_is_another(other: Any) -> None:
    assert prompt_fingerprint(trace("good", prompt=other)) != prompt_fingerprint(
        trace("good", prompt="Where is Bern?")
    )


@given(st.text(max_size=6), st.text(max_size=6))
def test_no_pair_has_an_empty_side_or_two_equal_ones(original: str, edited: str) -> None:
    for chosen, rejected in sides(correction(original, edited)) + sides(preference([original, edited], 1)):
        assert chosen.strip() and rejected.strip() and chosen.strip() != rejected.strip()
