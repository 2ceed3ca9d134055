"""Keys that sign: private keys in PEM, OpenSSH and PGP armor, JSON Web Keys, wallet keys, and signed tokens."""

import base64
import binascii
import json
import re
from collections.abc import Iterator

from commonwheel.curate.checksums import base58check
from commonwheel.curate.placeholders import is_placeholder
from commonwheel.curate.scan import Hit, Pattern, Scanned, text_detector

_LONGEST_ARMOR = 20_000
_END = re.compile(r"-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----")
_BODY = re.compile(rf"(?:[A-Za-z0-9+/=\s\\,:.\"'`-]){{0,{_LONGEST_ARMOR}}}", re.ASCII)
_MATERIAL = re.compile(r"[A-Za-z0-9+/]{16}")


def _armor(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    """From the first line to the last; where the last is missing, as far as it looks like base64."""
    text, start = scanned.text, match.start()
    last = _END.search(text, match.end(), match.end() + _LONGEST_ARMOR)
    end = last.end() if last else _cut_short(text, match.end())
    if _MATERIAL.search(text, match.end(), end):
        yield Hit("credential.private_key", start, end, 1.0)


def _cut_short(text: str, start: int) -> int:
    """The end of the last run of key material after `start`: prose that follows is none."""
    body = _BODY.match(text, start)
    end = start
    for run in re.finditer(r"[A-Za-z0-9+/=]{1,200}", body.group() if body else ""):
        if len(run.group()) < 16 and not run.group().endswith("="):
            break
        end = start + run.end()
    return end


def _token(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    header = match.group(1)
    try:
        decoded = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return
    if isinstance(decoded, dict) and ("alg" in decoded or "typ" in decoded):
        yield Hit("credential.jwt", *match.span(), 0.95)


def _wallet_key(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    payload = base58check(match.group())
    if payload and payload[0] in (0x80, 0xEF, 0xB0) and len(payload) in (33, 34):
        yield Hit("credential.wallet_key", *match.span(), 1.0)


def _extended_key(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if base58check(match.group()):
        yield Hit("credential.wallet_key", *match.span(), 1.0)


def _web_key(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if not is_placeholder(match.group(1)):
        yield Hit("credential.private_key", match.start(1), match.end(1), 0.9)


DETECTOR = text_detector(
    "private_key",
    "1",
    [
        Pattern(
            expression=re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----"),
            confirm=_armor,
            needs=("private key",),
        ),
        Pattern(
            expression=re.compile(
                r"(?<![A-Za-z0-9_-])(eyJ[A-Za-z0-9_-]{8,1500})\.[A-Za-z0-9_-]{2,6000}(?:\.[A-Za-z0-9_-]{0,2000}){0,3}"
            ),
            confirm=_token,
            needs=("eyj",),
        ),
        Pattern(
            expression=re.compile(r'"(?:d|k|p|q|dp|dq|qi)"\s{0,4}:\s{0,4}"([A-Za-z0-9_-]{20,1400})"'),
            confirm=_web_key,
            needs=('"kty"',),
        ),
        Pattern(
            expression=re.compile(r"(?<!\w)[5KLc9T6Q][1-9A-HJ-NP-Za-km-z]{50,51}(?!\w)", re.ASCII),
            confirm=_wallet_key,
        ),
        Pattern(
            expression=re.compile(r"(?<!\w)[xyzt]prv[1-9A-HJ-NP-Za-km-z]{100,112}(?!\w)", re.ASCII),
            confirm=_extended_key,
            needs=("prv",),
        ),
    ],
)
