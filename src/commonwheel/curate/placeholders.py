"""Values that only look like secrets: examples, templates, references to variables, hashes, UUIDs."""

import math
import re
from collections import Counter

_TELLTALE = re.compile(
    r"example|sample|dummy|placeholder|redacted|changeme|change[_-]?me|replace|insert|your[_-]|[_-]?yours?$|"
    r"my[_-]?(?:api|key|token|secret|password|pass)|fake|todo|xxxx|\*\*\*|\.\.\.|…|<|>|\$\{|\{\{|\}\}|%\(|"
    r"0{12}|1234567890123|abcdefghij|(.)\1{7}",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\[?[a-z ]{3,30} [0-9]{1,6}\]?$")
_REFERENCE = re.compile(
    r"(?:os\.|process\.|env[.\[(]|getenv|environ|config[.\[]|settings[.\[]|self\.|this\.|args\.|options?\.|"
    r"secrets?[.\[]|vault[:./]|ssm:|arn:|file:|ref\+|\$[A-Za-z_({]|%[A-Za-z_]+%|@[A-Za-z]+\(|"
    r"!(?:secret|vault|ref|sub)|[\[({])|[A-Za-z_][\w.]*[(\[]|"
    r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+$",
)
_USUAL = """
password passwd pass pwd passphrase secret token key apikey none null nil undefined true false test
testing string str int bool bytes text value user username admin root guest login required optional
hidden empty unknown default enter type prompt input secure strong weak reset forgot change new old same
correct incorrect wrong invalid valid encrypted hashed plain here there this that your yours mine is are
was the and for with foo bar baz foobar qux secretkey mypassword pass123 password1 password123 secret123
hunter2
"""
_WORDS = frozenset(_USUAL.split())
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$", re.IGNORECASE)
_HASH = re.compile(r"[0-9a-f]+$", re.IGNORECASE)
_DIGESTS = frozenset({32, 40, 56, 64, 96, 128})
"""Hexadecimal digits of MD5, SHA-1 and the SHA-2 family."""
_HASHED = re.compile(
    r"\$(?:2[abxy]?|5|6|1|argon2\w*|scrypt|pbkdf2[\w-]*)\$|\{?(?:bcrypt|ssha|sha(?:1|256|512)?)[:}$-]",
    re.IGNORECASE,
)


def is_placeholder(value: str) -> bool:
    """Whether a value stands for a secret rather than being one."""
    return (
        value.lower() in _WORDS
        or len(set(value)) < 4
        or _TELLTALE.search(value) is not None
        or _LABEL.match(value) is not None
    )


def is_reference(value: str) -> bool:
    """Whether a value is code that fetches a secret from elsewhere, or a template for it."""
    return _REFERENCE.match(value) is not None


def is_uuid(value: str) -> bool:
    """Whether it is a UUID (RFC 9562)."""
    return _UUID.match(value) is not None


def is_hash(value: str) -> bool:
    """Whether it is as long as a common digest in hexadecimal, or a password already hashed."""
    return (len(value) in _DIGESTS and _HASH.match(value) is not None) or _HASHED.match(value) is not None


def entropy(value: str) -> float:
    """Shannon entropy of the characters of `value`, in bits per character."""
    size = len(value)
    return -sum(count / size * math.log2(count / size) for count in Counter(value).values()) if size else 0.0


def classes(value: str) -> int:
    """How many of lower case, upper case, digits and signs occur in `value`."""
    return sum(
        any(test(character) for character in value)
        for test in (str.islower, str.isupper, str.isdigit, lambda character: not character.isalnum())
    )
