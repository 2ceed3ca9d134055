"""What kind of change leads from one text to another: of facts, citations, code, form, style or wording.

Both texts are cut into words, numbers, addresses, white space and signs; where they differ is found on
these tokens, and each change is named by what it touches. Work is bounded: lines that are the same at
both ends are left out, of what is longer than the bound its start is looked at, and texts of too many
tokens to align are compared as bags of tokens.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from rapidfuzz.distance import Levenshtein

LONGEST = 40_000
"""Characters of either side that are looked at, from where they first differ."""
_LONG_LINE = 2_000
MOST_ALIGNED = 6_000
"""Tokens of either side that are aligned, after common ends are cut off."""


class Difference(StrEnum):
    """What a change is about."""

    WORDING = "wording"
    FACT = "fact"
    CITATION = "citation"
    CODE = "code"
    FORMAT = "format"
    STYLE = "style"


class Token(NamedTuple):
    """A piece of a text that is changed as a whole, and what a change of it would be about."""

    text: str
    about: Difference


_TOKEN = re.compile(
    r"(?P<citation>(?:https?://|www\.|doi:\s?|10\.[0-9]{4,9}/)[^\s<>\"'`\]]{1,2000}|\[\^?[0-9]{1,4}\]|"
    r"\bet al\.?|\b(?:ISBN|arXiv|RFC|PMID)[: ]?\s?[0-9][0-9Xx.:-]{1,20})|"
    r"(?P<space>\s{1,1000})|"
    r"(?P<number>[$€£¥]?[0-9](?:[0-9.,:/-]{0,40}[0-9])?%?)|"
    r"(?P<word>[^\W\d_](?:[\w'’-]{0,98}\w)?)|"
    r"(?P<markup>[*_#|>~`+=<-]{1,100})|"
    r"(?P<sign>[.,;:!?\"'()]{1,20}|.)",
    re.DOTALL,
)
_FENCED = re.compile(r"^[ \t]{0,3}(```|~~~).{0,200000}?(?:^[ \t]{0,3}\1|\Z)", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`[^`\n]{1,300}`")
_LIST_MARK = re.compile(r"(?P<mark>(?:[0-9]{1,3}|[a-zA-Z])[.)])(?=\s)")
_OPENS = '.!?:"“„«(…\u3002\uff01\uff1f'
"""After these a word may begin with a capital for that alone."""
_NAMED_MONTHS = re.compile(
    r"(?:jan|feb|mar|apr|jun|jul|aug|sep|oct|okt|nov|dec|dez)[a-zäé]{0,9}|mai|may|(?:mon|tues|wednes|thurs|fri|satur|sun)day|"
    r"(?:diens|donners|frei|sams|sonn|mon)tag|mittwoch",
    re.IGNORECASE,
)
_NUMERALS = frozenset(
    "zero one two three four five six seven eight nine ten eleven twelve hundred thousand million billion first "
    "second third null eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf hundert tausend million un "
    "deux trois quatre cinq sept huit neuf dix cent mille uno dos tres cuatro cinco seis siete ocho nueve diez "
    "not no never nicht kein keine nie pas jamais nunca non".split()
)
"""Words that say how many, in which order, or that it is not so."""
_MOST_CAPITALS = 0.2
"""Where more of the words inside sentences begin with a capital, capitals name nothing: German, titles."""


def differences(
    before: str, after: str, longest: int = LONGEST, *, capitals: bool = True
) -> dict[Difference, float]:
    """What the change from `before` to `after` is about: shares that add up to 1, the largest first.

    Empty where nothing changed. The same two texts always give the same answer. `capitals`: in this
    language a capital inside a sentence says that a word is a name; where texts are full of them, not so.
    """
    if before == after:
        return {}
    start, end = _common_lines(before, after)
    weights: Counter[Difference] = Counter()
    capitals = capitals and _names_are_capitalized(before) and _names_are_capitalized(after)
    ours, theirs = (
        _tokens(text, start, min(len(text) - end, start + longest), names=capitals) for text in (before, after)
    )
    for removed, added in _changes(ours, theirs):
        weights.update(_weighed(removed, added))
    whole = sum(weights.values())
    ordered = sorted(weights.items(), key=lambda item: (-item[1], item[0]))
    return {kind: weight / whole for kind, weight in ordered if weight}


def _common_lines(one: str, other: str) -> tuple[int, int]:
    """Lengths of the same lines at the start and at the end; of a long line, of the same words at its start."""
    same = common_start(one, other)
    start = one.rfind("\n", 0, same) + 1
    if same - start > _LONG_LINE:
        start = one.rfind(" ", same - _LONG_LINE, same) + 1 or same
    one, other = one[start:], other[start:]
    end = common_start(one[::-1], other[::-1])
    line = one.find("\n", len(one) - end)
    return start, len(one) - line - 1 if end and line >= 0 else 0


def common_start(one: str, other: str) -> int:
    """Length of the common start, by halving: slices compare far faster than a loop."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _tokens(text: str, start: int, end: int, *, names: bool) -> list[Token]:
    """A part of a text, which begins with a line, in tokens; joined they are that part again."""
    code = [region for region in _code(text) if region[1] > start]
    found: list[Token] = []
    sentence = line = True  # one begins here
    position, region = start, 0
    while position < end:
        while region < len(code) and code[region][1] <= position:
            region += 1
        match = (_LIST_MARK.match(text, position, end) if line else None) or _TOKEN.match(text, position, end)
        assert match is not None, "some alternative takes any character"
        piece = match.group()
        about = _about(match, named=names and not sentence)
        if region < len(code) and code[region][0] <= position:
            about = Difference.CODE
        found.append(Token(piece, about))
        position += len(piece)
        space = piece.isspace()
        line = space and "\n" in piece
        sentence = line or (sentence if space else about is Difference.FORMAT or piece[-1] in _OPENS)
    return found


