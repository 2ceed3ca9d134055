"""E-mail addresses by the standard's rules (RFC 5321, 6531), and the ways in which people disguise them.

Every candidate is found at its `@` (or "[at]", or " at … dot "); the local part is read backwards from
there over at most 64 characters, so long runs without an `@` cost nothing.
"""

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address

from commonwheel.curate.scan import About, Confirm, Detector, Hit, Pattern, Scanned

_WIDE = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Scripts written without spaces: a word of them before an address is seldom part of it."""
_STARTS_WIDE = re.compile(f"[{_WIDE}]")
_ALPHABETIC = re.compile(rf"(?:[^\W{_WIDE}]|[.!#$%&'*+/=?^`{{|}}~-]){{0,63}}[^\W{_WIDE}]")
_ANY = re.compile(r"(?:\w|[.!#$%&'*+/=?^`{|}~-]){0,63}[^\W_]")
"""Local parts, read backwards."""
_QUOTED = re.compile(r"\"[^\"\\\r\n\0@]{1,62}\"$")
_URL_LOGIN = re.compile(r"://[^\s/@:]{0,64}:[^\s/@]{0,64}$")
_URL_USER = re.compile(r"://[^\s/@:]{0,64}$")
_COMMAND = re.compile(r"\b(?:ssh|scp|sftp|rsync|mosh|ssh-copy-id)\b[^\n@]{0,60}$", re.ASCII)
_PROMPT = re.compile(r":[~/][^\n]{0,40}[$#]|:[~/.\w-]{1,80}/[\w.-]|:[\w-]{1,64}/")
"""What follows the name of a machine: a folder, as in a prompt or in the address of a repository."""
_LABEL = re.compile(r"[^\W_](?:[^\W_]|-){0,62}$")
_TOP = re.compile(r"(?:[^\W\d_]{2,24}|xn--[a-zA-Z0-9-]{2,59})$")
_NO_TOP = frozenset(
    """png jpg jpeg gif svg webp bmp ico tiff avif heic css scss sass less js mjs cjs jsx tsx vue html htm xhtml
    xml json jsonl yaml yml toml ini cfg conf txt log csv tsv lock exe dll tgz gz bz2 xz rar jar whl deb rpm pdf
    doc docx xls xlsx ppt pptx mp3 wav ogg webm avi cpp hpp java class pyc ipynb sql bak tmp local localhost
    localdomain lan internal intranet corp home invalid svc cluster grad shape dtype item items append format
    decorator setter getter property param parametrize fixture command group task route get post put delete patch
    field validator""".split()
)
"""No top-level domains, but ends of files' names, names within one network, and words of code."""


def _local_start(text: str, at: int) -> int | None:
    """Where the local part that ends at `at` begins."""
    window = text[max(0, at - 64) : at]
    if window.endswith('"') and (quoted := _QUOTED.search(window)) is not None:
        return at - len(quoted.group())
    backwards = window[::-1]
    found = _longest(backwards, _ALPHABETIC) or _longest(backwards, _ANY)
    return None if not found else at - len(found)


def _longest(backwards: str, part: re.Pattern[str]) -> str:
    found = part.match(backwards)
    if found is None:
        return ""
    local = found.group()[::-1].lstrip(".!#$%&'*+/=?^`{|}~-")
    return local.rsplit("..", 1)[-1]  # two dots are none of an address


def _domain_length(run: str) -> int:
    """How much of `run` is a domain name with a plausible top level; 0 if none."""
    if not _STARTS_WIDE.match(run):
        run = _STARTS_WIDE.split(run, maxsplit=1)[0]
    labels = run[:253].rstrip(".-").split(".")
    good: list[str] = []
    for label in labels:
        if not _LABEL.match(label) or (len(good) > 1 and label[0].isupper() and good[-1].islower()):
            break  # the next sentence begins without a space
        good.append(label)
    while len(good) > 1 and not _TOP.match(good[-1]):
        good.pop()
    return len(".".join(good)) if len(good) > 1 and good[-1].lower() not in _NO_TOP else 0


