"""A receipt: what was given, when and under which terms, signed, without a word of it.

`signature` is Ed25519 (RFC 8032) over the canonical JSON (sorted keys, no spaces) of `statement`.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from commonwheel.records.terms import Terms


def sign_receipt(
    key: Ed25519PrivateKey, *, event: str, id: str, at: datetime, instance: str, terms: Terms | None = None
) -> dict[str, Any]:
    """A receipt for one event of one contribution; the same arguments give the same bytes."""
    statement: dict[str, Any] = {"event": event, "id": id, "at": at.isoformat(), "instance": instance}
    if terms is not None:
        statement["terms"] = {
            "license": terms.license,
            "ai_pref": terms.ai_pref,
            "purposes": list(terms.purposes),
            "scope": terms.scope,
            "consent": terms.consent.version,
        }
    public = key.public_key().public_bytes_raw()
    return {
        "statement": statement,
        "signature": base64.b64encode(key.sign(_canonical(statement))).decode(),
        "key": key_id(public),
    }


def check_receipt(receipt: Mapping[str, Any], public: bytes) -> bool:
    """Whether the receipt was signed by the holder of `public` (32 bytes)."""
    try:
        signature = base64.b64decode(receipt["signature"], validate=True)
        Ed25519PublicKey.from_public_bytes(public).verify(signature, _canonical(receipt["statement"]))
    except (InvalidSignature, ValueError, KeyError, TypeError):
        return False
    return True


def key_id(public: bytes) -> str:
    """A short name of a public key: the first 16 hex digits of its SHA-256."""
    return hashlib.sha256(public).hexdigest()[:16]


def _canonical(statement: Mapping[str, Any]) -> bytes:
    return json.dumps(statement, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
