"""The extension hides what the server hides: its detectors are compiled from ours, and both pass one corpus."""

import json
import random
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from commonwheel.curate.detectors import bank_account, national_id
from plugins.browser.compile import FOLDER, compiled, plans
from plugins.browser.compiler.expressions import Untranslatable, translated
from plugins.browser.pack import SOURCE
from tests.browser.both import by_the_extension, by_the_server
from tests.curate.test_credentials import KEYS

CORPUS = json.loads((Path(__file__).parent / "corpus.json").read_text("utf-8"))
"""Texts with what is found in them, as pointer, kind, start, end and score, and as they are once it is hidden."""
COLLECT = Path(__file__).resolve().parents[2] / "src" / "commonwheel" / "collect"
BETWEEN = [" ", "\n", ": ", ", ", " – ", "🙂 ", "𝟘𝟙", "\t", "\n\n", " is ", " 👩‍👩‍👧 ", "，", "𠀀", "'"]
SIGNS = "0123456789aZ@.-ß٣５İſ \u200b"


def test_what_is_made_of_the_detectors_is_up_to_date() -> None:
    text, missing = compiled()
    assert missing == {}, "say in the docs which kinds only the server finds"
    assert (FOLDER / "patterns.js").read_text("utf-8") == text, "run python -m plugins.browser.compile"
    assert (FOLDER / "plans.js").read_text("utf-8") == plans(), "run python -m plugins.browser.compile"
    assert (SOURCE / "selectors.json").read_bytes() == (COLLECT / "selectors.json").read_bytes()


def test_both_pass_one_corpus() -> None:
    cases = [(case["texts"], case["language"]) for case in CORPUS]
    for answers in (by_the_server(cases), by_the_extension(cases)):
        for case, answer in zip(CORPUS, answers, strict=True):
            assert [each[:5] for each in answer["found"]] == case["found"], case["texts"]
            assert answer["made"] == case["redacted"] and answer["failed"] == []


def test_the_corpus_covers_personal_data() -> None:
    found = {each[1] for case in CORPUS for each in case["found"]}
    assert len({kind for kind in found if kind.startswith("personal.")}) >= 18


def test_both_find_the_key_of_every_vendor() -> None:
    """Put together here: a file that holds keys is taken for one that leaks them."""
    cases = [([around.format(secret)], "") for _, secret in KEYS for around in ("use {}.", "KEY={}\n", "键是{}。")]
    ours, theirs = by_the_server(cases), by_the_extension(cases)
    for case, one, other in zip(cases, ours, theirs, strict=True):
        assert one == other and one["found"], case
    found = {each[1] for answer in theirs for each in answer["found"]}
    assert found >= {f"credential.{vendor}" for vendor, _ in KEYS}


@pytest.mark.parametrize("seed", [1, 2])
def test_both_say_the_same_of_texts_that_nobody_wrote(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces of the corpus joined and damaged, with signs from all of Unicode and in several languages.

    The checks of `stdnum` are the server's alone: here both take a number of the right shape as right.
    """
    taken = SimpleNamespace(is_valid=lambda number: True)
    for detector in (bank_account, national_id):
        monkeypatch.setattr(detector, "import_module", lambda name: taken)
    chance = random.Random(seed)
    pieces = [text for case in CORPUS for text in case["texts"] if len(text) < 300]
    cases = [(_texts(chance, pieces), chance.choice(["", "de", "en-US", "fr", "ja", "ru"])) for _ in range(100)]
    for case, ours, theirs in zip(cases, by_the_server(cases), by_the_extension(cases), strict=True):
        assert theirs == ours, case


def _texts(chance: random.Random, pieces: list[str]) -> list[str]:
    found = []
    for _ in range(chance.randint(1, 2)):
        signs = list("".join(chance.choice(pieces) + chance.choice(BETWEEN) for _ in range(chance.randint(1, 5))))
        for _ in range(chance.randint(0, 4)):
            at = chance.randrange(len(signs))
            signs[at] = chance.choice([chance.choice(SIGNS), signs[at].swapcase(), ""])
        found.append("".join(signs))
    return found


def test_both_leave_alike_what_is_hidden_already() -> None:
    cases = [(case["redacted"], case["language"]) for case in CORPUS]
    assert [each["made"] for each in by_the_extension(cases)] == [each["made"] for each in by_the_server(cases)]


@pytest.mark.parametrize(
    ("expression", "source"),
    [
        (re.compile(r"\d+(?i:k)"), "[\\p{Nd}]+(?:[Kk\u212a])"),
        (re.compile(r"a++b"), r"(?:(?=(a+))\1)b"),
        (re.compile(r"[^\W_.]"), r"(?:(?![\._])(?=[\p{L}\p{N}_])[^])"),
        (re.compile(r"(?P<x>[^\W_])$"), r"([\p{L}\p{N}])(?=\n?$)"),
        (re.compile(r"\A\w\Z", re.ASCII), r"^[a-zA-Z0-9_]$"),
    ],
)
def test_expressions_keep_the_meaning_that_python_gives_them(expression: re.Pattern[str], source: str) -> None:
    assert translated(expression).source == source


def test_what_cannot_be_said_is_refused() -> None:
    with pytest.raises(Untranslatable):
        translated(re.compile(r"(a)?(?(1)b|c)"))
