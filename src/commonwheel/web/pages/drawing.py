"""The live wheel as paths: four quarters of spokes, one spoke a week, a longer one for a busier week."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

CENTER = 260.0
_INNER, _SHORTEST, _LONGEST = 86.0, 4.0, 96.0
"""In units of a drawing 520 wide."""
_FIRST_ANGLE, _STEP = 6.0, 6.5
"""Degrees clockwise from where a quarter begins; thirteen spokes fill it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarter:
    """One stage: its word, its number, and the paths of its spokes, the oldest week first."""

    word: str
    total: int
    spokes: tuple[str, ...]


def quarter(place: int, word: str, total: int, weeks: Sequence[int]) -> Quarter:
    """The quarter at `place`, 0 to 3 clockwise from the top. Its busiest week has the longest spoke."""
    most = max(weeks, default=0)
    spokes = tuple(
        _spoke(90.0 * place + _FIRST_ANGLE + _STEP * index, count / most if most else 0.0)
        for index, count in enumerate(weeks)
    )
    return Quarter(word=word, total=total, spokes=spokes)


def _spoke(angle: float, share: float) -> str:
    outer = _INNER + _SHORTEST + (_LONGEST - _SHORTEST) * share
    return f"M{_point(angle, _INNER)}L{_point(angle, outer)}"


def _point(angle: float, radius: float) -> str:
    turned = radians(angle)
    return f"{CENTER + radius * sin(turned):.2f} {CENTER - radius * cos(turned):.2f}"
