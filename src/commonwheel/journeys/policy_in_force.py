"""Which policy decides now: the last that was adopted, or the one that the settings name where none was."""

from dataclasses import dataclass
from functools import lru_cache

from commonwheel.curate.policy import Policy
from commonwheel.curate.policy_files import parse_policy
from commonwheel.journeys.world import World
from commonwheel.ports import Transaction
from commonwheel.records.stored import StoredPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """A policy and the number of its adoption; 0 is the one that the settings name."""

    number: int
    policy: Policy


def policy_in_force(world: World, tx: Transaction, *, kept: bool = False) -> InForce:
    """Read it anew each time: somebody may have adopted another. With `kept` nobody does before `tx` ends."""
    stored = tx.policies.last(kept=kept)
    if stored is None:
        return InForce(number=0, policy=world.policy)
    return InForce(number=stored.number, policy=_parsed(stored.text))


def current_policy(world: World) -> Policy:
    """The policy in force, for whoever only looks."""
    with world.database.read() as tx:
        return policy_in_force(world, tx).policy


def adopted(world: World) -> list[StoredPolicy]:
    """Every policy that was adopted while running, the oldest first."""
    with world.database.read() as tx:
        return tx.policies.all()


_parsed = lru_cache(maxsize=8)(parse_policy)
