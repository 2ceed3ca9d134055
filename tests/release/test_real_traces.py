"""Real solutions become preference pairs."""

import json
from pathlib import Path
from typing import Any

import pytest

from commonwheel.learn.gold import prompt_fingerprint, trace_pair
from commonwheel.records.gold import PublishedPair
from commonwheel.release.formats import export
from commonwheel.release.publish import published_pair
from tests.release.samples import facts, record

MODELS = ("6b_finetuning", "6b_verification", "175b_finetuning", "175b_verification")


@pytest.fixture(scope="module")
def traces(shared_data: Path) -> list[dict[str, Any]]:
    """The first solutions that real models made, right and wrong, as published traces."""
    path = shared_data / "gsm8k_model_solutions.jsonl"
    if not path.is_file():
        pytest.skip("real data are missing: gsm8k_model_solutions.jsonl in shared/data")
    found = []
    with path.open(encoding="utf-8") as file:
        for number, line in zip(range(60), file, strict=False):
            question = json.loads(line)
            for model in MODELS:
                *steps, answer = question[model]["solution"].splitlines() or [""]
                found.append(
                    record(
                        "trace",
                        f"{number:02}-{model}",
                        prompt=question["question"],
                        steps=steps,
                        answer=answer,
                        assessment="good" if question[model]["is_correct"] else "fail",
                    )
                )
    return found


def test_real_traces_become_a_training_file(traces: list[dict[str, Any]], tmp_path: Path) -> None:
    import datasets

    right = {prompt_fingerprint(one): one for one in traces if one["assessment"] == "good"}
    pairs: list[PublishedPair] = []
    for wrong in traces:
        good = right.get(prompt_fingerprint(wrong))
        pair = trace_pair((good["id"], good), (wrong["id"], wrong)) if good else None
        if good and pair and (made := published_pair(pair, good, wrong)):
            pairs.append(made)
    assert len(pairs) > 20
    done = export("trl-dpo", (), pairs, facts(traces), tmp_path / "dpo.jsonl")
    rows = datasets.load_dataset(
        "json", data_files=str(tmp_path / "dpo.jsonl"), cache_dir=str(tmp_path / "cache"), split="train"
    )
    assert rows.num_rows == done.pairs == len(pairs)
    for row in rows:
        assert row["prompt"][0]["role"] == "user"
        assert row["chosen"][0]["content"] != row["rejected"][0]["content"]
        assert row["id"] != row["rejected_from"]


def test_only_right_traces_are_learned_from(traces: list[dict[str, Any]], tmp_path: Path) -> None:
    done = export("openai-chat", traces, (), facts(traces), tmp_path / "chat.jsonl")
    assert done.records == sum(one["assessment"] == "good" for one in traces)
    assert done.records + sum(done.left_out.values()) == len(traces)
