"""Learns from reasoning: the answer and, as a task of its own, the reasoning (after Hsieh et al., 2023).

A trace is an answer behind its steps, with an empty line between. The model learns two tasks, told apart by
what stands behind the prompt, and the loss is `label_share` of the answer's and the rest of the reasoning's.
"""

import math
from typing import Any

from commonwheel.recipes.kit import Run, Stopped, adapter_of, arguments, follow, load, main, train, weighted

REASON = "\n\nShow the reasoning."
"""Behind a prompt, this asks for the reasoning; without it the answer is asked for."""
_IGNORED = -100


def learn(run: Run) -> tuple[Any, Any]:
    """From traces whose giver found them right."""
    from datasets import Dataset
    from peft import PeftModel, get_peft_model
    from transformers import Trainer, TrainingArguments

    model, tokenizer = load(run)
    if not isinstance(model, PeftModel):
        model = get_peft_model(model, adapter_of(run))
    share = run.recipe.training.label_share
    rows = [row for each in weighted(run.examples, run.recipe.seed) for row in tasks(run, tokenizer, each, share)]
    if not rows:
        raise Stopped("longest")

    class TwoTasks(Trainer):  # type: ignore[misc, unused-ignore]  # transformers publishes no types
        def compute_loss(self, model: Any, inputs: Any, return_outputs: bool = False, **_: Any) -> Any:
            weights = inputs.pop("weight")
            outputs = model(**{name: inputs[name] for name in ("input_ids", "attention_mask")})
            losses = mean_losses(outputs.logits, inputs["labels"])
            loss = (losses * weights).sum() / weights.sum()
            return (loss, outputs) if return_outputs else loss

    settings = arguments(run, run.work / "distill", len(rows))
    settings.pop("max_length")
    trainer = TwoTasks(
        model=model,
        args=TrainingArguments(**settings, remove_unused_columns=False),
        train_dataset=Dataset.from_list(rows),
        data_collator=lambda batch: padded(batch, tokenizer.pad_token_id),
        callbacks=[follow(run)],
    )
    return train(run, trainer), tokenizer


def tasks(run: Run, tokenizer: Any, example: dict[str, Any], share: float) -> list[dict[str, Any]]:
    """A trace as its tasks: the answer, and where there is one the reasoning; a task of no weight is left out."""
    steps, _, label = example["chosen"].rpartition("\n\n")
    prompt = example["prompt"]
    asked = [*prompt[:-1], prompt[-1] | {"content": prompt[-1]["content"] + REASON}]
    reasoning = "\n".join(kept(steps.split("\n"), run.recipe.training.granularity))
    rows = [_row(tokenizer, prompt, label, share), _row(tokenizer, asked, reasoning, 1 - share if steps else 0.0)]
    longest = run.recipe.training.longest
    return [row for row in rows if row["weight"] > 0 and len(row["input_ids"]) <= longest]


def kept(steps: list[str], granularity: float) -> list[str]:
    """That share of the steps, evenly spaced, the last one among them: coarser reasoning for small students."""
    number = max(1, round(granularity * len(steps)))
    return [steps[math.ceil((place + 1) * len(steps) / number) - 1] for place in range(number)]


def _row(tokenizer: Any, prompt: list[dict[str, Any]], said: str, weight: float) -> dict[str, Any]:
    asked = tokenizer.apply_chat_template(prompt, add_generation_prompt=True, tokenize=False)
    before = tokenizer(asked, add_special_tokens=False)["input_ids"]
    after = tokenizer(said + tokenizer.eos_token, add_special_tokens=False)["input_ids"]
    return {"input_ids": before + after, "labels": [_IGNORED] * len(before) + after, "weight": weight}


def padded(batch: list[dict[str, Any]], pad: int) -> dict[str, Any]:
    """Rows of one length."""
    import torch

    width = max(len(row["input_ids"]) for row in batch)

    def filled(name: str, filler: int) -> Any:
        return torch.tensor([row[name] + [filler] * (width - len(row[name])) for row in batch])

    ids = filled("input_ids", pad)
    lengths = torch.tensor([len(row["input_ids"]) for row in batch])
    mask = (torch.arange(width)[None, :] < lengths[:, None]).long()
    weights = torch.tensor([row["weight"] for row in batch], dtype=torch.float32)
    return {"input_ids": ids, "attention_mask": mask, "labels": filled("labels", _IGNORED), "weight": weights}


def mean_losses(logits: Any, labels: Any) -> Any:
    """The mean cross-entropy of each row over the tokens that count."""
    from torch.nn.functional import cross_entropy

    logits, labels = logits[:, :-1].float(), labels[:, 1:]
    losses = cross_entropy(logits.transpose(1, 2), labels, ignore_index=_IGNORED, reduction="none")
    counted = (labels != _IGNORED).sum(dim=1).clamp(min=1)
    return losses.sum(dim=1) / counted


if __name__ == "__main__":
    main("distill", learn)
