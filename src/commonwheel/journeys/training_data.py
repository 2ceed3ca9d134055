"""The words that models learn from and are measured by: opened one by one, and kept nowhere."""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from commonwheel.errors import KeyLost
from commonwheel.journeys.become_ready import gold_context
from commonwheel.journeys.world import World
from commonwheel.ports.training import Example

_BATCH = 200


def examples_of(world: World, pairs: Collection[int], weights: Mapping[int, float]) -> Iterator[Example]:
    """Pairs with their words, by number; without those that are gone just now."""
    ordered = sorted(pairs)
    for start in range(0, len(ordered), _BATCH):
        batch = ordered[start : start + _BATCH]
        with world.database.read() as tx:
            sealed = tx.gold.sealed(batch)
            gifts = tx.contributions.many({pair.contribution for pair in sealed.values()})
        for number, pair in sealed.items():
            gift = gifts.get(pair.contribution)
            if gift is None:
                continue
            try:
                plain = world.keys.open(gift.owner, pair.pair, gold_context(pair.contribution, pair.number))
            except KeyLost:
                continue  # its giver is erasing everything just now
            words: dict[str, Any] = json.loads(plain)
            yield Example(number=number, weight=weights.get(number, 1.0), **words)


def digest_of(world: World, examples: Iterable[Example]) -> str:
    """A keyed digest of what is learned from: the same data give the same, and nobody can guess any by it."""
    hashed = hashlib.sha256()
    for each in examples:
        words = [each.number, list(each.prompt), each.chosen, each.rejected, each.weight]
        hashed.update(json.dumps(words, ensure_ascii=False).encode() + b"\n")
    return world.identity.digest("run", hashed.digest()).hex()
