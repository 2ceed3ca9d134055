"""From a Python expression to a broader one over UTF-8 bytes: whatever the first matches, the second does too.

The prefilter may try a pattern in vain, but must never leave one out. So the broader expression is not
written by hand: it is made from the syntax tree that `re` itself made, by steps of which each only adds
matches. Looking around and references are dropped, wide repetitions lose their upper bound, a class that
holds characters outside of ASCII takes any byte outside of ASCII, and what may be missing at either end
is left away. What remains is plain enough for any automaton, bytes that are no UTF-8 included.
"""

import re
import re._constants as op
import re._parser as parser
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

Node = tuple[Any, Any]
"""An operator of `re` and its arguments."""

_LARGEST = 24
"""Repetitions that are asked for at most: a longer run says no more about where a match may be."""
_BOUND = 12
"""Upper bounds up to this are kept."""
_OUTSIDE = frozenset(range(0x80, 0x100))
_ANY = frozenset(range(0x100))
_SPACES = frozenset(b" \t\n\r\f\v\x1c\x1d\x1e\x1f")
_DIGITS = frozenset(b"0123456789")
_WORDS = _DIGITS | frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_")
_ASCII = frozenset(range(0x80))
_CATEGORIES = {
    op.CATEGORY_DIGIT: (_DIGITS, False), op.CATEGORY_NOT_DIGIT: (_ASCII - _DIGITS, True),
    op.CATEGORY_SPACE: (_SPACES, False), op.CATEGORY_NOT_SPACE: (_ASCII - _SPACES, True),
    op.CATEGORY_WORD: (_WORDS, False), op.CATEGORY_NOT_WORD: (_ASCII - _WORDS, True),
}  # fmt: skip
"""Which ASCII characters a category holds, and whether it is a negation, which holds others under any flag."""


class Piece(NamedTuple):
    """A part of the broader expression, and whether it may match nothing."""

    text: str
    optional: bool = False


def weaken(expression: re.Pattern[str]) -> str | None:
    """The broader expression, to be tried on UTF-8 bytes; None where it would match everything."""
    pieces = _trimmed(_Weakening().sequence(tree(expression), expression.flags))
    return "".join(piece.text for piece in pieces) or None


def tree(expression: re.Pattern[str]) -> Sequence[Node]:
    """The syntax tree of an expression, as `re` sees it."""
    parsed: Sequence[Node] = parser.parse(expression.pattern, expression.flags)
    return parsed


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    """Without what may be missing at either end: any part of what has to be there is broader than all of it."""
    while pieces and pieces[0].optional:
        pieces = pieces[1:]
    while pieces and pieces[-1].optional:
        pieces = pieces[:-1]
    return pieces


class _Weakening:
    """One expression on its way: what each of its groups became, as a reference may match what its group does."""

    def __init__(self) -> None:
        self._groups: dict[int, list[Piece]] = {}

    def sequence(self, nodes: Iterable[Node], flags: int) -> list[Piece]:
        """Nodes that follow each other."""
        return [piece for node in nodes for piece in self._node(node, flags)]

    def _node(self, node: Node, flags: int) -> list[Piece]:
        kind, value = node
        if kind is op.LITERAL:
            return [_literal(value, flags)]
        if kind in (op.NOT_LITERAL, op.ANY, op.IN):
            return [_one(members(node, flags))]
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            return self._repeat(value, flags)
        if kind is op.SUBPATTERN:
            group, added, removed, below = value
            self._groups[group] = self.sequence(below, (flags | added) & ~removed)
            return self._groups[group]
        if kind is op.ATOMIC_GROUP:
            return self.sequence(value, flags)
        if kind is op.BRANCH:
            return _branch([self.sequence(below, flags) for below in value[1]])
        if kind in (op.AT, op.ASSERT, op.ASSERT_NOT):
            return []  # a condition less
        if kind is op.GROUPREF and value in self._groups:
            return self._groups[value]
        return [Piece(r"[\x00-\xff]*", optional=True)]  # it may be anything, also nothing

    def _repeat(self, repeated: tuple[int, int, Sequence[Node]], flags: int) -> list[Piece]:
        least, most, below = repeated
        if most == 0:
            return []
        alone = members(below[0], flags) if len(below) == 1 else None
        if alone is not None:
            # A character outside of ASCII is two to four bytes, all of them in the class.
            inner, longest = _class(alone), most * (4 if alone & _OUTSIDE else 1)
            optional = least == 0
        else:
            pieces = self.sequence(below, flags)
            inner, longest = f"(?:{''.join(piece.text for piece in pieces)})", most
            optional = least == 0 or all(piece.optional for piece in pieces)
            if inner == "(?:)":
                return []
        least = min(least, _LARGEST)
        if (least, longest) == (1, 1):
            return [Piece(inner, optional)]
        end = str(longest) if longest <= _BOUND or longest == least else ""
        return [Piece(f"{inner}{{{least}}}" if end == str(least) else f"{inner}{{{least},{end}}}", optional)]


