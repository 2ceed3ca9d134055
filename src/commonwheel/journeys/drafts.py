"""Somebody prepares a gift in a browser: words to drop and to hide, terms to choose, a preview after each step.

A draft lies here sealed under its browser's cookie and for two days at most (`people/drawer.py`). What its giver
drops or hides is not in what they give: those words are never stored with the contribution.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any

from commonwheel.curate.labels import PRIVATE, placeholder
from commonwheel.curate.redact import Bar, Bars, with_bars
from commonwheel.errors import KeyLost, NotFound, TooLarge, Unavailable
from commonwheel.journeys.world import World
from commonwheel.people.drawer import Drawer
from commonwheel.people.identity import new_id
from commonwheel.records.body import Body, texts
from commonwheel.records.findings import Style

MOST_BYTES = 30_000_000
"""Of one draft: a record, and attachments in base64."""
_MOST_HIDDEN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What somebody is about to give.

    `body` is as they wrote it. `dropped` are numbers of messages that shall not be given, `hidden` words that
    shall be hidden wherever they stand, and `left` doubts (pointer, start, end in what is given) that they looked
    at and leave as they are. `terms` are the answers of the form so far, as texts. With `fixes` it becomes a new
    revision of a contribution: of this one, whose revision was `revision`. With `answers` it answers a
    failure, whose terms are `bound`.
    """

    id: str
    body: Body
    dropped: tuple[int, ...] = ()
    hidden: tuple[str, ...] = ()
    left: tuple[tuple[str, int, int], ...] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)
    fixes: str | None = None
    answers: str | None = None
    bound: Mapping[str, str] = field(default_factory=dict)
    revision: int = 0


def begin_draft(world: World, drawer: str, body: Body, **more: Any) -> Draft:
    """Keep a new draft; the oldest of too many goes. Raises TooLarge, and Unavailable where there is no room."""
    draft = Draft(id=new_id(), body=body, **more)
    mine = _drawer(world, drawer)
    with world.database.write() as tx:
        if tx.drafts.size() > world.limits.drafts_bytes:
            raise Unavailable("There are too many drafts at the moment: try again in an hour.")
        for id, _, _ in tx.drafts.among(mine.name)[world.limits.drafts_each - 1 :]:
            tx.drafts.drop(id, mine.name)
        tx.drafts.keep(draft.id, mine.name, _sealed(mine, draft), world.clock.now())
    return draft


def open_draft(world: World, drawer: str, id: str) -> Draft:
    """A draft of this drawer; NotFound where it is of another, given, or too old."""
    mine = _drawer(world, drawer)
    with world.database.read() as tx:
        sealed = tx.drafts.get(id, mine.name)
    if sealed is None:
        raise NotFound("This draft is not here any more: it was given, discarded, or not touched for two days.")
    return _opened(mine, id, sealed)


def drafts_in(world: World, drawer: str) -> list[tuple[Draft, datetime]]:
    """All drafts of a drawer with the time when they were changed, the newest first."""
    mine = _drawer(world, drawer)
    with world.database.read() as tx:
        found = tx.drafts.among(mine.name)
    return [(_opened(mine, id, sealed), changed) for id, changed, sealed in found]


def save_draft(world: World, drawer: str, draft: Draft) -> None:
    """Keep what became of it."""
    mine = _drawer(world, drawer)
    with world.database.write() as tx:
        tx.drafts.keep(draft.id, mine.name, _sealed(mine, draft), world.clock.now())


def discard_draft(world: World, drawer: str, id: str) -> None:
    """Destroy it."""
    with world.database.write() as tx:
        tx.drafts.drop(id, _drawer(world, drawer).name)


def hide_words(draft: Draft, words: str) -> Draft:
    """Hide these words wherever they stand. Raises TooLarge where that is too many different ones.

    Programs may have gone by them: `journeys/hiding.py` sees to it that nothing is shown by hiding.
    """
    words = words.strip()
    if not words or words in draft.hidden or not any(words in text for _, text in texts(kept(draft))):
        return draft
    if len(draft.hidden) == _MOST_HIDDEN:
        raise TooLarge(f"A draft hides at most {_MOST_HIDDEN} words: leave out the message.", most=_MOST_HIDDEN)
    wider = replace(draft, hidden=(*draft.hidden, words))
    places = _spans(wider)
    for each in draft.hidden:
        # What stands nowhere but within these words is one with them from then on.
        without = replace(wider, hidden=tuple(other for other in wider.hidden if other != each))
        if each in words and _spans(without) == places:
            wider = without
    return wider


