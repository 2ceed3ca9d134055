"""Tasks of lm-eval, on files of one's own and without a network."""

import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from commonwheel.adapters.recipe_process import RecipeProcesses
from commonwheel.ports.training import RunFailed

pytestmark = pytest.mark.skipif(find_spec("lm_eval") is None, reason="install commonwheel[lm-eval]")

TASK = """
task: colors
dataset_path: json
dataset_kwargs:
  data_files:
    test: {data}
test_split: test
output_type: multiple_choice
doc_to_text: "{{{{question}}}}"
doc_to_choice: "{{{{choices}}}}"
doc_to_target: "{{{{answer}}}}"
metric_list:
  - metric: acc
"""


def test_a_task_of_ones_own_gives_a_score_for_each_document(base: Path, tmp_path: Path) -> None:
    data, tasks = tmp_path / "data.jsonl", tmp_path / "tasks"
    tasks.mkdir()
    rows = [{"question": f"Is {n} odd?", "choices": ["yes", "no"], "answer": n % 2} for n in range(6)]
    data.write_text("\n".join(map(json.dumps, rows)))
    (tasks / "colors.yaml").write_text(TASK.format(data=data))
    scores = list(RecipeProcesses().harness(str(base), [None, None], ["colors"], str(tasks), 0))
    assert len(scores) == 12 and {each.model for each in scores} == {0, 1}
    assert {each.score for each in scores} <= {0.0, 1.0}
    assert sorted(each.id for each in scores[:6]) == [f"colors:{n}" for n in range(6)]


def test_a_task_that_nobody_knows_is_no_score(base: Path, tmp_path: Path) -> None:
    with pytest.raises(RunFailed):
        list(RecipeProcesses().harness(str(base), [None], ["nothing-of-that-name"], str(tmp_path), 0))
