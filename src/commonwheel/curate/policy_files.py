"""Policies as files: those that ship, and a community's own, in TOML. A fault is told with its line and rule."""

from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from commonwheel.curate.policy import Policy
from commonwheel.toml_files import parse, read

_SHIPPED = files("commonwheel.curate") / "policies"
_POLICY = TypeAdapter(Policy)


def policy_schema() -> dict[str, Any]:
    """JSON Schema of a policy file."""
    return _POLICY.json_schema()


def parse_policy(text: str) -> Policy:
    """The policy in a TOML text. Raises Invalid with the path, the line and the rule of each fault."""
    return parse(text, _POLICY, "policy")


def load_policy(name_or_path: str | Path) -> Policy:
    """A policy that ships with us, by name, or one from a file ending in `.toml`.

    Raises Misconfigured where there is none, Invalid where it has faults.
    """
    return parse_policy(read_policy(name_or_path))


def read_policy(name_or_path: str | Path) -> str:
    """The text of a policy, named as for `load_policy`."""
    return read(name_or_path, _SHIPPED, "policy")
