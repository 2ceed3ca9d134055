"""Learns to give the better answers (supervised fine-tuning)."""

from pathlib import Path
from typing import Any

from commonwheel.recipes.kit import Run, adapter_of, answer, arguments, follow, load, main, train, weighted


def learn(run: Run) -> tuple[Any, Any]:
    """From the chosen sides alone."""
    model, tokenizer = load(run)
    return imitate(run, model, tokenizer, weighted(run.examples, run.recipe.seed), run.work / "sft"), tokenizer


def imitate(run: Run, model: Any, tokenizer: Any, examples: list[dict[str, Any]], work: Path) -> Any:
    """The model after it learned the chosen sides; only answers count, never prompts."""
    from datasets import Dataset
    from peft import PeftModel
    from trl import SFTConfig, SFTTrainer

    rows = [
        {"prompt": each["prompt"], "completion": answer(each["chosen"])} for each in examples if each["chosen"]
    ]
    trainer = SFTTrainer(
        model=model,
        args=SFTConfig(**arguments(run, work, len(rows)), completion_only_loss=True),
        train_dataset=Dataset.from_list(rows),
        processing_class=tokenizer,
        peft_config=None if isinstance(model, PeftModel) else adapter_of(run),
        callbacks=[follow(run)],
    )
    return train(run, trainer)


if __name__ == "__main__":
    main("sft", learn)
