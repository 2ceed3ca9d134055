"""What is held out of training: pairs of some contributors, and the latest of all. Never single rows.

Rows of one person are alike, and so are answers to one prompt: a model that has seen one of them has an easy
time with the others. So a hand is on one side or on the other, and a prompt that is held out is not trained on.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """What decides on which side a pair stands: the hand that gave it, or else its prompt, or else its number."""

    number: int
    at: datetime
    hand: str | None = None
    prompt: bytes | None = None


class Split(NamedTuple):
    """Numbers of pairs: to train on, held out by contributor, held out by time, and what is on neither side."""

    train: tuple[int, ...]
    by_contributor: tuple[int, ...]
    by_time: tuple[int, ...]
    left: tuple[int, ...]


def split(pairs: Iterable[Pair], *, share: float, latest: float, seed: int) -> Split:
    """Hold out about `share` of the contributors, and of the others' pairs the `latest` share in time.

    The same pairs are split alike in whatever order they come, and a contributor who is held out under a seed
    stays so when others come. A pair to train on whose prompt is held out is on neither side.
    """
    listed = sorted(pairs, key=lambda pair: pair.number)
    outside = [pair for pair in listed if _drawn(_whose(pair), seed) < share]
    inside = sorted((pair for pair in listed if _drawn(_whose(pair), seed) >= share), key=_moment)
    late = inside[len(inside) - round(latest * len(inside)) :]
    held = {pair.prompt for pair in (*outside, *late) if pair.prompt is not None}
    early = inside[: len(inside) - len(late)]
    return Split(
        train=_numbers([pair for pair in early if pair.prompt not in held]),
        by_contributor=_numbers(outside),
        by_time=_numbers(late),
        left=_numbers([pair for pair in early if pair.prompt in held]),
    )


def is_held_out(hand: str, share: float, seed: int) -> bool:
    """Whether all that a contributor gives is held out."""
    return _drawn(b"hand " + hand.encode(), seed) < share


def _whose(pair: Pair) -> bytes:
    if pair.hand is not None:
        return b"hand " + pair.hand.encode()
    return b"prompt " + pair.prompt if pair.prompt is not None else b"pair %d" % pair.number


def _drawn(whose: bytes, seed: int) -> float:
    """A number from 0 to 1 that is always the same for whoever it is."""
    drawn = blake2b(whose, digest_size=8, key=seed.to_bytes(8, "big", signed=True)).digest()
    return int.from_bytes(drawn, "big") / 2**64


def _moment(pair: Pair) -> tuple[datetime, int]:
    return pair.at, pair.number


def _numbers(pairs: Sequence[Pair]) -> tuple[int, ...]:
    return tuple(sorted(pair.number for pair in pairs))
