"""Policies as files: those that ship, and a community's own, in TOML. A fault is told with its line and rule."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from commonwheel.curate.policy import Policy
from commonwheel.errors import Invalid, Misconfigured

_SHIPPED = files("commonwheel.curate") / "policies"
_POLICY = TypeAdapter(Policy)


def policy_schema() -> dict[str, Any]:
    """JSON Schema of a policy file."""
    return _POLICY.json_schema()


def parse_policy(text: str) -> Policy:
    """The policy in a TOML text. Raises Invalid with the path, the line and the rule of each fault."""
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as problem:
        raise Invalid([("", f"not TOML: {problem}")], "The policy cannot be read.") from None
    try:
        return _POLICY.validate_python(data)
    except ValidationError as problem:
        faults = [
            ("".join(f"/{part}" for part in fault["loc"]), _placed(text, data, fault["loc"], fault["msg"]))
            for fault in problem.errors()
        ]
        raise Invalid(faults, "The policy has faults.") from None


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


def load_policy(name_or_path: str | Path) -> Policy:
    """A policy that ships with us, by name, or one from a file ending in `.toml`.

    Raises Misconfigured where there is none, Invalid where it has faults.
    """
    return parse_policy(read_policy(name_or_path))


def read_policy(name_or_path: str | Path) -> str:
    """The text of a policy, named as for `load_policy`."""
    if isinstance(name_or_path, str) and not name_or_path.endswith(".toml"):
        return _shipped(name_or_path)
    try:
        return Path(name_or_path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Misconfigured(f"The policy file {name_or_path} cannot be read.") from None


@cache
def _shipped(name: str) -> str:
    names = sorted(
        entry.name.removesuffix(".toml") for entry in _SHIPPED.iterdir() if entry.name.endswith(".toml")
    )
    if name not in names:
        raise Misconfigured(f"There is no policy '{name}'. Shipped are: {', '.join(names)}; or name a .toml file.")
    return (_SHIPPED / f"{name}.toml").read_text(encoding="utf-8")
