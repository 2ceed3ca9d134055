"""What a record is about, and how demanding it is: told by its words, by a list in versions (`topics.toml`).

Nothing is guessed: a record with too few words of any topic has none.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

_AT_LEAST = 2
"""Points that make a topic: a word of it counts one, once, and a tag three."""
_TAG, _MARKED = 3, 2
_READ = 20_000
"""Characters of a record that are looked at."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_CODE = re.compile(r"```|\bdef \w+\(|\bfunction \w+\(|;\s*\n|</\w+>")
_FORMULA = re.compile(r"\\frac|\\sum|\$[^$\n]+\$|\d\s*[-+*/×÷]\s*\d+\s*=")
DIFFICULTIES = {"everyday": "Everyday", "demanding": "Demanding", "expert": "For experts"}
"""From the least to the most, with their names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy:
    """Titles of topics by their names, and the topics that a word speaks for."""

    version: str
    titles: Mapping[str, str]
    words: Mapping[str, frozenset[str]]


@cache
def taxonomy() -> Taxonomy:
    """Today's list."""
    read: dict[str, Any] = tomllib.loads(files("commonwheel.release").joinpath("topics.toml").read_text("utf-8"))
    topics: dict[str, dict[str, str]] = read["topics"]
    words: dict[str, set[str]] = {}
    for name, topic in topics.items():
        for word in topic["words"].split():
            words.setdefault(word.casefold(), set()).add(name)
    return Taxonomy(
        version=read["version"],
        titles={name: topic["title"] for name, topic in topics.items()},
        words={word: frozenset(names) for word, names in words.items()},
    )


def topic_words(topic: str) -> str:
    """What a topic is called; one that an older list had, by its name."""
    return taxonomy().titles.get(topic, topic)


def topic_of(texts: Iterable[str], tags: Sequence[str] = ()) -> str:
    """The topic with the most points, the first of the list where several have as many; empty for none."""
    known = taxonomy()
    text = "\n".join(texts)[:_READ]
    points = dict.fromkeys(known.titles, 0)
    for word in {match.casefold() for match in _WORD.findall(text)}:
        for name in known.words.get(word, ()):
            points[name] += 1
    for tag in tags:
        for name in {tag.casefold()} & points.keys() | known.words.get(tag.casefold(), frozenset()):
            points[name] += _TAG
    points["code"] += _MARKED * bool(_CODE.search(text))
    points["mathematics"] += _MARKED * bool(_FORMULA.search(text))
    best = max(points, key=lambda name: points[name])
    return best if points[best] >= _AT_LEAST else ""


def difficulty_of(asked: Sequence[str], answers: Sequence[str], steps: int = 0) -> str:
    """How much a record asks of whoever answers: by its length, its turns, its steps, and the words it takes."""
    question, whole = "\n".join(asked)[:_READ], "\n".join((*asked, *answers))[:_READ]
    if not question.strip():
        return ""
    words = _WORD.findall(whole)
    long_words = sum(len(word) >= 10 for word in words)
    points = (
        (len(question) > 400)
        + (len(question) > 1_500)
        + (len(asked) > 2)
        + (steps > 3)
        + bool(_CODE.search(whole))
        + bool(_FORMULA.search(whole))
        + (len(words) > 40 and long_words > len(words) / 8)
    )
    return "everyday" if points < 2 else "demanding" if points < 4 else "expert"
