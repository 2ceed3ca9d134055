"""Names where a text itself says that one follows: introductions, salutations, signatures, titles, forms, kin.

This is no model of names. Whom a text is merely about it does not know, so public figures in a discussion
stay, and so does a private person who is only mentioned: `curate.unchecked` says so to whoever gives or reviews.
"""

import re
from collections.abc import Iterator

from commonwheel.curate.names import BEFORE, SMALL, is_famous, name_at, uncased_at
from commonwheel.curate.places import COMPOUND, ENGLISH, PREFIXED, UNITS
from commonwheel.curate.scan import About, Confirm, Detector, Hit, Pattern, Scanned
from commonwheel.curate.trie import any_of
from commonwheel.curate.wordlists import as_written, words

KIND = "personal.name"

_NEXT = r"(?P<first>[^\W\d_a-z])"
"""The first letter of a name: a capital, or a letter of a script without any."""


def _named(one: float, more: float) -> Confirm:
    """Whether a name with capitals follows, of one word or more, and how sure either is."""

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        found = name_at(scanned.text, match.start("first"))
        if found:
            start, end, words = found
            if (score := more if words > 1 else one) >= 0.3:
                yield Hit(KIND, start, end, score)

    return confirm


_BY_NAME = _named(0.85, 0.9)
_NO_INTRODUCTION = re.compile(
    r"(?:not|unknown|a|an|the|my|your|very|too|so|really|hard|unique|common|different|spelled|wrong|misspelled|listed|on|in|"
    r"also|changed|missing|incorrect|kein|nicht|pas|no|non|important|safe|secret|private|what|irrelevant|still|just)\b",
    re.IGNORECASE,
)


