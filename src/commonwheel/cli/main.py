"""The command `commonwheel`: an index of all commands, each loaded only when it is used."""

import sys
from importlib import import_module
from types import TracebackType
from typing import Any

import click

from commonwheel import __version__
from commonwheel.errors import CommonwheelError

COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("serving", "Serve the API and the pages, with a worker beside them."),
    "worker": ("serving", "Curate what waits and run scheduled work."),
    "demo": ("demo", "Turn the wheel once, on a sample, and show what happened."),
    "scan": ("scan", "Show what curation would find and hide in files. Nothing is stored."),
    "check": ("checking", "Check contribution files before they are given, as a step of CI."),
    "policy": ("policies", "Check, test, compare and adopt the rules that decide."),
    "pick": ("picking", "List the conversations of an export, to give some of them."),
    "import-ratings": ("ratings", "Give what people rated in Open WebUI, of those who allowed it."),
    "request-letter": ("letters", "Write to a provider for your conversations."),
    "import": ("importing", "Give what is in export files."),
    "review": ("review", "Look at what the policy would not decide, and decide."),
    "take-down": ("review", "Relieve all releases of an item at once."),
    "hold": ("review", "Leave an item out of the next releases for a time."),
    "release": ("release", "Cut, list, compare, verify and roll back releases."),
    "export": ("export", "Write a release, or its gold pairs, in a format that others read."),
    "gold": ("gold", "Count, build, list and roll back the pairs that models may learn from."),
    "train": ("training", "Train a model by the recipe, measure it, and let the gate decide."),
    "evaluate": ("training", "Measure a model beside the one that serves."),
    "models": ("training", "List all models, or show one."),
    "attribute": ("attributing", "Show the released records that an answer resembles."),
    "promote": ("training", "Let a candidate serve."),
    "revert": ("training", "Take the last promotion back."),
    "publish": ("publishing", "Publish a model with its card, to a folder or to the hub."),
    "serve-model": ("serving_model", "Serve a model beside its base, with OpenAI's API, to try it."),
    "withdraw": ("rights", "Leave contributions out of future releases."),
    "erase": ("rights", "Destroy contributions everywhere they are held here."),
    "takeout": ("rights", "Write everything a person gave to a file."),
    "token": ("tokens", "Make, list and end tokens."),
    "user": ("users", "Add people, give them roles, and end their accounts."),
    "settings": ("operating", "Print all settings with their values and where those come from."),
    "schema": ("operating", "Print a JSON Schema."),
    "doctor": ("doctor", "Check that everything is in order, and say what to do where it is not."),
    "migrate": ("operating", "Bring the database's tables up to date."),
    "backup": ("backups", "Copy database, lake, models and keys, while others work."),
    "restore": ("backups", "Fill an empty HOME from a backup."),
}
"""Every command, the module beside this one that holds it, and what it does."""


class Refusal(click.ClickException):
    """A CommonwheelError as the command line tells it: exit code 1, a plain line or two."""

    def __init__(self, refused: CommonwheelError) -> None:
        super().__init__(refused.message)
        self.details = refused.details

    def show(self, file: Any = None) -> None:
        """Message first, then each fault on a line of its own, unless the message says as much."""
        click.echo(self.message, err=True)
        for fault in self.details.get("faults", ()):
            where = f"{fault['path']}: " if fault["path"] else ""
            if where or fault["problem"] not in self.message:
                click.echo(f"  {where}{fault['problem']}", err=True)


class Index(click.Group):
    """A group that knows its commands by name and loads each when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the index, which is the order of the journey."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command itself, or for the list of commands only its name and what it does."""
        if cmd_name not in COMMANDS:
            return None
        module, summary = COMMANDS[cmd_name]
        if ctx.meta.get("listing"):
            return click.Command(cmd_name, short_help=summary)
        attribute = cmd_name.replace("-", "_") + "_command"
        command: click.Command = getattr(import_module(f"commonwheel.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List all commands without loading any."""
        ctx.meta["listing"] = True
        super().format_commands(ctx, formatter)

    def invoke(self, ctx: click.Context) -> Any:
        """What is refused for a stated reason is told, not traced."""
        try:
            return super().invoke(ctx)
        except CommonwheelError as refused:
            raise Refusal(refused) from refused


@click.command(cls=Index, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of what is unexpected.")
@click.version_option(__version__, message="commonwheel %(version)s")
def cli(debug: bool) -> None:
    """Commonwheel: a public AI data flywheel.

    Settings are read from the environment; 'commonwheel settings' lists them.
    """
    if not debug:
        sys.excepthook = _tell_briefly


def _tell_briefly(kind: type[BaseException], problem: BaseException, trace: TracebackType | None) -> None:
    """The words of an unexpected error may hold content, so only its kind is told."""
    place = ""
    while trace is not None:
        code = trace.tb_frame.f_code
        if "commonwheel" in code.co_filename:
            place = f" in {code.co_name}, line {trace.tb_lineno}"
        trace = trace.tb_next
    click.echo(f"Something unexpected happened: {kind.__name__}{place}.", err=True)
    click.echo("'commonwheel --debug …' shows where. Please report it.", err=True)


def main() -> None:
    """The entry point."""
    cli(prog_name="commonwheel")
