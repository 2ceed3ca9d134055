"""Secrets given a name: `password = …`, `"api_key": "…"`, "my password is …".

The name says that a secret follows; whether it does is judged by the value: its kinds of characters,
its entropy, and that it is no placeholder, no variable and no type.
"""

import re
from collections.abc import Iterator

from commonwheel.curate.placeholders import classes, entropy, is_hash, is_placeholder, is_reference, is_uuid
from commonwheel.curate.scan import Hit, Pattern, Scanned, text_detector

_PASSWORD_WORDS = (
    "password", "passwd", "passphrase", "passcode", "passwort", "kennwort", "mot de passe", "contraseña", "senha",
    "wachtwoord", "hasło", "пароль", "密码", "パスワード", "비밀번호",
)  # fmt: skip
_SHORT_WORDS = ("pwd", "pass", "pw")
"""These stand alone, as "compass" is no password."""
_PASSWORD = rf"(?:{'|'.join(_PASSWORD_WORDS)}|(?<![^\W_])(?:{'|'.join(_SHORT_WORDS)}))"
_KEY = (
    r"(?:secret[_ -]?(?:access[_ -]?)?key|secret|token|(?:api|access|account|auth|encryption|master|"
    r"private|signing|"
    r"shared)[_ -]?key|credentials?|authorization|authentication|signature|(?<=[_-])key|api)"
)
_JOIN = (
    r"(?:[\"'`)\]]{0,2}\s{0,4}(?::[ ]?\w{1,20}(?:\[\w{1,20}\])?[ ]?=|:=|=>|[=!]=|={1,3}|:|->)\s{0,4}"
    r"|[\"'`]?\s{0,3},\s{0,3}(?=[\"']))"
)
_VALUE = (
    r"(?:[brfu]{1,2}(?=[\"'`]))?(?:\"(?P<double>[^\"\n]{4,200})\"|'(?P<single>[^'\n]{4,200})'|"
    r"`(?P<tick>[^`\n]{4,200})`|(?P<bare>[^\s\"'`<>]{4,200}))"
)
_END_OF_BARE = re.compile(r"[;,&)](?=\s|$|\w{1,20}=)")


def _value(match: re.Match[str]) -> tuple[str, int, int, bool]:
    for group in ("double", "single", "tick"):
        if match.group(group) is not None:
            return match.group(group), *match.span(group), True
    bare = _END_OF_BARE.split(match.group("bare").rstrip(".,;:)]}?"))[0]
    return bare, match.start("bare"), match.start("bare") + len(bare), False


def _named_password(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    value, start, end, quoted = _value(match)
    if len(value) < 4 or " " in value or is_placeholder(value) or is_reference(value) or is_hash(value):
        return
    kinds = classes(value)
    if kinds >= 3 or (kinds == 2 and any(character.isdigit() for character in value)):
        score = 0.8 if len(value) >= 6 else 0.5
    elif quoted:
        score = 0.45
    else:
        score = 0.4 if value.isdigit() else 0.0
    if score:
        yield Hit("credential.password", start, end, score)


def _said_password(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    value, start, end, quoted = _value(match)
    if len(value) < 4 or " " in value or is_placeholder(value) or is_reference(value):
        return
    mixed = classes(value) >= 2 and not value.isalpha()
    if mixed and any(c.isalpha() for c in value) and re.search(r"[0-9]|[^\w'.,-]", value):
        yield Hit("credential.password", start, end, 0.75)
    elif quoted:
        yield Hit("credential.password", start, end, 0.4)


def _named_key(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    value, start, end, quoted = _value(match)
    if len(value) < 8 or " " in value or is_placeholder(value) or is_reference(value):
        return
    if is_uuid(value):
        yield Hit("credential.generic", start, end, 0.4)
    elif any(c.isdigit() for c in value) and any(c.isalpha() for c in value):
        random_looking = entropy(value) >= 3.0 and len(value) >= 12
        yield Hit("credential.generic", start, end, 0.8 if random_looking else 0.45)
    elif quoted and len(value) >= 20 and entropy(value) >= 3.5 and classes(value) >= 2:
        yield Hit("credential.generic", start, end, 0.6)


_PASSWORD_NEEDS = (*_PASSWORD_WORDS, *_SHORT_WORDS)
_IS = r"(?:[ ]\w{1,15}){0,2}[ ](?:is now|is|was|ist|lautet|war|est|es|é|è|будет|to)[ :]{1,2}"

DETECTOR = text_detector(
    "password",
    "1",
    [
        Pattern(
            expression=re.compile(rf"{_PASSWORD}[a-z0-9]{{0,3}}{_JOIN}{_VALUE}", re.IGNORECASE),
            confirm=_named_password,
            needs=_PASSWORD_NEEDS,
        ),
        Pattern(
            expression=re.compile(rf"{_PASSWORD}{_IS}{_VALUE}", re.IGNORECASE),
            confirm=_said_password,
            needs=_PASSWORD_NEEDS,
        ),
        Pattern(
            expression=re.compile(rf"{_KEY}[a-z0-9_]{{0,12}}{_JOIN}{_VALUE}", re.IGNORECASE),
            confirm=_named_key,
            needs=("secret", "token", "key", "credential", "auth", "signature", "api"),
        ),
    ],
)
