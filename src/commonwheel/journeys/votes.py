"""Who decided what, and whether two saw it alike: a newcomer's first decisions wait for a second person."""

from datetime import datetime

from commonwheel.errors import NotAllowed
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor
from commonwheel.ports import Transaction
from commonwheel.ports.reviews import Tallied, Vote
from commonwheel.records.account import Role
from commonwheel.records.stored import ReviewItem

FIRST = 5
"""So many decisions of a reviewer are looked at by another before they count."""


def is_new(tx: Transaction, actor: Actor) -> bool:
    """Whether their decisions need a second person. Stewards, operators and tokens of an operator's are known."""
    if actor.account is None:
        return False
    account = tx.accounts.get(actor.account)
    known = account is not None and account.role.includes(Role.STEWARD)
    return not known and tx.votes.tally(actor.contributor).number < FIRST


def vote(tx: Transaction, now: datetime, actor: Actor, item: ReviewItem, decision: str, reason: str) -> bool:
    """Keep what somebody decided; returns whether it counts, or waits for a second person."""
    before = tx.votes.of(item.id)
    waits = not before and is_new(tx, actor)
    if waits and item.appeal:
        raise NotAllowed("An appeal is for somebody who has reviewed a few items before.")
    tx.votes.add(
        Vote(
            item=item.id,
            reviewer=actor.contributor,
            contribution=item.contribution,
            decision=decision,
            reason=reason,
        ),
        now,
    )
    if not waits:
        if before:
            tx.votes.settle(item.id, decision)
        for earlier in tx.reviews.of(item.contribution) if item.appeal else ():
            if earlier.number == item.number and earlier.id < item.id:
                tx.votes.settle(earlier.id, decision)
    return not waits


def agreement(world: World, actor: Actor, item: int) -> str:
    """What somebody's vote on an item came to: `noted` (a second one looks), `same`, `other`, or nothing."""
    with world.database.read() as tx:
        votes, found = tx.votes.of(item), tx.reviews.get(item)
    mine = next((each for each in votes if each.reviewer == actor.contributor), None)
    if mine is None or found is None:
        return ""
    if found.decided is None:
        return "noted"
    return "" if mine.agreed is None or len(votes) < 2 else "same" if _alike(votes) else "other"


def _alike(votes: list[Vote]) -> bool:
    return len({each.decision for each in votes}) == 1


def tally(world: World, actor: Actor) -> Tallied:
    """What somebody reviewed so far."""
    with world.database.read() as tx:
        return tx.votes.tally(actor.contributor)