def _introduced(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """My name is …: whatever the script, and in small letters where nothing else follows."""
    text, at = scanned.text, match.start("first")
    hits = list(_BY_NAME(scanned, match))
    if hits:
        yield from hits
        return
    if (uncased := uncased_at(text, at)) is not None:
        yield Hit(KIND, *uncased, 0.8)
        return
    small = SMALL.match(text, at) if text[at].islower() and "call" not in match.group().lower() else None
    if small and not _NO_INTRODUCTION.match(text, at):
        yield Hit(KIND, *small.span(), 0.62)


_SELF = _named(0.4, 0.75)
_ENDS_IT = re.compile(r"\s*(?:[.,!;)\n]|and\b|from\b|from\b|und\b|aus\b|et\b|de\b|y\b|here\b|speaking\b)")


def _myself(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """I'm Anna Lee. One word may be a people, a faith or a mood, so it takes two to be sure."""
    for hit in _SELF(scanned, match):
        alone = " " not in scanned.text[hit.start : hit.end]
        if not alone or _ENDS_IT.match(scanned.text, hit.end):
            yield hit


_TERMINATED = re.compile(r"[ ]?(?:[,!:.\n\u060c\uff0c]|[-–—] |$)")
_GREETED = _named(0.75, 0.85)


def _greeted(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    for hit in _GREETED(scanned, match):
        if _TERMINATED.match(scanned.text, hit.end):
            yield hit


_SIGNED_END = re.compile(r"[ \t]{0,3}(?:[\n\0,.|(<]|$)")
_SIGNED = _named(0.72, 0.88)


def _signed(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    for hit in _SIGNED(scanned, match):
        if _SIGNED_END.match(scanned.text, hit.end):
            yield hit


_TITLED = _named(0.65, 0.75)


def _titled(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    for hit in _TITLED(scanned, match):
        if not is_famous(scanned.text[hit.start : hit.end]):
            yield hit


_FIELD_END = re.compile(r"[ \t]{0,3}(?:[\n\0,;|\"'}<(\]/.]|[-–] |  |$)")


def _field(one: float, more: float) -> Confirm:
    """What stands in a form behind the name of a field, alone on its place."""
    named = _named(one, more)

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        hits = list(named(scanned, match))
        for hit in hits:
            if _FIELD_END.match(scanned.text, hit.end):
                yield hit
        if not hits and (uncased := uncased_at(scanned.text, match.start("first"))) is not None:
            yield Hit(KIND, *uncased, more)

    return confirm


_KIN_NAMED = _named(0.7, 0.78)
_KIN_GERMAN = _named(0.4, 0.62)
_KIN_OTHERS = _named(0.2, 0.65)


def _kin(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """In German every noun has a capital, so "mein Chef Urlaub" says little; "his sister Eve" is a story."""
    german, others = match["german"], re.match(r"his|her|their", match.group(), re.IGNORECASE)
    yield from (_KIN_GERMAN if german else _KIN_OTHERS if others else _KIN_NAMED)(scanned, match)


_IS = any_of(words("names", "introductions"))
_I_AM = any_of(words("names", "self"))
_GREETINGS = any_of(words("names", "greetings"))
_CLOSINGS = any_of(words("names", "closings"))
_TITLES = as_written(words("names", "titles"))
_FIELDS = any_of(words("names", "fields"))
_LOOSE_FIELDS = any_of(words("names", "loose_fields"))
_KIN = any_of(words("names", "kin"))
_KIN_ROMANCE = any_of(words("names", "kin_romance"))
_KIN_GERMANS = any_of(words("names", "kin_german"))
_MINE = any_of(words("names", "mine"))
_MINE_ROMANCE = any_of(words("names", "mine_romance"))
_MINE_GERMAN = any_of(words("names", "mine_german"))
_CALLED = r"(?:,|[ ](?:is|named|called|was|heißt|namens|qui s['’]appelle|se llama|si chiama))?[ ]"
_LINE = r"(?:(?<![^\n\0])[ \t>*-]{0,4})"

_ANSWER = _named(0.45, 0.8)


def _answered(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    for hit in _ANSWER(scanned, match):
        if _SIGNED_END.match(scanned.text, hit.end):
            yield hit


_OWNERS = any_of(words("names", "owners"))
_OWNED = any_of(words("names", "owned"))
_TELLING = re.compile(
    r"address|phone n|cell|e-?mail|birth\b|dob|ssn|passport|password|security|medical|reached", re.IGNORECASE
)


def _owner(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """Anna Lee lives at …; Anna's phone number."""
    before = BEFORE.search(scanned.text, max(0, match.start() - 60), match.start("after"))
    if before and (found := name_at(scanned.text, before.start())) and found[1] == match.start("after"):
        start, end, words = found
        if words > 1:
            yield Hit(KIND, start, end, 0.75)
        elif _TELLING.search(match.group()):
            yield Hit(KIND, start, end, 0.62)


_STREET = re.compile(
    rf"(?:[^\W\d_]{{0,20}}{any_of(ENGLISH + PREFIXED + COMPOUND)}|{any_of(UNITS)}[. ]{{1,2}}[0-9]"
    rf"|p\.?o\.? box|[ \n][0-9]{{5}}(?![\w.,]))"
)


def _letterhead(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """A line that is a name of two words or more, above a line that begins with the number of a house."""
    found = name_at(scanned.text, match.start("first"))
    if found and found[2] > 1 and found[1] == match.end("line") and _STREET.search(match["house"]):
        yield Hit(KIND, found[0], found[1], 0.7)


DETECTOR = Detector(
    name="name",
    version="2",
    about=About(
        finds="Names that a text introduces: where people say who they are, greet, sign, fill in forms, or speak "
        "of their family and colleagues.",
        how="Words that a name follows, then words written as names are; days, peoples, roles, assistants and "
        "companies are none. Two words are surer than one.",
        where="Introductions, salutations, signatures and fields of forms in some twenty-five languages.",
        misses="Without a model, names anywhere else are not found, and neither are names in small letters, "
        "except behind \"my name is\". People whom everybody knows are found where they are introduced, too.",
    ),
    patterns=(
        Pattern(
            expression=re.compile(rf"(?<![^\W_]){_IS}[ :,]{{0,2}}[\"'“«]?(?P<first>[^\W\d_])"),
            confirm=_introduced,
            rule="introduction",
            says="A name behind words that introduce one.",
        ),
        Pattern(
            expression=re.compile(rf"(?<![\w'’]){_I_AM}[ ][\"'“]?{_NEXT}"),
            confirm=_myself,
            rule="self",
            says="A name behind \"I am\" or \"this is\".",
        ),
        Pattern(
            expression=re.compile(rf"{_LINE}{_GREETINGS},?[ ]{_NEXT}"),
            confirm=_greeted,
            rule="salutation",
            says="A name in a salutation.",
        ),
        Pattern(
            expression=re.compile(rf"(?<![^\W_]){_CLOSINGS}[ ]?[,.!:;-]?[ \t]{{0,2}}\n[\s>*~–—-]{{0,6}}{_NEXT}"),
            confirm=_signed,
            rule="signature",
            says="A name under the closing words of a letter.",
        ),
        Pattern(
            expression=re.compile(rf"(?<![\w'’]){_TITLES}[ ]{_NEXT}"),
            confirm=_titled,
            rule="title",
            says="A name behind a title.",
        ),
        Pattern(
            expression=re.compile(rf"(?<![^\W_]){_FIELDS}[\"']?[ \t]{{0,2}}[:\uff1a=][\s\"']{{0,12}}{_NEXT}"),
            confirm=_field(0.7, 0.82),
            rule="field",
            says="A name in a form, behind the name of its field.",
        ),
        Pattern(
            expression=re.compile(
                rf"(?:{_LINE}|(?<=[,;|\"({{]))[ ]?{_LOOSE_FIELDS}[\"']?[ \t]{{0,2}}[:=][ \t\"']{{0,12}}{_NEXT}"
            ),
            confirm=_field(0.4, 0.68),
            rule="loose-field",
            says="What may be a name, behind \"name\" or \"from\" in a form.",
        ),
        Pattern(
            expression=re.compile(
                rf"(?<![^\W_])(?:{_MINE}[ ](?:[a-z]{{2,9}}[ ])?{_KIN}"
                rf"|{_MINE_ROMANCE}[ ]{_KIN_ROMANCE}"
                rf"|(?P<german>{_MINE_GERMAN}[ ]{_KIN_GERMANS})){_CALLED}{_NEXT}"
            ),
            confirm=_kin,
            rule="kin",
            says="A name behind somebody's relative, friend or colleague.",
        ),
        Pattern(
            expression=re.compile(
                r"[Nn]ame[^.?!\n\0]{0,40}\?[\"\s\0]{1,8}(?:[A-Z][a-z]{2,9}:[ ])?"
                rf"(?:(?i:it['’]s|it is|i['’]m|this is)[ ])?{_NEXT}"
            ),
            confirm=_answered,
            rule="answer",
            says="An answer to the question for a name.",
        ),
        Pattern(
            expression=re.compile(rf"(?P<after>['’]s)[ ]{_OWNED}(?!\w)"),
            confirm=_owner,
            rule="owner",
            says="A name before what belongs to that person: an address, a number, an account.",
        ),
        Pattern(
            expression=re.compile(rf"(?P<after>[ ]){_OWNERS}(?!\w)"),
            confirm=_owner,
            rule="lives",
            says="A name before words that say where somebody lives or works.",
        ),
        Pattern(
            expression=re.compile(
                rf"{_LINE}\??[ ]?(?P<line>{_NEXT}(?:[^\W\d_]|[ .'’-]){{3,50}})[ ]?\n(?:[^\n\0]{{0,50}}\n){{0,2}}"
                r"(?P<house>[ \t>?]{0,5}[0-9]{1,5},? [^\W\d_]{2}[^\0]{0,80})"
            ),
            confirm=_letterhead,
            rule="letterhead",
            says="A name above a street address.",
        ),
    ),
)  # fmt: skip
