"""An administrator of Open WebUI hands over what people rated there: of those alone who allowed it beforehand."""

from dataclasses import dataclass, field

from commonwheel.collect.items import Skipped
from commonwheel.collect.lines import File
from commonwheel.collect.ratings_export import read_ratings
from commonwheel.errors import NotFound
from commonwheel.journeys.import_file import Progress, Report, import_items
from commonwheel.journeys.standing import covering
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.records.standing import Standing


@dataclass(slots=True, kw_only=True)
class Ratings:
    """What became of an export: `without` counts people who allowed nothing, `before` counts older chats."""

    report: Report = field(default_factory=Report)
    people: set[str] = field(default_factory=set)
    without: int = 0
    before: int = 0


def import_ratings(world: World, door: str, file: File, progress: Progress) -> Ratings:
    """Give what people of a door rated since they allowed it, under the terms that they chose.

    Nobody who allowed nothing is more than counted. Raises NotFound for a door without a token.
    """
    actor, found = door_actor(world, door), Ratings()
    known: dict[str, Standing | None] = {}

    def allows(user: str) -> bool:
        if user not in known:
            with world.database.read() as tx:
                known[user] = covering(world, tx, actor, world.identity.contributor(door, user))
        return known[user] is not None

    for rated in read_ratings(file, allows):
        if isinstance(rated, Skipped):
            found.report.refuse(rated.where, rated.why)
            continue
        standing = known[rated.user]
        assert standing is not None, "nothing of anybody else is kept"
        if rated.first < standing.began:
            found.before += 1
        else:
            found.people.add(rated.user)
            import_items(world, actor, rated.items(), progress, found.report)
    found.without = sum(standing is None for standing in known.values())
    return found


def door_actor(world: World, door: str) -> Actor:
    """Whoever holds the newest token of a door, without what it vouches for: here a person's own yes counts."""
    with world.database.read() as tx:
        tokens = [
            each
            for each in tx.access.tokens()
            if each.subject == door and TokenScope.ON_BEHALF in each.scopes and each.revoked is None
        ]
    if not tokens:
        made = "commonwheel token create --scope contribute:on-behalf"
        raise NotFound(f"No door is called {door}: '{made}' makes one.")
    token = max(tokens, key=lambda each: each.created)
    return Actor(
        token=token.id,
        subject=door,
        scopes=frozenset({TokenScope.ON_BEHALF}),
        contributor=world.identity.contributor(door, ""),
    )
