"""Somebody gives: from what a door has read to a contribution in the waiting room.

Gifts are accepted in lists: one transaction and one wait for the disk, however many there are.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from commonwheel.errors import CommonwheelError, Invalid, KeyLost, KeyReused, WaitingRoomFull
from commonwheel.journeys.look_up import visible
from commonwheel.journeys.preview import check_preview
from commonwheel.journeys.standing import covering
from commonwheel.journeys.words import seal
from commonwheel.journeys.world import World
from commonwheel.ledger.receipt import sign_receipt
from commonwheel.people.identity import new_id
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.ports.imports import Mark
from commonwheel.ports.operating import NewRepeat
from commonwheel.records.body import Body, body_of
from commonwheel.records.contribution import AnyContribution, Signal
from commonwheel.records.preference import VOCABULARY
from commonwheel.records.standing import Standing
from commonwheel.records.states import State
from commonwheel.records.stored import OWN_HOLD, Event, Hold, StoredContribution, StoredRevision
from commonwheel.records.terms import AttributionMode, Scope, Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class Gift:
    """What one person gives at once. `key` is the idempotency key, `raw` the bytes it came as.

    Without `receipt` the answer has none, which saves its signature; it can be had later (`receipt_of`).
    `answers` is the failure that it answers, and quotes: whoever erases that erases this.
    `ids` are names that a door has for it: feedback that targets one of them is about it, whenever it comes.
    `mark` is what an import remembers it by.
    """

    actor: Actor
    given: AnyContribution
    raw: bytes = b""
    key: str | None = None
    receipt: bool = True
    answers: str | None = None
    ids: tuple[str, ...] = ()
    mark: Mark | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The answer to a gift, as JSON; `repeated` where the same was accepted before."""

    id: str
    answer: str
    repeated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    gift: Gift
    stored: StoredContribution
    revision: StoredRevision
    body: Body
    hold: Hold | None
    answer: str
    repeat: NewRepeat | None
    standing: Standing | None


def contribute(world: World, gifts: Sequence[Gift]) -> list[Accepted | CommonwheelError]:
    """Accept each gift or say why not, in order. What is accepted survives a crash from here on."""
    outcomes: list[Accepted | CommonwheelError | None] = [None] * len(gifts)
    prepared: dict[int, _Prepared] = {}
    now = world.clock.now()
    for index, gift in enumerate(gifts):
        try:
            prepared[index] = _prepare(world, gift, now)
        except CommonwheelError as refusal:
            outcomes[index] = refusal
    while prepared:
        world.keys.ensure({item.stored.owner for item in prepared.values()})
        try:
            sealed = {index: _seal(world, item) for index, item in prepared.items()}
        except KeyLost:
            continue  # retired just now
        stored = _store(world, prepared, sealed)
        if stored is not None:
            for index, outcome in stored.items():
                outcomes[index] = outcome
            break
    assert all(outcome is not None for outcome in outcomes)
    return [outcome for outcome in outcomes if outcome is not None]


def _store(
    world: World, prepared: dict[int, _Prepared], sealed: dict[int, bytes]
) -> dict[int, Accepted | CommonwheelError] | None:
    """Store what fits; None where a key was retired since, so that all has to be sealed again."""
    outcomes: dict[int, Accepted | CommonwheelError] = {}
    with world.database.write() as tx:
        owners = {item.stored.owner: sealed[index] for index, item in prepared.items() if item.stored.contributor}
        for owner in sorted(owners):
            tx.contributions.lock_owner(owner)
            if not world.keys.current(owner, owners[owner]):
                return None
        used = tx.access.repeats([(r.token, r.key) for item in prepared.values() if (r := item.repeat)])
        room = world.doorkeeper.room(world.limits.waiting_room, len(prepared), tx.waiting.room)
        new: list[_Prepared] = []
        gifts = []
        fresh: dict[tuple[str, str], NewRepeat] = {}
        for index, item in prepared.items():
            key = (item.repeat.token, item.repeat.key) if item.repeat else None
            before = (used.get(key) or fresh.get(key)) if key else None
            if before is not None and item.repeat is not None:
                same = before.digest == item.repeat.digest
                first = Accepted(id=before.contribution, answer=before.answer, repeated=True)
                outcomes[index] = first if same else KeyReused()
            elif len(new) >= room:
                outcomes[index] = WaitingRoomFull()
            elif item.standing and tx.standings.get(item.standing.id) != item.standing:
                outcomes[index] = Invalid([("/terms", "missing, and the standing consent was changed just now")])
            else:
                new.append(item)
                gifts.append((item.stored, item.revision, sealed[index]))
                if key is not None and item.repeat is not None:
                    fresh[key] = item.repeat
                outcomes[index] = Accepted(id=item.stored.id, answer=item.answer)
        if new:
            tx.contributions.add(gifts, [item.hold for item in new if item.hold])
            tx.access.remember(list(fresh.values()))
            tx.imports.add([(item.gift.mark, item.stored.id) for item in new if item.gift.mark])
            tx.events.add([_event(item) for item in new])
            for item in new:
                about = (item.gift.given.target,) if isinstance(item.gift.given, Signal) else ()
                for role, names in (("of", _names(item.gift)), ("about", about)):
                    if names:
                        tx.talk.name(
                            item.stored.id, role, [name_digest(world, item.gift.actor, name) for name in names]
                        )
                if item.gift.answers is not None:
                    tx.talk.answers(item.gift.answers, item.stored.id, item.stored.given)
            for id, number in Counter(item.standing.id for item in new if item.standing).items():
                tx.standings.count(id, number)
            world.doorkeeper.let_in(len(new))
    return outcomes


