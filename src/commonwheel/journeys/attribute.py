"""Somebody asks which released records an answer resembles, and whose they are; and how those come to be found.

Resemblance is not causation: a model may say what a record says without having learned from it, and may owe
much to records that its answer does not resemble.

The index (`ports/attribution.py`) is a hint: keyed digests, and the rows that have them. Everything that is
shown is decided at the moment of the answer, from the words as they are stored and from who is a member of the
latest release and still is one of the next. What was erased, withdrawn, held, taken down or given under other
terms since is not shown, whatever the index says.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from commonwheel.errors import Invalid
from commonwheel.journeys.publishing import PublicRecord, public_records
from commonwheel.journeys.world import World
from commonwheel.learn.attribution import (
    RUN,
    Likeness,
    digests_of,
    digests_of_record,
    likeness,
    said_by,
    scheme,
    words_of,
)
from commonwheel.ports import Transaction
from commonwheel.records.stored import Row
from commonwheel.records.terms import Purpose
from commonwheel.release.select import Selection, refusal

T = TypeVar("T")
Key = tuple[str, int]

MOST_CHARACTERS = 20_000
"""Code points of an answer that can be asked about."""
SHOWN = 10
"""Records that are shown of those that an answer resembles."""
NOTE = (
    "Resemblance is not causation: a model can say what a record says without having learned it there, and what "
    "it owes to other records cannot be seen in its words."
)

_LONGEST_TEXT = 300
_MOST_SHARING = 64
"""Rows with the same digest that are looked at: of words that more records share, the oldest ones."""
_MOST_FOUND = 200
"""Rows that are looked up in the database, those first that share most with the answer."""
_MOST_READ = 30
"""Records that are read word by word."""
_DISPLAYED = Selection(purpose=Purpose.DISPLAY)
"""For everybody to see: nothing of a gated tier, and nothing whose giver does not allow it to be shown."""

_PIECE = 5_000
"""Rows that one chore makes findable before it leaves the rest to another: a claim on a chore ends."""
_BATCH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Resemblance:
    """A released record that an answer resembles, under its own terms.

    `name` is its giver's as published, None for who is not named. `release` is the latest release, which it is
    in. `spans` are code points of the answer, from and to, that the record says word for word, `covered` the share
    of the answer's words in them, from 0 to 1. `text` is what the record says in the longest of them, or how its
    text begins where only the whole is alike: at most 300 code points. `similarity` is the share of runs of three
    words that are in both the answer and the most similar text of the record, from 0 to 1.
    """

    id: str
    kind: str
    name: str | None
    license: str
    ai_pref: str
    release: int
    spans: tuple[tuple[int, int], ...]
    covered: float
    similarity: float
    text: str


def attribute(world: World, text: str, limit: int = SHOWN) -> list[Resemblance]:
    """The released records that an answer resembles, those first that say most of it; none before a release.

    Raises Invalid for a text of more than MOST_CHARACTERS code points. Nothing of the text is kept.
    """
    if len(text) > MOST_CHARACTERS:
        raise Invalid([("/text", f"has more than {MOST_CHARACTERS:,} characters")])
    answer = words_of(text)
    if len(answer.said) < RUN:
        return []
    digests = digests_of(answer, _key(world))
    found: list[tuple[Likeness, PublicRecord]] = []
    with world.database.read() as tx:
        release = _latest(tx)
        for public in _displayed(world, tx, release, _candidates(tx, digests)):
            common = likeness(answer, said_by(public.record))
            if common is not None:
                found.append((common, public))
    # Of equal ones the first stays first: it shares more, or was there before.
    found.sort(key=lambda each: (-each[0].words, -each[0].similarity))
    return [_shown(common, public, release) for common, public in found[:limit]]


def _shown(common: Likeness, public: PublicRecord, release: int) -> Resemblance:
    record = public.record
    return Resemblance(
        id=record["id"],
        kind=record["kind"],
        name=record["attribution"],
        license=record["license"],
        ai_pref=record["ai_pref"],
        release=release,
        spans=common.spans,
        covered=round(common.covered, 4),
        similarity=round(common.similarity, 4),
        text=common.text[:_LONGEST_TEXT],
    )


def _candidates(tx: Transaction, digests: Collection[int]) -> list[int]:
    """Rows that share digests, best first: a digest that many rows have says little about each of them."""
    score: dict[int, float] = defaultdict(float)
    for rows in tx.ngrams.sharing(digests, _MOST_SHARING).values():
        for row in rows:
            score[row] += 1 / len(rows)
    return sorted(score, key=lambda row: (-score[row], row))[:_MOST_FOUND]


def _displayed(world: World, tx: Transaction, release: int, candidates: Sequence[int]) -> Iterator[PublicRecord]:
    """Those of the rows whose records may be shown at this moment, in their order, as many as are read."""
    place = {seq: at for at, seq in enumerate(candidates)}
    rows = sorted(tx.releases.rows(candidates), key=lambda row: place[row.seq])
    keys = [(row.contribution, row.number) for row in rows]
    standing = tx.releases.members_among(release, keys) & _standing(tx, keys)
    left = _MOST_READ
    for some in _batches([key for key in keys if key in standing], _MOST_READ):
        made = public_records(world, tx, release, some)
        for public in (made[key] for key in some if key in made):
            if left and refusal(public.record, _DISPLAYED) is None:
                left -= 1
                yield public
        if not left:
            return


def _latest(tx: Transaction) -> int:
    """The latest sealed release; 0 before the first one."""
    last = tx.releases.last()
    return 0 if last is None else last.version if last.sealed else last.version - 1


def _standing(tx: Transaction, keys: Collection[Key]) -> set[Key]:
    """Those of the revisions that nobody has taken back: members of the release to come, as far as can be told."""
    last = tx.releases.last()
    return set() if last is None else tx.releases.members_among(last.version + 1, keys)


def _key(world: World) -> bytes:
    """What digests are made with: without it they prove nothing about any words."""
    return world.identity.digest("ngram", scheme().encode())


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def index_words(world: World, release: int, after: int = 0, everything: bool = False) -> None:
    """Make findable what came with a release, and forget what left with it: a part, then a chore for the rest.

    Where nothing is findable yet, everything in the release comes. Done again it changes nothing.
    """
    with world.database.read() as tx:
        everything = everything or tx.ngrams.empty()
        rows = (tx.releases.members if everything else tx.ngrams.entered)(release, after, _PIECE)
        gone = [] if after else [row.seq for row in tx.releases.left(release)]
    for seqs in _batches(gone, _BATCH):
        with world.database.write() as tx:
            tx.ngrams.forget(seqs)
    for some in _batches(rows, _BATCH):
        _index(world, release, some)
    if len(rows) == _PIECE:
        rest = {"release": release, "after": rows[-1].seq, "everything": everything}
        with world.database.write() as tx:
            tx.chores.add("index_words", rest, world.clock.now())


def _index(world: World, release: int, rows: Sequence[Row]) -> None:
    """Words are read before anything is locked; what was taken back meanwhile is seen under the lock."""
    numbers = {(row.contribution, row.number): row.seq for row in rows}
    with world.database.read() as tx:
        made = public_records(world, tx, release, numbers)
    key = _key(world)
    found = {
        each: digests_of_record(public.record, key)
        for each, public in made.items()
        if refusal(public.record, _DISPLAYED) is None
    }
    with world.database.write() as tx:
        tx.contributions.many({id for id, _ in found}, lock=True)
        standing = _standing(tx, found)
        tx.ngrams.keep({numbers[each]: digests for each, digests in found.items() if each in standing})
