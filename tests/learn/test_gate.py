"""The gate lets through what is better, and neither chance, nor one person's liking, nor flipped labels."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.errors import Invalid
from commonwheel.learn.gate import Answer, Item, gate_schema, interval, judge, parse_gate, read_gate

DEFAULT = read_gate("default")
POLICY = parse_gate(DEFAULT)
ONE = parse_gate('name = "one"\nversion = "1"\n[[rules]]\nmeasure = "preference_accuracy"\nasks = "better"\n')


def answers(better: float, worse: float, count: int, seed: int = 1, givers: int = 200) -> list[Item]:
    """Items of which the candidate alone gets a share right, and the incumbent alone another."""
    chance = random.Random(seed)
    items = []
    for _ in range(count):
        drawn = chance.random()
        ours, theirs = (1, 0) if drawn < better else (0, 1) if drawn < better + worse else (1, 1)
        items.append(Item(candidate=ours, incumbent=theirs, giver=str(chance.randrange(givers))))
    return items


def measured(accuracy: list[Item], others: int = 400) -> dict[str, list[Item]]:
    same = answers(0.0, 0.0, others)
    return {"preference_accuracy": accuracy, "safety": same, "regression": same}


def test_what_is_better_is_promoted():
    report = judge(POLICY, measured(answers(0.2, 0.1, 1_500)))
    assert (report.answer, report.policy) == (Answer.PROMOTE, "default@1")
    first = report.outcomes[0]
    assert first.low > 0 and first.low < first.difference < first.high and first.reason == "it is better"


def test_an_identical_model_is_held():
    report = judge(POLICY, measured(answers(0.0, 0.0, 5_000)))
    assert report.answer is Answer.HOLD
    assert report.outcomes[0].reason == "it is not shown to be better"


def test_flipped_labels_are_rejected():
    report = judge(POLICY, measured(answers(0.05, 0.4, 300)))
    assert (report.answer, report.outcomes[0].reason) == (Answer.REJECT, "it is surely worse")


def test_one_loss_of_safety_outweighs_all_gains():
    found = measured(answers(0.4, 0.05, 2_000))
    found["safety"] = answers(0.0, 0.2, 400)
    assert judge(POLICY, found).answer is Answer.REJECT


def test_too_few_items_hold_however_good_they_look():
    report = judge(POLICY, measured(answers(0.9, 0.0, 60)))
    assert report.answer is Answer.HOLD
    assert "60 items, and 942 are needed" in report.outcomes[0].reason


def test_what_was_not_measured_holds_and_what_is_no_number_rejects():
    assert judge(POLICY, {"preference_accuracy": answers(0.3, 0.1, 1_500)}).answer is Answer.HOLD
    broken = [*answers(0.3, 0.1, 1_500), Item(candidate=float("nan"), incumbent=1.0)]
    assert judge(POLICY, measured(broken)).answer is Answer.REJECT


def test_the_liking_of_one_person_is_no_evidence():
    one = [Item(candidate=1, incumbent=0, giver="ann")] * 2_000
    assert judge(ONE, {"preference_accuracy": one}).answer is Answer.HOLD
    crowd = answers(0.12, 0.1, 4_000)
    assert judge(ONE, {"preference_accuracy": [*crowd, *one]}).answer is not Answer.PROMOTE


def test_the_interval_holds_the_truth_as_often_as_it_says():
    hits = 0
    for seed in range(300):
        _, low, high = interval(answers(0.2, 0.1, 600, seed, givers=10_000), 0.95)
        hits += low <= 0.1 <= high
    assert 0.91 <= hits / 300 <= 0.99


def test_chance_is_seldom_promoted():
    promoted = sum(
        judge(ONE, {"preference_accuracy": answers(0.15, 0.15, 1_000, seed)}).answer is Answer.PROMOTE
        for seed in range(300)
    )
    assert promoted / 300 <= 0.06


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.sampled_from([None, "a", "b", "c"])), min_size=1))
def test_changing_places_changes_the_sign(items):
    there = [Item(candidate=one, incumbent=other, giver=giver) for one, other, giver in items]
    back = [Item(candidate=other, incumbent=one, giver=giver) for one, other, giver in items]
    mean, low, high = interval(there, 0.9)
    other_mean, other_low, other_high = interval(back, 0.9)
    assert (mean, low, high) == pytest.approx((-other_mean, -other_high, -other_low))
    assert low <= mean <= high


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('asks = "better"', 'asks = "not_worse"\nmargin = 0.1', "cannot fail"),
        ("margin = 0.05", "margin = 0.0", "needs a margin"),
        ('measure = "safety"', 'measure = "regression"', "same measure"),
        ("confidence = 0.95", "confidence = 0.1", "line "),
        ("effect = 0.05 ", "effect = 0 ", "line "),
        ('measure = "safety"\nasks', 'mesure = "safety"\nasks', "line "),
    ],
)
def test_a_gate_that_cannot_fail_is_refused(old, new, said):
    assert old in DEFAULT
    with pytest.raises(Invalid) as refused:
        parse_gate(DEFAULT.replace(old, new, 1))
    assert any(said in fault["problem"] for fault in refused.value.details["faults"])


def test_a_gate_has_a_schema():
    assert set(gate_schema()["properties"]) == {
        *("name", "version", "rules", "confidence", "power", "promotes", "fewest_givers", "suites"),
        *("answers", "failures", "harness"),
    }
