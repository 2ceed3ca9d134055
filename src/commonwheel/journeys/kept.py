"""Somebody gives without an account and keeps a link: whoever has it can see, fix and take back that one gift.

The link is sealed over the id of a token that nobody holds. It can be shown again to whoever is signed in by it,
and is used up when the gift joins an account.
"""

from datetime import UTC, datetime, timedelta

from commonwheel.errors import Conflict, NotAllowed, NotFound
from commonwheel.journeys.accounts import account_of
from commonwheel.journeys.look_up import visible
from commonwheel.journeys.world import World
from commonwheel.people import links
from commonwheel.people.identity import new_id
from commonwheel.people.tokens import Actor, TokenScope, hash_token, new_token
from commonwheel.records.stored import Token

_PURPOSE = "keep"
_CLAIM = "claim"
_FROM, _ALWAYS = datetime(2026, 1, 1, tzinfo=UTC), timedelta(days=36_500)
_CLAIM_LASTS = timedelta(days=30)


def new_keeper(world: World) -> Token:
    """Whoever gives without an account, for one gift: linked to nothing that they or anybody gave before."""
    id = new_id()
    token = Token(
        id=id,
        subject=f"keeper:{id}",
        scopes=(TokenScope.CONTRIBUTE, TokenScope.READ),
        created=world.clock.now(),
        session=True,
    )
    with world.database.write() as tx:
        tx.access.add_token(token, hash_token(new_token()))
    return token


def is_keeper(actor: Actor) -> bool:
    """Whether they gave without an account, and keep a link."""
    return actor.account is None and actor.subject == f"keeper:{actor.token}"


def keep_link(world: World, actor: Actor) -> str:
    """The address that is kept: the same whenever it is shown, so that nobody wonders which of them counts."""
    secret = links.made(world.link_key, _PURPOSE, actor.token, "", _FROM, _ALWAYS)
    return f"{world.public_url}/keep/{secret}"


def open_keep_link(world: World, link: str) -> str:
    """The id of the token that a kept link is for; NotFound for what is none of ours."""
    if not links.holds(world.link_key, _PURPOSE, link, "", world.clock.now()):
        raise NotFound("This link is not one of ours, or was cut short.")
    return links.subject_of(link)


def claim_link(world: World, contributor: str) -> str:
    """An address for a person at a door: opened by somebody with an account, what they gave there joins it."""
    secret = links.made(world.link_key, _CLAIM, contributor, "", world.clock.now(), _CLAIM_LASTS)
    return f"{world.public_url}/claim/{secret}"


def claim_link_of(world: World, actor: Actor, id: str) -> str:
    """The same for whoever gave something through the door that asks; NotFound for what it did not bring."""
    if TokenScope.ON_BEHALF not in actor.scopes:
        raise NotAllowed("Only a door makes links for those who give through it.")
    with world.database.read() as tx:
        stored = visible(tx, actor, id)
    if stored.contributor is None:
        raise NotFound("It was given without a name: nobody can claim it.")
    return claim_link(world, stored.contributor)


def claim(world: World, actor: Actor, link: str) -> None:
    """Join what was given through a door, or without an account, to one's account."""
    now = world.clock.now()
    if not links.holds(world.link_key, _CLAIM, link, "", now):
        raise NotFound("This link is too old, or not one of ours. The door that made it makes another one.")
    _join(world, actor, links.subject_of(link))


def join_kept(world: World, actor: Actor, kept: Actor) -> None:
    """The same for a gift whose link somebody kept; the link is of no use from then on."""
    _join(world, actor, kept.contributor)
    with world.database.write() as tx:
        tx.access.revoke(kept.token, world.clock.now())


def _join(world: World, actor: Actor, contributor: str) -> None:
    account = account_of(world, actor)
    with world.database.write() as tx:
        if not tx.accounts.claim(contributor, account.id):
            raise Conflict("These gifts have joined another account already.")
