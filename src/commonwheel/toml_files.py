"""TOML files that people write: read as what they stand for, or refused with the line of each fault."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from commonwheel.errors import Invalid, Misconfigured

Kind = TypeVar("Kind")


def parse(text: str, kind: TypeAdapter[Kind], name: str) -> Kind:
    """What a TOML text stands for. Raises Invalid with the path, the line and the rule of each fault.

    `name` is what messages call it.
    """
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise Invalid([("", f"not TOML: {problem}")], f"The {name} cannot be read.") from None
    try:
        return kind.validate_python(data)
    except ValidationError as problem:
        faults = [
            ("".join(f"/{part}" for part in fault["loc"]), _placed(text, data, fault["loc"], fault["msg"]))
            for fault in problem.errors()
        ]
        raise Invalid(faults, f"The {name} has faults.") from None


def _placed(text: str, data: dict[str, Any], path: Sequence[int | str], problem: str) -> str:
    """A fault with where it is: its line, and the rule's id where it is in one."""
    problem = re.sub(r"<\w+\.\w+: ('\w+')>", r"\1", problem.removeprefix("Value error, "))
    rule = ""
    if len(path) > 1 and path[0] == "rules" and isinstance(path[1], int):
        id = data["rules"][path[1]].get("id") if isinstance(data["rules"][path[1]], dict) else None
        rule = f" in rule '{id}'" if isinstance(id, str) else f" in rule {path[1] + 1}"
    line = _line(text, path)
    return f"line {line}{rule}: {problem}" if line else problem


def _line(text: str, path: Sequence[int | str]) -> int | None:
    """The line that a path of keys leads to, or that of the table around it; None where there is none."""
    if not path:
        return None
    lines = text.splitlines()
    first, last = 0, len(lines)
    if len(path) > 1 and isinstance(path[1], int):
        headers = [number for number, line in enumerate(lines) if re.match(rf"\s*\[\[{path[0]}\]\]", line)]
        if path[1] < len(headers):
            first, last = headers[path[1]], min([*_tables(lines, headers[path[1]]), last])
            path = path[2:]
    elif headers := [number for number, line in enumerate(lines) if re.match(rf"\s*\[{path[0]}\]", line)]:
        first, last, path = headers[0], min([*_tables(lines, headers[0]), last]), path[1:]
    for number in range(first, last):
        if path and re.match(rf"\s*{re.escape(str(path[0]))}\s*=", lines[number]):
            return number + 1
    return first + 1 if lines else None


def _tables(lines: Sequence[str], after: int) -> Iterator[int]:
    return (number for number in range(after + 1, len(lines)) if re.match(r"\s*\[", lines[number]))


def read(name_or_path: str | Path, shipped: Traversable, name: str) -> str:
    """The text of a file that ships in a folder, by its name, or of one whose path ends in `.toml`.

    Raises Misconfigured where there is none. `name` is what messages call such files.
    """
    if isinstance(name_or_path, str) and not name_or_path.endswith(".toml"):
        names = sorted(each.name for each in shipped.iterdir() if each.name.endswith(".toml"))
        if f"{name_or_path}.toml" not in names:
            known = ", ".join(each.removesuffix(".toml") for each in names)
            what = f"There is no {name} '{name_or_path}'."
            raise Misconfigured(f"{what} Shipped are: {known}; or name a .toml file.")
        return (shipped / f"{name_or_path}.toml").read_text(encoding="utf-8")
    try:
        return Path(name_or_path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(f"The {name} file {name_or_path} cannot be read.") from None
