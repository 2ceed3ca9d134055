"""Somebody takes back what they gave: withdraw, give again, erase one item or everything."""

from datetime import datetime

from commonwheel.errors import IllegalMove
from commonwheel.journeys.copies import COPIES
from commonwheel.journeys.look_up import own
from commonwheel.journeys.moves import latest, leave_releases, move
from commonwheel.journeys.streams import contributor_stream
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor
from commonwheel.ports.contributions import SealedContent
from commonwheel.records.states import MOVES, State, check_move
from commonwheel.records.stored import Hold, Tombstone

QUOTES = "quotes"
"""The reason of a hold on an answer: whoever gave the question that it quotes took it back."""
_PER_TRANSACTION = 50
_PAGE = 1000


def withdraw(world: World, actor: Actor, id: str) -> State:
    """Leave it out of future releases and of learning. It can be given again."""
    now = world.clock.now()
    with world.database.write() as tx:
        stored = own(world, tx, actor, id)
        check_move(latest(tx, stored).state, State.WITHDRAWN)
        for revision in tx.contributions.revisions(id):
            if State.WITHDRAWN in MOVES[revision.state]:
                move(tx, now, revision, State.WITHDRAWN)
                tx.reviews.close(id, revision.number, now, "withdrawn")
        leave_releases(tx, id)
        for answer in tx.talk.answers_to(id):
            tx.contributions.hold(Hold(contribution=answer, reason=QUOTES, set_by="withdrawal"))
            leave_releases(tx, answer)
        tx.gold.drop(id)
        tx.contributions.forget_duplicates(id)
        tx.repeats.forget(id)
    return State.WITHDRAWN


def give_again(world: World, actor: Actor, id: str) -> State:
    """Undo a withdrawal. It is curated again, by the policy of today."""
    with world.database.write() as tx:
        stored = own(world, tx, actor, id)
        content = tx.contributions.content(id, stored.latest)
        if content == SealedContent():
            raise IllegalMove("Its words are not kept any more: give it anew.")
        move(tx, world.clock.now(), latest(tx, stored), State.WAITING, given_again=True)
        for answer in tx.talk.answers_to(id):
            tx.contributions.lift(answer, QUOTES)
    return State.WAITING


def erase(world: World, actor: Actor, id: str) -> datetime:
    """Destroy it everywhere we hold it; returns when. Doing it again answers the same."""
    with world.database.write() as tx:
        # In one transaction: somebody else may be erasing it at this moment.
        there = tx.contributions.get(id, lock=True)
        if isinstance(there, Tombstone):
            return there.erased
        own(world, tx, actor, id)
    now = world.clock.now()
    erase_all(world, [id], now)
    return now


def erase_contributor(world: World, contributor: str) -> int:
    """Erase everything that somebody gave, and the key it was encrypted with; returns how many items."""
    now = world.clock.now()
    world.keys.note_erasure(ids_of(world, contributor), now)
    world.keys.retire(contributor)
    erased = 0
    while True:
        ids = ids_of(world, contributor)
        erase_all(world, ids, now)
        erased += len(ids)
        with world.database.write() as tx:
            # A gift that was on its way when the key was retired has arrived by now, or seals anew.
            tx.contributions.lock_owner(contributor)
            if not tx.contributions.of_contributors([contributor], None, 1):
                tx.streams.erase(contributor_stream(contributor))
                tx.standings.delete(contributor)
                tx.talk.delete_of(contributor)
                tx.chores.add("destroy_key", {"owner": contributor}, now)
                return erased


def erase_all(world: World, ids: list[str], now: datetime) -> None:
    """Erase items, and the answers that quote them. The intent is noted first, so that a crash in between or a
    restored backup is made good."""
    ids = _with_answers(world, ids)
    world.keys.note_erasure(ids, now)
    for start in range(0, len(ids), _PER_TRANSACTION):
        with world.database.write() as tx:
            # Locked in the order that everybody locks in; some may be erased already.
            gifts = list(tx.contributions.many(ids[start : start + _PER_TRANSACTION], lock=True).values())
            for copy in COPIES:
                copy.erase(world, tx, gifts, now)


def _with_answers(world: World, ids: list[str]) -> list[str]:
    """With what answers them: it holds their words."""
    found = dict.fromkeys(ids)
    with world.database.read() as tx:
        for id in ids:
            found |= dict.fromkeys(tx.talk.answers_to(id))
    return list(found)


def finish_erasures(world: World) -> int:
    """Erase again what was erased before a backup was made, or what a crash interrupted."""
    ids = world.keys.erasures()
    with world.database.read() as tx:
        alive = sorted(tx.contributions.many(ids))
    if alive:
        erase_all(world, alive, world.clock.now())
    _destroy_idle_keys(world)
    return len(alive)


def _destroy_idle_keys(world: World) -> None:
    """Destroy retired keys of those of whom nothing is left: the crash came just before that.

    Where something is left, given while everything was erased, it gets a key to go on with.
    """
    for owner in world.keys.retired():
        with world.database.write() as tx:
            tx.contributions.lock_owner(owner)
            if not (tx.contributions.of_contributors([owner], None, 1) or tx.contributions.many([owner])):
                tx.chores.add("destroy_key", {"owner": owner}, world.clock.now())
                continue
        world.keys.ensure([owner])


def ids_of(world: World, contributor: str) -> list[str]:
    """All of them, so that the intent is noted for all before the first is erased."""
    ids: list[str] = []
    with world.database.read() as tx:
        while page := tx.contributions.of_contributors(
            [contributor], tx.contributions.position(ids[-1]) if ids else None, _PAGE
        ):
            ids += page
    return ids
