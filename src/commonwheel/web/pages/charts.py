"""Charts drawn on the server: bars with widths in per cent, so that text keeps its size; a table stands behind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ROW = 40
_MOST_BARS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line of a chart: what, how many, and its place and width. `fill` is a class of the style sheet."""

    words: str
    number: int
    x: str
    width: str
    y: int
    fill: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A chart with its table: `stacked` shows shares of one whole, otherwise each bar has a line of its own."""

    title: str
    bars: tuple[Bar, ...]
    stacked: bool
    height: int


def bars(title: str, counted: Iterable[tuple[str, int]]) -> Chart:
    """Bars below each other, the longest first; what is left over is one more."""
    rows = sorted(((words, number) for words, number in counted if number), key=lambda row: -row[1])
    if len(rows) > _MOST_BARS:
        rest = sum(number for _, number in rows[_MOST_BARS - 1 :])
        rows = [*rows[: _MOST_BARS - 1], ("Others", rest)]
    return in_order(title, rows)


def in_order(title: str, rows: Sequence[tuple[str, int]]) -> Chart:
    """Bars below each other, as they come."""
    most = max((number for _, number in rows), default=1)
    return Chart(
        title=title,
        bars=tuple(
            Bar(words=words, number=number, x="0", width=f"{100 * number / most:.1f}%", y=_ROW * index, fill="b1")
            for index, (words, number) in enumerate(rows)
        ),
        stacked=False,
        height=_ROW * len(rows),
    )


def stacked(title: str, counted: Iterable[tuple[str, int, str]]) -> Chart:
    """Shares of one whole, in their order, with a little room between them."""
    rows = [(words, number, fill) for words, number, fill in counted if number]
    whole = sum(number for _, number, _ in rows) or 1
    made, at = [], 0.0
    for words, number, fill in rows:
        share = 100 * number / whole
        width = f"{max(0.2, share - 0.5):.2f}%"
        made.append(Bar(words=words, number=number, x=f"{at:.2f}%", width=width, y=0, fill=fill))
        at += share
    return Chart(title=title, bars=tuple(made), stacked=True, height=26)
