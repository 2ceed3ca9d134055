"""The curve of a run as a path: drawn on the server, so that it is seen without a script."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 160
_MOST = 200
"""Points that are drawn; more are averaged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A curve in a drawing of 640 by 160, its first and last value, and the lowest and the highest."""

    name: str
    path: str
    first: float
    last: float
    low: float
    high: float
    step: int
    of: int


def curve(name: str, points: Sequence[tuple[float, float]], of: float) -> Curve:
    """The curve through points of step and value, of which there are two or more."""
    drawn = _fewer(points)
    values = [value for _, value in drawn]
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    places = [
        f"{WIDTH * step / max(of, 1):.1f} {HEIGHT - HEIGHT * (value - low) / span:.1f}" for step, value in drawn
    ]
    return Curve(
        name=name,
        path="M" + "L".join(places),
        first=points[0][1],
        last=points[-1][1],
        low=low,
        high=high,
        step=int(points[-1][0]),
        of=int(of),
    )


def _fewer(points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """Means of as many neighbours as leave few enough points."""
    together = -(-len(points) // _MOST)
    groups = [points[at : at + together] for at in range(0, len(points), together)]
    return [
        (sum(step for step, _ in group) / len(group), sum(value for _, value in group) / len(group))
        for group in groups
    ]
