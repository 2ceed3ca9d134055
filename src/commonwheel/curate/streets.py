"""Streets with their house numbers, told apart by where number, kind of street and name stand.

Each part that is there is evidence: a kind of street that is nothing else, capitals, a unit or a code of a
place behind it, words about living or sending near by.
"""

import re
from collections.abc import Iterator

from commonwheel.curate.addresses import CAPITALIZED, SMALL, rest_of, start_of
from commonwheel.curate.places import COMPOUND, ENGLISH, PREFIXED
from commonwheel.curate.scan import Hit, Scanned, context, near
from commonwheel.curate.trie import any_of
from commonwheel.curate.wordlists import words

KIND = "personal.address"

WORDS = context(*words("places", "context"))
"""About living, sending and meeting."""

_NUMBER = r"[0-9]{1,5}(?:[ ]?[A-Za-z](?![\w'’]))?(?:[/-](?:[0-9]{1,4}[A-Za-z]?|[A-Za-z])(?!\w))?"
_STOP = r"[\s,.;:!?)\]\"'»>|/(-]"
"""What stands behind an address: there is always something, if only the end of a text."""
_WORD = r"[^\W\d_][\w.'’-]{0,24}"
_BEHIND = r"(?<![\w.,:/$€£%-])"
"""A number of a house is no part of a larger one, and no amount."""
_AMOUNT = re.compile(
    r"[ ]?(?:[%€$£°:=+*]|[.,][0-9]|(?:percent|prozent|euros?|dollars?|uhr|am|pm|km|mi|miles?|kg|min|minut\w{0,5}|"
    r"hours?|stunden|tage?n?|days?|weeks?|months?|years?|años?|ans|jahre?n?|times|mal|veces|fois|volte|people|"
    r"persons|m)\b)",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"(?:in|since|by|during|from|of|until|before|after|early|late|circa|around|the)\s$", re.IGNORECASE
)
_EVERYDAY = frozenset(words("places", "everyday"))
_FAMOUS = re.compile(
    r"(?:10|11) downing st|1600 pennsylvania ave|221 ?b baker st|21 jump st|8 mile r|10 cloverfield lane|"
    r"84 charing cross r|742 evergreen terr|4 privet drive|1 infinite loop|123 (?:main|fake|any) st",
    re.IGNORECASE,
)
"""Of states, stories and examples: no person's door."""
_SCORES = (0.0, 0.25, 0.45, 0.72, 0.85, 0.92)
"""By how much evidence there is."""
_FAINTEST = 0.3


def is_amount(text: str, end: int) -> bool:
    """Whether a number that ends here is one of euros, hours or years."""
    return _AMOUNT.match(text, end) is not None


def is_year(text: str, number: str, start: int) -> bool:
    """Whether a number is a year: "in 1929 Wall Street"."""
    if not re.fullmatch(r"(?:1[5-9]|20)[0-9]{2}", number):
        return False
    return _SINCE.search(text, max(0, start - 8), start) is not None


def capitals_of(name: str) -> bool | None:
    """Whether a street's name has capitals; None where it cannot be one at all."""
    parts = [part for part in re.split(r"[\s,]+", name) if part]
    telling = [part for part in parts if not re.fullmatch(SMALL, part)]
    if not telling:
        return None
    if all(part[0].isupper() or part[0].isdigit() or (len(part) > 2 and part[1] in "'’") for part in telling):
        return True
    if len(parts) > 4 or any(part.lower() in _EVERYDAY for part in parts) or not telling[-1].islower():
        return None
    return False


def _address(
    scanned: Scanned, start: int, end: int, *, weak: bool, capitals: bool, language: bool = False
) -> Iterator[Hit]:
    """A street, with what belongs to its address before and behind it, and how sure all of it is."""
    rest = rest_of(scanned.text, end, capitals)
    first = start_of(scanned.text, start)
    spoken_of = near(scanned, first, rest.end, WORDS, 60, 30)
    if not (capitals or rest.weight or spoken_of):
        return
    evidence = (1 if weak else 2) + capitals + rest.weight + language + 2 * spoken_of
    if _FAMOUS.match(scanned.text, start, end):
        evidence = 1
    score = _SCORES[min(evidence, len(_SCORES) - 1)]
    if score >= _FAINTEST:
        yield Hit(KIND, first, rest.end, score)


