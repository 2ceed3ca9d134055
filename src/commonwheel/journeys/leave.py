"""Somebody leaves: everything they gave is erased, and their account with it."""

from commonwheel.journeys.accounts import key_owner
from commonwheel.journeys.take_back import erase_contributor
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor


def leave(world: World, actor: Actor) -> int:
    """Erase it all; returns how many contributions it was. Interrupted, it can be asked for again.

    The account goes last, since whoever is left without one could not ask again.
    """
    erased = sum(erase_contributor(world, contributor) for contributor in sorted(actor.contributors))
    if actor.account is not None:
        remove_account(world, actor.account)
    return erased


def remove_account(world: World, id: str) -> None:
    """The account, its sessions and tokens, and the key that opens its address."""
    world.keys.retire(key_owner(id))
    with world.database.write() as tx:
        tx.accounts.delete(id)
        tx.chores.add("destroy_key", {"owner": key_owner(id)}, world.clock.now())
        tx.chores.add("scrub", {}, world.clock.now())
