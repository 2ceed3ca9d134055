"""What is found of what an answer and a record have in common, and that nothing of it is missed or made up."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.learn.attribution import (
    ALIKE,
    LEAST_SIGNS,
    MOST_WORDS,
    RUN,
    SURE,
    Words,
    answers_in,
    asked_in,
    common_runs,
    digests_of,
    digests_of_record,
    likeness,
    said_by,
    words_of,
)

KEY = b"a key of sixteen bytes or more"
FEW = st.sampled_from(["on", "the", "rock", "Rock", "straße", "ÉTÉ", "e\u0301te\u0301", "7", "水", "नमस्ते"])
TWO = st.sampled_from(["stone", "on"])
MANY = st.text(st.characters(categories=("Ll", "Lu", "Nd")), min_size=1, max_size=8)
WORD = st.one_of(FEW, MANY)
BETWEEN = st.sampled_from([" ", "  ", "\n", ", ", " — ", "_", "… ", "\u200b"])


def joined(words: list[str], between: str = " ") -> str:
    return between.join(words)


def by_runs(text: str) -> set[int]:
    """What a text is found by that is not compared as a whole."""
    return digests_of_record({"kind": "example", "prompt": text}, KEY)


def by_all(text: str) -> set[int]:
    """What else an answer is found by."""
    return digests_of(words_of(text), KEY) - by_runs(text)


def shared(one: str, other: str) -> set[int]:
    return by_runs(one) & by_runs(other)


def read(*texts: str) -> list[Words]:
    return [words_of(text) for text in texts]


def longest_by_hand(here: Words, there: Words) -> set[tuple[int, int]]:
    """All runs of RUN words or more that both have and that cannot be made longer here, the slow way."""
    found = set()
    for start in range(len(here.said)):
        longest = 0
        for at in range(len(there.said)):
            length = 0
            while (
                here.said[start + length : start + length + 1] == there.said[at + length : at + length + 1] != []
            ):
                length += 1
            longest = max(longest, length)
        if longest >= RUN:
            found.add((start, start + longest))
    return {(a, b) for a, b in found if not any((c, d) != (a, b) and c <= a and b <= d for c, d in found)}


# The guarantee ---------------------------------------------------------------------------------------------------


@given(
    st.lists(WORD, max_size=30),
    st.lists(WORD, max_size=30),
    st.lists(WORD, min_size=SURE, max_size=SURE + 6),
    st.lists(WORD, max_size=30),
    st.lists(WORD, max_size=30),
    BETWEEN,
)
def test_a_run_of_so_many_words_is_never_missed(
    a: list[str], b: list[str], run: list[str], c: list[str], d: list[str], between: str
) -> None:
    assert shared(joined([*a, *run, *b]), joined([*c, *run, *d], between))


@given(st.lists(WORD, max_size=40), st.lists(WORD, max_size=40))
def test_what_is_found_by_a_run_has_that_run_in_common(a: list[str], b: list[str]) -> None:
    """64 bits do not meet by chance, so two texts that share a digest share RUN words in a row."""
    one, other = words_of(joined(a)), words_of(joined(b))
    if shared(one.text, other.text):
        assert longest_by_hand(one, other)


def test_a_third_of_all_runs_is_kept() -> None:
    assert 2_900 < len(by_runs(joined([f"w{number}" for number in range(9_000)]))) < 3_100


def test_digests_differ_by_the_key_and_fit_a_signed_column() -> None:
    words = words_of("one two three four five six seven eight nine ten")
    assert not digests_of(words, KEY) & digests_of(words, KEY + b"!")
    assert all(-(2**63) <= digest < 2**63 for digest in digests_of(words, KEY))


@pytest.mark.parametrize("text", ["", " ", "?!", "one two three four five six seven", "\ud800" * 20])
def test_what_holds_no_run_is_found_by_nothing(text: str) -> None:
    assert digests_of(words_of(text), KEY) == set()


@pytest.mark.parametrize("every, least", [(30, 0.99), (12, 0.9), (8, 0.7)])
def test_a_text_with_every_so_manieth_word_changed_is_mostly_found_as_a_whole(every: int, least: float) -> None:
    found = 0
    for number in range(200):
        said = [f"w{number}q{at}" for at in range(120)]
        changed = [f"other{at}" if at % every == 0 else word for at, word in enumerate(said)]
        found += bool(by_all(joined(said)) & by_all(joined(changed)))
    assert found >= 200 * least


@given(st.text(st.characters(max_codepoint=127), max_size=80))
def test_words_in_ascii_are_read_as_in_any_other_text(text: str) -> None:
    alone, within = words_of(text), words_of(f"{text} é")
    assert (alone.said, alone.places) == (within.said[:-1], within.places[:-1])


# Spans -----------------------------------------------------------------------------------------------------------


@given(st.lists(TWO, max_size=60), st.lists(TWO, max_size=60), BETWEEN)
def test_runs_are_exactly_those_that_both_have_and_cannot_be_longer(
    a: list[str], b: list[str], between: str
) -> None:
    here, there = words_of(joined(a, between)), words_of(joined(b))
    runs = list(common_runs(here, there))
    for run in runs:
        length = run.end - run.start
        assert here.said[run.start : run.end] == there.said[run.there : run.there + length]
    long = {
        (s, e) for s, e in longest_by_hand(here, there) if here.part(s, e)[1] - here.part(s, e)[0] >= LEAST_SIGNS
    }
    assert {(run.start, run.end) for run in runs} == long


@given(st.lists(WORD, max_size=60), st.lists(st.lists(WORD, max_size=40), max_size=3), BETWEEN)
def test_spans_are_in_order_apart_and_within_the_answer(
    a: list[str], texts: list[list[str]], between: str
) -> None:
    answer = words_of(joined(a, between))
    found = likeness(answer, read(*map(joined, texts)))
    if found is None:
        return
    ends = [0, *(place for span in found.spans for place in span), len(answer.text)]
    assert ends == sorted(ends)
    assert 0 <= found.covered <= 1 and 0 <= found.similarity <= 1
    assert found.words == sum(any(s <= p[0] and p[1] <= e for s, e in found.spans) for p in answer.places)
    assert found.spans or found.similarity >= ALIKE
    assert any(found.text in joined(text) for text in texts)


@given(st.text(max_size=300))
def test_words_stand_where_they_are_said_to(text: str) -> None:
    words = words_of(text)
    assert len(words.said) == len(words.places)
    before = 0
    for said, (start, end) in zip(words.said, words.places, strict=True):
        assert before <= start < end <= len(text)
        assert words_of(text[start:end]).said == [said]
        before = end


@given(st.lists(WORD, min_size=SURE, max_size=30), st.sampled_from(["NFC", "NFD"]))
def test_another_form_of_the_same_text_is_the_same(words: list[str], form: Any) -> None:
    text = joined(words)
    assert words_of(unicodedata.normalize(form, text)).said == words_of(text).said
    assert words_of(text.casefold()).said == words_of(text).said


@pytest.mark.parametrize(
    "one, other",
    [
        ("It’s the so-called “best” way", "it's  THE so called best\nway"),
        ("ｆｕｌｌ ｗｉｄｔｈ", "full width"),
        ("soft\u00adware", "software"),
        ("Straße", "STRASSE"),
        ("हिन्दी में", "हिन्दी, में"),
    ],
)
def test_what_reads_the_same_is_the_same(one: str, other: str) -> None:
    assert words_of(one).said == words_of(other).said


def test_signs_without_spaces_are_words_and_many_of_them_make_a_run() -> None:
    text = "天下皆知美之為美斯惡已皆知善之為善斯不善已"
    assert words_of(text).said == list(text)
    found = likeness(words_of(f"他說過{text}云云"), read(f"古書有言{text}而已"))
    assert found is not None and found.spans == ((3, 3 + len(text)),) and found.text == text
    assert likeness(words_of("他說過天下皆知美之為美云云而已矣乎"), read("古書天下皆知美之為美也")) is None


def test_only_the_first_words_of_a_long_record_are_read() -> None:
    asked = [joined([f"a{n}" for n in range(MOST_WORDS - 4)]), joined([f"b{n}" for n in range(40)])]
    prompt = [{"role": "user", "content": text} for text in asked]
    record = {"kind": "example", "prompt": prompt, "ideal": joined([f"c{n}" for n in range(40)])}
    assert [len(words.said) for words in said_by(record)] == [40, MOST_WORDS - 4]
    assert len(digests_of_record(record, KEY)) < MOST_WORDS / 2


@pytest.mark.parametrize("word", ["a", "a b", "a a a b", "abcdefghi"])
def test_text_made_to_be_slow_is_not(word: str) -> None:
    """Nothing is timed here: what grows with the square of the length would not end."""
    answer, record = words_of(f"{word} " * 3_000), words_of(f"{word} " * 9_000)
    found = likeness(answer, [record])
    assert found is not None and found.covered == 1


# What a record says ----------------------------------------------------------------------------------------------

ASKED = {"role": "user", "content": "asked"}


def answered(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}


CANDIDATES = [{"content": "a"}, {"content": "b"}]


@pytest.mark.parametrize(
    "record, said",
    [
        ({"kind": "chat", "messages": [ASKED, answered("told")]}, "asked told"),
        ({"kind": "chat", "messages": [ASKED, answered("told")], "assessment": "fail"}, "asked"),
        (
            {"kind": "chat", "messages": [ASKED, answered("no"), answered("yes")], "labels": {"1": "fail"}},
            "asked yes",
        ),
        ({"kind": "chat", "messages": [{"role": "assistant", "content": None, "reasoning": "so"}]}, "so"),
        (
            {"kind": "correction", "prompt": "asked", "original": "bad", "edited": "good", "reason": "x"},
            "asked good",
        ),
        ({"kind": "preference", "prompt": [ASKED], "candidates": CANDIDATES, "chosen": 1}, "asked b"),
        ({"kind": "preference", "prompt": "asked", "chosen": 3}, "asked"),
        ({"kind": "example", "prompt": "asked", "ideal": "good", "rubric": "x", "note": "y"}, "asked good"),
        ({"kind": "trace", "prompt": "asked", "steps": ["one", "two"], "answer": "3"}, "asked one two 3"),
        ({"kind": "trace", "prompt": "asked", "steps": ["one"], "answer": "3", "assessment": "fail"}, "asked"),
        ({"kind": "signal", "name": "thumb", "value": "liked"}, ""),
    ],
)
def test_a_record_says_what_its_giver_stands_for(record: dict[str, Any], said: str) -> None:
    assert " ".join(" ".join([*asked_in(record), *answers_in(record)]).split()) == said
