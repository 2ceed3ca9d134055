"""Values that only look like secrets: examples, templates, references to variables, hashes, UUIDs."""

import re
from hashlib import sha256

_TELLTALE = re.compile(
    r"example|sample|dummy|placeholder|redacted|changeme|change[_-]?(?:me|it|this)|replace|insert|"
    r"your[_-]|[_-]?yours?$|"
    r"my[_-]?(?:api|key|token|secret|password|pass)|fake|todo|(?-i:x{4}|X{4})|\*{3}|\.{3}|…|[<>]|\$\{|\{\{|\}\}|"
    r"%\(|"
    r"0{12}|1234567890123|0123456789|abcdefghij|(.)\1{7}|[•●▪█]|\[(?:redacted|hidden|removed|filtered)",
    re.IGNORECASE,
)
_LABEL = re.compile(r"\[?[a-z ]{3,30} [0-9]{1,6}\]?$")
_REFERENCE = re.compile(
    r"(?:os\.|process\.|env[.\[(:]|getenv|environ|config[.\[]|settings[.\[]|self\.|this\.|args\.|options?\.|"
    r"secrets?[.\[:]|vault[:./]|ssm:|arn:|file:|ref\+|op://|sops|\$[A-Za-z_({]|%[A-Za-z_]+%|@[A-Za-z]+\(|"
    r"!(?:secret|vault|ref|sub|env)|[\[({])|[A-Za-z_][\w.]{0,80}[(\[]|&?[A-Za-z_]\w*(?:(?:\.|->|::)"
    r"[A-Za-z_]\w*)+$|"
    r"(?:/|\.{1,2}/|~/|[A-Za-z]:\\)[\w.-]{1,40}(?:[/\\][\w.-]{1,40}){0,8}[/\\]?$|[a-z][a-z0-9+.-]{1,20}://"
)
_FETCHED = re.compile(
    r"\$|\{|%\(|%[A-Za-z_]+%$|(?:vault|ssm|arn|file|env|secretref|kms):|ref\+|op://|!|[a-z][a-z0-9+.-]{1,20}://|"
    r"(?:/|\.{1,2}/|~/|[A-Za-z]:\\)[A-Za-z_.-]{2,30}[/\\]|[A-Z]{2,30}(?:_[A-Z0-9]{1,30}){1,8}$"
)
_USUAL = """
password passwd pass pwd passphrase passcode secret token key apikey api_key none null nil undefined true false
test testing tests string str int bool bytes text value user username admin root guest login logon required
optional hidden empty unknown default enter type prompt input secure strong weak reset forgot change new old same
correct incorrect wrong invalid valid encrypted hashed plain here there this that your yours mine is are
was the and for with foo bar baz foobar qux secretkey mypassword pass123 password1 password123 secret123 pass1234
hunter2 public private basic bearer auth oauth oauth2 jwt credentials credential authorization object number
boolean any void const auto final static missing expired revoked disabled enabled false, n/a tbd asdf qwerty abc123
demo temp mypass userpassword abcd1234 supersecret topsecret verysecret notsecret
verify confirm repeat again show hide toggle current email phone name field label title dummy sha256 sha512
"""
_WORDS = frozenset(_USUAL.split())
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$", re.IGNORECASE)
_HEX = re.compile(r"[0-9a-f]+$", re.IGNORECASE)
_DIGESTS = frozenset({32, 40, 56, 64, 96, 128})
"""Hexadecimal digits of MD5, SHA-1 and the SHA-2 family."""
_HASHED = re.compile(
    r"\$(?:2[abxy]?|5|6|1|y|apr1|argon2\w*|scrypt|pbkdf2[\w-]*)\$|pbkdf2_|"
    r"\{?(?:bcrypt|ssha|sha(?:1|224|256|384|512)?|md5|scrypt)[:}$-]",
    re.IGNORECASE,
)
_EXAMPLES = frozenset({
    "0011cc25eb432071", "008c70392e3abfbd", "03b970ed8171d73b", "051d093c4bdedbf2", "0e9d220616f08345",
    "110040843c3adf0d", "12b9377cbe7e5c94", "12d8d9ea56a1acfb", "1a5d44a2dca19669", "203fa897acf2b02d",
    "2cafc0970149a84f", "30a5154b77ab8b2d", "3543c50b0cb9cea8", "3e545ee08a590a6b", "48486e1514e84234",
    "4aafe3574c3e2ee0", "53f5da0aaa93d64c", "549c9390539efcfa", "568d966e44ce4203", "5895b89c8fb33402",
    "5f6b0b4e201f2a7e", "696a63e2409e663a", "6c96130f130ab0d6", "729be839ca7b7f0c", "73f71af093fdf154",
    "749408f8a9da7854", "78314b11be2e5815", "797c0ce414586cc8", "82e74299544e0073", "87cbebfeebc05f7c",
    "8be5d113c0871ce1", "986c0dc956dc822b", "9e309cccd311ea64", "9fdb2e159e0f26a9", "a3a8ee4379333906",
    "a3a9e1ed9732cab2", "aa6547439583c3a2", "ac9265e56c79b234", "ad71fb4165536675", "b1471f544ceeea31",
    "b8e148545b13c78b", "bafde89c041e1756", "bc3ae723f57c6b9e", "bdfeaef44475711c", "c44ca770e1e288fe",
    "ca7459e2b26776de", "cbe6beb26479b568", "cf4d418ed3de92d7", "d3873980f248ddeb", "e4da07ad200089ce",
    "e5855ff48799c52c", "f2d6ca16515033e5", "f5e95c9954635b65",
})  # fmt: skip
"""The first digits of the SHA-256 of keys that documentations show, so that none of them stands here."""


def is_placeholder(value: str) -> bool:
    """Whether a value stands for a secret rather than being one."""
    return (
        value.lower() in _WORDS
        or len(set(value)) < 4
        or _TELLTALE.search(value) is not None
        or _LABEL.match(value) is not None
        or is_example(value)
    )


def is_example(value: str) -> bool:
    """Whether the documentation of a maker shows this very value."""
    return sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:16] in _EXAMPLES


def is_reference(value: str) -> bool:
    """Whether a value without quotes is code that fetches a secret from elsewhere, or a template for it."""
    return _REFERENCE.match(value) is not None


def is_fetched(value: str) -> bool:
    """Whether a value in quotes says where a secret is: a template, an address, a path, a variable's name."""
    return _FETCHED.match(value) is not None


def is_uuid(value: str) -> bool:
    """Whether it is a UUID (RFC 9562)."""
    return _UUID.match(value) is not None


def is_digest(value: str) -> bool:
    """Whether it is as long as a common digest in hexadecimal."""
    return len(value) in _DIGESTS and _HEX.match(value) is not None


def is_hashed(value: str) -> bool:
    """Whether it is a password already hashed."""
    return _HASHED.match(value) is not None