# 12 Oak Street ---------------------------------------------------------------------------------------------------

NUMBER_STREET = re.compile(
    rf"{_BEHIND}(?P<number>{_NUMBER}),? (?P<name>(?:(?:{_WORD}|[0-9]{{1,3}}(?:st|nd|rd|th))[ ]){{1,5}}?)"
    rf"(?P<kind>{any_of(ENGLISH)}){_STOP}"
)
_WEAK = frozenset(words("places", "english_weak"))
_ABBREVIATED = ("st", "ct", "dr", "pl")
"""Before a capital these are often something else: Saint Louis, Doctor Watson."""


def number_street(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """The English way."""
    text, (start, end) = scanned.text, (match.start("number"), match.end("kind"))
    name, kind = match["name"], match["kind"]
    capitals = capitals_of(name)
    if capitals is None or is_year(text, match["number"], start):
        return
    weak = (
        kind.lower() in _WEAK
        or (kind.lower() in _ABBREVIATED and text[end : end + 2].strip(". ").isupper())
        or (capitals and kind.islower())
    )
    if not capitals and (weak or len(name.split()) > 3) and not near(scanned, start, end, WORDS, 40):
        return
    yield from _address(scanned, start, end, weak=weak, capitals=capitals)


# Calle Mayor 5; 12 bis, rue de la Paix ---------------------------------------------------------------------------

_SPOKEN = frozenset(
    (word, language)
    for language, lists in (
        ("fr", ("french", "french_weak")),
        ("es", ("spanish", "spanish_weak")),
        ("it", ("italian",)),
        ("pt", ("portuguese",)),
    )
    for word in words("places", *lists)
)
"""Kinds of streets with the language that calls them so."""
_FRENCH = frozenset(words("places", "french_weak"))
_PREFIXED_WEAK = frozenset(words("places", "french_weak", "spanish_weak", "prefixed_weak"))
_ENDINGS = ("al.", "os.", "pl.", "r.", "str.", "av", "bd", "jl", "c/")
"""Other words end in these, so what stands before them is asked for, which is cheap."""
_LEADING = '\n\t\r ,;:(>|"'
_MARK = (
    r"(?:(?:,|,? ?-)?[ ]{0,2}(?i:n[º°.]{1,2}|no[.:]{0,2}|nr\.?|núm\.?|num\.?|numero|número|s/n|#|№|д\.?|дом|"
    r"буд\.?|d\.)?[ ]{0,2})"
)
_NAME_NUMBER = (
    rf"(?=[ ]{{1,2}}(?P<name>(?:[0-9]{{1,2}}º? de )?(?:{_WORD}[ ]){{0,6}}?{_WORD}){_MARK}[ ]?"
    rf"(?P<number>{_NUMBER}){_STOP})"
)
_STRONG = tuple(word for word in PREFIXED if word not in _ENDINGS and word not in _PREFIXED_WEAK)
_OTHERS = tuple(word for word in PREFIXED if word not in _ENDINGS and word in _PREFIXED_WEAK)
STREET_NUMBER = re.compile(
    rf"(?P<kind>(?:(?<!\w){any_of(_STRONG)}|[\s,;:(>|\"]{any_of(_ENDINGS)})){_NAME_NUMBER}[ ]"
)
PLACE_NUMBER = re.compile(
    rf"(?P<kind>(?<!\w){any_of(_OTHERS)}){_NAME_NUMBER}[ ]"
    r"(?:d[eiau](?:[lgs]|ll[aeo])?[ ]|l[aeo]s?[ ]|[dl]['’]){0,2}(?:[0-9]|[^\W\d_a-z])"
)
"""The same with everyday words, which only count before a capital."""
NUMBER_RUE = re.compile(
    rf"{_BEHIND}(?P<number>[0-9]{{1,4}}(?: ?(?i:bis|ter|quater|[a-d]))?),? (?P<kind>{any_of(PREFIXED)})[ ]"
    rf"(?P<name>(?:{SMALL}[ ]?){{0,3}}{_WORD}"
    rf"(?:[ -](?:(?:{SMALL} ){{0,2}}{CAPITALIZED}|(?<=[a-z] )[^\W\d_]{{3,20}}(?= [0-9]))){{0,4}}"
    r"(?: [0-9]{1,4}(?![\w.,]))?)"
)
_NUMBER_BEFORE = re.compile(r"(?<![\w.,])[0-9]{1,4}(?: ?(?:bis|ter|quater|[a-dA-D]))?,? $")


def street_number(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """The ways with the number last."""
    text = scanned.text
    if is_amount(text, match.end("number")):
        return
    if text[match.end("name")] != "," or not re.fullmatch(r"[0-9]{5}", match["number"]):
        yield from _prefixed(scanned, match, match.end("number"))
        return
    # Five digits behind a comma are a code, and the number stands before, where the other pattern sees it.
    kind = match.end("kind") - len(match["kind"].lstrip(_LEADING))
    if not _NUMBER_BEFORE.search(text, max(0, kind - 12), kind):
        yield from _prefixed(scanned, match, match.end("name"), unnumbered=True)


def number_rue(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """The French way."""
    if not is_year(scanned.text, match["number"], match.start()):
        yield from _prefixed(scanned, match, match.end("name"))


def _prefixed(scanned: Scanned, match: re.Match[str], end: int, unnumbered: bool = False) -> Iterator[Hit]:
    kind = match["kind"].lstrip(_LEADING).lower()
    start = min(match.start("number"), match.end("kind") - len(kind))
    capitals = capitals_of(match["name"])
    weak = kind in _PREFIXED_WEAK and not (capitals and kind in _FRENCH and start < match.start("kind"))
    if capitals is None or (weak and not capitals):
        return
    spoken = (kind, scanned.language[:2]) in _SPOKEN
    yield from _address(scanned, start, end, weak=weak or unnumbered, capitals=capitals, language=spoken)


# Musterstraße 12; Lange Straße 7 ---------------------------------------------------------------------------------

STRASSE_NUMBER = re.compile(rf"(?P<kind>{any_of(COMPOUND)})[ ]{{1,2}}(?:[Nn]r\.? ?)?(?P<number>{_NUMBER}){_STOP}")
_BEFORE_KIND = re.compile(rf"(?:{_WORD}[ ]){{0,4}}(?:{_WORD}[ -]?)?$")
_LANGUAGES = ("de", "nl", "sv", "da", "nb", "nn", "no", "fi", "hu", "is", "gs", "lb")
_COMPOUND_WEAK = frozenset(words("places", "compound_weak"))
_APART = frozenset(words("places", "compound_apart"))
_NEVER = frozenset(words("places", "compound_never"))


def strasse_number(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """The ways with the kind of street at the end of its name, and the number behind."""
    text, kind, end = scanned.text, match["kind"], match.end("number")
    window = max(0, match.start("kind") - 80)
    line = max(text.rfind("\n", window, match.start("kind")) + 1, window)
    before = _BEFORE_KIND.search(text, line, match.start("kind"))
    name, joined = _name_before(before.group() if before else "")
    no_name = not joined and not (name and (kind[0].isupper() or kind.lower() in _APART))
    whole = joined + kind if joined else name.strip()
    if no_name or whole.lower() in _NEVER or is_amount(text, end):
        return
    start = match.start("kind") - len(name)
    capitals, language = text[start].isupper(), scanned.language[:2] in _LANGUAGES
    weak = kind.lower() in _COMPOUND_WEAK
    if weak and not (capitals and (language or rest_of(text, end).weight == 2)):
        return
    yield from _address(scanned, start, end, weak=weak, capitals=capitals, language=language)


def _name_before(before: str) -> tuple[str, str]:
    """What belongs to a street's name of the words before its kind, and what of it is joined to the kind."""
    *others, joined = before.split(" ")
    name = [joined]
    for part in reversed(others):  # capitals belong to it, and small words between them
        if not ((part[0].isupper() and not part.endswith(".")) or (name != [""] and re.fullmatch(SMALL, part))):
            break
        name.insert(0, part)
    while len(name) > 1 and re.fullmatch(SMALL, name[0]) and name[0].islower():
        name.pop(0)
    return " ".join(name), joined
