"""How a name is written: words with capitals, particles between them, and what only looks like a name."""

import re
import unicodedata

from commonwheel.curate.places import UPPER
from commonwheel.curate.wordlists import words

PARTICLE = (
    r"(?:d[aeiou]|d[ao]s|del|della|des|di|du|de la|de los|de las|van|van de[nr]?|van 't|von|von de[mnr]|vom|zu|"
    r"zur|zum|ter|ten|te|le|la|al|el|bin|bint|ibn|abu|ben|bat|af|av|y|e|i|do|O['’]|D['’]|d['’])"
)
_WORD = rf"[{UPPER}][^\W\d_]{{1,24}}(?:['’-][^\W\d_]{{1,24}}){{0,2}}|[{UPPER}]['’][{UPPER}][^\W\d_]{{1,24}}"
_INITIAL = rf"[{UPPER}]\.(?:-?[{UPPER}]\.){{0,2}}"
_TITLE = (
    r"(?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Doctor|Sir|Dame|Lord|Lady|Rev|Fr|Herrn?|Frau|Fräulein|Dipl\.-Ing|"
    r"Ing|Mag|Monsieur|Madame|Mademoiselle|M|Mme|Mlle|Me|Señora?|Señorita|Sra?|Srta|Don|Doña|Signora?|Sig|Sig\.ra|Dott|Dott\.ssa|"
    r"Senhora?|Dhr|Mevr|Mevrouw|Meneer|Heer|Pan|Pani|Pana|Herra|Rouva|Hr|Fr)\.?[ ]){0,3}"
)
NAME = re.compile(
    rf"(?P<title>{_TITLE})(?P<name>(?:{_WORD})(?:[ ](?:{_INITIAL}|(?:{PARTICLE}[ ]?){{0,2}}(?:{_WORD}))){{0,4}})"
    r"(?!\w)"
)
"""A name of one to five words, with titles before it that are no part of it."""
BEFORE = re.compile(rf"(?<![\w'’])(?:(?:{_WORD})[ ](?:{PARTICLE}[ ])?){{0,3}}(?:{_WORD})$")
"""A name that ends where a search ends."""
_WIDE = re.compile(r"[\u3400-\u9fff\u3040-\u30ff々]{2,8}|[\uac00-\ud7af]{2,8}")
_POLITE = re.compile(r"(?:입니다|입니|이에요|예요|이야|です|と申します|といいます|と言います|だ|さん|様).{0,4}$")
_AFTER = re.compile(r" (?:है|हूँ|हूं|और|و|من|في|است)$")
"""Words of politeness, and the little ones that follow, belong to no name."""
_UNCASED = re.compile(
    r"[^\W\d_][^\s\d.,;:!?()\[\]\"'»«،؟।]{1,24}(?: [^\W\d_][^\s\d.,;:!?()\[\]\"'»«،؟।]{1,24}){0,2}"
)
SMALL = re.compile(
    r"[^\W\d_]{2,20}(?:[ -][^\W\d_]{2,20}){0,2}?"
    r"(?=\s{0,3}(?:[.,;!?)\n\0]|$)|\s(?:and|but|from|i|y|und|et|e|en|aus)\s)"
)
"""A name in small letters, where nothing else follows."""

_NO_NAMES = frozenset(words("names", "no_names"))
_NOT_ALONE = frozenset(words("names", "not_alone"))
_ENDINGS = re.compile(r"(?:ing|tion|ment|ness|ology|ity|ism|ists?|ware|'s|’s)$")
_COMPANY = re.compile(
    r"[ ](?:Inc|Ltd|LLC|GmbH|AG|Corp|Corporation|Company|Co|Group|Bank|University|College|School|Hospital|Health|"
    r"Team|Support|Department|Center|Centre|Street|Avenue|Road|Studio|Code|Pro|Plus|Index|Theorem|Museum|Institute|Church|"
    r"Foundation|Award|Prize|Services?|Systems|Software|Solutions|Council|Committee|Association|Limited|SA|SL|SpA|BV)"
    r"\b\.?$"
)
_CONTRACTED = re.compile(
    r"(?:It|That|This|Here|There|What|Who|Where|How|When|Let|Today|He|She|We|You|They|I)['’][a-z]{1,2} "
)
"""Of "It's Ann" only the second word is a name."""
_FAMOUS = frozenset(words("names", "famous"))


def is_name(name: str) -> bool:
    """Whether words with capitals could be somebody's name."""
    parts = name.lower().split(" ")
    if any(word.strip(".'’-") in _NO_NAMES for word in (parts[0], parts[-1])) or _COMPANY.search(name):
        return False
    if len(parts) == 1 and parts[0] in _NOT_ALONE:
        return False
    return not (len(parts) == 1 and (_ENDINGS.search(name) or (name.isupper() and len(name) < 4)))


def is_famous(name: str) -> bool:
    """Whether what follows a title belongs to a story, a brand or an office."""
    return name.split(" ")[0].lower() in _FAMOUS


def name_at(text: str, at: int) -> tuple[int, int, int] | None:
    """Where a name that is written with capitals stands at `at`: start, end and its number of words."""
    contracted = _CONTRACTED.match(text, at)
    found = NAME.match(text, contracted.end() if contracted else at)
    if not found:
        return None
    start, end = found.span("name")
    if end - start > 2 and text[end - 2 : end] in ("'s", "’s"):
        end -= 2
    name = text[start:end]
    while name and not is_name(name):  # "Anna The", "Peter Thanks": the name ends before
        name = name.rpartition(" ")[0]
        end = start + len(name)
    return (start, end, len(name.split(" "))) if name else None


def uncased_at(text: str, at: int) -> tuple[int, int] | None:
    """Where a name in a script without capitals stands at `at`."""
    found = _WIDE.match(text, at)
    if found:
        name = _POLITE.sub("", found.group())
        return (at, at + len(name)) if len(name) > 1 else None
    found = _UNCASED.match(text, at)
    if not found or unicodedata.category(text[at]) != "Lo":
        return None
    return at, at + len(_AFTER.sub("", found.group()))