def _prepare(world: World, gift: Gift, now: datetime) -> _Prepared:
    given, actor = gift.given, gift.actor
    actor.require(TokenScope.CONTRIBUTE, TokenScope.ON_BEHALF)
    contributor = giver(world, actor, given.on_behalf_of)
    standing = _standing(world, actor, contributor) if given.terms is None else None
    until = given.hold_until
    if standing is not None:
        wait = now + timedelta(hours=standing.allowed.wait_hours)
        given, until = replace(given, terms=standing.allowed.terms), max(until or wait, wait)
    terms = settled_terms(world, actor, given, contributor)
    body = body_of(given)
    check_preview(world, terms, body)
    id = new_id()
    stored = StoredContribution(
        id=id,
        kind=given.kind,
        given=now,
        latest=1,
        owner=contributor or id,
        contributor=contributor,
        token=actor.token,
    )
    revision = StoredRevision(
        contribution=id,
        number=1,
        state=State.WAITING,
        created=now,
        terms=terms,
        door=given.source.door or ("api" if contributor else actor.subject),
        vocabulary=VOCABULARY,
        language=given.language,
    )
    fields: dict[str, Any] = {"id": id, "state": State.WAITING, "url": f"{world.public_url}/contributions/{id}"}
    if gift.receipt:
        fields["receipt"] = _receipt(world, stored, revision)
    answer = json.dumps(fields)
    repeat = None
    if gift.key is not None:
        digest = world.identity.digest("idempotency", gift.raw)
        repeat = NewRepeat(token=actor.token, key=gift.key, digest=digest, contribution=id, answer=answer, at=now)
    return _Prepared(
        gift=gift,
        stored=stored,
        revision=revision,
        body=body,
        hold=_own_hold(world, until, id, now),
        answer=answer,
        repeat=repeat,
        standing=standing,
    )


def _standing(world: World, actor: Actor, contributor: str | None) -> Standing | None:
    """What allows a gift that comes without terms; whether it still does is checked when the gift is stored."""
    with world.database.read() as tx:
        return covering(world, tx, actor, contributor)


def name_digest(world: World, actor: Actor, name: str) -> bytes:
    """A name at a door, keyed: what one door calls something says nothing about another's."""
    return world.identity.digest("name", f"{actor.subject}\0{name}".encode())


def _names(gift: Gift) -> tuple[str, ...]:
    """What a door calls a gift: its own names, and the conversation that it was in, by which it may go again."""
    conversation = gift.given.source.conversation
    return gift.ids + ((conversation,) if conversation and gift.given.on_behalf_of is not None else ())


def _receipt(world: World, stored: StoredContribution, first: StoredRevision) -> dict[str, Any]:
    return sign_receipt(
        world.signing, event="given", id=stored.id, at=stored.given, instance=world.name, terms=first.terms
    )


def receipt_of(world: World, actor: Actor, id: str) -> dict[str, Any]:
    """The receipt for a gift, the same bytes whenever it is asked for."""
    with world.database.read() as tx:
        stored = visible(tx, actor, id)
        first = tx.contributions.revision(id, 1)
    assert first is not None, "a contribution has its first revision"
    return _receipt(world, stored, first)


def giver(world: World, actor: Actor, on_behalf_of: str | None) -> str | None:
    """Who gives, as a keyed hash: a door's user, or the token's own person; None for an anonymous gift.

    A token of a door that names nobody gives anonymously: with a key of its own, linked to nothing.
    """
    if on_behalf_of is not None:
        actor.require(TokenScope.ON_BEHALF)
        return world.identity.contributor(actor.subject, on_behalf_of)
    if TokenScope.ON_BEHALF in actor.scopes:
        return None
    return actor.contributor


def settled_terms(world: World, actor: Actor, given: AnyContribution, contributor: str | None) -> Terms:
    """The terms of a gift: its own, or those its token vouches for, with the shown name filled in."""
    terms = given.terms or actor.terms
    if terms is None:
        raise Invalid([("/terms", "missing, and this token carries no default terms")])
    if terms.scope == Scope.PUBLIC and not terms.purposes:
        raise Invalid([("/terms/purposes", "a public contribution needs at least one purpose")])
    attribution = terms.attribution
    if attribution.mode == AttributionMode.PSEUDONYM and attribution.name is None:
        name = world.identity.pseudonym(contributor or new_id())
        return replace(terms, attribution=replace(attribution, name=name))
    if attribution.mode in (AttributionMode.USERNAME, AttributionMode.NAME) and not attribution.name:
        raise Invalid([("/terms/attribution/name", f"missing: the mode is {attribution.mode}")])
    return terms


def _own_hold(world: World, until: datetime | None, id: str, now: datetime) -> Hold | None:
    if until is None or until <= now:
        return None
    if until > now + world.limits.longest_hold:
        raise Invalid([("/hold_until", f"at most {world.limits.longest_hold.days} days ahead")])
    return Hold(contribution=id, reason=OWN_HOLD, set_by="giver", until=until)


def _seal(world: World, item: _Prepared) -> bytes:
    return seal(world, item.stored.owner, item.stored.id, 1, "original", item.body)


def _event(item: _Prepared) -> Event:
    standing = {"standing": item.standing.id} if item.standing else {}
    return Event(
        name="given",
        at=item.stored.given,
        contribution=item.stored.id,
        number=1,
        data={"door": item.revision.door, "consent": item.revision.terms.consent.version, **standing},
    )
