"""Names by a model of the operator's choice: any Hugging Face model that classifies tokens (extra `ner`).

It runs in the process that curates and nowhere else, and only there is anything heavy imported. The model
is loaded before the first text comes, so that no text pays for it. Long texts are read in windows that
overlap; a record too long to be read whole is reported, never half read.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from commonwheel.curate.scan import About, Detector
from commonwheel.errors import Misconfigured
from commonwheel.records.body import Body, texts
from commonwheel.records.findings import Finding

NAME, VERSION = "ner", "1"

LONGEST = 40_000
"""Code points of a record that are read."""
WINDOW, OVERLAP = 384, 64
"""Tokens that the model sees at once, and how many of them it saw in the window before."""
BATCH = 8
"""Windows that go through the model together."""
FAINTEST = 0.3
"""Scores below this are not worth a finding."""

_NAMES = "PER PERSON NAME GIVENNAME FIRSTNAME MIDDLENAME LASTNAME SURNAME"
_ADDRESSES = "ADDRESS STREET STREETADDRESS SECONDARYADDRESS BUILDINGNUMBER BUILDINGNUM"
KINDS = dict.fromkeys(_NAMES.split(), "personal.name") | dict.fromkeys(_ADDRESSES.split(), "personal.address")
"""What models call what we look for. A place (`LOC`) is none of it: a town alone is nobody's address."""
_PREFIX = re.compile(r"^([BIESLU])[-_]")


def detector(model: str, labels: Mapping[str, str]) -> Detector:
    """The detector around a model: the name of one on the hub, or a folder. Takes as long as loading does.

    `labels`: kinds of findings by the model's own labels, beside those in `KINDS`; an empty kind takes
    one out. Raises Misconfigured where the model cannot be had, or knows none of the labels.
    """
    reader = _Reader(model, labels)
    return Detector(
        name=NAME,
        version=f"{VERSION}:{model.rstrip('/').rpartition('/')[2]}"[:60],
        about=About(
            finds="Names of people anywhere in a text, and what else the labels of the model stand for.",
            how="A model classifies each word; its own probability is the score.",
            where="The languages of the model.",
            misses="What the model does not know. Records of more than 40,000 characters go to a person.",
        ),
        detect=lambda bodies: [list(_look(reader, body)) for body in bodies],
    )


def _look(reader: "_Reader", body: Body) -> Iterator[Finding]:
    said = [(pointer, text) for pointer, text in texts(body) if text.strip()]
    if sum(len(text) for _, text in said) > LONGEST:
        yield Finding(kind="quality.too_large", detector=NAME, version=VERSION, score=1.0)
        return
    for (pointer, _), spans in zip(said, reader.read([text for _, text in said]), strict=True):
        for kind, start, end, score in spans:
            yield Finding(
                kind=kind, detector=NAME, version=VERSION, score=score, rule="model",
                pointer=pointer, start=start, end=end,
            )  # fmt: skip


Span = tuple[str, int, int, float]


