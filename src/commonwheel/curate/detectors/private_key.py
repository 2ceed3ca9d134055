"""Private keys as they are written down: PEM, OpenSSH, PGP and PuTTY, whole or cut short, JSON Web Keys, XML."""

import re
from collections.abc import Iterator

from commonwheel.curate.placeholders import is_placeholder
from commonwheel.curate.randomness import is_random
from commonwheel.curate.scan import About, Confirm, Detector, Hit, Pattern, Scanned

_LONGEST_ARMOR = 20_000
_END = re.compile(r"-{4,5}END [A-Z0-9 ]{0,40}(?:PRIVATE|SECRET) KEY(?: BLOCK)?-{4,5}")
_LINE = re.compile(r"[^\S\n]{0,40}[^\n]{0,400}")
_RUN = re.compile(r"[A-Za-z0-9+/=]{1,4096}", re.ASCII)
_MATERIAL = re.compile(r"[A-Za-z0-9+/]{16}")
_HEADER = re.compile(r"(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset|MessageID):")


def _armor(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """From the first line to the last; where the last is missing, as far as it looks like base64."""
    text, start = scanned.text, match.start()
    last = _END.search(text, match.end(), match.end() + _LONGEST_ARMOR)
    end = last.end() if last else _cut_short(text, match.end())
    if _MATERIAL.search(text, match.end(), end):
        yield Hit("credential.private_key", start, end, 1.0)


def _cut_short(text: str, start: int) -> int:
    """The end of the last line of key material after `start`: prose that follows is none."""
    end, at, limit = start, start, min(len(text), start + _LONGEST_ARMOR)
    while at < limit:
        line = _LINE.match(text, at, limit)
        assert line is not None, "it may be empty"
        runs = [run for run in _RUN.finditer(line.group()) if len(run.group()) >= 16 or run.group().endswith("=")]
        if runs:
            end = at + runs[-1].end()
        elif line.group().strip() and at > start and not _HEADER.search(line.group()):
            break
        at = line.end() + 1 if line.end() < limit and text[line.end()] == "\n" else line.end() or limit
        if line.end() == limit:
            break
    return end


def _found(score: float, group: str = "secret") -> Confirm:
    """The group, where it looks like what chance draws."""

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        value = match.group(group)
        if not is_placeholder(value[:64]) and is_random(value[:200]):
            yield Hit("credential.private_key", *match.span(group), score)

    return confirm


_WEB_KEY = re.compile(r"[\"']kty[\"']\s{0,4}:")


def _web_key(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """A member of a JSON Web Key (RFC 7518), whose type is named near by, or as long as only such a member is."""
    value, start = match.group("secret"), match.start()
    named = _WEB_KEY.search(scanned.text, max(0, start - 3000), match.end() + 3000) is not None
    if (named or len(value) >= 40) and not is_placeholder(value[:64]) and is_random(value[:200]):
        yield Hit("credential.private_key", *match.span("secret"), 0.95 if named else 0.7)


_BASE64 = r"[A-Za-z0-9+/\s]{20,4000}={0,2}"

DETECTOR = Detector(
    name="private_key",
    version="3",
    about=About(
        finds="private keys in PEM, OpenSSH, PGP and PuTTY files, JSON Web Keys, and XML signatures",
        how="By the lines around them, also in one line with `\\n`, behind the signs of a comment, encrypted, and "
        "broken off; by the names of the private members in JSON and XML, with values that look drawn by chance.",
        misses="keys in binary files",
    ),
    patterns=(
        Pattern(
            expression=re.compile(
                r"-{4,5}BEGIN (?:[A-Z0-9]{1,12} ){0,4}(?:PRIVATE|SECRET) KEY(?: BLOCK)?-{4,5}"
            ),
            confirm=_armor,
            rule="armor",
            says="A private key between the lines that begin and end it.",
        ),
        Pattern(
            expression=re.compile(
                rf"Private-Lines: [0-9]{{1,3}}\s{{1,2}}(?P<secret>{_BASE64})(?=\n[A-Z]|\s{{0,9}}\Z)"
            ),
            confirm=_found(0.98),
            rule="putty",
            says="The private half of a key in a PuTTY file.",
        ),
        Pattern(
            expression=re.compile(
                r"\\{0,3}[\"'](?:d|k|p|q|dp|dq|qi)\\{0,3}[\"']\s{0,4}:\s{0,4}\\{0,3}[\"'](?P<secret>[A-Za-z0-9_-"
                r"]{20,1400})"
            ),
            confirm=_web_key,
            rule="json_web_key",
            says="The private member of a JSON Web Key.",
        ),
        Pattern(
            expression=re.compile(
                rf"<(?P<name>D|P|Q|DP|DQ|InverseQ|PrivateKey)>(?P<secret>{_BASE64})</(?P=name)>"
            ),
            confirm=_found(0.9),
            rule="xml",
            says="The private part of a key written in XML.",
        ),
    ),
)  # fmt: skip
"""See the module."""
