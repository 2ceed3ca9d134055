"""Whether words are used or only mentioned, as far as the words around them show it.

"Don't call anybody a …", a quotation, a court's report, a doctor's answer, a refusal: each lowers a score by
what the list says, none takes it to nothing, and nobody is believed for saying that it is only a story. The words
that show it are data too: `lists/mention.toml`, by what they show and by language.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple, TypeAlias

from commonwheel.curate.phrases import compiled, expression

Lowered: TypeAlias = Callable[[str, int, int], float]
"""How much of a score remains for the words of a text between two places, 0 to 1."""

QUOTE = "quote"
"""What a quotation is called in the lists; it is seen by its marks."""
_QUOTED = 60
"""Code points up to which an opening mark is looked for before words, and a closing one after them."""
_OPENS = re.compile(r"(?:^|[\s([:,])([\"'“„«‹‘‚「『])(?=\S|$)(?=[^\"“”„«»‹›’「」『』\n]{0,60}$)")
_CLOSES = re.compile(r"[^\n\"“”«»‹›‘‚「」『』]{0,60}?[\"'”“»›’」』](?!\w)")


class _Shows(NamedTuple):
    """Words that show one kind of mention, and how far before and after the mentioned ones they may stand."""

    words: tuple[str, ...]
    before: int
    after: int


_ELSE = "en"
"""The language whose words are looked for around phrases of a language that has none."""


@cache
def _groups() -> Mapping[str, Mapping[str, _Shows]]:
    """What shows each kind of mention, by language."""
    text = (files("commonwheel.curate") / "lists" / "mention.toml").read_text(encoding="utf-8")
    return {
        name: {
            language: _Shows(words=tuple(phrases), before=group["before"], after=group["after"])
            for language, phrases in group["words"].items()
        }
        for name, group in tomllib.loads(text).items()
    }


def lowered(weights: Mapping[str, float], language: str) -> Lowered:
    """What says how much of a score remains around phrases of a language: the least that any mention leaves.

    Raises ValueError where there is no such kind of mention.
    """
    unknown = sorted(weights.keys() - _groups().keys() - {QUOTE})
    if unknown:
        raise ValueError(f"nothing is known of {', '.join(unknown)}")
    order = [
        (weight, None if name == QUOTE else _groups()[name].get(language) or _groups()[name][_ELSE])
        for name, weight in sorted(weights.items(), key=lambda item: item[1])
    ]

    def remains(text: str, start: int, end: int) -> float:
        for weight, group in order:
            if _is_quoted(text, start, end) if group is None else _shows(group, text, start, end):
                return weight
        return 1.0

    return remains


def _shows(group: _Shows, text: str, start: int, end: int) -> bool:
    low, high = around(text, start, end, group.before, group.after)
    words = _expression(group.words)
    return words.search(text, low, start) is not None or words.search(text, end, high) is not None


@cache
def _expression(words: tuple[str, ...]) -> re.Pattern[str]:
    return compiled(expression(words))


def around(text: str, start: int, end: int, before: int, after: int) -> tuple[int, int]:
    """From where to where the words around a place go that belong to the same message."""
    low = max(0, start - before)
    seam = text.find("\0", end, end + after)
    return max(low, text.rfind("\0", low, start) + 1), end + after if seam < 0 else seam


def _is_quoted(text: str, start: int, end: int) -> bool:
    return (
        _OPENS.search(text[max(0, start - _QUOTED) : start]) is not None
        and _CLOSES.match(text, end, end + _QUOTED) is not None
    )
