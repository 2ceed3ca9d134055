"""The third of three: redact. Spans become labels; the same value gets the same label all through a record.

The body is never changed: a redacted copy is made from the original, so that what is hidden can be
widened or narrowed later.
"""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from commonwheel.records.body import Body, map_texts, texts
from commonwheel.records.findings import Finding

LABELS = {
    "personal.email": "email",
    "personal.phone": "phone number",
    "personal.card": "card number",
    "personal.iban": "bank account",
    "personal.bank_account": "bank account",
    "personal.national_id": "national id",
    "personal.passport": "passport",
    "personal.driving_license": "driving license",
    "personal.ip": "ip address",
    "personal.mac": "device address",
    "personal.birth_date": "birth date",
    "personal.wallet": "wallet",
    "credential": "credential",
    "injection": "hidden text",
    "safety": "unsafe text",
    "sensitive": "sensitive text",
}
"""What stands for a hidden value: by kind, else by family, else by the kind's last word."""

SHORTEST_ELSEWHERE = 4
"""Code points from which on a hidden value is hidden wherever else it occurs."""

_NUMERIC = frozenset({"phone number", "card number", "bank account", "national id"})
"""Labels whose values are the same however they are spaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """What stands in place of the code points `start` to `end` of a text: `[email 1]`."""

    start: int
    end: int
    text: str


class _Span(NamedTuple):
    start: int
    end: int
    label: str
    value: str


def label(kind: str) -> str:
    """The words that stand for a hidden value of this kind: `[email 1]`, `[name 2]`."""
    family, _, rest = kind.partition(".")
    return LABELS.get(kind) or LABELS.get(family) or rest.rpartition(".")[2].replace("_", " ") or family


def redact(body: Body, findings: Sequence[Finding], hide: Collection[int]) -> Body:
    """A copy of `body` in which the spans of the findings numbered in `hide` are replaced by labels.

    Spans that overlap become one, labeled by the longest of them. A hidden value of four or more code
    points is hidden wherever the record repeats it. Raises ValueError for a span outside of its text.
    """
    placed = bars(body, findings, hide)
    if not placed:
        return body

    def replaced(pointer: str, text: str) -> str:
        pieces: list[str] = []
        position = 0
        for bar in placed.get(pointer, ()):
            pieces += (text[position : bar.start], bar.text)
            position = bar.end
        return "".join((*pieces, text[position:]))

    redacted: Body = map_texts(body, replaced)
    return redacted


def bars(body: Body, findings: Sequence[Finding], hide: Collection[int]) -> dict[str, tuple[Bar, ...]]:
    """What `redact` puts where: by pointer, in order and without overlaps."""
    contents = dict(texts(body))
    spans = _found(contents, [findings[index] for index in sorted(hide)])
    if not spans:
        return {}
    _add_repetitions(contents, spans)
    merged = {
        pointer: list(_merged(contents[pointer], spans[pointer])) for pointer in contents if pointer in spans
    }
    numbers = _numbered(span for pointer in merged for span in merged[pointer])
    return {
        pointer: tuple(
            Bar(start=span.start, end=span.end, text=f"[{span.label} {numbers[_identity(span)]}]") for span in some
        )
        for pointer, some in merged.items()
    }


def _found(contents: dict[str, str], findings: Iterable[Finding]) -> dict[str, list[_Span]]:
    spans: dict[str, list[_Span]] = {}
    for finding in findings:
        text = contents.get(finding.pointer, "")
        if not 0 <= finding.start <= finding.end <= len(text):
            raise ValueError(f"a {finding.kind} finding lies outside of its text")
        if finding.start < finding.end:
            value = text[finding.start : finding.end]
            spans.setdefault(finding.pointer, []).append(
                _Span(finding.start, finding.end, label(finding.kind), value)
            )
    return spans


def _add_repetitions(contents: dict[str, str], spans: dict[str, list[_Span]]) -> None:
    """Wherever a hidden value stands again, hide it. All texts are searched as one: there may be many."""
    values: dict[str, str] = {}
    for span in [span for some in spans.values() for span in some]:
        if len(span.value) >= SHORTEST_ELSEWHERE:
            values.setdefault(span.value, span.label)
    pointers = list(contents)
    starts = list(accumulate((len(text) + 1 for text in contents.values()), initial=0))
    joined = "\0".join(contents.values())
    for value, name in values.items():
        place = joined.find(value)
        while place >= 0:
            number = bisect_right(starts, place) - 1
            start = place - starts[number]
            end = start + len(value)
            inside = end <= len(contents[pointers[number]])
            if inside:
                spans.setdefault(pointers[number], []).append(_Span(start, end, name, value))
            place = joined.find(value, place + (len(value) if inside else 1))


def _merged(text: str, spans: list[_Span]) -> Iterator[_Span]:
    """Spans in order, those that overlap as one with the label of the longest (the first of equals)."""
    current: list[_Span] = []
    end = 0
    for span in sorted(spans, key=lambda span: span.start):
        if current and span.start >= end:
            yield _joined(text, current, end)
            current = []
        current.append(span)
        end = max(end, span.end) if len(current) > 1 else span.end
    if current:
        yield _joined(text, current, end)


def _joined(text: str, spans: list[_Span], end: int) -> _Span:
    longest = max(spans, key=lambda span: span.end - span.start)
    start = spans[0].start
    return _Span(start, end, longest.label, text[start:end])


def _identity(span: _Span) -> tuple[str, str]:
    value = span.value.casefold()
    return span.label, "".join(filter(str.isalnum, value)) if span.label in _NUMERIC else value


def _numbered(spans: Iterable[_Span]) -> dict[tuple[str, str], int]:
    numbers: dict[tuple[str, str], int] = {}
    counts: dict[str, int] = {}
    for span in spans:
        identity = _identity(span)
        if identity not in numbers:
            counts[span.label] = numbers[identity] = counts.get(span.label, 0) + 1
    return numbers
