"""The one scan: which of all expressions could match in a text. It proposes; `re` itself decides afterwards.

Two engines answer the same question, and both may only answer with too many: an automaton over all
expressions at once (hyperscan), and a twin in Python that looks for literals. What detectors find is
therefore the same with either, only slower with the second, which is taken where there is no wheel of the
first.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from commonwheel.curate.scan import Expression


class Prefilter(Protocol):
    """Which expressions could match."""

    name: str

    def candidates(self, text: str) -> set[int]:
        """Indexes of the expressions that could match in `text`: all that do, and perhaps others."""
        ...


def user_cache() -> Path | None:
    """The folder for what can be made anew where nobody names one; None where the user has no home."""
    try:
        return Path.home() / ".cache" / "commonwheel"
    except RuntimeError:
        return None


def build(expressions: "Sequence[Expression]", cache: Path | None = None, wait: bool = True) -> Prefilter:
    """The fastest prefilter that there is here.

    `cache` is a folder in which what was compiled is kept: the user's own where none is named. With `wait`
    false it is the fastest that there is at once: compiling takes half a minute.
    """
    from commonwheel.curate.prefilter.twin import Twin

    try:
        from commonwheel.curate.prefilter import automaton
    except ImportError:
        return Twin(expressions)
    cache = cache or user_cache()
    if not wait and not automaton.is_kept(expressions, cache):
        return Twin(expressions)
    return automaton.Automaton(expressions, cache)
