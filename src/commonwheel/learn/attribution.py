"""What an answer and a record have in common: runs of words that are the same, and how alike the whole texts are.

Nothing here says where an answer comes from. It finds what resembles it.

A text is found again by digests, 64 bits each, under a key. Of its runs of RUN words every window of WINDOW
keeps the smallest digest (winnowing; Schleimer, Wilkerson and Aiken, 2003). So of two texts that share SURE words
in a row, a whole window is the same, and both keep the same digest of it: such a run is never missed. Of
shorter runs, none below RUN words is found, and some above. Texts that are alike without such a run are found by
MinHash over runs of three words, in bands: with half of the runs the same in 80 of 100 cases, with 0.7 in 99.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from itertools import islice
from typing import Any, NamedTuple

from commonwheel.records.body import messages_of, plain_text
from commonwheel.records.contribution import Assessment
from commonwheel.records.gold import trace_text

RUN = 8
"""Words of the shortest run that counts."""
WINDOW = 5
SURE = RUN + WINDOW - 1
"""Words in a row that two texts have in common and that are found for certain."""
LEAST_SIGNS = 16
"""Code points of the shortest run that counts: in scripts without spaces each sign is a word."""
ALIKE = 0.4
"""The share of equal runs of three words from which on texts resemble each other as a whole."""
MOST_WORDS = 10_000
"""Words of the answers in a record that are looked at, from the first; and of what is asked in it."""
MOST_ANSWERS = 16
"""Answers in a record that are found by being alike as a whole; of other texts only runs are."""

_BANDS, _ROWS = 12, 3
_SEED = 20_261_102
_SHORT = 3

_SIGNS = r"\u3040-\u30ff\u3400-\u9fff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\U00020000-\U000323af"
"""Scripts without spaces."""
_WITHIN = "\u00ad\u200c\u200d\u2060\ufeff"
"""Signs within a word that nobody sees."""
_UNSEEN = dict.fromkeys(map(ord, _WITHIN))
_MARKS = range(0x300, 0x20000)
_ASCII_WORD = re.compile(r"[0-9A-Za-z]+")
"""The same as `_word` for texts in ASCII, several times as fast."""


@cache
def _word() -> re.Pattern[str]:
    """Letters and digits with their marks, which `re` does not count as part of a word; or one sign."""
    marks = "".join(chr(code) for code in _MARKS if unicodedata.category(chr(code)).startswith("M"))
    # Letters in a row at once, and not letter or mark one by one: the same words, several times as fast.
    letters = rf"[^\W_{_SIGNS}]"
    return re.compile(rf"[{_SIGNS}]|{letters}+(?:[{marks}{_WITHIN}]+{letters}*)*")


class Words(NamedTuple):
    """The words of a text as they are compared, and where each stands in it: code points, from and to."""

    text: str
    said: list[str]
    places: list[tuple[int, int]]

    def part(self, start: int, end: int) -> tuple[int, int]:
        """Where the words from `start` to before `end` stand in the text."""
        return self.places[start][0], self.places[end - 1][1]


def words_of(text: str, most: int = MOST_WORDS) -> Words:
    """The first `most` words, without case, width, composition and what stands between them."""
    said, places = [], []
    word_in = _ASCII_WORD if text.isascii() else _word()
    for match in islice(word_in.finditer(text), most):
        word = match.group()
        said.append(word.lower() if word.isascii() else _folded(word))
        places.append(match.span())
    return Words(text, said, places)


def _folded(word: str) -> str:
    seen = word.translate(_UNSEEN)
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", seen).casefold())


def said_by(record: Mapping[str, Any]) -> Iterator[Words]:
    """The words of the texts of a published record that its giver stands for, its answers first.

    What a record rejects (the answer that was corrected, the one not chosen, what failed) is not what its
    giver wants to hear again, and nobody is to be named for it. What is said about a record is left out too.
    """
    yield from _read(answers_in(record))
    yield from _read(asked_in(record))


def answers_in(record: Mapping[str, Any]) -> Iterator[str]:
    """The answers that a published record holds to be good."""
    failed = record.get("assessment") == Assessment.FAIL
    for message in _messages(record):
        if message["role"] == "assistant" and not failed:
            yield plain_text(message.get("content"))
            yield message.get("reasoning") or ""
    if record["kind"] == "preference":
        chosen = record.get("chosen", 0)
        yield from (plain_text(each["content"]) for each in record.get("candidates", ())[chosen : chosen + 1])
    elif record["kind"] == "trace" and not failed:
        yield trace_text(record.get("steps") or (), record.get("answer") or "")
    else:
        yield from (record.get(name) or "" for name in ("edited", "ideal"))


def asked_in(record: Mapping[str, Any]) -> Iterator[str]:
    """What a published record answers to."""
    for message in (*messages_of(record.get("prompt") or []), *_messages(record)):
        if message["role"] != "assistant" or "prompt" in record:
            yield plain_text(message.get("content"))


def _messages(record: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The messages of a conversation, without those that its giver labeled as failed."""
    labels = record.get("labels") or {}
    for index, message in enumerate(record.get("messages") or []):
        if labels.get(str(index)) != Assessment.FAIL:
            yield message


