"""`commonwheel publish`: a model with its card, in a folder or on the hub."""

import tempfile
from pathlib import Path

import click

from commonwheel.cli.running import opened
from commonwheel.cli.speaking import json_option, tell
from commonwheel.cli.training import ModelNumber


@click.command("publish")
@click.argument("model", type=ModelNumber())
@click.option("--to", "to", type=click.Choice(["folder", "huggingface"]), required=True, help="Where it goes.")
@click.option("--out", type=click.Path(path_type=Path), help="The new folder.")
@click.option("--repo", default="", help="The repository on the hub: name/model.")
@click.option("--private", is_flag=True, help="A new repository is private.")
@json_option
def publish_command(model: int, to: str, out: Path | None, repo: str, private: bool, as_json: bool) -> None:
    """Publish a model: its adapter, and a card that says what it is made of and how it was measured.

    For the hub, sign in first with 'hf auth login'.
    """
    from commonwheel.adapters.model_card import model_card, to_folder, to_hub
    from commonwheel.errors import Conflict
    from commonwheel.journeys.lineage import model_view
    from commonwheel.journeys.run_training import files_of

    if (to == "folder") != (out is not None) or (to == "huggingface") != bool(repo):
        raise click.UsageError("--to folder needs --out, and --to huggingface needs --repo.")
    with opened() as app, tempfile.TemporaryDirectory(prefix="commonwheel-publish-") as work:
        view = model_view(app.world, model)
        card = model_card(view, app.world.name, app.world.public_url)
        with files_of(app.world).folder(model) as files:
            if out is not None:
                if out.exists():
                    raise Conflict(f"{out} is there already: name a new folder.")
                where = str(to_folder(files, card, out))
            else:
                folder = to_folder(files, card, Path(work) / view["name"])
                where = to_hub(folder, repo, private=private, message=f"{app.world.name} {view['name']}")
    tell({"model": model, "to": where}, as_json, f"{view['name']} is in {where}, with its card.")
