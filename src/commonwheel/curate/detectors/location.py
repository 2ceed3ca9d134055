"""Precise coordinates: in degrees, in grids and in codes, as close as a house.

Two decimals side by side are more often a vector than a place, so they count by how they are written:
with a sign of a place (degrees, a map's address, a word) surely, without one only in the form in which
maps give them. Whatever is coarser than some hundred meters is left alone.
"""

import re
from collections.abc import Iterator

from commonwheel.curate.scan import About, Confirm, Detector, Hit, Pattern, Scanned, context, near, whole
from commonwheel.curate.wordlists import words

KIND = "personal.location"

_WORDS = context(*words("locations", "coordinates"))
_GRID = context(*words("locations", "grid"))
_CODES = context(*words("locations", "codes"))
_WHAT3WORDS = context(*words("locations", "three_words"))

_LAT, _LON = r"[-+]?[0-9]{1,2}\.[0-9]{%s}", r"[-+]?[0-9]{1,3}\.[0-9]{%s}"
_LISTED = re.compile(r"[0-9][,;]?\s{1,2}$|[\[(,]\s?$")
_GOES_ON = re.compile(r"[,;]?\s{1,2}[-+]?[0-9]|\s{0,2}[\]],\s{0,2}\[?\s?[-0-9]")


def _in_range(latitude: str, longitude: str) -> bool:
    return abs(float(latitude)) <= 90 and abs(float(longitude)) <= 180


