"""Phrases as people write them in a list, the expression that finds each, and the words to look for first.

    kill (yourself|urself)      one of several
    go [and] hang yourself      words that may be missing
    behead*                     any ending
    how to … bomb               a gap of up to forty characters within the sentence
    {groups} are vermin         a set of phrases that has a name
    # year old                  a number below 18, in digits
    you will DIE                the word in capitals is the one to look for first

A space stands for any blanks or a hyphen, case does not count, and words are whole words, unless they are
written in a script without spaces. Every phrase has anchors: words of which each of its matches holds one.
An automaton finds the anchors of thousands of phrases in one pass, and a phrase is tried only there.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

from commonwheel.curate.frequency import frequency
from commonwheel.curate.trie import WHOLE_END, WHOLE_START, branches

Sets: TypeAlias = Mapping[str, str]
"""What stands for each name in braces: phrases separated by `|`."""

_TOKEN = re.compile(r"\{([a-z0-9-]{1,40})\}| ?… ?|[()\[\]|]| +|[^(){}\[\]|…?+^$\\ ]+")
_SPECIAL = "()[]|"
_BLANKS = r"[\s-]{1,3}"
_GAP = r"[^.!?。！？\n\0]"
"""What stands in a gap, within the sentence."""
Anchors: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """The expression that finds a phrase, and words of which one is in each match.

    An anchor ends in `*` where the word may go on. A match begins at most `before` code points before the
    anchor, and ends at most `after` code points after the anchor's beginning.
    """

    expression: str
    anchors: Anchors
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class _Unit:
    """A part of a phrase: its expression, how long it can be, and its anchors if it has to be there."""

    expression: str
    width: int
    anchors: Anchors = ()
    first: bool = True
    """Whether its anchors stand at its beginning."""


def phrase(written: str, sets: Sets | None = None) -> Phrase:
    """Read a phrase. Raises ValueError where it is not written as above."""
    tokens = [match for match in _TOKEN.finditer(written)]
    if sum(len(token.group()) for token in tokens) != len(written) or not written.strip():
        raise ValueError(f"'{written}' is no phrase")
    units, rest = _sequence(tokens, 0, sets or {})
    if rest != len(tokens):
        raise ValueError(f"a bracket too many in '{written}'")
    best = _best(units)
    if best is None:
        raise ValueError(f"'{written}' has no word to look for first")
    at = units.index(best)
    return Phrase(
        expression="".join(unit.expression for unit in units),
        anchors=_lower(best.anchors),
        before=sum(unit.width for unit in units[:at]) + (0 if best.first else best.width),
        after=sum(unit.width for unit in units[at:]),
    )


def expression(phrases: Iterable[str], sets: Sets | None = None) -> str:
    """The expression that finds any of `phrases`. Raises ValueError as above."""
    return any_of(phrase(each, sets).expression for each in phrases)


@cache
def compiled(text: str) -> re.Pattern[str]:
    """An expression made here, ready for use: most are never needed, so none is compiled before it is."""
    return re.compile(text, re.IGNORECASE)


def any_of(expressions: Iterable[str]) -> str:
    """Any of these; those that begin with the same letter of a word together, as most places rule out all."""
    grouped: dict[str, list[str]] = {}
    others = []
    for text in expressions:
        letter = text[len(WHOLE_START) : len(WHOLE_START) + 1]
        if text.startswith(WHOLE_START) and letter.isalpha():
            grouped.setdefault(letter, []).append(text[len(WHOLE_START) + 1 :])
        else:
            others.append(text)
    words = "|".join(f"{letter}(?:{'|'.join(rest)})" for letter, rest in grouped.items())
    return "|".join([f"{WHOLE_START}(?:{words})"] * bool(words) + others)


def anchored(anchors: Iterable[str]) -> re.Pattern[str]:
    """What finds any of the anchors."""
    follows = {
        anchor.rstrip("*"): "" if anchor.endswith("*") or _is_joined(anchor[-1]) else WHOLE_END
        for anchor in anchors
    }
    follows |= {anchor.rstrip("*"): "" for anchor in anchors if anchor.endswith("*")}
    joined = [stem for stem in follows if _is_joined(stem[0])]
    spaced = [stem for stem in follows if not _is_joined(stem[0])]
    return re.compile("|".join([*branches(spaced, follows.__getitem__, whole=True), *branches(joined)]))


def anchors_in(found: str) -> Iterator[str]:
    """The anchors that can stand where `anchored` found something: the text itself, and how it begins."""
    word = found.lower().replace("’", "'")
    yield word
    for length in range(1, len(word) + 1):
        yield word[:length] + "*"
        if length < len(word) and _is_joined(word[length - 1]):
            yield word[:length]


def _sequence(tokens: Sequence[re.Match[str]], at: int, sets: Sets) -> tuple[list[_Unit], int]:
    """Units up to the end of an alternative, and the index of what ends it."""
    units: list[_Unit] = []
    while at < len(tokens) and tokens[at].group() not in (")", "]", "|"):
        text = tokens[at].group()
        if text.isspace():
            units.append(_Unit(_BLANKS, 3))
            at += 1
        elif "…" in text:
            start, end = WHOLE_END if text[0] == " " else "", WHOLE_START if text[-1] == " " else ""
            units.append(_Unit(f"{start}{_GAP}{{{int(bool(start))},40}}?{end}", 40))
            at += 1
        elif text == "(":
            unit, at = _choice(tokens, at + 1, sets)
            units.append(unit)
        elif text == "[":
            unit, at = _choice(tokens, at + 1, sets)
            follows = at < len(tokens) and tokens[at].group().isspace()
            units.append(_Unit(f"(?:{unit.expression}{_BLANKS * follows})?", unit.width + 3))
            at += follows
        elif tokens[at].group(1) is not None:
            units.append(_set(tokens[at].group(1), sets))
            at += 1
        else:
            units.append(_word(text))
            at += 1
    return units, at


def _choice(tokens: Sequence[re.Match[str]], at: int, sets: Sets) -> tuple[_Unit, int]:
    """What stands in brackets, and the index after them."""
    branches: list[list[_Unit]] = []
    while True:
        units, at = _sequence(tokens, at, sets)
        branches.append(units)
        if at >= len(tokens):
            raise ValueError("a bracket does not close")
        at += 1
        if tokens[at - 1].group() != "|":
            break
    best = [_best(units) for units in branches]
    anchors = [word for unit in best if unit is not None for word in unit.anchors] if all(best) else []
    unit = _Unit(
        f"(?:{any_of(''.join(unit.expression for unit in units) for units in branches)})",
        max(sum(unit.width for unit in units) for units in branches),
        tuple(anchors),
        all(
            unit is not None and unit.first and unit is units[0]
            for unit, units in zip(best, branches, strict=True)
        ),
    )
    return unit, at


def _set(name: str, sets: Sets) -> _Unit:
    if name not in sets:
        raise ValueError(f"there is no set '{name}'")
    return _read_set(sets[name])


@cache
def _read_set(phrases: str) -> _Unit:
    unit, _ = _choice([*_TOKEN.finditer(phrases + ")")], 0, {})  # a set names no other
    return unit


@cache
def _word(text: str) -> _Unit:
    if text == "#":
        return _Unit(r"(?<![\w.,])(?:1[0-7]|[1-9])(?![.,]?\d)", 2)
    stem = text.rstrip("*")
    if not stem:
        raise ValueError("a star that ends no word")
    start = "" if _is_joined(stem[:1]) else WHOLE_START
    end = "" if _is_joined(stem[-1:]) else (r"\w{0,12}" if stem != text else "") + WHOLE_END
    shown = re.escape(stem).replace("'", "['’]")
    marked = stem.isupper() and len(stem) > 1
    return _Unit(f"{start}{shown}{end}", len(stem) + 12 * (stem != text), (text if marked else text.lower(),))


def _best(units: Sequence[_Unit]) -> _Unit | None:
    """The unit whose anchors are rarest: those marked by capitals, else those that stand in fewest texts."""
    return max((unit for unit in units if unit.anchors), key=lambda unit: _rarity(unit.anchors), default=None)


def _lower(anchors: Anchors) -> Anchors:
    return tuple(dict.fromkeys(anchor.lower() for anchor in anchors))


def _rarity(anchors: Anchors) -> tuple[bool, float]:
    words = [anchor.rstrip("*") for anchor in anchors]
    marked = all(word.isupper() and word.lower() != word for word in words)
    return marked, -sum(map(frequency, words))


@cache
def _is_joined(character: str) -> bool:
    """Whether words of this character's script stand side by side without spaces."""
    return bool(character) and unicodedata.category(character) == "Lo" and not "\u0590" <= character <= "\u0dff"
