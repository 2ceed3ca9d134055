"""E-mail addresses (RFC 5321, internationalized ones too), and their common disguises.

Every candidate is found at its `@` (or "[at]", or " at … dot "); the local part is read backwards from
there over at most 64 characters, so long runs without an `@` cost nothing.
"""

import re
from collections.abc import Iterator

from commonwheel.curate.scan import Hit, Pattern, Scanned, text_detector

_WIDE = "\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
"""Scripts written without spaces: a word of them before an address is seldom part of it."""
_STARTS_WIDE = re.compile(f"[{_WIDE}]")
_ALPHABETIC = re.compile(rf"[^\W{_WIDE}](?:[^\W{_WIDE}]|[.!#$%&'*+/=?^`{{|}}~-]){{0,63}}$")
_ANY = re.compile(r"[^\W_](?:\w|[.!#$%&'*+/=?^`{|}~-]){0,63}$")
_URL_LOGIN = re.compile(r"://[^\s/@:]{0,64}:[^\s/@]{0,64}$")
_LABEL = re.compile(r"[^\W_](?:[^\W_]|-){0,62}$")
_TOP = re.compile(r"(?:[^\W\d_]{2,24}|xn--[a-zA-Z0-9-]{2,59})$")


def _local_start(text: str, at: int) -> int | None:
    """Where the local part that ends at `at` begins."""
    window = text[max(0, at - 64) : at]
    found = _longest(window, _ALPHABETIC) or _longest(window, _ANY)
    return None if not found else at - len(found)


def _longest(window: str, ending: re.Pattern[str]) -> str:
    found = ending.search(window)
    return found.group().lstrip(".!#$%&'*+/=?^`{|}~-") if found else ""


def _domain_length(run: str) -> int:
    """How much of `run` is a domain name with a plausible top level; 0 if none."""
    if not _STARTS_WIDE.match(run):
        run = _STARTS_WIDE.split(run, maxsplit=1)[0]
    labels = run[:253].rstrip(".-").split(".")
    good: list[str] = []
    for label in labels:
        if not _LABEL.match(label):
            break
        good.append(label)
    while len(good) > 1 and not _TOP.match(good[-1]):
        good.pop()
    return len(".".join(good)) if len(good) > 1 else 0


def _plain(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    at = match.start()
    start, length = _local_start(scanned.text, at), _domain_length(match.group(1))
    if start is None or not length or _URL_LOGIN.search(scanned.text[max(0, at - 140) : at]):
        return
    if scanned.text[start:at] == "git" and scanned.text[at + 1 + length : at + 2 + length] == ":":
        return  # the address of a repository, not of a person
    yield Hit("personal.email", start, at + 1 + length, 0.95)


def _disguised(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    domain = re.sub(r" ?[\[({<] ?(?:dot|\.) ?[\])}>] ?| dot ", ".", match.group("domain"), flags=re.IGNORECASE)
    start = _local_start(scanned.text, match.start())
    if start is not None and _domain_length(domain) == len(domain):
        yield Hit("personal.email", start, match.end(), 0.8)


_DOT = r"(?:\.| ?[\[({<] ?(?:dot|\.) ?[\])}>] ?| dot )"
_NAME = rf"(?P<domain>[a-z0-9-]{{1,63}}(?:{_DOT}[a-z0-9-]{{1,63}}){{1,4}})"

DETECTOR = text_detector(
    "email",
    "1",
    [
        Pattern(expression=re.compile(r"@((?:\w|[.-]){3,255})"), confirm=_plain, needs=("@",)),
        Pattern(
            expression=re.compile(rf" ?[\[({{<] ?(?:at|@) ?[\])}}>] ?{_NAME}", re.IGNORECASE | re.ASCII),
            confirm=_disguised,
            needs=("at]", "at)", "at}", "at>", "at ]", "at )", "[@", "(@"),
        ),
        Pattern(
            expression=re.compile(rf" at (?=[a-z0-9-]{{1,63}} dot ){_NAME}", re.IGNORECASE | re.ASCII),
            confirm=_disguised,
            needs=(" dot ",),
        ),
    ],
)
