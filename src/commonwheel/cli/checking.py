"""`commonwheel check`: contribution files of a repository, before somebody merges them. Nothing is stored."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from commonwheel.cli.speaking import count, json_option, tell
from commonwheel.errors import CommonwheelError
from commonwheel.settings import load_settings

_ABOUT = ("language", "quality.")
"""Findings that describe a text and hide nothing in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is said of a file: a `fault` has to be mended, a `note` is looked at by a person when it is given."""

    file: str
    where: str
    level: str
    says: str


@click.command("check")
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--policy", help="A policy's name or TOML file, instead of COMMONWHEEL_POLICY.")
@json_option
def check_command(paths: tuple[str, ...], policy: str | None, as_json: bool) -> None:
    """Check contribution files, or all in a folder: JSON, JSON lines, or Markdown with a front matter.

    Says what is no contribution, brings no terms, or holds what curation would hide or refuse, and where.
    Exits with 1 where something has to be mended, or nothing is there to check, so that it can be a step of CI.
    """
    told: list[Told] = []
    checked = passed_over = 0
    for path in map(Path, paths):
        for file in _members(path) if path.is_dir() else (path,):
            found, number = ([file], 0) if isinstance(file, Told) else _check(file, policy, named=file == path)
            passed_over += not found and not number
            told += found
            checked += number
    faults = [each for each in told if each.level == "fault"]
    lines = [f"{each.file}{f', {each.where}' if each.where else ''}: {each.says}" for each in told]
    if passed_over:
        lines.append(f"{count(passed_over, 'file')} passed over: no front matter.")
    if not checked and not faults:
        lines.append("There is no contribution here.")
    else:
        mended = f"{count(len(faults), 'fault')} to mend." if faults else "nothing to mend."
        lines.append(f"{count(checked, 'contribution')} checked: {mended}")
    facts = {"checked": checked, "passed_over": passed_over, "told": [asdict(each) for each in told]}
    tell(facts, as_json, *lines)
    if faults or not checked:
        raise SystemExit(1)


def _members(folder: Path) -> Iterator[Path | Told]:
    """The files of a folder that an import of it would open, and what it would say of others."""
    from commonwheel.collect.archives import Folder
    from commonwheel.collect.items import Skipped

    for member in Folder(folder).members():
        if isinstance(member, Skipped):
            yield Told(file=str(folder / member.where), where="", level="fault", says=member.why)
        elif member.path is not None:
            yield member.path


def _check(file: Path, policy: str | None, *, named: bool) -> tuple[list[Told], int]:
    """What is said of a file, and how many contributions are in it: nothing and none where it is passed over."""
    from commonwheel.collect.exports import read
    from commonwheel.collect.items import NO_TERMS, Skipped
    from commonwheel.collect.names import is_notes
    from commonwheel.records.body import body_of

    told: list[Told] = []
    rows = []
    if is_notes(file.name) and not named:
        return [], 0
    try:
        for number, item in enumerate(read(file), 1):
            if isinstance(item, Skipped):
                told.append(Told(file=str(file), where=item.where, level="fault", says=item.why))
                continue
            if item.terms is None:
                told.append(Told(file=str(file), where=_place(number), level="fault", says=NO_TERMS))
            rows.append((number, body_of(item)))
    except CommonwheelError as refusal:
        if file.suffix.lower() == ".md" and file.is_file():  # a text beside contributions is none
            return [], 0
        return [Told(file=str(file), where="", level="fault", says=refusal.message)], 0
    return told + _scanned(file, rows, policy), len(rows)


def _scanned(file: Path, rows: list[tuple[int, dict[str, Any]]], policy: str | None) -> list[Told]:
    """What curation would do with contributions."""
    from commonwheel.client.scanning import scan_rows
    from commonwheel.curate.policy_files import load_policy

    settings = load_settings()
    rules = load_policy(policy or settings["POLICY"])
    timeout = float(settings["CURATION_TIMEOUT"])
    told = []
    for answer in scan_rows(iter(rows), rules, 1, timeout=timeout, explain=False, cache=settings.cache):
        kinds = sorted({each["kind"] for each in answer["findings"] if not each["kind"].startswith(_ABOUT)})
        if answer["verdict"] == "reject":
            says = f"would be refused ({', '.join(answer['reasons'])})"
            told.append(Told(file=str(file), where=_place(answer["id"]), level="fault", says=says))
        elif answer["verdict"] != "pass":
            does = "would be hidden" if answer["verdict"] == "redact" else "a person would decide"
            says = f"{does}: {', '.join(kinds)}"
            told.append(Told(file=str(file), where=_place(answer["id"]), level="note", says=says))
    return told


def _place(number: int) -> str:
    return "" if number == 1 else f"item {number}"
