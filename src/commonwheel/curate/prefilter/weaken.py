"""From a Python expression to a broader one over UTF-8 bytes: whatever the first matches, the second does too.

The prefilter may try a pattern in vain, but must never leave one out. So the broader expression is not
written by hand: it is made from the syntax tree that `re` itself made, by steps of which each only adds
matches. References are dropped, and so is looking further around than one character at either end; wide
repetitions lose their upper bound, a class that holds many characters outside of ASCII takes any byte
outside of ASCII, and what may be missing at either end is left away. What remains is plain enough for any
automaton, bytes that are no UTF-8 included.
"""

import _sre
import re
import re._constants as op
import re._parser as parser
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from re._casefix import _EXTRA_CASES
from typing import Any, NamedTuple

from commonwheel.curate.folding import fold
from commonwheel.curate.prefilter.encoded import in_utf8
from commonwheel.curate.scan import Expression

Node = tuple[Any, Any]
"""An operator of `re` and its arguments."""
Flagged = tuple[Node, int]
"""A node, and the flags that hold for it."""

_LARGEST = 24
"""Repetitions that are asked for at most: a longer run says no more about where a match may be."""
_BOUND = 12
"""Upper bounds up to this are kept."""
_FEW = 40
"""Ranges of bytes up to which a class is taken byte for byte."""
_TELLING = 4
"""Letters and signs that are enough."""
_ONE_BYTE = re.compile(r"\\x[0-7][0-9a-f]")
_MOST = 4000
"""Words of a list that are looked for one by one."""
_LOOKS = (op.ASSERT, op.ASSERT_NOT, op.AT)
_OUTSIDE = frozenset(range(0x80, 0x100))
_ANY = frozenset(range(0x100))
_SAME_AS_ASCII = frozenset({0x130, 0x131, 0x17F, 0x212A})
"""Letters that `re` takes for ones of ASCII where case does not count: dotted and dotless i, long s, Kelvin."""
_SEPARATORS = frozenset(b"\x1c\x1d\x1e\x1f")
"""Spaces, unless an expression is about ASCII alone."""
_SPACES = frozenset(b" \t\n\r\f\v") | _SEPARATORS
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
    """A part of the broader expression, and whether it may match nothing.

    One with `before` or `after` matches nothing itself: it says which byte may stand at its place, if any does.
    """

    text: str
    optional: bool = False
    before: frozenset[int] | None = None
    after: frozenset[int] | None = None


def weaken(expression: Expression) -> tuple[str, ...] | None:
    """Broader expressions, of which any is to be tried on UTF-8 bytes; None where one would match everything.

    A list of words becomes as many expressions: together they are too much for an automaton, one by one
    they are what it is best at.
    """
    whole = [(node, expression.flags) for node in tree(expression)]
    sequences = list(_split(whole))
    texts = dict.fromkeys(_text(nodes) for nodes in (sequences if len(sequences) <= _MOST else [whole]))
    return None if "" in texts else tuple(texts)


def _text(nodes: list[Flagged]) -> str:
    pieces = _trimmed(_Weakening().sequence(nodes))
    return _telling(pieces) or "".join(piece.text for piece in pieces)


def _telling(pieces: list[Piece]) -> str:
    """The longest run of letters and signs in just one case, where it says enough alone: such as `ghp_`, `AKIA`.

    An automaton finds it faster than all that follows, and it stands in hardly a text by chance.
    """
    runs = [""]
    for piece in pieces:
        alone = not piece.optional and (len(piece.text) == 1 or _ONE_BYTE.fullmatch(piece.text))
        runs = [*runs, ""] if not alone else [*runs[:-1], runs[-1] + piece.text]
    longest = max(runs, key=_signs)
    return longest if _signs(longest) >= _TELLING else ""


def _signs(run: str) -> int:
    return len(_ONE_BYTE.sub("x", run))


def tree(expression: Expression) -> Sequence[Node]:
    """The syntax tree of an expression, as `re` sees it."""
    parsed: Sequence[Node] = parser.parse(expression.pattern, expression.flags)
    return parsed