def _plain(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    at = match.start()
    length = _domain_length(match.group(1))
    start = _local_start(scanned.text, at) if length else None
    if start is None:
        return
    before, end = scanned.text[max(0, start - 140) : start], at + 1 + length
    if _URL_LOGIN.search(scanned.text[max(0, at - 140) : at]):
        return
    local = scanned.text[start:at].lower()
    if local in ("git", "hg", "svn") and scanned.text[end : end + 1] in (":", "/"):
        return  # the address of a repository, not of a person
    login = _URL_USER.search(before) or _COMMAND.search(before) or _PROMPT.match(scanned.text, end)
    handle = scanned.text[start - 1 : start] == "@"  # @ann@example.social is a handle
    yield Hit("personal.email", start, end, 0.2 if login or handle else 0.95)


def _at_address(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """RFC 5321, 4.1.3: an address in place of a domain."""
    literal = match.group(1)
    try:
        if literal[:5].lower() == "ipv6:":
            IPv6Address(literal[5:])
        else:
            IPv4Address(literal)
    except AddressValueError:
        return
    start = _local_start(scanned.text, match.start())
    if start is not None:
        yield Hit("personal.email", start, match.end(), 0.9)


def _disguised(score: float) -> Confirm:
    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        domain = _ANY_DOT.sub(".", match.group("domain"))
        start = _local_start(scanned.text, match.start())
        if start is None:
            return
        length = _domain_length(domain)
        if length != len(domain) and not (length and domain[length:].isspace()):
            return
        if scanned.text[start : match.start()].lower() not in _NO_NAMES:
            more = _NAME_DOT.search(scanned.text, max(0, start - 40), start)
            yield Hit("personal.email", more.start() if more else start, match.end(), score)

    return confirm


_NO_NAMES = frozenset(
    "me us it is be look looking available hosted found live here there order pay book buy shop meet find read "
    "more see visit join only now today them him her you sold out".split()
)
"""What stands before " at " without being anybody's name."""

_DOTS = r"(?:dot|punkt|punto|point|ponto|punt|kropka|nokta|tochka|точка|tečka|piste|prick|点|點|ドット|닷|\.)"
_ATS = (
    r"(?:at|ät|@|arroba|arobase|arobas|chiocciola|klammeraffe|apenstaartje|małpa|malpa|sobaka|собака|zavináč|kukac|"
    r"snabel-?a|アットマーク|アット|골뱅이)"
)
_OPEN, _SHUT = r" ?[\[({<] ?", r" ?[\])}>] ?"
_DOT = rf"(?:\.|{_OPEN}{_DOTS}{_SHUT}| (?:dot|punkt|punto|point|ponto|punt|kropka|nokta|точка) )"
_ANY_DOT = re.compile(_DOT, re.IGNORECASE)
_PART = r"(?:[^\W_]|-){1,63}"
_NAME = rf"(?P<domain>{_PART}(?:{_DOT}{_PART}){{1,4}})"
_SPOKEN = (
    r"(?:at|ät) (?={part} (?:dot|punkt) )|arroba (?={part} (?:punto|ponto) )|arobase? (?={part} point )|"
    r"chiocciola (?={part} punto )|apenstaartje (?={part} punt )|(?:małpa|malpa) (?={part} kropka )|"
    r"собака (?={part} точка )"
).replace("{part}", r"(?:[^\W_]|-){1,63}")
"""An @ spelled out, where the dot is spelled out in the same language."""
_NAME_DOT = re.compile(rf"(?<![^\W_])[^\W_]{{1,32}}{_DOT}$", re.IGNORECASE)

DETECTOR = Detector(
    name="email",
    version="3",
    about=About(
        finds="E-mail addresses, internationalized ones too, with quoted local parts and address literals, and "
        "their common disguises (“ann [at] example [dot] org”) in some fifteen languages.",
        how="Read by the rules of RFC 5321 and RFC 6531 from the @ on; a domain needs a top level. Logins of "
        "machines and addresses of repositories look the same and are scored low.",
        misses="Addresses whose parts stand far apart, or that are drawn.",
    ),
    patterns=(
        Pattern(
            expression=re.compile(r"@((?:\w|[.-]){3,255})"), confirm=_plain, rule="address",
            says="An e-mail address: a name, an @ and the name of a domain.",
        ),
        Pattern(
            expression=re.compile(r"@\[((?:IPv6:)?[0-9a-f:.]{3,45})\]", re.IGNORECASE | re.ASCII),
            confirm=_at_address, rule="literal",
            says="An e-mail address: a name, an @ and the address of a machine.",
        ),
        Pattern(
            expression=re.compile(rf"(?:{_OPEN}{_ATS}{_SHUT}|@(?={_PART}[\[({{])){_NAME}", re.IGNORECASE),
            confirm=_disguised(0.85), rule="brackets",
            says="A disguised e-mail address: the @ stands in brackets or is spelled out in them.",
        ),
        Pattern(
            expression=re.compile(
                rf" (?:{_SPOKEN}){_NAME}", re.IGNORECASE
            ),
            confirm=_disguised(0.8), rule="spoken",
            says="A disguised e-mail address: the @ and the dot are spelled out.",
        ),
        Pattern(
            expression=re.compile(rf" AT (?=[A-Za-z0-9-]{{1,63}}(?: DOT |\.))(?i:{_NAME})"),
            confirm=_disguised(0.5), rule="capitals",
            says="A disguised e-mail address: the @ is spelled in capitals before a domain.",
        ),
        Pattern(
            expression=re.compile(rf"(?: ?@ |(?:&#64;|&commat;|%40|\\u0040|＠)){_NAME}", re.IGNORECASE),
            confirm=_disguised(0.7), rule="spaces",
            says="An e-mail address: the @ is written with spaces, or as a code.",
        ),
    ),
)  # fmt: skip
