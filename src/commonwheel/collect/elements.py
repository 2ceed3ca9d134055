"""The elements of a JSON file one by one, however large the file is and whatever is broken in it.

Python's own decoder reads one value and says where it ends, in one pass of C. So a window of text moves over
the file; it grows until the next element fits in it, and never beyond LONGEST. Where an element is broken,
reading goes on at the next one that begins as the others do.
"""

import codecs
import json
import re
from collections.abc import Generator, Iterator
from typing import Any

from commonwheel.collect.items import Skipped
from commonwheel.collect.lines import Source

LONGEST = 10_000_000
"""Characters of one element: a conversation with all that its export says around it."""
MOST_BROKEN = 10_000
"""A file in which more elements are broken is given up: each costs as much as a large one that is whole."""
_STEP = 1 << 20
"""Characters that are read at a time."""
_NEAR = 16
"""A fault so near to the end of the window may be only that the window ends."""

_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = r'\s*+(?:"(?:[^"\\]|\\.)*+"|[^"{}\[\],\s]*+)\s*+'
_BEGINNING = re.compile(rf'\{{\s*"(\w+)"\s*:{_SCALAR},\s*"(\w+)"\s*:', re.DOTALL)
_FIRST = re.compile(r'\{\s*"(\w+)"\s*:')

_REST = "the rest of the file"
_GIVEN_UP = f"more than {MOST_BROKEN:,} items of it are broken"
Element = tuple[str, Any]


class _Broken(Exception):
    """An element that cannot be read, and why."""


def _no_number(_: str) -> None:
    """NaN and the infinities, which JSON does not have."""


def _number(digits: str) -> int | float:
    """A whole number; one of thousands of digits is none that anybody means."""
    return int(digits) if len(digits) < 400 else float("inf")


_DECODER = json.JSONDecoder(strict=False, parse_constant=_no_number, parse_int=_number)


def elements(source: Source, *inside: str) -> Iterator[Element | Skipped]:
    """Each element of the outermost array with its place; without an array, each value of the file.

    Of an object, the elements of its members named in `inside` where such a member is there.
    """
    window = _Window(source.chunks())
    if window.peek() == "[":
        whole = yield from _array(window)
        if whole and window.peek():
            yield Skipped(where=_REST, why="stands behind the end of its list")
    else:
        yield from _sequence(window, inside)


def place(number: int) -> str:
    """How an element is named in reports."""
    return f"item {number}"


class _Window:
    """The text around the place that is being read. Bytes that are no UTF-8 become lone surrogates."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self.text = ""
        self.at = 0
        self.ended = False

    def more(self) -> None:
        """Let go of what was read, and read at least as much again as is left."""
        kept = self.text[self.at :]
        wanted = min(max(_STEP, len(kept)), max(LONGEST - len(kept), 0) + _STEP)
        pieces, size = [kept], 0
        while size < wanted and not self.ended:
            chunk = next(self._chunks, None)
            self.ended = chunk is None
            pieces.append(self._decode(chunk or b"", self.ended))
            size += len(pieces[-1])
        self.text, self.at = "".join(pieces), 0

    def peek(self) -> str:
        """The next character that is not space; nothing at the end."""
        while True:
            found = _SPACE.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if self.ended:
                return ""
            self.more()

    def value(self) -> Any:
        """The value that begins here. Raises _Broken."""
        while True:
            try:
                value, self.at = _DECODER.raw_decode(self.text, self.at)
            except json.JSONDecodeError as problem:
                if self.ended:
                    cut = problem.pos + _NEAR >= len(self.text) or problem.msg.startswith("Unterminated")
                    raise _Broken("not valid JSON" + (": the file ends in it" if cut else "")) from None
                near = problem.pos + _NEAR >= len(self.text) or problem.msg.startswith("Unterminated")
                if not near:
                    raise _Broken("not valid JSON") from None
                if len(self.text) - self.at >= LONGEST:
                    raise _Broken(f"longer than {LONGEST // 1_000_000} MB") from None
                self.more()
            except RecursionError:
                raise _Broken("too deep") from None
            else:
                return value

    def pass_over(self, pattern: re.Pattern[str]) -> bool:
        """Go to the end of the next match; False where there is none."""
        self.at += 1
        while True:
            found = pattern.search(self.text, self.at)
            if found:
                self.at = found.start("next")
                return True
            if self.ended:
                self.at = len(self.text)
                return False
            self.at = max(self.at, len(self.text) - 10_000)
            self.more()


_LINE = re.compile(r"\n(?P<next>)")


def _array(window: _Window) -> Generator[Element | Skipped, None, bool]:
    """The elements of the array that begins here; whether its end was found."""
    window.at += 1
    number, broken_ones, alike = 0, 0, None
    while (found := window.peek()) != "]":
        if not found:
            yield Skipped(where=_REST, why="the file ends before its list does")
            return False
        if found == ",":
            window.at += 1
            continue
        number += 1
        alike = alike or _alike(window)
        try:
            value = window.value()
            if window.peek() not in (",", "]", ""):
                raise _Broken("not valid JSON")
        except _Broken as broken:
            broken_ones += 1
            yield Skipped(where=place(number), why=str(broken))
            if alike is None:
                yield Skipped(where=_REST, why="where the next item begins cannot be told")
            elif broken_ones > MOST_BROKEN:
                yield Skipped(where=_REST, why=_GIVEN_UP)
            if alike is None or broken_ones > MOST_BROKEN or not window.pass_over(alike):
                return False
        else:
            yield place(number), value
    window.at += 1
    return True


def _alike(window: _Window) -> re.Pattern[str] | None:
    """How an element begins whose first two keys are those of the one here, or the first where that is a tree."""
    beginning = window.text[window.at : window.at + 5_000]
    found = _BEGINNING.match(beginning)
    if found is None:
        alone = _FIRST.match(beginning)
        return alone and re.compile(rf',\s*(?P<next>\{{)\s*"{re.escape(alone[1])}"\s*:')
    first, second = map(re.escape, found.groups())
    return re.compile(rf',\s*(?P<next>\{{)\s*"{first}"\s*:{_SCALAR},\s*"{second}"\s*:', re.DOTALL)


def _sequence(window: _Window, inside: tuple[str, ...]) -> Iterator[Element | Skipped]:
    number = broken_ones = 0
    while (found := window.peek()) and broken_ones <= MOST_BROKEN:
        number += 1
        try:
            if inside and found == "{":
                yield from _members(window, inside)
            else:
                yield place(number), window.value()
        except _Broken as broken:
            broken_ones += 1
            yield Skipped(where=place(number), why=str(broken))
            window.pass_over(_LINE)
    if found:
        yield Skipped(where=_REST, why=_GIVEN_UP)


def _members(window: _Window, inside: tuple[str, ...]) -> Iterator[Element | Skipped]:
    window.at += 1
    while (found := window.peek()) != "}":
        if found == ",":
            window.at += 1
            continue
        key = window.value()
        if window.peek() != ":":
            raise _Broken("not valid JSON" + ("" if found else ": the file ends in it"))
        window.at += 1
        begins = window.peek()
        if key in inside and begins == "[":
            yield from _array(window)
        else:
            window.value()
    window.at += 1
