"""Somebody opens an account, proves that its address is theirs, signs in, and out again everywhere.

What needs a mail is queued with the account's id alone, so that no answer takes longer where an address is
known, and no link lies in the queue: it is made when the mail is sent (`journeys/mails.py`).
"""

import re
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

from commonwheel.errors import Invalid, NotFound, NotSignedIn
from commonwheel.journeys.world import World
from commonwheel.people import links, passwords
from commonwheel.people.identity import new_id
from commonwheel.people.tokens import Actor, TokenScope, hash_token, new_token
from commonwheel.ports import Transaction
from commonwheel.ports.signing_in import Identity
from commonwheel.records.account import Account, Defaults, Role
from commonwheel.records.stored import Token
from commonwheel.records.terms import check_shown_name

VERIFY, RESET = "verify", "reset"
"""What a link is for."""
LASTS = {VERIFY: timedelta(days=2), RESET: timedelta(hours=2)}
SESSION = timedelta(days=30)
"""A browser is signed out after this, unless it was before."""
UNVERIFIED_KEPT = timedelta(days=7)

_NAME = re.compile(r"[^\W_](?:[\w .’'-]{0,38}[\w.’'])?")
_EMAIL = re.compile(r"[^\s@<>\"(),:;\\]{1,64}@[^\s@<>\"(),:;\\]{1,190}\.[^\s@<>\"(),:;\\.]{2,60}")


def open_account(world: World, name: str, email: str, password: str) -> None:
    """Open an account, and send a link to its address.

    Raises Invalid with what is wrong. That an address has an account already is told to that address alone.
    """
    name, email = name.strip(), email.strip()
    faults = _faults(name, email, password)
    if faults:
        raise Invalid(faults)
    made = _made(world, name, email, passwords.hashed(password))
    with world.database.write() as tx:
        if tx.accounts.named(name) is not None:
            raise Invalid([("/name", "is taken: choose another")])
        known = tx.accounts.with_email(_digest(world, email))
        if known is None and not tx.accounts.add(made):
            raise Invalid([("/name", "is taken: choose another")])
        _mail(world, tx, known or made, "known" if known and known.verified else VERIFY)


def add_account(world: World, name: str, role: Role) -> Account:
    """An account without address and password, made by whoever runs this; a link to set one is `reset_link`."""
    faults = _name_faults(name.strip())
    if faults:
        raise Invalid(faults)
    account = replace(_made(world, name.strip(), None, None), role=role, verified=world.clock.now())
    with world.database.write() as tx:
        if not tx.accounts.add(account):
            raise Invalid([("/name", "is taken: choose another")])
    return account


def verify(world: World, link: str) -> Account:
    """The address is theirs: from now on they can sign in. NotFound for a link that is used up or too old."""
    with world.database.write() as tx:
        account = _opened(world, tx, VERIFY, link)
        account = replace(account, verified=world.clock.now())
        tx.accounts.save(account)
    return account


def sign_in_with_password(world: World, who: str, password: str) -> Account:
    """Whose user name or address, and password, these are; NotSignedIn says no more than that they are not."""
    who = who.strip()
    with world.database.read() as tx:
        account = tx.accounts.with_email(_digest(world, who)) if "@" in who else tx.accounts.named(who)
    if not passwords.matches(password, account.password if account else None) or account is None:
        raise NotSignedIn("There is no account with this name and password.")
    if not account.open:
        raise NotSignedIn(
            "This account was ended." if account.ended else "Open the link in the mail we sent you first."
        )
    return account


