"""Where a hidden value stands again in its record: in any case, and numbers in any spacing.

All texts are searched as one, since there may be many. A few values are searched one by one; many of
them in one pass (after Aho and Corasick, 1975), so that a record full of them takes no longer than it is
long.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from commonwheel.curate.folding import fold
from commonwheel.curate.labels import label

SHORTEST = 4
"""Code points from which on a hidden value is hidden wherever else it occurs."""
SHORTEST_SPACED = 6
"""Digits and letters from which on a number is found however it is spaced."""

_NUMERIC = frozenset({"phone", "card", "bank-account", "national-id"})
"""Labels whose values are the same however they are spaced."""
_FEW = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """A value that is hidden, as what, and how sure that is."""

    kind: str
    value: str
    score: float


def identity(kind: str, value: str) -> str:
    """What two values of a kind share that are the same: case does not count, and not the spacing of numbers."""
    even = _even(value)
    return _compact(even) if label(kind) in _NUMERIC and _compact(even) else even


def repetitions(contents: Mapping[str, str], hidden: Sequence[Hidden]) -> Iterator[tuple[str, int, int, Hidden]]:
    """Every place of a hidden value: pointer, start, end, and what is hidden there."""
    pointers = list(contents)
    starts = list(accumulate((len(text) + 1 for text in contents.values()), initial=0))
    lengths = [len(text) for text in contents.values()]
    joined = _even("\0".join(contents.values()))
    for start, end, value in _places(joined, sorted(hidden, key=lambda each: -each.score)):
        number = bisect_right(starts, start) - 1
        if end - starts[number] <= lengths[number]:
            yield pointers[number], start - starts[number], end - starts[number], value


def _places(joined: str, hidden: Sequence[Hidden]) -> Iterator[tuple[int, int, Hidden]]:
    exact: dict[str, Hidden] = {}
    spaced: dict[str, Hidden] = {}
    for each in hidden:
        even = _even(each.value)
        if len(even.strip()) >= SHORTEST:
            exact.setdefault(even, each)
        if label(each.kind) in _NUMERIC and len(_compact(even)) >= SHORTEST_SPACED:
            spaced.setdefault(_compact(even), each)
    for start, end, value in _all_of(exact, joined):
        yield start, end, exact[value]
    if spaced:
        kept = [place for place, character in enumerate(joined) if character.isalnum() or character == "\0"]
        for start, end, value in _all_of(spaced, "".join(joined[place] for place in kept)):
            yield kept[start], kept[end - 1] + 1, spaced[value]


def _all_of(values: Iterable[str], text: str) -> Iterator[tuple[int, int, str]]:
    """Places of values in a text, so that no value is left outside of them."""
    several = list(values)
    if len(several) > _FEW:
        yield from _Automaton(several).places(text)
        return
    for value in several:
        place = text.find(value)
        while place >= 0:
            yield place, place + len(value), value
            place = text.find(value, place + len(value))


class _Automaton:
    """Finds many values in one pass: a tree of their beginnings, with a way back where one does not go on."""

    def __init__(self, values: Iterable[str]) -> None:
        self._next: list[dict[str, int]] = [{}]
        self._back = [0]
        self._ends: list[str] = [""]
        for value in values:
            node = 0
            for character in value:
                if character not in self._next[node]:
                    self._next[node][character] = len(self._next)
                    self._next.append({})
                    self._back.append(0)
                    self._ends.append("")
                node = self._next[node][character]
            self._ends[node] = value
        self._link()

    def _link(self) -> None:
        waiting = deque(self._next[0].values())
        while waiting:
            node = waiting.popleft()
            for character, child in self._next[node].items():
                self._back[child] = self._step(self._back[node], character)
                self._ends[child] = self._ends[child] or self._ends[self._back[child]]
                waiting.append(child)

    def _step(self, node: int, character: str) -> int:
        while node and character not in self._next[node]:
            node = self._back[node]
        return self._next[node].get(character, 0)

    def places(self, text: str) -> Iterator[tuple[int, int, str]]:
        """Where values stand; those that overlap are one place, named for the longest."""
        found: list[tuple[int, int, str]] = []
        node = 0
        for place, character in enumerate(text):
            node = self._step(node, character)
            value = self._ends[node]
            if value:
                start = place + 1 - len(value)
                while found and found[-1][1] > start:
                    earlier, _, other = found.pop()
                    start, value = min(start, earlier), max(value, other, key=len)
                found.append((start, place + 1, value))
        yield from found


def _even(text: str) -> str:
    """`text` without case, and with its variants of digits and spaces as one; as long as before."""
    folded = fold(text)
    even = folded.casefold()
    if len(even) == len(folded):
        return even
    return "".join(
        each if len(each) == 1 else character for character in folded for each in [character.casefold()]
    )


def _compact(text: str) -> str:
    return "".join(filter(str.isalnum, text))
