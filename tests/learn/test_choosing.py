"""Which pairs become gold: what is not allowed never does, and every one that is left out has a reason."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.errors import Invalid
from commonwheel.learn.choosing import Candidate, LeftOut, Taken, choose, counted
from commonwheel.learn.gold_policy import GoldPolicy, gold_policy_schema, parse_gold_policy, read_gold_policy
from commonwheel.records.gold import PAIRED, SINGLE
from commonwheel.records.preference import COMMITMENTS, allows_training

PURPOSES = st.frozensets(st.sampled_from(["display", "evaluation", "training"]))
PREFERENCES = st.sampled_from(
    ["", "train-ai=y", "train-ai=n", *(f"train-ai=n;exceptions={each}" for each in COMMITMENTS), "garbled=("]
)
CANDIDATES = st.lists(
    st.builds(
        Candidate,
        number=st.integers(1, 10_000),
        origin=st.sampled_from([*PAIRED, *SINGLE]),
        purposes=PURPOSES,
        ai_prefs=st.frozensets(PREFERENCES, min_size=1, max_size=2),
        hand=st.sampled_from([None, "ann", "bob"]),
        prompt=st.sampled_from([None, b"one", b"two", b"three"]),
        similarity=st.one_of(st.none(), st.floats(0, 1)),
        diff=st.sampled_from([None, "fact", "style"]),
        language=st.sampled_from([None, "de", "de-CH", "en"]),
        model=st.sampled_from([None, "gpt-9", "lark-8b"]),
        unsafe=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    ),
    max_size=40,
)
POLICIES = st.builds(
    GoldPolicy,
    name=st.just("any"),
    version=st.just("1"),
    purpose=st.sampled_from(["training", "evaluation"]),
    commitments=st.lists(st.sampled_from(COMMITMENTS), unique=True).map(tuple),
    origins=st.sampled_from([(), ("correction",), ("trace", "preference")]),
    diffs=st.sampled_from([(), ("fact",)]),
    languages=st.sampled_from([(), ("de",), ("en",)]),
    least_similarity=st.sampled_from([0.0, 0.3]),
    most_similarity=st.sampled_from([0.9, 1.0]),
    unsafe=st.sampled_from([0.3, 1.0]),
    per_prompt=st.integers(0, 2),
    per_contributor=st.integers(0, 5),
    models_left_out=st.sampled_from([(), ("gpt-*",)]),
)


@given(CANDIDATES, POLICIES)
def test_what_is_not_allowed_is_never_gold(candidates, policy):
    taken = [candidate for candidate, reason in choose(candidates, policy, Taken()) if reason is None]
    for candidate in taken:
        assert policy.purpose in candidate.purposes
        if policy.purpose == "training":
            assert all(allows_training(each, policy.commitments) for each in candidate.ai_prefs)
        assert candidate.unsafe[0] < policy.unsafe and candidate.unsafe[0] <= candidate.unsafe[1]
        assert candidate.similarity is None or (
            policy.least_similarity <= candidate.similarity <= policy.most_similarity
        )
        assert not policy.origins or candidate.origin in policy.origins
        assert not policy.models_left_out or not (candidate.model or "").startswith("gpt-")
    for counter, bound in (
        (Counter(each.hand for each in taken if each.hand), policy.per_contributor),
        (Counter(each.prompt for each in taken if each.prompt), policy.per_prompt),
    ):
        assert not bound or max(counter.values(), default=0) <= bound


@given(CANDIDATES, POLICIES, st.integers(0, 40))
def test_it_is_the_same_in_one_go_and_in_two(candidates, policy, cut):
    whole = list(choose(candidates, policy, Taken()))
    taken = Taken()
    assert [*choose(candidates[:cut], policy, taken), *choose(candidates[cut:], policy, taken)] == whole
    reasons = [reason for _, reason in whole]
    assert sum(counted(reasons).values()) == sum(reason is not None for reason in reasons)


def test_no_training_without_the_purpose_whatever_is_promised():
    candidate = Candidate(
        number=1,
        origin="trace",
        purposes=frozenset({"display", "evaluation"}),
        ai_prefs=frozenset({"train-ai=y"}),
        hand=None,
        prompt=None,
    )
    policy = GoldPolicy(name="any", version="1", commitments=COMMITMENTS)
    assert [reason for _, reason in choose([candidate], policy, Taken())] == [LeftOut.PURPOSE]


def test_the_default_policy_is_one():
    policy = parse_gold_policy(read_gold_policy("default"))
    assert (policy.tag, policy.trigger.pairs, policy.weight("trace")) == ("default@1", 5000, 1.0)
    assert set(gold_policy_schema()["properties"]) >= {"purpose", "commitments", "trigger"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('purpose = "training"', 'purpose = "display"'),
        ("unsafe = 0.3 ", "unsafe = 3 "),
        ("least_similarity = 0.2", "least_similarity = 0.99"),
        ("pairs = 5000 ", "pairs = 0 "),
        ("[trigger]", "[triggers]"),
        ("commitments = []", 'commitments = ["credit"]'),
    ],
)
def test_a_fault_is_told_with_its_line(change, said):
    text = read_gold_policy("default")
    assert change in text
    with pytest.raises(Invalid) as refused:
        parse_gold_policy(text.replace(change, said))
    problems = " ".join(fault["problem"] for fault in refused.value.details["faults"])
    assert "line " in problems or "similarity" in problems