def _degrees(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """47.376888, 8.541694."""
    start, end = match.span()
    latitude, longitude = match["latitude"], match["longitude"]
    if not _in_range(latitude, longitude):
        return
    if match["north"] or match["degree"] or near(scanned, start, end, _WORDS, 60, 30):
        yield Hit(KIND, start, end, 0.9)
        return
    text = scanned.text
    in_a_list = _GOES_ON.match(text, end) or (
        _LISTED.search(text, max(0, start - 4), start) and text[start - 1] != "("
    )
    small = abs(float(latitude)) < 1 and abs(float(longitude)) < 1
    fine = min(len(latitude.partition(".")[2]), len(longitude.partition(".")[2]))
    if fine >= 5 and not in_a_list and not small:
        yield Hit(KIND, start, end, 0.62)


def _labeled(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """lat: 47.376888, lon: 8.541694."""
    if _in_range(match["latitude"], match["longitude"]):
        yield Hit(KIND, *match.span("latitude"), 0.92)
        yield Hit(KIND, *match.span("longitude"), 0.92)


def _sixty(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """47°22'36.8"N 8°32'30.1"E."""
    sixtieths = [match[name] for name in ("m1", "m2", "s1", "s2") if match[name]]
    fine = (match["s1"] and match["s2"]) or ("." in match["m1"] and "." in match["m2"])
    in_range = int(match["d1"]) <= 90 and int(match["d2"]) <= 180
    if fine and in_range and all(float(value.replace(",", ".")) < 60 for value in sixtieths):
        yield Hit(KIND, *match.span(), 0.93)


def _near_to(words: re.Pattern[str], score: float) -> Confirm:
    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        if near(scanned, *match.span(), words, 60, 30):
            yield Hit(KIND, *match.span(), score)

    return confirm


def _on_a_map(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """…/@47.3768880,8.5416940,17z."""
    if _in_range(match["latitude"], match["longitude"]):
        yield Hit(KIND, match.start("latitude"), match.end("longitude"), 0.92)


_NORTH, _EAST = "[NSns]", "[EWOewo]"
_DEGREES = (
    rf"(?<![\w.,/=@-])(?P<latitude>{_LAT % '4,12'})(?P<degree>[ ]?°)?[ ]?(?P<north>{_NORTH}(?!\w))?"
    rf"[ ]{{0,2}}[,;/ ][ ]{{0,2}}(?P<longitude>{_LON % '4,12'})(?:[ ]?°)?(?:[ ]?{_EAST}(?!\w))?(?!\w|[.,][0-9])"
)
_SET = r"[\"'”]?[ ]?[:=]?[ ]?[\"']?"
_LABELED = (
    rf"lat(?:itude)?{_SET}(?P<latitude>{_LAT % '3,15'})[^\n\0]{{1,4}}?\s{{0,8}}[^\n\0]{{0,8}}?"
    rf"lo?ng?(?:itude)?{_SET}(?P<longitude>{_LON % '3,15'})"
)
_MINUTE, _SECOND = "['’\u2032\u00b4]", '["”\u2033“]'
_HALF = (
    r"[ ]?(?P<d{0}>[0-9]{{1,3}})[ ]?[°º˚][ ]?(?P<m{0}>[0-9]{{1,2}}(?:[.,][0-9]{{1,6}})?)[ ]?{1}[ ]?"
    r"(?:(?P<s{0}>[0-9]{{1,2}}(?:[.,][0-9]{{1,6}})?)[ ]?(?:{2}|{1}{{2}}))?"
)
_MINUTES = (
    rf"(?<![\w.])(?:{_NORTH}[ :]?)?{_HALF.format(1, _MINUTE, _SECOND)}[ ]?{_NORTH}?[ ]{{0,2}}[,;/]?[ ]{{0,2}}"
    rf"(?:{_EAST}[ :]?)?{_HALF.format(2, _MINUTE, _SECOND)}(?:[ ]?{_EAST}(?!\w))?"
)
_MAP = (
    r"(?:geo:|[@?&=/](?:ll=|q=|loc:|query=|center=|daddr=|saddr=)?|map=[0-9.]{1,5}/|mlat=)"
    rf"(?P<latitude>{_LAT % '4,15'})(?:,|%2C|/|&mlon=)(?:%20|\+)?(?P<longitude>{_LON % '4,15'})"
)
_ZONE = r"(?<![\w.])(?:[1-9]|[1-5][0-9]|60)"
_UTM = (
    rf"{_ZONE} ?[C-HJ-NP-X][, ]{{1,2}}[0-9]{{6}}(?:\.[0-9]{{1,3}})?(?: ?m?E)?[, ]{{1,2}}"
    r"[0-9]{6,8}(?:\.[0-9]{1,3})?(?: ?m?N)?(?!\w)"
)
_MGRS = rf"{_ZONE}[C-HJ-NP-X] ?[A-HJ-NP-Z]{{2}} ?(?:[0-9]{{4}} ?[0-9]{{4}}|[0-9]{{5}} ?[0-9]{{5}})(?!\w)"
_PLUS = "[23456789CFGHJMPQRVWX]"
_PLUS_CODE = rf"(?<![\w+-])[23456789C][23456789CFGHJMPQRV]{_PLUS}{{6}}\+{_PLUS}{{2,3}}(?![\w+])"
_SHORT_CODE = rf"(?<![\w+-]){_PLUS}{{4,6}}\+{_PLUS}{{2,3}}(?![\w+])"
_THREE = r"[^\W\d_]{2,20}\.[^\W\d_]{2,20}\.[^\W\d_]{2,20}"
_GEOHASH = r"geohash[\"']?(?:\W{1,3}| is )[\"']?(?P<hash>[0-9b-hjkmnp-z]{7,12})(?!\w)"
_SQUARE = "Three words that name a square of three meters."


def _pattern(
    rule: str, expression: str, confirm: Confirm, says: str, beside: re.Pattern[str] | None = None, flags: int = 0
) -> Pattern:
    return Pattern(expression=re.compile(expression, flags), confirm=confirm, rule=rule, says=says, beside=beside)


DETECTOR = Detector(
    name="location",
    version="2",
    about=About(
        finds="Coordinates that name a place to some hundred meters or better.",
        how="Ranges are checked. Decimals count with a sign of a place, or alone with five decimals or more in "
        "the form in which maps give them; links to maps, degrees with minutes and seconds, UTM and MGRS "
        "beside their names, plus codes, geohashes and three words likewise.",
        misses="Coordinates with few decimals, or in projections of a country.",
    ),
    patterns=(
        _pattern("degrees", _DEGREES, _degrees, "A latitude and a longitude in decimals."),
        _pattern("labeled", _LABELED, _labeled, "Numbers called latitude and longitude.", flags=re.IGNORECASE),
        _pattern("minutes", _MINUTES, _sixty, "A latitude and a longitude in degrees and minutes."),
        _pattern("map", _MAP, _on_a_map, "A place on a map, in a link or a geo address.", flags=re.IGNORECASE),
        _pattern("utm", _UTM, _near_to(_GRID, 0.88), "A place in the UTM grid, which is named near by.", _GRID),
        _pattern(
            "mgrs", _MGRS, _near_to(_GRID, 0.88), "A place in the military grid, which is named near by.", _GRID
        ),
        _pattern("plus-code", _PLUS_CODE, whole(KIND, 0.85), "A plus code of a place."),
        _pattern("plus-code-end", _SHORT_CODE, _near_to(_CODES, 0.75), "The end of a plus code.", _CODES),
        _pattern("three-words", rf"(?<![\w:/])///{_THREE}(?![\w./])", whole(KIND, 0.85), _SQUARE),
        _pattern(
            "three-words-link",
            rf"(?:w3w\.co|what3words\.com)/(?P<words>{_THREE})(?!\w)",
            whole(KIND, 0.9, "words"),
            _SQUARE,
        ),
        _pattern(
            "three-words-named",
            rf"(?<![\w./:@]){_THREE}(?![\w./@(])",
            _near_to(_WHAT3WORDS, 0.8),
            _SQUARE,
            _WHAT3WORDS,
        ),
        _pattern("geohash", _GEOHASH, whole(KIND, 0.85, "hash"), "A geohash, called so.", flags=re.IGNORECASE),
    ),
)