def _branch(branches: list[list[Piece]]) -> list[Piece]:
    texts = ["".join(piece.text for piece in branch) for branch in branches]
    optional = any(all(piece.optional for piece in branch) for branch in branches)
    return [Piece(f"(?:{'|'.join(dict.fromkeys(texts))})", optional)]


def members(node: Node, flags: int) -> frozenset[int] | None:
    """The bytes of which the characters that a one-character node matches are made; None for other nodes."""
    kind, value = node
    if kind is op.LITERAL:
        return frozenset(byte for text in variants(value, flags) for byte in text.encode("utf-8", "surrogatepass"))
    if kind is op.ANY:
        return _ANY if flags & re.DOTALL else _ANY - {10}
    if kind is op.NOT_LITERAL:
        return (_ASCII - {value} if value < 0x80 and not flags & re.IGNORECASE else _ASCII) | _OUTSIDE
    if kind is not op.IN:
        return None
    negated = value[0][0] is op.NEGATE
    found: set[int] = set()
    outside = negated
    for item, argument in value[1:] if negated else value:
        inside, others = _item(item, argument, flags)
        found |= inside
        outside = outside or others
    if flags & re.IGNORECASE:
        found |= {ord(chr(code).swapcase()) for code in found if chr(code).isalpha()}
    if negated:
        found = set(_ASCII) - found
    return frozenset(found) | (_OUTSIDE if outside else frozenset())


def _item(kind: Any, value: Any, flags: int) -> tuple[frozenset[int], bool]:
    """The ASCII characters of an item of a class, and whether it holds others."""
    if kind is op.LITERAL:
        return (frozenset({value}), False) if value < 0x80 else (frozenset(), True)
    if kind is op.RANGE:
        first, last = value
        return frozenset(range(first, min(last, 0x7F) + 1)), last >= 0x80
    inside, negation = _CATEGORIES[value]
    return inside, negation or not flags & re.ASCII


def _one(found: frozenset[int] | None) -> Piece:
    assert found is not None, "only asked for nodes of one character"
    return Piece(_class(found) + ("{1,4}" if found & _OUTSIDE else ""))


def _literal(code: int, flags: int) -> Piece:
    texts = variants(code, flags)
    if all(ord(text) < 0x80 for text in texts):
        return Piece(_class(frozenset(map(ord, texts))))
    encoded = ("".join(map(_byte, text.encode("utf-8", "surrogatepass"))) for text in texts)
    return Piece(f"(?:{'|'.join(encoded)})")


def _class(found: frozenset[int]) -> str:
    if len(found) == 1:
        return _byte(next(iter(found)))
    ranges: list[list[int]] = []
    for code in sorted(found):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return f"[{''.join(_byte(a) if a == b else f'{_byte(a)}-{_byte(b)}' for a, b in ranges)}]"


def _byte(code: int) -> str:
    return chr(code) if code < 0x80 and chr(code).isalnum() else f"\\x{code:02x}"


def variants(code: int, flags: int) -> tuple[str, ...]:
    """A character, and those that `re` takes for the same where case does not count.

    To the four letters outside of ASCII that it takes for ones of ASCII the text is folded before (`scan.fold`).
    """
    if not flags & re.IGNORECASE:
        return (chr(code),)
    if code < 0x80:
        return tuple(sorted({chr(code).lower(), chr(code).upper()}))
    lower = chr(code).lower()[:1]
    return tuple(sorted({chr(code), lower, *_uncased().get(lower, ())}))


@cache
def _uncased() -> dict[str, tuple[str, ...]]:
    """For each lower-case letter the characters that become it, or that share its upper case."""
    found: dict[str, set[str]] = {}
    for code in range(0x80, 0x1E944):
        character = chr(code)
        lower = character.lower()
        if len(lower) == 1 and lower != character:
            found.setdefault(lower, set()).add(character)
        upper = character.upper()
        if len(upper) == 1 and upper != character and len(upper.lower()) == 1:
            found.setdefault(upper.lower(), set()).update((character, upper))
    return {lower: tuple(same) for lower, same in found.items()}