def _split(nodes: list[Flagged]) -> Iterator[list[Flagged]]:
    """The sequences that a list of words stands for: literals, one choice, and looks around."""
    wide = [at for at, (node, _) in enumerate(nodes) if node[0] not in (op.LITERAL, op.IN, *_LOOKS)]
    if len(wide) != 1:
        yield nodes
        return
    at = wide[0]
    (kind, value), flags = nodes[at]
    if kind is op.SUBPATTERN:
        _, added, removed, below = value
        branches = [[(node, (flags | added) & ~removed) for node in below]]
    elif kind is op.BRANCH:
        branches = [[(node, flags) for node in branch] for branch in _in_both_cases(value[1])]
    else:
        yield nodes
        return
    for branch in branches:
        yield from _split([*nodes[:at], *branch, *nodes[at + 1 :]])


def _in_both_cases(branches: Iterable[Sequence[Node]]) -> Iterator[list[Node]]:
    """Branches that differ in the first character alone as one, and a look back from behind it before it."""
    firsts: dict[str, list[Node]] = {}
    alike: dict[str, list[Node]] = {}
    for branch in branches:
        nodes = list(branch)
        if not nodes or nodes[0][0] is not op.LITERAL:
            yield nodes
            continue
        rest = nodes[1:]
        firsts.setdefault(repr(rest), []).append(nodes[0])
        alike[repr(rest)] = rest
    for key, rest in alike.items():
        first = firsts[key][0] if len(firsts[key]) == 1 else (op.IN, firsts[key])
        back = _looked_back(rest[0]) if rest else None
        if back is not None:
            yield [back, first, *rest[1:]]
        else:
            yield [first, *rest]


def _looked_back(node: Node) -> Node | None:
    """Of `(?<!x(?s:.))`, which looks back from behind a character, the `(?<!x)` that looks back before it."""
    kind, value = node
    if kind is not op.ASSERT_NOT or value[0] > 0 or len(value[1]) != 2 or value[1][1][0] is not op.SUBPATTERN:
        return None
    _, added, _, below = value[1][1][1]
    if len(below) != 1 or below[0][0] is not op.ANY or not added & re.DOTALL:
        return None
    return op.ASSERT_NOT, (-1, value[1][:1])


def _trimmed(pieces: list[Piece]) -> list[Piece]:
    """Without what may be missing at either end: any part of what has to be there is broader than all of it.

    What may stand around it is asked for where nothing was left away in between.
    """
    before, after = _ANY, _ANY
    while pieces and (pieces[0].optional or not pieces[0].text):
        before = _ANY if pieces[0].optional else before & (pieces[0].before or _ANY)
        pieces = pieces[1:]
    while pieces and (pieces[-1].optional or not pieces[-1].text):
        after = _ANY if pieces[-1].optional else after & (pieces[-1].after or _ANY)
        pieces = pieces[:-1]
    if pieces and before != _ANY:
        pieces = [Piece(rf"(?:\A|{_class(before)})"), *pieces]
    if pieces and after != _ANY:
        pieces = [*pieces, Piece(rf"(?:{_class(after)}|\z)")]
    return pieces


class _Weakening:
    """One expression on its way: what each of its groups became, as a reference may match what its group does."""

    def __init__(self) -> None:
        self._groups: dict[int, list[Piece]] = {}

    def sequence(self, nodes: Iterable[Flagged]) -> list[Piece]:
        """Nodes that follow each other."""
        return [piece for node, flags in nodes for piece in self._node(node, flags)]

    def _below(self, nodes: Iterable[Node], flags: int) -> list[Piece]:
        return [piece for piece in self.sequence((node, flags) for node in nodes) if piece.text]

    def _node(self, node: Node, flags: int) -> list[Piece]:
        kind, value = node
        if kind is op.LITERAL:
            return [_literal(value, flags)]
        if kind in (op.NOT_LITERAL, op.ANY, op.IN):
            return [_exactly(node, flags) or _one(members(node, flags))]
        if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
            return self._repeat(value, flags)
        if kind is op.SUBPATTERN:
            group, added, removed, below = value
            flags = (flags | added) & ~removed
            pieces = self.sequence((node, flags) for node in below)
            self._groups[group] = [piece for piece in pieces if piece.text]
            return pieces
        if kind is op.ATOMIC_GROUP:
            return self.sequence((node, flags) for node in value)
        if kind is op.BRANCH:
            return _branch([self._below(below, flags) for below in value[1]])
        if kind in (op.ASSERT, op.ASSERT_NOT):
            return _look(kind, value, flags)
        if kind is op.AT:
            return []  # a condition less
        if kind is op.GROUPREF and value in self._groups:
            return self._groups[value]
        return [Piece(r"[\x00-\xff]*", optional=True)]  # it may be anything, also nothing

    def _repeat(self, repeated: tuple[int, int, Sequence[Node]], flags: int) -> list[Piece]:
        least, most, below = repeated
        if most == 0:
            return []
        alone = members(below[0], flags) if len(below) == 1 and not _exactly(below[0], flags) else None
        if alone is not None:
            # A character outside of ASCII is two to four bytes, all of them in the class.
            inner, longest = _class(alone), most * (4 if alone & _OUTSIDE else 1)
            optional = least == 0
        else:
            pieces = self._below(below, flags)
            inner, longest = f"(?:{''.join(piece.text for piece in pieces)})", most
            optional = least == 0 or all(piece.optional for piece in pieces)
            if inner == "(?:)":
                return []
        least = min(least, _LARGEST)
        if (least, longest) == (1, 1):
            return [Piece(inner, optional)]
        end = str(longest) if longest <= _BOUND or longest == least else ""
        return [Piece(f"{inner}{{{least}}}" if end == str(least) else f"{inner}{{{least},{end}}}", optional)]


