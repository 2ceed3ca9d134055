"""One expression for many words, made so that `re` rules out most places after a look at one character.

`re` tries the words of an alternation one after the other, and where case does not count it looks at every
place of a text. So words share their beginnings as in a trie, and the first letter stands in both its cases
where case counts: `re` then jumps to the places where some word can begin.
"""

import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

from commonwheel.curate.folding import fold

_Trie: TypeAlias = "dict[str, _Trie]"
_END = ""
"""Below this key stands what has to follow a word that ends here."""

WHOLE_START = r"(?<![^\W_])"
"""No letter or digit stands before."""
WHOLE_END = r"(?![^\W_])"
"""No letter or digit follows."""


def _nothing(word: str) -> str:
    return ""


def any_of(words: Iterable[str]) -> str:
    """An expression for any of the words, in any case, the longest that fits first."""
    return f"(?:{'|'.join(branches(words))})"


def branches(words: Iterable[str], follows: Callable[[str], str] = _nothing, whole: bool = False) -> list[str]:
    """The alternatives of such an expression.

    `follows` gives an expression for what has to stand behind a word. With `whole`, no letter or digit
    stands before one.
    """
    firsts: dict[str, _Trie] = {}
    for word in words:
        follow, word = follows(word), fold(word).lower()  # as texts are
        at = firsts.setdefault(word[0], {})
        for character in word[1:]:
            at = at.setdefault(character, {})
        at.setdefault(_END, {})[follow] = {}
    # The look back goes behind the first letter, as nothing may stand before what `re` jumps to.
    back = r"(?<![^\W_](?s:.))" if whole else ""
    found = []
    for first, below in sorted(firsts.items()):
        rest = _below(below)
        rest = f"(?i:{rest})" if rest else ""
        found += [f"{re.escape(each)}{back}{rest}" for each in _cases(first)]
    return found


def _cases(letter: str) -> list[str]:
    return sorted({each for each in (letter, letter.upper()) if len(each) == 1})


def _below(trie: _Trie) -> str:
    """What may follow; the longer words first."""
    branches = []
    for character, below in sorted(trie.items(), reverse=True):  # the end comes last
        if character == _END:
            branches += sorted(below, reverse=True)
            continue
        text = _shown(character)
        while len(below) == 1 and _END not in below:
            ((character, below),) = below.items()
            text += _shown(character)
        branches.append(text + _below(below))
    return branches[0] if len(branches) == 1 else f"(?:{'|'.join(branches)})"


def _shown(character: str) -> str:
    if character == "'":
        return "['’]"
    return character if character == " " else re.escape(character)
