"""Learns from single answers, good or bad (Kahneman-Tversky optimization, Ethayarajh et al., 2024)."""

from typing import Any

from commonwheel.recipes.kit import Run, adapter_of, answer, arguments, follow, load, main, train, weighted

_MOST = 4 / 3
"""How much more the rarer kind may count in all (the authors' advice: between 1 and 4/3 of the other)."""


def learn(run: Run) -> tuple[Any, Any]:
    """Each side of a pair is an answer of its own."""
    from datasets import Dataset
    from peft import PeftModel
    from trl import KTOConfig, KTOTrainer

    model, tokenizer = load(run)
    rows = [
        {"prompt": each["prompt"], "completion": answer(each[side]), "label": side == "chosen"}
        for each in weighted(run.examples, run.recipe.seed)
        for side in ("chosen", "rejected")
        if each[side]
    ]
    good = sum(row["label"] for row in rows)
    bad = len(rows) - good
    trainer = KTOTrainer(
        model=model,
        args=KTOConfig(
            **arguments(run, run.work / "kto", len(rows)),
            beta=run.recipe.training.beta,
            desirable_weight=max(1.0, bad / good / _MOST) if good else 1.0,
            undesirable_weight=max(1.0, good / bad / _MOST) if bad else 1.0,
        ),
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        peft_config=None if isinstance(model, PeftModel) else adapter_of(run),
        callbacks=[follow(run)],
    )
    return train(run, trainer), tokenizer


if __name__ == "__main__":
    main("kto", learn)
