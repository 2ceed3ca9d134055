"""Measures models that share a base: how likely they find two answers to a prompt, and what they would say.

Called with the base model and adapters (`-` is the base alone) and questions as JSON lines on standard input:
`{"id", "prompt": […], "better", "worse"}` for likelihoods, `{"id", "prompt": […], "say": tokens}` for an answer.
Writes for each model and question `{"model", "id", "better": [log probability, tokens], "worse": […]}` or
`{"model", "id", "said"}`, then `{"done": …}`.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from typing import Any

from commonwheel.recipes.kit import Stopped, begin, end_with, load_tokenizer

_BATCH = 16
BASE = "-"


def score() -> None:
    """One model after the other; the base is loaded once."""
    say = begin()
    caller = argparse.ArgumentParser(prog="commonwheel.recipes.score")
    caller.add_argument("base")
    caller.add_argument("adapters", nargs="+")
    caller.add_argument("--longest", type=int, default=1024)
    caller.add_argument("--parent", type=int)
    call = caller.parse_args()
    if call.parent is not None:
        end_with(call.parent)
    begun = time.monotonic()
    questions = [json.loads(line) for line in sys.stdin if line.strip()]
    try:
        for number, (model, tokenizer) in enumerate(_models(call.base, call.adapters)):
            for answered in _answers(model, tokenizer, questions, call.longest):
                say({"model": number} | answered)
    except Stopped as reason:
        say({"failed": str(reason)})
        sys.exit(1)
    say({"done": {"seconds": round(time.monotonic() - begun, 2)}})


def _models(base: str, adapters: list[str]) -> Iterator[tuple[Any, Any]]:
    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    tokenizer = load_tokenizer(base)
    half = torch.cuda.is_available() and torch.cuda.is_bf16_supported()
    try:
        plain = AutoModelForCausalLM.from_pretrained(base, dtype=torch.bfloat16 if half else torch.float32)
    except (OSError, ValueError, KeyError):
        raise Stopped("model") from None
    plain = plain.to("cuda" if torch.cuda.is_available() else "cpu").eval()
    for adapter in adapters:
        if adapter == BASE:
            yield plain, tokenizer
        else:
            tuned = PeftModel.from_pretrained(plain, adapter).eval()
            yield tuned, tokenizer
            plain = tuned.unload()


def _answers(
    model: Any, tokenizer: Any, questions: list[dict[str, Any]], longest: int
) -> Iterator[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    sides = []
    for each in questions:
        prompt = tokenizer.apply_chat_template(each["prompt"], add_generation_prompt=True, tokenize=False)
        if "say" in each:
            yield {"id": each["id"], "said": _said(model, tokenizer, prompt, each["say"], longest)}
            continue
        for side in ("better", "worse"):
            sides.append((each["id"], side, *_encoded(tokenizer, prompt, each[side], longest)))
    sides.sort(key=lambda side: len(side[2]))
    for start in range(0, len(sides), _BATCH):
        batch = sides[start : start + _BATCH]
        for (id, side, _, after), chance in zip(batch, _log_likelihoods(model, tokenizer, batch), strict=True):
            found.setdefault(id, {"id": id})[side] = [chance, after]
    yield from (each for each in found.values())


def _encoded(tokenizer: Any, prompt: str, said: str, longest: int) -> tuple[list[int], int]:
    """The tokens of a prompt and an answer, and how many of them are the answer's.

    What is too long loses the beginning of its prompt, and then the end of its answer.
    """
    before = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    after = tokenizer(said + tokenizer.eos_token, add_special_tokens=False)["input_ids"][: longest - 1]
    before = before[max(0, len(before) + len(after) - longest) :] or [tokenizer.eos_token_id]
    return before + after, len(after)


def _log_likelihoods(model: Any, tokenizer: Any, batch: list[tuple[str, str, list[int], int]]) -> list[float]:
    import torch

    width = max(len(tokens) for _, _, tokens, _ in batch)
    ids = torch.full((len(batch), width), tokenizer.pad_token_id)
    mask, answers = torch.zeros(len(batch), width), torch.zeros(len(batch), width, dtype=torch.bool)
    for row, (_, _, tokens, after) in enumerate(batch):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
        answers[row, len(tokens) - after : len(tokens)] = True
    ids, mask, answers = (each.to(model.device) for each in (ids, mask, answers))
    with torch.inference_mode():
        logits = model(input_ids=ids, attention_mask=mask).logits[:, :-1].float()
        chances = logits.log_softmax(-1).gather(2, ids[:, 1:, None]).squeeze(2)
        return [float(total) for total in (chances * answers[:, 1:]).sum(1)]


def _said(model: Any, tokenizer: Any, prompt: str, most: int, longest: int) -> str:
    import torch

    ids = tokenizer(prompt, add_special_tokens=False, return_tensors="pt")["input_ids"][:, -longest:]
    with torch.inference_mode():
        made = model.generate(
            input_ids=ids.to(model.device), attention_mask=torch.ones_like(ids).to(model.device),
            max_new_tokens=most, do_sample=False, pad_token_id=tokenizer.pad_token_id,
        )  # fmt: skip
    text: str = tokenizer.decode(made[0, ids.shape[1] :], skip_special_tokens=True)
    return text


if __name__ == "__main__":
    score()
