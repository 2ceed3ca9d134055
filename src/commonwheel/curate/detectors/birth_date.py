"""Dates of birth: a day that there was, beside words that call it somebody's birth.

The words may stand before the date or behind it, with nothing else in numbers between. People of whom
history tells were born too: a day long ago is nobody's data.
"""

import re
from collections.abc import Iterator

from commonwheel.curate.dates import DATE, DAY_AND_MONTH, day_of, is_day_and_month
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned
from commonwheel.curate.trie import any_of
from commonwheel.curate.wordlists import words

KIND = "personal.birth_date"

EARLIEST, LATEST = 1900, 2030
"""Years in which a person whose data this could be was born."""
_OLD = 1920

WORDS = re.compile(
    rf"(?<![^\W_])(?:{any_of(words('births', 'words'))}|{any_of(words('births', 'whole'))}(?![^\W_]))"
    rf"|{any_of(words('births', 'anywhere'))}"
)
"""Words that call a date a birth."""

_BEFORE, _AFTER = 48, 24
_THING = re.compile(
    rf"(?<!\w){any_of(words('births', 'things'))}(?: \w{{1,12}})?"
    r"(?: (?:was|were|is|wurde|war|ist|est|fue|è|foi))?$"
)
"""What is born as well, but nobody."""


def _date(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    day = day_of(match)
    if day is None:
        return
    said = _called(scanned.text, match.start(), match.end())
    if said is None:
        return
    if (
        match["compact"]
        and scanned.text[said.end() : match.start()].strip(" :=#.\"'\n")
        and said.end() < match.start()
    ):
        return
    yield Hit(KIND, match.start(), match.end(), _score(scanned.text, said, day.year))


def _score(text: str, said: re.Match[str], year: int) -> float:
    if not EARLIEST <= year <= LATEST:
        return 0.1
    if _THING.search(text, max(0, said.start() - 40), said.start() - 1):
        return 0.2
    if said.group().lower() == "born":
        return 0.25 if year < _OLD else 0.8
    return 0.5 if year < _OLD else 0.92


def _called(text: str, start: int, end: int) -> re.Match[str] | None:
    """The words nearest to a date that call it a birth, with no other number between."""
    before = next(iter(reversed(list(WORDS.finditer(text, max(0, start - _BEFORE), start)))), None)
    if before and not re.search(r"[0-9]{2}", text[before.end() : start]):
        return before
    behind = WORDS.search(text, end, end + _AFTER)
    if behind and not re.search(r"[0-9]", text[end : behind.start()]):
        return behind
    return None


_OWN = re.compile(rf"{any_of(words('births', 'birthdays'))}[^.\n\0]{{0,20}}$")
_BIRTHDAYS = re.compile(any_of(words("births", "birthdays")))


def _birthday(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if is_day_and_month(match) and _OWN.search(scanned.text, max(0, match.start() - 40), match.start()):
        yield Hit(KIND, match.start(), match.end(), 0.65)


DETECTOR = Detector(
    name="birth_date",
    version="2",
    about=About(
        finds="Dates of birth, and birthdays that a person calls their own or another's.",
        how="A day that there is, in any usual form, with words for a birth before or behind it and no other "
        "number between. Years before 1900 are history, and what is said of an idea or a company is no birth.",
        where="Words and names of months in some thirty languages; Japanese eras and years of Thailand and Iran.",
        misses="A year or an age alone, and dates that nothing near by calls a birth.",
    ),
    patterns=(
        Pattern(
            expression=DATE,
            beside=WORDS,
            confirm=_date,
            rule="date",
            says="A date, and words near by that call it a date of birth.",
        ),
        Pattern(
            expression=DAY_AND_MONTH,
            beside=_BIRTHDAYS,
            confirm=_birthday,
            rule="birthday",
            says="A day and a month that somebody calls a birthday.",
        ),
    ),
)  # fmt: skip
