"""What a correction or a choice is about, always the same, and in bounded time."""

import time
import tracemalloc
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.curate.difference import Difference, differences
from commonwheel.curate.measures import diff_kind
from commonwheel.records.findings import Finding


@pytest.mark.parametrize(
    ("before", "after", "about"),
    [
        ("It was built in 1889 by the city.", "It was built in 1887 by the city.", "fact"),
        ("The capital of Australia is Sydney.", "The capital of Australia is Canberra.", "fact"),
        ("We meet on Monday.", "We meet on Tuesday.", "fact"),
        ("You may eat it raw.", "You may not eat it raw.", "fact"),
        ("There are three of them.", "There are four of them.", "fact"),
        ("It costs $5.50 each.", "It costs $6.50 each.", "fact"),
        ("See https://a.example/x for more.", "See https://b.example/y for more.", "citation"),
        ("As shown in [3], it holds.", "As shown in [4], it holds.", "citation"),
        ("See doi:10.1000/182 there.", "See doi:10.1000/183 there.", "citation"),
        ("Run this:\n```\nx = 1\n```\nDone.", "Run this:\n```\nx = 2\nprint(x)\n```\nDone.", "code"),
        ("Call `open(a)` first.", "Call `open(b)` first.", "code"),
        ("one two three", "- one\n- two\n- three", "format"),
        ("A title\nand text", "# A title\n\nand text", "format"),
        ("It is **very** good.", "It is very good.", "format"),
        ("a step\nthen another", "1. a step\n2. then another", "format"),
        ("this is fine", "This is fine!", "style"),
        ("I don't know.", "I do not know.", "style"),
        ("Well it works", "Well, it works.", "style"),
        ("The bread is quite tasty.", "The bread is really delicious.", "wording"),
        ("今天天气很好", "今天天气很坏", "wording"),
        ("first this then that", "that then this first", "wording"),
        ("", "something new", "wording"),
    ],
)
def test_most_of_a_change_is_about(before, after, about):
    assert next(iter(differences(before, after))) == about


def test_a_change_of_several_kinds_is_shared_out():
    found = differences("It opened in 1990. Nice place", "It opened in 1995. A lovely place!")
    assert {Difference.FACT, Difference.WORDING} <= set(found)
    assert differences("same", "same") == {}


@given(st.text(max_size=200), st.text(max_size=200))
def test_shares_add_up_and_repeat(before, after):
    found = differences(before, after)
    assert found == differences(before, after)
    assert all(0 < share <= 1 for share in found.values())
    assert not found or sum(found.values()) == pytest.approx(1)
    assert bool(found) == (before != after)
    assert list(found.values()) == sorted(found.values(), reverse=True)


@given(st.text(alphabet="ab .\n`-*1", max_size=80), st.text(alphabet="ab .\n`-*1", max_size=80))
def test_of_signs_and_numbers_too(before, after):
    found = differences(before, after)
    assert bool(found) == (before != after)


def test_a_correction_and_a_choice_say_what_they_are_about(findings):
    correction = {"kind": "correction", "prompt": "?", "original": "in 1889", "edited": "in 1887"}
    [found] = findings("difference", correction)
    assert (found.kind, found.score, found.pointer) == ("quality.diff.fact", 1.0, "/edited")
    choice = {
        "kind": "preference",
        "prompt": "?",
        "candidates": [
            {"content": "in 1889"},
            {"content": [{"type": "text", "text": "in 1887"}]},
            {"content": "In 1887."},
        ],
        "chosen": 1,
    }
    found = [(f.kind, f.pointer) for f in findings("difference", choice)]
    assert found == [("quality.diff.fact", "/candidates/0"), ("quality.diff.style", "/candidates/2")]
    assert findings("difference", "only a chat") == []


def test_in_german_a_capital_names_nothing(findings):
    body = {
        "kind": "correction",
        "prompt": "?",
        "original": "Das alte Haus steht schon lange am See hinter dem Berg.",
        "edited": "Das alte Gebäude steht schon lange am Ufer hinter dem Berg.",
    }
    assert {f.kind for f in findings("difference", body)} == {"quality.diff.wording"}


def test_the_kind_of_a_pair_is_that_of_most_of_it():
    def seen(kind, score):
        return Finding(kind=f"quality.diff.{kind}", detector="difference", version="1", score=score)

    assert diff_kind([seen("fact", 0.4), seen("wording", 0.6)]) == "wording"
    assert diff_kind([seen("fact", 0.9), seen("style", 0.1), seen("style", 1.0)]) == "style"
    assert diff_kind([]) is None


LONG = 500_000
PAIRS = [
    ("a" * LONG, "b" * LONG),
    ("." * LONG, "!" * LONG),
    ("a, " * (LONG // 3), "b, " * (LONG // 3)),
    ("\n" * LONG, " " * LONG),
    ("`" * LONG, "``` " * (LONG // 4)),
    ("```\n" * (LONG // 4), "~~~\n" * (LONG // 4)),
    ("[1" * (LONG // 2), "https:" * (LONG // 6)),
    ("".join(f"w{n} " for n in range(70_000)), "".join(f"v{n} " for n in range(70_000))),
    ("x " * (LONG // 2), "x " * (LONG // 2 - 1) + "y"),
]


@pytest.mark.parametrize("pair", PAIRS, ids=range(len(PAIRS)))
def test_two_long_texts_are_compared_in_bounded_time(pair):
    started = time.process_time()
    assert differences(*pair)
    assert time.process_time() - started < 5


def test_two_long_texts_are_compared_in_bounded_memory():
    tracemalloc.start()
    try:
        differences(*PAIRS[2])
        assert tracemalloc.get_traced_memory()[1] < 100 << 20
    finally:
        tracemalloc.stop()


def test_a_choice_among_many_long_texts_is_no_slower_than_one(findings):
    texts = [f"{n}, " * 12_000 for n in range(20)]
    body = {"kind": "preference", "prompt": "?", "candidates": [{"content": text} for text in texts], "chosen": 7}
    started = time.process_time()
    assert len({f.pointer for f in findings("difference", body)}) == 19
    assert time.process_time() - started < 5


def test_a_change_far_inside_a_long_line_is_seen():
    before = "word " * 60_000
    assert differences(before, f"{before[:200_000]}1999{before[200_004:]}")


def test_composed_and_decomposed_letters_differ_in_form_alone():
    found = differences("é", unicodedata.normalize("NFD", "é"))
    assert found
