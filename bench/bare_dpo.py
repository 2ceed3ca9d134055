"""The same training as a script that only uses TRL: what a recipe is measured beside."""

import json
import os
import sys
import time

BATCH, RATE, LONGEST, SEED = 8, 1e-3, 256, 2026


def main(base: str, data: str, out: str) -> None:
    """Train on pairs in a file, and print how long steps and everything took."""
    begun = time.monotonic()
    os.environ.update({"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "TOKENIZERS_PARALLELISM": "false"})
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import DPOConfig, DPOTrainer

    with open(data, encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    sides = ("chosen", "rejected")
    rows = [
        {"prompt": row["prompt"]} | {side: [{"role": "assistant", "content": row[side]}] for side in sides}
        for row in rows
    ]
    steps = -(-len(rows) // BATCH)
    trainer = DPOTrainer(
        model=AutoModelForCausalLM.from_pretrained(base),
        args=DPOConfig(
            output_dir=out, num_train_epochs=1, per_device_train_batch_size=BATCH, learning_rate=RATE,
            max_length=LONGEST, bf16=False, gradient_checkpointing=False, seed=SEED, report_to="none",
            disable_tqdm=True, logging_steps=max(1, steps // 400), save_strategy="steps", save_steps=1000,
            save_total_limit=2, warmup_steps=steps // 20,
        ),
        train_dataset=Dataset.from_list(rows),
        processing_class=AutoTokenizer.from_pretrained(base),
        peft_config=LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM"),
    )  # fmt: skip
    learning = time.monotonic()
    trainer.train()
    learned = time.monotonic() - learning
    trainer.save_model(out)
    print(json.dumps({"steps": steps, "learning": learned, "seconds": time.monotonic() - begun}))


if __name__ == "__main__":
    main(*sys.argv[1:])
