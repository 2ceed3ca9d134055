"""Reading the value that stands after a name: in quotes of every kind or bare, and no further than it goes."""

import re
from typing import NamedTuple

_LONGEST = 400
_SPACE = r"(?:[ \t]|\\t){0,30}"
QUOTE = r"(?:\\{0,3}[\"'`]|&quot;|&\#34;|%22)"

JOIN = (
    rf"(?:{QUOTE}|[)\]]){{0,3}}(?:"
    # password = …, password: str = …, var password string = …, password => …, password := …, token%3D…
    rf"{_SPACE}(?:(?::[ ]?\w{{1,20}}(?:[\[<]\w{{0,20}}[\]>])?\??[ ]{{1,2}}|:?[ ]?(?:str|[Ss]tring|char\*|"
    rf"\[\]byte)[ ]{{0,2}})(?==))?"
    rf"(?P<sign>[:!?|+~<-]{{0,2}}={{1,3}}>?|:{{1,2}}|->|%3[dDaA]|\|\||\?\?|:-){_SPACE}(?:[|"
    rf">][+-]?[ ]{{0,3}}\n[ \t]{{1,20}})?"
    # name: PASSWORD⏎ value: …, key="password" value="…", {"name": "PASSWORD", "value": "…"}
    r"|,?\s{1,30}[\"']?(?:value|content|val|default)[\"']?[ ]{0,3}[:=][ ]{0,3}"
    # f("password", "…"), setPassword("…"), get("password") or "…", #define password "…"
    rf"|{_SPACE}(?:,|\(|[ ]or[ ]|[ ]){_SPACE}(?=[brfuLR@$]{{0,2}}{QUOTE})"
    # <password>…, <entry key="password">…
    r"|[ ]{0,2}>"
    rf")\(?(?:[brfuLR@$]{{1,2}}(?={QUOTE}))?(?P<open>\\{{0,3}}(?:\"\"\"|'''|[\"'`])|&quot;|&\#34;|%22)?"
)
"""What joins a name and its value, up to the value's first character; `open` is the quote before it."""

_BARE = re.compile(rf"[^\s\"'`<>\x00-\x1f]{{1,{_LONGEST}}}")
_CUT = re.compile(
    r"[;,&)|/](?=\s|$|[^\W\d]{1,20}[:=]|[\"'])|&(?:lt|gt|quot|amp|\#[0-9]{1,4});|\\[nrt\"']|%26|"
    r",(?=[^\W\d]{1,20}$)|\}+$"
)
_CODE = re.compile(r"[)}\]][\w=.,;(){]|\(\w{0,40}\)|[=;]\w{1,30}[.(\[]|^[({\[]|=>")
"""What stands in programs and in no password without quotes."""
_COMPARES = re.compile(r"[!=]={1,2}$")
_AFTER = ".,;:)]}?\\"


class Value(NamedTuple):
    """A value and where it stands.

    `quoted`: quotes say where it ends. `literal`: no variable is meant, as it stands in an element, or is joined
    without a space and ends its line, as in settings.
    """

    text: str
    start: int
    end: int
    quoted: bool
    literal: bool = False


def value_after(text: str, match: re.Match[str]) -> Value | None:
    """The value that follows a match of an expression that ends in `JOIN`; None where there is none.

    What a program compares with, or works out, is none.
    """
    start, opening = match.end(), match.group("open")
    if opening:
        line_end = text.find("\n", start, start + _LONGEST)
        end = _closing(text, start, line_end if line_end >= 0 else min(len(text), start + _LONGEST), opening)
        if end is not None:
            return Value(text[start:end], start, end, True) if end > start else None
    bare = _BARE.match(text, start)
    if bare is None or _COMPARES.search(match.group("sign") or "") or _CODE.search(bare.group()):
        return None
    cut = _CUT.search(bare.group())
    found = bare.group()[: cut.start()] if cut else bare.group()
    found = found.rstrip(_AFTER)
    end = start + len(found)
    literal = match.group("sign") is None or (
        text[start - 1 : start] == "=" and text[end : end + 1] in ("", "\n", "\r", ";", "&")
    )
    return Value(found, start, end, False, literal) if found else None


def _closing(text: str, start: int, limit: int, opening: str) -> int | None:
    """Where a quote ends that began with `opening`; one that a backslash hides does not end it."""
    at = start
    while (at := text.find(opening, at, limit)) >= 0:
        if opening[0] == "\\" or at == start or text[at - 1] != "\\":
            return at
        at += 1
    return None


_LONGEST_NAME = 60


def name_of(text: str, match: re.Match[str]) -> str:
    """The whole name of which the group `name` is the end, as in `db_password`, with the word before it."""
    start = _back(text, match.start(), "_$-")
    name = f"{text[start : match.start()]}{match.group('name')}"
    word = _back(text, start - 1, "") if start and text[start - 1] == " " else start
    return f"{text[word : start - 1]} {name}" if word < start else name


def _back(text: str, at: int, signs: str) -> int:
    """Where the letters, digits and `signs` begin that end at a place."""
    first = max(0, at - _LONGEST_NAME)
    while at > first and (text[at - 1].isalnum() or text[at - 1] in signs):
        at -= 1
    return at
