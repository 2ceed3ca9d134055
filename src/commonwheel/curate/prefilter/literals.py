"""Which literals every match of an expression holds at least one of, read from its syntax tree.

It is what lets the twin without an automaton leave an expression alone. Literals are case-folded, and are
looked for in case-folded text: folding goes character by character, so what occurs in a text occurs in it.
"""

import re._constants as op
from collections.abc import Iterable

from commonwheel.curate.folding import fold
from commonwheel.curate.prefilter.weaken import Node, tree
from commonwheel.curate.scan import Expression

_MOST = 400
"""More alternatives than this are no help."""
Literals = frozenset[str]


def literals(expression: Expression) -> Literals | None:
    """Case-folded texts of which every match holds one; None where no such list can be given."""
    return _of_sequence(tree(expression))


def _of_sequence(nodes: Iterable[Node]) -> Literals | None:
    """The best of what the parts ask for: literals side by side are one, and a longer one is rarer."""
    best: Literals | None = None
    run = ""
    for node in (*nodes, (op.AT, None)):
        if node[0] is op.LITERAL:
            run += _plain(node[1])
            continue
        best = _better(best, frozenset({run}) if run else None)
        run = ""
        best = _better(best, _of_node(node))
    return best


def _of_node(node: Node) -> Literals | None:
    kind, value = node
    if kind is op.SUBPATTERN:
        return _of_sequence(value[3])
    if kind is op.ATOMIC_GROUP:
        return _of_sequence(value)
    if kind in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return _of_sequence(value[2]) if value[0] else None
    if kind is op.BRANCH:
        found = [_of_sequence(branch) for branch in value[1]]
        if any(one is None for one in found):
            return None
        together = frozenset(literal for one in found if one is not None for literal in one)
        return together if len(together) <= _MOST else None
    if kind is op.IN and all(item is op.LITERAL for item, _ in value):
        return frozenset(_plain(code) for _, code in value) if len(value) <= 4 else None
    return None


def _plain(code: int) -> str:
    """As a text has it that was folded: a dotless i, which `re` takes for an i, is one there."""
    return fold(chr(code)).casefold()


def _better(one: Literals | None, other: Literals | None) -> Literals | None:
    if one is None or other is None:
        return one or other
    return max(one, other, key=lambda literals: (min(map(len, literals)), -len(literals)))
