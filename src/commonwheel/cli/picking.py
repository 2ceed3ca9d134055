"""`commonwheel pick`: the conversations of an export, to choose from, and what of one would be public."""

import re
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from commonwheel.cli.running import opened
from commonwheel.cli.speaking import as_text, count, in_line, json_option, say

if TYPE_CHECKING:
    from commonwheel.collect.items import Summary
    from commonwheel.journeys.exports import Listed
    from commonwheel.journeys.world import World

_SHOWN = 60
_TOLD = 20
"""So many things that were not read are told; all are counted."""


def _month(context: click.Context, option: click.Parameter, value: str) -> str:
    if value and not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value):
        raise click.BadParameter("a month is written as 2026-03.")
    return value


@click.command("pick")
@click.argument("file", metavar="FILE")
@click.option("--search", default="", help="Words in the title or the first question.")
@click.option("--since", default="", callback=_month, metavar="YYYY-MM", help="Begun in this month or later.")
@click.option("--until", default="", callback=_month, metavar="YYYY-MM", help="Begun in this month or earlier.")
@click.option("--model", default="", help="Answered by this model.")
@click.option("--without-personal", is_flag=True, help="Only those in which programs find nothing to hide.")
@click.option("--preview", type=int, metavar="NUMBER", help="Show what of this one would be public.")
@json_option
def pick_command(
    file: str,
    search: str,
    since: str,
    until: str,
    model: str,
    without_personal: bool,
    preview: int | None,
    as_json: bool,
) -> None:
    """List the conversations of an export, to give some of them with `commonwheel import --only`.

    Nothing is stored. Numbers are the same whenever the same file is read. What could not be read is told.
    """
    from commonwheel.collect.exports import read
    from commonwheel.journeys.exports import found_in, listed_in

    with opened(new=True) as app:
        if preview is not None:
            say(as_text(_previews(app.world, file, preview)))
            return
        reading = read(file)
        lines = found_in(
            (line for line in listed_in(app.world, reading) if line.items),
            words=search,
            since=since,
            until=until,
            model=model,
            clean=without_personal,
        )
    _tell_skipped(file, reading.summary())
    if as_json:
        say(as_text([_facts(line) for line in lines]))
        return
    for line in lines:
        say(_row(line))
    if lines:
        command = f"commonwheel import {shlex.quote(file)} --only {_numbers(lines)}"
        say(f"{count(len(lines), 'conversation')}. To give: {command}")
    else:
        say("No conversation is like that.")


def _tell_skipped(file: str, summary: "Summary") -> None:
    for problem in summary.skipped[:_TOLD]:
        click.echo(f"{file}, {problem.where}: {problem.why}", err=True)
    if summary.skipped_count > _TOLD:
        click.echo(f"{file}: {count(summary.skipped_count - _TOLD, 'more report')} like these.", err=True)


def _previews(world: "World", file: str, number: int) -> list[dict[str, Any]]:
    """What would be public of each thing in a conversation, and why the rest would not."""
    from commonwheel.collect.exports import read
    from commonwheel.collect.items import Skipped
    from commonwheel.journeys.preview import preview
    from commonwheel.release.publish import said_in

    items = [item for item in read(file).picked({number}) if not isinstance(item, Skipped)]
    if not items:
        raise click.UsageError(f"{file} has no conversation {number}, or nothing in it can be given.")
    shown = [preview(world, None, item) for item in items]
    return [
        {
            "would_publish": said_in(public) if (public := each["would_publish"]) else None,
            "verdict": each["verdict"],
        }
        for each in shown
    ]


def _facts(line: "Listed") -> dict[str, Any]:
    names = ("number", "title", "created", "model", "messages", "items", "personal")
    return {name: getattr(line, name) for name in names}


def _row(line: "Listed") -> str:
    hidden = f"{line.personal} hidden" if line.personal else ""
    title = in_line(line.title or line.first)[:_SHOWN]
    size = count(line.messages, "message")
    return f"{line.number:5}  {line.month:7}  {size:>12}  {hidden:>10}  {in_line(line.model):20.20}  {title}"


def _numbers(lines: Sequence["Listed"]) -> str:
    """As `--only` reads them: 1-3,7."""
    runs: list[list[int]] = []
    for line in lines:
        if runs and runs[-1][1] == line.number - 1:
            runs[-1][1] = line.number
        else:
            runs.append([line.number, line.number])
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)
