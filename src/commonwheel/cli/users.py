"""`commonwheel user`: people with an account."""

import click

from commonwheel.cli.running import opened
from commonwheel.cli.speaking import json_option, say, table, tell
from commonwheel.records.account import Role

_ROLES = [role.value for role in Role]


@click.group("user")
def user_command() -> None:
    """Add people, give them roles, and end their accounts."""


@user_command.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(_ROLES), default=Role.CONTRIBUTOR.value, show_default=True)
@json_option
def add(name: str, role: str, as_json: bool) -> None:
    """Add somebody, and print a link with which they set a password. It works once, within two hours."""
    from commonwheel.journeys.accounts import RESET, add_account, link_for

    with opened(new=True) as app:
        account = add_account(app.world, name, Role(role))
        link = link_for(app.world, account, RESET)
    tell({"name": account.name, "role": account.role, "link": link}, as_json, link)


@user_command.command("list")
@json_option
def list_users(as_json: bool) -> None:
    """List all accounts, the oldest first; addresses are sealed and not shown."""
    with opened() as app, app.world.database.read() as tx:
        accounts = tx.accounts.all()
    facts = [
        {
            "name": account.name,
            "role": account.role,
            "created": account.created,
            "verified": account.verified,
            "ended": account.ended,
        }
        for account in accounts
    ]
    rows = [
        (
            account.name,
            account.role,
            f"{account.created:%Y-%m-%d}",
            "ended" if account.ended else "open" if account.verified else "not verified",
        )
        for account in accounts
    ]
    tell(facts, as_json, *(table(rows) or ["There are no accounts yet."]))


@user_command.command("link")
@click.argument("name")
def link(name: str) -> None:
    """Print a link with which somebody sets another password."""
    from commonwheel.errors import NotFound
    from commonwheel.journeys.accounts import RESET, link_for

    with opened() as app:
        with app.world.database.read() as tx:
            account = tx.accounts.named(name)
        if account is None:
            raise NotFound("There is no account of this name.")
        say(link_for(app.world, account, RESET))


@user_command.command("role")
@click.argument("name")
@click.argument("role", type=click.Choice(_ROLES))
def role(name: str, role: str) -> None:
    """Let somebody do what a role may; it takes effect with their next request."""
    from commonwheel.journeys.accounts import give_role

    with opened() as app:
        give_role(app.world, name, Role(role))
    say(f"{name} is {'an' if role[0] in 'aeiou' else 'a'} {role} now.")


@user_command.command("end")
@click.argument("name")
def end(name: str) -> None:
    """Sign somebody out everywhere, for good. What they gave stays: 'erase --contributor' is another matter."""
    from commonwheel.journeys.accounts import end_account

    with opened() as app:
        end_account(app.world, name)
    say(f"The account {name} is ended; 'user open' undoes it.")


@user_command.command("open")
@click.argument("name")
def open_again(name: str) -> None:
    """Undo the end of an account."""
    from commonwheel.journeys import accounts

    with opened() as app:
        accounts.open_again(app.world, name)
    say(f"The account {name} is open again.")
