"""Questions that ship: what must be declined and what must not, and plain knowledge that must not be lost.

Each line of a suite is a prompt with a better and a worse answer, written for this purpose. They are asked for
likelihoods, so that a model of any size can be measured by them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, TypeAdapter, ValidationError

from commonwheel.errors import Misconfigured
from commonwheel.ports.training import Question

SHIPPED = ("safety", "regression")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A question of a suite. `about` says what it looks at."""

    __pydantic_config__: ClassVar[Mapping[str, Any]] = {"extra": "forbid"}

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,60}$")]
    about: Literal["refusal", "helpfulness", "toxicity", "bias", "knowledge", "language", "arithmetic"]
    prompt: str
    better: str
    worse: str


_LINE = TypeAdapter(Line)
_FOLDER = files("commonwheel.learn") / "suites"


def suite(name: str) -> list[Line]:
    """The lines of a suite that ships, by name, or of a file. Raises Misconfigured, with the line."""
    if name in SHIPPED:
        text = (_FOLDER / f"{name}.jsonl").read_text(encoding="utf-8")
    else:
        try:
            text = Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            raise Misconfigured(f"The suite {name} cannot be read. Shipped are: {', '.join(SHIPPED)}.") from None
    found, seen = [], set()
    for number, row in enumerate(text.splitlines(), 1):
        try:
            line = _LINE.validate_python(json.loads(row))
        except (ValueError, ValidationError):
            raise Misconfigured(f"Line {number} of the suite {name} is no question.") from None
        if line.id in seen:
            raise Misconfigured(f"Line {number} of the suite {name} has the id of another.")
        seen.add(line.id)
        found.append(line)
    return found


def questions(name: str, kind: str) -> list[Question]:
    """A suite as questions, their ids behind `kind:`."""
    return [
        Question(
            id=f"{kind}:{line.id}",
            prompt=[{"role": "user", "content": line.prompt}],
            better=line.better,
            worse=line.worse,
        )
        for line in suite(name)
    ]
