"""Messages of 500 characters that nobody has seen before: ordinary ones, and ones made to keep a scanner busy."""

import json
import re
from collections.abc import Iterator
from itertools import chain
from random import Random

from evaluate import public
from evaluate.developer_text import KINDS as CODE
from evaluate.digit_text import KINDS as TABLES
from evaluate.samples import DATA
from evaluate.world import world
from evaluate.world.credentials import ASSIGNMENTS, SHAPES
from evaluate.world.filling import DIGITS, HEX
from evaluate.world.identity import NUMBERS, PASSPORTS
from evaluate.world.phones import NATIONAL

LENGTH = 500

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_DIGIT = re.compile(r"\d")
_SHARES = {"prose": 0.86, "personal": 0.03, "code": 0.06, "tables": 0.05}
"""Of what messages are made: one in five holds personal data. Without the shared texts, all prose is made here."""


def fresh(seed: int) -> Iterator[str]:
    """Ordinary messages without end: sentences, some with personal data, lines of code and of tables.

    Sentences are drawn without return and their digits are new each time, so that no message comes back
    and hardly a sentence does.
    """
    random = Random(seed)
    pieces = {name: _endless(random, name) for name in _SHARES}
    names, shares = list(_SHARES), list(_SHARES.values())
    while True:
        text = ""
        while len(text) < LENGTH:
            text += next(pieces[random.choices(names, shares)[0]]) + " "
        yield text[:LENGTH]


def _endless(random: Random, name: str) -> Iterator[str]:
    if name in ("code", "tables"):
        kinds = CODE if name == "code" else TABLES
        while True:
            yield from "\n".join(random.choice(kinds)(random)).split("\n")
    while True:
        sentences = _personal() if name == "personal" else _prose() or _personal()
        random.shuffle(sentences)
        for sentence in sentences:
            yield _DIGIT.sub(lambda _: random.choice(DIGITS), sentence) if name == "prose" else sentence


def _prose() -> list[str]:
    if not DATA.is_dir():
        return []
    questions = [
        turn
        for line in (DATA / "mt_bench_questions.jsonl").read_text(encoding="utf-8").splitlines()
        for turn in json.loads(line)["turns"]
    ]
    talks = [side for pair in public.conversations() for side in pair.values()]
    exercises = [text.partition("\n")[0] for text in public.school_arithmetic()]  # without the sums
    texts = chain(exercises, questions, talks)
    return [sentence for text in texts for sentence in _SENTENCE.split(text) if sentence]


def _personal() -> list[str]:
    return [sample.text for sample in world().samples if len(sample.text) < LENGTH]


def adversarial(seed: int) -> Iterator[str]:
    """Messages without end, dense in what makes a scanner look twice: key prefixes, words that name numbers,
    digits, separators, each run into the next."""
    random = Random(seed)
    words = _triggers()
    while True:
        text = ""
        while len(text) < LENGTH:
            text += random.choice(words) + random.choice(_GLUE)
            if random.random() < 0.4:
                text += "".join(random.choices(random.choice((DIGITS, HEX)), k=random.randint(2, 14)))
                text += random.choice(_GLUE)
        yield text[:LENGTH]


_GLUE = (" ", " ", ": ", "=", "-", ".", "/", "@", "://", "_", "'", '"', ", ", "+", "")


def _triggers() -> list[str]:
    """Words and beginnings that stand before what is looked for, in every language there is here."""
    sentences = [
        *chain.from_iterable(NATIONAL.values()),
        *chain.from_iterable(row[2:] for row in NUMBERS),
        *(row[2] for row in PASSPORTS),
        *ASSIGNMENTS,
    ]
    words = {word for sentence in sentences for word in re.split(r"[\s:{}]+", sentence) if len(word) > 1}
    heads = {piece for _, pieces in SHAPES for piece in pieces if isinstance(piece, str)}
    marks = {
        "-----BEGIN ",
        "PRIVATE KEY-----",
        "eyJ",
        "0x",
        "bc1q",
        "iban",
        "DE",
        "GB",
        "visa",
        "born",
        "straße",
        "rue",
    }
    return sorted(words | heads | marks)
