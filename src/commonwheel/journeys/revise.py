"""Somebody fixes what they gave: new content or new terms make a new revision, curated like the first."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from commonwheel.collect.payloads import read_contribution
from commonwheel.errors import IllegalMove, Invalid, Stale
from commonwheel.journeys.contribute import settled_terms
from commonwheel.journeys.look_up import own
from commonwheel.journeys.moves import latest
from commonwheel.journeys.preview import check_preview
from commonwheel.journeys.words import original, seal
from commonwheel.journeys.world import World
from commonwheel.people.tokens import Actor
from commonwheel.ports import Transaction
from commonwheel.records.body import body_of
from commonwheel.records.contribution import AnyContribution
from commonwheel.records.preference import VOCABULARY
from commonwheel.records.states import MOVES, State
from commonwheel.records.stored import Event, StoredContribution, StoredRevision
from commonwheel.records.terms import TERMS, Terms

_FIXED = ("kind", "on_behalf_of", "hold_until", "schema")


Change = Callable[[Callable[[], dict[str, Any]]], AnyContribution]
"""What a contribution shall be, made of what it is; asked for only where it is needed: it may be gone."""


def revise(world: World, actor: Actor, id: str, number: int, patch: dict[str, Any]) -> int:
    """Merge `patch` (RFC 7396) into revision `number`, the one the giver read; returns the new number."""
    for name in _FIXED:
        if name in patch:
            raise Invalid([(f"/{name}", "cannot be changed")])

    def patched(now: Callable[[], dict[str, Any]]) -> AnyContribution:
        return read_contribution(json.dumps(merge(now(), patch)).encode())

    with world.database.write() as tx:
        agreed = "consent" in (patch.get("terms") or {})
        return _revise(world, tx, own(world, tx, actor, id), number, actor, patched, agreed=agreed)


def revise_to(
    world: World, actor: Actor, id: str, given: AnyContribution, also: Callable[[Transaction], None]
) -> int:
    """Put `given`, with terms of its own, in place of what was given; `also` is done together with that.

    Returns the new number. Raises Invalid where it is of another kind.
    """
    with world.database.write() as tx:
        stored = own(world, tx, actor, id)
        if stored.kind != given.kind:
            raise Invalid([("/kind", "cannot be changed")])
        number = _revise(world, tx, stored, stored.latest, actor, lambda _: given, agreed=True)
        also(tx)
    return number


def _revise(
    world: World,
    tx: Transaction,
    stored: StoredContribution,
    number: int,
    actor: Actor,
    change: Change,
    *,
    agreed: bool,
) -> int:
    """`agreed` says whether consent was given to what it becomes."""
    if stored.latest != number:
        raise Stale
    old = latest(tx, stored)
    if State.SUPERSEDED not in MOVES[old.state]:
        raise IllegalMove(f"A contribution that is {old.state} cannot be fixed; give it again first.")

    def as_given() -> dict[str, Any]:
        body = original(world, stored.owner, stored.id, number, tx.contributions.content(stored.id, number))
        return body | {"terms": TERMS.dump_python(old.terms, mode="json", exclude_none=True)}

    given = change(as_given)
    terms = settled_terms(world, actor, given, stored.contributor)
    new_body = body_of(given)
    if agreed:
        check_preview(world, terms, new_body)
    else:
        terms = _without_preview(terms)
    revision = StoredRevision(
        contribution=stored.id,
        number=number + 1,
        state=State.WAITING,
        created=world.clock.now(),
        terms=terms,
        door=old.door,
        vocabulary=VOCABULARY,
        language=given.language,
    )
    sealed = seal(world, stored.owner, stored.id, revision.number, "original", new_body)
    tx.contributions.add_revision(revision, sealed)
    tx.events.add([Event(name="revised", at=revision.created, contribution=stored.id, number=revision.number)])
    if not world.keys.current(stored.owner, sealed):
        raise Stale
    return revision.number


def merge(target: Any, patch: Any) -> Any:
    """RFC 7396, JSON Merge Patch: null removes, objects merge, everything else replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merge(result.get(name), value)
    return result


def difference(old: Any, new: Any) -> Any:
    """The patch that makes `new` of `old` (RFC 7396). Nulls cannot be told from what is missing."""
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return new
    gone = {name: None for name in old if name not in new}
    return gone | {name: difference(old.get(name), value) for name, value in new.items() if old.get(name) != value}


def _without_preview(terms: Terms) -> Terms:
    """A preview shown for the old content says nothing about the new."""
    return replace(terms, consent=replace(terms.consent, preview=None))
