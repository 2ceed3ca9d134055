"""Somebody allows a door to give for them without being asked each time, looks at that again, and stops it.

It is known by who gives: somebody with an account, for the doors where they claimed to be known and for programs
of their own; or somebody whom a door alone knows, for that door.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from commonwheel.errors import Invalid, NotFound
from commonwheel.journeys.sign_in import PERSON
from commonwheel.journeys.world import World
from commonwheel.people import links
from commonwheel.people.identity import new_id
from commonwheel.people.tokens import Actor, TokenScope
from commonwheel.ports import Transaction
from commonwheel.records.standing import EVERY, LONGEST, OWN_PROGRAMS, Allowed, Standing

_STOP = "stop"
_ASKED_BEFORE = timedelta(days=7)
"""So long before a check-up they are reminded of it."""


def allow(world: World, actor: Actor, contributor: str, allowed: Allowed) -> Standing:
    """Begin a standing consent, in place of all others of theirs. Raises Invalid with what cannot be allowed."""
    now = world.clock.now()
    faults = _faults(world, actor, allowed, now)
    if faults:
        raise Invalid(faults)
    standing = Standing(id=new_id(), contributor=contributor, account=actor.account, began=now, allowed=allowed)
    with world.database.write() as tx:
        for before in _open(world, tx, actor, contributor):
            tx.standings.save(replace(before, ended=now))
        tx.standings.add(standing)
    return standing


def standings_of(world: World, actor: Actor, contributor: str) -> list[tuple[Standing, int]]:
    """What somebody allows now, and how many gifts were made under each: to a door, what they allow this door.

    They are several where somebody with an account allowed something, and claimed a door where they had before.
    """
    now = world.clock.now()
    door = actor.subject if TokenScope.ON_BEHALF in actor.scopes else None
    with world.database.read() as tx:
        return [
            (standing, tx.standings.given(standing.id))
            for standing in _open(world, tx, actor, contributor)
            if standing.allowed.until > now and door in (None, *standing.allowed.doors)
        ]


def doors_of(world: World) -> list[str]:
    """Doors that can be allowed: those that give on behalf of others, and one's own programs."""
    with world.database.read() as tx:
        tokens = tx.access.tokens()
    doors = {each.subject for each in tokens if TokenScope.ON_BEHALF in each.scopes and each.revoked is None}
    return [*sorted(doors), OWN_PROGRAMS]


def stop(world: World, actor: Actor, contributor: str) -> bool:
    """From this moment on nothing more is given under what they allow, wherever they allowed it.

    A door stops what it is allowed. Returns whether there was anything to stop.
    """
    now = world.clock.now()
    with world.database.write() as tx:
        held = [
            each
            for each in _open(world, tx, actor, contributor)
            if TokenScope.ON_BEHALF not in actor.scopes or actor.subject in each.allowed.doors
        ]
        for standing in held:
            tx.standings.save(replace(standing, ended=now))
    return bool(held)


def look_again(world: World, actor: Actor, contributor: str, id: str, check_up: datetime) -> None:
    """They looked at it and want it to go on; the next time they look on another day that they choose."""
    now = world.clock.now()
    with world.database.write() as tx:
        standing = next((each for each in _open(world, tx, actor, contributor) if each.id == id), None)
        if standing is None:
            raise NotFound
        if not now < check_up <= standing.allowed.until:
            raise Invalid([("/check_up", "is a day between now and its end")])
        changed = replace(standing.allowed, check_up=check_up)
        tx.standings.save(replace(standing, allowed=changed, asked=None))


def stop_link(world: World, standing: Standing) -> str:
    """An address that stops it without signing in; for mails."""
    secret = links.made(world.link_key, _STOP, standing.id, "", world.clock.now(), LONGEST)
    return f"{world.public_url}/stop/{secret}"


def stopped_by(world: World, link: str, *, now_done: bool) -> Standing:
    """What a link stops, and with `now_done` stop it; NotFound for a link that is none of ours."""
    now = world.clock.now()
    if not links.holds(world.link_key, _STOP, link, "", now):
        raise NotFound("This link is too old, or not one of ours. Sign in to see what you allow.")
    with world.database.write() as tx:
        standing = tx.standings.get(links.subject_of(link))
        if standing is None:
            raise NotFound
        if now_done and standing.ended is None:
            standing = replace(standing, ended=now)
            tx.standings.save(standing)
    return standing


def covering(world: World, tx: Transaction, actor: Actor, contributor: str | None) -> Standing | None:
    """The standing consent under which somebody gives through the door that asks, if there is one."""
    if contributor is None:
        return None
    door = actor.subject if TokenScope.ON_BEHALF in actor.scopes else OWN_PROGRAMS
    now = world.clock.now()
    return next((each for each in _open(world, tx, actor, contributor) if each.covers(door, now)), None)


def _open(world: World, tx: Transaction, actor: Actor, contributor: str) -> list[Standing]:
    """What is not ended of all that a person is known as: at doors that they claimed, and with their account."""
    account = actor.account if contributor == actor.contributor else None
    account = account or tx.accounts.claimant(contributor)
    people = [contributor]
    if account is not None:
        people += [world.identity.contributor(PERSON, account), *tx.accounts.claims(account)]
    return [each for each in tx.standings.of(list(dict.fromkeys(people))) if each.ended is None]


def standing_round(world: World) -> int:
    """Once a day: tell whoever is to be told, remind of check-ups. Returns how many mails were queued."""
    now = world.clock.now()
    queued = 0
    with world.database.write() as tx:
        for standing in tx.standings.open():
            if standing.account is None or standing.allowed.until <= now:
                continue
            if standing.asked is None and standing.allowed.check_up - _ASKED_BEFORE <= now:
                tx.standings.save(replace(standing, asked=now))
                _mail(world, tx, standing, "check-up", 0)
                queued += 1
            every = EVERY.get(standing.allowed.summary)
            if every is not None and (standing.told or standing.began) + every <= now:
                _mail(world, tx, standing, "summary", tx.standings.told(standing.id, now))
                queued += 1
    return queued


def _mail(world: World, tx: Transaction, standing: Standing, mail: str, number: int) -> None:
    payload: dict[str, Any] = {"account": standing.account, "mail": mail}
    tx.chores.add("send_mail", payload | {"standing": standing.id, "number": number}, world.clock.now())


def _faults(world: World, actor: Actor, allowed: Allowed, now: datetime) -> list[tuple[str, str]]:
    faults = []
    if not now < allowed.until <= now + LONGEST:
        faults.append(("/until", f"is a day within the next {LONGEST.days} days"))
    if not now < allowed.check_up <= allowed.until:
        faults.append(("/check_up", "is a day between now and its end"))
    if timedelta(hours=allowed.wait_hours) > world.limits.longest_hold:
        faults.append(("/wait_hours", f"at most {world.limits.longest_hold.days} days"))
    may = [actor.subject] if TokenScope.ON_BEHALF in actor.scopes else doors_of(world)
    unknown = sorted(set(allowed.doors) - set(may))
    if unknown:
        faults.append(("/doors", "names a door that is not there, or is not yours"))
    if allowed.terms.consent.preview is not None:
        faults.append(("/terms/consent/preview", "nothing was previewed yet"))
    return faults
