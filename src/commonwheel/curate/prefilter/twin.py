"""The prefilter where hyperscan has no wheel: an expression is tried where one of its literals occurs."""

from collections.abc import Sequence

from commonwheel.curate.prefilter.literals import literals
from commonwheel.curate.scan import Expression


class Twin:
    """See `Prefilter`."""

    name = "python"

    def __init__(self, expressions: Sequence[Expression]) -> None:
        self._always: set[int] = set()
        self._by_literal: dict[str, list[int]] = {}
        for index, expression in enumerate(expressions):
            needed = literals(expression)
            if needed is None:
                self._always.add(index)
            for literal in needed or ():
                self._by_literal.setdefault(literal, []).append(index)

    def candidates(self, text: str) -> set[int]:
        """By looking for each literal in turn."""
        folded = text.casefold()
        found = set(self._always)
        for literal, indexes in self._by_literal.items():
            if literal in folded:
                found.update(indexes)
        return found
