"""`commonwheel token`: bearer tokens for people and doors."""

from pathlib import Path

import click
from pydantic import ValidationError

from commonwheel.cli.running import opened
from commonwheel.cli.speaking import json_option, say, table, tell
from commonwheel.people.tokens import TokenScope

_SCOPES = [scope.value for scope in TokenScope]


@click.group("token")
def token_command() -> None:
    """Make, list and end tokens."""


@token_command.command("create")
@click.option("--scope", "scopes", multiple=True, required=True, type=click.Choice(_SCOPES), help="Repeatable.")
@click.option("--for", "subject", default="operator", show_default=True, help="The person or door it speaks for.")
@click.option(
    "--terms", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its default terms, JSON."
)
@json_option
def create(scopes: tuple[str, ...], subject: str, terms: Path | None, as_json: bool) -> None:
    """Print a new token, once: only its hash is kept."""
    from commonwheel.collect.faults import invalid_input
    from commonwheel.journeys.sign_in import create_token
    from commonwheel.records.terms import TERMS

    default = None
    if terms is not None:
        try:
            default = TERMS.validate_json(terms.read_bytes())
        except ValidationError as problem:
            raise invalid_input(problem) from None
    with opened(new=True) as app:
        secret = create_token(app.world, subject, [TokenScope(scope) for scope in dict.fromkeys(scopes)], default)
    tell({"token": secret, "for": subject, "scopes": list(dict.fromkeys(scopes))}, as_json, secret)


@token_command.command("list")
@json_option
def list_tokens(as_json: bool) -> None:
    """List all tokens, without their secrets."""
    with opened() as app, app.world.database.read() as tx:
        tokens = tx.access.tokens()
    facts = [
        {
            "id": token.id,
            "for": token.subject,
            "scopes": list(token.scopes),
            "created": token.created,
            "revoked": token.revoked,
            "terms": token.terms is not None,
        }
        for token in tokens
    ]
    rows = [
        (
            token.id,
            token.subject,
            " ".join(token.scopes),
            f"{token.created:%Y-%m-%d}",
            "ended" if token.revoked else "valid",
        )
        for token in tokens
    ]
    tell(facts, as_json, *(table(rows) or ["There are no tokens yet."]))


@token_command.command("revoke")
@click.argument("id")
def revoke(id: str) -> None:
    """End a token at once."""
    from commonwheel.journeys.sign_in import revoke_token

    with opened() as app:
        revoke_token(app.world, id)
    say(f"Token {id} is ended.")