def _look(kind: Any, value: tuple[int, Sequence[Node]], flags: int) -> list[Piece]:
    """A look at one character before or after; others are given up."""
    direction, below = value
    # What must not stand there may be one of several things, and each that is one character says something.
    choice = kind is op.ASSERT_NOT and len(below) == 1 and below[0][0] is op.BRANCH
    allowed = _ANY
    for branch in below[0][1][1] if choice else [below]:
        if len(branch) == 1 and branch[0][0] in (op.LITERAL, op.IN):
            found = members(branch[0], flags) or _ANY
            # All of ASCII is known of a class; a byte outside of it may be part of another character.
            allowed &= found if kind is op.ASSERT else (_ASCII - found) | _OUTSIDE
    return [Piece("", before=allowed) if direction < 0 else Piece("", after=allowed)]


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
        inside = frozenset(map(ord, variants(value, flags))) & _ASCII
        return inside, value >= 0x80
    if kind is op.RANGE:
        first, last = value
        return frozenset(range(first, min(last, 0x7F) + 1)), last >= 0x80
    inside, negation = _CATEGORIES[value]
    if flags & re.ASCII and value in (op.CATEGORY_SPACE, op.CATEGORY_NOT_SPACE):
        inside ^= _SEPARATORS
    return inside, negation or not flags & re.ASCII


def _one(found: frozenset[int] | None) -> Piece:
    assert found is not None, "only asked for nodes of one character"
    return Piece(_class(found) + ("{1,4}" if found & _OUTSIDE else ""))


def _exactly(node: Node, flags: int) -> Piece | None:
    """A class with a few characters outside of ASCII, byte for byte; None for other nodes."""
    kind, value = node
    if kind is not op.IN or flags & re.IGNORECASE:
        return None
    ranges = [argument if item is op.RANGE else (argument, argument) for item, argument in value]
    if any(item not in (op.LITERAL, op.RANGE) for item, _ in value) or all(last < 0x80 for _, last in ranges):
        return None
    bytewise = [piece for first, last in ranges for piece in in_utf8(first, last)]
    if len(bytewise) > _FEW:
        return None
    texts = ("".join(_class(frozenset(range(a, b + 1))) for a, b in piece) for piece in bytewise)
    return Piece(f"(?:{'|'.join(texts)})")


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

    Texts are folded before (`folding.fold`), so a letter of ASCII is never written as one of the few outside of
    it that are the same to `re`; an expression may hold those.
    """
    if not flags & re.IGNORECASE:
        return (chr(code),)
    folded = ord(fold(chr(code))) if code in _SAME_AS_ASCII else code
    if folded < 0x80:
        return tuple(sorted({chr(folded).lower(), chr(folded).upper()}))
    lower = _lower(code)
    lowers = (lower, *_EXTRA_CASES.get(lower, ()))
    return tuple(sorted({chr(each) for low in lowers for each in (low, *_uppers().get(low, ()))}))


@cache
def _uppers() -> dict[int, list[int]]:
    """For each lower-case character those that become it."""
    found: dict[int, list[int]] = {}
    for code in range(0x80, 0x1E944):
        lower = _lower(code)
        if lower != code:
            found.setdefault(lower, []).append(code)
    return found


def _lower(code: int) -> int:
    """As `re` has it: one character for one."""
    lower: int = _sre.unicode_tolower(code)
    return lower
