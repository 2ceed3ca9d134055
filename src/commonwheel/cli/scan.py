"""`commonwheel scan`: detectors and policy over files. Nothing is stored, and no instance is needed."""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from commonwheel.cli.speaking import Progress, table
from commonwheel.client.scanning import Row, read_row, scan_rows, told
from commonwheel.errors import CommonwheelError, Invalid
from commonwheel.settings import load_settings

if TYPE_CHECKING:
    from commonwheel.collect.lines import Source


@click.command("scan")
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--policy", help="A policy's name or TOML file, instead of COMMONWHEEL_POLICY.")
@click.option("--explain", is_flag=True, help="Say of each finding why it is one and what follows; sum up.")
@click.option("--summary", is_flag=True, help="Count verdicts, reasons and kinds at the end.")
@click.option("--processes", type=click.IntRange(1, 256), help="How many processes look; one a core by default.")
def scan_command(
    files: tuple[str, ...], policy: str | None, explain: bool, summary: bool, processes: int | None
) -> None:
    """Show what curation would find and hide, as JSON lines.

    FILE holds JSON lines, each {"id", "text"}, a contribution, or a pair of HH-RLHF; also .gz and .zst, and
    '-' for standard input. Each line answers with {id, verdict, reasons, findings, redacted}; offsets are
    Unicode code points. What --explain and --summary count goes to standard error.
    """
    from commonwheel.collect.lines import opened
    from commonwheel.curate.policy_files import load_policy

    settings = load_settings()
    rules = load_policy(policy or settings["POLICY"])
    progress, sums = Progress(), Summary()
    try:
        for file in files:
            with opened(file) as source:
                for answer in scan_rows(
                    _rows(source), rules, processes, timeout=float(settings["CURATION_TIMEOUT"]),
                    explain=explain, cache=settings.cache,
                ):  # fmt: skip
                    sums.add(answer)
                    sys.stdout.write(json.dumps(answer, ensure_ascii=False) + "\n")
                    progress("Scanned", sums.records)
                if source.damage:
                    raise Invalid([("", source.damage)], f"{file} cannot be read to its end.")
    finally:
        progress.done()
    sys.stdout.flush()
    if explain or summary:
        for line in sums.lines():
            click.echo(line, err=True)
    if sums.errors:
        raise Invalid([], f"{sums.errors} of {sums.records} lines are no record of a known kind; each says why.")


def _rows(source: "Source") -> Iterator[Row]:
    """Each line's id and body, or what is wrong with it."""
    for line in source.lines():
        if line.data is None:
            yield None, f"line {line.number}: longer than 1 MB"
            continue
        try:
            record = json.loads(line.data)
        except (ValueError, RecursionError):
            yield None, f"line {line.number}: is not valid JSON in UTF-8"
            continue
        if not isinstance(record, dict):
            yield None, f"line {line.number}: is not an object"
            continue
        id = record.get("id", line.number)
        if not isinstance(id, str | int):
            id = line.number
        try:
            yield read_row(line.number, record | {"id": id})
        except CommonwheelError as refusal:
            yield _shown(id), f"line {line.number}: {told(refusal)}"


def _shown(id: str | int) -> str | int:
    """An id as it can be written in UTF-8."""
    return id if isinstance(id, int) else id.encode("utf-8", "replace").decode()


class Summary:
    """Counts what passes, for the table at the end."""

    def __init__(self) -> None:
        self.records = self.errors = 0
        self._verdicts: Counter[str] = Counter()
        self._reasons: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._records_by_kind: Counter[str] = Counter()

    def add(self, answer: dict[str, Any]) -> None:
        """Count one more answer."""
        self.records += 1
        if "error" in answer:
            self.errors += 1
            return
        self._verdicts[answer["verdict"]] += 1
        self._reasons.update(answer["reasons"])
        kinds = [finding["kind"] for finding in answer["findings"]]
        self._kinds.update(kinds)
        self._records_by_kind.update(set(kinds))

    def lines(self) -> list[str]:
        """Verdicts, reasons and kinds, each with its number and its share of all records."""
        parts = [
            *self._part("verdict", self._verdicts, self._verdicts),
            *self._part("reason", self._reasons, self._reasons),
            *self._part("kind", self._kinds, self._records_by_kind),
        ]
        return table([("", "findings", "records", "share"), *parts])

    def _part(self, name: str, found: Counter[str], records: Counter[str]) -> Iterator[tuple[str, ...]]:
        for key, number in found.most_common():
            share = f"{records[key] / self.records:.1%}"
            yield f"{name} {key}", "" if name != "kind" else f"{number:,}", f"{records[key]:,}", share
