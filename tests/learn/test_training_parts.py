"""When a run is due, what a recipe may say, what suites hold, and how models are measured."""

import math
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonwheel.errors import IllegalMove, Invalid, Misconfigured
from commonwheel.learn.due import Past, not_due
from commonwheel.learn.gold_policy import Trigger, parse_gold_policy, read_gold_policy
from commonwheel.learn.measures import About, by_group, length_bias, margin, prefers, unlike
from commonwheel.learn.recipe import forbids_derivatives, parse_recipe, read_recipe, recipe_schema
from commonwheel.learn.suites import SHIPPED, questions, suite
from commonwheel.ports.training import Measured
from commonwheel.records.model import MODEL_MOVES, ModelState, check_model_move
from tests.training import RECIPE

NOW = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def test_a_run_is_due_when_enough_is_new() -> None:
    assert not_due(Trigger(pairs=10), new=10, past=(), now=NOW) == ()
    [reason] = not_due(Trigger(pairs=10), new=9, past=(), now=NOW)
    assert reason == "9 pairs are new since the last run, and 10 make one due"


def test_a_run_waits_for_its_interval_its_budget_and_quiet_hours() -> None:
    past = (Past(began=NOW - timedelta(hours=5), hours=2.0), Past(began=NOW - timedelta(days=40), hours=99.0))
    trigger = Trigger(pairs=1, hours_between=6, hours_a_month=2, quiet=("08:00-18:00", "23:00-02:00"))
    reasons = not_due(trigger, new=1, past=past, now=NOW)
    assert [reason[:22] for reason in reasons] == [
        "the last run began les", "2.0 of the 2 hours for", "it is a quiet hour (08",
    ]  # fmt: skip
    free = Trigger(pairs=1, hours_between=5, hours_a_month=2.5, quiet=("12:01-18:00", "23:00-12:00"))
    assert not_due(free, new=1, past=past, now=NOW) == ()
    assert not_due(free, new=1, past=past, now=NOW + timedelta(hours=12)) != ()


def test_quiet_hours_are_times_of_day() -> None:
    text = read_gold_policy("default").replace("quiet = []", 'quiet = ["8-18"]')
    with pytest.raises(Invalid) as refused:
        parse_gold_policy(text)
    assert "/trigger/quiet/0" in str(refused.value.details)


def test_recipes_that_ship_and_their_schema_agree() -> None:
    recipe = parse_recipe(read_recipe("edits"))
    assert recipe.tag == "edits@1" and recipe.method == "dpo" and recipe.base.builder
    assert {"base", "training", "lora", "method", "mix_in"} <= set(recipe_schema()["properties"])


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('license = "apache-2.0"', 'license = "CC-BY-ND-4.0"', "forbids derived models"),
        ('method = "dpo"', 'method = "ppo"', "'dpo', 'kto', 'sft' or 'distill'"),
        ("batch = 8", 'loss = ["robust"]', "needs a smoothing"),
        ("batch = 8", 'loss = ["sigmoid", "sft"]\nloss_weights = [1.0]', "one weight for each loss"),
        ("batch = 8", "bach = 8", "line 11"),
        ('builder = "the tests"', "", "Field required"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused_with_its_line(old: str, new: str, problem: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_recipe(RECIPE.replace(old, new))
    assert problem in str(refused.value.details)


@pytest.mark.parametrize(
    ("license", "forbids"),
    [
        ("apache-2.0", False),
        ("cc-by-nc-4.0", False),
        ("cc-by-nc-nd-4.0", True),
        ("CC-BY-ND-4.0", True),
        ("mit", False),
    ],
)
def test_licenses_that_forbid_derived_models(license: str, forbids: bool) -> None:
    assert forbids_derivatives(license) is forbids


@pytest.mark.parametrize("name", SHIPPED)
def test_suites_that_ship_favour_no_length_and_no_language(name: str) -> None:
    lines = suite(name)
    assert len(lines) >= 150 and len({line.prompt for line in lines}) == len(lines)
    longer = sum(len(line.better) > len(line.worse) for line in lines)
    shorter = sum(len(line.better) < len(line.worse) for line in lines)
    assert abs(longer - shorter) <= len(lines) // 10
    assert all(line.better.strip() and line.worse.strip() and line.better != line.worse for line in lines)
    assert questions(name, "x")[0].id == f"x:{lines[0].id}"


@pytest.mark.parametrize(
    "text", ["{}", "nonsense", '{"id": "a", "about": "x", "prompt": "", "better": "", "worse": ""}']
)
def test_a_suite_with_a_line_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "mine.jsonl").write_text(text)
    with pytest.raises(Misconfigured, match="Line 1"):
        suite(str(tmp_path / "mine.jsonl"))
    with pytest.raises(Misconfigured, match="cannot be read"):
        suite(str(tmp_path / "none.jsonl"))


SIDES = st.tuples(st.floats(-500, 0), st.integers(1, 100))


@given(SIDES, SIDES)
def test_the_likelier_side_is_preferred_by_token(better: tuple[float, int], worse: tuple[float, int]) -> None:
    one = Measured(model=0, id="a", better=better, worse=worse)
    other = Measured(model=0, id="a", better=worse, worse=better)
    assert prefers(one) + prefers(other) == 1 and margin(one) == -margin(other)


def test_a_side_without_tokens_is_no_number() -> None:
    empty = Measured(model=0, id="a", better=(0.0, 0), worse=(-1.0, 1))
    assert math.isnan(margin(empty)) and math.isnan(prefers(empty))


def test_small_groups_are_not_shown() -> None:
    def answers(right: bool) -> dict[str, Measured]:
        sides = ((-1.0, 1), (-2.0, 1)) if right else ((-2.0, 1), (-1.0, 1))
        return {str(n): Measured(model=0, id=str(n), better=sides[0], worse=sides[1]) for n in range(12)}

    about = {
        str(n): About(giver="ann", groups={"language": "de" if n < 8 else "rm"}, longer=n % 2 == 0)
        for n in range(12)
    }
    assert by_group(answers(True), answers(False), about) == {
        "language": {"de": {"items": 8, "candidate": 1.0, "incumbent": 0.0}}
    }
    assert length_bias(answers(True), about)["difference"] == 0.0
    assert "difference" not in length_bias(answers(True), {"0": about["0"]})


def test_how_unlike_two_answers_are() -> None:
    assert unlike("the same", "the same") == 0 and unlike("abc", "xyz") == 1 and 0 < unlike("abc", "abd") < 1


def test_models_move_only_as_they_may() -> None:
    for old in ModelState:
        for new in ModelState:
            if new in MODEL_MOVES[old]:
                check_model_move(1, old, new)
            else:
                with pytest.raises(IllegalMove):
                    check_model_move(1, old, new)
