"""Whether a text that was hidden or encoded turns out to give orders to machines, or is plain text at all."""

import re
from functools import cache

from commonwheel.curate.lexicon import load, patterns
from commonwheel.curate.scan import Pattern, Scanned

LONGEST = 4000
"""So many code points of what was decoded are read."""
_MOST = 50
"""Candidates of one pattern that are looked at."""
_SURE = 0.4
_WORD = re.compile(r"[^\W\d_]{2,20}")


@cache
def _patterns() -> tuple[Pattern, ...]:
    return patterns([load("injection")])


def gives_orders(text: str) -> bool:
    """Whether `text` holds what the list of injections knows."""
    scanned = Scanned(text=text[:LONGEST])
    for pattern in _patterns():
        for count, match in enumerate(pattern.expression.finditer(scanned.text)):
            if count >= _MOST:
                break
            if any(hit.score >= _SURE for hit in pattern.confirm(scanned, match)):
                return True
    return False


def is_prose(text: str) -> bool:
    """Whether `text` is words with spaces between them, most of it letters."""
    words = _WORD.findall(text[:LONGEST])
    letters = sum(map(len, words))
    return len(words) > 5 and letters > 0.7 * min(len(text), LONGEST)
