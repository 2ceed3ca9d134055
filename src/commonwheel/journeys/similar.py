"""A reviewer decides about items that are alike in one go: each is seen, chosen, and decided for itself."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from commonwheel.errors import AlreadyDecided, CommonwheelError, NotAllowed, NotFound
from commonwheel.journeys import review
from commonwheel.journeys.review import Decision, Ruling
from commonwheel.journeys.votes import is_new
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.records.findings import Reason
from commonwheel.records.stored import StoredContribution, StoredRevision

_LOOKED_AT = 500
"""Open items among which those that are alike are looked for, the oldest first."""
MOST = 25
"""So many are shown at once."""

Kind = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What became of one of several: a number and whether it was decided, and if not why."""

    item: int
    done: bool
    why: str = ""


def similar(world: World, actor: Actor, id: int) -> list[dict[str, Any]]:
    """Open items that wait for the same reason as this one, this one first, with what they would publish.

    Alike are records of one kind in which the policy doubts the same, for the same reasons. Those that share
    passages with it come before the others. What this reviewer may not decide is left out.
    """
    first = review.item(world, actor, id)
    with world.database.read() as tx:
        alike = []
        wanted: Kind = ()
        near: set[str] = set()
        for each in tx.reviews.queue(0, _LOOKED_AT, world.clock.now()):
            stored = tx.contributions.get(each.contribution)
            revision = tx.contributions.revision(each.contribution, each.number)
            if isinstance(stored, StoredContribution) and revision is not None and not each.appeal:
                alike.append((each.id, stored.id, _kind(stored, revision)))
                wanted = alike[-1][2] if each.id == id else wanted
        sketch = tx.repeats.sketch(first["contribution"])
        if sketch is not None:
            near = {found.contribution for found in tx.repeats.sharing(sketch[1], first["contribution"], MOST)}
    same = [
        (contribution not in near, item) for item, contribution, kind in alike if kind == wanted and item != id
    ]
    views = [first]
    for _, item in sorted(same)[: MOST - 1]:
        with suppress(NotFound, AlreadyDecided):  # decided by another since the queue was read
            views.append(review.item(world, actor, item))
    return [view for view in views if view["barred"] is None]


def count_similar(views: Sequence[Mapping[str, Any]], view: Mapping[str, Any]) -> int:
    """How many of the items of a queue look alike from outside; for a hint beside one of them."""
    key = _outside(view)
    return sum(_outside(each) == key and each["item"] != view["item"] for each in views)


def decide_together(
    world: World,
    actor: Actor,
    items: Sequence[tuple[int, int]],
    decision: Decision,
    reason: Reason,
    note: str | None,
) -> list[Decided]:
    """Decide about items (number and version as they were seen). Whoever passes them hides all that is in doubt.

    Raises NotAllowed for newcomers: their first decisions are made one by one.
    """
    actor.require(TokenScope.REVIEW)
    with world.database.read() as tx:
        if is_new(tx, actor):
            raise NotAllowed("Your first reviews are one by one.")
    outcomes = []
    for item, version in items[:MOST]:
        try:
            hide: tuple[int, ...] = ()
            if decision is Decision.PASS:
                found = review.item(world, actor, item)["findings"]
                hide = tuple(index for index, each in enumerate(found) if each["undecided"])
            ruling = Ruling(decision=decision, reason=reason, note=note, hide=hide)
            review.decide_item(world, actor, item, version, ruling)
        except CommonwheelError as refusal:
            outcomes.append(Decided(item=item, done=False, why=refusal.message))
        else:
            outcomes.append(Decided(item=item, done=True))
    return outcomes


def _kind(stored: StoredContribution, revision: StoredRevision) -> Kind:
    verdict = revision.verdict
    if verdict is None:
        return (stored.kind,)
    doubts = sorted({revision.findings[index].kind for index in verdict.undecided})
    return (stored.kind, *sorted(verdict.reasons), "", *doubts)


def _outside(view: Mapping[str, Any]) -> Kind:
    verdict = view["verdict"] or {"reasons": [], "rules": []}
    return (view["kind"], view["appeal"], *sorted(reason["code"] for reason in verdict["reasons"]))
