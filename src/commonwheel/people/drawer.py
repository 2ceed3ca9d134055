"""A drawer: what a browser keeps here for a while, sealed so that only that browser's cookie opens it.

The cookie holds the drawer's secret and this server does not: it keeps a name made from it, and words that are
encrypted under a key made from it (HKDF, RFC 5869; AES-256-GCM). Without the cookie nobody reads a draft,
whoever runs this included.
"""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from commonwheel.errors import KeyLost

_NONCE = 12


class Drawer:
    """One browser's drawer: `key` is this instance's, `secret` the cookie's."""

    def __init__(self, key: bytes, secret: str) -> None:
        self._cipher = AESGCM(_derived(key, secret, b"words"))
        self.name = _derived(key, secret, b"name")

    def seal(self, plain: bytes, place: str) -> bytes:
        """Encrypt; `place` binds it to where it is kept."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypt; raises KeyLost for what is of another drawer, or another place."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.encode())
        except InvalidTag:
            raise KeyLost("This draft is of another browser.") from None


def new_drawer() -> str:
    """The secret of a new drawer."""
    return secrets.token_urlsafe(24)


def _derived(key: bytes, secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=key, info=b"drawer:" + purpose).derive(secret.encode())
