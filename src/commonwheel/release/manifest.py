"""The signed statement of what a release is: its canonical bytes, its signature, and the chain of them.

A manifest is signed over its canonical JSON with Ed25519 (RFC 8032). `manifest.json` in a release's
folder is `{"key", "manifest", "signature"}`: the public key as `ed25519:` and base64, the manifest
itself, and the signature over the manifest's canonical bytes in base64.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import TypeAdapter

from commonwheel.records.release import BucketSeal, Manifest
from commonwheel.release.canonical import canonical
from commonwheel.release.merkle import Frontier

_MANIFEST: TypeAdapter[Manifest] = TypeAdapter(Manifest)
_KEY_PREFIX = "ed25519:"


@dataclass(frozen=True, slots=True, kw_only=True)
class BucketChange:
    """What a release changes in one bucket: how many entered and left, and its log afterwards."""

    license: str
    ai_pref: str
    vocabulary: str
    entered: int
    left: int
    log_size: int
    log_root: bytes

    @classmethod
    def of(
        cls, license: str, ai_pref: str, vocabulary: str, *, entered: int, left: int, log: Frontier
    ) -> "BucketChange":
        """A change whose leaves are already in `log`."""
        return cls(
            license=license,
            ai_pref=ai_pref,
            vocabulary=vocabulary,
            entered=entered,
            left=left,
            log_size=log.size,
            log_root=log.root(),
        )


def next_manifest(
    previous: Manifest | None,
    changes: Mapping[str, BucketChange],
    *,
    name: str,
    created: datetime,
    policy: str,
    code: str,
) -> Manifest:
    """The manifest after `previous`, from what changed per bucket; counts carry on from there.

    Raises ValueError where the counts cannot be true: more left than was there, or a log that did not
    grow by exactly one leaf per change.
    """
    buckets = {}
    if previous is not None:
        for bucket, seal in previous.buckets.items():
            buckets[bucket] = _unchanged(seal)
    for bucket, change in changes.items():
        buckets[bucket] = _changed(bucket, buckets.get(bucket), change)
    return Manifest(
        name=name,
        version=previous.version + 1 if previous else 1,
        created=created.astimezone(UTC).replace(microsecond=0),
        previous=digest(to_bytes(previous)) if previous else "",
        policy=policy,
        code=code,
        records=sum(seal.records for seal in buckets.values()),
        buckets=dict(sorted(buckets.items())),
    )


def _unchanged(seal: BucketSeal) -> BucketSeal:
    return BucketSeal(**{**asdict(seal), "entered": 0, "left": 0})


def _changed(bucket: str, before: BucketSeal | None, change: BucketChange) -> BucketSeal:
    records = (before.records if before else 0) + change.entered - change.left
    log_size = (before.log_size if before else 0) + change.entered + change.left
    if min(records, change.entered, change.left) < 0 or log_size != change.log_size:
        raise ValueError(f"the counts of bucket {bucket} do not follow from the release before")
    return BucketSeal(
        license=change.license,
        ai_pref=change.ai_pref,
        vocabulary=change.vocabulary,
        records=records,
        entered=change.entered,
        left=change.left,
        log_size=log_size,
        log_root=change.log_root.hex(),
    )


def to_bytes(manifest: Manifest) -> bytes:
    """The manifest's canonical JSON: what is signed, and what the next one's `previous` is the digest of."""
    created = manifest.created.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return canonical({**asdict(manifest), "created": created}).encode()


def from_bytes(text: bytes) -> Manifest:
    """A manifest from its canonical JSON. Raises ValueError for anything else."""
    manifest = _MANIFEST.validate_json(text)
    if manifest.created.tzinfo is None or to_bytes(manifest) != text:
        raise ValueError("not a manifest in canonical form")
    return manifest


def digest(manifest: bytes) -> str:
    """SHA-256 of a manifest's bytes, in hex."""
    return sha256(manifest).hexdigest()


def sign(content: bytes, key: Ed25519PrivateKey) -> bytes:
    """The Ed25519 signature over `content`."""
    return key.sign(content)


def verify_signature(content: bytes, signature: bytes, public_key: str) -> bool:
    """Whether `signature` over `content` was made with the key that `public_key` (as `public_text`) names."""
    try:
        _public_key(public_key).verify(signature, content)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_text(key: Ed25519PrivateKey | Ed25519PublicKey) -> str:
    """The public key as published: `ed25519:` and its 32 bytes in base64."""
    public = key.public_key() if isinstance(key, Ed25519PrivateKey) else key
    return _KEY_PREFIX + base64.b64encode(public.public_bytes_raw()).decode()


def key_id(public_key: str) -> str:
    """A short name for a published key: the first 16 hex digits of its SHA-256. Raises ValueError for no key."""
    return sha256(_public_key(public_key).public_bytes_raw()).hexdigest()[:16]


def _public_key(text: str) -> Ed25519PublicKey:
    if not text.startswith(_KEY_PREFIX):
        raise ValueError("not an Ed25519 public key")
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text.removeprefix(_KEY_PREFIX), validate=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signed:
    """A manifest's bytes with their signature and the public key, as in `manifest.json`."""

    manifest: bytes
    signature: bytes
    key: str


def write_signed(signed: Signed) -> bytes:
    """`manifest.json`, the same bytes every time."""
    signature = base64.b64encode(signed.signature).decode()
    content = {"key": signed.key, "manifest": json.loads(signed.manifest), "signature": signature}
    return (canonical(content) + "\n").encode()


def read_signed(text: bytes) -> Signed:
    """The inverse of `write_signed`. Says nothing about whether the signature holds.

    Raises ValueError where `text` is not a signed manifest.
    """
    content = json.loads(text)
    if not isinstance(content, dict) or set(content) != {"key", "manifest", "signature"}:
        raise ValueError("not a signed manifest")
    signature, key = content["signature"], content["key"]
    if not isinstance(signature, str) or not isinstance(key, str):
        raise ValueError("not a signed manifest")
    return Signed(
        manifest=canonical(content["manifest"]).encode(),
        signature=base64.b64decode(signature, validate=True),
        key=key,
    )
