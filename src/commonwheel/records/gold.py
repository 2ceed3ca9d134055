"""Gold pairs: what preference training learns from."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

STATED = ("correction", "preference", "trace")
"""Origins of pairs of which somebody said which side is better."""
INFERRED = "inferred"
"""The origin of pairs of which nobody said so: it follows from what they did. Gold only where a policy asks."""
PAIRED = (*STATED, INFERRED)
"""Origins of what has a better side and a worse one. Others have one side, and the other is empty."""
SINGLE = ("example", "rationale", "thumb_up", "thumb_down")
"""Origins of what has one side: an ideal answer, a right trace, and an answer that got a thumb up or down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPair:
    """A (prompt, chosen, rejected) triple and the contributions that it came from.

    `rejected_from` differs from `contribution` where a right and a wrong trace of the same question
    were paired. `similarity` is that of a correction's two sides, `diff` what most of the change from the
    rejected to the chosen is about: wording, fact, citation, code, format or style.
    """

    origin: str
    contribution: str
    rejected_from: str
    prompt: list[dict[str, Any]]
    chosen: str
    rejected: str
    similarity: float | None = None
    diff: str | None = None
    model: str | None = None
    """Whose answer is the chosen one, where a model gave it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPair:
    """A gold pair with the terms of the records that it came from, which carry the same license and preference.

    `purposes` are those that every one of them allows, `credits` the names to be given credit.
    """

    pair: GoldPair
    license: str
    ai_pref: str
    vocabulary: str
    purposes: tuple[str, ...]
    credits: tuple[str, ...]
    language: str | None
    month: str


def trace_text(steps: Sequence[str], answer: str) -> str:
    """A trace as one answer: its steps a line each, an empty line, then what it concludes."""
    return "\n\n".join(part for part in ("\n".join(steps), answer) if part)
