"""Secrets given a name: `password = …`, `"api_key": "…"`, `<token>…</token>`, `?secret=…`.

The name says that a secret may follow (`curate.naming`); whether it does is judged by the value: its kinds of
characters, how random it looks, and that it is no placeholder, no variable, no type and no address.
"""

import re
from collections.abc import Iterator

from commonwheel.curate.assignments import JOIN, Value, name_of, value_after
from commonwheel.curate.naming import PASSWORDS, Promise, promise
from commonwheel.curate.placeholders import (
    is_digest,
    is_fetched,
    is_hashed,
    is_placeholder,
    is_reference,
    is_uuid,
)
from commonwheel.curate.randomness import classes, is_random, is_wordy
from commonwheel.curate.scan import About, Detector, Hit, Pattern, Scanned
from commonwheel.curate.trie import branches

_SUFFIX = r"\w{0,24}+(?:-\w{1,20}+){0,3}+"
_PASSWORD_NAMES = "|".join(branches((*PASSWORDS, "pass", "psk")) + branches(("pw", "mdp"), whole=True))
_PASSWORD = rf"(?P<name>(?:{_PASSWORD_NAMES}){_SUFFIX})"
_KINDS_OF_KEY = ("api", "access", "account", "auth", "private", "secret")
_FOR = r"(?:(?:,|[ ](?:for|of|to|on|von|für|de|du|para))[ ]?[\w@. -]{1,30}(?=:[ ]?\S))?"
"""password for master: …"""
_KEY_NAMES = branches((
    *("secret", "secrets", "token", "tokens", "credential", "credentials", "cred", "creds", "key", "keys"),
    *(f"{kind}{joint}key{s}" for kind in _KINDS_OF_KEY for joint in " -" for s in ("", "s")),
    *("auth", "authorization", "authentication", "signature", "salt", "nonce", "bearer", "jwt", "pat", "seed"),
))  # fmt: skip
_KEY = rf"(?P<name>(?:{'|'.join(_KEY_NAMES)}|[aA](?<=_.)(?i:pi)){_SUFFIX})"
_ANY = r"(?P<name>(?:password|passwd|passphrase|pass|pwd|secret|token|api_?key|access_?key|auth_?key)\w{0,20})"
_SIMPLE = re.compile(r"[\w.:/-]+$", re.ASCII)
_IDENTIFIER = re.compile(r"[A-Za-z_$][\w$]*$", re.ASCII)
_KEYISH = re.compile(r"[A-Za-z0-9+/=_.~%:!@\#$^&*|\\-]{8,400}$")
_VERSION = re.compile(r"[v^~]?[0-9]{1,4}\.[0-9]{1,4}\.[0-9]|[\w./-]{1,100}@sha256:")
_NUMBER = re.compile(r"(?<![0-9])(?!(?:16|32|64|128|256|384|512|1024)(?![0-9]))[0-9]{2,}")
"""No variable has it in its name, except for the sizes that programs deal in."""
_PUBLIC = (
    "iVBOR",
    "/9j/",
    "R0lGOD",
    "UklGR",
    "PHN2Zy",
    "AAAAB3Nza",
    "ssh-",
    "MIIB",
    "MIIC",
    "MIID",
    "MIIE",
    "MIIF",
)
"""How images, public keys and certificates begin; private keys are looked for by `encoded_key`."""