def _about(match: re.Match[str], *, named: bool) -> Difference:
    piece = match.group()
    if match.lastgroup == "citation":
        return Difference.CITATION
    if match.lastgroup in ("space", "markup", "mark"):
        return Difference.FORMAT
    if match.lastgroup == "sign":
        return Difference.FORMAT if piece in "•·" else Difference.STYLE
    if match.lastgroup == "number" or piece.casefold() in _NUMERALS or _NAMED_MONTHS.fullmatch(piece):
        return Difference.FACT
    return Difference.FACT if named and piece[0].isupper() and len(piece) > 1 else Difference.WORDING


def _code(text: str) -> list[tuple[int, int]]:
    """Where code stands, in order: between fences, and between single backquotes in a line."""
    fenced = [match.span() for match in _FENCED.finditer(text)]
    inline = [match.span() for match in _INLINE.finditer(text)]
    regions: list[tuple[int, int]] = []
    for start, end in sorted(fenced + inline):
        if not regions or start >= regions[-1][1]:
            regions.append((start, end))
    return regions


_INSIDE = re.compile(r"(?:(?<=[^\W\d_] )|(?<=[^\W\d_], ))[^\W\d_]{2,30}")


def _names_are_capitalized(text: str) -> bool:
    """Whether a capital inside a sentence says that a word is a name."""
    words: list[str] = _INSIDE.findall(text, 0, 50_000)
    capitals = sum(word[0].isupper() for word in words)
    return capitals <= max(2, _MOST_CAPITALS * len(words))


Change = tuple[Sequence[Token], Sequence[Token]]


def _changes(before: list[Token], after: list[Token]) -> Iterator[Change]:
    """Where the two differ: what was there, and what is there instead."""
    before, after = _without_common_ends(before, after)
    if not before or not after:
        yield before, after
        return
    if max(len(before), len(after)) > MOST_ALIGNED:
        yield _only_in(before, after), _only_in(after, before)
        return
    removed: list[Token] = []
    added: list[Token] = []
    for block in Levenshtein.opcodes([token.text for token in before], [token.text for token in after]):
        ours, theirs = before[block.src_start : block.src_end], after[block.dest_start : block.dest_end]
        if block.tag == "equal" and not (len(ours) == 1 and ours[0].text.isspace()):
            yield removed, added
            removed, added = [], []
        else:  # changed, or the space between two changed words
            removed.extend(ours)
            added.extend(theirs)
    yield removed, added


def _without_common_ends(one: list[Token], other: list[Token]) -> tuple[list[Token], list[Token]]:
    shortest = min(len(one), len(other))
    start = 0
    while start < shortest and one[start].text == other[start].text:
        start += 1
    end = 0
    while end < shortest - start and one[-1 - end].text == other[-1 - end].text:
        end += 1
    return one[start : len(one) - end], other[start : len(other) - end]


def _weighed(removed: Sequence[Token], added: Sequence[Token]) -> Counter[Difference]:
    """How many characters of one change are about what."""
    weights: Counter[Difference] = Counter()
    different = _only_in(removed, added) + _only_in(added, removed)
    code = sum(len(token.text) for token in different if token.about is Difference.CODE)
    if code:
        weights[Difference.CODE] = code
    changed = [token for token in different if token.about is not Difference.CODE]
    words = [token for token in changed if token.about in _SAYS]
    if not words:
        for sign in changed:
            weights[sign.about] += len(sign.text)
        if not changed and not weights and removed:
            weights[Difference.WORDING] += sum(len(token.text) for token in removed)  # the same, in another order
    elif _forms(removed) == _forms(added):
        weights[Difference.STYLE] += sum(len(token.text) for token in changed)
    else:
        for token in words:
            weights[token.about] += len(token.text)
    return weights


_SAYS = (Difference.WORDING, Difference.FACT, Difference.CITATION)
"""What a change says something else by, rather than in another way."""


def _only_in(some: Sequence[Token], others: Sequence[Token]) -> list[Token]:
    """Tokens of one side that the other side has not, each as often as it is missing, in a fixed order."""
    missing = Counter(some) - Counter(others)
    return sorted(missing.elements())


_CONTRACTED = {
    "n't": " not",
    "'re": " are",
    "'m": " am",
    "'ve": " have",
    "'ll": " will",
    "'d": " would",
    "'s": " is",
}
_WHOLE = {"can't": "can not", "cannot": "can not", "won't": "will not", "shan't": "shall not"}


def _forms(tokens: Iterable[Token]) -> str:
    """What the words of a change are, whatever their case, signs between them, and contractions."""
    forms = []
    for token in tokens:
        if token.about in _SAYS:
            word = token.text.casefold().replace("’", "'")
            ending = next((ending for ending in _CONTRACTED if word.endswith(ending)), "")
            forms.append(_WHOLE.get(word) or word.removesuffix(ending) + _CONTRACTED.get(ending, ""))
    return " ".join(forms)
