"""`commonwheel import`: export files become contributions, under terms that a person agrees to."""

import getpass
import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import ValidationError

from commonwheel.cli.running import opened, operator
from commonwheel.cli.speaking import Progress, as_text, count, json_option, say, tell
from commonwheel.errors import NotFound

if TYPE_CHECKING:
    from commonwheel.journeys.import_file import Report
    from commonwheel.records.terms import Terms

CONSENT = "2026-11"
"""The version of the text below."""

_MOST_PICKED = 100_000

_TERMS = """\
You give what is in {files}, as {user}, under these terms:
  license        {license}
  AI preference  {preference}
  purposes       {purposes}
  scope          {scope}
  shown as       anonymous
Lines that bring their own terms keep them. What identifies people is looked for and hidden, and what is
doubtful waits for a reviewer; names in running text are not found by machine. You can take everything
back; copies that others already took cannot be called back."""

_THEIRS = """\
You give what is in {files}, as {user}, each under the terms that it brings; what brings none is left out.
What identifies people is looked for and hidden, and what is doubtful waits for a reviewer."""


@click.command("import")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--as", "user", help="The account that gives. Default: your user name here.")
@click.option("--license", default="CC-BY-4.0", show_default=True, help="CC0-1.0, CC-BY-4.0 or CC-BY-SA-4.0.")
@click.option("--ai-pref", default="", help="AI preference, such as 'train-ai=n;exceptions=cc-cr'.")
@click.option("--purposes", default="display,evaluation,training", show_default=True, help="What it is for.")
@click.option("--scope", default="public", show_default=True, help="'public', or 'instance': never released.")
@click.option("--only", "chosen", help="Of one file, the conversations that 'commonwheel pick' numbers so: 1-3,7.")
@click.option("--own-terms", is_flag=True, help="Take only what brings terms of its own.")
@click.option("--yes", is_flag=True, help="Agree to the terms without being asked.")
@click.option("--dry-run", is_flag=True, help="Print what was understood as JSON; give nothing.")
@json_option
def import_command(
    files: tuple[str, ...],
    user: str | None,
    license: str,
    ai_pref: str,
    purposes: str,
    scope: str,
    chosen: str | None,
    own_terms: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Give what is in export files.

    The format is recognized from the content: what ChatGPT, Claude, Gemini and others export, data sets to
    train on, and our own releases. Also as .zip, .gz and .zst, as a folder, and '-' for standard input. Of an
    archive only conversations are opened. Importing the same file again, or a newer export, gives nothing twice.
    What others wrote, in Markdown or in files of ours in a folder, is given under their own terms or not at all.
    """
    terms = None if own_terms else _terms(license, ai_pref, purposes, scope)
    numbers = None if chosen is None else _numbers(files, chosen)
    if dry_run and numbers is not None:
        raise click.UsageError("--dry-run is for whole files: 'commonwheel pick FILE --preview N' shows one.")
    if dry_run:
        _understand(files, terms)
        return
    user = user or getpass.getuser()
    _check_readable(files, terms)
    if not yes:
        _ask(files, user, terms, numbers)
    _give(files, user, terms, numbers, as_json)


def _numbers(files: tuple[str, ...], chosen: str) -> frozenset[int]:
    """Numbers of conversations, from `1-3,7`."""
    runs = [re.fullmatch(r"\s*([1-9]\d{0,8})(?:-(\d{1,9}))?\s*", each) for each in chosen.split(",")]
    if len(files) != 1:
        raise click.UsageError("--only is for one file.")
    if any(run is None for run in runs):
        raise click.UsageError("--only takes numbers, such as 1-3,7.")
    firsts = [(int(run[1]), int(run[2] or run[1])) for run in runs if run is not None]
    if any(last < first for first, last in firsts):
        raise click.UsageError("--only takes the smaller number first, such as 1-3.")
    if any(last - first > _MOST_PICKED for first, last in firsts):
        raise click.UsageError(f"--only takes at most {_MOST_PICKED:,} numbers in a row.")
    return frozenset(number for first, last in firsts for number in range(first, last + 1))


def _terms(license: str, ai_pref: str, purposes: str, scope: str) -> "Terms":
    from commonwheel.collect.faults import invalid_input
    from commonwheel.records.terms import TERMS

    try:
        return TERMS.validate_python(
            {
                "license": license,
                "ai_pref": ai_pref,
                "purposes": tuple(purpose.strip() for purpose in purposes.split(",") if purpose.strip()),
                "scope": scope,
                "consent": {"version": CONSENT, "given": True},
            }
        )
    except ValidationError as problem:
        raise click.UsageError("; ".join(_options(invalid_input(problem).details["faults"]))) from None


def _options(faults: list[dict[str, str]]) -> list[str]:
    return [f"--{fault['path'].split('/')[1].replace('_', '-')} {fault['problem']}" for fault in faults]


def _understand(files: tuple[str, ...], terms: "Terms | None") -> None:
    from commonwheel.collect.exports import read

    progress = Progress()
    summaries = []
    for file in files:
        reading = read(file, terms, own_terms=terms is None)
        for number, _ in enumerate(reading, 1):
            progress("Read", number)
        summaries.append(reading.summary().as_json())
    progress.done()
    say(as_text(summaries[0] if len(summaries) == 1 else summaries))


def _check_readable(files: tuple[str, ...], terms: "Terms | None") -> None:
    """What cannot be read is refused before anybody agrees to give it. A pipe is read once, so later."""
    from commonwheel.collect.exports import read

    for file in files:
        if not _is_pipe(file):
            read(file, terms, own_terms=terms is None)


def _is_pipe(file: str) -> bool:
    return file == "-" or Path(file).is_fifo()


def _ask(files: tuple[str, ...], user: str, terms: "Terms | None", numbers: frozenset[int] | None) -> None:
    if "-" in files:
        raise click.UsageError("Standard input cannot be asked: agree to the terms with --yes.")
    named = ", ".join(files) if numbers is None else f"{_those_there(files[0], numbers)} of {files[0]}"
    if terms is None:
        click.echo(_THEIRS.format(files=named, user=user), err=True)
        click.confirm("Do you agree?", abort=True, err=True)
        return
    text = _TERMS.format(
        files=named,
        user=user,
        license=terms.license,
        preference=terms.ai_pref or "none stated",
        purposes=", ".join(terms.purposes) or "none",
        scope=terms.scope,
    )
    click.echo(text, err=True)
    click.confirm("Do you agree?", abort=True, err=True)


def _those_there(file: str, numbers: frozenset[int]) -> str:
    """How many conversations a consent is for: those of the numbers that are in the file."""
    from commonwheel.collect.exports import read

    if _is_pipe(file):
        raise click.UsageError("With --only a pipe cannot be asked: agree to the terms with --yes.")
    found = sum(pick.number in numbers for pick in read(file).picks())
    if not found:
        raise NotFound(f"{file} has no conversation of these numbers: 'commonwheel pick' lists them.")
    return count(found, "conversation")


def _give(
    files: tuple[str, ...], user: str, terms: "Terms | None", numbers: frozenset[int] | None, as_json: bool
) -> None:
    from commonwheel.collect.exports import read
    from commonwheel.journeys.import_file import Report, import_folder, import_items
    from commonwheel.people.tokens import TokenScope

    progress, total = Progress(), Report()
    with opened(new=True) as app:
        actor = operator(app.world, user, TokenScope.CONTRIBUTE)
        actor = operator(app.world, user, TokenScope.CONTRIBUTE, token=f"import:{actor.contributor}")
        for file in files:
            told = len(total.refused)
            try:
                open_it = partial(read, file, terms, own_terms=terms is None)
                if Path(file).is_dir():
                    import_folder(app.world, actor, open_it, progress, total)
                else:
                    items = open_it() if numbers is None else open_it().picked(numbers)
                    import_items(app.world, actor, items, progress, total)
            except KeyboardInterrupt:
                progress.done()
                again = total.given + total.repeated
                click.echo(
                    f"Stopped. {count(again, 'item')} are given; the same command goes on from there.", err=True
                )
                raise
            progress.done()
            for problem in total.refused[told:]:
                click.echo(f"{file}, {problem.where}: {problem.why}", err=True)
        with app.world.database.read() as tx:
            waiting = app.world.limits.waiting_room - tx.waiting.room(app.world.limits.waiting_room)
    _tell(total, actor.contributor, waiting, as_json)


def _tell(total: "Report", contributor: str, waiting: int, as_json: bool) -> None:
    facts = {
        "given": total.given,
        "repeated": total.repeated,
        "revised": total.revised,
        "withdrawn": total.withdrawn,
        "taken_back": total.taken_back,
        "skipped": total.skipped,
        "passed_over": total.passed_over,
        "contributor": contributor,
        "waiting": waiting,
    }
    lines = [f"Gave {count(total.given, 'contribution')}."]
    if total.repeated:
        lines.append(f"{count(total.repeated, 'item')} had been imported before and were left as they are.")
    if total.revised:
        lines.append(f"{count(total.revised, 'contribution')} changed, as the file did.")
    if total.withdrawn:
        lines.append(
            f"{count(total.withdrawn, 'contribution was', 'contributions were')} taken back, as the file says."
        )
    if total.taken_back:
        lines.append(f"{count(total.taken_back, 'item was', 'items were')} taken back since, and not given again.")
    if total.skipped:
        lines.append(f"{count(total.skipped, 'item')} could not be taken; the lines above say why.")
    if total.passed_over:
        lines.append(
            f"{count(total.passed_over, 'file was', 'files were')} passed over: nothing in a known format."
        )
    if waiting:
        lines.append(
            f"{count(waiting, 'contribution')} {'waits' if waiting == 1 else 'wait'} to be curated: "
            "a running worker does it, or 'commonwheel worker --once'."
        )
    lines.append(f"To take back everything this person ever gave: commonwheel erase --contributor {contributor}")
    tell(facts, as_json, *lines)
    if total.skipped and total.nothing_done:
        raise SystemExit(1)
