"""Somebody shows a token, or an operator makes one."""

from commonwheel.errors import Invalid, NotFound, NotSignedIn
from commonwheel.journeys.world import World
from commonwheel.people.identity import new_id
from commonwheel.people.tokens import Actor, TokenScope, hash_token, new_token
from commonwheel.records.stored import Token
from commonwheel.records.terms import Terms

ACCOUNT = "account"
"""The door of people who have a token of their own."""


def sign_in(world: World, bearer: str) -> Actor:
    """Who holds this token; NotSignedIn where it is unknown or revoked."""
    with world.database.read() as tx:
        token = tx.access.token(hash_token(bearer))
    if token is None or token.revoked is not None:
        raise NotSignedIn("This token is unknown or was revoked.")
    return actor_of(world, token)


def still_signed_in(world: World, token_id: str) -> Actor:
    """Who holds the token with this id; NotSignedIn once it is revoked."""
    with world.database.read() as tx:
        token = tx.access.token_by_id(token_id)
    if token is None or token.revoked is not None:
        raise NotSignedIn("The token of this session was revoked: sign in with another one.")
    return actor_of(world, token)


def actor_of(world: World, token: Token) -> Actor:
    """The actor behind a stored token."""
    return Actor(
        token=token.id,
        subject=token.subject,
        scopes=frozenset(token.scopes),
        contributor=world.identity.contributor(ACCOUNT, token.subject),
        terms=token.terms,
    )


def create_token(world: World, subject: str, scopes: list[TokenScope], terms: Terms | None = None) -> str:
    """A new token for a person or a door. It is returned once and stored as a hash."""
    if not scopes:
        raise Invalid([("/scopes", "name at least one scope")])
    secret = new_token()
    token = Token(id=new_id(), subject=subject, scopes=tuple(scopes), created=world.clock.now(), terms=terms)
    with world.database.write() as tx:
        tx.access.add_token(token, hash_token(secret))
    return secret


def revoke_token(world: World, id: str) -> None:
    """End a token at once."""
    with world.database.write() as tx:
        if not tx.access.revoke(id, world.clock.now()):
            raise NotFound(f"There is no valid token {id}.")
