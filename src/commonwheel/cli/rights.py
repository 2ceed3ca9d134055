"""`commonwheel withdraw`, `erase` and `takeout`: what people may do about what they gave."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from commonwheel.cli.running import contributor_of, opened, operator
from commonwheel.cli.speaking import count, json_option, size, tell
from commonwheel.errors import Conflict, LakeBusy, NotFound, StorageFailed
from commonwheel.people.tokens import TokenScope

if TYPE_CHECKING:
    from commonwheel.journeys.world import World
    from commonwheel.ports import LakeErasure

_OF_ERASURES = ("erase_rows", "destroy_key", "scrub")
_POLL = 0.1


@click.command("withdraw")
@click.argument("ids", nargs=-1, required=True, metavar="ID…")
@click.option("--undo", is_flag=True, help="Give them again instead: they are curated again.")
@json_option
def withdraw_command(ids: tuple[str, ...], undo: bool, as_json: bool) -> None:
    """Leave contributions out of future releases and of learning. It can be undone."""
    from commonwheel.journeys.take_back import give_again, withdraw

    with opened() as app:
        actor = operator(app.world, "operator", TokenScope.ADMIN)
        act = give_again if undo else withdraw
        states = {id: act(app.world, actor, id) for id in ids}
        finish_chores(app.world)
    words = "Given again, and curated again" if undo else "Withdrawn from all releases to come"
    tell({"states": states}, as_json, f"{words}: {count(len(ids), 'contribution')}.")


@click.command("erase")
@click.argument("ids", nargs=-1, metavar="ID…")
@click.option("--contributor", help="Everything of one person: the hash that 'import' printed, or door:user.")
@json_option
def erase_command(ids: tuple[str, ...], contributor: str | None, as_json: bool) -> None:
    """Destroy contributions everywhere they are held here. This cannot be undone."""
    from commonwheel.journeys.take_back import erase, erase_contributor

    if bool(ids) == bool(contributor):
        raise click.UsageError("Name contributions by their ids, or one person with --contributor.")
    with opened() as app:
        if contributor:
            erased = erase_contributor(app.world, contributor_of(app.world, contributor))
            if not erased:
                raise NotFound(f"{contributor} gave nothing here, or it is erased already.")
        else:
            actor = operator(app.world, "operator", TokenScope.ADMIN)
            for id in ids:
                erase(app.world, actor, id)
            erased = len(ids)
        erasures = finish_chores(app.world)
    rows = sum(each.rows for each in erasures)
    files = sum(each.files_rewritten for each in erasures)
    written = sum(each.bytes_rewritten for each in erasures)
    facts = {"erased": erased, "rows": rows, "files_rewritten": files, "bytes_rewritten": written}
    lines = [f"Erased {count(erased, 'contribution')}."]
    if rows:
        lines.append(f"{count(rows, 'row')} left the lake; {count(files, 'file')} rewritten, {size(written)}.")
    lines.append("Backups hold it until the next 'commonwheel backup' to the same folder: make one now.")
    tell(facts, as_json, *lines)


def finish_chores(world: "World") -> list["LakeErasure"]:
    """See to it that it is done when the command says so, whoever does it: the worker may be faster."""
    from commonwheel.journeys.chores import do_chores

    erasures: list[LakeErasure] = []
    end = time.monotonic() + world.limits.lake_wait.total_seconds()
    while True:
        do_chores(world, wait_for_lake=True, report=erasures.append)
        with world.database.read() as tx:
            left = [name for name in _OF_ERASURES if tx.chores.pending(name)]
        if not left:
            return erasures
        if time.monotonic() > end:
            raise LakeBusy(
                "It is erased from the database. What is left to do elsewhere is queued, and the worker does it: "
                f"{', '.join(left)}. 'commonwheel worker --once' tries again now."
            )
        time.sleep(_POLL)


@click.command("takeout")
@click.option("--as", "user", required=True, help="The account, or door:user.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@json_option
def takeout_command(user: str, out: Path, as_json: bool) -> None:
    """Write everything a person gave to a file, as they gave it; 'commonwheel import' reads it."""
    from commonwheel.journeys.take_out import take_out

    number = 0
    with opened() as app, _new_file(out) as file:
        whose = [contributor_of(app.world, user)] if ":" in user else operator(app.world, user).contributors
        for line in take_out(app.world, whose):
            file.write(line)
            number += 1
    tell({"contributions": number, "file": str(out)}, as_json, f"Wrote {count(number, 'contribution')} to {out}.")


def _new_file(out: Path) -> BinaryIO:
    """A file that its owner alone reads."""
    try:
        return os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        raise Conflict(f"{out} exists already: remove it, or write elsewhere.") from None
    except OSError as problem:
        raise StorageFailed(f"{out} cannot be written: {problem.strerror}.") from None