def sign_in_from_elsewhere(world: World, identity: Identity) -> Account:
    """The account of somebody whom a provider vouches for; the first time one is opened.

    Nothing joins it to an account that was opened here: a provider could say of anybody that they are somebody.
    """
    who = f"{len(identity.issuer)}:{identity.issuer}:{identity.subject}"
    digest = world.identity.digest("elsewhere", who.encode())
    with world.database.write() as tx:
        account = tx.accounts.from_elsewhere(digest)
        if account is None:
            made = replace(_made(world, "", None, None), elsewhere=digest, verified=world.clock.now())
            for name in _names_like(identity.name):
                account = replace(made, name=name)
                if tx.accounts.named(name) is None and tx.accounts.add(account):
                    break
    assert account is not None, "some name is free"
    if not account.open:
        raise NotSignedIn("This account was ended.")
    return account


def _names_like(said: str) -> Iterator[str]:
    """User names that are like what a provider calls somebody, until one is free."""
    clean = re.sub(r"[^\w .-]+", "", said.partition("@")[0]).strip(" _.-")[:30].strip()
    if not clean or _name_faults(clean):
        clean = "somebody"
    yield clean
    while True:
        yield f"{clean} {secrets.token_hex(2)}"


def begin_session(world: World, account: Account, label: str) -> Token:
    """Sign a browser in: a token that nobody holds, known by its id, which the session's cookie carries."""
    now = world.clock.now()
    token = Token(
        id=new_id(),
        subject=account.name,
        scopes=(),
        created=now,
        account=account.id,
        session=True,
        expires=now + SESSION,
        label=label[:80],
    )
    with world.database.write() as tx:
        tx.access.add_token(token, hash_token(new_token()))
    return token


def make_own_token(world: World, actor: Actor, label: str, scopes: list[TokenScope]) -> str:
    """A token for a person's own programs; it may do no more than they may."""
    account = account_of(world, actor)
    faults = [] if scopes else [("/scopes", "choose at least one")]
    faults += [("/scopes", f"{scope} is not yours to give") for scope in scopes if not actor.has(scope)]
    if not label.strip():
        faults.append(("/label", "say what it is for"))
    if faults:
        raise Invalid(faults)
    secret = new_token()
    token = Token(
        id=new_id(),
        subject=account.name,
        scopes=tuple(scopes),
        created=world.clock.now(),
        account=account.id,
        label=label.strip()[:80],
    )
    with world.database.write() as tx:
        tx.access.add_token(token, hash_token(secret))
    return secret


def end_own_token(world: World, actor: Actor, id: str) -> None:
    """End one of one's own sessions or tokens."""
    account = account_of(world, actor)
    with world.database.write() as tx:
        token = tx.access.token_by_id(id)
        if token is None or token.account != account.id:
            raise NotFound
        tx.access.revoke(id, world.clock.now())


def ask_for_reset(world: World, email: str) -> None:
    """Send a link to set another password, where an account has this address; nobody is told whether."""
    with world.database.write() as tx:
        account = tx.accounts.with_email(_digest(world, email))
        if account is not None and account.ended is None:
            _mail(world, tx, account, RESET if account.verified else VERIFY)


def set_password(world: World, link: str, password: str) -> Account:
    """Set another password; whoever was signed in with the old one is not any more."""
    fault = passwords.fault_of(password, check_link(world, RESET, link).name)
    if fault is not None:
        raise Invalid([("/password", fault)])
    hashed = passwords.hashed(password)  # takes its time, so nothing is locked meanwhile
    with world.database.write() as tx:
        account = _opened(world, tx, RESET, link)
        now = world.clock.now()
        account = replace(account, password=hashed, verified=account.verified or now)
        tx.accounts.save(account)
        tx.accounts.end_tokens(account.id, now, sessions=True)
    return account


def check_link(world: World, purpose: str, link: str) -> Account:
    """Whose link this is; NotFound where it is used up, too old, or none of ours."""
    with world.database.read() as tx:
        return _opened(world, tx, purpose, link, lock=False)


def link_for(world: World, account: Account, purpose: str) -> str:
    """The address of a page that only the account's owner is to open."""
    secret = links.made(
        world.link_key, purpose, account.id, _state(account, purpose), world.clock.now(), LASTS[purpose]
    )
    return f"{world.public_url}/{purpose}/{secret}"