class _Reader:
    """A model with its tokenizer, and which of its classes are what kind; None where they are nothing to us."""

    def __init__(self, model: str, labels: Mapping[str, str]) -> None:
        try:
            from transformers import AutoModelForTokenClassification, AutoTokenizer
        except ImportError:
            raise Misconfigured("COMMONWHEEL_NER_MODEL needs the extra: install commonwheel[ner].") from None
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(model, use_fast=True)
            self._model = AutoModelForTokenClassification.from_pretrained(model).eval()
        except (OSError, ValueError):
            raise Misconfigured("The model that COMMONWHEEL_NER_MODEL names cannot be loaded.") from None
        if not self._tokenizer.is_fast:
            raise Misconfigured(
                "The model that COMMONWHEEL_NER_MODEL names has no fast tokenizer, which tells places."
            )
        kinds = KINDS | dict(labels)
        names = self._model.config.id2label
        self._names = [str(names[index]) for index in range(len(names))]
        self._kinds = [_kind(name, kinds) for name in self._names]
        if not any(self._kinds):
            raise Misconfigured("COMMONWHEEL_NER_LABELS maps none of the labels of the model.")
        longest = self._model.config.to_dict().get("max_position_embeddings") or WINDOW
        self._window = min(WINDOW, self._tokenizer.model_max_length, int(longest) - 2)

    def read(self, said: Sequence[str]) -> list[list[Span]]:
        """What stands where in each of the texts."""
        found: list[list[Span]] = [[] for _ in said]
        if not said:
            return found
        encoded = self._tokenizer(
            list(said),
            truncation=True, max_length=self._window, stride=min(OVERLAP, self._window // 4),
            return_overflowing_tokens=True, return_offsets_mapping=True,
        )  # fmt: skip
        windows = range(len(encoded["input_ids"]))
        for some in (windows[at : at + BATCH] for at in range(0, len(windows), BATCH)):
            for window, classes in zip(some, self._classify(encoded, some), strict=True):
                words = _words(encoded.word_ids(window), encoded["offset_mapping"][window], classes)
                found[encoded["overflow_to_sample_mapping"][window]] += self._spans(words)
        return [_merged(spans) for spans in found]

    def _classify(self, encoded: Any, windows: Sequence[int]) -> Any:
        """Probabilities of the classes for each token of some windows."""
        import torch

        inputs = self._tokenizer.pad(
            {key: [encoded[key][window] for window in windows] for key in ("input_ids", "attention_mask")},
            return_tensors="pt",
        )
        with torch.inference_mode():
            return self._model(**inputs).logits.softmax(dim=-1).tolist()

    def _spans(self, words: Sequence["_Word"]) -> Iterator[Span]:
        """Words of one kind that follow each other are one span, unless a label says that another begins."""
        run: list[tuple[_Word, int, float]] = []
        for word in words:
            best = max(range(len(word.chances)), key=word.chances.__getitem__)
            begins = self._names[best][:2] in ("B-", "U-", "S-", "B_")
            if run and (begins or self._kinds[best] != self._kinds[run[-1][1]]):
                yield from self._span(run)
                run = []
            if self._kinds[best]:
                run.append((word, best, self._chance(word.chances, best)))
        yield from self._span(run)

    def _span(self, run: Sequence[tuple["_Word", int, float]]) -> Iterator[Span]:
        if run:
            score = round(sum(chance for _, _, chance in run) / len(run), 4)
            kind = self._kinds[run[0][1]]
            if kind and score >= FAINTEST:
                yield kind, run[0][0].start, run[-1][0].end, score

    def _chance(self, chances: Sequence[float], best: int) -> float:
        """How likely a word is of the best class's kind, whether it begins a span or goes on with one."""
        kind = self._kinds[best]
        return min(1.0, sum(chance for chance, other in zip(chances, self._kinds, strict=True) if other == kind))


class _Word:
    """A word as the tokenizer cuts them: where it stands, and the mean probabilities of its tokens."""

    __slots__ = ("chances", "end", "start")

    def __init__(self, start: int, end: int, chances: Sequence[float]) -> None:
        self.start, self.end, self.chances = start, end, chances


def _words(
    numbers: Sequence[int | None], places: Sequence[tuple[int, int]], classes: Sequence[Sequence[float]]
) -> list[_Word]:
    tokens: dict[int, list[int]] = {}
    for at, number in enumerate(numbers):
        if number is not None and places[at][0] < places[at][1]:
            tokens.setdefault(number, []).append(at)
    return [
        _Word(
            places[at[0]][0],
            places[at[-1]][1],
            [sum(chances) / len(at) for chances in zip(*(classes[token] for token in at), strict=True)],
        )
        for at in tokens.values()
    ]


def _merged(spans: Sequence[Span]) -> list[Span]:
    """Spans in order; those of one kind that overlap, as two windows saw them, are one."""
    merged: list[Span] = []
    for kind, start, end, score in sorted(spans):
        if merged and merged[-1][0] == kind and start < merged[-1][2]:
            _, first, last, known = merged.pop()
            start, end, score = first, max(end, last), max(score, known)
        merged.append((kind, start, end, score))
    return sorted(merged, key=lambda span: (span[1], span[2]))


def _kind(label: str, kinds: Mapping[str, str]) -> str:
    """What a model's label stands for: as it is written, or else by its letters alone; empty for nothing."""
    label = _PREFIX.sub("", label)
    return kinds.get(label, kinds.get(re.sub(r"[-_ ]", "", label).upper(), ""))
