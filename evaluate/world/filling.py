"""Sentences with places to fill, and the randomness that fills them alike in every run."""

import re
from random import Random

from evaluate.samples import Label, Sample

_PLACE = re.compile(r"\{(\w+)\}")
HEX = "0123456789abcdef"
DIGITS = "0123456789"
UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ALPHANUMERIC = UPPER + UPPER.lower() + DIGITS


def seeded(name: str) -> Random:
    """Randomness that depends on nothing but a name."""
    return Random(f"evaluate {name}")  # no key is made with it


def some(random: Random, alphabet: str, length: int) -> str:
    """`length` characters of `alphabet`."""
    return "".join(random.choices(alphabet, k=length))


def shaped(random: Random, shape: str, capitals: bool = True) -> str:
    """A value of a shape: `#` is a digit, `@` a capital, `*` a capital or digit; all else is itself.

    Without `capitals`, only `#` stands for anything.
    """
    made = {"#": DIGITS} | ({"@": UPPER, "*": UPPER + DIGITS} if capitals else {})
    return "".join(random.choice(made[place]) if place in made else place for place in shape)


def filled(template: str, origin: str, counts: bool = True, **values: tuple[str, str] | str) -> Sample:
    """`template` with each `{place}` filled; those given as (kind, value) are labeled."""
    text, labels, last = "", [], 0
    for match in _PLACE.finditer(template):
        text += template[last : match.start()]
        value = values[match[1]]
        if isinstance(value, tuple):
            kind, value = value
            labels.append(Label(kind=kind, start=len(text), end=len(text) + len(value), counts=counts))
        text += value
        last = match.end()
    return Sample(text=text + template[last:], labels=tuple(labels), origin=origin)
