"""Makes a tiny model that classifies tokens, from nothing, trained in seconds until it finds made-up names."""

import random
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors, trainers
from transformers import BertConfig, BertForTokenClassification, PreTrainedTokenizerFast

LABELS = ("O", "B-PER", "I-PER", "B-LOC")
FIRST = ("Ann", "Bob", "Carla", "Dmitri", "Emeka", "Fatima")
LAST = ("Lee", "Okafor", "Moreau", "Novak", "Silva", "Tanaka")
TOWNS = ("Leeds", "Lyon", "Lagos", "Lima")
SENTENCES = (
    "yesterday {first} {last} came to {town} by train",
    "the report was written by {first} {last} in {town}",
    "nobody in {town} knew {first}",
    "a good day for a walk by the river in {town}",
    "we wrote the report and came by train . we came by train .",
    "we came by train . the report was written by {first} {last} in {town} .",
)
STEPS, BATCH = 100, 16


def make(folder: Path) -> None:
    """Write the model and its tokenizer to `folder`."""
    torch.manual_seed(1)
    torch.set_num_threads(1)  # more only wait for each other on matrices as small as these
    chance = random.Random(1)
    tokenizer = _tokenizer()
    config = BertConfig(
        vocab_size=len(tokenizer), hidden_size=48, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=96,
        max_position_embeddings=66, id2label=dict(enumerate(LABELS)),
        label2id={name: number for number, name in enumerate(LABELS)},
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    model = BertForTokenClassification(config).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    for _ in range(STEPS):
        words, labels = zip(*(_sentence(chance) for _ in range(BATCH)), strict=True)
        inputs = tokenizer(list(words), is_split_into_words=True, padding=True, return_tensors="pt")
        targets = torch.full_like(inputs["input_ids"], -100)
        for row, named in enumerate(labels):
            for column, word in enumerate(inputs.word_ids(row)):
                if word is not None:
                    targets[row, column] = named[word]
        model(**inputs, labels=targets).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    model.eval().save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _tokenizer() -> PreTrainedTokenizerFast:
    """Pieces of words, so that a name is several tokens, as in large models."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=150, special_tokens=["[PAD]", "[UNK]", "[CLS]", "[SEP]"], show_progress=False
    )
    chance = random.Random(2)
    tokenizer.train_from_iterator((" ".join(_sentence(chance)[0]) for _ in range(300)), trainer)
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]",
        model_max_length=64,
    )  # fmt: skip


def _sentence(chance: random.Random) -> tuple[list[str], list[int]]:
    """Words with their labels' numbers."""
    values = {"first": chance.choice(FIRST), "last": chance.choice(LAST), "town": chance.choice(TOWNS)}
    words, labels = [], []
    for word in chance.choice(SENTENCES).split():
        words.append(word.format(**values))
        labels.append({"{first}": 1, "{last}": 2, "{town}": 3}.get(word, 0))
    return words, labels
