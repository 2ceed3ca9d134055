"""`commonwheel serve-model`: a small server with OpenAI's API, to try a model beside its base."""

import json
import os
import signal
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commonwheel.cli.running import opened
from commonwheel.cli.speaking import say

if TYPE_CHECKING:
    from commonwheel.journeys.world import World
    from commonwheel.records.model import Model


@click.command("serve-model")
@click.argument("model", required=False)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8100, show_default=True, type=click.IntRange(0, 65535), help="0 takes a free one.")
@click.option("--api", default="", help="A Commonwheel that thumbs and edits are passed on to.")
@click.option("--token-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Its token.")
def serve_model_command(model: str | None, host: str, port: int, api: str, token_file: Path | None) -> None:
    """Serve MODEL (m12, or 'base'; by default the promoted one) beside its base, with OpenAI's API.

    For one machine and few people: a large service loads promoted adapters itself (COMMONWHEEL_VLLM_URL).
    """
    from commonwheel.journeys.run_training import files_of, trainer_of

    if bool(api) != bool(token_file):
        raise click.UsageError("--api and --token-file go together.")
    token = token_file.read_text().strip() if token_file else ""
    with opened() as app, ExitStack() as open:
        trainer_of(app.world).ready()
        chosen, base = _chosen(app.world, model)
        call = [sys.executable, "-m", "commonwheel.recipes.serve", base["model"], "--parent", str(os.getpid())]
        if chosen is not None:
            call.insert(4, f"{chosen.name}={open.enter_context(files_of(app.world).folder(chosen.number))}")
        call += ["--host", host, "--port", str(port), "--facts", json.dumps(_facts(base))]
        call += ["--api", api] if api else []
        name = "The base" if chosen is None else chosen.name
        _serve(call, token, f"{name}, an adapter for {_facts(base)['base']}," if chosen else "The base")


def _chosen(world: "World", name: str | None) -> tuple["Model | None", dict[str, Any]]:
    """The model to serve, None for the base alone, and what its recipe says of the base."""
    from dataclasses import asdict

    from commonwheel.errors import NotFound
    from commonwheel.journeys.plan_training import recipe_in_force
    from commonwheel.learn.recipe import parse_recipe
    from commonwheel.web.api.models import number_of

    with world.database.read() as tx:
        model = tx.models.promoted()
        if name not in (None, "base"):
            model = tx.models.get(number_of(str(name)))
            if model is None:
                raise NotFound(f"There is no model {name}.")
    if name == "base" or model is None:
        recipe = recipe_in_force(world)[0] if model is None else parse_recipe(model.recipe)
        return None, asdict(recipe.base)
    return model, asdict(parse_recipe(model.recipe).base)


def _facts(base: dict[str, Any]) -> dict[str, Any]:
    """What every answer says of what it stands on."""
    from commonwheel.journeys.lineage import public_name

    return {"base": public_name(base["model"]), "builder": base["builder"], "license": base["license"]}


def _serve(call: list[str], token: str, what: str) -> None:
    """Start the server, say where it is, and wait for its end or ours."""
    from commonwheel.adapters.recipe_process import bare_of_secrets
    from commonwheel.errors import Unavailable

    server = subprocess.Popen(
        call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env=bare_of_secrets(),
    )  # fmt: skip
    assert server.stdin is not None and server.stdout is not None
    server.stdin.write(token + "\n")
    server.stdin.close()
    signal.signal(signal.SIGTERM, lambda *_: server.terminate())
    try:
        for line in server.stdout:
            told = json.loads(line)
            if "address" not in told:
                raise Unavailable(f"The server did not start: {told.get('failed')}.")
            say(f"{what} is at {told['address']}/v1, with OpenAI's API. Ctrl-C stops it.")
        server.wait()
    except KeyboardInterrupt:
        say("\nStopped.")
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()
