"""Somebody shows a token or a session, or an operator makes a token."""

from collections.abc import Collection

from commonwheel.errors import Invalid, NotFound, NotSignedIn
from commonwheel.journeys.world import World
from commonwheel.people.identity import new_id
from commonwheel.people.tokens import OF_ROLE, Actor, TokenScope, hash_token, new_token
from commonwheel.ports import Transaction
from commonwheel.records.account import Account
from commonwheel.records.stored import Token
from commonwheel.records.terms import Terms

ACCOUNT = "account"
"""The door of those for whom an operator made a token."""
PERSON = "person"
"""The door of people with an account; they are known by its id, so that no name can be taken over."""


def sign_in(world: World, bearer: str) -> Actor:
    """Who holds this token; NotSignedIn where it is unknown or ended. A session is no token to be shown."""
    with world.database.read() as tx:
        token = tx.access.token(hash_token(bearer))
        return _actor(world, tx, None if token is None or token.session else token)


def still_signed_in(world: World, token_id: str) -> Actor:
    """Whose session this is; NotSignedIn once it has ended."""
    with world.database.read() as tx:
        return _actor(world, tx, tx.access.token_by_id(token_id))


def _actor(world: World, tx: Transaction, token: Token | None) -> Actor:
    """The actor behind a token: for a person's own, by what they may do at this moment."""
    ended = token is None or token.revoked is not None
    if token is None or ended or (token.expires is not None and token.expires <= world.clock.now()):
        raise NotSignedIn("This token is unknown or was revoked.")
    if token.account is None:
        return Actor(
            token=token.id,
            subject=token.subject,
            scopes=frozenset(token.scopes),
            contributor=world.identity.contributor(ACCOUNT, token.subject),
            terms=token.terms,
        )
    account = tx.accounts.get(token.account)
    if account is None or not account.open:
        raise NotSignedIn("This account was ended.")
    allowed = OF_ROLE[account.role]
    scopes = allowed if token.session else allowed & frozenset(token.scopes)
    return _owner(world, tx, account, token.id, scopes, token.terms)


def _owner(
    world: World,
    tx: Transaction,
    account: Account,
    token: str,
    scopes: Collection[str],
    terms: Terms | None = None,
) -> Actor:
    return Actor(
        token=token,
        subject=account.name,
        scopes=frozenset(scopes),
        contributor=world.identity.contributor(PERSON, account.id),
        terms=terms,
        account=account.id,
        formerly=frozenset(tx.accounts.claims(account.id)),
    )


def person(world: World, name: str, scopes: Collection[TokenScope] = (), token: str = "") -> Actor:
    """Somebody by name: with their account where there is one, else as whom an operator's tokens speak for."""
    with world.database.read() as tx:
        account = tx.accounts.named(name)
        if account is not None:
            return _owner(world, tx, account, token, frozenset(scopes))
    contributor = world.identity.contributor(ACCOUNT, name)
    return Actor(token=token, subject=name, scopes=frozenset(scopes), contributor=contributor)


def create_token(world: World, subject: str, scopes: list[TokenScope], terms: Terms | None = None) -> str:
    """A new token for a person or a door. It is returned once and stored as a hash.

    Where the subject is the name of an account, the token is that person's, and allows no more than their role.
    """
    if not scopes:
        raise Invalid([("/scopes", "name at least one scope")])
    secret = new_token()
    token = Token(
        id=new_id(),
        subject=subject,
        scopes=tuple(scopes),
        created=world.clock.now(),
        terms=terms,
        account=person(world, subject).account,
    )
    with world.database.write() as tx:
        tx.access.add_token(token, hash_token(secret))
    return secret


def revoke_token(world: World, id: str) -> None:
    """End a token at once."""
    with world.database.write() as tx:
        if not tx.access.revoke(id, world.clock.now()):
            raise NotFound(f"There is no valid token {id}.")
