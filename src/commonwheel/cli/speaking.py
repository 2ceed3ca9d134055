"""How commands speak: facts to standard output, as words or as JSON; progress to a terminal only."""

import json
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

_Command = TypeVar("_Command", bound=Callable[..., Any])

_UNITS = ("kB", "MB", "GB", "TB")
_EVERY = 0.1
"""Seconds between two looks of a progress line."""


def json_option(command: _Command) -> _Command:
    """Adds `--json`, as the argument `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")(command)


def say(text: str = "") -> None:
    """A line for people."""
    click.echo(text)


def tell(facts: Any, as_json: bool, *lines: str) -> None:
    """The same facts for a program or for a person."""
    if as_json:
        click.echo(as_text(facts))
    else:
        for line in lines:
            click.echo(line)


def as_text(facts: Any) -> str:
    """JSON as we print it; times as ISO 8601."""
    return json.dumps(facts, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def in_line(text: str) -> str:
    """Words that somebody wrote, in one line: they may hold what moves a terminal's cursor."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())


def count(number: int, one: str, many: str | None = None) -> str:
    """`1 record`, `2,000 records`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def size(number: int) -> str:
    """Bytes in the unit that people read."""
    if number < 1000:
        return f"{number} bytes"
    power = min((len(str(number)) - 1) // 3, len(_UNITS))
    return f"{number / 1000**power:.1f} {_UNITS[power - 1]}"


def table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows as lines, in columns as wide as they need to be."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)] if rows else []
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


class Progress:
    """One line on the terminal that counts; silent in a pipe."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._last = 0.0
        self._open = False

    def __call__(self, what: str, number: int) -> None:
        """Show how far it is, now and then."""
        now = time.monotonic()
        if self._shown and now - self._last >= _EVERY:
            self._last, self._open = now, True
            click.echo(f"\r\x1b[K{what}: {number:,}", nl=False, err=True)

    def step(self, text: str) -> None:
        """A line that stays."""
        if self._shown:
            self.done()
            click.echo(text, err=True)

    def done(self) -> None:
        """Take the line away."""
        if self._open:
            click.echo("\r\x1b[K", nl=False, err=True)
            self._open = False