def to_give(draft: Draft) -> Body:
    """What would be given: without what its giver dropped, and with labels for what they hide."""
    return with_bars(kept(draft), hides(draft))


def hides(draft: Draft) -> Bars:
    """Where in `kept` the words stand that its giver hides; those that meet are one place."""
    placed = {pointer: _hidden_in(draft, text) for pointer, text in texts(kept(draft))} if draft.hidden else {}
    return {pointer: some for pointer, some in placed.items() if some}


def _spans(draft: Draft) -> dict[str, list[tuple[int, int]]]:
    return {pointer: [(bar.start, bar.end) for bar in some] for pointer, some in hides(draft).items()}


def _hidden_in(draft: Draft, text: str) -> tuple[Bar, ...]:
    found = sorted(
        (start, start + len(words), number)
        for number, words in enumerate(draft.hidden, 1)
        for start in _all_of(words, text)
    )
    placed: list[Bar] = []
    shift = 0
    for start, end, number in _met(found):
        label = placeholder(PRIVATE, number)
        at = start + shift
        style = Style.PLACEHOLDER
        bar = Bar(
            start=start, end=end, new_start=at, new_end=at + len(label), kind=PRIVATE, style=style, text=label
        )
        placed.append(bar)
        shift += len(label) - (end - start)
    return tuple(placed)


def _all_of(words: str, text: str) -> Iterator[int]:
    """Also where they overlap with themselves."""
    start = text.find(words)
    while start >= 0:
        yield start
        start = text.find(words, start + 1)


def _met(found: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Places that overlap as one, with the number of the longest words in it."""
    met: list[tuple[int, int, int]] = []
    longest = 0
    for start, end, number in found:
        if met and start < met[-1][1]:
            first, last, before = met[-1]
            met[-1] = (first, max(end, last), number if end - start > longest else before)
            longest = max(longest, end - start)
        else:
            met.append((start, end, number))
            longest = end - start
    return met


def hidden_number(draft: Draft, text: str) -> int | None:
    """Which of the hidden words a label stands for; None for a label that is not of this draft."""
    for number in range(1, len(draft.hidden) + 1):
        if text == placeholder(PRIVATE, number):
            return number
    return None


def kept(draft: Draft) -> Body:
    """Without the messages that were dropped; labels of messages go with them, and keep to those that stay."""
    body = draft.body
    if not draft.dropped:
        return body
    name, stay = _staying(draft)
    without = body | {name: [body[name][index] for index in stay]}
    labels = body.get("labels") or {}
    moved = {str(new): labels[str(old)] for new, old in enumerate(stay) if str(old) in labels}
    if labels:
        without["labels"] = moved
    return without


def original_pointer(draft: Draft, pointer: str) -> str:
    """Where in `draft.body` a place of `kept` is."""
    if not draft.dropped:
        return pointer
    name, stay = _staying(draft)
    parts = pointer.split("/")
    if len(parts) > 2 and parts[1] == name and parts[2].isdigit():
        parts[2] = str(stay[int(parts[2])])
    return "/".join(parts)


def _staying(draft: Draft) -> tuple[str, list[int]]:
    name = "messages" if "messages" in draft.body else "prompt"
    return name, [index for index in range(len(draft.body[name])) if index not in draft.dropped]


def _drawer(world: World, secret: str) -> Drawer:
    return Drawer(world.drawer_key, secret)


def _sealed(drawer: Drawer, draft: Draft) -> bytes:
    plain = json.dumps(asdict(draft), ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) > MOST_BYTES:
        raise TooLarge(f"A draft has at most {MOST_BYTES // 1_000_000} MB, attachments counted.", most=MOST_BYTES)
    return drawer.seal(plain, draft.id)


def _opened(drawer: Drawer, id: str, sealed: bytes) -> Draft:
    try:
        read = json.loads(drawer.open(sealed, id))
    except KeyLost:
        raise NotFound from None
    return Draft(**read | {
        "dropped": tuple(read["dropped"]),
        "hidden": tuple(read["hidden"]),
        "left": tuple((pointer, start, end) for pointer, start, end in read["left"]),
    })  # fmt: skip
