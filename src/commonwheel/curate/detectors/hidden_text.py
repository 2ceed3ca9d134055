"""Characters that nobody sees, or that look like others: invisible ones, direction marks, mixed alphabets."""

import re
from collections.abc import Iterator
from itertools import pairwise

from commonwheel.curate.orders import gives_orders
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, whole

_KIND = "injection.hidden_text"
_FLAG = re.compile(r"\U0001F3F4[\U000E0061-\U000E007A\U000E0030-\U000E0039]{1,6}\U000E007F")
"""A subdivision flag such as Scotland's: the one good use of tag characters (UTS 51)."""
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_EMOJI_OR_JOINING = re.compile(
    "[\u0600-\u08ff\u0900-\u0dff\u0e00-\u109f\u1780-\u18af\u200d\ufe0f\u2190-\u2bff\U0001f000-\U0001faff]"
)
_TAG = 0xE0000
"""Tag characters are those of ASCII, so far up."""


def _tags(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    start, end = match.span()
    if start and _FLAG.match(scanned.text, start - 1, end):
        return
    yield Hit(_KIND, start, end, 0.95)
    said = "".join(chr(ord(character) - _TAG) for character in match.group())
    if gives_orders(said):
        yield Hit("injection.encoded", start, end, 0.95)


def _selectors(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Two selectors after one another select nothing; many of them can be bytes."""
    yield Hit(_KIND, *match.span(), 0.9)
    said = bytes(_byte(ord(character)) for character in match.group()).decode("utf-8", "ignore")
    if gives_orders(said):
        yield Hit("injection.encoded", *match.span(), 0.95)


def _byte(code: int) -> int:
    return code - 0xFE00 if code < 0xFE10 else (code - 0xE0100 + 16) & 0xFF


def _zero_width(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Invisible characters inside a Latin word or in a row hide something; single ones may be typography."""
    start, end = match.span()
    before, after = scanned.text[max(0, start - 1) : start], scanned.text[end : end + 1]
    if match.group() == "\ufeff" and start == 0:
        return
    if (
        end - start == 1
        and match.group() in "\u200c\u200d"
        and (_EMOJI_OR_JOINING.match(before) or _EMOJI_OR_JOINING.match(after))
    ):
        return
    splits = (
        bool(re.match(r"[\w@.:/]", before)) and bool(re.match(r"[\w@.:/]", after)) and (before + after).isascii()
    )
    yield Hit(_KIND, start, end, 0.9 if splits or end - start > 2 else 0.3)


def _bidi(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Overrides reorder what is read; embeddings and isolates belong in text with right-to-left script."""
    overrides = match.group() in "\u202d\u202e"
    natural = not overrides and _RIGHT_TO_LEFT.search(scanned.text, max(0, match.start() - 200), match.end() + 200)
    yield Hit(_KIND, *match.span(), 0.2 if natural else 0.9)


_LATIN_LIKE = frozenset("АВЕЅІЈКМНОРСТУХаеорсухіјѕԁһԛԝкмнтвгпьΑΒΕΖΗΙΚΜΝΟΡΤΥΧαικνορτυχɡ")
"""Letters of Cyrillic and Greek that are read as Latin ones."""
_LOOKS_CYRILLIC = frozenset("ABCEHIJKMOPSTXYaceijoprsuxykmnt")
"""Letters of Latin that are read as Cyrillic ones."""
_MIXED = re.compile("(?:[A-Za-z][\u0370-\u03ff\u0400-\u052f]|[\u0370-\u03ff\u0400-\u052f][A-Za-z])")
_LETTERS_BEFORE = re.compile(r"[^\W\d_]{1,30}$")
_LETTERS_AFTER = re.compile(r"[^\W\d_]{1,30}")


def _homoglyphs(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """A word of one alphabet with look-alikes of another inside: a suffix or a symbol beside it is none."""
    text, at = scanned.text, match.start() + 1
    before = _LETTERS_BEFORE.search(text, max(0, at - 30), at)
    after = _LETTERS_AFTER.match(text, at)
    if before is None or after is None:
        return
    word = before.group() + after.group()
    latin = [letter for letter in word if letter.isascii()]
    others = [letter for letter in word if not letter.isascii() and "\u0370" <= letter <= "\u052f"]
    if len(word) < 4 or len(latin) + len(others) < len(word):
        return
    alike = _LATIN_LIKE.issuperset(others) or _LOOKS_CYRILLIC.issuperset(latin)
    changes = sum(one.isascii() != other.isascii() for one, other in pairwise(word))
    if not alike or (changes == 1 and (word[:2].isupper() or len(others) < 2)):
        return
    yield Hit("injection.homoglyph", before.start(), after.end(), 0.8 if changes > 1 else 0.6)


DETECTOR = Detector(
    name="hidden_text",
    version="1",
    about=About(
        finds="Invisible characters that hide or carry text, marks that reorder it, and words of mixed alphabets.",
        how=(
            "By code point. Emoji, flags, joiners of scripts that need them, and isolates in right-to-left text "
            "are left alone; what tag characters and variation selectors spell is read for orders."
        ),
        misses="Text in the color of its background, which no character shows, and whole words of look-alikes.",
    ),
    patterns=(
        Pattern(
            expression=re.compile("[\U000e0000-\U000e007f]{1,10000}"), confirm=_tags, rule="tags",
            says="Tag characters, which nobody sees, spell something.",
        ),
        Pattern(
            expression=re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{2,10000}"), confirm=_selectors,
            rule="selectors", says="Variation selectors stand in a row, where they may carry data.",
        ),
        Pattern(
            expression=re.compile("[\u200b\u200c\u200d\u2060-\u2064\ufeff\u180e\u206a-\u206f]{1,10000}"),
            confirm=_zero_width, rule="zero-width", says="Characters without width hide something.",
        ),
        Pattern(
            expression=re.compile("\u00ad{2,10000}"), confirm=whole(_KIND, 0.9), rule="soft-hyphens",
            says="Soft hyphens stand in a row.",
        ),
        Pattern(
            expression=re.compile("[\u202a-\u202e\u2066-\u2069]"), confirm=_bidi, rule="direction",
            says="A mark changes the direction of reading.",
        ),
        Pattern(
            expression=_MIXED, confirm=_homoglyphs, rule="mixed-alphabets",
            says="A word mixes letters of two alphabets that look alike.",
        ),
    ),
)  # fmt: skip
