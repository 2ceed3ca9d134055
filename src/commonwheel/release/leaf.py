"""What a release's log says about one revision: that it entered or left, without giving its words away.

    commitment = SHA-256( text("commonwheel/content/1") | field(salt) | field(content) )
    entry      = text("commonwheel/leaf/1") | text(op) | text(id) | number(revision) | field(commitment)
    leaf       = SHA-256( 0x00 | entry )                                  RFC 6962, section 2.1

`field` is a length of 8 bytes followed by as many bytes, `text` a field of UTF-8, `number` 8 bytes;
lengths and numbers are unsigned and big-endian. `op` is "enter" or "leave". `content` is the
published record as it is stored. Every part is preceded by its length and each of the two hashes opens
with a name of its own, so no two different inputs are ever the same bytes.

The salt is random, at least 16 bytes, kept with the row and destroyed with it: from then on nobody can
tell, even by guessing the words, what a commitment was about.
"""

from hashlib import sha256
from typing import Literal

from commonwheel.release.merkle import leaf_hash

Op = Literal["enter", "leave"]

SALT_BYTES = 16


def commitment(salt: bytes, content: str) -> bytes:
    """H(salt, content). Raises ValueError for a salt too short to hide anything."""
    if len(salt) < SALT_BYTES:
        raise ValueError(f"a salt has at least {SALT_BYTES} bytes")
    return sha256(_text("commonwheel/content/1") + _field(salt) + _text(content)).digest()


def leaf(op: Op, id: str, revision: int, committed: bytes) -> bytes:
    """The leaf hash for a revision that enters or leaves; `committed` is its `commitment`."""
    if len(committed) != 32:
        raise ValueError("a commitment has 32 bytes")
    entry = _text("commonwheel/leaf/1") + _text(op) + _text(id) + _number(revision) + _field(committed)
    return leaf_hash(entry)


def _number(value: int) -> bytes:
    return value.to_bytes(8, "big")


def _field(value: bytes) -> bytes:
    return _number(len(value)) + value


def _text(value: str) -> bytes:
    return _field(value.encode())
