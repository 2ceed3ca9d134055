"""`commonwheel check`: contribution files of a repository, before somebody merges them. Nothing is stored."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

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
    Exits with 1 where something has to be mended, so that it can be a step of CI.
    """
    told: list[Told] = []
    checked = 0
    for file in _files(paths):
        found, number = _check(file, policy)
        told += found
        checked += number
    faults = [each for each in told if each.level == "fault"]
    lines = [f"{each.file}{f', {each.where}' if each.where else ''}: {each.says}" for each in told]
    end = f"{count(checked, 'contribution')} checked: " + (
        f"{count(len(faults), 'fault')} to mend." if faults else "nothing to mend."
    )
    tell({"checked": checked, "told": [asdict(each) for each in told]}, as_json, *lines, end)
    if faults or not checked:
        raise SystemExit(1)


def _files(paths: tuple[str, ...]) -> Iterator[Path]:
    from commonwheel.collect.reading import IN_FOLDERS

    for path in map(Path, paths):
        if path.is_dir():
            found = (each for each in path.rglob("*") if each.is_file() and each.suffix in IN_FOLDERS)
            yield from sorted(each for each in found if not any(part.startswith(".") for part in each.parts))
        else:
            yield path


def _check(file: Path, policy: str | None) -> tuple[list[Told], int]:
    from commonwheel.client.scanning import scan_rows
    from commonwheel.collect.exports import read
    from commonwheel.collect.items import Skipped
    from commonwheel.curate.policy_files import load_policy
    from commonwheel.records.body import body_of

    settings = load_settings()
    told: list[Told] = []
    rows = []
    try:
        for number, item in enumerate(read(file), 1):
            if isinstance(item, Skipped):
                told.append(Told(file=str(file), where=item.where, level="fault", says=item.why))
                continue
            if item.terms is None:
                says = "brings no terms: license and consent are missing"
                told.append(Told(file=str(file), where=_place(number), level="fault", says=says))
            rows.append((number, body_of(item)))
    except CommonwheelError as refusal:
        if file.suffix == ".md":  # a README beside contributions is none
            return [], 0
        return [Told(file=str(file), where="", level="fault", says=refusal.message)], 0
    rules = load_policy(policy or settings["POLICY"])
    timeout = float(settings["CURATION_TIMEOUT"])
    for answer in scan_rows(iter(rows), rules, 1, timeout=timeout, explain=False, cache=settings.cache):
        kinds = sorted({each["kind"] for each in answer["findings"] if not each["kind"].startswith(_ABOUT)})
        if answer["verdict"] == "reject":
            says = f"would be refused ({', '.join(answer['reasons'])})"
            told.append(Told(file=str(file), where=_place(answer["id"]), level="fault", says=says))
        elif answer["verdict"] != "pass":
            does = "would be hidden" if answer["verdict"] == "redact" else "a person would decide"
            says = f"{does}: {', '.join(kinds)}"
            told.append(Told(file=str(file), where=_place(answer["id"]), level="note", says=says))
    return told, len(rows)


def _place(number: int) -> str:
    return "" if number == 1 else f"item {number}"
