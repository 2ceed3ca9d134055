"""Street addresses, precise enough to find a door: a street with its number, and what follows it.

Where no word for a street helps, a unit, a box, a code or the word "address" does. A town alone is nobody's
address.
"""

import re
from collections.abc import Iterator

from commonwheel.curate.addresses import CAPITALIZED, SMALL, rest_of, start_of
from commonwheel.curate.places import POSTCODE, STATES, UPPER
from commonwheel.curate.scan import About, Confirm, Detector, Hit, Pattern, Scanned, near
from commonwheel.curate.streets import (
    KIND,
    NUMBER_RUE,
    NUMBER_STREET,
    PLACE_NUMBER,
    STRASSE_NUMBER,
    STREET_NUMBER,
    WORDS,
    capitals_of,
    is_amount,
    is_year,
    number_rue,
    number_street,
    strasse_number,
    street_number,
)
from commonwheel.curate.trie import any_of
from commonwheel.curate.wordlists import words

_WORD = r"[^\W\d_][\w.'’-]{0,24}"
_PROPER = rf"[{UPPER}](?:[^\W\d_]{{1,24}}|\.)(?:['’.-][^\W\d_]{{1,24}}){{0,2}}\.?"
_NUMBERED = re.compile(
    rf"(?<![\w.])(?:[0-9]{{1,5}}[A-Za-z]?,? (?:[0-9]{{1,5}} )?)?"
    rf"{_PROPER}(?: (?:{SMALL} ){{0,2}}{_PROPER}){{0,4}}(?![\w]),?"
    r"(?: (?:n[º°o]?\.? ?|#)?[0-9]{1,5}[A-Za-z]?(?!\w))?"
)
"""A name with capitals and a number before or behind it: a street, where it is said that one follows."""
_TO_UNIT = re.compile(
    rf"(?<![\w.])(?:[0-9]{{1,5}}[A-Z]?,? )?(?:(?:{SMALL} )?{_WORD} ){{0,5}}{_WORD},?(?: [0-9]{{1,5}}[A-Za-z]?)?"
    r"[ \t,]{0,3}\n?[ \t,>?]{0,5}$"
)
_FROM_UNIT = re.compile(r",?[ \n]{1,2}")
_TO_STATE = re.compile(
    rf"(?<![\w.$€£])(?P<door>[0-9]{{1,6}}[A-Za-z]? [^\n\0]{{3,60}}?[\n,][ \t,>?]{{0,5}})?"
    rf"(?P<city>{CAPITALIZED}(?: {CAPITALIZED}){{0,2}}),?[ ]?\n?[ ]?$"
)
_UK_AREAS = frozenset(words("places", "uk_areas"))
_AREA = re.compile(r"[A-Z]{1,2}")
_CORNER = re.compile(
    rf"the corner of {CAPITALIZED}[^\n\0.?!]{{1,40}}? and {CAPITALIZED}(?: {CAPITALIZED}){{0,4}}"
    r"(?: (?i:street|st)\b)?"
)
_OTHER_ADDRESSES = re.compile(
    r"(?:e-?mail|ip|mac|web|url|wallet|bitcoin|btc|eth|memory|server|host|http|site|bus|return|base)\W?\s?$",
    re.IGNORECASE,
)


