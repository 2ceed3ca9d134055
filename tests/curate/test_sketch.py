"""Sketches: alike for what is alike, the same everywhere, and made in bounded time."""

import random
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonwheel.curate.sketch import FEWEST_RUNS, PLACES, likeness, scheme, sketch_of

WORDS = [f"word{n}" for n in range(2_000)]
TEXT = " ".join(WORDS[:100])
GOLDEN = (scheme(), sketch_of({"kind": "chat", "messages": [{"role": "user", "content": TEXT}]}))


def chat(text, **more):
    return {"kind": "chat", "messages": [{"role": "user", "content": text}]} | more


def alike(one, other):
    packed = (b"".join(place.to_bytes(4, "big") for place in sketch_of(body)) for body in (one, other))
    return likeness(*packed, 4)


def runs(words):
    return {tuple(words[n : n + 3]) for n in range(len(words) - 2)}


@settings(max_examples=60, deadline=None)
@given(st.integers(40, 400), st.integers(0, 25), st.integers(0, 1_000))
def test_likeness_is_about_the_share_that_is_the_same(length, share, seed):
    chance = random.Random(seed)
    one = chance.sample(WORDS, length)
    other = list(one)
    for place in chance.sample(range(length), length * share // 100):
        other[place] = f"changed{place}"
    exact = len(runs(one) & runs(other)) / len(runs(one) | runs(other))
    assert alike(chat(" ".join(one)), chat(" ".join(other))) == pytest.approx(exact, abs=0.2)


def test_the_same_said_differently_has_the_same_sketch():
    assert sketch_of(chat(TEXT)) == sketch_of(chat(TEXT.upper().replace(" ", "\n  ") + "!", note="x", tags=["y"]))
    assert sketch_of(chat(TEXT)) == sketch_of(chat([{"type": "text", "text": TEXT}]))
    assert len(sketch_of(chat(TEXT))) == PLACES


def test_scripts_without_spaces_are_compared_by_signs():
    text = "".join(chr(0x4E00 + n) for n in range(100))
    assert alike(chat(text), chat(text[:50] + "是" + text[51:])) > 0.85
    assert alike(chat(text), chat("".join(chr(0x5E00 + n) for n in range(100)))) == 0


@pytest.mark.parametrize(
    "body",
    [chat(" ".join(WORDS[: FEWEST_RUNS + 1])), chat(""), chat("word " * 1_000),
     {"kind": "signal", "target": "t", "name": "n", "value": TEXT}],
)  # fmt: skip
def test_what_says_little_has_no_sketch(body):
    assert sketch_of(body) == ()


def test_a_choice_and_the_opposite_one_are_far_from_each_other():
    sides = [{"content": " ".join(WORDS[100:200])}, {"content": " ".join(WORDS[200:300])}]
    choice = {"kind": "preference", "prompt": "which?", "candidates": sides, "chosen": 0}
    assert alike(choice, choice) == 1
    assert alike(choice, choice | {"chosen": 1}) < 0.1


def test_two_who_change_the_same_answer_differently_are_not_the_same():
    original, rest = " ".join(WORDS[:200]), " ".join(WORDS[:150])
    one = {"kind": "correction", "prompt": "p", "original": original, "edited": rest + " ".join(WORDS[300:350])}
    assert alike(one, one | {"edited": rest + " ".join(WORDS[400:450])}) < 0.8
    assert alike(one, one | {"original": "another answer of a model"}) == 1


def test_the_same_in_another_process():
    """Sketches are stored: neither the process nor the seed of Python's hashes may matter."""
    code = (
        "from commonwheel.curate.sketch import scheme, sketch_of\n"
        f"body = {chat(TEXT)!r}\n"
        "print(scheme()); print(*sketch_of(body))"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed,
            "PYTHONPATH": ":".join(sys.path)},
        )  # fmt: skip
        name, places = done.stdout.splitlines()
        assert (name, tuple(map(int, places.split()))) == GOLDEN


def test_the_same_as_when_the_first_were_stored():
    """Where this fails, stored sketches compare with nothing: the scheme has to change with it."""
    assert scheme() == "1-3-128-20261101-2"
    assert GOLDEN[1][:4] == FIRST


FIRST = (419498754, 3222666625, 188636887, 2581221422)


@pytest.mark.parametrize(
    "text", ["a " * 500_000, "a" * 1_000_000, "\ud800 " * 300_000, " ".join(WORDS) * 60, "字" * 300_000]
)
def test_long_texts_are_sketched_in_bounded_time(text):
    started = time.process_time()
    sketch_of(chat(text))
    assert time.process_time() - started < 3


def test_very_many_small_messages_are_bounded():
    chance = random.Random(1)
    messages = [{"role": "user", "content": chance.choice(WORDS) + " a b c"} for _ in range(100_000)]
    started = time.process_time()
    assert sketch_of({"kind": "chat", "messages": messages})
    assert time.process_time() - started < 3
