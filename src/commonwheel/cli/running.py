"""How a command gets its world: settings from the environment, an actor for whoever sits at the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from commonwheel.adapters.logs import write_events
from commonwheel.errors import Misconfigured
from commonwheel.settings import Settings, load_settings

if TYPE_CHECKING:
    from commonwheel.app import App
    from commonwheel.journeys.world import World
    from commonwheel.people.tokens import Actor, TokenScope

LOCAL_TOKEN = "command-line"
"""What stands where others have a token: a command runs with the rights of whoever can read HOME."""


@contextmanager
def opened(*, new: bool = False) -> Iterator["App"]:
    """The instance that the settings name, closed again at the end; `new`: made where there is none."""
    settings = load_settings()
    write_events(settings["LOG"], least="warning")
    app = open_instance(settings, new=new)
    try:
        yield app
    finally:
        app.close()


def open_instance(settings: Settings, *, new: bool) -> "App":
    """Open it. Whoever is in a wrong folder shall notice: none is made unless it may be, and never in silence."""
    from commonwheel.app import build, is_made

    made = is_made(settings)
    if not (made or new):
        raise Misconfigured(
            f"There is no instance in {settings.home.absolute()}: "
            "set COMMONWHEEL_HOME, or start one with 'commonwheel serve'."
        )
    app = build(settings)
    if not made:
        tell_made(settings)
    return app


def tell_made(settings: Settings) -> None:
    """Say that there is an instance now where none was."""
    click.echo(f"Made a new instance in {settings.home.absolute()}.", err=True)


def operator(world: "World", name: str, *scopes: "TokenScope", token: str = LOCAL_TOKEN) -> "Actor":
    """A person at the command line; `name` is their account's, so that they are the same person in the API."""
    from commonwheel.journeys.sign_in import person

    return person(world, name, scopes, token)


def contributor_of(world: "World", name: str) -> str:
    """The keyed hash of a person, named by it or as door:user."""
    if len(name) == 32 and set(name) <= set("0123456789abcdef"):
        return name
    door, separator, user = name.partition(":")
    if not separator or not user:
        raise click.UsageError("A person is a hash of 32 hex digits, or door:user (account:ann for a token's).")
    from commonwheel.journeys.sign_in import ACCOUNT, person

    return person(world, user).contributor if door == ACCOUNT else world.identity.contributor(door, user)
