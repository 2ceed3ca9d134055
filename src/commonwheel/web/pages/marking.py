"""Cuts the texts of a record under review into bars, doubts and plain words, and numbers the notes about them."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from commonwheel.web.pages.passages import Piece
from commonwheel.web.pages.wording import finding_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Why something is hidden or in doubt. `findings` are the numbers that a reviewer decides about."""

    number: int
    title: str
    why: str
    findings: tuple[int, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether there is something to decide."""
        return bool(self.findings)


class _Part(NamedTuple):
    start: int
    end: int
    text: str
    findings: tuple[int, ...]


class Marker:
    """Cuts texts in the order in which they are shown, and collects the notes on the way."""

    def __init__(self, bars: Sequence[dict[str, Any]], findings: Sequence[dict[str, Any]]) -> None:
        self._bars: dict[str, list[dict[str, Any]]] = {}
        for bar in bars:
            self._bars.setdefault(bar["pointer"], []).append(bar)
        self._findings = findings
        self._doubts: dict[str, list[int]] = {}
        for index, finding in enumerate(findings):
            if finding["undecided"] and finding["start"] < finding["end"]:
                self._doubts.setdefault(finding["pointer"], []).append(index)
        self._hidden: dict[str, list[dict[str, Any]]] = {}
        for finding in findings:
            if finding["hidden"]:
                self._hidden.setdefault(finding["pointer"], []).append(finding)
        self._numbers: dict[str | tuple[int, ...], int] = {}
        self._kinds: dict[int, list[dict[str, Any]]] = {}

    def cut(self, pointer: str, text: str) -> tuple[Piece, ...]:
        """The pieces of one text."""
        pieces: list[Piece] = []
        position = 0
        for part in self._parts(pointer, text):
            pieces += _plain(text, position, part.start)
            pieces.append(self._marked(pointer, part))
            position = part.end
        return (*pieces, *_plain(text, position, len(text)))

    def notes(self) -> list[Note]:
        """The notes about what was cut so far, by number; then those about the record as a whole."""
        notes = []
        for key, number in sorted(self._numbers.items(), key=lambda item: item[1]):
            if isinstance(key, str):
                notes.append(Note(number=number, title=key, why=_why(self._kinds.get(number, []))))
            else:
                some = [self._findings[index] for index in key]
                title = " or ".join(dict.fromkeys(finding_words(each["kind"]) for each in some)).capitalize()
                notes.append(Note(number=number, title=f"{title}?", why=_why(some), findings=key))
        return notes

    def whole(self) -> list[str]:
        """What was found about the record as a whole, and is for a person to weigh."""
        return [
            f"{finding_words(finding['kind'])}. {_why([finding])}".capitalize()
            for finding in self._findings
            if finding["undecided"] and finding["start"] >= finding["end"]
        ]

    def _marked(self, pointer: str, part: _Part) -> Piece:
        key = part.findings or part.text
        first = key not in self._numbers
        number = self._numbers.setdefault(key, len(self._numbers) + 1)
        if not part.findings:
            below = (f for f in self._hidden.get(pointer, ()) if f["start"] < part.end and part.start < f["end"])
            self._kinds.setdefault(number, []).extend(below)
        mark = "unsure" if part.findings else "hid"
        return Piece(text=part.text, start=part.start, end=part.end, mark=mark, note=number, first=first)

    def _parts(self, pointer: str, text: str) -> list[_Part]:
        bars = [_Part(bar["start"], bar["end"], bar["text"], ()) for bar in self._bars.get(pointer, ())]
        ends = [bar.end for bar in bars]
        parts = list(bars)
        for start, end, findings in self._groups(pointer):
            for left, right in _outside(bars, bisect_right(ends, start), start, end):
                parts.append(_Part(left, right, text[left:right], findings))
        return sorted(parts)

    def _groups(self, pointer: str) -> Iterator[tuple[int, int, tuple[int, ...]]]:
        """Doubts that overlap are one question."""
        group: list[int] = []
        start = end = 0
        for index in sorted(self._doubts.get(pointer, ()), key=lambda index: self._findings[index]["start"]):
            finding = self._findings[index]
            if group and finding["start"] >= end:
                yield start, end, tuple(group)
                group = []
            if not group:
                start, end = finding["start"], finding["end"]
            group.append(index)
            end = max(end, finding["end"])
        if group:
            yield start, end, tuple(group)


def _outside(bars: Sequence[_Part], index: int, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What of `start` to `end` no bar covers; `index` is the first bar that ends after `start`."""
    while start < end:
        bar = bars[index] if index < len(bars) else None
        if bar is None or bar.start >= end:
            yield start, end
            return
        if start < bar.start:
            yield start, bar.start
        start = bar.end
        index += 1


def _plain(text: str, start: int, end: int) -> Iterator[Piece]:
    """Plain words. HTML reads CR LF as one code point, so counting starts anew after each."""
    while start < end:
        at = text.find("\r\n", start, end)
        stop = end if at < 0 else min(end, at + 2)
        yield Piece(text=text[start:stop], start=start, end=stop)
        start = stop


def _why(findings: Sequence[dict[str, Any]]) -> str:
    """Why it is one, who saw it and how sure they are."""
    if not findings:
        return "The same words are hidden elsewhere."
    seen = dict.fromkeys(
        f"{each['why'].rstrip('.')} ({each['detector']}, {each['score']:.2f} sure)." for each in findings
    )
    return " ".join(list(seen)[:4])
