"""A person's AI preference is obeyed as it was written, and never read as a permission by mistake."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.records.preference import COMMITMENTS, allows_training, check_preference, on_training
from commonwheel.records.terms import check_shown_name


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("", True),  # nothing said: the license alone speaks
        ("train-ai=y", True),
        ("train-ai=n", False),
        ("search=n", True),
        ("search=y, train-ai=n", False),
        # only the tokens y and n count: not booleans, strings, numbers or lists
        ("train-ai", True),
        ("train-ai=?0", True),
        ('train-ai="n"', True),
        ("train-ai=0", True),
        ("train-ai=(n)", True),
        ("train-ai=no", True),
        # older labels deny and never grant
        ("train-genai=n", False),
        ("ai-use=n", False),
        ("all=n", False),
        ("train-genai=y, train-ai=n", False),
        ("train-ai=y, ai-use=n", False),
        # the same label twice: any denial wins, wherever it stands
        ("train-ai=n, train-ai=y", False),
        ("train-ai=y,\ttrain-ai=n", False),
        ('x="a, train-ai=y", train-ai=n', False),
        ('x="train-ai=n"', True),
        # what cannot be read denies
        ("train-ai=n,", False),
        ("train-ai=y,", False),
        ("Train-AI=y", False),
        ("no training please", False),
        ("träin=y", False),
    ],
)
def test_whether_a_model_may_learn_from_it(expression: str, allowed: bool) -> None:
    assert allows_training(expression) is allowed


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("train-ai=y", "yes"),
        ("search=n, train-ai=y", "yes"),
        ("", "unstated"),  # a model learns, and nobody said that it may
        ("search=n", "unstated"),
        ("train-genai=y", "unstated"),
        ("train-ai=no", "unstated"),
        ("train-ai=n;exceptions=cc-cr-op", "if"),
        ("train-ai=n", "no"),
        ("no training please", "no"),
    ],
)
def test_what_a_giver_says_of_models_that_learn(expression: str, said: str) -> None:
    assert on_training(expression) == said


@pytest.mark.parametrize(
    ("expression", "commitments", "allowed"),
    [
        ("train-ai=n;exceptions=cc-cr", ["cc-cr"], True),
        ("train-ai=n;exceptions=cc-cr", ["cc-cr", "cc-cr-ec"], True),
        ("train-ai=n;exceptions=cc-cr-ec", ["cc-cr"], False),
        ("train-ai=n;exceptions=cc-cr", [], False),
        ('train-ai=n;exceptions="cc-cr"', ["cc-cr"], False),
        ("train-ai=n;exceptions", ["cc-cr"], False),
        ("train-ai=n", COMMITMENTS, False),
        ("train-ai=n;exceptions=cc-cr, ai-use=n", ["cc-cr"], False),
        ("train-ai=n, train-ai=n;exceptions=cc-cr", ["cc-cr"], False),
    ],
)
def test_an_exception_holds_for_who_commits_to_it(expression: str, commitments: list[str], allowed: bool) -> None:
    assert allows_training(expression, commitments) is allowed


KNOWN = ("train-ai", "search", "train-genai", "ai-use", "bots", "ai", "genai", "all", "tdm")
DENIALS = st.sampled_from(
    ["train-ai=n", "ai-use=n", "train-genai=n;x=1", "all=n", "train-ai=n;exceptions=cc-cr-op"]
)
STATEMENTS = st.sampled_from(
    ["train-ai=y", "search=y", "train-ai", "train-ai=?1", 'x="y, z"', "a=(1 2);b", "train-ai=y;exceptions=cc-cr"]
) | st.text(st.characters(codec="ascii", exclude_characters='"'), max_size=20)
"""Well-formed ones and noise; noise with an open quote would only make a text of the denial."""


@given(DENIALS, st.lists(STATEMENTS, max_size=4), st.lists(STATEMENTS, max_size=4))
def test_a_denial_never_becomes_a_permission_by_adding_statements(
    denial: str, before: list[str], after: list[str]
) -> None:
    assert not allows_training(", ".join([*before, denial, *after]))


@given(st.text(max_size=60) | STATEMENTS)
def test_only_known_words_can_be_given(text: str) -> None:
    try:
        given_words = set(re.findall(r"[^=;, ]+", check_preference(text)))
    except ValueError as refusal:
        if "not an AI preference" in str(refusal):
            assert not allows_training(text, COMMITMENTS)
        assert text not in str(refusal) or len(text) < 15
    else:
        assert given_words <= {*KNOWN, *COMMITMENTS, "exceptions", "y", "n"}


@pytest.mark.parametrize(
    ("expression", "problem"),
    [
        ("Train-ai=n", "not an AI preference; write for example 'train-ai=n'"),
        ("train-ai=n, phone=y", "an unknown label; known are train-ai,"),
        ("train-ai=maybe", "a value other than y and n"),
        ("train-ai", "a value other than y and n"),
        ('train-ai="n"', "a value other than y and n"),
        ("train-ai=n;exceptions=cc-zz", "an unknown exception; known are cc-cr,"),
        ("train-ai=n;call=5550100", "an unknown exception"),
    ],
)
def test_a_refusal_says_what_is_known(expression: str, problem: str) -> None:
    with pytest.raises(ValueError, match=re.escape(problem)):
        check_preference(expression)


@pytest.mark.parametrize("name", ["a@example.org", "https://x.example", "0155 5550100", "two\nlines", "a\u202eb"])
def test_a_shown_name_is_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="a name to be shown"):
        check_shown_name(name)


@given(st.text(st.characters(codec="ascii"), max_size=60), st.lists(st.sampled_from(COMMITMENTS)))
def test_promising_more_never_allows_less(expression: str, commitments: list[str]) -> None:
    assert allows_training(expression, COMMITMENTS) >= allows_training(expression, commitments)
