"""Mails to people with an account: written here, sent by the worker, and composed only then."""

from commonwheel.errors import KeyLost
from commonwheel.journeys.accounts import LASTS, RESET, VERIFY, key_owner, link_for
from commonwheel.journeys.world import World
from commonwheel.records.account import Account

_TEXTS = {
    VERIFY: (
        "Open your account at {commons}",
        "Somebody, probably you, opened an account named {name} at {commons}.\n\n"
        "This link opens it. It works once, within two days:\n\n{link}\n\n"
        "If it was not you, do nothing: without the link the account is removed after a week.\n",
    ),
    RESET: (
        "A new password at {commons}",
        "Somebody, probably you, asked to set a new password for {name} at {commons}.\n\n"
        "This link lets you. It works once, within two hours:\n\n{link}\n\n"
        "If it was not you, do nothing: the password stays as it is.\n",
    ),
    "known": (
        "You have an account at {commons}",
        "Somebody, probably you, tried to open an account at {commons} with this address.\n\n"
        "It has one already, named {name}. To sign in: {sign_in}\n\nIf it was not you, nothing was changed.\n",
    ),
}


def send_mail(world: World, id: str, mail: str) -> None:
    """Send one; to an account that is gone by now nothing is sent. Raises Unavailable where it cannot be sent."""
    with world.database.read() as tx:
        account = tx.accounts.get(id)
    to = None if account is None else address_of(world, account)
    if account is None or to is None or world.mail is None:
        return
    subject, text = _TEXTS[mail]
    words = {
        "commons": world.name,
        "name": account.name,
        "sign_in": f"{world.public_url}/sign-in",
        "link": link_for(world, account, mail) if mail in LASTS else "",
    }
    world.mail.send(to, subject.format(**words), text.format(**words))


def address_of(world: World, account: Account) -> str | None:
    """Where their mail goes; None for who gave no address."""
    if account.email is None:
        return None
    try:
        return world.keys.open(key_owner(account.id), account.email, f"{account.id}.email").decode()
    except KeyLost:
        return None
