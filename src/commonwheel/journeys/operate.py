"""Whoever runs this looks at how it goes: what waits, what is held, what is due, and who is here."""

from dataclasses import dataclass
from datetime import timedelta

from commonwheel.journeys.streams import ALL
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.ports import Counts, Held
from commonwheel.records.account import Account
from commonwheel.records.stored import Schedule

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """`states` counts revisions under way, `last_day` what was curated in it, `chores` what is queued, by name."""

    states: dict[str, int]
    last_day: Counts
    held: tuple[Held, ...]
    schedules: tuple[Schedule, ...]
    chores: dict[str, int]
    accounts: tuple[Account, ...]
    drafts: int


def overview(world: World, actor: Actor) -> Overview:
    """Everything at once; for operators."""
    actor.require(TokenScope.ADMIN)
    now = world.clock.now()
    with world.database.read() as tx:
        counts = tx.contributions.counts()
        return Overview(
            states={str(state): number for state, number in counts.items()},
            last_day=tx.streams.counts(ALL, now - _DAY, now + _DAY),
            held=tuple(tx.streams.held(now)),
            schedules=tuple(tx.chores.schedules()),
            chores=tx.chores.queued(),
            accounts=tuple(tx.accounts.all()),
            drafts=tx.drafts.size(),
        )
