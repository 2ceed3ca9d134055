"""Somebody hands in an export of their chats, picks some, looks at what would be public, and gives them at once.

What is read of the file lies here sealed under its browser's cookie, for two days at most, like a draft; the file
itself is kept nowhere.
"""

import hashlib
import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any

import pydantic_core

from commonwheel.collect.items import Skipped
from commonwheel.collect.payloads import read_contribution
from commonwheel.collect.reading import Reading
from commonwheel.errors import (
    CommonwheelError,
    Conflict,
    Invalid,
    KeyLost,
    KeyReused,
    NotFound,
    TooLarge,
    Unavailable,
    WaitingRoomFull,
)
from commonwheel.journeys.contribute import Accepted, Gift, contribute
from commonwheel.journeys.import_file import mark_of
from commonwheel.journeys.world import World
from commonwheel.learn.attribution import asked_in
from commonwheel.people.drawer import Drawer
from commonwheel.people.identity import new_id
from commonwheel.people.tokens import Actor
from commonwheel.ports import Detection
from commonwheel.ports.exports import Picked
from commonwheel.ports.imports import Marked
from commonwheel.records.body import Body, body_of

MOST_BYTES = 60_000_000
"""Of a file that is handed in on the site; a larger one is read by `commonwheel import`."""
MOST_CONVERSATIONS = 5_000
MOST_AT_ONCE = 500
"""Conversations that one consent can be for."""
_A_PART = 50
"""Conversations that are sealed together."""
_FIRST = 400
"""Signs of what was asked first, to find a conversation by."""
_TOGETHER = 100
_TOLD = 20
"""So many refusals are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A conversation in the list: `personal` is how many places programs would hide, `items` what it gives."""

    number: int
    title: str
    created: str
    model: str
    messages: int
    items: int
    personal: int
    first: str
    skipped: tuple[str, ...] = ()

    @property
    def month(self) -> str:
        """When it began, as YYYY-MM; empty where the file does not say."""
        return self.created[:7]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """What was read of an export; `chosen` are numbers of conversations.

    `unread` are conversations of which nothing can be given, the first of them with a reason.
    """

    id: str
    lines: tuple[Listed, ...]
    chosen: frozenset[int] = frozenset()
    terms: Mapping[str, Any] | None = None
    unread: int = 0
    reasons: tuple[str, ...] = ()

    @property
    def choice(self) -> str:
        """What a consent names: it changes with every conversation that is chosen or left out."""
        return hashlib.sha256(",".join(map(str, sorted(self.chosen))).encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What became of a shelf: so many gifts were made; these conversations are left, and why some were refused."""

    gifts: int
    left: int
    refused: tuple[str, ...]


def shelve(world: World, drawer: str, data: bytes) -> Shelf:
    """Read a file, and keep what is in it for this drawer, in place of what was there.

    Raises Invalid, TooLarge and Unavailable; nothing of the file is kept then.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge(f"Here a file has at most {MOST_BYTES // 1_000_000} MB.", most=MOST_BYTES)
    if world.export_reader is None:
        raise Unavailable("Export files cannot be read here.")
    mine, id = Drawer(world.drawer_key, drawer), new_id()
    with world.database.read() as tx:
        if tx.shelves.size() > world.limits.drafts_bytes:
            raise Unavailable("There are too many exports at the moment: try again in an hour.")
        before = tx.shelves.among(mine.name)
    gone = [id]
    try:
        shelf = _filled(world, mine, id, world.export_reader.read(data))
        save_shelf(world, drawer, shelf)
        gone = list(before)
    finally:
        for each in gone:
            discard_shelf(world, drawer, each)
    return shelf


def _filled(world: World, mine: Drawer, id: str, picks: Iterable[Picked]) -> Shelf:
    """A shelf with everything that can be given, in sealed parts."""
    lines: list[Listed] = []
    unread: list[Picked] = []
    for number, some in enumerate(_parts(picks, unread), 1):
        lines += _listed(world, some)
        sealed = _sealed(mine, [list(pick.bodies) for pick in some], f"{id}.{number}")
        with world.database.write() as tx:
            tx.shelves.keep(id, number, mine.name, sealed, world.clock.now())
    reasons = [reason for pick in unread for reason in pick.skipped]
    if not lines:
        why = f": {reasons[0]}" if reasons else ""
        raise Invalid([("file", f"holds no conversations that can be given{why}")])
    return Shelf(id=id, lines=tuple(lines), unread=len(unread), reasons=tuple(reasons[:_TOLD]))


def listed_in(world: World, reading: Reading) -> Iterator[Listed]:
    """The conversations of a file that is read here and now, for somebody at the command line to pick from."""
    picks = iter(reading.picks())
    while some := list(islice(picks, _A_PART)):
        yield from _listed(
            world,
            [
                Picked(
                    number=pick.number,
                    title=pick.origin.title or "",
                    created=None if pick.origin.created is None else pick.origin.created.isoformat(),
                    model=pick.model,
                    messages=pick.messages,
                    bodies=[body_of(item) for item in pick.items if not isinstance(item, Skipped)],
                    skipped=[f"{item.where}: {item.why}" for item in pick.items if isinstance(item, Skipped)],
                )
                for pick in some
            ],
        )


def open_shelf(world: World, drawer: str, id: str) -> Shelf:
    """A shelf of this drawer; NotFound where it is of another, or too old."""
    read = _opened(world, Drawer(world.drawer_key, drawer), id, 0)
    return Shelf(
        id=id,
        lines=tuple(Listed(**line | {"skipped": tuple(line["skipped"])}) for line in read["lines"]),
        chosen=frozenset(read["chosen"]),
        terms=read["terms"],
        unread=read["unread"],
        reasons=tuple(read["reasons"]),
    )


def shelf_in(world: World, drawer: str) -> str | None:
    """The shelf that a drawer has, if one."""
    with world.database.read() as tx:
        return next(iter(tx.shelves.among(Drawer(world.drawer_key, drawer).name)), None)


def save_shelf(world: World, drawer: str, shelf: Shelf) -> None:
    """Keep what was chosen so far."""
    mine = Drawer(world.drawer_key, drawer)
    read = asdict(shelf) | {"chosen": sorted(shelf.chosen)}
    with world.database.write() as tx:
        tx.shelves.keep(shelf.id, 0, mine.name, _sealed(mine, read, f"{shelf.id}.0"), world.clock.now())


def discard_shelf(world: World, drawer: str, id: str) -> None:
    """Destroy it."""
    with world.database.write() as tx:
        tx.shelves.drop(id, Drawer(world.drawer_key, drawer).name)


def found_in(
    lines: Iterable[Listed],
    *,
    words: str = "",
    since: str = "",
    until: str = "",
    model: str = "",
    clean: bool = False,
) -> list[Listed]:
    """Conversations whose title or first question has all words, of these months and this model.

    With `clean` those are left out in which programs found something to hide.
    """
    wanted = [word.casefold() for word in words.split()]
    return [
        line
        for line in lines
        if all(word in f"{line.title} {line.first}".casefold() for word in wanted)
        and (not since or line.month >= since)
        and (not until or (line.month and line.month <= until))
        and (not model or line.model == model)
        and not (clean and line.personal)
    ]


def bodies_of(world: World, drawer: str, shelf: Shelf, numbers: Collection[int]) -> dict[int, list[Body]]:
    """What the conversations with these numbers would give, as records without terms."""
    mine = Drawer(world.drawer_key, drawer)
    places = {line.number: place for place, line in enumerate(shelf.lines)}
    found: dict[int, list[Body]] = {}
    for part in sorted({places[number] // _A_PART for number in numbers if number in places}):
        bodies = _opened(world, mine, shelf.id, part + 1)
        for line, some in zip(shelf.lines[part * _A_PART :][:_A_PART], bodies, strict=True):
            if line.number in numbers:
                found[line.number] = some
    return found


def give_chosen(
    world: World, drawer: str, shelf: Shelf, actor: Actor, terms: Mapping[str, Any], until: datetime | None
) -> Given:
    """Give what is chosen, under one consent. What does not fit into the waiting room stays chosen.

    What somebody gave once is not given again, whichever export it comes from.
    """
    gifts, refused, left = 0, [], set(shelf.chosen)
    for numbers in _batches(sorted(shelf.chosen), _TOGETHER):
        several = bodies_of(world, drawer, shelf, numbers)
        sent = [(number, body) for number in numbers for body in several.get(number, [])]
        outcomes = _outcomes(world, [_gift(world, actor, body, terms, until) for _, body in sent])
        waiting: set[int] = set()
        for (number, _), outcome in zip(sent, outcomes, strict=True):
            if isinstance(outcome, Accepted):
                gifts += not outcome.repeated
            elif isinstance(outcome, WaitingRoomFull):
                waiting.add(number)
            else:
                refused.append(f"{_title(shelf, number)}: {_why(outcome)}")
        left -= set(numbers) - waiting
        if waiting:
            break
    save_shelf(world, drawer, replace(shelf, chosen=frozenset(left)))
    return Given(gifts=gifts, left=len(left), refused=tuple(refused[:_TOLD]))


def _outcomes(world: World, gifts: list[Gift]) -> list[Accepted | CommonwheelError]:
    """What became of each; what its giver gave before, however long ago, is answered as it stands."""
    with world.database.read() as tx:
        known = {each.mark.words: each for each in tx.imports.known([g.mark.words for g in gifts if g.mark], ())}
    before = [known.get(gift.mark.words) if gift.mark else None for gift in gifts]
    new = iter(contribute(world, [gift for gift, old in zip(gifts, before, strict=True) if old is None]))
    return [next(new) if old is None else _again(old, gift) for gift, old in zip(gifts, before, strict=True)]


def _again(before: Marked, gift: Gift) -> Accepted | CommonwheelError:
    if before.living is None:
        return Conflict("You took it back before. To give it once more, paste it.")
    same = gift.mark is not None and before.mark.terms == gift.mark.terms
    return Accepted(id=before.living, answer="", repeated=True) if same else KeyReused()


def _gift(world: World, actor: Actor, body: Body, terms: Mapping[str, Any], until: datetime | None) -> Gift:
    given = body | {"terms": terms, "source": dict(body.get("source") or {}) | {"door": "export"}}
    raw = pydantic_core.to_json(given)
    made = read_contribution(raw)
    mark = mark_of(world, actor, None, made)
    # How long it waits is reckoned from now: it makes no other gift of the same words on the same terms.
    made = replace(made, hold_until=until)
    return Gift(actor=actor, given=made, raw=raw, key=mark.words.hex(), receipt=False, mark=mark)


def _why(refusal: CommonwheelError) -> str:
    if isinstance(refusal, KeyReused):
        return "You gave it before on other terms. Change them on its page, or take it back first."
    faults = refusal.details.get("faults", ())
    return "; ".join(f"{fault['path']} {fault['problem']}" for fault in faults) or refusal.message


def _title(shelf: Shelf, number: int) -> str:
    return next((line.title for line in shelf.lines if line.number == number), "") or f"conversation {number}"


def _listed(world: World, picks: list[Picked]) -> list[Listed]:
    bodies = [body for pick in picks for body in pick.bodies]
    found = iter(world.curator.detect(bodies))
    lines = []
    for pick in picks:
        seen = [next(found) for _ in pick.bodies]
        first = next((text for body in pick.bodies for text in asked_in(body) if text.strip()), "")
        lines.append(
            Listed(
                number=pick.number,
                title=pick.title[:200],
                created=pick.created or "",
                model=pick.model[:120],
                messages=pick.messages,
                items=len(pick.bodies),
                personal=sum(map(_personal, seen)),
                first=" ".join(first.split())[:_FIRST],
                skipped=tuple(pick.skipped),
            )
        )
    return lines


def _personal(found: Detection) -> int:
    """Places in which something personal or secret was found; several findings of one place are one.

    Where a detector gave no answer nobody knows, so it counts as one: it is not clean.
    """
    places = {
        (each.pointer, each.start) for each in found.findings if each.kind.startswith(("personal.", "credential."))
    }
    return len(places) + (1 if found.failed or found.timed_out else 0)


def _parts(picks: Iterable[Picked], unread: list[Picked]) -> Iterator[list[Picked]]:
    """Conversations that give something, up to MOST_CONVERSATIONS, in parts; the others go to `unread`."""
    part: list[Picked] = []
    number = 0
    for pick in picks:
        if not pick.bodies:
            unread.append(pick)
            continue
        number += 1
        if number > MOST_CONVERSATIONS:
            raise TooLarge(
                f"Here a file has at most {MOST_CONVERSATIONS:,} conversations: 'commonwheel import' reads more.",
                most=MOST_CONVERSATIONS,
            )
        part.append(pick)
        if len(part) == _A_PART:
            yield part
            part = []
    if part:
        yield part


def _batches(numbers: list[int], size: int) -> Iterable[list[int]]:
    return (numbers[start : start + size] for start in range(0, len(numbers), size))


def _sealed(drawer: Drawer, what: Any, place: str) -> bytes:
    return drawer.seal(zlib.compress(pydantic_core.to_json(what), 3), place)


def _opened(world: World, drawer: Drawer, id: str, part: int) -> Any:
    with world.database.read() as tx:
        sealed = tx.shelves.get(id, part, drawer.name)
    if sealed is None:
        raise NotFound("This export is not here any more: it was given, discarded, or not touched for two days.")
    try:
        return json.loads(zlib.decompress(drawer.open(sealed, f"{id}.{part}")))
    except KeyLost:
        raise NotFound from None
