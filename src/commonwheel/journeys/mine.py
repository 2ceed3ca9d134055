"""Somebody asks what came of everything they gave, and, if they want one, for a reputation."""

from dataclasses import dataclass

from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor
from commonwheel.ports.reviews import Tallied
from commonwheel.ports.statistics import Impact
from commonwheel.records.states import State
from commonwheel.records.terms import AttributionMode

_LOOKED_AT = 1_000
"""Gifts that a reputation is made of, the newest."""
_AT_LEAST = 5
"""Of fewer decisions no share is told: it would say something about one gift or one vote."""
_GOOD = (State.READY, State.RELEASED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reputation:
    """Shares in per cent, never numbers, so that giving more counts nothing; None while there is too little.

    `accepted` is of the gifts under a name that were decided; anonymous ones are in no reputation. `alike` is of
    the reviews on which another decided too.
    """

    accepted: int | None
    alike: int | None


def impact(world: World, actor: Actor) -> Impact:
    """Releases that hold something of theirs, how often those were taken, models that learned from it."""
    with world.database.read() as tx:
        return tx.statistics.impact(actor.contributors)


def reputation(world: World, actor: Actor) -> Reputation:
    """From accepted gifts and review agreement alone."""
    with world.database.read() as tx:
        ids = tx.contributions.of_contributors(actor.contributors, None, _LOOKED_AT, newest=True)
        gifts = tx.contributions.many(ids)
        keys = [(id, gift.latest) for id, gift in gifts.items()]
        named = [
            each.state
            for each in tx.contributions.revisions_among(keys).values()
            if each.terms.attribution.mode != AttributionMode.ANONYMOUS
        ]
        votes = tx.votes.tally(actor.contributor)
    accepted = sum(state in _GOOD for state in named)
    decided = accepted + sum(state is State.REJECTED for state in named)
    return Reputation(accepted=_share(accepted, decided), alike=_alike(votes))


def in_words(found: Reputation) -> str:
    """As it stands beside a name; empty while there is too little."""
    said = [] if found.accepted is None else [f"{found.accepted} % accepted"]
    said += [] if found.alike is None else [f"reviews alike {found.alike} %"]
    return ", ".join(said)


def _alike(votes: Tallied) -> int | None:
    return _share(votes.agreed, votes.compared)


def _share(part: int, whole: int) -> int | None:
    return round(100 * part / whole) if whole >= _AT_LEAST else None
