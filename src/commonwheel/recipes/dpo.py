"""Learns from pairs which of two answers people prefer (direct preference optimization, Rafailov et al., 2023)."""

from typing import Any

from commonwheel.recipes.kit import Run, adapter_of, answer, arguments, follow, load, main, train, weighted
from commonwheel.recipes.sft import imitate


def learn(run: Run) -> tuple[Any, Any]:
    """First what has only a better side by imitation, then the pairs.

    A new adapter is compared with the base model; one that goes on from another, or from what was imitated,
    with a frozen copy of it, which TRL adds by itself.
    """
    from datasets import Dataset
    from peft import PeftModel
    from trl import DPOConfig, DPOTrainer

    model, tokenizer = load(run)
    training, examples = run.recipe.training, weighted(run.examples, run.recipe.seed)
    alone = [each for each in examples if not each["rejected"]]
    if alone:
        model = imitate(run, model, tokenizer, alone, run.work / "sft")
    rows = [
        {"prompt": each["prompt"], "chosen": answer(each["chosen"]), "rejected": answer(each["rejected"])}
        for each in examples
        if each["chosen"] and each["rejected"]
    ]
    trainer = DPOTrainer(
        model=model,
        args=DPOConfig(
            **arguments(run, run.work / "dpo", len(rows)),
            beta=training.beta,
            loss_type=list(training.loss),
            loss_weights=list(training.loss_weights) or None,
            label_smoothing=training.smoothing,
        ),
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        peft_config=None if isinstance(model, PeftModel) else adapter_of(run),
        callbacks=[follow(run)],
    )
    return train(run, trainer), tokenizer


if __name__ == "__main__":
    main("dpo", learn)
