"""How a command gets its world: settings from the environment, an actor for whoever sits at the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from commonwheel.adapters.logs import write_events
from commonwheel.settings import load_settings

if TYPE_CHECKING:
    from commonwheel.app import App
    from commonwheel.journeys.world import World
    from commonwheel.people.tokens import Actor, TokenScope

LOCAL_TOKEN = "command-line"
"""What stands where others have a token: a command runs with the rights of whoever can read HOME."""


@contextmanager
def opened() -> Iterator["App"]:
    """The instance that the settings name, closed again at the end."""
    from commonwheel.app import build

    settings = load_settings()
    write_events(settings["LOG"], least="warning")
    app = build(settings)
    try:
        yield app
    finally:
        app.close()


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
