"""The third of three: redact. Spans are replaced; the same value in the same way all through a record.

The body is never changed: a redacted copy is made from the original, so that what is hidden can be
widened or narrowed later. What is a placeholder already stays as it is, and numbers go on after those
that are there, so that redacting again changes nothing.
"""

import re
import string
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from commonwheel.curate.labels import DROPPED, LARGEST_NUMBER, PLACEHOLDER, label, placeholder
from commonwheel.curate.repetitions import Hidden, identity, repetitions
from commonwheel.curate.surrogates import masked, surrogate, surrogates_in
from commonwheel.records.body import Body, map_texts, texts
from commonwheel.records.findings import Finding, Style
from commonwheel.records.media import media, with_media


def _placeholders(_kind: str) -> Style:
    return Style.PLACEHOLDER


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How values are replaced: the style for each kind, and a secret of the record that surrogates need."""

    style_of: Callable[[str], Style] = _placeholders
    seed: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What stands in place of the code points `start` to `end` of a text: `⟨email-1⟩`.

    In the redacted text it is at `new_start` to `new_end`. Where the whole message is dropped, all of each
    of its texts is behind a bar, and the message that stands there instead says nothing but `text`.
    """

    start: int
    end: int
    new_start: int
    new_end: int
    kind: str
    style: Style
    text: str


Bars = dict[str, tuple[Bar, ...]]
"""By the pointer of the text, in order and without overlaps."""


class _Span(NamedTuple):
    start: int
    end: int
    kind: str
    score: float
    value: str


_AS_LABELS = Manner()
_ATTEMPTS = 100
"""At a surrogate that stands for nothing else in the record."""
_MESSAGE = re.compile(r"/(?:messages|prompt|candidates)/[0-9]{1,9}(?=/|$)")


def redact(
    body: Body,
    findings: Sequence[Finding],
    hide: Collection[int],
    manner: Manner = _AS_LABELS,
    cleaned: Mapping[str, str] | None = None,
) -> Body:
    """A copy of `body` in which the spans of the findings numbered in `hide` are replaced.

    Spans that overlap become one, of the kind of the longest. A hidden value of four or more code points
    is hidden wherever the record repeats it, in any case, and numbers in any spacing. `cleaned` holds files
    to be put in place of those with metadata. Raises ValueError for a span outside of its text.
    """
    return with_bars(body, bars(body, findings, hide, manner), cleaned)


def with_bars(body: Body, placed: Bars, cleaned: Mapping[str, str] | None = None) -> Body:
    """A copy of `body` with these bars in it; see `redact`."""

    def replaced(pointer: str, text: str) -> str:
        pieces: list[str] = []
        position = 0
        for bar in placed.get(pointer, ()):
            pieces += (text[position : bar.start], bar.text)
            position = bar.end
        return "".join((*pieces, text[position:]))

    redacted: Body = map_texts(body, replaced) if placed else body
    for message in _dropped_messages(placed):
        _, name, index = message.split("/")
        redacted[name][int(index)] = _emptied(redacted[name][int(index)])
    files = dict(media(redacted)) if cleaned else {}
    changed = {pointer: file for pointer, file in (cleaned or {}).items() if pointer in files}
    return with_media(redacted, changed) if changed else redacted


def bars(body: Body, findings: Sequence[Finding], hide: Collection[int], manner: Manner = _AS_LABELS) -> Bars:
    """What `redact` puts where."""
    if not hide:
        return {}
    work = _Work(contents=dict(texts(body)), manner=manner)
    work.find([findings[index] for index in sorted(hide)])
    return work.placed() if work.spans else {}


def after(placed: Sequence[Bar], start: int, end: int) -> tuple[int, int]:
    """Where code points `start` to `end` of a text stand once it is redacted; a bar is whole or not there."""
    return _moved([(b.start, b.end, b.new_start, b.new_end) for b in placed], start, end)


def before(placed: Sequence[Bar], start: int, end: int) -> tuple[int, int]:
    """Where code points `start` to `end` of a redacted text come from."""
    return _moved([(b.new_start, b.new_end, b.start, b.end) for b in placed], start, end)


def _moved(places: Sequence[tuple[int, int, int, int]], start: int, end: int) -> tuple[int, int]:
    moved_start, moved_end = start, end
    for old_start, old_end, new_start, new_end in places:
        if old_start < start:
            moved_start = new_start if start < old_end else new_end + start - old_end
        if old_start < end:
            moved_end = new_end if end < old_end else new_end + end - old_end
    return moved_start, moved_end


def _dropped_messages(placed: Bars) -> dict[str, None]:
    found: dict[str, None] = {}
    for pointer, some in placed.items():
        message = _MESSAGE.match(pointer)
        if message and some[0].style is Style.DROP:
            found[message[0]] = None
    return found


