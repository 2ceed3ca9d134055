"""How an address goes on from its street, in both directions: units, codes, towns and countries.

A street with a house number is where an address is recognized. From there its parts are read one by one,
each within bounds, over commas and up to two ends of lines.
"""

import re
from typing import NamedTuple

from commonwheel.curate.places import COUNTRIES, POSTCODE, STATES, UNITS, UPPER
from commonwheel.curate.trie import any_of
from commonwheel.curate.wordlists import as_written, words

CAPITALIZED = rf"[{UPPER}][\w.'’-]{{0,24}}"
SMALL = (
    r"(?:d[aeiou]s?|d[ae]l|des|d[ae]ll[aeo]|dei|degli|dai|all[ao]|ai|al|nell[ao]|dell['’]|d['’]|l['’]|la|las|le|les|lo|los|el|van|von|vom|"
    r"zu|zum|zur|am|an|auf|im|in|bei|der|den|dem|die|und|ten|ter|te|het|'t|op|aan|of|the|on|upon|sur|sous|"
    r"e|y|i|en|et|and|à|às|ao|do|af|och|og|på)"
)
"""Small words inside of names."""
_CITY = rf"{CAPITALIZED}(?:[ -]{{1,2}}(?:{SMALL} ){{0,2}}{CAPITALIZED}){{0,3}}"
_TOWN = r"[^\W\d_][\w'’-]{1,24}(?: [^\W\d_][\w'’-]{1,24}){0,3}?"
_GAP = re.compile(
    r"\.?(?=[,\n])[ \t,]{0,4}(?:\r?\n[ \t,;>?|*]{0,6}){0,2}|[ \t,;|/]{0,4}(?:[-–] )?(?:\r?\n[ \t,;>?|*]{0,6}){0,2}"
)
_BREAK = r"[ \t]{0,2},?[ \t]{0,2}(?:\r?\n[ \t,>?|*]{0,6})?"
_ENDS = r"(?=[ \t]*(?:[,.;:!?)\]\n\0\"'»]|[-–] |$))"

_COUNTRIES = as_written(COUNTRIES)
_DIRECTION = re.compile(
    r"(?:North|South|East|West|Northeast|Northwest|Southeast|Southwest|[NS][EW]?|[EW])(?![\w'’])\.?"
)
_UNIT = re.compile(
    rf"(?:{any_of(UNITS)}(?![^\W\d_])\.?[ ]?(?:n[º°o]\.? ?)?[#:]?[ ]?"
    r"(?:[0-9]{1,5}[ºª°]?[ -]?[A-Za-z]?|[A-Z][0-9]{0,4})"
    r"|\#[ ]?[0-9]{1,5}[A-Z]?|[0-9]{1,3}(?:st|nd|rd|th) (?:floor|fl)\b\.?|[0-9]{1,2}\.? ?(?:OG|EG|Stock|Etage)\b"
    r"|[0-9]{1,2}[ºª°](?:[ -]?(?:[A-Z]\b|dcha|izda|izq|derecha|izquierda|esq|dto|andar))?\.?|\bbajo [A-Z]\b"
    r"|d\.? ?[0-9]{1,4}|д\.? ?[0-9]{1,4}|kat[: ]{1,2}[0-9]{1,2}|daire[: ]{1,2}[0-9]{1,3}"
    r"|lgh [0-9]{4}|(?:c/o) [A-Z][\w.'’-]{1,24}(?: [A-Z][\w.'’-]{1,24})?)(?![\w])",
    re.IGNORECASE,
)
_PO_BOX = re.compile(
    r"(?:p\.? ?o\.? ?box|postfach|postbus|casella postale|apartado|b\.?p\.?) [0-9]{1,6}", re.IGNORECASE
)
_NEIGHBORHOOD = re.compile(rf"(?:{any_of(words('places', 'neighborhoods'))}\.? {_CITY}){_ENDS}")
_COUNTRY = re.compile(rf"(?:{_COUNTRIES})(?!\w)(?:[ ,]{{1,2}}{POSTCODE})?")
_COUNTRY_SMALL = re.compile(_COUNTRY.pattern, re.IGNORECASE)
_CODE_FIRST = re.compile(rf"{POSTCODE}(?:[ ,]{{1,2}}{_CITY})?(?: \([A-Z]{{2}}\))?(?:[-/][A-Z]{{2}}(?!\w))?")
_CODE_LAST = re.compile(
    rf"(?:{_CITY}{_BREAK})?(?:(?:{STATES}|[A-Z]{{2,3}})\.?{_BREAK}|{_CITY}{_BREAK})?{POSTCODE}(?!,? ?[0-9])"
)
_STATE = re.compile(rf"(?:{_CITY}{_BREAK})?(?:{STATES})(?![\w.])")
_CITY_COUNTRY = re.compile(rf"{_CITY}{_BREAK}(?:{_COUNTRIES})(?!\w)")
_ONLY_CITY = re.compile(rf"{_CITY}{_ENDS}")
_TOWN_SMALL = re.compile(
    rf"{_TOWN}[ ,\n>?]{{1,6}}(?:(?:{_COUNTRIES})(?!\w)(?: {POSTCODE})?|(?:(?:{STATES}),? )?{POSTCODE})",
    re.IGNORECASE,
)

