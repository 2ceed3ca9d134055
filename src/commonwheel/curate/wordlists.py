"""Lists of words that ship with us as data, a file for each subject, for expressions to be made of.

A list is words with bars between them. They are read where an expression is made, which is when a detector
is imported, and are not looked at again.
"""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from commonwheel.curate.folding import fold


@cache
def tables(subject: str) -> dict[str, Any]:
    """All that the file of a subject holds."""
    return tomllib.loads((files("commonwheel.curate") / "lists" / f"{subject}.toml").read_text(encoding="utf-8"))


def words(subject: str, *names: str) -> tuple[str, ...]:
    """The words of some of a subject's lists, in their order, folded as texts are before they are searched."""
    lists = tables(subject)
    return tuple(fold(" ".join(word.split())) for name in names for word in lists[name].split("|"))


def as_written(listed: tuple[str, ...]) -> str:
    """An expression for any of the words in just this case, the longest that fits."""
    return "(?:" + "|".join(_spaced(word) for word in sorted(sorted(listed), key=len, reverse=True)) + ")"


def _spaced(word: str) -> str:
    return re.escape(word).replace(r"\ ", " ")
