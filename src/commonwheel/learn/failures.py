"""Failures that come back: questions in nearly the same words are one."""

import re
from collections import defaultdict
from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]{3,}")
_ALIKE = 0.5
"""Of all words of two questions, the share that they have in common (Jaccard)."""
_MOST_SHARED = 200
"""A word that more questions have says nothing about which are alike."""


def clusters(questions: Sequence[str]) -> list[list[int]]:
    """Places of questions that are alike, the largest cluster first; each is alike to the first of its cluster."""
    words = [frozenset(word.casefold() for word in _WORD.findall(question)) for question in questions]
    having: dict[str, list[int]] = defaultdict(list)
    found: dict[int, list[int]] = {}
    for place, mine in enumerate(words):
        firsts = {first for word in mine for first in having[word]}
        near = max(firsts, key=lambda first: (_likeness(words[first], mine), -first), default=None)
        if near is not None and _likeness(words[near], mine) >= _ALIKE:
            found[near].append(place)
            continue
        found[place] = [place]
        for word in mine:
            if len(having[word]) < _MOST_SHARED:
                having[word].append(place)
    return sorted(found.values(), key=lambda cluster: (-len(cluster), cluster[0]))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 0.0
