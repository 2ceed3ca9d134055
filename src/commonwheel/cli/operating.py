"""`commonwheel settings`, `schema` and `migrate`: what an operator asks once in a while."""

from collections.abc import Callable
from typing import Any

import click

from commonwheel.cli.running import tell_made
from commonwheel.cli.speaking import as_text, json_option, say, tell
from commonwheel.settings import SETTINGS, load_settings, make_home, shown_value, with_address


@click.command("settings")
@json_option
def settings_command(as_json: bool) -> None:
    """Print all settings with their values and where those come from. Secrets are hidden."""
    settings = with_address(load_settings())
    facts = []
    for setting in SETTINGS:
        value = settings[setting.name]
        origin = settings.origins[setting.name]
        if setting.secret and not value:
            kept = (settings.home / setting.name.lower()).exists()
            origin = "file in HOME" if kept else origin
        shown = shown_value(setting, value, origin)
        facts.append({"name": setting.variable, "value": shown, "origin": origin, "help": setting.help})
    lines = [
        line
        for each in facts
        for line in (f"{each['name']}={each['value']}", f"    {each['help']} ({each['origin']})")
    ]
    tell(facts, as_json, *lines)


def _contribution() -> Any:
    from commonwheel.collect.payloads import contribution_schema

    return contribution_schema()


def _edit() -> Any:
    from commonwheel.collect.payloads import edit_schema

    return edit_schema()


def _feedback() -> Any:
    from commonwheel.collect.payloads import feedback_schema

    return feedback_schema()


def _policy() -> Any:
    from commonwheel.curate.policy_files import policy_schema

    return policy_schema()


def _gold_policy() -> Any:
    from commonwheel.learn.gold_policy import gold_policy_schema

    return gold_policy_schema()


def _gate() -> Any:
    from commonwheel.learn.gate import gate_schema

    return gate_schema()


def _recipe() -> Any:
    from commonwheel.learn.recipe import recipe_schema

    return recipe_schema()


SCHEMAS: dict[str, Callable[[], Any]] = {
    "contribution": _contribution,
    "edit": _edit,
    "feedback": _feedback,
    "policy": _policy,
    "gold-policy": _gold_policy,
    "gate": _gate,
    "recipe": _recipe,
}


@click.command("schema")
@click.argument("name", type=click.Choice(list(SCHEMAS)))
def schema_command(name: str) -> None:
    """Print the JSON Schema of what people give, or of a policy file."""
    say(as_text(SCHEMAS[name]()))


@click.command("migrate")
@json_option
def migrate_command(as_json: bool) -> None:
    """Bring the database's tables up to date. Make a backup first."""
    from commonwheel.adapters.sql.migrate import HEAD, create, schema_state
    from commonwheel.app import is_made, open_database
    from commonwheel.errors import Misconfigured

    settings = load_settings()
    made = is_made(settings)
    make_home(settings.home)
    database = open_database(settings)
    try:
        before = schema_state(database.engine)
        if before == "newer":
            raise Misconfigured("The database is of a newer version than this program: upgrade the program.")
        if before != "current":
            create(database.engine)
    finally:
        database.close()
    if not made:
        tell_made(settings)
    done = {
        "current": "The tables are of today's version already.",
        "empty": "The tables are made.",
        "older": "The tables are brought up to date.",
    }
    tell({"before": before, "version": HEAD}, as_json, done[before])
