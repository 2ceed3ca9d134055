"""Words spelled so as not to be found: digits and look-alikes for letters, letters apart or repeated."""

import re
from collections.abc import Iterable
from itertools import groupby

_TWINS = {
    "a": "4@áàäâãåαа*", "b": "8ßв", "c": "¢çс", "d": "ԁ", "e": "3€éèêëеε*", "g": "9ɡ", "h": "һ",
    "i": "1!|íìîïіι*", "j": "ј", "k": "κк", "l": "1|ł", "m": "м", "n": "ñηп", "o": "0óòöôõøоο*", "p": "рρ",
    "s": "5$ѕšś", "t": "7+тτ", "u": "üúùûυ*", "v": "ν", "w": "ѡ", "x": "хχ", "y": "уγ¥", "z": "2",
}  # fmt: skip
"""What is written for each letter; a star stands for vowels."""
_BETWEEN = "[._\u00ad\u200b-\u200d\u2060\ufeff-]{0,2}"
"""What is put between letters to break a word; it holds none of their twins."""


def disguised(words: Iterable[str]) -> str:
    """The expression that finds any of these plain words in disguise, or spelled with spaces.

    A letter may be repeated up to three times more than it is, and an "s" may follow. Raises ValueError for
    what is no plain word.
    """
    spellings, plural = [], _class("s")
    for word in words:
        if not (word.isascii() and word.isalpha() and len(word) > 3):
            raise ValueError("only plain words of four letters and more are looked for in disguise")
        runs = [(letter, len(list(run))) for letter, run in groupby(word)]
        close = _BETWEEN.join(f"{_class(letter)}{{{length},{length + 3}}}" for letter, length in runs)
        spaced = " ".join(_class(letter) for letter in word)
        spellings += [f"{close}(?:{_BETWEEN}{plural}{{1,3}})?", f"{spaced}(?: {plural})?"]
    return rf"(?<![^\W_])(?:{'|'.join(spellings)})(?![^\W_])"


def _class(letter: str) -> str:
    return f"[{letter}{re.escape(_TWINS.get(letter, ''))}]"
