"""Variants of characters as ASCII, so that patterns have one way of writing to look for."""

import re
import unicodedata


def fold(text: str) -> str:
    """`text` with full-width, digit, space and dash variants as ASCII; as long as before.

    So are the few letters outside of ASCII that `re` takes for letters of ASCII where case does not count.
    """
    if text.isascii() or _TO_FOLD.isdisjoint(_NOT_ASCII.findall(text)):
        return text
    return text.translate(_FOLDED)


def _folded() -> dict[int, int]:
    table: dict[int, int] = {}
    for point in range(0x80, 0x20000):
        character = chr(point)
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            table[point] = ord("0") + digit
        elif unicodedata.category(character) == "Zs":
            table[point] = ord(" ")
        elif 0xFF01 <= point <= 0xFF5E:
            table[point] = point - 0xFF01 + ord("!")
    table.update(dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE58, 0xFE63, 0xFF0D), ord("-")))
    table.update(zip((0x130, 0x131, 0x17F, 0x212A), map(ord, "IisK"), strict=True))
    return table


_FOLDED = _folded()
_TO_FOLD = frozenset(map(chr, _FOLDED))
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")
