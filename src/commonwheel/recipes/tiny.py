"""Makes a tiny base model out of a few texts: for demonstrations, tests and measurements, where none can be had.

It is a Llama of some hundred thousand weights with a tokenizer of its own, trained from nothing on the texts
(JSON lines of messages on standard input), so it knows little; but all that a large model goes through, it does.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from commonwheel.recipes.kit import PLAIN_TEMPLATE, begin

_SPECIAL = ["<|end|>", "<|user|>", "<|assistant|>", "<|system|>"]


def make() -> None:
    """From the command line."""
    begin()
    caller = argparse.ArgumentParser(prog="commonwheel.recipes.tiny")
    caller.add_argument("out", type=Path)
    caller.add_argument("--hidden", type=int, default=96)
    caller.add_argument("--layers", type=int, default=2)
    caller.add_argument("--words", type=int, default=1500, help="size of the vocabulary")
    caller.add_argument("--steps", type=int, default=150)
    caller.add_argument("--rate", type=float, default=3e-3)
    caller.add_argument("--seed", type=int, default=2026)
    call = caller.parse_args()
    chats = [json.loads(line) for line in sys.stdin if line.strip()]
    tokenizer = tokenizer_of(chats, call.words)
    model = blank(tokenizer, call.hidden, call.layers, call.seed)
    learn(model, tokenizer, chats, call.steps, call.rate, call.seed)
    model.save_pretrained(str(call.out))
    tokenizer.save_pretrained(str(call.out))


def tokenizer_of(chats: Sequence[list[dict[str, Any]]], words: int) -> Any:
    """A byte-level BPE tokenizer that can lay out a chat."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=words, special_tokens=_SPECIAL, initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )  # fmt: skip
    made.train_from_iterator((message["content"] for chat in chats for message in chat), trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, eos_token=_SPECIAL[0], pad_token=_SPECIAL[0])
    tokenizer.chat_template = PLAIN_TEMPLATE
    return tokenizer


def blank(tokenizer: Any, hidden: int, layers: int, seed: int) -> Any:
    """A model that has learned nothing yet."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    end = tokenizer.eos_token_id
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer), hidden_size=hidden, intermediate_size=2 * hidden, num_hidden_layers=layers,
            num_attention_heads=4, num_key_value_heads=4, max_position_embeddings=2048,
            bos_token_id=end, eos_token_id=end, pad_token_id=end, tie_word_embeddings=True,
        )
    )  # fmt: skip


def learn(
    model: Any, tokenizer: Any, chats: Sequence[list[dict[str, Any]]], steps: int, rate: float, seed: int
) -> None:
    """Predict the next token, for so many steps on random chats."""
    import torch

    torch.manual_seed(seed)
    texts = [tokenizer.apply_chat_template(chat, tokenize=False) for chat in chats]
    rows = [tokenizer(text, add_special_tokens=False)["input_ids"][:256] for text in texts]
    optimizer = torch.optim.AdamW(model.parameters(), lr=rate)
    model.train()
    for _ in range(steps if rows else 0):
        batch = [rows[int(each)] for each in torch.randint(len(rows), (16,))]
        width = max(map(len, batch))
        ids = torch.tensor([row + [tokenizer.pad_token_id] * (width - len(row)) for row in batch])
        labels = torch.tensor([row + [-100] * (width - len(row)) for row in batch])
        loss = model(input_ids=ids, attention_mask=(labels != -100).long(), labels=labels).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()


if __name__ == "__main__":
    make()