def _read(texts: Iterable[str]) -> Iterator[Words]:
    """The words of texts, MOST_WORDS in all; texts too short to hold a run are left out."""
    left = MOST_WORDS
    for text in texts:
        words = words_of(text, left)
        left -= len(words.said)
        if len(words.said) >= RUN:
            yield words
        if left <= 0:
            return


# To be found by -------------------------------------------------------------------------------------------------


@cache
def scheme() -> str:
    """What digests can be found by: those made in the same way alone. Another scheme needs the index made anew."""
    from rensa import RMinHash

    return f"1-{RUN}-{WINDOW}-{_SHORT}-{_BANDS}-{_ROWS}-{_SEED}-{RMinHash.ALGORITHM_VERSION}"


def digests_of(words: Words, key: bytes) -> set[int]:
    """What an answer is found by: signed numbers of 64 bits under `key`, which is 16 to 64 bytes.

    About one for three words, and some for the whole. None for fewer than RUN words.
    """
    return _of_runs(words.said, key) | _of_all(words.said, key)


def digests_of_record(record: Mapping[str, Any], key: bytes) -> set[int]:
    """What a published record is found by."""
    found: set[int] = set()
    for at, words in enumerate(_read(answers_in(record))):
        found |= _of_runs(words.said, key)
        if at < MOST_ANSWERS:
            found |= _of_all(words.said, key)
    for words in _read(asked_in(record)):
        found |= _of_runs(words.said, key)
    return found


def _of_runs(said: Sequence[str], key: bytes) -> set[int]:
    """The smallest of each window of digests."""
    runs = [_digest(key, "run", " ".join(said[at : at + RUN])) for at in range(len(said) - RUN + 1)]
    return {min(runs[at : at + WINDOW]) for at in range(max(1, len(runs) - WINDOW + 1))} if runs else set()


def _of_all(said: Sequence[str], key: bytes) -> set[int]:
    """The bands of a sketch."""
    from rensa import RMinHash

    if len(said) < RUN:
        return set()
    sketch = RMinHash(num_perm=_BANDS * _ROWS, seed=_SEED)
    sketch.update([" ".join(run) for run in _short_runs(said)])
    places = sketch.digest()
    bands = (places[at * _ROWS : (at + 1) * _ROWS] for at in range(_BANDS))
    return {_digest(key, f"band {at}", " ".join(map(str, band))) for at, band in enumerate(bands)}


def _digest(key: bytes, what: str, of: str) -> int:
    data = f"{what}\0{of}".encode()
    return int.from_bytes(blake2b(data, digest_size=8, key=key).digest(), "big", signed=True)


def _short_runs(said: Sequence[str]) -> set[tuple[str, ...]]:
    return set(zip(said, said[1:], said[2:], strict=False))


