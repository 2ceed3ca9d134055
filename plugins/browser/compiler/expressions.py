"""Regular expressions of Python in the syntax of JavaScript, with the meaning that Python gives them.

They are written from what `re` parsed, without relying on flags: where case does not count, each letter
stands in all its cases, and classes such as `\\w` are spelled out. An expression that JavaScript cannot say
raises `Untranslatable`.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from re import _constants as op  # type: ignore[attr-defined]  # isort: skip
from re import _parser  # type: ignore[attr-defined]  # isort: skip

_LAST_PLAIN = 0xFFFF
_WIDEST_CASED = 3000
"""Longer ranges are of scripts that have no cases."""
_SIGNS = frozenset("^$\\.*+?()[]{}|/-&!#%,:;<=>@`~")
_OUTSIDE = frozenset("^$\\.*+?()[]{}|/")
_SPACES = "\\t-\\r\\x1c- \\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
_ASCII = {"WORD": "a-zA-Z0-9_", "DIGIT": "0-9", "SPACE": "\\t-\\r "}
_UNICODE = {"WORD": "\\p{L}\\p{N}_", "DIGIT": "\\p{Nd}", "SPACE": _SPACES}


class Untranslatable(Exception):
    """There is no way to say this in JavaScript."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """An expression without flags; `expressions.js` replaces properties such as `\\p{L}` by what has them.

    `groups` are the numbers that Python's groups have here, from 0 on.
    """

    source: str
    groups: tuple[int, ...]
    names: dict[str, int]


@dataclass(slots=True)
class _Writer:
    groups: dict[int, int] = field(default_factory=lambda: {0: 0})
    opened: int = 0

    def sequence(self, nodes: Iterable[tuple[Any, Any]], flags: int) -> str:
        return "".join(self.node(code, value, flags) for code, value in nodes)

    def node(self, code: Any, value: Any, flags: int) -> str:
        written = getattr(self, f"_{str(code).lower()}", None)
        if written is None:
            raise Untranslatable(str(code))
        return str(written(value, flags))

    def _literal(self, value: int, flags: int) -> str:
        cases = _cases(value, flags)
        if not cases:
            return "[]"
        return _plain(cases[0], _OUTSIDE) if len(cases) == 1 else f"[{_ranges(cases)}]"

    def _not_literal(self, value: int, flags: int) -> str:
        return f"[^{_ranges(_cases(value, flags))}]"

    def _any(self, _: None, flags: int) -> str:
        return "[^]" if flags & re.DOTALL else "[^\\n]"

    def _in(self, items: Sequence[tuple[Any, Any]], flags: int) -> str:
        negated = items[0][0] is op.NEGATE
        points: set[int] = set()
        others: list[str] = []
        without: list[str] = []
        for code, value in items[negated:]:
            if code is op.LITERAL:
                points.update(_cases(value, flags))
            elif code is op.RANGE:
                points.update(_cases_of_range(*value, flags))
            elif code is op.CATEGORY:
                category, is_not = _category(str(value), flags)
                (without if is_not else others).append(category)
            else:
                raise Untranslatable(f"{code} in a class")
        inside = "".join(others) + _ranges(points)
        if not without:
            return f"[{'^' if negated else ''}{inside}]"
        if negated:
            shorter = _SHORTER.get((without[0], inside)) if len(without) == 1 else None
            return shorter or f"(?:(?![{inside}]){''.join(f'(?=[{each}])' for each in without)}[^])"
        return f"(?:{'|'.join([f'[^{each}]' for each in without] + ([f'[{inside}]'] if inside else []))})"

    def _branch(self, value: tuple[None, list[Any]], flags: int) -> str:
        return f"(?:{'|'.join(self.sequence(each, flags) for each in value[1])})"

    def _subpattern(self, value: tuple[int | None, int, int, Any], flags: int) -> str:
        group, added, removed, inner = value
        flags = (flags | added) & ~removed
        if group is None:
            return f"(?:{self.sequence(inner, flags)})"
        self.opened += 1
        self.groups[group] = self.opened
        return f"({self.sequence(inner, flags)})"

    def _max_repeat(self, value: tuple[int, Any, Any], flags: int, lazy: str = "") -> str:
        least, most, inner = value
        written = self.sequence(inner, flags)
        whole = len(inner) == 1 and (inner[0][0] in _SINGLE or _is_group(inner[0]))
        unit = written if whole else f"(?:{written})"
        return f"{unit}{_times(least, most)}{lazy}"

    def _min_repeat(self, value: tuple[int, Any, Any], flags: int) -> str:
        return self._max_repeat(value, flags, "?")

    def _possessive_repeat(self, value: tuple[int, Any, Any], flags: int) -> str:
        return self._atomic(lambda: self._max_repeat(value, flags))

    def _atomic_group(self, value: Any, flags: int) -> str:
        return self._atomic(lambda: self.sequence(value, flags))

    def _atomic(self, inner: Any) -> str:
        """What looks ahead is never tried again, and what it saw is then taken."""
        self.opened += 1
        number = self.opened
        return f"(?:(?=({inner()}))\\{number})"

    def _assert(self, value: tuple[int, Any], flags: int, sign: str = "=") -> str:
        direction, inner = value
        return f"(?{'<' if direction < 0 else ''}{sign}{self.sequence(inner, flags)})"

    def _assert_not(self, value: tuple[int, Any], flags: int) -> str:
        return self._assert(value, flags, "!")

    def _failure(self, _: Any, flags: int) -> str:
        return "[]"

    def _groupref(self, value: int, flags: int) -> str:
        return f"(?:\\{self.groups[value]})"

    def _at(self, where: Any, flags: int) -> str:
        word = (_ASCII if flags & re.ASCII else _UNICODE)["WORD"]
        lines = bool(flags & re.MULTILINE)
        return {
            "AT_BEGINNING": "(?<![^\\n])" if lines else "^",
            "AT_END": "(?![^\\n])" if lines else "(?=\\n?$)",
            "AT_BEGINNING_STRING": "^",
            "AT_END_STRING": "$",
            "AT_BOUNDARY": f"(?:(?<=[{word}])(?![{word}])|(?<![{word}])(?=[{word}]))",
            "AT_NON_BOUNDARY": f"(?:(?<=[{word}])(?=[{word}])|(?<![{word}])(?![{word}]))",
        }[str(where)]


_SINGLE = frozenset({op.LITERAL, op.NOT_LITERAL, op.ANY, op.IN})
_SHORTER = {
    ("\\p{L}\\p{N}_", "_"): "[\\p{L}\\p{N}]",
    ("\\p{L}\\p{N}_", "\\p{Nd}_"): "[\\p{L}\\p{Nl}\\p{No}]",
    ("a-zA-Z0-9_", "_"): "[a-zA-Z0-9]",
}
"""What is in the first and not in the second, where it is asked for often."""


def _is_group(node: tuple[Any, Any]) -> bool:
    return node[0] is op.SUBPATTERN or node[0] is op.BRANCH


def translated(pattern: re.Pattern[Any]) -> Expression:
    """`pattern` for JavaScript. Raises Untranslatable."""
    source = pattern.pattern.decode("latin-1") if isinstance(pattern.pattern, bytes) else pattern.pattern
    flags = pattern.flags | (re.ASCII if isinstance(pattern.pattern, bytes) else 0)
    writer = _Writer()
    text = writer.sequence(_parser.parse(source, flags & ~re.DEBUG), flags)
    groups = tuple(writer.groups[number] for number in range(pattern.groups + 1))
    return Expression(source=text, groups=groups, names=dict(pattern.groupindex))


def _times(least: int, most: Any) -> str:
    if most is op.MAXREPEAT:
        return {0: "*", 1: "+"}.get(least, f"{{{least},}}")
    if (least, most) == (0, 1):
        return "?"
    return f"{{{least}}}" if least == most else f"{{{least},{int(most)}}}"


def _category(name: str, flags: int) -> tuple[str, bool]:
    """The inside of a class, and whether everything else is meant."""
    known = _ASCII if flags & re.ASCII else _UNICODE
    plain = name.removeprefix("CATEGORY_")
    return known[plain.removeprefix("NOT_")], plain.startswith("NOT_")


@cache
def _cases(point: int, flags: int) -> tuple[int, ...]:
    """The code points that `re` takes for this one; none beyond the basic plane, which texts do not hold."""
    if point > _LAST_PLAIN:
        return ()
    if not flags & re.IGNORECASE:
        return (point,)
    character = chr(point)
    variants = {character, character.lower(), character.upper(), character.title(), character.swapcase()}
    if not flags & re.ASCII:
        variants |= {each for start in "kKsSiIµμ" for each in _KIN if start in variants}
    single = [each for each in variants if len(each) == 1]
    same = re.compile(re.escape(character), flags & (re.IGNORECASE | re.ASCII))
    return tuple(sorted(ord(each) for each in single if same.fullmatch(each)))


_KIN = "\u017f\u212a\u0130\u0131µμ"
"""What `re` also takes for a letter where case does not count."""


def _cases_of_range(first: int, last: int, flags: int) -> set[int]:
    points = range(first, min(last, _LAST_PLAIN) + 1)
    if not flags & re.IGNORECASE or len(points) > _WIDEST_CASED:
        return set(points)
    return {each for point in points for each in _cases(point, flags)}


def _ranges(points: Iterable[int]) -> str:
    runs: list[list[int]] = []
    for point in sorted(points):
        if runs and runs[-1][1] == point - 1:
            runs[-1][1] = point
        else:
            runs.append([point, point])
    return "".join(_run(first, last) for first, last in runs)


def _run(first: int, last: int) -> str:
    if last - first < 2:
        return "".join(_plain(point, _SIGNS) for point in range(first, last + 1))
    return f"{_plain(first, _SIGNS)}-{_plain(last, _SIGNS)}"


def _plain(point: int, signs: frozenset[str]) -> str:
    character = chr(point)
    if character in signs:
        return f"\\{character}"
    if character == " " or (character.isprintable() and (point < 0x80 or character.isalnum())):
        return character
    return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}"