def set_defaults(world: World, actor: Actor, defaults: Defaults) -> None:
    """What somebody wants to find ready when they give."""
    with world.database.write() as tx:
        account = tx.accounts.get(_account_id(actor), lock=True)
        if account is None:
            raise NotFound
        tx.accounts.save(replace(account, defaults=defaults))


def account_of(world: World, actor: Actor) -> Account:
    """The account of whoever asks; NotFound for a token that an operator made."""
    with world.database.read() as tx:
        account = tx.accounts.get(_account_id(actor))
    if account is None:
        raise NotFound
    return account


def give_role(world: World, name: str, role: Role) -> None:
    """From their next request on they may do what the role may."""
    _change(world, name, lambda account: replace(account, role=role))


def end_account(world: World, name: str) -> None:
    """Nobody is signed in with it any more. What was given stays; erasing is a right of its own."""
    now = world.clock.now()
    account = _change(world, name, lambda account: replace(account, ended=account.ended or now))
    with world.database.write() as tx:
        tx.accounts.end_tokens(account.id, now)


def open_again(world: World, name: str) -> None:
    """Undo the end of an account."""
    _change(world, name, lambda account: replace(account, ended=None))


def _change(world: World, name: str, change: Callable[[Account], Account]) -> Account:
    with world.database.write() as tx:
        account = tx.accounts.named(name)
        if account is None:
            raise NotFound("There is no account of this name.")
        account = change(account)
        tx.accounts.save(account)
    return account


def _made(world: World, name: str, email: str | None, password: str | None) -> Account:
    id = new_id()
    sealed = None
    if email is not None:
        world.keys.ensure([key_owner(id)])
        sealed = world.keys.seal(key_owner(id), email.encode(), f"{id}.email")
    return Account(
        id=id,
        name=name,
        role=Role.CONTRIBUTOR,
        created=world.clock.now(),
        password=password,
        email=sealed,
        email_digest=None if email is None else _digest(world, email),
    )


def key_owner(id: str) -> str:
    """Whose key an account's address is sealed with: not the one of what it gives, which may go before it."""
    return f"account:{id}"


def _opened(world: World, tx: Transaction, purpose: str, link: str, *, lock: bool = True) -> Account:
    account = tx.accounts.get(links.subject_of(link), lock=lock)
    now = world.clock.now()
    if account is None or not links.holds(world.link_key, purpose, link, _state(account, purpose), now):
        raise NotFound("This link was used already, or is too old. Ask for another one.")
    return account


def _state(account: Account, purpose: str) -> str:
    """What changes once a link was used."""
    ended = "" if account.ended is None else account.ended.isoformat()
    return f"{ended}:{account.verified is None}" if purpose == VERIFY else f"{ended}:{account.password}"


def _mail(world: World, tx: Transaction, account: Account, mail: str) -> None:
    tx.chores.add("send_mail", {"account": account.id, "mail": mail}, world.clock.now())


def _digest(world: World, email: str) -> bytes:
    return world.identity.digest("email", email.strip().casefold().encode())


def _account_id(actor: Actor) -> str:
    if actor.account is None:
        raise NotFound("This token belongs to no account.")
    return actor.account


def _faults(name: str, email: str, password: str) -> list[tuple[str, str]]:
    faults = _name_faults(name)
    if len(email) > 254 or _EMAIL.fullmatch(email) is None:
        faults.append(("/email", "is not an address that mail can be sent to"))
    fault = passwords.fault_of(password, name, email.partition("@")[0])
    return faults + ([] if fault is None else [("/password", fault)])


def _name_faults(name: str) -> list[tuple[str, str]]:
    try:
        check_shown_name(name)
    except ValueError as problem:
        return [("/name", str(problem))]
    if _NAME.fullmatch(name) is None:
        return [
            ("/name", "is 1 to 40 letters, digits, spaces, dots or hyphens, and begins with a letter or digit")
        ]
    return []