def _password(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    value = value_after(scanned.text, match)
    if value is None or not _may_be_secret(value, least=4):
        return
    name = name_of(scanned.text, match)
    if name.lower().endswith("pass") and match.group("sign") is None:
        return  # the verb: "pass `x=1` to it"
    if promise(name) is Promise.PASSWORD:
        kind = "credential.password_hash" if is_hashed(value.text) else "credential.password"
        score = password_score(value)
        if score:
            yield Hit(kind, value.start, value.end, score)


def _key(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    value = value_after(scanned.text, match)
    if value is None or not _may_be_secret(value, least=8):
        return
    if scanned.text[match.start() - 1 : match.start()] == ":" and match.start():
        return  # a part of a path: `arn:…:secret:name`
    promised = promise(name_of(scanned.text, match))
    score = 0.0
    if promised is Promise.KEY:
        score = key_score(value)
    elif promised is Promise.PERHAPS:
        score = perhaps_score(value)
    if score:
        yield Hit("credential.generic", value.start, value.end, score)


def _declared(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    value = value_after(scanned.text, match)
    if value is None or not _may_be_secret(value, least=6):
        return
    promised = promise(name_of(scanned.text, match).rpartition(" ")[2])
    if promised in (Promise.PASSWORD, Promise.KEY) and key_score(value) >= 0.6:
        kind = "credential.password" if promised is Promise.PASSWORD else "credential.generic"
        yield Hit(kind, value.start, value.end, 0.8)


def _may_be_secret(value: Value, least: int) -> bool:
    """Cheap reasons for which it is none. Secrets are typed on a keyboard, so some of each is ASCII."""
    text = value.text
    if len(text) < least or " " in text or text[0] in "([{<":
        return False
    if not any(character.isascii() and character.isalnum() for character in text):
        return False
    elsewhere = is_fetched(text) if value.quoted else is_reference(text)
    return not elsewhere and not is_placeholder(text) and text.lower() not in _OWN_NAMES


_OWN_NAMES = frozenset(PASSWORDS)


def password_score(value: Value) -> float:
    """How likely a value that is called a password is one."""
    text, kinds = value.text, classes(value.text)
    digits = any(character.isdigit() for character in text)
    signs = "".join(character for character in text if not character.isalnum())
    long_enough = len(text) >= 6
    if (
        not value.quoted
        and not value.literal
        and _IDENTIFIER.match(text)
        and is_wordy(text)
        and not _NUMBER.search(text)
    ):
        return 0.2  # the name of a variable
    if kinds >= 3 or (kinds == 2 and digits):
        return (0.85 if kinds >= 3 else 0.75) if long_enough else 0.5
    if digits and kinds == 1:
        return 0.6 if long_enough else 0.4
    if kinds == 2 and signs:
        if _SIMPLE.match(text):
            return 0.2  # words joined by hyphens, a class of a style sheet, a path
        return 0.7 if value.quoted else 0.6 if signs.strip("!?") or is_random(text) else 0.2
    if kinds == 2:
        return 0.65 if is_random(text) or not is_wordy(text) else 0.35 if value.quoted else 0.1
    return 0.35 if value.quoted and long_enough and text.isascii() else 0.0


def _is_key_like(text: str) -> bool:
    public = text.startswith(_PUBLIC) or is_hashed(text)
    return _KEYISH.match(text) is not None and not public and not _VERSION.match(text)


def key_score(value: Value) -> float:
    """How likely a value that is called a secret, a token or an access key is one."""
    text = value.text
    if not _is_key_like(text):
        return 0.0
    if is_uuid(text):
        return 0.6
    if is_digest(text) or is_random(text):
        return 0.85 if len(text) >= 12 else 0.7
    mixed = any(character.isdigit() for character in text) and any(character.isalpha() for character in text)
    return 0.35 if mixed and value.quoted else 0.1


def perhaps_score(value: Value) -> float:
    """How likely a value that is only called a key, a salt or a signature is a secret."""
    text = value.text
    if not _is_key_like(text) or is_uuid(text):
        return 0.0
    if is_digest(re.split(r"[-:/_.]", text)[-1]):
        return 0.25  # the key of a cache, most likely
    if not is_random(text):
        return 0.0
    if len(text) >= 20:
        return 0.75
    return 0.6 if len(text) >= 12 and classes(text) >= 3 else 0.25


def _bytes(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    if promise(name_of(scanned.text, match)) in (Promise.KEY, Promise.PASSWORD, Promise.PERHAPS):
        numbers = set(re.findall(r"[0-9a-fA-F]{1,3}", match.group("secret").replace("0x", "")))
        if len(numbers) >= 6:
            yield Hit("credential.generic", *match.span("secret"), 0.7)


DETECTOR = Detector(
    name="named_secret",
    version="2",
    about=About(
        finds="passwords, keys and tokens that have a name in code, settings, addresses and forms",
        how="The name promises a secret, in many languages and spellings, and the value looks like one: by its "
        "kinds of characters and by how random it is. Placeholders, variables, templates, paths, hashes and "
        "documented examples are left alone.",
        misses="passwords of several words, and values that look like the name of a variable",
    ),
    patterns=(
        Pattern(
            expression=re.compile(rf"{_PASSWORD}(?i:{_FOR}{JOIN})(?=\S{{3}})"),
            confirm=_password,
            rule="password",
            says="A value that its name calls a password, and that looks like one.",
        ),
        Pattern(
            expression=re.compile(
                r"\b(?:ENV|ARG|setenv|set|\#define|%define|%global|export)[ \t]{1,8}(?:\w{0,40}?)"
                + _ANY
                + r"(?P<sign>[ \t]{1,8})(?P<open>(?!))?(?=[^\s\"'=:]{6})",
                re.IGNORECASE,
            ),
            confirm=_declared,
            rule="declared",
            says="A value given to a variable that is called a password, key or token.",
        ),
        Pattern(
            expression=re.compile(rf"{_KEY}(?i:{JOIN})(?=\S{{7}})"),
            confirm=_key,
            rule="key",
            says="A value that its name calls a key, secret or token, and that looks drawn by chance.",
        ),
        Pattern(
            expression=re.compile(
                r"(?P<name>(?:key|secret|password|passwd|token|salt|seed|iv)\w{0,20}+)[\"']?(?:\[[0-9]{0,4}\])?"
                r"[ \t]{0,4}+[:=]{0,2}+[ \t]{0,4}+(?:new[ ])?(?:\[\])?\w{0,12}+(?:\[[0-9]{0,4}\])?[ ]?[\[({]{1,2"
                r"}+\s{0,4}+"
                r"(?P<secret>(?:0x)?[0-9a-f]{1,3}(?:[ ]{0,3},\s{0,12}+(?:\\\s{0,4}+)?(?:0x)?[0-9a-f]{1,3}){7,80})",
                re.IGNORECASE | re.ASCII,
            ),
            confirm=_bytes,
            rule="bytes",
            says="A list of bytes that its name calls a key or secret.",
        ),
    ),
)
"""See the module."""
