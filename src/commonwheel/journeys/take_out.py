"""Somebody takes along everything they gave, in the shape in which it can be given again."""

import json
from collections.abc import Collection, Iterator

from commonwheel.errors import KeyLost
from commonwheel.journeys.words import original
from commonwheel.journeys.world import World
from commonwheel.records.stored import StoredContribution
from commonwheel.records.terms import TERMS

_PAGE = 100


def take_out(world: World, contributors: Collection[str]) -> Iterator[bytes]:
    """One contribution a line, the oldest first, with its terms of today.

    After its release the words of a contribution are kept as they were published, and taken out so.
    """
    after = None
    while True:
        with world.database.read() as tx:
            ids = tx.contributions.of_contributors(contributors, after, _PAGE)
            gifts = tx.contributions.many(ids)
            keys = [(id, gifts[id].latest) for id in ids]
            revisions = tx.contributions.revisions_among(keys)
            contents = tx.contributions.contents(keys)
        for id, number in keys:
            try:
                body = original(world, gifts[id].owner, id, number, contents[(id, number)])
            except KeyLost:
                continue  # refused long ago: its words are not kept
            terms = TERMS.dump_python(revisions[(id, number)].terms, mode="json", exclude_none=True)
            yield json.dumps(body | {"terms": terms}, ensure_ascii=False).encode() + b"\n"
        if len(ids) < _PAGE:
            return
        last = gifts[ids[-1]]
        assert isinstance(last, StoredContribution)
        after = (last.given, last.id)
