"""Numbers that states give to people, one row each, by parts of the world.

A row says how a number is written, which words name it (lower case, in the languages of its country), and
how it is checked: by a module of `stdnum`, by a function of `formulas`, or by its shape alone.
"""

from commonwheel.curate.identities import africa, americas, asia, europe, pacific
from commonwheel.curate.identities.row import Identity

IDENTITIES: tuple[Identity, ...] = (
    *americas.NUMBERS, *europe.NUMBERS, *asia.NUMBERS, *pacific.NUMBERS, *africa.NUMBERS,
)  # fmt: skip
"""Every number that is known here. This list is all there is."""

__all__ = ["IDENTITIES", "Identity"]
