"""One kind of number that a state gives to people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """How a number is written, checked and named.

    `rule` is its short id, country first. `shape` is an expression, `check` names what decides (a module of
    `stdnum`, or a function of `formulas` after a colon; empty: nothing but the shape), `words` are what it
    is called, separated by bars. `bare` is an expression for the form that nothing else has, which is
    taken without a word, `alone` how sure that is, and `sign` a short part of it to be looked for first.
    """

    rule: str
    name: str
    country: str
    shape: str
    check: str
    words: str
    bare: str = ""
    alone: float = 0.0
    sign: str = ""
