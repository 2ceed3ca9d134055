"""Names under which people are found on platforms: profile links, handles with their platform, ORCID iDs.

What a platform uses for itself, repositories and organizations' pages are no persons, and an `@` in code
is a decorator, a package or a rule of style: it counts only where people are spoken of.
"""

import re
from collections.abc import Iterator

from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned, near, whole
from commonwheel.curate.trie import any_of
from commonwheel.curate.wordlists import tables, words

KIND = "personal.handle"

_PROFILES = {host: re.compile(shape) for host, shape in tables("handles")["profiles"].items()}
"""Hosts, and the shape of what names a person's page there."""
_SERVICES = frozenset(words("handles", "services"))
_REPOSITORIES = frozenset(words("handles", "repositories"))
_HOSTS = "|".join(sorted(sorted(map(re.escape, _PROFILES)), key=len, reverse=True))


def _profile(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    host = match["host"].lower()
    found = _PROFILES[host].match(match["path"])
    if not found:
        return
    name = found.group()
    rest = match["path"][found.end() :]
    if name.strip("@/").lower() in _SERVICES or (rest and rest[0] not in "/?#.,;:!)'\""):
        return
    start = match.start("path")
    last = re.search(r"@?[^/=]{1,100}$", name)
    if last:
        start, name = start + last.start(), last.group()
    if host in _REPOSITORIES and re.match(r"/[\w.-]", rest):
        yield Hit(KIND, start, start + len(name), 0.2)
    else:
        yield Hit(KIND, start, start + len(name.rstrip(".")), 0.85)


_PLATFORM, _SHORT_PLATFORM = words("handles", "platforms"), words("handles", "short_platforms")
_ACCOUNT = words("handles", "accounts")
_ACCOUNT_OF = (*_ACCOUNT, "id", "account", "profile")
"""What an account is called by itself, and behind its platform."""
_IS = r"(?:[\"'”]?\s?[:=\uff1a][\s\"'“]{0,3}|[ ](?i:is|was|ist|lautet|est|es|è|é)[ ]{1,2}[\"'“]?|は|是)"
_SOCIAL = re.compile(rf"(?<![\w.]){any_of((*_PLATFORM, *_ACCOUNT, *words('handles', 'social')))}(?!\w)")
"""Words where people are spoken of by their accounts."""
_PLAIN = frozenset(words("handles", "plain"))


_OWN = re.compile(r"(?<!\w)(?:my|mein|mon|mi|mio|meu|mijn)\s[\w' ]{0,16}$", re.IGNORECASE)


def _named(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """My Instagram is @ann.lee; username: ann_lee42."""
    group = "name" if match["name"] else "at"
    name, platform = match[group].rstrip(".-"), match["platform"] or match["short"]
    bare = name.lstrip("@")
    if len(bare) < 3 or bare.lower() in _PLAIN or bare.isdigit():
        return
    start = match.start(group)
    text = scanned.text
    if text[match.end(group) : match.end(group) + 1] in ("(", "@", "/") or "://" in text[start - 8 : start + 8]:
        return
    telling = name.startswith("@") or re.search(r"[0-9_.]", bare) is not None
    own = _OWN.search(text, max(0, match.start() - 24), match.start())
    account = match["account"] or match["word"]
    if account and (telling or own):
        yield Hit(KIND, start, start + len(name), 0.85 if telling else 0.7)
    elif platform and telling and (name.startswith("@") or own):
        yield Hit(KIND, start, start + len(name), 0.85)
    elif platform and telling and not bare.replace(".", "").isdigit():
        yield Hit(KIND, start, start + len(name), 0.62)


_NOT_PEOPLE = frozenset(words("handles", "not_people"))
_CODE = re.compile(r"^[ \t]*@|[`{};=<>]|\bnpm\b|\bimport\b|\bfrom ['\"]|/\*|^\s*\*", re.MULTILINE)


def _at(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """An @name where people are spoken of."""
    text, (start, end) = scanned.text, match.span()
    if match["name"].lower() in _NOT_PEOPLE or not near(scanned, start, end, _SOCIAL, 48, 24):
        return
    line = max(text.rfind("\n", max(0, start - 80), start), start - 80) + 1
    if not _CODE.search(text[max(0, line) : end + 1]):
        yield Hit(KIND, start, end, 0.72)


def _discord(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    spoken_of = near(scanned, *match.span(), _GAMES, 60, 30)
    if spoken_of or (
        match["tag"] != "0000" and len(match["tag"]) == 4 and re.search(r"[0-9_.]|[a-z][A-Z]", match["name"])
    ):
        yield Hit(KIND, *match.span(), 0.88 if spoken_of else 0.35)


_GAMES = re.compile(
    r"discord|add me|add him|add her|battle\.?net|battletag|gamertag|riot|friend|dm me|server|guild|username", re.I
)


def _orcid(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """The check is ISO 7064, 11-2; iDs lie in two ranges of the numbers of ISNI."""
    total = 0
    digits = match["id"].replace("-", "")
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2 % 11
    check = (12 - total) % 11
    if digits[-1].upper() == ("X" if check == 10 else str(check)):
        yield Hit(KIND, *match.span("id"), 0.92)


DETECTOR = Detector(
    name="handle",
    version="2",
    about=About(
        finds="Links to profiles, names of accounts beside their platform or the word for one, and ORCID iDs.",
        how="The shapes that platforms document; pages of the platforms themselves, repositories, decorators, "
        "packages and rules of style are left alone.",
        misses="A handle without an @ that nothing near by calls one, and pages under a person's own domain.",
    ),
    patterns=(
        Pattern(
            expression=re.compile(
                rf"(?<![\w.-])(?:https?://)?(?:www\.|m\.|mobile\.|old\.|[a-z]{{2}}\.)?(?P<host>{_HOSTS})/"
                r"(?P<path>[^\s\"'<>)\]}]{1,120})",
                re.IGNORECASE,
            ),
            confirm=_profile,
            rule="profile",
            says="A link to a person's page on a platform.",
        ),
        Pattern(
            expression=re.compile(
                r"https?://(?:[a-z0-9-]{1,40}\.){1,3}[a-z]{2,12}/(?P<name>@[A-Za-z_][\w.]{1,29})"
                r"(?:@[\w.-]{4,60})?(?![\w@])"
            ),
            confirm=whole(KIND, 0.8, "name"),
            rule="profile-at",
            says="A link to a page that begins with an @name.",
        ),
        Pattern(
            expression=re.compile(r"wa\.me/(?P<number>[1-9][0-9]{6,14})(?![0-9])"),
            confirm=whole("personal.phone", 0.92, "number"),
            rule="whatsapp-link",
            says="A link that holds a telephone number.",
        ),
        Pattern(
            expression=re.compile(
                rf"(?:(?:(?<![\w@/.-])(?P<platform>{any_of(_PLATFORM)})|[\s(,;:](?P<short>{any_of(_SHORT_PLATFORM)}))"
                rf"(?:['’]s)?(?:[ ](?P<account>{any_of(_ACCOUNT_OF)}))?"
                rf"|(?<![\w@/.-])(?P<word>{any_of(_ACCOUNT)}))(?:{_IS}(?P<name>@?[A-Za-z_][A-Za-z0-9_.-]{{2,31}})"
                r"|[ ]?[( ](?P<at>@[A-Za-z_][A-Za-z0-9_.-]{2,31}))(?!\w)"
            ),
            confirm=_named,
            rule="named",
            says="A name that is said to be somebody's on a platform.",
        ),
        Pattern(
            expression=re.compile(
                r"(?<![\w@./+:$`\"'=-])@(?P<name>[A-Za-z_][A-Za-z0-9_.]{1,28}[A-Za-z0-9_])(?![\w@/(:-]|\.[a-z])"
            ),
            beside=_SOCIAL,
            confirm=_at,
            rule="at",
            says="An @name where accounts, posts or followers are spoken of.",
        ),
        Pattern(
            expression=re.compile(
                r"(?<![\w@/.+-])@[\w.-]{1,30}[@:](?:[a-z0-9-]{1,63}\.){1,4}[a-z]{2,24}(?![\w@(/])",
                re.IGNORECASE | re.ASCII,
            ),
            confirm=whole(KIND, 0.85),
            rule="federated",
            says="An account with its server, as in Mastodon or Matrix.",
        ),
        Pattern(
            expression=re.compile(r"(?<![\w@])@[a-z0-9-]{3,40}\.bsky\.social(?!\w)"),
            confirm=whole(KIND, 0.9),
            rule="bluesky",
            says="An account of Bluesky.",
        ),
        Pattern(
            expression=re.compile(r"(?<![\w/@#.-])(?P<name>[^\W_][\w.]{1,31})#(?P<tag>[0-9]{4,5})(?![\w-])"),
            confirm=_discord,
            rule="tag",
            says="A name with a number behind it, as in Discord and games.",
        ),
        Pattern(
            expression=re.compile(r"(?<![\w/])/?u/(?P<name>[A-Za-z0-9_-]{3,20})(?![\w/])"),
            confirm=whole(KIND, 0.8, "name"),
            rule="reddit",
            says="An account of Reddit.",
        ),
        Pattern(
            expression=re.compile(r"(?<!\w)live:(?:\.cid\.[0-9a-f]{8,20}|[A-Za-z][\w.,-]{3,40}[0-9a-z])"),
            confirm=whole(KIND, 0.85),
            rule="skype",
            says="An account of Skype.",
        ),
        Pattern(
            expression=re.compile(r"(?<!\w)(?:STEAM_[0-5]:[01]:[0-9]{4,10}|\[U:1:[0-9]{4,10}\]|7656119[0-9]{10})(?!\w)"),
            confirm=whole(KIND, 0.85),
            rule="steam",
            says="An account of Steam.",
        ),
        Pattern(
            expression=re.compile(r"(?<![\w-])(?P<id>000(?:0-000[1-3]|9-00[01][0-9])-[0-9]{4}-[0-9]{3}[0-9Xx])(?![\w-])"),
            confirm=_orcid,
            rule="orcid",
            says="An ORCID iD, whose check digit is right.",
        ),
    ),
)  # fmt: skip
