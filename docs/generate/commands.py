"""The page of commands, from the command line's own index."""

import inspect
from collections.abc import Iterator

import click

from docs.generate.markdown import page, table


def commands() -> Iterator[tuple[str, click.Command, click.Context]]:
    """Every command and every subcommand, in the order of the index."""
    from commonwheel.cli.main import cli

    context = click.Context(cli, info_name="commonwheel")
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        assert command is not None, name
        yield from _below(command, name, context)


def _below(
    command: click.Command, name: str, parent: click.Context
) -> Iterator[tuple[str, click.Command, click.Context]]:
    context = click.Context(command, info_name=name, parent=parent)
    yield context.command_path, command, context
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            below = command.get_command(context, each)
            assert below is not None, each
            yield from _below(below, each, context)


def commands_page() -> str:
    """All commands with their options."""
    from commonwheel.cli.main import COMMANDS

    index = table(
        ["command", "does"], [(f"[`{name}`](#commonwheel-{name})", what) for name, (_, what) in COMMANDS.items()]
    )
    parts = [_command(path, command, context) for path, command, context in commands() if not command.hidden]
    return page("Commands", _COMMANDS, index, *parts)


_COMMANDS = """
Commands read their settings from the environment ([settings](settings.md)) and work beside a running server.
They end with 0 when it is done, 1 when it was refused for a stated reason, 2 when it was called wrongly.
`--json` prints the same facts for programs. Long work shows progress on a terminal and none in a pipe.
`commonwheel --debug …` shows the traceback of what is unexpected; otherwise only its kind is told, since
its words may hold content.
"""


def _command(path: str, command: click.Command, context: click.Context) -> str:
    usage = " ".join([path, *command.collect_usage_pieces(context)])
    text = inspect.cleandoc(command.help or "").replace("\b\n", "")
    options = [each for each in command.params if isinstance(each, click.Option) and not each.hidden]
    rows = [(f"`{_option(each)}`", (each.help or "") + _default(each)) for each in options]
    level = "#" * (1 + path.count(" "))
    shown = table(["option", "meaning"], rows) if rows else ""
    return f"{level} {path}\n\n{text}\n\n```text\n{usage}\n```\n\n{shown}"


def _option(option: click.Option) -> str:
    names = ", ".join((*option.opts, *option.secondary_opts))
    if option.is_flag:
        return names
    if isinstance(option.type, click.Choice):
        return f"{names} {'|'.join(option.type.choices)}"
    return f"{names} {option.make_metavar(click.Context(click.Command('x')))}"


def _default(option: click.Option) -> str:
    said = [" Required."] if option.required else []
    if option.show_default and option.default is not None:
        said.append(f" Default: `{option.default}`.")
    return "".join(said)