_SURE = (_UNIT, _PO_BOX, _NEIGHBORHOOD, _CODE_FIRST, _CODE_LAST, _CITY_COUNTRY, _STATE, _COUNTRY)
_SURE_SMALL = (_UNIT, _PO_BOX, re.compile(POSTCODE, re.IGNORECASE), _COUNTRY_SMALL, _TOWN_SMALL)
_BEFORE = re.compile(
    rf"(?:(?:{any_of(UNITS)}\.? ?#?[0-9]{{1,5}}[A-Za-z]?|[0-9]{{1,5}}[A-Z]?),?[ \n]{{1,2}}){{1,2}}$"
)
_MOST_PARTS = 8


class Rest(NamedTuple):
    """Where an address ends, and how much its parts say: 0 nothing, 1 perhaps a town, 2 surely."""

    end: int
    weight: int


def rest_of(text: str, start: int, capitals: bool = True) -> Rest:
    """What follows a street that ends at `start`. Without `capitals` only what needs none is read."""
    direction = _DIRECTION.match(text, start + 1) if text[start : start + 1] == " " else None
    end = at = direction.end() if direction else start
    weight = 0
    for _ in range(_MOST_PARTS):
        gap = _GAP.match(text, at)
        begin = gap.end() if gap else at
        if begin == at:
            break
        found = _first(_SURE if capitals else (*_SURE, *_SURE_SMALL), text, begin)
        if found:
            end = at = found
            weight = 2
            continue
        town = _ONLY_CITY.match(text, begin) if capitals else None
        separated = not text[at:begin].isspace() or "\n" in text[at:begin]
        if town is None or not separated:
            break
        at = town.end()
        if "\n" not in text[end:begin]:
            end, weight = at, max(weight, 1)
    while end > start and text[end - 1] in ".-'’":  # these end a sentence
        end -= 1
    return Rest(end, weight)


def _first(expressions: tuple[re.Pattern[str], ...], text: str, at: int) -> int:
    """Where the longest of the parts that begin here ends; 0 where none does."""
    ends = [found.end() for expression in expressions if (found := expression.match(text, at))]
    return max(ends, default=0)


def start_of(text: str, start: int) -> int:
    """Where an address begins whose street begins at `start`: with a unit or a number before it."""
    before = text[max(0, start - 24) : start]
    found = _BEFORE.search(before)
    if not found:
        return start
    begin = start - len(before) + found.start()
    return start if begin and (text[begin - 1].isalnum() or text[begin - 1] in ".,:/-$€£#") else begin
