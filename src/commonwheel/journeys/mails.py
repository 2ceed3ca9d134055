"""Mails to people with an account: written here, sent by the worker, and composed only then."""

from commonwheel.errors import KeyLost
from commonwheel.journeys.accounts import LASTS, RESET, VERIFY, key_owner, link_for
from commonwheel.journeys.standing import stop_link
from commonwheel.journeys.world import World
from commonwheel.records.account import Account
from commonwheel.records.standing import Standing

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
    "summary": (
        "What was given for you at {commons}",
        "You allow {commons} to take gifts without asking you each time. Since the last mail {number} made so.\n\n"
        "Look at them, fix them or take them back: {mine}\n\nStop it with one click: {stop}\n",
    ),
    "check-up": (
        "Do you still allow it? {commons}",
        "You allow {commons} to take gifts without asking you each time, and wanted to look at that again on "
        "{day}. From that day on it rests until you do: {mine}/standing\n\nStop it with one click: {stop}\n",
    ),
    "known": (
        "You have an account at {commons}",
        "Somebody, probably you, tried to open an account at {commons} with this address.\n\n"
        "It has one already, named {name}. To sign in: {sign_in}\n\nIf it was not you, nothing was changed.\n",
    ),
}


def send_mail(world: World, account: str, mail: str, standing: str = "", number: int = 0) -> None:
    """Send one; to an account that is gone by now nothing is sent. Raises Unavailable where it cannot be sent.

    What is about a standing consent that has ended meanwhile is not sent.
    """
    with world.database.read() as tx:
        there = tx.accounts.get(account)
        allowed = tx.standings.get(standing) if standing else None
    if there is None or (standing and (allowed is None or allowed.ended is not None)):
        return
    _send(world, there, mail, allowed, number)


def _send(world: World, account: Account, mail: str, standing: Standing | None, number: int) -> None:
    to = address_of(world, account)
    if to is None or world.mail is None:
        return
    stop = "" if standing is None else stop_link(world, standing)
    subject, text = _TEXTS[mail]
    words = {
        "commons": world.name,
        "name": account.name,
        "sign_in": f"{world.public_url}/sign-in",
        "link": link_for(world, account, mail) if mail in LASTS else "",
        "number": f"{number} {'gift was' if number == 1 else 'gifts were'}",
        "day": "" if standing is None else f"{standing.allowed.check_up:%Y-%m-%d}",
        "mine": f"{world.public_url}/mine",
        "stop": stop,
    }
    world.mail.send(to, subject.format(**words), text.format(**words), stop)


def address_of(world: World, account: Account) -> str | None:
    """Where their mail goes; None for who gave no address."""
    if account.email is None:
        return None
    try:
        return world.keys.open(key_owner(account.id), account.email, f"{account.id}.email").decode()
    except KeyLost:
        return None
