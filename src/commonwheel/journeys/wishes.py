"""Somebody known to a door says what they wish, and the door passes on what they deleted there."""

from commonwheel.errors import IllegalMove, NotFound
from commonwheel.journeys.contribute import name_digest
from commonwheel.journeys.moves import latest
from commonwheel.journeys.standing import stop
from commonwheel.journeys.take_back import erase_all, erase_contributor, ids_of, withdraw
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor
from commonwheel.records.states import State
from commonwheel.records.stored import StoredContribution
from commonwheel.records.wishes import WhenDeleted, Wishes


def wishes_of(world: World, contributor: str) -> Wishes:
    """What somebody wishes; what nobody said is as `Wishes` begins."""
    with world.database.read() as tx:
        return tx.standings.wishes(contributor) or Wishes()


def set_wishes(world: World, contributor: str, wishes: Wishes) -> None:
    """From now on they wish this."""
    with world.database.write() as tx:
        tx.standings.wish(contributor, wishes)


def conversation_deleted(
    world: World, actor: Actor, contributor: str, conversation: str | None
) -> tuple[WhenDeleted, int]:
    """A conversation was deleted at the door, or with None all that the person had there.

    What they gave through this door of it goes as they wish; returns the wish and for how many contributions it
    was done. Passed on again, there is nothing left to do.
    """
    wish = wishes_of(world, contributor).when_deleted
    ids = _through(world, actor, contributor, conversation)
    if wish is WhenDeleted.ERASE:
        erase_all(world, ids, world.clock.now())
        return wish, len(ids)
    return wish, 0 if wish is WhenDeleted.KEEP else sum(_withdrawn(world, actor, id) for id in ids)


def account_deleted(world: World, actor: Actor, contributor: str) -> tuple[WhenDeleted, int]:
    """The person's account at the door was deleted: nothing more is given for them, and the rest as above."""
    stop(world, actor, contributor)
    wish, number = conversation_deleted(world, actor, contributor, None)
    if wish is WhenDeleted.ERASE:
        number += erase_contributor(world, contributor)
    return wish, number


def _through(world: World, actor: Actor, contributor: str, conversation: str | None) -> list[str]:
    """What somebody gave through the door that asks, all of it or what is of one conversation."""
    found = ids_of(world, contributor)
    with world.database.read() as tx:
        if conversation is not None:
            named = set(tx.talk.named(name_digest(world, actor, conversation)))
            found = [id for id in found if id in named]
        gifts = tx.contributions.many(found)
    return [id for id, gift in gifts.items() if gift.token == actor.token]


def _withdrawn(world: World, actor: Actor, id: str) -> bool:
    """Whether it was withdrawn now; what was taken back or refused before stays as it is."""
    with world.database.read() as tx:
        stored = tx.contributions.get(id)
        before = latest(tx, stored).state if isinstance(stored, StoredContribution) else State.WITHDRAWN
    try:
        return before is not State.WITHDRAWN and withdraw(world, actor, id) is State.WITHDRAWN
    except (IllegalMove, NotFound):
        return False