# Compared -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What an answer has in common with a record.

    `spans` are the code points of the answer that the record says word for word, from and to, in order and apart;
    `words` is how many words stand in them, and `covered` their share of the answer's. `text` is what the record
    says in the longest run, or, without any, the text that is most like the answer. `similarity` is the share of
    the runs of three words that this text and the answer have in common, of all that either has.
    """

    spans: tuple[tuple[int, int], ...]
    words: int
    covered: float
    text: str
    similarity: float


def likeness(answer: Words, texts: Iterable[Words]) -> Likeness | None:
    """What an answer has in common with the texts of a record; None where they do not resemble each other."""
    covered: set[int] = set()
    longest, said, similarity, most_alike = 0, "", 0.0, ""
    short_runs = _short_runs(answer.said)
    for words in texts:
        share = _share(short_runs, _short_runs(words.said))
        if share > similarity:
            similarity, most_alike = share, words.text[slice(*words.part(0, len(words.said)))]
        for run in common_runs(answer, words):
            covered.update(range(run.start, run.end))
            if run.end - run.start > longest:
                longest = run.end - run.start
                said = words.text[slice(*words.part(run.there, run.there + longest))]
    if not covered and similarity < ALIKE:
        return None
    return Likeness(
        spans=tuple(answer.part(start, end) for start, end in _stretches(covered)),
        words=len(covered),
        covered=len(covered) / len(answer.said),
        text=said or most_alike,
        similarity=similarity,
    )


def _share(mine: set[tuple[str, ...]], theirs: set[tuple[str, ...]]) -> float:
    return len(mine & theirs) / len(mine | theirs) if mine and theirs else 0.0


def _stretches(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Numbers that follow each other, as the first and the one after the last."""
    start = end = -1
    for number in sorted(numbers):
        if number != end:
            if end > 0:
                yield start, end
            start = number
        end = number + 1
    if end > 0:
        yield start, end


class Run(NamedTuple):
    """Words of one text that stand in another too: from `start` to before `end` here, from `there` on there."""

    start: int
    end: int
    there: int


def common_runs(here: Words, there: Words) -> Iterator[Run]:
    """Runs of words that both texts have and that cannot be made longer, of RUN words and LEAST_SIGNS or more.

    In the order of where they are `here`. Takes time that grows with the length of both, whatever they say.
    """
    before = _Found(0, 0)
    for at, found in enumerate([*_Runs(there.said).longest(here.said), _Found(0, 0)]):
        if before.length >= RUN and found.length <= before.length:
            run = Run(at - before.length, at, before.end - before.length)
            start, end = here.part(run.start, run.end)
            if end - start >= LEAST_SIGNS:
                yield run
        before = found


class _Found(NamedTuple):
    length: int
    end: int


class _Runs:
    """All runs of words of a text, as a suffix automaton: a state is the runs that end at the same places."""

    def __init__(self, said: Sequence[str]) -> None:
        self._next: list[dict[str, int]] = [{}]
        self._shorter = [-1]
        self._length = [0]
        self._end = [0]
        last = 0
        for end, word in enumerate(said, 1):
            last = self._add(last, word, end)

    def longest(self, said: Iterable[str]) -> Iterator[_Found]:
        """For each word the longest run in the text that ends with it: its length, and where it ends there."""
        state = length = 0
        for word in said:
            while state and word not in self._next[state]:
                state = self._shorter[state]
                length = self._length[state]
            if word in self._next[state]:
                state, length = self._next[state][word], length + 1
            yield _Found(length, self._end[state])

    def _state(self, after: dict[str, int], shorter: int, length: int, end: int) -> int:
        self._next.append(after)
        for of, value in ((self._shorter, shorter), (self._length, length), (self._end, end)):
            of.append(value)
        return len(self._next) - 1

    def _add(self, last: int, word: str, end: int) -> int:
        """The state of the whole text so far, `last`, made longer by a word."""
        new = self._state({}, 0, self._length[last] + 1, end)
        while last >= 0 and word not in self._next[last]:
            self._next[last][word] = new
            last = self._shorter[last]
        if last >= 0:
            self._shorter[new] = self._exactly(last, word)
        return new

    def _exactly(self, last: int, word: str) -> int:
        """The state of the longest run of `last` with `word`; split off where it is of longer runs too."""
        there = self._next[last][word]
        length = self._length[last] + 1
        if self._length[there] == length:
            return there
        split = self._state(dict(self._next[there]), self._shorter[there], length, self._end[there])
        self._shorter[there] = split
        while last >= 0 and self._next[last].get(word) == there:
            self._next[last][word] = split
            last = self._shorter[last]
        return split
