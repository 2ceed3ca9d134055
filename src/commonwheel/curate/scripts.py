"""Which script a letter is written in, by Unicode's blocks, and how many letters of a text are of which."""

from bisect import bisect_right
from collections import Counter
from functools import lru_cache

_BLOCKS = (
    (0x0041, 0x02AF, "latn"), (0x0370, 0x03FF, "grek"), (0x0400, 0x052F, "cyrl"), (0x0531, 0x058F, "armn"),
    (0x0591, 0x05FF, "hebr"), (0x0600, 0x06FF, "arab"), (0x0700, 0x074F, "syrc"), (0x0750, 0x077F, "arab"),
    (0x0780, 0x07BF, "thaa"), (0x07C0, 0x07FF, "nkoo"), (0x0870, 0x08FF, "arab"), (0x0900, 0x097F, "deva"),
    (0x0980, 0x09FF, "beng"), (0x0A00, 0x0A7F, "guru"), (0x0A80, 0x0AFF, "gujr"), (0x0B00, 0x0B7F, "orya"),
    (0x0B80, 0x0BFF, "taml"), (0x0C00, 0x0C7F, "telu"), (0x0C80, 0x0CFF, "knda"), (0x0D00, 0x0D7F, "mlym"),
    (0x0D80, 0x0DFF, "sinh"), (0x0E00, 0x0E7F, "thai"), (0x0E80, 0x0EFF, "laoo"), (0x0F00, 0x0FFF, "tibt"),
    (0x1000, 0x109F, "mymr"), (0x10A0, 0x10FF, "geor"), (0x1100, 0x11FF, "hang"), (0x1200, 0x139F, "ethi"),
    (0x13A0, 0x13FF, "cher"), (0x1780, 0x17FF, "khmr"), (0x1800, 0x18AF, "mong"), (0x1C80, 0x1C8F, "cyrl"),
    (0x1C90, 0x1CBF, "geor"), (0x1E00, 0x1EFF, "latn"), (0x1F00, 0x1FFF, "grek"), (0x2C60, 0x2C7F, "latn"),
    (0x2D30, 0x2D7F, "tfng"), (0x2D80, 0x2DDF, "ethi"), (0x2DE0, 0x2DFF, "cyrl"), (0x3040, 0x30FF, "jpan"),
    (0x3130, 0x318F, "hang"), (0x31F0, 0x31FF, "jpan"), (0x3400, 0x4DBF, "hani"), (0x4E00, 0x9FFF, "hani"),
    (0xA640, 0xA69F, "cyrl"), (0xA720, 0xA7FF, "latn"), (0xA960, 0xA97F, "hang"), (0xAB30, 0xAB6F, "latn"),
    (0xAC00, 0xD7FF, "hang"), (0xF900, 0xFAFF, "hani"), (0xFB00, 0xFB06, "latn"), (0xFB1D, 0xFB4F, "hebr"),
    (0xFB50, 0xFDFF, "arab"), (0xFE70, 0xFEFC, "arab"), (0xFF21, 0xFF5A, "latn"), (0xFF66, 0xFF9D, "jpan"),
    (0x20000, 0x323AF, "hani"),
)  # fmt: skip
"""First and last code point of blocks of letters, and their script (ISO 15924); `jpan` are the kana alone."""

_STARTS = tuple(first for first, _, _ in _BLOCKS)
OTHER = "zyyy"
"""Letters of scripts that are not listed (ISO 15924: undetermined)."""


@lru_cache(maxsize=8_192)
def script_of(letter: str) -> str:
    """The script of one letter."""
    point = ord(letter)
    index = bisect_right(_STARTS, point) - 1
    return _BLOCKS[index][2] if index >= 0 and point <= _BLOCKS[index][1] else OTHER


def letters_by_script(text: str) -> dict[str, int]:
    """How many letters of `text` are of which script, the most first; Han beside kana is Japanese."""
    counted: Counter[str] = Counter()
    for character, count in Counter(text).items():
        if character.isalpha():
            counted[script_of(character)] += count
    if counted["jpan"] and "hani" in counted:
        counted["jpan"] += counted.pop("hani")
    return {script: count for script, count in counted.most_common() if count}