def _unit(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """35 Kromwater 38, Apt. 705: the unit behind a line that has no word for a street, or before it."""
    text = scanned.text
    before = _TO_UNIT.search(text, max(0, match.start() - 90), match.start())
    if not before or not any(map(str.isdigit, before.group())):
        yield from _unit_first(text, match)
        return
    street = re.sub(r"\b[0-9]{1,5}[A-Za-z]?\b", "", before.group().strip(" ,\n\t>?"))
    capitals = capitals_of(street)
    if capitals is None:
        return
    rest = rest_of(text, match.end("unit"), capitals)
    evidence = capitals + rest.weight + 2 * near(scanned, before.start(), rest.end, WORDS, 60)
    if evidence:
        yield Hit(KIND, before.start(), rest.end, (0.65, 0.75, 0.88)[min(evidence - 1, 2)])


def _unit_first(text: str, match: re.Match[str]) -> Iterator[Hit]:
    gap = _FROM_UNIT.match(text, match.end("unit"))
    found = _NUMBERED.match(text, gap.end()) if gap else None
    if found and found.group()[0].isdigit():
        rest = rest_of(text, found.end())
        yield Hit(KIND, match.start("unit"), rest.end, 0.85 if rest.weight == 2 else 0.65)


def _box(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """P.O. Box 1234, of a person as often as of a company."""
    rest = rest_of(scanned.text, match.end("box"))
    yield Hit(KIND, start_of(scanned.text, match.start("box")), rest.end, 0.88 if rest.weight else 0.7)


def _state(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Springfield, IL 62704: the last line of an American address."""
    before = _TO_STATE.search(scanned.text, max(0, match.start("state") - 110), match.start("state"))
    if not before:
        return
    rest = rest_of(scanned.text, match.end("code"))
    nine_digits = scanned.text[match.end("code")] == "-"
    if before["door"]:
        yield Hit(KIND, before.start(), rest.end, 0.85)
    elif nine_digits or near(scanned, before.start(), rest.end, WORDS, 60, 20):
        yield Hit(KIND, before.start("city"), rest.end, 0.65)


def _british_code(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """SW1A 1AA: a British code alone names some fifteen doors."""
    area = _AREA.match(match["code"])
    if area and area.group() in _UK_AREAS:
        spoken_of = near(scanned, *match.span("code"), WORDS, 60, 20)
        yield Hit(KIND, *match.span("code"), 0.8 if spoken_of else 0.62)


def _said(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """My address is 92 Eusebio Dávila 57: what is called an address and has a number."""
    text, start = scanned.text, match.start("first")
    if _OTHER_ADDRESSES.search(text, max(0, match.start() - 12), match.start()):
        return
    if corner := _CORNER.match(text, start):
        yield Hit(KIND, start, rest_of(text, corner.end()).end, 0.7)
        return
    found = _NUMBERED.match(text, start)
    if not found or not any(map(str.isdigit, found.group())):
        return
    rest = rest_of(text, found.end())
    no_door = is_amount(text, found.end()) or is_year(text, text[start : start + 4], start)
    if not no_door and (found.group()[-1].isdigit() or rest.weight == 2):
        yield Hit(KIND, start, rest.end, (0.65, 0.75, 0.85)[rest.weight])


def _whole(score: float) -> Confirm:
    """A way of writing that nothing else has; what follows belongs to it."""

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        yield Hit(KIND, match.start("all"), rest_of(scanned.text, match.end("all")).end, score)

    return confirm


_CALLED = any_of(words("places", "called"))
_ZIP = any_of(words("places", "code"))
_HAN, _KANA, _HANGUL = "\u3400-\u9fff", "\u3040-\u30ff", "\uac00-\ud7af"
_EAST_ASIAN = (
    rf"(?P<all>〒 ?[0-9]{{3}}-[0-9]{{4}}(?:[ \n]{{0,2}}[{_HAN}{_KANA}0-9-]{{2,40}})?"
    rf"|[{_HAN}]{{1,3}}[都道府県][{_HAN}{_KANA}]{{1,8}}[市区町村][{_HAN}{_KANA}]{{0,8}}"
    r"[0-9]{1,4}(?:丁目|番地?|号|-){1,2}[0-9番号-]{0,10}"
    rf"|[{_HAN}]{{0,4}}[省市区县][{_HAN}]{{1,10}}[路街道巷弄村][0-9]{{1,5}}(?:弄[0-9]{{1,5}})?[号號]"
    rf"(?:[{_HAN}0-9]{{1,12}}[室楼栋座])?"
    rf"|(?:[{_HANGUL}]{{1,6}}(?:시|도|구|군) ){{1,3}}[{_HANGUL}0-9]{{1,8}}[로길] ?[0-9]{{1,4}}(?:-[0-9]{{1,3}})?)"
)
_TURKISH = (
    rf"(?<!\w)(?P<all>(?:{_WORD} ){{1,3}}(?:cad|cd|sok|sk|caddesi|sokak|sokaği|bulvari|blv|mah|mahallesi)\.?,?"
    r" no ?[.:]? ?[0-9]{1,4}(?:/[0-9]{1,3})?)"
)
_COLOMBIAN = (
    r"(?<!\w)(?P<all>(?:calle|carrera|cra|cr|kra|cl|avenida|av|transversal|diagonal|autopista)\.? "
    r"[0-9]{1,3}[A-Za-z]?(?: bis)?(?: (?:sur|norte|este|oeste))?"
    r" ?(?:#|no\.?|nº|n°) ?[0-9]{1,3}[A-Za-z]? ?-? ?[0-9]{1,3})(?!\w)"
)
_BOX = (
    r"(?<![\w.])(?P<box>(?:p\.? ?o\.? ?box|post office box|postfach|postbus|casella postale|"
    r"apartado(?: de correos| postal)?|boîte postale|caixa postal|skrytka pocztowa|postboks|"
    r"psc [0-9]{1,5},? box|(?:uss [a-z]{2,20}|unit [0-9]{3,5}(?:,? box [0-9]{1,5})?)(?=\s{1,3}[af]po))"
    r"(?:[ :#]{1,3}(?:[0-9]{1,4}(?: [0-9]{2,3}){1,2}|[0-9]{1,7})(?!\w)|(?<=[a-z0-9])(?=\s{1,3}[af]po)))"
)
_UNIT = r"(?P<unit>(?<!\w)(?:apt|apartment|suite|ste|unit|flat)\.?[ ]{1,2}(?:no\.? ?)?#?[0-9]{1,5}[A-Za-z]?)(?!\w)"
_BRITISH = (
    r"(?<![\w-])(?<![0-9A-Z] )(?P<code>[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][ABD-HJLNP-UW-Z]{2})(?![\w-]| [0-9A-Z])"
)
_IS_SAID = (
    rf"{_CALLED}[\w '’]{{0,16}}?(?:[:,?]| is| are| ist| es| est| è| é)?[:\s]{{1,5}}"
    rf"(?P<first>[0-9{UPPER}]|the corner)"
)
_CODE = rf"{_ZIP}(?:[ ](?:is|ist|est|es|é|è|number|no\.?))?[ :#]{{1,3}}(?P<all>{POSTCODE})"


def _pattern(rule: str, expression: str, confirm: Confirm, says: str, flags: int = 0) -> Pattern:
    return Pattern(expression=re.compile(expression, flags), confirm=confirm, rule=rule, says=says)


_BEFORE, _BEHIND = "A house number before a street.", "A street with a house number behind it."

DETECTOR = Detector(
    name="address",
    version="2",
    about=About(
        finds="Street addresses with a house number, boxes at post offices, and codes that name a few doors.",
        how="Words for kinds of streets with a number before or behind, in the order of each language; the unit, "
        "the code, the town and the country that follow are part of it. Capitals, what follows, and words about "
        "living, sending and meeting near by make it surer.",
        where="Written in the ways of English, German, French, Spanish, Italian, Dutch, Portuguese, the "
        "Nordic and Slavic languages, Hungarian, Turkish, Indonesian, Chinese, Japanese and Korean.",
        misses="Streets without a number, house names, addresses told in sentences, and streets that are called "
        "neither by a word for a street nor an address. A town alone is not looked for.",
    ),
    patterns=(
        Pattern(expression=NUMBER_STREET, confirm=number_street, rule="number-street", says=_BEFORE),
        Pattern(expression=STREET_NUMBER, confirm=street_number, rule="street-number", says=_BEHIND),
        Pattern(expression=PLACE_NUMBER, confirm=street_number, rule="street-number", says=_BEHIND),
        Pattern(expression=NUMBER_RUE, confirm=number_rue, rule="number-rue", says=_BEFORE),
        Pattern(expression=STRASSE_NUMBER, confirm=strasse_number, rule="strasse-number", says=_BEHIND),
        _pattern(
            "unit", _UNIT, _unit, "An apartment or a suite beside a line with a house number.", re.IGNORECASE
        ),
        _pattern("box", _BOX, _box, "A box at a post office.", re.IGNORECASE),
        _pattern(
            "state-code",
            rf"[ ,\n](?P<state>{STATES})\.?,?[ ]{{1,2}}(?P<code>[0-9]{{5}})(?![\w.])",
            _state,
            "A town with its state and code, behind a house number or where an address is spoken of.",
        ),
        _pattern("british-code", _BRITISH, _british_code, "A British postal code, which names a few doors."),
        _pattern("said", _IS_SAID, _said, "What is called an address, or lived at, and has a number."),
        _pattern("code", _CODE, _whole(0.62), "A postal code, called by its name.", re.IGNORECASE),
        _pattern(
            "east-asian",
            _EAST_ASIAN,
            _whole(0.88),
            "A town, a street or a block, and a number, in the order of Chinese, Japanese or Korean.",
        ),
        _pattern("turkish", _TURKISH, _whole(0.85), _BEHIND, re.IGNORECASE),
        _pattern("colombian", _COLOMBIAN, _whole(0.9), "A crossing of numbered streets.", re.IGNORECASE),
    ),
)
