"""How random a text looks: its entropy, its kinds of characters, and how much it is like written words.

Keys are drawn by chance and words are not. Which letters follow each other tells the two apart without a
dictionary: the pairs below make up nine tenths of written English and of the names in programs, and a
quarter of what chance draws.
"""

import math
import re
from collections import Counter

_PAIRS = frozenset(
    """
    ab ac ad ag ai al am an ap ar as at ay ba be bl bo bu ca ce ch ci ck cl co cr ct cu da de di do ds ea ec ed
    ee ef eg el em en ep er es et ev ex fa fe ff fi fo ge gh gi gr ha he hi ho ia ic id ie if ig il im in io ir
    is it iv ke ki la ld le li ll lo ls lt lu ly ma me mi mo mp na nc nd ne ng ni no ns nt oc od ol om on oo op
    or os ot ou ov ow pa pe pi pl po pp pr pt qu ra rd re ri rm rn ro rr rs rt ru ry sa sc se sh si so sp ss st
    su ta te th ti to tr ts tt tu ty ua uc ue ul um un up ur us ut va ve vi wa we wi wo
    """.split()
)
_WORD = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]")
_DIGITS = re.compile(r"[0-9]+")
_HEX = re.compile(r"(?:[0-9a-f]+|[0-9A-F]+)$")
_LIKE_WORDS = 0.62
_FEWEST_PAIRS = 3
_ENOUGH = 2.5
"""Bits per character below which a text repeats itself."""


def entropy(value: str) -> float:
    """Shannon entropy of the characters of `value`, in bits per character."""
    size = len(value)
    return -sum(count / size * math.log2(count / size) for count in Counter(value).values()) if size else 0.0


def classes(value: str) -> int:
    """How many of lower case, upper case, digits and signs occur in `value`."""
    return sum(
        any(test(character) for character in value)
        for test in (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())
    )


def likeness(value: str) -> float:
    """How much the letters of `value` follow each other as in words, 0 to 1; 1 where there are too few to tell."""
    pairs = [
        word[at : at + 2].lower() for word in _WORD.findall(value) for at in range(len(word) - 1) if len(word) > 1
    ]
    if len(pairs) < _FEWEST_PAIRS:
        # Cut to pieces by digits and capitals: that is no word either.
        return 0.0 if len(value) >= 12 and len(_WORD.findall(value)) > len(value) // 4 else 1.0
    return sum(pair in _PAIRS for pair in pairs) / len(pairs)


def is_wordy(value: str) -> bool:
    """Whether it reads like words, as names and paths do: few digits, those together, and no crumbs of words."""
    pieces = _WORD.findall(value)
    crumbs = len(value) >= 20 and sum(map(len, pieces)) < 3 * len(pieces)
    return not crumbs and len(_DIGITS.findall(value)) <= 2 and likeness(value) >= _LIKE_WORDS


def is_random(value: str) -> bool:
    """Whether it looks drawn by chance. Short texts cannot tell, and those without digits need to be long."""
    if entropy(value) < _ENOUGH:
        return False
    digits = any(character.isdigit() for character in value)
    letters = any(character.isalpha() for character in value)
    if digits and letters:
        return (len(value) >= 16 and _HEX.match(value) is not None) or not is_wordy(value)
    if digits or not letters:
        return False
    mixed = value.lower() != value != value.upper()
    return len(value) >= (16 if mixed else 24) and likeness(value) < 0.5