def _emptied(message: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name == "role"} | {"content": DROPPED}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Work:
    """What is found in one record on the way to its bars."""

    contents: Mapping[str, str]
    manner: Manner
    spans: dict[str, list[_Span]] = field(default_factory=dict)
    used: dict[str, set[int]] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    replaced: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def find(self, findings: Iterable[Finding]) -> None:
        """Take the spans of these findings, and the places where their values stand again."""
        hidden: dict[Hidden, None] = {}
        for finding in findings:
            text = self.contents.get(finding.pointer, "")
            if not 0 <= finding.start <= finding.end <= len(text):
                raise ValueError(f"a {finding.kind} finding lies outside of its text")
            bare = self._bare(finding.pointer, finding.start, finding.end) if finding.start < finding.end else ()
            for start, end in bare:
                value = Hidden(kind=finding.kind, value=text[start:end], score=finding.score)
                self._take(finding.pointer, start, end, value)
                hidden[value] = None
        for pointer, start, end, value in repetitions(self.contents, list(hidden)) if hidden else ():
            for left, right in self._bare(pointer, start, end):
                self._take(pointer, left, right, value)

    def _take(self, pointer: str, start: int, end: int, hidden: Hidden) -> None:
        value = self.contents[pointer][start:end]
        self.spans.setdefault(pointer, []).append(_Span(start, end, hidden.kind, hidden.score, value))

    def _bare(self, pointer: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """What of a span is not replaced already; punctuation between two that are hides nothing."""
        text, position, cut = self.contents[pointer], start, False
        for left, right in self._replaced_within(pointer, start, end):
            if start < right:
                cut = True
                if position < left and _says_something(text[position:left]):
                    yield position, left
                position = max(position, right)
        if position < end and (not cut or _says_something(text[position:end])):
            yield position, end

    def _replaced_within(self, pointer: str, start: int, end: int) -> list[tuple[int, int]]:
        """Where placeholders stand in a text, and surrogates where the manner has some; and one more before."""
        if pointer not in self.replaced:
            text = self.contents[pointer]
            places = [match.span() for match in PLACEHOLDER.finditer(text)] if "⟨" in text else []
            if self.manner.seed:
                places += surrogates_in(text)
            self.replaced[pointer] = sorted(places)
        places = self.replaced[pointer]
        return places[max(0, bisect_right(places, (start,)) - 1) : bisect_left(places, (end,))]

    def placed(self) -> Bars:
        """The bars."""
        self._note_placeholders()
        dropped = self._dropped()
        chosen: dict[tuple[Style, str, str], str] = {}
        placed: Bars = {}
        for pointer, text in self.contents.items():
            kind = dropped.get(_unit(pointer))
            if kind is not None:
                spans = [_Span(0, len(text), kind, 1.0, text)] if text else []
                placed[pointer] = _bars_of(spans, [(Style.DROP, DROPPED)] * len(spans))
            elif pointer in self.spans:
                spans = list(_merged(text, self.spans[pointer]))
                placed[pointer] = _bars_of(spans, [self._replacement(span, chosen) for span in spans])
        return {pointer: some for pointer, some in placed.items() if some}

    def _note_placeholders(self) -> None:
        for text in self.contents.values():
            for match in PLACEHOLDER.finditer(text) if "⟨" in text else ():
                if match["label"]:
                    self.used.setdefault(match["label"], set()).add(int(match["number"]))

    def _dropped(self) -> dict[str, str]:
        """The messages and texts that go as a whole, each with the kind of what stands in it."""
        return {
            _unit(pointer): span.kind
            for pointer, some in self.spans.items()
            for span in some
            if self.manner.style_of(span.kind) is Style.DROP
        }

    def _replacement(self, span: _Span, chosen: dict[tuple[Style, str, str], str]) -> tuple[Style, str]:
        style = self.manner.style_of(span.kind)
        if style is Style.MASK:
            return style, masked(span.value)
        name, same = label(span.kind), identity(span.kind, span.value)
        if style is Style.SURROGATE:
            text = chosen.get((style, name, same)) or self._surrogate(span, same)
            if text is not None:
                chosen[style, name, same] = text
                return style, text
        key = (Style.PLACEHOLDER, name, same)
        if key not in chosen:
            chosen[key] = self._next(name)
        return Style.PLACEHOLDER, chosen[key]

    def _surrogate(self, span: _Span, same: str) -> str | None:
        """A value that belongs to nobody, and stands for nothing else in this record."""
        if not self.taken:
            for text in self.contents.values():
                self.taken.update(text[start:end] for start, end in surrogates_in(text))
        for attempt in range(_ATTEMPTS):
            made = surrogate(span.kind, span.value, same, self.manner.seed, attempt)
            if made is None or made not in self.taken:
                self.taken.add(made or "")
                return made
        return None

    def _next(self, name: str) -> str:
        """The next placeholder with this label: after those that are there already, as long as there is room."""
        used = self.used.setdefault(name, set())
        number = self.last.get(name, max(used, default=0)) + 1
        if number > LARGEST_NUMBER:
            number = next(n for n in range(1, LARGEST_NUMBER) if n not in used)
        else:
            self.last[name] = number
        used.add(number)
        return placeholder(name, number)


def _unit(pointer: str) -> str:
    """What is dropped together with a text: its message, or the text alone."""
    message = _MESSAGE.match(pointer)
    return message[0] if message else pointer


def _says_something(piece: str) -> bool:
    return bool(piece.strip(string.punctuation + string.whitespace))


def _merged(text: str, spans: list[_Span]) -> Iterator[_Span]:
    """Spans in order, those that overlap as one of the kind of the longest, and of those of the surest."""
    current: list[_Span] = []
    end = 0
    for span in sorted(spans, key=lambda span: (span.start, span.end - span.start)):
        if current and span.start >= end:
            yield _joined(text, current, end)
            current = []
        end = max(end, span.end) if current else span.end
        current.append(span)
    if current:
        yield _joined(text, current, end)


def _joined(text: str, spans: list[_Span], end: int) -> _Span:
    longest = max(spans, key=lambda span: (span.end - span.start, span.score))
    start = spans[0].start
    return _Span(start, end, longest.kind, longest.score, text[start:end])


def _bars_of(spans: Sequence[_Span], replacements: Sequence[tuple[Style, str]]) -> tuple[Bar, ...]:
    placed: list[Bar] = []
    shift = 0
    for span, (style, text) in zip(spans, replacements, strict=True):
        start = span.start + shift
        placed.append(
            Bar(start=span.start, end=span.end, new_start=start, new_end=start + len(text),
                kind=span.kind, style=style, text=text)
        )  # fmt: skip
        shift = placed[-1].new_end - span.end
    return tuple(placed)
