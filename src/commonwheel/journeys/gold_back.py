"""Gold, backwards: an earlier version again, and versions without what poisons."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commonwheel.errors import Invalid, NotFound
from commonwheel.journeys.gold import candidates_of, last_version, members_of
from commonwheel.journeys.repeats import tag_digest
from commonwheel.journeys.world import World
from commonwheel.learn.choosing import permitted
from commonwheel.learn.gold_policy import parse_gold_policy
from commonwheel.ports import Transaction
from commonwheel.ports.learning import GoldVersion, PairFacts

_PAGE = 500


def roll_back_gold(world: World, number: int, by: str, note: str = "") -> GoldVersion:
    """A new version with what was in an earlier one, minus what was taken back or no longer allows it since."""
    with world.database.read() as tx:
        last, earlier = _latest(tx), _version(tx, number)
        now, then = dict(members_of(tx, last.number)), dict(members_of(tx, number))
        policy = parse_gold_policy(earlier.policy)
        back = tx.gold.facts_of(then.keys())
        allowed = {c.number for c in candidates_of(tx, back) if permitted(c, policy) is None}
    kept = {facts.id: facts for facts in back if facts.id in allowed}
    return _follow(
        world, last, by, "rolled back", earlier, note,
        came=[(facts, then[id]) for id, facts in kept.items() if id not in now],
        left=[id for id in now if id not in kept],
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Poison:
    """Which pairs go: those of which all that is named here is true.

    `contributor` is a keyed hash, `topic` a tag, and `since` and `until` are when they were given.
    """

    contributor: str | None = None
    door: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    topic: str | None = None


def drop_gold(world: World, poison: Poison, by: str, note: str = "") -> GoldVersion:
    """A new version without some pairs, which never become gold again."""
    if poison == Poison():
        raise Invalid([("", "name a contributor, a door, a time or a topic")], "Nothing says what to drop.")
    with world.database.read() as tx:
        last = _latest(tx)
        now = dict(members_of(tx, last.number))
        doomed = [facts for page in _pages(tx) for facts in _poisoned(world, tx, page, poison)]
    if not doomed:
        raise NotFound("No pair is of that kind.")
    ids = {facts.id for facts in doomed}
    return _follow(
        world, last, by, "dropped", last, note, came=[], left=[id for id in now if id in ids], forsaken=ids
    )


def models_touched(world: World, version: int) -> Mapping[int, int]:
    """The models that learned from what a version of gold dropped, and from how many pairs of it."""
    with world.database.read() as tx:
        return tx.models.touched(tx.gold.dropped_with(version))


def _follow(
    world: World,
    last: GoldVersion,
    by: str,
    what: str,
    of: GoldVersion,
    note: str,
    *,
    came: Sequence[tuple[PairFacts, float]],
    left: Collection[int],
    forsaken: Collection[int] = (),
) -> GoldVersion:
    """The version that follows the last one, with what came and without what left."""
    with world.database.read() as tx:
        pairs = sum(1 for _ in members_of(tx, last.number))
    version = GoldVersion(
        number=last.number + 1,
        made=world.clock.now(),
        made_by=by,
        what=what,
        base=of.number,
        policy=of.policy,
        upto=last.upto,
        pairs=pairs + len(came) - len(left),
        came=len(came),
        left=len(left),
        left_out={},
        note=note,
    )
    with world.database.write() as tx:
        tx.gold.add_version(version, came, left)
        if forsaken:
            tx.gold.forsake(forsaken, version.number)
    return version


def _poisoned(world: World, tx: Transaction, page: Sequence[PairFacts], poison: Poison) -> Iterator[PairFacts]:
    """Those of a page of which one side is what is looked for."""
    gifts = tx.contributions.many({id for facts in page for id in (facts.contribution, facts.rejected_from)})
    revisions = tx.contributions.revisions_among({(gift.id, gift.latest) for gift in gifts.values()})
    topic = poison.topic
    tagged = set() if topic is None else tx.repeats.of_topic(tag_digest(world, topic), gifts.keys())

    def is_it(id: str) -> bool:
        gift = gifts.get(id)
        revision = None if gift is None else revisions.get((id, gift.latest))
        return (
            gift is not None
            and revision is not None
            and (poison.contributor is None or gift.contributor == poison.contributor)
            and (poison.door is None or revision.door == poison.door)
            and (poison.since is None or gift.given >= poison.since)
            and (poison.until is None or gift.given < poison.until)
            and (poison.topic is None or id in tagged)
        )

    return (facts for facts in page if is_it(facts.contribution) or is_it(facts.rejected_from))


def _pages(tx: Transaction) -> Iterator[list[PairFacts]]:
    after = 0
    while page := tx.gold.facts(after, _PAGE):
        yield page
        after = page[-1].id


def _version(tx: Transaction, number: int) -> GoldVersion:
    for version in tx.gold.versions():
        if version.number == number:
            return version
    raise NotFound(f"There is no version {number} of gold.")


def _latest(tx: Transaction) -> GoldVersion:
    last = last_version(tx)
    if last is None:
        raise NotFound("There is no gold yet: 'commonwheel gold build' makes a version.")
    return last
